package storage

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Reading is one figure of a stream, as somebody gave it.
type Reading struct {
	Metric    Metric     `json:"metric,omitempty"`
	Value     int64      `json:"value"`
	Qualifier Qualifier  `json:"qualifier,omitempty"`
	At        time.Time  `json:"at,omitzero"`    // when it was read, to the second; zero: after the stream, at a time not stated
	Note      string     `json:"note,omitempty"` // what the source adds: "by 22:30 China time"
	Source    Provenance `json:"source,omitzero"`
}

// Same reports whether two readings say the same in every respect.
func (r Reading) Same(other Reading) bool {
	at := r.At.Equal(other.At)
	r.At, other.At = time.Time{}, time.Time{}
	return at && r == other
}

// Chunk is a run of readings of one stream at one place, at most about 2 KiB of them.
type Chunk struct {
	Scope  Scope    `json:"scope"`
	Stream string   `json:"stream"`
	Place  string   `json:"place"` // of their metrics
	N      int      `json:"n"`
	Series []Series `json:"series,omitempty"`
}

// Series is readings that differ in time and value alone, in the order in which they came. A reading costs some 12 bytes.
type Series struct {
	Metric    Metric     `json:"metric"`
	Qualifier Qualifier  `json:"qualifier,omitempty"`
	Note      string     `json:"note,omitempty"`
	Source    Provenance `json:"source,omitzero"`
	Zone      int        `json:"zone,omitempty"`  // seconds east of UTC, of the clocks by which the times were given
	Times     []int64    `json:"times,omitempty"` // Unix seconds, then seconds since the one before; empty: no times are stated
	Values    []int64    `json:"values"`
}

const chunkBytes = 2 << 10

// Readings are kept in chunks by scope, stream and place. The first version kept each reading whole.
var Readings = NewTable("reading", 2,
	func(c *Chunk) []string { return []string{string(c.Scope), c.Stream, c.Place, fmt.Sprintf("%06d", c.N)} }).
	Upgrade(1, packChunk)

// packChunk turns a chunk of the first version into one of the second.
func packChunk(raw json.RawMessage) (json.RawMessage, error) {
	var old struct {
		Chunk
		Readings []Reading `json:"readings"`
	}
	if err := json.Unmarshal(raw, &old); err != nil {
		return nil, err
	}
	for _, reading := range old.Readings {
		old.add(reading)
	}
	return json.Marshal(old.Chunk)
}

// Readings returns the readings of the chunk, series by series.
func (c *Chunk) Readings() []Reading {
	var readings []Reading
	for _, s := range c.Series {
		readings = append(readings, s.readings()...)
	}
	return readings
}

func (s Series) readings() []Reading {
	readings := make([]Reading, len(s.Values))
	zone := time.UTC
	if s.Zone != 0 {
		zone = time.FixedZone("", s.Zone)
	}
	at := int64(0)
	for i, value := range s.Values {
		readings[i] = Reading{Metric: s.Metric, Value: value, Qualifier: s.Qualifier, Note: s.Note, Source: s.Source}
		if i < len(s.Times) {
			at += s.Times[i]
			readings[i].At = time.Unix(at, 0).In(zone)
		}
	}
	return readings
}

// add packs a reading behind those of its kind. What the same source said last of the same metric stays the last.
func (c *Chunk) add(r Reading) {
	for i := len(c.Series) - 1; i >= 0; i-- {
		s := &c.Series[i]
		if s.Metric != r.Metric || s.Source != r.Source {
			continue
		}
		if s.takes(r) {
			s.append(r)
			return
		}
		break
	}
	s := Series{Metric: r.Metric, Qualifier: r.Qualifier, Note: r.Note, Source: r.Source}
	if !r.At.IsZero() {
		_, s.Zone = r.At.Zone()
	}
	s.append(r)
	c.Series = append(c.Series, s)
}

func (s *Series) takes(r Reading) bool {
	timed := !r.At.IsZero()
	if s.Qualifier != r.Qualifier || s.Note != r.Note || timed != (len(s.Times) > 0) {
		return false
	}
	_, zone := r.At.Zone()
	return !timed || zone == s.Zone
}

func (s *Series) append(r Reading) {
	if !r.At.IsZero() {
		at := r.At.Unix()
		for _, passed := range s.Times {
			at -= passed
		}
		s.Times = append(s.Times, at)
	}
	s.Values = append(s.Values, r.Value)
}

// AddReading appends a reading to a stream's readings at its place, and brings what they come to up to date. A metric that is
// not known is an error. Times are kept to the second.
func AddReading(tx Tx, scope Scope, stream string, reading Reading) error {
	return AddReadings(tx, scope, stream, []Reading{reading})
}

