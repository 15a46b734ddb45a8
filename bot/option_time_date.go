package bot

import (
	"slices"
	"time"
)

// The years that are read.
const (
	firstYear = 2020
	lastYear  = 2100
)

// A pattern is a sequence of elements, one letter each: Y year, m month and d day in digits, e either of the two, M the name
// of a month, H hour, i minute, s second, h an hour mark, q words for minutes, f what may follow minutes, T a T between a
// date and a time, A what tells one half of the day from the other, ! no month next. Any other letter stands for itself.
// Of the patterns that begin alike the longest comes first.
var datePatterns = [...]string{
	"Y-m-dT", "Y-m-d", "Y/m/d", "Y.m.d", "Y年m月d日", "Y年m月d号", "Y年m月d", "Y年m月", "Y-m", "m月d日", "m月d号", "m月d",
	"d日", "d号", "d/e/Y", "d/e", "dMY", "dM,Y", "dM", "MdY", "Md,Y", "MY", "Md", "Y",
}

var clockPatterns = [...]string{"H:i:sA", "H:i:s", "H:iA", "H:i", "Hhif", "Hhq", "Hhi!", "Hh", "HA"}

// fields are what a pattern has found; the day and the month are 0 where they were not said.
type fields struct {
	year, month, day, hour, minute int

	either int // with day: one of them is the day and the other the month, people disagree
	half   int // hours to be added to an hour of the twelve, or -1: nobody said
	joined bool
}

// match reads the words of a pattern, all or none.
func (p *phrase) match(pattern string) (fields, bool) {
	from := p.next
	f := fields{half: -1}
	for _, element := range pattern {
		if !p.element(element, &f) {
			p.next = from
			return f, false
		}
	}
	return f, true
}

func (p *phrase) element(element rune, f *fields) bool {
	switch element {
	case 'Y':
		return p.within(&f.year, firstYear, lastYear, 4)
	case 'm':
		return p.within(&f.month, 1, 12, 2)
	case 'd':
		return p.within(&f.day, 1, 31, 2) && p.skip(ordinalTails)
	case 'e':
		return p.within(&f.either, 1, 31, 2)
	case 'M':
		return p.monthName(&f.month)
	case 'T':
		f.joined = p.take("t") && p.glued()
		return f.joined
	case '!':
		return !p.monthNext()
	default:
		return p.clockElement(element, f)
	}
}

func (p *phrase) clockElement(element rune, f *fields) bool {
	switch element {
	case 'H':
		return p.within(&f.hour, 0, 24, 2)
	case 'i':
		return p.within(&f.minute, 0, 59, 2)
	case 's':
		return p.second()
	case 'h':
		_, ok := takeOf(p, hourMarks)
		return ok
	case 'q':
		minute, ok := takeOf(p, minuteWords)
		f.minute = minute
		return ok
	case 'f':
		return p.take("分")
	case 'A':
		half, ok := takeOf(p, halfDays)
		if ok {
			f.half = half
		}
		return ok
	default:
		return p.take(string(element))
	}
}

// within reads a number in a range into a field. One of four digits must have them all, one of two may have one.
func (p *phrase) within(field *int, low, high, most int) bool {
	value, digits, ok := p.number()
	if !ok || value < low || value > high || digits > most || most == 4 && digits != most {
		return false
	}
	*field = value
	return true
}

// skip reads one of some words if it is next. It never fails, to stand in a chain of elements.
func (p *phrase) skip(words table[bool]) bool {
	takeOf(p, words)
	return true
}

// monthName reads "May", "of May" or "nov.".
func (p *phrase) monthName(field *int) bool {
	if !p.take("of") {
		p.take("de")
	}
	month, ok := takeOf(p, monthWords)
	*field = month
	p.take(".")
	return ok
}

// numberNext reports whether the next piece is a number or its first digit.
func (p *phrase) numberNext() bool {
	from := p.next
	defer func() { p.next = from }()
	_, _, ok := p.number()
	return ok
}

// monthNext reports whether a month is next, after the number of a day.
func (p *phrase) monthNext() bool {
	from := p.next
	defer func() { p.next = from }()
	var month int
	return p.take("月") || p.monthName(&month)
}

// second reads seconds and what may be behind their point; nothing here is that exact.
func (p *phrase) second() bool {
	var second int
	if !p.within(&second, 0, 59, 2) {
		return false
	}
	from := p.next
	if p.take(".") {
		if _, _, ok := p.number(); ok {
			return true
		}
	}
	p.next = from
	return true
}

// readDate reads a date, a month or a year.
func (s *saidTime) readDate() bool {
	if s.dated() || !s.numberNext() && !s.monthNext() {
		return false
	}
	for _, pattern := range datePatterns {
		f, ok := s.match(pattern)
		if !ok {
			continue
		}
		s.iso, s.slashed = f.joined, f.either != 0
		s.days = f.dates
		switch {
		case f.day == 0 && f.month == 0:
			s.coarse = ToYear
		case f.day == 0:
			s.coarse = ToMonth
		}
		return true
	}
	return false
}

