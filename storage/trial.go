package storage

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
)

// trialRoom is the Room of an Update of a trial: that of bbolt.
const trialRoom = 5000

// trial is a Store in memory over a Reader.
type trial struct {
	base Reader
	all  *Overlay
}

// NewTrial returns a Store over a Reader that it never changes: its own transactions see what was written, and nobody else does.
// Replays and previews run on one and throw it away. The Reader must last as long as the Store does. It is for one goroutine, takes
// what memory holds, and signals no changes.
func NewTrial(base Reader) Store {
	const endless = 1 << 40
	return &trial{base: base, all: NewOverlay(base, endless)}
}

// View implements [Store].
func (t *trial) View(ctx context.Context, fn func(Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(t.all)
}

// Update implements [Store]; Room is 5,000.
func (t *trial) Update(ctx context.Context, fn func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	one := NewOverlay(t.all, trialRoom)
	if err := errors.Join(fn(one), one.Err()); err != nil {
		return err
	}
	for key, value := range one.Writes() {
		if err := t.apply(key, value); err != nil {
			return err
		}
	}
	return nil
}

// apply makes a write. What the Reader does not have leaves no trace when it is deleted: the outbox of years would slow down every
// look at it.
func (t *trial) apply(key string, value []byte) error {
	if value != nil {
		return t.all.Put(key, value)
	}
	_, err := t.base.Get(key)
	if errors.Is(err, ErrNotFound) {
		t.all.writes.remove(key)
		return nil
	}
	return errors.Join(err, t.all.Delete(key))
}

// remove takes an item away, if it is there.
func (w *writes) remove(key string) {
	page, at, found := w.find(key)
	if !found {
		return
	}
	w.count--
	w.pages[page] = slices.Delete(w.pages[page], at, at+1)
	if len(w.pages[page]) == 0 {
		w.pages = slices.Delete(w.pages, page, page+1)
	}
}

// Hold implements [Store]: nobody else can hold a role here.
func (t *trial) Hold(ctx context.Context, _ string, run func(context.Context, Store) error) error {
	return run(ctx, t)
}

// Changed implements [Store]. Nothing is ever received.
func (t *trial) Changed(string) <-chan struct{} { return nil }

// Close implements [Store].
func (t *trial) Close() error { return nil }

// Nothing is a Reader without any keys.
func Nothing() Reader { return nothing{} }

type nothing struct{}

func (nothing) Get(string) ([]byte, error) { return nil, ErrNotFound }

func (nothing) Scan(string, string) iter.Seq2[Item, error] {
	return func(func(Item, error) bool) {}
}

// Without returns a Reader that sees nothing of some tables. A Scan of it must keep to one table or index, as those of a [Table] do.
func Without(base Reader, tables ...Checker) Reader {
	names := make([]string, 0, len(tables))
	for _, table := range tables {
		names = append(names, table.Name())
	}
	return without{base: base, tables: names}
}

type without struct {
	base   Reader
	tables []string
}

// hides reports whether a key is of a table that is not seen, or of an index of it.
func (w without) hides(key string) bool {
	table, _, _ := strings.Cut(key, "/")
	table, _, _ = strings.Cut(table, ".")
	return slices.Contains(w.tables, table)
}

func (w without) Get(key string) ([]byte, error) {
	if w.hides(key) {
		return nil, ErrNotFound
	}
	return w.base.Get(key)
}

func (w without) Scan(from, to string) iter.Seq2[Item, error] {
	if w.hides(from) {
		return nothing{}.Scan(from, to)
	}
	return w.base.Scan(from, to)
}

// Unknow takes a stream away with its figures, as if its scope had never heard of it. It is for trials: what was to come of the
// stream, its cards and its notices stay.
func Unknow(tx Tx, s Stream) error {
	if err := Streams.Delete(tx, string(s.Scope), s.ID); err != nil {
		return err
	}
	for chunk, err := range Readings.Scan(tx, string(s.Scope), s.ID) {
		if err == nil {
			err = Readings.Delete(tx, Readings.key(&chunk)...)
		}
		if err != nil {
			return err
		}
	}
	return changeRollup(tx, s.Scope, s.ID, func(r *Rollup) error {
		r.Brief, r.Figures, r.Doubles = Brief{}, nil, nil
		return nil
	})
}
