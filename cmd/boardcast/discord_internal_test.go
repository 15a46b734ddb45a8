package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/bottest/telegramsrv"
)

const discordToken = "MTEwMDAwMDAwMDAwMDAwMDA0Mg.no-log.may-show-this"

// discordServer is a Discord on a socket, with the limits of the real one, but that a bot may connect again at once.
type discordServer struct {
	*discordsrv.Server
	url   string
	guild discordsrv.Guild
}

func startDiscord(t *testing.T, changes ...func(*discordsrv.Config)) discordServer {
	t.Helper()
	cfg := discordsrv.Config{Token: discordToken, Username: "boardcast", Now: time.Now, IdentifyEvery: -1}
	for _, change := range changes {
		change(&cfg)
	}
	s := discordsrv.New(cfg)
	listening := httptest.NewServer(s)
	t.Cleanup(func() { s.Close(); listening.Close() })
	server := discordServer{Server: s, url: listening.URL}
	server.guild = server.found("Drivers")
	return server
}

// found makes a guild with an owner of its own.
func (s discordServer) found(name string) discordsrv.Guild {
	owner := s.AddUser(discordsrv.User{Username: "owner-of-" + strings.ToLower(name), Locale: "en-GB"})
	return s.AddGuild(discordsrv.Place{Name: name, Owner: owner.ID})
}

// discordAt is what a program is told that serves Discord at an address.
func discordAt(url string, more ...string) []string {
	return append([]string{"BOARDCAST_DISCORD_TOKEN=" + discordToken, "BOARDCAST_DISCORD_API_URL=" + url + "/api"}, more...)
}

// environ is what a program is told that serves Discord on this server.
func (s discordServer) environ(more ...string) []string { return discordAt(s.url, more...) }

// until waits for something of the server, for at most a minute.
func (s discordServer) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Wait(ctx, func(*discordsrv.Server) bool { return holds() }); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// heard waits until the bot has sent a channel a message that begins with some words, be it for one person alone.
func (s discordServer) heard(t *testing.T, channel, words string) {
	t.Helper()
	s.until(t, fmt.Sprintf("a message %q", words), func() bool { return s.count(channel, words) > 0 })
}

// count is how many messages to a channel begin, or began before they were edited, with some words.
func (s discordServer) count(channel, words string) int {
	n := 0
	for _, m := range s.Sent(channel) {
		said := m.Text
		if len(m.Earlier) > 0 {
			said = m.Earlier[0].Text
		}
		if strings.HasPrefix(said, words) {
			n++
		}
	}
	return n
}

// command has the owner of a channel's guild choose a command from the menu.
func (s discordServer) command(t *testing.T, channel, line string, options map[string]any) {
	t.Helper()
	at, _ := s.Channel(channel)
	_, err := s.Command(discordsrv.Invocation{Channel: channel, User: s.Guild(at.Guild).Owner, Path: strings.Fields(line), Options: options, Locale: "en-GB"})
	if err != nil {
		t.Fatal(err)
	}
}

// ready waits until the bot is connected and its commands are published.
func (s discordServer) ready(t *testing.T) {
	t.Helper()
	s.until(t, "a bot that is ready", func() bool { return s.Connected(0) && len(s.Commands("")) > 0 })
}

// What was set up stays, what is to be told while the program was down is told, and the menu is published once.
func TestDiscordThroughStopsAndStarts(t *testing.T) {
	t.Parallel()
	server, folder := startDiscord(t), t.TempDir()
	here := server.guild.SystemChannel
	bot := startRun(t, folder, server.environ()...)
	bot.logs(t, "serving Discord")
	server.ready(t)
	server.command(t, here, "watch add", map[string]any{"subjects": "xiaomi", "before": "1m"})
	server.heard(t, here, "I'll tell you here about Xiaomi")
	bot.stop(t)

	bot = startRun(t, folder, server.environ("BOARDCAST_METRICS_LISTEN=127.0.0.1:0")...)
	bot.isWell(t)
	bot.logs(t, "serving Discord")
	server.ready(t)
	server.command(t, here, "stream add", map[string]any{"who": "lei jun", "when": "in 3m", "title": "Test drive"})
	server.heard(t, here, "Lei Jun 雷军 goes live")
	server.command(t, here, "watch list", nil)
	server.heard(t, here, "1 watch here")
	bot.stop(t)
	if published := len(server.Calls(http.MethodPut, "applications/{app}/commands")); published != 1 {
		t.Errorf("the menu was published %d times", published)
	}
}

