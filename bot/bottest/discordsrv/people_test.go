package discordsrv_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
)

func TestPermissionsAreThoseOfTheGuildAndThenOfTheChannel(t *testing.T) {
	t.Parallel()
	const view, send, embed = discordsrv.ViewChannel, discordsrv.SendMessages, discordsrv.EmbedLinks
	everyone := func(g string, allow, deny discordsrv.Permission) discordsrv.Overwrite {
		return discordsrv.Overwrite{ID: g, Allow: allow, Deny: deny}
	}
	for name, c := range map[string]struct {
		role       discordsrv.Permission
		overwrites func(guild, role, user string) []discordsrv.Overwrite
		want       discordsrv.Permission
	}{
		"nothing changed": {embed, nil, view | send | embed},
		"everyone is denied": {
			0, func(g, _, _ string) []discordsrv.Overwrite { return []discordsrv.Overwrite{everyone(g, 0, send)} }, view,
		},
		"a role is allowed again": {
			0, func(g, r, _ string) []discordsrv.Overwrite {
				return []discordsrv.Overwrite{{ID: r, Allow: send}, everyone(g, 0, send)}
			}, view | send,
		},
		"a role is denied": {
			0, func(_, r, _ string) []discordsrv.Overwrite { return []discordsrv.Overwrite{{ID: r, Deny: send}} }, view,
		},
		"a member is denied after all": {
			0, func(_, r, u string) []discordsrv.Overwrite {
				return []discordsrv.Overwrite{{ID: u, Member: true, Deny: send}, {ID: r, Allow: send}}
			}, view,
		},
		"who does not see it can do nothing": {
			embed, func(g, _, _ string) []discordsrv.Overwrite { return []discordsrv.Overwrite{everyone(g, 0, view)} }, 0,
		},
		"who cannot write embeds nothing": {
			embed, func(g, _, _ string) []discordsrv.Overwrite { return []discordsrv.Overwrite{everyone(g, 0, send)} }, view,
		},
		"an administrator may all": {
			discordsrv.Administrator, func(g, _, _ string) []discordsrv.Overwrite { return []discordsrv.Overwrite{everyone(g, 0, view)} },
			discordsrv.All,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			g := w.AddGuild(discordsrv.Place{Everyone: view | send})
			role := w.AddRole(g.ID, discordsrv.Role{Name: "r", Permissions: c.role}).ID
			w.AddMember(g.ID, discordsrv.Member{User: w.bob, Roles: []string{role}})
			made := discordsrv.Channel{}
			if c.overwrites != nil {
				made.Overwrites = c.overwrites(g.ID, role, w.bob)
			}
			channel := w.AddChannel(g.ID, made).ID
			if got := w.Permissions(channel, w.bob); got != c.want {
				t.Errorf("bob may %d, want %d", got, c.want)
			}
			if got := w.Permissions(w.AddThread(channel, discordsrv.Channel{}).ID, w.bob); got != c.want {
				t.Errorf("in a thread %d", got)
			}
			if got := w.Permissions(channel, g.Owner); got != discordsrv.All {
				t.Errorf("the owner may %d", got)
			}
		})
	}
}

