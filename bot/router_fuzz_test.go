package bot_test

import (
	"testing"
	"time"

	"boardcast/bot"
)

// everything is a set of commands with options of every type.
func everything() []*bot.Command {
	return []*bot.Command{
		taking("who", person.Required(), bot.TextOption("note", "what", 30).Rest()),
		taking("add", bot.TextOption("title", "what", 60).Required(), bot.TimeOption("when", "what", nil), bot.ZoneOption("zone", "what")),
		taking("set", bot.IntOption("count", "what", -5, 5), bot.LengthOption("every", "what"), colour),
		stream(),
	}
}

// FuzzAnswer types anything at all: the router never panics nor fails inside, and buttons are lines that it knows.
func FuzzAnswer(f *testing.F) {
	for _, line := range []string{
		"/who lei", "who musk later", "/add \"a b\" tomorrow 8pm PT", "/add 发布会 明天晚上八点 上海", "/set 3 1h,1d red", "/set every=2h count=9",
		"／stream mvoe", "lei", "", "/", "/who who=\"", "/add title= when: x", "/set «a", "\x00\xff", "/add a 1:30 2026-10-25 Europe/Paris",
	} {
		f.Add(line, true)
		f.Add(line, false)
	}
	f.Fuzz(func(t *testing.T, line string, alone bool) {
		router, log := routerOf(t, everything(), func(c *bot.Config) { c.Bare = "who" })
		in := private(line)
		if !alone {
			in = group(line)
		}
		post, ok := router.Answer(t.Context(), in)
		if post.Failed || log.Len() > 0 {
			t.Fatalf("%q failed inside: %s", line, log)
		}
		if ok && len(post.Headline) == 0 {
			t.Fatalf("%q: an answer without words", line)
		}
		for _, button := range post.Buttons[:min(len(post.Buttons), 5)] {
			in.Text = button.Command
			if _, ok := router.Answer(t.Context(), in); !ok {
				t.Fatalf("%q: nothing is said to its button %q", line, button.Command)
			}
		}
		completion, err := router.Complete(t.Context(), private(line))
		if err != nil || completion.From < 0 || completion.From > len(line) {
			t.Fatalf("Complete(%q): got from %d, %v", line, completion.From, err)
		}
	})
}

// turning is a clock that is ten seconds later each time, so that nobody asks too much.
func turning() func() time.Time {
	now := midday
	return func() time.Time {
		now = now.Add(10 * time.Second)
		return now
	}
}

func BenchmarkAnswer(b *testing.B) {
	router, _ := routerOf(b, everything(), func(c *bot.Config) { c.Now = turning() })
	in := private("/set 3 red")
	b.ReportAllocs()
	for b.Loop() {
		router.Answer(b.Context(), in)
	}
}
