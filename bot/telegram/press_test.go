package telegram_test

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

// Every press is answered: of a button that nobody knows any more, of one that never was, and of one whose message is gone.
func TestEveryPressIsAnswered(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		data string
		gone bool
		want string // in the window; empty: none, and an answer in the chat
	}{
		"a line":                  {"/next", false, ""},
		"a line of a gone card":   {"/next", true, ""},
		"a name that is not kept": {"~nothing", false, "This button is too old. Ask me anew: /help"},
		"no line at all":          {"buy now", false, "This button is too old. Ask me anew: /help"},
		"nothing":                 {"!", false, "This button is too old. Ask me anew: /help"},
	}
	inWorld(t, func(w *world) {
		m := w.answer(w.ann.ID, w.ann, "/help")
		for name, test := range tests {
			before := len(w.server.Sent(w.ann.ID))
			tap := telegramsrv.Tap{Chat: w.ann.ID, Message: m.ID, User: w.ann.ID, Data: test.data, Forced: true}
			if test.gone {
				tap.Message = 999
			}
			got := w.tap(tap)
			if got.Text != test.want || got.Alert != (test.want != "") {
				t.Errorf("%s: the window says %+v, want %q", name, got, test.want)
			}
			if sent := len(w.server.Sent(w.ann.ID)) - before; (sent == 1) != (test.want == "") {
				t.Errorf("%s: %d messages were sent", name, sent)
			}
		}
	})
}

// A line that is too long for a button travels under a name, and works for a month.
func TestALongLineTravelsUnderAName(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.beijing(w.ann.ID, w.ann)
		long := `/stream add xioami tomorrow 8pm title="` + strings.Repeat("a very long title, ", 4) + `"`
		asked := w.answer(w.ann.ID, w.ann, long)
		var button telegramsrv.Button
		for _, b := range asked.Markup.Buttons() {
			if strings.HasPrefix(b.Data, "~") {
				button = b
			}
		}
		if button.Data == "" {
			t.Fatalf("no button of %q bears a name: %+v", asked.Text, asked.Markup.Buttons())
		}
		w.sleep(29 * 24 * time.Hour)
		before := len(w.server.Sent(w.ann.ID))
		if got := w.tap(telegramsrv.Tap{Chat: w.ann.ID, Message: asked.ID, User: w.ann.ID, Data: button.Data}); got.Alert {
			t.Errorf("after 29 days: %q", got.Text)
		}
		if sent := w.server.Sent(w.ann.ID)[before:]; len(sent) == 0 {
			t.Error("nothing was answered")
		}
		w.sleep(32 * 24 * time.Hour)
		if got := w.tap(telegramsrv.Tap{Chat: w.ann.ID, Message: asked.ID, User: w.ann.ID, Data: button.Data}); !strings.HasPrefix(got.Text, "This button is too old") {
			t.Errorf("after another 32 days: %q", got.Text)
		}
	})
}

// A press that is delivered again, because the program died before it was confirmed, changes nothing twice.
func TestAPressThatComesAgainIsOnePress(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		question := w.answer(w.ann.ID, w.ann, "/watch add")
		w.server.Fail(telegramsrv.Fault{Method: "getUpdates", Nth: 2, Kind: telegramsrv.Lost, Times: 1})
		label := question.Markup.Buttons()[0].Text
		w.press(question, w.ann, label)
		w.pass(time.Minute)
		if got := w.answer(w.ann.ID, w.ann, "/watch list"); !strings.HasPrefix(got.Text, "1 watch here") {
			t.Errorf("got %q", got.Text)
		}
	})
}

// operator is who runs the bot.
var operator = telegramsrv.User{ID: 77, FirstName: "Olga", LanguageCode: "en"}

// A card in a group leads to the presser's own chat, where the reminder is set.
func TestARemindMeButtonLeadsToOnesOwnChat(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers()
		w.beijing(group, w.ann)
		w.answer(group, w.ann, "/watch add xiaomi")
		w.server.AddUser(operator)
		w.say(w.server.AddPrivate(operator.ID), operator, "/stream add lei jun 2024-05-21 20:00 Beijing title=One platform=douyin") // for all
		w.settle()
		link := ""
		for _, m := range w.server.Sent(group) {
			for _, b := range m.Markup.Buttons() {
				if b.Text == "Remind me" {
					link = b.URL
				}
			}
		}
		payload, ok := strings.CutPrefix(link, "https://t.me/board_bot?start=")
		if !ok {
			t.Fatalf("no button leads anywhere: %q", textsOf(w.server.Sent(group)))
		}
		if got := w.answer(w.bob.ID, w.bob, "/start "+payload); !strings.HasPrefix(got.Text, "Je vous préviens ici 10\u00a0min avant") {
			t.Errorf("the link is answered %q", got.Text)
		}
		if got := w.answer(w.ann.ID, w.ann, "/start w_lei-jun"); !strings.HasPrefix(got.Text, "I'll tell you here 10 min before each Lei Jun") {
			t.Errorf("of a person: %q", got.Text)
		}
	})
}
