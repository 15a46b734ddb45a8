package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Table keeps values of one type as JSON under "<name>/<key…>", with index rows under "<name>.<index>/<row key…>/<record>",
// where the last part is the record's whole key. Rows change in the same transaction as their record.
//
// A Table has no state of its own: it is made once, as a package variable, and used by everyone.
type Table[V any] struct {
	name     string
	version  int
	key      func(*V) []string
	indexes  []Index[V]
	plain    bool
	upgrades map[int]func(json.RawMessage) (json.RawMessage, error)
}

// Index derives rows from records. A change to what it derives needs a migration; see [Table.Reindex].
type Index[V any] struct {
	Name string
	// Rows returns none, one or many rows for a record. It uses the record alone, as it was read back from the store.
	Rows func(*V) []Row
}

// Row is what an index has to say of a record: where it stands, and what is worth knowing without reading the record.
type Row struct {
	Key   []string
	Cover any // encoded as JSON; nil for none
}

// IndexRow is a Row as it was found.
type IndexRow struct {
	Key     []string
	Primary []string // the key of the record
	Cover   []byte   // JSON, empty for none
	Cursor  string   // for Range.After, to go on behind this row
}

// Range is a part of an index, in the order of its rows.
type Range struct {
	// Prefix is the parts with which the row's key begins.
	Prefix []string
	// From and To bound the part that follows Prefix: From <= part < To, compared as [Key] says. Empty means no bound.
	From, To string
	// After is the Cursor of a row, which need not exist any more: only rows behind it come.
	After string
	// Holding is what the covering value of a row must hold somewhere. Rows without it cost no more than finding that out.
	Holding []byte
}

// A name has no "/" and no ".", which separate tables from keys and indexes from tables.
var tableName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// NewTable declares a table. The version, from 1 up, is written with every record; a program refuses to write over a record
// of a version it does not know, so it is raised when an older program would lose something. The key has at least one part,
// and no empty one. NewTable panics on a name that cannot be used.
func NewTable[V any](name string, version int, key func(*V) []string, indexes ...Index[V]) *Table[V] {
	if !tableName.MatchString(name) || version < 1 {
		panic(fmt.Sprintf("storage: table %q of version %d", name, version))
	}
	seen := map[string]bool{}
	for _, index := range indexes {
		if !tableName.MatchString(index.Name) || seen[index.Name] {
			panic(fmt.Sprintf("storage: index %q of table %s", index.Name, name))
		}
		seen[index.Name] = true
	}
	return &Table[V]{name: name, version: version, key: key, indexes: indexes}
}

// Upgrade adds how to turn a record of version from into one of from+1, applied when it is read. A version without an
// upgrade is read as it stands. It returns a changed copy, for use in the declaration.
func (t *Table[V]) Upgrade(from int, fn func(json.RawMessage) (json.RawMessage, error)) *Table[V] {
	changed := *t
	changed.upgrades = map[int]func(json.RawMessage) (json.RawMessage, error){}
	maps.Copy(changed.upgrades, t.upgrades)
	changed.upgrades[from] = fn
	return &changed
}

// Plain returns the table as one whose records are read back as they were put, as far as key and rows look at them: no
// field of these is left out, rounded or put right by the encoding, and their text is valid UTF-8. Such a record is not read
// back when it is put, which is a third of the cost of a small one. [Table.Check] finds a table that is not so.
func (t *Table[V]) Plain() *Table[V] {
	changed := *t
	changed.plain = true
	return &changed
}

// Name returns the name of the table.
func (t *Table[V]) Name() string { return t.name }

// Get reads a record; an absent one is ErrNotFound, wrapped with table and key.
func (t *Table[V]) Get(r Reader, key ...string) (V, error) {
	raw, err := r.Get(t.recordKey(key))
	if err != nil {
		var none V
		return none, fmt.Errorf("%s: %w", t.label(key), err)
	}
	v, _, err := t.decode(raw)
	if err != nil {
		return v, fmt.Errorf("%s: %w", t.label(key), err)
	}
	return v, nil
}

