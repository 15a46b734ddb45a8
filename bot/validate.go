package bot

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// The limits of the strictest messenger.
const (
	maxOptions = 25
	maxSubs    = 25
	maxSummary = 100 // characters
	maxKeyword = 100
	maxFields  = 5    // of a form
	maxLabel   = 45   // characters of a form's title and of a field's
	maxInMenu  = 8000 // characters of all names, summaries and fixed words of a command with its sub-commands
)

var legalName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// Validate holds declarations against what every messenger takes and product rules ask for: legal and unique names, run or
// sub-commands but not both, depth 2, one access for a command and its sub-commands, required options first, forms with a short
// question for all that is required, no more than fits a menu in the longest language, and commands of different access more than
// one slip apart. It returns all faults at once.
func Validate(commands []*Command, words Words) error {
	v := validation{words: words}
	v.level(commands, "")
	for _, command := range commands {
		if n := v.inMenu(command); n > maxInMenu {
			v.fault("command %q has %d characters in a menu", command.Name, n)
		}
	}
	for i, a := range commands {
		for _, b := range commands[i+1:] {
			if a.Access != b.Access && Slips(a.Name, b.Name) <= 1 {
				v.fault("%s and %s are one slip apart, but for different people", a.Name, b.Name)
			}
		}
	}
	return errors.Join(v.faults...)
}

type validation struct {
	words  Words
	faults []error
}

func (v *validation) fault(format string, args ...any) {
	v.faults = append(v.faults, fmt.Errorf(format, args...))
}

// level checks commands that stand beside each other.
func (v *validation) level(commands []*Command, parent string) {
	seen := map[string]bool{}
	for _, command := range commands {
		name := parent + command.Name
		if !legalName.MatchString(command.Name) {
			v.fault("command %q has a name that is not legal everywhere", name)
		}
		if seen[command.Name] {
			v.fault("command %q is declared twice", name)
		}
		seen[command.Name] = true
		v.command(command, name, parent == "")
	}
}

func (v *validation) command(command *Command, name string, top bool) {
	v.summary(name, command.Summary)
	if (command.Run == nil) == (len(command.Sub) == 0) {
		v.fault("command %q must run or have sub-commands, one of the two", name)
	}
	if len(command.Sub) > maxSubs || len(command.Options) > maxOptions {
		v.fault("command %q has more than 25 options or sub-commands", name)
	}
	if !top && len(command.Sub) > 0 {
		v.fault("command %q is nested too deep", name)
	}
	for _, sub := range command.Sub {
		if sub.Access != command.Access {
			v.fault("command %q and its %q are for different people", name, sub.Name)
		}
	}
	v.options(command, name)
	v.form(command, name)
	v.level(command.Sub, name+" ")
}

func (v *validation) options(command *Command, name string) {
	seen := map[string]bool{}
	optional := false
	for i, option := range command.Options {
		spec := option.Spec()
		v.summary(name+" "+spec.Name, spec.Summary)
		if !legalName.MatchString(spec.Name) || seen[spec.Name] {
			v.fault("option %q of %q has a name that is not legal or not unique", spec.Name, name)
		}
		seen[spec.Name] = true
		if spec.Required && optional {
			v.fault("option %q of %q is required but follows an optional one", spec.Name, name)
		}
		optional = optional || !spec.Required
		if spec.Rest && slices.ContainsFunc(command.Options[i+1:], func(o Param) bool { return !o.Spec().Named }) {
			v.fault("option %q of %q takes the rest but is not the last", spec.Name, name)
		}
		v.values(spec, name)
	}
}

// values checks the fixed words of an option.
func (v *validation) values(spec Spec, name string) {
	for _, value := range spec.Values {
		if n := v.longest(func(in Voice) string { return in.Keyword(value) }); n > maxKeyword {
			v.fault("the word %q of %q has %d characters in a menu", value, name, n)
		}
	}
}

// form checks that the form of a command has room for all that must be given, and short names for it.
func (v *validation) form(command *Command, name string) {
	if !command.Form {
		return
	}
	fields := 0
	for _, option := range command.Options {
		spec := option.Spec()
		if spec.Question == "" {
			if spec.Required {
				v.fault("option %q of %q is required, but its form does not ask for it", spec.Name, name)
			}
			continue
		}
		fields++
		if n := v.longest(func(in Voice) string { return in.Plain(Say(spec.Question)) }); n > maxLabel {
			v.fault("option %q of %q is asked for with %d characters in a form", spec.Name, name, n)
		}
	}
	if fields == 0 || fields > maxFields {
		v.fault("command %q has %d fields in its form", name, fields)
	}
}

// inMenu is how many characters a command has in a menu, each of its words in the language in which it is longest.
func (v *validation) inMenu(command *Command) int {
	n := len(command.Name) + v.longest(func(in Voice) string { return in.Plain(Say(command.Summary)) })
	for _, option := range command.Options {
		spec := option.Spec()
		n += len(spec.Name) + v.longest(func(in Voice) string { return in.Plain(Say(spec.Summary)) })
		for _, value := range spec.Values {
			n += len(value) + v.longest(func(in Voice) string { return in.Keyword(value) })
		}
	}
	for _, sub := range command.Sub {
		n += v.inMenu(sub)
	}
	return n
}

// longest is how many characters something has in the language in which it has most.
func (v *validation) longest(said func(in Voice) string) int {
	most := 0
	for _, locale := range v.words.Locales() {
		most = max(most, utf8.RuneCountInString(said(Voice{Words: v.words, Locale: locale})))
	}
	return most
}

// summary checks that a sentence is there in every language and short enough for a menu.
func (v *validation) summary(name, key string) {
	for _, locale := range v.words.Locales() {
		said, err := v.words.Message(locale, key, nil)
		if err != nil {
			v.fault("%s: summary: %w", name, err)
			continue
		}
		voice := Voice{Words: v.words, Locale: locale}
		if n := len([]rune(voice.Plain(said))); n == 0 || n > maxSummary {
			v.fault("%s: summary %q has %d characters in %q", name, key, n, locale)
		}
	}
}
