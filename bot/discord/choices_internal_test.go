package discord

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

func TestChoicesAreAsDiscordTakesThem(t *testing.T) {
	t.Parallel()
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en", Zone: time.UTC}
	long := strings.Repeat("a", 101)
	for _, tt := range []struct {
		name    string
		choices []bot.Choice
		want    []choice
	}{
		{"none", nil, []choice{}},
		{"a label", []bot.Choice{{Value: "lei-jun", Label: bot.Lit("Lei Jun, Xiaomi")}}, []choice{{"Lei Jun, Xiaomi", "lei-jun"}}},
		{"no label", []bot.Choice{{Value: "1h"}}, []choice{{"1h", "1h"}}},
		{"a message", []bot.Choice{{Value: "all", Label: bot.Say("subject.all")}}, []choice{{"All streams", "all"}}},
		{"single spaces", []bot.Choice{{Value: "x", Label: bot.Lit(" a\u00a0 b\n")}}, []choice{{"a b", "x"}}},
		{"a long label", []bot.Choice{{Value: "x", Label: bot.Lit(long)}}, []choice{{strings.Repeat("a", 99) + "…", "x"}}},
		{"in UTF-16", []bot.Choice{{Value: "x", Label: bot.Lit(strings.Repeat("𠮷", 51))}}, []choice{{strings.Repeat("𠮷", 49) + "…", "x"}}},
		{"with its value at the end", []bot.Choice{{Value: "s7k", Label: bot.Lit(long + " · s7k")}}, []choice{{strings.Repeat("a", 93) + "… · s7k", "s7k"}}},
		{"a long value is none", []bot.Choice{{Value: long, Label: bot.Lit("x")}, {Value: "y"}}, []choice{{"y", "y"}}},
		{"an empty value is none", []bot.Choice{{Label: bot.Lit("x")}}, []choice{}},
		{"twice", []bot.Choice{{Value: "x"}, {Value: "x", Label: bot.Lit("y")}, {Value: "z", Label: bot.Lit("x")}}, []choice{{"x", "x"}}},
	} {
		if diff := cmp.Diff(tt.want, choicesOf(tt.choices, voice)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", tt.name, diff)
		}
	}
	var many []bot.Choice
	for i := range 30 {
		many = append(many, bot.Choice{Value: strconv.Itoa(i)})
	}
	if got := choicesOf(many, voice); len(got) != 25 || got[24].Value != "24" {
		t.Errorf("got %d choices, want the first 25", len(got))
	}
}

func TestNoChoiceIsLongerThanDiscordTakes(t *testing.T) {
	t.Parallel()
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en", Zone: time.UTC}
	rapid.Check(t, func(t *rapid.T) {
		value, label := rapid.String().Draw(t, "value"), rapid.StringN(0, 150, -1).Draw(t, "label")
		if rapid.Bool().Draw(t, "ends with it") {
			label += " · " + value
		}
		for _, c := range choicesOf([]bot.Choice{{Value: value, Label: bot.Lit(label)}}, voice) {
			if n := inUnits(c.Name); n == 0 && strings.TrimSpace(value) != "" || n > 100 || inUnits(c.Value) > 100 || !utf8.ValidString(c.Name) {
				t.Errorf("got %q, of %d", c, n)
			}
		}
	})
}

// What Discord asks while somebody types is answered by the router in the asker's language.
func TestWhatIsTypedIsCompleted(t *testing.T) {
	t.Parallel()
	h := house(t)
	h.Router.Answer(t.Context(), inGuild("en", "/watch add xiaomi, nio"))
	for _, tt := range []struct{ name, locale, data, want string }{
		{"who", "en", `{"name":"next","type":1,"options":[{"name":"who","type":3,"value":"lei j","focused":true}]}`, "Lei Jun 雷军, Xiaomi=lei-jun"},
		{"who in Chinese", "zh-TW", `{"name":"next","type":1,"options":[{"name":"who","type":3,"value":"雷","focused":true}]}`, "雷军，小米=lei-jun"},
		{"a list", "en", `{"name":"watch","type":1,"options":[{"name":"add","type":1,"options":[
			{"name":"subjects","type":3,"value":"xiaomi, willi","focused":true}]}]}`, "xiaomi, William Li 李斌 · NIO=xiaomi, william-li"},
		{"a stream", "zh-CN", `{"name":"show","type":1,"options":[{"name":"stream","type":3,"value":"sk","focused":true}]}`, "5 月 7 日 周二 · 赵德力：周鸿祎直播发飙 · sk=sk"},
		{"a watch", "fr", `{"name":"watch","type":1,"options":[{"name":"remove","type":1,"options":[
			{"name":"watch","type":3,"value":"","focused":true}]}]}`, "w1 · Xiaomi, NIO=w1"},
		{"by what is chosen", "en", `{"name":"stream","type":1,"options":[{"name":"add","type":1,"options":[
			{"name":"who","type":3,"value":"lei-jun"},{"name":"when","type":3,"value":"","focused":true}]}]}`, "Today 20:00 Beijing=2024-05-20T20:00 Asia/Shanghai"},
		{"for another channel", "en", `{"name":"watch","type":1,"options":[{"name":"remove","type":1,"options":[
			{"name":"watch","type":3,"value":"","focused":true},{"name":"chat","type":7,"value":"99"}]}]}`, "all that is watched=all"},
	} {
		line, option, typed, ok := typingOf(chosenAs(t, tt.data))
		if !ok {
			t.Fatalf("%s: nothing is typed", tt.name)
		}
		got, err := h.Router.Propose(t.Context(), inGuild(tt.locale, line), option, typed)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		choices := choicesOf(got.Choices, bot.Voice{Words: h.Words, Locale: got.Locale, Zone: got.Zone, Now: h.Now})
		if len(choices) == 0 || choices[0].Name+"="+choices[0].Value != tt.want {
			t.Errorf("%s: got %v, want %s first", tt.name, choices, tt.want)
		}
	}
}

// inGuild is a line of somebody with a language, in a channel where others speak English.
func inGuild(locale, line string) bot.Inbound {
	return bot.Inbound{
		ID: line, Text: line, From: bot.User{ID: "8", Name: "Ann", Locale: locale}, Alone: true,
		Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "5"}, Community: "1", Kind: bot.Group, Locale: "en-US"},
	}
}
