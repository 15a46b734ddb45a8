package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// adversary is lines that are as hard to tell apart as 2,000 characters can be.
var adversary = map[string]string{
	"letters":      "/add " + strings.Repeat("a", 1990),
	"words":        "/add " + strings.TrimSpace(strings.Repeat("ab ", 660)),
	"signs":        "/who " + strings.TrimSpace(strings.Repeat("雷军 ", 660)),
	"numbers":      "/set " + strings.TrimSpace(strings.Repeat("1 ", 990)),
	"times":        "/at " + strings.TrimSpace(strings.Repeat("8pm ", 490)),
	"days":         "/at " + strings.TrimSpace(strings.Repeat("tomorrow at ", 160)),
	"lengths":      "/set every=" + strings.TrimSpace(strings.Repeat("1h ", 660)),
	"list":         "/set every=" + strings.Repeat("1h,", 650),
	"and":          "/set every=" + strings.TrimSpace(strings.Repeat("1h vs ", 320)),
	"quotes":       "/at " + strings.TrimSpace(strings.Repeat(`“a "b «c 「d `, 150)),
	"open quotes":  "/at " + strings.TrimSpace(strings.Repeat(`" `, 990)),
	"names":        "/at " + strings.TrimSpace(strings.Repeat("when= ", 330)),
	"titles":       "/at title=" + strings.TrimSpace(strings.Repeat("x 8pm ", 330)),
	"who and when": "/at " + strings.TrimSpace(strings.Repeat("lei 8pm ", 240)),
	"unknown":      "/at " + strings.TrimSpace(strings.Repeat("x y ", 490)),
	"nothing":      strings.Repeat(" ", 1999) + "/",
}

// hard are commands with many options of every kind.
func hard() []*bot.Command {
	when := bot.TimeOption("when", "what", func(_ context.Context, _ *bot.Request) *time.Location { return time.UTC })
	return append(everything(), taking("at", person.Required(), when.Required(), bot.TextOption("title", "what", 100),
		bot.LengthOption("every", "what"), bot.ZoneOption("zone", "what"), bot.IntOption("count", "what", 1, 9), colour))
}

// BenchmarkAdversary reports how long one such line takes; the limit is 10 ms.
func BenchmarkAdversary(b *testing.B) {
	for name, line := range adversary {
		b.Run(name, func(b *testing.B) {
			router, _ := routerOf(b, hard(), func(c *bot.Config) { c.Now, c.Bare = turning(), "who" })
			for b.Loop() {
				router.Answer(b.Context(), private(line))
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms")
		})
	}
}
