package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// chatCheck says whether a chat can be told what it wants to be told. That somebody asks has a chat that is suspended tried again,
// as every line does, and so has the calendar of its community.
func (f *family) chatCheck() *bot.Command {
	return &bot.Command{
		Name: "check", Summary: "chat.check", Access: bot.Moderator,
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			found, err := f.findings(ctx, req.Chat.Address)
			if err != nil {
				return bot.Post{}, err
			}
			if err := f.reopenCalendar(ctx, req.Chat.Address); err != nil {
				return bot.Post{}, err
			}
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				post, err := v.Check(chat, found)
				if err == nil && req.Zone == time.UTC {
					askForZone(&post, chat.Kind)
				}
				return post, err
			})
		},
	}
}

// reopenCalendar has the calendar kept again at once in which a chat's streams are to stand, whatever was against it.
func (f *family) reopenCalendar(ctx context.Context, address bot.ChatID) error {
	return f.Store.Update(ctx, func(tx storage.Tx) error {
		chat, err := storage.FindChat(tx, address)
		if isAbsent(err) || err == nil && !chat.Hosts {
			return nil
		}
		if err != nil {
			return err
		}
		return storage.ReopenCalendar(tx, chat.Community)
	})
}

// findings are what the messenger of a chat says of the rights there. That it does not answer says nothing of them.
func (f *family) findings(ctx context.Context, chat bot.ChatID) (cards.Findings, error) {
	checks := f.Checks[chat.Messenger]
	if checks == nil {
		return cards.Findings{}, nil
	}
	lacks, err := checks.Lacks(ctx, chat)
	if said, ok := errors.AsType[*bot.Error](err); ok {
		return cards.Findings{}, said
	}
	if err != nil {
		return cards.Findings{}, bot.NewError(bot.Unavailable, "check.failed", nil, bot.Press(bot.Say("button.check_again"), "/chat check")).
			Because(fmt.Errorf("check the rights in %s: %w", chat, err))
	}
	return cards.Findings{Known: true, Lacks: lacks}, nil
}
