package storage

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardcast/bot"
)

// Rollup is what the readings that one scope has of a stream come to, and what of the stream lists and totals need. A community
// has one for a public stream that it changed or has readings of; it sees that one together with the public one, see
// [Scoped.Rollup].
type Rollup struct {
	Scope   Scope    `json:"scope"`
	Stream  string   `json:"stream"`
	Brief   Brief    `json:"brief"` // but for its values, which are the figures'
	Figures []Figure `json:"figures,omitempty"`
	Doubles []Figure `json:"doubles,omitempty"` // those of the streams that are shown as this one
	Into    string   `json:"into,omitempty"`    // the stream that it is a double of
	Changes int      `json:"changes,omitempty"` // how often the figures have changed
}

// Brief is a stream in short, as index rows carry it.
type Brief struct {
	Known    bool // the scope has the stream itself; else only readings of it
	Overlay  bool // it goes with a public stream: as its copy if Known
	Took     bool // it was seen
	Start    time.Time
	Coarse   string        // the month or year, if no more is known of the start
	Length   time.Duration // 0: not known
	Subjects []Subject     // people, automakers and everything: guests count for themselves alone
	Values   []Value
}

// Value is the greatest figure of a stream in one metric.
type Value struct {
	Metric Metric
	Value  int64
}

// Rollups are kept by scope and stream, for streams that took place, that have readings, or that stand in a public one's place.
// Index "start" has those that took place in their order, "coarse" those of which no day is known, "metric" ranks them in a year
// of UTC, and "overlay" has those that go with a public one. All rows carry the Brief.
var Rollups = NewTable("rollup", 1,
	func(r *Rollup) []string { return []string{string(r.Scope), r.Stream} },
	Index[Rollup]{Name: byStart, Rows: func(r *Rollup) []Row {
		if !r.Brief.counts() || r.Brief.Coarse != "" {
			return nil
		}
		return []Row{{Key: []string{string(r.Scope), TimeKey(r.Brief.Start)}, Cover: r.brief()}}
	}},
	Index[Rollup]{Name: byCoarse, Rows: func(r *Rollup) []Row {
		if !r.Brief.counts() || r.Brief.Coarse == "" {
			return nil
		}
		return []Row{{Key: []string{string(r.Scope), r.Brief.Coarse}, Cover: r.brief()}}
	}},
	Index[Rollup]{Name: byMetric, Rows: metricRows},
	Index[Rollup]{Name: byOverlay, Rows: func(r *Rollup) []Row {
		if !r.Brief.Overlay {
			return nil
		}
		return []Row{{Key: []string{string(r.Scope)}, Cover: r.brief()}}
	}})

const (
	byCoarse  = "coarse"
	byMetric  = "metric"
	byOverlay = "overlay"
)

func metricRows(r *Rollup) []Row {
	if !r.Brief.counts() || r.Brief.Coarse != "" {
		return nil
	}
	year := r.Brief.Start.UTC().Format("2006")
	var rows []Row
	for _, f := range r.all() {
		if Comparable(f.Metric, f.Metric) {
			rank := fmt.Sprintf("%019d", math.MaxInt64-f.High.Value)
			rows = append(rows, Row{Key: []string{string(r.Scope), string(f.Metric), year, rank}, Cover: r.brief()})
		}
	}
	return rows
}

// counts reports whether the stream itself is known here and took place.
func (b Brief) counts() bool { return b.Known && b.Took }

// all are its figures together with those of its doubles.
func (r *Rollup) all() []Figure {
	if len(r.Doubles) == 0 {
		return r.Figures
	}
	return mergeFigures(r.Figures, r.Doubles)
}

// brief is the Brief with the values of the figures.
func (r *Rollup) brief() Brief {
	b := r.Brief
	figures := r.all()
	b.Values = make([]Value, 0, len(figures))
	for _, f := range figures {
		b.Values = append(b.Values, Value{Metric: f.Metric, Value: f.High.Value})
	}
	return b
}

