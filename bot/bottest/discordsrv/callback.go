package discordsrv

import (
	"encoding/json"
	"errors"
	"net/http"
)

// answerFlags are those that an answer to an interaction may set.
const answerFlags = FlagSuppressEmbeds | FlagSilent | FlagEphemeral

// callback is the first answer to an interaction.
func (s *Server) callback(r *request) (any, error) {
	i, ok := s.asked[r.params["id"]]
	now := s.cfg.Now()
	switch {
	case !ok || i.token != r.params["token"] || now.Sub(i.at) > tokenLives:
		return nil, unknownInteraction()
	case i.answer != 0:
		return nil, alreadyAcknowledged()
	case now.Sub(i.at) > answerWithin:
		return nil, unknownInteraction()
	}
	var body struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	var data messageBody
	if len(body.Data) > 0 {
		if err := strict(body.Data, &data); err != nil {
			return nil, inside("data", err)
		}
	}
	if !i.takes(body.Type) {
		return nil, invalid("type", "INTERACTION_APPLICATION_COMMAND_INVALID_TYPE", "An interaction of type %d takes no answer of type %d.", i.kind, body.Type)
	}
	if i.channel.shutTo(s.permissions(i.channel, s.me.ID)) && i.channel.Archived {
		return nil, threadArchived()
	}
	if err := s.answer(r, i, body.Type, &data); err != nil {
		return nil, inside("data", err)
	}
	i.answer, i.ackedAt = body.Type, now
	if r.query.Get("with_response") != "true" {
		return nothing, nil
	}
	return s.callbackJSON(i), nil
}

// inside puts what is wrong with the fields of a request into one of its fields.
func inside(field string, err error) error {
	var e *APIError
	if errors.As(err, &e) && e.Errors != nil {
		moved := *e
		moved.Errors = object{field: e.Errors}
		return &moved
	}
	return err
}

// takes reports whether an interaction can be answered in a way.
func (i *interaction) takes(answer int) bool {
	if i.kind == Completing {
		return answer == AnswerChoices
	}
	switch answer {
	case AnswerMessage, AnswerDeferred:
		return true
	case AnswerDeferredUpdate, AnswerUpdate:
		return i.source != nil
	case AnswerModal:
		return i.kind != Submitted
	}
	return false
}

// answer does what an answer says.
func (s *Server) answer(r *request, i *interaction, kind int, data *messageBody) error {
	switch kind {
	case AnswerMessage:
		return s.answerMessage(r, i, data)
	case AnswerDeferred:
		var p problems
		p.checkFlags(data.Flags.value, FlagEphemeral)
		if err := p.err(); err != nil {
			return err
		}
		s.respond(i, &Message{Flags: data.Flags.value | FlagLoading})
		return nil
	case AnswerDeferredUpdate:
		i.original = i.source
		return nil
	case AnswerUpdate:
		i.original = i.source
		return s.update(r, i.source, data)
	case AnswerChoices:
		return i.complete(data)
	default:
		return i.show(data)
	}
}

func (s *Server) answerMessage(r *request, i *interaction, data *messageBody) error {
	content, err := s.readMessage(r, data, nil, answerFlags)
	if err != nil {
		return err
	}
	if content.empty() {
		return emptyMessage()
	}
	s.respond(i, &Message{Content: content, Flags: data.Flags.value})
	return nil
}

// respond stores the first message that answers an interaction.
func (s *Server) respond(i *interaction, m *Message) {
	i.ephemeral = m.Flags&FlagEphemeral != 0
	i.original = s.answerWith(i, m)
	if i.kind == Commanded {
		m.kind = 20
	}
}

// answerWith stores a message that answers an interaction.
func (s *Server) answerWith(i *interaction, m *Message) *Message {
	m.Author, m.Interaction = s.me.ID, i.id
	if m.Flags&FlagEphemeral != 0 {
		m.Reader = i.user
	}
	m.Pings = s.pings(i.channel, s.me.ID, m.Text, "", m.Allowed)
	i.messages = append(i.messages, s.store(i.channel, m))
	s.tell("MESSAGE_CREATE", i.channel, m)
	return m
}

