package commands

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// about returns the subject of a request, everything when none was given.
func (f *family) about(req *bot.Request) storage.Subject {
	if subject, ok := f.who.Given(req); ok {
		return subject
	}
	return storage.Everything
}

func (f *family) liveCommand() *bot.Command {
	return &bot.Command{
		Name: "live", Summary: "live.summary", Options: []bot.Param{f.who},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) { return f.live(v, chat, req) })
		},
	}
}

func (f *family) live(v cards.View, chat storage.Chat, req *bot.Request) (bot.Post, error) {
	subject := f.about(req)
	streams, err := v.OnAir()
	if err != nil {
		return bot.Post{}, err
	}
	watched, err := f.watchedHere(v, chat, req)
	if err != nil {
		return bot.Post{}, err
	}
	var on onAir
	for _, s := range streams {
		if storage.IsAbout(s, subject) {
			on.add(s, watched(s))
		}
	}
	if on.count() == 1 && len(on.due) == 0 {
		return v.Stream(append(on.here, on.elsewhere...)[0])
	}
	name, err := v.Heading(subject)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: bot.Say("live.now", bot.Args{"Count": bot.N(on.count()), "Who": name})}
	if on.count() == 0 {
		post.Headline = bot.Say("live.nobody", bot.Args{"Who": name})
	}
	if post.Body, err = on.lists(v); err != nil || on.count() > 0 {
		return post, err
	}
	return post, addNext(v, subject, &post)
}

// onAir is what is live, watched in the chat or elsewhere, and what should be.
type onAir struct{ here, elsewhere, due []storage.Stream }

func (on *onAir) add(s storage.Stream, watched bool) {
	switch {
	case s.State != storage.Live:
		on.due = append(on.due, s)
	case watched:
		on.here = append(on.here, s)
	default:
		on.elsewhere = append(on.elsewhere, s)
	}
}

func (on *onAir) count() int { return len(on.here) + len(on.elsewhere) }

func (on *onAir) lists(v cards.View) ([]bot.Block, error) {
	elsewhere := bot.Say("live.elsewhere")
	if len(on.here) == 0 {
		elsewhere = bot.Say("live.on")
	}
	return titled(v, []part{{bot.Say("live.on"), on.here}, {elsewhere, on.elsewhere}, {bot.Say("live.due"), on.due}})
}

// part is streams under a title.
type part struct {
	title   bot.Text
	streams []storage.Stream
}

// titled are the parts that have streams, as lists.
func titled(v cards.View, parts []part) ([]bot.Block, error) {
	var blocks []bot.Block
	for _, p := range parts {
		list, err := v.List(p.title, p.streams)
		if err != nil {
			return nil, err
		}
		if len(list.Items) > 0 {
			blocks = append(blocks, list)
		}
	}
	return blocks, nil
}

// watchedHere returns what says whether a stream is watched in the chat, for questions about everything. One about somebody
// makes no difference between streams.
func (f *family) watchedHere(v cards.View, chat storage.Chat, req *bot.Request) (func(storage.Stream) bool, error) {
	if _, given := f.who.Given(req); given {
		return func(storage.Stream) bool { return true }, nil
	}
	watches, err := storage.WatchesOf(v, chat)
	return func(s storage.Stream) bool {
		subjects := storage.SubjectsOf(s)
		return slices.ContainsFunc(watches, func(w storage.Watch) bool {
			return slices.ContainsFunc(w.Subjects, func(subject storage.Subject) bool { return slices.Contains(subjects, subject) })
		})
	}, err
}

// addNext says what comes next, after an answer that there is nothing now.
func addNext(v cards.View, subject storage.Subject, post *bot.Post) error {
	coming, _, err := gather(v.Coming(subject, v.Now), 1, storage.Stream.Upcoming)
	if err != nil {
		return err
	}
	if len(coming) == 0 {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("next.none_known")})
		return nil
	}
	line, err := v.Line(coming[0])
	if err != nil {
		return err
	}
	post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("next.is", bot.Args{"Line": line})})
	return nil
}

func (f *family) nextCommand() *bot.Command {
	return &bot.Command{
		Name: "next", Summary: "next.summary", Options: []bot.Param{f.who},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) { return f.next(v, chat, req) })
		},
	}
}

// next is the next stream, one that is watched in the chat before all others, of which those that come sooner are named.
func (f *family) next(v cards.View, chat storage.Chat, req *bot.Request) (bot.Post, error) {
	subject := f.about(req)
	watched, err := f.watchedHere(v, chat, req)
	if err != nil {
		return bot.Post{}, err
	}
	const looked, named = 50, 3
	coming, _, err := gather(v.Coming(subject, startOfDay(v.Now, v.Zone)), looked, storage.Stream.Upcoming)
	if err != nil {
		return bot.Post{}, err
	}
	if len(coming) == 0 {
		return nothing(v, subject, "next.none")
	}
	first := max(slices.IndexFunc(coming, watched), 0)
	post, err := v.Stream(coming[first])
	if err != nil || first == 0 {
		return post, err
	}
	sooner, err := titled(v, []part{{bot.Say("next.elsewhere"), coming[:min(first, named)]}})
	post.Body = append(post.Body, sooner...)
	return post, err
}

