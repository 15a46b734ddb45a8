package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"boardcast/bot"
)

// countArg is the argument that chooses the plural form.
const countArg = "Count"

// speech is one language with its messages read and checked.
type speech struct {
	locale    string
	style     style
	localizer *i18n.Localizer
	counted   map[string]bool // all keys; true for those with plural forms
}

func newSpeech(bundle *i18n.Bundle, files fs.FS, tag language.Tag, t tongue) (*speech, error) {
	file := t.locale + ".toml"
	data, err := fs.ReadFile(files, file)
	if err != nil {
		return nil, fmt.Errorf("reading messages: %w", err)
	}
	said, err := bundle.ParseMessageBytes(tag, data, toml.Unmarshal)
	if bad := (*toml.DecodeError)(nil); errors.As(err, &bad) {
		row, _ := bad.Position()
		return nil, fmt.Errorf("reading messages: %s:%d: %w", file, row, err)
	}
	if err != nil {
		return nil, fmt.Errorf("reading messages: %s: %w", file, err)
	}
	s := &speech{locale: t.locale, style: t.style, counted: make(map[string]bool, len(said))}
	for _, m := range said {
		if err := check(m); err != nil {
			return nil, fmt.Errorf("reading messages: %s: %q: %w", file, m.ID, err)
		}
		s.counted[m.ID] = m.Zero+m.One+m.Two+m.Few+m.Many != ""
	}
	s.localizer = i18n.NewLocalizer(bundle, tag.String())
	return s, nil
}

// check finds at the start what would otherwise go wrong when somebody is waiting for the message.
func check(m *i18n.Message) error {
	if m.Other == "" {
		return errors.New("no words, or no form “other”")
	}
	for _, form := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if _, err := parse(form); err != nil {
			return err
		}
	}
	return nil
}

func (s *speech) has(key string) bool {
	_, ok := s.counted[key]
	return ok
}

func (s *speech) say(key string, args bot.Args) (bot.Text, error) {
	f := filling{args: args}
	_, err := s.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:      key,
		TemplateData:   &f,
		TemplateParser: parser{},
		PluralCount:    s.count(key, args),
	})
	if err != nil {
		return nil, err
	}
	return f.said, nil
}

// count is the number that chooses the plural form, as go-i18n takes it; nil if nothing does.
func (s *speech) count(key string, args bot.Args) any {
	if !s.counted[key] {
		return nil
	}
	largest, ok := largestIn(args[countArg], maxNesting)
	if !ok {
		return nil
	}
	const million = 1_000_000
	if largest.Short && largest.Number >= million {
		return strconv.FormatInt(largest.Number/million, 10) + "e6" // "39 M de spectateurs": CLDR's exponent of a short number
	}
	return largest.Number
}

// maxNesting bounds the messages within messages in which a number is looked for.
const maxNesting = 3

// largestIn finds the largest number of a text and of the messages in it: in "38 to 39 M" that is the one that counts.
func largestIn(t bot.Text, depth int) (bot.Span, bool) {
	var largest bot.Span
	found := false
	consider := func(span bot.Span) {
		if !found || span.Number > largest.Number {
			largest, found = span, true
		}
	}
	for _, span := range t {
		if span.Kind == bot.Number {
			consider(span)
		}
		if span.Kind != bot.Message || depth == 0 {
			continue
		}
		for _, arg := range span.Args {
			if inside, ok := largestIn(arg, depth-1); ok {
				consider(inside)
			}
		}
	}
	return largest, found
}
