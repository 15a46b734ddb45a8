package telegramsrv

import (
	"maps"
	"slices"
	"time"
)

// Content is what a message shows.
type Content struct {
	At       time.Time // since when
	Source   string    // as it was sent, with its HTML
	Mode     string    // its parse_mode
	Text     string    // plain; of a photo its caption
	Entities []Entity  // those of the HTML and those that the server found, in the order of the text
	Photo    *Photo
	Markup   *Markup
	Preview  Preview
}

// Named are the entities of some kinds, in the order of the text.
func (c Content) Named(kinds ...string) []Entity {
	return slices.DeleteFunc(slices.Clone(c.Entities), func(e Entity) bool { return !slices.Contains(kinds, e.Type) })
}

// Found are the entities that nobody wrote: what the text mentions, links or commands by accident.
func (c Content) Found() []Entity {
	return slices.DeleteFunc(slices.Clone(c.Entities), func(e Entity) bool { return !e.Found })
}

// Photo is a picture that was sent. Its bytes are shared: do not change them.
type Photo struct {
	FileID string
	Bytes  []byte
	Width  int
	Height int
}

// Preview is what was asked about the preview of links.
type Preview struct {
	Disabled  bool   `json:"is_disabled"`
	URL       string `json:"url"`
	Small     bool   `json:"prefer_small_media"`
	Large     bool   `json:"prefer_large_media"`
	AboveText bool   `json:"show_above_text"`
}

// Message is one in a chat, whoever sent it. What it embeds is what it shows now.
type Message struct {
	Chat        int64
	ID          int   // 0 of an ephemeral message
	EphemeralID int   // the id of an ephemeral message, counted apart
	Receiver    int64 // of an ephemeral message: who alone sees it
	Replaces    int   // of an ephemeral message: the message that it is shown in place of
	From        int64 // a user; in a channel 0
	Via         int64 // the bot through which somebody sent it
	At          time.Time
	Content
	Earlier []Content // what it showed before, oldest first
	Deleted bool
	Silent  bool
	Thread  int // its topic in a forum
	ReplyTo int
	Answers int // the ephemeral message that it replies to

	told  bool   // by Telegram itself, about what happened in the chat
	extra object // more fields of the Bot API, for what people and Telegram send
	inner string // its inline_message_id
}

// Edits is how often a message was changed.
func (m Message) Edits() int { return len(m.Earlier) }

// clone copies what a test might change.
func (m *Message) clone() Message {
	c := *m
	c.Earlier = slices.Clone(m.Earlier)
	c.Entities = slices.Clone(m.Entities)
	c.extra = nil
	return c
}

// Messages are all of a chat, oldest first, the deleted ones and those of people among them.
func (s *Server) Messages(chatID int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	c, ok := s.chats[chatID]
	if !ok {
		return nil
	}
	for _, m := range c.messages {
		all = append(all, m.clone())
	}
	return all
}

// Sent are the messages of the bot in a chat, oldest first, the deleted ones among them.
func (s *Server) Sent(chatID int64) []Message {
	return slices.DeleteFunc(s.Messages(chatID), func(m Message) bool { return m.From != s.me.ID })
}

// Last is the newest message of the bot in a chat, and false if it has sent none.
func (s *Server) Last(chatID int64) (Message, bool) {
	sent := s.Sent(chatID)
	if len(sent) == 0 {
		return Message{}, false
	}
	return sent[len(sent)-1], true
}

// Message is one of a chat by its id.
func (s *Server) Message(chatID int64, id int) (Message, bool) {
	return s.copied(chatID, func(m *Message) bool { return m.ID == id && id != 0 })
}

// Whispered is an ephemeral message of a chat by its id.
func (s *Server) Whispered(chatID int64, ephemeralID int) (Message, bool) {
	return s.copied(chatID, func(m *Message) bool { return m.EphemeralID == ephemeralID && ephemeralID != 0 })
}

func (s *Server) copied(chatID int64, is func(*Message) bool) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.chats[chatID]; ok {
		if at := slices.IndexFunc(c.messages, is); at >= 0 {
			return c.messages[at].clone(), true
		}
	}
	return Message{}, false
}

// find is a message that stands in a chat, or nil.
func (c *chat) find(id int) *Message {
	return c.first(func(m *Message) bool { return m.ID == id && id > 0 })
}

