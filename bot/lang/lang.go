// Package lang puts what boardcast says into the languages that people read: messages with their plurals, numbers, lengths
// of time, instants and places. [Words] is the bot.Words that cmd gives to the router and the adapters.
//
// # Messages
//
// A language's messages are one file named after its tag, such as en.toml, built into the program. A key is a family and a
// name, "error.busy". A template is plain words and arguments, "{{.Name}}": it holds neither markup nor logic. Styles, links
// and instants come with the arguments, which stand in the result as they were given and are never read as a template.
//
// The largest bot.Number in the argument Count, be it in a message inside of it ("over 39 M"), chooses among the plural forms
// of a message that has them; with no number in Count, or without one, the form is "other".
//
// # Adding a key
//
// Say it by a literal, bot.Say("error.busy"), or by a literal family and a computed name, bot.Say("state." + name), and add
// its words to every language. The tests read the sources: they name each key that is said and has no words, each that has
// words and is never said, and each whose placeholders are not the arguments it is said with.
//
// # Adding a language
//
// Copy en.toml to the file named after the language's BCP 47 tag, "fr.toml", and translate each value but not the keys and
// placeholders. A message with plural forms gets those of the language's CLDR rules. Then say how the language writes
// numbers, lengths, times and places: a type with the methods of style, as english.go has it, and a line in tongues below.
// The tests then hold the new file against en.toml.
package lang

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"boardcast/bot"
)

//go:embed *.toml
var messages embed.FS

// tongue is a language that boardcast speaks.
type tongue struct {
	locale string // a BCP 47 tag, which names its file of messages too
	style  style
}

// tongues are all of them, the one to fall back on first.
func tongues() []tongue {
	return []tongue{
		{"en", newEnglish()},
		{"zh", chinese{}},
		{"fr", french{}},
	}
}

// Words is bot.Words in every language that is built in. It is safe for many goroutines at once.
type Words struct {
	locales  []string
	matcher  language.Matcher
	speeches map[string]*speech
}

var _ bot.Words = (*Words)(nil)

// New reads the messages that are built in. An error names the file, and the line or key, that is wrong: it is a mistake in
// the sources, so that a program that has started once always will.
func New() (*Words, error) { return load(messages, tongues()) }

func load(files fs.FS, tongues []tongue) (*Words, error) {
	w := &Words{speeches: make(map[string]*speech, len(tongues))}
	tags := make([]language.Tag, 0, len(tongues))
	for _, t := range tongues {
		tag, err := language.Parse(t.locale)
		if err != nil {
			return nil, fmt.Errorf("reading the language tag %q: %w", t.locale, err)
		}
		tags = append(tags, tag)
		w.locales = append(w.locales, t.locale)
	}
	bundle := i18n.NewBundle(tags[0])
	for i, t := range tongues {
		s, err := newSpeech(bundle, files, tags[i], t)
		if err != nil {
			return nil, err
		}
		w.speeches[t.locale] = s
	}
	w.matcher = language.NewMatcher(tags)
	return w, nil
}

// Locales lists the languages, English first, which stands in for whatever is missing.
func (w *Words) Locales() []string { return slices.Clone(w.locales) }

// Match returns the locale that suits best the wishes, most wanted first: BCP 47 tags, or what a browser sends as
// Accept-Language. Empty and unreadable wishes are skipped; if none can be met the answer is English.
func (w *Words) Match(wishes ...string) string {
	_, i := language.MatchStrings(w.matcher, wishes...)
	return w.locales[i]
}

// Message words a message one level deep. It is an error if no language has the key, or if args lack a placeholder of the
// message; arguments that the message has no place for are left out. Of a locale that is not in Locales it is in English.
func (w *Words) Message(locale, key string, args bot.Args) (bot.Text, error) {
	s := w.speech(locale)
	if !s.has(key) {
		s = w.speech("")
	}
	if !s.has(key) {
		return nil, fmt.Errorf("no message %q in %s", key, s.locale)
	}
	said, err := s.say(key, args)
	if err != nil {
		return nil, fmt.Errorf("wording %q in %s: %w", key, s.locale, err)
	}
	return said, nil
}

// speech is the locale's, or that of the language to fall back on.
func (w *Words) speech(locale string) *speech {
	if s, ok := w.speeches[locale]; ok {
		return s
	}
	return w.speeches[w.locales[0]]
}
