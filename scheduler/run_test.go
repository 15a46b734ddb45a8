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
