package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Sight is how a source saw an airing.
type Sight string

// The sights. None at all is an Observation of figures alone.
const (
	Planned   Sight = "planned"   // its platform, or its people's own account, announces it
	On        Sight = "on"        // it is on
	Off       Sight = "off"       // it is not on; whether it has ended is not said
	Over      Sight = "over"      // the platform says that it has ended
	Stopped   Sight = "stopped"   // the platform says that it was cut
	CalledOff Sight = "calledoff" // its people say that it will not be
)

// Observation is what a source saw of one airing at one time. What could not be seen is no Observation: an error is never "off".
type Observation struct {
	At     time.Time
	Source storage.Provenance
	Sight  Sight
	Airing storage.Airing // its platform, and what else is known of it
	// Stream is what the source knows of the whole: its people or automaker, and its ID where it knows that. What is called off is
	// found by its ID or by its start.
	Stream storage.Stream
	// Began and Finished are when the platform says that it did, zero where it does not.
	Began, Finished time.Time
	Readings        []storage.Reading
}

// Observed is what came of an Observation.
type Observed struct {
	Stream     string   // the id of the stream that it is of; empty where none is, or where it is not clear which
	Changed    bool     // the stream is otherwise now
	Candidates []string // the streams that it may be of, where it is not clear
}

// Bounds of what is told apart.
const (
	nearStart   = 90 * time.Minute // by how much two starts of one stream may differ
	goneFor     = 10 * time.Minute // how long an airing must have been off to have ended, if the platform does not say so
	notStarted  = time.Hour        // how long after its time a stream that a source looks for, and does not see, did not start
	notedEvery  = 6 * time.Hour    // that a stream is still on
	mostSources = 8
)

// Observe takes in what sources saw, each Observation in an Update of its own, in their order. It is the only way in for
// sources. The latest Observation of a source again changes nothing.
func (p *Planner) Observe(ctx context.Context, now time.Time, seen []Observation) ([]Observed, error) {
	all := make([]Observed, 0, len(seen))
	for _, o := range seen {
		var came Observed
		err := p.store.Update(ctx, func(tx storage.Tx) (err error) {
			came, err = observe(tx, now, o)
			return err
		})
		if err != nil {
			return all, fmt.Errorf("take in what %s saw on %s: %w", o.Source.Source, o.Airing.Platform, err)
		}
		all = append(all, came)
	}
	return all, nil
}

func observe(tx storage.Tx, now time.Time, o Observation) (Observed, error) {
	if o.Airing.Platform == "" {
		return Observed{}, errors.New("an airing is on a platform, and none is named")
	}
	before, candidates, err := match(tx, o)
	if err != nil || len(candidates) > 0 {
		return Observed{Candidates: candidates}, err
	}
	if before == nil {
		return open(tx, now, o)
	}
	came := Observed{Stream: before.ID}
	after, changed := o.applied(*before)
	if changed {
		came.Changed = true
		if err := saveSeen(tx, now, o, before, after); err != nil {
			return Observed{}, err
		}
	}
	return came, o.record(tx, now, after)
}

// open makes a stream of what is seen and not known yet. What is merely off, or called off, makes none.
func open(tx storage.Tx, now time.Time, o Observation) (Observed, error) {
	if o.Sight != Planned && o.Sight != On {
		return Observed{}, nil
	}
	s := o.Stream
	s.Scope, s.State, s.Confirmed, s.Sources = storage.Public, storage.Announced, true, []storage.Provenance{o.Source}
	s = s.WithAiring(o.Airing)
	if o.Sight == On {
		if s.Start.At.IsZero() {
			s.Start = bot.NewWhen(o.began(), time.UTC, bot.ToMinute)
		}
		on, err := s.ComeOn(o.Airing.Platform, o.began())
		if err != nil {
			return Observed{}, err
		}
		s = on
	}
	save := storage.SaveStream
	if s.ID == "" {
		save = storage.AddStream
	}
	saved, err := save(tx, now, s)
	if err != nil {
		return Observed{}, err
	}
	if err := storage.Note(tx, now, o.Source.Source, noteOf(nil, saved)); err != nil {
		return Observed{}, err
	}
	return Observed{Stream: saved.ID, Changed: true}, o.record(tx, now, saved)
}

func noteOf(before *storage.Stream, after storage.Stream) storage.Change {
	return storage.Change{Stream: &storage.Changed[storage.Stream]{Before: before, After: &after}}
}

// saveSeen saves what a source changed of a stream, and who it was.
func saveSeen(tx storage.Tx, now time.Time, o Observation, before *storage.Stream, after storage.Stream) error {
	if !slices.Contains(after.Sources, o.Source) && len(after.Sources) < mostSources {
		after.Sources = append(slices.Clone(after.Sources), o.Source)
	}
	saved, err := storage.SaveStream(tx, now, after)
	if err != nil {
		return err
	}
	return storage.Note(tx, now, o.Source.Source, noteOf(before, saved))
}

