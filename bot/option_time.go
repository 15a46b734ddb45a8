package bot

import (
	"errors"
	"slices"
	"time"
)

// ErrNotThis says that words are not of the kind that was tried: no time, no length, no place.
var ErrNotThis = errors.New("not of this kind")

// Horizon is how far ahead a time may be that [ReadWhen] reads.
const Horizon = 60 * 24 * time.Hour

// Reference is what a typed time is read against.
type Reference struct {
	Now   time.Time
	Zone  *time.Location // the chat's; its days are "today" and "tomorrow"
	Usual *time.Location // where the person usually streams; nil: nobody knows
}

// WhenKind says why a time cannot be used as it was said.
type WhenKind string

// The kinds of trouble with a time.
const (
	WhenPast      WhenKind = "past"      // it is over; a choice is its next coming, if that is near
	WhenGap       WhenKind = "gap"       // the clocks skip it; the choices are on the other side
	WhenTooFar    WhenKind = "too far"   // it is beyond Horizon; there are no choices
	WhenAmbiguous WhenKind = "ambiguous" // the choices are one time on the clocks of several places
	WhenSeveral   WhenKind = "several"   // the choices are several days or hours: "next friday", "at 8", "saturday midnight"
)

// WhenError says that words are a time, and why it cannot be used without a question.
type WhenError struct {
	Kind    WhenKind
	Said    When   // the likeliest reading; in a gap the first instant after it
	Choices []When // what can be meant, the likeliest first: two or more where the time is ambiguous, else perhaps none
}

func (e *WhenError) Error() string { return "the time is " + string(e.Kind) }

// ReadWhen reads a time from all of the words, in English, Chinese or French: an ISO date and time, "tomorrow 8pm",
// "周四 19:30", "in 2h", "demain à 20h30", "18 May", "December 2026", each with a place if it has one: "20:00 Beijing",
// "北京时间20:00", "8pm PT". Words that are no time are ErrNotThis; a time that cannot be used is a *WhenError, and a length
// of time that cannot be, an *Error. Any other error says that this machine lacks the zone's rules.
//
// A clock time makes the result exact to the minute, a part of the day ("明晚") to that, a date to the day, the month or the
// year. Without a place the clock is the chat's; where the person's usual one would show that time at another instant still
// to come, the time is ambiguous. A clock time without a day is today's where the clock is; the name of a weekday is the
// next such day, today while the time is ahead; a date without a year is the next one, unless it went by in the last 60 days.
//
// "in 3m" is the nearest full minute that is ahead, thus at most 30 seconds early or, within the first minute, 60 late. In
// days and weeks it is a date, to which a clock time may be added. An hour that the clocks show twice is the first of the
// two, unless only the second is still ahead.
func ReadWhen(words string, ref Reference) (When, error) {
	p, ok := newPhrase(words)
	if !ok {
		return When{}, ErrNotThis
	}
	s := saidTime{phrase: p}
	if !s.read() || !s.sensible() {
		return When{}, ErrNotThis
	}
	if err := s.fromNow.check(); err != nil {
		return When{}, err
	}
	zones, err := s.clocks(ref)
	if err != nil {
		return When{}, err
	}
	return choose(s.readings(ref, zones))
}

// saidTime is a phrase that is read as a time, and what it has said so far.
type saidTime struct {
	phrase
	days    dateRule // a date or a day counted from today
	week    dateRule // by the name of a weekday
	weekday time.Weekday
	weekAs  weekWord
	coarse  Precision // ToMonth or ToYear, if the date is no more than that
	clock   *clock
	span    *daySpan
	zones   string // names separated by spaces
	iso     bool   // a date and a time joined by a T
	slashed bool   // the date is "24/7", which alone is none
	fromNow length
}

// dateRule tells which dates are meant, on a day. A date is its midnight in UTC, wherever it is a date of.
type dateRule func(today time.Time) []time.Time

