// Package storage keeps what boardcast knows and owes: the roster, streams, readings, chats, watches, notices and cards,
// and the rules by which they change. Everything goes through the narrow [Store], which an engine (storage/bolt) implements;
// [Table] puts typed records with indexes on top of it.
package storage

import (
	"context"
	"errors"
	"iter"
)

// Store is an ordered map from keys to values with serializable transactions: the waist of the house.
// Keys compare as bytes; the part of a key up to its first "/" is its table.
type Store interface {
	// View runs fn on a consistent snapshot. A Reader is not to be used after fn has returned, and a View is never nested
	// in a View or an Update of the same Store.
	View(ctx context.Context, fn func(Reader) error) error
	// Update runs fn and, when it returns nil, commits all its writes at once and durably; otherwise it keeps none of them.
	// fn may run more than once: it assigns to what is outside of it, never appends, and does no I/O.
	// The error of fn is returned as it is; any other error means that nothing was committed, unless it is an [*UnknownError].
	Update(ctx context.Context, fn func(Tx) error) error
	// Hold waits until this process is the only one in the cluster that holds the role, then calls run with a Store whose
	// Updates fail once the role is lost. It returns when run does.
	Hold(ctx context.Context, role string, run func(context.Context, Store) error) error
	// Changed reports commits that wrote or deleted a key with the prefix. Signals are coalesced: one receive may stand
	// for many commits. The registration lasts until Close, so it is made once per component, not once per wait.
	Changed(prefix string) <-chan struct{}
	// Close waits for running transactions and releases the store. Later calls fail with ErrClosed.
	Close() error
}

// Reader reads one consistent snapshot. The bytes it returns belong to the caller.
type Reader interface {
	// Get returns the value of a key, or ErrNotFound.
	Get(key string) ([]byte, error)
	// Scan yields the items with from <= key < to in order of their keys; an empty to means the end of the map.
	// After an error it yields no more.
	Scan(from, to string) iter.Seq2[Item, error]
}

// Tx is a Reader that sees its own writes. A Scan sees the writes made before it began; writing while it runs is allowed.
type Tx interface {
	Reader
	// Put writes a value. It fails with ErrTooLarge when Room is 0 and the key was not written before; then the Update fails
	// too, whatever fn returns.
	Put(key string, value []byte) error
	// Delete removes a key; removing an absent one is not an error. It costs Room like a Put.
	Delete(key string) error
	// Room is how many more keys this transaction may write: 5,000 at the start on bolt, 120 on etcd. A key counts once.
	// Bulk work fills it, stores a cursor, and goes on in the next Update.
	Room() int
}

// Item is a key and its value.
type Item struct {
	Key   string
	Value []byte
}

// The errors of a Store.
var (
	// ErrNotFound says that there is no such key or record.
	ErrNotFound = errors.New("not found")
	// ErrTooLarge says that a transaction has no Room left; nothing of it is committed.
	ErrTooLarge = errors.New("transaction too large")
	// ErrClosed says that the store has been closed.
	ErrClosed = errors.New("store is closed")
	// ErrRoleLost says that the role that an Update was made under is not held any more; nothing is committed.
	ErrRoleLost = errors.New("role is not held any more")
	// ErrNewer says that a record was written by a newer version of boardcast; it can be read, but not written.
	ErrNewer = errors.New("record is of a newer version")
)

// UnknownError says that nobody knows whether a commit happened: the reply was lost, or the disk failed in the middle.
type UnknownError struct{ Err error }

func (e *UnknownError) Error() string { return "commit of unknown outcome: " + e.Err.Error() }

// Unwrap returns the error that made the outcome unknown.
func (e *UnknownError) Unwrap() error { return e.Err }