// Has says whether a record is there.
func (t *Table[V]) Has(r Reader, key ...string) (bool, error) {
	_, err := r.Get(t.recordKey(key))
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrNotFound):
		return false, nil
	default:
		return false, fmt.Errorf("%s: %w", t.label(key), err)
	}
}

// Put writes a record and the rows of it that changed; what is as it was costs no write. Over a record of a newer version
// it fails with ErrNewer.
func (t *Table[V]) Put(tx Tx, v V) error {
	raw, err := t.prepare(&v)
	if err != nil {
		return err
	}
	key := t.key(&v)
	if err := t.replace(tx, key, raw, &v); err != nil {
		return fmt.Errorf("%s: put: %w", t.label(key), err)
	}
	return nil
}

// Insert is Put where no record is under the key, and else does nothing, without looking at the one that is there. It
// reports whether it wrote.
func (t *Table[V]) Insert(tx Tx, v V) (bool, error) {
	raw, err := t.prepare(&v)
	if err != nil {
		return false, err
	}
	key := t.key(&v)
	_, err = tx.Get(t.recordKey(key))
	if err == nil {
		return false, nil
	}
	if errors.Is(err, ErrNotFound) {
		err = t.moveRows(tx, key, nil, &v)
	}
	if err == nil {
		err = tx.Put(t.recordKey(key), raw)
	}
	if err != nil {
		return false, fmt.Errorf("%s: insert: %w", t.label(key), err)
	}
	return true, nil
}

// prepare returns a record as it is stored, and makes v what a reader will see, because encoding may lose something and rows
// are derived from that.
func (t *Table[V]) prepare(v *V) ([]byte, error) {
	raw, err := t.encode(v)
	if err != nil {
		return nil, err
	}
	if !t.plain {
		if *v, _, err = t.decode(raw); err != nil {
			return nil, fmt.Errorf("%s: read back: %w", t.name, err)
		}
	}
	if key := t.key(v); len(key) == 0 || slices.Contains(key, "") {
		return nil, fmt.Errorf("%s: put: key %q has an empty part", t.name, key)
	}
	return raw, nil
}

// Delete removes a record and its rows; an absent one is not an error.
func (t *Table[V]) Delete(tx Tx, key ...string) error {
	if err := t.replace(tx, key, nil, nil); err != nil {
		return fmt.Errorf("%s: delete: %w", t.label(key), err)
	}
	return nil
}

// replace puts v, encoded as raw, in the place of what stands under the key; a nil v leaves nothing there.
func (t *Table[V]) replace(tx Tx, key []string, raw []byte, v *V) error {
	before, old, err := t.current(tx, key)
	if err != nil {
		return err
	}
	if bytes.Equal(before, raw) {
		return nil
	}
	if err := t.moveRows(tx, key, old, v); err != nil {
		return err
	}
	if v == nil {
		return tx.Delete(t.recordKey(key))
	}
	return tx.Put(t.recordKey(key), raw)
}

