package storage

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// exportFormat is the version of the lines of an export. docs/operating.md describes them.
const exportFormat = 1

// ExportHead is the first line of an export.
type ExportHead struct {
	Boardcast string    `json:"boardcast"` // "export"
	Format    int       `json:"format"`
	Program   string    `json:"program"` // the version of boardcast that wrote it
	Schema    int       `json:"schema"`
	Made      time.Time `json:"made"`
	What      Part      `json:"what"`
}

// exportLine is one of the other lines: a record, the last number of a letter of ids, or the end.
type exportLine struct {
	Table   string          `json:"table,omitempty"`
	Version int             `json:"version,omitempty"`
	Record  json.RawMessage `json:"record,omitempty"`
	Letter  string          `json:"letter,omitempty"` // of ids
	Last    uint64          `json:"last,omitempty"`
	End     bool            `json:"end,omitempty"`
	Lines   int             `json:"lines,omitempty"` // before the end, without the head
}

// Export writes a part of a store as lines of JSON, in an order that depends on the records alone, and returns how many
// records there were. It holds one record in memory at a time.
func Export(r Reader, w io.Writer, head ExportHead, tables ...Checker) (int, error) {
	schema, err := StoredSchema(r, Steps())
	if err != nil {
		return 0, err
	}
	head.Boardcast, head.Format, head.Schema, head.Made = "export", exportFormat, schema, head.Made.UTC()
	out := exporter{buffered: bufio.NewWriter(w)}
	out.json = json.NewEncoder(out.buffered)
	out.json.SetEscapeHTML(false)
	if err := out.json.Encode(head); err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	for _, table := range tables {
		if !head.What.Includes(table.Name()) {
			continue
		}
		if err := out.table(r, table); err != nil {
			return 0, fmt.Errorf("export: %w", err)
		}
	}
	if head.What == PartAll {
		if err := out.ids(r); err != nil {
			return 0, fmt.Errorf("export: %w", err)
		}
	}
	if err := out.json.Encode(exportLine{End: true, Lines: out.lines}); err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	return out.records, out.buffered.Flush()
}

type exporter struct {
	buffered       *bufio.Writer
	json           *json.Encoder
	lines, records int
}

func (e *exporter) line(l exportLine) error {
	e.lines++
	return e.json.Encode(l)
}

func (e *exporter) table(r Reader, table Shelf) error {
	for record, err := range table.Dump(r) {
		if err != nil {
			return err
		}
		e.records++
		if err := e.line(exportLine{Table: table.Name(), Version: table.Version(), Record: record}); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) ids(r Reader) error {
	last, err := LastIDs(r)
	if err != nil {
		return err
	}
	for _, letter := range slices.Sorted(maps.Keys(last)) {
		if err := e.line(exportLine{Table: idTable, Letter: letter, Last: last[letter]}); err != nil {
			return err
		}
	}
	return nil
}
