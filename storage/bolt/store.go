// Package bolt keeps a store in one file on disk, with bbolt: the engine for one process. It is safe for concurrent use,
// and updates of many callers share a commit.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"boardcast/storage"
)

// Room is how many keys one Update may write.
const Room = 5000

// Options says who opens a store, and how. The zero value is usable.
type Options struct {
	// Holder and Started tell those who find the file locked by whom, such as "boardcast chat", and since when.
	Holder  string
	Started time.Time
	// Wait is how long to wait for another process to let go of the file; 0 means 2 seconds.
	Wait time.Duration
	// Logger hears of what is worth knowing but stops nothing; nil means nobody does.
	Logger *slog.Logger
	// NoSync leaves writing to the operating system: a power cut may lose everything. For tests and benchmarks.
	NoSync bool
}

// Store is a storage.Store in a file. Within a testing/synctest bubble it works if it was opened there.
type Store struct {
	db    *bbolt.DB
	path  string
	log   *slog.Logger
	queue chan *request

	mu      sync.Mutex // held for a moment, never while waiting
	closed  bool
	roles   map[string]chan struct{} // a role is held while its channel is full
	watches []watch

	running sync.WaitGroup // Views, Updates, backups
	closing chan struct{}  // closed when Close begins
	idle    chan struct{}  // closed when nothing is running any more: the writer ends
	done    chan struct{}  // closed when Close has ended
	failed  error          // of Close, to be read after done
}

var _ storage.Store = (*Store)(nil)

// watch is a registration by Changed.
type watch struct {
	prefix string
	signal chan struct{}
}

// Open opens the file at path, or creates it in a folder that exists. It fails with a [*LockedError] while another process
// has it open, and with a [*FileError] if it is no store or a damaged one.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	db, err := openFile(ctx, path, opts)
	if err != nil {
		return nil, err
	}
	s := &Store{
		db:      db,
		path:    path,
		log:     opts.Logger,
		queue:   make(chan *request),
		roles:   map[string]chan struct{}{},
		closing: make(chan struct{}),
		idle:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := writeHolder(path, opts); err != nil {
		s.log.WarnContext(ctx, "cannot tell who holds the store", "path", path, "error", err)
	}
	go s.write()
	return s, nil
}

// View implements [storage.Store]. The file cannot reuse what a View may still see, so one that lasts makes it grow.
func (s *Store) View(ctx context.Context, fn func(storage.Reader) error) error {
	return s.read(ctx, func(tx *bbolt.Tx) error {
		r := &reader{ctx: ctx, bucket: tx.Bucket(bucketName())}
		defer r.end()
		return fn(r)
	})
}

func (s *Store) read(ctx context.Context, fn func(*bbolt.Tx) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	tx, err := s.db.Begin(false)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.path, err)
	}
	defer tx.Rollback() //nolint:errcheck // a read transaction has nothing to lose
	return fn(tx)
}

// enter counts the caller in, for Close to wait for; the caller calls running.Done.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return storage.ErrClosed
	}
	s.running.Add(1)
	return nil
}

// Hold implements [storage.Store] within this process, which alone has the file.
func (s *Store) Hold(ctx context.Context, role string, run func(context.Context, storage.Store) error) error {
	held := s.role(role)
	select {
	case held <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return storage.ErrClosed
	}
	fenced := &holder{Store: s, role: role}
	defer func() {
		fenced.lost.Store(true)
		<-held
	}()
	return run(ctx, fenced)
}

func (s *Store) role(name string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roles[name] == nil {
		s.roles[name] = make(chan struct{}, 1)
	}
	return s.roles[name]
}

// holder is the Store of those who hold a role, until they have returned.
type holder struct {
	*Store
	role string
	lost atomic.Bool
}

// Update fails with ErrRoleLost once the role was given back, even in the middle.
func (h *holder) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return h.Store.Update(ctx, func(tx storage.Tx) error {
		err := fn(tx)
		if h.lost.Load() {
			return fmt.Errorf("update as %s: %w", h.role, storage.ErrRoleLost)
		}
		return err
	})
}

// Changed implements [storage.Store].
func (s *Store) Changed(prefix string) <-chan struct{} {
	w := watch{prefix: prefix, signal: make(chan struct{}, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	// The writer goes through the slice it took without the lock: it is never changed in place.
	s.watches = append(slices.Clip(s.watches), w)
	return w.signal
}

func (s *Store) signal(committed []*storage.Overlay) {
	s.mu.Lock()
	watches := s.watches
	s.mu.Unlock()
	for _, w := range watches {
		if !slices.ContainsFunc(committed, func(o *storage.Overlay) bool { return o.Wrote(w.prefix) }) {
			continue
		}
		select {
		case w.signal <- struct{}{}:
		default: // one is waiting to be received; it stands for this commit too
		}
	}
}

// Close implements [storage.Store]. Updates that wait for their turn are still run. Calling it again waits for the first.
func (s *Store) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if !first {
		<-s.done
		return s.failed
	}
	defer close(s.done)
	close(s.closing)
	s.running.Wait()
	close(s.idle)
	removeHolder(s.path) // while the lock is ours: later it could be that of the next one
	if err := s.db.Close(); err != nil {
		s.failed = fmt.Errorf("close %s: %w", s.path, err)
	}
	return s.failed
}

// Check looks for damage in the file: pages that cannot be read, are lost or used twice. Updates wait for it. What the
// records say is for [storage.CheckTables].
func (s *Store) Check(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	tx, err := s.db.Begin(true) // the free pages must not change meanwhile
	if err != nil {
		return fmt.Errorf("check %s: %w", s.path, err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	if err := walk(tx); err != nil {
		return fmt.Errorf("check %s: %w", s.path, err)
	}
	var found []error
	for err := range tx.Check() {
		found = append(found, err)
	}
	if len(found) > 0 {
		return fmt.Errorf("check %s: %w", s.path, errors.Join(found...))
	}
	return nil
}

// walk reads every page once. bbolt's own check would crash, in a goroutine of its own, on one that points out of the file.
func walk(tx *bbolt.Tx) (err error) {
	defer damaged(&err, debug.SetPanicOnFault(true))
	return tx.Bucket(bucketName()).ForEach(func(_, _ []byte) error { return nil })
}
