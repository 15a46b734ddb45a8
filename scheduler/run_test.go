package scheduler_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestRun: a reminder comes at its instant, although the store fails once at the worst moment; and Run ends with its context
// and leaves no goroutine behind, or else the bubble would not end.
func TestRun(t *testing.T) {
	for name, nth := range map[string]int{"all well": 1_000_000, "the first look fails": 1, "a later one fails": 9} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.Now())
				chat := w.chatIn("one", "home")
				w.watch(chat, storage.CardStyle, time.Minute)
				start := time.Now().Add(9 * time.Hour).Truncate(time.Minute)
				w.stream("g1", start)
				w.start(storagetest.Faulty(w.store, nth, storagetest.FailBefore), w.sender)
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- scheduler.Run(ctx, w.planner, w.dispatcher, time.Now, quiet()) }()
				time.Sleep(time.Until(start.Add(-time.Minute - time.Nanosecond)))
				synctest.Wait()
				if got := len(w.sender.Messages(chat.Address)); got != 1 {
					t.Errorf("%d messages right before the reminder, want 1", got)
				}
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				if got := w.said(chat); len(got) != 2 || got[1] != "rings card.reminder" {
					t.Errorf("said %q at the instant of the reminder", got)
				}
				stop()
				if err := <-done; err != nil {
					t.Errorf("run: %v", err)
				}
			})
		})
	}
}

// slow is a store that takes its time.
type slow struct{ storage.Store }

// View implements [storage.Store].
func (s slow) View(ctx context.Context, fn func(storage.Reader) error) error {
	time.Sleep(time.Second)
	return s.Store.View(ctx, fn)
}

// TestRunPlansBeforeItSends: after a night in which the program was down, the morning's message does not announce what is past.
func TestRunPlansBeforeItSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Now().Add(4*time.Hour)) // at night
		chat := w.chatIn("one", "home")
		chat.Quiet.Hold = true
		w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
		w.watch(chat, storage.CardStyle)
		w.stream("g1", w.now.Add(3*time.Hour))
		w.settle()
		time.Sleep(9 * time.Hour)
		planner, err := scheduler.NewPlanner(slow{w.store})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- scheduler.Run(ctx, planner, w.dispatcher, time.Now, quiet()) }()
		time.Sleep(time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
		messages := w.sender.Messages(chat.Address)
		if len(messages) != 1 || messages[0].Rang() || messages[0].Post.Headline[0].Args["News"][0].Key != "card.due" {
			t.Errorf("said %q: %+v; want that it is due, without a sound", w.said(chat), messages)
		}
	})
}
