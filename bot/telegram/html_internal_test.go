package telegram

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// written is a text as a paragraph says it.
func written(l layout, t bot.Text) string {
	all := l.messages(bot.Post{Body: []bot.Block{bot.Paragraph{Text: t}}})
	parts := make([]string, len(all))
	for i, m := range all {
		parts[i] = m.HTML
	}
	return shown(strings.Join(parts, "|"))
}

func TestWordsAreWordsOnly(t *testing.T) {
	tests := []struct {
		name string
		text bot.Text
		want string
	}{
		{"signs of HTML", bot.Lit(`<b>a & "b"</b>`), "&lt;b&gt;a &amp; &quot;b&quot;&lt;/⁀b&gt;"},
		{"a mention", bot.Lit("ask @drivers"), "ask @⁀drivers"},
		{"a mention of two spans", bot.Join("", bot.Lit("@"), bot.Lit("drivers").With(bot.Strong)), "@⁀<b>drivers</b>"},
		{"no mention", bot.Lit("39 M @ 08:30 @"), "39 M @ 08:30 @"},
		{"a search", bot.Lit("#live $NIO #雷军"), "#⁀live $⁀NIO #⁀雷军"},
		{"a command that somebody typed", bot.Lit("try /forgetme (/start)"), "try /⁀forgetme (/⁀start)"},
		{"slashes within words", bot.Lit("13.7 kWh/100 km, 24/7, and/or"), "13.7 kWh/100 km, 24/7, and/or"},
		{"a command of two spans", bot.Join("", bot.Lit("/"), bot.Lit("start")), "/⁀start"},
		{"a command behind a mark", bot.Lit("e\u0301/start"), "e\u0301/⁀start"},
		{"a command in our own words", bot.Say("reminders.none"), "You have no reminders here. /remind with a name sets one."},
		{
			"a command in what somebody typed into our words", bot.Say("stream.unknown", bot.Args{"Words": bot.Lit("/start")}),
			"I know no stream “/⁀start”. /next and /recent show the ids.",
		},
		{"a command to tap", bot.Lit("/help").With(bot.Mono), "/help"},
		{"a line to copy", bot.Lit("/watch add @x").With(bot.Mono), "<code>/watch add @x</code>"},
		{"a line to copy, of two spans", bot.Join("", bot.Lit("/watch"), bot.Lit(" add")).With(bot.Mono | bot.Strong), "<code>/watch add</code>"},
		{"the name of a host", bot.Lit("see weibo.com."), "see <code>weibo.com</code>."},
		{"a host in Chinese words", bot.Lit("看weibo.com/leijun，更多"), "看<code>weibo.com/leijun</code>，更多"},
		{"a host in letters of other scripts", bot.Lit("小米.中国 президент.рф"), "<code>小米.中国</code> <code>президент.рф</code>"},
		{"a host of several spans", bot.Join("", bot.Lit("wei"), bot.Lit("bo").With(bot.Strong), bot.Lit(".com")), "<code>weibo.com</code>"},
		{"an address", bot.Lit("(https://weibo.com/a?b=c&d)!"), "(<code>https://weibo.com/a?b=c&amp;d</code>)!"},
		{"an address without a dot", bot.Lit("tg://user?id=1 or ton://x"), "<code>tg://user?id=1</code> or <code>ton://x</code>"},
		{"an address that begins like a command", bot.Lit("/a://b"), "/⁀<code>a://b</code>"},
		{"an address for mail", bot.Lit("lei.jun@xiaomi.com"), "<code>lei.jun@xiaomi.com</code>"},
		{"the address of a machine", bot.Lit("127.0.0.1:8080/x"), "<code>127.0.0.1:8080/x</code>"},
		{"no hosts", bot.Lit("13.7 km, No.1, 3.5h, e.g. this, p.m., 1.5M, wait...what"), "13.7 km, No.1, 3.5h, e.g. this, p.m., 1.5M, wait...what"},
		{"a host in bold words", bot.Lit("at li.auto now").With(bot.Strong), "<b>at </b><code>li.auto</code><b> now</b>"},
		{"what is not seen", bot.Lit("a\u202e\u200b\x1b\u2060\ufeffb\tc\u2028d"), "ab c d"},
		{"no text at all", bot.Lit("a\xffb\ufffd"), "ab"},
		{"line feeds", bot.Lit("a\r\n\n\n\nb \nc"), "a\n\nb\nc"},
		{"a joined emoji", bot.Lit("👨‍👩‍👧"), "👨‍👩‍👧"},
		{"styles within styles", bot.Join("", bot.Lit("a").With(bot.Strong), bot.Lit("b").With(bot.Strong|bot.Faint), bot.Lit("c").With(bot.Faint)), "<b>a<i>b</i></b><i>c</i>"},
		{"an unknown message", bot.Say("<i>"), "[&lt;i&gt;]"},
	}
	l := clocked(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := written(l, test.text); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestLinksOpenPagesAndMentionNobody(t *testing.T) {
	tests := []struct{ link, want string }{
		{"https://weibo.com/leijun", `<a href="https://weibo.com/leijun">@⁀a.cn</a>`},
		{"http://1.2.3.4:80/", `<a href="http://1.2.3.4:80/">@⁀a.cn</a>`},
		{"https://t.me/boardcast_bot?start=w_s7k", `<a href="https://t.me/boardcast_bot?start=w_s7k">@⁀a.cn</a>`},
		{"tg://resolve?domain=x", `<a href="tg://resolve?domain=x">@⁀a.cn</a>`},
		{`https://a.cn/?a="><b>&'`, `<a href="https://a.cn/?a=&quot;&gt;&lt;b&gt;&amp;'">@⁀a.cn</a>`},
		{"tg://user?id=1", ""},
		{"TG://USER?id=1", ""},
		{"tg:user?id=1", ""},
		{"javascript:alert(1)", ""},
		{"ftp://a.cn", ""},
		{"https://localhost/", ""},
		{"https://a.cn/ b", ""},
		{"https://a.cn/\u202e", ""},
		{"https://a.cn/\n", ""},
		{"https:a.cn", ""},
		{"//a.cn", ""},
		{"weibo.com/leijun", ""},
		{"https://a.cn/" + strings.Repeat("x", 3000), ""},
	}
	l := clocked(t)
	for _, test := range tests {
		if test.want == "" {
			test.want = "@⁀<code>a.cn</code>"
		}
		if got := written(l, bot.Lit("@a.cn").Linked(test.link)); got != test.want {
			t.Errorf("%.60q\ngot  %s\nwant %s", test.link, got, test.want)
		}
	}
}

func TestTimesAreByTheReadersClockWhereTheyCanBe(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	ended := bot.At(drive, bot.DayClock)
	tests := []struct {
		name   string
		text   bot.Text
		clocks bool
		want   string
	}{
		{"a day and a time", ended, true, `<tg-time unix="1715992200" format="wDt">Sat 18 May, 08:30</tg-time>`},
		{"a time", bot.At(drive, bot.Clock), true, `<tg-time unix="1715992200" format="t">08:30</tg-time>`},
		{"how long until then", bot.At(drive, bot.Relative), true, `<tg-time unix="1715992200" format="r">in 1⍽day 21⍽h</tg-time>`},
		{"a day is the same for all", bot.At(drive, bot.Day), true, "Sat 18 May"},
		{"a month is the same for all", bot.At(drive, bot.Month), true, "May 2024"},
		{"a time of a zone of its own", bot.AtIn(drive, bot.Clock, paris), true, "02:30"},
		{"two times", bot.Join("", ended, ended), true, strings.Repeat(`<tg-time unix="1715992200" format="wDt">Sat 18 May, 08:30</tg-time>`, 2)},
		{"a time that stands out", ended.With(bot.Strong), true, `<b><tg-time unix="1715992200" format="wDt">Sat 18 May, 08:30</tg-time></b>`},
		{"a time in a line to copy", bot.Join("", bot.Lit("/stream add "), bot.At(drive, bot.Clock)).With(bot.Mono), true, "<code>/stream add 08:30</code>"},
		{"a time that is a link", ended.Linked("https://a.cn"), true, `<a href="https://a.cn">Sat 18 May, 08:30</a>`},
		{"a time before computers", bot.At(time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), bot.Clock), true, "08:00"},
		{"a server that knows no clocks", ended, false, "Sat 18 May, 08:30"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := clocked(t)
			l.clocks = test.clocks
			if got := written(l, test.text); strings.ReplaceAll(got, "⍽", " ") != strings.ReplaceAll(test.want, "⍽", " ") {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}
