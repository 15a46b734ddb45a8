package storage_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

func TestANoticeKeepsItsLastTries(t *testing.T) {
	t.Parallel()
	n := owing(bot.Discord, "c1", storage.LiveNotice, hour(0))
	for i := range 10 {
		n.Note(hour(i), strconv.Itoa(i)+"\x1b"+strings.Repeat("e", 500))
	}
	if len(n.Tries) != 8 || !n.Tries[0].At.Equal(hour(2)) || !n.Tries[7].At.Equal(hour(9)) {
		t.Errorf("it keeps %v", n.Tries)
	}
	if why := n.Tries[7].Why; !strings.HasPrefix(why, "9e") || len(why) > 200 {
		t.Errorf("a long answer is kept as %q", why)
	}
	again := n
	again.Note(hour(11), "one more")
	if n.Tries[7].Why == "one more" || !n.Tries[7].At.Equal(hour(9)) {
		t.Error("a copy of the notice shares its tries")
	}
}

// TestHandles: a handle is read as it is written, and those of the notices of a chat are not the same.
func TestHandles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := owing(bot.Discord, rapid.String().Draw(t, "chat")+"c", storage.LiveNotice, hour(0))
		if id, ok := storage.ParseID("n", n.Handle()); !ok || id != n.Handle() {
			t.Errorf("%q is read as %q, %v", n.Handle(), id, ok)
		}
	})
	seen := map[string]bool{}
	for i := range 500 {
		n := owing(bot.Discord, "c1", storage.LiveNotice, hour(0))
		n.Occurrence = strconv.Itoa(i)
		seen[n.Handle()] = true
	}
	if len(seen) != 500 {
		t.Errorf("500 notices have %d handles", len(seen))
	}
}

func TestPlaceOfANotice(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	last := owing(bot.Discord, "c4", storage.ReminderNotice, hour(1))
	write(t, store, func(tx storage.Tx) error {
		for _, n := range []storage.Notice{
			owing(bot.Discord, "c1", storage.LiveNotice, hour(1)),
			owing(bot.Discord, "c2", storage.LiveNotice, hour(3)), // is not ready
			owing(bot.Discord, "c3", storage.ReminderNotice, hour(0)),
			last,
			owing(bot.Discord, "c5", storage.AnnouncedNotice, hour(0)), // has time
			owing(bot.Telegram, "c6", storage.LiveNotice, hour(0)),
		} {
			if err := storage.Owe(tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	type place struct {
		Ahead int
		More  bool
	}
	for most, want := range map[int]place{10: {Ahead: 2}, 1: {Ahead: 2, More: true}} {
		read(t, store, func(r storage.Reader) error {
			ahead, more, err := storage.PlaceOf(r, last, hour(2), most)
			if diff := cmp.Diff(want, place{ahead, more}); diff != "" {
				t.Errorf("looking at %d a lane (-want +got):\n%s", most, diff)
			}
			return err
		})
	}
}
