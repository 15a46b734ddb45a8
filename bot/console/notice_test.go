package console_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/console"
)

var _ bot.Adapter = (*console.Console)(nil)

func live() bot.Post {
	return bot.Post{
		Headline: bot.Lit("● Live: Lei Jun 雷军, Shanghai to Hangzhou, on Douyin, for about three hours"),
		Body: []bot.Block{
			bot.Fields{field("Since", bot.Lit("08:30")), field("Figures", bot.Lit("none from Douyin yet"))},
		},
		Footer:  bot.Lit("s7k"),
		Buttons: []bot.Button{bot.Press(bot.Lit("Figures"), "/show s7k")},
	}
}

func TestNoticesStandApart(t *testing.T) {
	var out strings.Builder
	c := console.New(config("", &out))
	if id := send(t, c, live(), "n1"); id != "k3-1" {
		t.Errorf("id %q, want k3-1", id)
	}
	if id := send(t, c, bot.Post{Headline: bot.Lit("Lei Jun in 10 min"), Silent: true, Private: true}, "n2"); id != "k3-2" {
		t.Errorf("id %q, want k3-2", id)
	}
	same(t, out.String(), `
│ 08:31  ● Live: Lei Jun 雷军, Shanghai to Hangzhou, on
│        Douyin, for about three hours
│ Since    08:30
│ Figures  none from Douyin yet
│ s7k
│ [1] Figures (/show s7k)

│ 08:31  Lei Jun in 10 min
`)
}

func TestSendOnceByNonce(t *testing.T) {
	var out strings.Builder
	c := console.New(config("", &out))
	first := send(t, c, live(), "n1")
	printed := out.String()
	if again := send(t, c, live(), "n1"); again != first {
		t.Errorf("the same nonce got id %q, then %q", first, again)
	}
	same(t, out.String(), printed)
	if other := send(t, c, live(), "n2"); other == first || out.String() == printed {
		t.Error("another nonce was taken for the same")
	}
	if one, two := send(t, c, live(), ""), send(t, c, live(), ""); one == two {
		t.Error("two posts without a nonce were taken for one")
	}
}

func TestManySendAtOnce(t *testing.T) {
	var out strings.Builder
	c := console.New(config("", &out))
	ids := make(chan bot.MessageID, 50)
	var senders sync.WaitGroup
	for n := range cap(ids) {
		senders.Go(func() {
			id, err := c.Send(t.Context(), home, bot.Post{Headline: bot.Lit("one")}, fmt.Sprint("n", n/2))
			if err != nil {
				t.Errorf("Send: %v", err)
			}
			ids <- id
		})
	}
	senders.Wait()
	close(ids)
	seen := map[bot.MessageID]int{}
	for id := range ids {
		seen[id]++
	}
	if len(seen) != 25 {
		t.Errorf("25 nonces got %d ids", len(seen))
	}
	same(t, out.String(), strings.Repeat("│ 08:31  one\n\n", 24)+"│ 08:31  one\n")
}

func TestSendElsewhereIsForLater(t *testing.T) {
	elsewhere := bot.ChatID{Messenger: bot.Console, Key: "work"}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	tests := []struct {
		name  string
		ctx   context.Context
		to    bot.ChatID
		after time.Duration
	}{
		{"a chat that is not open", t.Context(), elsewhere, time.Minute},
		{"a sender that stops", stopped, home, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			c := console.New(config("", &out))
			_, sent := c.Send(test.ctx, test.to, live(), "n1")
			_, edited := c.Edit(test.ctx, test.to, "k3-1", live())
			for _, err := range []error{sent, edited} {
				var retry *bot.RetryError
				if !errors.As(err, &retry) || retry.After != test.after {
					t.Errorf("got %v, want a RetryError after %s", err, test.after)
				}
			}
			same(t, out.String(), "")
		})
	}
}

func TestEditPrintsTheChange(t *testing.T) {
	changed := func(change func(*bot.Post)) bot.Post {
		p := live()
		change(&p)
		return p
	}
	tests := []struct {
		name string
		old  bot.Post
		now  bot.Post
		want string
	}{
		{"nothing", live(), live(), ""},
		{"nothing that is seen", live(), changed(func(p *bot.Post) { p.Silent, p.Locale = true, "en" }), ""},
		{"only the clock", bot.Post{Headline: bot.At(morning, bot.Relative)}, bot.Post{Headline: bot.At(morning, bot.Relative)}, ""},
		{"a headline", live(), changed(func(p *bot.Post) { p.Headline = bot.Lit("Ended: Lei Jun") }), `
│ 08:31  ~ Ended: Lei Jun
│ - ● Live: Lei Jun 雷军, Shanghai to Hangzhou, on Douyin,
│   for about three hours
`},
		{"fields", bot.Post{Headline: bot.Lit("Lei Jun"), Body: live().Body}, bot.Post{Headline: bot.Lit("Lei Jun"), Body: []bot.Block{bot.Fields{
			field("Since", bot.Lit("08:30")), field("Figures", bot.Lit("14 M entered the Douyin room, and more are coming in")),
			field("Lasted so far", bot.Lit("40 min")),
		}}}, `
│ 08:31  ~ Lei Jun
│ - Figures  none from Douyin yet
│ + Figures  14 M entered the Douyin room, and more are
│   coming in
│ + Lasted so far  40 min
`},
		{"a row of a table", recent(), func() bot.Post {
			p := recent()
			rows := p.Body[0].(bot.Table).Rows //nolint:errcheck // recent has one table
			rows[2][2] = bot.Lit("AeroHT, a flying car with a name much longer than it was")
			return p
		}(), `
│ 08:31  ~ The last streams
│ - s7n  Zhou Hongyi  AeroHT  900
│ + s7n  Zhou Hongyi  AeroHT, a flying car with a name much
│   longer than it was  900
`},
		{"a card that another has replaced", live(), bot.Post{Headline: bot.Lit("→ Lei Jun: live, see below")}, ""},
		{"a headline that never had more", bot.Post{Headline: bot.Lit("Soon")}, bot.Post{Headline: bot.Lit("Now")}, `
│ 08:31  ~ Now
│ - Soon
`},
		{"something gone", live(), changed(func(p *bot.Post) { p.Headline, p.Footer = bot.Lit("Lei Jun"), nil }), `
│ 08:31  ~ Lei Jun
│ - ● Live: Lei Jun 雷军, Shanghai to Hangzhou, on Douyin,
│   for about three hours
│ - s7k
`},
		{
			"what a button does",
			bot.Post{Headline: bot.Lit("Live?"), Buttons: []bot.Button{bot.Press(bot.Lit("Yes"), "/yes")}},
			bot.Post{Headline: bot.Lit("Live?"), Buttons: []bot.Button{bot.Press(bot.Lit("Yes"), "/yes now")}},
			`
│ 08:31  ~ Live?
│ [2] Yes (/yes now)
`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			c := console.New(config("", &out))
			id := send(t, c, test.old, "")
			before := out.String()
			edit(t, c, id, test.now)
			same(t, strings.TrimPrefix(strings.TrimPrefix(out.String(), before), "\n"), test.want)
			before = out.String()
			edit(t, c, id, test.now)
			same(t, out.String(), before)
		})
	}
}

