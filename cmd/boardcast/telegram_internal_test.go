package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

const telegramToken = "4242:no-log-may-show-this"

// telegram is a Bot API server on a socket, with the limits of the real one.
type telegramServer struct {
	*telegramsrv.Server
	url string
}

func startTelegram(t *testing.T, changes ...func(*telegramsrv.Config)) telegramServer {
	t.Helper()
	cfg := telegramsrv.Config{Token: telegramToken, Username: "board_bot", Now: time.Now}
	for _, change := range changes {
		change(&cfg)
	}
	s := telegramsrv.New(cfg)
	listening := httptest.NewServer(s)
	t.Cleanup(func() { s.Close(); listening.Close() })
	return telegramServer{Server: s, url: listening.URL}
}

// telegramAt is what a program is told that serves Telegram at an address.
func telegramAt(url string, more ...string) []string {
	return append([]string{"BOARDCAST_TELEGRAM_TOKEN=" + telegramToken, "BOARDCAST_TELEGRAM_API_URL=" + url}, more...)
}

// environ is what a program is told that serves Telegram on this server.
func (s telegramServer) environ(more ...string) []string { return telegramAt(s.url, more...) }

// until waits for something of the server, for at most a minute.
func (s telegramServer) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Wait(ctx, func(*telegramsrv.Server) bool { return holds() }); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// heard waits until the bot has sent a chat a message that begins with some words.
func (s telegramServer) heard(t *testing.T, chat int64, words string) {
	t.Helper()
	s.until(t, fmt.Sprintf("a message %q", words), func() bool {
		return slices.ContainsFunc(s.Sent(chat), func(m telegramsrv.Message) bool { return strings.HasPrefix(m.Text, words) })
	})
}

// person makes somebody who has opened the bot's chat.
func (s telegramServer) person(name string) int64 {
	return s.AddPrivate(s.AddUser(telegramsrv.User{FirstName: name, LanguageCode: "en"}).ID)
}

// What is said while the program is down is answered when it is up again, once.
func TestTelegramThroughStopsAndStarts(t *testing.T) {
	server, folder := startTelegram(t), t.TempDir()
	ann := server.person("Ann")
	bot := startRun(t, folder, server.environ()...)
	bot.logs(t, "serving Telegram")
	server.Say(ann, ann, "/start")
	server.heard(t, ann, "The first steps")
	server.Say(ann, ann, "/watch add xiaomi before=1m")
	server.heard(t, ann, "I'll tell you here about Xiaomi")
	bot.stop(t)

	server.Say(ann, ann, `/stream add lei jun in 3m title="Test drive"`)
	bot = startRun(t, folder, server.environ()...)
	server.heard(t, ann, "Lei Jun 雷军 goes live")
	server.Say(ann, ann, "/watch list")
	server.heard(t, ann, "1 watch here")
	bot.stop(t)
	answers := 0
	for _, m := range server.Sent(ann) {
		if strings.HasPrefix(m.Text, "The first steps") {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("/start was answered %d times", answers)
	}
}

// TestTelegramKilledInAFanOut kills the program with SIGKILL while it tells many chats of a stream, at the pace that Telegram
// allows: every chat is told, and none twice but those in flight.
func TestTelegramKilledInAFanOut(t *testing.T) {
	const chats, inFlight = 40, 8
	server, folder := startTelegram(t), t.TempDir()
	olga := server.person("Olga")
	environ := server.environ(fmt.Sprintf("BOARDCAST_OPERATORS_TELEGRAM=%d", olga))
	bot := startRun(t, folder, environ...)
	bot.logs(t, "serving Telegram")
	readers := make([]int64, chats)
	for i := range readers {
		readers[i] = server.person(fmt.Sprintf("Reader %d", i+1))
		server.Say(readers[i], readers[i], "/watch add xiaomi")
		server.heard(t, readers[i], "I'll tell you here about Xiaomi")
	}
	told := func() (chats, messages int) {
		for _, reader := range readers {
			n := 0
			for _, m := range server.Sent(reader) {
				if strings.HasPrefix(m.Text, "Lei Jun 雷军 goes live") {
					n++
				}
			}
			chats, messages = chats+min(n, 1), messages+n
		}
		return chats, messages
	}
	server.Say(olga, olga, `/stream add lei jun in 26h title="Fan-out"`)
	server.heard(t, olga, "Lei Jun 雷军 goes live")
	for _, some := range []int{chats / 4, chats / 2} {
		server.until(t, fmt.Sprintf("%d chats are told", some), func() bool { n, _ := told(); return n >= some })
		bot.kill(t)
		bot = startRun(t, folder, environ...)
	}
	server.until(t, "all chats are told", func() bool { n, _ := told(); return n == chats })
	server.Say(olga, olga, "/operator status")
	server.heard(t, olga, "All is well")
	bot.stop(t)
	if _, messages := told(); messages > chats+2*inFlight {
		t.Errorf("%d chats were told by %d messages", chats, messages)
	}
}

// What keeps the program from serving, it says, with what to do; and goes on trying.
func TestTelegramTroubleIsSaid(t *testing.T) {
	tests := map[string]struct {
		environ func(t *testing.T) []string
		want    string
	}{
		"a token that nobody knows": {func(t *testing.T) []string {
			t.Helper()
			server := startTelegram(t, func(c *telegramsrv.Config) { c.Token = "4242:another" })
			return server.environ()
		}, "the token is wrong or was revoked; get a new one from @BotFather"},
		"an address of something else": {func(t *testing.T) []string {
			t.Helper()
			other := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(other.Close)
			return telegramAt(other.URL)
		}, "nothing answers as a Bot API at telegram.api_url"},
		"nothing at the address": {func(*testing.T) []string {
			return telegramAt("http://127.0.0.1:1")
		}, "cannot reach 127.0.0.1:1: connection refused; is the network up"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bot := startRun(t, t.TempDir(), test.environ(t)...)
			bot.logs(t, test.want)
			bot.logs(t, "catalog loaded")
			bot.stop(t)
		})
	}
}

