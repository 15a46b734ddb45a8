package telegramsrv_test

import (
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

func TestWhoMayBeWrittenToAlone(t *testing.T) {
	refused := "400 Bad Request: not enough rights to send an ephemeral message"
	tests := []struct {
		name  string
		admin bool
		wait  time.Duration
		ask   func(t *testing.T, w *world, chat int64) []any // what Ann does, and what the bot says of that
		want  string
	}{
		{"who pressed", false, 15 * time.Second, pressed, ""},
		{"who pressed long ago", false, 16 * time.Second, pressed, refused},
		{"who typed so", false, 15 * time.Second, typed, ""},
		{"who typed so long ago", false, 16 * time.Second, typed, refused},
		{"somebody else than who pressed", false, 0, func(t *testing.T, w *world, chat int64) []any {
			t.Helper()
			return append(pressed(t, w, chat), "receiver", w.bob)
		}, refused},
		{"somebody else than who typed so", false, 0, func(t *testing.T, w *world, chat int64) []any {
			t.Helper()
			return append(typed(t, w, chat), "receiver", w.bob)
		}, refused},
		{"who pressed elsewhere", false, 0, func(t *testing.T, w *world, _ int64) []any {
			t.Helper()
			return pressed(t, w, w.AddGroup(telegramsrv.Place{Members: []int64{w.ann}}))
		}, refused},
		{"who did nothing", false, 0, func(*testing.T, *world, int64) []any { return nil }, refused},
		{"who did nothing, by an administrator", true, 0, func(*testing.T, *world, int64) []any { return nil }, ""},
		{"who is not there", true, 0, func(_ *testing.T, w *world, _ int64) []any {
			return []any{"receiver", w.AddUser(telegramsrv.User{}).ID}
		}, "400 Bad Request: user not found"},
		{"with a press that never was", false, 0, func(*testing.T, *world, int64) []any { return []any{"query", "5"} }, refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddSupergroup(telegramsrv.Place{Members: []int64{w.ann, w.bob}, BotAdmin: tt.admin})
			asked := tt.ask(t, w, chat)
			w.now = w.now.Add(tt.wait)
			got := w.whisper(t, chat, asked...)
			if got.said() != tt.want {
				t.Fatalf("got %q, want %q", got.said(), tt.want)
			}
			if tt.want != "" {
				return
			}
			m := into[struct {
				ID          int                `json:"message_id"`
				EphemeralID int                `json:"ephemeral_message_id"`
				Receiver    struct{ ID int64 } `json:"receiver_user"`
			}](t, got)
			if kept, ok := w.Whispered(chat, m.EphemeralID); m.ID != 0 || m.EphemeralID == 0 || m.Receiver.ID != w.ann || !ok || kept.Receiver != w.ann {
				t.Errorf("answer %s, stored %+v", got.Result, kept)
			}
		})
	}
}

// pressed has Ann press a button.
func pressed(t *testing.T, w *world, chat int64) []any {
	t.Helper()
	w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_markup", `{"inline_keyboard":[[{"text":"More","callback_data":"more"}]]}`)
	m, _ := w.Last(chat)
	id, err := w.PressLabel(chat, m.ID, w.ann, "More")
	if err != nil {
		t.Fatal(err)
	}
	return []any{"query", id}
}

// typed has Ann type a command that only the bot sees.
func typed(t *testing.T, w *world, chat int64) []any {
	t.Helper()
	return []any{"reply", w.Say(chat, w.ann, "/live", telegramsrv.Saying{Ephemeral: true}).EphemeralID}
}

// whisper sends an ephemeral message, to Ann unless another is said.
func (w *world) whisper(tb testing.TB, chat int64, asked ...any) result {
	tb.Helper()
	to := map[string]any{"receiver_user_id": w.ann}
	reply := map[string]any{}
	for i := 0; i+1 < len(asked); i += 2 {
		switch asked[i] {
		case "query":
			to["callback_query_id"] = asked[i+1]
		case "reply":
			reply["ephemeral_message_id"] = asked[i+1]
		case "receiver":
			to["receiver_user_id"] = asked[i+1]
		case "replace":
			to["replace_callback_query_message"] = asked[i+1]
		}
	}
	return w.call(tb, "sendMessage", "chat_id", chat, "text", "psst", "ephemeral_message_parameters", to, "reply_parameters", reply)
}

