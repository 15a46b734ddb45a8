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
			ready, next, err := storage.ReadyNotices(counted, bot.Console, test.now, test.most)
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
