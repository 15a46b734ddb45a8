package telegramsrv

import (
	"encoding/json"
	"reflect"
	"time"
)

// deletable is how long a message can be deleted.
const deletable = 48 * time.Hour

const notModified = "message is not modified: specified new message content and reply markup are exactly the same as a current content" +
	" and reply markup of the message"

func (s *Server) editMessageText(p params) (any, error) {
	content, err := s.readText(p)
	if err != nil {
		return nil, err
	}
	return s.edit(p, func(m *Message) (Content, error) { return retext(m, content) })
}

func retext(m *Message, content Content) (Content, error) {
	if m.Photo != nil {
		return content, badRequest("there is no text in the message to edit")
	}
	return content, nil
}

func (s *Server) editMessageCaption(p params) (any, error) {
	content, err := s.readNewCaption(p)
	if err != nil {
		return nil, err
	}
	return s.edit(p, func(m *Message) (Content, error) { return recaption(m, content) })
}

func (s *Server) readNewCaption(p params) (Content, error) {
	content, err := s.readCaption(p.text("caption"), p.text("parse_mode"), p.text("caption_entities"))
	if err != nil {
		return content, err
	}
	content.Markup, err = p.markup()
	return content, err
}

func recaption(m *Message, content Content) (Content, error) {
	if m.Photo == nil {
		return content, badRequest("there is no caption in the message to edit")
	}
	content.Photo = m.Photo
	return content, nil
}

func (s *Server) editMessageReplyMarkup(p params) (any, error) {
	markup, err := p.markup()
	if err != nil {
		return nil, err
	}
	return s.edit(p, func(m *Message) (Content, error) { return remark(m, markup), nil })
}

func remark(m *Message, markup *Markup) Content {
	content := m.Content
	content.Markup = markup
	return content
}

func (s *Server) editMessageMedia(p params) (any, error) {
	var media struct {
		Type     string          `json:"type"`
		Media    string          `json:"media"`
		Caption  string          `json:"caption"`
		Mode     string          `json:"parse_mode"`
		Entities json.RawMessage `json:"caption_entities"`
	}
	if ok, err := p.object("media", &media); err != nil || !ok {
		return nil, badRequest("can't parse InputMedia: object expected")
	}
	if media.Type != "photo" {
		return nil, badRequest("can't parse InputMedia: the server of this test knows photos only")
	}
	photo, err := s.photo(p, media.Media, "media")
	if err != nil {
		return nil, err
	}
	content, err := s.readCaption(media.Caption, media.Mode, string(media.Entities))
	if err != nil {
		return nil, err
	}
	content.Photo = photo
	if content.Markup, err = p.markup(); err != nil {
		return nil, err
	}
	// A text may become a photo: only an edit of the text of a photo is refused.
	return s.edit(p, func(*Message) (Content, error) { return content, nil })
}

// edit changes a message of the bot, named by its chat and id or by its inline_message_id.
func (s *Server) edit(p params, change func(*Message) (Content, error)) (any, error) {
	c, m, err := s.editable(p)
	if err != nil {
		return nil, err
	}
	if err := s.changeMessage(c, m, change, editing); err != nil {
		return nil, err
	}
	if p.text("inline_message_id") != "" {
		return true, nil
	}
	return s.messageJSON(m, false), nil
}

// changeMessage has a message show something else, if it is something else and there is time for it.
func (s *Server) changeMessage(c *chat, m *Message, change func(*Message) (Content, error), kind action) error {
	content, err := change(m)
	if err != nil {
		return err
	}
	if content.Markup != nil && content.Markup.Rows == nil {
		return badRequest("inline keyboard expected")
	}
	if sameContent(content, m.Content) {
		return badRequest(notModified)
	}
	if err := s.allow(c, kind); err != nil {
		return err
	}
	s.show(m, content)
	return nil
}

func (s *Server) editable(p params) (*chat, *Message, error) {
	if inner := p.text("inline_message_id"); inner != "" {
		for _, c := range s.chats {
			if m := c.first(func(m *Message) bool { return m.inner == inner }); m != nil {
				return c, m, nil
			}
		}
		return nil, nil, badRequest("MESSAGE_ID_INVALID")
	}
	c, err := s.find(p)
	if err != nil {
		return nil, nil, err
	}
	if err := s.reachable(c); err != nil {
		return nil, nil, err
	}
	id := int(p.number("message_id"))
	if id == 0 {
		return nil, nil, badRequest("message identifier is not specified")
	}
	m := c.find(id)
	switch {
	case m == nil:
		return nil, nil, badRequest("message to edit not found")
	case m.From != s.me.ID:
		return nil, nil, badRequest("message can't be edited")
	}
	return c, m, nil
}

// sameContent reports whether two contents look the same.
func sameContent(a, b Content) bool {
	if a.Text != b.Text || a.Preview != b.Preview || !reflect.DeepEqual(a.Entities, b.Entities) || !sameMarkup(a.Markup, b.Markup) {
		return false
	}
	return a.Photo == b.Photo || a.Photo != nil && b.Photo != nil && a.Photo.FileID == b.Photo.FileID
}

func sameMarkup(a, b *Markup) bool {
	if a == nil || b == nil {
		return a == b
	}
	return reflect.DeepEqual(a.Rows, b.Rows)
}

func (s *Server) deleteMessage(p params) (any, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	if err := s.reachable(c); err != nil {
		return nil, err
	}
	m := c.find(int(p.number("message_id")))
	switch {
	case m == nil:
		return nil, badRequest("message to delete not found")
	case s.cfg.Now().Sub(m.At) > deletable && !c.admin(s.me.ID):
		return nil, badRequest("message can't be deleted for everyone")
	case m.From != s.me.ID && c.kind != private && !c.admin(s.me.ID):
		return nil, badRequest("message can't be deleted")
	}
	m.Deleted = true
	return true, nil
}
