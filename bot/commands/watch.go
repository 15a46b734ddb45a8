package commands

import (
	"cmp"
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
		Sub: []*bot.Command{
			f.watchAdd(), f.watchList(), f.watchEdit(), f.watchPause(), f.watchResume(), f.watchRemove(), f.watchPreview(),
		},
	}
}

func (f *family) watchAdd() *bot.Command {
	subjects := f.subjectsOption("subjects", "option.subjects").Required()
	before := orSubject(beforeOption(), subjects, func(words string) bool { return isNear(words, "before hour minutes day heure jour") })
	style := orSubject(styleOption(), subjects, func(words string) bool { return isNear(words, "card cards messages message fiche") })
	milestones, mention := milestonesOption(), mentionOption().Somebody()
	return &bot.Command{
		Name: "add", Summary: "watch.add", Access: bot.Moderator,
		Options: []bot.Param{subjects, before, style, milestones, mention},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			asked, timed := before.Given(req)
			wanted := storage.Watch{
				Subjects: subjects.Of(req), Style: storage.CardStyle, Before: rungs(asked), Mentions: mention.Of(req),
			}
			if len(wanted.Subjects) > maxSubjects {
				return bot.Post{}, bot.NewError(bot.Limit, "watch.too_many", bot.Args{"Max": bot.N(maxSubjects)})
			}
			chosen, styled := style.Given(req)
			if styled {
				wanted.Style = storage.Style(chosen)
			}
			wanted.Milestones = milestones.Of(req) == "on"
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				_, mentioned := mention.Given(req)
				if err := refuseTwin(tx, chat, wanted, asking{times: timed, style: styled, mentions: mentioned}); err != nil {
					return err
				}
				wanted := wanted
				if !timed {
					wanted.Before = storage.DefaultBefore(chat.Kind, wanted.Style)
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

// asking is what somebody said of a watch, beside what it is about.
type asking struct{ times, style, mentions bool }

// refuseTwin refuses a watch of what the chat watches already, with the line that changes the one there is into what was asked;
// and one more watch than a chat can have.
func refuseTwin(r storage.Reader, chat storage.Chat, wanted storage.Watch, asked asking) error {
	watches, err := storage.WatchesOf(r, chat)
	if err != nil {
		return err
	}
	twin, err := twinOf(r, chat, wanted)
	if err != nil {
		return err
	}
	list := bot.Press(bot.Say("button.watches"), "/watch list")
	if twin == nil && len(watches) >= maxWatches {
		return bot.NewError(bot.Limit, "watch.full", bot.Args{"Max": bot.N(maxWatches)}, list)
	}
	if twin == nil {
		return nil
	}
	line := "/watch edit " + twin.ID
	if asked.times && !slices.Equal(twin.Before, wanted.Before) {
		line += " before=" + typed(wanted.Before)
	}
	if asked.style && twin.Style != wanted.Style {
		line += " style=" + string(wanted.Style)
	}
	if asked.mentions && !slices.Equal(twin.Mentions, wanted.Mentions) {
		line += " mention=" + typedMentions(wanted.Mentions)
	}
	said := bot.Args{"ID": bot.Lit(twin.ID)}
	if line == "/watch edit "+twin.ID {
		remove := "/watch remove " + twin.ID
		return bot.NewError(bot.Conflict, "watch.already", said, list, bot.PressLine(remove))
	}
	return bot.NewError(bot.Conflict, "watch.already_other", said, bot.PressLine(line), list)
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
				list, err := v.Watches(chat, watches)
				if err != nil {
					return bot.Post{}, err
				}
				return v.WithSuspension(f.paged(req, list), chat)
			})
		},
	}
}

// watchOption is an option that is a watch of this chat, by its id or by what it watches.
func (f *family) watchOption() bot.Option[storage.Watch] {
	o := bot.NewOption("watch", "option.watch", f.readWatch)
	return o.Asked("ask.watch").Proposing(f.proposeWatches).Explained(f.explainWatch)
}

// picked is one watch of a chat, or all of them, or to be muted a single stream.
type picked struct {
	all    bool
	watch  storage.Watch
	stream *storage.Stream
}