// Words that only a clock has changed are no news.
func TestEditKnowsThatTimePasses(t *testing.T) {
	var out strings.Builder
	cfg := config("", &out)
	now := morning
	cfg.Now = func() time.Time { return now }
	c := console.New(cfg)
	soon := func(at time.Time) bot.Post {
		return bot.Post{Headline: bot.Lit("Soon"), Body: []bot.Block{bot.Fields{field("Starts", bot.At(at, bot.Relative))}}}
	}
	id := send(t, c, soon(morning.Add(2*time.Hour)), "")
	now = now.Add(time.Hour)
	edit(t, c, id, soon(morning.Add(2*time.Hour)))
	edit(t, c, id, soon(morning.Add(3*time.Hour)))
	same(t, out.String(), `
│ 08:31  Soon
│ Starts  in 2h0m0s

│ 09:31  ~ Soon
│ - Starts  in 1h0m0s
│ + Starts  in 2h0m0s
`)
}

// A terminal cannot rewind: what an earlier run printed is told anew, once.
func TestEditOfAnUnknownPostPrintsAll(t *testing.T) {
	var out strings.Builder
	c := console.New(config("", &out))
	edit(t, c, "z9-4", live())
	edit(t, c, "z9-4", live())
	same(t, out.String(), `
│ 08:31  ~ ● Live: Lei Jun 雷军, Shanghai to Hangzhou, on
│          Douyin, for about three hours
│ Since    08:30
│ Figures  none from Douyin yet
│ s7k
│ [1] Figures (/show s7k)
`)
}

// What is too long to compare is told in full.
func TestEditOfAnEndlessPost(t *testing.T) {
	long := func(last string) bot.Post {
		items := slices.Repeat([]bot.Text{bot.Lit("item")}, 301)
		items[300] = bot.Lit(last)
		return bot.Post{Headline: bot.Lit("Long"), Body: []bot.Block{bot.List{Items: items}}}
	}
	var out strings.Builder
	c := console.New(config("", &out))
	id := send(t, c, long("a"), "")
	before := out.Len()
	edit(t, c, id, long("b"))
	same(t, out.String()[before+1:], "│ 08:31  ~ Long\n"+strings.Repeat("│ + · item\n", 300)+"│ + · b\n")
}

func TestOnlyTheLatestPostsAreRemembered(t *testing.T) {
	var out strings.Builder
	c := console.New(config("", &out))
	ids := make([]bot.MessageID, 300)
	for i := range ids {
		ids[i] = send(t, c, live(), fmt.Sprint("n", i))
	}
	printed := func(id bot.MessageID) bool {
		before := out.Len()
		edit(t, c, id, live())
		return out.Len() > before
	}
	got := map[string]bool{"oldest": printed(ids[0]), "latest": printed(ids[299]), "256th": printed(ids[300-255])}
	want := map[string]bool{"oldest": true, "latest": false, "256th": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("which edits without a change were printed in full (-want +got):\n%s", diff)
	}
}

func edit(tb testing.TB, c *console.Console, id bot.MessageID, p bot.Post) {
	tb.Helper()
	if same, err := c.Edit(tb.Context(), home, id, p); err != nil || same != id {
		tb.Fatalf("Edit: id %q, %v; want %q", same, err, id)
	}
}

// BenchmarkAnswer is from a line to its printed answer, all but the bot's own work.
func BenchmarkAnswer(b *testing.B) {
	for _, width := range []int{40, 80} {
		b.Run(strconv.Itoa(width), func(b *testing.B) {
			answers := map[string]bot.Post{"ask": profile(), "list": recent()}
			for b.Loop() {
				piped(b, "ask\nlist\n", answers, columns(width))
			}
		})
	}
}

// Whom a notice mentions stands before its headline. A title that looks like a mention is no more than its words anywhere.
func TestMentionsStandBeforeTheHeadline(t *testing.T) {
	var out strings.Builder
	c := console.New(config("", &out))
	send(t, c, bot.Post{Headline: bot.Lit("Live: a talk with @everyone"), Mentions: []string{"@drivers", "@pre\x1b[1mss"}}, "n1")
	same(t, out.String(), `
│ 08:31  @drivers @pre[1mss Live: a talk with @everyone
`)
}
