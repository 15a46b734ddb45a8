package bot

import (
	"context"
	"sync"
	"time"
)

// Lanes keep an order, such as that of each chat, while many things are handled at once. Whatever comes joins its lane, takes its
// turn, and leaves.
type Lanes struct {
	slots chan struct{}
	bound time.Duration

	mu   sync.Mutex
	last map[string]chan struct{} // of a lane with anything in it: closed when the last of it has left
}

// NewLanes makes lanes in which so many things are handled at the same time, each for no longer than bound.
func NewLanes(atOnce int, bound time.Duration) *Lanes {
	return &Lanes{slots: make(chan struct{}, atOnce), bound: bound, last: map[string]chan struct{}{}}
}

// Turn is a place in a lane. Whoever has one calls Run or leaves the lane blocked for ever.
type Turn struct {
	lanes  *Lanes
	key    string
	before chan struct{} // nil: it is the first
	done   chan struct{}
}

// Join takes the place at the end of a lane. It does not wait.
func (l *Lanes) Join(key string) Turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := Turn{lanes: l, key: key, before: l.last[key], done: make(chan struct{})}
	l.last[key] = t.done
	return t
}

// Run waits until all that joined the lane before has left it, does something unless ctx has ended, and leaves the lane. It is
// called once.
func (t Turn) Run(ctx context.Context, do func(ctx context.Context)) {
	defer t.leave()
	if t.before != nil {
		<-t.before // even if ctx has ended, so that those after it keep the order
	}
	if ctx.Err() != nil {
		return // select would choose by chance between a free slot and this
	}
	select {
	case t.lanes.slots <- struct{}{}:
		defer func() { <-t.lanes.slots }()
	case <-ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(ctx, t.lanes.bound)
	defer cancel()
	do(ctx)
}

func (t Turn) leave() {
	l := t.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last[t.key] == t.done {
		delete(l.last, t.key)
	}
	close(t.done)
}
