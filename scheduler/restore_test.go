package scheduler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
)

// TestARestoredStoreSendsNothingTwice: what was owed in the backup, or became due between it and the restore, is settled with
// a reason and never sent; what becomes due later is.
func TestARestoredStoreSendsNothingTwice(t *testing.T) {
	monday := time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
	w := newWorld(t, monday)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle, time.Hour)
	soon := w.stream("g1", monday.Add(150*time.Minute))  // its hour before is between the backup and the restore
	later := w.stream("g1", monday.Add(270*time.Minute)) // its hour before is after both
	onAir := w.stream("g1", monday.Add(90*time.Minute))
	w.settle()
	w.goLive("g1", onAir.ID) // owed in the backup, together with the chat's week at 09:00
	before := len(w.sender.Messages(chat.Address))

	restoredAt := monday.Add(2 * time.Hour)
	w.update(func(tx storage.Tx) error {
		return storage.Restores.Put(tx, storage.Restore{At: restoredAt, Of: monday})
	})
	w.sleep(2*time.Hour + time.Minute)
	w.settle()
	if now := len(w.sender.Messages(chat.Address)); now != before {
		t.Errorf("%d messages were sent again: %q", now-before, w.said(chat)[before:])
	}
	skipped := map[storage.NoticeKind]string{}
	for _, n := range w.notices(chat) {
		if n.Outcome == storage.Skipped {
			skipped[n.Kind] += n.Stream + n.Why
		}
		if n.Owed() {
			t.Errorf("%s of %s is still owed", n.Kind, n.Stream)
		}
	}
	want := map[storage.NoticeKind]string{
		storage.LiveNotice:     onAir.ID + "why.restored",
		storage.ReminderNotice: soon.ID + "why.restored",
		storage.WeeklyNotice:   "why.restored",
	}
	if diff := cmp.Diff(want, skipped); diff != "" {
		t.Errorf("not sent again (-want +got):\n%s", diff)
	}

	w.until(monday.Add(4 * time.Hour))
	if diff := cmp.Diff([]string{"rings card.reminder"}, w.said(chat)[before:]); diff != "" {
		t.Errorf("after the restore, of %s (-want +got):\n%s", later.ID, diff)
	}
}

// TestAForgottenStreamOfABackupEndsWithoutNews: steps that became due between the backup and the restore are taken, and what
// they would have told was told then.
func TestAForgottenStreamOfABackupEndsWithoutNews(t *testing.T) {
	began := time.Date(2026, time.January, 6, 8, 0, 0, 0, time.UTC)
	w := newWorld(t, began)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.MessagesStyle)
	stream := w.stream("g1", began.Add(time.Hour))
	w.goLive("g1", stream.ID)
	w.settle()
	before := len(w.sender.Messages(chat.Address))
	restored := began.Add(5 * 24 * time.Hour)
	w.now = restored.Add(time.Minute) // the program is down meanwhile
	w.update(func(tx storage.Tx) error {
		return storage.Restores.Put(tx, storage.Restore{At: restored, Of: began})
	})
	w.settle()
	if got := w.said(chat)[before:]; len(got) != 0 {
		t.Errorf("sent %q, want nothing", got)
	}
	if got := w.outcomes(chat)[storage.EndedNotice]; got != "skipped" {
		t.Errorf("the end is %q, want skipped", got)
	}
	w.view(func(r storage.Reader) error {
		s, err := storage.Scoped{Reader: r, Scope: "g1"}.Stream(stream.ID)
		if s.State != storage.Ended {
			t.Errorf("the stream is %s, want ended", s.State)
		}
		return err
	})
}

// TestANoticeInFlightInABackupIsNotSentAgain whatever its kind.
func TestANoticeInFlightInABackupIsNotSentAgain(t *testing.T) {
	now := time.Date(2026, time.January, 6, 8, 0, 0, 0, time.UTC)
	w := newWorld(t, now)
	chat := w.chatIn("one", "home")
	for _, kind := range []storage.NoticeKind{storage.LiveNotice, storage.WeeklyNotice} {
		w.update(func(tx storage.Tx) error {
			return storage.Notices.Put(tx, storage.Notice{
				Kind: kind, Scope: "g1", Occurrence: "1", Chat: chat.ID, Messenger: bot.Console, Due: now, Until: now.Add(time.Hour),
				Outcome: storage.Sending, Tried: now,
			})
		})
	}
	w.update(func(tx storage.Tx) error {
		return storage.Restores.Put(tx, storage.Restore{At: now.Add(time.Minute), Of: now})
	})
	w.now = now.Add(2 * time.Minute)
	if err := w.dispatcher.Recover(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	want := map[storage.NoticeKind]string{storage.LiveNotice: "skipped", storage.WeeklyNotice: "skipped"}
	if diff := cmp.Diff(want, w.outcomes(chat)); diff != "" {
		t.Errorf("in flight (-want +got):\n%s", diff)
	}
}
