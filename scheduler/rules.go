// Package scheduler decides what is due and sees that it is said: the [Planner] turns moments into notices, the
// [Dispatcher] sends them and keeps the cards true. Both take the time as data; only their Run methods wait.
package scheduler

import (
	"strconv"
	"time"

	"boardcast/storage"
)

// Event is what has happened to a stream, as far as one chat is concerned. It is a row of the table of rings and edits.
type Event string

// The events. Their codes are kept with the notices, and each has a sentence "event.<code>".
const (
	AnnouncedEarly Event = "announced"          // announced 2 h ahead or more
	AnnouncedLate  Event = "announced_late"     // announced less than 2 h ahead
	AnnouncedAgain Event = "announced_again"    // announced to a chat that has its card
	Reminded       Event = "reminder"           // its time before the stream has come
	MovedQuietly   Event = "moved_quietly"      // moved, nothing rung yet
	MovedLoudly    Event = "moved"              // moved after a ring, earlier than said, or by 15 min or more within the last 3 h
	WentLive       Event = "live"               // live
	WentLiveSoon   Event = "live_soon"          // live within 15 min of a ring
	CameBack       Event = "back"               // back after 15 min or more in which nothing of it was on
	HasEnded       Event = "ended"              // ended
	HasCorrected   Event = "corrected"          // figures came, or were corrected, after the end
	HasMilestone   Event = "milestone"          // a figure passed a round number
	HasRumour      Event = "rumour"             // a member says that it is cancelled
	CalledOffLoud  Event = "called_off"         // cancelled or postponed after a ring
	CalledOffQuiet Event = "called_off_quietly" // cancelled or postponed before any ring
	WeekIsOver     Event = "week"               // the week is over
)

// Action is how a chat is told.
type Action uint8

// The actions.
const (
	EditCard   Action = iota // the card says it; a chat without a card gets one, without a sound
	NewSilent                // a new message without a sound becomes the card
	NewRinging               // a new message that makes a sound becomes the card
)

// Events returns every row of the table of rings and edits.
func Events() []Event {
	return []Event{
		AnnouncedEarly, AnnouncedLate, AnnouncedAgain, Reminded, MovedQuietly, MovedLoudly, WentLive, WentLiveSoon, CameBack, HasEnded,
		HasCorrected, HasMilestone, HasRumour, CalledOffLoud, CalledOffQuiet, WeekIsOver,
	}
}

// String is the code of an action, by which it is kept and said.
func (a Action) String() string { return [...]string{"edit", "silent", "rings"}[a] }

// rule is one row of the table: what each style does.
type rule struct{ card, messages Action }

// ruleFor is the table of rings and edits, the one place where it is decided what makes a sound.
func ruleFor(e Event) rule {
	switch e {
	case AnnouncedEarly:
		return rule{card: NewSilent, messages: NewSilent}
	case AnnouncedLate:
		return rule{card: NewRinging, messages: NewRinging}
	case Reminded:
		return rule{card: NewRinging, messages: NewRinging}
	case MovedQuietly:
		return rule{card: EditCard, messages: EditCard}
	case MovedLoudly:
		return rule{card: NewRinging, messages: NewRinging}
	case WentLive:
		return rule{card: NewRinging, messages: NewRinging}
	case WentLiveSoon:
		return rule{card: EditCard, messages: NewRinging}
	case CameBack:
		return rule{card: NewRinging, messages: NewRinging}
	case HasEnded, HasCorrected, HasMilestone, HasRumour:
		return rule{card: EditCard, messages: NewSilent}
	case CalledOffLoud:
		return rule{card: NewRinging, messages: NewRinging}
	case CalledOffQuiet:
		return rule{card: EditCard, messages: NewSilent}
	case WeekIsOver:
		return rule{card: NewSilent, messages: NewSilent}
	default:
		return rule{card: EditCard, messages: EditCard}
	}
}

// ActionFor returns how a chat is told of an event in a style.
func ActionFor(e Event, style storage.Style) Action {
	if style == storage.MessagesStyle {
		return ruleFor(e).messages
	}
	return ruleFor(e).card
}

// The bounds in the table.
const (
	lateAnnouncement = 2 * time.Hour
	ringCovers       = 15 * time.Minute
	bigMove          = 15 * time.Minute
	lastHours        = 3 * time.Hour
)

