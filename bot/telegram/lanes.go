package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"sync"
	"time"
)

const (
	// handledAtOnce is how many updates are handled at the same time.
	handledAtOnce = 32
	// handlingBound is how long handling one update may take.
	handlingBound = 30 * time.Second
)

// handleFunc does what an update asks for.
type handleFunc func(ctx context.Context, u update) error

// lanes keep the order of each chat while many are handled at once. An update joins its lane when it comes, takes its turn, and
// leaves.
type lanes struct {
	handle handleFunc
	log    *slog.Logger
	slots  chan struct{}

	mu   sync.Mutex
	last map[string]chan struct{} // of a lane with anything in it: closed when the last of it has left
}

func newLanes(handle handleFunc, log *slog.Logger) *lanes {
	return &lanes{handle: handle, log: log, slots: make(chan struct{}, handledAtOnce), last: map[string]chan struct{}{}}
}

// turn is the place of an update in its lane. Whoever has one calls run or leaves the lane blocked for ever.
type turn struct {
	lanes  *lanes
	key    string
	before chan struct{} // nil: it is the first
	done   chan struct{}
}

// join puts an update at the end of its lane.
func (l *lanes) join(key string) turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := turn{lanes: l, key: key, before: l.last[key], done: make(chan struct{})}
	l.last[key] = p.done
	return p
}

// run waits for its turn, does something unless ctx has ended, and leaves the lane.
func (p turn) run(ctx context.Context, do func(ctx context.Context)) {
	defer p.leave()
	if p.before != nil {
		<-p.before // even if ctx has ended, so that those after it keep the order
	}
	if ctx.Err() != nil {
		return // select would choose by chance between a free slot and this
	}
	select {
	case p.lanes.slots <- struct{}{}:
		defer func() { <-p.lanes.slots }()
	case <-ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(ctx, handlingBound)
	defer cancel()
	do(ctx)
}

func (p turn) leave() {
	l := p.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last[p.key] == p.done {
		delete(l.last, p.key)
	}
	close(p.done)
}

// do handles an update. What fails is logged and counts as handled: to get it again would not help.
func (l *lanes) do(ctx context.Context, u update) {
	if err := l.guarded(ctx, u); err != nil {
		l.log.ErrorContext(ctx, "update failed", "update_id", u.ID, "error", err)
	}
}

func (l *lanes) guarded(ctx context.Context, u update) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return l.handle(ctx, u)
}

// laneOf is what keeps its order: a chat, a topic of a forum, or a person who asks inline. It is "" for an update of a kind that
// we do not know.
func laneOf(u update) string {
	switch {
	case u.Message != nil:
		return laneOfMessage(u.Message)
	case u.CallbackQuery != nil && u.CallbackQuery.Message != nil:
		return laneOfMessage(u.CallbackQuery.Message)
	case u.CallbackQuery != nil:
		return laneOfUser(u.CallbackQuery.From)
	case u.InlineQuery != nil:
		return laneOfUser(u.InlineQuery.From)
	case u.MyChatMember != nil:
		return laneOfMessage(&message{Chat: u.MyChatMember.Chat})
	}
	return ""
}

func laneOfMessage(m *message) string {
	key := "chat " + strconv.FormatInt(m.Chat.ID, 10)
	if m.IsTopicMessage {
		key += "/" + strconv.FormatInt(m.ThreadID, 10)
	}
	return key
}

func laneOfUser(u user) string { return "user " + strconv.FormatInt(u.ID, 10) }
