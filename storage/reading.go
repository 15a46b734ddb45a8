package storage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Reading is one figure of a stream, as somebody gave it.
type Reading struct {
	Metric    Metric     `json:"metric"`
	Value     int64      `json:"value"`
	Qualifier Qualifier  `json:"qualifier,omitempty"`
	At        time.Time  `json:"at,omitzero"`    // when it was read; zero: after the stream, at a time not stated
	Note      string     `json:"note,omitempty"` // what the source adds: "by 22:30 China time"
	Source    Provenance `json:"source,omitzero"`
}

// Chunk is a run of readings of one stream at one place, at most about 2 KiB of them.
type Chunk struct {
	Scope    Scope     `json:"scope"`
	Stream   string    `json:"stream"`
	Place    string    `json:"place"` // of their metrics
	N        int       `json:"n"`
	Readings []Reading `json:"readings"`
}

const chunkBytes = 2 << 10

// Readings are kept in chunks by scope, stream and place.
var Readings = NewTable("reading", 1,
	func(c *Chunk) []string { return []string{string(c.Scope), c.Stream, c.Place, fmt.Sprintf("%06d", c.N)} })

// AddReading appends a reading to a stream's readings at its place. A metric that is not known is an error.
func AddReading(tx Tx, scope Scope, stream string, reading Reading) error {
	if _, ok := MeasureOf(reading.Metric); !ok {
		return fmt.Errorf("metric %q of stream %s is not known", reading.Metric, stream)
	}
	last := Chunk{Scope: scope, Stream: stream, Place: reading.Metric.Place()}
	for chunk, err := range Readings.Scan(tx, string(scope), stream, last.Place) {
		if err != nil {
			return err
		}
		last = chunk
	}
	packed, err := json.Marshal(last.Readings)
	if err != nil {
		return fmt.Errorf("pack readings of stream %s: %w", stream, err)
	}
	if len(packed) > chunkBytes {
		last.N, last.Readings = last.N+1, nil
	}
	last.Readings = append(last.Readings, reading)
	return Readings.Put(tx, last)
}

// ReadingsOf returns all readings of a stream as the community sees it: those of the public stream and its own.
func (s Scoped) ReadingsOf(stream string) ([]Reading, error) {
	var readings []Reading
	for _, scope := range s.scopes() {
		for chunk, err := range Readings.Scan(s, string(scope), stream) {
			if err != nil {
				return nil, err
			}
			readings = append(readings, chunk.Readings...)
		}
	}
	return readings, nil
}

// Figure is what the readings of one metric come to: Low and High differ where sources do.
type Figure struct {
	Metric    Metric
	Low, High Reading
}

// Figures reduces readings to one figure a metric, the ones that lead a card first.
func Figures(readings []Reading) []Figure {
	byMetric := map[Metric][]Reading{}
	for _, reading := range readings {
		byMetric[reading.Metric] = append(byMetric[reading.Metric], reading)
	}
	figures := make([]Figure, 0, len(byMetric))
	for metric, rs := range byMetric {
		order := func(a, b Reading) int { return cmp.Compare(a.Value, b.Value) }
		figures = append(figures, Figure{Metric: metric, Low: slices.MinFunc(rs, order), High: slices.MaxFunc(rs, order)})
	}
	slices.SortFunc(figures, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(leadRank(a.Metric), leadRank(b.Metric)), cmp.Compare(a.Metric, b.Metric))
	})
	return figures
}

// Lead is the figure that leads a stream's card, if it has one. Likes never lead.
func Lead(figures []Figure) (Figure, bool) {
	if len(figures) == 0 {
		return Figure{}, false
	}
	measure, ok := MeasureOf(figures[0].Metric)
	return figures[0], ok && measure.Lead > 0
}

// leadRank orders metrics by how well they lead; a total by the people themselves before a platform's, before the press's.
func leadRank(m Metric) int {
	measure, _ := MeasureOf(m)
	rank := measure.Lead
	if rank == 0 {
		rank = len(Measures()) + 1
	}
	place := 1
	switch m.Place() {
	case StaffCount:
		place = 0
	case PressCount:
		place = 2
	}
	const places = 3
	return rank*places + place
}
