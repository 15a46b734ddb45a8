package discord_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/discord"
)

// In a channel the bot answers those who speak to it, in private everybody; it never answers a machine, nor twice.
func TestWhatIsSaidToTheBot(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		private bool
		text    string // {me}: a mention of the bot
		how     string
		want    string
	}{
		"with its name in front":      {text: "{me} hello", want: "Quick. hello"},
		"and a comma":                 {text: "{me}, hello", want: "Quick. hello"},
		"as old clients write it":     {text: "{old}hello", want: "Quick. hello"},
		"with its name behind":        {text: "hello {me}", want: "Quick. hello"},
		"a command":                   {text: "{me} /quick a", want: "Quick. a"},
		"its name alone":              {text: "{me}", want: "I don't know"},
		"a reply":                     {text: "hello", how: "reply", want: "Quick. hello"},
		"a reply that tells nobody":   {text: "hello", how: "still reply"},
		"to nobody":                   {text: "hello"},
		"a command to nobody":         {text: "/quick a"},
		"to somebody else":            {text: "{bob} hello"},
		"to everyone":                 {text: "@everyone hello"},
		"by another bot":              {text: "{me} hello", how: "bot"},
		"by another bot in private":   {private: true, text: "hello", how: "bot"},
		"a picture":                   {private: true, how: "file"},
		"in private":                  {private: true, text: "hello", want: "Quick. hello"},
		"a command in private":        {private: true, text: "/quick a", want: "Quick. a"},
		"with its name in private":    {private: true, text: "{me} hello", want: "Quick. hello"},
		"changed afterwards":          {text: "{me} hello", how: "edit", want: "Quick. hello"},
		"changed so that it is to it": {text: "hello", how: "edit"},
		"taken back":                  {text: "{me} hello", how: "unsay", want: "Quick. hello"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				who := d.ann
				if test.how == "bot" {
					who = d.server.AddUser(discordsrv.User{Username: "machine", Bot: true})
					d.server.AddMember(d.guild.ID, discordsrv.Member{User: who.ID})
				}
				channel, saying := d.news.ID, discordsrv.Saying{}
				if test.private {
					channel = d.server.AddDM(who.ID).ID
				}
				switch test.how {
				case "reply", "still reply":
					saying.ReplyTo, saying.NoPing = d.raw(channel).ID, test.how == "still reply"
				case "file":
					saying.File = "picture.png"
				}
				me := d.server.Me().ID
				text := strings.NewReplacer("{me}", "<@"+me+">", "{old}", "<@!"+me+"> ", "{bob}", "<@"+d.bob.ID+">").Replace(test.text)
				before := len(d.server.Sent(channel))
				said := d.server.Say(channel, who.ID, text, saying)
				if test.how == "unsay" {
					d.server.Unsay(said.ID)
				}
				d.settle()
				if test.how == "edit" {
					d.server.EditSaid(said.ID, text+" <@"+me+">")
					d.settle()
				}
				sent := d.server.Sent(channel)[before:]
				if test.want == "" {
					if len(sent) > 0 {
						t.Errorf("it is answered: %q", sent[0].Text)
					}
					return
				}
				if len(sent) != 1 || !strings.HasPrefix(sent[0].Text, test.want) {
					t.Fatalf("%d answers, want %q: %+v\n%s", len(sent), test.want, sent, d.log)
				}
				if replied := sent[0].ReplyTo == said.ID; replied == (test.private || test.how == "unsay") || !sent[0].Pings.None() {
					t.Errorf("it replies to %q, and pings %+v", sent[0].ReplyTo, sent[0].Pings)
				}
			})
		})
	}
}

// A webhook's words, and Discord's own, are nobody's.
func TestWhatNobodySaid(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		const person = `"author":{"id":"3"},`
		for _, who := range []string{`"webhook_id":"5",` + person, `"type":7,` + person, `"type":19,"author":{"id":"3","bot":true},`, `"author":null,`} {
			d.server.Malformed(0, "MESSAGE_CREATE", fmt.Appendf(nil,
				`{%s"id":"9","channel_id":%q,"guild_id":%q,"content":"<@%s> hello"}`, who, d.news.ID, d.guild.ID, d.server.Me().ID))
		}
		d.settle()
		if got := d.seen(d.news.ID); len(got) > 0 {
			t.Errorf("it is answered: %q", got)
		}
	})
}

// Those who decide who may do what learn which roles a person has, however they speak.
func TestRolesAreToldToWhoeverAuthorises(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		role := d.server.AddRole(d.guild.ID, discordsrv.Role{Name: "crew"})
		d.server.AddMember(d.guild.ID, discordsrv.Member{User: d.bob.ID, Roles: []string{role.ID}})
		d.command(d.news.ID, d.bob, "manage", nil)
		d.say(d.news.ID, d.bob, "<@"+d.server.Me().ID+"> /manage")
		d.say(d.server.AddDM(d.bob.ID).ID, d.bob, "/manage")
		if diff := cmp.Diff([]string{"@&" + role.ID, "@&" + role.ID}, d.roles); diff != "" {
			t.Errorf("they learn (-want +got):\n%s", diff)
		}
	})
}

