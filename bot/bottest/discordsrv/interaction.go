package discordsrv

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The kinds of interactions.
const (
	Commanded  = 2
	Pressed    = 3 // a button or a menu
	Completing = 4
	Submitted  = 5 // a modal
)

// The ways to answer an interaction.
const (
	AnswerMessage        = 4
	AnswerDeferred       = 5
	AnswerDeferredUpdate = 6
	AnswerUpdate         = 7
	AnswerChoices        = 8
	AnswerModal          = 9
)

const (
	answerWithin = 3 * time.Second
	tokenLives   = 15 * time.Minute
)

// ErrImpossible is something that nobody could do in Discord: press a button that a message does not have, use a command that is not
// in the menu there, leave out an option that is required.
var ErrImpossible = errors.New("nobody could do that")

func impossible(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrImpossible}, args...)...)
}

// Modal is a form that the bot shows.
type Modal struct {
	CustomID   string
	Title      string
	Components []Component // rows with a text input each
}

// Fate is what came of an interaction.
type Fate struct {
	ID      string
	Token   string
	Kind    int
	User    string
	Channel string
	Guild   string
	At      time.Time

	Acked     bool
	AckedAt   time.Time
	Type      int  // of the answer
	Deferred  bool // it was answered with "thinking", or with an update to come
	Ephemeral bool // the answer
	Expired   bool // it was not answered in three seconds
	Choices   []Choice
	Modal     *Modal

	// Original is the answer: the message that was sent, or that was pressed on and changed. nil as long as there is none.
	Original *Message
	Messages []Message // the answer, if it is a message of its own, and the follow-ups, oldest first
}

// interaction is something that somebody asked of the bot.
type interaction struct {
	id, token string
	kind      int
	user      string
	channel   *channel
	at        time.Time
	source    *Message // that was pressed on
	completed int      // the type of the option that is completed
	ackedAt   time.Time
	answer    int // how it was answered, 0 as long as it was not
	ephemeral bool
	choices   []Choice
	modal     *Modal
	modalDone bool
	original  *Message
	messages  []*Message
}

// Interaction is what came of an interaction until now. It panics if there was none with that id.
func (s *Server) Interaction(id string) Fate {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.asked[id]
	if !ok {
		panic(fmt.Sprintf("discordsrv: no interaction %q", id))
	}
	f := Fate{
		ID: i.id, Token: i.token, Kind: i.kind, User: i.user, Channel: i.channel.ID, Guild: i.channel.Guild, At: i.at,
		Acked: i.answer != 0, AckedAt: i.ackedAt, Type: i.answer, Deferred: i.answer == AnswerDeferred || i.answer == AnswerDeferredUpdate,
		Ephemeral: i.ephemeral, Expired: i.answer == 0 && s.cfg.Now().Sub(i.at) > answerWithin, Choices: slices.Clone(i.choices), Modal: i.modal,
	}
	if i.original != nil {
		m := i.original.clone()
		f.Original = &m
	}
	for _, m := range i.messages {
		f.Messages = append(f.Messages, m.clone())
	}
	return f
}

// ask makes an interaction and tells the bot of it. The lock is held.
func (s *Server) ask(i *interaction, locale string, data object) string {
	i.id, i.at = s.ids.next(), s.cfg.Now()
	i.token = "interaction-token-" + i.id
	s.asked[i.id], s.tokens[i.token] = i, i
	s.dispatch(event{name: "INTERACTION_CREATE", guild: i.channel.Guild, body: s.interactionJSON(i, locale, data)})
	return i.id
}

