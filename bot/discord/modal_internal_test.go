package discord

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

const addStream = `{"name":"stream","type":1,"options":[{"name":"add","type":1,"options":[%]}]}`

func adding(tb testing.TB, options string) commandData {
	tb.Helper()
	return chosenAs(tb, strings.Replace(addStream, "%", options, 1))
}

func TestAFormIsShownWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	commands, _ := declared(t)
	for _, tt := range []struct {
		name string
		data commandData
		want bool
	}{
		{"nothing chosen", adding(t, ""), true},
		{"one of two", adding(t, `{"name":"who","type":3,"value":"lei-jun"}`), true},
		{"all that is required", adding(t, `{"name":"who","type":3,"value":"lei-jun"},{"name":"when","type":3,"value":"9pm"}`), false},
		{"a command without a form", chosenAs(t, `{"name":"stream","type":1,"options":[{"name":"move","type":1}]}`), false},
		{"no command", chosenAs(t, `{"name":"gone","type":1}`), false},
	} {
		if _, got := wantsForm(commands, tt.data); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

func TestTheFormAsksForWhatTheCommandTakes(t *testing.T) {
	t.Parallel()
	list, words := declared(t)
	command, _ := wantsForm(list, adding(t, ""))
	for locale, want := range map[string]modal{
		"en": {"/stream add", "Add a stream that is coming.", rows(
			modalField{4, "who", "Who is it about?", 1, "a person or company, in any script", "", true, 300},
			modalField{4, "when", "When does it start?", 1, "when it starts: tomorrow 8pm, Thu 19:30 Beijing, in 2h", "", true, 300},
			modalField{4, "platform", "Where is it shown?", 1, "where it is shown, such as douyin, weibo", "", false, 300},
			modalField{4, "title", "What is it called?", 1, "what it is called", "", false, 100},
		)},
		"zh": {"/stream add", "添加一场将要开始的直播。", rows(
			modalField{4, "who", "关于谁？", 1, "高管或车企，中文、拼音、英文都行", "", true, 300},
			modalField{4, "when", "什么时候开始？", 1, "什么时候开始：明天晚上 8 点、周四 19:30 北京、2 小时后", "", true, 300},
			modalField{4, "platform", "在哪里播出？", 1, "在哪些平台，如 douyin, weibo", "", false, 300},
			modalField{4, "title", "叫什么？", 1, "叫什么", "", false, 100},
		)},
	} {
		got, err := modalOf(command, adding(t, ""), bot.Voice{Words: words, Locale: locale, Zone: time.UTC})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", locale, diff)
		}
	}
}

func rows(fields ...modalField) []modalRow {
	var list []modalRow
	for _, field := range fields {
		list = append(list, modalRow{1, []modalField{field}})
	}
	return list
}

func TestDiscordTakesEveryForm(t *testing.T) {
	t.Parallel()
	list, words := declared(t)
	for _, locale := range words.Locales() {
		for _, command := range list {
			for _, sub := range command.Sub {
				if !sub.Form {
					continue
				}
				form, err := modalOf(sub, commandData{Name: command.Name}, bot.Voice{Words: words, Locale: locale, Zone: time.UTC})
				if err != nil || inUnits(form.Title) > 45 || len(form.Components) < 1 || len(form.Components) > 5 {
					t.Errorf("%s in %s: got %+v, %v", sub.Name, locale, form, err)
				}
				for _, row := range form.Components {
					field := row.Components[0]
					if field.Label == "" || inUnits(field.Label) > 45 || inUnits(field.Placeholder) > 100 || field.MaxLength < 1 || field.MaxLength > 4000 {
						t.Errorf("%s in %s: %+v", sub.Name, locale, field)
					}
				}
			}
		}
	}
}

// What is chosen before the form opens is not asked for again: it stands in its field, or in the form's id.
func TestWhatIsChosenStandsInTheForm(t *testing.T) {
	t.Parallel()
	list, words := declared(t)
	data := adding(t, `{"name":"who","type":3,"value":"lei-jun"},{"name":"new","type":3,"value":"yes"},{"name":"chat","type":7,"value":"123456789012345678"}`)
	command, _ := wantsForm(list, data)
	form, err := modalOf(command, data, bot.Voice{Words: words, Locale: "en", Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	if want := "/stream add new=yes chat=123456789012345678"; form.CustomID != want || form.Components[0].Components[0].Value != "lei-jun" {
		t.Errorf("got %q and %+v, want %q and lei-jun", form.CustomID, form.Components[0], want)
	}
	data = adding(t, `{"name":"chat","type":7,"value":"`+strings.Repeat("9", 90)+`"}`)
	if _, err := modalOf(command, data, bot.Voice{Words: words, Locale: "en"}); err == nil {
		t.Error("a form with an id that Discord refuses is no error")
	}
}

func TestAFilledFormIsALine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, data, want string }{
		{
			"rows", `{"custom_id":"/stream add chat=5","components":[
				{"type":1,"components":[{"type":4,"custom_id":"who","value":"lei jun"}]},
				{"type":1,"components":[{"type":4,"custom_id":"when","value":"tomorrow 8pm"}]},
				{"type":1,"components":[{"type":4,"custom_id":"title","value":" "}]}]}`,
			`/stream add chat=5 who="lei jun" when="tomorrow 8pm"`,
		},
		{"labels", `{"custom_id":"/stream add","components":[{"type":18,"component":{"type":4,"custom_id":"who","value":"nio"}}]}`, "/stream add who=nio"},
		{"nothing", `{"custom_id":"/stream add","components":[]}`, "/stream add"},
	} {
		var data modalData
		if err := json.Unmarshal([]byte(tt.data), &data); err != nil {
			t.Fatal(err)
		}
		if got := lineOfModal(data); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A form that is filled in adds the stream.
func TestAFilledFormIsUnderstood(t *testing.T) {
	t.Parallel()
	h := house(t)
	data := modalData{CustomID: "/stream add", Components: []modalFilling{
		{CustomID: "who", Value: "nio"},
		{CustomID: "when", Value: "tomorrow 8pm Beijing"},
		{CustomID: "platform", Value: "douyin, weibo"},
		{CustomID: "title", Value: "Q and A: \"ask\" chat=9"},
	}}
	post, _ := h.Router.Answer(t.Context(), inGuild("en", lineOfModal(data)))
	voice := bot.Voice{Words: h.Words, Locale: "en", Zone: time.UTC, Now: h.Now}
	if got := voice.Plain(post.Headline); !strings.Contains(got, `NIO`) || !strings.Contains(got, `Q and A: "ask" chat=9`) {
		t.Errorf("got %q", got)
	}
	if !slices.ContainsFunc(post.Buttons, func(b bot.Button) bool { return b.Command == "/undo" }) {
		t.Errorf("got %v, want a change that can be undone", post.Buttons)
	}
}
