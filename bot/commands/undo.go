package commands

import (
	"context"
	"errors"

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

// undoConflict says what has changed since, so that it cannot be undone, and how to see it.
func undoConflict(conflict *storage.ConflictError) error {
	what, line := changedRecord(conflict.Change)
	return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(what)}, bot.PressLine(line))
}

// changedRecord names the record of a change, and returns the line that shows it.
func changedRecord(c storage.Change) (what, line string) {
	switch {
	case c.Stream != nil:
		return c.Stream.Before.ID, "/show " + c.Stream.Before.ID
	case c.Executive != nil:
		return c.Executive.Before.ID, "/who " + c.Executive.Before.ID
	case c.Account != nil:
		return c.Account.Before.Owner.ID, "/who " + c.Account.Before.Owner.ID
	case c.Reading != nil:
		return c.Reading.After.Stream, "/show " + c.Reading.After.Stream
	case c.Watch != nil && c.Watch.Before != nil:
		return c.Watch.Before.ID, "/watch list"
	case c.Watch != nil:
		return "/watch list", "/watch list"
	default:
		return "/chat show", "/chat show"
	}
}
