package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// menuCommand is a command as Discord takes it into its menus. The commands of the library do not do: they leave out or add fields
// whose absence means something when a menu is compared with what stands at Discord.
type menuCommand struct {
	Type                     discordgo.ApplicationCommandType `json:"type"`
	Name                     string                           `json:"name"`
	NameLocalizations        map[string]string                `json:"name_localizations,omitempty"`
	Description              string                           `json:"description"`
	DescriptionLocalizations map[string]string                `json:"description_localizations,omitempty"`
	Options                  []menuOption                     `json:"options,omitempty"`
	// Permissions is null: all see every command, because a moderator who was named by the admins has no right that Discord knows of.
	Permissions  *string                                `json:"default_member_permissions"`
	Contexts     []discordgo.InteractionContextType     `json:"contexts"`
	Integrations []discordgo.ApplicationIntegrationType `json:"integration_types"`
}

// menuOption is an option of a command, or a sub-command.
type menuOption struct {
	Type                     discordgo.ApplicationCommandOptionType `json:"type"`
	Name                     string                                 `json:"name"`
	Description              string                                 `json:"description"`
	DescriptionLocalizations map[string]string                      `json:"description_localizations,omitempty"`
	Required                 bool                                   `json:"required,omitempty"`
	Options                  []menuOption                           `json:"options,omitempty"`
	Choices                  []menuChoice                           `json:"choices,omitempty"`
	ChannelTypes             []discordgo.ChannelType                `json:"channel_types,omitempty"`
	Min                      *float64                               `json:"min_value,omitempty"`
	Max                      *float64                               `json:"max_value,omitempty"`
	MaxLength                int                                    `json:"max_length,omitempty"`
	Autocomplete             bool                                   `json:"autocomplete,omitempty"`
}

// menuChoice is a fixed word of an option.
type menuChoice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             string            `json:"value"`
}

// The limits of Discord's menus.
const (
	maxMenuCommands = 100
	maxMenuChoices  = 25
	maxMenuSize     = 8000 // characters of a command, each of its words in the language in which it is longest
)

// The commands and options that stand for more than their names.
const (
	chatOption = "chat" // sends any command to another chat
	whyCommand = "why"  // is offered with every message
)

// menuOf is the menu of the declared commands. Their names are the same in every language, as help and buttons say them; what stands
// beside the names is in each. A menu that Discord would not take is an error.
func menuOf(commands []*bot.Command, words bot.Words) ([]*menuCommand, error) {
	m := newMenu(words)
	var list []*menuCommand
	for _, command := range commands {
		entry := m.command(command)
		if n := entry.size(); n > maxMenuSize {
			return nil, fmt.Errorf("/%s has %d characters in the menu, Discord takes %d", entry.Name, n, maxMenuSize)
		}
		list = append(list, entry)
	}
	if len(list) > maxMenuCommands {
		return nil, fmt.Errorf("there are %d commands, Discord takes %d", len(list), maxMenuCommands)
	}
	if slices.ContainsFunc(commands, func(c *bot.Command) bool { return c.Name == whyCommand }) {
		list = append(list, m.messageEntry())
	}
	return list, nil
}

// menu words a menu.
type menu struct {
	plain bot.Voice // for everybody whose language is none of the others
	// others are the voices of the other languages, by each of Discord's locales that read them.
	others map[string]bot.Voice
}

// newMenu sorts Discord's locales by the languages that there are words in: every locale of a language gets them, zh-TW those in
// simplified characters too, which its readers know better than English. The language to fall back on stands in the descriptions
// themselves, so that en-US and en-GB need none of their own.
func newMenu(words bot.Words) menu {
	locales := words.Locales()
	m := menu{plain: bot.Voice{Words: words, Locale: locales[0]}, others: map[string]bot.Voice{}}
	for theirs := range discordgo.Locales {
		language, _, _ := strings.Cut(string(theirs), "-")
		if i := slices.IndexFunc(locales, func(ours string) bool { return strings.EqualFold(ours, language) }); i > 0 {
			m.others[string(theirs)] = bot.Voice{Words: words, Locale: locales[i]}
		}
	}
	return m
}

// said is what a voice says, in the language to fall back on and in Discord's other locales.
func (m menu) said(say func(v bot.Voice) string) (string, map[string]string) {
	others := make(map[string]string, len(m.others))
	for locale, voice := range m.others {
		others[locale] = say(voice)
	}
	return say(m.plain), others
}

// sentence is said of a message by its key.
func (m menu) sentence(key string) (string, map[string]string) {
	return m.said(func(v bot.Voice) string { return v.Plain(bot.Say(key)) })
}

func (m menu) command(command *bot.Command) *menuCommand {
	entry := &menuCommand{
		Type: discordgo.ChatApplicationCommand, Name: command.Name,
		Contexts:     []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM},
		Integrations: []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall},
	}
	if command.Access == bot.Operator { // of no concern to a server; Discord cannot show it to some people alone
		entry.Contexts = []discordgo.InteractionContextType{discordgo.InteractionContextBotDM}
	}
	entry.Description, entry.DescriptionLocalizations = m.sentence(command.Summary)
	for _, sub := range command.Sub {
		part := menuOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: sub.Name, Options: m.options(sub)}
		part.Description, part.DescriptionLocalizations = m.sentence(sub.Summary)
		entry.Options = append(entry.Options, part)
	}
	if len(command.Sub) == 0 {
		entry.Options = m.options(command)
	}
	return entry
}

