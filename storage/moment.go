package storage

import (
	"slices"
	"time"

	"boardcast/bot"
)

// Ladder returns the times before a stream at which people can be reminded, longest first. There are no others, so that
// the watches of one time are found by one seek.
func Ladder() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{
		7 * day, 3 * day, 2 * day, day, 12 * time.Hour, 6 * time.Hour, 3 * time.Hour, 2 * time.Hour, time.Hour,
		30 * time.Minute, 15 * time.Minute, 10 * time.Minute, 5 * time.Minute, time.Minute,
	}
}

// EarlyBy is how long before its time the reminders of a rung may begin to be sent, where there are too many to send them all at once: a
// tenth of the rung, so that what they say stays true, and half an hour at most.
func EarlyBy(rung time.Duration) time.Duration {
	const part, most = 10, 30 * time.Minute
	return min(rung/part, most)
}

// NearestRung returns the time of the [Ladder] that is nearest to d, the longer one of two as near.
func NearestRung(d time.Duration) time.Duration {
	nearest := Ladder()[0]
	for _, rung := range Ladder() {
		if (rung - d).Abs() < (nearest - d).Abs() {
			nearest = rung
		}
	}
	return nearest
}

// Moment is something that the planner has to do at a time: news to spread, a step of a stream, a chat's week.
type Moment struct {
	Kind       NoticeKind    `json:"kind"`
	At         time.Time     `json:"at"`           // when the planner looks at it
	Due        time.Time     `json:"due,omitzero"` // of a reminder, which is looked at before it is due: see [EarlyBy]
	Scope      Scope         `json:"scope,omitempty"`
	Stream     string        `json:"stream,omitempty"`
	Rung       time.Duration `json:"rung,omitempty"`
	Occurrence string        `json:"occurrence,omitempty"`
	Chat       string        `json:"chat,omitempty"`      // of a week
	Cursor     string        `json:"cursor,omitempty"`    // how far the walk of the watches has come
	Community  string        `json:"community,omitempty"` // of the last chat of the walk
	Turn       int           `json:"turn,omitempty"`      // how many chats of that community the walk has met
	Tries      int           `json:"tries,omitempty"`     // that failed
}

// Steps of a stream that are nobody's notice: they change its state, and its card with it, or owe what is late already.
const (
	SoonStep      NoticeKind = "soon"      // a start was set for which some reminders are late already
	DueStep       NoticeKind = "due"       // its time has come
	LateStep      NoticeKind = "late"      // five minutes later, still unseen
	UnseenStep    NoticeKind = "unseen"    // its time has passed without a sign
	GoneStep      NoticeKind = "gone"      // nothing of it has been on for as long as it could come back
	ForgottenStep NoticeKind = "forgotten" // it has been live, and seen by nobody, for longer than any stream lasts
)

// TurnOf counts a chat that the walk of the watches has come to, and returns how many of its community were met before it. Channels, which
// many read, have the first turn always.
func (m *Moment) TurnOf(w Watcher) int {
	if m.Turn++; w.Community != m.Community {
		m.Community, m.Turn = w.Community, 0
	}
	m.Cursor = w.Cursor
	if w.Channel {
		return 0
	}
	return m.Turn
}

// Moments are kept one a stream for its next step, one a chat for its week, and one for each piece of news.
var Moments = NewTable("moment", 1, momentKey,
	Index[Moment]{Name: byTime, Rows: func(m *Moment) []Row { return []Row{{Key: []string{TimeKey(m.At)}}} }})

// streamSteps begins the keys of the steps of streams, of which each has one to come.
const streamSteps = "step"

func momentKey(m *Moment) []string {
	switch m.Kind {
	case WeeklyNotice:
		return []string{"week", m.Chat}
	case ReminderNotice, DueStep, LateStep, UnseenStep, GoneStep, ForgottenStep:
		return []string{streamSteps, string(m.Scope), m.Stream}
	case CorrectedNotice:
		return []string{"news", string(m.Scope), m.Stream, string(m.Kind)} // the next figures are told with these
	default:
		return []string{"news", string(m.Scope), m.Stream, string(m.Kind), m.Occurrence}
	}
}

// NextMoments returns up to n moments that are due at now, earliest first, and the time of the first later one (zero: none).
func NextMoments(r Reader, now time.Time, n int) ([]Moment, time.Time, error) {
	var due []Moment
	for m, err := range Moments.By(r, byTime) {
		if err != nil {
			return nil, time.Time{}, err
		}
		if m.At.After(now) || len(due) == n {
			return due, m.At, nil
		}
		due = append(due, m)
	}
	return due, time.Time{}, nil
}

// NextDue returns when the next thing is due, of the first moments that are planned: before now, if it is late; zero: nothing is planned.
func NextDue(r Reader) (next time.Time, err error) {
	const first = 50
	looked := 0
	for m, err := range Moments.By(r, byTime) {
		if err != nil || looked == first {
			return next, err
		}
		looked++
		due := m.At
		if !m.Due.IsZero() {
			due = m.Due
		}
		next = earlier(next, due)
	}
	return next, nil
}