// whispered is an ephemeral message that stands in a chat, or nil.
func (c *chat) whispered(id int) *Message {
	return c.first(func(m *Message) bool { return m.EphemeralID == id && id > 0 })
}

func (c *chat) first(is func(*Message) bool) *Message {
	at := slices.IndexFunc(c.messages, func(m *Message) bool { return !m.Deleted && is(m) })
	if at < 0 {
		return nil
	}
	return c.messages[at]
}

// store gives a message its id and puts it into its chat. The lock is held.
func (s *Server) store(c *chat, m *Message) *Message {
	m.Chat, m.At = c.id, s.cfg.Now()
	m.Content.At = m.At
	if m.Receiver != 0 {
		c.lastEphemeral++
		m.EphemeralID = c.lastEphemeral
	} else {
		c.last++
		m.ID = c.last
	}
	c.messages = append(c.messages, m)
	if s.cfg.Taken != nil && m.From == s.me.ID {
		s.cfg.Taken(m.clone())
	}
	return m
}

// show has a message show something else.
func (s *Server) show(m *Message, content Content) {
	m.Earlier = append(m.Earlier, m.Content)
	content.At = s.cfg.Now()
	m.Content = content
}

// service stores a message of Telegram itself about what happened in a chat.
func (s *Server) service(c *chat, what object) *Message {
	return s.store(c, &Message{From: s.owner(c), told: true, extra: what})
}

// messageJSON is a message as the Bot API shows it. One that it replies to is shown within, without what that one replies to.
func (s *Server) messageJSON(m *Message, within bool) object {
	c := s.chats[m.Chat]
	o := object{"message_id": m.ID, "date": m.At.Unix(), "chat": s.chatJSON(c)}
	s.senderJSON(o, c, m)
	if m.Receiver != 0 {
		o["ephemeral_message_id"] = m.EphemeralID
		o["receiver_user"] = s.users[m.Receiver].json()
	}
	s.placeJSON(o, c, m)
	s.contentJSON(o, m)
	if !within {
		s.replyJSON(o, c, m)
	}
	maps.Copy(o, m.extra)
	return o
}

func (s *Server) senderJSON(o object, c *chat, m *Message) {
	if c.kind == channel {
		o["sender_chat"] = s.chatJSON(c)
	} else {
		o["from"] = s.users[m.From].json()
	}
	if m.Via != 0 {
		o["via_bot"] = s.users[m.Via].json()
	}
	if len(m.Earlier) > 0 {
		o["edit_date"] = m.Content.At.Unix()
	}
}

// placeJSON says where in a chat a message stands. A reply in a supergroup that is no forum bears a thread too: that of the
// message where the replies began. Only is_topic_message tells the two apart.
func (s *Server) placeJSON(o object, c *chat, m *Message) {
	if m.Thread != 0 {
		o["message_thread_id"] = m.Thread
		o["is_topic_message"] = true
		return
	}
	if c.kind != supergroup || c.forum || m.ReplyTo == 0 {
		return
	}
	root := m.ReplyTo
	for before := c.find(root); before != nil && before.ReplyTo != 0; before = c.find(root) {
		root = before.ReplyTo
	}
	o["message_thread_id"] = root
}

func (s *Server) contentJSON(o object, m *Message) {
	text, entities := "text", "entities"
	if m.Photo != nil {
		text, entities = "caption", "caption_entities"
		o["photo"] = []object{{
			"file_id": m.Photo.FileID, "file_unique_id": "unique-" + m.Photo.FileID, "file_size": len(m.Photo.Bytes),
			"width": m.Photo.Width, "height": m.Photo.Height,
		}}
	}
	if m.Text != "" {
		o[text] = m.Text
	}
	if len(m.Entities) > 0 {
		o[entities] = s.entitiesJSON(m.Entities)
	}
	if m.Markup != nil && m.Markup.Rows != nil {
		o["reply_markup"] = m.Markup.raw
	}
}

func (s *Server) replyJSON(o object, c *chat, m *Message) {
	if before := c.find(m.ReplyTo); before != nil {
		o["reply_to_message"] = s.messageJSON(before, true)
	}
	if before := c.whispered(m.Answers); before != nil {
		o["reply_to_message"] = s.messageJSON(before, true)
	}
}
