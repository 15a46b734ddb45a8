package commands

import (
	"context"
	"errors"
	"strings"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) undoCommand() *bot.Command {
	return &bot.Command{
		Name: "undo", Summary: "undo.summary", Access: bot.Moderator,
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			post, err := f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, undo *storage.Entry) error {
				last, err := storage.LastEntry(tx, chat.ID, req.From.ID)
				if isAbsent(err) {
					return bot.NewError(bot.Conflict, "undo.nothing", nil)
				}
				if err != nil {
					return err
				}
				if last.IsPublic() && req.Role != bot.Operator {
					return bot.NewError(bot.Forbidden, "undo.public", nil)
				}
				undo.Line = last.Line
				return storage.Undo(tx, req.Now, chat, last, undo)
			}, func(v cards.View, chat storage.Chat, undo storage.Entry) (bot.Post, error) {
				return v.Undone(undo, chat)
			})
			if conflict, ok := errors.AsType[*storage.ConflictError](err); ok {
				return bot.Post{}, undoConflict(conflict)
			}
			return post, err
		},
	}
}

// undoConflict says what has changed since, so that it cannot be undone.
func undoConflict(conflict *storage.ConflictError) error {
	id := ""
	switch c := conflict.Change; {
	case c.Stream != nil:
		id = c.Stream.Before.ID
		return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(id)}, bot.Press(bot.Lit("/show "+id), "/show "+id))
	case c.Executive != nil:
		id = c.Executive.Before.ID
		return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(id)}, bot.Press(bot.Lit("/who "+id), "/who "+id))
	case c.Account != nil:
		id = c.Account.Before.Owner.ID
		return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(id)}, bot.Press(bot.Lit("/who "+id), "/who "+id))
	case c.Reading != nil:
		id = c.Reading.After.Stream
		return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(id)}, bot.Press(bot.Lit("/show "+id), "/show "+id))
	case c.Chat != nil, c.User != nil:
		return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit("/chat show")}, bot.Press(bot.Lit("/chat show"), "/chat show"))
	case c.Watch != nil && c.Watch.Before != nil:
		id = c.Watch.Before.ID
	}
	return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(strings.TrimSpace("/watch list " + id))})
}
