package storage_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// The clock was at five and is set back to four. What waits for its hour goes on waiting; the rest waits as long as it was to.
func TestNoticesAreRetimedWhenTheClockWasSetBack(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	five, minute := hour(5), time.Minute
	tests := []struct {
		name                  string
		kind                  storage.NoticeKind
		due, tried, notBefore time.Time
		messenger             bot.Messenger
		want                  time.Time // when it is ready
	}{
		{name: "tried an hour ago", kind: storage.LiveNotice, due: hour(3), tried: hour(3), notBefore: hour(6), want: hour(6)},
		{name: "tried just now", kind: storage.LiveNotice, due: five, tried: five.Add(minute), notBefore: five.Add(9 * minute), want: hour(4).Add(8 * minute)},
		{name: "to be tried at once", kind: storage.LiveNotice, due: five, tried: five, want: hour(4)},
		{name: "news", kind: storage.EndedNotice, due: five, want: hour(4)},
		{name: "ready", kind: storage.EndedNotice, due: hour(3), want: hour(3)},
		{name: "a reminder that is early now", kind: storage.ReminderNotice, due: five, tried: five, notBefore: five.Add(minute), want: five},
		{name: "a digest of tomorrow", kind: storage.DigestNotice, due: hour(30), want: hour(30)},
		{name: "held until the morning", kind: storage.SuspendedNotice, due: hour(3), notBefore: hour(9), want: hour(9)},
		{name: "of another messenger", kind: storage.LiveNotice, due: five, messenger: bot.Discord, want: five},
	}
	for i, test := range tests {
		write(t, store, func(tx storage.Tx) error {
			n := storage.Notice{
				Kind: test.kind, Stream: "s1", Occurrence: strconv.Itoa(i), Chat: fmt.Sprint("c", i), Messenger: bot.Telegram,
				Due: test.due, Until: test.due.Add(100 * time.Hour), Tried: test.tried, NotBefore: test.notBefore, Outcome: storage.Queued,
			}
			if test.messenger != "" {
				n.Messenger = test.messenger
			}
			return storage.Notices.Put(tx, n)
		})
	}
	retime(t, store, hour(4))
	retime(t, store, hour(4)) // changes nothing any more
	for i, test := range tests {
		read(t, store, func(r storage.Reader) error {
			n, err := storage.Notices.Get(r, ":s1", string(test.kind), strconv.Itoa(i), fmt.Sprint("c", i))
			if err != nil {
				return err
			}
			ready := n.Due
			if n.NotBefore.After(ready) {
				ready = n.NotBefore
			}
			if diff := cmp.Diff(test.want, ready); diff != "" {
				t.Errorf("%s: ready at (-want +got):\n%s", test.name, diff)
			}
			return nil
		})
	}
}

// A backlog is longer than a transaction has room for.
func TestALongBacklogIsRetimedInPages(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t)
	const notices = 100
	for part := range 5 {
		write(t, store, func(tx storage.Tx) error {
			for i := range notices / 5 {
				n := storage.Notice{
					Kind: storage.LiveNotice, Stream: "s1", Occurrence: "1", Chat: fmt.Sprint("c", part, "-", i), Messenger: bot.Telegram,
					Due: hour(5), Until: hour(9),
				}
				if err := storage.Owe(tx, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if pages := retime(t, store, hour(4)); pages < 2 {
		t.Errorf("%d pages", pages)
	}
	read(t, store, func(r storage.Reader) error {
		ready, later, err := storage.ReadyNotices(r, bot.Telegram, hour(4), notices+1, nil)
		if len(ready) != notices || !later.IsZero() {
			t.Errorf("%d are ready, others at %s; want %d", len(ready), later, notices)
		}
		return err
	})
}

// retime re-times what Telegram is owed, and returns in how many transactions.
func retime(t *testing.T, store storage.Store, now time.Time) (pages int) {
	t.Helper()
	for next, done := "", false; !done; pages++ {
		var behind string
		write(t, store, func(tx storage.Tx) (err error) {
			behind, done, err = storage.RetimeNotices(tx, bot.Telegram, now, next)
			return err
		})
		next = behind
	}
	return pages
}
