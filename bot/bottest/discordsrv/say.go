package discordsrv

import "fmt"

// Saying is how something is said.
type Saying struct {
	ReplyTo string // a message of the channel
	NoPing  bool   // of a reply: its author is not notified
	File    string // the name of a file that comes with it
}

// Say has somebody say something in a channel, and tells the bot of it, with what was said only if the bot may read it: direct
// messages, mentions of the bot and replies that notify it, or all with the intent. It returns the message as it was stored.
func (s *Server) Say(channelID, user, text string, how ...Saying) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	var say Saying
	if len(how) > 0 {
		say = how[0]
	}
	s.mustUser(user)
	c := s.mustChannel(channelID)
	if c.guild == nil && user != c.Recipient {
		panic(fmt.Sprintf("discordsrv: user %s speaks in the direct messages of somebody else", user))
	}
	m := &Message{Author: user, Content: Content{Text: trimmed(text)}, ReplyTo: say.ReplyTo}
	if say.File != "" {
		m.Files = []File{{ID: s.ids.next(), Name: say.File, Kind: "application/octet-stream", Bytes: []byte("file")}}
	}
	replied := ""
	if say.ReplyTo != "" {
		before := c.find(say.ReplyTo)
		if before == nil {
			panic("discordsrv: a reply to no message")
		}
		if !say.NoPing {
			replied = before.Author
		}
	}
	m.Pings = s.pings(c, user, m.Text, replied, nil)
	s.wake(c)
	s.tell("MESSAGE_CREATE", c, s.store(c, m))
	return m.clone()
}

// EditSaid has somebody change what they said. Whom it mentions then is mentioned, which decides whether the bot may read it.
func (s *Server) EditSaid(message, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, m := s.mustMessage(message)
	s.show(m, Content{Text: trimmed(text), Files: m.Files})
	m.Pings = s.pings(c, m.Author, m.Text, "", nil)
	s.tell("MESSAGE_UPDATE", c, m)
}

// Unsay has somebody delete a message, their own or, as a moderator, that of another.
func (s *Server) Unsay(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, m := s.mustMessage(message)
	m.Deleted = true
	s.tell("MESSAGE_DELETE", c, m)
}

func (s *Server) mustMessage(id string) (*channel, *Message) {
	m, ok := s.messages[id]
	if !ok || m.Deleted {
		panic(fmt.Sprintf("discordsrv: no message %q", id))
	}
	return s.mustChannel(m.Channel), m
}
