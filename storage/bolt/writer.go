package bolt

import (
	"context"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"boardcast/storage"
)

// maxBatch bounds how many keys one commit writes, so that the first of many callers does not wait for all of them.
const maxBatch = 2 * Room

// request is an Update on its way. The closure runs in the goroutine of its caller, when the writer gives it the turn: it
// panics there, and a test may end there, without harm to anybody else.
type request struct {
	ctx     context.Context
	turn    chan turn
	gone    chan struct{} // closed by a caller who stopped waiting for the turn
	keep    chan bool     // whether the writes are to be committed
	outcome chan error    // of the commit
}

type turn struct {
	tx  *storage.Overlay
	err error
}

// Update implements [storage.Store]. Closures of many callers run one after another, each on what those before it have
// left, and are committed together. While ctx waits for its turn it can be cancelled; a commit is waited for.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	req := &request{
		ctx:     ctx,
		turn:    make(chan turn),
		gone:    make(chan struct{}),
		keep:    make(chan bool, 1),
		outcome: make(chan error, 1),
	}
	tx, err := s.await(req)
	if err != nil {
		return err
	}
	if err := req.run(tx, fn); err != nil {
		return err
	}
	return <-req.outcome
}

func (s *Store) await(req *request) (*storage.Overlay, error) {
	select {
	case s.queue <- req:
	case <-req.ctx.Done():
		return nil, req.ctx.Err()
	}
	select {
	case t := <-req.turn:
		return t.tx, t.err
	case <-req.ctx.Done():
		close(req.gone)
		return nil, req.ctx.Err()
	}
}

func (req *request) run(tx *storage.Overlay, fn func(storage.Tx) error) error {
	keep := false
	defer func() { req.keep <- keep }() // in a panic, too
	if err := req.ctx.Err(); err != nil {
		return err // cancelled at the moment the turn came
	}
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Err(); err != nil {
		return err
	}
	keep = true
	return nil
}

// write is the one goroutine that has a bbolt write transaction.
func (s *Store) write() {
	for {
		select {
		case req := <-s.queue:
			s.batch(req)
		case <-s.idle:
			return
		}
	}
}

// batch serves the first request and those that queue up meanwhile, commits what they wrote, and answers all.
func (s *Store) batch(first *request) {
	tx, err := s.db.Begin(true)
	if err != nil {
		first.refuse(fmt.Errorf("write %s: %w", s.path, err))
		return
	}
	b := &batch{tx: tx, bucket: tx.Bucket(bucketName())}
	for req := first; req != nil; req = s.next(b) {
		b.serve(req)
	}
	err = s.commit(b)
	for _, req := range b.waiting {
		req.outcome <- err
	}
}

func (s *Store) next(b *batch) *request {
	if b.err != nil || b.writes >= maxBatch {
		return nil
	}
	select {
	case req := <-s.queue:
		return req
	default:
		return nil
	}
}

func (req *request) refuse(err error) {
	select {
	case req.turn <- turn{err: err}:
	case <-req.gone:
	}
}

// batch is what one commit consists of.
type batch struct {
	tx      *bbolt.Tx
	bucket  *bbolt.Bucket
	waiting []*request
	written []*storage.Overlay
	writes  int
	err     error
}

func (b *batch) serve(req *request) {
	r := &reader{ctx: req.ctx, bucket: b.bucket}
	overlay := storage.NewOverlay(r, Room)
	select {
	case req.turn <- turn{tx: overlay}:
	case <-req.gone:
		return
	}
	keep := <-req.keep
	r.end()
	if !keep {
		return
	}
	// One that wrote nothing waits, too: it may have read what the others wrote.
	b.waiting = append(b.waiting, req)
	b.err = b.apply(overlay)
}

func (b *batch) apply(overlay *storage.Overlay) (err error) {
	defer damaged(&err, debug.SetPanicOnFault(true))
	var at []byte // bbolt copies keys, but not values
	for key, value := range overlay.Writes() {
		at = append(at[:0], key...)
		if value == nil {
			err = b.bucket.Delete(at)
		} else {
			err = b.bucket.Put(at, value)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", key, err)
		}
		b.writes++
	}
	b.written = append(b.written, overlay)
	return nil
}

func (s *Store) commit(b *batch) error {
	if b.err != nil || b.writes == 0 {
		_ = b.tx.Rollback()
		return b.err
	}
	id := b.tx.ID()
	err := b.commit()
	if err == nil {
		s.signal(b.written)
		return nil
	}
	err = fmt.Errorf("commit to %s: %w", s.path, err)
	if s.reached(id) {
		s.signal(b.written)
		return &storage.UnknownError{Err: err}
	}
	return err
}

func (b *batch) commit() (err error) {
	defer func() {
		if err != nil {
			_ = b.tx.Rollback() // bbolt has done so, unless it panicked
		}
	}()
	defer damaged(&err, debug.SetPanicOnFault(true))
	return b.tx.Commit()
}

// reached says whether a transaction that failed to commit can be seen all the same: its last page was written, but
// perhaps not to the disk.
func (s *Store) reached(id int) bool {
	tx, err := s.db.Begin(false)
	if err != nil {
		return false
	}
	defer tx.Rollback() //nolint:errcheck // a read transaction has nothing to lose
	return tx.ID() >= id
}