// An answer to a message is sent as well as it can be.
func TestAReplyIsSentAsWellAsItCanBe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(d *desk)
		want  []string
		log   string
	}{
		"the answer is lost":  {func(d *desk) { d.failing(http.MethodPost, createRoute, discordsrv.Lost()) }, []string{"Quick. hello"}, ""},
		"it never left":       {func(d *desk) { d.failing(http.MethodPost, createRoute, discordsrv.Refused()) }, []string{"Quick. hello"}, ""},
		"too early":           {func(d *desk) { d.failing(http.MethodPost, createRoute, discordsrv.TooEarly(2*time.Second, "user")) }, []string{"Quick. hello"}, ""},
		"unable to read back": {deny(discordsrv.ReadHistory), []string{"Quick. hello"}, ""},
		"unable to speak":     {deny(discordsrv.SendMessages), nil, "Missing Permissions"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				test.spoil(d)
				d.server.Say(d.news.ID, d.ann.ID, "<@"+d.server.Me().ID+"> hello")
				d.pass(5 * time.Second)
				if diff := cmp.Diff(test.want, d.seen(d.news.ID)); diff != "" {
					t.Errorf("there is (-want +got):\n%s", diff)
				}
				if log := d.log.String(); !strings.Contains(log, test.log) || strings.Contains(log, "level=ERROR") {
					t.Errorf("the log says:\n%s", log)
				}
			})
		})
	}
}

// Where answers are tidied away, all of an answer to a message goes after a while.
func TestAReplyIsTidiedAway(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		d.answers = bot.TidyAway
		d.say(d.news.ID, d.ann, "<@"+d.server.Me().ID+"> /long 2")
		d.pass(9 * time.Minute)
		before := len(d.seen(d.news.ID))
		d.pass(2 * time.Minute)
		if after := d.seen(d.news.ID); before != 2 || len(after) > 0 {
			t.Errorf("%d messages before, then %q\n%s", before, after, d.log)
		}
	})
}

// A long answer replies with its first message alone.
func TestALongReply(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		sent := d.say(d.news.ID, d.ann, "<@"+d.server.Me().ID+"> /long 2")
		if len(sent) != 2 || sent[0].ReplyTo == "" || sent[1].ReplyTo != "" || !sent[1].Silent() {
			t.Errorf("there is %+v", sent)
		}
	})
}

// deny takes a right away from the bot in the news.
func deny(what discordsrv.Permission) func(d *desk) {
	return func(d *desk) { d.server.SetOverwrite(d.news.ID, discordsrv.Overwrite{ID: d.guild.BotRole, Deny: what}) }
}

// Whoever waits for an answer does not wait behind notices.
func TestAnAnswerPassesABacklog(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		d.slowly()
		var sending sync.WaitGroup
		for i := range 400 {
			channel := d.server.AddChannel(d.guild.ID, discordsrv.Channel{}).ID
			sending.Go(func() { d.dispatched(channel, headline("Notice"), fmt.Sprint("n", i)) })
		}
		time.Sleep(2 * time.Second)
		d.server.Say(d.news.ID, d.ann.ID, "<@"+d.server.Me().ID+"> hello")
		id := d.choose(d.news.ID, d.bob, "/quick")
		d.settle()
		answered := d.fate(id)
		if got := len(d.seen(d.news.ID)); got != 2 || answered.AckedAt.Sub(answered.At) > 200*time.Millisecond {
			t.Errorf("%d answers are there, one after %s", got, answered.AckedAt.Sub(answered.At))
		}
		sending.Wait()
		if n := d.server.TooMany(); n > 0 {
			t.Errorf("it was too much %d times", n)
		}
	})
}

// Who lets the bot in is greeted where newcomers are, or in the first channel where the bot may write.
func TestWhereAServerIsGreeted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		shut []int // which of the channels general, first and second
		want string
	}{
		"where newcomers are":       {nil, "general"},
		"in the first one":          {[]int{0}, "first"},
		"in one where it may write": {[]int{0, 1}, "second"},
		"nowhere":                   {[]int{0, 1, 2}, ""},
	}
	for name, test := range tests {
		for _, what := range []discordsrv.Permission{discordsrv.ViewChannel, discordsrv.SendMessages, discordsrv.EmbedLinks} {
			t.Run(fmt.Sprintf("%s without %d", name, what), func(t *testing.T) {
				t.Parallel()
				atDesk(t, func(d *desk) {
					g := d.server.AddGuild(discordsrv.Place{Name: "New", Locale: "fr", Absent: true})
					ids := []string{g.SystemChannel}
					for _, name := range []string{"first", "second"} {
						ids = append(ids, d.server.AddChannel(g.ID, discordsrv.Channel{Name: name}).ID)
					}
					for _, i := range test.shut {
						d.server.SetOverwrite(ids[i], discordsrv.Overwrite{ID: g.ID, Deny: what})
					}
					d.server.AddBot(g.ID)
					d.settle()
					var greeted []string
					for i, id := range ids {
						if len(d.server.Sent(id)) > 0 {
							greeted = append(greeted, []string{"general", "first", "second"}[i])
						}
					}
					got := strings.Join(greeted, ", ")
					if events := d.happened(); got != test.want || len(events) != 1 || events[0].Kind != bot.Arrived || events[0].Chat.Community != g.ID || events[0].Chat.Locale != "fr" {
						t.Errorf("it is greeted in %q, and told are %+v\n%s", got, events, d.log)
					}
				})
			})
		}
	}
}

