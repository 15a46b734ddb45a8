package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestModeratorsAreToldInTheChatThatIsKnownLongest and is not suspended itself, as often as another one of theirs is suspended,
// and not when one is suspended still.
func TestModeratorsAreToldInTheChatThatIsKnownLongest(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	const many = 32 // so that ids of two lengths are among them
	var chats []storage.Chat
	for i := range many {
		write(t, store, func(tx storage.Tx) error {
			chat, err := storage.OpenChat(tx, bot.Chat{
				Address: bot.ChatID{Messenger: bot.Console, Key: fmt.Sprint("chat ", i)}, Community: "one", Kind: bot.Group,
			})
			if err == nil && len(chats) == i {
				chats = append(chats, chat)
			}
			return err
		})
	}
	for i, chat := range chats {
		for range 2 {
			write(t, store, func(tx storage.Tx) error {
				return storage.Suspend(tx, hour(i), chat, "suspended.refused", strings.Repeat("长", 1000), 1)
			})
		}
		read(t, store, func(r storage.Reader) error {
			var told, want []string
			for n, err := range storage.Notices.Scan(r) {
				if err != nil {
					return err
				}
				if n.Due.Equal(hour(i)) {
					told = append(told, n.Chat)
				}
			}
			if i < many-1 {
				want = []string{chats[i+1].ID}
			}
			if !slices.Equal(told, want) {
				t.Errorf("of chat %s was told in %q, want %q", chat.ID, told, want)
			}
			s, err := storage.SuspensionOf(r, chat.ID)
			if s.Missed != 2 || len([]rune(s.Reason)) != 200 {
				t.Errorf("missed %d with a reason of %d characters, want 2 and 200", s.Missed, len([]rune(s.Reason)))
			}
			return err
		})
	}
}
