package commands_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// crowded is a house in which many streams took place in the last 30 days.
func crowded(tb testing.TB, streams int) *bottest.House {
	tb.Helper()
	house := bottest.Open(tb, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	for i := range streams {
		start := house.Now.Add(-time.Duration(i+1) * 30 * 24 * time.Hour / time.Duration(streams+2))
		err := house.Store.Update(tb.Context(), func(tx storage.Tx) error {
			return storage.ImportStream(tx, storage.Stream{
				Scope: storage.Public, ID: fmt.Sprintf("sz%03d", i), Titles: storage.Names{"en": fmt.Sprintf("Drive %d", i)},
				People: []string{"lei-jun"}, Automaker: "xiaomi", State: storage.Ended, Confirmed: true, Began: start,
				Finished: start.Add(2 * time.Hour), Start: bot.NewWhen(start, time.UTC, bot.ToMinute),
				Airings: []storage.Airing{{Platform: "douyin"}, {Platform: "weibo"}},
			})
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return house
}

func ask(tb testing.TB, house *bottest.House, id, line string) bot.Post {
	tb.Helper()
	house.As(bot.Moderator)
	post, _ := house.Router.Answer(tb.Context(), bot.Inbound{
		ID: id, Text: line, From: bot.User{ID: "m", Name: "the moderator"}, Sent: house.Now,
		Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "club"}, Community: "club", Kind: bot.Group, Zone: "Asia/Shanghai"},
	})
	if post.Failed {
		tb.Fatalf("%s: failed inside", line)
	}
	return post
}

// A preview replays the latest fifty streams, writes nothing and makes no sound.
func TestAPreviewOfMany(t *testing.T) {
	house := crowded(t, 60)
	before := dumped(t, house)
	post := ask(t, house, "1", "/watch preview everything")
	if !post.Private || !post.Silent {
		t.Errorf("private %v, silent %v; want both", post.Private, post.Silent)
	}
	voice := bot.Voice{Words: house.Words, Now: house.Now}
	if wrong := bottest.TooLong(voice, post); wrong != "" {
		t.Errorf("too long for a phone: %s\n%s", wrong, bottest.Render(voice, post))
	}
	if after := dumped(t, house); after != before {
		t.Errorf("the store had %d keys, and has %d", before, after)
	}
}

func dumped(tb testing.TB, house *bottest.House) (keys int) {
	tb.Helper()
	err := house.Store.View(tb.Context(), func(r storage.Reader) error {
		for _, err := range r.Scan("", "") {
			if err != nil {
				return err
			}
			keys++
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

// BenchmarkPreview is a preview of a watch of everything with so many streams, on two platforms each, in the last 30 days: fifty are
// as many as it looks at.
func BenchmarkPreview(b *testing.B) {
	for _, streams := range []int{10, 50} {
		b.Run(strconv.Itoa(streams), func(b *testing.B) {
			house := crowded(b, streams)
			n := 0
			for b.Loop() {
				n++
				ask(b, house, strconv.Itoa(n), "/watch preview everything")
			}
		})
	}
}
