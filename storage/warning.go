package storage

import (
	"maps"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
)

// WarningReason says which promise is about to break.
type WarningReason string

// The reasons of warnings.
const (
	BacklogWarning     WarningReason = "backlog"     // what is owed is more than can be told in time
	FanOutWarning      WarningReason = "fanout"      // more chats are to be reminded soon than can be told in time
	UnreachableWarning WarningReason = "unreachable" // a messenger takes nothing
)

// WarningReasons returns all reasons.
func WarningReasons() []WarningReason {
	return []WarningReason{BacklogWarning, FanOutWarning, UnreachableWarning}
}

// Warning tells those who run boardcast that a promise is about to break, with the figures from which that follows.
type Warning struct {
	Reason    WarningReason `json:"reason"`
	Messenger bot.Messenger `json:"messenger"`
	Since     time.Time     `json:"since"`            // when it was first foreseen
	Count     int           `json:"count"`            // notices that are owed, or chats that are to be told
	PerMinute int           `json:"minute,omitempty"` // how many of them can be told in a minute
	Takes     time.Duration `json:"takes,omitempty"`  // until all of them are told
	Late      time.Duration `json:"late,omitempty"`   // how late the last of them is going to be

	// Stream, Rung and Due say which reminder is to go to so many chats, and when.
	Stream string        `json:"stream,omitempty"`
	Rung   time.Duration `json:"rung,omitempty"`
	Due    time.Time     `json:"due,omitzero"`
}

// warnFor is how long a warning is worth being told.
const warnFor = time.Hour

// Warn owes word of a warning to the private chats of those who run boardcast, who are ids of people, by messenger. Who has never spoken
// to it in private has none. Of one reason on one messenger they are told once an hour at the most, also over a restart of the process.
func Warn(tx Tx, now time.Time, operators map[bot.Messenger][]string, w Warning) error {
	for _, messenger := range slices.Sorted(maps.Keys(operators)) {
		for _, person := range operators[messenger] {
			chat, err := privateChat(tx, messenger, person)
			if err != nil {
				return err
			}
			if chat == nil {
				continue
			}
			err = Owe(tx, Notice{
				Kind: WarningNotice, Scope: chat.Scope(), Occurrence: strings.Join([]string{string(w.Reason), string(w.Messenger), TimeKey(now.Truncate(time.Hour))}, "-"),
				Chat: chat.ID, Messenger: messenger, Due: now.UTC(), Until: now.UTC().Add(warnFor), Warning: &w,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// privateChat returns the private chat of a person, whose community it is; nil where there is none.
func privateChat(r Reader, messenger bot.Messenger, person string) (*Chat, error) {
	_, chats, err := chatsAt(r, messenger, person)
	if err != nil {
		return nil, err
	}
	for _, id := range chats {
		chat, err := Chats.Get(r, id)
		if err != nil || chat.Kind == bot.Private {
			return &chat, err
		}
	}
	return nil, nil //nolint:nilnil // absence is an answer here, not a failure
}
