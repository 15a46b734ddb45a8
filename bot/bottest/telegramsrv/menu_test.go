package telegramsrv_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"boardcast/bot/bottest/telegramsrv"
)

func TestTheListOfCommandsIsChecked(t *testing.T) {
	list := func(n int, command, help string) string {
		var all []telegramsrv.Command
		for range n {
			all = append(all, telegramsrv.Command{Command: command, Description: help})
		}
		raw, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	tests := []struct{ name, commands, scope, language, want string }{
		{"well", list(1, "live", "Who is live"), "", "", ""},
		{"the longest", list(100, strings.Repeat("a", 32), strings.Repeat("雷", 256)), "", "fr", ""},
		{"a name in capitals", list(1, "Live", "a"), "", "", "BOT_COMMAND_INVALID"},
		{"a name with a line", list(1, "a-b", "a"), "", "", "BOT_COMMAND_INVALID"},
		{"a long name", list(1, strings.Repeat("a", 33), "a"), "", "", "BOT_COMMAND_INVALID"},
		{"no help", list(1, "live", ""), "", "", "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"long help", list(1, "live", strings.Repeat("a", 257)), "", "", "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"too many", list(101, "live", "a"), "", "", "BOT_COMMANDS_TOO_MUCH"},
		{"no list", "live", "", "", "can't parse commands: expected an Array of BotCommand"},
		{"no language", list(1, "live", "a"), "", "fr-CA", "invalid language code specified"},
		{"all private chats", list(1, "live", "a"), `{"type":"all_private_chats"}`, "", ""},
		{"everywhere", list(1, "live", "a"), `{"type":"everywhere"}`, "", "can't parse BotCommandScope: unsupported type specified"},
		{"a chat", list(1, "live", "a"), `{"type":"chat","chat_id":"@fans"}`, "", ""},
		{"a chat that is not", list(1, "live", "a"), `{"type":"chat","chat_id":5}`, "", "chat not found"},
		{"a member", list(1, "live", "a"), `{"type":"chat_member","chat_id":"@fans","user_id":1001}`, "", ""},
		{"nobody", list(1, "live", "a"), `{"type":"chat_member","chat_id":"@fans","user_id":5}`, "", "user not found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.AddSupergroup(telegramsrv.Place{Username: "fans", Members: []int64{w.ann}})
			want := tt.want
			if want != "" {
				want = "400 Bad Request: " + want
			}
			if got := w.call(t, "setMyCommands", "commands", tt.commands, "scope", tt.scope, "language_code", tt.language).said(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAListOfCommandsIsKeptForItsScopeAndLanguage(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddGroup(telegramsrv.Place{})
	scope := `{"type":"chat","chat_id":` + strconv.FormatInt(chat, 10) + `}`
	w.call(t, "setMyCommands", "commands", `[{"command":"live","description":"En direct","is_ephemeral":true}]`, "scope", scope, "language_code", "fr")
	if got := w.Commands(telegramsrv.Scope{Type: "chat", Chat: chat}, "fr"); len(got) != 1 || got[0].Description != "En direct" || !got[0].Ephemeral {
		t.Errorf("kept %v", got)
	}
	if got := into[[]telegramsrv.Command](t, w.call(t, "getMyCommands", "scope", scope, "language_code", "fr")); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if got := w.call(t, "getMyCommands"); string(got.Result) != "[]" {
		t.Errorf("for all %s", got.Result)
	}
	w.call(t, "deleteMyCommands", "scope", scope, "language_code", "fr")
	if got := w.Commands(telegramsrv.Scope{Type: "chat", Chat: chat}, "fr"); got != nil {
		t.Errorf("kept %v", got)
	}
}

func TestTheBotDescribesItself(t *testing.T) {
	tests := []struct {
		set, get, field string
		most            int
	}{
		{"setMyDescription", "getMyDescription", "description", 512},
		{"setMyShortDescription", "getMyShortDescription", "short_description", 120},
		{"setMyName", "getMyName", "name", 64},
	}
	for _, tt := range tests {
		w := newWorld(t, nil)
		longest := strings.Repeat("雷", tt.most)
		if got := w.call(t, tt.set, tt.field, longest).said(); got != "" {
			t.Error(got)
		}
		if got := w.call(t, tt.set, tt.field, longest+"a").said(); !strings.HasPrefix(got, "400 ") {
			t.Errorf("%s took too much", tt.set)
		}
		w.call(t, tt.set, tt.field, "zh", "language_code", "zh")
		for code, want := range map[string]string{"": longest, "zh": "zh", "fr": longest} {
			if got := into[map[string]string](t, w.call(t, tt.get, "language_code", code)); got[tt.field] != want {
				t.Errorf("%s %s: %v", tt.get, code, got)
			}
		}
	}
}
