package storage_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

func spot(key string) bot.ChatID { return bot.ChatID{Messenger: bot.Telegram, Key: key} }

// placed opens the chat at an address of a community, with one watch.
func placed(t *testing.T, store storage.Store, key, community string) storage.Chat {
	t.Helper()
	var chat storage.Chat
	write(t, store, func(tx storage.Tx) (err error) {
		chat, err = storage.OpenChat(tx, bot.Chat{Address: spot(key), Community: community, Kind: bot.Group})
		if err != nil {
			return err
		}
		_, err = storage.AddWatch(tx, noon, chat, storage.Watch{Subjects: []storage.Subject{storage.Person("lei-jun")}})
		return err
	})
	return chat
}

func watchesOf(t *testing.T, store storage.Store, chat storage.Chat) int {
	t.Helper()
	var watches []storage.Watch
	read(t, store, func(r storage.Reader) (err error) {
		watches, err = storage.WatchesOf(r, chat)
		return err
	})
	return len(watches)
}

// A chat that moves is the same chat, suspended or not, of the same community, which goes by its new name.
func TestAChatMovesWithAllThatIsItsOwn(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	before := placed(t, store, "-5", "-5")
	write(t, store, func(tx storage.Tx) error { return storage.Suspend(tx, noon, before, "suspended.gone", "", 1) })
	var after storage.Chat
	write(t, store, func(tx storage.Tx) (err error) {
		after, err = storage.MoveChat(tx, noon, spot("-5"), spot("-1005"), false)
		return err
	})
	if after.ID != before.ID || after.Address != spot("-1005") || watchesOf(t, store, after) != 1 {
		t.Errorf("%+v became %+v with %d watches", before, after, watchesOf(t, store, after))
	}
	read(t, store, func(r storage.Reader) error {
		community, err := storage.FindCommunity(r, bot.Telegram, "-1005")
		if err != nil || community.ID != before.Community {
			t.Errorf("the community is %+v, error %v", community, err)
		}
		if suspended, err := storage.IsSuspended(r, spot("-1005")); err != nil || !suspended {
			t.Errorf("suspended at the new address: %v, error %v", suspended, err)
		}
		return nil
	})
	write(t, store, func(tx storage.Tx) error {
		if _, err := storage.MoveChat(tx, noon, spot("-5"), spot("-1005"), false); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("moved once more: %v", err)
		}
		return nil
	})
}

// A topic that is gone hands over to the chat that it was in, which is told once.
func TestATopicHandsOverToItsChat(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	topic, general := placed(t, store, "-7/3", "-7"), placed(t, store, "-7", "-7")
	for range 2 {
		write(t, store, func(tx storage.Tx) error {
			heir, err := storage.MoveChat(tx, noon, spot("-7/3"), spot("-7"), true)
			if heir.ID != general.ID {
				t.Errorf("the heir is %s, want %s", heir.ID, general.ID)
			}
			return err
		})
	}
	if watchesOf(t, store, topic) != 0 || watchesOf(t, store, general) != 2 {
		t.Errorf("the topic has %d watches, the chat %d", watchesOf(t, store, topic), watchesOf(t, store, general))
	}
	told := 0
	read(t, store, func(r storage.Reader) error {
		for n, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			if n.Kind == storage.FellBackNotice && n.Chat == general.ID {
				told++
			}
		}
		return nil
	})
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

// Whoever is taken out of a community finds all its chats suspended, a page at a time, and tries them all when let in again.
func TestACommunityIsLeftAndEnteredAgain(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	const topics = 90
	for i := range topics {
		placed(t, store, "-9/"+strconv.Itoa(i+1), "-9")
	}
	pages := func(page func(tx storage.Tx) (bool, error)) int {
		n := 0
		for done := false; !done; n++ {
			write(t, store, func(tx storage.Tx) (err error) {
				done, err = page(tx)
				return err
			})
		}
		return n
	}
	left := pages(func(tx storage.Tx) (bool, error) { return storage.LeftCommunity(tx, noon, bot.Telegram, "-9") })
	suspended, soon := 0, 0
	count := func() {
		suspended, soon = 0, 0
		read(t, store, func(r storage.Reader) error {
			for s, err := range storage.Suspensions.Scan(r) {
				if err != nil {
					return err
				}
				suspended++
				if !s.Probe.After(noon.Add(time.Hour)) {
					soon++
				}
			}
			return nil
		})
	}
	if count(); suspended != topics || soon != 0 || left < 2 {
		t.Errorf("%d chats are suspended in %d pages, %d to be tried soon", suspended, left, soon)
	}
	pages(func(tx storage.Tx) (bool, error) {
		return storage.BackInCommunity(tx, noon.Add(time.Hour), bot.Telegram, "-9")
	})
	if count(); suspended != topics || soon != topics {
		t.Errorf("of %d chats %d are to be tried", suspended, soon)
	}
	if n := pages(func(tx storage.Tx) (bool, error) { return storage.LeftCommunity(tx, noon, bot.Telegram, "nobody's") }); n != 1 {
		t.Errorf("a community that is not known takes %d pages", n)
	}
}

func TestModeratorsAreNamedByNumberHandleOrRole(t *testing.T) {
	t.Parallel()
	community := storage.Community{Moderators: []string{"@ann", "42", "@&9"}}
	for who, want := range map[bot.User]bool{
		{ID: "1", Handle: "Ann"}: true, {ID: "42"}: true, {ID: "42", Handle: "x"}: true,
		{ID: "1", Handle: "anna"}: false, {ID: "1"}: false, {}: false, {ID: "9"}: false,
	} {
		if got := community.Names(who, nil); got != want {
			t.Errorf("%+v: %v, want %v", who, got, want)
		}
	}
	for role, want := range map[string]bool{"@&9": true, "@&90": false, "9": false, "": false} {
		if got := community.Names(bot.User{ID: "1"}, []string{"@&1", role}); got != want {
			t.Errorf("with the role %q: %v, want %v", role, got, want)
		}
	}
}

// A line that is too long for a button is kept for 30 days since it was last needed, and written at most once a day.
func TestLinesAreKeptForAMonth(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	const day = 24 * time.Hour
	keep := func(now time.Time, line string) {
		write(t, store, func(tx storage.Tx) error { return storage.KeepLine(tx, now, line) })
	}
	for i := range 100 {
		keep(noon, "/old "+string(rune('a'+i)))
	}
	keep(noon, "/next")
	keep(noon.Add(29*day), "/next")
	for done, bound := false, 0; !done && bound < 100; bound++ {
		write(t, store, func(tx storage.Tx) (err error) {
			done, err = storage.ForgetLines(tx, noon.Add(31*day))
			return err
		})
	}
	read(t, store, func(r storage.Reader) error {
		var left []string
		for line, err := range storage.KeptLines.Scan(r) {
			if err != nil {
				return err
			}
			left = append(left, line.Line)
		}
		if len(left) != 1 || left[0] != "/next" {
			t.Errorf("kept are %q", left)
		}
		for now, want := range map[time.Time]bool{noon.Add(29 * day): true, noon.Add(30 * day): false} {
			if kept, err := storage.IsKept(r, now, "/next"); err != nil || kept != want {
				t.Errorf("at %s kept is %v, error %v", now, kept, err)
			}
		}
		return nil
	})
	if a, b := storage.LineName("/next"), storage.LineName("/next "); a == b || len(a) != 26 {
		t.Errorf("the names are %q and %q", a, b)
	}
}
