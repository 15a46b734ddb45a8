package storage

import (
	"cmp"
	"fmt"
	"slices"
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
	Week   ISOWeek
	Took   []WeekStream // the streams that took place, in their order
	Sums   Sums         // of those
	Before Sums         // of the week before
	Open   []Stream     // announced or unseen: nobody knows whether they took place
	Called []Stream     // cancelled or postponed
	Next   []Stream     // those announced for the week after
	Over   bool         // whether the week is over
}

// WeekStream is a stream of a week in short.
type WeekStream struct {
	ID    string
	Brief Brief
}

// Summary gathers a week in a zone, as it is known at now. It reads index rows, and the records of streams alone that did not
// take place.
func (s Scoped) Summary(week ISOWeek, zone *time.Location, now time.Time) (WeekSummary, error) {
	begin, end := week.Begin(zone), week.End(zone)
	sum := WeekSummary{Week: week, Over: !now.Before(end)}
	overlays, err := s.overlays()
	if err != nil {
		return WeekSummary{}, err
	}
	if sum.Took, err = s.took(overlays, Span{From: begin, To: end}); err != nil {
		return WeekSummary{}, err
	}
	seen := map[string]bool{}
	for _, stream := range sum.Took {
		seen[stream.ID] = true
		sum.Sums.add(stream.ID, stream.Brief, 1)
	}
	if sum.Before, err = s.Totals(Everything, Span{From: week.Before().Begin(zone), To: begin}); err != nil {
		return WeekSummary{}, err
	}
	err = s.others(overlays, seen, begin, end, func(stream Stream) {
		switch {
		case stream.tookPlace():
		case stream.State == Cancelled || stream.State == Postponed:
			sum.Called = append(sum.Called, stream)
		default:
			sum.Open = append(sum.Open, stream)
		}
	})
	if err != nil {
		return WeekSummary{}, err
	}
	err = s.others(overlays, nil, end, end.AddDate(0, 0, 7), func(stream Stream) {
		if stream.Upcoming() {
			sum.Next = append(sum.Next, stream)
		}
	})
	for _, list := range [][]Stream{sum.Open, sum.Called, sum.Next} {
		slices.SortStableFunc(list, func(a, b Stream) int { return a.Start.At.Compare(b.Start.At) })
	}
	return sum, err
}

// took are the streams of a span that took place, by their start; those of which no day is known are of no week.
func (s Scoped) took(overlays map[string]overlaid, span Span) ([]WeekStream, error) {
	var found []WeekStream
	for _, scope := range s.scopes() {
		err := eachBrief(s, scope, span.From, span.To, Everything, func(id string, b Brief) {
			if _, over := overlays[id]; !over && !b.Overlay {
				found = append(found, WeekStream{ID: id, Brief: b})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for id, o := range overlays {
		if o.seen.Coarse == "" && span.has(o.seen) {
			found = append(found, WeekStream{ID: id, Brief: o.seen})
		}
	}
	slices.SortFunc(found, func(a, b WeekStream) int {
		return cmp.Or(a.Brief.Start.Compare(b.Brief.Start), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// others calls fn for the streams that start in a span, but those that were seen, by their start within each scope.
func (s Scoped) others(overlays map[string]overlaid, seen map[string]bool, from, to time.Time, fn func(Stream)) error {
	for _, scope := range s.scopes() {
		rng := Range{Prefix: []string{string(scope), Everything.String()}, From: TimeKey(from), To: TimeKey(to)}
		for row, err := range Streams.Rows(s, byStart, rng) {
			if err != nil {
				return err
			}
			id := row.Primary[1]
			if seen[id] || scope == Public && overlays[id].copied {
				continue
			}
			stream, err := Streams.Get(s, string(scope), id)
			if err != nil {
				return err
			}
			if !stream.Hidden() && !stream.Start.Coarse() {
				fn(stream)
			}
		}
	}
	return nil
}

// Growth is a follower count dated in a week, and the one before it.
type Growth struct {
	Account      Account
	Last, Before Followers
}

// Growths are the accounts that the community knows and that have a count dated to a day from one day to another, and one
// before, the greatest first.
func (s Scoped) Growths(from, to time.Time) ([]Growth, error) {
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	accounts, err := s.accountsIn()
	if err != nil {
		return nil, err
	}
	var grown []Growth
	for _, account := range accounts {
		counts := account.Followers
		i := slices.IndexFunc(counts, func(f Followers) bool {
			return len(f.AsOf) == len(time.DateOnly) && f.AsOf >= first && f.AsOf < last
		})
		if i > 0 {
			grown = append(grown, Growth{Account: account, Last: counts[i], Before: counts[i-1]})
		}
	}
	slices.SortStableFunc(grown, func(a, b Growth) int { return cmp.Compare(b.Last.Count, a.Last.Count) })
	return grown, nil
}

// tookPlace reports whether the stream was seen.
func (s Stream) tookPlace() bool { return s.State == Live || s.State == Ended }
