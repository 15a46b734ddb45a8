package storage_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// counting counts the records that are read.
type counting struct {
	storage.Reader
	gets int
}

func (c *counting) Get(key string) ([]byte, error) {
	c.gets++
	return c.Reader.Get(key)
}

func TestReadyNoticesReadsWhatItReturns(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	owe := func(chat string, kind storage.NoticeKind, n int, due time.Time) {
		write(t, store, func(tx storage.Tx) error {
			return storage.Owe(tx, storage.Notice{
				Kind: kind, Scope: storage.Public, Stream: "s1", Occurrence: strconv.Itoa(n), Chat: chat,
				Messenger: bot.Console, Due: due, Until: due.Add(time.Hour),
			})
		})
	}
	for n := range 30 {
		owe("c1", storage.ChangedNotice, n, hour(1))
	}
	owe("c2", storage.LiveNotice, 1, hour(2))
	owe("c2", storage.ChangedNotice, 2, hour(1))
	owe("c3", storage.ReminderNotice, 1, hour(4))
	owe("c4", storage.ChangedNotice, 1, hour(3))

	tests := []struct {
		name  string
		now   time.Time
		most  int
		chats []string
		next  time.Time
	}{
		{"before anything is due", hour(0), 16, nil, hour(1)},
		{"one a chat", hour(1), 16, []string{"c1", "c2"}, hour(2)},
		{"the urgent lane first, and a chat in another only once", hour(2), 16, []string{"c2", "c1"}, hour(3)},
		{"no more than asked for", hour(3), 2, []string{"c2", "c1"}, hour(3)},
		{"all", hour(4), 16, []string{"c2", "c3", "c1", "c4"}, time.Time{}},
	}
	for _, test := range tests {
		read(t, store, func(r storage.Reader) error {
			counted := &counting{Reader: r}
			ready, next, err := storage.ReadyNotices(counted, bot.Console, test.now, test.most, nil)
			var chats []string
			for _, n := range ready {
				chats = append(chats, n.Chat)
			}
			if diff := cmp.Diff(test.chats, chats); diff != "" {
				t.Errorf("%s: chats (-want +got):\n%s", test.name, diff)
			}
			if !next.Equal(test.next) {
				t.Errorf("%s: next at %s, want %s", test.name, next, test.next)
			}
			if counted.gets > len(ready) {
				t.Errorf("%s: %d records were read for %d notices", test.name, counted.gets, len(ready))
			}
			return err
		})
	}
}

// In a lane the chats of channels and the first one of each community come first, whichever news came before, then the second ones, and
// so on; and a row that is ready costs no look at those that are not.
func TestReadyNoticesGoRoundByRound(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	owe := func(chat string, turn int, due time.Time) {
		write(t, store, func(tx storage.Tx) error {
			return storage.Owe(tx, storage.Notice{
				Kind: storage.ChangedNotice, Scope: storage.Public, Stream: "s1", Occurrence: "1", Chat: chat, Turn: turn,
				Messenger: bot.Console, Due: due, Until: due.Add(time.Hour),
			})
		})
	}
	for turn := range 8 {
		owe("large"+strconv.Itoa(turn), turn, hour(1))
	}
	owe("small0", 0, hour(2))
	owe("small1", 1, hour(2))
	owe("later", 0, hour(3))
	read(t, store, func(r storage.Reader) error {
		ready, next, err := storage.ReadyNotices(r, bot.Console, hour(2), 7, func(chat string) bool { return chat == "large2" })
		var chats []string
		for _, n := range ready {
			chats = append(chats, n.Chat)
		}
		if diff := cmp.Diff([]string{"large0", "small0", "large1", "small1", "large3", "large4", "large5"}, chats); diff != "" {
			t.Errorf("seven of them, one chat being busy (-want +got):\n%s", diff)
		}
		if !next.Equal(hour(2)) {
			t.Errorf("next at %s, want now: there are more", next)
		}
		return err
	})
}