func (s *Server) interactionJSON(i *interaction, locale string, data object) object {
	c, u := i.channel, s.users[i.user]
	o := object{
		"id": i.id, "application_id": s.cfg.Application, "type": i.kind, "token": i.token, "version": 1, "data": data, "channel_id": c.ID,
		"channel": s.partialJSON(c, i.user), "locale": cmp.Or(locale, u.Locale), "entitlements": []any{}, "attachment_size_limit": maxFile,
		"app_permissions": s.permissions(c, s.me.ID), "context": 1, "authorizing_integration_owners": object{"0": "0"},
	}
	if i.source != nil {
		o["message"] = s.messageJSON(i.source, true)
	}
	if c.guild == nil {
		o["user"] = u.json()
		return o
	}
	member := s.memberWithUserJSON(c.guild, c.guild.members[i.user])
	member["permissions"] = s.permissions(c, i.user)
	o["member"], o["guild_id"], o["guild_locale"], o["context"] = member, c.Guild, c.guild.locale, 0
	o["guild"] = object{"id": c.Guild, "locale": c.guild.locale, "features": []string{}}
	o["authorizing_integration_owners"] = object{"0": c.Guild}
	return o
}

func (i *interaction) metadataJSON(s *Server) object {
	o := object{"id": i.id, "type": i.kind, "user": s.users[i.user].json(), "authorizing_integration_owners": object{"0": cmp.Or(i.channel.Guild, "0")}}
	if i.source != nil {
		o["interacted_message_id"] = i.source.ID
	}
	return o
}

// asks reports whether somebody is where they could ask something of the bot.
func (s *Server) asks(c *channel, user string) error {
	s.mustUser(user)
	switch {
	case c.guild == nil && c.Recipient != user:
		return impossible("user %s is not in that direct message", user)
	case c.guild != nil && c.guild.members[user] == nil:
		return impossible("user %s is no member", user)
	case c.guild != nil && !c.guild.present:
		return impossible("the bot is not in guild %s", c.Guild)
	case !s.permissions(c, user).Has(ViewChannel):
		return impossible("user %s does not see the channel", user)
	}
	return nil
}

// Press has somebody press a button, and returns the id of the interaction.
func (s *Server) Press(message, user, customID string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, c, err := s.component(message, user, customID)
	if err != nil {
		return "", err
	}
	if c.Type != Button {
		return "", impossible("%q is no button", customID)
	}
	i := &interaction{kind: Pressed, user: user, channel: s.channels[m.Channel], source: m}
	return s.ask(i, "", object{"custom_id": customID, "component_type": Button, "id": 1}), nil
}

// PressLabel has somebody press the button that bears a label.
func (s *Server) PressLabel(message, user, label string) (string, error) {
	m, _ := s.Message(message)
	for _, c := range m.Buttons() {
		if c.Type == Button && c.Label == label {
			return s.Press(message, user, c.CustomID)
		}
	}
	return "", impossible("no button is called %q", label)
}

// component is one that somebody can use on a message.
func (s *Server) component(message, user, customID string) (*Message, Component, error) {
	m, ok := s.messages[message]
	if !ok || m.Deleted || s.channels[m.Channel].gone {
		return nil, Component{}, impossible("no message %s", message)
	}
	if err := s.asks(s.channels[m.Channel], user); err != nil {
		return nil, Component{}, err
	}
	if m.Reader != "" && m.Reader != user {
		return nil, Component{}, impossible("only user %s sees the message", m.Reader)
	}
	for _, c := range m.Buttons() {
		if c.CustomID == customID && customID != "" && !c.Disabled {
			return m, c, nil
		}
	}
	return nil, Component{}, impossible("no component has the custom id %q", customID)
}

// Select has somebody choose values in a menu: of a menu of users, roles or channels their ids.
func (s *Server) Select(message, user, customID string, values ...string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, c, err := s.component(message, user, customID)
	if err != nil {
		return "", err
	}
	least, most := c.chosen()
	if !selects(c.Type) || len(values) < least || len(values) > most {
		return "", impossible("%q takes %d to %d values", customID, least, most)
	}
	found := resolved{}
	for _, v := range values {
		if err := s.selectable(c, s.channels[m.Channel], v, found); err != nil {
			return "", err
		}
	}
	data := object{"custom_id": customID, "component_type": c.Type, "id": 1, "values": nonNil(values)}
	if c.Type != StringSelect {
		data["resolved"] = found
	}
	return s.ask(&interaction{kind: Pressed, user: user, channel: s.channels[m.Channel], source: m}, "", data), nil
}