// current returns the record that is about to be replaced, nil when there is none, and refuses one of a newer version.
func (t *Table[V]) current(r Reader, key []string) ([]byte, *V, error) {
	raw, err := r.Get(t.recordKey(key))
	if errors.Is(err, ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	v, version, err := t.decode(raw)
	if err != nil {
		return nil, nil, err
	}
	if version > t.version {
		return nil, nil, fmt.Errorf("%w: it is of version %d, this program knows %d", ErrNewer, version, t.version)
	}
	return raw, &v, nil
}

func (t *Table[V]) moveRows(tx Tx, key []string, old, v *V) error {
	was, err := t.rows(key, old)
	if err != nil {
		return err
	}
	is, err := t.rows(key, v)
	if err != nil {
		return err
	}
	for _, row := range was {
		if _, stays := findRow(is, row.Key); stays {
			continue
		}
		if err := tx.Delete(row.Key); err != nil {
			return err
		}
	}
	for _, row := range is {
		if before, there := findRow(was, row.Key); there && bytes.Equal(before, row.Value) {
			continue
		}
		if err := tx.Put(row.Key, row.Value); err != nil {
			return err
		}
	}
	return nil
}

// rows returns the index rows of a record as they are stored, by key, with their covering values.
func (t *Table[V]) rows(key []string, v *V) ([]Item, error) {
	if v == nil || len(t.indexes) == 0 {
		return nil, nil
	}
	var rows []Item
	primary := Key(key...)
	for _, index := range t.indexes {
		for _, row := range index.Rows(v) {
			cover, err := encodeCover(row.Cover)
			if err != nil {
				return nil, fmt.Errorf("index %s: %w", index.Name, err)
			}
			rows = append(rows, Item{Key: t.rowKey(index.Name, row.Key, primary), Value: cover})
		}
	}
	slices.SortStableFunc(rows, func(a, b Item) int { return strings.Compare(a.Key, b.Key) })
	for i := 1; i < len(rows); i++ {
		if rows[i].Key == rows[i-1].Key && !bytes.Equal(rows[i].Value, rows[i-1].Value) {
			return nil, fmt.Errorf("two rows %q with different covering values", rows[i].Key)
		}
	}
	return slices.CompactFunc(rows, func(a, b Item) bool { return a.Key == b.Key }), nil
}

// findRow returns the covering value of a row, and whether it is one of the rows of a record.
func findRow(rows []Item, at string) ([]byte, bool) {
	i, found := slices.BinarySearchFunc(rows, at, compareKey)
	if !found {
		return nil, false
	}
	return rows[i].Value, true
}

func encodeCover(cover any) ([]byte, error) {
	if cover == nil {
		return []byte{}, nil
	}
	return json.Marshal(cover)
}

// Scan yields the records whose keys have the prefix and at least one part more, by key.
func (t *Table[V]) Scan(r Reader, prefix ...string) iter.Seq2[V, error] {
	return t.ScanFrom(r, nil, prefix...)
}

// ScanFrom is Scan from behind the key after on, whether there is such a record or not; nil begins at the beginning.
func (t *Table[V]) ScanFrom(r Reader, after []string, prefix ...string) iter.Seq2[V, error] {
	from, to := Prefix(append([]string{t.name}, prefix...)...)
	if after != nil {
		from = max(from, behind(t.recordKey(after)))
	}
	return func(yield func(V, error) bool) {
		for item, err := range r.Scan(from, to) {
			var v V
			if err == nil {
				v, _, err = t.decode(item.Value)
			}
			if err != nil {
				yield(v, fmt.Errorf("%s: scan: %w", t.name, err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// By yields records through an index, by row, below a prefix of the row's key. A record with several rows there comes once
// for each. One that the loop itself changes or deletes comes as it is by then, or not at all.
func (t *Table[V]) By(r Reader, index string, prefix ...string) iter.Seq2[V, error] {
	return t.ByRange(r, index, Range{Prefix: prefix})
}

// First returns the first record that By yields, or ErrNotFound.
func (t *Table[V]) First(r Reader, index string, prefix ...string) (V, error) {
	for v, err := range t.By(r, index, prefix...) {
		return v, err
	}
	var none V
	return none, fmt.Errorf("%s by %s %s: %w", t.name, index, strings.Join(prefix, "/"), ErrNotFound)
}

// ByRange is By for a part of an index.
func (t *Table[V]) ByRange(r Reader, index string, rng Range) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for row, err := range t.Rows(r, index, rng) {
			var v V
			var gone bool
			if err == nil {
				v, gone, err = t.recordOf(r, row)
			}
			if gone {
				continue
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// recordOf reads the record of a row. Both are gone when the loop that walks the index deleted them since it began.
func (t *Table[V]) recordOf(r Reader, row IndexRow) (v V, gone bool, err error) {
	v, err = t.Get(r, row.Primary...)
	if !errors.Is(err, ErrNotFound) {
		return v, false, err
	}
	if _, rowErr := r.Get(row.Cursor); errors.Is(rowErr, ErrNotFound) {
		return v, true, nil
	}
	return v, false, fmt.Errorf("%s stands without its record: %w", row.Cursor, err)
}

// Rows yields the rows of an index alone, for walks that must not read every record.
func (t *Table[V]) Rows(r Reader, index string, rng Range) iter.Seq2[IndexRow, error] {
	return func(yield func(IndexRow, error) bool) {
		if !t.hasIndex(index) {
			yield(IndexRow{}, fmt.Errorf("table %s has no index %q", t.name, index))
			return
		}
		for item, err := range r.Scan(t.bounds(index, rng)) {
			var row IndexRow
			if err == nil && !bytes.Contains(item.Value, rng.Holding) {
				continue
			}
			if err == nil {
				row, err = parseRow(item)
			}
			if err != nil {
				yield(IndexRow{}, fmt.Errorf("%s.%s: %w", t.name, index, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// heads returns the first parts of the keys of an index's rows, each once. It steps from one to the next without walking over the rows
// between.
func (t *Table[V]) heads(r Reader, index string) ([]string, error) {
	var heads []string
	for rng := (Range{}); ; {
		row, ok, err := firstRow(t.Rows(r, index, rng))
		if err != nil || !ok {
			return heads, err
		}
		heads = append(heads, row.Key[0])
		_, rng.After = Prefix(t.name+"."+index, row.Key[0])
	}
}

func firstRow(rows iter.Seq2[IndexRow, error]) (IndexRow, bool, error) {
	for row, err := range rows {
		return row, err == nil, err
	}
	return IndexRow{}, false, nil
}

func (t *Table[V]) bounds(index string, rng Range) (from, to string) {
	parts := append([]string{t.name + "." + index}, rng.Prefix...)
	from, to = Prefix(parts...)
	if rng.From != "" {
		from += Key(rng.From)
	}
	if rng.To != "" {
		to = Key(append(parts, rng.To)...)
	}
	if rng.After != "" {
		from = max(from, behind(rng.After))
	}
	return from, to
}

// behind returns the least key that is greater; Key writes no zero byte.
func behind(key string) string { return key + "\x00" }

func parseRow(item Item) (IndexRow, error) {
	parts, err := SplitKey(item.Key)
	if err != nil {
		return IndexRow{}, err
	}
	if len(parts) < 2 {
		return IndexRow{}, fmt.Errorf("%s is not an index row", item.Key)
	}
	primary, err := SplitKey(parts[len(parts)-1])
	if err != nil {
		return IndexRow{}, err
	}
	return IndexRow{Key: parts[1 : len(parts)-1], Primary: primary, Cover: item.Value, Cursor: item.Key}, nil
}

func (t *Table[V]) hasIndex(name string) bool {
	return slices.ContainsFunc(t.indexes, func(i Index[V]) bool { return i.Name == name })
}

// encode writes the version, a space and the JSON, so that the version is read without parsing.
func (t *Table[V]) encode(v *V) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%s: encode: %w", t.name, err)
	}
	raw := strconv.AppendInt(make([]byte, 0, len(body)+4), int64(t.version), 10)
	return append(append(raw, ' '), body...), nil
}

// decode returns the version that was stored besides the value. What a newer version added is ignored.
func (t *Table[V]) decode(raw []byte) (v V, version int, err error) {
	head, body, _ := bytes.Cut(raw, []byte(" "))
	version, err = strconv.Atoi(string(head))
	if err != nil || version < 1 {
		return v, 0, fmt.Errorf("decode: no version in %.40q", raw)
	}
	for from := version; from < t.version; from++ {
		upgrade, ok := t.upgrades[from]
		if !ok {
			continue
		}
		if body, err = upgrade(body); err != nil {
			return v, version, fmt.Errorf("upgrade from version %d: %w", from, err)
		}
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, version, fmt.Errorf("decode: %w", err)
	}
	return v, version, nil
}

// usualParts is how many parts a key has at most, as a rule: so many are joined without asking for memory.
const usualParts = 8

func (t *Table[V]) recordKey(key []string) string {
	return Key(append(append(make([]string, 0, usualParts), t.name), key...)...)
}

func (t *Table[V]) rowKey(index string, row []string, primary string) string {
	parts := append(append(make([]string, 0, usualParts), t.name+"."+index), row...)
	return Key(append(parts, primary)...)
}

func (t *Table[V]) label(key []string) string {
	return t.name + " " + strings.Join(key, "/")
}
