package discordsrv

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The limits of menus.
const (
	maxCommands     = 100
	maxContextMenus = 15 // of each kind
	maxName         = 32
	maxHint         = 100 // of a description
	maxMenuOptions  = 25
	maxChoices      = 25
	maxChoice       = 100
	maxCommandText  = 8000
	maxStringOption = 6000
	greatestInteger = 1 << 53
)

// commandName is what a command of the chat and its options may be called, beside being in lower case.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales are those that Discord's clients have.
var locales = []string{
	"id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi",
	"tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
}

// checkMenu notes what is wrong with a menu.
func (p *problems) checkMenu(menu []*Command) {
	most := map[int]int{ChatCommand: maxCommands, UserCommand: maxContextMenus, MessageCommand: maxContextMenus}
	names, counts := map[int]*siblings{}, map[int]int{}
	for i, c := range menu {
		at := strconv.Itoa(i)
		if c == nil {
			p.required(at)
			continue
		}
		if most[c.Type] == 0 {
			p.add(join(at, "type"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3).")
			continue
		}
		counts[c.Type]++
		if names[c.Type] == nil {
			names[c.Type] = &siblings{}
		}
		p.distinct(join(at, "name"), names[c.Type], c.Name, c.NameLocalizations)
		p.checkCommand(at, c)
	}
	for kind, n := range counts {
		if n > most[kind] {
			p.add("", "APPLICATION_COMMANDS_TOO_MANY", "A menu has %d commands of type %d at most.", most[kind], kind)
		}
	}
}

// siblings are the names that things beside each other bear, in each locale.
type siblings struct {
	plain map[string]bool
	local map[string]map[string]bool
}

// distinct notes a name that another thing beside it bears, in the same language.
func (p *problems) distinct(path string, s *siblings, name string, localizations map[string]string) {
	if s.plain == nil {
		s.plain, s.local = map[string]bool{}, map[string]map[string]bool{}
	}
	if s.plain[name] {
		p.add(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique: %q", name)
	}
	s.plain[name] = true
	for locale, text := range localizations {
		if s.local[locale] == nil {
			s.local[locale] = map[string]bool{}
		}
		if s.local[locale][text] {
			p.add(path+"_localizations."+locale, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique: %q", text)
		}
		s.local[locale][text] = true
	}
}

func (p *problems) checkCommand(at string, c *Command) {
	p.checkNames(join(at, "name"), c.Name, c.NameLocalizations, c.Type == ChatCommand)
	p.checkWhere(at, c)
	if c.Type != ChatCommand {
		if c.Description != "" || len(c.DescriptionLocalizations) > 0 {
			p.add(join(at, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Context menu commands cannot have description")
		}
		if len(c.Options) > 0 {
			p.add(join(at, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", "Context menu commands cannot have options")
		}
		return
	}
	p.checkHints(join(at, "description"), c.Description, c.DescriptionLocalizations)
	p.checkOptions(join(at, "options"), c.Options, 0)
	if n := longest(c.Name, c.NameLocalizations) + longest(c.Description, c.DescriptionLocalizations) + size(c.Options); n > maxCommandText {
		p.add(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d): it has %d characters.", maxCommandText, n)
	}
}

// checkWhere notes what is wrong with where a command is offered, and to whom.
func (p *problems) checkWhere(at string, c *Command) {
	for name, list := range map[string]*[]int{"contexts": c.Contexts, "integration_types": c.IntegrationTypes} {
		if list == nil {
			continue
		}
		most := map[string]int{"contexts": 2, "integration_types": 1}[name]
		if len(*list) == 0 {
			p.add(join(at, name), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", most+1)
		}
		for i, v := range *list {
			if v < 0 || v > most || slices.Contains((*list)[:i], v) {
				p.add(join(at, name, i), "BASE_TYPE_CHOICES", "Value must be one of those that there are, once.")
			}
		}
	}
	if c.DefaultMemberPermissions != nil {
		if _, err := strconv.ParseUint(*c.DefaultMemberPermissions, 10, 64); err != nil {
			p.add(join(at, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value %q is not int.", *c.DefaultMemberPermissions)
		}
	}
}

// size is how much of the 8,000 characters of a command its options take.
func size(options []Option) int {
	n := 0
	for _, o := range options {
		n += longest(o.Name, o.NameLocalizations) + longest(o.Description, o.DescriptionLocalizations) + size(o.Options)
		for _, c := range o.Choices {
			n += longest(c.Name, c.NameLocalizations)
			if text, ok := c.Value.(string); ok {
				n += length(text)
			} else {
				n += length(fmt.Sprint(c.Value))
			}
		}
	}
	return n
}

// longest is the length of a text or of its longest localization.
func longest(text string, localizations map[string]string) int {
	n := 0
	for _, v := range values(text, localizations) {
		n = max(n, length(v))
	}
	return n
}

func (p *problems) checkNames(path, name string, localizations map[string]string, strictly bool) {
	check := func(path, name string) {
		switch {
		case !strictly:
			p.filled(path, name, maxName)
		case !commandName.MatchString(name) || strings.ToLower(name) != name:
			p.add(path, "STRING_TYPE_REGEX", "String value did not match validation regex: %q", name)
		}
	}
	check(path, name)
	p.each(path+"_localizations", localizations, check)
}

func (p *problems) checkHints(path, text string, localizations map[string]string) {
	check := func(path, text string) { p.filled(path, text, maxHint) }
	check(path, text)
	p.each(path+"_localizations", localizations, check)
}

// each checks localizations: their languages, and each by itself.
func (p *problems) each(path string, localizations map[string]string, check func(path, text string)) {
	for locale, text := range localizations {
		if !slices.Contains(locales, locale) {
			p.add(join(path, locale), "BASE_TYPE_CHOICES", "No locale is called %q.", locale)
		}
		check(join(path, locale), text)
	}
}

// checkOptions notes what is wrong with options beside each other. depth is 0 for those of a command, 1 in a group, and 2 in a sub-command.
func (p *problems) checkOptions(path string, options []Option, depth int) {
	if len(options) > maxMenuOptions {
		p.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 0 and %d in length.", maxMenuOptions)
	}
	names, optional, nested := &siblings{}, false, 0
	for i, o := range options {
		at := join(path, i)
		p.distinct(join(at, "name"), names, o.Name, o.NameLocalizations)
		p.checkNames(join(at, "name"), o.Name, o.NameLocalizations, true)
		p.checkHints(join(at, "description"), o.Description, o.DescriptionLocalizations)
		if o.nests() {
			nested++
			p.checkNested(at, o, depth)
			continue
		}
		if o.Required && optional {
			p.add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !o.Required
		p.checkValue(at, o)
	}
	if nested > 0 && nested < len(options) || depth == 1 && nested < len(options) {
		p.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
}

// nests reports whether an option is a sub-command or a group.
func (o Option) nests() bool { return o.Type == SubCommand || o.Type == SubCommandGroup }

func (p *problems) checkNested(at string, o Option, depth int) {
	if o.Required || o.Autocomplete || len(o.Choices) > 0 {
		p.add(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands have nothing but options.")
	}
	if o.Type == SubCommandGroup {
		if depth != 0 || len(o.Options) == 0 {
			p.add(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group is in a command and has sub-commands.")
		}
		p.checkOptions(join(at, "options"), o.Options, 1)
		return
	}
	if depth > 1 {
		p.add(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands are not in sub-commands.")
	}
	p.checkOptions(join(at, "options"), o.Options, 2)
}

func (o Option) numeric() bool { return o.Type == IntegerOption || o.Type == NumberOption }

// checkValue notes what is wrong with an option that takes a value.
func (p *problems) checkValue(at string, o Option) {
	if o.Type < StringOption || o.Type > AttachmentOption {
		p.add(join(at, "type"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).")
	}
	if len(o.Options) > 0 {
		p.add(join(at, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only sub-commands have options.")
	}
	typed := o.Type == StringOption || o.numeric()
	if (o.Autocomplete || len(o.Choices) > 0) && !typed {
		p.add(at, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "Only texts and numbers have choices or are completed.")
	}
	if o.Autocomplete && len(o.Choices) > 0 {
		p.add(at, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Choices and autocomplete are mutually exclusive.")
	}
	if len(o.ChannelTypes) > 0 && o.Type != ChannelOption {
		p.add(join(at, "channel_types"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only channels have channel types.")
	}
	p.checkBounds(at, o)
	p.checkChoices(join(at, "choices"), o)
}

func (p *problems) checkBounds(at string, o Option) {
	if (o.MinValue != nil || o.MaxValue != nil) && !o.numeric() {
		p.add(join(at, "min_value"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only numbers have a least and a greatest value.")
	}
	if o.MinValue != nil && o.MaxValue != nil && *o.MinValue > *o.MaxValue {
		p.add(join(at, "max_value"), "NUMBER_TYPE_MIN", "It is less than min_value.")
	}
	if (o.MinLength != nil || o.MaxLength != nil) && o.Type != StringOption {
		p.add(join(at, "min_length"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only texts have a length.")
	}
	least, most := 0, maxStringOption
	assign(&least, o.MinLength)
	assign(&most, o.MaxLength)
	if least < 0 || most < 1 || most > maxStringOption || least > most {
		p.add(join(at, "max_length"), "NUMBER_TYPE_MAX", "int value should be between 1 and %d, and min_length.", maxStringOption)
	}
}

func (p *problems) checkChoices(path string, o Option) {
	if len(o.Choices) > maxChoices {
		p.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 0 and %d in length.", maxChoices)
	}
	names, seen := &siblings{}, map[string]bool{}
	for i, c := range o.Choices {
		at := join(path, i)
		p.distinct(join(at, "name"), names, c.Name, c.NameLocalizations)
		p.checkChoice(at, c, o.Type)
		value := fmt.Sprint(c.Value)
		if seen[value] {
			p.add(join(at, "value"), "APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_DUPLICATED", "Values must be unique.")
		}
		seen[value] = true
	}
}

// checkChoice notes what is wrong with a choice of an option, declared or completed.
func (p *problems) checkChoice(at string, c Choice, kind int) {
	check := func(path, text string) { p.filled(path, text, maxChoice) }
	check(join(at, "name"), c.Name)
	p.each(join(at, "name_localizations"), c.NameLocalizations, check)
	switch value := c.Value.(type) {
	case string:
		if kind != StringOption {
			p.add(join(at, "value"), "NUMBER_TYPE_COERCE", "Value %q is not a number.", value)
		}
		check(join(at, "value"), value)
	case float64:
		if kind == StringOption || kind == IntegerOption && (value != math.Trunc(value) || math.Abs(value) > greatestInteger) {
			p.add(join(at, "value"), "BASE_TYPE_CONVERT", "Value %v is not of the option's type.", value)
		}
	default:
		p.add(join(at, "value"), "UNION_TYPE_CHOICES", "A value is a text or a number.")
	}
}
