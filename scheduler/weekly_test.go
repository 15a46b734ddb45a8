package scheduler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

// weeks are the occurrences of a chat's weeks with their outcomes, in their order.
func (w *world) weeks(chat storage.Chat) map[string]storage.Outcome {
	w.t.Helper()
	found := map[string]storage.Outcome{}
	for _, n := range w.notices(chat) {
		found[n.Occurrence] = n.Outcome
	}
	return found
}

// TestExactlyOneWeek: for two years a chat gets one week each Monday at 09:00 by its clocks, whatever these do.
func TestExactlyOneWeek(t *testing.T) {
	zones := []string{
		"America/New_York", "Europe/Paris", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "Pacific/Apia",
	}
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, time.Date(2025, time.December, 31, 12, 0, 0, 0, zone))
			chat := w.chatIn("one", "home")
			chat.Zone = name
			w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
			w.watch(chat, storage.CardStyle)
			monday := time.Date(2026, time.January, 5, 9, 0, 0, 0, zone)
			for i := range 104 {
				w.until(monday.AddDate(0, 0, 7*i).Add(-time.Second))
				w.pass(2 * time.Second)
				w.sleep(6 * 24 * time.Hour) // nothing is due: only housekeeping would run
			}
			messages := w.sender.Messages(chat.Address)
			for i, m := range messages {
				if want := monday.AddDate(0, 0, 7*i); !m.At.Equal(want) {
					t.Fatalf("week %d came at %s, want %s", i+1, m.At.In(zone), want)
				}
				if m.Rang() {
					t.Errorf("week %d made a sound", i+1)
				}
			}
			if want := 104; len(messages) != want {
				t.Errorf("%d weeks, want %d", len(messages), want)
			}
		})
	}
}

// TestYearWithWeek53: the week after 2026-W52 is 2026-W53, and then comes 2027-W01.
func TestYearWithWeek53(t *testing.T) {
	w := newWorld(t, time.Date(2026, time.December, 26, 12, 0, 0, 0, time.UTC))
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	w.until(time.Date(2027, time.January, 12, 0, 0, 0, 0, time.UTC))
	want := map[string]storage.Outcome{"2026-W52": storage.Sent, "2026-W53": storage.Sent, "2027-W01": storage.Sent}
	if diff := cmp.Diff(want, w.weeks(chat)); diff != "" {
		t.Errorf("weeks (-want +got):\n%s", diff)
	}
}

// TestWeekAfterOutage: after three weeks down there is one week, the last, if it is not older than three days.
func TestWeekAfterOutage(t *testing.T) {
	for day, want := range map[int]storage.Outcome{24: storage.Sent, 28: storage.Expired} {
		w := newWorld(t, time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC))
		chat := w.chatIn("one", "home")
		w.watch(chat, storage.CardStyle)
		w.sleep(time.Date(2026, time.November, day, 12, 0, 0, 0, time.UTC).Sub(w.now))
		w.pass(time.Hour)
		if diff := cmp.Diff(map[string]storage.Outcome{"2026-W47": want}, w.weeks(chat)); diff != "" {
			t.Errorf("back on day %d (-want +got):\n%s", day, diff)
		}
	}
}
