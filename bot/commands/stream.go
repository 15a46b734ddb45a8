package commands

import (
	"context"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) streamCommand() *bot.Command {
	return &bot.Command{
		Name: "stream", Summary: "stream.summary", Access: bot.Moderator,
		Sub: []*bot.Command{f.streamAdd(), f.streamMove(), f.streamCancel(), f.streamStart(), f.streamEnd()},
	}
}

// titleLength is how long a title may be, in characters.
const titleLength = 100

func (f *family) streamAdd() *bot.Command {
	who := f.who.Required()
	when := bot.TimeOption("when", "option.when", func(ctx context.Context, req *bot.Request) *time.Location {
		return f.usualZone(ctx, req, who.Of(req))
	}).Required()
	title := bot.TextOption("title", "option.title", titleLength)
	return &bot.Command{
		Name: "add", Summary: "stream.add", Access: bot.Moderator, Options: []bot.Param{who, when, title, f.platform},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			subject := who.Of(req)
			if subject == storage.Everything {
				return bot.Post{}, bot.NewError(bot.Invalid, "stream.whose", nil)
			}
			stream := storage.Stream{
				State: storage.Announced, Start: when.Of(req), Confirmed: true,
				Sources: []storage.Provenance{{By: req.From.Name}},
			}
			if subject.Kind == storage.PersonSubject {
				stream.People = []string{subject.ID}
			} else {
				stream.Automaker = subject.ID
			}
			if words, ok := title.Given(req); ok {
				stream.Titles = storage.Names{req.Locale: words}
			}
			if platform, ok := f.platform.Given(req); ok {
				stream.Airings = []storage.Airing{{Platform: platform.ID}}
			}
			return f.changeStream(ctx, req, nil, func(*storage.Stream) (storage.Stream, error) { return stream, nil })
		},
	}
}

// usualZone is where a subject usually streams, if that is known.
func (f *family) usualZone(ctx context.Context, req *bot.Request, subject storage.Subject) *time.Location {
	var zone *time.Location
	err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
		name, err := v.UsualZone(subject)
		if err != nil || name == "" {
			return err
		}
		zone, err = time.LoadLocation(name)
		return err
	})
	if err != nil {
		return nil // then it is simply not known
	}
	return zone
}

// changeStream saves a stream as alter makes it, and answers with what it is now. A moderator's change of a public stream
// becomes a copy in the community. alter is given the stream as the chat sees it; nil makes a new one.
func (f *family) changeStream(ctx context.Context, req *bot.Request, of *storage.Stream, alter func(*storage.Stream) (storage.Stream, error)) (bot.Post, error) {
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		scope := scopeOf(req, chat)
		var before *storage.Stream
		if of != nil {
			seen, err := storage.Scoped{Reader: tx, Scope: scope}.Stream(of.ID)
			if err != nil {
				return err
			}
			before = &seen
		}
		altered, err := alter(before)
		if err != nil {
			return err
		}
		var after storage.Stream
		if before == nil {
			altered.Scope = scope
			after, err = storage.AddStream(tx, req.Now, altered)
		} else {
			after, err = storage.SaveStream(tx, req.Now, altered.CopyFor(scope))
		}
		e.Changes = []storage.Change{{Stream: &storage.Changed[storage.Stream]{Before: before, After: &after}}}
		return err
	}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
		post, err := v.Stream(*e.Changes[0].Stream.After)
		post.Buttons = append(streamButtons(*e.Changes[0].Stream.After), undoHint())
		return post, err
	})
}

// streamButtons are what a moderator is likely to do next with a stream.
func streamButtons(s storage.Stream) []bot.Button {
	switch s.State {
	case storage.Announced, storage.Due:
		return []bot.Button{bot.Press(bot.Say("button.live"), "/stream start "+s.ID)}
	case storage.Live:
		return []bot.Button{bot.Press(bot.Say("button.ended"), "/stream end "+s.ID)}
	default:
		return nil
	}
}

func (f *family) streamMove() *bot.Command {
	stream := f.stream.Required()
	when := bot.TimeOption("when", "option.when", func(_ context.Context, req *bot.Request) *time.Location {
		if s, ok := stream.Given(req); ok {
			return s.Start.Location()
		}
		return nil
	}).Required()
	return &bot.Command{
		Name: "move", Summary: "stream.move", Access: bot.Moderator, Options: []bot.Param{stream, when},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			of := stream.Of(req)
			return f.changeStream(ctx, req, &of, func(s *storage.Stream) (storage.Stream, error) {
				return s.Move(when.Of(req))
			})
		},
	}
}

func (f *family) streamCancel() *bot.Command {
	return f.streamStep("cancel", "stream.cancel", func(s *storage.Stream, _ time.Time) (storage.Stream, error) { return s.Cancel() })
}

func (f *family) streamStart() *bot.Command {
	return f.streamStep("start", "stream.start", (*storage.Stream).GoLive)
}

func (f *family) streamEnd() *bot.Command {
	return f.streamStep("end", "stream.end", (*storage.Stream).End)
}

// streamStep is a sub-command that takes a stream from one state to another.
func (f *family) streamStep(name, summary string, step func(s *storage.Stream, now time.Time) (storage.Stream, error)) *bot.Command {
	stream := f.stream.Required()
	return &bot.Command{
		Name: name, Summary: summary, Access: bot.Moderator, Options: []bot.Param{stream},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			of := stream.Of(req)
			return f.changeStream(ctx, req, &of, func(s *storage.Stream) (storage.Stream, error) { return step(s, req.Now) })
		},
	}
}
