package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// TestEvents is what moderators of a Discord server say of its calendar, and read: the transcripts speak of the terminal, which has none.
func TestEvents(t *testing.T) {
	t.Parallel()
	const field = "Events: "
	refuse := func(tx storage.Tx, now time.Time) error {
		_, err := storage.CloseCalendar(tx, now, "g1", "calendar.refused", "Missing Permissions")
		return err
	}
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	house.As(bot.Moderator)
	for _, tt := range []struct {
		line string
		in   bot.ChatKind
		has  func(tx storage.Tx, now time.Time) error // what happens before
		want string                                   // a line of the answer
	}{
		{line: "/chat show", want: field + "off"},
		{line: "/chat set events=on", want: field + "what is watched here stands in the calendar, up to 60 days ahead"},
		{line: "/chat set events=on", want: "That is how it is here already."},
		{line: "/undo", want: "Taken back: /chat set events=on"},
		{line: "/chat show", want: field + "off"},
		{line: "/chat set events=on quiet=off", want: field + "what is watched here stands in the calendar, up to 60 days ahead"},
		{line: "/chat show", has: refuse, want: field +
			"on, but I may not create events here: give me Create Events, and I try again within the hour (“Missing Permissions”)"},
		{line: "/chat set weekly=off", want: field + "what is watched here stands in the calendar, up to 60 days ahead"}, // it is tried at once
		{line: "/chat check", has: refuse, want: "I know of nothing that keeps me from posting here."},
		{line: "/chat show", want: field + "what is watched here stands in the calendar, up to 60 days ahead"}, // and so it is here
		{line: "/chat show", has: func(tx storage.Tx, now time.Time) error {
			_, err := storage.LeftCommunity(tx, now, bot.Discord, "server")
			return err
		}, want: field + "on, but I was taken out of the chat"},
		{line: "/chat set events=off", has: refuse, want: field + "off"},
		{line: "/chat set events=sometimes", want: "“sometimes” is not a choice for events. Take one of these: on, off."},
		{line: "/chat set events=on", in: bot.Private, want: "That is for chats of several people; here it is only you and me."},
	} {
		house.Now = house.Now.Add(time.Minute)
		if tt.has != nil {
			if err := house.Store.Update(t.Context(), func(tx storage.Tx) error { return tt.has(tx, house.Now) }); err != nil {
				t.Fatal(err)
			}
		}
		chat := bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "channel"}, Community: "server", Kind: bot.Group}
		if tt.in == bot.Private {
			chat = bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "alone"}, Community: "alone", Kind: bot.Private}
		}
		post, _ := house.Router.Answer(t.Context(), bot.Inbound{ID: house.Now.String(), Chat: chat, Text: tt.line, From: bot.User{ID: "1"}})
		if diff := cmp.Diff(tt.want, lineWith(bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post), tt.want)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.line, diff)
		}
	}
}

// TestEventsAreOfAServerAlone: where there is no calendar, nothing is said of one.
func TestEventsAreOfAServerAlone(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	house.As(bot.Moderator)
	for _, place := range []bot.Chat{
		{Address: bot.ChatID{Messenger: bot.Telegram, Key: "1"}, Community: "1", Kind: bot.Group},
		{Address: bot.ChatID{Messenger: bot.Discord, Key: "2"}, Community: "2", Kind: bot.Private},
	} {
		post, _ := house.Router.Answer(t.Context(), bot.Inbound{ID: place.Community, Chat: place, Text: "/chat show", From: bot.User{ID: "1"}})
		said := bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post)
		if line := lineWith(said, "Events"); line != said {
			t.Errorf("%s: %s", place.Address, line)
		}
	}
}

// lineWith is the line of an answer that is a line, or begins as it does; the whole answer if there is none.
func lineWith(answer, line string) string {
	begin, _, _ := strings.Cut(line, ": ")
	for said := range strings.Lines(answer) {
		if strings.HasPrefix(said, begin) {
			return strings.TrimSuffix(said, "\n")
		}
	}
	return answer
}