// read reads all of the words, and reports whether each of them belongs to a time.
func (s *saidTime) read() bool {
	// A longer reading comes before one that could begin the same way.
	parts := [...]func(*saidTime) bool{
		(*saidTime).readFromNow, (*saidTime).readDayWord, (*saidTime).readSpan, (*saidTime).readDate,
		(*saidTime).readWeekday, (*saidTime).readClock, (*saidTime).readPlace, (*saidTime).readPlainHour,
	}
	linked := false
	for !s.done() {
		from := s.next
		known := slices.ContainsFunc(parts[:], func(part func(*saidTime) bool) bool {
			s.next = from
			return part(s)
		})
		linked = false
		if !known {
			s.next = from
			_, linked = takeOf(&s.phrase, linkWords)
		}
		if !known && !linked {
			return false
		}
	}
	return !linked
}

// sensible reports whether what was said is a time, and not several, or the pieces of one.
func (s *saidTime) sensible() bool {
	switch {
	case s.fromNow.finest != 0 && s.days == nil:
		return s.week == nil && s.clock == nil && s.span == nil
	case s.coarse != "":
		return s.week == nil && s.clock == nil && s.span == nil
	}
	return s.clock != nil || s.week != nil || s.days != nil && !s.slashed
}

// readFromNow reads a length of time from now. One in days or weeks is a date.
func (s *saidTime) readFromNow() bool {
	if s.dated() {
		return false
	}
	_, before := takeOf(&s.phrase, fromNowWords)
	said, ok := s.length()
	if !ok {
		return false
	}
	if !before {
		if _, after := takeOf(&s.phrase, fromNowTails); !after {
			return false
		}
	}
	s.fromNow = said
	if said.finest >= day && said.total <= MaxLength && said.total%day == 0 {
		s.days = daysAhead(int(said.total / day))
	}
	return said.total > 0
}

// dated reports whether a day was said other than by the name of a weekday.
func (s *saidTime) dated() bool { return s.days != nil || s.fromNow.finest != 0 }

func (s *saidTime) readDayWord() bool {
	word, ok := takeOf(&s.phrase, dayWords)
	if !ok || s.dated() || word.span != nil && s.span != nil {
		return false
	}
	s.days = daysAhead(word.days)
	if word.span != nil {
		s.span = word.span
	}
	return true
}

func (s *saidTime) readSpan() bool {
	span, ok := takeOf(&s.phrase, spanWords)
	if !ok || s.span != nil {
		return false
	}
	s.span = &span
	return true
}

func (s *saidTime) readPlace() bool {
	names, ok := s.place(s.iso && s.clock != nil)
	if !ok || s.zones != "" {
		return false
	}
	s.zones = names
	return true
}

func (s *saidTime) readClock() bool {
	c, ok := s.phrase.clock()
	if !ok || s.clock != nil {
		return false
	}
	s.clock = &c
	return true
}

// readPlainHour reads the number of "at 8".
func (s *saidTime) readPlainHour() bool {
	if s.clock != nil {
		return false
	}
	if _, ok := takeOf(&s.phrase, atWords); !ok {
		return false
	}
	from := s.next
	if _, marked := s.phrase.clock(); marked {
		return false
	}
	s.next = from
	hour, digits, ok := s.number()
	if !ok || digits > 2 || hour > 23 {
		return false
	}
	s.clock = &clock{minutes: hour * 60, either: hour > 0 && hour <= 12, open: true}
	return true
}

// clocks are the zones in which the time may be meant, the likeliest first.
func (s *saidTime) clocks(ref Reference) ([]*time.Location, error) {
	switch {
	case s.zones != "":
		return loadZones(s.zones)
	case ref.Usual == nil || s.clock == nil:
		return []*time.Location{ref.Zone}, nil
	}
	return []*time.Location{ref.Zone, ref.Usual}, nil
}

// precision is how exactly the time was said.
func (s *saidTime) precision() Precision {
	switch {
	case s.coarse != "":
		return s.coarse
	case s.clock != nil:
		return ToMinute
	case s.span != nil && s.span.part != "":
		return ToPartOfDay
	}
	return ToDay
}
