package telegram

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// labels are those of a keyboard, the buttons of a row with " | " between them.
func labels(keys inlineKeyboard) string {
	rows := make([]string, 0, len(keys.Rows))
	for _, row := range keys.Rows {
		texts := make([]string, 0, len(row))
		for _, key := range row {
			texts = append(texts, key.Text)
		}
		rows = append(rows, strings.Join(texts, " | "))
	}
	return strings.Join(rows, "\n")
}

func saying(labels ...string) []bot.Button {
	buttons := make([]bot.Button, 0, len(labels))
	for _, label := range labels {
		buttons = append(buttons, bot.Press(bot.Lit(label), "/who"))
	}
	return buttons
}

func TestButtonsStandInRowsForAPhone(t *testing.T) {
	tests := []struct {
		name    string
		buttons []bot.Button
		want    string
	}{
		{"none", nil, ""},
		{"three short ones", saying("Live", "Not yet", "Off"), "Live | Not yet | Off"},
		{"four are two and two", saying("Live", "Not yet", "Off", "Mute"), "Live | Not yet\nOff | Mute"},
		{"two of some length", saying("Stop it now", "Ask me again"), "Stop it now | Ask me again"},
		{"long ones", saying("魏建军 Wei Jianjun, Great Wall", "雷军 Lei Jun, Xiaomi"), "魏建军 Wei Jianjun, Great Wall\n雷军 Lei Jun, Xiaomi"},
		{"Chinese takes twice the room", saying("提醒我", "详情", "不再提醒我了"), "提醒我 | 详情\n不再提醒我了"},
		{"a long one among short ones keeps its row", saying("A", "B", "Wei Jianjun of Great Wall", "C"), "A | B\nWei Jianjun of Great Wall\nC"},
		{"many that are very short", saying(strings.Split(strings.Repeat("s7k ", 31)+"s7k", " ")...), strings.TrimSpace(strings.Repeat("s7k | s7k | s7k | s7k\n", 8))},
		{"words of ours, and clean", []bot.Button{bot.Press(bot.Say("button.undo"), "/undo"), bot.Press(bot.Lit(" @a\u202e\n<b> "), "/x")}, "Undo | @a <b>"},
		{"nothing to be seen", []bot.Button{bot.Press(bot.Lit("\u200d"), "/undo"), bot.Press(nil, "\u200b")}, "/undo | …"},
		{"too long", saying(strings.Repeat("雷", 65)), strings.Repeat("雷", 63) + "…"},
		{"a time", []bot.Button{bot.Press(bot.At(drive, bot.Clock), "/x")}, "08:30"},
		{"nothing to do", []bot.Button{bot.Press(bot.Lit("x"), "")}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			keys, err := keyboard(test.buttons, keyboardFor{voice: clocked(t).voice})
			if got := labels(keys); err != nil || got != test.want {
				t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, test.want)
			}
		})
	}
}

func TestKeyboardsHoldAHundredButtons(t *testing.T) {
	keys, err := keyboard(saying(strings.Split(strings.Repeat("x ", 200), " ")...), keyboardFor{voice: clocked(t).voice})
	n := 0
	for _, row := range keys.Rows {
		n += len(row)
	}
	if err != nil || n != 100 {
		t.Errorf("got %d buttons, %v", n, err)
	}
}

func TestButtonsSayTheirLines(t *testing.T) {
	long := "/watch add xx" + strings.Repeat("雷", 17) + "x"
	tests := []struct {
		name, line string
		shared     bool
		want       inlineButton
		kept       string
	}{
		{"a line", "/remind s7k", false, inlineButton{Data: "/remind s7k"}, ""},
		{"64 bytes", long[:64], false, inlineButton{Data: long[:64]}, ""},
		{"65 bytes", long, false, inlineButton{Data: "~5f"}, long},
		{"a line that looks like one that is stored", "~5f", false, inlineButton{Data: "~5f"}, "~5f"},
		{"a line that is no text", "/x \xff", false, inlineButton{Data: "~5f"}, "/x \xff"},
		{"a reminder in a group", "/remind lei-jun", true, inlineButton{URL: "https://t.me/boardcast_bot?start=w_lei-jun"}, ""},
		{"another line in a group", "/remind s7k 5m", true, inlineButton{Data: "/remind s7k 5m"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kept := ""
			keep := func(line string) (string, error) { kept = line; return "5f", nil }
			k := keyboardFor{voice: clocked(t).voice, shared: test.shared, username: "boardcast_bot", keep: keep}
			keys, err := keyboard([]bot.Button{bot.Press(bot.Lit("x"), test.line)}, k)
			test.want.Text = "x"
			if diff := cmp.Diff(inlineKeyboard{Rows: [][]inlineButton{{test.want}}}, keys); err != nil || diff != "" || kept != test.kept {
				t.Errorf("%v, kept %q, (-want +got)\n%s", err, kept, diff)
			}
		})
	}
}

func TestALineThatCannotBeKeptMakesNoKeyboard(t *testing.T) {
	full := errors.New("disk full")
	for _, hash := range []string{"", strings.Repeat("a", 64)} {
		keep := func(string) (string, error) { return hash, map[bool]error{true: full}[hash == ""] }
		keys, err := keyboard([]bot.Button{bot.PressLine(strings.Repeat("x", 65))}, keyboardFor{voice: clocked(t).voice, keep: keep})
		if err == nil || len(keys.Rows) > 0 || (hash == "" && !errors.Is(err, full)) {
			t.Errorf("got %+v, %v", keys, err)
		}
	}
}

func TestButtonsAsTelegramTakesThem(t *testing.T) {
	keys := inlineKeyboard{Rows: [][]inlineButton{{{Text: "a", Data: "/a"}, {Text: "b", URL: "https://a.cn"}}}}
	got, err := json.Marshal(keys)
	want := `{"inline_keyboard":[[{"text":"a","callback_data":"/a"},{"text":"b","url":"https://a.cn"}]]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestLinksToTheBotSayAReminder(t *testing.T) {
	most := strings.Repeat("x", 62)
	for _, id := range []string{"s7k", "lei-jun", "A_9", most} {
		link, ok := deepLink("boardcast_bot", "/remind "+id)
		if want := "https://t.me/boardcast_bot?start=w_" + id; !ok || link != want {
			t.Errorf("%s: got %s, %v, want %s", id, link, ok, want)
		}
		if line, ok := fromDeepLink("w_" + id); !ok || line != "/remind "+id {
			t.Errorf("%s: got %q, %v", id, line, ok)
		}
	}
	for _, about := range []string{"", "s7k 5m", "雷军", "a.b", " s7k", "s7k\n", most + "x"} {
		if link, ok := deepLink("boardcast_bot", "/remind "+about); ok || link != "" {
			t.Errorf("%q has the link %s", about, link)
		}
		if line, ok := fromDeepLink("w_" + about); ok || line != "" {
			t.Errorf("%q says %s", about, line)
		}
	}
	for _, payload := range []string{"", "s7k", "x_s7k", "W_s7k"} {
		if line, ok := fromDeepLink(payload); ok {
			t.Errorf("%q says %s", payload, line)
		}
	}
	for _, line := range []string{"/reminders s7k", "/show s7k", "remind s7k"} {
		if link, ok := deepLink("boardcast_bot", line); ok {
			t.Errorf("%q has the link %s", line, link)
		}
	}
	if link, ok := deepLink("", "/remind s7k"); ok {
		t.Errorf("without a bot there is the link %s", link)
	}
}
