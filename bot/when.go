package bot

import (
	"fmt"
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

// wallLayouts are the layouts of Wall by precision.
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
	local := t.In(zone)
	w, err := WallWhen(local.Format(wallLayout(p)), zone, p, "")
	if err != nil { // cannot be: the layout has just written it
		panic(err)
	}
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
	if p == ToPartOfDay {
		local = local.Add(time.Duration(part.Hour()) * time.Hour)
	}
	at, _ := Resolve(local, zone)
	return When{Wall: wall, Zone: zone.String(), Precision: p, Part: part, At: at.UTC()}, nil
}

// Resolve is the instant at which a zone's clocks show a wall time, given in any zone, and whether they show it at all:
// in the gap of a changing clock they do not, and the instant is the first one after the gap. A wall time that comes twice
// means its first coming.
func Resolve(wall time.Time, zone *time.Location) (time.Time, bool) {
	y, mo, d := wall.Date()
	h, mi, s := wall.Clock()
	at := time.Date(y, mo, d, h, mi, s, 0, zone)
	if ah, am, _ := at.Clock(); ah != h || am != mi || at.Day() != d {
		return gapEnd(at), false
	}
	// time.Date may choose either of two; the earlier one is an offset change away.
	for _, back := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} {
		earlier := at.Add(-back)
		if eh, em, _ := earlier.Clock(); eh == h && em == mi && earlier.Day() == d {
			return earlier, true
		}
	}
	return at, true
}

// gapEnd is the instant of the clock change next to t.
func gapEnd(t time.Time) time.Time {
	start, end := t.ZoneBounds()
	if !start.IsZero() && t.Sub(start) < 3*time.Hour {
		return start
	}
	if !end.IsZero() && end.Sub(t) < 3*time.Hour {
		return end
	}
	return t
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
	local := w.At.In(w.Location())
	switch w.Precision {
	case ToMinute:
		return w.At
	case ToYear:
		return local.AddDate(1, 0, 0)
	case ToMonth:
		return local.AddDate(0, 1, 0)
	case ToDay:
		return local.AddDate(0, 0, 1)
	case ToPartOfDay:
		return local.Add(partLength)
	}
	return w.At
}

// Coarse reports whether not even the day is known.
func (w When) Coarse() bool { return w.Precision == ToMonth || w.Precision == ToYear }
