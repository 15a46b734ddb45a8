// Package telegramsrv plays the Bot API server of Telegram in tests, with the checks and the limits of the real one.
//
// It is written from the public description of the Bot API and imports nothing of the program it checks. A Server is an
// http.Handler; [Server.Transport] reaches it without a socket, also inside a bubble of testing/synctest, if it was made there.
// The controls of a test ([Server.Say], [Server.Press], [Server.Block] …) panic if they are used wrongly, a chat that does not
// exist for instance: that is a mistake in the test.
package telegramsrv

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config is how a server is made.
type Config struct {
	Token    string           // of the bot; what stands before its colon is the bot's id
	Username string           // of the bot, without @
	Now      func() time.Time // for the limits, and for the dates of messages
	Lacks    Lacks

	// Unlimited lets the bot send as much as it likes.
	Unlimited bool

	// Taken, if it is set, is told of each new message of the bot as it is taken. It is called with the lock of the Server held, so it
	// may not call the Server.
	Taken func(Message)

	// SeesAll is a bot whose privacy mode its owner has turned off: it gets all that is said in groups.
	SeesAll bool

	// HookClient delivers to webhooks; nil is http.DefaultClient.
	HookClient *http.Client

	// HookPause is how long a webhook that did not take an update is left alone; 0 is a tenth of a second.
	HookPause time.Duration
}

// Lacks is what a server does not know yet.
type Lacks struct {
	Times      bool // <tg-time>, which came with Bot API 9.5
	Ephemerals bool // ephemeral messages, which came with Bot API 10.2
}

// Server is a Bot API server with one bot and the people and chats of a test. It is safe for many at once.
type Server struct {
	cfg     Config
	me      User
	methods map[string]handler

	mu        sync.Mutex // never held while anything waits
	change    chan struct{}
	users     map[int64]User
	chats     map[int64]*chat
	lastUser  int64
	lastChat  int64
	photos    map[string]Photo
	updates   queue
	hook      *hook
	hooks     sync.WaitGroup // the deliveries that have not ended
	presses   map[string]*press
	asked     map[string]*asking
	lastQuery int
	menu      menu
	pace      pace
	faults    []*fault
	log       []Call
	stats     Stats
}

// handler does what a method says, with the lock held unless it waits.
type handler func(ctx context.Context, p params) (any, error)

// Call is a request that came, and how it was answered.
type Call struct {
	At          time.Time
	Method      string
	Params      map[string]string
	Code        int    // 200, or the error_code; 0 while it waits and when no answer was given
	Description string // of the error
}

// Stats counts what came.
type Stats struct {
	Calls   map[string]int // by method, the refused ones among them
	Errors  map[int]int    // answers by error_code
	Limited int            // answers that were 429, of the limits and of faults
	Faults  int            // calls that a Fault spoilt
	Hooked  int            // updates that a webhook took
	Unmoved int            // updates that a webhook did not take in all its tries
}

// New makes a server that knows nobody yet. It panics without a token, a username or a clock.
func New(cfg Config) *Server {
	if cfg.Token == "" || cfg.Username == "" || cfg.Now == nil {
		panic("telegramsrv: a server needs a token, a username and a clock")
	}
	id, err := strconv.ParseInt(strings.Split(cfg.Token, ":")[0], 10, 64)
	if err != nil || id <= 0 {
		id = 4242
	}
	s := &Server{
		cfg:      cfg,
		me:       User{ID: id, IsBot: true, FirstName: cfg.Username, Username: cfg.Username},
		change:   make(chan struct{}),
		users:    map[int64]User{},
		chats:    map[int64]*chat{},
		lastUser: 1000,
		lastChat: 5000,
		photos:   map[string]Photo{},
		presses:  map[string]*press{},
		asked:    map[string]*asking{},
		stats:    Stats{Calls: map[string]int{}, Errors: map[int]int{}},
	}
	for _, u := range []User{s.me, anonymousBot, telegramItself} {
		s.users[u.ID] = u
	}
	s.methods = s.allMethods()
	return s
}

