package telegramsrv_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

func TestPrivacyModeLeavesTheBotWhatIsMeantForIt(t *testing.T) {
	tests := []struct {
		name  string
		text  string
		how   telegramsrv.Saying
		plain bool // it comes to a plain member
	}{
		{"talk", "hello", telegramsrv.Saying{}, false},
		{"a command", "/live", telegramsrv.Saying{}, true},
		{"a command for it", "/live@board_bot now", telegramsrv.Saying{}, true},
		{"a command for it in other letters", "/live@Board_Bot", telegramsrv.Saying{}, true},
		{"a command for another", "/live@other_bot", telegramsrv.Saying{}, false},
		{"a command within talk", "type /live", telegramsrv.Saying{}, false},
		{"its name", "@board_bot hello", telegramsrv.Saying{}, false},
		{"a reply to it", "Beijing", telegramsrv.Saying{ReplyTo: 1}, true},
		{"a reply to another", "Beijing", telegramsrv.Saying{ReplyTo: 2}, false},
		{"an ephemeral command", "/live", telegramsrv.Saying{Ephemeral: true}, true},
		{"talk of an anonymous administrator", "hello", telegramsrv.Saying{Anonymous: true}, false},
	}
	for _, kind := range []string{"plain", "admin", "sees all"} {
		for _, tt := range tests {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				w := newWorld(t, func(c *telegramsrv.Config) { c.SeesAll = kind == "sees all" })
				chat := w.AddSupergroup(telegramsrv.Place{Members: []int64{w.ann, w.bob}, BotAdmin: kind == "admin"})
				w.call(t, "sendMessage", "chat_id", chat, "text", "Where?")
				w.Say(chat, w.bob, "hm")
				w.updates(t)
				w.Say(chat, w.ann, tt.text, tt.how)
				if got, want := len(w.updates(t)) == 1, tt.plain || kind != "plain"; got != want {
					t.Errorf("it came: %v, want %v", got, want)
				}
			})
		}
	}
}

func TestMessagesComeInTheShapesOfTelegram(t *testing.T) {
	w := newWorld(t, func(c *telegramsrv.Config) { c.SeesAll = true })
	news := w.AddChannel(telegramsrv.Place{Title: "News", BotAdmin: true})
	cid := w.AddUser(telegramsrv.User{FirstName: "Cid"}).ID
	chat := w.AddSupergroup(telegramsrv.Place{Title: "Fans", Members: []int64{w.ann}, Admins: []int64{cid}, Anonymous: []int64{cid}, Linked: news})
	other := w.AddUser(telegramsrv.User{FirstName: "Other", Username: "other_bot", IsBot: true}).ID
	before := w.Say(chat, w.ann, "first").ID
	w.Say(chat, w.ann, "second", telegramsrv.Saying{ReplyTo: before})
	w.updates(t)
	say := func(user int64, text string, how telegramsrv.Saying) func() {
		return func() { w.Say(chat, user, text, how) }
	}
	tests := []struct {
		name string
		do   func()
		kind string
		path string
		want any
	}{
		{"a person", say(w.ann, "/live@board_bot", telegramsrv.Saying{}), "message", "from.first_name", "Ann"},
		{"a bot", say(other, "hello", telegramsrv.Saying{}), "message", "from.is_bot", true},
		{"a reply", say(w.ann, "yes", telegramsrv.Saying{ReplyTo: before}), "message", "reply_to_message.text", "first"},
		{"the thread of a reply outside forums", say(w.ann, "yes", telegramsrv.Saying{ReplyTo: before}), "message", "message_thread_id", float64(before)},
		{"the thread of a reply to a reply", say(w.ann, "yes", telegramsrv.Saying{ReplyTo: before + 1}), "message", "message_thread_id", float64(before)},
		{"which is no topic", say(w.ann, "yes", telegramsrv.Saying{ReplyTo: before}), "message", "is_topic_message", nil},
		{"an anonymous administrator", say(w.ann, "/live", telegramsrv.Saying{Anonymous: true}), "message", "from.id", 1087968824.0},
		{"one who stays so", say(cid, "/live", telegramsrv.Saying{}), "message", "from.username", "GroupAnonymousBot"},
		{"in the name of the group", say(w.ann, "/live", telegramsrv.Saying{Anonymous: true}), "message", "sender_chat.id", float64(chat)},
		{"in the name of a channel", say(w.ann, "/live", telegramsrv.Saying{As: news}), "message", "sender_chat.id", float64(news)},
		{"the post of the linked channel", say(0, "news", telegramsrv.Saying{Automatic: news}), "message", "is_automatic_forward", true},
		{"who brings it", say(0, "news", telegramsrv.Saying{Automatic: news}), "message", "from.id", 777000.0},
		{"where it comes from", say(0, "news", telegramsrv.Saying{Automatic: news}), "message", "forward_origin.chat.id", float64(news)},
		{"the words of another", say(w.ann, "/live", telegramsrv.Saying{Forwarded: "Cid"}), "message", "forward_origin.sender_user_name", "Cid"},
		{"an ephemeral command", say(w.ann, "/live", telegramsrv.Saying{Ephemeral: true}), "message", "ephemeral_message_id", 1.0},
		{"which has no other number", say(w.ann, "/live", telegramsrv.Saying{Ephemeral: true}), "message", "message_id", 0.0},
		{"and is for the bot", say(w.ann, "/live", telegramsrv.Saying{Ephemeral: true}), "message", "receiver_user.id", float64(w.Me().ID)},
		{"a photo", say(w.ann, "look", telegramsrv.Saying{Media: true}), "message", "caption", "look"},
		{"a changed message", func() { w.EditSaid(chat, before, "/second") }, "edited_message", "text", "/second"},
		{"a post", func() { w.Say(news, 0, "/live") }, "channel_post", "sender_chat.title", "News"},
		{"a post without a person", func() { w.Say(news, 0, "/live") }, "channel_post", "from", nil},
		{"somebody who comes", func() { w.Join(chat, w.bob) }, "message", "new_chat_members", []any{map[string]any{"id": float64(w.bob), "is_bot": false, "first_name": "Bob"}}},
		{"somebody who goes", func() { w.Part(chat, w.bob) }, "message", "left_chat_member.first_name", "Bob"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.do()
			got := w.updates(t)
			if len(got) != 1 || got[0].kind != tt.kind {
				t.Fatalf("got %v", got)
			}
			if at := got[0].at(strings.Split(tt.path, ".")...); fmt.Sprint(at) != fmt.Sprint(tt.want) {
				t.Errorf("%s is %v, want %v", tt.path, at, tt.want)
			}
		})
	}
}

