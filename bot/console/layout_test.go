package console_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"boardcast/bot"
)

func field(name string, value bot.Text) bot.Field {
	return bot.Field{Name: bot.Lit(name), Value: value}
}

// profile has a block of every kind but a table.
func profile() bot.Post {
	return bot.Post{
		Headline: bot.Lit("Lei Jun 雷军, founder and chair of Xiaomi"),
		Body: []bot.Block{
			bot.Paragraph{Text: bot.Lit("He drove from Shanghai to Hangzhou, live.")},
			bot.Fields{
				field("Company", bot.Lit("Xiaomi 小米")),
				field("Streams on", bot.Join(" · ", bot.Lit("Weibo").Linked("https://weibo.com/leijun"), bot.Lit("Douyin, search 雷军"))),
				field("I see", bot.Lit("what people tell me, for Weibo lets nobody look")),
			},
			bot.List{Title: bot.Lit("Lately").With(bot.Strong), Items: []bot.Text{
				bot.Lit("18 May 2024: Shanghai → Hangzhou in the SU7 Pro"),
				bot.Lit("开 SU7 Ultra 回家过年，一路直播，十四小时，路过南京、合肥和武汉。"),
			}},
		},
		Footer: bot.Lit("5 sources").With(bot.Faint),
		Buttons: []bot.Button{
			bot.Press(bot.Lit("Watch him"), "/watch add lei-jun"), bot.Press(bot.Lit("What's next"), "/next lei-jun"),
		},
	}
}

func recent() bot.Post {
	return bot.Post{Headline: bot.Lit("The last streams"), Body: []bot.Block{bot.Table{
		Heads: []bot.Text{bot.Lit("Stream"), bot.Lit("Who"), bot.Lit("What"), bot.Lit("Viewers")},
		Rows: [][]bot.Text{
			{bot.Lit("s7k"), bot.Lit("Lei Jun 雷军"), bot.Lit("Shanghai → Hangzhou in the SU7 Pro"), bot.N(39_000_000)},
			{bot.Lit("s7m"), bot.Lit("Wei Jianjun 魏建军"), bot.Lit("驾驶辅助：长城蓝山在保定的城市道路"), nil},
			{bot.Lit("s7n"), bot.Lit("Zhou Hongyi"), bot.Lit("AeroHT"), bot.N(900)},
		},
	}}}
}