// dates are the dates of the fields: none if there is no such day.
func (f fields) dates(today time.Time) []time.Time {
	switch {
	case f.either != 0:
		month, day := fields{year: f.year, month: f.day, day: f.either}, fields{year: f.year, month: f.either, day: f.day}
		return slices.Concat(month.dates(today), day.dates(today))
	case f.month == 0 && f.day != 0:
		return f.ofMonths(today)
	case f.year == 0:
		return f.ofYears(today)
	}
	if date, ok := dateOf(f.year, max(f.month, 1), max(f.day, 1)); ok {
		return []time.Time{date}
	}
	return nil
}

// ofYears is the next such day of a month, unless the last is not further back than Horizon.
func (f fields) ofYears(today time.Time) []time.Time {
	for year := today.Year() - 1; year <= today.Year()+1; year++ {
		if date, ok := dateOf(year, f.month, f.day); ok && !date.Before(today.Add(-Horizon)) {
			return []time.Time{date}
		}
	}
	return nil
}

// ofMonths is the next such day of any month; of two months in a row, one has it.
func (f fields) ofMonths(today time.Time) []time.Time {
	for month := int(today.Month()); month <= int(today.Month())+2; month++ {
		year := today.Year() + (month-1)/12
		if date, ok := dateOf(year, (month-1)%12+1, f.day); ok && !date.Before(today) {
			return []time.Time{date}
		}
	}
	return nil
}

// dateOf is a date, if the calendar has it.
func dateOf(year, month, day int) (time.Time, bool) {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, month <= 12 && date.Day() == day
}

// dateIn is the date of an instant in a zone.
func dateIn(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// daysAhead is the date some days after today.
func daysAhead(days int) dateRule {
	return func(today time.Time) []time.Time { return []time.Time{today.AddDate(0, 0, days)} }
}

// readWeekday reads the name of a day and the words around it that say which one is meant.
func (s *saidTime) readWeekday() bool {
	if s.week != nil {
		return false
	}
	as, _ := takeOf(&s.phrase, weekWords)
	weekday, ok := takeOf(&s.phrase, weekdayWords)
	if !ok {
		return false
	}
	s.take(".")
	if tail, ok := takeOf(&s.phrase, weekTails); ok {
		as = tail
	}
	s.weekday, s.weekAs = time.Weekday(weekday), as
	s.week = func(today time.Time) []time.Time { return as.dates(today, time.Weekday(weekday)) }
	return true
}

// dates are the days of a name that may be meant.
func (w weekWord) dates(today time.Time, name time.Weekday) []time.Time {
	const days = 7
	monday := today.AddDate(0, 0, -sinceMonday(today.Weekday()))
	in := func(weeks int) time.Time { return monday.AddDate(0, 0, weeks*days+sinceMonday(name)) }
	switch w {
	case thisWeek:
		return []time.Time{in(0)}
	case nextWeek:
		return []time.Time{in(1)}
	case weekAfterNext:
		return []time.Time{in(2)}
	case nextDay:
		if this := in(0); this.After(today) {
			return []time.Time{this, in(1)}
		}
		return []time.Time{in(1)}
	default:
		if this := in(0); !this.Before(today) {
			return []time.Time{this}
		}
		return []time.Time{in(1)}
	}
}

// sinceMonday counts the days of a week that come before a day.
func sinceMonday(day time.Weekday) int { return (int(day) + 6) % 7 }

// clock is a clock time as it was said.
type clock struct {
	minutes int  // after midnight; 24 * 60 is the end of the day
	either  bool // nobody said which half of the day is meant, and the hour is of the twelve
	open    bool // by itself it may be of either half: "at 8", not "8:00"
	named   bool // "noon", "midnight"
}

// clock reads a clock time.
func (p *phrase) clock() (clock, bool) {
	if minutes, ok := takeOf(p, clockNames); ok {
		return clock{minutes: minutes, named: true}, true
	}
	if !p.numberNext() {
		return clock{}, false
	}
	for _, pattern := range clockPatterns {
		if f, ok := p.match(pattern); ok {
			return f.clock()
		}
	}
	return clock{}, false
}

// clock is the clock time of the fields, if there is such.
func (f fields) clock() (clock, bool) {
	const noon = 12
	switch {
	case f.half >= 0 && (f.hour == 0 || f.hour > noon), f.hour == 24 && f.minute > 0:
		return clock{}, false
	case f.half >= 0:
		return clock{minutes: (f.hour%noon+f.half)*60 + f.minute}, true
	}
	return clock{minutes: f.hour*60 + f.minute, either: f.hour > 0 && f.hour <= noon}, true
}