func TestCommandsAndMentionsAreMarked(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	w.Say(chat, w.ann, "/notify @ann_of_kent 雷 Bob", telegramsrv.Saying{Entities: []telegramsrv.Entity{{Type: "text_mention", Offset: 23, Length: 3, UserID: w.bob}}})
	got := w.updates(t)[0].at("entities")
	want := fmt.Sprintf("[map[length:7 offset:0 type:bot_command] map[length:12 offset:8 type:mention] map[length:3 offset:23 type:text_mention user:map[first_name:Bob id:%d is_bot:false]]]", w.bob)
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestAButtonIsPressedAndAnswered(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_markup", `{"inline_keyboard":[[{"text":"More","callback_data":"more"}]]}`)
	m, _ := w.Last(chat)
	if _, err := w.Press(telegramsrv.Tap{Chat: chat, Message: m.ID, User: w.ann, Data: "less"}); !errors.Is(err, telegramsrv.ErrNoButton) {
		t.Errorf("a button that is not there: %v", err)
	}
	id, err := w.PressLabel(chat, m.ID, w.ann, "More")
	if err != nil {
		t.Fatal(err)
	}
	got := w.updates(t)
	if len(got) != 1 || got[0].at("id") != id || got[0].at("data") != "more" || got[0].at("message", "text") != "a" || got[0].at("from", "first_name") != "Ann" {
		t.Errorf("told %v", got)
	}
	if _, ok := w.Answered(id); ok {
		t.Error("answered before its time")
	}
	old := "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
	tests := []struct{ name, id, text, want string }{
		{"one that never was", "5", "", old},
		{"with many words", id, strings.Repeat("雷", 201), "400 Bad Request: MESSAGE_TOO_LONG"},
		{"well", id, strings.Repeat("雷", 200), ""},
		{"twice", id, "", old},
	}
	for _, tt := range tests {
		if got := w.call(t, "answerCallbackQuery", "callback_query_id", tt.id, "text", tt.text, "show_alert", "true").said(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if a, ok := w.Answered(id); !ok || !a.Alert || a.Text != strings.Repeat("雷", 200) {
		t.Errorf("answered %+v", a)
	}
	id, _ = w.PressLabel(chat, m.ID, w.ann, "More")
	w.now = w.now.Add(2 * time.Minute)
	if got := w.call(t, "answerCallbackQuery", "callback_query_id", id).said(); got != old {
		t.Error(got)
	}
}

func TestAPressMayBeForced(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	if _, err := w.Press(telegramsrv.Tap{Chat: chat, Message: 9, User: w.ann, Data: "old", Forced: true}); err != nil {
		t.Fatal(err)
	}
	if got := w.updates(t); len(got) != 1 || got[0].at("data") != "old" || got[0].at("message", "date") != 0.0 {
		t.Errorf("told %v", got)
	}
}

func TestAnInlineQueryIsAnswered(t *testing.T) {
	article := func(id, text string) string {
		return fmt.Sprintf(`{"type":"article","id":%q,"title":"T","input_message_content":{"message_text":%q,"parse_mode":"HTML"}}`, id, text)
	}
	many := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, article(strconv.Itoa(i), "a"))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	tests := []struct{ name, results, button, want string }{
		{"nothing", "[]", "", ""},
		{"fifty", many(50), "", ""},
		{"more", many(51), "", "RESULTS_TOO_MUCH"},
		{"two of an id", "[" + article("1", "a") + "," + article("1", "b") + "]", "", "RESULT_ID_DUPLICATE"},
		{"a long id", "[" + article(strings.Repeat("雷", 22), "a") + "]", "", "RESULT_ID_INVALID"},
		{"no id", "[" + article("", "a") + "]", "", "RESULT_ID_INVALID"},
		{"a text that is empty", "[" + article("1", "") + "]", "", "message text is empty"},
		{"a text that is wrong", "[" + article("1", "<b>a") + "]", "", `can't parse entities: Can't find end tag corresponding to start tag "b"`},
		{"no title", `[{"type":"article","id":"1","input_message_content":{"message_text":"a"}}]`, "", `can't parse inline query result: Field "title" must be non-empty`},
		{"no content", `[{"type":"article","id":"1","title":"T"}]`, "", `can't parse inline query result: Can't find field "input_message_content"`},
		{"a button", "[]", `{"text":"Set up","start_parameter":"setup"}`, ""},
		{"a button that starts nothing", "[]", `{"text":"Set up"}`, "START_PARAM_INVALID"},
		{"a button with a wrong start", "[]", `{"text":"Set up","start_parameter":"a b"}`, "START_PARAM_INVALID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			id := w.Inline(w.ann, "lei")
			if got := w.updates(t); len(got) != 1 || got[0].at("query") != "lei" || got[0].at("id") != id {
				t.Errorf("told %v", got)
			}
			want := tt.want
			if want != "" {
				want = "400 Bad Request: " + want
			}
			if got := w.call(t, "answerInlineQuery", "inline_query_id", id, "results", tt.results, "button", tt.button).said(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if _, ok := w.InlineAnswer(id); ok != (want == "") {
				t.Errorf("answered: %v", ok)
			}
		})
	}
}

func TestAResultIsChosenAndChanged(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddGroup(telegramsrv.Place{Members: []int64{w.ann}})
	id := w.Inline(w.ann, "")
	w.call(t, "answerInlineQuery", "inline_query_id", id, "cache_time", 5, "is_personal", "true",
		"results", `[{"type":"article","id":"1","title":"T","description":"D","input_message_content":{"message_text":"<b>a</b>","parse_mode":"HTML"}}]`)
	if a, _ := w.InlineAnswer(id); a.Cache != 5 || !a.Personal || a.Results[0].Description != "D" || a.Results[0].Content.Text != "a" {
		t.Errorf("answer %+v", a)
	}
	m, inner := w.Choose(id, "1", chat)
	if m.Via != w.Me().ID || m.Text != "a" {
		t.Errorf("sent %+v", m)
	}
	if got := w.call(t, "editMessageText", "inline_message_id", inner, "text", "b"); string(got.Result) != "true" {
		t.Errorf("%s %s", got.said(), got.Result)
	}
	if m, _ = w.Message(chat, m.ID); m.Text != "b" {
		t.Errorf("it shows %q", m.Text)
	}
}
