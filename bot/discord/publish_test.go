package discord_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/discord"
)

const (
	menuRoute      = "applications/{app}/commands"
	guildMenuRoute = "applications/{app}/guilds/{guild}/commands"
)

// The commands are published once, and again only when they are others.
func TestTheMenuIsPublishedWhenItChanges(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		puts := func() int { return len(d.server.Calls(http.MethodPut, menuRoute)) }
		if n, names := puts(), d.menu(""); n != 1 || !strings.HasPrefix(names, "quick slow hang") {
			t.Fatalf("%d times published, %s", n, names)
		}
		d.stop()
		d.begin()
		if n := puts(); n != 1 {
			t.Errorf("published anew though nothing has changed: %d times", n)
		}
		d.stop()
		fewer := discord.Config{
			Token: token, APIURL: "http://discord.test/api", Words: bottest.Words(d.t), Now: time.Now, Log: slog.New(slog.DiscardHandler),
			HTTP: &http.Client{Transport: d.server.Transport()}, Dial: d.server.Dial, Commands: d.commands()[:2], Keep: bottest.KeepNothing, Kept: bottest.KeepNothing,
		}
		d.adapter = adapterOf(d.t, fewer)
		d.begin()
		if n, names := puts(), d.menu(""); n != 2 || names != "quick slow" {
			t.Errorf("%d times published, %s", n, names)
		}
	})
}

// menu are the names of the commands that a guild has of its own, or that are offered everywhere.
func (d *desk) menu(guild string) string {
	var names []string
	for _, c := range d.server.Commands(guild) {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

// While one tries things out the commands are those of one server.
func TestTheMenuOfADevelopersServer(t *testing.T) {
	t.Parallel()
	const guild = "1100000000000000777"
	atDeskBefore(t, func(d *desk) { d.server.AddGuild(discordsrv.Place{ID: guild}) }, func(d *desk) {
		if n := len(d.server.Calls(http.MethodPut, guildMenuRoute)); n != 1 || d.menu("") != "" || !strings.HasPrefix(d.menu(guild), "quick slow") {
			t.Errorf("%d times published, %q, and everywhere %q\n%s", n, d.menu(guild), d.menu(""), d.log)
		}
	}, func(_ *discordsrv.Config, cfg *discord.Config) { cfg.DevGuild = guild })
}

// That the menu cannot be published keeps nobody from being answered; it is tried again, and the same reason is said once.
func TestTheMenuIsPublishedInTheEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, route string
		fates         []*discordsrv.Fault
		log           string
		said          int // times
	}{
		"nobody listens":     {http.MethodPut, menuRoute, []*discordsrv.Fault{discordsrv.Refused(), discordsrv.Refused()}, "connection refused", 1},
		"the answer is lost": {http.MethodPut, menuRoute, []*discordsrv.Fault{discordsrv.Lost()}, "reset by peer", 1},
		"too much":           {http.MethodPut, menuRoute, []*discordsrv.Fault{discordsrv.TooEarly(time.Minute, "user")}, "asked Discord for too much", 2},
		"refused":            {http.MethodPut, menuRoute, []*discordsrv.Fault{discordsrv.Answer(400, 50035, "Invalid Form Body"), discordsrv.Answer(400, 50035, "Invalid Form Body")}, "Invalid Form Body", 1},
		"what there is":      {http.MethodGet, menuRoute, []*discordsrv.Fault{discordsrv.BadGateway()}, "does not serve", 1},
		"which bot it is":    {http.MethodGet, "applications/@me", []*discordsrv.Fault{discordsrv.Unavailable()}, "does not serve", 1},
		"who it is":          {http.MethodGet, "users/@me", []*discordsrv.Fault{discordsrv.Unavailable(), discordsrv.Refused()}, "", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDeskBefore(t, func(d *desk) { d.failing(test.method, test.route, test.fates...) }, func(d *desk) {
				got := d.say(d.news.ID, d.ann, "<@"+d.server.Me().ID+"> hello")
				if len(got) != 1 || got[0].Text != "Quick. hello" {
					t.Errorf("meanwhile: %+v", got)
				}
				d.pass(5 * time.Minute)
				if d.menu("") == "" {
					t.Errorf("not published:\n%s", d.log)
				}
				said := strings.Count(d.log.String(), "commands not published")
				if said != test.said || !strings.Contains(d.log.String(), test.log) {
					t.Errorf("said %d times:\n%s", said, d.log)
				}
			})
		})
	}
}

// The menu is in every language that there are words in.
func TestTheMenuIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		for _, c := range w.server.Commands("") {
			if c.Type != discordsrv.ChatCommand {
				continue
			}
			for _, locale := range []string{"fr", "zh-CN", "zh-TW"} {
				if words := c.DescriptionLocalizations[locale]; words == "" || words == c.Description {
					t.Errorf("/%s has no words of its own in %s: %q", c.Name, locale, words)
				}
			}
		}
		w.sleep(24 * time.Hour)
		if n := len(w.server.Calls(http.MethodPut, menuRoute)); n != 1 {
			t.Errorf("a day later it is published anew")
		}
		fate := w.command(w.news.ID, w.bob, "help", nil)
		if m := w.answer(fate); m.Reader != w.bob.ID || !strings.Contains(shown(m), "é") {
			t.Errorf("Bob, who reads French, reads:\n%s", shown(m))
		}
	})
}
