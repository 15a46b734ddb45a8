package discord_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

// chat is a channel of the guild as the router sees it.
func (w *world) chat() bot.Chat {
	return bot.Chat{Address: address(w.news.ID), Community: w.guild.ID, Kind: bot.Group}
}

// Whoever may manage the server is an admin of all its channels: its owner, and who has a role for that.
func TestWhoIsAnAdmin(t *testing.T) {
	t.Parallel()
	withRole := func(may discordsrv.Permission) func(w *world) string {
		return func(w *world) string {
			role := w.server.AddRole(w.guild.ID, discordsrv.Role{Name: "crew", Permissions: may})
			w.server.AddMember(w.guild.ID, discordsrv.Member{User: w.bob.ID, Roles: []string{role.ID}})
			return w.bob.ID
		}
	}
	tests := map[string]struct {
		who  func(w *world) string
		want string
	}{
		"the owner":                     {func(w *world) string { return w.ann.ID }, "yes"},
		"a member":                      {func(w *world) string { return w.bob.ID }, "no"},
		"one who may manage the server": {withRole(discordsrv.ManageGuild), "yes"},
		"one who may do all":            {withRole(discordsrv.Administrator), "yes"},
		"one who may manage the rest":   {withRole(discordsrv.ManageChannels | discordsrv.ManageRoles | discordsrv.ManageEvents), "no"},
		"anybody, where everybody may": {func(w *world) string {
			w.server.SetPermissions(w.guild.ID, w.guild.ID, discordsrv.ManageGuild)
			return w.bob.ID
		}, "yes"},
		"somebody who is elsewhere":       {func(w *world) string { return w.server.AddUser(discordsrv.User{}).ID }, "no"},
		"nobody":                          {func(*world) string { return "1" }, "no"},
		"not even an account":             {func(*world) string { return "ann" }, "no"},
		"somebody where the bot is not":   {func(w *world) string { w.server.RemoveBot(w.guild.ID); return w.ann.ID }, "unavailable: discord.not_in"},
		"somebody, in an outage":          {func(w *world) string { w.server.Outage(true); return w.ann.ID }, "unknown"},
		"somebody of a server that hangs": {func(w *world) string { w.server.Down(w.guild.ID, true); return w.ann.ID }, "unknown"},
	}
	for name, test := range tests {
		for _, fresh := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := bare(t)
					admin, err := w.adapter.IsAdmin(t.Context(), w.chat(), bot.User{ID: test.who(w)}, fresh)
					said, _ := errors.AsType[*bot.Error](err)
					got := map[bool]string{true: "yes", false: "no"}[admin]
					switch {
					case said != nil:
						got = said.Error()
					case err != nil:
						got = "unknown"
					}
					if got != test.want {
						t.Errorf("got %q (%v), want %q", got, err, test.want)
					}
				})
			})
		}
	}
}

// That somebody is an admin is remembered for minutes, but not where it counts; a change of roles is heard of at once.
func TestHowFreshTheRightsAre(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		role := d.server.AddRole(d.guild.ID, discordsrv.Role{Name: "crew", Permissions: discordsrv.ManageGuild})
		d.settle()
		asked := func() int { return len(d.server.Calls(http.MethodGet, "guilds/{guild}/members/{user}")) }
		is := func(fresh bool) string {
			admin, err := d.adapter.IsAdmin(d.t.Context(), d.chat(), bot.User{ID: d.bob.ID}, fresh)
			if err != nil {
				t.Error(err)
			}
			d.settle()
			return map[bool]string{true: "yes", false: "no"}[admin]
		}
		got := []string{is(false)}
		d.server.AddMember(d.guild.ID, discordsrv.Member{User: d.bob.ID, Roles: []string{role.ID}})
		d.pass(time.Minute)
		got = append(got, is(false), is(true), is(false))
		d.server.SetPermissions(d.guild.ID, role.ID, 0)
		d.settle()
		got = append(got, is(false))
		if diff := cmp.Diff([]string{"no", "no", "yes", "yes", "no"}, got); diff != "" {
			t.Errorf("whether he is an admin (-want +got):\n%s", diff)
		}
		d.server.SetPermissions(d.guild.ID, role.ID, discordsrv.ManageGuild)
		before := asked()
		d.command(d.news.ID, d.bob, "quick", nil) // says what he may do
		if is(true) != "yes" || asked() != before {
			t.Errorf("what an interaction says is asked for again")
		}
	})
}

