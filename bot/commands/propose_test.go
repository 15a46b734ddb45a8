package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

// proposing is a house whose people are moderators of the chat that they speak in, with two watches there.
func proposing(tb testing.TB) (house *bottest.House, say func(line string) bot.Post) {
	tb.Helper()
	house = bottest.Open(tb, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	house.As(bot.Moderator)
	say = func(line string) bot.Post {
		house.Now = house.Now.Add(10 * time.Second)
		in := there(line)
		in.ID = house.Now.String()
		post, _ := house.Router.Answer(tb.Context(), in)
		if post.Failed {
			tb.Errorf("%s: failed inside", line)
		}
		return post
	}
	for _, line := range []string{"/watch add xiaomi, nio", "/watch add everything style=messages", "/stream add nio tomorrow 8pm Beijing"} {
		say(line)
	}
	return house, say
}

// there is a line in a group.
func there(line string) bot.Inbound {
	return bot.Inbound{
		ID: line, Text: line, From: bot.User{ID: "u1", Name: "Ann"},
		Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "5"}, Community: "us", Kind: bot.Group, Title: "news"},
	}
}

// chosen are what an option of a line proposes, "value: label" each, in a language.
func chosen(tb testing.TB, house *bottest.House, locale, line, option, typed string) []string {
	tb.Helper()
	in := there(line)
	in.Chat.Locale, in.From.Locale = locale, locale
	got, err := house.Router.Propose(tb.Context(), in, option, typed)
	if err != nil {
		tb.Fatalf("Propose(%q, %q, %q): %v", line, option, typed, err)
	}
	voice := bot.Voice{Words: house.Words, Locale: got.Locale, Zone: got.Zone, Now: house.Now}
	var said []string
	for _, choice := range got.Choices {
		label := voice.Plain(choice.Label)
		if label == "" {
			label = choice.Value
		}
		said = append(said, choice.Value+": "+label)
	}
	return said
}

func TestWhatIsProposedIsWhatIsMeant(t *testing.T) {
	t.Parallel()
	house, _ := proposing(t)
	for _, tt := range []struct {
		locale, line, option, typed string
		first                       string // of the choices
	}{
		{"en", "/next", "who", "lei j", "lei-jun: Lei Jun 雷军, Xiaomi"},
		{"zh", "/next", "who", "lei j", "lei-jun: 雷军，小米"},
		{"zh", "/next", "who", "雷", "lei-jun: 雷军，小米"},
		{"en", "/watch add", "subjects", "", "nio: NIO"},
		{"en", "/watch add", "subjects", "xiaomi, will", "xiaomi, william-li: xiaomi, William Li 李斌 · NIO"},
		{"zh", "/watch add", "subjects", "小米、李斌", "小米、 william-li: 小米、 李斌 · 蔚来"},
		{"en", "/watch add", "subjects", "every", "everything: All streams"},
		{"en", "/watch add", "subjects", "xiaomi, s7k", "xiaomi, s7k: xiaomi, s7k · Lei Jun 雷军 · Xiaomi"},
		{"en", "/watch edit", "watch", "w", "w1: w1 · Xiaomi, NIO"},
		{"zh", "/watch edit", "watch", "", "w1: w1 · 小米、蔚来"},
		{"en", "/watch edit", "watch", "nio", "w1: w1 · Xiaomi, NIO"},
		{"en", "/watch edit", "watch", "every", "w2: w2 · all streams"},
		{"en", "/watch edit watch=w1", "remove", "ni", "nio: NIO"},
		{"en", "/watch pause", "watch", "al", "w2: w2 · all streams"},
		{"en", "/watch preview", "watch", "tes", "tesla: Tesla"},
		{"en", "/show", "stream", "s7", "s7: Thu 14 Mar, 12:00 (20:00 Beijing) · William Li 李斌: First evening on Douyin · s7"},
		{"zh", "/show", "stream", "雷军", "s7k: 5 月 18 日 周六 0:30（北京时间 8:30） · 雷军：上海到杭州，小米SU7 Pro · s7k"},
		{"en", "/show", "stream", "sk", "sk: Tue 7 May · Zhao Deli 赵德力: Zhou Hongyi tries a flying car · sk"},
		{"en", "/stream move", "stream", "ni", "s1000: Tue 21 May, 12:00 (20:00 Beijing) · NIO: a livestream · s1000"},
		{"en", "/stream merge", "double", "", "s1000: Tue 21 May, 12:00 (20:00 Beijing) · NIO: a livestream · s1000"},
		{"en", "/stream add", "when", "tomorrow 8pm", "tomorrow 8pm: tomorrow 8pm · Tue 21 May, 20:00 UTC · in 1 day 18 h"},
		{"en", "/stream add who=lei-jun", "when", "", "2024-05-20T20:00 Asia/Shanghai: Today 20:00 Beijing"},
		{"en", "/stream add", "platform", "douyin, 微", "douyin, weibo: douyin, Weibo"},
		{"fr", "/stream edit", "length", "2", "2m: 2m"},
		{"en", "/stats", "subject", "s7k", "s7k: Sat 18 May, 00:30 (08:30 Beijing) · Lei Jun 雷军: Shanghai to Hangzhou in the SU7 Pro · s7k"},
		{"en", "/stats", "metric", "看", "entered: entered the room"},
		{"en", "/chat set", "language", "zh,e", "zh, en: zh, English"},
		{"en", "/chat set", "moderators", "", "none: none"},
		{"en", "/chat set", "quiet", "", "23-8: 23-8"},
		{"en", "/chat set", "zone", "paris", "Europe/Paris: Paris · Europe/Paris"},
		{"en", "/language", "language", "f", "fr: français"},
		{"en", "/timezone", "zone", "au", "auto: auto"},
		{"en", "/watch edit", "mention", "n", "none: none"},
		{"en", "/watch add", "before", "1d, ", "1d, 10m: 1d, 10m"},
		{"en", "/watch add", "before", "n", "none: none"},
		{"en", "/week", "date", "", "last: The last week"},
		{"en", "/executive add", "from", "2024-", "2024-05-20: 2024-05-20"},
	} {
		got := chosen(t, house, tt.locale, tt.line, tt.option, tt.typed)
		if len(got) == 0 || strings.ReplaceAll(got[0], "\u00a0", " ") != tt.first {
			t.Errorf("%s: %s, %s of %q:\n got %v\nwant %s first", tt.locale, tt.line, tt.option, tt.typed, got[:min(len(got), 3)], tt.first)
		}
	}
}

