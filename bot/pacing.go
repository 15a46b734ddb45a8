package bot

import "time"

// Pacing is an ability of some senders: they keep to what their messenger takes, by having Send and Edit wait for their turn. Whoever
// asks before sends no more than there is room for, and so chooses what goes first until the last moment.
type Pacing interface {
	// Pace is how many posts a second the messenger takes from all chats together, in the long run.
	Pace() float64
	// InFlight is how many posts may be under way at once.
	InFlight() int
	// Room is how many posts may leave now, to any chats, beside those that are under way; where none may, it is how long until one may.
	// Edits yield to all else: for them there is room only where more is left than sends need.
	Room(edit bool) (posts int, wait time.Duration)
	// RoomIn is how long a post, or an edit, to one chat has to wait because of what was sent there lately; zero: not at all.
	RoomIn(to ChatID, edit bool) time.Duration
	// TooMany is how often the messenger has said since the start that it was asked too much: each time is a fault of the pacing.
	TooMany() int64
}