// options are those of a command that runs, and for what moderators can set up the chat that it is for.
func (m menu) options(command *bot.Command) []menuOption {
	var options []menuOption
	elsewhere := command.Access == bot.Moderator
	for _, param := range command.Options {
		spec := param.Spec()
		options = append(options, m.option(spec, spec.Required && !command.Form))
		elsewhere = elsewhere && spec.Name != chatOption
	}
	if elsewhere {
		options = append(options, m.otherChat())
	}
	return options
}

func (m menu) option(spec bot.Spec, required bool) menuOption {
	option := menuOption{Type: discordgo.ApplicationCommandOptionString, Name: spec.Name, Required: required}
	option.Description, option.DescriptionLocalizations = m.sentence(spec.Summary)
	switch {
	case spec.Kind == bot.Whole:
		low, high := float64(spec.Low), float64(spec.High)
		option.Type, option.Min, option.Max = discordgo.ApplicationCommandOptionInteger, &low, &high
	case spec.Kind == bot.OneOf && len(spec.Values) <= maxMenuChoices:
		option.Choices = m.choices(spec.Values)
	case spec.Kind == bot.Somebody && len(spec.Values) == 0:
		option.Type = discordgo.ApplicationCommandOptionMentionable
	default:
		option.MaxLength, option.Autocomplete = spec.Longest, spec.Proposes
	}
	return option
}

func (m menu) choices(values []string) []menuChoice {
	choices := make([]menuChoice, 0, len(values))
	for _, value := range values {
		choice := menuChoice{Value: value}
		choice.Name, choice.NameLocalizations = m.said(func(v bot.Voice) string { return v.Keyword(value) })
		choices = append(choices, choice)
	}
	return choices
}

// otherChat is the option with which a command is sent to another channel, or thread, in which messages can be written.
func (m menu) otherChat() menuOption {
	option := menuOption{
		Type: discordgo.ApplicationCommandOptionChannel, Name: chatOption,
		ChannelTypes: []discordgo.ChannelType{
			discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildNewsThread,
			discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread,
		},
	}
	option.Description, option.DescriptionLocalizations = m.sentence("discord.other_chat")
	return option
}

// messageEntry stands in the menu of every message and asks why it came.
func (m menu) messageEntry() *menuCommand {
	entry := &menuCommand{
		Type:         discordgo.MessageApplicationCommand,
		Contexts:     []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM},
		Integrations: []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall},
	}
	entry.Name, entry.NameLocalizations = m.sentence("discord.why_this")
	return entry
}

// size is how many characters Discord counts of a command.
func (c *menuCommand) size() int {
	return longest(c.Name, c.NameLocalizations) + longest(c.Description, c.DescriptionLocalizations) + sizeOf(c.Options)
}

func sizeOf(options []menuOption) int {
	n := 0
	for _, option := range options {
		n += utf8.RuneCountInString(option.Name) + longest(option.Description, option.DescriptionLocalizations) + sizeOf(option.Options)
		for _, choice := range option.Choices {
			n += longest(choice.Name, choice.NameLocalizations) + utf8.RuneCountInString(choice.Value)
		}
	}
	return n
}

func longest(said string, others map[string]string) int {
	most := utf8.RuneCountInString(said)
	for other := range maps.Values(others) {
		most = max(most, utf8.RuneCountInString(other))
	}
	return most
}

// sameMenu reports whether what Discord has published, as it lists it with its localizations, is the menu that is wanted. What Discord
// adds, such as ids, versions and nulls, makes no difference, nor does the order of commands.
func sameMenu(published []json.RawMessage, wanted []*menuCommand) bool {
	standing := make([]*menuCommand, len(published))
	for i, raw := range published {
		if json.Unmarshal(raw, &standing[i]) != nil || standing[i] == nil {
			return false
		}
	}
	have, err := canonical(standing)
	if err != nil {
		return false
	}
	want, err := canonical(wanted)
	return err == nil && bytes.Equal(have, want)
}

// canonical encodes a menu in the one way that is compared.
func canonical(menu []*menuCommand) ([]byte, error) {
	sorted := make([]*menuCommand, 0, len(menu))
	for _, command := range menu {
		c := *command
		c.Contexts, c.Integrations = slices.Sorted(slices.Values(c.Contexts)), slices.Sorted(slices.Values(c.Integrations))
		c.Options = canonicalOptions(c.Options)
		sorted = append(sorted, &c)
	}
	slices.SortFunc(sorted, func(a, b *menuCommand) int {
		if a.Type != b.Type {
			return int(a.Type) - int(b.Type)
		}
		return strings.Compare(a.Name, b.Name)
	})
	encoded, err := json.Marshal(sorted)
	if err != nil {
		return nil, fmt.Errorf("encode a menu: %w", err)
	}
	return encoded, nil
}

func canonicalOptions(options []menuOption) []menuOption {
	sorted := slices.Clone(options)
	for i := range sorted {
		sorted[i].ChannelTypes = slices.Sorted(slices.Values(sorted[i].ChannelTypes))
		sorted[i].Options = canonicalOptions(sorted[i].Options)
	}
	return sorted
}
