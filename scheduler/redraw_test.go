package scheduler_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
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

// TestAChangeWhileCardsAreDrawn: what changes while the first of two cards is drawn, at the same instant, is on both in the end,
// and the second is not drawn as things stood before.
func TestAChangeWhileCardsAreDrawn(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(w *world, id string)
		shows  string
	}{
		"another step": {func(w *world, id string) { w.end(storage.Public, id) }, "card.ended"},
		"a figure": {func(w *world, id string) {
			viewers := storage.Reading{Metric: "weibo.viewers", Value: 3_000_000, At: w.now}
			w.update(func(tx storage.Tx) error {
				return storage.RecordReadings(tx, w.now, storage.Public, id, []storage.Reading{viewers}, w.now)
			})
		}, "card.off_interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chats := []storage.Chat{w.chatIn("one", "first"), w.chatIn("two", "second")}
			for _, chat := range chats {
				w.watch(chat, storage.CardStyle)
			}
			id := w.see(scheduler.On, "weibo").Stream
			w.pass(time.Hour)
			before := w.edits(chats[1])
			w.sender.On(bottest.Cue{Nth: w.sender.Ops() + 1, Then: func() { tt.change(w, id) }})
			w.see(scheduler.Off, "weibo")
			for _, chat := range chats {
				if got := headline(w.sender.Messages(chat.Address)[0].Shows()); got != tt.shows {
					t.Errorf("%s shows %s, want %s", chat.Address, got, tt.shows)
				}
				w.view(func(r storage.Reader) error {
					card, err := storage.Cards.Get(r, id, chat.ID)
					if err != nil {
						return err
					}
					if asides, err := storage.Asides(r, chat.Scope(), id); err != nil || card.Asides != asides {
						t.Errorf("%s shows %d changes of figures, want %d (%v)", chat.Address, card.Asides, asides, err)
					}
					return nil
				})
			}
			if got := w.edits(chats[1]) - before; got != 1 {
				t.Errorf("the second card was drawn %d times, want once", got)
			}
		})
	}
}

// metered is a store that counts the Updates that wrote something, and what they wrote.
type metered struct {
	storage.Store
	updates int
	written map[string]int // by the table
}

func (c *metered) Update(ctx context.Context, fn func(storage.Tx) error) error {
	var wrote []string
	err := c.Store.Update(ctx, func(tx storage.Tx) error {
		one := storage.NewOverlay(tx, tx.Room())
		if err := fn(one); err != nil {
			return err
		}
		wrote = nil
		for key := range one.Writes() {
			table, _, _ := strings.Cut(key, "/")
			wrote = append(wrote, table)
		}
		return one.ApplyTo(tx)
	})
	if err == nil && len(wrote) > 0 {
		c.updates++
		for _, table := range wrote {
			c.written[table]++
		}
	}
	return err
}

// TestWhatACardEditCosts: a change of a stream asks for all of its cards to be drawn anew with one row, however many there are; each
// of them costs one write and one send.
func TestWhatACardEditCosts(t *testing.T) {
	const cards = 40
	w := newWorld(t, noon)
	for i := range cards {
		chat := w.chatIn("g"+strconv.Itoa(i), strconv.Itoa(i))
		w.watch(chat, storage.CardStyle)
	}
	s := w.stream(storage.Public, w.now.Add(3*time.Hour))
	w.pass(3 * time.Hour)
	w.goLive(storage.Public, s.ID)
	w.settle()
	c := &metered{Store: w.store, written: map[string]int{}}
	w.store = c
	w.start(c, w.sender)
	w.update(func(tx storage.Tx) error {
		reading := storage.Reading{Metric: "staff.viewers", Value: 30_000, At: w.now}
		return storage.RecordReadings(tx, w.now, storage.Public, s.ID, []storage.Reading{reading}, w.now)
	})
	if c.written["refresh"] != 1 {
		t.Errorf("asking for the cards to be drawn wrote %d rows, want 1: %v", c.written["refresh"], c.written)
	}
	c.updates, c.written = 0, map[string]int{}
	before := w.sender.Ops()
	w.settle()
	if sends := w.sender.Ops() - before; sends != cards {
		t.Errorf("%d cards took %d sends", cards, sends)
	}
	if c.updates != cards+1 || c.written["card"] != cards {
		t.Errorf("%d cards took %d Updates, want one each and one for all: %v", cards, c.updates, c.written)
	}
}
