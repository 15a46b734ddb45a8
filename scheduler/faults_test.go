package scheduler_test

import (
	"context"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/storage"
)

// full is a store on a disk that has no room for some commits, for a time.
type full struct {
	storage.Store
	until time.Time
	is    func(r storage.Reader) bool // for what a commit would make of the store
}

// Update implements [storage.Store].
func (f full) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return f.Store.Update(ctx, func(tx storage.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if time.Now().Before(f.until) && f.is(tx) {
			return syscall.ENOSPC
		}
		return nil
	})
}

// stands reports whether there is a live notice with an outcome.
func stands(r storage.Reader, outcome storage.Outcome) bool {
	for n, err := range storage.Notices.Scan(r) {
		if err == nil && n.Kind == storage.LiveNotice && n.Outcome == outcome {
			return true
		}
	}
	return false
}

// inBubble runs a story in which the scheduler runs on some store. Its log is returned.
func inBubble(t *testing.T, story func(w *world, chat storage.Chat, run func(storage.Store, bot.Sender)), look func(w *world, chat storage.Chat)) string {
	t.Helper()
	var log bottest.Log
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(12 * time.Hour) // a bubble begins at midnight
		w := newWorld(t, time.Now())
		chat := w.chatIn("one", "home")
		w.watch(chat, storage.CardStyle)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		story(w, chat, func(store storage.Store, sender bot.Sender) {
			planner, err := scheduler.NewPlanner(store, nil)
			if err != nil {
				t.Fatal(err)
			}
			lines := log.Logger()
			words := cards.Composer{Words: bottest.Words(t)}
			dispatcher := scheduler.NewDispatcher(store, words, map[bot.Messenger]bot.Sender{bot.Console: sender}, nil, lines)
			running.Go(func() {
				if err := scheduler.Run(ctx, planner, dispatcher, scheduler.MachineClock(time.Now), lines); err != nil {
					t.Errorf("run: %v", err)
				}
			})
			time.Sleep(time.Second)
		})
		look(w, chat)
		stop()
		running.Wait()
	})
	return log.String()
}

// lives is a story in which a stream goes live on a store.
func (w *world) lives(run func(storage.Store, bot.Sender), store storage.Store) {
	w.t.Helper()
	s := w.stream("g1", time.Now().Add(3*time.Hour))
	run(store, w.sender)
	w.now = time.Now()
	w.goLive("g1", s.ID)
}

// live is how often a chat was told that a stream is live.
func (w *world) live(chat storage.Chat) int {
	w.t.Helper()
	n := 0
	for _, m := range w.sender.Messages(chat.Address) {
		if strings.HasPrefix(headline(m.Post), "card.live") {
			n++
		}
	}
	return n
}

const fullFor = 10 * time.Minute

// Without room for the mark that it is in flight nothing is sent; as soon as there is room, it is. The log says so, and not all the time.
func TestFaultDiskFullBeforeASend(t *testing.T) {
	t.Parallel()
	for name, is := range map[string]func(r storage.Reader) bool{
		"for nothing":  func(storage.Reader) bool { return true },
		"for the mark": func(r storage.Reader) bool { return stands(r, storage.Sending) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := inBubble(t, func(w *world, _ storage.Chat, run func(storage.Store, bot.Sender)) {
				w.lives(run, full{Store: w.store, until: time.Now().Add(fullFor), is: is})
			}, func(w *world, chat storage.Chat) {
				time.Sleep(fullFor - 2*time.Second)
				synctest.Wait()
				if n := w.live(chat); n != 0 {
					t.Errorf("%d messages were sent without a mark", n)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if n := w.live(chat); n != 1 {
					t.Errorf("%d messages when there was room again, want 1", n)
				}
			})
			if n := strings.Count(log, syscall.ENOSPC.Error()); n == 0 || n > int(fullFor/(10*time.Second)) {
				t.Errorf("the log says so %d times in %s", n, fullFor)
			}
		})
	}
}
