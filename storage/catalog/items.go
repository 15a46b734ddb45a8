package catalog

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"boardcast/storage"
)

// Mark is what a store remembers of one record of the catalog, so that a later version replaces only what nobody changed.
type Mark struct {
	Kind    string   `json:"kind"`
	ID      string   `json:"id"`
	Said    string   `json:"said"`              // a sum of all that the catalog said of it
	Wrote   string   `json:"wrote,omitempty"`   // a sum of the record as the catalog would have it
	Figures []string `json:"figures,omitempty"` // of a stream's figures: the sum of each
	Version int      `json:"version,omitempty"` // of the catalog, in the mark that stands for all of it
}

// Marks are kept by kind and id. They belong to the tables of a store, for [storage.CheckTables].
var Marks = storage.NewTable("catalog", 1, func(m *Mark) []string { return []string{m.Kind, m.ID} })

// The mark that stands for the whole catalog, and the kind of those of streams' figures, which change apart from the streams.
const (
	headKind    = "catalog"
	headID      = "applied"
	figuresKind = "figures"
)

// change is what became of a record.
type change int

const (
	unchanged change = iota
	added
	changed
	kept // as it was changed here
)

// item is one record to apply.
type item interface {
	name() (kind, id string)
	// said is a sum of all that the catalog says of the record.
	said() string
	// apply writes the record and completes its mark. last is the mark of what was applied before, zero if nothing was.
	apply(tx storage.Tx, last Mark, mark *Mark, now time.Time) (change, error)
}

// items are the records of the catalog, each after those that it refers to.
func (c Catalog) items() []item {
	var items []item
	for _, p := range c.Platforms {
		everywhere := func(p storage.Platform, _ storage.Scope) storage.Platform { return p }
		items = append(items, record[storage.Platform]{storage.Platforms, platformKind, p.ID, []string{p.ID}, p, everywhere})
	}
	for _, a := range c.Automakers {
		items = append(items, record[storage.Automaker]{storage.Automakers, automakerKind, a.ID, public(a.ID), a, automakerIn})
	}
	for _, e := range c.Executives {
		items = append(items, record[storage.Executive]{storage.Executives, executiveKind, e.ID, public(e.ID), e, executiveIn})
	}
	for _, a := range c.Accounts {
		key := accountKey(a)
		items = append(items, record[storage.Account]{storage.Accounts, accountKind, strings.Join(key, " "), public(key...), a, accountIn})
	}
	ties := c.ties()
	for _, s := range c.Streams {
		items = append(items, stream{Stream: s.Stream, ties: ties(s.Stream)}, figures{s.ID, s.Figures})
	}
	return items
}

func automakerIn(a storage.Automaker, scope storage.Scope) storage.Automaker {
	a.Scope = scope
	return a
}

func executiveIn(e storage.Executive, scope storage.Scope) storage.Executive {
	e.Scope = scope
	return e
}

func accountIn(a storage.Account, scope storage.Scope) storage.Account {
	a.Scope = scope
	return a
}

// public is the key of a public record.
func public(key ...string) []string { return append([]string{string(storage.Public)}, key...) }

// accountKey is the key of an account in [storage.Accounts], without its scope.
func accountKey(a storage.Account) []string {
	return []string{a.Owner.String(), a.Platform, cmp.Or(strings.ToLower(a.Handle), "-")}
}

// ties returns what finds the automakers that a stream counts for by what the catalog says of its people. When that changes,
// the stream is saved again.
func (c Catalog) ties() func(storage.Stream) []string {
	people := map[string]storage.Executive{}
	for _, e := range c.Executives {
		people[e.ID] = e
	}
	parents := map[string]string{}
	for _, a := range c.Automakers {
		parents[a.ID] = a.Parent
	}
	return func(s storage.Stream) []string {
		ties := []string{s.Automaker}
		for _, id := range s.People {
			ties = append(ties, people[id].Automakers(s.Start.At)...)
		}
		for _, id := range slices.Clone(ties) {
			ties = append(ties, parents[id])
		}
		return ties
	}
}

// sum is a short sum of a value's JSON.
func sum(v any) string {
	const bytes = 12
	packed, err := json.Marshal(v)
	if err != nil { // cannot be: records are stored as JSON
		panic(err)
	}
	whole := sha256.Sum256(packed)
	return hex.EncodeToString(whole[:bytes])
}

