package main

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// file reads the values of a configuration file by key. Without explicit it need not exist.
func (l *loader) file(path string, explicit bool) map[string]value {
	data, mode, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) && !explicit {
		return nil
	}
	at := place{file: printable(path)}
	if errors.Is(err, fs.ErrNotExist) {
		l.wrong(at, "no such file; config.example.toml is one to copy")
		return nil
	}
	if err != nil {
		l.wrong(at, err.Error())
		return nil
	}
	d := newDocument(at.file, data, l)
	d.read()
	if othersRead(mode) && l.holdsSecret(d.values) {
		l.warnings = append(l.warnings, othersReadWarning(path))
	}
	return d.values
}

// holdsSecret reports whether one of the values is a secret itself.
func (l *loader) holdsSecret(values map[string]value) bool {
	return slices.ContainsFunc(l.settings, func(s setting) bool { return s.secret && values[s.key].text != "" })
}

// document reads a TOML file in two passes. go-toml's parser yields the keys with their positions, all of them; its decoder
// judges whether the file is TOML at all, which the parser leaves open. The messages of neither are passed on, because they
// quote what stands around a mistake.
type document struct {
	file     string
	parser   unstable.Parser
	data     []byte
	starts   []int             // where each line begins
	keys     map[string]string // known keys and what their values must be
	lists    map[string]bool   // those of them whose values are lists
	numbers  map[string]bool   // those of them whose values may be numbers
	sections []string
	values   map[string]value
	named    map[int]string // the first key or section of a line
	loader   *loader        // collects the mistakes
}

func newDocument(file string, data []byte, l *loader) *document {
	const byteOrderMark = "\uFEFF" // some editors write one
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	keys, lists, numbers := l.keys(), map[string]bool{}, map[string]bool{}
	for _, s := range l.settings {
		lists[s.key], numbers[s.key] = s.list, s.number
	}
	return &document{
		file: file, data: data, starts: lineStarts(data),
		keys: keys, lists: lists, numbers: numbers, sections: sectionsOf(keys), values: map[string]value{}, named: map[int]string{}, loader: l,
	}
}

// notTOML says what a line is to look like.
const notTOML = `not understood; a line is a [section] or a key = "text", with quotes on both sides of the text`

func (d *document) read() {
	d.walk()
	line := d.judge()
	if failed, ok := errors.AsType[*unstable.ParserError](d.parser.Error()); ok {
		at := d.place("", d.parser.Range(failed.Highlight))
		// The decoder stops at its first mistake, which may be this one.
		if at.line != line {
			d.loader.wrong(at, notTOML)
		}
	}
}

// judge records what the decoder holds against the file, and returns its line, or 0.
func (d *document) judge() int {
	failed, ok := errors.AsType[*toml.DecodeError](toml.Unmarshal(d.data, &map[string]any{}))
	if !ok {
		return 0
	}
	row, col := failed.Position()
	at := place{file: d.file, line: row, col: d.column(row, col), name: d.named[row]}
	say := notTOML
	if len(failed.Key()) > 0 {
		say = "written twice; keep one of them"
	}
	d.loader.wrong(at, say)
	return row
}

// walk takes in everything up to the first place that is not TOML.
func (d *document) walk() {
	d.parser.Reset(d.data)
	section, known := "", true
	for d.parser.NextExpression() {
		node := d.parser.Expression()
		if node.Kind == unstable.KeyValue {
			if known { // the keys of an unknown section would only repeat what is wrong with it
				d.keyValue(section, node)
			}
			continue
		}
		at := d.key("", node)
		section, known = at.name, d.isSection(at.name)
		switch {
		case !known:
			d.unknownSection(at)
		case node.Kind == unstable.ArrayTable:
			d.loader.wrong(at, "there is only one; write ["+section+"]")
		}
	}
}

