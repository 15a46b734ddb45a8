package discordsrv_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"boardcast/bot/bottest/discordsrv"
)

func TestIdentitiesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		identity object
		change   func(*discordsrv.Config)
		want     int // 0 is none
	}{
		"as usual":             {identity(usualIntents), nil, 0},
		"a shard":              {identity(usualIntents, 1, 2), nil, 0},
		"another token":        {with(identity(1), "token", "x"), nil, discordsrv.CloseAuthFailed},
		"no intents":           {with(identity(1), "intents", nil), nil, discordsrv.CloseDecodeError},
		"no such intent":       {identity(1 << 30), nil, discordsrv.CloseInvalidIntents},
		"a privileged intent":  {identity(discordsrv.MessageContent), nil, discordsrv.CloseDisallowed},
		"a granted intent":     {identity(discordsrv.MessageContent), func(c *discordsrv.Config) { c.Privileged = discordsrv.MessageContent }, 0},
		"a shard too far":      {identity(1, 2, 2), nil, discordsrv.CloseInvalidShard},
		"too few shards":       {identity(1), func(c *discordsrv.Config) { c.MinShards = 2 }, discordsrv.CloseShardingRequired},
		"not half an identity": {object{"token": 1}, nil, discordsrv.CloseDecodeError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.change)
			client := dial(t, w.Server)
			client.send(2, c.identity)
			if c.want == 0 {
				client.until("READY")
				return
			}
			if code := client.code(); code != c.want {
				t.Errorf("closed with %d, want %d", code, c.want)
			}
		})
	}
}

func TestPacketsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		send func(*client)
		want int
	}{
		"no JSON":      {func(c *client) { _ = c.ws.WriteMessage(websocket.TextMessage, []byte("{")) }, discordsrv.CloseDecodeError},
		"too large":    {func(c *client) { c.send(1, make([]int, 4096)) }, discordsrv.CloseDecodeError},
		"no such op":   {func(c *client) { c.send(42, nil) }, discordsrv.CloseUnknownOpcode},
		"nobody":       {func(c *client) { c.send(3, nil) }, discordsrv.CloseNotAuthenticated},
		"twice":        {func(c *client) { c.send(2, identity(1)); c.send(2, identity(1)) }, discordsrv.CloseAlreadyAuthed},
		"far too many": {func(c *client) { heartbeats(c, 121) }, discordsrv.CloseRateLimited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := dial(t, newWorld(t, nil).Server)
			c.send(client)
			if code := client.code(); code != c.want {
				t.Errorf("closed with %d, want %d", code, c.want)
			}
		})
	}
}

func heartbeats(c *client, n int) {
	for range n {
		c.send(1, nil)
	}
}

func TestIdentifiesComeOneAfterAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *discordsrv.Config) { c.MaxConcurrency = 2 })
	identify := func(shard int) packet {
		c := dial(t, w.Server)
		c.send(2, identity(1, shard, 4))
		return c.next()
	}
	var got []int
	for _, shard := range []int{0, 1, 2} {
		got = append(got, identify(shard).Op)
	}
	w.now = w.now.Add(5 * time.Second)
	got = append(got, identify(2).Op)
	if diff := cmp.Diff([]int{0, 0, 9, 0}, got); diff != "" {
		t.Error(diff)
	}
	limit := at(w.call(t, http.MethodGet, "gateway/bot", nil).body(t), "session_start_limit")
	want := object{"total": 1000.0, "remaining": 997.0, "reset_after": 86395000.0, "max_concurrency": 2.0}
	if diff := cmp.Diff(any(want), limit); diff != "" {
		t.Error(diff)
	}
}

func TestTheGatewayIsWhereTheRequestWent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *discordsrv.Config) { c.Shards = 3 })
	if got := w.call(t, http.MethodGet, "gateway/bot", nil).body(t); got["url"] != "ws://discord.example/gateway" || got["shards"] != 3.0 {
		t.Errorf("answered %v", got)
	}
}

func TestAShardHearsOfItsGuilds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *discordsrv.Config) { c.MaxConcurrency = 2 })
	for i := range 3 {
		w.AddGuild(discordsrv.Place{Name: strconv.Itoa(i)})
	}
	w.AddGuild(discordsrv.Place{Name: "absent", Absent: true})
	heard := map[string]int{}
	for shard := range 2 {
		c := dial(t, w.Server)
		c.send(2, identity(usualIntents, shard, 2))
		ready := into(t, c.until("READY"))
		guilds, _ := ready["guilds"].([]any)
		for i := range guilds {
			if at(guilds, i, "unavailable") != true {
				t.Errorf("ready %v", ready)
			}
			heard[fmt.Sprint(into(t, c.until("GUILD_CREATE"))["name"])] = shard
		}
		w.Say(w.AddDM(w.ann).ID, w.ann, "hello")
		w.Reconnect(shard)
		if p := c.next(); (p.T == "MESSAGE_CREATE") != (shard == 0) {
			t.Errorf("shard %d got %+v", shard, p)
		}
	}
	if len(heard) != 4 || heard["Cars"] == heard["0"] || heard["0"] == heard["1"] {
		t.Errorf("heard %v", heard)
	}
}

func TestAGuildIsShownWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	private := w.AddChannel(w.guild.ID, discordsrv.Channel{Name: "private", Overwrites: []discordsrv.Overwrite{{ID: w.guild.ID, Deny: discordsrv.ViewChannel}}}).ID
	w.AddThread(private, discordsrv.Channel{Name: "unseen"})
	w.AddThread(w.channel, discordsrv.Channel{Name: "seen"})
	c := dial(t, w.Server)
	c.send(2, identity(usualIntents))
	got := into(t, c.until("GUILD_CREATE"))
	for name, c := range map[string][2]any{
		"owner":       {w.ann, at(got, "owner_id")},
		"locale":      {"en-US", at(got, "preferred_locale")},
		"system":      {w.channel, at(got, "system_channel_id")},
		"text":        {"general", at(got, "channels", 0, "name")},
		"overwrite":   {"1024", at(got, "channels", 1, "permission_overwrites", 0, "deny")},
		"thread":      {"seen", at(got, "threads", 0, "name")},
		"no more":     {nil, at(got, "threads", 1)},
		"itself":      {w.Me().ID, at(got, "members", 0, "user", "id")},
		"nobody else": {nil, at(got, "members", 1)},
		"everyone":    {discordsrv.Usual.String(), at(got, "roles", 0, "permissions")},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %v, want %v", name, c[1], c[0])
		}
	}
}

func TestWhatHappensToPlacesIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := dial(t, w.Server)
	c.send(2, identity(usualIntents|discordsrv.ScheduledEvents))
	c.until("GUILD_CREATE")
	path, body := w.calendar(discordsrv.CreateEvents)
	thread := w.AddThread(w.channel, discordsrv.Channel{}).ID
	w.Archive(thread, true, false)
	w.DeleteChannel(thread)
	channel := w.AddChannel(w.guild.ID, discordsrv.Channel{}).ID
	w.SetOverwrite(channel, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.ViewChannel})
	w.Say(channel, w.bob, "unheard")
	w.DeleteChannel(channel)
	w.SetGuild(w.guild.ID, "Trucks", "fr")
	id := w.send(t, w.channel, text("a"))
	w.call(t, http.MethodPatch, "channels/"+w.channel+"/messages/"+id, text("b"))
	w.Unsay(id)
	w.call(t, http.MethodPost, path, body)
	w.Down(w.guild.ID, true)
	w.Down(w.guild.ID, false)
	w.RemoveBot(w.guild.ID)
	w.AddBot(w.guild.ID)
	w.Malformed(0, "MESSAGE_CREATE", json.RawMessage(`{"id":7}`))
	want := []string{
		"GUILD_ROLE_UPDATE", "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "GUILD_UPDATE",
		"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "GUILD_SCHEDULED_EVENT_CREATE", "GUILD_DELETE unavailable", "GUILD_CREATE",
		"GUILD_DELETE", "GUILD_CREATE", "MESSAGE_CREATE",
	}
	var got []string
	for range want {
		p := c.next()
		if p.T == "GUILD_DELETE" && at(into(t, p), "unavailable") == true {
			p.T += " unavailable"
		}
		got = append(got, p.T)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// resume goes on with a session on a new connection.
func (w *world) resume(tb testing.TB, session string, seq int) *client {
	tb.Helper()
	c := dial(tb, w.Server)
	c.send(6, object{"token": token, "session_id": session, "seq": seq})
	return c
}

func TestASessionIsResumed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end     func(w *world, c *client) // of the first connection
		resumes bool
	}{
		"after a drop":          {func(w *world, _ *client) { w.Drop(0, 0) }, true},
		"after a code":          {func(w *world, _ *client) { w.Drop(0, 4000) }, true},
		"over another":          {func(*world, *client) {}, true},
		"after a zombie":        {func(w *world, _ *client) { w.Mute(0) }, true},
		"after a normal close":  {func(_ *world, c *client) { c.bye(websocket.CloseNormalClosure) }, false},
		"after another close":   {func(_ *world, c *client) { c.bye(4000) }, true},
		"after it is forgotten": {func(w *world, _ *client) { w.Forget(0); w.Drop(0, 0) }, false},
		"after it is invalid":   {func(w *world, _ *client) { w.Invalidate(0, false) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			first := w.join(t)
			session := w.Sessions()[0]
			c.end(w, first)
			if !c.resumes {
				gone := func(s *discordsrv.Server) bool { return len(s.Sessions()) == 0 }
				if err := w.Wait(t.Context(), gone); err != nil {
					t.Fatal(err)
				}
			}
			w.Say(w.AddDM(w.ann).ID, w.ann, "missed")
			second := w.resume(t, session.ID, session.Seq)
			p := second.next()
			if !c.resumes {
				if p.Op != 9 || string(p.D) != "false" {
					t.Errorf("came %+v", p)
				}
				return
			}
			if p.T != "MESSAGE_CREATE" || p.S != session.Seq+1 || second.next().T != "RESUMED" {
				t.Errorf("came %+v", p)
			}
			w.Say(w.AddDM(w.ann).ID, w.ann, "heard")
			if got := into(t, second.until("MESSAGE_CREATE")); got["content"] != "heard" {
				t.Errorf("came %v", got)
			}
		})
	}
}