func (s *Server) selectable(c Component, at *channel, value string, found resolved) error {
	if c.Type == StringSelect {
		if !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == value }) {
			return impossible("%q is none of the options", value)
		}
		return nil
	}
	kind := map[int]int{UserSelect: UserOption, RoleSelect: RoleOption, MentionableSelect: MentionableOption, ChannelSelect: ChannelOption}[c.Type]
	return s.resolve(Option{Type: kind, Name: c.CustomID, ChannelTypes: c.ChannelTypes}, at, value, found)
}

// SubmitModal has somebody send the modal that answered an interaction of theirs. A field that is not given keeps its value.
func (s *Server) SubmitModal(interactionID, user string, fields map[string]string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, ok := s.asked[interactionID]
	if !ok || before.modal == nil || before.user != user || before.modalDone {
		return "", impossible("no modal is open for user %s", user)
	}
	rows, known := []object{}, 0
	for n, row := range before.modal.Components {
		input := row.Components[0]
		value, given := fields[input.CustomID]
		if given {
			known++
		} else {
			value = input.Value
		}
		if err := fills(input, value); err != nil {
			return "", err
		}
		rows = append(rows, object{"type": Row, "id": n + 1, "components": []object{{"type": TextInput, "custom_id": input.CustomID, "value": value}}})
	}
	if known < len(fields) {
		return "", impossible("the modal has not all of the fields %v", fields)
	}
	before.modalDone = true
	i := &interaction{kind: Submitted, user: user, channel: before.channel, source: before.source}
	return s.ask(i, "", object{"custom_id": before.modal.CustomID, "components": rows, "resolved": object{}}), nil
}

func fills(input Component, value string) error {
	required, most, n := input.Required == nil || *input.Required, input.MaxLength, length(value)
	if most == 0 {
		most = maxInput
	}
	switch {
	case n == 0 && required:
		return impossible("field %q is required", input.CustomID)
	case n > most, n > 0 && n < input.MinLength:
		return impossible("field %q takes %d to %d characters", input.CustomID, input.MinLength, most)
	}
	return nil
}

// resolved is what values of interactions mean.
type resolved map[string]map[string]object

func (r resolved) add(kind, id string, o object) {
	if r[kind] == nil {
		r[kind] = map[string]object{}
	}
	r[kind][id] = o
}

// resolve finds what a value of an option means.
func (s *Server) resolve(o Option, at *channel, id string, found resolved) error {
	switch o.Type {
	case UserOption:
		return s.resolveUser(at, id, found)
	case RoleOption:
		return resolveRole(at, id, found)
	case MentionableOption:
		if s.resolveUser(at, id, found) == nil {
			return nil
		}
		return resolveRole(at, id, found)
	}
	c, ok := s.channels[id]
	if !ok || c.gone || at.guild == nil || c.guild != at.guild {
		return impossible("option %q: no channel %q", o.Name, id)
	}
	if len(o.ChannelTypes) > 0 && !slices.Contains(o.ChannelTypes, c.Type) {
		return impossible("option %q takes no channel of type %d", o.Name, c.Type)
	}
	found.add("channels", id, s.partialJSON(c, at.guild.owner))
	return nil
}

func (s *Server) resolveUser(at *channel, id string, found resolved) error {
	u, ok := s.users[id]
	if !ok {
		return impossible("no user %q", id)
	}
	found.add("users", id, u.json())
	if at.guild != nil && at.guild.members[id] != nil {
		member := at.guild.memberJSON(at.guild.members[id])
		member["permissions"] = s.permissions(at, id)
		found.add("members", id, member)
	}
	return nil
}

func resolveRole(at *channel, id string, found resolved) error {
	if at.guild == nil || at.guild.role(id) == nil {
		return impossible("no role %q", id)
	}
	found.add("roles", id, at.guild.role(id).json())
	return nil
}

// whole is a value of an option as a whole number.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}
