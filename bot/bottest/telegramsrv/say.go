package telegramsrv

import (
	"slices"
	"strings"
)

// Saying is how something is said.
type Saying struct {
	Thread    int      // the topic of a forum; 0 is the General one
	ReplyTo   int      // a message of the chat
	Answers   int      // an ephemeral message of the chat
	Entities  []Entity // more than the server finds in the text: a text_mention for instance
	Ephemeral bool     // a command that only the bot and its sender see
	Anonymous bool     // in the name of the group, as those administrators speak anyway who stay anonymous
	As        int64    // in the name of this channel
	Automatic int64    // the post of this linked channel, brought by Telegram
	Forwarded string   // the name of somebody whose words these were
	Via       int64    // the bot through which it was chosen
	Media     bool     // the text is the caption of a photo
}

// Say has somebody say something in a chat, and gives the bot an update of it if the bot may see it. In a channel, user is 0 and
// it is a post. It returns the message as it was stored.
func (s *Server) Say(chatID, user int64, text string, how ...Saying) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	var say Saying
	if len(how) > 0 {
		say = how[0]
	}
	c := s.mustChat(chatID)
	m := s.said(c, user, text, say)
	if c.kind == private {
		c.started = true
	}
	s.store(c, m)
	if say.Automatic != 0 {
		m.extra["forward_origin"] = object{
			"type": "channel", "date": m.At.Unix(), "chat": s.chatJSON(s.mustChat(say.Automatic)), "message_id": s.mustChat(say.Automatic).last,
		}
	}
	s.publishMessage(c, m)
	return m.clone()
}

// said is a message of somebody that is not stored yet.
func (s *Server) said(c *chat, user int64, text string, say Saying) *Message {
	if c.kind != channel && say.Automatic == 0 {
		s.mustUser(user)
	}
	m := &Message{From: user, Via: say.Via, Thread: say.Thread, ReplyTo: say.ReplyTo, Answers: say.Answers, extra: object{}}
	m.Content = Content{Source: text, Text: text, Entities: sortEntities(append(findEntities(text, say.Entities), say.Entities...))}
	if say.Media {
		m.Photo = &Photo{FileID: "people", Width: 90, Height: 90}
	}
	if say.Ephemeral && !s.cfg.Lacks.Ephemerals {
		m.Receiver = s.me.ID
	}
	if say.Thread != 0 && c.topics[say.Thread] == nil {
		panic("telegramsrv: somebody speaks in a topic that is not there")
	}
	switch {
	case say.Automatic != 0:
		m.From = TelegramID
		m.extra["sender_chat"] = s.chatJSON(s.mustChat(say.Automatic))
		m.extra["is_automatic_forward"] = true
	case say.Anonymous, c.anonymous[user] && c.admin(user):
		m.From = AnonymousID
		m.extra["sender_chat"] = s.chatJSON(c)
	case say.As != 0:
		m.From = channelBot.ID
		m.extra["sender_chat"] = s.chatJSON(s.mustChat(say.As))
	}
	if say.Forwarded != "" {
		m.extra["forward_origin"] = object{"type": "hidden_user", "date": s.cfg.Now().Unix(), "sender_user_name": say.Forwarded}
	}
	return m
}

// EditSaid has somebody change what they said.
func (s *Server) EditSaid(chatID int64, id int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChat(chatID)
	m := c.find(id)
	if m == nil {
		panic("telegramsrv: no such message to edit")
	}
	s.show(m, Content{Source: text, Text: text, Entities: sortEntities(findEntities(text, nil))})
	kind := "edited_message"
	if c.kind == channel {
		kind = "edited_channel_post"
	}
	if s.sees(c, m) {
		s.publish(kind, s.messageJSON(m, false))
	}
}

// Unsay has somebody delete a message. The bot is told nothing: so it is.
func (s *Server) Unsay(chatID int64, id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if m := s.mustChat(chatID).find(id); m != nil {
		m.Deleted = true
	}
}

// publishMessage gives the bot a message, if it may see it.
func (s *Server) publishMessage(c *chat, m *Message) {
	if !s.sees(c, m) {
		return
	}
	kind := "message"
	if c.kind == channel {
		kind = "channel_post"
	}
	s.publish(kind, s.messageJSON(m, false))
}

// sees reports whether the bot may see a message. Privacy mode leaves it, in groups where it is no administrator, with commands
// that may be meant for it, replies to what it said, and what Telegram itself tells.
func (s *Server) sees(c *chat, m *Message) bool {
	switch c.members[s.me.ID] {
	case left, kicked, "":
		return false
	}
	if c.kind == private || c.kind == channel || s.cfg.SeesAll || c.admin(s.me.ID) {
		return true
	}
	if m.told || m.Receiver == s.me.ID || m.Via == s.me.ID {
		return true
	}
	if before := c.find(m.ReplyTo); before != nil && before.From == s.me.ID {
		return true
	}
	return s.commandForMe(m)
}

// commandForMe reports whether a message begins with a command that is not for another bot.
func (s *Server) commandForMe(m *Message) bool {
	at := slices.IndexFunc(m.Entities, func(e Entity) bool { return e.Type == "bot_command" && e.Offset == 0 })
	if at < 0 {
		return false
	}
	_, name, named := strings.Cut(m.Entities[at].In(m.Text), "@")
	return !named || strings.EqualFold(name, s.me.Username)
}

// channelBot is the account that people speak through who speak in the name of a channel.
var channelBot = User{ID: 136817688, IsBot: true, FirstName: "Channel", Username: "Channel_Bot"}