// allMethods are the methods that the server knows.
func (s *Server) allMethods() map[string]handler {
	all := map[string]handler{"getupdates": s.getUpdates}
	locked := map[string]func(p params) (any, error){
		"getMe":                           s.getMe,
		"setWebhook":                      s.setWebhook,
		"deleteWebhook":                   s.deleteWebhook,
		"getWebhookInfo":                  s.getWebhookInfo,
		"sendMessage":                     s.sendMessage,
		"sendPhoto":                       s.sendPhoto,
		"sendChatAction":                  s.sendChatAction,
		"editMessageText":                 s.editMessageText,
		"editMessageCaption":              s.editMessageCaption,
		"editMessageMedia":                s.editMessageMedia,
		"deleteMessage":                   s.deleteMessage,
		"answerCallbackQuery":             s.answerCallbackQuery,
		"answerInlineQuery":               s.answerInlineQuery,
		"getChat":                         s.getChat,
		"getChatMember":                   s.getChatMember,
		"leaveChat":                       s.leaveChat,
		"setMyCommands":                   s.setMyCommands,
		"getMyCommands":                   s.getMyCommands,
		"deleteMyCommands":                s.deleteMyCommands,
		"setMyDescription":                s.setMyDescription,
		"getMyDescription":                s.getMyDescription,
		"setMyName":                       s.setMyName,
		"getMyName":                       s.getMyName,
		"getChatMemberCount":              s.getChatMemberCount,
		"pinChatMessage":                  s.pinChatMessage,
		"unpinChatMessage":                s.pinChatMessage,
		"editMessageReplyMarkup":          s.editMessageReplyMarkup,
		"getChatAdministrators":           s.getChatAdministrators,
		"setMyShortDescription":           s.setMyShortDescription,
		"getMyShortDescription":           s.getMyShortDescription,
		"editEphemeralMessageText":        s.ephemeral(s.editEphemeralMessageText),
		"editEphemeralMessageCaption":     s.ephemeral(s.editEphemeralMessageCaption),
		"editEphemeralMessageReplyMarkup": s.ephemeral(s.editEphemeralMessageReplyMarkup),
		"deleteEphemeralMessage":          s.ephemeral(s.deleteEphemeralMessage),
	}
	for name, do := range locked {
		all[strings.ToLower(name)] = s.locked(do)
	}
	return all
}

// locked holds the lock while a method is done, and says that something changed.
func (s *Server) locked(do func(p params) (any, error)) handler {
	return func(_ context.Context, p params) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		defer s.signal()
		return do(p)
	}
}

// signal wakes whoever waits for a change. The lock is held.
func (s *Server) signal() {
	close(s.change)
	s.change = make(chan struct{})
}

// Changed is a channel that is closed at the next change of anything: a call, a message, an update.
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

// Close ends the delivery to a webhook and every poll, and waits for the delivery. A server that never had a webhook needs none.
func (s *Server) Close() {
	s.mu.Lock()
	s.unhook()
	s.updates.endPoll("terminated by the end of the server")
	s.signal()
	s.mu.Unlock()
	s.hooks.Wait()
}

// Me is the bot.
func (s *Server) Me() User { return s.me }

// Stats is what came until now.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats.clone()
}

// Log is every call until now, oldest first.
func (s *Server) Log() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.log...)
}

// Calls are those of one method, oldest first.
func (s *Server) Calls(method string) []Call {
	var found []Call
	for _, c := range s.Log() {
		if strings.EqualFold(c.Method, method) {
			found = append(found, c)
		}
	}
	return found
}

func (s *Server) getMe(params) (any, error) {
	me := s.me.json()
	me["can_join_groups"] = true
	me["can_read_all_group_messages"] = s.cfg.SeesAll
	me["supports_inline_queries"] = true
	return me, nil
}