// EventOf returns which row of the table a notice is, given the stream as the chat sees it, and its card (zero: none).
func EventOf(n storage.Notice, s storage.Stream, card storage.Card) Event {
	rung := !card.Rang.IsZero()
	switch n.Kind {
	case storage.AnnouncedNotice:
		if card.Message != "" {
			return AnnouncedAgain // published, or no longer withdrawn
		}
		if s.Start.Timed() && s.Start.At.Sub(n.Due) < lateAnnouncement {
			return AnnouncedLate
		}
		return AnnouncedEarly
	case storage.ReminderNotice:
		return Reminded
	case storage.ChangedNotice:
		return moved(n, s, card)
	case storage.LiveNotice:
		if rung && n.Due.Sub(card.Rang) <= ringCovers {
			return WentLiveSoon
		}
		return WentLive
	case storage.BackNotice:
		return CameBack
	case storage.EndedNotice:
		return HasEnded
	case storage.CorrectedNotice:
		return HasCorrected
	case storage.MilestoneNotice:
		return HasMilestone
	case storage.RumourNotice:
		return HasRumour
	case storage.WeeklyNotice:
		return WeekIsOver
	default:
		if rung {
			return CalledOffLoud
		}
		return CalledOffQuiet
	}
}

// moved decides whether a new start is worth a sound: after a ring, earlier than was said, or by much shortly before.
func moved(n storage.Notice, s storage.Stream, card storage.Card) Event {
	if !card.Rang.IsZero() {
		return MovedLoudly
	}
	if len(s.Earlier) == 0 {
		return MovedQuietly
	}
	before := s.Earlier[len(s.Earlier)-1].At
	by := s.Start.At.Sub(before)
	near := before.Sub(n.Due) <= lastHours || s.Start.At.Sub(n.Due) <= lastHours
	if by < 0 || by >= bigMove && near {
		return MovedLoudly
	}
	return MovedQuietly
}

// usefulUntil is when a notice of a kind about a stream is of no more use.
func usefulUntil(kind storage.NoticeKind, s storage.Stream, due time.Time) time.Time {
	const (
		liveFor      = 6 * time.Hour
		backFor      = 2 * time.Hour
		milestoneFor = 6 * time.Hour
		endedFor     = 24 * time.Hour
		cancelledFor = 12 * time.Hour
	)
	switch kind {
	case storage.LiveNotice:
		return due.Add(liveFor)
	case storage.BackNotice:
		return due.Add(backFor)
	case storage.MilestoneNotice:
		return due.Add(milestoneFor)
	case storage.EndedNotice, storage.CorrectedNotice:
		return due.Add(endedFor)
	case storage.CancelledNotice:
		if s.Start.At.After(due) {
			return s.Start.At.Add(cancelledFor)
		}
		return due.Add(cancelledFor)
	default:
		return s.Start.End()
	}
}

// weekUsefulFor is how long after its slot a week is still worth sending.
const weekUsefulFor = 3 * 24 * time.Hour

// reminderOf names the reminder of a stream's present start at a rung: one of a start that was moved is another.
func reminderOf(s storage.Stream, rung time.Duration) string {
	return strconv.Itoa(s.StartRevision) + "-" + rung.String()
}

// Stale says why a notice no longer fits how its stream stands, by the key of a sentence; it fits when that is empty.
func Stale(n storage.Notice, s storage.Stream, now time.Time) string {
	if s.MergedInto != "" {
		return "why.merged"
	}
	if s.Withdrawn && n.Kind != storage.CancelledNotice {
		return "why.withdrawn"
	}
	if now.After(n.Until) {
		return "why.too_late"
	}
	if s.Scope == storage.Public && n.Scope != s.Scope && n.Scope != "" && !aside(n.Kind) {
		return "why.overtaken" // it is of a community's copy that has been taken away
	}
	_, off := s.OffSince()
	fits := map[storage.NoticeKind]bool{
		storage.AnnouncedNotice: s.State == storage.Announced || s.State == storage.Live,
		storage.ReminderNotice:  s.State == storage.Announced && n.Occurrence == reminderOf(s, n.Rung),
		storage.ChangedNotice:   s.State == storage.Announced,
		storage.LiveNotice:      s.State == storage.Live,
		storage.BackNotice:      s.State == storage.Live && !off,
		storage.RumourNotice:    s.State == storage.Announced || s.State == storage.Due,
		storage.EndedNotice:     s.State == storage.Ended,
		storage.CorrectedNotice: s.State == storage.Ended,
		storage.MilestoneNotice: s.State == storage.Live || s.State == storage.Ended,
		storage.CancelledNotice: s.State == storage.Cancelled || s.State == storage.Postponed || s.Withdrawn,
	}
	if !fits[n.Kind] {
		return "why.overtaken"
	}
	return ""
}
