package storage

import "time"

// Pause is a span in which a chat, or one watch of it, is told nothing. The zero Pause is none.
type Pause struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"` // zero: until somebody ends it
}

// Covers reports whether a time lies within the pause.
func (p Pause) Covers(t time.Time) bool {
	return !p.Since.IsZero() && (p.Until.IsZero() || t.Before(p.Until))
}