// Two processes that read the same bot's updates get in each other's way, which the log explains.
func TestTwoProcessesOfOneBot(t *testing.T) {
	server := startTelegram(t)
	first := startRun(t, t.TempDir(), server.environ()...)
	first.logs(t, "serving Telegram")
	second := startRun(t, t.TempDir(), server.environ()...)
	first.logs(t, "another process reads this bot's updates; stop it")
	second.stop(t)
	first.stop(t)
}

// Updates can be delivered instead of being fetched, and fetched again after that.
func TestTelegramDelivers(t *testing.T) {
	hook := &rerouted{}
	server, folder := startTelegram(t, func(c *telegramsrv.Config) { c.HookClient, c.HookPause = &http.Client{Transport: hook}, 10*time.Second }), t.TempDir()
	ann := server.person("Ann")
	bot := startRun(t, folder, server.environ(
		"BOARDCAST_WEB_LISTEN=127.0.0.1:0", "BOARDCAST_TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram")...)
	_, address, _ := strings.Cut(bot.logs(t, "msg=listening"), "address=")
	hook.to(address)
	bot.logs(t, "updates are delivered")
	server.Say(ann, ann, "/start")
	server.heard(t, ann, "The first steps")
	for path, want := range map[string]int{"/telegram": http.StatusForbidden, "/": http.StatusNotFound} {
		answer, err := http.Post("http://"+address+path, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != want {
			t.Errorf("%s without the secret: %d, error %v; want %d", path, answer.StatusCode, err, want)
		}
	}
	bot.stop(t)

	server.Say(ann, ann, "/next")
	bot = startRun(t, folder, server.environ()...)
	bot.logs(t, "the webhook was deleted")
	server.heard(t, ann, "All streams: nothing is announced")
	bot.stop(t)
}

// rerouted reaches a port of this machine, whatever host is asked for.
type rerouted struct {
	mu   sync.Mutex
	host string
}

func (r *rerouted) to(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.host = host
}

func (r *rerouted) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = "http", r.host
	return http.DefaultTransport.RoundTrip(req)
}
