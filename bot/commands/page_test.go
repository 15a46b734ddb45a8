package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// A list can be turned as far as its option takes a page, and no button leads beyond.
func TestListsEnd(t *testing.T) {
	const streams = 520 // a page has ten
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	for n := range streams {
		err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
			at := house.Now.Add(-time.Duration(n+1) * time.Hour)
			_, err := storage.AddStream(tx, at, storage.Stream{
				Scope: storage.Public, State: storage.Ended, People: []string{"lei-jun"}, Start: bot.NewWhen(at, time.UTC, bot.ToMinute),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	goesOn := func(line string) bool {
		post, _ := house.Router.Answer(t.Context(), bot.Inbound{
			ID: line, Text: line, Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Kind: bot.Private},
		})
		if len(post.Body) == 0 {
			t.Fatalf("%s lists nothing: %v", line, post.Headline)
		}
		return slices.ContainsFunc(post.Buttons, func(b bot.Button) bool { return strings.Contains(b.Command, "page=") })
	}
	for line, want := range map[string]bool{"/recent lei jun": true, "/recent lei jun page=49": true, "/recent lei jun page=50": false} {
		if got := goesOn(line); got != want {
			t.Errorf("%s: goes on is %t", line, got)
		}
	}
}
