package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// pick is how an option finds the stream that is meant.
type pick struct {
	name, summary string
	find          func(s storage.Scoped, id string) (storage.Stream, error) // by its id
	// fits says which streams a name alone may mean, for a command that changes them; nil: the one on air, else the next, else
	// the last.
	fits func(storage.Stream) bool
	// now says that one on air is meant rather than one to come.
	now bool
}

// streamOption is an option that is a stream, by its id or by whose it is.
func (f *family) streamOption() bot.Option[storage.Stream] {
	return f.picked(pick{name: "stream", summary: "option.stream", find: storage.Scoped.Find})
}

// openStreamOption is an option for a command that changes a stream to which something may still happen.
func (f *family) openStreamOption() bot.Option[storage.Stream] {
	return f.picked(pick{name: "stream", summary: "option.stream", find: storage.Scoped.Find, fits: storage.Stream.Open})
}

func (f *family) picked(p pick) bot.Option[storage.Stream] {
	o := bot.NewOption(p.name, p.summary, func(ctx context.Context, req *bot.Request, words string) (storage.Stream, error) {
		var stream storage.Stream
		if _, isID := idIn("s", words); !isID && isNoWho(words) {
			return stream, bot.ErrNotThis
		}
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			stream, err = p.stream(v, words)
			return err
		})
		return stream, err
	})
	propose := func(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
		err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			choices, err = p.propose(v, typed)
			return err
		})
		return choices, err
	}
	return o.Asked("ask.stream").Proposing(propose).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		choices, err := propose(ctx, req, "")
		if err != nil {
			return err
		}
		return &bot.ChoiceError{
			Code: bot.Unknown, Say: bot.Say("stream.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: choices,
		}
	})
}

// stream finds the stream that words mean, or ErrNotThis.
func (p pick) stream(v cards.View, words string) (storage.Stream, error) {
	id, ok := idIn("s", words)
	if ok {
		stream, err := p.find(v.Scoped, id)
		if !isAbsent(err) {
			return stream, err
		}
	}
	subject, err := readWho(v, words)
	if err != nil {
		return storage.Stream{}, err
	}
	if subject == storage.Everything {
		return storage.Stream{}, bot.ErrNotThis
	}
	return p.of(v, subject)
}

// of finds the one stream of a subject that is meant by its name alone, and asks back where there are several.
func (p pick) of(v cards.View, subject storage.Subject) (storage.Stream, error) {
	streams, err := p.candidates(v, subject)
	if err != nil {
		return storage.Stream{}, err
	}
	if len(streams) == 1 {
		return streams[0], nil
	}
	name, err := v.Heading(subject)
	if err != nil {
		return storage.Stream{}, err
	}
	e := &bot.ChoiceError{Code: bot.Ambiguous, Say: bot.Say("stream.several", bot.Args{"Who": name})}
	if len(streams) == 0 {
		e = &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("stream.none_of", bot.Args{"Who": name})}
		if streams, err = p.suggested(v, storage.Everything); err != nil {
			return storage.Stream{}, err
		}
	}
	if len(streams) == 0 {
		return storage.Stream{}, bot.NewError(bot.Unknown, "stream.none_now", bot.Args{"Who": name},
			bot.PressLine("/schedule"), bot.PressLine("/recent"))
	}
	e.Choices, err = streamChoices(v, streams)
	if err != nil {
		return storage.Stream{}, err
	}
	return storage.Stream{}, e
}

// candidates are the streams of a subject that its name alone may mean.
func (p pick) candidates(v cards.View, subject storage.Subject) ([]storage.Stream, error) {
	onAir, err := p.onAir(v, subject)
	if err != nil || len(onAir) > 0 && (p.fits == nil || p.now) {
		return onAir, err
	}
	coming, err := p.coming(v, subject, storage.Stream.Upcoming)
	switch {
	case err != nil:
		return nil, err
	case p.fits == nil && len(coming) > 0:
		return coming[:1], nil
	case p.fits == nil:
		past, _, err := gather(v.Past(subject, v.Now), 1, tookPlace)
		return past, err
	case len(onAir)+len(coming) > 0:
		return append(onAir, coming...), nil
	}
	return p.coming(v, subject, func(s storage.Stream) bool { return s.State == storage.Postponed })
}

// mostPicked is how many streams are offered.
const mostPicked = 10

// coming are the streams to come, or put off, that are of a kind and fit.
func (p pick) coming(v cards.View, subject storage.Subject, kind func(storage.Stream) bool) ([]storage.Stream, error) {
	coming, _, err := gather(v.Coming(subject, startOfDay(v.Now, v.Zone)), mostPicked, func(s storage.Stream) bool {
		return kind(s) && p.allows(s)
	})
	return coming, err
}

func (p pick) allows(s storage.Stream) bool { return p.fits == nil || p.fits(s) }

func tookPlace(s storage.Stream) bool { return s.State != storage.Announced }

// onAir are the streams of a subject that are on, or should be, and fit.
func (p pick) onAir(v cards.View, subject storage.Subject) ([]storage.Stream, error) {
	onAir, err := v.OnAir()
	return slices.DeleteFunc(onAir, func(s storage.Stream) bool { return !storage.IsAbout(s, subject) || !p.allows(s) }), err
}

