package commands

import (
	"context"
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// Happened returns what is to be done when something has happened to boardcast in a chat; given to the router. Where it was let
// in for the first time it says what it can do, and how to begin; where it was before, the chats say what they have missed.
func Happened(store storage.Store, now func() time.Time, words bot.Words) func(ctx context.Context, e bot.Event) (bot.Post, error) {
	return func(ctx context.Context, e bot.Event) (bot.Post, error) {
		messenger, community := e.Chat.Address.Messenger, e.Chat.Community
		switch e.Kind {
		case bot.Migrated:
			return bot.Post{}, store.Update(ctx, func(tx storage.Tx) error {
				_, err := storage.MoveChat(tx, now(), e.Chat.Address, e.To, false)
				if errors.Is(err, storage.ErrNotFound) {
					return nil // nothing was set up there, or it has moved already
				}
				return err
			})
		case bot.Departed:
			return bot.Post{}, inPages(ctx, store, func(tx storage.Tx) (bool, error) {
				return storage.LeftCommunity(tx, now(), messenger, community)
			})
		case bot.Closed:
			return bot.Post{}, store.Update(ctx, func(tx storage.Tx) error { return closed(tx, now(), e.Chat.Address) })
		default:
			known, err := wasIn(ctx, store, messenger, community)
			switch {
			case err != nil:
				return bot.Post{}, err
			case !known:
				return hello(ctx, store, words, e)
			}
			return bot.Post{}, inPages(ctx, store, func(tx storage.Tx) (bool, error) {
				return storage.BackInCommunity(tx, now(), messenger, community)
			})
		}
	}
}

// closed notes that a chat is no more; the others of its community go on, and one of them is told.
func closed(tx storage.Tx, now time.Time, address bot.ChatID) error {
	chat, err := storage.FindChat(tx, address)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // nothing was set up there
	}
	if err != nil {
		return err
	}
	return storage.Suspend(tx, now, chat, cards.Deleted, "", 0)
}

// wasIn reports whether anything was ever set up in a community.
func wasIn(ctx context.Context, store storage.Store, messenger bot.Messenger, community string) (bool, error) {
	known := true
	err := store.View(ctx, func(r storage.Reader) error {
		_, err := storage.FindCommunity(r, messenger, community)
		if isAbsent(err) {
			known = false
			return nil
		}
		return err
	})
	return known, err
}

// hello says what boardcast is for, and how to begin, in the language of the chat.
func hello(ctx context.Context, store storage.Store, words bot.Words, e bot.Event) (bot.Post, error) {
	settings, err := Settings(store, words)(ctx, bot.Inbound{Chat: e.Chat, From: e.By})
	if err != nil {
		return bot.Post{}, err
	}
	begin := situations()[0]
	post := helpIn(begin)
	post.Headline = bot.Say("hello.headline")
	post.Silent = true
	post.Zone, post.Locale = settings.Zone, settings.Locale
	if e.Chat.Kind == bot.Channel { // nobody speaks there: whoever let it in sets it up from their own chat
		title := bot.Args{"Chat": bot.Quote(e.Chat.Title)}
		post.Headline, post.Body = bot.Say("hello.channel", title), []bot.Block{bot.Paragraph{Text: bot.Say("hello.channel_how")}}
		post.Zone, post.Locale = settings.Own()
		post.Private = true
	}
	post.Buttons = []bot.Button{
		bot.PressLine("/watch add everything"), bot.PressLine("/next"), bot.Press(bot.Say("button.settings"), "/chat show"),
	}
	if settings.Zone == time.UTC {
		askForZone(&post, e.Chat.Kind)
	}
	return post, nil
}

// inPages makes a change in as many Updates as it takes.
func inPages(ctx context.Context, store storage.Store, page func(tx storage.Tx) (bool, error)) error {
	const bound = 1000
	for range bound {
		var done bool
		err := store.Update(ctx, func(tx storage.Tx) (err error) {
			done, err = page(tx)
			return err
		})
		if err != nil || done {
			return err
		}
	}
	return errors.New("a change has no end")
}
