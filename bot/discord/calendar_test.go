package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

const (
	eventsRoute = "guilds/{guild}/scheduled-events"
	eventRoute  = "guilds/{guild}/scheduled-events/{event}"
)

// launch is a happening from one time to another, counted from now.
func launch(state bot.HappeningState, from, to time.Duration) bot.Happening {
	return bot.Happening{
		Key: "s1", Name: bot.Lit("A launch"), About: []bot.Text{bot.Lit("Lei Jun"), bot.Lit("about a car")}, Where: bot.Lit("Douyin"),
		Link: "https://live.example", Start: time.Now().Add(from), End: time.Now().Add(to), State: state, Locale: "en", Zone: time.UTC,
	}
}

// calendar is what stands in the guild's calendar, an event a line, with the minutes from now to its beginning and its end.
func (w *world) calendar() []string {
	var all []string
	for _, e := range w.server.Events(w.guild.ID) {
		state := map[int]string{1: "coming", 2: "on", 3: "over", 4: "off"}[e.Status]
		if e.Deleted {
			state = "deleted"
		}
		all = append(all, fmt.Sprintf("%s, %s at %s, %.0f to %.0f", state, e.Name, e.Location, time.Until(e.Starts).Minutes(), time.Until(e.Ends).Minutes()))
	}
	return all
}

// inCalendar runs a test with an adapter alone, on a Monday.
func inCalendar(t *testing.T, test func(w *world, host func(h bot.Happening, id string) string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		w := bare(t)
		time.Sleep(2 * time.Second) // the first second is for what a process may have sent before
		test(w, func(h bot.Happening, id string) string {
			t.Helper()
			made, err := w.adapter.Host(w.t.Context(), w.guild.ID, h, id)
			if err != nil {
				t.Errorf("%s: %v", h.State, err)
			}
			return made
		})
	})
}

