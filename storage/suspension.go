package storage

import (
	"errors"
	"slices"
	"time"

	"boardcast/bot"
)

// Suspension says that a messenger does not take what is sent to a chat. Nothing that is watched there is lost by it: the
// suspension ends by itself as soon as a message gets through.
type Suspension struct {
	Chat    string     `json:"chat"`
	Address bot.ChatID `json:"address"` // of the chat when it was suspended
	Since   time.Time  `json:"since"`
	Why     string     `json:"why"`              // the key of the sentence that explains it
	Reason  string     `json:"reason,omitempty"` // in the messenger's own words, where it gave any
	Missed  int        `json:"missed,omitempty"` // messages that were not sent
	Probe   time.Time  `json:"probe"`            // from then on the next message is tried
}

// Suspensions are kept by chat. Index "address" finds one by where somebody speaks, without reading the chat, and lists them
// by messenger.
var Suspensions = NewTable("suspension", 1,
	func(s *Suspension) []string { return []string{s.Chat} },
	Index[Suspension]{Name: byAddress, Rows: func(s *Suspension) []Row {
		return []Row{{Key: []string{string(s.Address.Messenger), s.Address.Key}}}
	}})

// The bounds of suspensions.
const (
	probeEvery   = 24 * time.Hour
	foundWithin  = time.Hour          // of what the first card that could not be edited was to show
	tellWithin   = 7 * 24 * time.Hour // after which it is of no more use to be told of one
	maxReason    = 200                // characters
	maxMissedFor = 20                 // streams whose cards are brought up to date when a chat is spoken to again
)

// SuspensionOf returns the suspension of a chat, nil if it is not suspended.
func SuspensionOf(r Reader, chat string) (*Suspension, error) {
	return absentIsNil(Suspensions.Get(r, chat))
}

// IsSuspended reports whether the chat at an address is suspended. It costs a look at one place of the store.
func IsSuspended(r Reader, address bot.ChatID) (bool, error) {
	rows := Suspensions.Rows(r, byAddress, Range{Prefix: []string{string(address.Messenger), address.Key}})
	for _, err := range rows {
		return err == nil, err
	}
	return false, nil
}

// Suspend notes that a messenger has refused a message to a chat for good, and why, and when the next one is tried. The first
// time, the community's moderators are told in another chat. missed is how many messages were lost by it.
func Suspend(tx Tx, now time.Time, chat Chat, why, reason string, missed int) error {
	s, err := Suspensions.Get(tx, chat.ID)
	begins := errors.Is(err, ErrNotFound)
	if err != nil && !begins {
		return err
	}
	if begins {
		s = Suspension{Chat: chat.ID, Address: chat.Address, Since: now.UTC()}
	}
	s.Why, s.Reason, s.Probe = why, bounded(reason), now.UTC().Add(probeEvery)
	s.Missed += missed
	if err := Suspensions.Put(tx, s); err != nil || !begins {
		return err
	}
	return tellModerators(tx, chat, s)
}

// bounded is as much of a messenger's words as is kept.
func bounded(reason string) string {
	reason = bot.Clean(reason)
	if runes := []rune(reason); len(runes) > maxReason {
		return string(runes[:maxReason])
	}
	return reason
}

// tellModerators owes word of a suspension to the first chat of the community that is not suspended itself, if there is one.
func tellModerators(tx Tx, chat Chat, s Suspension) error {
	others, err := chatsOf(tx, chat.Community)
	if err != nil {
		return err
	}
	for _, id := range others {
		suspended, err := Suspensions.Has(tx, id)
		if err != nil {
			return err
		}
		if id == chat.ID || suspended {
			continue
		}
		other, err := Chats.Get(tx, id)
		if err != nil {
			return err
		}
		return Owe(tx, Notice{
			Kind: SuspendedNotice, Scope: other.Scope(), Occurrence: s.occurrence(), Chat: other.ID, Messenger: other.Address.Messenger,
			Due: s.Since, Until: s.Since.Add(tellWithin), Suspension: &s,
		})
	}
	return nil
}

// chatsOf returns the ids of a community's chats, the one that is known longest first.
func chatsOf(r Reader, community string) ([]string, error) {
	var ids []string
	for row, err := range Chats.Rows(r, byCommunity, Range{Prefix: []string{community}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, row.Primary[0])
	}
	slices.SortFunc(ids, compareIDs)
	return ids, nil
}

// occurrence names the suspension among all.
func (s Suspension) occurrence() string { return s.Chat + "-" + TimeKey(s.Since) }

// Withhold counts a message that is not even tried.
func (s Suspension) Withhold(tx Tx) error {
	s.Missed++
	return Suspensions.Put(tx, s)
}

// Reached notes that a message got through to a chat: a suspension ends, the chat is told once that there was one, and its
// cards are brought up to date.
func Reached(tx Tx, now time.Time, chat Chat) error {
	s, err := SuspensionOf(tx, chat.ID)
	if err != nil || s == nil {
		return err
	}
	return s.end(tx, now, chat)
}

func (s Suspension) end(tx Tx, now time.Time, chat Chat) error {
	if err := Suspensions.Delete(tx, s.Chat); err != nil {
		return err
	}
	if err := s.tellChat(tx, now, chat); err != nil {
		return err
	}
	return redrawMissed(tx, now, s)
}

