package commands

import (
	"context"
	"errors"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// usualReminder is how long before a stream a person is reminded who says nothing else.
const usualReminder = 10 * time.Minute

func (f *family) remindCommand() *bot.Command {
	subject := f.subjectOption()
	before := oneLengthOption()
	night := bot.ChoiceOption("night", "option.night", "yes", "no")
	return &bot.Command{
		Name: "remind", Summary: "remind.summary", Personal: true, Options: []bot.Param{subject, before, night},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			about, given := subject.Given(req)
			if req.Chat.Kind != bot.Private {
				return bot.Post{}, inPrivate(req, about, given)
			}
			if !given {
				return f.offerReminders(ctx, req)
			}
			asked, timed := before.Given(req)
			said := reminderSaid{before: asked, timed: timed, night: night.Of(req)}
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				changed, err := f.setReminder(tx, req, chat, about, said)
				e.Changes = []storage.Change{{Watch: &changed}}
				return err
			}, func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) {
				post, err := v.Reminded(e.Changes[0].Watch.Before, *e.Changes[0].Watch.After, chat)
				if said.rounded() {
					post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.rounded")})
				}
				return post, err
			})
		},
	}
}

// inPrivate says that reminders are for a person's own chat, and leads there where the messenger can.
func inPrivate(req *bot.Request, about storage.Subject, given bool) error {
	e := bot.NewError(bot.Unavailable, "remind.group", nil)
	if given && req.Chat.Address.Messenger.LeadsToPrivate() {
		e.Try = []bot.Button{bot.Press(bot.Say("button.remind_me"), "/remind "+cards.SubjectLine(about))}
	}
	return e
}

// reminderSaid is what is said of a reminder. What is not stays as it was, or is as usual.
type reminderSaid struct {
	before time.Duration
	timed  bool
	night  string // yes, no or nothing
}

// rounded reports whether the time that was said is none of those at which anybody is reminded.
func (r reminderSaid) rounded() bool { return r.timed && r.before != storage.NearestRung(r.before) }

// of is a reminder as it is said to be.
func (r reminderSaid) of(w storage.Watch) storage.Watch {
	if r.timed {
		w.Before = rungs([]time.Duration{r.before})
	}
	if r.night != "" {
		w.Night = r.night == "yes"
	}
	return w
}

// setReminder gives a person a reminder, in the place of the one that they have of the same subject.
func (f *family) setReminder(tx storage.Tx, req *bot.Request, chat storage.Chat, about storage.Subject,
	said reminderSaid,
) (storage.Changed[storage.Watch], error) {
	none := storage.Changed[storage.Watch]{}
	v := f.viewOf(tx, req, chat)
	mine, err := storage.RemindersOf(tx, chat, req.From.ID)
	if err != nil {
		return none, err
	}
	at := slices.IndexFunc(mine, func(w storage.Watch) bool { return w.Subjects[0] == about })
	if at >= 0 {
		return replaceReminder(tx, v, mine[at], said)
	}
	wanted := said.of(storage.Watch{Subjects: []storage.Subject{about}, Before: []time.Duration{usualReminder}})
	if err := refuseUseless(v, wanted); err != nil {
		return none, err
	}
	left, err := dropSpent(tx, v, mine)
	if err != nil {
		return none, err
	}
	if left >= storage.MaxReminders {
		return none, bot.NewError(bot.Limit, "remind.too_many", bot.Args{"Max": bot.N(storage.MaxReminders)},
			bot.Press(bot.Say("button.reminders"), "/reminders"))
	}
	added, err := storage.AddReminder(tx, chat, req.From.ID, wanted)
	return storage.Changed[storage.Watch]{After: &added}, err
}

// replaceReminder gives a reminder another time, or another way at night.
func replaceReminder(tx storage.Tx, v cards.View, before storage.Watch, said reminderSaid) (storage.Changed[storage.Watch], error) {
	after := said.of(before)
	if err := refuseUseless(v, after); err != nil {
		return storage.Changed[storage.Watch]{}, err
	}
	if slices.Equal(before.Before, after.Before) && before.Night == after.Night {
		key := "remind.already"
		if said.rounded() {
			key = "remind.already_nearest"
		}
		return storage.Changed[storage.Watch]{}, bot.NewError(bot.Conflict, key,
			bot.Args{"ID": bot.Lit(before.ID), "Before": bot.For(before.Before[0])},
			bot.Press(bot.Say("button.stop"), "/reminders "+before.ID), bot.Press(bot.Say("button.reminders"), "/reminders"))
	}
	return storage.Changed[storage.Watch]{Before: &before, After: &after}, storage.SaveWatch(tx, after)
}

