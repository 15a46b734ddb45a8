package scheduler_test

import (
	"strconv"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// A stream has more cards than one look takes, among them one of a chat that is gone.
func TestEveryCardOfAStreamIsRedrawn(t *testing.T) {
	w := newWorld(t, time.Date(2024, 5, 18, 8, 0, 0, 0, time.UTC))
	stream := w.stream(storage.Public, w.now.Add(24*time.Hour))
	const cards, gone = 510, 77
	for i := range cards {
		chat := w.chatIn("g"+strconv.Itoa(i/4), strconv.Itoa(i))
		w.update(func(tx storage.Tx) error {
			if i == gone {
				if err := storage.Chats.Delete(tx, chat.ID); err != nil {
					return err
				}
			}
			return storage.Cards.Put(tx, storage.Card{
				Stream: stream.ID, Chat: chat.ID, Message: bot.MessageID("m" + strconv.Itoa(i)), Revision: stream.Revision - 1,
			})
		})
	}
	w.settle()
	behind := 0
	w.view(func(r storage.Reader) error {
		behind = 0
		for card, err := range storage.Cards.Scan(r, stream.ID) {
			if err != nil {
				return err
			}
			if card.Revision != stream.Revision {
				behind++
			}
		}
		return nil
	})
	if behind != 1 {
		t.Errorf("%d cards show an older revision, want only that of the chat that is gone", behind)
	}
}
