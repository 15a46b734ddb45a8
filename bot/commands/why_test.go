package commands_test

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// TestWhyOfAVeryMessage tells its story; of a message that is no notice of this chat, what the chat was told.
func TestWhyOfAVeryMessage(t *testing.T) {
	house := bottest.Open(t, time.Date(2026, time.June, 30, 10, 0, 0, 0, time.UTC))
	place := bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "club"}, Community: "club", Kind: bot.Group}
	err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
		chat, err := storage.OpenChat(tx, place)
		if err != nil {
			return err
		}
		for i, message := range []bot.MessageID{"m1", "m2"} {
			n := storage.Notice{
				Kind: storage.ChangedNotice, Scope: storage.Public, Stream: "s7k", Occurrence: string(message), Chat: chat.ID, Messenger: bot.Console,
				Due: house.Now, Until: house.Now, Outcome: storage.Sent, Settled: house.Now.Add(time.Duration(i) * time.Second), Message: message,
			}
			if err := storage.Notices.Put(tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	voice := bot.Voice{Words: house.Words, Locale: "en", Zone: time.UTC, Now: house.Now}
	handle := storage.Notice{Kind: storage.ChangedNotice, Scope: storage.Public, Stream: "s7k", Occurrence: "m1", Chat: "c1"}.Handle()
	for of, wants := range map[bot.MessageID][]string{
		"m1": {"Change: ", "-- " + handle, "[/why s7k]"},
		"m3": {"What I told this chat, latest first", "[1] /why", "[2] /why notice=" + handle},
	} {
		post, _ := house.Router.Answer(t.Context(), bot.Inbound{
			ID: string(of), Text: "/why", From: bot.User{ID: "ann"}, Sent: house.Now, Chat: place, ToBot: true,
			About: func(sent bot.MessageID) bool { return sent == of },
		})
		for _, want := range wants {
			if got := bottest.Render(voice, post); !strings.Contains(got, want) {
				t.Errorf("of %s it is said, without %q:\n%s", of, want, got)
			}
		}
	}
	house.As(bot.Member)
	proposals, err := house.Router.Propose(t.Context(), bot.Inbound{Text: "/why", From: bot.User{ID: "ann"}, Sent: house.Now, Chat: place}, "notice", "n")
	if err != nil || len(proposals.Choices) != 2 || proposals.Choices[1].Value != handle {
		t.Errorf("proposed is %v, %v; want both, the latest first", proposals, err)
	}
}