// UpcomingReminders returns, earliest first, the moments before a time at which reminders of streams are due: of each stream the next one.
// It looks at the first most of all that is planned.
func UpcomingReminders(r Reader, before time.Time, most int) ([]Moment, error) {
	var reminders []Moment
	looked := 0
	for row, err := range Moments.Rows(r, byTime, Range{To: TimeKey(before)}) {
		if err != nil || looked == most {
			return reminders, err
		}
		looked++
		if row.Primary[0] != streamSteps {
			continue
		}
		m, err := Moments.Get(r, row.Primary...)
		if err != nil {
			return nil, err
		}
		if m.Kind == ReminderNotice {
			reminders = append(reminders, m)
		}
	}
	return reminders, nil
}

// Standing returns a moment as it stands now, or ErrNotFound when it was carried out, moved or taken away.
func Standing(r Reader, m Moment) (Moment, error) {
	now, err := Moments.Get(r, momentKey(&m)...)
	if err != nil {
		return Moment{}, err
	}
	if now.Kind != m.Kind || !now.At.Equal(m.At) || now.Rung != m.Rung {
		return Moment{}, ErrNotFound
	}
	return now, nil
}

// DeleteMoment takes a moment away.
func DeleteMoment(tx Tx, m Moment) error { return Moments.Delete(tx, momentKey(&m)...) }

// JobRun is when a recurring job ran last.
type JobRun struct {
	Name string    `json:"name"`
	Last time.Time `json:"last"`
}

// JobRuns are kept by the name of the job.
var JobRuns = NewTable("job", 1, func(j *JobRun) []string { return []string{j.Name} })

const (
	lateAfter      = 5 * time.Minute
	usualLength    = 3 * time.Hour // of a stream that announced none
	graceAfter     = time.Hour     // after the planned end, before a stream is given up as unseen
	forgottenAfter = 24 * time.Hour
)

// schedule sets a stream's next step after a change.
func schedule(tx Tx, s Stream, now time.Time) error {
	step, ok := s.FirstStep(now)
	if !ok {
		return Moments.Delete(tx, momentKey(&Moment{Kind: DueStep, Scope: s.Scope, Stream: s.ID})...)
	}
	return Moments.Put(tx, step)
}

// FirstStep is the next step of a stream that stands as it does at now.
func (s Stream) FirstStep(now time.Time) (Moment, bool) {
	if s.Hidden() {
		return Moment{}, false
	}
	switch s.State {
	case Announced:
		if !s.Start.Timed() {
			return s.step(UnseenStep, s.Start.End().Add(graceAfter)), true
		}
		return s.stepDown(func(rung time.Duration) bool { return s.Start.At.Add(-rung).After(now) }), true
	case Due:
		if late := s.Start.At.Add(lateAfter); late.After(now) {
			return s.step(LateStep, late), true
		}
		return s.step(UnseenStep, s.givenUpAt()), true
	case Live:
		if off, gone := s.OffSince(); gone {
			return s.step(GoneStep, s.ReturnsUntil(off)), true
		}
		return s.step(ForgottenStep, s.SeenLast().Add(max(forgottenAfter, 2*s.Planned))), true
	default:
		return Moment{}, false
	}
}

// StepAfter is the step that follows a reminder at a rung.
func (s Stream) StepAfter(rung time.Duration) Moment {
	return s.stepDown(func(next time.Duration) bool { return next < rung })
}

// stepDown is the reminder at the longest rung that fits, or else the start.
func (s Stream) stepDown(fits func(time.Duration) bool) Moment {
	ladder := Ladder()
	if i := slices.IndexFunc(ladder, fits); i >= 0 {
		due := s.Start.At.Add(-ladder[i])
		m := s.step(ReminderNotice, due.Add(-EarlyBy(ladder[i])))
		m.Rung, m.Due = ladder[i], due
		return m
	}
	return s.step(DueStep, s.Start.At)
}

func (s Stream) step(kind NoticeKind, at time.Time) Moment {
	return Moment{Kind: kind, At: at, Scope: s.Scope, Stream: s.ID}
}

func (s Stream) givenUpAt() time.Time {
	length := s.Planned
	if length == 0 {
		length = usualLength
	}
	return s.Start.At.Add(length + graceAfter)
}

// WeeklySlot is the first instant after now at which a chat's week is due: Monday 09:00 by its clocks. Where the clocks skip
// that hour it is the first instant after the gap.
func WeeklySlot(now time.Time, zone *time.Location) time.Time {
	if at := slotOf(now, 0, zone); at.After(now) {
		return at
	}
	return slotOf(now, 1, zone)
}

// LastWeeklySlot is the latest instant at or before now at which a chat's week was due, see [WeeklySlot].
func LastWeeklySlot(now time.Time, zone *time.Location) time.Time {
	if at := slotOf(now, 0, zone); !at.After(now) {
		return at
	}
	return slotOf(now, -1, zone)
}

// slotOf is the slot in the week of now by a zone's clocks, or some weeks after it.
func slotOf(now time.Time, weeks int, zone *time.Location) time.Time {
	const hour = 9
	local := now.In(zone)
	y, m, d := local.Date()
	monday := d - (int(local.Weekday())+6)%7
	at, _ := bot.Resolve(time.Date(y, m, monday+7*weeks, hour, 0, 0, 0, time.UTC), zone)
	return at
}
