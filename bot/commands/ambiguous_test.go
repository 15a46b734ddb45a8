package commands_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// Two people of one name are asked back with their companies; a person and their own company of one name are the company.
func TestNameOfSeveral(t *testing.T) {
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
		for _, e := range []storage.Executive{
			{ID: "wang-wei-1", Names: storage.Names{"en": "Wang Wei"}, Offices: []storage.Office{{Automaker: "nio"}}},
			{ID: "wang-wei-2", Names: storage.Names{"en": "Wang Wei"}, Offices: []storage.Office{{Automaker: "xpeng"}}},
			{ID: "mr-ford", Names: storage.Names{"en": "Ford"}, Offices: []storage.Office{{Automaker: "ford"}}},
		} {
			e.Scope = storage.Public
			if err := storage.Executives.Put(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"/next wang wei": "“wang wei” could be more than one. Whom do you mean?\n" +
			"[Wang Wei, NIO] /next wang-wei-1\n[Wang Wei, XPeng] /next wang-wei-2\n",
		"/next wang-wei-2": "Wang Wei: nothing is announced that I know of. Heard of one? A moderator can /stream add it.\n",
		"/next ford":       "Ford: nothing is announced that I know of. Heard of one? A moderator can /stream add it.\n",
		"/next mr-ford":    "Ford: nothing is announced that I know of. Heard of one? A moderator can /stream add it.\n",
	} {
		chat := bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "us", Kind: bot.Private}
		post, _ := house.Router.Answer(t.Context(), bot.Inbound{ID: line, Chat: chat, Text: line})
		got := bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}