func TestPostsFitTheTerminal(t *testing.T) {
	tests := []struct {
		name  string
		width int
		post  bot.Post
		want  string
	}{
		{"an order", 20, bot.Post{
			Headline: bot.Lit("Top"), Body: []bot.Block{bot.List{Ordered: true, Items: slices.Concat(
				[]bot.Text{bot.Lit("Lei Jun, again and again")}, slices.Repeat([]bot.Text{bot.Lit("Yu")}, 9),
			)}},
		}, `
Top
 1. Lei Jun, again
    and again
 2. Yu
 3. Yu
 4. Yu
 5. Yu
 6. Yu
 7. Yu
 8. Yu
 9. Yu
10. Yu
`},
		{"two languages", 80, bot.Post{
			Headline: bot.Lit("雷军：已取消"), Also: bot.Said{Locale: "en", Text: bot.Lit("Lei Jun: cancelled")},
			Body: []bot.Block{bot.Paragraph{Text: bot.Lit("抖音")}},
		}, `
雷军：已取消
Lei Jun: cancelled
抖音
`},
		{"a profile at 80 columns", 80, profile(), `
Lei Jun 雷军, founder and chair of Xiaomi
He drove from Shanghai to Hangzhou, live.
Company     Xiaomi 小米
Streams on  Weibo (https://weibo.com/leijun) · Douyin, search 雷军
I see       what people tell me, for Weibo lets nobody look

Lately
· 18 May 2024: Shanghai → Hangzhou in the SU7 Pro
· 开 SU7 Ultra 回家过年，一路直播，十四小时，路过南京、合肥和武汉。
5 sources
[1] Watch him (/watch add lei-jun)   [2] What's next (/next lei-jun)
`},
		{"a profile at 40 columns", 40, profile(), `
Lei Jun 雷军, founder and chair of
Xiaomi
He drove from Shanghai to Hangzhou,
live.
Company     Xiaomi 小米
Streams on  Weibo
            (https://weibo.com/leijun) ·
            Douyin, search 雷军
I see       what people tell me, for
            Weibo lets nobody look

Lately
· 18 May 2024: Shanghai → Hangzhou in
  the SU7 Pro
· 开 SU7 Ultra 回家过年，一路直播，十四
  小时，路过南京、合肥和武汉。
5 sources
[1] Watch him (/watch add lei-jun)
[2] What's next (/next lei-jun)
`},
		{"where names take too much room, values stand under them", 24, profile(), `
Lei Jun 雷军, founder
and chair of Xiaomi
He drove from Shanghai
to Hangzhou, live.
Company
  Xiaomi 小米
Streams on
  Weibo
  (https://weibo.com/leijun)
  · Douyin, search 雷军
I see
  what people tell me,
  for Weibo lets nobody
  look

Lately
· 18 May 2024: Shanghai
  → Hangzhou in the SU7
  Pro
· 开 SU7 Ultra 回家过
  年，一路直播，十四小
  时，路过南京、合肥和武
  汉。
5 sources
[1] Watch him
[2] What's next
`},
		{"a table that fits", 120, recent(), `
The last streams
Stream  Who                 What                                 Viewers
s7k     Lei Jun 雷军        Shanghai → Hangzhou in the SU7 Pro  39000000
s7m     Wei Jianjun 魏建军  驾驶辅助：长城蓝山在保定的城市道路
s7n     Zhou Hongyi         AeroHT                                   900
`},
		{"a table with its widest columns squeezed", 60, recent(), `
The last streams
Stream  Who                 What                     Viewers
s7k     Lei Jun 雷军        Shanghai → Hangzhou in  39000000
                            the SU7 Pro
s7m     Wei Jianjun 魏建军  驾驶辅助：长城蓝山在保
                            定的城市道路
s7n     Zhou Hongyi         AeroHT                       900
`},
		{"a table at a narrow width is blocks", 40, recent(), `
The last streams
s7k
  Who      Lei Jun 雷军
  What     Shanghai → Hangzhou in the
           SU7 Pro
  Viewers  39000000
s7m
  Who   Wei Jianjun 魏建军
  What  驾驶辅助：长城蓝山在保定的城市道
        路
s7n
  Who      Zhou Hongyi
  What     AeroHT
  Viewers  900
`},
		{"a small table stays one at a narrow width", 30, bot.Post{Headline: bot.Lit("Two"), Body: []bot.Block{bot.Table{
			Heads: []bot.Text{nil, nil}, Rows: [][]bot.Text{{bot.Lit("a"), bot.N(1)}, {bot.Lit("b"), bot.N(22)}},
		}}}, "Two\na   1\nb  22\n"},
		{"a table of nothing is nothing", 60, bot.Post{Headline: bot.Lit("None"), Body: []bot.Block{bot.Table{}}}, "None\n"},
		{
			"the width is unknown", 0,
			bot.Post{Headline: bot.Lit(strings.Repeat("word ", 20))},
			strings.Repeat("word ", 15) + "word\nword word word word\n",
		},
		{"an absurdly narrow terminal is taken for 20 columns", 1, bot.Post{Headline: bot.Lit("one two three four five")}, "one two three four\nfive\n"},
		{
			"a command stays with its slash", 20,
			bot.Post{Headline: bot.Lit("With /stream add or /undo and /about")},
			"With /stream add or\n/undo and /about\n",
		},
		{
			"a word that is too long is broken", 20,
			bot.Post{Headline: bot.Lit(strings.Repeat("a", 45))},
			strings.Repeat("a", 20) + "\n" + strings.Repeat("a", 20) + "\naaaaa\n",
		},
		{
			"an address never is", 20,
			bot.Post{Headline: bot.Lit("See here").Linked("https://example.com/a/long/address?q=1")},
			"See here\n(https://example.com/a/long/address?q=1)\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			same(t, piped(t, "ask\n", map[string]bot.Post{"ask": test.post}, columns(test.width)), test.want)
		})
	}
}

func TestWordsOnALine(t *testing.T) {
	link := "https://weibo.com/leijun"
	tests := []struct {
		name string
		text bot.Text
		want string
	}{
		{"spaces between pieces stay", bot.Join("", bot.Lit("on "), bot.Lit("Douyin").With(bot.Strong), bot.Lit(" now")), "on Douyin now"},
		{"control characters go", bot.Lit("a\x1b[31mred\x07\u009b\u202e\u200b"), "a[31mred"},
		{"a line break in a title is a space", bot.Lit("one\ntwo\r\nthree"), "one two  three"},
		{"an address follows its words", bot.Lit("his room").Linked(link), "his room (https://weibo.com/leijun)"},
		{"once, after all of them", bot.Join("", bot.Lit("his "), bot.Lit("room").With(bot.Strong)).Linked(link), "his room (https://weibo.com/leijun)"},
		{"but not after itself", bot.Lit(link).Linked(link), link},
		{"nor after itself without its scheme", bot.Lit("weibo.com/leijun").Linked(link + "/"), "weibo.com/leijun"},
		{"words that look like another address hide nothing", bot.Lit("weibo.com/leijun").Linked("https://evil.example"), "weibo.com/leijun (https://evil.example)"},
		{"an address holds no control characters", bot.Lit("x").Linked("https://a.example/\x1b]8;;b\n"), "x (https://a.example/]8;;b)"},
		{"times are the reader's", bot.At(morning, bot.Clock), "08:31"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			same(t, piped(t, "ask\n", map[string]bot.Post{"ask": {Headline: test.text}}), test.want+"\n")
		})
	}
}

