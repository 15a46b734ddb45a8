package commands

import (
	"context"
	"slices"
	"strings"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) chatCommand() *bot.Command {
	return &bot.Command{
		Name: "chat", Summary: "chat.summary", Access: bot.Moderator, Sub: []*bot.Command{f.chatShow(), f.chatSet()},
	}
}

func (f *family) chatShow() *bot.Command {
	return &bot.Command{
		Name: "show", Summary: "chat.show", Access: bot.Moderator,
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) { return v.Chat(chat), nil })
		},
	}
}

func (f *family) chatSet() *bot.Command {
	zone := bot.ZoneOption("zone", "option.zone")
	language := bot.ChoiceOption("language", "option.language", f.Words.Locales()...)
	weekly := bot.ChoiceOption("weekly", "option.weekly", "on", "off")
	quiet := quietOption()
	return &bot.Command{
		Name: "set", Summary: "chat.set", Access: bot.Moderator, Options: []bot.Param{zone, language, quiet, weekly},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			set := func(chat storage.Chat) storage.Chat {
				if to, ok := zone.Given(req); ok {
					chat.Zone = to.String()
				}
				if to, ok := language.Given(req); ok {
					chat.Locale = to
				}
				if to, ok := quiet.Given(req); ok {
					chat.Quiet = to
				}
				if to, ok := weekly.Given(req); ok {
					chat.NoWeekly = to == "off"
				}
				return chat
			}
			_, zoned := zone.Given(req)
			_, hushed := quiet.Given(req)
			given := zoned || hushed || language.Of(req) != "" || weekly.Of(req) != ""
			return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
				after := set(chat)
				if after == chat {
					return nothingSet(given)
				}
				e.Changes = []storage.Change{{Chat: &storage.Changed[storage.Chat]{Before: &chat, After: &after}}}
				return storage.SaveChat(tx, req.Now, after)
			}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
				v.Locale, v.Zone = f.Words.Match(e.Changes[0].Chat.After.Locale), e.Changes[0].Chat.After.Location()
				post := v.Chat(*e.Changes[0].Chat.After)
				post.Buttons = []bot.Button{undoHint()}
				return post, nil
			})
		},
	}
}

// nothingSet says that a chat is set as it was: to what was asked for, or because nothing was.
func nothingSet(given bool) error {
	if given {
		return bot.NewError(bot.Conflict, "chat.as_it_is", nil, bot.Press(bot.Lit("/chat show"), "/chat show"))
	}
	return bot.NewError(bot.Invalid, "chat.nothing_set", nil,
		bot.Press(bot.Lit("/chat set quiet=23-8"), "/chat set quiet=23-8"),
		bot.Press(bot.Lit("/chat set zone=Paris"), "/chat set zone=Paris"))
}

// quietOption is an option that is a part of the day, or "off".
func quietOption() bot.Option[storage.Quiet] {
	return bot.NewOption("quiet", "option.quiet", func(_ context.Context, _ *bot.Request, words string) (storage.Quiet, error) {
		if slices.Contains([]string{"off", "none", "no"}, strings.ToLower(words)) {
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
			Choices: []bot.Choice{{Value: "23-8"}, {Value: "off"}},
		}
	})
}
