package commands

import (
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// whoOption is an option that is a person, an automaker, or everything, by any of their names, an office or an address.
func (f *family) whoOption() bot.Option[storage.Subject] {
	o := bot.NewOption("who", "option.who", func(ctx context.Context, req *bot.Request, words string) (storage.Subject, error) {
		var subject storage.Subject
		if isNoWho(words) {
			return subject, bot.ErrNotThis
		}
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			subject, err = readWho(v, words)
			return err
		})
		return subject, err
	})
	return o.Asked("ask.who").Proposing(f.proposeSubjects).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownWho(v, words) })
	})
}

// isNoWho reports, cheaply, that words are too many to be a name and too spaced to be an address.
func isNoWho(words string) bool { return !storage.MayBeName(words) && strings.Contains(words, " ") }

// subjectsOption is an option that is a list of subjects.
func (f *family) subjectsOption(name, summary string) bot.Option[[]storage.Subject] {
	o := bot.NewOption(name, summary, func(ctx context.Context, req *bot.Request, words string) ([]storage.Subject, error) {
		var subjects []storage.Subject
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			subjects, err = readSubjects(v, words)
			return err
		})
		return subjects, err
	})
	return o.Asked("ask.subjects").Proposing(f.proposeList).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownSubject(v, words) })
	})
}

func (f *family) proposeSubjects(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
	err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
		choices, err = proposeWho(v, typed)
		return err
	})
	return choices, err
}

// proposeWho lists who may be meant by a beginning.
func proposeWho(v cards.View, typed string) ([]bot.Choice, error) {
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	subjects, err := l.complete(typed)
	if err != nil {
		return nil, err
	}
	return l.choices(subjects)
}

// complete are those who may be meant by a beginning, best first.
func (l look) complete(typed string) ([]storage.Subject, error) {
	subjects := l.names.Complete(typed, mostProposed)
	if strings.TrimSpace(typed) == "" {
		likely, err := likelyWho(l.View)
		if err != nil {
			return nil, err
		}
		subjects = slices.Concat(likely, slices.DeleteFunc(subjects, func(s storage.Subject) bool { return slices.Contains(likely, s) }))
	}
	return subjects[:min(len(subjects), mostProposed)], nil
}

// readWho finds the one that all of the words call. Several of them are asked back; a person and their own company of one
// name are the company. What is merely near is never taken.
func readWho(v cards.View, words string) (storage.Subject, error) {
	l, err := lookIn(v)
	if err != nil {
		return storage.Subject{}, err
	}
	return l.who(words)
}

// unknownWho says that nobody is called so, and who may be meant.
func unknownWho(v cards.View, words string) error {
	l, err := lookIn(v)
	if err != nil {
		return err
	}
	return l.unknown(words, nil)
}

// look is one look for whom words mean.
type look struct {
	cards.View
	names *storage.Directory
	aired func() (map[string]storage.Subject, error) // read when an address asks for it
}

func lookIn(v cards.View) (look, error) {
	names, err := v.Names()
	return look{View: v, names: names, aired: sync.OnceValues(func() (map[string]storage.Subject, error) { return aired(v) })}, err
}

// everythingWords mean everything.
var everythingWords = []string{
	"everything", "all", "everyone", "all streams", "全部", "所有", "所有直播", "tout", "tous", "tous les directs",
}

// readCalled is readWho by names alone, for an option whose words may go on with an office.
func readCalled(v cards.View, words string) (storage.Subject, error) {
	l, err := lookIn(v)
	if err != nil {
		return storage.Subject{}, err
	}
	return l.called(words)
}

func (l look) who(words string) (storage.Subject, error) {
	if words == "*" || slices.Contains(everythingWords, storage.Fold(words)) {
		return storage.Everything, nil
	}
	if address, ok := l.names.ReadAddress(words); ok {
		return l.at(address, words)
	}
	if office, ok := l.names.ReadOffice(words); ok {
		return l.inOffice(office, words)
	}
	return l.called(words)
}

// called is the one who has the words as a name.
func (l look) called(words string) (storage.Subject, error) {
	found := l.names.Find(words)
	if len(found) == 0 {
		found = l.calledTwice(words)
	}
	switch len(found) {
	case 0:
		return storage.Subject{}, bot.ErrNotThis
	case 1:
		return found[0], nil
	}
	// An id as it is written is never ambiguous, though it may be somebody else's name.
	if i := slices.IndexFunc(found, func(s storage.Subject) bool { return s.ID == words }); i >= 0 {
		return found[i], nil
	}
	choices, err := l.choices(found)
	if err != nil {
		return storage.Subject{}, err
	}
	return storage.Subject{}, &bot.ChoiceError{
		Code: bot.Ambiguous, Say: bot.Say("who.ambiguous", bot.Args{"Words": bot.Quote(words)}), Choices: choices,
	}
}

// calledTwice are those whom words name in two scripts, as a choice says them: "Lei Jun 雷军, Xiaomi".
func (l look) calledTwice(words string) []storage.Subject {
	only := func(han bool) string {
		return strings.Join(strings.FieldsFunc(words, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsLetter(r) && unicode.Is(unicode.Han, r) != han
		}), " ")
	}
	inHan, inLatin := only(true), only(false)
	if !storage.MayBeName(words) || storage.Fold(inHan) == "" || storage.Fold(inLatin) == "" {
		return nil
	}
	found := l.names.Find(inHan)
	return slices.DeleteFunc(slices.Clone(l.names.Find(inLatin)), func(s storage.Subject) bool { return !slices.Contains(found, s) })
}

// choices are subjects as buttons: by id, which is never ambiguous, and by name with the company.
func (l look) choices(subjects []storage.Subject) ([]bot.Choice, error) {
	choices := make([]bot.Choice, 0, len(subjects))
	for _, subject := range subjects {
		name, err := l.Subject(subject)
		if err != nil {
			return nil, err
		}
		if subject.Kind == storage.PersonSubject {
			companies, err := l.employers(subject.ID)
			if err != nil {
				return nil, err
			}
			name = bot.Joined(bot.AsideMark, name, companies)
		}
		choices = append(choices, bot.Choice{Value: subject.ID, Label: name})
	}
	return choices, nil
}

// employers are the companies beside a person's name: those of today, else one of before.
func (l look) employers(person string) (bot.Text, error) {
	companies, err := l.Employers(person)
	if before := l.names.Employer(person); err == nil && len(companies) == 0 && before != "" {
		return l.Company(before)
	}
	return companies, err
}

// nearest is how many near names are offered.
const nearest = 3

// nearWho are those whose names are near words, as choices.
func nearWho(v cards.View, words string) ([]bot.Choice, error) {
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	return l.choices(l.names.Near(words, nearest))
}

func (l look) unknown(words string, value func(string) string) error {
	choices, err := l.choices(l.names.Near(words, nearest))
	if err != nil {
		return err
	}
	if value != nil {
		for i := range choices {
			choices[i].Value = value(choices[i].Value)
		}
	}
	said := bot.Args{"Words": bot.Quote(words)}
	switch len(choices) {
	case 0:
		return bot.NewError(bot.Unknown, "who.unknown", said, bot.PressLine("/who"))
	case 1:
		said["Who"], choices[0].Label = choices[0].Label, bot.Say("button.yes")
		return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("who.near_one", said), Choices: choices}
	}
	return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("who.near", said), Choices: choices}
}
