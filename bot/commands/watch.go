package commands

import (
	"context"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) watchCommand() *bot.Command {
	return &bot.Command{
		Name: "watch", Summary: "watch.summary", Access: bot.Moderator,
		Sub: []*bot.Command{f.watchAdd(), f.watchList(), f.watchRemove()},
	}
}

// maxSubjects is how many subjects one watch has, which bounds what saving it costs.
const maxSubjects = 8

func (f *family) watchAdd() *bot.Command {
	subjects := f.subjectsOption().Required()
	before := bot.LengthOption("before", "option.before")
	style := bot.ChoiceOption("style", "option.style", string(storage.CardStyle), string(storage.MessagesStyle))
	return &bot.Command{
		Name: "add", Summary: "watch.add", Access: bot.Moderator, Options: []bot.Param{subjects, before, style},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			wanted := storage.Watch{Subjects: subjects.Of(req), Style: storage.CardStyle}
			if len(wanted.Subjects) > maxSubjects {
				return bot.Post{}, bot.NewError(bot.Limit, "watch.too_many", bot.Args{"Max": bot.N(maxSubjects)})
			}
			if chosen, ok := style.Given(req); ok {
				wanted.Style = storage.Style(chosen)
			}
			asked, given := before.Given(req)
			wanted.Before = rungs(asked)
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				if !given {
					wanted.Before = storage.DefaultBefore(chat.Kind)
				}
				if err := refuseTwin(tx, chat, wanted); err != nil {
					return err
				}
				watch, err := storage.AddWatch(tx, req.Now, chat, wanted)
				e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{After: &watch}}}
				return err
			}, func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) {
				post, err := v.WatchAdded(*e.Changes[0].Watch.After, chat)
				if rounded(asked, wanted.Before) {
					post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.rounded")})
				}
				post.Buttons = []bot.Button{undoHint()}
				return post, err
			})
		},
	}
}

// rungs are lengths as the ladder has them, longest first, each once.
func rungs(lengths []time.Duration) []time.Duration {
	var found []time.Duration
	for _, length := range lengths {
		if rung := storage.NearestRung(length); !slices.Contains(found, rung) {
			found = append(found, rung)
		}
	}
	slices.SortFunc(found, func(a, b time.Duration) int { return int(b - a) })
	return found
}

func rounded(asked, got []time.Duration) bool {
	return slices.ContainsFunc(asked, func(d time.Duration) bool { return !slices.Contains(got, d) })
}

// refuseTwin refuses a watch of what the chat watches already.
func refuseTwin(r storage.Reader, chat storage.Chat, wanted storage.Watch) error {
	watches, err := storage.WatchesOf(r, chat)
	if err != nil {
		return err
	}
	for _, w := range watches {
		if slices.Equal(w.Subjects, wanted.Subjects) {
			return bot.NewError(bot.Conflict, "watch.already", bot.Args{"ID": bot.Lit(w.ID)},
				bot.Press(bot.Say("watch.list"), "/watch list"), bot.Press(bot.Lit("/watch remove "+w.ID), "/watch remove "+w.ID))
		}
	}
	return nil
}

func (f *family) watchList() *bot.Command {
	return &bot.Command{
		Name: "list", Summary: "watch.list", Access: bot.Moderator, Options: []bot.Param{f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				watches, err := storage.WatchesOf(v, chat)
				if err != nil {
					return bot.Post{}, err
				}
				list, err := v.Watches(watches)
				return f.paged(req, list), err
			})
		},
	}
}

func (f *family) watchRemove() *bot.Command {
	watch := f.watchOption().Required()
	return &bot.Command{
		Name: "remove", Summary: "watch.remove", Access: bot.Moderator, Options: []bot.Param{watch},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			gone := watch.Of(req)
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{Before: &gone}}}
				return storage.RemoveWatch(tx, req.Now, chat, gone.ID)
			}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
				names, err := v.Subjects(e.Changes[0].Watch.Before.Subjects)
				return bot.Post{
					Headline: bot.Say("watch.removed", bot.Args{"Subjects": names}), Buttons: []bot.Button{undoHint()},
				}, err
			})
		},
	}
}

// watchOption is an option that is a watch of this chat, by its id or by what it watches.
func (f *family) watchOption() bot.Option[storage.Watch] {
	o := bot.NewOption("watch", "option.watch", func(ctx context.Context, req *bot.Request, words string) (storage.Watch, error) {
		var list []storage.Watch
		err := f.read(ctx, req, func(v cards.View, chat storage.Chat) (err error) {
			list, err = storage.WatchesOf(v, chat)
			return err
		})
		if err != nil {
			return storage.Watch{}, err
		}
		id, _ := storage.ParseID("w", words)
		if i := slices.IndexFunc(list, func(w storage.Watch) bool { return w.ID == id }); i >= 0 {
			return list[i], nil
		}
		return f.watchOf(ctx, req, list, words)
	})
	return o.Asked("ask.watch").Proposing(f.proposeWatches).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		choices, err := f.proposeWatches(ctx, req, "")
		if err != nil {
			return err
		}
		return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("watch.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: choices}
	})
}

// proposeWatches lists the chat's watches, by id and whom they watch.
func (f *family) proposeWatches(ctx context.Context, req *bot.Request, _ string) ([]bot.Choice, error) {
	var choices []bot.Choice
	err := f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		choices = nil
		watches, err := storage.WatchesOf(v, chat)
		if err != nil {
			return err
		}
		for _, w := range watches {
			names, err := v.Subjects(w.Subjects)
			if err != nil {
				return err
			}
			choices = append(choices, bot.Choice{Value: w.ID, Label: bot.Join(" · ", bot.Lit(w.ID), names)})
		}
		return nil
	})
	return choices, err
}

// watchOf finds the watch of the subjects that are named.
func (f *family) watchOf(ctx context.Context, req *bot.Request, list []storage.Watch, words string) (storage.Watch, error) {
	var subjects []storage.Subject
	err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
		subjects, err = readSubjects(v, words)
		return err
	})
	if err != nil {
		return storage.Watch{}, err
	}
	for _, w := range list {
		if slices.Equal(w.Subjects, subjects) {
			return w, nil
		}
	}
	return storage.Watch{}, bot.ErrNotThis
}
