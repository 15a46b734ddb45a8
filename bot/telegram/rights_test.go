package telegram_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/telegramsrv"
)

// What Telegram lets the bot do is told by the names of its own rights; what is good to have stands in brackets.
func TestWhatTheBotLacks(t *testing.T) {
	t.Parallel()
	w := bare(t)
	restricted := func(place int64) int64 { w.server.Mute(place); return place }
	hushed := func(place int64) int64 { w.server.Hush(place, true); return place }
	gone := func(place int64) int64 { w.server.Kick(place); return place }
	demoted := func(place int64) int64 { w.server.Demote(place, w.server.Me().ID); return place }
	channel := func() int64 {
		return w.server.AddChannel(telegramsrv.Place{Title: "Auto", Admins: []int64{w.ann.ID}, BotAdmin: true})
	}
	forum, topics := w.server.AddForum(telegramsrv.Place{Title: "Cars", Admins: []int64{w.ann.ID}}, "News")
	ruled, rooms := w.server.AddForum(telegramsrv.Place{Title: "Cars", Admins: []int64{w.ann.ID}, BotAdmin: true}, "News")
	basic := w.server.AddGroup(telegramsrv.Place{Title: "Old", Admins: []int64{w.ann.ID}})
	for name, test := range map[string]struct {
		place bot.ChatID
		want  string
	}{
		"a private chat":                            {keyOf(w.ann.ID), ""},
		"a group":                                   {keyOf(w.drivers()), "(Admin)"},
		"a basic group":                             {keyOf(basic), "(Admin)"},
		"a group that it manages":                   {keyOf(w.drivers(botIsAdmin)), ""},
		"a group where it may not write":            {keyOf(restricted(w.drivers())), "Send Messages"},
		"a group where only admins write":           {keyOf(hushed(w.drivers())), "Send Messages"},
		"a group where only admins write, as it is": {keyOf(hushed(w.drivers(botIsAdmin))), ""},
		"a group that threw it out":                 {keyOf(gone(w.drivers())), "Membership"},
		"a group that is not there":                 {keyOf(-77), "Membership"},
		"a topic":                                   {bot.ChatID{Messenger: bot.Telegram, Key: itoa(forum) + "/" + itoa(int64(topics[0]))}, "(Admin) (Manage Topics)"},
		"a topic of a group that it manages":        {bot.ChatID{Messenger: bot.Telegram, Key: itoa(ruled) + "/" + itoa(int64(rooms[0]))}, ""},
		"a channel":                                 {keyOf(channel()), ""},
		"a channel where it is no admin any more":   {keyOf(demoted(channel())), "Post Messages"},
		"a channel that threw it out":               {keyOf(gone(channel())), "Membership"},
		"a public channel where it has never been":  {keyOf(w.server.AddChannel(telegramsrv.Place{Username: "far", Absent: true})), "Membership"},
		"a public group that anybody may look into": {keyOf(w.server.AddSupergroup(telegramsrv.Place{Username: "open", Absent: true})), "Membership"},
	} {
		missing, err := w.adapter.Lacks(t.Context(), test.place)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, w.rightsOf(missing)); diff != "" {
			t.Errorf("%s (-want +lacks):\n%s", name, diff)
		}
	}
}

// rightsOf are the names of rights, the optional ones in brackets. Each has a reason and a way to it.
func (w *world) rightsOf(missing []bot.Lack) string {
	voice := bot.Voice{Words: bottest.Words(w.t), Locale: "en", Zone: time.UTC, Now: monday}
	var names []string
	for _, lack := range missing {
		name := voice.Plain(lack.Right)
		if lack.Optional {
			name = "(" + name + ")"
		}
		if voice.Plain(lack.For) == "" || !strings.HasSuffix(voice.Plain(lack.How), ".") {
			w.t.Errorf("%s: for %q, how %q", name, voice.Plain(lack.For), voice.Plain(lack.How))
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// That Telegram does not answer, or knows the token no more, is never taken for all is well.
func TestAnUnansweredCheckIsAnError(t *testing.T) {
	t.Parallel()
	for _, fault := range []telegramsrv.Fault{
		{Method: "getChatMember", Kind: telegramsrv.Gateway},
		{Method: "getChat", Kind: telegramsrv.Refused},
		{Method: "getMe", Kind: telegramsrv.Empty},
		{Method: "getChat", Kind: telegramsrv.Answered, Error: &telegramsrv.APIError{Code: 401, Description: "Unauthorized"}},
	} {
		w := bare(t)
		group := w.drivers(botIsAdmin)
		w.server.Fail(fault)
		if missing, err := w.adapter.Lacks(t.Context(), keyOf(group)); err == nil || len(missing) > 0 {
			t.Errorf("%+v: lacks %v, error %v", fault, missing, err)
		}
	}
	w := bare(t)
	if _, err := w.adapter.Lacks(t.Context(), bot.ChatID{Messenger: bot.Console, Key: "home"}); err == nil {
		t.Error("a terminal is checked")
	}
	old := w.server.AddGroup(telegramsrv.Place{Admins: []int64{w.ann.ID}})
	w.server.Migrate(old)
	if missing, err := w.adapter.Lacks(t.Context(), keyOf(old)); err == nil || errors.Is(err, bot.ErrGone) || len(missing) > 0 {
		t.Errorf("of a group that has moved: lacks %v, error %v", missing, err)
	}
}

// A group that lets nobody write is set right from a private chat: the check says what is missing, and once it is granted the next
// check has the group served again.
func TestAHushedGroupIsCheckedFromElsewhere(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers(func(p *telegramsrv.Place) { p.Username = "drivers" })
		w.beijing(group, w.ann)
		w.answer(group, w.ann, "/watch add xiaomi")
		w.server.Hush(group, true)
		w.say(w.ann.ID, w.ann, "/stream add lei jun in 90m title=One chat=@drivers")
		check := func() string { return w.answer(w.ann.ID, w.ann, "/chat check chat=@drivers").Text }
		if got := check(); !strings.HasPrefix(got, "1 right that I need here is missing.") || !strings.Contains(got, "Send Messages: without it I can post nothing.") {
			t.Errorf("hushed: %s\n%s", got, w.log)
		}
		w.server.Hush(group, false)
		before := len(w.server.Sent(group))
		if got := check(); !strings.HasPrefix(got, "My messages did not get through here.") || !strings.Contains(got, "I am trying again at once.") {
			t.Errorf("let speak again: %s", got)
		}
		w.settle()
		sent := w.server.Sent(group)[before:]
		if len(sent) == 0 || !strings.HasPrefix(sent[0].Text, "I could not post here from") {
			t.Errorf("the group is told %q\n%s", textsOf(sent), w.log)
		}
		if got := check(); !strings.HasPrefix(got, "I may do all that I need here.") || !strings.Contains(got, "Admin: without it I can show an answer") {
			t.Errorf("at the end: %s", got)
		}
	})
}
