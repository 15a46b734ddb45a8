package commands

import (
	"context"
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// muteOption is an option that is what a chat is to be told nothing of: a watch, all of them, or a single stream by its id.
func (f *family) muteOption() bot.Option[picked] {
	pick := f.pickOption()
	o := bot.NewOption("watch", "option.watch_or_stream", func(ctx context.Context, req *bot.Request, words string) (picked, error) {
		found, err := pick.Read(ctx, req, words)
		if !errors.Is(err, bot.ErrNotThis) {
			return found, err
		}
		stream, err := f.streamByID(ctx, req, words)
		return picked{stream: stream}, err
	})
	return o.Asked("ask.watch").Explained(pick.Explain).Proposing(pick.Propose)
}

// streamByID finds a stream by its id alone.
func (f *family) streamByID(ctx context.Context, req *bot.Request, words string) (*storage.Stream, error) {
	id, ok := idIn("s", words)
	if !ok {
		return nil, bot.ErrNotThis
	}
	var stream storage.Stream
	err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
		if stream, err = v.Find(id); isAbsent(err) {
			return bot.ErrNotThis
		}
		return err
	})
	return &stream, err
}

// mute has a chat told nothing more of one stream: by a watch of that stream alone, which is paused. The narrowest watch has the say.
// Such watches of streams of which nothing more is to come make room.
func (f *family) mute(ctx context.Context, req *bot.Request, stream storage.Stream, until time.Time) (bot.Post, error) {
	if !stream.Open() {
		return bot.Post{}, bot.NewError(bot.Conflict, "watch.mute_over", bot.Args{"ID": bot.Lit(stream.ID)}, bot.PressLine("/show "+stream.ID))
	}
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		watches, err := f.unspentMutes(tx, req, chat)
		if err != nil {
			return err
		}
		if len(watches) >= maxWatches {
			return bot.NewError(bot.Limit, "watch.full", bot.Args{"Max": bot.N(maxWatches)}, bot.Press(bot.Say("button.watches"), "/watch list"))
		}
		muted, err := storage.AddWatch(tx, req.Now, chat, storage.Watch{
			Subjects: []storage.Subject{storage.OneStream(stream.ID)}, Style: storage.CardStyle,
			Paused: storage.Pause{Since: req.Now.UTC(), Until: until},
		})
		e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{After: &muted}}}
		return err
	}, func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) {
		return v.WatchPaused(*e.Changes[0].Watch.After, chat)
	})
}

// unspentMutes removes a chat's mutes of streams that are over, and returns the watches that are left.
func (f *family) unspentMutes(tx storage.Tx, req *bot.Request, chat storage.Chat) ([]storage.Watch, error) {
	watches, err := storage.WatchesOf(tx, chat)
	if err != nil {
		return nil, err
	}
	var left []storage.Watch
	for _, w := range watches {
		mute := len(w.Subjects) == 1 && w.Subjects[0].Kind == storage.StreamSubject && w.Paused.Covers(req.Now)
		spent := false
		if mute {
			if spent, err = storage.Spent(storage.Scoped{Reader: tx, Scope: chat.Scope()}, w); err != nil {
				return nil, err
			}
		}
		if !spent {
			left = append(left, w)
			continue
		}
		if err := storage.RemoveWatch(tx, req.Now, chat, w.ID); err != nil {
			return nil, err
		}
	}
	return left, nil
}