// match finds the public stream that an Observation is of: by its id, by the platform's own id, or else by whose it is and when.
// Where several fit it returns their ids.
func match(r storage.Reader, o Observation) (*storage.Stream, []string, error) {
	public := storage.Scoped{Reader: r, Scope: storage.Public}
	if o.Stream.ID != "" {
		return found(public.Find(o.Stream.ID))
	}
	if o.Airing.Broadcast != "" {
		stream, err := storage.Broadcast(r, o.Airing.Platform, o.Airing.Broadcast)
		if err == nil {
			return found(public.Find(stream.ID))
		}
		if !errors.Is(err, storage.ErrNotFound) {
			return nil, nil, err
		}
	}
	fits, err := candidates(public, o)
	if err == nil && len(fits) == 0 {
		fits, err = longOn(public, o)
	}
	if err != nil || len(fits) == 0 {
		return nil, nil, err
	}
	if len(fits) == 1 {
		return &fits[0], nil, nil
	}
	ids := make([]string, len(fits))
	for i, s := range fits {
		ids[i] = s.ID
	}
	return nil, ids, nil
}

func found(s storage.Stream, err error) (*storage.Stream, []string, error) {
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return &s, nil, nil
}

// candidates are the streams that share a person with an Observation, or its automaker where it names nobody, and that are on,
// may come back, or start near its time.
func candidates(public storage.Scoped, o Observation) ([]storage.Stream, error) {
	at := cmp.Or(o.Stream.Start.At, o.Began, o.At)
	var fits []storage.Stream
	for _, subject := range o.subjects() {
		for s, err := range public.Coming(subject, at.Add(-longestStream)) {
			if err != nil {
				return nil, err
			}
			if s.Start.At.After(at.Add(nearStart)) {
				break
			}
			known := slices.ContainsFunc(fits, func(other storage.Stream) bool { return other.ID == s.ID })
			if !known && !s.Hidden() && o.mayBe(s, at) {
				fits = append(fits, s)
			}
		}
	}
	return fits, nil
}

// longestStream bounds how far back the start of a stream is looked for that may still be on.
const longestStream = 24 * time.Hour

// longOn are the streams that an Observation may be of and that have been on for longer than candidates are looked for.
func longOn(public storage.Scoped, o Observation) ([]storage.Stream, error) {
	subjects := o.subjects()
	all, err := public.OnAir()
	return slices.DeleteFunc(all, func(s storage.Stream) bool {
		shares := slices.ContainsFunc(storage.SubjectsOf(s), func(subject storage.Subject) bool { return slices.Contains(subjects, subject) })
		return !shares || s.State != storage.Live || !o.mayBe(s, o.At)
	}), err
}

func (o Observation) subjects() []storage.Subject {
	var subjects []storage.Subject
	for _, id := range o.Stream.People {
		subjects = append(subjects, storage.Person(id))
	}
	if len(subjects) == 0 && o.Stream.Automaker != "" {
		subjects = append(subjects, storage.Subject{Kind: storage.AutomakerSubject, ID: o.Stream.Automaker})
	}
	return subjects
}

// mayBe reports whether an Observation about a time may be of a stream of its people.
func (o Observation) mayBe(s storage.Stream, at time.Time) bool {
	airing, shown := s.AiringOn(o.Airing.Platform)
	if shown && airing.Broadcast != "" && o.Airing.Broadcast != "" && airing.Broadcast != o.Airing.Broadcast && !airing.Off() {
		return false // the platform itself says that it is another
	}
	if off, gone := s.OffSince(); gone && shown {
		return !o.At.After(s.ReturnsUntil(off))
	}
	switch s.State {
	case storage.Live:
		return true
	case storage.Announced, storage.Due, storage.Unstarted, storage.Unseen:
		return s.Start.Timed() && s.Start.At.Sub(at).Abs() <= nearStart || !s.Start.Timed() && !at.Before(s.Start.At) && at.Before(s.Start.End())
	default:
		return o.Sight == Planned && s.State == storage.Postponed
	}
}

// applied is the stream as an Observation leaves it, and whether that is otherwise than before.
func (o Observation) applied(s storage.Stream) (storage.Stream, bool) {
	known, changed := o.identified(s)
	var after storage.Stream
	var err error
	switch o.Sight {
	case Planned:
		after, err = o.planned(known)
	case On:
		after, err = o.on(known)
	case Off, Over:
		after, err = o.off(known)
	case Stopped:
		after, err = o.cut(known)
	case CalledOff:
		after, err = known.Cancel()
	default:
		return known, changed
	}
	if err != nil {
		return known, changed // it stands so already, or things have moved on
	}
	return after, true
}

