package scheduler

import (
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Paces are how many notices a second messengers take. One that is not in it takes all at once.
type Paces map[bot.Messenger]float64

// PacesOf returns the paces of those senders that keep one.
func PacesOf(senders map[bot.Messenger]bot.Sender) Paces {
	paces := Paces{}
	for messenger, sender := range senders {
		if pacing, ok := sender.(bot.Pacing); ok {
			paces[messenger] = pacing.Pace()
		}
	}
	return paces
}

// worthBeginning is how long a fan-out must take to begin before it is due.
const worthBeginning = 10 * time.Second

// begin is when the reminders of a stream at a rung begin to be sent, so that the last chat hears at the time that they are due: then,
// if they are few, and never before storage.EarlyBy allows.
func (p Paces) begin(r storage.Reader, stream storage.Stream, rung time.Duration, due time.Time) (time.Time, error) {
	most := p.mostIn(storage.EarlyBy(rung))
	if most == 0 {
		return due, nil
	}
	chats, err := storage.CountWatchers(r, stream, rung.String(), most)
	if err != nil {
		return time.Time{}, err
	}
	var takes time.Duration
	for messenger, n := range chats {
		if pace := p[messenger]; pace > 0 {
			takes = max(takes, time.Duration(float64(n)/pace*float64(time.Second)))
		}
	}
	if takes < worthBeginning {
		return due, nil
	}
	return due.Add(-min(takes, storage.EarlyBy(rung))), nil
}

// mostIn is how many notices all messengers take in a time.
func (p Paces) mostIn(d time.Duration) int {
	most := 0.0
	for _, pace := range p {
		most += pace * d.Seconds()
	}
	return int(most)
}
