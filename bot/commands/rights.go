package commands

import (
	"context"
	"errors"
	"slices"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// RightsConfig is what [Rights] asks. Operators are ids by messenger; Admins are the adapters that know a chat's admins.
type RightsConfig struct {
	Store     storage.Store
	Operators map[bot.Messenger][]string
	Admins    map[bot.Messenger]bot.Admitting
}

// Rights returns what people may do; given to the router. Whoever runs the program is an operator everywhere; a person is the
// moderator of their own private chat; elsewhere those whom the admins have named, and the admins themselves, are.
func Rights(config RightsConfig) func(ctx context.Context, in bot.Inbound, want bot.Access) (bot.Access, error) {
	return func(ctx context.Context, in bot.Inbound, want bot.Access) (bot.Access, error) {
		messenger := in.Chat.Address.Messenger
		if slices.Contains(config.Operators[messenger], in.From.ID) {
			return bot.Operator, nil
		}
		if in.Chat.Kind == bot.Private {
			return bot.Moderator, nil
		}
		named, err := isNamed(ctx, config.Store, in)
		if err != nil || named {
			return bot.Moderator, err
		}
		admins := config.Admins[messenger]
		if admins == nil {
			return bot.Member, nil
		}
		admin, err := admins.IsAdmin(ctx, in.Chat, in.From, want >= bot.Moderator)
		if err != nil || !admin {
			return bot.Member, err
		}
		return bot.Moderator, nil
	}
}

// Moderators returns who may change things in a chat of several people, for those who may not; given to the router.
func Moderators(store storage.Store) func(ctx context.Context, in bot.Inbound) (bot.Text, error) {
	return func(ctx context.Context, in bot.Inbound) (bot.Text, error) {
		if in.Chat.Kind == bot.Private {
			return nil, nil
		}
		messenger := in.Chat.Address.Messenger
		var community storage.Community
		err := store.View(ctx, func(r storage.Reader) (err error) {
			community, err = storage.FindCommunity(r, messenger, in.Chat.Community)
			if isAbsent(err) {
				return nil
			}
			return err
		})
		return cards.Moderators(messenger, community), err
	}
}

// isNamed reports whether a person is one of the moderators whom a community's admins have named.
func isNamed(ctx context.Context, store storage.Store, in bot.Inbound) (bool, error) {
	var named bool
	err := store.View(ctx, func(r storage.Reader) error {
		community, err := storage.FindCommunity(r, in.Chat.Address.Messenger, in.Chat.Community)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		named = community.Names(in.From, in.Roles)
		return err
	})
	return named, err
}