func TestWhereTheBotCannotWriteItIsToldWhy(t *testing.T) {
	t.Parallel()
	picture := object{"embeds": []object{{"title": "a"}}}
	for name, c := range map[string]struct {
		spoil func(w *world) string // the channel
		body  object
		want  string
	}{
		"a channel that is none": {func(*world) string { return "1" }, text("a"), "404 10003 Unknown Channel"},
		"a deleted channel": {func(w *world) string {
			id := w.AddChannel(w.guild.ID, discordsrv.Channel{}).ID
			w.DeleteChannel(id)
			return id
		}, text("a"), "404 10003 Unknown Channel"},
		"a guild that the bot was kicked from": {func(w *world) string {
			w.RemoveBot(w.guild.ID)
			return w.channel
		}, text("a"), "403 50001 Missing Access"},
		"a guild that is down": {func(w *world) string {
			w.Down(w.guild.ID, true)
			return w.channel
		}, text("a"), "503 130000 API resource is currently overloaded. Try again a little later"},
		"a channel that it cannot see":   {denied(discordsrv.ViewChannel), text("a"), "403 50001 Missing Access"},
		"a channel that it only reads":   {denied(discordsrv.SendMessages), text("a"), "403 50013 Missing Permissions"},
		"a channel without embeds":       {denied(discordsrv.EmbedLinks), picture, "403 50013 Missing Permissions"},
		"a channel without embeds, text": {denied(discordsrv.EmbedLinks), text("a"), ""},
		"a thread where nobody writes": {func(w *world) string {
			denied(discordsrv.SendInThreads)(w)
			return w.AddThread(w.channel, discordsrv.Channel{}).ID
		}, text("a"), "403 50013 Missing Permissions"},
		"a thread under a channel where nobody writes": {func(w *world) string {
			denied(discordsrv.SendMessages)(w)
			return w.AddThread(w.channel, discordsrv.Channel{}).ID
		}, text("a"), ""},
		"a thread that is archived":            {archived(true, false), text("a"), ""},
		"a thread that is locked":              {archived(false, true), text("a"), "403 160005 Thread is locked"},
		"a thread that is archived and locked": {archived(true, true), text("a"), "400 50083 Thread is archived"},
		"a forum": {func(w *world) string {
			return w.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Forum}).ID
		}, text("a"), "400 50008 Cannot send messages in a non-text channel"},
		"a forum post": {func(w *world) string {
			return w.AddThread(w.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Forum}).ID, discordsrv.Channel{}).ID
		}, text("a"), ""},
		"closed direct messages": {func(w *world) string {
			w.CloseDMs(w.bob)
			return w.AddDM(w.bob).ID
		}, text("a"), "403 50007 Cannot send messages to this user"},
		"direct messages opened again": {func(w *world) string {
			w.CloseDMs(w.bob)
			w.OpenDMs(w.bob)
			return w.AddDM(w.bob).ID
		}, text("a"), ""},
		"somebody in no guild of the bot": {func(w *world) string {
			return w.AddDM(w.AddUser(discordsrv.User{}).ID).ID
		}, text("a"), "403 50007 Cannot send messages to this user"},
		"nothing to say": {func(w *world) string { return w.channel }, object{"content": " ", "embeds": nil}, "400 50006 Cannot send an empty message"},
		"an empty embed": {func(w *world) string { return w.channel }, object{"embeds": []object{{}}}, "400 50006 Cannot send an empty message"},
		"no JSON":        {func(w *world) string { return w.channel }, nil, "400 50035 Invalid Form Body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			channel := c.spoil(w)
			body := any(c.body)
			if c.body == nil {
				body = nil
			}
			if said := w.call(t, http.MethodPost, "channels/"+channel+"/messages", body).said(); said != c.want {
				t.Errorf("said %q, want %q", said, c.want)
			}
		})
	}
}

func denied(p discordsrv.Permission) func(*world) string {
	return func(w *world) string {
		w.SetOverwrite(w.channel, discordsrv.Overwrite{ID: w.guild.ID, Deny: p})
		return w.channel
	}
}

func archived(archived, locked bool) func(*world) string {
	return func(w *world) string {
		id := w.AddThread(w.channel, discordsrv.Channel{}).ID
		w.Archive(id, archived, locked)
		return id
	}
}

func TestWritingOpensAThreadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	thread := archived(true, false)(w)
	w.send(t, thread, text("a"))
	if c, _ := w.Channel(thread); c.Archived || c.Type != discordsrv.PublicThread {
		t.Errorf("thread %+v", c)
	}
	w.Archive(thread, true, false)
	path := "channels/" + thread
	if said := w.call(t, http.MethodPatch, path, object{"archived": false}).said(); said != "" {
		t.Error(said)
	}
	if said := w.call(t, http.MethodPatch, path, object{"locked": true}).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
}