// judge says what is to become of a record. here is a sum of it as it stands, "" for none; wrote one of it as the catalog
// would have it.
func judge(last Mark, here, wrote string) change {
	switch {
	case last.Said == "" && here == "":
		return added
	case last.Said == "" && here == wrote:
		return unchanged // somebody was here first and said the same
	case last.Said != "" && here == last.Wrote:
		return changed
	default:
		return kept
	}
}

// record is a public record that is written as the catalog has it. The catalog names no scope, and sums are taken without.
type record[V any] struct {
	table    *storage.Table[V]
	kind, id string
	key      []string
	value    V
	in       func(V, storage.Scope) V // puts a record into a scope
}

func (r record[V]) name() (kind, id string) { return r.kind, r.id }

func (r record[V]) said() string { return sum(r.value) }

func (r record[V]) apply(tx storage.Tx, last Mark, mark *Mark, _ time.Time) (change, error) {
	current, there, err := find(tx, r.table, r.key...)
	if err != nil {
		return unchanged, err
	}
	here := ""
	if there {
		here = sum(r.in(current, ""))
	}
	mark.Wrote = mark.Said
	change := judge(last, here, mark.Wrote)
	if change == kept {
		return kept, nil
	}
	return change, r.table.Put(tx, r.in(r.value, storage.Public))
}

// stream is a stream without its figures.
type stream struct {
	storage.Stream
	ties []string
}

func (s stream) name() (kind, id string) { return streamKind, s.ID }

func (s stream) said() string { return sum([]any{s.Stream, s.ties}) }

func (s stream) apply(tx storage.Tx, last Mark, mark *Mark, now time.Time) (change, error) {
	current, there, err := find(tx, storage.Streams, string(storage.Public), s.ID)
	if err != nil {
		return unchanged, err
	}
	here := ""
	if there {
		here = essence(current)
	}
	mark.Wrote = essence(s.Stream)
	if there && last.Wrote == mark.Wrote {
		// Nothing but its people's offices has changed: it is saved as it stands here, to count for others.
		return changed, storage.ImportStream(tx, current)
	}
	change := judge(last, here, mark.Wrote)
	if change == kept {
		return kept, nil
	}
	return change, s.save(tx, current, now)
}

// essence is a sum of what a stream says, without what is found when it is saved and without the states that it passes
// through by itself.
func essence(s storage.Stream) string {
	s.Revision, s.StartRevision, s.Automakers = 0, 0, nil
	if s.State == storage.Due || s.State == storage.Unseen {
		s.State = storage.Announced
	}
	return sum(s)
}

// save puts the stream in the place of the current one. It is news only if it is to come, or if people still wait for it.
func (s stream) save(tx storage.Tx, current storage.Stream, now time.Time) error {
	next := s.Stream
	past := !next.Start.End().After(now)
	if past && next.State == storage.Announced {
		next.State = storage.Unseen
	}
	if past && !current.Open() {
		next.Revision, next.StartRevision = current.Revision, current.StartRevision
		return storage.ImportStream(tx, next)
	}
	_, err := storage.SaveStream(tx, now, next)
	return err
}

// figures are the figures of a stream. The catalog's own come and go with it; those that others entered stay.
type figures struct {
	id       string
	readings []storage.Reading
}

func (f figures) name() (kind, id string) { return figuresKind, f.id }

func (f figures) said() string { return sum(f.readings) }

func (f figures) apply(tx storage.Tx, last Mark, mark *Mark, _ time.Time) (change, error) {
	said := map[string]bool{}
	for _, reading := range f.readings {
		said[sum(reading)] = true
		mark.Figures = append(mark.Figures, sum(reading))
	}
	gone := slices.DeleteFunc(slices.Clone(last.Figures), func(s string) bool { return said[s] })
	_, err := storage.RemoveReadings(tx, storage.Public, f.id, func(r storage.Reading) bool {
		return slices.Contains(gone, sum(r))
	})
	if err != nil {
		return unchanged, err
	}
	for i, reading := range f.readings {
		if slices.Contains(last.Figures, mark.Figures[i]) {
			continue
		}
		if err := storage.AddReading(tx, storage.Public, f.id, reading); err != nil {
			return unchanged, err
		}
	}
	if last.Said == "" && len(f.readings) == 0 {
		return unchanged, nil
	}
	if last.Said == "" {
		return added, nil
	}
	return changed, nil
}
