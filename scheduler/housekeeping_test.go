package scheduler_test

import (
	"testing"
	"time"

	"boardcast/storage"
)

// TestForgetting: what became of a notice is known for 30 days; a run that was missed while down is made up once.
func TestForgetting(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	w.stream("g1", w.now.Add(time.Hour))
	w.settle() // the first run is noted, the announcement sent
	w.update(func(tx storage.Tx) error {
		chat.NoWeekly = true
		return storage.SaveChat(tx, w.now, chat)
	})
	w.sleep(29 * 24 * time.Hour)
	w.settle()
	if got := len(w.notices(chat)); got != 1 {
		t.Fatalf("%d notices after 29 days, want 1", got)
	}
	w.sleep(3 * 24 * time.Hour)
	w.settle()
	if got := len(w.notices(chat)); got != 0 {
		t.Errorf("%d notices after 32 days, want none", got)
	}
	var run storage.JobRun
	w.view(func(r storage.Reader) (err error) {
		run, err = storage.JobRuns.Get(r, "forget-notices")
		return err
	})
	if !run.Last.Equal(w.now) {
		t.Errorf("the missed run was made up at %s, want %s", run.Last, w.now)
	}
	next := w.settle()
	if want := time.Date(2026, time.December, 7, 4, 10, 0, 0, time.UTC); !next.Equal(want) {
		t.Errorf("the next run is at %s, want %s", next, want)
	}
}
