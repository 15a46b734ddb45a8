package storage

import (
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
