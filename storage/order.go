package storage

import (
	"cmp"
	"slices"
	"time"
)

// Order is what the watches and reminders of a chat come to for one stream.
type Order struct {
	Watched   bool            // a watch wants the chat to be told, and no pause is against it
	Style     Style           // of the narrowest such watch
	Watches   []Watch         // all such watches, narrowest first
	Before    []time.Duration // of all such watches
	Mentions  []Mention       // of all such watches, each name once
	Paused    Pause           // of watches that match, where one is paused
	Reminders []Watch         // people's own that match
}

// Reminder returns a reminder that a person set for a time before the stream; of several, one that makes a sound at night.
func (o Order) Reminder(before time.Duration) (Watch, bool) {
	var found Watch
	for _, w := range o.Reminders {
		if slices.Contains(w.Before, before) && (found.ID == "" || w.Night) {
			found = w
		}
	}
	return found, found.ID != ""
}

// Wanting returns the watches that want to be told, at a time before the stream if it is one of a reminder; 0 is none.
func (o Order) Wanting(before time.Duration) []Watch {
	if before == 0 {
		return o.Watches
	}
	var wanting []Watch
	for _, w := range o.Watches {
		if slices.Contains(w.Before, before) {
			wanting = append(wanting, w)
		}
	}
	return wanting
}

// OrderFor unites what a chat wants to be told of a stream at now. The narrowest watch has the say, one of the stream before a
// person's, an automaker's and everything: it decides the style, and when it is paused the wider ones are silent too. A pause
// of the chat covers all watches. Nobody's reminder is ever paused.
func OrderFor(r Reader, c Chat, stream Stream, now time.Time) (Order, error) {
	var o Order
	watches, err := WatchesOf(r, c)
	if err != nil {
		return o, err
	}
	subjects, err := toldAs(r, stream)
	if err != nil {
		return o, err
	}
	o.unite(c, matching(watches, subjects), now)
	o.Reminders, err = RemindersAbout(r, c.ID, stream)
	return o, err
}

// match is a watch with how narrowly it matches a stream: the least is the narrowest.
type match struct {
	watch   Watch
	breadth int
	place   int // of the subject among the stream's
}

// matching returns the watches that match what a stream is about, narrowest first.
func matching(watches []Watch, subjects []Subject) []match {
	var found []match
	for _, w := range watches {
		i := slices.IndexFunc(subjects, func(s Subject) bool { return slices.Contains(w.Subjects, s) })
		if i >= 0 {
			found = append(found, match{watch: w, breadth: subjects[i].Kind.breadth(), place: i})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(a.place, b.place) })
	return found
}

// breadth orders the kinds of subject, narrowest first.
func (k SubjectKind) breadth() int {
	switch k {
	case StreamSubject:
		return 0
	case PersonSubject:
		return 1
	case AutomakerSubject:
		return 2
	default:
		return 3
	}
}

// unite adds what watches want, which are given narrowest first.
func (o *Order) unite(c Chat, matches []match, now time.Time) {
	silenced := -1 // the breadth of the narrowest watch, if it is paused
	for _, m := range matches {
		pause := m.watch.Paused
		if c.Paused.Covers(now) {
			pause = c.Paused
		}
		switch {
		case pause.Covers(now):
			o.Paused = pause
			if !o.Watched && silenced < 0 {
				silenced = m.breadth
			}
			continue
		case silenced >= 0 && silenced < m.breadth && !o.Watched:
			return
		case !o.Watched:
			o.Watched, o.Style = true, m.watch.Style
		}
		o.Watches = append(o.Watches, m.watch)
		o.Mentions = addMentions(o.Mentions, m.watch)
		for _, before := range m.watch.Before {
			if !slices.Contains(o.Before, before) {
				o.Before = append(o.Before, before)
			}
		}
	}
}
