package scheduler

import (
	"time"

	"boardcast/storage"
)

// Foreseen is one thing that a watch would say of a stream, if all goes as announced.
type Foreseen struct {
	Kind    storage.NoticeKind
	At      time.Time // zero where the stream's hour is not known
	Before  time.Duration
	Action  Action
	AtNight bool // it falls into the quiet hours, in which nothing makes a sound
}

// Foresee returns what a watch would say in a chat of a stream that has been announced, from a time on: its reminders, its
// start and its end, in their order. It asks the same table as the dispatcher.
func Foresee(chat storage.Chat, w storage.Watch, s storage.Stream, from time.Time) []Foreseen {
	var list []Foreseen
	card := storage.Card{Message: "announced"}
	say := func(kind storage.NoticeKind, at time.Time, before time.Duration) {
		event := EventOf(storage.Notice{Kind: kind, Due: at, Rung: before}, s, card)
		told := Foreseen{Kind: kind, At: at, Before: before, Action: ActionFor(event, w.Style)}
		told.AtNight = !at.IsZero() && chat.Quiet.Covers(at.In(chat.Location()))
		if told.Action == NewRinging && !told.AtNight {
			card.Rang = at
		}
		list = append(list, told)
	}
	if !s.Start.Timed() {
		say(storage.LiveNotice, time.Time{}, 0)
		say(storage.EndedNotice, time.Time{}, 0)
		return list
	}
	for _, before := range w.Before {
		if at := s.Start.At.Add(-before); at.After(from) {
			say(storage.ReminderNotice, at, before)
		}
	}
	say(storage.LiveNotice, s.Start.At, 0)
	say(storage.EndedNotice, time.Time{}, 0)
	return list
}
