package telegramsrv

import (
	"bytes"
	"image"
	_ "image/jpeg" // so that its size can be read
	_ "image/png"  // so that its size can be read
	"slices"
	"strconv"
	"strings"
)

// The limits of messages, in UTF-16 units after the entities are read, and of photos.
const (
	maxText    = 4096
	maxCaption = 1024
	maxPhoto   = 10 << 20 // bytes
	maxSides   = 10_000   // width and height together
	maxRatio   = 20
)

func (s *Server) sendMessage(p params) (any, error) {
	content, err := s.readText(p)
	if err != nil {
		return nil, err
	}
	return s.send(p, content)
}

func (s *Server) sendPhoto(p params) (any, error) {
	photo, err := s.photo(p, p.text("photo"), "photo")
	if err != nil {
		return nil, err
	}
	content, err := s.readCaption(p.text("caption"), p.text("parse_mode"), p.text("caption_entities"))
	if err != nil {
		return nil, err
	}
	content.Photo = photo
	if content.Markup, err = p.markup(); err != nil {
		return nil, err
	}
	return s.send(p, content)
}

// readText reads the text of a message and what goes with it.
func (s *Server) readText(p params) (Content, error) {
	if p.text("text") == "" {
		return Content{}, badRequest("message text is empty")
	}
	content := Content{Source: p.text("text"), Mode: p.text("parse_mode")}
	var err error
	if content.Text, content.Entities, err = s.parseText(content.Source, content.Mode, p.text("entities")); err != nil {
		return content, err
	}
	if content.Text == "" {
		return content, badRequest("text must be non-empty")
	}
	if units(content.Text) > maxText {
		return content, badRequest("message is too long")
	}
	if _, err = p.object("link_preview_options", &content.Preview); err != nil {
		return content, err
	}
	content.Preview.Disabled = content.Preview.Disabled || p.flag("disable_web_page_preview")
	content.Markup, err = p.markup()
	return content, err
}

func (s *Server) readCaption(source, mode, entities string) (Content, error) {
	content := Content{Source: source, Mode: mode}
	var err error
	if content.Text, content.Entities, err = s.parseText(source, mode, entities); err != nil {
		return content, err
	}
	if units(content.Text) > maxCaption {
		return content, badRequest("message caption is too long")
	}
	return content, nil
}

// photo is the picture that a parameter names: one that came with the call, under its own name or another, or one known before.
func (s *Server) photo(p params, named, part string) (*Photo, error) {
	if attached, ok := strings.CutPrefix(named, "attach://"); ok {
		part, named = attached, ""
	}
	content, came := p.files[part]
	if !came {
		if known, ok := s.photos[named]; ok {
			return &known, nil
		}
		if named == "" {
			return nil, badRequest("there is no photo in the request")
		}
		return nil, badRequest("wrong file identifier/HTTP URL specified")
	}
	if len(content) == 0 {
		return nil, badRequest("file must be non-empty")
	}
	if len(content) > maxPhoto {
		return nil, badRequest("file is too big")
	}
	return s.keepPhoto(content)
}

func (s *Server) keepPhoto(content []byte) (*Photo, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, badRequest("IMAGE_PROCESS_FAILED")
	}
	long, short := max(size.Width, size.Height), max(min(size.Width, size.Height), 1)
	if size.Width+size.Height > maxSides || long/short > maxRatio {
		return nil, badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	photo := Photo{
		FileID: "photo-" + strconv.Itoa(len(s.photos)+1), Bytes: slices.Clone(content), Width: size.Width, Height: size.Height,
	}
	s.photos[photo.FileID] = photo
	return &photo, nil
}

// send checks where a message goes and stores it.
func (s *Server) send(p params, content Content) (any, error) {
	c, err := s.writable(p)
	if err != nil {
		return nil, err
	}
	m := &Message{From: s.me.ID, Content: content, Silent: p.flag("disable_notification")}
	if err := s.setThread(c, m, p); err != nil {
		return nil, err
	}
	if err := s.setReply(c, m, p); err != nil {
		return nil, err
	}
	if err := s.setReceiver(c, m, p); err != nil {
		return nil, err
	}
	kind := sending
	if m.Receiver != 0 {
		kind = whispering
	}
	if err := s.allow(c, kind); err != nil {
		return nil, err
	}
	return s.messageJSON(s.store(c, m), false), nil
}

// writable is the chat that a call names, if the bot may write there.
func (s *Server) writable(p params) (*chat, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	if err := s.reachable(c); err != nil {
		return nil, err
	}
	switch {
	case c.kind == channel && !c.admin(s.me.ID):
		return nil, badRequest("need administrator rights in the channel chat")
	case c.members[s.me.ID] == restricted, c.hushed && !c.admin(s.me.ID):
		return nil, badRequest("not enough rights to send text messages to the chat")
	}
	return c, nil
}

// setThread finds the topic. The General one has no id that could be sent to: 1 is refused, as it is by the real server.
func (s *Server) setThread(c *chat, m *Message, p params) error {
	thread := int(p.number("message_thread_id"))
	if thread == 0 {
		return nil
	}
	t, ok := c.topics[thread]
	if !ok {
		return badRequest("message thread not found")
	}
	if t.closed && !c.admin(s.me.ID) {
		return badRequest("TOPIC_CLOSED")
	}
	m.Thread = thread
	return nil
}

type replyParameters struct {
	MessageID   int  `json:"message_id"`
	EphemeralID int  `json:"ephemeral_message_id"`
	Without     bool `json:"allow_sending_without_reply"`
}

// setReply finds the message that is replied to. A reply without a topic goes to that of the message.
func (s *Server) setReply(c *chat, m *Message, p params) error {
	r := replyParameters{MessageID: int(p.number("reply_to_message_id")), Without: p.flag("allow_sending_without_reply")}
	if _, err := p.object("reply_parameters", &r); err != nil {
		return err
	}
	if r.EphemeralID != 0 && !s.cfg.Lacks.Ephemerals {
		m.Answers = r.EphemeralID
		return nil
	}
	if r.MessageID == 0 {
		return nil
	}
	before := c.find(r.MessageID)
	if before == nil {
		if r.Without {
			return nil
		}
		return badRequest("message to be replied not found")
	}
	m.ReplyTo = r.MessageID
	if m.Thread == 0 {
		m.Thread = before.Thread
	}
	return nil
}

func (s *Server) sendChatAction(p params) (any, error) {
	known := []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
		"choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
	if !slices.Contains(known, p.text("action")) {
		return nil, badRequest("wrong parameter action in request")
	}
	c, err := s.writable(p)
	if err != nil {
		return nil, err
	}
	return true, s.setThread(c, &Message{}, p)
}

// pinChatMessage pins a message or takes it down; only its rights are checked.
func (s *Server) pinChatMessage(p params) (any, error) {
	c, err := s.writable(p)
	if err != nil {
		return nil, err
	}
	if c.kind != private && !c.admin(s.me.ID) {
		return nil, badRequest("not enough rights to manage pinned messages in the chat")
	}
	if c.find(int(p.number("message_id"))) == nil {
		return nil, badRequest("message to pin not found")
	}
	return true, nil
}
