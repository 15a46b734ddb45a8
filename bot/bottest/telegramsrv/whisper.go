package telegramsrv

import (
	"net/http"
	"time"
)

// freshness is how long after a press or a command a bot that is no administrator may answer with an ephemeral message.
const freshness = 15 * time.Second

type whisperParameters struct {
	Receiver int64  `json:"receiver_user_id"`
	Query    string `json:"callback_query_id"`
	Replace  bool   `json:"replace_callback_query_message"`
}

// setReceiver makes a message ephemeral, if that is asked. A server that knows no ephemeral messages knows no such parameter, and
// passes over it as over every unknown one: all of the chat see the message.
func (s *Server) setReceiver(c *chat, m *Message, p params) error {
	if s.cfg.Lacks.Ephemerals {
		m.Answers = 0
		return nil
	}
	var w whisperParameters
	asked, err := p.object("ephemeral_message_parameters", &w)
	if err != nil {
		return err
	}
	if !asked {
		if m.Answers != 0 {
			return badRequest("message to be replied not found")
		}
		return nil
	}
	if c.kind != group && c.kind != supergroup {
		return badRequest("ephemeral messages can be sent only to groups and supergroups")
	}
	if status := c.members[w.Receiver]; status == "" || status == left || status == kicked {
		return badRequest("user not found")
	}
	if err := s.mayWhisper(c, m, w); err != nil {
		return err
	}
	m.Receiver = w.Receiver
	return nil
}

// mayWhisper reports whether there is a reason to write to somebody alone: a press or a command of theirs that is fresh, or that
// the bot is an administrator.
func (s *Server) mayWhisper(c *chat, m *Message, w whisperParameters) error {
	pressed := s.presses[w.Query]
	if w.Replace {
		if pressed == nil || pressed.message == nil || pressed.message.Receiver != 0 {
			return badRequest("there is no message to replace")
		}
		m.Replaces = pressed.message.ID
	}
	if c.admin(s.me.ID) {
		return nil
	}
	now := s.cfg.Now()
	if pressed != nil && pressed.user == w.Receiver && pressed.chat == c.id && now.Sub(pressed.at) <= freshness {
		return nil
	}
	command := c.whispered(m.Answers)
	if command != nil && command.From == w.Receiver && now.Sub(command.At) <= freshness {
		return nil
	}
	return badRequest("not enough rights to send an ephemeral message")
}

// ephemeral is a method that a server without ephemeral messages does not know.
func (s *Server) ephemeral(do func(params) (any, error)) func(params) (any, error) {
	return func(p params) (any, error) {
		if s.cfg.Lacks.Ephemerals {
			return nil, &APIError{Code: http.StatusNotFound, Description: "Not Found: method not found"}
		}
		return do(p)
	}
}

// whisper is the ephemeral message of the bot that a call names.
func (s *Server) whisper(p params) (*chat, *Message, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, nil, err
	}
	if err := s.reachable(c); err != nil {
		return nil, nil, err
	}
	m := c.whispered(int(p.number("ephemeral_message_id")))
	if m == nil || m.From != s.me.ID || m.Receiver != p.number("receiver_user_id") {
		return nil, nil, badRequest("message to edit not found")
	}
	return c, m, nil
}

func (s *Server) editWhisper(p params, change func(*Message) (Content, error)) (any, error) {
	c, m, err := s.whisper(p)
	if err != nil {
		return nil, err
	}
	if err := s.changeMessage(c, m, change, whispering); err != nil {
		return nil, err
	}
	return true, nil
}

func (s *Server) editEphemeralMessageText(p params) (any, error) {
	content, err := s.readText(p)
	if err != nil {
		return nil, err
	}
	return s.editWhisper(p, func(m *Message) (Content, error) { return retext(m, content) })
}

func (s *Server) editEphemeralMessageCaption(p params) (any, error) {
	content, err := s.readNewCaption(p)
	if err != nil {
		return nil, err
	}
	return s.editWhisper(p, func(m *Message) (Content, error) { return recaption(m, content) })
}

func (s *Server) editEphemeralMessageReplyMarkup(p params) (any, error) {
	markup, err := p.markup()
	if err != nil {
		return nil, err
	}
	return s.editWhisper(p, func(m *Message) (Content, error) { return remark(m, markup), nil })
}

func (s *Server) deleteEphemeralMessage(p params) (any, error) {
	_, m, err := s.whisper(p)
	if err != nil {
		return nil, err
	}
	m.Deleted = true
	return true, nil
}
