package discordsrv

import (
	"slices"
	"strconv"
	"time"
)

// Flags of messages.
const (
	FlagCrossposted    = 1 << 0
	FlagSuppressEmbeds = 1 << 2
	FlagEphemeral      = 1 << 6
	FlagLoading        = 1 << 7
	FlagSilent         = 1 << 12
)

// File is an attachment. Its bytes are shared: do not change them.
type File struct {
	ID          string
	Name        string
	Description string
	Kind        string // its Content-Type
	Bytes       []byte
}

// Pings are those whom a message really notifies, by Discord's rules for mentions and what the author may mention.
type Pings struct {
	Users    []string
	Roles    []string
	Everyone bool
}

// None reports whether nobody is notified.
func (p Pings) None() bool { return len(p.Users) == 0 && len(p.Roles) == 0 && !p.Everyone }

// Content is what a message shows.
type Content struct {
	At         time.Time // since when
	Text       string
	Embeds     []Embed
	Components []Component // rows
	Files      []File
	Allowed    *AllowedMentions // nil if nothing was said about them
}

// Buttons are the components within the rows.
func (c Content) Buttons() []Component { return flat(c.Components) }

// Message is one in a channel, whoever sent it. What it embeds is what it shows now.
type Message struct {
	ID      string
	Channel string
	Guild   string
	Author  string
	At      time.Time
	Content
	Earlier     []Content // what it showed before, oldest first
	Flags       int
	Pings       Pings // of when the bot sent it: an edit notifies nobody
	Nonce       string
	ReplyTo     string
	Reader      string // of an ephemeral message: who alone sees it
	Interaction string // that it answers
	Crossposted bool
	Deleted     bool

	enforced bool
	kind     int // of an interaction: 20 a command, 0 otherwise
}

// Silent reports whether a message notifies nobody with a sound.
func (m Message) Silent() bool { return m.Flags&FlagSilent != 0 }

// Loading reports whether a message is still "thinking".
func (m Message) Loading() bool { return m.Flags&FlagLoading != 0 }

// Edits is how often a message was changed.
func (m Message) Edits() int { return len(m.Earlier) }

// Shown are the embeds that people see: none if the message suppresses embeds, its own among them.
func (m Message) Shown() []Embed {
	if m.Flags&FlagSuppressEmbeds != 0 {
		return nil
	}
	return m.Embeds
}

func (m *Message) clone() Message {
	c := *m
	c.Earlier = slices.Clone(m.Earlier)
	return c
}

// Messages are all of a channel, oldest first, the deleted ones, those of people and the ephemeral ones among them.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.channels[channel]
	if !ok {
		return nil
	}
	all := make([]Message, 0, len(c.messages))
	for _, m := range c.messages {
		all = append(all, m.clone())
	}
	return all
}

// Sent are the messages of the bot in a channel, oldest first, the deleted and the ephemeral ones among them.
func (s *Server) Sent(channel string) []Message {
	return slices.DeleteFunc(s.Messages(channel), func(m Message) bool { return m.Author != s.me.ID })
}

// Last is the newest message of the bot in a channel, and false if it has sent none.
func (s *Server) Last(channel string) (Message, bool) {
	sent := s.Sent(channel)
	if len(sent) == 0 {
		return Message{}, false
	}
	return sent[len(sent)-1], true
}

// Message is a message by its id, also a deleted one.
func (s *Server) Message(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.messages[id]
	if !ok {
		return Message{}, false
	}
	return m.clone(), true
}

// store gives a message its id and puts it into its channel. The lock is held.
func (s *Server) store(c *channel, m *Message) *Message {
	m.ID, m.Channel, m.Guild, m.At = s.ids.next(), c.ID, c.Guild, s.cfg.Now()
	m.Content.At = m.At
	c.messages = append(c.messages, m)
	s.messages[m.ID] = m
	if s.cfg.Taken != nil && m.Author == s.me.ID {
		s.cfg.Taken(m.clone())
	}
	return m
}

// show has a message show something else.
func (s *Server) show(m *Message, content Content) {
	m.Earlier = append(m.Earlier, m.Content)
	content.At = s.cfg.Now()
	m.Content = content
	m.Flags &^= FlagLoading
}

// find is a message that stands in a channel and that all may see, or nil.
func (c *channel) find(id string) *Message {
	at := slices.IndexFunc(c.messages, func(m *Message) bool { return m.ID == id && !m.Deleted && m.Reader == "" })
	if at < 0 {
		return nil
	}
	return c.messages[at]
}

