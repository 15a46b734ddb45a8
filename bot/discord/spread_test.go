package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

const crosspostRoute = "channels/{channel}/messages/{message}/crosspost"

// spread is a notice that those are to get who follow its channel.
func spread() bot.Post {
	p := headline("Live")
	p.Spread = true
	return p
}

// announcements is a channel that others can follow.
func (w *world) announcements() string {
	return w.server.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Announcement, Name: "announcements"}).ID
}

// crossposted is which of the messages of a channel are published, a letter each.
func (w *world) crossposted(channel string) string {
	var b strings.Builder
	for _, m := range w.server.Sent(channel) {
		b.WriteString(map[bool]string{true: "p", false: "-"}[m.Crossposted])
	}
	return b.String()
}

// What is to spread from an announcement channel is published there once, with all its messages; nothing else is.
func TestWhatIsPublishedToFollowers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		where func(w *world) string
		post  bot.Post
		want  string
		calls int
	}{
		"a notice":                  {(*world).announcements, spread(), "p", 1},
		"in two messages":           {(*world).announcements, func() bot.Post { p := longPost(2); p.Spread = true; return p }(), "pp", 2},
		"one that is for here":      {(*world).announcements, headline("Live"), "-", 0},
		"in a text channel":         {func(w *world) string { return w.news.ID }, spread(), "-", 0},
		"in a private chat":         {func(w *world) string { return w.server.AddDM(w.ann.ID).ID }, spread(), "-", 0},
		"in an announcement's talk": {func(w *world) string { return w.server.AddThread(w.announcements(), discordsrv.Channel{}).ID }, spread(), "-", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				channel := test.where(d.world)
				d.sure(channel, test.post, "nonce")
				d.pass(5 * time.Second)
				if got, calls := d.crossposted(channel), len(d.server.Calls(http.MethodPost, crosspostRoute)); got != test.want || calls != test.calls {
					t.Errorf("got %q with %d calls, want %q with %d", got, calls, test.want, test.calls)
				}
			})
		})
	}
}

// What hinders publishing passes or is logged; the message stands in any case, and nobody waits.
func TestWhatHindersPublishing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fates []*discordsrv.Fault
		want  string
		log   string
	}{
		"its answer is lost":    {[]*discordsrv.Fault{discordsrv.Lost()}, "p", ""},
		"nobody listens":        {[]*discordsrv.Fault{discordsrv.Refused(), discordsrv.BadGateway()}, "p", ""},
		"too much for a moment": {[]*discordsrv.Fault{discordsrv.TooEarly(3*time.Second, "user")}, "p", ""},
		"too much for long":     {[]*discordsrv.Fault{discordsrv.TooEarly(time.Hour, "user")}, "-", "asked Discord for too much"},
		"a refusal":             {[]*discordsrv.Fault{discordsrv.Answer(403, 50013, "Missing Permissions")}, "-", "Missing Permissions"},
		"a lasting outage":      {[]*discordsrv.Fault{discordsrv.Unavailable(), discordsrv.Unavailable(), discordsrv.Unavailable()}, "-", "does not serve"},
		"no answer ever":        {[]*discordsrv.Fault{{Hang: true}}, "-", "no answer in time"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				channel := d.announcements()
				d.failing(http.MethodPost, crosspostRoute, test.fates...)
				began := time.Now()
				d.sure(channel, spread(), "nonce")
				if time.Since(began) > 0 {
					t.Errorf("the sender waits %s", time.Since(began))
				}
				d.pass(time.Minute)
				if got, log := d.crossposted(channel), d.log.String(); got != test.want || !strings.Contains(log, test.log) || (test.log == "") == strings.Contains(log, "not published") {
					t.Errorf("got %q, want %q; the log says:\n%s", got, test.want, log)
				}
			})
		})
	}
}

// Ten messages an hour are published in a channel; those that come after stay where they are, and hold up no other channel.
func TestNoMoreIsPublishedThanDiscordAllows(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		full, other := d.announcements(), d.announcements()
		for i := range 12 {
			d.sure(full, spread(), fmt.Sprint("n", i))
			d.pass(2 * time.Second)
		}
		d.sure(other, spread(), "other")
		d.pass(2 * time.Second)
		if got := d.crossposted(full) + " " + d.crossposted(other); got != "pppppppppp-- p" {
			t.Errorf("got %q", got)
		}
		if n := strings.Count(d.log.String(), "not published"); n != 2 || d.server.TooMany() > 0 {
			t.Errorf("%d are said not to be published, and it was too much %d times", n, d.server.TooMany())
		}
		d.pass(time.Hour)
		d.sure(full, spread(), "later")
		d.pass(2 * time.Second)
		if got := d.crossposted(full); got != "pppppppppp--p" {
			t.Errorf("an hour later: %q", got)
		}
	})
}

// What is due when the program stops is published, as far as there is time.
func TestPublishingIsFinishedAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay time.Duration
		want  string
	}{"soon": {100 * time.Millisecond, "ppppp"}, "not soon": {10 * time.Second, "-----"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				channel := d.announcements()
				d.server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
					if c.Route == crosspostRoute {
						return &discordsrv.Fault{Delay: test.delay}
					}
					return nil
				})
				for i := range 5 {
					d.sure(channel, spread(), fmt.Sprint("n", i))
				}
				began := time.Now()
				d.stop()
				if got, took := d.crossposted(channel), time.Since(began); got != test.want || took > 6*time.Second {
					t.Errorf("got %q after %s", got, took)
				}
			})
		})
	}
}