// dropSpent forgets the reminders of streams that are over, and returns how many stay.
func dropSpent(tx storage.Tx, v cards.View, mine []storage.Watch) (int, error) {
	left := 0
	for _, w := range mine {
		spent, err := storage.Spent(v.Scoped, w)
		if err != nil {
			return 0, err
		}
		if !spent {
			left++
			continue
		}
		if err := storage.Watches.Delete(tx, w.ID); err != nil {
			return 0, err
		}
	}
	return left, nil
}

// refuseUseless refuses a reminder of a single stream that would never come: the stream is on or over, or it starts sooner.
func refuseUseless(v cards.View, wanted storage.Watch) error {
	about := wanted.Subjects[0]
	if about.Kind != storage.StreamSubject {
		return nil
	}
	stream, err := v.Find(about.ID)
	if err != nil {
		return err
	}
	id := bot.Lit(about.ID)
	if stream.State == storage.Postponed || stream.Upcoming() && !stream.Start.Timed() {
		return nil
	}
	if !stream.Upcoming() {
		state := bot.Say("state." + string(stream.State))
		return bot.NewError(bot.Conflict, "remind.over", bot.Args{"ID": id, "State": state}, bot.PressLine("/show "+about.ID))
	}
	left := stream.Start.At.Sub(v.Now)
	if left > wanted.Before[0] {
		return nil
	}
	e := bot.NewError(bot.Conflict, "remind.too_soon", bot.Args{"ID": id, "Left": bot.For(max(left.Round(time.Minute), time.Minute))})
	for _, rung := range storage.Ladder() {
		if rung < left {
			shorter := storage.Watch{Subjects: wanted.Subjects, Before: []time.Duration{rung}}
			line := cards.RemindLine(shorter)
			e.Try = []bot.Button{bot.PressLine(line)}
			break
		}
	}
	return e
}

// offeredStreams is how many streams a reminder is offered for.
const offeredStreams = 5

// offerReminders asks of which stream a person wants to be reminded.
func (f *family) offerReminders(ctx context.Context, req *bot.Request) (bot.Post, error) {
	return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
		coming, _, err := gather(v.Coming(storage.Everything, req.Now), offeredStreams, func(s storage.Stream) bool {
			return s.Upcoming() && (!s.Start.Timed() || s.Start.At.Sub(req.Now) > usualReminder)
		})
		if err != nil || len(coming) == 0 {
			return bot.Post{Headline: bot.Say("remind.nothing")}, err
		}
		post := bot.Post{Headline: bot.Say("remind.pick")}
		for _, s := range coming {
			line, err := v.Line(s)
			if err != nil {
				return bot.Post{}, err
			}
			post.Buttons = append(post.Buttons, bot.Press(line, "/remind "+s.ID))
		}
		return post, nil
	})
}

func (f *family) remindersCommand() *bot.Command {
	stop := f.stopOption()
	return &bot.Command{
		Name: "reminders", Summary: "reminders.summary", Personal: true, Options: []bot.Param{stop},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			if req.Chat.Kind != bot.Private {
				return bot.Post{}, bot.NewError(bot.Unavailable, "remind.group", nil)
			}
			gone, given := stop.Given(req)
			if !given {
				return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
					mine, err := openReminders(v, chat, req)
					if err != nil {
						return bot.Post{}, err
					}
					return v.Reminders(mine)
				})
			}
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				changes, err := stopReminders(tx, chat, req.From.ID, gone)
				e.Changes = changes
				return err
			}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
				var stopped []storage.Watch
				for _, change := range e.Changes {
					stopped = append(stopped, *change.Watch.Before)
				}
				return v.RemindersStopped(stopped)
			})
		},
	}
}

