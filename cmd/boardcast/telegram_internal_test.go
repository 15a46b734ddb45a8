package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
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

// botProcess is boardcast run, by this test's own binary.
type botProcess struct {
	cmd *exec.Cmd
	log *botLog
}

// botLog is what a process logs, line by line.
type botLog struct {
	mu    sync.Mutex
	lines []string
	more  chan struct{}
}

func startRun(t *testing.T, folder string, environ ...string) botProcess {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args, cmd.Dir = []string{"boardcast", "run"}, folder
	cmd.Env = append(os.Environ(), append([]string{"BOARDCAST_TELEGRAM_TOKEN=" + telegramToken}, environ...)...)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := &botLog{more: make(chan struct{}, 1)}
	go log.read(out)
	return botProcess{cmd: cmd, log: log}
}

func (l *botLog) read(from io.Reader) {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		l.mu.Lock()
		l.lines = append(l.lines, lines.Text())
		l.mu.Unlock()
		select {
		case l.more <- struct{}{}:
		default:
		}
	}
}

func (l *botLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// logs waits until the log has some words, and returns the line.
func (p botProcess) logs(t *testing.T, words string) string {
	t.Helper()
	patience := time.After(time.Minute)
	for {
		for line := range strings.SplitSeq(p.log.String(), "\n") {
			if strings.Contains(line, words) {
				return line
			}
		}
		select {
		case <-p.log.more:
		case <-patience:
			t.Fatalf("the log never says %q:\n%s", words, p.log)
		}
	}
}

// stop asks the process to stop, as a service manager does. Its log holds no part of the token.
func (p botProcess) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the process ended with %v:\n%s", err, p.log)
	}
	if strings.Contains(p.log.String(), "no-log-may-show-this") {
		t.Errorf("the token is in the log:\n%s", p.log)
	}
}

func (p botProcess) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err == nil {
		t.Error("the process ended by itself")
	}
}

// What is said while the program is down is answered when it is up again, once.
func TestTelegramThroughStopsAndStarts(t *testing.T) {
	server, folder := startTelegram(t), t.TempDir()
	ann := server.person("Ann")
	bot := startRun(t, folder, "BOARDCAST_TELEGRAM_API_URL="+server.url)
	bot.logs(t, "serving Telegram")
	server.Say(ann, ann, "/start")
	server.heard(t, ann, "The first steps")
	server.Say(ann, ann, "/watch add xiaomi before=1m")
	server.heard(t, ann, "I'll tell you here about Xiaomi")
	bot.stop(t)

	server.Say(ann, ann, `/stream add lei jun in 3m title="Test drive"`)
	bot = startRun(t, folder, "BOARDCAST_TELEGRAM_API_URL="+server.url)
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
// allows: every chat is told, and none but the one in flight twice.
func TestTelegramKilledInAFanOut(t *testing.T) {
	const chats, inFlight = 40, 1
	server, folder := startTelegram(t), t.TempDir()
	olga := server.person("Olga")
	environ := []string{"BOARDCAST_TELEGRAM_API_URL=" + server.url, fmt.Sprintf("BOARDCAST_OPERATORS_TELEGRAM=%d", olga)}
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
			return []string{"BOARDCAST_TELEGRAM_API_URL=" + server.url}
		}, "the token is wrong or was revoked; get a new one from @BotFather"},
		"an address of something else": {func(t *testing.T) []string {
			t.Helper()
			other := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(other.Close)
			return []string{"BOARDCAST_TELEGRAM_API_URL=" + other.URL}
		}, "nothing answers as a Bot API at telegram.api_url"},
		"nothing at the address": {func(*testing.T) []string {
			return []string{"BOARDCAST_TELEGRAM_API_URL=http://127.0.0.1:1"}
		}, "cannot reach 127.0.0.1:1: connection refused; is the network up"},
		"Discord besides": {func(t *testing.T) []string {
			t.Helper()
			return []string{"BOARDCAST_TELEGRAM_API_URL=" + startTelegram(t).url, "BOARDCAST_DISCORD_TOKEN=x"}
		}, "Discord is configured, but this version does not serve it"},
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
	first := startRun(t, t.TempDir(), "BOARDCAST_TELEGRAM_API_URL="+server.url)
	first.logs(t, "serving Telegram")
	second := startRun(t, t.TempDir(), "BOARDCAST_TELEGRAM_API_URL="+server.url)
	first.logs(t, "another process reads this bot's updates; stop it")
	second.stop(t)
	first.stop(t)
}

// Updates can be delivered instead of being fetched, and fetched again after that.
func TestTelegramDelivers(t *testing.T) {
	hook := &rerouted{}
	server, folder := startTelegram(t, func(c *telegramsrv.Config) { c.HookClient, c.HookPause = &http.Client{Transport: hook}, 10*time.Second }), t.TempDir()
	ann := server.person("Ann")
	bot := startRun(t, folder, "BOARDCAST_TELEGRAM_API_URL="+server.url, "BOARDCAST_WEB_LISTEN=127.0.0.1:0",
		"BOARDCAST_TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram")
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
	bot = startRun(t, folder, "BOARDCAST_TELEGRAM_API_URL="+server.url)
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
