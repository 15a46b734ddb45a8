package bot

import (
	"slices"
	"time"
)

// reading is one way to understand a time.
type reading struct {
	when    When
	trouble WhenKind // empty: it can be used
	choices []When   // in its place, if it cannot
}

// readings are all the ways to understand what was said, the likeliest first.
func (s *saidTime) readings(ref Reference, zones []*time.Location) []reading {
	if s.fromNow.finest != 0 && s.days == nil {
		return []reading{soon(ref.Now, s.fromNow.total, zones[0])}
	}
	var all []reading
	for _, zone := range zones {
		for _, wall := range s.walls(s.todays(ref, zone)) {
			all = append(all, s.reading(wall, zone, ref.Now))
		}
	}
	return all
}

// soon is the reading of a length of time from now.
func soon(now time.Time, ahead time.Duration, zone *time.Location) reading {
	at := now.Add(ahead).Round(time.Minute)
	if !at.After(now) {
		at = at.Add(time.Minute)
	}
	r := reading{when: NewWhen(at, zone, ToMinute)}
	if at.After(now.Add(Horizon)) {
		r.trouble = WhenTooFar
	}
	return r
}

// todays are the dates that "today" may be. The speaker's counts for the words of days; a clock time without one goes by
// the day at its place; and where a place was said with a day, the speaker may have gone by either.
func (s *saidTime) todays(ref Reference, zone *time.Location) []time.Time {
	here, there := dateIn(ref.Now, ref.Zone), dateIn(ref.Now, zone)
	switch {
	case s.days == nil && s.week == nil:
		return []time.Time{there}
	case s.zones == "" || here.Equal(there):
		return []time.Time{here}
	}
	return []time.Time{here, there}
}

// walls are the wall times that were said, each once.
func (s *saidTime) walls(todays []time.Time) []time.Time {
	var walls []time.Time
	for _, today := range todays {
		for _, date := range s.dates(today) {
			for _, minutes := range s.minutes() {
				wall := date.Add(time.Duration(minutes) * time.Minute)
				if !slices.ContainsFunc(walls, wall.Equal) {
					walls = append(walls, wall)
				}
			}
		}
	}
	return walls
}

// dates are the dates that were said. Where a date falls on another weekday than the one said with it, either may be wrong.
func (s *saidTime) dates(today time.Time) []time.Time {
	switch {
	case s.days == nil && s.week == nil:
		return []time.Time{today}
	case s.days == nil:
		return s.week(today)
	}
	dates := s.days(today)
	if s.week == nil {
		return dates
	}
	fits := func(date time.Time) bool { return date.Weekday() == s.weekday }
	if i := slices.IndexFunc(dates, fits); i >= 0 {
		return dates[i : i+1]
	}
	return slices.Concat(dates, s.week(today))
}

// minutes are the clock times that were said, in minutes of a date; those of the night may be beyond its end.
func (s *saidTime) minutes() []int {
	const halfDay, fullDay = 12 * 60, 24 * 60
	switch c := s.clock; {
	case c == nil:
		return []int{0}
	case c.named && c.minutes == fullDay && s.span == nil && (s.days != nil || s.week != nil):
		return []int{0, fullDay} // of "saturday midnight" people mean either end
	case c.named:
		return []int{c.minutes}
	case s.span != nil:
		return s.span.fit(*c)
	case c.open && c.either:
		return []int{c.minutes, c.minutes + halfDay}
	default:
		return []int{c.minutes}
	}
}

// fit is the time of a clock within the span, or nothing where they contradict each other.
func (d daySpan) fit(c clock) []int {
	const halfDay = 12 * 60
	at, step := c.minutes, 2*halfDay
	if c.either {
		at, step = at%halfDay, halfDay
	}
	for at < d.first*60 {
		at += step
	}
	if at >= d.first*60+halfDay {
		return nil
	}
	return []int{at}
}

// reading is how a wall time of a zone is to be understood.
func (s *saidTime) reading(wall time.Time, zone *time.Location, now time.Time) reading {
	r := reading{when: s.when(wall, zone)}
	if over(r.when, now) && again(&r.when, wall, zone, now) {
		return r
	}
	if over(r.when, now) && s.rolls() {
		wall = wall.AddDate(0, 0, 7)
		r.when = s.when(wall, zone)
	}
	switch {
	case over(r.when, now):
		r.trouble, r.choices = WhenPast, s.nextComing(wall, zone, now)
	case r.when.At.After(now.Add(Horizon)):
		r.trouble = WhenTooFar
	case r.when.Timed() && len(comings(wall, zone)) == 0:
		r.trouble, r.choices = WhenGap, afterGap(wall, zone)
	}
	return r
}

