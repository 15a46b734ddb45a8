package discord

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// commandData is what somebody has chosen from a menu, or is choosing.
type commandData struct {
	Name     string                           `json:"name"`
	Type     discordgo.ApplicationCommandType `json:"type"`
	Options  []commandOption                  `json:"options"`
	Resolved resolvedData                     `json:"resolved"`
	TargetID string                           `json:"target_id"`
}

// commandOption is an option with its value, or a sub-command with its options.
type commandOption struct {
	Name    string                                 `json:"name"`
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   json.RawMessage                        `json:"value"`
	Options []commandOption                        `json:"options"`
	Focused bool                                   `json:"focused"` // it is being typed in
}

// resolvedData are those whose ids stand in options.
type resolvedData struct {
	Roles    map[string]resolvedRole  `json:"roles"`
	Messages map[string]targetMessage `json:"messages"`
	Channels map[string]channel       `json:"channels"`
}

type resolvedRole struct {
	Name string `json:"name"`
}

// targetMessage is as much of a message as tells what it is about.
type targetMessage struct {
	Embeds []struct {
		Footer struct {
			Text string `json:"text"`
		} `json:"footer"`
	} `json:"embeds"`
	Components []targetComponent `json:"components"`
}

type targetComponent struct {
	CustomID   string            `json:"custom_id"`
	Components []targetComponent `json:"components"`
}

// everyone is the name of the role that all have.
const everyone = "@everyone"

// lineOf is what somebody has chosen as they would have typed it.
func lineOf(data commandData) string {
	if data.Type == discordgo.MessageApplicationCommand {
		return strings.TrimSpace("/" + whyCommand + " " + streamOf(data.Resolved.Messages[data.TargetID]))
	}
	path, options := data.chosen()
	return bot.Line(path, data.given(options)...)
}

// typingOf is the line of what is chosen so far, the option that is being typed in, and what is typed; ok is false where none is.
func typingOf(data commandData) (line, option, typed string, ok bool) {
	path, options := data.chosen()
	for _, o := range options {
		if o.Focused {
			return bot.Line(path, data.given(options)...), o.Name, o.text(), true
		}
	}
	return "", "", "", false
}

// chosen is the command, with its sub-command, and the options of it.
func (d commandData) chosen() (path []string, options []commandOption) {
	path, options = []string{d.Name}, d.Options
	if len(options) == 1 && options[0].Type == discordgo.ApplicationCommandOptionSubCommand {
		return append(path, options[0].Name), options[0].Options
	}
	return path, options
}

// given are the values of options, but for the one that is being typed in. What holds nothing says nothing.
func (d commandData) given(options []commandOption) []bot.Given {
	var given []bot.Given
	for _, o := range options {
		value := o.text()
		if o.Type == discordgo.ApplicationCommandOptionMentionable {
			value = d.mention(value)
		}
		if !o.Focused && strings.TrimSpace(value) != "" {
			given = append(given, bot.Given{Name: o.Name, Value: value})
		}
	}
	return given
}

// text is the value as it is typed: a string, or a number or another word of JSON.
func (o commandOption) text() string {
	var text string
	if json.Unmarshal(o.Value, &text) == nil {
		return text
	}
	return string(bytes.TrimSpace(o.Value))
}

// mention mentions the role or the person of an id.
func (d commandData) mention(id string) string {
	role, isRole := d.Resolved.Roles[id]
	switch {
	case id == "":
		return ""
	case isRole && role.Name == everyone:
		return everyone
	case isRole:
		return "<@&" + id + ">"
	default:
		return "<@" + id + ">"
	}
}

// streamID is the id of a stream as posts and the lines of their buttons have it, without vowels, so that no word is one.
var streamID = regexp.MustCompile(`^s[1-9b-df-hjkmnp-tv-z][0-9b-df-hjkmnp-tv-z]{0,11}$`)

// streamOf is the id of the stream that a post of ours is about, as its footer ends with it; else the only one that its buttons are
// about; else none.
func streamOf(m targetMessage) string {
	for _, embed := range m.Embeds {
		parts := strings.Split(embed.Footer.Text, " · ")
		if last := strings.TrimSpace(parts[len(parts)-1]); streamID.MatchString(last) {
			return last
		}
	}
	found := ""
	for _, line := range linesOf(m.Components) {
		for word := range strings.FieldsSeq(line) {
			switch {
			case !streamID.MatchString(word):
			case found != "" && found != word:
				return ""
			default:
				found = word
			}
		}
	}
	return found
}

// linesOf are the command lines of buttons.
func linesOf(components []targetComponent) []string {
	var lines []string
	for _, c := range components {
		if strings.HasPrefix(c.CustomID, "/") {
			lines = append(lines, c.CustomID)
		}
		lines = append(lines, linesOf(c.Components)...)
	}
	return lines
}