// keyValue takes in a key of a section, or the keys of an inline table.
func (d *document) keyValue(section string, node *unstable.Node) {
	at, v := d.key(section, node), node.Value()
	want, known := d.keys[at.name]
	switch {
	case known && (v.Kind == unstable.String || v.Kind == unstable.Integer && d.numbers[at.name]):
		d.values[at.name] = value{text: string(v.Data), at: at}
	case known && d.lists[at.name] && v.Kind == unstable.Array:
		d.list(at, want, v)
	case known && d.lists[at.name]:
		d.loader.wrong(at, "must be "+want)
	case known:
		d.loader.wrong(at, "must be text in quotes: "+want)
	case !d.isSection(at.name):
		d.loader.wrong(at, "unknown key; "+d.hint(at.name))
	case v.Kind == unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			d.keyValue(at.name, it.Node())
		}
	default:
		d.loader.wrong(at, "must be a section: ["+at.name+"]")
	}
}

// list takes in a list of texts, or of numbers, which count as texts.
func (d *document) list(at place, want string, v *unstable.Node) {
	var items []string
	for it := v.Children(); it.Next(); {
		item := it.Node()
		if item.Kind != unstable.String && item.Kind != unstable.Integer {
			d.loader.wrong(at, "must be "+want)
			return
		}
		items = append(items, string(item.Data))
	}
	d.values[at.name] = value{text: strings.Join(items, ","), at: at}
}

func (d *document) unknownSection(at place) {
	if want, ok := d.keys[at.name]; ok {
		d.loader.wrong(at, "must be text in quotes: "+want)
		return
	}
	d.loader.wrong(at, "unknown section; "+hint(at.name, d.sections, "there are "))
}

// hint says which key an unknown one may mean, else which ones its section has.
func (d *document) hint(name string) string {
	known := slices.Sorted(maps.Keys(d.keys))
	if near, ok := nearest(name, known); ok {
		return "did you mean " + near + "?"
	}
	section, _, _ := strings.Cut(name, ".")
	if !d.isSection(section) {
		return "the sections are " + listed(d.sections, "and")
	}
	known = slices.DeleteFunc(known, func(key string) bool { return !strings.HasPrefix(key, section+".") })
	return "[" + section + "] has " + listed(known, "and")
}

// sectionsOf lists the sections that keys are in.
func sectionsOf(keys map[string]string) []string {
	names := map[string]bool{}
	for key := range keys {
		names[strings.TrimSuffix(key, "."+leaf(key))] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func (d *document) isSection(name string) bool { return slices.Contains(d.sections, name) }

// key is the place of a node's key, named with its section.
func (d *document) key(section string, node *unstable.Node) place {
	var parts []string
	it := node.Key()
	var start unstable.Range
	for it.Next() {
		if len(parts) == 0 {
			start = it.Node().Raw
		}
		parts = append(parts, string(it.Node().Data))
	}
	name := keyName(parts)
	if section != "" {
		name = section + "." + name
	}
	at := d.place(name, start)
	d.named[at.line] = cmp.Or(d.named[at.line], name)
	return at
}

func (d *document) place(name string, at unstable.Range) place {
	// The parser tells positions too, by counting lines from the top for each.
	offset := int(at.Offset)
	line, _ := slices.BinarySearch(d.starts, offset+1)
	return place{file: d.file, line: line, col: d.column(line, offset-d.starts[line-1]+1), name: name}
}

// column turns a column in bytes, as go-toml counts, into one in characters, as editors do.
func (d *document) column(line, col int) int {
	start := d.starts[line-1]
	return utf8.RuneCount(d.data[start:start+col-1]) + 1
}

// lineStarts lists where the lines of data begin.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, b := range data {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// keyName writes a key as TOML does: parts that are more than letters, digits, - and _ are quoted, so that none is mistaken
// for two and none moves a cursor. A part beyond 40 characters is cut.
func keyName(parts []string) string {
	const longest = 40
	names := make([]string, len(parts))
	for i, part := range parts {
		if runes := []rune(part); len(runes) > longest {
			part = string(runes[:longest-1]) + "…"
		}
		names[i] = part
		if part == "" || strings.ContainsFunc(part, notBare) {
			names[i] = strconv.Quote(part)
		}
	}
	return strings.Join(names, ".")
}

// notBare reports whether a key with this character needs quotes.
func notBare(r rune) bool {
	return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}
