package lang

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"boardcast/bot"
)

// countArg is the argument that chooses the plural form.
const countArg = "Count"

// speech is one language with its messages read and checked.
type speech struct {
	locale    string
	style     style
	localizer *i18n.Localizer
	counted   map[string]bool // all keys; true for those with plural forms
}

func newSpeech(bundle *i18n.Bundle, files fs.FS, tag language.Tag, t tongue) (*speech, error) {
	file := t.locale + ".toml"
	data, err := fs.ReadFile(files, file)
	if err != nil {
		return nil, fmt.Errorf("reading messages: %w", err)
	}
	said, err := bundle.ParseMessageBytes(tag, data, toml.Unmarshal)
	if bad := (*toml.DecodeError)(nil); errors.As(err, &bad) {
		row, _ := bad.Position()
		return nil, fmt.Errorf("reading messages: %s:%d: %w", file, row, err)
	}
	if err != nil {
		return nil, fmt.Errorf("reading messages: %s: %w", file, err)
	}
	s := &speech{locale: t.locale, style: t.style, counted: make(map[string]bool, len(said))}
	for _, m := range said {
		if err := check(m); err != nil {
			return nil, fmt.Errorf("reading messages: %s: %q: %w", file, m.ID, err)
		}
		s.counted[m.ID] = m.Zero+m.One+m.Two+m.Few+m.Many != ""
	}
	s.localizer = i18n.NewLocalizer(bundle, tag.String())
	return s, nil
}

// check finds at the start what would otherwise go wrong when somebody is waiting for the message.
func check(m *i18n.Message) error {
	if m.Other == "" {
		return errors.New("no words, or no form “other”")
	}
	for _, form := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if _, err := parse(form); err != nil {
			return err
		}
	}
	return nil
}

func (s *speech) has(key string) bool {
	_, ok := s.counted[key]
	return ok
}

func (s *speech) say(key string, args bot.Args) (bot.Text, error) {
	f := filling{args: args}
	_, err := s.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:      key,
		TemplateData:   &f,
		TemplateParser: parser{},
		PluralCount:    s.count(key, args),
	})
	if err != nil {
		return nil, err
	}
	return f.said, nil
}

// count is the number that chooses the plural form; nil if nothing does.
func (s *speech) count(key string, args bot.Args) any {
	count := args[countArg]
	if !s.counted[key] || len(count) != 1 || count[0].Kind != bot.Number {
		return nil
	}
	return count[0].Number
}
