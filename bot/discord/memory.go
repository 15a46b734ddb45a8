package discord

import (
	"context"
	"maps"
	"strings"
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
	told  int // how often something came unasked: an answer that was under way then may be older than that
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
	told := m.told
	m.mu.Unlock()
	if ok && now.Sub(known.asked) < age {
		return known.what, nil
	}
	what, err := m.ask(ctx, id)
	if err != nil {
		return what, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told == told {
		m.put(id, what)
	}
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
	m.told++
	m.put(id, what)
}

// put remembers. The lock is held.
func (m *memory[T]) put(id string, what T) {
	if len(m.known) >= mostRemembered {
		clear(m.known)
	}
	m.known[id] = remembered[T]{what: what, asked: m.now()}
}

// forget forgets what was said of an id, and of what is within it: "guild/user" is within "guild".
func (m *memory[T]) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told++
	maps.DeleteFunc(m.known, func(other string, _ remembered[T]) bool { return other == id || strings.HasPrefix(other, id+"/") })
}
