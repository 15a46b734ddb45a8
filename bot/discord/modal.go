package discord

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// modal is a form that Discord opens in answer to a command.
type modal struct {
	CustomID   string     `json:"custom_id"`
	Title      string     `json:"title"`
	Components []modalRow `json:"components"`
}

// modalRow is a row of a form, with one field.
type modalRow struct {
	Type       discordgo.ComponentType `json:"type"`
	Components []modalField            `json:"components"`
}

// modalField is a field of a form.
type modalField struct {
	Type        discordgo.ComponentType  `json:"type"`
	CustomID    string                   `json:"custom_id"`
	Label       string                   `json:"label"`
	Style       discordgo.TextInputStyle `json:"style"`
	Placeholder string                   `json:"placeholder,omitempty"`
	Value       string                   `json:"value,omitempty"`
	Required    bool                     `json:"required"`
	MaxLength   int                      `json:"max_length"`
}

// The limits of Discord's forms.
const (
	maxModalTitle  = 45
	maxModalFields = 5
	maxPlaceholder = 100
	maxCustomID    = 100
	maxFieldText   = 300 // characters that we read of a field which says nothing else; Discord takes 4,000
)

// wantsForm finds the command of what somebody has chosen if it has a form that is to be shown: something is missing that it requires.
func wantsForm(commands []*bot.Command, data commandData) (*bot.Command, bool) {
	path, options := data.chosen()
	command := commandAt(commands, path)
	if command == nil || !command.Form {
		return nil, false
	}
	given := data.given(options)
	return command, slices.ContainsFunc(command.Options, func(option bot.Param) bool {
		spec := option.Spec()
		return spec.Required && !slices.ContainsFunc(given, func(g bot.Given) bool { return g.Name == spec.Name })
	})
}

// commandAt is the declared command of a path; nil if there is none.
func commandAt(commands []*bot.Command, path []string) *bot.Command {
	var found *bot.Command
	for _, name := range path {
		at := slices.IndexFunc(commands, func(c *bot.Command) bool { return c.Name == name })
		if at < 0 {
			return nil
		}
		found = commands[at]
		commands = found.Sub
	}
	return found
}

// modalOf is the form of a command, with what somebody has chosen filled in. What has no field in it is kept in the form's id, which is
// the line as far as it goes.
func modalOf(command *bot.Command, data commandData, voice bot.Voice) (modal, error) {
	path, options := data.chosen()
	given := data.given(options)
	form := modal{Title: shortened(voice.Plain(bot.Say(command.Summary)), maxModalTitle)}
	for _, option := range command.Options {
		spec := option.Spec()
		if spec.Question == "" || len(form.Components) == maxModalFields {
			continue
		}
		field := fieldOf(spec, voice)
		if at := slices.IndexFunc(given, func(g bot.Given) bool { return g.Name == spec.Name }); at >= 0 {
			field.Value = shortened(given[at].Value, field.MaxLength)
			given = slices.Delete(given, at, at+1)
		}
		row := modalRow{Type: discordgo.ActionsRowComponent, Components: []modalField{field}}
		form.Components = append(form.Components, row)
	}
	form.CustomID = bot.Line(path, given...)
	if n := inUnits(form.CustomID); n > maxCustomID {
		return modal{}, fmt.Errorf("a form of %q would have an id of %d characters", path, n)
	}
	return form, nil
}

func fieldOf(spec bot.Spec, voice bot.Voice) modalField {
	field := modalField{
		Type: discordgo.TextInputComponent, CustomID: spec.Name, Style: discordgo.TextInputShort, Required: spec.Required,
		Label:       shortened(voice.Plain(bot.Say(spec.Question)), maxModalTitle),
		Placeholder: shortened(voice.Plain(bot.Say(spec.Summary)), maxPlaceholder), MaxLength: maxFieldText,
	}
	if spec.Longest > 0 {
		field.MaxLength = spec.Longest
	}
	return field
}

// modalData is a form that somebody has filled in.
type modalData struct {
	CustomID   string         `json:"custom_id"`
	Components []modalFilling `json:"components"`
}

// modalFilling is a field with what stands in it, or a row or a label around such.
type modalFilling struct {
	CustomID   string         `json:"custom_id"`
	Value      string         `json:"value"`
	Components []modalFilling `json:"components"`
	Component  *modalFilling  `json:"component"`
}

// lineOfModal is what a filled form says, as one would have typed it.
func lineOfModal(data modalData) string {
	return bot.Line([]string{strings.TrimPrefix(data.CustomID, "/")}, filled(data.Components)...)
}

// filled are the fields in which something stands.
func filled(fields []modalFilling) []bot.Given {
	var given []bot.Given
	for _, field := range fields {
		if strings.TrimSpace(field.Value) != "" {
			given = append(given, bot.Given{Name: field.CustomID, Value: field.Value})
		}
		given = append(given, filled(field.Components)...)
		if field.Component != nil {
			given = append(given, filled([]modalFilling{*field.Component})...)
		}
	}
	return given
}