// suggested are the streams that are likely to be meant when nothing was said: on air, to come, and the last ones.
func (p pick) suggested(v cards.View, subject storage.Subject) ([]storage.Stream, error) {
	onAir, err := p.onAir(v, subject)
	if err != nil {
		return nil, err
	}
	coming, err := p.coming(v, subject, storage.Stream.Upcoming)
	if err != nil || p.fits != nil {
		return append(onAir, coming...), err
	}
	const last = 3
	past, _, err := gather(v.Past(subject, v.Now), last, func(s storage.Stream) bool { return s.State == storage.Ended })
	return slices.Concat(onAir, coming, past), err
}

// propose lists the streams that are likely to be meant and whose ids begin with what is typed, or whose people do.
func (p pick) propose(v cards.View, typed string) ([]bot.Choice, error) {
	streams, err := p.suggested(v, storage.Everything)
	if err != nil {
		return nil, err
	}
	begins := slices.DeleteFunc(streams, func(s storage.Stream) bool { return !strings.HasPrefix(s.ID, strings.ToLower(typed)) })
	begins, err = p.withTyped(v, begins, typed)
	if err != nil {
		return nil, err
	}
	if typed != "" {
		named, err := p.ofNamed(v, typed)
		if err != nil {
			return nil, err
		}
		begins = append(begins, slices.DeleteFunc(named, func(s storage.Stream) bool {
			return slices.ContainsFunc(begins, func(other storage.Stream) bool { return other.ID == s.ID })
		})...)
	}
	return streamChoices(v, begins[:min(len(begins), mostProposed)])
}

// ofNamed are the streams that are likely to be meant of those who may be meant by a beginning.
func (p pick) ofNamed(v cards.View, typed string) ([]storage.Stream, error) {
	const most = 5
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	var streams []storage.Stream
	for _, subject := range l.names.Complete(typed, most) {
		theirs, err := p.suggested(v, subject)
		if err != nil {
			return nil, err
		}
		for _, s := range theirs {
			if !slices.ContainsFunc(streams, func(other storage.Stream) bool { return other.ID == s.ID }) {
				streams = append(streams, s)
			}
		}
	}
	return streams, nil
}

func streamChoices(v cards.View, streams []storage.Stream) ([]bot.Choice, error) {
	choices := make([]bot.Choice, 0, len(streams))
	for _, s := range streams {
		line, err := v.Line(s)
		if err != nil {
			return nil, err
		}
		choices = append(choices, bot.Choice{Value: s.ID, Label: line})
	}
	return choices, nil
}

// peopleOption is an option that is a list of people.
func (f *family) peopleOption(name, summary string) bot.Option[[]string] {
	subjects := f.subjectsOption(name, summary)
	o := bot.NewOption(name, summary, func(ctx context.Context, req *bot.Request, words string) ([]string, error) {
		var people []string
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
			listed, err := readSubjects(v, words)
			if err != nil {
				return err
			}
			people, err = onlyPeople(listed)
			return err
		})
		return people, err
	})
	return o.Explained(subjects.Explain).Proposing(subjects.Propose)
}

// onlyPeople are the ids of subjects that are people, and no more of them than a stream has.
func onlyPeople(subjects []storage.Subject) ([]string, error) {
	people := make([]string, 0, len(subjects))
	for _, subject := range subjects {
		if subject.Kind != storage.PersonSubject {
			return nil, bot.NewError(bot.Invalid, "stream.people_only", nil)
		}
		people = append(people, subject.ID)
	}
	if len(people) > maxPeople {
		return nil, bot.NewError(bot.Limit, "stream.too_many_people", bot.Args{"Max": bot.N(maxPeople)})
	}
	return people, nil
}

// platformsOption is an option that is a list of platforms, each once.
func (f *family) platformsOption(name string) bot.Option[[]string] {
	o := bot.NewOption(name, "option.platforms", func(ctx context.Context, req *bot.Request, words string) ([]string, error) {
		var ids []string
		for _, part := range bot.SplitList(words) {
			platform, err := f.platform.Read(ctx, req, part)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(ids, platform.ID) {
				ids = append(ids, platform.ID)
			}
		}
		switch {
		case len(ids) == 0:
			return nil, bot.ErrNotThis
		case len(ids) > maxAirings:
			return nil, bot.NewError(bot.Limit, "stream.too_many_platforms", bot.Args{"Max": bot.N(maxAirings)})
		}
		return ids, nil
	})
	return o.Explained(f.unknownPlatform).Proposing(func(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		return bot.InList(typed, func(part string) ([]bot.Choice, error) { return f.platform.Propose(ctx, req, part) })
	})
}

// unknownPlatform says which part of a list is no platform, and proposes the list with one in its place.
func (f *family) unknownPlatform(ctx context.Context, req *bot.Request, words string) error {
	parts := bot.SplitList(words)
	at := slices.IndexFunc(parts, func(part string) bool {
		_, err := f.platform.Read(ctx, req, part)
		return err != nil
	})
	if at < 0 || len(parts) == 1 {
		return f.platform.Explain(ctx, req, words)
	}
	err := f.platform.Explain(ctx, req, parts[at])
	if unknown, ok := errors.AsType[*bot.ChoiceError](err); ok {
		for i, choice := range unknown.Choices {
			corrected := slices.Clone(parts)
			corrected[at] = choice.Value
			unknown.Choices[i] = bot.Choice{Value: strings.Join(corrected, ","), Label: bot.Lit(choice.Value)}
		}
	}
	return err
}