// AddReadings is AddReading for many at once: what they come to is worked out once a place. Each place costs a few writes, and
// each 2 KiB of readings one.
func AddReadings(tx Tx, scope Scope, stream string, readings []Reading) error {
	byPlace := map[string][]Reading{}
	for _, reading := range readings {
		metric, ok := reading.Metric.Canonical()
		if !ok {
			return fmt.Errorf("metric %q of stream %s is not known", reading.Metric, stream)
		}
		reading.Metric, reading.At = metric, reading.At.Truncate(time.Second)
		byPlace[metric.Place()] = append(byPlace[metric.Place()], reading)
	}
	for _, place := range sortedKeys(byPlace) {
		if err := addAt(tx, Chunk{Scope: scope, Stream: stream, Place: place}, byPlace[place]); err != nil {
			return err
		}
	}
	return nil
}

// addAt appends readings to those of a stream at a place, of which at is an empty chunk.
func addAt(tx Tx, at Chunk, readings []Reading) error {
	chunks, err := chunksAt(tx, at.Scope, at.Stream, at.Place)
	if err != nil {
		return err
	}
	from := max(len(chunks)-1, 0)
	for _, reading := range readings {
		last, err := roomFor(&chunks, at)
		if err != nil {
			return err
		}
		last.add(reading)
	}
	for _, chunk := range chunks[from:] {
		if err := Readings.Put(tx, chunk); err != nil {
			return err
		}
	}
	return sumUp(tx, at.Scope, at.Stream, at.Place, chunks)
}

// roomFor returns the chunk that the next reading goes into, a new one like empty if the last is full.
func roomFor(chunks *[]Chunk, empty Chunk) (*Chunk, error) {
	if n := len(*chunks); n > 0 {
		last := &(*chunks)[n-1]
		packed, err := json.Marshal(last.Series)
		if err != nil {
			return nil, fmt.Errorf("pack readings of stream %s: %w", empty.Stream, err)
		}
		if len(packed) < chunkBytes {
			return last, nil
		}
		empty.N = last.N + 1
	}
	*chunks = append(*chunks, empty)
	return &(*chunks)[len(*chunks)-1], nil
}

func chunksAt(r Reader, scope Scope, stream, place string) ([]Chunk, error) {
	var chunks []Chunk
	for chunk, err := range Readings.Scan(r, string(scope), stream, place) {
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, chunk)
	}
	return chunks, nil
}

// RemoveReadings takes the readings that are gone from those that a scope has of a stream, brings what the others come to up
// to date, and returns how many it took. A chunk that has become empty stays, for the readings to come.
func RemoveReadings(tx Tx, scope Scope, stream string, gone func(Reading) bool) (int, error) {
	removed := 0
	places := map[string][]Chunk{}
	changed := map[string]bool{}
	for chunk, err := range Readings.Scan(tx, string(scope), stream) {
		if err != nil {
			return 0, err
		}
		kept := Chunk{Scope: chunk.Scope, Stream: chunk.Stream, Place: chunk.Place, N: chunk.N}
		all := chunk.Readings()
		for _, reading := range all {
			if !gone(reading) {
				kept.add(reading)
			}
		}
		if n := len(all) - len(kept.Readings()); n > 0 {
			removed, changed[chunk.Place] = removed+n, true
			if err := Readings.Put(tx, kept); err != nil {
				return 0, err
			}
			chunk = kept
		}
		places[chunk.Place] = append(places[chunk.Place], chunk)
	}
	for _, place := range sortedKeys(changed) {
		if err := sumUp(tx, scope, stream, place, places[place]); err != nil {
			return 0, err
		}
	}
	return removed, nil
}

// StreamReading is a reading with the stream that it is of and the scope that has it, for [Change].
type StreamReading struct {
	Scope   Scope   `json:"scope"`
	Stream  string  `json:"stream"`
	Reading Reading `json:"reading"`
}

// Remove takes exactly this reading away, once; it reports whether it was there.
func (r StreamReading) Remove(tx Tx) (bool, error) {
	found := false
	removed, err := RemoveReadings(tx, r.Scope, r.Stream, func(other Reading) bool {
		gone := !found && other.Same(r.Reading)
		found = found || gone
		return gone
	})
	return removed > 0, err
}

// ReadingsOf returns all readings of a stream as the community sees it: those of the public stream and its own.
func (s Scoped) ReadingsOf(stream string) ([]Reading, error) {
	var readings []Reading
	for _, scope := range s.scopes() {
		for chunk, err := range Readings.Scan(s, string(scope), stream) {
			if err != nil {
				return nil, err
			}
			readings = append(readings, chunk.Readings()...)
		}
	}
	return readings, nil
}

// sumUp brings the figures of a stream at one place up to date with the readings there.
func sumUp(tx Tx, scope Scope, stream, place string, chunks []Chunk) error {
	var readings []Reading
	for _, chunk := range chunks {
		readings = append(readings, chunk.Readings()...)
	}
	main := ""
	err := changeRollup(tx, scope, stream, func(r *Rollup) error {
		r.Figures = slices.DeleteFunc(slices.Clone(r.Figures), func(f Figure) bool { return f.Metric.Place() == place })
		r.Figures = append(r.Figures, Figures(readings)...)
		r.Changes++
		sortFigures(r.Figures)
		main = r.Into
		return nil
	})
	if err != nil {
		return err
	}
	return sumDoubles(tx, scope, main)
}