func TestWhoIsPinged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	open := w.AddRole(w.guild.ID, discordsrv.Role{Name: "fans", Mentionable: true}).ID
	shut := w.AddRole(w.guild.ID, discordsrv.Role{Name: "staff"}).ID
	all := "<@" + w.ann + "> <@!" + w.bob + "> <@&" + open + "> <@&" + shut + "> @everyone"
	for name, c := range map[string]struct {
		text    string
		allowed any
		may     bool // mention everyone
		want    discordsrv.Pings
	}{
		"nothing said": {all, nil, true, discordsrv.Pings{Users: []string{w.ann, w.bob}, Roles: []string{open, shut}, Everyone: true}},
		"the bot may not": {
			all, nil, false, discordsrv.Pings{Users: []string{w.ann, w.bob}, Roles: []string{open}},
		},
		"nobody":     {all, object{"parse": []string{}}, true, discordsrv.Pings{}},
		"some":       {all, object{"parse": []string{}, "users": []string{w.bob}, "roles": []string{shut}}, true, discordsrv.Pings{Users: []string{w.bob}, Roles: []string{shut}}},
		"everyone":   {all, object{"parse": []string{"everyone"}}, true, discordsrv.Pings{Everyone: true}},
		"in code":    {"`@everyone` ```\n<@" + w.ann + ">```", nil, true, discordsrv.Pings{}},
		"no mention": {"everyone @everyones a@b <@1>", nil, true, discordsrv.Pings{}},
	} {
		t.Run(name, func(t *testing.T) {
			may := discordsrv.Usual
			if !c.may {
				may &^= discordsrv.MentionEveryone
			}
			w.SetPermissions(w.guild.ID, w.guild.ID, may)
			body := object{"content": c.text}
			if c.allowed != nil {
				body["allowed_mentions"] = c.allowed
			}
			w.send(t, w.channel, body)
			m, _ := w.Last(w.channel)
			if diff := cmp.Diff(c.want, m.Pings); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAReplyPingsUnlessItSaysNo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	to := object{"message_id": w.Say(w.channel, w.bob, "hello").ID}
	w.send(t, w.channel, object{"content": "a", "message_reference": to})
	if m, _ := w.Last(w.channel); len(m.Pings.Users) != 1 || m.ReplyTo != to["message_id"] {
		t.Errorf("stored %+v", m)
	}
	w.send(t, w.channel, object{"content": "b", "message_reference": to, "allowed_mentions": object{"parse": nil, "replied_user": false}})
	if m, _ := w.Last(w.channel); !m.Pings.None() {
		t.Errorf("stored %+v", m)
	}
	to["fail_if_not_exists"], to["message_id"] = false, "1"
	w.send(t, w.channel, object{"content": "c", "message_reference": to})
	if m, _ := w.Last(w.channel); m.ReplyTo != "" {
		t.Errorf("stored %+v", m)
	}
	w.SetOverwrite(w.channel, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.ReadHistory})
	said := w.call(t, http.MethodPost, "channels/"+w.channel+"/messages", object{"content": "d", "message_reference": to}).said()
	if said != "400 160002 Cannot reply without permission to read message history" {
		t.Error(said)
	}
}

func TestWhatAGuildShows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	g := w.call(t, http.MethodGet, "guilds/"+w.guild.ID, nil).body(t)
	if at(g, "owner_id") != w.ann || at(g, "roles", 0, "id") != w.guild.ID || at(g, "preferred_locale") != "en-US" {
		t.Errorf("guild %v", g)
	}
	member := w.call(t, http.MethodGet, "guilds/"+w.guild.ID+"/members/@me", nil).body(t)
	if at(member, "roles", 0) != w.guild.BotRole || at(member, "user", "id") != w.Me().ID {
		t.Errorf("member %v", member)
	}
	carol := w.AddUser(discordsrv.User{}).ID
	if said := w.call(t, http.MethodGet, "guilds/"+w.guild.ID+"/members/"+carol, nil).said(); said != "404 10007 Unknown Member" {
		t.Error(said)
	}
	w.RemoveBot(w.guild.ID)
	if said := w.call(t, http.MethodGet, "guilds/"+w.guild.ID, nil).said(); said != "404 10004 Unknown Guild" {
		t.Error(said)
	}
	if said := w.call(t, http.MethodGet, "guilds/"+w.guild.ID+"/roles", nil).said(); said != "403 50001 Missing Access" {
		t.Error(said)
	}
}

func TestADirectMessageIsOpenedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	open := func(user string) result {
		return w.call(t, http.MethodPost, "users/@me/channels", object{"recipient_id": user})
	}
	if first, second := open(w.ann).body(t), open(w.ann).body(t); first["id"] != second["id"] || first["id"] != w.AddDM(w.ann).ID {
		t.Errorf("opened %v and %v", first["id"], second["id"])
	}
	if said := open("1").said(); said != "404 10013 Unknown User" {
		t.Error(said)
	}
	if said := open("ann").said(); said != "400 50035 Invalid Form Body" {
		t.Error(said)
	}
	if said := open(w.Me().ID).said(); said != "403 50007 Cannot send messages to this user" {
		t.Error(said)
	}
}

func TestWhatTheBotCanAskAboutItselfAndItsPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *discordsrv.Config) { c.Privileged = discordsrv.MessageContent })
	w.AddThread(w.channel, discordsrv.Channel{Name: "seen"})
	w.AddThread(w.channel, discordsrv.Channel{Name: "old", Archived: true})
	for path, c := range map[string]struct {
		want any
		at   []any
	}{
		"users/@me":                                  {"board", []any{"username"}},
		"users/@me/guilds":                           {"Cars", []any{0, "name"}},
		"users/" + w.bob:                             {"bob", []any{"username"}},
		"users/1":                                    {10013.0, []any{"code"}},
		"oauth2/applications/@me":                    {w.Me().ID, []any{"id"}},
		"applications/@me":                           {float64(1 << 19), []any{"flags"}},
		"channels/" + w.channel:                      {"general", []any{"name"}},
		"guilds/" + w.guild.ID + "/roles":            {"@everyone", []any{0, "name"}},
		"guilds/" + w.guild.ID + "/channels":         {nil, []any{1}},
		"guilds/" + w.guild.ID + "/threads/active":   {"seen", []any{"threads", 0, "name"}},
		"guilds/" + w.guild.ID + "/members/" + w.bob: {"bob", []any{"user", "username"}},
	} {
		var got any
		if err := json.Unmarshal(w.call(t, http.MethodGet, path, nil).raw, &got); err != nil || at(got, c.at...) != c.want {
			t.Errorf("%s: got %v, %v, want %v", path, at(got, c.at...), err, c.want)
		}
	}
	if r := w.call(t, http.MethodDelete, "users/@me/guilds/"+w.guild.ID, nil); r.status != http.StatusNoContent || w.Guild(w.guild.ID).Present {
		t.Errorf("left: %s", r.said())
	}
}

func TestChannelsAreChangedByWhoMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := "channels/" + w.channel
	if said := w.call(t, http.MethodPatch, path, object{"topic": "Cars"}).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
	w.SetPermissions(w.guild.ID, w.guild.BotRole, discordsrv.ManageChannels)
	if said := w.call(t, http.MethodPatch, path, object{"name": " "}).said(); said != "400 50035 Invalid Form Body" {
		t.Error(said)
	}
	w.call(t, http.MethodPatch, path, object{"topic": "Cars"})
	if c, _ := w.Channel(w.channel); c.Topic != "Cars" || c.Name != "general" {
		t.Errorf("channel %+v", c)
	}
	if said := w.call(t, http.MethodPatch, "channels/"+w.AddDM(w.bob).ID, object{"name": "a"}).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
	if said := w.call(t, http.MethodPost, path+"/typing", nil).said(); said != "" {
		t.Error(said)
	}
	w.DeleteChannel(w.channel)
	if _, there := w.Channel(w.channel); there {
		t.Error("the channel is still there")
	}
}
