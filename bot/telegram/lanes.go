package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// The bounds of taking in updates.
const (
	maxAtOnce     = 32               // updates in work
	handleTimeout = 30 * time.Second // for one update
)

// handler takes in an update.
type handler func(ctx context.Context, u update) error

// lanes has updates taken in: those of one place one after another in the order of their coming, those of many places at once.
type lanes struct {
	handle handler
	log    *slog.Logger
	slots  chan struct{}

	mu   sync.Mutex
	last map[place]chan struct{} // closed when the last one of a place is done
}

func newLanes(handle handler, log *slog.Logger) *lanes {
	return &lanes{handle: handle, log: log, slots: make(chan struct{}, maxAtOnce), last: map[place]chan struct{}{}}
}

// join puts an update behind those of its place. Whoever joins has to do it.
func (l *lanes) join(u update) (do func(ctx context.Context)) {
	at, done := u.where(), make(chan struct{})
	l.mu.Lock()
	before := l.last[at]
	l.last[at] = done
	l.mu.Unlock()
	return func(ctx context.Context) {
		defer l.leave(at, done)
		if before != nil {
			<-before
		}
		l.slots <- struct{}{}
		defer func() { <-l.slots }()
		l.takeIn(ctx, u)
	}
}

func (l *lanes) leave(at place, done chan struct{}) {
	close(done)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last[at] == done {
		delete(l.last, at)
	}
}

// takeIn has an update taken in to its end, even while stopping. What goes wrong with one is logged, and is no reason to have it
// delivered for ever.
func (l *lanes) takeIn(ctx context.Context, u update) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			l.failed(ctx, u, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	if err := l.handle(ctx, u); err != nil {
		l.failed(ctx, u, err)
	}
}

func (l *lanes) failed(ctx context.Context, u update, err error) {
	l.log.WarnContext(ctx, "update not answered", "update", u.ID, "chat", u.where().address().String(), "error", err)
}
