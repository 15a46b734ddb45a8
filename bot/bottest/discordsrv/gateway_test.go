package discordsrv_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"boardcast/bot/bottest/discordsrv"
)

// client is a connection to the gateway.
type client struct {
	tb testing.TB
	ws *websocket.Conn
}

// packet is what comes through the gateway.
type packet struct {
	Op int             `json:"op"`
	T  string          `json:"t"`
	S  int             `json:"s"`
	D  json.RawMessage `json:"d"`
}

// dial connects to a server without a socket, and reads its hello.
func dial(tb testing.TB, s *discordsrv.Server) *client {
	tb.Helper()
	d := websocket.Dialer{NetDialContext: s.Dial}
	ws, answer, err := d.DialContext(tb.Context(), "ws://discord.example/gateway?v=10&encoding=json", nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer answer.Body.Close()
	c := &client{tb, ws}
	tb.Cleanup(func() { ws.Close() })
	if p := c.next(); p.Op != 10 {
		tb.Fatalf("no hello: %+v", p)
	}
	return c
}

func (c *client) send(op int, d any) {
	c.tb.Helper()
	if err := c.ws.WriteJSON(object{"op": op, "d": d}); err != nil {
		c.tb.Fatal(err)
	}
}

func (c *client) next() packet {
	c.tb.Helper()
	var p packet
	if err := c.ws.ReadJSON(&p); err != nil {
		c.tb.Fatal(err)
	}
	return p
}

// until reads up to an event, and returns it.
func (c *client) until(name string) packet {
	c.tb.Helper()
	for {
		if p := c.next(); p.T == name {
			return p
		}
	}
}

// code reads until the end, and returns its code.
func (c *client) code() int {
	for {
		_, _, err := c.ws.ReadMessage()
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			return closed.Code
		}
		if err != nil {
			return 0
		}
	}
}

func identity(intents int, shard ...int) object {
	o := object{"token": token, "intents": intents, "properties": object{"os": "linux"}}
	if len(shard) == 2 {
		o["shard"] = shard
	}
	return o
}

const usualIntents = discordsrv.Guilds | discordsrv.GuildMessages | discordsrv.DirectMessages

// join connects and identifies, and reads until all guilds of the world are known.
func (w *world) join(tb testing.TB) *client {
	tb.Helper()
	c := dial(tb, w.Server)
	c.send(2, identity(usualIntents))
	c.until("GUILD_CREATE")
	return c
}

func into(tb testing.TB, p packet) object {
	tb.Helper()
	var o object
	if err := json.Unmarshal(p.D, &o); err != nil {
		tb.Fatal(err)
	}
	return o
}

func TestAClientHearsWhatIsSaidToIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	w.Say(w.channel, w.bob, "secret")
	w.Say(w.channel, w.bob, "hello <@"+w.Me().ID+">")
	w.Say(w.AddDM(w.ann).ID, w.ann, "help")
	var got []any
	for range 3 {
		got = append(got, at(into(t, c.until("MESSAGE_CREATE")), "content"))
	}
	if diff := cmp.Diff([]any{"", "hello <@" + w.Me().ID + ">", "help"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheLibraryWorksOverASocketAndInABubble(t *testing.T) {
	t.Parallel()
	t.Run("socket", func(t *testing.T) {
		t.Parallel()
		s := discordsrv.New(discordsrv.Config{Token: token, Username: "board", Now: time.Now})
		server := httptest.NewServer(s)
		t.Cleanup(server.Close)
		t.Cleanup(s.Close)
		client := *http.DefaultClient
		client.Transport = rehost{server.Listener.Addr().String()}
		talk(t, s, func(d *discordgo.Session) { d.Client = &client })
	})
	t.Run("bubble", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := discordsrv.New(discordsrv.Config{Token: token, Username: "board", Now: time.Now})
			talk(t, s, func(d *discordgo.Session) {
				d.Client = &http.Client{Transport: s.Transport()}
				d.Dialer = &websocket.Dialer{NetDialContext: s.Dial}
			})
			s.Close()
			synctest.Wait()
		})
	})
}