func TestTurnsAreCountedByCommunity(t *testing.T) {
	var m storage.Moment
	var turns []int
	for _, w := range []storage.Watcher{
		{Community: "g1", Cursor: "a"},
		{Community: "g1", Cursor: "b"},
		{Community: "g1", Channel: true, Cursor: "c"},
		{Community: "g1", Cursor: "d"},
		{Community: "g2", Cursor: "e"},
		{Community: "g2", Cursor: "f"},
	} {
		turns = append(turns, m.TurnOf(w))
	}
	if diff := cmp.Diff([]int{0, 1, 0, 3, 0, 1}, turns); diff != "" || m.Cursor != "f" {
		t.Errorf("turns (-want +got):\n%s\nand the walk stands behind %q, want f", diff, m.Cursor)
	}
}

func TestHowLateANoticeIs(t *testing.T) {
	tests := map[string]struct {
		notice storage.Notice
		want   time.Duration
	}{
		"as it was due":               {storage.Notice{Due: hour(1), Attempts: 1}, time.Hour},
		"early":                       {storage.Notice{Due: hour(3), Begin: hour(1), Attempts: 1}, 0},
		"as the chat wanted it":       {storage.Notice{Due: hour(0), NotBefore: hour(2), Attempts: 1}, 0},
		"tried again, since its time": {storage.Notice{Due: hour(0), NotBefore: hour(2), Attempts: 2}, 2 * time.Hour},
	}
	for name, test := range tests {
		if got := test.notice.Late(hour(2)); got != test.want {
			t.Errorf("%s: %s late, want %s", name, got, test.want)
		}
	}
}

// Planning sees of a watch that its chat is one that many read, without reading the chat.
func TestWatchersSayWhatManyRead(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	places := []bot.Chat{
		{Title: "a channel", Kind: bot.Channel},
		{Title: "a followed one", Kind: bot.Group, Followed: true},
		{Title: "a group", Kind: bot.Group},
		{Title: "a private chat", Kind: bot.Private},
	}
	got, want := map[string]bool{}, map[string]bool{"a channel": true, "a followed one": true, "a group": false, "a private chat": false}
	names := map[string]string{}
	write(t, store, func(tx storage.Tx) error {
		for _, place := range places {
			place.Address, place.Community = bot.ChatID{Messenger: bot.Console, Key: place.Title}, place.Title
			chat, err := storage.OpenChat(tx, place)
			if err != nil {
				return err
			}
			names[chat.ID] = place.Title
			if _, err := storage.AddWatch(tx, hour(0), chat, storage.Watch{Subjects: []storage.Subject{storage.Person("lei-jun")}, Style: storage.CardStyle}); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, store, func(r storage.Reader) error {
		for w, err := range storage.Watchers(r, storage.Stream{Scope: storage.Public, People: []string{"lei-jun"}}, storage.NewsRung, "") {
			if err != nil {
				return err
			}
			got[names[w.Chat]] = w.Channel
			if w.Messenger != bot.Console {
				t.Errorf("%s is of %q", names[w.Chat], w.Messenger)
			}
		}
		return nil
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("many read (-want +got):\n%s", diff)
	}
}

// A notice whose record cannot be read, or is gone from behind its row, holds up no other.
func TestReadyNoticesPassOverWhatCannotBeRead(t *testing.T) {
	store := storagetest.Open(t)
	keys := map[string]string{}
	for _, chat := range []string{"broken", "gone", "well"} {
		n := storage.Notice{
			Kind: storage.ChangedNotice, Scope: storage.Public, Stream: "s1", Occurrence: "1", Chat: chat, Messenger: bot.Console, Due: hour(1), Until: hour(2),
		}
		keys[chat] = storage.Key(append([]string{storage.Notices.Name()}, n.Key()...)...)
		write(t, store, func(tx storage.Tx) error { return storage.Owe(tx, n) })
	}
	write(t, store, func(tx storage.Tx) error {
		return errors.Join(tx.Put(keys["broken"], []byte("1 {")), tx.Delete(keys["gone"]))
	})
	read(t, store, func(r storage.Reader) error {
		ready, _, err := storage.ReadyNotices(r, bot.Console, hour(1), 16, nil)
		if len(ready) != 1 || ready[0].Chat != "well" {
			t.Errorf("ready are %+v, want that of the chat that is well", ready)
		}
		return err
	})
}