// People can always be mentioned, a role if it allows it or the bot may mention all; all others are none.
func TestWhomAPostMayMention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		open := w.server.AddRole(w.guild.ID, discordsrv.Role{Name: "open", Mentionable: true}).ID
		shut := w.server.AddRole(w.guild.ID, discordsrv.Role{Name: "shut"}).ID
		person := "<@" + w.bob.ID + ">"
		dm := w.server.AddDM(w.bob.ID).ID
		all := []string{person, "<@&" + open + ">", "<@&" + shut + ">", "<@&1>", "@everyone", "@here", "bob"}
		ask := func(channel string, mentions ...string) []string {
			t.Helper()
			may, err := w.adapter.MayMention(t.Context(), address(channel), mentions)
			if err != nil {
				t.Fatal(err)
			}
			return may
		}
		for name, test := range map[string]struct{ got, want []string }{
			"the bot may mention all": {ask(w.news.ID, all...), all[:3]},
			"people":                  {ask(w.news.ID, person, "@everyone"), all[:1]},
			"in private":              {ask(dm, all...), all[:1]},
		} {
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		w.server.SetOverwrite(w.news.ID, discordsrv.Overwrite{ID: w.server.Me().ID, Member: true, Deny: discordsrv.MentionEveryone})
		if diff := cmp.Diff(all[:2], ask(w.news.ID, all...)); diff != "" {
			t.Errorf("it may no more (-want +got):\n%s", diff)
		}
		w.server.DeleteChannel(w.news.ID)
		if may, err := w.adapter.MayMention(t.Context(), address(w.news.ID), all); err == nil {
			t.Errorf("in a channel that is gone: %q", may)
		}
	})
}

// What boardcast needs and may not do in a channel is told by the names of Discord's settings, the most needed first.
func TestWhatIsLacking(t *testing.T) {
	t.Parallel()
	every := discordsrv.SendMessages | discordsrv.EmbedLinks | discordsrv.AttachFiles | discordsrv.ReadHistory | discordsrv.MentionEveryone |
		discordsrv.SendInThreads | discordsrv.CreateEvents
	denied := func(w *world, what discordsrv.Permission) {
		w.server.SetOverwrite(w.news.ID, discordsrv.Overwrite{ID: w.guild.BotRole, Deny: what})
	}
	const behind = "Embed Links, Attach Files, Read Message History, (Mention @everyone, @here, and All Roles), (Create Events)"
	tests := map[string]struct {
		where func(w *world) string
		want  string
	}{
		"nothing":          {func(w *world) string { return w.news.ID }, ""},
		"all but to see":   {func(w *world) string { denied(w, every); return w.news.ID }, "Send Messages, " + behind},
		"all, in a thread": {func(w *world) string { denied(w, every); return w.server.AddThread(w.news.ID, discordsrv.Channel{}).ID }, "Send Messages in Threads, " + behind},
		"to see":           {func(w *world) string { denied(w, discordsrv.ViewChannel|discordsrv.SendMessages); return w.news.ID }, "View Channels"},
		"in private":       {func(w *world) string { return w.server.AddDM(w.bob.ID).ID }, ""},
		"the channel":      {func(w *world) string { w.server.DeleteChannel(w.news.ID); return w.news.ID }, "View Channels"},
		"the server":       {func(w *world) string { w.server.RemoveBot(w.guild.ID); return w.news.ID }, "View Channels"},
		"to write where only threads are written in": {func(w *world) string {
			denied(w, discordsrv.SendMessages)
			return w.server.AddThread(w.news.ID, discordsrv.Channel{}).ID
		}, ""},
		"in the announcements": {func(w *world) string {
			id := w.server.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Announcement}).ID
			w.server.SetOverwrite(id, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.SendMessages})
			return id
		}, "Send Messages"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				lacks, err := w.adapter.Lacks(t.Context(), address(test.where(w)))
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, l := range lacks {
					name := l.Right[0].Text
					if l.Optional {
						name = "(" + name + ")"
					}
					got = append(got, name)
					if len(l.For) == 0 || len(l.How) == 0 {
						t.Errorf("%q is neither explained nor granted: %+v", name, l)
					}
				}
				if strings.Join(got, ", ") != test.want {
					t.Errorf("got %q, want %q", strings.Join(got, ", "), test.want)
				}
			})
		})
	}
	t.Run("nobody knows", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := bare(t)
			w.server.Outage(true)
			if lacks, err := w.adapter.Lacks(t.Context(), address(w.news.ID)); err == nil {
				t.Errorf("in an outage: %+v", lacks)
			}
		})
	})
}

