package storage

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// Figure is what the readings of one metric come to. Each source has one figure: the peak of a gauge, else what it said last.
// Low and High are the least and the greatest of them: they differ where sources do.
type Figure struct {
	Metric    Metric
	Low, High Reading
	Last      Reading // the latest of those with a time, zero if none has one
	Count     int     // of readings
	First     time.Time
	Gaps      []Gap // the longest ones, in their order
}

// Gap is a time without readings, between two that came regularly.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// packedFigure is how a Figure is kept: what repeats is left out.
type packedFigure struct {
	Metric Metric    `json:"metric"`
	High   Reading   `json:"high"`
	Low    *Reading  `json:"low,omitempty"`
	Last   *Reading  `json:"last,omitempty"`
	Count  int       `json:"count"`
	First  time.Time `json:"first,omitzero"`
	Gaps   []Gap     `json:"gaps,omitempty"`
}

// MarshalJSON leaves out what a figure says twice.
func (f Figure) MarshalJSON() ([]byte, error) {
	p := packedFigure{Metric: f.Metric, High: f.High, Count: f.Count, First: f.First, Gaps: f.Gaps}
	p.High.Metric = ""
	if !f.Low.Same(f.High) {
		low := f.Low
		low.Metric, p.Low = "", &low
	}
	if !f.Last.At.IsZero() && !f.Last.Same(f.High) {
		last := f.Last
		last.Metric, p.Last = "", &last
	}
	return json.Marshal(p)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Figure) UnmarshalJSON(data []byte) error {
	var p packedFigure
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*f = Figure{Metric: p.Metric, High: p.High, Low: p.High, Count: p.Count, First: p.First, Gaps: p.Gaps}
	if p.Low != nil {
		f.Low = *p.Low
	}
	switch {
	case p.Last != nil:
		f.Last = *p.Last
	case !p.High.At.IsZero():
		f.Last = p.High
	}
	f.Low.Metric, f.High.Metric = f.Metric, f.Metric
	if !f.Last.At.IsZero() {
		f.Last.Metric = f.Metric
	}
	return nil
}

// Figures reduces readings to one figure a metric, the ones that lead a card first.
func Figures(readings []Reading) []Figure {
	byMetric := map[Metric][]Reading{}
	for _, reading := range readings {
		byMetric[reading.Metric] = append(byMetric[reading.Metric], reading)
	}
	figures := make([]Figure, 0, len(byMetric))
	for metric, rs := range byMetric {
		figures = append(figures, figureOf(metric, rs))
	}
	sortFigures(figures)
	return figures
}

func sortFigures(figures []Figure) {
	slices.SortFunc(figures, func(a, b Figure) int { return CompareLead(a.Metric, b.Metric) })
}

// figureOf reduces the readings of one metric, of which there is one at least.
func figureOf(metric Metric, readings []Reading) Figure {
	f := Figure{Metric: metric, Count: len(readings)}
	timed := make([]time.Time, 0, len(readings))
	for _, r := range readings {
		if r.At.IsZero() {
			continue
		}
		timed = append(timed, r.At)
		if f.First.IsZero() || r.At.Before(f.First) {
			f.First = r.At
		}
		if !r.At.Before(f.Last.At) {
			f.Last = r
		}
	}
	said := bySource(metric, readings)
	order := func(a, b Reading) int { return cmp.Compare(a.Value, b.Value) }
	f.Low, f.High = slices.MinFunc(said, order), slices.MaxFunc(said, order)
	f.Gaps = gapsBetween(timed)
	return f
}

// bySource is what each source says in the end: the peak of a gauge, else its last reading, where one without a time is that
// of the end. Readings without a time that name no source are each of their own.
func bySource(metric Metric, readings []Reading) []Reading {
	measure, _ := MeasureOf(metric)
	var said []Reading
	at := map[Provenance]int{}
	for _, r := range readings {
		if r.At.IsZero() && r.Source == (Provenance{}) {
			said = append(said, r)
			continue
		}
		i, again := at[r.Source]
		if !again {
			at[r.Source] = len(said)
			said = append(said, r)
			continue
		}
		newer := r.At.IsZero() || !said[i].At.IsZero() && !r.At.Before(said[i].At)
		if measure.Kind == Gauge {
			newer = r.Value >= said[i].Value
		}
		if newer {
			said[i] = r
		}
	}
	return said
}

// What makes a gap: that many readings and more that came regularly, and a time without one that is as many times longer than
// usual, and longer than a reading stays fresh.
const (
	regularReadings = 6
	gapTimes        = 4
	leastGap        = 10 * time.Minute
	shownGaps       = 2
)

// gapsBetween finds the longest times without a reading.
func gapsBetween(times []time.Time) []Gap {
	if len(times) < regularReadings {
		return nil
	}
	slices.SortFunc(times, time.Time.Compare)
	pauses := make([]time.Duration, 0, len(times)-1)
	for i, t := range times[1:] {
		pauses = append(pauses, t.Sub(times[i]))
	}
	usual := slices.Clone(pauses)
	slices.Sort(usual)
	limit := max(leastGap, gapTimes*usual[len(usual)/2])
	var gaps []Gap
	for i, pause := range pauses {
		if pause > limit {
			gaps = append(gaps, Gap{From: times[i].UTC(), To: times[i+1].UTC()})
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Compare(b.To.Sub(b.From), a.To.Sub(a.From)) })
	gaps = gaps[:min(len(gaps), shownGaps)]
	slices.SortFunc(gaps, func(a, b Gap) int { return a.From.Compare(b.From) })
	return gaps
}

// mergeFigures are the figures of two sets of readings together.
func mergeFigures(a, b []Figure) []Figure {
	merged := slices.Clone(a)
	for _, f := range b {
		i := slices.IndexFunc(merged, func(m Figure) bool { return m.Metric == f.Metric })
		if i < 0 {
			merged = append(merged, f)
			continue
		}
		merged[i] = merged[i].with(f)
	}
	sortFigures(merged)
	return merged
}

func (f Figure) with(other Figure) Figure {
	ofOne := f.Low.Same(f.High) && other.Low.Same(other.High) && f.High.Source == other.High.Source && f.High.Source != (Provenance{})
	if other.Count > f.Count {
		f.Gaps = other.Gaps
	}
	f.Count += other.Count
	if other.Low.Value < f.Low.Value {
		f.Low = other.Low
	}
	if other.High.Value > f.High.Value {
		f.High = other.High
	}
	if ofOne {
		f.Low = f.High // a source does not differ from itself
	}
	if other.Last.At.After(f.Last.At) {
		f.Last = other.Last
	}
	if !other.First.IsZero() && (f.First.IsZero() || other.First.Before(f.First)) {
		f.First = other.First
	}
	return f
}

// Now is the last reading of a gauge while it still says how things are.
func (f Figure) Now(now time.Time) (Reading, bool) {
	measure, _ := MeasureOf(f.Metric)
	fresh := !f.Last.At.IsZero() && now.Sub(f.Last.At) <= measure.Valid
	return f.Last, measure.Kind == Gauge && fresh
}

// Lead is the figure that leads a stream's card, if it has one. Likes never lead.
func Lead(figures []Figure) (Figure, bool) {
	if len(figures) == 0 {
		return Figure{}, false
	}
	return figures[0], figures[0].Metric.Leads()
}
