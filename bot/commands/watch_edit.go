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

// The bounds of what a chat watches, so that what a command writes is bounded: the subjects and times of one watch, and
// the watches of one chat.
const (
	maxSubjects = 8
	maxBefore   = 3
	maxWatches  = 25
)

func (f *family) watchEdit() *bot.Command {
	watch := f.watchOption().Required()
	o := watchEdits{
		subjects: f.subjectsOption("subjects", "option.new_subjects"), before: beforeOption(), style: styleOption(),
		add: f.subjectsOption("add", "option.add_subjects"), remove: f.subjectsOption("remove", "option.remove_subjects"),
		milestones: milestonesOption(), mention: mentionOption(),
	}
	return &bot.Command{
		Name: "edit", Summary: "watch.edit", Access: bot.Moderator,
		Options: []bot.Param{watch, o.subjects, o.before, o.style, o.add, o.remove, o.milestones, o.mention},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			asked, timed := o.before.Given(req)
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				before, err := watchNow(tx, chat, watch.Of(req).ID)
				if err != nil {
					return err
				}
				after := o.apply(req, before)
				if err := checkEdit(tx, chat, before, after, timed); err != nil {
					return err
				}
				e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{Before: &before, After: &after}}}
				return storage.SaveWatch(tx, after)
			}, func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error) {
				edited := e.Changes[0].Watch
				post, err := v.WatchEdited(*edited.Before, *edited.After, chat)
				if timed && rounded(asked, edited.After.Before) {
					post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.rounded")})
				}
				post.Buttons = []bot.Button{undoHint()}
				return post, err
			})
		},
	}
}

// watchEdits are what can be said anew of a watch.
type watchEdits struct {
	subjects, add, remove bot.Option[[]storage.Subject]
	before                bot.Option[[]time.Duration]
	style, milestones     bot.Option[string]
	mention               bot.Option[[]string]
}

// apply returns the watch with what a request says of it. What was not given stays.
func (o watchEdits) apply(req *bot.Request, w storage.Watch) storage.Watch {
	if to, ok := o.subjects.Given(req); ok {
		w.Subjects = to
	}
	w.Subjects = without(union(w.Subjects, o.add.Of(req)), o.remove.Of(req))
	if to, ok := o.before.Given(req); ok {
		w.Before = rungs(to)
	}
	if to, ok := o.style.Given(req); ok {
		w.Style = storage.Style(to)
	}
	if to, ok := o.milestones.Given(req); ok {
		w.Milestones = to == "on"
	}
	if to, ok := o.mention.Given(req); ok {
		w.Mentions = to
	}
	return w
}

// checkEdit refuses an edit that changes nothing, leaves nothing, or makes a watch of what another one watches.
// timed says that times were asked for, which may be the ones that it has once they are rounded.
func checkEdit(r storage.Reader, chat storage.Chat, before, after storage.Watch, timed bool) error {
	id := before.ID
	if len(after.Subjects) == 0 {
		return bot.NewError(bot.Invalid, "watch.nothing_left", bot.Args{"ID": bot.Lit(id)},
			bot.PressLine("/watch remove "+id))
	}
	if len(after.Subjects) > maxSubjects {
		return bot.NewError(bot.Limit, "watch.too_many", bot.Args{"Max": bot.N(maxSubjects)})
	}
	same := slices.Equal(before.Subjects, after.Subjects) && slices.Equal(before.Before, after.Before) &&
		before.Style == after.Style && before.Milestones == after.Milestones && slices.Equal(before.Mentions, after.Mentions)
	if same && timed && len(after.Before) > 0 {
		return bot.NewError(bot.Conflict, "watch.same_times", bot.Args{"ID": bot.Lit(id), "Before": cards.Lengths(after.Before)},
			bot.Press(bot.Say("button.watches"), "/watch list"))
	}
	if same {
		return bot.NewError(bot.Invalid, "watch.nothing_edited", bot.Args{"ID": bot.Lit(id)},
			bot.PressLine("/watch edit "+id+" before=1h"),
			bot.PressLine("/watch edit "+id+" style=messages"))
	}
	twin, err := twinOf(r, chat, after)
	if err != nil || twin == nil {
		return err
	}
	return bot.NewError(bot.Conflict, "watch.twin", bot.Args{"ID": bot.Lit(twin.ID)}, bot.Press(bot.Say("button.watches"), "/watch list"))
}

// watchNow reads a watch of a chat as it stands in a transaction.
func watchNow(tx storage.Tx, chat storage.Chat, id string) (storage.Watch, error) {
	w, err := storage.Watches.Get(tx, id)
	if isAbsent(err) || err == nil && w.Chat != chat.ID {
		return w, bot.NewError(bot.Unknown, "watch.unknown", bot.Args{"Words": bot.Quote(id)}, bot.Press(bot.Say("button.watches"), "/watch list"))
	}
	return w, err
}

// union is a list with what is not in it yet at its end.
func union(list, more []storage.Subject) []storage.Subject {
	all := slices.Clone(list)
	for _, s := range more {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// without is a list less some of it.
func without(list, less []storage.Subject) []storage.Subject {
	return slices.DeleteFunc(list, func(s storage.Subject) bool { return slices.Contains(less, s) })
}

// twinOf finds another watch of the chat with the same subjects, in any order.
func twinOf(r storage.Reader, chat storage.Chat, wanted storage.Watch) (*storage.Watch, error) {
	watches, err := storage.WatchesOf(r, chat)
	if err != nil {
		return nil, err
	}
	for _, w := range watches {
		if w.ID != wanted.ID && len(w.Subjects) == len(wanted.Subjects) && len(union(w.Subjects, wanted.Subjects)) == len(w.Subjects) {
			return &w, nil
		}
	}
	return nil, nil //nolint:nilnil // no twin is an answer here, not a failure
}

func styleOption() bot.Option[string] {
	return bot.ChoiceOption("style", "option.style", string(storage.CardStyle), string(storage.MessagesStyle), string(storage.DigestStyle))
}

func milestonesOption() bot.Option[string] {
	return bot.ChoiceOption("milestones", "option.milestones", "on", "off").Named()
}

// beforeOption is an option that is a few lengths of time, or none of them.
func beforeOption() bot.Option[[]time.Duration] {
	o := bot.NewOption("before", "option.before", func(_ context.Context, _ *bot.Request, words string) ([]time.Duration, error) {
		return readLengths(words)
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NoLength(words)
	}).Proposing(proposeBefore)
}

// withoutBefore leaves out the word with which people may end such a length: "1h before", "提前10分钟", "1小时前".
func withoutBefore(words string) string {
	for _, tail := range []string{" before", " ahead", " avant", "前"} {
		words = strings.TrimSuffix(words, tail)
	}
	return strings.TrimPrefix(words, "提前")
}

// typed writes lengths as an option takes them: "1d,1h".
func typed(lengths []time.Duration) string {
	said := make([]string, 0, len(lengths))
	for _, length := range lengths {
		said = append(said, cards.ShortLength(length))
	}
	if len(said) == 0 {
		return "none"
	}
	return strings.Join(said, ",")
}