func TestButtonsShowTheirCommands(t *testing.T) {
	tests := []struct {
		name   string
		width  int
		button bot.Button
		want   string
	}{
		{"behind the label", 60, bot.Press(bot.Lit("Live"), "/stream start s7k"), "[1] Live (/stream start s7k)"},
		{"not twice", 60, bot.PressLine("/help"), "[1] /help"},
		{"not when they are long", 120, bot.Press(bot.Lit("Live"), "/stream start "+strings.Repeat("x", 40)), "[1] Live"},
		{"not when the line is too short", 30, bot.Press(bot.Lit("雷军 Lei Jun, Xiaomi"), "/who lei-jun"), "[1] 雷军 Lei Jun, Xiaomi"},
		{"a label too long for a line is broken", 20, bot.Press(bot.Lit("Wei Jianjun of Great Wall"), "/who wei-jianjun"), "[1] Wei Jianjun of\nGreat Wall"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			post := bot.Post{Headline: bot.Lit("Which?"), Buttons: []bot.Button{test.button}}
			same(t, piped(t, "ask\n", map[string]bot.Post{"ask": post}, columns(test.width)), "Which?\n"+test.want+"\n")
		})
	}
}

func TestColor(t *testing.T) {
	post := bot.Post{
		Headline: bot.Lit("● Live: Lei Jun"),
		Body: []bot.Block{
			bot.Fields{field("Since", bot.Lit("08:30"))},
			bot.Paragraph{Text: bot.Join("", bot.Lit("Type "), bot.Lit("/help").With(bot.Mono))},
		},
		Footer: bot.Lit("s7k"),
	}
	same(t, piped(t, "ask\n", map[string]bot.Post{"ask": post}, colored), `
`+"\x1b[1;31m●\x1b[0m\x1b[1m Live: Lei Jun\x1b[0m\n"+
		"\x1b[2mSince\x1b[0m  08:30\n"+
		"Type \x1b[36m/help\x1b[0m\n"+
		"\x1b[2ms7k\x1b[0m\n")
}

// FuzzPrinted holds that nothing that a person or a stranger's title says gets a control character to the terminal, and that
// lines fit it.
func FuzzPrinted(f *testing.F) {
	f.Add("hello", "Lei Jun 雷军", "https://weibo.com/leijun", 40)
	f.Add("a\x1b[2J", "\x9b31m\u202e\u0085\x7f", "javascript:\x00", 80)
	f.Add("\xff\xfe\r\r\n\n\t", "👨‍👩‍👧‍👦 e\u0301 ﷽ 한국어", "\u2028", 21)
	f.Add("一二三四五六七八九十一二三四五六七八九十", "word and word and word and word", "", 33)
	f.Fuzz(func(t *testing.T, line, title, link string, width int) {
		text := bot.Join("", bot.Lit(title), bot.Lit(line).With(bot.Strong), bot.Lit(title).Linked(link))
		post := bot.Post{
			Headline: text,
			Body: []bot.Block{
				bot.Paragraph{Text: text},
				bot.Fields{{Name: text, Value: text}, field("x", text)},
				bot.List{Title: text, Items: []bot.Text{text, nil}},
				bot.Table{Heads: []bot.Text{text, bot.Lit("n")}, Rows: [][]bot.Text{{text, bot.N(1)}, {bot.Lit(line), nil}}},
			},
			Footer: text, Buttons: []bot.Button{bot.Press(text, line), bot.Press(bot.Lit("x"), title)},
		}
		printed := piped(t, line+"\nask\n", map[string]bot.Post{"ask": post}, columns(width))
		if c := strings.IndexFunc(printed, forbidden); c >= 0 {
			t.Errorf("printed %q at byte %d of %q", printed[c], c, printed)
		}
		if strings.ToValidUTF8(printed, "") != printed {
			t.Errorf("printed bytes that are no text: %q", printed)
		}
		wide := min(max(width, 20), 120)
		if width < 1 {
			wide = 80
		}
		for printedLine := range strings.Lines(printed) {
			if n := uniseg.StringWidth(strings.TrimSuffix(printedLine, "\n")); n > wide && link == "" {
				t.Errorf("%d columns at %d: %q", n, wide, printedLine)
			}
		}
	})
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2028'
}