// identified is the stream with what the Observation knows of the airing itself.
func (o Observation) identified(s storage.Stream) (storage.Stream, bool) {
	airing, shown := s.AiringOn(o.Airing.Platform)
	if !shown && o.Sight != Planned && o.Sight != On {
		return s, false
	}
	was := airing
	airing.Account = cmp.Or(airing.Account, o.Airing.Account)
	airing.URL = cmp.Or(airing.URL, o.Airing.URL)
	airing.Broadcast = cmp.Or(o.Airing.Broadcast, airing.Broadcast)
	same := airing.Account == was.Account && airing.URL == was.URL && airing.Broadcast == was.Broadcast
	if shown && same {
		return s, false
	}
	return s.WithAiring(airing), true
}

var errNothingNew = errors.New("nothing new")

// planned is the stream as it is announced: with another start, or for good, or once more.
func (o Observation) planned(s storage.Stream) (storage.Stream, error) {
	start := o.Stream.Start
	moved := !start.At.IsZero() && (!start.At.Equal(s.Start.At) || start.Precision != s.Start.Precision)
	switch {
	case s.State == storage.Cancelled && !moved:
		s.State = storage.Announced
		return s, nil
	case moved:
		return s.Move(start)
	case s.State == storage.Announced && !s.Confirmed:
		s.Confirmed = true
		return s, nil
	default:
		return s, errNothingNew
	}
}

// on is the stream whose airing is on. Every few hours it is noted that it still is: a room that never closes is not given up.
func (o Observation) on(s storage.Stream) (storage.Stream, error) {
	airing, _ := s.AiringOn(o.Airing.Platform)
	still := s.State == storage.Live && airing.State == storage.AiringOn
	if still && o.At.Sub(s.SeenLast()) >= notedEvery {
		airing.Looked = o.At
		return s.WithAiring(airing), nil
	}
	return s.ComeOn(o.Airing.Platform, o.began())
}

// cut is the stream whose airing was cut, once.
func (o Observation) cut(s storage.Stream) (storage.Stream, error) {
	if airing, _ := s.AiringOn(o.Airing.Platform); airing.State == storage.AiringCut {
		return s, errNothingNew
	}
	return s.GoOff(o.Airing.Platform, storage.AiringCut, cmp.Or(o.Finished, o.At))
}

// off is the stream whose airing is not on. It has ended only when two looks agree: both that it is over, or both that it is off,
// some time apart. One that was never on did not start when it is long past its time.
func (o Observation) off(s storage.Stream) (storage.Stream, error) {
	airing, shown := s.AiringOn(o.Airing.Platform)
	at := cmp.Or(o.Finished, o.At)
	switch {
	case !shown:
		return s, errNothingNew
	case s.State == storage.Due && airing.Looked.IsZero():
		airing.Looked = o.At
		return s.WithAiring(airing), nil
	case s.State == storage.Due && o.At.Sub(s.Start.At) >= notStarted && o.At.After(airing.Looked):
		s.State = storage.Unstarted
		return s, nil
	case s.State != storage.Live:
		return s, errNothingNew
	case airing.State == storage.AiringOn:
		return s.GoOff(airing.Platform, storage.AiringInterrupted, at)
	case airing.State == storage.AiringInterrupted && (o.Sight == Over || o.At.Sub(airing.Since) >= goneFor):
		return s.GoOff(airing.Platform, storage.AiringEnded, at)
	default:
		return s, errNothingNew
	}
}

func (o Observation) began() time.Time { return cmp.Or(o.Began, o.At) }

// record adds the readings of an Observation, but for those that its source has given before. The cards of a live stream follow its
// figures at a pace.
func (o Observation) record(tx storage.Tx, now time.Time, s storage.Stream) error {
	figures, err := storage.Scoped{Reader: tx, Scope: storage.Public}.Figures(s.ID)
	if err != nil {
		return err
	}
	var readings []storage.Reading
	for _, r := range o.Readings {
		if !slices.ContainsFunc(figures, func(f storage.Figure) bool { return given(f, r) }) {
			readings = append(readings, r)
		}
	}
	if len(readings) == 0 {
		return nil
	}
	redraw := now
	if s.State == storage.Live {
		redraw = nextDrawing(s.Began, now)
	}
	return storage.RecordReadings(tx, now, storage.Public, s.ID, readings, redraw)
}

// given reports whether a figure rests on the very reading, as what its metric came to or as the latest.
func given(f storage.Figure, r storage.Reading) bool {
	metric, _ := r.Metric.Canonical()
	r.Metric, r.At = metric, r.At.Truncate(time.Second)
	return f.Metric == metric && (f.Last.Same(r) || f.Low.Same(r) || f.High.Same(r))
}

// nextDrawing is when the cards of a stream that began at a time are drawn next for the sake of its figures: every minute of its
// first ten, every 5 minutes of its first hour, every quarter of an hour of its first three, then every half hour.
func nextDrawing(began, now time.Time) time.Time {
	on := now.Sub(began)
	pace := 30 * time.Minute
	switch {
	case on < 10*time.Minute:
		pace = time.Minute
	case on < time.Hour:
		pace = 5 * time.Minute
	case on < 3*time.Hour:
		pace = 15 * time.Minute
	}
	return began.Add(on.Truncate(pace) + pace)
}