// update changes a message through an interaction.
func (s *Server) update(r *request, m *Message, data *messageBody) error {
	if m.Deleted {
		return unknownMessage()
	}
	content, err := s.readMessage(r, data, &m.Content, FlagSuppressEmbeds)
	if err != nil {
		return err
	}
	if content.empty() {
		return emptyMessage()
	}
	if m.Loading() {
		m.Pings = s.pings(s.channels[m.Channel], s.me.ID, content.Text, "", content.Allowed)
	}
	s.revise(s.channels[m.Channel], m, content, data.Flags)
	return nil
}

// complete takes the choices for an option that somebody types in.
func (i *interaction) complete(data *messageBody) error {
	var p problems
	if !data.Choices.given {
		p.required("choices")
	}
	if len(data.Choices.value) > maxChoices {
		p.add("choices", "BASE_TYPE_BAD_LENGTH", "Must be between 0 and %d in length.", maxChoices)
	}
	for n, c := range data.Choices.value {
		p.checkChoice(join("choices", n), c, i.completed)
	}
	i.choices = data.Choices.value
	return p.err()
}

// show takes a modal.
func (i *interaction) show(data *messageBody) error {
	m := Modal{CustomID: data.CustomID, Title: data.Title, Components: data.Components.value}
	var p problems
	p.checkModal(m)
	if err := p.err(); err != nil {
		return err
	}
	i.modal = &m
	return nil
}

func (s *Server) callbackJSON(i *interaction) object {
	about := object{"id": i.id, "type": i.kind}
	o := object{"interaction": about}
	if i.original == nil {
		return o
	}
	about["response_message_id"] = i.original.ID
	about["response_message_loading"] = i.original.Loading()
	about["response_message_ephemeral"] = i.ephemeral
	o["resource"] = object{"type": i.answer, "message": s.messageJSON(i.original, true)}
	return o
}

// answering is the interaction whose token a call bears, if its answers can still be sent and changed.
func (s *Server) answering(r *request) (*interaction, error) {
	i, ok := s.tokens[r.params["token"]]
	switch {
	case !ok || r.params["app"] != s.cfg.Application, i.answer == 0, i.answer == AnswerChoices:
		return nil, unknownWebhook()
	case s.cfg.Now().Sub(i.at) > tokenLives:
		return nil, refused(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	}
	return i, nil
}

// followUp sends one more message. Directly after a deferral it is the answer that was deferred, in the way that Discord keeps for old
// bots: whether it is ephemeral was said before.
func (s *Server) followUp(r *request) (any, error) {
	i, err := s.answering(r)
	if err != nil {
		return nil, err
	}
	var body messageBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	if i.original != nil && i.original.Loading() && !i.original.Deleted {
		body.Flags = optional[int]{}
		if err := s.update(r, i.original, &body); err != nil {
			return nil, err
		}
		return s.messageJSON(i.original, true), nil
	}
	content, err := s.readMessage(r, &body, nil, answerFlags)
	if err != nil {
		return nil, err
	}
	if content.empty() {
		return nil, emptyMessage()
	}
	m := s.answerWith(i, &Message{Content: content, Flags: body.Flags.value})
	return s.messageJSON(m, true), nil
}

// answerNamed is the message that a call names among the answers of an interaction.
func (s *Server) answerNamed(r *request) (*Message, error) {
	i, err := s.answering(r)
	if err != nil {
		return nil, err
	}
	m, id := i.original, r.params["message"]
	if id != "@original" && (m == nil || m.ID != id) {
		m = nil
		for _, sent := range i.messages {
			if sent.ID == id {
				m = sent
			}
		}
	}
	if m == nil || m.Deleted || s.channels[m.Channel].gone {
		return nil, unknownMessage()
	}
	return m, nil
}

func (s *Server) getAnswer(r *request) (any, error) {
	m, err := s.answerNamed(r)
	if err != nil {
		return nil, err
	}
	return s.messageJSON(m, true), nil
}

func (s *Server) editAnswer(r *request) (any, error) {
	m, err := s.answerNamed(r)
	if err != nil {
		return nil, err
	}
	var body messageBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	if err := s.update(r, m, &body); err != nil {
		return nil, err
	}
	return s.messageJSON(m, true), nil
}

func (s *Server) deleteAnswer(r *request) (any, error) {
	m, err := s.answerNamed(r)
	if err != nil {
		return nil, err
	}
	m.Deleted = true
	s.tell("MESSAGE_DELETE", s.channels[m.Channel], m)
	return nothing, nil
}