// TestDiscordKilledInAFanOut kills the program with SIGKILL while it tells many channels of a stream, at the pace that Discord allows: every
// channel is told, and none twice.
func TestDiscordKilledInAFanOut(t *testing.T) {
	t.Parallel()
	const guilds, channelsEach = 4, 15
	const channels = guilds * channelsEach
	server, folder := startDiscord(t), t.TempDir()
	environ := server.environ("BOARDCAST_OPERATORS_DISCORD=" + server.guild.Owner)
	bot := startRun(t, folder, environ...)
	bot.logs(t, "serving Discord")
	server.ready(t)
	readers := make([]string, channels)
	var guild discordsrv.Guild
	for i := range readers {
		if i%channelsEach == 0 {
			guild = server.found(fmt.Sprintf("Guild-%d", i/channelsEach))
		}
		readers[i] = server.AddChannel(guild.ID, discordsrv.Channel{Type: discordsrv.Text, Name: fmt.Sprintf("reader-%d", i+1)}).ID
		server.command(t, readers[i], "watch add", map[string]any{"subjects": "xiaomi"})
		server.heard(t, readers[i], "I'll tell you here about Xiaomi")
	}
	const news = "Lei Jun 雷军 goes live"
	told := func() (channels, messages int) {
		for _, reader := range readers {
			n := server.count(reader, news)
			channels, messages = channels+min(n, 1), messages+n
		}
		return channels, messages
	}
	server.command(t, server.guild.SystemChannel, "stream add", map[string]any{"who": "lei jun", "when": "in 26h", "title": "Fan-out"})
	for _, some := range []int{channels / 5, channels / 3, channels / 2, channels * 4 / 5} {
		server.until(t, fmt.Sprintf("%d channels are told", some), func() bool { n, _ := told(); return n >= some })
		bot.kill(t)
		bot = startRun(t, folder, environ...)
	}
	server.until(t, "all channels are told", func() bool { n, _ := told(); return n == channels })
	server.ready(t)
	server.command(t, server.guild.SystemChannel, "watch list", nil)
	server.heard(t, server.guild.SystemChannel, "Nothing is watched here")
	bot.stop(t)
	if _, messages := told(); messages != channels {
		t.Errorf("%d channels were told by %d messages", channels, messages)
	}
	if n := server.TooMany(); n > 0 {
		t.Errorf("Discord was asked too much %d times", n)
	}
}

// What keeps the program from serving Discord, it says, with what to do, and goes on trying; Telegram goes on meanwhile.
func TestDiscordTroubleIsSaid(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	tests := map[string]struct {
		environ func(t *testing.T) []string
		want    string
	}{
		"a token that nobody knows": {func(t *testing.T) []string {
			t.Helper()
			return startDiscord(t, func(c *discordsrv.Config) { c.Token = "MTEwMDAwMDAwMDAwMDAwMDA0Mg.of.another" }).environ()
		}, "the token is wrong or was reset; get a new one in the developer portal"},
		"an address of something else": {func(*testing.T) []string { return discordAt(other.URL) }, "nothing answers as Discord's API at discord.api_url"},
		"nothing at the address": {
			func(*testing.T) []string { return discordAt("http://127.0.0.1:1") },
			"cannot reach 127.0.0.1:1: connection refused; is the network up",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			phone := startTelegram(t, func(c *telegramsrv.Config) { c.Username = "board_bot" })
			ann := phone.person("Ann")
			bot := startRun(t, t.TempDir(), slices.Concat(phone.environ(), test.environ(t))...)
			bot.logs(t, test.want)
			phone.Say(ann, ann, "/start")
			phone.heard(t, ann, "The first steps")
			bot.stop(t)
		})
	}
}