// MarshalText writes a brief as it is in index rows: short, and read without reflection, because a question may read thousands.
func (b Brief) MarshalText() ([]byte, error) {
	var s strings.Builder
	for _, flag := range []struct {
		is bool
		as byte
	}{{b.Known, 'k'}, {b.Took, 't'}, {b.Overlay, 'o'}} {
		if flag.is {
			s.WriteByte(flag.as)
		}
	}
	fmt.Fprintf(&s, "|%d|%s|%d|", b.Start.Unix(), b.Coarse, int64(b.Length/time.Second))
	for i, subject := range b.Subjects {
		if i > 0 {
			s.WriteByte(',')
		}
		s.WriteString(subject.String())
	}
	s.WriteByte('|')
	for i, v := range b.Values {
		if i > 0 {
			s.WriteByte(',')
		}
		s.WriteString(string(v.Metric) + "=" + strconv.FormatInt(v.Value, 10))
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (b *Brief) UnmarshalText(text []byte) error {
	var parts [6]string
	rest, more := string(text), true
	for i := range parts {
		if !more {
			return fmt.Errorf("brief %q has %d parts", text, i)
		}
		parts[i], rest, more = strings.Cut(rest, "|")
	}
	start, err := strconv.ParseInt(parts[1], 10, 64)
	length, lengthErr := strconv.ParseInt(parts[3], 10, 64)
	if err := errors.Join(err, lengthErr); err != nil {
		return fmt.Errorf("brief %q: %w", text, err)
	}
	*b = Brief{
		Known: strings.Contains(parts[0], "k"), Took: strings.Contains(parts[0], "t"),
		Overlay: strings.Contains(parts[0], "o"), Start: time.Unix(start, 0).UTC(),
		Coarse: parts[2], Length: time.Duration(length) * time.Second, Subjects: readSubjects(parts[4]),
	}
	b.Values, err = readValues(parts[5])
	return err
}

// readSubjects reads subjects with commas between them.
func readSubjects(list string) []Subject {
	if list == "" {
		return nil
	}
	subjects := make([]Subject, 0, strings.Count(list, ",")+1)
	for subject := range strings.SplitSeq(list, ",") {
		kind, id, _ := strings.Cut(subject, ":")
		subjects = append(subjects, Subject{Kind: SubjectKind(kind), ID: id})
	}
	return subjects
}

// readValues reads values such as "douyin.entered=12" with commas between them.
func readValues(list string) ([]Value, error) {
	if list == "" {
		return nil, nil
	}
	values := make([]Value, 0, strings.Count(list, ",")+1)
	for value := range strings.SplitSeq(list, ",") {
		metric, number, _ := strings.Cut(value, "=")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("value %q of a brief: %w", value, err)
		}
		values = append(values, Value{Metric: Metric(metric), Value: n})
	}
	return values, nil
}

// briefOf is what of a stream its totals need.
func briefOf(s Stream) Brief {
	b := Brief{
		Known: true, Overlay: s.Of != "", Took: s.tookPlace() && !s.Hidden(), Start: s.Start.At.UTC().Truncate(time.Second),
	}
	if length, known := s.Length(); known {
		b.Length = length.Truncate(time.Second)
	}
	if s.Start.Coarse() {
		b.Coarse = s.Start.Wall
	}
	for _, id := range s.People {
		b.Subjects = append(b.Subjects, Person(id))
	}
	for _, id := range s.Automakers {
		b.Subjects = append(b.Subjects, Company(id))
	}
	b.Subjects = append(b.Subjects, Everything)
	return b
}

// isAbout reports whether the stream counts for a subject.
func (b Brief) isAbout(subject Subject) bool { return slices.Contains(b.Subjects, subject) }

// rollUp brings a stream's rollup up to date with the stream; it reads no readings.
func rollUp(tx Tx, s Stream) error {
	return changeRollup(tx, s.Scope, s.ID, func(r *Rollup) error {
		r.Brief, r.Into = briefOf(s), s.MergedInto
		return nil
	})
}

// sumDoubles brings the rollups of streams up to date with the doubles that are shown as them, as one scope has them.
func sumDoubles(tx Tx, scope Scope, mains ...string) error {
	for i, main := range mains {
		if main == "" || contains(mains[:i], main) {
			continue
		}
		figures, err := Scoped{Reader: tx, Scope: scope}.ofDoubles(main)
		if err != nil {
			return err
		}
		err = changeRollup(tx, scope, main, func(r *Rollup) error {
			r.Doubles = figures
			r.Changes++
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ofDoubles are the figures of a stream's doubles.
func (s Scoped) ofDoubles(main string) ([]Figure, error) {
	doubles, err := s.Doubles(main)
	if err != nil {
		return nil, err
	}
	var figures []Figure
	for _, double := range doubles {
		rollup, err := s.Rollup(double)
		if err != nil {
			return nil, err
		}
		figures = mergeFigures(figures, rollup.all())
	}
	return figures, nil
}

// forgetStream leaves of a stream that its scope has no more what its readings come to.
func forgetStream(tx Tx, scope Scope, stream string) error {
	return changeRollup(tx, scope, stream, func(r *Rollup) error {
		r.Brief = Brief{}
		return nil
	})
}

// changeRollup changes a rollup, and the totals that it counts in.
func changeRollup(tx Tx, scope Scope, stream string, change func(*Rollup) error) error {
	before, err := rollupIn(tx, scope, stream)
	if err != nil {
		return err
	}
	after := before
	if err := change(&after); err != nil {
		return err
	}
	if !after.Brief.Known {
		// The first readings: the stream may have been here before them.
		s, err := absentIsNil(Streams.Get(tx, string(scope), stream))
		if err != nil {
			return err
		}
		after.Brief = Brief{Overlay: scope != Public}
		if s != nil {
			after.Brief = briefOf(*s)
		}
	}
	copied := after.Brief.Overlay && after.Brief.Known
	if !after.Brief.Took && len(after.all()) == 0 && !copied {
		err = Rollups.Delete(tx, string(scope), stream)
	} else {
		err = Rollups.Put(tx, after)
	}
	if err != nil {
		return err
	}
	return countIn(tx, before, after)
}

// rollupIn is the rollup of one scope, an empty one if it has none.
func rollupIn(r Reader, scope Scope, stream string) (Rollup, error) {
	rollup, err := Rollups.Get(r, string(scope), stream)
	if errors.Is(err, ErrNotFound) {
		return Rollup{Scope: scope, Stream: stream}, nil
	}
	return rollup, err
}

// Rollup is what the readings of a stream come to as the community sees it: the public ones and its own.
func (s Scoped) Rollup(stream string) (Rollup, error) {
	public, err := rollupIn(s, Public, stream)
	if err != nil || s.Scope == Public {
		return public, err
	}
	own, err := rollupIn(s, s.Scope, stream)
	return public.under(own), err
}

// Figures are what the readings of a stream come to, together with those of the doubles that are shown as it.
func (s Scoped) Figures(stream string) ([]Figure, error) {
	rollup, err := s.Rollup(stream)
	return rollup.all(), err
}

// FigureChanges grows with every change of what a scope has of a stream's figures. A card remembers the sum of those that its
// chat sees, the public ones and its community's.
func FigureChanges(r Reader, scope Scope, stream string) (int, error) {
	rollup, err := rollupIn(r, scope, stream)
	return rollup.Changes, err
}

// under is the public rollup as a community sees it that has one of its own.
func (r Rollup) under(own Rollup) Rollup {
	if own.Brief.Known {
		r.Brief = own.Brief
	}
	r.Figures, r.Doubles = mergeFigures(r.Figures, own.Figures), mergeFigures(r.Doubles, own.Doubles)
	return r
}

// rollUpStreams is the step that gives stores of the first version their rollups and totals.
func rollUpStreams() Step {
	const most = 60 // writes that one stream takes, more or less
	return Step{Name: "sum up the figures of each stream", Run: func(tx Tx, cursor string) (string, error) {
		var after []string
		if cursor != "" {
			var err error
			if after, err = SplitKey(cursor); err != nil {
				return "", err
			}
		}
		full := tx.Room()
		for s, err := range Streams.ScanFrom(tx, after) {
			if err != nil {
				return "", err
			}
			if tx.Room() < most && tx.Room() < full {
				return cursor, nil
			}
			if err := sumUpWhole(tx, s.Scope, s.ID); err != nil {
				return "", err
			}
			cursor = Key(string(s.Scope), s.ID)
		}
		return "", nil
	}}
}

// sumUpWhole sums a stream up from all that a scope has of it.
func sumUpWhole(tx Tx, scope Scope, stream string) error {
	var readings []Reading
	for chunk, err := range Readings.Scan(tx, string(scope), stream) {
		if err != nil {
			return err
		}
		readings = append(readings, chunk.Readings()...)
	}
	return changeRollup(tx, scope, stream, func(r *Rollup) error {
		r.Brief, r.Figures = Brief{}, Figures(readings) // the stream is read anew
		return nil
	})
}

// maxSubjects bounds what saving a stream costs: each has rows of its own, the stream itself and everything among them.
const maxSubjects = 20

// boundSubjects refuses a stream of more people and companies than can be saved at once.
func boundSubjects(s Stream) error {
	if len(SubjectsOf(s)) > maxSubjects {
		return bot.NewError(bot.Limit, "stream.too_many_subjects", bot.Args{"Max": bot.N(maxSubjects - 2)})
	}
	return nil
}
