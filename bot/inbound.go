package bot

import "time"

// Inbound is one thing that a person did: a line they typed, or a button they pressed, which is a line too.
type Inbound struct {
	ID   string // the messenger's id of it, the same when it is delivered again
	Chat Chat
	From User
	Sent time.Time
	Text string
}
