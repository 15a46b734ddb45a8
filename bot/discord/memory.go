package discord

import (
	"context"
	"sync"
	"time"
)

// How long it is remembered what Discord said of a place or a person, and of how many.
const (
	rememberFor    = 5 * time.Minute
	mostRemembered = 10_000
)

// memory remembers for a while what Discord said, by its ids.
type memory[T any] struct {
	now func() time.Time
	ask func(ctx context.Context, id string) (T, error)

	mu    sync.Mutex
	known map[string]remembered[T]
}

type remembered[T any] struct {
	what  T
	asked time.Time
}

func newMemory[T any](now func() time.Time, ask func(ctx context.Context, id string) (T, error)) *memory[T] {
	return &memory[T]{now: now, ask: ask, known: map[string]remembered[T]{}}
}

// of returns what Discord said at most so long ago, or else says now.
func (m *memory[T]) of(ctx context.Context, id string, age time.Duration) (T, error) {
	now := m.now()
	m.mu.Lock()
	known, ok := m.known[id]
	m.mu.Unlock()
	if ok && now.Sub(known.asked) < age {
		return known.what, nil
	}
	what, err := m.ask(ctx, id)
	if err != nil {
		return what, err
	}
	m.note(id, what)
	return what, nil
}

// last returns what Discord said last, however long ago, if that is remembered.
func (m *memory[T]) last(id string) (what T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.known[id]
	return known.what, ok
}

// note remembers something that Discord said unasked.
func (m *memory[T]) note(id string, what T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= mostRemembered {
		clear(m.known)
	}
	m.known[id] = remembered[T]{what: what, asked: m.now()}
}

// forget forgets what was said of an id.
func (m *memory[T]) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, id)
}