// tellChat owes word of the suspension to the chat itself, once more where it was refused before. What a store before a restore
// may have told is not told again.
func (s Suspension) tellChat(tx Tx, now time.Time, chat Chat) error {
	n := Notice{
		Kind: ResumedNotice, Scope: chat.Scope(), Occurrence: s.occurrence(), Chat: chat.ID, Messenger: chat.Address.Messenger,
		Due: now.UTC(), Until: now.UTC().Add(tellWithin), Suspension: &s,
	}
	told, err := absentIsNil(Notices.Get(tx, n.Key()...))
	if err != nil || told != nil && told.Outcome != Refused {
		return err
	}
	restored, err := LastRestore(tx)
	if err != nil {
		return err
	}
	n.Outcome = Queued
	if restored.Covers(s.Since) {
		n.Outcome, n.Why, n.Settled = Skipped, "why.restored", now.UTC()
	}
	return Notices.Put(tx, n)
}

// redrawMissed asks for the cards of the streams of which the chat was to be told meanwhile. They are drawn whatever they are taken to
// show: an edit that was refused for good counts as drawn, and it may have been the chat that was against it.
func redrawMissed(tx Tx, now time.Time, s Suspension) error {
	done := map[string]bool{}
	for n, err := range Notices.By(tx, byChat, s.Chat) {
		if err != nil {
			return err
		}
		if n.Settled.Before(s.Since.Add(-foundWithin)) || len(done) == maxMissedFor {
			return nil
		}
		if n.Stream == "" || done[n.Stream] {
			continue
		}
		done[n.Stream] = true
		if err := errors.Join(forgetShown(tx, n.Stream, s.Chat), Redraw(tx, n.Scope, n.Stream, now)); err != nil {
			return err
		}
	}
	return nil
}

// forgetShown has a card, if there is one, show no revision that any stream is at.
func forgetShown(tx Tx, stream, chat string) error {
	card, err := absentIsNil(Cards.Get(tx, stream, chat))
	if err != nil || card == nil {
		return err
	}
	card.Revision = 0
	return Cards.Put(tx, *card)
}

// Heard notes that somebody has spoken to boardcast in a chat: one that is suspended is told at once that it was, and if that
// gets through the suspension ends. It does not end before, because a messenger may take answers where it takes no messages.
func Heard(tx Tx, now time.Time, address bot.ChatID) error {
	s, err := absentIsNil(Suspensions.First(tx, byAddress, string(address.Messenger), address.Key))
	if err != nil || s == nil {
		return err
	}
	chat, err := absentIsNil(Chats.Get(tx, s.Chat))
	if err != nil || chat == nil {
		return err
	}
	restored, err := LastRestore(tx)
	if err != nil {
		return err
	}
	if restored.Covers(s.Since) {
		return s.end(tx, now, *chat)
	}
	if s.Probe.After(now) {
		s.Probe = now.UTC()
		if err := Suspensions.Put(tx, *s); err != nil {
			return err
		}
	}
	return s.tellChat(tx, now, *chat)
}

// LeftCommunity notes that boardcast was taken out of a community: its chats are suspended, with nobody left to tell, and its calendar is
// left alone. It does as much as Room allows and reports whether that was all.
func LeftCommunity(tx Tx, now time.Time, messenger bot.Messenger, key string) (bool, error) {
	const writes = 4 // that a suspension takes
	community, ids, err := chatsAt(tx, messenger, key)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		if suspended, err := Suspensions.Has(tx, id); err != nil || suspended {
			if err != nil {
				return false, err
			}
			continue
		}
		if tx.Room() < writes {
			return false, nil
		}
		chat, err := Chats.Get(tx, id)
		if err != nil {
			return false, err
		}
		s := Suspension{Chat: id, Address: chat.Address, Since: now.UTC(), Why: "suspended.removed", Probe: now.UTC().Add(probeEvery)}
		if chat.Kind == bot.Private {
			s.Why = "suspended.blocked"
		}
		if err := Suspensions.Put(tx, s); err != nil {
			return false, err
		}
	}
	if tx.Room() < writes {
		return false, nil
	}
	return true, leaveCalendar(tx, now, community)
}

// BackInCommunity notes that boardcast may speak in a community again: its chats that are suspended are tried at once, and so is its
// calendar. It does as much as Room allows and reports whether that was all.
func BackInCommunity(tx Tx, now time.Time, messenger bot.Messenger, key string) (bool, error) {
	const writes = 12 // that trying a chat takes
	community, ids, err := chatsAt(tx, messenger, key)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		s, err := SuspensionOf(tx, id)
		if err != nil {
			return false, err
		}
		if s == nil || !s.Probe.After(now) {
			continue
		}
		if tx.Room() < writes {
			return false, nil
		}
		if err := Heard(tx, now, s.Address); err != nil {
			return false, err
		}
	}
	if tx.Room() < writes {
		return false, nil
	}
	return true, ReopenCalendar(tx, community)
}

// chatsAt returns the id of a messenger's community and those of its chats; none if it is not known.
func chatsAt(r Reader, messenger bot.Messenger, key string) (community string, chats []string, err error) {
	known, err := FindCommunity(r, messenger, key)
	if errors.Is(err, ErrNotFound) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	chats, err = chatsOf(r, known.ID)
	return known.ID, chats, err
}
