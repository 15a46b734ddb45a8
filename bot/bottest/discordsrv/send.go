package discordsrv

import (
	"net/http"
	"slices"
	"strconv"
)

// writable says why the bot may not write in a channel, if so.
func (s *Server) writable(c *channel, may Permission) error {
	switch {
	case !c.holdsMessages():
		return refused(http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel")
	case c.guild == nil && (s.users[c.Recipient].closed || s.strangers(c.Recipient)):
		return cannotSendToUser()
	case c.thread() && !may.Has(SendInThreads), !c.thread() && !may.Has(SendMessages):
		return missingPermissions()
	case c.shutTo(may) && c.Archived:
		return threadArchived()
	case c.shutTo(may):
		return refused(http.StatusForbidden, 160005, "Thread is locked")
	}
	return nil
}

// strangers reports whether somebody shares no guild with the bot, so that it cannot write to them first.
func (s *Server) strangers(user string) bool {
	dm := s.direct(user)
	if slices.ContainsFunc(dm.messages, func(m *Message) bool { return m.Author == user }) {
		return false
	}
	return !slices.ContainsFunc(s.guildList, func(g *guild) bool { return g.present && g.members[user] != nil })
}

// allowedHere says what of a message that comes the bot's permissions forbid.
func allowedHere(may Permission, embeds []Embed, files []upload) error {
	if len(embeds) > 0 && !may.Has(EmbedLinks) || len(files) > 0 && !may.Has(AttachFiles) {
		return missingPermissions()
	}
	return nil
}

func (s *Server) createMessage(r *request) (any, error) {
	c, may, err := s.reach(r.params["channel"])
	if err != nil {
		return nil, err
	}
	var body messageBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	if err := s.writable(c, may); err != nil {
		return nil, err
	}
	content, err := s.readMessage(r, &body, nil, FlagSuppressEmbeds|FlagSilent)
	if err != nil {
		return nil, err
	}
	if content.empty() {
		return nil, emptyMessage()
	}
	if err := allowedHere(may, content.Embeds, r.files); err != nil {
		return nil, err
	}
	m := &Message{Author: s.me.ID, Content: content, Flags: body.Flags.value, Nonce: string(body.Nonce), enforced: body.Enforce}
	replied, err := s.refer(c, may, m, body.Reference)
	if err != nil {
		return nil, err
	}
	if before := s.remembered(c, m); before != nil {
		return s.messageJSON(before, true), nil
	}
	m.Pings = s.pings(c, s.me.ID, content.Text, replied, content.Allowed)
	s.wake(c)
	s.tell("MESSAGE_CREATE", c, s.store(c, m))
	return s.messageJSON(m, true), nil
}

// remembered is the message that bears an enforced nonce already, nil if there is none. Discord's documentation says that the nonce
// is unique by author for "the past few minutes"; that it is by channel too is how its people describe it.
func (s *Server) remembered(c *channel, m *Message) *Message {
	if !m.enforced || m.Nonce == "" {
		return nil
	}
	for _, before := range slices.Backward(c.messages) {
		if before.Author == m.Author && before.Nonce == m.Nonce && s.cfg.Now().Sub(before.At) <= s.cfg.NonceMemory {
			return before
		}
	}
	return nil
}

// refer makes a message a reply, and says whose message it replies to.
func (s *Server) refer(c *channel, may Permission, m *Message, to *reference) (author string, err error) {
	if to == nil {
		return "", nil
	}
	if to.Kind != 0 {
		return "", invalid("message_reference.type", "UNSUPPORTED", "This server knows replies only.")
	}
	if to.Channel != "" && to.Channel != c.ID {
		return "", invalid("message_reference", "REPLIES_CANNOT_REPLY_ACROSS_CHANNELS", "Cannot reply to a message in another channel")
	}
	if c.guild != nil && !may.Has(ReadHistory) {
		return "", refused(http.StatusBadRequest, 160002, "Cannot reply without permission to read message history")
	}
	before := c.find(to.Message)
	switch {
	case before != nil:
		m.ReplyTo = before.ID
		return before.Author, nil
	case to.FailsNot != nil && !*to.FailsNot:
		return "", nil
	}
	return "", invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
}

// reachMessage is a message that the bot names and can see.
func (s *Server) reachMessage(r *request) (*channel, Permission, *Message, error) {
	c, may, err := s.reach(r.params["channel"])
	if err != nil {
		return nil, 0, nil, err
	}
	m := c.find(r.params["message"])
	if m == nil {
		return nil, 0, nil, unknownMessage()
	}
	return c, may, m, nil
}

func (s *Server) editMessage(r *request) (any, error) {
	c, may, m, err := s.reachMessage(r)
	if err != nil {
		return nil, err
	}
	var body messageBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	if m.Author != s.me.ID {
		return nil, refused(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	}
	if c.thread() && c.Archived {
		return nil, threadArchived()
	}
	content, err := s.readMessage(r, &body, &m.Content, FlagSuppressEmbeds)
	if err != nil {
		return nil, err
	}
	if content.empty() {
		return nil, emptyMessage()
	}
	if err := allowedHere(may, body.Embeds.value, r.files); err != nil {
		return nil, err
	}
	s.revise(c, m, content, body.Flags)
	return s.messageJSON(m, true), nil
}

// revise has a message show something else and tells the bot.
func (s *Server) revise(c *channel, m *Message, content Content, flags optional[int]) {
	s.show(m, content)
	if flags.given {
		m.Flags = m.Flags&^FlagSuppressEmbeds | flags.value
	}
	s.tell("MESSAGE_UPDATE", c, m)
}

func (s *Server) deleteMessage(r *request) (any, error) {
	c, may, m, err := s.reachMessage(r)
	if err != nil {
		return nil, err
	}
	if m.Author != s.me.ID && !may.Has(ManageMessages) {
		return nil, missingPermissions()
	}
	if c.thread() && c.Archived {
		return nil, threadArchived()
	}
	m.Deleted = true
	s.tell("MESSAGE_DELETE", c, m)
	return nothing, nil
}

func (s *Server) getMessage(r *request) (any, error) {
	c, may, m, err := s.reachMessage(r)
	if err != nil {
		return nil, err
	}
	if c.guild != nil && !may.Has(ReadHistory) {
		return nil, missingPermissions()
	}
	return s.messageJSON(m, s.readable(m, s.cfg.Privileged)), nil
}

const (
	usualPage = 50
	maxPage   = 100
)

// getMessages gives messages newest first; those after one are the oldest of them, newest first all the same.
func (s *Server) getMessages(r *request) (any, error) {
	c, may, err := s.reach(r.params["channel"])
	if err != nil {
		return nil, err
	}
	if !c.holdsMessages() {
		return nil, refused(http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel")
	}
	limit := usualPage
	if given := r.query.Get("limit"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > maxPage {
			return nil, invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and %d.", maxPage)
		}
		limit = n
	}
	found := []object{}
	if c.guild != nil && !may.Has(ReadHistory) {
		return found, nil
	}
	for _, m := range page(c.messages, number(r.query.Get("before")), number(r.query.Get("after")), limit) {
		found = append(found, s.messageJSON(m, s.readable(m, s.cfg.Privileged)))
	}
	return found, nil
}

func page(all []*Message, before, after uint64, limit int) []*Message {
	seen := slices.DeleteFunc(slices.Clone(all), func(m *Message) bool {
		id := number(m.ID)
		return m.Deleted || m.Reader != "" || before != 0 && id >= before || after != 0 && id <= after
	})
	if after != 0 {
		seen = seen[:min(limit, len(seen))]
	} else {
		seen = seen[max(len(seen)-limit, 0):]
	}
	slices.Reverse(seen)
	return seen
}

func (s *Server) crosspost(r *request) (any, error) {
	c, may, m, err := s.reachMessage(r)
	switch {
	case err != nil:
		return nil, err
	case c.Type != Announcement:
		return nil, refused(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	case m.Author == s.me.ID && !may.Has(SendMessages), m.Author != s.me.ID && !may.Has(ManageMessages):
		return nil, missingPermissions()
	case m.Crossposted:
		return nil, refused(http.StatusBadRequest, 40033, "This message has already been crossposted.")
	}
	m.Crossposted = true
	m.Flags |= FlagCrossposted
	s.tell("MESSAGE_UPDATE", c, m)
	return s.messageJSON(m, true), nil
}
