package storage

import (
	"fmt"
	"time"
)

// ISOWeek is a week of ISO 8601: Monday to Sunday, in the year of its Thursday.
type ISOWeek struct{ Year, Week int }

// WeekOf is the week of a time by its own clocks.
func WeekOf(t time.Time) ISOWeek {
	year, week := t.ISOWeek()
	return ISOWeek{Year: year, Week: week}
}

// WeekBefore is the week before that of a time.
func WeekBefore(t time.Time) ISOWeek { return WeekOf(t.AddDate(0, 0, -7)) }

// ParseWeek reads a week as "2024-W20".
func ParseWeek(s string) (ISOWeek, bool) {
	var w ISOWeek
	if n, err := fmt.Sscanf(s, "%4d-W%2d", &w.Year, &w.Week); err != nil || n != 2 || w.String() != s {
		return ISOWeek{}, false
	}
	return w, w.Year >= 1 && w.Week >= 1 && WeekOf(w.Begin(time.UTC)) == w
}

func (w ISOWeek) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Week) }

// Begin is the midnight with which the week begins in a zone.
func (w ISOWeek) Begin(zone *time.Location) time.Time {
	// The fourth of January is always in the first week.
	fourth := time.Date(w.Year, time.January, 4, 0, 0, 0, 0, zone)
	back := (int(fourth.Weekday()) + 6) % 7
	return time.Date(w.Year, time.January, 4-back+7*(w.Week-1), 0, 0, 0, 0, zone)
}

// End is the midnight with which the next week begins in a zone.
func (w ISOWeek) End(zone *time.Location) time.Time {
	y, m, d := w.Begin(zone).Date()
	return time.Date(y, m, d+7, 0, 0, 0, 0, zone)
}

// Before is the week before.
func (w ISOWeek) Before() ISOWeek { return WeekBefore(w.Begin(time.UTC).AddDate(0, 0, 3)) }

// WeekSummary is what happened in a week, as a community sees it.
type WeekSummary struct {
	Week     ISOWeek
	Streams  []WeekStream // those that took place, in their order
	Length   time.Duration
	Untimed  int      // streams of unknown length
	Open     []Stream // announced or unseen: nobody knows whether they took place
	Called   []Stream // cancelled or postponed
	Before   int      // how many streams took place in the week before
	Next     []Stream // those announced for the week after
	AnyEnded bool     // whether the week is over
}

// WeekStream is a stream of a week with what its readings come to.
type WeekStream struct {
	Stream  Stream
	Figures []Figure
}

// Summary gathers a week in a zone, as it is known at now.
func (s Scoped) Summary(week ISOWeek, zone *time.Location, now time.Time) (WeekSummary, error) {
	sum := WeekSummary{Week: week, AnyEnded: !now.Before(week.End(zone))}
	err := s.between(week.Begin(zone), week.End(zone), func(stream Stream) error { return s.count(&sum, stream) })
	if err != nil {
		return WeekSummary{}, err
	}
	before := week.Before()
	err = s.between(before.Begin(zone), before.End(zone), func(stream Stream) error {
		if stream.tookPlace() {
			sum.Before++
		}
		return nil
	})
	if err != nil {
		return WeekSummary{}, err
	}
	err = s.between(week.End(zone), week.End(zone).AddDate(0, 0, 7), func(stream Stream) error {
		if stream.Upcoming() {
			sum.Next = append(sum.Next, stream)
		}
		return nil
	})
	return sum, err
}

// count adds a stream to the week.
func (s Scoped) count(sum *WeekSummary, stream Stream) error {
	switch {
	case stream.tookPlace():
		readings, err := s.ReadingsOf(stream.ID)
		if err != nil {
			return err
		}
		sum.Streams = append(sum.Streams, WeekStream{Stream: stream, Figures: Figures(readings)})
		if length, known := stream.Length(); known {
			sum.Length += length
		} else {
			sum.Untimed++
		}
	case stream.State == Cancelled || stream.State == Postponed:
		sum.Called = append(sum.Called, stream)
	default:
		sum.Open = append(sum.Open, stream)
	}
	return nil
}

// between calls fn for the streams that start in a span, but those known no better than to the month or year.
func (s Scoped) between(from, to time.Time, fn func(Stream) error) error {
	for stream, err := range s.Coming(Everything, from) {
		if err != nil {
			return err
		}
		if !stream.Start.At.Before(to) {
			return nil
		}
		if stream.Start.Coarse() {
			continue
		}
		if err := fn(stream); err != nil {
			return err
		}
	}
	return nil
}

// tookPlace reports whether the stream was seen.
func (s Stream) tookPlace() bool { return s.State == Live || s.State == Ended }
