// Package discordsrv plays Discord in tests: its REST API (versions 9 and 10) and its gateway, with the checks and the limits of
// the real ones.
//
// It is written from Discord's public documentation and imports nothing of the program it checks. A Server is an http.Handler that
// serves REST at /api/v10/… and the websocket at /gateway; [Server.Transport] and [Server.Dial] reach it without a socket, also
// inside a bubble of testing/synctest, if it was made there. Lengths are counted in code points. It is stricter than Discord in
// three things, because each is always a mistake of the bot: a field that Discord does not know is refused, as are flags that it would
// ignore and attachment:// addresses that no file bears.
//
// The controls of a test ([Server.Say], [Server.Press], [Server.RemoveBot] …) panic if they are used wrongly, a channel that does
// not exist for instance: that is a mistake in the test.
package discordsrv

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config is how a server is made.
type Config struct {
	Token       string           // of the bot, without "Bot "
	Application string           // its id, which is the bot's user too; "" reads it from the token, or makes one up
	Username    string           // of the bot
	Now         func() time.Time // for the limits, the deadlines of interactions, and the dates of messages

	// Gateway is the address that GET /gateway tells; "" is ws:// and the host of the request.
	Gateway string

	Shards         int           // that GET /gateway/bot recommends; 0 is 1
	MinShards      int           // fewer are refused with 4011; 0 is 1
	MaxConcurrency int           // identifies at once, by shard modulo this; 0 is 1
	IdentifyEvery  time.Duration // between two identifies of the same concurrency key; 0 is 5 s, negative is no limit
	HeartbeatEvery time.Duration // 0 is 41.25 s
	Privileged     int           // the privileged intents that the developer portal grants
	NonceMemory    time.Duration // how long an enforced nonce is remembered; 0 is 5 minutes

	// Unlimited gives no 429 of its own, only those of faults.
	Unlimited bool

	// Taken, if it is set, is told of each new message of the bot as it is taken; one that is known again by its nonce is not new. It is
	// called with the lock of the Server held, so it may not call the Server.
	Taken func(Message)
}

// Server is Discord with one bot and the people and places of a test. It is safe for many at once.
type Server struct {
	cfg    Config
	me     User
	routes []route
	wire   wire

	mu        sync.Mutex // never held while anything waits
	change    chan struct{}
	ids       snowflakes
	users     map[string]*User
	guilds    map[string]*guild
	guildList []*guild // in the order in which they were made
	channels  map[string]*channel
	messages  map[string]*Message
	asked     map[string]*interaction // by id
	tokens    map[string]*interaction
	global    []*Command
	created   map[string][]time.Time // commands, by the guild of their menu
	pace      pace
	hooks     []func(Call) *Fault
	outage    bool
	log       []Call
	gateway   hub
}

// Call is a request that came, and how it was answered.
type Call struct {
	At      time.Time
	Method  string
	Route   string // such as "channels/{channel}/messages"; "" is none that the server knows
	Path    string // without /api/v10
	Channel string // the channel in the path, if there is one
	Body    []byte // the JSON, also of a request with files
	Status  int    // 0 while it waits and when no answer was given
	Code    int    // Discord's, of an error
	Message string // of an error
}

// Defaults of Config.
const (
	defaultHeartbeat = 41250 * time.Millisecond
	defaultIdentify  = 5 * time.Second
	defaultMemory    = 5 * time.Minute
)

// New makes a server that knows nobody yet. It panics without a token, a username or a clock.
func New(cfg Config) *Server {
	if cfg.Token == "" || cfg.Username == "" || cfg.Now == nil {
		panic("discordsrv: a server needs a token, a username and a clock")
	}
	cfg.Shards, cfg.MinShards, cfg.MaxConcurrency = max(cfg.Shards, 1), max(cfg.MinShards, 1), max(cfg.MaxConcurrency, 1)
	cfg.IdentifyEvery = otherwise(cfg.IdentifyEvery, defaultIdentify)
	cfg.HeartbeatEvery = otherwise(cfg.HeartbeatEvery, defaultHeartbeat)
	cfg.NonceMemory = otherwise(cfg.NonceMemory, defaultMemory)
	if cfg.Application == "" {
		cfg.Application = idWithin(cfg.Token)
	}
	s := &Server{
		cfg:      cfg,
		me:       User{ID: cfg.Application, Username: cfg.Username, Bot: true},
		change:   make(chan struct{}),
		ids:      snowflakes{now: cfg.Now},
		users:    map[string]*User{},
		guilds:   map[string]*guild{},
		channels: map[string]*channel{},
		messages: map[string]*Message{},
		asked:    map[string]*interaction{},
		tokens:   map[string]*interaction{},
		created:  map[string][]time.Time{},
	}
	s.gateway = hub{sessions: map[string]*session{}, links: map[*link]bool{}, identified: map[int]time.Time{}}
	me := s.me
	s.users[me.ID] = &me
	s.routes = s.allRoutes()
	return s
}

func otherwise(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// idWithin is the application's id, which is the first part of a real token.
func idWithin(token string) string {
	first, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(first, "="))
	if err != nil || number(string(raw)) == 0 {
		return "1100000000000000042"
	}
	return string(raw)
}

// signal wakes whoever waits for a change. The lock is held.
func (s *Server) signal() {
	close(s.change)
	s.change = make(chan struct{})
}

// Changed is a channel that is closed at the next change of anything: a call, a message, a connection.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.change
}

// Wait returns when a condition holds, which is asked after every change, or when ctx ends, with its error.
func (s *Server) Wait(ctx context.Context, holds func(*Server) bool) error {
	for {
		changed := s.Changed()
		if holds(s) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", ctx.Err())
		}
	}
}

// Close ends every connection to the gateway and waits for what served them.
func (s *Server) Close() {
	s.closeLinks()
	s.wire.close()
	s.gateway.running.Wait()
}

// Me is the bot.
func (s *Server) Me() User { return s.me }

// Log is every call until now, oldest first.
func (s *Server) Log() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.log...)
}

// Calls are those of one method and route, oldest first.
func (s *Server) Calls(method, route string) []Call {
	var found []Call
	for _, c := range s.Log() {
		if c.Method == method && c.Route == route {
			found = append(found, c)
		}
	}
	return found
}

// TooMany is how many calls were answered with 429, by the limits and by faults.
func (s *Server) TooMany() int {
	n := 0
	for _, c := range s.Log() {
		if c.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}
