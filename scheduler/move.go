package scheduler

import (
	"context"
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// follow moves a chat to where its messenger says it is now, and returns what that makes of its notice. It goes there at once;
// where another chat has taken over, it is that one's.
func follow(tx storage.Tx, now time.Time, chat storage.Chat, n storage.Notice, sendErr error) (storage.Notice, error) {
	moved, ok := errors.AsType[*bot.MovedError](sendErr)
	if !ok {
		return n, nil
	}
	at, err := storage.MoveChat(tx, now, chat.Address, moved.To, moved.Gone)
	if errors.Is(err, storage.ErrNotFound) || err == nil && at.ID == chat.ID {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	instead := n
	instead.Chat, instead.Scope, instead.NotBefore = at.ID, scopeFor(at, n), time.Time{}
	return settled(n, storage.Folded, "why.moved", now), storage.Owe(tx, instead)
}

// followEdit moves a chat whose card could not be edited, and returns what that makes of the edit: where another chat has taken
// over, the card stays as it is.
func (d *Dispatcher) followEdit(ctx context.Context, now time.Time, chat storage.Chat, moved *bot.MovedError) error {
	var at storage.Chat
	err := d.store.Update(context.WithoutCancel(ctx), func(tx storage.Tx) (err error) {
		at, err = storage.MoveChat(tx, now, chat.Address, moved.To, moved.Gone)
		if errors.Is(err, storage.ErrNotFound) {
			at, err = storage.Chats.Get(tx, chat.ID)
		}
		return err
	})
	if err == nil && at.ID != chat.ID {
		return &bot.RefusedError{Why: moved.Error()}
	}
	return errors.Join(moved, err)
}

// scopeFor is where the notice of a chat stands when another has it.
func scopeFor(at storage.Chat, n storage.Notice) storage.Scope {
	if n.Scope == storage.Public {
		return n.Scope
	}
	return at.Scope()
}