// bye closes a connection with a code, and hangs up.
func (c *client) bye(code int) {
	c.tb.Helper()
	if err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)); err != nil {
		c.tb.Error(err)
	}
	c.ws.Close()
}

func TestASessionRemembersAThousandEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.join(t)
	session := w.Sessions()[0]
	w.Drop(0, 0)
	dm := w.AddDM(w.ann).ID
	for range 1000 {
		w.Say(dm, w.ann, "a")
	}
	second := w.resume(t, session.ID, session.Seq)
	for range 1000 {
		if p := second.next(); p.T != "MESSAGE_CREATE" {
			t.Fatalf("came %+v", p)
		}
	}
	if p := second.next(); p.T != "RESUMED" {
		t.Fatalf("came %+v", p)
	}
	if p := w.resume(t, session.ID, session.Seq).next(); p.Op != 9 {
		t.Errorf("came %+v", p)
	}
	if code := w.resume(t, session.ID, 5000).code(); code != discordsrv.CloseInvalidSeq {
		t.Errorf("closed with %d", code)
	}
}

func TestWhoSendsNoHeartbeatTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *discordsrv.Config) { c.HeartbeatEvery = 40 * time.Second })
		c := w.join(t)
		for range 3 {
			time.Sleep(40 * time.Second)
			c.send(1, nil)
			if p := c.next(); p.Op != 11 {
				t.Fatalf("came %+v", p)
			}
		}
		w.AskHeartbeat(0)
		if p := c.next(); p.Op != 1 {
			t.Fatalf("came %+v", p)
		}
		start := time.Now()
		if code := c.code(); code != discordsrv.CloseTimedOut || time.Since(start) != time.Minute {
			t.Errorf("closed with %d after %v", code, time.Since(start))
		}
		if s := w.Sessions(); len(s) != 1 || s[0].Connected {
			t.Errorf("sessions %+v", s)
		}
		w.Close()
	})
}

func TestAZombieSaysNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		c := w.join(t)
		w.Mute(0)
		c.send(1, nil)
		w.Say(w.AddDM(w.ann).ID, w.ann, "unheard")
		if err := c.ws.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, raw, err := c.ws.ReadMessage(); err == nil || !w.Connected(0) {
			t.Errorf("came %s", raw)
		}
		w.Close()
	})
}

func TestAGatewayThatSaysNoHello(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.RefuseHello(true)
		d := websocket.Dialer{NetDialContext: w.Dial}
		ws, answer, err := d.DialContext(t.Context(), "ws://discord.example/gateway?v=10", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if err := ws.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ws.ReadMessage(); err == nil {
			t.Error("something came")
		}
		ws.Close()
		w.RefuseHello(false)
		dial(t, w.Server)
		if w.Dials() != 2 {
			t.Errorf("%d dials", w.Dials())
		}
		w.Close()
	})
}

func TestAnInvalidSessionBeginsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *discordsrv.Config) { c.IdentifyEvery = -1 })
	c := w.join(t)
	w.Invalidate(0, false)
	if p := c.next(); p.Op != 9 {
		t.Fatalf("came %+v", p)
	}
	c.send(2, identity(usualIntents))
	c.until("READY")
	w.Invalidate(0, true)
	for {
		if p := c.next(); p.Op == 9 {
			if string(p.D) != "true" || len(w.Sessions()) != 1 {
				t.Errorf("came %+v", p)
			}
			return
		}
	}
}