// when is a wall time as exactly as it was said.
func (s *saidTime) when(wall time.Time, zone *time.Location) When {
	p := s.precision()
	if p == ToPartOfDay {
		return whenOf(wall, zone, p, s.span.part)
	}
	return whenOf(wall, zone, p, "")
}

// over reports whether the last minute of a time has passed.
func over(w When, now time.Time) bool {
	if w.Timed() {
		return w.At.Before(now.Truncate(time.Minute))
	}
	return !w.End().After(now)
}

// again moves a time that is over to its second coming, if the clocks show it twice and it is still ahead.
func again(w *When, wall time.Time, zone *time.Location, now time.Time) bool {
	shown := comings(wall, zone)
	if !w.Timed() || len(shown) < 2 || shown[1].Before(now.Truncate(time.Minute)) {
		return false
	}
	w.At = shown[1].UTC()
	return true
}

// rolls reports whether a day that is over means the one a week later.
func (s *saidTime) rolls() bool { return s.days == nil && s.week != nil && s.weekAs == comingDay }

// nextComing is when a time that is over comes next: a day later, or a week, if the name of a weekday was said. What was
// over two days ago or more does not come again.
func (s *saidTime) nextComing(wall time.Time, zone *time.Location, now time.Time) []When {
	step, times := 1, 2
	if s.week != nil {
		step, times = 7, 1
	}
	if p := s.precision(); p != ToMinute && p != ToPartOfDay {
		return nil
	}
	for range times {
		wall = wall.AddDate(0, 0, step)
		if next := s.when(wall, zone); !over(next, now) {
			return []When{next}
		}
	}
	return nil
}

// afterGap are the times that may be meant by one which the clocks skip: as much later as they skip, and the first after.
func afterGap(wall time.Time, zone *time.Location) []When {
	end, _ := Resolve(wall, zone)
	_, before := end.Add(-time.Second).In(zone).Zone()
	later := NewWhen(atOffset(wall, before), zone, ToMinute)
	first := NewWhen(end, zone, ToMinute)
	if later.At.Equal(first.At) {
		return []When{first}
	}
	return []When{later, first}
}

// choose is the one reading that can be used, or the question that they leave. What is over or too far is not meant while
// another reading can be.
func choose(all []reading) (When, error) {
	var usable []When
	gap := false
	for _, r := range all {
		switch r.trouble {
		case "":
			usable = added(usable, r.when)
		case WhenGap:
			gap = true
			usable = added(usable, r.choices...)
		default:
		}
	}
	switch {
	case len(all) == 0:
		return When{}, ErrNotThis
	case gap:
		i := slices.IndexFunc(all, func(r reading) bool { return r.trouble == WhenGap })
		return When{}, &WhenError{Kind: WhenGap, Said: all[i].when, Choices: usable}
	case len(usable) > 1:
		return When{}, &WhenError{Kind: severalKind(usable), Said: usable[0], Choices: usable}
	case len(usable) == 1:
		return usable[0], nil
	}
	e := &WhenError{Kind: all[0].trouble, Said: all[0].when}
	for _, r := range all {
		e.Choices = added(e.Choices, r.choices...)
	}
	return When{}, e
}

// added adds the times that are at other instants than those that are there.
func added(list []When, more ...When) []When {
	for _, w := range more {
		if !slices.ContainsFunc(list, func(have When) bool { return have.At.Equal(w.At) }) {
			list = append(list, w)
		}
	}
	return list
}

// severalKind tells whether only the place is open.
func severalKind(choices []When) WhenKind {
	for i, w := range choices {
		here := func(other When) bool { return other.Zone == w.Zone }
		if clockOf(w) != clockOf(choices[0]) || slices.ContainsFunc(choices[:i], here) {
			return WhenSeveral
		}
	}
	return WhenAmbiguous
}

// clockOf is the part of a timed When after its date.
func clockOf(w When) string {
	if !w.Timed() {
		return ""
	}
	return w.Wall[len("2006-01-02"):]
}
