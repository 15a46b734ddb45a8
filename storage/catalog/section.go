package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"boardcast/storage"
)

// section reads one table of a file. It remembers the keys that it has been asked for, so that the others can be told to be
// unknown, and puts what is wrong with their values on the loader's list.
type section struct {
	*loader
	file  *document
	label string // "stream s7k"
	at    int
	table *table
	asked []string
}

func (s *section) wrong(at int, say string, args ...any) {
	s.mistakes = append(s.mistakes, s.file.mistake(at, s.label+": "+fmt.Sprintf(say, args...)))
}

// place is where a key stands, or the section if the key does not.
func (s *section) place(key string) int {
	if v := s.table.values[key]; v != nil {
		return v.at
	}
	return s.at
}

// value returns what stands under a key if it is of a kind that is wanted; nil if there is none.
func (s *section) value(key, wanted string, kinds ...unstable.Kind) *value {
	s.asked = append(s.asked, key)
	v := s.table.values[key]
	if v == nil || slices.Contains(kinds, v.kind) {
		return v
	}
	s.wrong(v.at, "%s must be %s", key, wanted)
	return nil
}

// need says that a key is missing, unless it is there.
func (s *section) need(keys ...string) {
	for _, key := range keys {
		if s.table.values[key] == nil {
			s.wrong(s.at, "%s is missing", key)
		}
	}
}

// end says which keys are unknown, once all known ones have been asked for.
func (s *section) end() {
	for _, key := range s.table.keys {
		if !slices.Contains(s.asked, key) {
			s.wrong(s.place(key), "unknown key %s%s", key, hint(key, s.asked))
		}
	}
}

func (s *section) text(key string) string {
	v := s.value(key, "text in quotes", unstable.String)
	if v == nil {
		return ""
	}
	if strings.TrimSpace(v.text) != v.text || v.text == "" {
		s.wrong(v.at, "%s is empty or has spaces at an end", key)
	}
	return v.text
}

func (s *section) texts(key string) []string {
	var texts []string
	for _, v := range s.textValues(key) {
		texts = append(texts, v.text)
	}
	return texts
}

// textValues returns the texts of a list with their places.
func (s *section) textValues(key string) []*value {
	const wanted = `a list of texts: ["a", "b"]`
	var texts []*value
	for _, v := range s.list(key, wanted) {
		if v.kind != unstable.String || v.text == "" {
			s.wrong(v.at, "%s must be %s", key, wanted)
			continue
		}
		texts = append(texts, v)
	}
	return texts
}

func (s *section) list(key, wanted string) []*value {
	if v := s.value(key, wanted, unstable.Array); v != nil {
		return v.list
	}
	return nil
}

// count reads a whole number from 1 up.
func (s *section) count(key string) int64 {
	v := s.value(key, "a whole number such as 39_000_000", unstable.Integer)
	if v == nil {
		return 0
	}
	n, err := strconv.ParseInt(v.text, 0, 64)
	if err != nil || n < 1 {
		s.wrong(v.at, "%s must be a whole number from 1 up", key)
	}
	return n
}

// number reads a number above 0, whole or not.
func (s *section) number(key string) float64 {
	v := s.value(key, "a number such as 16.6", unstable.Integer, unstable.Float)
	if v == nil {
		return 0
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(v.text, "_", ""), 64)
	if err != nil || n <= 0 {
		s.wrong(v.at, "%s must be a number above 0", key)
	}
	return n
}

// length reads how long something is, such as "3h30m".
func (s *section) length(key string) time.Duration {
	const longest = 7 * 24 * time.Hour
	text := s.text(key)
	if text == "" {
		return 0
	}
	length, err := time.ParseDuration(text)
	if err != nil || length <= 0 || length > longest {
		s.wrong(s.place(key), "%s %q is no length; write it as 3h30m, at most a week", key, text)
		return 0
	}
	return length
}

// names reads what something is called by language.
func (s *section) names(key string) storage.Names {
	sub := s.sub(key)
	if sub == nil {
		return nil
	}
	names := storage.Names{}
	for _, language := range []string{"en", "zh", "fr"} {
		if name := sub.text(language); name != "" {
			names[language] = name
		}
	}
	sub.need("en")
	sub.end()
	return names
}

// sub returns the section under a key, nil if there is none.
func (s *section) sub(key string) *section {
	v := s.value(key, "a table in braces", unstable.InlineTable)
	if v == nil {
		return nil
	}
	return &section{loader: s.loader, file: s.file, label: s.label + ": " + key, at: v.at, table: v.table}
}

// subs returns the sections of a list of tables.
func (s *section) subs(key string) []*section {
	var subs []*section
	for i, v := range s.list(key, "a list of tables in braces") {
		if v.kind != unstable.InlineTable {
			s.wrong(v.at, "%s must be a list of tables in braces", key)
			continue
		}
		label := fmt.Sprintf("%s: %s %d", s.label, key, i+1)
		subs = append(subs, &section{loader: s.loader, file: s.file, label: label, at: v.at, table: v.table})
	}
	return subs
}

// oneOf reads a text that must be one of a few.
func (s *section) oneOf(key string, known ...string) string {
	text := s.text(key)
	if text != "" && !slices.Contains(known, text) {
		s.wrong(s.place(key), "%s %q is not known%s", key, text, hint(text, known))
	}
	return text
}

// ref reads the id of a record that must be in the catalog.
func (s *section) ref(key, kind string) string {
	id := s.text(key)
	if id != "" {
		s.check(s.place(key), key, kind, id)
	}
	return id
}

// refs reads ids of records that must be in the catalog, each once.
func (s *section) refs(key, kind string) []string {
	var ids []string
	for _, v := range s.textValues(key) {
		if slices.Contains(ids, v.text) {
			s.wrong(v.at, "%s has %s twice", key, v.text)
		}
		s.check(v.at, key, kind, v.text)
		ids = append(ids, v.text)
	}
	return ids
}

// check says that there is no such record, unless there is.
func (s *section) check(at int, key, kind, id string) {
	if _, ok := s.ids[kind][id]; !ok {
		s.wrong(at, "%s: no %s %q%s", key, kind, id, hint(id, slices.Collect(maps.Keys(s.ids[kind]))))
	}
}
