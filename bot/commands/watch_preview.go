package commands

import (
	"context"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/storage"
)

func (f *family) watchPreview() *bot.Command {
	watch := bot.NewOption("watch", "option.watch_or_subjects", func(ctx context.Context, req *bot.Request, words string) (storage.Watch, error) {
		w, err := f.readWatch(ctx, req, words)
		if err == nil {
			return w, nil
		}
		err = f.read(ctx, req, func(v cards.View, chat storage.Chat) (err error) {
			w.Subjects, err = readSubjects(v, words)
			w.Style, w.Before = storage.CardStyle, storage.DefaultBefore(chat.Kind, storage.CardStyle)
			return err
		})
		return w, err
	}).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownSubject(v, words) })
	}).Proposing(f.proposePreviewed).Required()
	return &bot.Command{
		Name: "preview", Summary: "watch.preview", Access: bot.Moderator, Options: []bot.Param{watch},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				return preview(ctx, v, chat, watch.Of(req))
			})
		},
	}
}

// preview says what a watch would send for the next stream that it matches, or for an example the last one, and what it would have
// sent of late. It writes nothing.
func preview(ctx context.Context, v cards.View, chat storage.Chat, w storage.Watch) (bot.Post, error) {
	names, err := v.Briefly(w.Subjects)
	if err != nil {
		return bot.Post{}, err
	}
	stream, coming, err := exampleFor(v, w)
	if err != nil {
		return bot.Post{}, err
	}
	said := bot.Args{"Subjects": names}
	if stream == nil {
		return bot.Post{Headline: bot.Say("preview.none", said), Private: true}, nil
	}
	post := bot.Post{Headline: bot.Say("preview.last", said), Private: true, Silent: true}
	from := stream.Start.At.Add(-storage.Ladder()[0] - 1)
	if coming {
		post.Headline, from = bot.Say("preview.next", said), v.Now
	}
	post.Body = append(post.Body, foreseen(chat, w, *stream, from))
	if w.Paused.Covers(v.Now) || chat.Paused.Covers(v.Now) {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.still_paused")})
	}
	late, err := past(ctx, v, chat, w)
	if err != nil {
		return bot.Post{}, err
	}
	post.Body = append(post.Body, late...)
	card, err := v.Stream(*stream)
	if err != nil {
		return bot.Post{}, err
	}
	post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("preview.card").With(bot.Faint)}, bot.Paragraph{Text: card.Headline.With(bot.Strong)})
	post.Body = append(post.Body, card.Body...)
	post.Footer = card.Footer
	return post, nil
}

// foreseen are the messages of a watch about a stream, one a line.
func foreseen(chat storage.Chat, w storage.Watch, s storage.Stream, from time.Time) bot.List {
	list := bot.List{Items: []bot.Text{
		bot.Say("preview.early", bot.Args{"How": how(scheduler.ActionFor(scheduler.AnnouncedEarly, w.Style), false)}),
		bot.Say("preview.late", bot.Args{"How": how(scheduler.ActionFor(scheduler.AnnouncedLate, w.Style), false)}),
	}}
	for _, told := range scheduler.Foresee(chat, w, s, from) {
		said := how(told.Action, told.AtNight)
		switch told.Kind {
		case storage.ReminderNotice:
			list.Items = append(list.Items, bot.Say("preview.reminder", bot.Args{
				"When": bot.At(told.At, bot.DayClock), "Before": bot.For(told.Before), "How": said,
			}))
		case storage.LiveNotice:
			list.Items = append(list.Items, bot.Say("preview.live", bot.Args{"How": said}))
		default:
			list.Items = append(list.Items, bot.Say("preview.ended", bot.Args{"How": said}))
		}
	}
	return list
}

// how says how a chat is told.
func how(action scheduler.Action, atNight bool) bot.Text {
	switch {
	case action == scheduler.EditCard:
		return bot.Say("preview.edit")
	case action == scheduler.NewRinging && atNight:
		return bot.Say("preview.night")
	case action == scheduler.NewRinging:
		return bot.Say("preview.rings")
	default:
		return bot.Say("preview.silent")
	}
}

// exampleFor finds the next stream that a watch matches, or else the last one; nil if there never was one.
func exampleFor(v cards.View, w storage.Watch) (example *storage.Stream, coming bool, err error) {
	for _, subject := range w.Subjects {
		next, err := firstOf(v, subject, true)
		if err != nil {
			return nil, false, err
		}
		if next != nil && (example == nil || next.Start.At.Before(example.Start.At)) {
			example = next
		}
	}
	if example != nil {
		return example, true, nil
	}
	for _, subject := range w.Subjects {
		last, err := firstOf(v, subject, false)
		if err != nil {
			return nil, false, err
		}
		if last != nil && (example == nil || last.Start.At.After(example.Start.At)) {
			example = last
		}
	}
	return example, false, nil
}

// firstOf finds the next stream of a subject that is to come, or the last one that was.
func firstOf(v cards.View, subject storage.Subject, coming bool) (*storage.Stream, error) {
	if subject.Kind == storage.StreamSubject {
		stream, err := v.Find(subject.ID)
		if err != nil || stream.Upcoming() != coming {
			return nil, err
		}
		return &stream, nil
	}
	streams, fits := v.Past(subject, v.Now), func(s storage.Stream) bool { return s.State == storage.Ended || s.State == storage.Live }
	if coming {
		streams, fits = v.Coming(subject, startOfDay(v.Now, v.Zone)), storage.Stream.Upcoming
	}
	found, _, err := gather(streams, 1, fits)
	if len(found) == 0 {
		return nil, err
	}
	return &found[0], err
}
