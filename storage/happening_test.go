package storage_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestReadyHappenings are those of a messenger whose time has come, one a community, in the order of their times; what failed before comes
// after what did not.
func TestReadyHappenings(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	write(t, store, func(tx storage.Tx) error {
		for _, h := range []storage.Happening{
			{Community: "g1", Stream: "s1", Messenger: bot.Discord, Next: hour(2)},
			{Community: "g1", Stream: "s2", Messenger: bot.Discord, Next: hour(1)},
			{Community: "g2", Stream: "s1", Messenger: bot.Discord, Next: hour(2), Tries: 1},
			{Community: "g3", Stream: "s1", Messenger: bot.Discord, Next: hour(2)},
			{Community: "g4", Stream: "s1", Messenger: bot.Discord, Next: hour(4)},
			{Community: "g5", Stream: "s1", Messenger: bot.Discord},
			{Community: "g6", Stream: "s1", Messenger: bot.Telegram, Next: hour(1)},
		} {
			if err := storage.Happenings.Put(tx, h); err != nil {
				return err
			}
		}
		return nil
	})
	for _, tt := range []struct {
		at, most int
		want     []string
		next     time.Time
	}{
		{0, 9, nil, hour(1)},
		{1, 9, []string{"g1 s2"}, hour(2)},
		{3, 9, []string{"g1 s2", "g3 s1", "g2 s1"}, hour(4)},
		{3, 2, []string{"g1 s2", "g3 s1"}, hour(3)},
		{5, 9, []string{"g1 s2", "g3 s1", "g2 s1", "g4 s1"}, time.Time{}},
	} {
		read(t, store, func(r storage.Reader) error {
			ready, next, err := storage.ReadyHappenings(r, bot.Discord, hour(tt.at), tt.most)
			var got []string
			for _, h := range ready {
				got = append(got, h.Community+" "+h.Stream)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || !next.Equal(tt.next) {
				t.Errorf("at %d, %d at most (-want +got):\n%s and next at %s", tt.at, tt.most, diff, next)
			}
			return err
		})
	}
}

// TestLookAfterRestore: whatever is known of calendars is forgotten once after a restore, page by page, but for what somebody has taken
// away; and every calendar that is kept is looked at.
func TestLookAfterRestore(t *testing.T) {
	t.Parallel()
	const communities = 120
	store := storagetest.Open(t, storage.Tables()...)
	for i := range communities {
		write(t, store, func(tx storage.Tx) error {
			place := bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: strconv.Itoa(i)}, Community: strconv.Itoa(i), Kind: bot.Group}
			chat, err := storage.OpenChat(tx, place)
			if err != nil {
				return err
			}
			h := storage.Happening{
				Community: chat.Community, Stream: "s1", Messenger: bot.Discord, ID: "e1", State: bot.IsComing, Shown: "x", Gone: i == 0,
			}
			if err := storage.Happenings.Put(tx, h); err != nil {
				return err
			}
			chat.Hosts = true
			return storage.Chats.Put(tx, chat)
		})
	}
	write(t, store, storage.LookAfterRestore) // there was none
	if n := looks(t, store); n != 0 {
		t.Errorf("%d looks without a restore", n)
	}
	write(t, store, func(tx storage.Tx) error { return storage.Restores.Put(tx, storage.Restore{At: hour(1), Of: hour(0)}) })
	write(t, store, storage.LookAfterRestore)
	pages := 0
	for ; pages < communities; pages++ {
		var all *storage.Look
		read(t, store, func(r storage.Reader) (err error) {
			all, err = storage.FirstLook(r)
			return err
		})
		if all == nil || all.Kind != storage.LookAtAll {
			break
		}
		write(t, store, func(tx storage.Tx) error { return all.Walk(tx, hour(2)) })
	}
	if pages < 3 {
		t.Errorf("walked in %d pages, want several", pages)
	}
	read(t, store, func(r storage.Reader) error {
		for h, err := range storage.Happenings.Scan(r) {
			if err != nil {
				return err
			}
			want := storage.Happening{Community: h.Community, Stream: "s1", Messenger: bot.Discord, Doubt: true, Next: hour(2)}
			if h.Gone {
				want = h
			}
			if diff := cmp.Diff(want, h); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		return nil
	})
	if n := looks(t, store); n != communities {
		t.Errorf("%d calendars are looked at, want all", n)
	}
	write(t, store, storage.LookAfterRestore) // it was done
	if n := looks(t, store); n != communities {
		t.Errorf("%d looks after a second start", n)
	}
}

// looks counts what calendars have to be looked at for.
func looks(t *testing.T, store storage.Store) (n int) {
	t.Helper()
	read(t, store, func(r storage.Reader) (err error) {
		n, _, err = storage.Looks.Count(r)
		return err
	})
	return n
}