// What happens to the bot in a server is told once: that it came, that it went, that a channel is no more; but nothing of a server that
// Discord cannot reach for a while.
func TestWhatHappensToTheBot(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		happen func(d *desk)
		want   []string
	}{
		"nothing":            {func(*desk) {}, nil},
		"it is let in":       {func(d *desk) { d.server.AddGuild(discordsrv.Place{Name: "New"}) }, []string{"arrived New"}},
		"it is sent out":     {func(d *desk) { d.server.RemoveBot(d.guild.ID) }, []string{"departed Drivers"}},
		"out, and in again":  {func(d *desk) { d.server.RemoveBot(d.guild.ID); d.server.AddBot(d.guild.ID) }, []string{"departed Drivers", "arrived Drivers"}},
		"down":               {func(d *desk) { d.server.Down(d.guild.ID, true) }, nil},
		"down, and up again": {func(d *desk) { d.server.Down(d.guild.ID, true); d.settle(); d.server.Down(d.guild.ID, false) }, nil},
		"a channel goes":     {func(d *desk) { d.server.DeleteChannel(d.news.ID) }, []string{"closed Drivers #news"}},
		"a thread goes": {func(d *desk) {
			d.server.DeleteChannel(d.server.AddThread(d.news.ID, discordsrv.Channel{Name: "talk"}).ID)
		}, []string{"closed Drivers"}},
		"the connection breaks": {func(d *desk) { d.server.Drop(0, 0) }, nil},
		"the session is lost":   {func(d *desk) { d.server.Forget(0); d.server.Drop(0, 0) }, nil},
		"it is let in meanwhile": {func(d *desk) {
			d.server.Forget(0)
			d.server.Drop(0, 0)
			d.server.AddGuild(discordsrv.Place{Name: "New"})
		}, []string{"arrived New"}},
		"it is sent out meanwhile": {func(d *desk) {
			d.server.Forget(0)
			d.server.Drop(0, 0)
			d.server.RemoveBot(d.guild.ID)
		}, []string{"departed Drivers"}},
		"it is down meanwhile": {func(d *desk) { d.server.Down(d.guild.ID, true); d.server.Forget(0); d.server.Drop(0, 0) }, nil},
		"all is over and begins anew": {func(d *desk) {
			d.server.Outage(true)
			d.pass(time.Minute)
			d.server.Outage(false)
			d.pass(time.Minute)
		}, nil},
	}
	for name, test := range tests {
		for shards := 1; shards <= 2; shards++ {
			t.Run(fmt.Sprintf("%s, in %d shards", name, shards), func(t *testing.T) {
				t.Parallel()
				atDesk(t, func(d *desk) {
					d.pass(10 * time.Second)
					test.happen(d)
					d.pass(20 * time.Second)
					var got []string
					for _, e := range d.happened() {
						got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, d.server.Guild(e.Chat.Community).Name, titled(e))))
					}
					if diff := cmp.Diff(test.want, got); diff != "" {
						t.Errorf("told is (-want +got):\n%s", diff)
					}
				}, func(served *discordsrv.Config, _ *discord.Config) { served.Shards = shards })
			})
		}
	}
}

// titled is what the chat of an event that was closed is called.
func titled(e bot.Event) string {
	if e.Kind != bot.Closed {
		return ""
	}
	return e.Chat.Title
}

// Events that are not what they should be do no harm.
func TestStrangeEvents(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		for _, name := range []string{
			"READY", "MESSAGE_CREATE", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_DELETE", "THREAD_DELETE", "CHANNEL_UPDATE", "THREAD_UPDATE",
			"GUILD_ROLE_UPDATE", "GUILD_ROLE_CREATE", "GUILD_ROLE_DELETE", "GUILD_UPDATE", "SOMETHING_NEW", "",
		} {
			for _, body := range []string{`null`, `{}`, `[]`, `"x"`, `5`, `{"id":5}`, `{"id":"x"}`, `{"id":"7","guild_id":7}`, `{"guilds":[{}],"shard":[1,0]}`, `{"user":null}`} {
				d.server.Malformed(0, name, []byte(body))
			}
		}
		d.settle()
		if m := d.answer(d.command(d.news.ID, d.ann, "quick", nil)); m.Text != "Quick." {
			t.Errorf("afterwards: %q", m.Text)
		}
		if events := d.happened(); slices.ContainsFunc(events, func(e bot.Event) bool { return e.Chat.Community == d.guild.ID }) {
			t.Errorf("told is %+v", events)
		}
	})
}
