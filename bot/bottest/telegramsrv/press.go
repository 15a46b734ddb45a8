package telegramsrv

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxToast is how long the answer to a press may be, in characters.
const maxToast = 200

// queryLife is how long a press or an inline query waits for an answer. Telegram gives no number; what bots report is about a minute.
const queryLife = time.Minute

// ErrNoButton is returned for a press of a button that does not stand there.
var ErrNoButton = errors.New("no such button stands there")

// Tap is a press of a button.
type Tap struct {
	Chat        int64
	Message     int    // its message; or
	EphemeralID int    // its ephemeral message; or
	Inner       string // its inline_message_id
	User        int64
	Data        string
	Forced      bool // although no such button stands there: an old client may do so, or a wicked one
}

// press is a callback query.
type press struct {
	at      time.Time
	user    int64
	chat    int64
	message *Message
	answer  *Answer
}

// Answer is how the bot answered a press.
type Answer struct {
	At    time.Time
	Text  string
	Alert bool // shown until it is closed
	URL   string
	Cache int // seconds
}

// Press has somebody press a button and returns the id of the query. Unless it is forced, the button must stand there.
func (s *Server) Press(t Tap) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	m := s.tapped(t)
	if !t.Forced {
		if m == nil {
			return "", fmt.Errorf("%w: no message", ErrNoButton)
		}
		if m.Receiver != 0 && m.Receiver != t.User {
			return "", fmt.Errorf("%w: only user %d sees the message", ErrNoButton, m.Receiver)
		}
		if !slices.ContainsFunc(m.Markup.Buttons(), func(b Button) bool { return b.Data == t.Data && t.Data != "" }) {
			return "", fmt.Errorf("%w: %q", ErrNoButton, t.Data)
		}
	}
	id := s.newQuery()
	s.presses[id] = &press{at: s.cfg.Now(), user: t.User, chat: t.Chat, message: m}
	s.publish("callback_query", s.pressJSON(id, t, m))
	return id, nil
}

// PressLabel presses the button of a message that bears a label.
func (s *Server) PressLabel(chatID int64, message int, user int64, label string) (string, error) {
	m, ok := s.Message(chatID, message)
	if !ok {
		return "", fmt.Errorf("%w: no message", ErrNoButton)
	}
	for _, b := range m.Markup.Buttons() {
		if b.Text == label && b.Data != "" {
			return s.Press(Tap{Chat: chatID, Message: message, User: user, Data: b.Data})
		}
	}
	return "", fmt.Errorf("%w: %q", ErrNoButton, label)
}

func (s *Server) newQuery() string {
	s.lastQuery++
	return strconv.FormatInt(s.me.ID<<20+int64(s.lastQuery), 10)
}

// tapped is the message whose button is pressed, nil if it is gone.
func (s *Server) tapped(t Tap) *Message {
	s.mustUser(t.User)
	if t.Inner != "" {
		for _, c := range s.chats {
			if m := c.first(func(m *Message) bool { return m.inner == t.Inner }); m != nil {
				return m
			}
		}
		return nil
	}
	c := s.mustChat(t.Chat)
	if t.EphemeralID != 0 {
		return c.whispered(t.EphemeralID)
	}
	return c.find(t.Message)
}

func (s *Server) pressJSON(id string, t Tap, m *Message) object {
	o := object{"id": id, "from": s.mustUser(t.User).json(), "chat_instance": strconv.FormatInt(t.Chat, 10), "data": t.Data}
	switch {
	case t.Inner != "":
		o["inline_message_id"] = t.Inner
	case m != nil:
		o["message"] = s.messageJSON(m, false)
	default:
		// The message is gone: the Bot API tells only where it was.
		o["message"] = object{"chat": s.chatJSON(s.mustChat(t.Chat)), "message_id": t.Message, "date": 0}
	}
	return o
}

// Answered is how the bot answered a press, and false as long as it has not.
func (s *Server) Answered(query string) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pressed, ok := s.presses[query]; ok && pressed.answer != nil {
		return *pressed.answer, true
	}
	return Answer{}, false
}

func (s *Server) answerCallbackQuery(p params) (any, error) {
	if utf8.RuneCountInString(p.text("text")) > maxToast {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	pressed, ok := s.presses[p.text("callback_query_id")]
	if !ok || pressed.answer != nil || s.cfg.Now().Sub(pressed.at) > queryLife {
		return nil, tooOld()
	}
	link := p.text("url")
	if link != "" && !strings.HasPrefix(link, "https://t.me/"+s.me.Username+"?") && !strings.HasPrefix(link, "t.me/"+s.me.Username+"?") {
		return nil, badRequest("URL_INVALID")
	}
	pressed.answer = &Answer{At: s.cfg.Now(), Text: p.text("text"), Alert: p.flag("show_alert"), URL: link, Cache: int(p.number("cache_time"))}
	return true, nil
}

func tooOld() error {
	return badRequest("query is too old and response timeout expired or query ID is invalid")
}
