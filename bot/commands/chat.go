package commands

import (
	"context"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) chatCommand() *bot.Command {
	return &bot.Command{
		Name: "chat", Summary: "chat.summary", Access: bot.Moderator, Sub: []*bot.Command{f.chatShow(), f.chatSet(), f.chatCheck()},
	}
}

func (f *family) chatShow() *bot.Command {
	return &bot.Command{
		Name: "show", Summary: "chat.show", Access: bot.Moderator,
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				post, err := v.Chat(chat)
				if err != nil {
					return bot.Post{}, err
				}
				return v.WithSuspension(post, chat)
			})
		},
	}
}

func (f *family) chatSet() *bot.Command {
	o := chatOptions{
		zone: bot.ZoneOption("zone", "option.zone"), language: f.languagesOption(),
		quiet: quietOption(), night: bot.ChoiceOption("night", "option.at_night", "silent", "hold"),
		urgent: bot.ChoiceOption("urgent", "option.urgent", "on", "off"), weekly: bot.ChoiceOption("weekly", "option.weekly", "on", "off"),
		answers:    bot.ChoiceOption("answers", "option.answers", string(bot.AskerReads), string(bot.AllRead), string(bot.TidyAway)),
		moderators: moderatorsOption().Somebody("none").Proposing(proposeNobody),
		events:     bot.ChoiceOption("events", "option.events", "on", "off"),
	}
	return &bot.Command{
		Name: "set", Summary: "chat.set", Access: bot.Moderator,
		Options: []bot.Param{o.zone, o.language, o.quiet, o.night, o.urgent, o.weekly, o.answers, o.moderators, o.events},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) (err error) {
				e.Changes, err = o.change(tx, req, chat)
				return err
			}, func(v cards.View, chat storage.Chat, _ storage.Entry) (bot.Post, error) {
				post, err := v.Chat(chat)
				post.Buttons = []bot.Button{undoHint()}
				return post, err
			})
		},
	}
}

// change sets for a chat, and for what it belongs to, what a request asks for.
func (o chatOptions) change(tx storage.Tx, req *bot.Request, chat storage.Chat) ([]storage.Change, error) {
	var changes []storage.Change
	named, naming := o.moderators.Given(req)
	hosting := o.events.Of(req) != ""
	switch {
	case hosting && !chat.Address.Messenger.HasCalendar():
		return nil, bot.NewError(bot.Conflict, "chat.no_calendar", nil, bot.PressLine("/chat show"))
	case chat.Kind == bot.Private && (naming || hosting || o.answers.Of(req) != ""):
		return nil, bot.NewError(bot.Conflict, "chat.alone", nil, bot.PressLine("/chat show"))
	}
	if naming {
		change, err := nameModerators(tx, chat, named)
		if err != nil {
			return nil, err
		}
		if change != nil {
			changes = append(changes, *change)
		}
	}
	after := o.set(req, chat)
	switch {
	case after == chat && len(changes) == 0:
		return nil, nothingSet(o.given(req))
	case after == chat:
		return changes, nil
	case chat.Kind == bot.Private:
		own := &storage.Entry{}
		err := changeOwn(tx, req, chat, own, func(u *storage.User, c *storage.Chat) { *u, *c = o.setOwn(req, *u), after })
		return own.Changes, err
	}
	changes = append(changes, storage.Change{Chat: &storage.Changed[storage.Chat]{Before: &chat, After: &after}})
	return changes, storage.SaveChat(tx, req.Now, after)
}

// nothingSet says that a chat is set as it was: to what was asked for, or because nothing was.
func nothingSet(given bool) error {
	if given {
		return bot.NewError(bot.Conflict, "chat.as_it_is", nil, bot.PressLine("/chat show"))
	}
	return bot.NewError(bot.Invalid, "chat.nothing_set", nil,
		bot.PressLine("/chat set quiet=23-8"),
		bot.PressLine("/chat set zone=Paris"))
}

// chatOptions are what can be set for a chat.
type chatOptions struct {
	zone                  bot.Option[*time.Location]
	language              bot.Option[[]string]
	quiet                 bot.Option[storage.Quiet]
	night, urgent, weekly bot.Option[string]
	answers               bot.Option[string]
	moderators            bot.Option[[]string]
	events                bot.Option[string]
}

// given reports whether a request sets anything.
func (o chatOptions) given(req *bot.Request) bool {
	_, zoned := o.zone.Given(req)
	_, hushed := o.quiet.Given(req)
	_, spoken := o.language.Given(req)
	_, named := o.moderators.Given(req)
	return zoned || hushed || spoken || named ||
		o.answers.Of(req)+o.night.Of(req)+o.urgent.Of(req)+o.weekly.Of(req)+o.events.Of(req) != ""
}

// set returns the chat with what a request sets for it.
func (o chatOptions) set(req *bot.Request, chat storage.Chat) storage.Chat {
	if to, ok := o.zone.Given(req); ok {
		chat.Zone = to.String()
	}
	if to, ok := o.language.Given(req); ok {
		chat.Locale, chat.Also = to[0], ""
		if len(to) > 1 {
			chat.Also = to[1]
		}
	}
	chat.Quiet = o.setQuiet(req, chat.Quiet)
	if to, ok := o.weekly.Given(req); ok {
		chat.NoWeekly = to == "off"
	}
	if to, ok := o.answers.Given(req); ok {
		chat.Answers = bot.Answers(to)
	}
	if to, ok := o.events.Given(req); ok {
		chat.Hosts = to == "on"
	}
	return chat
}

// setQuiet returns the quiet hours with what a request sets of them: which they are, and what is done in them.
func (o chatOptions) setQuiet(req *bot.Request, q storage.Quiet) storage.Quiet {
	if to, ok := o.quiet.Given(req); ok {
		q.Off, q.From, q.To = to.Off, to.From, to.To
	}
	if to, ok := o.night.Given(req); ok {
		q.Hold = to == "hold"
	}
	if to, ok := o.urgent.Given(req); ok {
		q.Urgent = to == "on"
	}
	return q
}

// setOwn returns the person with what a request sets for their private chat: their language and zone are those of the chat.
func (o chatOptions) setOwn(req *bot.Request, user storage.User) storage.User {
	if to, ok := o.zone.Given(req); ok {
		user.Zone = to.String()
	}
	if to, ok := o.language.Given(req); ok {
		user.Locale = to[0]
	}
	return user
}

// quietOption is an option that is a part of the day, or "off".
func quietOption() bot.Option[storage.Quiet] {
	return bot.NewOption("quiet", "option.quiet", func(_ context.Context, _ *bot.Request, words string) (storage.Quiet, error) {
		if bot.Means(words, "off") {
			return storage.Quiet{Off: true}, nil
		}
		from, to, err := bot.ReadHours(words)
		if err != nil {
			return storage.Quiet{}, err
		}
		if from == to {
			return storage.Quiet{Off: true}, nil
		}
		return storage.Quiet{From: from, To: to}, nil
	}).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return &bot.ChoiceError{
			Code: bot.Invalid, Say: bot.Say("chat.bad_quiet", bot.Args{"Words": bot.Quote(words)}),
			Choices: quietChoices(),
		}
	}).Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
		return bot.BeginningWith(typed, quietChoices()), nil
	})
}

func quietChoices() []bot.Choice { return []bot.Choice{{Value: "23-8"}, {Value: "off"}} }
