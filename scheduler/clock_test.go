package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// jump sets the clock.
func (w *world) jump(by time.Duration) {
	w.t.Helper()
	before := w.now
	w.now = w.now.Add(by)
	if err := w.dispatcher.ClockJumps(w.t.Context(), before, w.now); err != nil {
		w.t.Fatal(err)
	}
}

// What was due while the machine slept is told in one message after, as after any outage; a nap is none.
func TestFaultTheClockJumpsForwards(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		by   time.Duration
		want []string
	}{
		"a nap":   {10 * time.Minute, []string{"silent card.announced", "rings card.live_since", "silent card.announced"}},
		"an hour": {time.Hour, []string{"silent card.announced", "rings gather.many_catchup"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, storage.CardStyle)
			s := w.stream("g1", w.now.Add(3*time.Hour))
			w.pass(time.Minute)
			w.goLive("g1", s.ID)
			w.stream("g1", w.now.Add(30*time.Hour))
			w.jump(test.by)
			w.settle()
			if diff := cmp.Diff(test.want, w.said(chat)); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			w.goLive("g1", w.stream("g1", w.now.Add(5*time.Minute)).ID)
			w.settle()
			if got := w.said(chat); got[len(got)-1] != "rings card.live" {
				t.Errorf("what happens after is told as ever, not as %q", got[len(got)-1])
			}
		})
	}
}

// After the clock has been set back what is to be tried again waits no longer than before, news goes on at once, and nothing that was
// told is told again.
func TestFaultTheClockJumpsBackwards(t *testing.T) {
	t.Parallel()
	tests := map[string]func(w *world){
		"while it runs":    func(w *world) { w.jump(-time.Hour) },
		"while it is down": func(w *world) { w.sleep(-time.Hour); w.revive() },
		"while it is down, with a notice in flight": func(w *world) {
			w.update(func(tx storage.Tx) error {
				queued, _, err := storage.ReadyNotices(tx, bot.Console, w.now.Add(time.Hour), 1, nil)
				if err != nil {
					return err
				}
				queued[0].Outcome, queued[0].NotBefore = storage.Sending, time.Time{}
				return storage.Notices.Put(tx, queued[0])
			})
			w.sleep(-time.Hour)
			w.revive()
		},
	}
	for name, setBack := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, storage.CardStyle, time.Hour)
			s := w.stream("g1", w.now.Add(3*time.Hour))
			w.pass(2*time.Hour + 20*time.Minute) // the reminder is told
			w.sender.On(bottest.Cue{Nth: w.sender.Ops() + 1, Err: &bot.RetryError{After: time.Minute, Err: errors.New("too much")}})
			w.goLive("g1", s.ID)
			w.settle()
			setBack(w)
			want := []string{"silent card.announced", "rings card.reminder", "rings card.live"}
			for _, wait := range []time.Duration{time.Minute, 3 * time.Hour} {
				w.pass(wait)
				if diff := cmp.Diff(want, w.said(chat)); diff != "" {
					t.Errorf("said %s later (-want +got):\n%s", wait, diff)
				}
			}
			for _, n := range w.notices(chat) {
				if n.Outcome != storage.Sent {
					t.Errorf("%s is %s", n.Kind, n.Outcome)
				}
			}
		})
	}
}

// A week that was in doubt when the clock was set back may be remembered by its messenger or not: nobody knows how long ago it was.
func TestFaultTheClockJumpsBackwardsInDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Date(2026, time.November, 8, 12, 0, 0, 0, time.UTC))
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	w.start(w.store, forgetful{outOfReach{w.sender, func() bool { return false }}})
	w.sender.On(bottest.Cue{Nth: 1, Err: &bot.UnknownError{}, Accepted: true})
	w.until(w.now.Add(21 * time.Hour)) // it is tried once
	w.jump(-time.Hour)
	w.pass(2 * time.Hour)
	if got := w.outcomes(chat)[storage.WeeklyNotice]; got != string(storage.Uncertain) || len(w.said(chat)) != 1 {
		t.Errorf("the week is %s, after %q", got, w.said(chat))
	}
}
