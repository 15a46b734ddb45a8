package discord

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// written is a text as a paragraph says it.
func written(tb testing.TB, l layout, t bot.Text) string {
	tb.Helper()
	var parts []string
	for _, d := range draftsOf(tb, l, bot.Post{Body: []bot.Block{bot.Paragraph{Text: t}}}) {
		for _, e := range d.Embeds {
			parts = append(parts, e.Description)
		}
	}
	return strings.NewReplacer(joiner, "⁀", "\u00a0", "⍽", "\u202f", "⍽").Replace(strings.Join(parts, "|"))
}

func TestWordsAreWordsOnly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		text bot.Text
		want string
	}{
		{"signs of markup", bot.Lit("*a* _b_ ~~c~~ ||d|| `e` \\f [g](h)"), "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\` \\\\f \\[g](h)"},
		{"mentions", bot.Lit("<@5> <@&7> <#9> @everyone @Here @drivers"), "\\<@5> \\<@&7> \\<#9> @⁀everyone @⁀Here @drivers"},
		{"a mention of two spans", bot.Join("", bot.Lit("<"), bot.Lit("@5>")), "\\<@5>"},
		{"emoji and timestamps", bot.Lit(":smile: <a:b:1> <t:1:R>, 08:30 at :"), "\\:smile: \\<a\\:b:1> \\<t\\:1:R>, 08:30 at \\:"},
		{"a heading", bot.Lit("# a"), "\\# a"},
		{"small letters", bot.Lit("-# a"), "\\-# a"},
		{"items", bot.Lit("- a\n* b\n12. c\n3) d\n> e"), "\\- a\n\\* b\n12\\. c\n3\\) d\n\\> e"},
		{"no items", bot.Lit("-5 degrees\n13.7 kWh\n#live a > b - c"), "-5 degrees\n13.7 kWh\n#live a > b - c"},
		{"an address", bot.Lit("(https://weibo.com/a?b=*c*)!"), "(`https://weibo.com/a?b=*c*`)!"},
		{"the name of a host", bot.Lit("看weibo.com/leijun，更多"), "看`weibo.com/leijun`，更多"},
		{"an invitation of two spans", bot.Join("", bot.Lit("discord."), bot.Lit("gg/x").With(bot.Strong)), "`discord.gg/x`"},
		{"a scheme without a host", bot.Lit("https://“x”"), "https\\://“x”"},
		{"a line to type", bot.Lit("/watch add x_y").With(bot.Mono), "`/watch add x_y`"},
		{"a backtick to type", bot.Lit("a`b").With(bot.Mono), "`aˋb`"},
		{"a line to type, of two spans", bot.Join("", bot.Lit("/watch"), bot.Lit(" add")).With(bot.Mono | bot.Strong), "`/watch add`"},
		{"what stands out", bot.Join("", bot.Lit("39 M ").With(bot.Strong), bot.Lit("viewers"), bot.Lit(" s7k").With(bot.Faint)), "**39 M** viewers *s7k*"},
		{"styles side by side", bot.Join("", bot.Lit("a").With(bot.Strong), bot.Lit("b").With(bot.Strong|bot.Faint), bot.Lit("c").With(bot.Mono)), "**a**⁀***b***⁀`c`"},
		{"Chinese is not slanted", bot.Join("", bot.Lit("平台"), bot.Lit("尚未确认").With(bot.Faint)), "平台尚未确认"},
		{"a line aside", bot.Join("", bot.Lit("No figures, "), bot.Lit("/help").With(bot.Mono), bot.Lit(" says why.")).With(bot.Faint), "-# No figures, `/help` says why."},
		{"what is not seen", bot.Lit("a\u202e\u200b\x1b\u2060\ufeffb\tc\u2028d\xff"), "ab c d"},
		{"line feeds", bot.Lit("a\r\n\n\n\nb \nc"), "a\n\nb\nc"},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := written(t, l, test.text); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestHeadlinesAreForAPush(t *testing.T) {
	t.Parallel()
	paris := inZone(t, "Europe/Paris")
	tests := []struct {
		name string
		text bot.Text
		want string
	}{
		{"styles and links are left out", bot.Join(" ", bot.Lit("39 M").With(bot.Strong), bot.Lit("Weibo").Linked("https://weibo.com"), bot.Lit("/help").With(bot.Mono)), "39 M Weibo /help"},
		{"few signs", bot.Lit("A > B - C: #1, 08:30 (a.m.) @leijun 5) 1."), "A > B - C: #1, 08:30 (a.m.) @leijun 5) 1."},
		{"markup", bot.Lit("*a* <@5> :smile: [x](y) @everyone"), "\\*a\\* \\<@5> :⁀smile: \\[x](y) @⁀everyone"},
		{"a heading", bot.Lit("# a"), "\\# a"},
		{"an item", bot.Lit("2024. a"), "2024\\. a"},
		{"addresses", bot.Lit("https://discord.gg/x weibo.com, 13.7"), "https:⁀//discord.⁀gg/x weibo.⁀com, 13.7"},
		{"one line", bot.Lit("a\nb"), "a b"},
		{"a time says where", bot.Join("", bot.Lit("Sat "), bot.At(drive, bot.Clock), bot.Lit(": x")), "Sat 08:30 Beijing: x"},
		{"the last time says where", bot.Join(" → ", bot.At(drive, bot.DayClock), bot.At(drive.Add(time.Hour), bot.Clock)), "Sat 18 May, 08:30 → 09:30 Beijing"},
		{"once", bot.Say("when.at_place", bot.Args{"When": bot.At(drive, bot.Clock), "Place": bot.In(inZone(t, "Asia/Shanghai"))}), "08:30 Beijing"},
		{"a time of a zone of its own", bot.AtIn(drive, bot.Clock, paris), "02:30"},
		{"a day", bot.At(drive, bot.Day), "Sat 18 May"},
		{"how long until then", bot.At(drive, bot.Relative), "in 1 day 21 h"},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			all := draftsOf(t, l, bot.Post{Headline: test.text})
			got := strings.NewReplacer(joiner, "⁀", "\u00a0", " ").Replace(all[0].Content)
			if got != test.want || len(all[0].Embeds) > 0 {
				t.Errorf("%d embeds\ngot  %s\nwant %s", len(all[0].Embeds), got, test.want)
			}
		})
	}
}