type rehost struct{ host string }

func (h rehost) RoundTrip(r *http.Request) (*http.Response, error) {
	moved := r.Clone(r.Context())
	moved.URL.Scheme, moved.URL.Host, moved.Host = "http", h.host, h.host
	return http.DefaultTransport.RoundTrip(moved)
}

// talk has the library connect, take a command and answer it.
func talk(t *testing.T, s *discordsrv.Server, reach func(*discordgo.Session)) {
	t.Helper()
	ann := s.AddUser(discordsrv.User{Username: "ann"}).ID
	g := s.AddGuild(discordsrv.Place{Owner: ann})
	d, err := discordgo.New("Bot " + token)
	if err != nil {
		t.Fatal(err)
	}
	reach(d)
	d.Identify.Intents = discordgo.Intent(usualIntents)
	d.AddHandler(func(d *discordgo.Session, i *discordgo.InteractionCreate) {
		err := d.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Content: "Hello " + i.Member.User.Username, Flags: discordgo.MessageFlagsEphemeral},
		})
		if err != nil {
			t.Error(err)
		}
	})
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	menu := []*discordgo.ApplicationCommand{{Name: "hello", Description: "Say hello", Type: discordgo.ChatApplicationCommand}}
	if _, err := d.ApplicationCommandBulkOverwrite(s.Me().ID, "", menu); err != nil {
		t.Fatal(err)
	}
	id, err := s.Command(discordsrv.Invocation{Channel: g.SystemChannel, User: ann, Path: []string{"hello"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Wait(ctx, func(s *discordsrv.Server) bool { return s.Interaction(id).Acked }); err != nil {
		t.Fatal(err)
	}
	fate := s.Interaction(id)
	if !fate.Ephemeral || fate.Original.Text != "Hello ann" || fate.Original.Reader != ann {
		t.Errorf("fate %+v", fate)
	}
	if _, err := d.ChannelMessageSend(g.SystemChannel, "Good evening"); err != nil {
		t.Error(err)
	}
	if m, ok := s.Last(g.SystemChannel); !ok || m.Text != "Good evening" {
		t.Errorf("stored %+v", m)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestAReplyIsReadableOnlyIfItNotifiesTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	mine := w.send(t, w.channel, text("a"))
	w.Say(w.channel, w.bob, "with", discordsrv.Saying{ReplyTo: mine})
	w.Say(w.channel, w.bob, "without", discordsrv.Saying{ReplyTo: mine, NoPing: true, File: "a.txt"})
	w.EditSaid(w.Say(w.channel, w.bob, "plain").ID, "<@"+w.Me().ID+"> now")
	c.until("MESSAGE_CREATE")
	var got []any
	for range 3 {
		m := into(t, c.until("MESSAGE_CREATE"))
		got = append(got, m["content"], at(m, "referenced_message", "id"), at(m, "attachments", 0))
	}
	if diff := cmp.Diff([]any{"with", mine, nil, "", mine, nil, "", nil, nil}, got); diff != "" {
		t.Error(diff)
	}
	if got := into(t, c.until("MESSAGE_UPDATE")); got["content"] != "<@"+w.Me().ID+"> now" {
		t.Errorf("came %v", got)
	}
}

func TestTheBotLearnsWhichRolesItHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	role := w.AddRole(w.guild.ID, discordsrv.Role{Name: "bots"}).ID
	w.AddMember(w.guild.ID, discordsrv.Member{User: w.bob, Roles: []string{role}})
	w.AddMember(w.guild.ID, discordsrv.Member{User: w.Me().ID, Roles: []string{role}})
	if got := into(t, c.until("GUILD_MEMBER_UPDATE")); at(got, "user", "id") != w.Me().ID || at(got, "roles", 0) != role {
		t.Errorf("came %v", got)
	}
}
