package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

func TestOptionsReadTheirTypes(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{
		taking("text", bot.TextOption("t", "what", 5)),
		taking("int", bot.IntOption("n", "what", -5, 5)),
		taking("choice", colour),
		taking("length", bot.LengthOption("l", "what")),
		taking("zone", bot.ZoneOption("z", "what")),
	})
	for line, want := range map[string]string{
		"/text 雷军新车了":                     "t=雷军新车了",
		"/text \u202ea\u200b b":           "t=a b",
		"/text 雷军新车了吧":                    "too_long Max=5",
		"/text \u200b":                    "not_understood Option=t Words=",
		"/int -5":                         "n=-5",
		"/int +3":                         "n=3",
		"/int 6":                          "bad_number Max=5 Min=-5 Option=n Words=6\n> /int 5",
		"/int three":                      "bad_number Max=5 Min=-5 Option=n Words=three",
		"/choice RED":                     "colour=red",
		"/length 1d, 1h":                  "l=[24h0m0s 1h0m0s]",
		"/length 90m":                     "l=[1h30m0s]",
		"/length 1h 10m, 1d":              "l=[1h10m0s 24h0m0s]",
		"/length une heure et demie, 10m": "l=[1h30m0s 10m0s]",
		"/length 一小时、10":                  "l=[1h0m0s 10m0s]",
		"/length soon":                    "bad_length Words=soon\n> /length 10m\n> /length 1h\n> /length 1d",
		"/length ,":                       "bad_length Words=,\n> /length 10m\n> /length 1h\n> /length 1d",
		"/length 1h, soon":                "left_over Words=soon\n> /length 1h",
		"/zone Europe/Paris":              "z=Europe/Paris",
		"/zone Nowhere/Land":              "bad_zone Words=Nowhere/Land\n> /zone Beijing\n> /zone Paris\n> /zone UTC",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

func TestOptionThatWasNotGivenIsZero(t *testing.T) {
	t.Parallel()
	run := func(_ context.Context, req *bot.Request) (bot.Post, error) {
		if v, given := colour.Given(req); given || v != "" || colour.Of(req) != "" {
			t.Errorf("got %q, given %t; want nothing", v, given)
		}
		return bot.Post{}, nil
	}
	router, _ := routerOf(t, []*bot.Command{{Name: "x", Summary: "does", Options: []bot.Param{colour}, Run: run}})
	router.Answer(t.Context(), private("/x"))
}

func TestDeclaringAnOptionAnewLeavesTheFirstAsItWas(t *testing.T) {
	t.Parallel()
	_, _ = colour.Required(), colour.Rest()
	if spec := colour.Spec(); spec.Required || spec.Rest {
		t.Errorf("got %+v", spec)
	}
}

// A time that cannot be used is asked back with times that can, and pressing one is understood.
func TestTimesThatCannotBeUsedAreAskedBack(t *testing.T) {
	t.Parallel()
	paris, shanghai := mustZone(t, "Europe/Paris"), mustZone(t, "Asia/Shanghai")
	usual := func(context.Context, *bot.Request) *time.Location { return shanghai }
	router, _ := routerOf(t, []*bot.Command{taking("at", bot.TimeOption("when", "what", usual))}, func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: paris, Locale: "en"}, nil
		}
	})
	for line, want := range map[string]string{
		"/at tomorrow 20:30":          "when_zone",
		"/at when=tomorrow 20:30":     "when_zone",
		"/at 2020-01-01 10:00 Paris":  "when_past",
		"/at 2060-01-01 10:00 Paris":  "when_far",
		"/at whenever":                "bad_when Words=whenever",
		"/at 20 December 20:30 Paris": "when={2026-12-20T20:30 Europe/Paris minute",
	} {
		post, _ := router.Answer(t.Context(), private(line))
		if got := heard(post); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q…", line, got, want)
		}
		for _, button := range post.Buttons {
			if got := answered(t, router, private(button.Command)); !strings.HasPrefix(got, "when={") {
				t.Errorf("%s: its button %q is answered %q, want a time", line, button.Command, got)
			}
		}
	}
}

// An hour that the clocks leave out is asked back with hours that there are.
func TestHourThatTheClocksLeaveOutIsAskedBack(t *testing.T) {
	t.Parallel()
	paris := mustZone(t, "Europe/Paris")
	router, _ := routerOf(t, []*bot.Command{taking("at", bot.TimeOption("when", "what", nil))}, func(c *bot.Config) {
		c.Now = func() time.Time { return time.Date(2027, 3, 27, 12, 0, 0, 0, time.UTC) }
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: paris, Locale: "en"}, nil
		}
	})
	post, _ := router.Answer(t.Context(), private("/at tomorrow 2:30"))
	if got := heard(post); !strings.HasPrefix(got, "when_gap Place=Europe/Paris Words=tomorrow 2:30\n> ") {
		t.Errorf("got %q, want a question with buttons", got)
	}
	for _, button := range post.Buttons {
		if got := answered(t, router, private(button.Command)); !strings.HasPrefix(got, "when={2027-03-28T03:") {
			t.Errorf("button %q is answered %q, want an hour from 03:00 on", button.Command, got)
		}
	}
}

// Each of two clocks has its own button, and each button its own time.
func TestTimeOfTwoClocksIsOneTimeForEachButton(t *testing.T) {
	t.Parallel()
	shanghai := mustZone(t, "Asia/Shanghai")
	usual := func(context.Context, *bot.Request) *time.Location { return shanghai }
	router, _ := routerOf(t, []*bot.Command{taking("at", bot.TimeOption("when", "what", usual))})
	post, _ := router.Answer(t.Context(), private("/at 20 December 20:30"))
	if len(post.Buttons) != 2 {
		t.Fatalf("got %q, want two buttons", heard(post))
	}
	first, second := answered(t, router, private(post.Buttons[0].Command)), answered(t, router, private(post.Buttons[1].Command))
	if !strings.Contains(first+second, "20:30 UTC minute") || !strings.Contains(first+second, "20:30 Asia/Shanghai minute") {
		t.Errorf("got %q and %q, want 20:30 by both clocks", first, second)
	}
}
