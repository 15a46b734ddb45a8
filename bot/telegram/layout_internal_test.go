package telegram

import (
	"strings"
	"testing"

	"boardcast/bot"
)

func TestOnlyMentionsMention(t *testing.T) {
	post := bot.Post{Mentions: []string{"@drivers", "<@x>\n"}, Headline: bot.Lit("@drivers,\nlook")}
	if got, want := shown(clocked(t).messages(post)[0].HTML), "@drivers &lt;@x&gt;  <b>@⁀drivers, look</b>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAPostWithoutWordsCanBeSent(t *testing.T) {
	for _, post := range []bot.Post{
		{},
		{Headline: bot.Lit(" \u200d\n"), Body: []bot.Block{nil, bot.Fields{}, bot.List{}, bot.Table{}, bot.Paragraph{}}},
	} {
		got := clocked(t).messages(post)
		if want := (htmlMessage{HTML: "…", units: 1}); len(got) != 1 || got[0] != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestTablesFitAPhone(t *testing.T) {
	heads := lits("Who", "Streams")
	tests := []struct {
		name  string
		table bot.Table
		want  string
	}{
		{"numbers stand at the right", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO"), bot.N(3)}, {bot.Lit("小米"), bot.N(12)}}}, `
<pre>Who   Streams
NIO         3
小米       12</pre>`},
		{"a row that is too short", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO")}}}, `
<pre>Who  Streams
NIO</pre>`},
		{"columns without heads", bot.Table{Heads: make([]bot.Text, 2), Rows: [][]bot.Text{{bot.Lit("a&b"), bot.Lit("@c.cn")}}}, `
<pre>a&amp;b  @c.cn</pre>`},
		{"times have no clock of the reader's there", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO"), bot.At(drive, bot.Clock)}}}, `
<pre>Who  Streams
NIO  08:30</pre>`},
		{"thirty columns", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit(strings.Repeat("x", 21)), bot.N(1)}}}, `
<pre>Who                    Streams
xxxxxxxxxxxxxxxxxxxxx        1</pre>`},
		{"more than thirty", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit(strings.Repeat("小", 11)), bot.N(1)}, {nil, bot.N(2)}, {bot.Lit("x"), nil}}}, `
<b>小小小小小小小小小小小</b> · Streams: 1
Streams: 2
<b>x</b>`},
		{"a link is not lost", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO").Linked("https://nio.cn"), bot.N(1)}}}, `
<b><a href="https://nio.cn">NIO</a></b> · Streams: 1`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := shown(clocked(t).messages(bot.Post{Body: []bot.Block{test.table}})[0].HTML)
			if want := strings.TrimPrefix(test.want, "\n"); got != want {
				t.Errorf("\ngot\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestAlertsAreShort(t *testing.T) {
	long := strings.Repeat("word ", 60)
	tests := []struct {
		name string
		post bot.Post
		want string
	}{
		{"all of a short post but its footer", bot.Post{
			Mentions: []string{"@drivers"}, Headline: bot.Lit("Noted: @leijun is live"), Footer: bot.Lit("s7k"),
			Body: []bot.Block{para(bot.At(drive, bot.Clock), bot.Lit(" & <more>")), bot.List{Title: bot.Lit("Next"), Items: lits("NIO", "Xiaomi")}},
		}, "Noted: @leijun is live\n08:30 & <more>\nNext\n· NIO\n· Xiaomi"},
		{"a table in rows", bot.Post{Headline: bot.Lit("Two"), Body: []bot.Block{bot.Table{
			Heads: lits("", "Streams"), Rows: [][]bot.Text{{bot.Lit("NIO"), bot.N(3)}, {bot.Lit("Xiaomi"), bot.N(4)}},
		}}}, "Two\nNIO · Streams: 3\nXiaomi · Streams: 4"},
		{"cut between words", bot.Post{Headline: bot.Lit(long)}, strings.TrimSpace(strings.Repeat("word ", 40)) + "…"},
		{"cut between units of UTF-16", bot.Post{Headline: bot.Lit(strings.Repeat("𝔏", 101))}, strings.Repeat("𝔏", 99) + "…"},
		{"nothing", bot.Post{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := clocked(t).alert(test.post); got != test.want {
				t.Errorf("\ngot  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestCaptionsAreShorterThanMessages(t *testing.T) {
	l := clocked(t)
	// A line feed counts, and room for one is kept free before the first line.
	fits := bot.Post{Headline: bot.Lit(strings.Repeat("𝔏", 500)), Footer: bot.Lit(strings.Repeat("x", 21))}
	if m, ok := l.caption(fits); !ok || m.units != 1022 || m != l.messages(fits)[0] {
		t.Errorf("got %d units, %v", m.units, ok)
	}
	fits.Footer = bot.Lit(strings.Repeat("x", 24))
	if m, ok := l.caption(fits); ok || m.units > 1024 || !strings.HasPrefix(m.HTML, "<b>𝔏") {
		t.Errorf("got %d units, %v", m.units, ok)
	}
}