func TestAnEphemeralMessageIsForGroups(t *testing.T) {
	w := newWorld(t, nil)
	if got := w.whisper(t, w.AddPrivate(w.ann)).said(); got != "400 Bad Request: ephemeral messages can be sent only to groups and supergroups" {
		t.Error(got)
	}
}

func TestAnEphemeralMessageIsChangedPressedAndDeleted(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddSupergroup(telegramsrv.Place{Members: []int64{w.ann, w.bob}, BotAdmin: true})
	w.whisper(t, chat)
	name := func(pairs ...any) []any {
		return append([]any{"chat_id", chat, "receiver_user_id", w.ann, "ephemeral_message_id", 1}, pairs...)
	}
	got := w.call(t, "editEphemeralMessageText", name("text", "<b>b</b>", "parse_mode", "HTML", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}`)...)
	if m, _ := w.Whispered(chat, 1); string(got.Result) != "true" || m.Text != "b" || m.Edits() != 1 {
		t.Errorf("%s %s: %+v", got.said(), got.Result, m)
	}
	if got := w.call(t, "editEphemeralMessageText", "chat_id", chat, "receiver_user_id", w.bob, "ephemeral_message_id", 1, "text", "c").said(); got != "400 Bad Request: message to edit not found" {
		t.Error(got)
	}
	if _, err := w.Press(telegramsrv.Tap{Chat: chat, EphemeralID: 1, User: w.bob, Data: "y"}); err == nil {
		t.Error("Bob pressed what he does not see")
	}
	w.updates(t)
	if _, err := w.Press(telegramsrv.Tap{Chat: chat, EphemeralID: 1, User: w.ann, Data: "y"}); err != nil {
		t.Error(err)
	}
	if got := w.updates(t); len(got) != 1 || got[0].at("message", "ephemeral_message_id") != 1.0 {
		t.Errorf("told %v", got)
	}
	if got := w.call(t, "editEphemeralMessageReplyMarkup", name()...).said(); got != "" {
		t.Error(got)
	}
	if got := w.call(t, "deleteEphemeralMessage", name()...).said(); got != "" {
		t.Error(got)
	}
	if m, _ := w.Whispered(chat, 1); !m.Deleted {
		t.Error("it stands there")
	}
}

func TestAnEphemeralMessageMayStandInPlaceOfAnother(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddSupergroup(telegramsrv.Place{Members: []int64{w.ann}})
	asked := pressed(t, w, chat)
	m, _ := w.Last(chat)
	if got := w.whisper(t, chat, append(asked, "replace", true)...); !got.OK {
		t.Fatal(got.said())
	}
	if told, _ := w.Whispered(chat, 1); told.Replaces != m.ID {
		t.Errorf("stored %+v", told)
	}
}

func TestAServerThatKnowsNoEphemeralMessagesSendsThemToAll(t *testing.T) {
	w := newWorld(t, func(c *telegramsrv.Config) { c.Lacks.Ephemerals = true })
	chat := w.AddSupergroup(telegramsrv.Place{Members: []int64{w.ann}})
	got := into[map[string]any](t, w.whisper(t, chat, "query", "5"))
	if m, _ := w.Last(chat); m.Receiver != 0 || m.ID == 0 || got["message_id"] != float64(m.ID) || got["ephemeral_message_id"] != nil {
		t.Errorf("answer %v, stored %+v", got, m)
	}
	if got := w.call(t, "editEphemeralMessageText", "chat_id", chat, "text", "a").said(); got != "404 Not Found: method not found" {
		t.Error(got)
	}
}
