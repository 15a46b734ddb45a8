package commands

import (
	"context"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) watchPause() *bot.Command {
	pick := f.muteOption().Required()
	until := bot.UntilOption("until", "option.until")
	return &bot.Command{
		Name: "pause", Summary: "watch.pause", Access: bot.Moderator, Options: []bot.Param{pick, until},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			end, given := until.Given(req)
			if stream := pick.Of(req).stream; stream != nil {
				return f.mute(ctx, req, *stream, end)
			}
			return f.changePause(ctx, req, pick.Of(req), func(is storage.Pause, p pausing) (storage.Pause, error) {
				if is.Covers(req.Now) && (!given || is.Until.Equal(end)) {
					return is, p.pausedAlready(is)
				}
				since := req.Now.UTC()
				if is.Covers(req.Now) {
					since = is.Since
				}
				return storage.Pause{Since: since, Until: end}, nil
			})
		},
	}
}

func (f *family) watchResume() *bot.Command {
	pick := f.pickOption().Required()
	return &bot.Command{
		Name: "resume", Summary: "watch.resume", Access: bot.Moderator, Options: []bot.Param{pick},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.changePause(ctx, req, pick.Of(req), func(is storage.Pause, p pausing) (storage.Pause, error) {
				if !is.Covers(req.Now) {
					return is, p.notPaused(req.Now)
				}
				return storage.Pause{}, nil
			})
		},
	}
}

// pausing is what is paused or resumed: a watch, or with none all that its chat watches.
type pausing struct {
	chat  storage.Chat
	watch *storage.Watch
	names bot.Text
}

// changePause gives a watch, or a chat, another pause. to is given the one that it has.
func (f *family) changePause(ctx context.Context, req *bot.Request, picked picked,
	to func(is storage.Pause, p pausing) (storage.Pause, error),
) (bot.Post, error) {
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		if picked.all {
			return pauseAll(tx, req.Now, chat, e, to)
		}
		before, err := watchNow(tx, chat, picked.watch.ID)
		if err != nil {
			return err
		}
		names, err := f.viewOf(tx, req, chat).Briefly(before.Subjects)
		if err != nil {
			return err
		}
		after := before
		after.Paused, err = to(before.Paused, pausing{chat: chat, watch: &before, names: names})
		if err != nil {
			return err
		}
		e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{Before: &before, After: &after}}}
		return storage.SaveWatch(tx, after)
	}, func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) {
		if changed := e.Changes[0].Watch; changed != nil {
			return v.WatchPaused(*changed.After, chat)
		}
		watches, err := storage.WatchesOf(v, chat)
		if err != nil {
			return bot.Post{}, err
		}
		return v.AllPaused(*e.Changes[0].Chat.After, watches)
	})
}

// pauseAll gives a chat another pause: one write, however much it watches.
func pauseAll(tx storage.Tx, now time.Time, chat storage.Chat, e *storage.Entry,
	to func(is storage.Pause, p pausing) (storage.Pause, error),
) error {
	watches, err := storage.WatchesOf(tx, chat)
	if err != nil {
		return err
	}
	if len(watches) == 0 {
		return nothingWatched()
	}
	after := chat
	after.Paused, err = to(chat.Paused, pausing{chat: chat, names: bot.Say("watch.all")})
	if err != nil {
		return err
	}
	e.Changes = []storage.Change{{Chat: &storage.Changed[storage.Chat]{Before: &chat, After: &after}}}
	return storage.SaveChat(tx, now, after)
}

func nothingWatched() error {
	return bot.NewError(bot.Conflict, "watch.none", nil, bot.PressLine("/watch add everything"))
}

// pausedAlready says since when, and how the pause is ended.
func (p pausing) pausedAlready(is storage.Pause) error {
	line := "/watch resume all"
	if p.watch != nil {
		line = "/watch resume " + p.watch.ID
	}
	resume := bot.Press(bot.Say("button.resume"), line)
	said := bot.Args{"Subjects": p.names, "Since": bot.At(is.Since, bot.DayClock)}
	if is.Until.IsZero() {
		return bot.NewError(bot.Conflict, "watch.paused_already", said, resume)
	}
	said["Until"] = bot.At(is.Until, bot.DayClock)
	return bot.NewError(bot.Conflict, "watch.paused_already_until", said, resume)
}

