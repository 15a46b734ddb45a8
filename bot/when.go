package bot

import (
	"fmt"
	"slices"
	"time"
)

// Precision is how exactly a [When] is known.
type Precision string

// The precisions, finest first. Below PartOfDay there are no timed reminders.
const (
	ToMinute    Precision = "minute"
	ToPartOfDay Precision = "part of day"
	ToDay       Precision = "day"
	ToMonth     Precision = "month"
	ToYear      Precision = "year"
)

// Part is a part of a day, for a When that is known to no more.
type Part string

// The parts of a day and the hours at which they are taken to begin.
const (
	Morning   Part = "morning"   // 08:00
	Noon      Part = "noon"      // 12:00
	Afternoon Part = "afternoon" // 14:00
	Evening   Part = "evening"   // 19:00
	Night     Part = "night"     // 22:00
)

// When is a time as it was said: the wall clock of a zone, to a precision, and the instant that it means. The wall time is
// kept because an announced hour stays that hour when a country changes its clocks.
type When struct {
	Wall      string    `json:"wall"` // "2024-05-18T08:30", cut to the precision: "2024-05-18", "2024-05", "2024"
	Zone      string    `json:"zone"` // IANA
	Precision Precision `json:"precision"`
	Part      Part      `json:"part,omitempty"` // with ToPartOfDay
	At        time.Time `json:"at"`             // UTC; of a coarse When its beginning
}

// wallLayout is the layout of Wall for a precision.
func wallLayout(p Precision) string {
	switch p {
	case ToMinute:
		return "2006-01-02T15:04"
	case ToMonth:
		return "2006-01"
	case ToYear:
		return "2006"
	default:
		return "2006-01-02"
	}
}

// Hour is the hour at which a part of the day is taken to begin.
func (p Part) Hour() int {
	switch p {
	case Morning:
		return 8
	case Noon:
		return 12
	case Afternoon:
		return 14
	case Evening:
		return 19
	case Night:
		return 22
	}
	return 0
}

// NewWhen is the When of an instant as a zone's clocks show it.
func NewWhen(t time.Time, zone *time.Location, p Precision) When {
	w := whenOf(t.In(zone), zone, p, "")
	if p == ToMinute {
		// In an hour that comes twice the instant says which one is meant.
		w.At = t.Truncate(time.Minute).UTC()
	}
	return w
}

// WallWhen is the When of a wall time. A time in a gap of the clocks means the instant by which the gap has passed;
// one that comes twice means the first.
func WallWhen(wall string, zone *time.Location, p Precision, part Part) (When, error) {
	local, err := time.ParseInLocation(wallLayout(p), wall, time.UTC)
	if err != nil {
		return When{}, fmt.Errorf("wall time %q of precision %s: %w", wall, p, err)
	}
	return whenOf(local, zone, p, part), nil
}

// whenOf is the When of a wall time, given in any zone and cut to the precision.
func whenOf(local time.Time, zone *time.Location, p Precision, part Part) When {
	begin := cutTo(p, local)
	wall := begin.Format(wallLayout(p))
	if p == ToPartOfDay {
		begin = begin.Add(time.Duration(part.Hour()) * time.Hour)
	}
	at, _ := Resolve(begin, zone)
	return When{Wall: wall, Zone: zone.String(), Precision: p, Part: part, At: at.UTC()}
}

// cutTo is the wall time at which the minute, day, month or year of a wall time begins, in UTC.
func cutTo(p Precision, local time.Time) time.Time {
	y, mo, d := local.Date()
	switch p {
	case ToMinute:
		h, mi, _ := local.Clock()
		return time.Date(y, mo, d, h, mi, 0, 0, time.UTC)
	case ToMonth:
		d = 1
	case ToYear:
		mo, d = time.January, 1
	case ToPartOfDay, ToDay:
	}
	return time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
}

// Resolve is the instant at which a zone's clocks show a wall time, given in any zone, and whether they show it at all:
// in the gap of a changing clock they do not, and the instant is the first one after the gap. A wall time that comes twice
// means its first coming.
func Resolve(wall time.Time, zone *time.Location) (time.Time, bool) {
	if shown := comings(wall, zone); len(shown) > 0 {
		return shown[0], true
	}
	return gapEnd(wall, zone), false
}

// comings are the instants at which a zone's clocks show a wall time, in their order: none in a gap, two in an hour that
// comes twice.
func comings(wall time.Time, zone *time.Location) []time.Time {
	var shown []time.Time
	for _, near := range around(wall, zone) {
		_, offset := near.Zone()
		at := atOffset(wall, offset).In(zone)
		if _, have := at.Zone(); have == offset && !slices.ContainsFunc(shown, at.Equal) {
			shown = append(shown, at)
		}
	}
	slices.SortFunc(shown, time.Time.Compare)
	return shown
}

// gapEnd is the instant of the clock change that skips a wall time.
func gapEnd(wall time.Time, zone *time.Location) time.Time {
	near := around(wall, zone)
	for _, change := range near[1:] {
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		if !atOffset(wall, before).Before(change) && atOffset(wall, after).Before(change) {
			return change
		}
	}
	return near[len(near)-1]
}

// around are instants near a wall time, in their order: one for each of the offsets that the zone keeps about then. All but
// the first are the instants of a change.
func around(wall time.Time, zone *time.Location) []time.Time {
	y, mo, d := wall.Date()
	h, mi, s := wall.Clock()
	at := time.Date(y, mo, d, h, mi, s, 0, zone)
	start, end := at.ZoneBounds()
	var near []time.Time
	if start.IsZero() {
		near = append(near, at)
	} else {
		near = append(near, start.Add(-time.Second), start)
	}
	if !end.IsZero() {
		near = append(near, end)
	}
	return near
}

// atOffset is the instant at which a clock shows a wall time, given in any zone, that is some seconds ahead of UTC.
func atOffset(wall time.Time, seconds int) time.Time {
	y, mo, d := wall.Date()
	h, mi, s := wall.Clock()
	return time.Date(y, mo, d, h, mi, s, 0, time.UTC).Add(-time.Duration(seconds) * time.Second)
}

// Location is the zone that the When was said in; UTC if this machine does not know it.
func (w When) Location() *time.Location {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Timed reports whether the When is exact enough for reminders before it.
func (w When) Timed() bool { return w.Precision == ToMinute }

// IsZero reports whether the When says nothing.
func (w When) IsZero() bool { return w.Wall == "" }

// partLength is how long a part of a day is taken to last.
const partLength = 5 * time.Hour

// End is the first instant after the time that a coarse When covers; of a timed one it is At.
func (w When) End() time.Time {
	first, err := time.Parse(wallLayout(w.Precision), w.Wall)
	switch {
	case w.Precision == ToPartOfDay:
		return w.At.Add(partLength)
	case w.Precision == ToMinute || err != nil:
		return w.At
	}
	// Counted on the calendar: where a change of the clocks takes the midnight of the first day, the others keep theirs.
	switch w.Precision {
	case ToYear:
		first = first.AddDate(1, 0, 0)
	case ToMonth:
		first = first.AddDate(0, 1, 0)
	default:
		first = first.AddDate(0, 0, 1)
	}
	end, _ := Resolve(first, w.Location())
	return end
}

// Coarse reports whether not even the day is known.
func (w When) Coarse() bool { return w.Precision == ToMonth || w.Precision == ToYear }
