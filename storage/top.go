package storage

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Ranked is one place of a ranking.
type Ranked struct {
	Subject Subject // a person's or company's best stream; in a ranking of streams it is Everything
	Stream  string
	Value   int64
}

// What bounds a ranking: rows read of all years together, and the span up to which streams are read by their time instead.
const (
	rankedRows = 3000
	shortSpan  = 70 * 24 * time.Hour
)

// Top ranks the n best streams of a span in one metric, or with a kind of person or automaker the best stream of each of these.
// A metric that is comparable to nothing has no ranking. Where one subject has thousands of the best streams of a year, the
// ranking may be shorter; what it has is right.
func (s Scoped) Top(metric Metric, kind SubjectKind, span Span, n int) ([]Ranked, error) {
	if !Comparable(metric, metric) {
		return nil, nil
	}
	overlays, err := s.overlays()
	if err != nil {
		return nil, err
	}
	r := ranking{metric: metric, kind: kind, span: span, overlays: overlays}
	for _, o := range overlays {
		if span.has(o.seen) {
			r.offer(o.id, o.seen)
		}
	}
	for _, scope := range s.scopes() {
		if err := eachCoarse(s, scope, span, r.row); err != nil {
			return nil, err
		}
	}
	if !span.From.IsZero() && !span.To.IsZero() && span.To.Sub(span.From) <= shortSpan {
		err = r.byTime(s)
	} else {
		err = r.byRank(s, n)
	}
	if err != nil {
		return nil, err
	}
	return r.best(n), nil
}

// ranking is a ranking under way.
type ranking struct {
	metric   Metric
	kind     SubjectKind
	span     Span
	overlays map[string]overlaid
	offered  []Ranked
}

// offer takes a stream into the ranking, once for each subject that it is ranked for.
func (r *ranking) offer(stream string, b Brief) {
	value, ok := b.Value(r.metric)
	if !ok {
		return
	}
	for _, subject := range b.Subjects {
		if subject.Kind == r.kind {
			r.offered = append(r.offered, Ranked{Subject: subject, Stream: stream, Value: value})
		}
	}
}

// row takes the stream of an index row, unless the community sees it otherwise.
func (r *ranking) row(stream string, b Brief) {
	_, over := r.overlays[stream]
	if !over && !b.Overlay && r.span.has(b) {
		r.offer(stream, b)
	}
}

func (r *ranking) byTime(s Scoped) error {
	for _, scope := range s.scopes() {
		if err := eachBrief(s, scope, r.span.From, r.span.To, Everything, r.row); err != nil {
			return err
		}
	}
	return nil
}

// byRank reads the best of each year until it has enough of them.
func (r *ranking) byRank(s Scoped, n int) error {
	for _, scope := range s.scopes() {
		years, err := yearsOf(s, scope, r.metric, r.span)
		if err != nil {
			return err
		}
		for _, year := range years {
			begin, end := r.part(year)
			if end.Sub(begin) <= shortSpan {
				err = eachBrief(s, scope, begin, end, Everything, r.row) // little of the year is asked for: its best are others
			} else {
				err = r.year(s, scope, year, n, rankedRows/len(years))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// part is what of a year of UTC lies in the span.
func (r *ranking) part(year string) (begin, end time.Time) {
	begin, _ = time.Parse("2006", year)
	end = begin.AddDate(1, 0, 0)
	if begin.Before(r.span.From) {
		begin = r.span.From
	}
	if !r.span.To.IsZero() && r.span.To.Before(end) {
		end = r.span.To
	}
	return begin, end
}

// year reads one year's rows, best first, until n are ranked or enough rows are read.
func (r *ranking) year(s Scoped, scope Scope, year string, n, rows int) error {
	before := len(r.offered)
	for row, err := range Rollups.Rows(s, byMetric, Range{Prefix: []string{string(scope), string(r.metric), year}}) {
		if err != nil {
			return err
		}
		b, err := readBrief(row)
		if err != nil {
			return err
		}
		r.row(row.Primary[1], b)
		if rows--; rows <= 0 || r.subjects(before) >= n {
			return nil
		}
	}
	return nil
}

// subjects is how many places the ranking has from one of what was offered on, of streams each for itself.
func (r *ranking) subjects(from int) int {
	offered := r.offered[from:]
	if r.kind == AllSubject {
		return len(offered)
	}
	seen := map[Subject]bool{}
	for _, o := range offered {
		seen[o.Subject] = true
	}
	return len(seen)
}

// best are the first n, of a person or company only the best.
func (r *ranking) best(n int) []Ranked {
	slices.SortFunc(r.offered, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Subject.ID, b.Subject.ID))
	})
	var best []Ranked
	seen := map[Subject]bool{}
	for _, o := range r.offered {
		if len(best) == n {
			break
		}
		if r.kind == AllSubject || !seen[o.Subject] {
			seen[o.Subject] = true
			best = append(best, o)
		}
	}
	return best
}

// yearsOf are the years of UTC in which a scope has figures of a metric in a span, found with a seek each.
func yearsOf(r Reader, scope Scope, metric Metric, span Span) ([]string, error) {
	const firstYear, lastYear = 2000, 2200 // nobody streamed before, and whoever does after has other worries
	from, to := firstYear, lastYear
	if !span.From.IsZero() {
		from = max(from, span.From.UTC().Year()-1) // of a year alone, its start in UTC may be in the one before
	}
	if !span.To.IsZero() {
		to = min(to, span.To.UTC().Year())
	}
	var years []string
	for year := from; year <= to; {
		found := 0
		rng := Range{Prefix: []string{string(scope), string(metric)}, From: strconv.Itoa(year)}
		for row, err := range Rollups.Rows(r, byMetric, rng) {
			if err != nil {
				return nil, err
			}
			if found, err = strconv.Atoi(row.Key[2]); err != nil {
				return nil, fmt.Errorf("year of a ranking: %w", err)
			}
			break
		}
		if found == 0 || found > to {
			return years, nil
		}
		years = append(years, strconv.Itoa(found))
		year = found + 1
	}
	return years, nil
}
