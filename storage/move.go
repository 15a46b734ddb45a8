package storage

import (
	"errors"
	"fmt"
	"time"

	"boardcast/bot"
)

// MoveChat gives a chat the address that its messenger says it has now, and returns it. All that belongs to it goes by its id
// and stays as it is. A community that is named by its chat goes with it. Where there is a chat at the new address already, that
// one takes over what is watched, and is returned. With gone the place itself is no more, and the chat is told once where it is
// served now. A chat that is not known, or has moved already, is an ErrNotFound.
func MoveChat(tx Tx, now time.Time, from, to bot.ChatID, gone bool) (Chat, error) {
	chat, err := FindChat(tx, from)
	if err != nil {
		return Chat{}, fmt.Errorf("move chat %s: %w", from, err)
	}
	heir, err := absentIsNil(FindChat(tx, to))
	if err != nil {
		return Chat{}, fmt.Errorf("move chat %s: %w", from, err)
	}
	if heir != nil {
		heir, err = inherit(tx, now, chat, *heir)
	} else {
		heir, err = readdress(tx, chat, to)
	}
	if err != nil {
		return Chat{}, err
	}
	if !gone {
		return *heir, nil
	}
	return *heir, Owe(tx, Notice{
		Kind: FellBackNotice, Scope: heir.Scope(), Occurrence: chat.ID, Chat: heir.ID, Messenger: to.Messenger,
		Due: now.UTC(), Until: now.UTC().Add(tellWithin),
	})
}

// readdress gives a chat an address that no other has.
func readdress(tx Tx, chat Chat, to bot.ChatID) (*Chat, error) {
	from := chat.Address
	chat.Address = to
	if err := Chats.Put(tx, chat); err != nil {
		return nil, err
	}
	if s, err := SuspensionOf(tx, chat.ID); err != nil || s != nil {
		if err != nil {
			return nil, err
		}
		s.Address = to
		if err := Suspensions.Put(tx, *s); err != nil {
			return nil, err
		}
	}
	community, err := Communities.Get(tx, chat.Community)
	if err != nil || community.Key != from.Key {
		return &chat, err
	}
	community.Key = to.Key
	return &chat, Communities.Put(tx, community)
}

// inherit gives a chat what another watched, and has it stand in the calendar if it did. It returns the chat as it is then.
func inherit(tx Tx, now time.Time, from, heir Chat) (*Chat, error) {
	watches, err := WatchesOf(tx, from)
	if err != nil {
		return nil, err
	}
	for _, w := range watches {
		w.Scope, w.Chat = heir.Scope(), heir.ID
		if err := SaveWatch(tx, w); err != nil {
			return nil, err
		}
	}
	heir.Hosts, from.Hosts = heir.Hosts || from.Hosts, false
	return &heir, errors.Join(SaveChat(tx, now, from), SaveChat(tx, now, heir))
}
