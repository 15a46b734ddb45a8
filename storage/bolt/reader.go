package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"boardcast/storage"
)

// errEnded is better than the crash that reading an unmapped page would be.
var errEnded = errors.New("read after the transaction has ended")

// reader reads the bucket within a transaction.
type reader struct {
	ctx    context.Context
	bucket *bbolt.Bucket
	steps  uint
	key    []byte // what bbolt is asked for; it does not keep it
}

func (r *reader) end() { r.bucket = nil }

// Get implements [storage.Reader].
func (r *reader) Get(key string) (value []byte, err error) {
	defer damaged(&err, debug.SetPanicOnFault(true))
	if err := r.step(); err != nil {
		return nil, err
	}
	r.key = append(r.key[:0], key...)
	found := r.bucket.Get(r.key)
	if found == nil {
		return nil, storage.ErrNotFound
	}
	return bytes.Clone(found), nil
}

// Scan implements [storage.Reader].
func (r *reader) Scan(from, to string) iter.Seq2[storage.Item, error] {
	return func(yield func(storage.Item, error) bool) {
		var cursor *bbolt.Cursor
		for {
			item, more, err := r.advance(&cursor, from, to)
			if err != nil {
				yield(storage.Item{}, err)
				return
			}
			if !more || !yield(item, nil) {
				return
			}
		}
	}
}

// advance makes the cursor at first, and returns the next item before to.
func (r *reader) advance(cursor **bbolt.Cursor, from, to string) (item storage.Item, more bool, err error) {
	defer damaged(&err, debug.SetPanicOnFault(true))
	if err := r.step(); err != nil {
		return storage.Item{}, false, err
	}
	var key, value []byte
	if *cursor == nil {
		*cursor = r.bucket.Cursor()
		key, value = (*cursor).Seek([]byte(from))
	} else {
		key, value = (*cursor).Next()
	}
	if key == nil || to != "" && string(key) >= to {
		return storage.Item{}, false, nil
	}
	return storage.Item{Key: string(key), Value: bytes.Clone(value)}, true, nil
}

// step looks at the context now and then.
func (r *reader) step() error {
	if r.bucket == nil {
		return errEnded
	}
	r.steps++
	if r.steps%256 == 0 {
		return r.ctx.Err()
	}
	return nil
}

// damaged turns a panic of bbolt, or an access to what is not in the file, into an error: a page makes no sense. It guards
// calls into bbolt alone, never those of a caller's closure, and sets back what debug.SetPanicOnFault was before.
func damaged(err *error, panicOnFault bool) {
	debug.SetPanicOnFault(panicOnFault)
	if p := recover(); p != nil {
		*err = fmt.Errorf("the file is damaged: %v", p)
	}
}
