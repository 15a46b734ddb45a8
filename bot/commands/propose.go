package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// mostProposed is how many values an option proposes.
const mostProposed = 25

// proposeList lists who, or which stream by its id, may be meant by the last part of a list.
func (f *family) proposeList(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
	err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
		l, err := lookIn(v)
		if err != nil {
			return err
		}
		choices, err = bot.InList(typed, l.proposeListed)
		return err
	})
	return choices, err
}

// proposeListed lists what may stand in a list where a part of it is typed.
func (l look) proposeListed(typed string) ([]bot.Choice, error) {
	subjects, err := l.complete(typed)
	if err != nil {
		return nil, err
	}
	streams, err := streamsFrom(l.View, typed)
	if err != nil {
		return nil, err
	}
	everything := bot.BeginningWith(typed, []bot.Choice{{Value: "everything", Label: bot.Say("subject.all")}})
	subjects = subjects[:min(len(subjects), mostProposed-len(everything))]
	choices := make([]bot.Choice, 0, mostProposed)
	for _, s := range streams {
		label := bot.Lit(s.ID)
		if subject := whoseIs(s); subject.ID != "" {
			if label, err = l.labelInList(subject); err != nil {
				return nil, err
			}
			label = bot.Join(aside, bot.Lit(s.ID), label)
		}
		choices = append(choices, bot.Choice{Value: s.ID, Label: label})
	}
	for _, subject := range subjects {
		label, err := l.labelInList(subject)
		if err != nil {
			return nil, err
		}
		choices = append(choices, bot.Choice{Value: subject.ID, Label: label})
	}
	return append(choices, everything...), nil
}

// aside stands before what is said besides a name in a list, where a comma would end it.
const aside = " · "

// idIn reads an id as it is typed, or as a choice says it beside what it is of: "w3 · Xiaomi", "Tue 7 May · Lei Jun · s7k". Some
// messengers put what a choice says in the place of its value.
func idIn(letter, words string) (string, bool) {
	parts := strings.Split(words, aside)
	if id, ok := storage.ParseID(letter, parts[0]); ok {
		return id, true
	}
	return storage.ParseID(letter, parts[len(parts)-1])
}

// labelInList names somebody so that the name, too, is understood in a list as them: some messengers put what a choice says in the
// place of its value, and people go on typing behind it.
func (l look) labelInList(subject storage.Subject) (bot.Text, error) {
	name, err := l.Subject(subject)
	if err != nil {
		return nil, err
	}
	labels := []bot.Text{name}
	if company := l.names.Employer(subject.ID); subject.Kind == storage.PersonSubject && company != "" {
		of, err := l.Company(company)
		if err != nil {
			return nil, err
		}
		labels = []bot.Text{bot.Join(aside, name, of), name}
	}
	voice := bot.Voice{Words: l.Words, Locale: l.Locale, Zone: l.Zone, Now: l.Now}
	for _, label := range labels {
		said := voice.Plain(label)
		if is, err := l.subject(said); err == nil && is == subject && len(bot.SplitList(said)) == 1 {
			return label, nil
		}
	}
	return bot.Lit(subject.ID), nil
}

// whoseIs is the first one whose stream it is, or the company; without an id it is nobody's.
func whoseIs(s storage.Stream) storage.Subject {
	if len(s.People) > 0 {
		return storage.Person(s.People[0])
	}
	return storage.Company(s.Automaker)
}

// streamsFrom are the streams whose ids begin with what is typed, if that is the beginning of one: those that are likely to be meant,
// and the very one.
func streamsFrom(v cards.View, typed string) ([]storage.Stream, error) {
	if _, ok := storage.ParseID("s", typed); !ok && typed != "s" {
		return nil, nil
	}
	p := pick{find: storage.Scoped.Find}
	streams, err := p.suggested(v, storage.Everything)
	if err != nil {
		return nil, err
	}
	begins := slices.DeleteFunc(streams, func(s storage.Stream) bool { return !strings.HasPrefix(s.ID, strings.ToLower(typed)) })
	return p.withTyped(v, begins, typed)
}

// withTyped puts the stream whose id is typed before others, if it is none of them and may be meant.
func (p pick) withTyped(v cards.View, streams []storage.Stream, typed string) ([]storage.Stream, error) {
	id, ok := storage.ParseID("s", typed)
	if !ok || slices.ContainsFunc(streams, func(s storage.Stream) bool { return s.ID == id }) {
		return streams, nil
	}
	stream, err := p.find(v.Scoped, id)
	if isAbsent(err) || err == nil && !p.allows(stream) {
		return streams, nil
	}
	return append([]storage.Stream{stream}, streams...), err
}