// A chat is found as Discord mentions it, or by its number, wherever the bot can read; what is none is said to be.
func TestFindingAChat(t *testing.T) {
	t.Parallel()
	made := func(kind discordsrv.ChannelType) func(w *world) string {
		return func(w *world) string {
			return w.server.AddChannel(w.guild.ID, discordsrv.Channel{Type: kind, Name: "place"}).ID
		}
	}
	elsewhere := func(absent bool) func(w *world) string {
		return func(w *world) string {
			return w.server.AddGuild(discordsrv.Place{Name: "Elsewhere", Absent: absent}).SystemChannel
		}
	}
	tests := map[string]struct {
		words func(w *world) string
		want  string // its title
	}{
		"by its number":      {func(w *world) string { return " " + w.news.ID + " " }, "Drivers #news"},
		"as it is mentioned": {func(w *world) string { return "<#" + w.news.ID + ">" }, "Drivers #news"},
		"a thread":           {func(w *world) string { return w.server.AddThread(w.news.ID, discordsrv.Channel{Name: "talk"}).ID }, "Drivers #talk"},
		"an announcement":    {made(discordsrv.Announcement), "Drivers #place"},
		"of another server":  {elsewhere(false), "Elsewhere #general"},
		"a post of a forum": {func(w *world) string {
			return w.server.AddThread(made(discordsrv.Forum)(w), discordsrv.Channel{Name: "post"}).ID
		}, "Drivers #post"},
		"a forum itself":         {made(discordsrv.Forum), ""},
		"a category":             {made(discordsrv.Category), ""},
		"a private chat":         {func(w *world) string { return w.server.AddDM(w.bob.ID).ID }, ""},
		"by its name":            {func(*world) string { return "#news" }, ""},
		"nothing":                {func(*world) string { return "" }, ""},
		"a person":               {func(w *world) string { return "<@" + w.bob.ID + ">" }, ""},
		"one that never was":     {func(*world) string { return "123" }, ""},
		"of a server without it": {elsewhere(true), ""},
		"one that it may not see": {func(w *world) string {
			w.server.SetOverwrite(w.news.ID, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.ViewChannel})
			w.server.SetOverwrite(w.news.ID, discordsrv.Overwrite{ID: w.guild.BotRole, Deny: discordsrv.ViewChannel})
			return w.news.ID
		}, ""},
		"one that has been deleted": {func(w *world) string { w.server.DeleteChannel(w.news.ID); return w.news.ID }, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				words := test.words(w)
				found, err := w.adapter.FindChat(t.Context(), words)
				said, unknown := errors.AsType[*bot.Error](err)
				if test.want == "" {
					if !unknown || said.Code != bot.Unknown {
						t.Errorf("found %+v, error %v", found, err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := w.server.Guild(found.Community).Name + " " + found.Title; got != test.want || !strings.Contains(words, found.Address.Key) || found.Kind != bot.Group {
					t.Errorf("found %q: %+v, want %q", got, found, test.want)
				}
			})
		})
	}
	t.Run("nobody knows", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := bare(t)
			w.server.Outage(true)
			_, err := w.adapter.FindChat(t.Context(), w.news.ID)
			if _, said := errors.AsType[*bot.Error](err); err == nil || said {
				t.Errorf("in an outage: %v", err)
			}
		})
	})
}