func TestLinksOpenPagesAndMentionNobody(t *testing.T) {
	t.Parallel()
	tests := []struct{ words, link, want string }{
		{"<@5>", "https://weibo.com/leijun", "[\\<@5>](<https://weibo.com/leijun>)"},
		{"x", "HTTP://1.2.3.4:80/", "[x](<http://1.2.3.4:80/>)"},
		{"x", "https://a.cn/(b)*<c>\"`|", "[x](<https://a.cn/%28b%29%2A%3Cc%3E%22%60%7C>)"},
		{"x", "https://a.cn@b.cn/", "x"},
		{"x", "tg://resolve?domain=x", "x"},
		{"x", "javascript:alert(1)", "x"},
		{"x", "https://localhost/", "x"},
		{"x", "https://a.cn/\u202e", "x"},
		{"x", "https://a.cn/" + strings.Repeat("x", 3000), "x"},
		{"tesla.com", "https://a.cn/", "`tesla.com`"},
		{"[x]", "https://a.cn/", "\\[x]"},
	}
	l := layoutFor(t)
	for _, test := range tests {
		if got := written(t, l, bot.Lit(test.words).Linked(test.link)); got != test.want {
			t.Errorf("%q, %.60q\ngot  %s\nwant %s", test.words, test.link, got, test.want)
		}
	}
}

func TestTimesAreByTheReadersClockWhereTheyCanBe(t *testing.T) {
	t.Parallel()
	paris := inZone(t, "Europe/Paris")
	tests := []struct {
		name string
		text bot.Text
		want string
	}{
		{"a day and a time", bot.At(drive, bot.DayClock), "<t:1715992200:f>"},
		{"a time", bot.At(drive, bot.Clock), "<t:1715992200:t>"},
		{"how long until then", bot.At(drive, bot.Relative), "<t:1715992200:R>"},
		{"a day is the same for all", bot.At(drive, bot.Day), "Sat 18 May"},
		{"a month is the same for all", bot.At(drive, bot.Month), "May 2024"},
		{"a time of a zone of its own", bot.AtIn(drive, bot.Clock, paris), "02\\:30"},
		{"two times", bot.Join("", bot.At(drive, bot.Clock), bot.At(drive, bot.Clock)), "<t:1715992200:t><t:1715992200:t>"},
		{"a time that stands out", bot.At(drive, bot.Clock).With(bot.Strong), "**<t:1715992200:t>**"},
		{"a time in a line to type", bot.Join("", bot.Lit("/stream add "), bot.At(drive, bot.Clock)).With(bot.Mono), "`/stream add 08:30`"},
		{"a time that is a link", bot.At(drive, bot.Clock).Linked("https://a.cn"), "[08\\:30](<https://a.cn>)"},
		{"a time before computers", bot.At(time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), bot.Clock), "<t:-31536000:t>"},
		{"a time beyond JavaScript", bot.At(time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC), bot.Clock), "08\\:00"},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.ReplaceAll(written(t, l, test.text), "⍽", " "); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}