// notPaused says that there is no pause to end, or that it is all of the chat's.
func (p pausing) notPaused(now time.Time) error {
	said := bot.Args{"Subjects": p.names}
	if p.watch != nil && p.chat.Paused.Covers(now) {
		return bot.NewError(bot.Conflict, "watch.paused_with_all", said, bot.Press(bot.Say("button.resume_all"), "/watch resume all"))
	}
	return bot.NewError(bot.Conflict, "watch.not_paused", said, bot.Press(bot.Say("button.watches"), "/watch list"))
}

func (f *family) watchRemove() *bot.Command {
	pick := f.pickOption().Required()
	sure := bot.ChoiceOption("sure", "option.sure_all", "yes").Named()
	return &bot.Command{
		Name: "remove", Summary: "watch.remove", Access: bot.Moderator, Options: []bot.Param{pick, sure},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			if _, given := sure.Given(req); pick.Of(req).all && !given {
				return f.askRemoveAll(ctx, req)
			}
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				if pick.Of(req).all {
					return removeAll(tx, req.Now, chat, e)
				}
				gone, err := watchNow(tx, chat, pick.Of(req).watch.ID)
				if err != nil {
					return err
				}
				e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{Before: &gone}}}
				return storage.RemoveWatch(tx, req.Now, chat, gone.ID)
			}, func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) { return removed(v, chat, e) })
		},
	}
}

// askRemoveAll asks whether all watches are to go.
func (f *family) askRemoveAll(ctx context.Context, req *bot.Request) (bot.Post, error) {
	return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
		watches, err := storage.WatchesOf(v, chat)
		if err != nil {
			return bot.Post{}, err
		}
		if len(watches) == 0 {
			return bot.Post{}, nothingWatched()
		}
		return bot.Post{
			Headline: bot.Say("watch.remove_all", bot.Args{"Count": bot.N(len(watches))}),
			Buttons: []bot.Button{
				bot.Press(bot.Say("button.remove_all"), "/watch remove all sure=yes"),
				bot.Press(bot.Say("button.pause_all"), "/watch pause all"),
			},
			Private: true,
		}, nil
	})
}

// writesPerWatch is what removing one watch costs at most: itself, its row of the chat, and its rows by subject and time.
const writesPerWatch = 2 + maxSubjects*(1+maxBefore)

// removeAll removes a chat's watches, as many as one transaction takes.
func removeAll(tx storage.Tx, now time.Time, chat storage.Chat, e *storage.Entry) error {
	watches, err := storage.WatchesOf(tx, chat)
	if err != nil {
		return err
	}
	if len(watches) == 0 {
		return nothingWatched()
	}
	for _, w := range watches {
		if tx.Room() < 2*writesPerWatch && len(e.Changes) > 0 {
			break
		}
		e.Changes = append(e.Changes, storage.Change{Watch: &storage.Changed[storage.Watch]{Before: &w}})
		if err := storage.RemoveWatch(tx, now, chat, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// removed says what is no longer watched, and what is left where not all fitted.
func removed(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) {
	var subjects []storage.Subject
	for _, change := range e.Changes {
		subjects = union(subjects, change.Watch.Before.Subjects)
	}
	names, err := v.Briefly(subjects)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: bot.Say("watch.removed", bot.Args{"Subjects": names}), Buttons: []bot.Button{undoHint()}}
	if len(e.Changes) == 1 {
		return post, nil
	}
	post.Headline = bot.Say("watch.removed_all", bot.Args{"Count": bot.N(len(e.Changes))})
	post.Body = []bot.Block{bot.Paragraph{Text: names}}
	left, err := storage.WatchesOf(v, chat)
	if len(left) > 0 {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.some_left", bot.Args{"Count": bot.N(len(left))})})
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.remove_all"), "/watch remove all sure=yes"))
	}
	return post, err
}