// pickOption is an option that is a watch of this chat, or all of them.
func (f *family) pickOption() bot.Option[picked] {
	o := bot.NewOption("watch", "option.watch_or_all", func(ctx context.Context, req *bot.Request, words string) (picked, error) {
		if bot.Means(words, "all") {
			return picked{all: true}, nil
		}
		w, err := f.readWatch(ctx, req, words)
		return picked{watch: w}, err
	})
	return o.Asked("ask.watch").Explained(f.explainWatch).Proposing(func(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		choices, err := f.proposeWatches(ctx, req, typed)
		return append(choices, bot.BeginningWith(typed, []bot.Choice{{Value: "all", Label: bot.Say("watch.all")}})...), err
	})
}

// readWatch finds a watch of the chat by its id or by what it watches.
func (f *family) readWatch(ctx context.Context, req *bot.Request, words string) (storage.Watch, error) {
	var list []storage.Watch
	err := f.read(ctx, req, func(v cards.View, chat storage.Chat) (err error) {
		list, err = storage.WatchesOf(v, chat)
		return err
	})
	if err != nil {
		return storage.Watch{}, err
	}
	id, _ := idIn("w", words)
	if i := slices.IndexFunc(list, func(w storage.Watch) bool { return w.ID == id }); i >= 0 {
		return list[i], nil
	}
	return f.watchOf(ctx, req, list, words)
}

func (f *family) explainWatch(ctx context.Context, req *bot.Request, words string) error {
	choices, err := f.proposeWatches(ctx, req, "")
	if err != nil {
		return err
	}
	if len(choices) == 0 {
		return nothingWatched()
	}
	if shared, err := f.sharedWatch(ctx, req, words); err != nil || shared != nil {
		return cmp.Or(err, shared)
	}
	return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("watch.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: choices}
}

// sharedWatch asks what is meant by words that name only some of those whom one watch is about, or returns nil.
func (f *family) sharedWatch(ctx context.Context, req *bot.Request, words string) (asked, err error) {
	err = f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		asked = nil
		subjects, err := readSubjects(v, words)
		if err != nil {
			return nil //nolint:nilerr // who is meant cannot be told, so no watch of theirs either
		}
		watches, err := storage.WatchesOf(v, chat)
		if err != nil {
			return err
		}
		watches = slices.DeleteFunc(watches, func(w storage.Watch) bool { return len(union(w.Subjects, subjects)) > len(w.Subjects) })
		if len(watches) != 1 {
			return nil
		}
		names, err := v.Subjects(watches[0].Subjects)
		asked = someOf(req, watches[0], names, words)
		return err
	})
	return asked, err
}

// someOf asks whether words mean a whole watch, or, where it is to be removed, only those whom they name.
func someOf(req *bot.Request, w storage.Watch, names bot.Text, words string) error {
	said := bot.Say("watch.shared", bot.Args{"ID": bot.Lit(w.ID), "Subjects": names})
	if !slices.Equal(req.Path, []string{"watch", "remove"}) {
		return &bot.ChoiceError{
			Code: bot.Ambiguous, Say: said, Choices: []bot.Choice{{Value: w.ID, Label: bot.Join(" · ", bot.Lit(w.ID), names)}},
		}
	}
	some, all := "/watch edit "+w.ID+" remove=\""+words+"\"", "/watch remove "+w.ID
	return &bot.Error{Code: bot.Ambiguous, Say: said, Try: []bot.Button{bot.PressLine(some), bot.PressLine(all)}}
}

// proposeWatches lists the chat's watches that may be meant by a beginning, by id and whom they watch.
func (f *family) proposeWatches(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
	err = f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		watches, err := storage.WatchesOf(v, chat)
		if err != nil {
			return err
		}
		choices, err = watchChoices(v, watches, typed)
		return err
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
		if len(w.Subjects) == len(subjects) && len(union(w.Subjects, subjects)) == len(subjects) {
			return w, nil
		}
	}
	return storage.Watch{}, bot.ErrNotThis
}
