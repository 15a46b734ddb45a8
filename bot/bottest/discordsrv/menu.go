package discordsrv

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// The kinds of commands.
const (
	ChatCommand    = 1
	UserCommand    = 2
	MessageCommand = 3
)

// The kinds of options.
const (
	SubCommand        = 1
	SubCommandGroup   = 2
	StringOption      = 3
	IntegerOption     = 4
	BooleanOption     = 5
	UserOption        = 6
	ChannelOption     = 7
	RoleOption        = 8
	MentionableOption = 9
	NumberOption      = 10
	AttachmentOption  = 11
)

// Command is a command of a menu, in Discord's fields.
type Command struct {
	ID                       string            `json:"id,omitempty"`
	Application              string            `json:"application_id,omitempty"`
	Guild                    string            `json:"guild_id,omitempty"`
	Version                  string            `json:"version,omitempty"`
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Options                  []Option          `json:"options,omitempty"`
	DefaultMemberPermissions *string           `json:"default_member_permissions"`
	DefaultPermission        *bool             `json:"default_permission,omitempty"`
	DMPermission             *bool             `json:"dm_permission,omitempty"`
	NSFW                     bool              `json:"nsfw"`
	Contexts                 *[]int            `json:"contexts,omitempty"`
	IntegrationTypes         *[]int            `json:"integration_types,omitempty"`
}

// Option is an option of a command, or a sub-command or a group of them.
type Option struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []Choice          `json:"choices,omitempty"`
	Options                  []Option          `json:"options,omitempty"`
	ChannelTypes             []ChannelType     `json:"channel_types,omitempty"`
	MinValue                 *float64          `json:"min_value,omitempty"`
	MaxValue                 *float64          `json:"max_value,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// Choice is one of the values of an option.
type Choice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             any               `json:"value"` // a string or a float64
}

// Commands is the menu of a guild, "" being that of all places.
func (s *Server) Commands(guildID string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	menu := s.global
	if guildID != "" {
		menu = s.mustGuild(guildID).commands
	}
	all := make([]Command, 0, len(menu))
	for _, c := range menu {
		all = append(all, *c)
	}
	return all
}

// menuOf is the menu that a path names.
func (s *Server) menuOf(r *request) (*[]*Command, error) {
	if r.params["app"] != s.cfg.Application {
		return nil, refused(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	id, guilded := r.params["guild"]
	if !guilded {
		return &s.global, nil
	}
	g, err := s.reachGuild(id)
	if err != nil {
		return nil, missingAccess()
	}
	return &g.commands, nil
}

func (s *Server) getCommands(r *request) (any, error) {
	menu, err := s.menuOf(r)
	if err != nil {
		return nil, err
	}
	all := []Command{}
	for _, c := range *menu {
		shown := *c
		if r.query.Get("with_localizations") != "true" {
			shown.NameLocalizations, shown.DescriptionLocalizations, shown.Options = nil, nil, plain(c.Options)
		}
		all = append(all, shown)
	}
	return all, nil
}

// plain are options without their localizations.
func plain(options []Option) []Option {
	all := slices.Clone(options)
	for i := range all {
		all[i].NameLocalizations, all[i].DescriptionLocalizations = nil, nil
		all[i].Options = plain(all[i].Options)
		all[i].Choices = slices.Clone(all[i].Choices)
		for j := range all[i].Choices {
			all[i].Choices[j].NameLocalizations = nil
		}
	}
	return all
}

const maxCreates = 200 // in a day, of a menu

// putCommands replaces a menu. A command that was there under its name and type keeps its id; others count as created.
func (s *Server) putCommands(r *request) (any, error) {
	menu, err := s.menuOf(r)
	if err != nil {
		return nil, err
	}
	var come []*Command
	if err := strict(r.body, &come); err != nil {
		return nil, err
	}
	var p problems
	p.checkMenu(come)
	if err := p.err(); err != nil {
		return nil, err
	}
	created := 0
	for _, c := range come {
		before := slices.IndexFunc(*menu, func(old *Command) bool { return old.Name == c.Name && old.Type == c.Type })
		c.Application, c.Guild, c.Version = s.cfg.Application, r.params["guild"], s.ids.next()
		if before < 0 {
			c.ID = s.ids.next()
			created++
			continue
		}
		old := (*menu)[before]
		c.ID = old.ID
		if c.same(old) {
			c.Version = old.Version
		}
	}
	if !s.mayCreate(r.params["guild"], created) {
		return nil, &APIError{
			Status: http.StatusTooManyRequests, Code: 30034, Message: "Max number of daily application command creates has been reached (200)",
			after: day.Seconds(),
		}
	}
	*menu = come
	return come, nil
}

// same reports whether two commands differ in nothing but their versions.
func (c *Command) same(other *Command) bool {
	mine, its := *c, *other
	mine.Version, its.Version = "", ""
	return string(encoded(mine)) == string(encoded(its))
}

// mayCreate counts commands that are created, and reports whether there are not too many in a day.
func (s *Server) mayCreate(guildID string, n int) bool {
	now := s.cfg.Now()
	recent := slices.DeleteFunc(s.created[guildID], func(at time.Time) bool { return now.Sub(at) >= day })
	if len(recent)+n > maxCreates {
		return false
	}
	s.created[guildID] = append(recent, slices.Repeat([]time.Time{now}, n)...)
	return true
}

// UnmarshalJSON implements [json.Unmarshaler]: a command without a type is one of the chat.
func (c *Command) UnmarshalJSON(raw []byte) error {
	type fields Command
	read := fields{Type: ChatCommand}
	if err := strict(raw, &read); err != nil {
		return err
	}
	*c = Command(read)
	return nil
}

// values are the localizations of a text and the text itself.
func values(text string, localizations map[string]string) []string {
	return append(slices.Collect(maps.Values(localizations)), text)
}
