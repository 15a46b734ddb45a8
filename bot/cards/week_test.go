package cards_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// weekOf adds n streams to the week of Monday 3 November 2025; every second one has a figure.
func weekOf(t *testing.T, store storage.Store, n int) {
	t.Helper()
	for i := range n {
		err := store.Update(t.Context(), func(tx storage.Tx) error {
			s := storage.Stream{
				Scope: storage.Public, ID: fmt.Sprintf("s9%03d", i), Titles: storage.Names{"en": fmt.Sprintf("Number %d", i)},
				State: storage.Ended, Automaker: "xiaomi", Lasted: time.Hour,
				Start: bot.NewWhen(time.Date(2025, time.November, 3, i%100, 0, 0, 0, time.UTC), time.UTC, bot.ToMinute),
			}
			if err := storage.ImportStream(tx, s); err != nil || i%2 > 0 {
				return err
			}
			return storage.AddReading(tx, storage.Public, s.ID, storage.Reading{Metric: "douyin.entered", Value: int64(1000 + i)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAWeekOfManyStreamsFitsAPhone(t *testing.T) {
	const streams, lines = 40, 14
	house := bottest.Open(t, time.Date(2025, time.November, 12, 10, 0, 0, 0, time.UTC))
	weekOf(t, house.Store, streams)
	err := house.Store.View(t.Context(), func(r storage.Reader) error {
		view := cards.View{Scoped: storage.Scoped{Reader: r, Scope: storage.Public}, Locale: "en", Zone: time.UTC, Now: house.Now}
		post, err := view.Week(storage.ISOWeek{Year: 2025, Week: 45})
		if err != nil {
			return err
		}
		post.Locale, post.Zone = "en", time.UTC
		said := bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post)
		if n := strings.Count(said, "\n"); n > lines {
			t.Errorf("%d lines:\n%s", n, said)
		}
		for _, want := range []string{"Number 38", "1,038 entered the room", "[and ", "] /top streams douyin.entered 2025-W45"} {
			if !strings.Contains(said, want) {
				t.Errorf("no %q in:\n%s", want, said)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
