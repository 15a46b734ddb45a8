package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// It is Monday 20 May 2024, 10:00, in Beijing.
func TestSpanEndsAfterALengthOrAtATime(t *testing.T) {
	t.Parallel()
	beijing := mustZone(t, "Asia/Shanghai")
	until := bot.UntilOption("until", "what")
	run := func(_ context.Context, req *bot.Request) (bot.Post, error) {
		return bot.Post{Headline: bot.Lit(until.Of(req).In(beijing).Format("2006-01-02T15:04:05"))}, nil
	}
	command := &bot.Command{Name: "pause", Summary: "does", Options: []bot.Param{until}, Run: run}
	router, _ := routerOf(t, []*bot.Command{command}, func(c *bot.Config) {
		c.Now = func() time.Time { return time.Date(2024, time.May, 20, 10, 0, 0, 5e6, beijing) }
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: beijing, Locale: "en"}, nil
		}
	})
	for words, want := range map[string]string{
		"2h": "2024-05-20T12:00:00", "for 2h": "2024-05-20T12:00:00", "2 weeks": "2024-06-03T10:00:00",
		"2 semaines": "2024-06-03T10:00:00", "pendant 2 h": "2024-05-20T12:00:00", "Jusqu’à demain": "2024-05-21T00:00:00",
		"到明天": "2024-05-21T00:00:00", "2 周": "2024-06-03T10:00:00", "两天": "2024-05-22T10:00:00",
		"tomorrow": "2024-05-21T00:00:00", "until tomorrow": "2024-05-21T00:00:00", "Till Thu 19:30": "2024-05-23T19:30:00",
		"yesterday": "when_past", "whenever": "bad_until", "0m": "length_short", "today": "when_past", "for good": "bad_until",
	} {
		if got := answered(t, router, private("/pause "+words)); !strings.HasPrefix(got, want) {
			t.Errorf("%q is until %s, want %s", words, got, want)
		}
	}
}
