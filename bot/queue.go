package bot

import (
	"context"
	"fmt"
	"sync"
)

// queue lets requests in, those of one chat one after another in the order of their coming, those of many chats at once,
// both within bounds.
type queue struct {
	slots   chan struct{}
	waiting int

	mu    sync.Mutex
	chats map[ChatID]*line
}

// line is the requests of one chat.
type line struct {
	last chan struct{} // closed when the last one has left
	n    int
}

func newQueue(atOnce, waiting int) *queue {
	return &queue{slots: make(chan struct{}, atOnce), waiting: waiting, chats: map[ChatID]*line{}}
}

// enter waits for the chat's turn and a free slot. The caller calls leave when it is done.
func (q *queue) enter(ctx context.Context, chat ChatID) (leave func(), err error) {
	before, done, ok := q.join(chat)
	if !ok {
		return nil, NewError(Limit, "error.busy", nil)
	}
	if before != nil {
		// A request that gives up still waits for the ones before it, so that those after it keep the order.
		<-before
	}
	quit := func() { q.quit(chat, done) }
	if err := ctx.Err(); err != nil {
		quit() // select would choose by chance between a free slot and this
		return nil, fmt.Errorf("wait for the chat's turn: %w", err)
	}
	select {
	case q.slots <- struct{}{}:
		return func() { <-q.slots; quit() }, nil
	case <-ctx.Done():
		quit()
		return nil, fmt.Errorf("wait for a free slot: %w", ctx.Err())
	}
}

// join puts a request at the end of its chat's line.
func (q *queue) join(chat ChatID) (before, done chan struct{}, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.chats[chat]
	if l == nil {
		l = &line{}
		q.chats[chat] = l
	}
	if l.n == q.waiting {
		return nil, nil, false
	}
	before, done = l.last, make(chan struct{})
	l.last, l.n = done, l.n+1
	return before, done, true
}

func (q *queue) quit(chat ChatID, done chan struct{}) {
	close(done)
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.chats[chat]
	if l.n--; l.n == 0 {
		delete(q.chats, chat)
	}
}
