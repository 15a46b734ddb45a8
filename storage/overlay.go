package storage

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// maxKey keeps keys well below what any engine takes; a longer one is a mistake.
const maxKey = 4 << 10

// Overlay is a Tx that keeps its writes to itself, over a Reader that it never changes. Engines run an Update on one and
// apply [Overlay.Writes] when it succeeds; previews and replays throw it away. It is not safe for concurrent use.
type Overlay struct {
	base   Reader
	room   int
	writes writes // a nil Value is a deletion
	err    error
}

// NewOverlay returns an empty Overlay that takes writes to room different keys. Writing a key again costs nothing.
func NewOverlay(base Reader, room int) *Overlay {
	return &Overlay{base: base, room: room}
}

// Get implements [Reader].
func (o *Overlay) Get(key string) ([]byte, error) {
	page, at, found := o.writes.find(key)
	if !found {
		return o.base.Get(key)
	}
	value := o.writes.pages[page][at].Value
	if value == nil {
		return nil, ErrNotFound
	}
	return bytes.Clone(value), nil
}

// Scan implements [Reader]. It begins, and with it the view of the writes, when the loop over it does.
func (o *Overlay) Scan(from, to string) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		written := o.between(from, to)
		for item, err := range o.base.Scan(from, to) {
			if err != nil {
				yield(Item{}, err)
				return
			}
			n, _ := slices.BinarySearchFunc(written, item.Key, compareKey)
			if !yieldWrites(written[:n], yield) {
				return
			}
			written = written[n:]
			if len(written) > 0 && written[0].Key == item.Key {
				continue // it comes with the next writes, if it was not deleted
			}
			if !yield(item, nil) {
				return
			}
		}
		yieldWrites(written, yield)
	}
}

func yieldWrites(writes []Item, yield func(Item, error) bool) bool {
	for _, w := range writes {
		if w.Value == nil {
			continue
		}
		if !yield(Item{Key: w.Key, Value: bytes.Clone(w.Value)}, nil) {
			return false
		}
	}
	return true
}

// Put implements [Tx].
func (o *Overlay) Put(key string, value []byte) error {
	return o.write(key, append([]byte{}, value...)) // never nil
}

// Delete implements [Tx].
func (o *Overlay) Delete(key string) error {
	return o.write(key, nil)
}

// Room implements [Tx].
func (o *Overlay) Room() int { return o.room - o.writes.count }

// Err returns ErrTooLarge once a write has been refused for lack of Room. An engine does not commit such an Overlay, even
// when the closure has returned nil.
func (o *Overlay) Err() error { return o.err }

// Writes yields what was written, by key; a nil value is a deletion. The bytes belong to the Overlay.
func (o *Overlay) Writes() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for w := range o.writes.from("") {
			if !yield(w.Key, w.Value) {
				return
			}
		}
	}
}

// ApplyTo makes the writes in a transaction, as far as it has Room.
func (o *Overlay) ApplyTo(tx Tx) error {
	for key, value := range o.Writes() {
		var err error
		if value == nil {
			err = tx.Delete(key)
		} else {
			err = tx.Put(key, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Wrote says whether a key with the prefix was written or deleted.
func (o *Overlay) Wrote(prefix string) bool {
	for w := range o.writes.from(prefix) {
		return strings.HasPrefix(w.Key, prefix)
	}
	return false
}

func (o *Overlay) write(key string, value []byte) error {
	if key == "" {
		return errors.New("write: empty key")
	}
	if len(key) > maxKey {
		return fmt.Errorf("write %.40q…: key of %d bytes, at most %d are allowed", key, len(key), maxKey)
	}
	page, at, found := o.writes.find(key)
	if found {
		o.writes.pages[page][at].Value = value
		return nil
	}
	if o.Room() <= 0 {
		o.err = ErrTooLarge
		return fmt.Errorf("write %s: %w: all %d writes are used", key, ErrTooLarge, o.room)
	}
	o.writes.insert(page, at, Item{Key: key, Value: value})
	return nil
}

// between returns a copy of the writes with from <= key < to.
func (o *Overlay) between(from, to string) []Item {
	var items []Item
	for w := range o.writes.from(from) {
		if to != "" && w.Key >= to {
			break
		}
		items = append(items, w)
	}
	return items
}
