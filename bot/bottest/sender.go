// Package bottest plays the messenger in tests.
package bottest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"boardcast/bot"
)

// Message is what stands in a chat, with its story.
type Message struct {
	ID    bot.MessageID
	To    bot.ChatID
	Nonce string
	At    time.Time // when it was first taken
	Post  bot.Post  // as it was sent
	Edits []Edit    // oldest first
}

// Rang reports whether the message made a sound.
func (m Message) Rang() bool { return !m.Post.Silent }

// Shows is the post that people see by now.
func (m Message) Shows() bot.Post {
	if len(m.Edits) == 0 {
		return m.Post
	}
	return m.Edits[len(m.Edits)-1].Post
}

// Edit is a change to a message.
type Edit struct {
	At   time.Time
	Post bot.Post
}

// Cue makes one operation of a [Sender] go wrong.
type Cue struct {
	Nth      int    // which operation, Sends and Edits counted together from 1
	Err      error  // what it returns
	Accepted bool   // the messenger has taken it all the same
	Then     func() // called before it returns, if not nil: to end the program, for instance
}

// Sender is a messenger that takes everything and remembers it. It is safe for many at once.
type Sender struct {
	now func() time.Time

	mu       sync.Mutex
	cues     []Cue
	memory   bool
	ops      int
	messages []*Message
	shut     map[bot.ChatID]error
}

// NewSender makes a sender with a clock.
func NewSender(now func() time.Time) *Sender { return &Sender{now: now} }

// On makes an operation go wrong.
func (s *Sender) On(cue Cue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cues = append(s.cues, cue)
}

// Shut makes everything in a chat fail with an error, until it is shut with none.
func (s *Sender) Shut(chat bot.ChatID, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut == nil {
		s.shut = map[bot.ChatID]error{}
	}
	s.shut[chat] = err
}

// Ops is how many operations there have been, those that went wrong among them.
func (s *Sender) Ops() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ops
}

// Messages are those of a chat, oldest first.
func (s *Sender) Messages(chat bot.ChatID) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Message
	for _, m := range s.messages {
		if m.To == chat {
			copied := *m
			copied.Edits = slices.Clone(m.Edits)
			found = append(found, copied)
		}
	}
	return found
}

// Send implements [bot.Sender].
func (s *Sender) Send(_ context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	var id bot.MessageID
	err := s.operate(to, func() error {
		id = s.take(to, p, nonce)
		return nil
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// Edit implements [bot.Sender]. A message that was never sent is refused.
func (s *Sender) Edit(_ context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	err := s.operate(to, func() error {
		at := slices.IndexFunc(s.messages, func(m *Message) bool { return m.ID == id && m.To == to })
		if at < 0 {
			return &bot.RefusedError{Why: fmt.Sprintf("no message %q in %s", id, to)}
		}
		s.messages[at].Edits = append(s.messages[at].Edits, Edit{At: s.now(), Post: p})
		return nil
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// operate counts an operation and does it, unless its cue says otherwise.
func (s *Sender) operate(chat bot.ChatID, do func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ops++
	if err := s.shut[chat]; err != nil {
		do = func() error { return err }
	}
	at := slices.IndexFunc(s.cues, func(c Cue) bool { return c.Nth == s.ops })
	if at < 0 {
		return do()
	}
	cue := s.cues[at]
	if cue.Then != nil {
		defer cue.Then()
	}
	if cue.Accepted {
		if err := do(); err != nil {
			return err
		}
	}
	return cue.Err
}

func (s *Sender) take(to bot.ChatID, p bot.Post, nonce string) bot.MessageID {
	if s.memory {
		at := slices.IndexFunc(s.messages, func(m *Message) bool { return m.To == to && m.Nonce == nonce })
		if at >= 0 {
			return s.messages[at].ID
		}
	}
	id := bot.MessageID(fmt.Sprintf("m%d", len(s.messages)+1))
	s.messages = append(s.messages, &Message{ID: id, To: to, Nonce: nonce, At: s.now(), Post: p})
	return id
}

// RememberingSender is a Sender to which a nonce that comes again is the same message, as [bot.Remembering] has it.
type RememberingSender struct{ *Sender }

// NewRememberingSender makes a sender with a clock and a memory for nonces that outlasts every test.
func NewRememberingSender(now func() time.Time) RememberingSender {
	s := NewSender(now)
	s.memory = true
	return RememberingSender{Sender: s}
}

// Remembers implements [bot.Remembering]: a year.
func (RememberingSender) Remembers() time.Duration {
	const year = 365 * 24 * time.Hour
	return year
}

// MentioningSender is a Sender that knows whom it may mention, as [bot.Mentioning] has it.
type MentioningSender struct {
	*Sender
	Allowed []string // in every chat
	Err     error    // that it returns instead
}

// MayMention implements [bot.Mentioning].
func (s *MentioningSender) MayMention(_ context.Context, _ bot.ChatID, mentions []string) ([]string, error) {
	if s.Err != nil {
		return nil, s.Err
	}
	var allowed []string
	for _, name := range mentions {
		if slices.Contains(s.Allowed, name) {
			allowed = append(allowed, name)
		}
	}
	return allowed, nil
}
