package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Part is a part of what a store holds, for those who want to take only that along.
type Part string

// The parts. What belongs to none of them, such as the audit log, is in PartAll alone.
const (
	PartAll     Part = "all"
	PartRoster  Part = "roster"  // automakers, people, platforms and accounts
	PartStreams Part = "streams" // streams and their figures
	PartChats   Part = "chats"   // communities, chats and watches
)

// Parts returns all of them.
func Parts() []Part { return []Part{PartAll, PartRoster, PartStreams, PartChats} }

// Includes reports whether a table is in the part. Notices, cards and whatever else belongs to messages that were sent, or to what was
// put into calendars, are in none: a store that they were put into would send or edit them once more.
func (p Part) Includes(table string) bool {
	delivered := []string{
		Notices.Name(), Cards.Name(), Refreshes.Name(), Restores.Name(), Suspensions.Name(), MentionCounts.Name(),
		Happenings.Name(), Calendars.Name(), Looks.Name(),
	}
	if slices.Contains(delivered, table) {
		return false
	}
	return p == PartAll || p == partOf(table)
}

func partOf(table string) Part {
	switch table {
	case Automakers.Name(), Executives.Name(), Platforms.Name(), Accounts.Name():
		return PartRoster
	case Streams.Name(), Readings.Name():
		return PartStreams
	case Communities.Name(), Chats.Name(), Watches.Name():
		return PartChats
	default:
		return PartAll
	}
}

// Loaded says what putting a record into a table came to.
type Loaded uint8

// What became of a record.
const (
	LoadedSame    Loaded = iota // it was there already, just so
	LoadedNew                   // there was none
	LoadedChanged               // there was another
)

// Version returns the version of the table's records.
func (t *Table[V]) Version() int { return t.version }

// Dump yields the records as JSON of the table's version, in the order of their keys. A record of a newer version is an
// ErrNewer, because what is in it is not all known.
func (t *Table[V]) Dump(r Reader) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for item, err := range r.Scan(Prefix(t.name)) {
			var body json.RawMessage
			if err == nil {
				body, err = t.dump(item.Value)
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", item.Key, err))
				return
			}
			if !yield(body, nil) {
				return
			}
		}
	}
}

func (t *Table[V]) dump(raw []byte) (json.RawMessage, error) {
	v, version, err := t.decode(raw)
	if err != nil {
		return nil, err
	}
	if version > t.version {
		return nil, fmt.Errorf("%w: version %d, this program knows %d", ErrNewer, version, t.version)
	}
	return json.Marshal(v)
}

// Load puts a record that Dump wrote, or an earlier version of boardcast, into the table with its rows. One of a newer
// version is an ErrNewer; a field that the version does not have is an error.
func (t *Table[V]) Load(tx Tx, version int, body json.RawMessage) (Loaded, error) {
	v, err := t.read(version, body)
	if err != nil {
		return LoadedSame, err
	}
	before, _, err := t.current(tx, t.key(&v))
	if err != nil {
		return LoadedSame, err
	}
	after, err := t.encode(&v)
	switch {
	case err != nil:
		return LoadedSame, err
	case bytes.Equal(before, after):
		return LoadedSame, nil
	case before == nil:
		return LoadedNew, t.Put(tx, v)
	default:
		return LoadedChanged, t.Put(tx, v)
	}
}

func (t *Table[V]) read(version int, body json.RawMessage) (v V, err error) {
	if version < 1 {
		return v, errors.New("it has no version")
	}
	if version > t.version {
		return v, fmt.Errorf("%w: version %d, this program knows %d", ErrNewer, version, t.version)
	}
	if version < t.version {
		v, _, err = t.decode(fmt.Appendf(nil, "%d %s", version, body))
		return v, err
	}
	strict := json.NewDecoder(bytes.NewReader(body))
	strict.DisallowUnknownFields()
	return v, strict.Decode(&v)
}

// Count returns how many records and how many index rows the table has.
func (t *Table[V]) Count(r Reader) (records, rows int, err error) {
	if records, err = count(r, t.name); err != nil {
		return 0, 0, err
	}
	for _, index := range t.indexes {
		n, err := count(r, t.name+"."+index.Name)
		if err != nil {
			return 0, 0, err
		}
		rows += n
	}
	return records, rows, nil
}

func count(r Reader, table string) (int, error) {
	n := 0
	for _, err := range r.Scan(Prefix(table)) {
		if err != nil {
			return 0, fmt.Errorf("count %s: %w", table, err)
		}
		n++
	}
	return n, nil
}

// mergeStream makes what was loaded of a stream of another store hold here: its id is not given again, its next step is to
// come, its cards are looked at. Nobody gets word of it by that.
func mergeStream(tx Tx, now time.Time, version int, body json.RawMessage) error {
	s, err := Streams.read(version, body)
	if err != nil {
		return err
	}
	if n, ok := numberOf("s", s.ID); ok {
		if err := RaiseIDs(tx, map[string]uint64{"s": n}); err != nil {
			return err
		}
	}
	if s, err = Streams.Get(tx, string(s.Scope), s.ID); err != nil {
		return err
	}
	if err := schedule(tx, s, now); err != nil {
		return err
	}
	return refresh(tx, s, now)
}
