package storagetest

import (
	"context"
	"errors"
	"sync"

	"boardcast/storage"
)

// Fault is what happens to the operation that [Faulty] picks.
type Fault int

const (
	// FailBefore makes it fail with ErrInjected; nothing is committed.
	FailBefore Fault = iota
	// FailAfter commits it and loses the answer: an Update fails with a *storage.UnknownError, a View with ErrInjected.
	FailAfter
	// KillBefore ends the program, as it were, before the commit: this operation and all later ones fail with ErrKilled.
	KillBefore
	// KillAfter ends it right after the commit.
	KillAfter
)

// Faults are all of them, for tests that go through each.
func Faults() []Fault { return []Fault{FailBefore, FailAfter, KillBefore, KillAfter} }

// String implements [fmt.Stringer].
func (f Fault) String() string {
	return [...]string{"fail before commit", "fail after commit", "kill before commit", "kill after commit"}[f]
}

var (
	// ErrInjected is the error of an operation that was made to fail.
	ErrInjected = errors.New("injected failure")
	// ErrKilled is the error of every operation of a program that has been killed.
	ErrKilled = errors.New("killed")
)

// FaultyStore is a store on which something goes wrong once.
type FaultyStore struct {
	storage.Store
	state *faultState
}

// Faulty returns a store on which the fault befalls the nth operation, counting Views and Updates from 1. A crash test
// runs its story for n = 1, 2, … on a Faulty store, each time goes on with the plain one as a restarted program would, and
// looks at the outcome; it ends when a story runs through without having [FaultyStore.Struck].
func Faulty(store storage.Store, n int, fault Fault) *FaultyStore {
	return &FaultyStore{Store: store, state: &faultState{n: n, fault: fault}}
}

type faultState struct {
	n     int
	fault Fault

	mu  sync.Mutex
	ops int
}

// Struck says whether the fault has happened.
func (f *FaultyStore) Struck() bool {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	return f.state.ops >= f.state.n
}

// View implements [storage.Store].
func (f *FaultyStore) View(ctx context.Context, fn func(storage.Reader) error) error {
	before, after := f.state.next()
	if before != nil {
		return before
	}
	if err := f.Store.View(ctx, fn); err != nil {
		return err
	}
	return after
}

// Update implements [storage.Store].
func (f *FaultyStore) Update(ctx context.Context, fn func(storage.Tx) error) error {
	before, after := f.state.next()
	if errors.Is(before, ErrKilled) {
		return before // what is dead runs no closure
	}
	err := f.Store.Update(ctx, func(tx storage.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return before
	})
	switch {
	case err != nil:
		return err
	case errors.Is(after, ErrInjected):
		return &storage.UnknownError{Err: after}
	default:
		return after
	}
}

// Hold implements [storage.Store]; what is done under the role counts too.
func (f *FaultyStore) Hold(ctx context.Context, role string, run func(context.Context, storage.Store) error) error {
	return f.Store.Hold(ctx, role, func(ctx context.Context, held storage.Store) error {
		return run(ctx, &FaultyStore{Store: held, state: f.state})
	})
}

// next counts an operation and returns its error before the commit, or after it.
func (s *faultState) next() (before, after error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ops++
	killed := s.fault == KillBefore || s.fault == KillAfter
	switch {
	case s.ops > s.n && killed, s.ops == s.n && s.fault == KillBefore:
		return ErrKilled, nil
	case s.ops != s.n:
		return nil, nil
	case s.fault == FailBefore:
		return ErrInjected, nil
	case s.fault == KillAfter:
		return nil, ErrKilled
	default:
		return nil, ErrInjected
	}
}