// A happening is put into the calendar, moved there, begun and ended, or called off, and is always one event.
func TestAHappeningGoesThroughTheCalendar(t *testing.T) {
	t.Parallel()
	type step struct {
		state    bot.HappeningState
		from, to time.Duration
	}
	const hour = time.Hour
	tests := map[string]struct {
		steps []step // an hour apart
		want  []string
	}{
		"as planned": {[]step{
			{bot.IsComing, 2 * hour, 3 * hour}, {bot.IsOn, 0, 2 * hour}, {bot.IsOver, 0, 0},
		}, []string{"coming, A launch at Douyin, 120 to 180", "on, A launch at Douyin, 1 to 120", "over, A launch at Douyin, -59 to 60"}},
		"moved": {[]step{
			{bot.IsComing, 2 * hour, 3 * hour}, {bot.IsComing, 5 * hour, 6 * hour},
		}, []string{"coming, A launch at Douyin, 120 to 180", "coming, A launch at Douyin, 300 to 360"}},
		"brought forward": {[]step{
			{bot.IsComing, 48 * hour, 49 * hour}, {bot.IsOn, 0, 2 * hour},
		}, []string{"coming, A launch at Douyin, 2880 to 2940", "on, A launch at Douyin, 1 to 120"}},
		"called off": {[]step{
			{bot.IsComing, 2 * hour, 3 * hour}, {bot.IsOff, 0, 0},
		}, []string{"coming, A launch at Douyin, 120 to 180", "off, A launch at Douyin, 60 to 120"}},
		"over before it was on": {[]step{
			{bot.IsComing, 2 * hour, 3 * hour}, {bot.IsOver, 0, 0},
		}, []string{"coming, A launch at Douyin, 120 to 180", "over, A launch at Douyin, 60 to 120"}},
		"late": {[]step{
			{bot.IsComing, hour / 2, 2 * hour}, {bot.IsComing, -hour / 2, 2 * hour}, {bot.IsOn, -hour / 2, hour / 3},
		}, []string{"coming, A launch at Douyin, 30 to 120", "on, A launch at Douyin, -30 to 120", "on, A launch at Douyin, -90 to 20"}},
		"longer than thought": {[]step{
			{bot.IsComing, hour / 2, 2 * hour}, {bot.IsOn, -hour / 2, 0},
		}, []string{"coming, A launch at Douyin, 30 to 120", "on, A launch at Douyin, -30 to 60"}},
		"begun already":    {[]step{{bot.IsComing, -hour, hour}}, []string{"coming, A launch at Douyin, 1 to 60"}},
		"should be over":   {[]step{{bot.IsComing, -2 * hour, -hour}}, []string{"coming, A launch at Douyin, 1 to 61"}},
		"of no length":     {[]step{{bot.IsComing, hour, hour}}, []string{"coming, A launch at Douyin, 60 to 120"}},
		"that ends before": {[]step{{bot.IsComing, 2 * hour, hour}}, []string{"coming, A launch at Douyin, 120 to 180"}},
		"said again and again": {[]step{
			{bot.IsComing, 3 * hour, 4 * hour}, {bot.IsComing, 2 * hour, 3 * hour}, {bot.IsOn, -hour, 2 * hour}, {bot.IsOn, -hour, hour},
		}, []string{"coming, A launch at Douyin, 180 to 240", "coming, A launch at Douyin, 120 to 180", "on, A launch at Douyin, 1 to 120", "on, A launch at Douyin, -59 to 60"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inCalendar(t, func(w *world, host func(bot.Happening, string) string) {
				var got []string
				id := ""
				for i, s := range test.steps {
					if i > 0 {
						time.Sleep(time.Hour)
					}
					id = host(launch(s.state, s.from, s.to), id)
					all := w.calendar()
					if len(all) != 1 {
						t.Fatalf("there is %q", all)
					}
					got = append(got, all[0])
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("there is (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What has only just begun, a moment before its time in the calendar, does not end before that.
func TestAHappeningEndsAfterItBegins(t *testing.T) {
	t.Parallel()
	inCalendar(t, func(w *world, host func(bot.Happening, string) string) {
		id := host(launch(bot.IsComing, time.Hour, 2*time.Hour), "")
		host(launch(bot.IsOn, 0, time.Hour), id)
		host(launch(bot.IsOn, 0, 30*time.Second), id)
		if diff := cmp.Diff([]string{"on, A launch at Douyin, 1 to 61"}, w.calendar()); diff != "" {
			t.Errorf("there is (-want +got):\n%s", diff)
		}
	})
}

// After an answer that was lost a happening is found again by its key, among others, and never stands there twice.
func TestAHappeningIsNeverDoubled(t *testing.T) {
	t.Parallel()
	inCalendar(t, func(w *world, host func(bot.Happening, string) string) {
		h := launch(bot.IsComing, time.Hour, 2*time.Hour)
		other := h
		other.Key = "ss1"
		host(other, "")
		w.failing(http.MethodPost, eventsRoute, discordsrv.Lost())
		if _, err := w.adapter.Host(w.t.Context(), w.guild.ID, h, ""); fateOf(err) != "nobody knows" {
			t.Errorf("its answer is lost: %v", err)
		}
		id := host(h, "")
		w.failing(http.MethodPatch, eventRoute, discordsrv.Lost())
		h.State = bot.IsOn
		if _, err := w.adapter.Host(w.t.Context(), w.guild.ID, h, id); fateOf(err) != "nobody knows" {
			t.Errorf("the answer of a change is lost: %v", err)
		}
		if again := host(h, ""); again != id {
			t.Errorf("it is %q, and then %q", id, again)
		}
		if got := w.calendar(); len(got) != 2 || !strings.HasPrefix(got[0], "coming") || !strings.HasPrefix(got[1], "on") {
			t.Errorf("there is %q", got)
		}
	})
}

// What somebody has taken out of the calendar, or ended there, is not put in again, and what is not there is not made to be ended.
func TestWhatIsNotInTheCalendarIsGone(t *testing.T) {
	t.Parallel()
	inCalendar(t, func(w *world, host func(bot.Happening, string) string) {
		fate := func(state bot.HappeningState, id string) string {
			_, err := w.adapter.Host(w.t.Context(), w.guild.ID, launch(state, time.Hour, 2*time.Hour), id)
			return fateOf(err)
		}
		for _, state := range []bot.HappeningState{bot.IsOn, bot.IsOver, bot.IsOff} {
			if got := fate(state, ""); got != "gone" {
				t.Errorf("%s and never there: %s", state, got)
			}
		}
		id := host(launch(bot.IsComing, time.Hour, 2*time.Hour), "")
		host(launch(bot.IsOff, 0, 0), id)
		deleted := host(launch(bot.IsComing, time.Hour, 2*time.Hour), "")
		w.server.DeleteEvent(w.guild.ID, deleted)
		for _, state := range []bot.HappeningState{bot.IsComing, bot.IsOn, bot.IsOver, bot.IsOff} {
			if got := fate(state, id) + " " + fate(state, deleted); got != "gone gone" {
				t.Errorf("%s, of what was called off and what was deleted: %s", state, got)
			}
		}
		if got := w.calendar(); len(got) != 2 {
			t.Errorf("there is %q", got)
		}
	})
}

// That the bot was sent out of a guild says nothing of what stands in its calendar: that is there when it is let in again.
func TestAGuildOutOfReachKeepsItsCalendar(t *testing.T) {
	t.Parallel()
	inCalendar(t, func(w *world, _ func(bot.Happening, string) string) {
		happening := launch(bot.IsComing, time.Hour, 2*time.Hour)
		id, err := w.adapter.Host(w.t.Context(), w.guild.ID, happening, "")
		if err != nil {
			t.Fatal(err)
		}
		w.server.RemoveBot(w.guild.ID)
		if _, err := w.adapter.Host(w.t.Context(), w.guild.ID, happening, id); fateOf(err) != "refused: Missing Access" {
			t.Errorf("sent out, it is %q", fateOf(err))
		}
		w.server.AddBot(w.guild.ID)
		if again, err := w.adapter.Host(w.t.Context(), w.guild.ID, happening, id); err != nil || again != id {
			t.Errorf("let in again, it is %q, error %v; want %q", again, err, id)
		}
	})
}

// What hinders the calendar is told as a sender does: a right that is missing is a reason, a server without the bot is gone.
func TestWhatHindersTheCalendar(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		hinder    func(w *world)
		community string
		want      string
	}{
		"nothing":            {func(*world) {}, "", "taken"},
		"a right is missing": {func(w *world) { w.server.SetPermissions(w.guild.ID, w.guild.BotRole, discordsrv.ViewChannel) }, "", "refused: Missing Permissions"},
		"it was sent out":    {func(w *world) { w.server.RemoveBot(w.guild.ID) }, "", "refused: Missing Access"},
		"there is none":      {func(*world) {}, "12345", "refused: Missing Access"},
		"it is private":      {func(*world) {}, "ann", "refused: a private chat has no calendar"},
		"it is down":         {func(w *world) { w.server.Down(w.guild.ID, true) }, "", "nobody knows"},
		"nobody listens":     {func(w *world) { w.failing(http.MethodPost, eventsRoute, discordsrv.Refused()) }, "", "again"},
		"too much":           {func(w *world) { w.failing(http.MethodPost, eventsRoute, discordsrv.TooEarly(7*time.Second, "user")) }, "", "again in 7s"},
		"a proxy in between": {func(w *world) { w.failing(http.MethodGet, eventsRoute, discordsrv.BadGateway()) }, "", "nobody knows"},
		"who it is":          {func(w *world) { w.failing(http.MethodGet, "users/@me", discordsrv.Refused()) }, "", "again"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inCalendar(t, func(w *world, _ func(bot.Happening, string) string) {
				test.hinder(w)
				community := w.guild.ID
				if test.community != "" {
					community = test.community
				}
				id, err := w.adapter.Host(w.t.Context(), community, launch(bot.IsComing, time.Hour, 2*time.Hour), "")
				if got := fateOf(err); got != test.want || (id == "") != (err != nil) {
					t.Errorf("got %q with the id %q, want %q", got, id, test.want)
				}
			})
		})
	}
}

// Whatever the words of a happening are, Discord takes them, and finds it again.
func TestTheWordsOfAHappeningFit(t *testing.T) {
	t.Parallel()
	inCalendar(t, func(w *world, host func(bot.Happening, string) string) {
		for i, words := range []string{strings.Repeat("🚗 very long ", 500), "", "  "} {
			h := launch(bot.IsComing, time.Hour, 2*time.Hour)
			h.Key = fmt.Sprint("s", i+10)
			h.Name, h.Where, h.About = bot.Lit(words), bot.Lit(words), []bot.Text{bot.Lit(words), bot.Lit(words)}
			if first, again := host(h, ""), host(h, ""); first != again {
				t.Errorf("%.10q: it is %q, and then %q", words, first, again)
			}
		}
		if got := w.calendar(); len(got) != 3 {
			t.Errorf("there is %q", got)
		}
	})
}