// proposeMatters lists who, or which stream, may be meant by a beginning. With nothing typed the streams that fit come first.
func (f *family) proposeMatters(ctx context.Context, req *bot.Request, typed string, fits func(storage.Stream) bool) (choices []bot.Choice, err error) {
	err = f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
		streams, err := streamsFrom(v, typed)
		if typed == "" && err == nil {
			const likely = 5
			streams, _, err = gather(v.Coming(storage.Everything, v.Now), likely, fits)
		}
		if err != nil {
			return err
		}
		if choices, err = streamChoices(v, streams); err != nil {
			return err
		}
		who, err := proposeWho(v, typed)
		choices = append(choices, who...)
		return err
	})
	return choices[:min(len(choices), mostProposed)], err
}

// watchChoices are those of some watches whose ids begin with what is typed, or that are about somebody whom it may mean.
func watchChoices(v cards.View, watches []storage.Watch, typed string) ([]bot.Choice, error) {
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	meant := l.names.Complete(typed, mostProposed)
	var choices []bot.Choice
	for _, w := range watches {
		about := slices.ContainsFunc(w.Subjects, func(s storage.Subject) bool {
			return slices.Contains(meant, s) || s == storage.Everything && isBeginning(typed, everythingWords)
		})
		if !about && !strings.HasPrefix(w.ID, strings.ToLower(typed)) {
			continue
		}
		names, err := v.Subjects(w.Subjects)
		if err != nil {
			return nil, err
		}
		choices = append(choices, bot.Choice{Value: w.ID, Label: bot.Join(" · ", bot.Lit(w.ID), names)})
	}
	return choices, nil
}

// isBeginning reports whether one of some folded words begins with what is typed.
func isBeginning(typed string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, storage.Fold(typed)) })
}

// proposePreviewed lists the chat's watches that may be meant by a beginning, and else whom one could watch.
func (f *family) proposePreviewed(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
	watches, err := f.proposeWatches(ctx, req, typed)
	if err != nil || len(watches) > 0 {
		return watches, err
	}
	return f.proposeList(ctx, req, typed)
}

// proposeChats lists the chats, whatever messenger they are on, by the beginnings of their ids and titles.
func (f *family) proposeChats(ctx context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
	const looked = 1000
	folded := storage.Fold(typed)
	var choices []bot.Choice
	err := f.Store.View(ctx, func(r storage.Reader) error {
		choices = nil
		n := 0
		for chat, err := range storage.Chats.Scan(r) {
			if n++; err != nil || n > looked || len(choices) == mostProposed {
				return err
			}
			if strings.HasPrefix(chat.ID, folded) || strings.HasPrefix(storage.Fold(chat.Title), folded) {
				label := bot.Join(aside, bot.Lit(chat.ID), bot.Lit(chat.Title).OrNone(), bot.Lit(string(chat.Address.Messenger)))
				choices = append(choices, bot.Choice{Value: chat.ID, Label: label})
			}
		}
		return nil
	})
	return choices, err
}

// proposeOwners lists the communities that have a stream of their own by the id that a request names.
func (f *family) proposeOwners(ctx context.Context, _ *bot.Request, stream string) ([]bot.Choice, error) {
	var choices []bot.Choice
	err := f.Store.View(ctx, func(r storage.Reader) error {
		own, err := storage.OwnStreams(r, stream)
		choices = nil
		for _, s := range own {
			choices = append(choices, bot.Choice{Value: string(s.Scope)})
		}
		return err
	})
	return choices, err
}

// proposeDates lists today and what may stand for it.
func proposeDates(_ context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
	today := req.Now.In(req.Zone).Format(time.DateOnly)
	return bot.BeginningWith(typed, []bot.Choice{{Value: today}, {Value: today[:7]}, {Value: today[:4]}}), nil
}

// proposeNobody lists the word for nobody.
func proposeNobody(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
	return bot.BeginningWith(typed, []bot.Choice{{Value: "none"}}), nil
}

// proposeBefore lists lengths of time before a stream, and none at all.
func proposeBefore(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
	return bot.InList(typed, func(part string) ([]bot.Choice, error) {
		choices := bot.LengthsFrom(part)
		if part == typed {
			choices = append(choices, bot.BeginningWith(part, []bot.Choice{{Value: "none"}})...)
		}
		return choices, nil
	})
}
