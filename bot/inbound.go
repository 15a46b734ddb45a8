package bot

import "time"

// Inbound is one thing that a person did: a line they typed, or a button they pressed, which is a line too.
type Inbound struct {
	ID   string // the messenger's id of it, the same when it is delivered again
	Chat Chat
	From User
	Sent time.Time
	Text string

	// Roles are the groups of people in the chat's community that the person belongs to, as moderators name them: "@&" and an id.
	Roles []string
	// ToBot says that the words are meant for the bot even if they begin with no command, as in a reply to it. In a private chat
	// all are.
	ToBot bool
	// Alone says that the messenger can show the answer to this person alone, where others read along.
	Alone bool
	// Open says that the person wants all to read the answer.
	Open bool
	// About reports whether something that was sent is what the person says it of, as in a reply to it; nil: they say it of nothing.
	About func(sent MessageID) bool
	// Typing says that they are still at it: the answer is a proposal, and does not count as one of what a person may ask.
	Typing bool
}

// EventKind says what happened to the bot in a chat.
type EventKind string

// The kinds of event.
const (
	Arrived  EventKind = "arrived"  // it can speak there, for the first time or again
	Departed EventKind = "departed" // it cannot any more
	Migrated EventKind = "migrated" // the chat has another address
	Closed   EventKind = "closed"   // the chat is no more, though others of its community are
)

// Event is something that happened to the bot itself in a chat.
type Event struct {
	Kind EventKind
	Chat Chat
	To   ChatID // where a chat has moved to
	By   User   // who did it, where that is known
}
