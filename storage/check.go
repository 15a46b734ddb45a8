package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// maxFindings bounds a report on a store that is broken throughout.
const maxFindings = 20

// Checker is what [CheckTables] asks: a Table, or whatever else keeps keys of its own.
type Checker interface {
	// Check says what does not hold together.
	Check(r Reader) error
	// Owns says whether the keys whose first part is table are its own.
	Owns(table string) bool
	Shelf
}

// Shelf is a table whose records can be counted, taken out and put in without knowing what they are.
type Shelf interface {
	Name() string
	Version() int
	Count(r Reader) (records, rows int, err error)
	Dump(r Reader) iter.Seq2[json.RawMessage, error]
	Load(tx Tx, version int, body json.RawMessage) (Loaded, error)
}

// CheckTables checks each table, and that every key belongs to one of them or to package storage itself. The error names
// up to twenty findings.
func CheckTables(r Reader, tables ...Checker) error {
	var found findings
	for _, table := range tables {
		found.add(table.Check(r))
	}
	found.add(checkOwners(r, tables))
	return found.err()
}

// checkOwners looks at one key of each table: it leaps over the rest.
func checkOwners(r Reader, tables []Checker) error {
	var found findings
	for from := ""; ; {
		key, err := firstKey(r, from)
		if err != nil || key == "" {
			found.add(err)
			return found.err()
		}
		table, _, below := strings.Cut(key, "/")
		switch owners := countOwners(table, tables); {
		case !below:
			found.add(fmt.Errorf("key %q belongs to no table", key))
		case owners == 0:
			found.add(fmt.Errorf("key %q belongs to no known table", key))
		case owners > 1:
			found.add(fmt.Errorf("key %q belongs to %d tables", key, owners))
		}
		from = behind(key)
		if below {
			_, from = Prefix(table)
		}
	}
}

func firstKey(r Reader, from string) (string, error) {
	for item, err := range r.Scan(from, "") {
		return item.Key, err
	}
	return "", nil
}

func countOwners(table string, tables []Checker) int {
	n := 0
	if table == idTable || table == schemaTable {
		n++
	}
	for _, t := range tables {
		if t.Owns(table) {
			n++
		}
	}
	return n
}

// Owns implements [Checker].
func (t *Table[V]) Owns(table string) bool {
	name, index, isIndex := strings.Cut(table, ".")
	return name == t.name && (!isIndex || t.hasIndex(index))
}

// Check implements [Checker]: records can be read and stand under their own key, every record has its rows with the
// covering values that it derives, and every row has its record.
func (t *Table[V]) Check(r Reader) error {
	var found findings
	t.checkRecords(r, &found)
	for _, index := range t.indexes {
		t.checkRows(r, index.Name, &found)
	}
	return found.err()
}

func (t *Table[V]) checkRecords(r Reader, found *findings) {
	for item, err := range r.Scan(Prefix(t.name)) {
		if err != nil {
			found.add(fmt.Errorf("%s: scan: %w", t.name, err))
			return
		}
		if err := t.checkRecord(r, item); err != nil {
			found.add(fmt.Errorf("%s: %w", item.Key, err))
		}
	}
}

func (t *Table[V]) checkRecord(r Reader, item Item) error {
	v, version, err := t.decode(item.Value)
	if err != nil {
		return err
	}
	if version > t.version {
		return nil // its rows are for the program that wrote it to judge
	}
	key := t.key(&v)
	if at := t.recordKey(key); at != item.Key {
		return fmt.Errorf("holds the record of %s", at)
	}
	rows, err := t.rows(key, &v)
	if err != nil {
		return err
	}
	for _, row := range rows {
		stored, err := r.Get(row.Key)
		if err != nil {
			return fmt.Errorf("its row %s: %w", row.Key, err)
		}
		if !bytes.Equal(stored, row.Value) {
			return fmt.Errorf("its row %s says %q, not %q", row.Key, stored, row.Value)
		}
	}
	return nil
}

func (t *Table[V]) checkRows(r Reader, index string, found *findings) {
	for item, err := range r.Scan(Prefix(t.name + "." + index)) {
		if err != nil {
			found.add(fmt.Errorf("%s.%s: scan: %w", t.name, index, err))
			return
		}
		if err := t.checkRow(r, item); err != nil {
			found.add(fmt.Errorf("%s: %w", item.Key, err))
		}
	}
}

func (t *Table[V]) checkRow(r Reader, item Item) error {
	row, err := parseRow(item)
	if err != nil {
		return err
	}
	raw, err := r.Get(t.recordKey(row.Primary))
	if err != nil {
		return fmt.Errorf("its record: %w", err)
	}
	v, version, err := t.decode(raw)
	if err != nil || version > t.version {
		return err
	}
	rows, err := t.rows(row.Primary, &v)
	if err != nil {
		return err
	}
	if _, ok := findRow(rows, item.Key); !ok {
		return errors.New("is not a row of its record")
	}
	return nil
}

// findings gathers errors, counting those it has no room for.
type findings struct {
	errs []error
	more int
}

func (f *findings) add(err error) {
	switch {
	case err == nil:
	case len(f.errs) < maxFindings:
		f.errs = append(f.errs, err)
	default:
		f.more++
	}
}

func (f *findings) err() error {
	if f.more > 0 {
		return errors.Join(append(slices.Clip(f.errs), fmt.Errorf("and %d more", f.more))...)
	}
	return errors.Join(f.errs...)
}
