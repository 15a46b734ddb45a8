package storage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sums is what streams that took place come to.
type Sums struct {
	Streams int           `json:"streams"`
	Timed   int           `json:"timed,omitempty"` // streams of known length
	Length  time.Duration `json:"length,omitempty"`
	Figured int           `json:"figured,omitempty"` // streams with any figure
	Metrics AllMetricSums `json:"metrics,omitempty"`
}

// MetricSums is what figures of one metric come to.
type MetricSums struct {
	Metric  Metric
	Streams int   // with a figure
	Sum     int64 // where the measure adds up
	Best    int64
	Stream  string // the one that has the best
}

// AllMetricSums are those of several metrics, in their order.
type AllMetricSums []MetricSums

// MarshalText writes "douyin.entered=2,0,50500000,s2;…": short, and read without reflection, because a question may read
// hundreds of months.
func (all AllMetricSums) MarshalText() ([]byte, error) {
	var s strings.Builder
	for i, m := range all {
		if i > 0 {
			s.WriteByte(';')
		}
		fmt.Fprintf(&s, "%s=%d,%d,%d,%s", m.Metric, m.Streams, m.Sum, m.Best, m.Stream)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (all *AllMetricSums) UnmarshalText(text []byte) error {
	*all = nil
	for part := range strings.SplitSeq(string(text), ";") {
		metric, rest, _ := strings.Cut(part, "=")
		count, rest, _ := strings.Cut(rest, ",")
		sum, rest, _ := strings.Cut(rest, ",")
		best, stream, _ := strings.Cut(rest, ",")
		streams, err := strconv.Atoi(count)
		total, sumErr := strconv.ParseInt(sum, 10, 64)
		most, bestErr := strconv.ParseInt(best, 10, 64)
		if err := errors.Join(err, sumErr, bestErr); err != nil {
			return fmt.Errorf("sums of a metric %q: %w", part, err)
		}
		*all = append(*all, MetricSums{Metric: Metric(metric), Streams: streams, Sum: total, Best: most, Stream: stream})
	}
	return nil
}

// Total is the Sums of one subject's streams in one month of UTC, of one scope. A community's copies are in none: what they
// change is worked out when it asks.
type Total struct {
	Scope   Scope   `json:"scope"`
	Subject Subject `json:"subject"`
	Month   string  `json:"month"` // "2024-05"
	Sums
}

// Totals are kept by scope, subject and month. They change with the rollups, in the same transaction.
var Totals = NewTable("total", 1, func(t *Total) []string { return []string{string(t.Scope), t.Subject.String(), t.Month} })

const monthLayout = "2006-01"

// Of is what the tally has of a metric, and whether it has anything.
func (t Sums) Of(metric Metric) (MetricSums, bool) {
	i, found := t.find(metric)
	if !found {
		return MetricSums{}, false
	}
	return t.Metrics[i], true
}

func (t Sums) find(metric Metric) (int, bool) {
	return slices.BinarySearchFunc(t.Metrics, metric, func(m MetricSums, to Metric) int { return cmp.Compare(m.Metric, to) })
}

// at is the tally of a metric, a new one if there is none.
func (t *Sums) at(metric Metric) *MetricSums {
	i, found := t.find(metric)
	if !found {
		t.Metrics = slices.Insert(t.Metrics, i, MetricSums{Metric: metric})
	}
	return &t.Metrics[i]
}

// add counts one stream in, or with a sign of -1 out. Counted out it leaves the best as it is: see wasBest.
func (t *Sums) add(stream string, b Brief, sign int) {
	t.Streams += sign
	if b.Length > 0 {
		t.Timed += sign
		t.Length += time.Duration(sign) * b.Length
	}
	if len(b.Values) > 0 {
		t.Figured += sign
	}
	for _, v := range b.Values {
		m := t.at(v.Metric)
		m.Streams += sign
		if v.Metric.adds() {
			m.Sum += int64(sign) * v.Value
		}
		if sign > 0 {
			m.offer(stream, v.Value)
		}
	}
	t.Metrics = slices.DeleteFunc(t.Metrics, func(m MetricSums) bool { return m.Streams == 0 })
}

// offer keeps the better of two values, of equal ones that of the lesser id, so that the order of counting does not matter.
func (m *MetricSums) offer(stream string, value int64) {
	if m.Stream == "" || value > m.Best || value == m.Best && stream < m.Stream {
		m.Best, m.Stream = value, stream
	}
}

// wasBest reports whether a stream has the best of any metric, which is then to be found anew.
func (t Sums) wasBest(stream string) bool {
	return slices.ContainsFunc(t.Metrics, func(m MetricSums) bool { return m.Stream == stream })
}

// join adds another tally of other streams.
func (t *Sums) join(other Sums) {
	t.Streams += other.Streams
	t.Timed += other.Timed
	t.Length += other.Length
	t.Figured += other.Figured
	for _, o := range other.Metrics {
		m := t.at(o.Metric)
		m.Streams += o.Streams
		m.Sum += o.Sum
		m.offer(o.Stream, o.Best)
	}
}

// improve counts in what a community's own readings add to a stream that is in the tally with the public ones.
func (t *Sums) improve(stream string, public, seen Brief) {
	if len(public.Values) == 0 && len(seen.Values) > 0 {
		t.Figured++
	}
	for _, v := range seen.Values {
		m := t.at(v.Metric)
		before, had := public.Value(v.Metric)
		if !had {
			m.Streams++
		}
		if v.Metric.adds() {
			m.Sum += v.Value - before
		}
		m.offer(stream, v.Value)
	}
}

// Value is the stream's greatest figure in a metric, and whether it has one.
func (b Brief) Value(metric Metric) (int64, bool) {
	for _, v := range b.Values {
		if v.Metric == metric {
			return v.Value, true
		}
	}
	return 0, false
}

// month is the month in whose totals a rollup counts, "" for none.
func (r *Rollup) month() string {
	if r.Brief.Overlay || !r.Brief.counts() || r.Brief.Coarse != "" {
		return ""
	}
	return r.Brief.Start.Format(monthLayout)
}

// countIn brings the totals up to date with a rollup that has been written.
func countIn(tx Tx, before, after Rollup) error {
	type place struct {
		subject Subject
		month   string
	}
	var places []place
	for _, r := range []*Rollup{&before, &after} {
		if month := r.month(); month != "" {
			for _, subject := range r.Brief.Subjects {
				if p := (place{subject, month}); !slices.Contains(places, p) {
					places = append(places, p)
				}
			}
		}
	}
	for _, p := range places {
		if err := countOne(tx, before, after, p.subject, p.month); err != nil {
			return err
		}
	}
	return nil
}

func countOne(tx Tx, before, after Rollup, subject Subject, month string) error {
	total, err := Totals.Get(tx, string(after.Scope), subject.String(), month)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	total.Scope, total.Subject, total.Month = after.Scope, subject, month
	was := before.month() == month && before.Brief.isAbout(subject)
	is := after.month() == month && after.Brief.isAbout(subject)
	shrank := was && total.wasBest(after.Stream) && (!is || shrinks(before.brief(), after.brief()))
	if was {
		total.add(after.Stream, before.brief(), -1)
	}
	if is {
		total.add(after.Stream, after.brief(), 1)
	}
	if shrank {
		// The rollup's own rows say already how things are.
		if total.Sums, err = recount(tx, after.Scope, subject, month, nil); err != nil {
			return err
		}
	}
	if total.Streams == 0 {
		return Totals.Delete(tx, string(after.Scope), subject.String(), month)
	}
	return Totals.Put(tx, total)
}

// shrinks reports whether a value is less than before, or gone.
func shrinks(before, after Brief) bool {
	return slices.ContainsFunc(before.Values, func(v Value) bool {
		now, has := after.Value(v.Metric)
		return !has || now < v.Value
	})
}

// recount is the tally of a subject's month from the rows of all its streams but some.
func recount(r Reader, scope Scope, subject Subject, month string, but map[string]bool) (Sums, error) {
	begin, err := time.Parse(monthLayout, month)
	if err != nil {
		return Sums{}, fmt.Errorf("month of a total: %w", err)
	}
	var tally Sums
	err = eachBrief(r, scope, begin, begin.AddDate(0, 1, 0), subject, func(stream string, b Brief) {
		if !but[stream] && !b.Overlay {
			tally.add(stream, b, 1)
		}
	})
	return tally, err
}

// eachBrief calls fn for the streams of a scope that are about a subject, took place and started in a span of time; a zero end
// is none.
func eachBrief(r Reader, scope Scope, from, to time.Time, about Subject, fn func(stream string, b Brief)) error {
	// Most rows are of others: looking for the name alone is much cheaper than reading them.
	rng := Range{Prefix: []string{string(scope)}, Holding: []byte(about.String())}
	if !from.IsZero() {
		rng.From = TimeKey(from)
	}
	if !to.IsZero() {
		rng.To = TimeKey(to)
	}
	for row, err := range Rollups.Rows(r, byStart, rng) {
		if err != nil {
			return err
		}
		b, err := readBrief(row)
		if err != nil {
			return err
		}
		if b.isAbout(about) {
			fn(row.Primary[1], b)
		}
	}
	return nil
}

func readBrief(row IndexRow) (Brief, error) {
	var b Brief
	// A brief is a string without anything that JSON escapes: taking off its quotes is most of the speed of a question.
	text, ok := bytes.CutPrefix(row.Cover, []byte(`"`))
	if ok && bytes.IndexByte(text, '\\') < 0 {
		err := b.UnmarshalText(bytes.TrimSuffix(text, []byte(`"`)))
		return b, err
	}
	if err := json.Unmarshal(row.Cover, &b); err != nil {
		return Brief{}, fmt.Errorf("row of rollup %v: %w", row.Primary, err)
	}
	return b, nil
}
