package commands

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// whoOption is an option that is a person, an automaker, or everything, by any of their names.
func (f *family) whoOption() bot.Option[storage.Subject] {
	o := bot.NewOption("who", "option.who", func(ctx context.Context, req *bot.Request, words string) (storage.Subject, error) {
		var subject storage.Subject
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			subject, err = readWho(v, words)
			return err
		})
		return subject, err
	})
	return o.Asked("ask.who").Explained(func(ctx context.Context, req *bot.Request, words string) error {
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownWho(v, words, nil) })
	}).Proposing(func(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
		err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			choices, err = proposeWho(v, typed)
			return err
		})
		return choices, err
	})
}

// subjectsOption is an option that is a list of subjects, single streams among them.
func (f *family) subjectsOption(name, summary string) bot.Option[[]storage.Subject] {
	o := bot.NewOption(name, summary, func(ctx context.Context, req *bot.Request, words string) ([]storage.Subject, error) {
		var subjects []storage.Subject
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			subjects, err = readSubjects(v, words)
			return err
		})
		return subjects, err
	})
	return o.Asked("ask.subjects").Explained(func(ctx context.Context, req *bot.Request, words string) error {
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownSubject(v, words) })
	}).Proposing(func(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
		err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			choices, err = proposeWho(v, typed)
			return err
		})
		return choices, err
	})
}

// readSubjects reads a list of subjects, each once. Words that end in a comma are the beginning of a longer list.
func readSubjects(v cards.View, words string) ([]storage.Subject, error) {
	var subjects []storage.Subject
	if strings.HasSuffix(words, ",") || strings.HasSuffix(words, "，") || strings.HasSuffix(words, "、") {
		return nil, bot.ErrNotThis
	}
	for _, part := range bot.SplitList(words) {
		subject, err := readSubject(v, part)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
	}
	if len(subjects) == 0 {
		return nil, bot.ErrNotThis
	}
	return subjects, nil
}

// readSubject finds a stream by its id, or who is called so.
func readSubject(v cards.View, words string) (storage.Subject, error) {
	id, ok := storage.ParseID("s", words)
	if !ok {
		return readWho(v, words)
	}
	switch stream, err := v.Find(id); {
	case err == nil:
		return storage.OneStream(stream.ID), nil
	case !isAbsent(err):
		return storage.Subject{}, err
	default:
		return readWho(v, words)
	}
}

// looksLikeStream reports whether words can only be meant as a stream's id.
func looksLikeStream(words string) bool {
	_, ok := storage.ParseID("s", words)
	return ok && strings.ContainsAny(words, "0123456789")
}

// unknownSubject says which part of a list is not known, and proposes the list with what is near in its place.
func unknownSubject(v cards.View, words string) error {
	parts := bot.SplitList(words)
	for i, part := range parts {
		if _, err := readSubject(v, part); err == nil {
			continue
		}
		if looksLikeStream(part) {
			return bot.NewError(bot.Unknown, "stream.unknown", bot.Args{"Words": bot.Quote(part)}, bot.Press(bot.Lit("/next"), "/next"))
		}
		return unknownWho(v, part, func(value string) string {
			corrected := slices.Clone(parts)
			corrected[i] = value
			return strings.Join(corrected, ", ")
		})
	}
	if len(parts) == 0 {
		return unknownWho(v, words, nil)
	}
	list := strings.Join(parts, ", ")
	return &bot.ChoiceError{
		Code: bot.Unknown, Say: bot.Say("who.near", bot.Args{"Words": bot.Quote(words)}), Choices: []bot.Choice{{Value: list}},
	}
}

// readWho finds the one that is called by all of the words. Several of them are asked back; a person and their own company
// of one name are the company.
func readWho(v cards.View, words string) (storage.Subject, error) {
	folded := storage.Fold(strings.TrimPrefix(words, "@"))
	if folded == "everything" || folded == "all" || words == "*" {
		return storage.Everything, nil
	}
	if folded == "" {
		return storage.Subject{}, bot.ErrNotThis
	}
	found, err := v.Called(folded)
	switch {
	case err != nil:
		return storage.Subject{}, err
	case len(found) == 0:
		return storage.Subject{}, bot.ErrNotThis
	case len(found) == 1:
		return found[0], nil
	}
	// An id as it is written is never ambiguous, though it may be somebody else's name.
	if i := slices.IndexFunc(found, func(s storage.Subject) bool { return s.ID == words }); i >= 0 {
		return found[i], nil
	}
	choices, err := whoChoices(v, found)
	if err != nil {
		return storage.Subject{}, err
	}
	return storage.Subject{}, &bot.ChoiceError{
		Code: bot.Ambiguous, Say: bot.Say("who.ambiguous", bot.Args{"Words": bot.Quote(words)}), Choices: choices,
	}
}

