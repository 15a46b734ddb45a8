package telegramsrv

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// The limits of what a bot says of itself, in characters.
const (
	maxCommands         = 100
	maxCommandHelp      = 256
	maxDescription      = 512
	maxShortDescription = 120
	maxName             = 64
)

var (
	commandName  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageCode = regexp.MustCompile(`^([a-z]{2})?$`)
)

// Command is one of the list that clients offer.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	Ephemeral   bool   `json:"is_ephemeral,omitempty"` // only the bot sees who types it
}

// Scope is for whom a list of commands is.
type Scope struct {
	Type string `json:"type"`
	Chat int64  `json:"-"`
	User int64  `json:"user_id"`
}

// menu is what the bot says of itself, by language.
type menu struct {
	commands          map[menuKey][]Command
	name, about, long map[string]string
}

type menuKey struct {
	scope    Scope
	language string
}

// Commands is the list that was set for exactly a scope and a language, nil if none was. The scope of everybody is "default".
func (s *Server) Commands(scope Scope, language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.menu.commands[menuKey{scope, language}])
}

// Description is the long description that was set for a language.
func (s *Server) Description(language string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.menu.long[language]
}

// ShortDescription is the short description that was set for a language.
func (s *Server) ShortDescription(language string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.menu.about[language]
}

func (s *Server) setMyCommands(p params) (any, error) {
	var list []Command
	if ok, err := p.object("commands", &list); err != nil || !ok {
		return nil, badRequest("can't parse commands: expected an Array of BotCommand")
	}
	if len(list) > maxCommands {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for i, c := range list {
		if !commandName.MatchString(c.Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(c.Description); n < 1 || n > maxCommandHelp {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
		list[i].Ephemeral = c.Ephemeral && !s.cfg.Lacks.Ephemerals
	}
	key, err := s.menuKey(p)
	if err != nil {
		return nil, err
	}
	if s.menu.commands == nil {
		s.menu.commands = map[menuKey][]Command{}
	}
	s.menu.commands[key] = list
	return true, nil
}

func (s *Server) getMyCommands(p params) (any, error) {
	key, err := s.menuKey(p)
	if err != nil {
		return nil, err
	}
	return append([]Command{}, s.menu.commands[key]...), nil
}

func (s *Server) deleteMyCommands(p params) (any, error) {
	key, err := s.menuKey(p)
	if err != nil {
		return nil, err
	}
	delete(s.menu.commands, key)
	return true, nil
}

// menuKey reads a scope and a language.
func (s *Server) menuKey(p params) (menuKey, error) {
	language, err := language(p)
	if err != nil {
		return menuKey{}, err
	}
	var read struct {
		Scope
		Chat any `json:"chat_id"`
	}
	ok, err := p.object("scope", &read)
	if err != nil {
		return menuKey{}, badRequest("can't parse BotCommandScope: object expected")
	}
	key := menuKey{scope: read.Scope, language: language}
	if !ok {
		key.scope.Type = "default"
	}
	switch key.scope.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		key.scope.User = 0
		return key, nil
	case "chat", "chat_administrators", "chat_member":
	default:
		return key, badRequest("can't parse BotCommandScope: unsupported type specified")
	}
	c, err := s.find(params{values: map[string]string{"chat_id": named(read.Chat)}})
	if err != nil {
		return key, err
	}
	if err := s.reachable(c); err != nil {
		return key, err
	}
	key.scope.Chat = c.id
	if key.scope.Type == "chat_member" && c.members[key.scope.User] == "" {
		return key, badRequest("user not found")
	}
	return key, nil
}

// named is a chat_id inside JSON, a number or a name, as a parameter would have it.
func named(chat any) string {
	switch id := chat.(type) {
	case float64:
		return strconv.FormatInt(int64(id), 10)
	case string:
		return id
	}
	return ""
}

func language(p params) (string, error) {
	code := p.text("language_code")
	if !languageCode.MatchString(code) {
		return "", badRequest("invalid language code specified")
	}
	return code, nil
}

func (s *Server) setMyDescription(p params) (any, error) {
	return setWords(p, &s.menu.long, "description", maxDescription)
}

func (s *Server) getMyDescription(p params) (any, error) {
	return getWords(p, s.menu.long, "description")
}

func (s *Server) setMyShortDescription(p params) (any, error) {
	return setWords(p, &s.menu.about, "short_description", maxShortDescription)
}

func (s *Server) getMyShortDescription(p params) (any, error) {
	return getWords(p, s.menu.about, "short_description")
}

func (s *Server) setMyName(p params) (any, error) { return setWords(p, &s.menu.name, "name", maxName) }

func (s *Server) getMyName(p params) (any, error) { return getWords(p, s.menu.name, "name") }

func setWords(p params, words *map[string]string, field string, most int) (any, error) {
	code, err := language(p)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(p.text(field)) > most {
		return nil, badRequest("%s is too long", field)
	}
	if *words == nil {
		*words = map[string]string{}
	}
	(*words)[code] = p.text(field)
	return true, nil
}

func getWords(p params, words map[string]string, field string) (any, error) {
	code, err := language(p)
	if err != nil {
		return nil, err
	}
	said := words[code]
	if said == "" {
		said = words[""]
	}
	return object{field: said}, nil
}