// messageJSON is a message as Discord shows it, without what it shows if the bot may not read it.
func (s *Server) messageJSON(m *Message, readable bool) object {
	o := object{
		"id": m.ID, "channel_id": m.Channel, "author": s.users[m.Author].json(), "timestamp": stamp(m.At), "edited_timestamp": nil, "tts": false,
		"mention_everyone": m.Pings.Everyone, "mentions": s.mentionsJSON(m), "mention_roles": nonNil(m.Pings.Roles), "pinned": false,
		"type": m.kind, "flags": m.Flags, "content": "", "embeds": []any{}, "components": []any{}, "attachments": []any{},
	}
	if len(m.Earlier) > 0 {
		o["edited_timestamp"] = stamp(m.Content.At)
	}
	if readable {
		o["content"], o["embeds"], o["components"] = m.Text, s.embedsJSON(m), nonNil(m.Components)
		o["attachments"] = m.filesJSON()
	}
	if m.Nonce != "" {
		o["nonce"] = m.Nonce
	}
	if m.Author == s.me.ID {
		o["application_id"] = s.me.ID
	}
	if m.ReplyTo != "" {
		o["type"] = 19
		o["message_reference"] = object{"type": 0, "message_id": m.ReplyTo, "channel_id": m.Channel, "guild_id": m.Guild}
		if before := s.messages[m.ReplyTo]; before != nil && !before.Deleted {
			o["referenced_message"] = s.referencedJSON(before, readable)
		}
	}
	if m.Interaction != "" {
		o["webhook_id"] = s.me.ID
		o["interaction_metadata"] = s.asked[m.Interaction].metadataJSON(s)
	}
	return o
}

// referencedJSON is a message that another replies to, which the bot may read if it is its own.
func (s *Server) referencedJSON(before *Message, readable bool) object {
	o := s.messageJSON(before, readable || before.Author == s.me.ID)
	delete(o, "referenced_message")
	return o
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Server) mentionsJSON(m *Message) []object {
	all := []object{}
	for _, id := range m.Pings.Users {
		if u, ok := s.users[id]; ok {
			all = append(all, u.json())
		}
	}
	return all
}

// embedsJSON are the embeds that are seen. The pictures of attachments have the address of the attachment.
func (s *Server) embedsJSON(m *Message) []Embed {
	shown := slices.Clone(m.Shown())
	for i := range shown {
		shown[i].Type = "rich"
		shown[i].Image = m.hosted(shown[i].Image)
		shown[i].Thumbnail = m.hosted(shown[i].Thumbnail)
	}
	return nonNil(shown)
}

func (m *Message) hosted(media *EmbedMedia) *EmbedMedia {
	if media == nil {
		return nil
	}
	hosted := *media
	for _, f := range m.Files {
		if hosted.URL == "attachment://"+f.Name {
			hosted.URL = m.address(f)
		}
	}
	hosted.ProxyURL = hosted.URL
	return &hosted
}

func (m *Message) address(f File) string {
	return "https://cdn.discordapp.com/attachments/" + m.Channel + "/" + f.ID + "/" + f.Name
}

func (m *Message) filesJSON() []object {
	all := []object{}
	for _, f := range m.Files {
		all = append(all, object{
			"id": f.ID, "filename": f.Name, "size": len(f.Bytes), "url": m.address(f), "proxy_url": m.address(f), "content_type": f.Kind,
			"description": orNull(f.Description), "ephemeral": m.Reader != "",
		})
	}
	return all
}

// readable reports whether the bot may read what a message shows: its own, those that mention it, direct ones, or with the intent all.
func (s *Server) readable(m *Message, intents int) bool {
	return intents&MessageContent != 0 || m.Guild == "" || m.Author == s.me.ID || slices.Contains(m.Pings.Users, s.me.ID)
}

// tell tells the bot of a message, if it can see it. Ephemeral messages come only as answers.
func (s *Server) tell(name string, c *channel, m *Message) {
	if m.Reader != "" || !s.permissions(c, s.me.ID).Has(ViewChannel) {
		return
	}
	e := event{name: name, guild: c.Guild, intent: GuildMessages}
	if c.guild == nil {
		e.intent = DirectMessages
	}
	e.build = func(intents int) object {
		if name == "MESSAGE_DELETE" {
			return withGuild(object{"id": m.ID, "channel_id": c.ID}, c)
		}
		o := withGuild(s.messageJSON(m, s.readable(m, intents)), c)
		if c.guild != nil && c.guild.members[m.Author] != nil {
			o["member"] = c.guild.memberJSON(c.guild.members[m.Author])
		}
		return o
	}
	s.dispatch(e)
}

func withGuild(o object, c *channel) object {
	if c.guild != nil {
		o["guild_id"] = c.Guild
	}
	return o
}

func itoa(n int) string { return strconv.Itoa(n) }