// whoChoices are subjects as buttons: by id, which is never ambiguous, and by name with the company.
func whoChoices(v cards.View, subjects []storage.Subject) ([]bot.Choice, error) {
	choices := make([]bot.Choice, 0, len(subjects))
	for _, subject := range subjects {
		name, err := v.Subject(subject)
		if err != nil {
			return nil, err
		}
		if subject.Kind == storage.PersonSubject {
			companies, err := v.Employers(subject.ID)
			if err != nil {
				return nil, err
			}
			name = bot.Join(", ", name, companies)
		}
		choices = append(choices, bot.Choice{Value: subject.ID, Label: name})
	}
	return choices, nil
}

// nearest is how many near names are offered.
const nearest = 3

// unknownWho says that nobody is called so, and who may be meant. value writes a choice as the option takes it.
func unknownWho(v cards.View, words string, value func(string) string) error {
	near, err := nearNames(v, storage.Fold(words))
	if err != nil {
		return err
	}
	said := bot.Args{"Words": bot.Quote(words)}
	if len(near) == 0 {
		return bot.NewError(bot.Unknown, "who.unknown", said, bot.Press(bot.Lit("/who"), "/who"))
	}
	choices, err := whoChoices(v, near)
	if err != nil {
		return err
	}
	if value != nil {
		for i := range choices {
			choices[i].Value = value(choices[i].Value)
		}
	}
	return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("who.near", said), Choices: choices}
}

// nearNames finds the subjects whose names are a few slips away from what was typed, nearest first.
func nearNames(v cards.View, folded string) ([]storage.Subject, error) {
	type candidate struct {
		subject storage.Subject
		slips   int
	}
	letters := utf8.RuneCountInString(folded)
	allowed := max(1, letters/3)
	var near []candidate
	for named, err := range v.AllNames() {
		if err != nil {
			return nil, err
		}
		length := utf8.RuneCountInString(named.Folded)
		if max(length-letters, letters-length) > allowed {
			continue
		}
		n := bot.Slips(folded, named.Folded)
		if n > allowed || n >= length {
			continue
		}
		i := slices.IndexFunc(near, func(c candidate) bool { return c.subject == named.Subject })
		if i < 0 {
			near = append(near, candidate{subject: named.Subject, slips: n})
		} else {
			near[i].slips = min(near[i].slips, n)
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.slips, b.slips) })
	subjects := make([]storage.Subject, 0, nearest)
	for _, c := range near[:min(len(near), nearest)] {
		subjects = append(subjects, c.subject)
	}
	return subjects, nil
}

// proposeWho lists who may be meant by a beginning.
func proposeWho(v cards.View, typed string) ([]bot.Choice, error) {
	const most = 25
	folded := storage.Fold(typed)
	var subjects []storage.Subject
	if folded == "" {
		likely, err := likelyWho(v)
		if err != nil {
			return nil, err
		}
		subjects = likely
	}
	for named, err := range v.AllNames() {
		if err != nil {
			return nil, err
		}
		if len(subjects) < most && strings.HasPrefix(named.Folded, folded) && !slices.Contains(subjects, named.Subject) {
			subjects = append(subjects, named.Subject)
		}
	}
	return whoChoices(v, subjects)
}

// platformOption is an option that is a platform by its id or name.
func (f *family) platformOption() bot.Option[storage.Platform] {
	o := bot.NewOption("platform", "option.platform", func(ctx context.Context, _ *bot.Request, words string) (storage.Platform, error) {
		folded := storage.Fold(words)
		platforms, err := f.platforms(ctx, func(p storage.Platform) bool { return isCalled(p, folded) })
		if err != nil || len(platforms) == 0 {
			return storage.Platform{}, cmp.Or(err, bot.ErrNotThis)
		}
		return platforms[0], nil
	})
	return o.Proposing(f.proposePlatforms).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		choices, err := f.proposePlatforms(ctx, req, "")
		if err != nil {
			return err
		}
		return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("platform.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: choices}
	})
}

func (f *family) proposePlatforms(ctx context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
	platforms, err := f.platforms(ctx, func(p storage.Platform) bool { return strings.HasPrefix(p.ID, strings.ToLower(typed)) })
	choices := make([]bot.Choice, 0, len(platforms))
	for _, p := range platforms {
		choices = append(choices, bot.Choice{Value: p.ID})
	}
	return choices, err
}

// platforms returns the platforms that fit.
func (f *family) platforms(ctx context.Context, fits func(storage.Platform) bool) ([]storage.Platform, error) {
	var platforms []storage.Platform
	err := f.Store.View(ctx, func(r storage.Reader) error {
		for p, err := range storage.Platforms.Scan(r) {
			if err != nil {
				return err
			}
			if fits(p) {
				platforms = append(platforms, p)
			}
		}
		return nil
	})
	return platforms, err
}

// isCalled reports whether a platform goes by a folded name.
func isCalled(p storage.Platform, folded string) bool {
	called := func(name string) bool { return storage.Fold(name) == folded }
	return folded != "" && (called(p.ID) || slices.ContainsFunc(slices.Collect(maps.Values(p.Names)), called))
}
