package discordsrv

import (
	"slices"
	"strconv"
	"strings"
)

// Invocation is a command that somebody uses.
type Invocation struct {
	Channel string
	User    string
	Path    []string       // the command and its sub-commands: "stream", "add"
	Options map[string]any // by name: a string, int, float64 or bool; of users, roles and channels the id
	Locale  string         // "" is that of the user
}

// Command has somebody use a command of the menu, and returns the id of the interaction.
func (s *Server) Command(n Invocation) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invoke(n, "")
}

// Autocomplete has somebody type in an option: its value is what they have typed, and the others are those that they have filled in.
func (s *Server) Autocomplete(n Invocation, focused string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, typed := n.Options[focused]; !typed {
		return "", impossible("nothing is typed in %q", focused)
	}
	return s.invoke(n, focused)
}

func (s *Server) invoke(n Invocation, focused string) (string, error) {
	c := s.mustChannel(n.Channel)
	command, err := s.offered(c, n.User, ChatCommand, n.Path[0])
	if err != nil {
		return "", err
	}
	options, path := command.Options, n.Path[1:]
	var nested []Option
	for _, name := range path {
		at := slices.IndexFunc(options, func(o Option) bool { return o.Name == name && o.nests() })
		if at < 0 {
			return "", impossible("no sub-command %q", strings.Join(n.Path, " "))
		}
		nested = append(nested, options[at])
		options = options[at].Options
	}
	if slices.ContainsFunc(options, Option.nests) {
		return "", impossible("/%s needs a sub-command", strings.Join(n.Path, " "))
	}
	found := resolved{}
	given, err := s.give(c, options, n.Options, focused, found)
	if err != nil {
		return "", err
	}
	for _, sub := range slices.Backward(nested) {
		given = []object{{"type": sub.Type, "name": sub.Name, "options": given}}
	}
	data := object{"id": command.ID, "name": command.Name, "type": ChatCommand, "options": given}
	if command.Guild != "" {
		data["guild_id"] = command.Guild
	}
	if len(found) > 0 {
		data["resolved"] = found
	}
	i := &interaction{kind: Commanded, user: n.User, channel: c}
	if focused != "" {
		i.kind, i.completed = Completing, options[slices.IndexFunc(options, func(o Option) bool { return o.Name == focused })].Type
	}
	return s.ask(i, n.Locale, data), nil
}

// offered is a command of the menu that somebody finds in a channel.
func (s *Server) offered(c *channel, user string, kind int, name string) (*Command, error) {
	if err := s.asks(c, user); err != nil {
		return nil, err
	}
	is := func(o *Command) bool { return o.Type == kind && o.Name == name }
	menu := s.global
	if c.guild != nil && slices.ContainsFunc(c.guild.commands, is) {
		menu = c.guild.commands
	}
	at := slices.IndexFunc(menu, is)
	if at < 0 || !menu[at].here(c) {
		return nil, impossible("no command %q is offered there", name)
	}
	if c.guild == nil {
		return menu[at], nil
	}
	may := s.permissions(c, user)
	if !may.Has(UseCommands) {
		return nil, impossible("user %s may not use commands there", user)
	}
	if wanted := menu[at].DefaultMemberPermissions; wanted != nil && !allowedTo(*wanted, may) {
		return nil, impossible("user %s may not use %q", user, name)
	}
	return menu[at], nil
}

// allowedTo reports whether somebody has the permissions that a command wants; "0" is of administrators only.
func allowedTo(wanted string, may Permission) bool {
	n := Permission(number(wanted))
	return may == All || n != 0 && may.Has(n)
}

// here reports whether a command is offered in a channel of a guild or in direct messages.
func (c *Command) here(at *channel) bool {
	switch {
	case at.guild != nil && c.Contexts != nil && c.Guild == "":
		return slices.Contains(*c.Contexts, 0)
	case at.guild != nil:
		return true
	case c.Contexts != nil:
		return slices.Contains(*c.Contexts, 1)
	}
	return c.DMPermission == nil || *c.DMPermission
}

// give are the values that somebody gives to options, in the order of the options. What is typed in the focused one is as it is, and
// then others may still be missing.
func (s *Server) give(c *channel, options []Option, values map[string]any, focused string, found resolved) ([]object, error) {
	given, used := []object{}, 0
	for _, o := range options {
		v, ok := values[o.Name]
		switch {
		case !ok && o.Required && focused == "":
			return nil, impossible("option %q is required", o.Name)
		case !ok:
			continue
		}
		used++
		if o.Name == focused {
			if !o.Autocomplete {
				return nil, impossible("option %q is not completed", o.Name)
			}
			given = append(given, object{"type": o.Type, "name": o.Name, "value": v, "focused": true})
			continue
		}
		value, err := s.value(c, o, v, found)
		if err != nil {
			return nil, err
		}
		given = append(given, object{"type": o.Type, "name": o.Name, "value": value})
	}
	if used < len(values) {
		return nil, impossible("not all of the options %v are declared", values)
	}
	return given, nil
}

// value is what somebody gives to an option, if the option takes it.
func (s *Server) value(c *channel, o Option, v any, found resolved) (any, error) {
	switch o.Type {
	case StringOption:
		return textValue(o, v)
	case IntegerOption:
		n, ok := whole(v)
		if !ok {
			return nil, impossible("option %q takes a whole number", o.Name)
		}
		return n, o.bounds(float64(n))
	case NumberOption:
		f, ok := v.(float64)
		if !ok {
			return nil, impossible("option %q takes a number", o.Name)
		}
		return f, o.bounds(f)
	case BooleanOption:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, impossible("option %q takes true or false", o.Name)
	}
	id, ok := v.(string)
	if !ok {
		return nil, impossible("option %q takes an id", o.Name)
	}
	return id, s.resolve(o, c, id, found)
}

func textValue(o Option, v any) (any, error) {
	text, ok := v.(string)
	least, most := 1, maxStringOption
	assign(&least, o.MinLength)
	assign(&most, o.MaxLength)
	switch n := length(text); {
	case !ok || n < least || n > most:
		return nil, impossible("option %q takes a text of %d to %d characters", o.Name, least, most)
	case len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return c.Value == text }):
		return nil, impossible("option %q has no choice %q", o.Name, text)
	}
	return text, nil
}

// bounds says why an option does not take a number.
func (o Option) bounds(f float64) error {
	switch {
	case o.MinValue != nil && f < *o.MinValue, o.MaxValue != nil && f > *o.MaxValue:
		return impossible("option %q does not take %s", o.Name, strconv.FormatFloat(f, 'f', -1, 64))
	case len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return c.Value == f }):
		return impossible("option %q has no choice %v", o.Name, f)
	}
	return nil
}

// MessageCommand has somebody use an entry of the menu of a message, and returns the id of the interaction.
func (s *Server) MessageCommand(message, user, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.messages[message]
	if !ok || m.Deleted || m.Reader != "" || s.channels[m.Channel].gone {
		return "", impossible("no message %s with a menu", message)
	}
	c := s.channels[m.Channel]
	command, err := s.offered(c, user, MessageCommand, name)
	if err != nil {
		return "", err
	}
	found := resolved{}
	found.add("messages", m.ID, withGuild(s.messageJSON(m, true), c))
	data := object{"id": command.ID, "name": name, "type": MessageCommand, "target_id": m.ID, "resolved": found}
	return s.ask(&interaction{kind: Commanded, user: user, channel: c}, "", data), nil
}
