package catalog

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// document is a file as go-toml has parsed it. Its decoder judges whether the file is TOML; what it says is then taken from
// its parser, which knows where every value stands.
type document struct {
	name string
	data []byte
	root *table
}

type table struct {
	keys   []string // in the order of the file
	values map[string]*value
}

// value is a text or number, a list, or a table.
type value struct {
	at    int // the byte of the file where it stands, or its key
	kind  unstable.Kind
	text  string
	list  []*value
	table *table
}

// key is one part of a key, such as names in names.en.
type key struct {
	at   int
	name string
}

// newDocument parses a file, or says why it cannot.
func newDocument(name string, data []byte) (*document, *Mistake) {
	d := &document{name: name, data: data, root: newTable()}
	var failed *toml.DecodeError
	switch err := toml.Unmarshal(data, &map[string]any{}); {
	case errors.As(err, &failed):
		line, column := failed.Position()
		return nil, &Mistake{File: name, Line: line, Column: d.characters(line, column), Say: tomlSays(err)}
	case err != nil:
		return nil, &Mistake{File: name, Say: tomlSays(err)}
	}
	d.build()
	return d, nil
}

func tomlSays(err error) string {
	return strings.TrimPrefix(err.Error(), "toml: ") +
		`; a line is a [[kind]], or a key = "text" in quotes, a number, a list or a table`
}

func newTable() *table { return &table{values: map[string]*value{}} }

func (d *document) build() {
	var parser unstable.Parser
	parser.Reset(d.data)
	current := d.root
	for parser.NextExpression() {
		node := parser.Expression()
		switch node.Kind {
		case unstable.Table:
			current = d.root.descend(keysOf(node))
		case unstable.ArrayTable:
			current = d.root.appendTable(keysOf(node))
		case unstable.KeyValue:
			current.set(node)
		default: // a comment
		}
	}
}

func keysOf(node *unstable.Node) []key {
	var keys []key
	for it := node.Key(); it.Next(); {
		keys = append(keys, key{at: int(it.Node().Raw.Offset), name: string(it.Node().Data)})
	}
	return keys
}

// descend returns the table under a key, the last one of a list of tables.
func (t *table) descend(keys []key) *table {
	for _, k := range keys {
		v := t.entry(k)
		if n := len(v.list); n > 0 {
			v = v.list[n-1]
		}
		if v.table == nil {
			v.kind, v.table = unstable.InlineTable, newTable()
		}
		t = v.table
	}
	return t
}

func (t *table) appendTable(keys []key) *table {
	last := keys[len(keys)-1]
	v := t.descend(keys[:len(keys)-1]).entry(last)
	added := &value{at: last.at, kind: unstable.InlineTable, table: newTable()}
	v.kind, v.list = unstable.Array, append(v.list, added)
	return added.table
}

// entry returns the value under a key, a new one if there is none.
func (t *table) entry(k key) *value {
	v := t.values[k.name]
	if v == nil {
		v = &value{at: k.at}
		t.keys, t.values[k.name] = append(t.keys, k.name), v
	}
	return v
}

// set takes in a key and its value.
func (t *table) set(node *unstable.Node) {
	keys := keysOf(node)
	last := keys[len(keys)-1]
	v := t.descend(keys[:len(keys)-1]).entry(last)
	*v = *newValue(node.Value())
	v.at = last.at
}

func newValue(node *unstable.Node) *value {
	v := &value{at: int(node.Raw.Offset), kind: node.Kind, text: string(node.Data)}
	switch node.Kind {
	case unstable.Array:
		for it := node.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				v.list = append(v.list, newValue(it.Node()))
			}
		}
	case unstable.InlineTable:
		v.table = newTable()
		for it := node.Children(); it.Next(); {
			v.table.set(it.Node())
		}
	default: // a text or a number
	}
	return v
}

// mistake is what is wrong at a byte of the file.
func (d *document) mistake(at int, say string) Mistake {
	before := d.data[:at]
	line := bytes.Count(before, []byte("\n")) + 1
	column := at - bytes.LastIndexByte(before, '\n')
	return Mistake{File: d.name, Line: line, Column: d.characters(line, column), Say: say}
}

// characters turns a column in bytes into one in characters, as editors count.
func (d *document) characters(line, column int) int {
	lines := bytes.SplitAfterN(d.data, []byte("\n"), line+1)
	return utf8.RuneCount(lines[line-1][:column-1]) + 1
}
