package telegram

import (
	"sync"
	"time"
)

// holds are the chats that Telegram wants left alone for a while. When it says so of a second one meanwhile, it is taken to mean
// all of them, until the first of the two may be tried again: one chat's long pause is not everybody's.
type holds struct {
	mu    sync.Mutex
	chats map[int64]time.Time
	all   time.Time
}

func newHolds() *holds { return &holds{chats: map[int64]time.Time{}} }

// left is how long a chat is to be left alone from now on.
func (h *holds) left(chat int64, now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(h.all.Sub(now), h.chats[chat].Sub(now), 0)
}

// hold leaves a chat alone for a while.
func (h *holds) hold(chat int64, now time.Time, wait time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	until := now.Add(wait)
	var others time.Time // until when they are held
	for other, at := range h.chats {
		switch {
		case !at.After(now):
			delete(h.chats, other)
		case other != chat && at.After(others):
			others = at
		}
	}
	h.chats[chat] = until
	if until.After(others) {
		until = others
	}
	if until.After(h.all) {
		h.all = until
	}
}