// startOfDay is the beginning of a day in a zone, from which on a stream whose hour nobody knows is still to come.
func startOfDay(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// nothing says that there is nothing to tell of a subject, and how to change that.
func nothing(v cards.View, subject storage.Subject, key string) (bot.Post, error) {
	name, err := v.Heading(subject)
	if err != nil {
		return bot.Post{}, err
	}
	return bot.Post{Headline: bot.Say(key, bot.Args{"Who": name})}, nil
}

func (f *family) scheduleCommand() *bot.Command {
	const usualDays, mostDays = 14, 60
	days := bot.IntOption("days", "option.days", 1, mostDays)
	return &bot.Command{
		Name: "schedule", Summary: "schedule.summary", Options: []bot.Param{f.who, f.platform, days, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				n, ok := days.Given(req)
				if !ok {
					n = usualDays
				}
				until := req.Now.AddDate(0, 0, n)
				platform := f.platform.Of(req).ID
				return f.list(v, req, v.Coming(f.about(req), startOfDay(v.Now, v.Zone)), listing{
					subject: f.about(req), title: "schedule.title", paged: "schedule.page", none: "next.none", days: n, size: onPage,
					fits: func(s storage.Stream) bool {
						return s.Upcoming() && s.Start.At.Before(until) && (platform == "" || isOn(s, platform))
					},
				})
			})
		},
	}
}

func isOn(s storage.Stream, platform string) bool {
	for _, airing := range s.Airings {
		if airing.Platform == platform {
			return true
		}
	}
	return false
}

func (f *family) recentCommand() *bot.Command {
	count := bot.IntOption("count", "option.count", 1, onPage)
	return &bot.Command{
		Name: "recent", Summary: "recent.summary", Options: []bot.Param{f.who, count, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				n, ok := count.Given(req)
				if !ok {
					n = onPage
				}
				return f.list(v, req, v.Past(f.about(req), req.Now), listing{
					subject: f.about(req), title: "recent.title", paged: "recent.page", none: "recent.none", size: n,
					fits: func(s storage.Stream) bool { return s.State != storage.Announced },
				})
			})
		},
	}
}

// listing is what a list of streams is of.
type listing struct {
	subject storage.Subject
	title   string // key
	paged   string // key of the title of one page of several
	none    string // key of the sentence for an empty list
	days    int
	size    int // of a page
	fits    func(storage.Stream) bool
}

func (f *family) list(v cards.View, req *bot.Request, streams iter.Seq2[storage.Stream, error], l listing) (bot.Post, error) {
	page := f.leafOf(req, l.size)
	found, more, err := gatherLeaf(streams, page, l.fits)
	switch {
	case err != nil:
		return bot.Post{}, err
	case len(found) == 0 && page.page > 1:
		return page.pastEnd(req), nil
	case len(found) == 0:
		return nothing(v, l.subject, l.none)
	}
	name, err := v.Heading(l.subject)
	if err != nil {
		return bot.Post{}, err
	}
	list, err := v.List(nil, found)
	if err != nil {
		return bot.Post{}, err
	}
	said := bot.Args{"Who": name, "Count": bot.N(len(found)), "Days": bot.N(l.days), "Page": bot.N(page.page)}
	post := bot.Post{Headline: bot.Say(l.title, said), Body: []bot.Block{list}}
	if !page.isAll(more) {
		post.Headline = bot.Say(l.paged, said)
	}
	page.turn(req, &post, more)
	return post, nil
}

func (f *family) showCommand() *bot.Command {
	stream := f.stream.Required()
	return &bot.Command{
		Name: "show", Minor: true, Summary: "show.summary", Options: []bot.Param{stream},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				post, err := v.Stream(stream.Of(req))
				if err != nil {
					return bot.Post{}, err
				}
				differs, err := v.Differs(stream.Of(req))
				if len(differs) > 0 && len(post.Body) > 0 {
					if fields, ok := post.Body[0].(bot.Fields); ok {
						post.Body[0] = append(fields, differs...) // in one column with the others
					}
				}
				return post, err
			})
		},
	}
}

func (f *family) whoCommand() *bot.Command {
	return &bot.Command{
		Name: "who", Summary: "who.summary", Options: []bot.Param{f.who, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				subject := f.about(req)
				switch subject.Kind {
				case storage.PersonSubject:
					return v.Profile(subject.ID)
				case storage.AutomakerSubject:
					return v.CompanyProfile(subject.ID)
				default:
					everyone, err := v.Everyone()
					return f.paged(req, everyone), err
				}
			})
		},
	}
}

func (f *family) weekCommand() *bot.Command {
	date := bot.NewOption("date", "option.week", func(_ context.Context, req *bot.Request, words string) (storage.ISOWeek, error) {
		period, err := bot.ReadPeriod(words, req.Now.In(req.Zone))
		if err != nil || period.Kind != bot.WeekPeriod && period.Kind != bot.DayPeriod {
			return storage.ISOWeek{}, bot.ErrNotThis
		}
		return storage.WeekOf(period.From), nil
	}).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return &bot.ChoiceError{
			Code: bot.Invalid, Say: bot.Say("week.unknown", bot.Args{"Words": bot.Quote(words)}),
			Choices: []bot.Choice{{Value: "last", Label: bot.Say("week.last")}},
		}
	}).Proposing(func(_ context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		return bot.BeginningWith(typed, weekChoices(req)), nil
	})
	return &bot.Command{
		Name: "week", Summary: "week.summary", Options: []bot.Param{date},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			week, ok := date.Given(req)
			if !ok {
				week = storage.WeekOf(req.Now.In(req.Zone))
			}
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) { return v.Week(week) })
		},
	}
}

// weekChoices are the weeks that are likely to be asked for.
func weekChoices(req *bot.Request) []bot.Choice {
	const weeks, days = 4, 7
	choices := []bot.Choice{{Value: "last", Label: bot.Say("week.last")}}
	for back := range weeks {
		year, week := req.Now.In(req.Zone).AddDate(0, 0, -days*back).ISOWeek()
		choices = append(choices, bot.Choice{Value: fmt.Sprintf("%d-W%02d", year, week)})
	}
	return choices
}