// stopReminders forgets reminders that are still there.
func stopReminders(tx storage.Tx, chat storage.Chat, person string, gone []storage.Watch) ([]storage.Change, error) {
	mine, err := storage.RemindersOf(tx, chat, person)
	if err != nil {
		return nil, err
	}
	var changes []storage.Change
	for _, w := range mine {
		if !slices.ContainsFunc(gone, func(g storage.Watch) bool { return g.ID == w.ID }) {
			continue
		}
		changes = append(changes, storage.Change{Watch: &storage.Changed[storage.Watch]{Before: &w}})
		if err := storage.Watches.Delete(tx, w.ID); err != nil {
			return nil, err
		}
	}
	if len(changes) == 0 {
		return nil, bot.NewError(bot.Conflict, "reminders.none", nil, bot.PressLine("/remind"))
	}
	return changes, nil
}

// openReminders are the asker's reminders of which something is to come.
func openReminders(v cards.View, chat storage.Chat, req *bot.Request) ([]storage.Watch, error) {
	mine, err := storage.RemindersOf(v, chat, req.From.ID)
	if err != nil {
		return nil, err
	}
	var open []storage.Watch
	for _, w := range mine {
		spent, err := storage.Spent(v.Scoped, w)
		if err != nil {
			return nil, err
		}
		if !spent {
			open = append(open, w)
		}
	}
	return open, nil
}

// stopOption is an option that is one of the asker's reminders, by its id or what it is of, or all of them.
func (f *family) stopOption() bot.Option[[]storage.Watch] {
	o := bot.NewOption("stop", "option.stop", func(ctx context.Context, req *bot.Request, words string) ([]storage.Watch, error) {
		var found []storage.Watch
		err := f.read(ctx, req, func(v cards.View, chat storage.Chat) (err error) {
			found, err = readReminders(v, chat, req.From.ID, words)
			return err
		})
		return found, err
	})
	return o.Proposing(f.proposeReminders).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		choices, err := f.proposeReminders(ctx, req, "")
		if err != nil {
			return err
		}
		return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("reminders.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: choices}
	})
}

func readReminders(v cards.View, chat storage.Chat, person, words string) ([]storage.Watch, error) {
	mine, err := storage.RemindersOf(v, chat, person)
	if err != nil {
		return nil, err
	}
	if bot.Means(words, "all") {
		return mine, nil
	}
	id, _ := idIn("r", words)
	fits := func(w storage.Watch) bool { return w.ID == id }
	if !slices.ContainsFunc(mine, fits) {
		subject, err := readSubject(v, words)
		if err != nil {
			return nil, err
		}
		fits = func(w storage.Watch) bool { return w.Subjects[0] == subject }
	}
	if i := slices.IndexFunc(mine, fits); i >= 0 {
		return mine[i : i+1], nil
	}
	return nil, bot.ErrNotThis
}

func (f *family) proposeReminders(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
	err = f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		mine, err := openReminders(v, chat, req)
		if err != nil {
			return err
		}
		choices, err = watchChoices(v, mine, typed)
		return err
	})
	return choices, err
}

// subjectOption is an option that is a single stream, a person, a company, or everything.
func (f *family) subjectOption() bot.Option[storage.Subject] {
	streams := f.picked(pick{name: "subject", summary: "option.subject", find: storage.Scoped.Find, fits: storage.Stream.Upcoming})
	o := bot.NewOption("subject", "option.subject", func(ctx context.Context, req *bot.Request, words string) (storage.Subject, error) {
		var subject storage.Subject
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			subject, err = readSubject(v, words)
			return err
		})
		return subject, err
	})
	return o.Explained(func(ctx context.Context, req *bot.Request, words string) error {
		if looksLikeStream(words) {
			return streams.Explain(ctx, req, words)
		}
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownWho(v, words) })
	}).Proposing(func(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		return f.proposeMatters(ctx, req, typed, storage.Stream.Upcoming)
	})
}

// oneLengthOption is an option that is one length of time.
func oneLengthOption() bot.Option[time.Duration] {
	o := bot.NewOption("before", "option.before_one", func(_ context.Context, _ *bot.Request, words string) (time.Duration, error) {
		length, err := bot.ReadLength(withoutBefore(words))
		if errors.Is(err, bot.ErrNotThis) && len(bot.SplitList(words)) > 1 {
			if _, err := bot.ReadLength(bot.SplitList(words)[0]); err == nil {
				return 0, bot.NewError(bot.Limit, "remind.one_time", nil)
			}
		}
		return length, err
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NoLength(words)
	}).Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
		return bot.LengthsFrom(typed), nil
	})
}