// Only what has no likely values is left to those who type: names, titles, notes, handles, addresses, figures.
func TestEveryOptionThatCanProposes(t *testing.T) {
	t.Parallel()
	house, _ := proposing(t)
	var left []string
	for _, command := range house.Router.Commands() {
		for _, c := range append([]*bot.Command{command}, command.Sub...) {
			for _, option := range c.Options {
				if spec := option.Spec(); !spec.Proposes && spec.Kind == bot.Typed && !slices.Contains(left, spec.Name) {
					left = append(left, spec.Name)
				}
			}
		}
	}
	slices.Sort(left)
	want := []string{
		"alias", "handle", "name", "note", "replay", "role", "source", "title", "topics", "url", "value", "vehicle", "zh",
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("options that propose nothing, -want +got:\n%s", diff)
	}
}

// Discord now and then sends what a choice says in the place of its value, and people go on typing behind it.
func TestWhatAChoiceSaysIsUnderstoodAsItsValue(t *testing.T) {
	t.Parallel()
	house, say := proposing(t)
	for _, tt := range []struct{ path, option string }{
		{"next", "who"}, {"show", "stream"}, {"stats", "subject"}, {"watch preview", "watch"}, {"stream move", "stream"}, {"compare", "subjects"},
	} {
		for _, locale := range []string{"en", "zh", "fr"} {
			path := strings.Fields(tt.path)
			for _, typed := range []string{"", "w", "s", "l", "李"} {
				for _, choice := range chosen(t, house, locale, bot.Line(path), tt.option, typed) {
					value, label, _ := strings.Cut(choice, ": ")
					if tt.option == "subjects" {
						value, label = value+", xpeng", label+", xpeng"
					}
					want := say(bot.Line(path, bot.Given{Name: tt.option, Value: value}))
					got := say(bot.Line(path, bot.Given{Name: tt.option, Value: label}))
					if slices.ContainsFunc(got.Buttons, func(b bot.Button) bool { return strings.Contains(b.Command, tt.option+"="+value) }) {
						continue // of two companies: asked back
					}
					if diff := cmp.Diff(plain(house, want), plain(house, got)); diff != "" {
						t.Errorf("/%s in %s: %q is not understood as %q, -want +got:\n%s", tt.path, locale, label, value, diff)
					}
				}
			}
		}
	}
}

func plain(house *bottest.House, post bot.Post) string {
	return bot.Voice{Words: house.Words, Locale: "en", Zone: time.UTC, Now: house.Now}.Plain(post.Headline)
}

func TestMembersAreProposedNoWatches(t *testing.T) {
	t.Parallel()
	house, _ := proposing(t)
	house.As(bot.Member)
	if got := chosen(t, house, "en", "/watch edit", "watch", ""); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
}

// Discord writes mentions in its own way, and somebody may type them without anything between. Whom they mean is said back as an id,
// for Discord to show by name.
func TestMentionsOfDiscordAreUnderstood(t *testing.T) {
	t.Parallel()
	house, say := proposing(t)
	for typed, want := range map[string]string{
		"<@&9>":                "@&9",
		"<@9>":                 "9",
		"<@!9>":                "9",
		"<@&9> <@!8>":          "@&9, 8",
		"<@&9><@8>":            "@&9, 8",
		"<@!9>, <@9>":          "9",
		"@everyone,<@&9>":      "@everyone, @&9",
		"<@&9> <@7> <@6> @all": "@&9, 7, 6, @all",
	} {
		say(bot.Line([]string{"watch", "edit"}, bot.Given{Name: "watch", Value: "w1"}, bot.Given{Name: "mention", Value: typed}))
		list := bottest.Render(bot.Voice{Words: house.Words, Locale: "en", Zone: time.UTC, Now: house.Now}, say("/watch list"))
		if !strings.Contains(list, " mentioning "+want+"\n") {
			t.Errorf("%s: want %s in:\n%s", typed, want, list)
		}
		say("/watch edit w1 mention=none")
	}
}

// BenchmarkPropose answers what Discord asks while somebody types, which it has to within a blink.
func BenchmarkPropose(b *testing.B) {
	house, _ := proposing(b)
	for name, asked := range map[string][3]string{
		"who_nothing_typed":    {"/next", "who", ""},
		"who":                  {"/next", "who", "l"},
		"list":                 {"/watch add", "subjects", "xiaomi, l"},
		"stream_nothing_typed": {"/show", "stream", ""},
		"stream":               {"/show", "stream", "lei"},
		"watch":                {"/watch edit", "watch", "w"},
		"zone":                 {"/chat set", "zone", "a"},
	} {
		b.Run(name, func(b *testing.B) {
			in := there(asked[0])
			for b.Loop() {
				if _, err := house.Router.Propose(context.Background(), in, asked[1], asked[2]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
