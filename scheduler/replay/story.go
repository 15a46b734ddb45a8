package replay

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// Story is what is known, or assumed, to have happened to a stream, in its order.
type Story struct {
	Stream  string
	Facts   []Fact
	Assumed []Assumed
}

// Untold reports whether nothing of the stream can be put to a time: not even its day is known.
func (s Story) Untold() bool { return len(s.Facts) == 0 }

// Fact is something that became known at a time: what sources saw, or what people told.
type Fact struct {
	At   time.Time
	Seen []scheduler.Observation
	Told func(tx storage.Tx, now time.Time) error // nil: sources saw it
}

// Tell makes the story of a stream of which a record says how it went, and its readings the figures. What the record does not say is
// assumed. Platforms are seen by sources; of a stream without any, and of a community's own, people tell.
func Tell(s storage.Stream, readings []storage.Reading) Story {
	return tell(s, figures{scope: s.Scope, readings: readings})
}

// figures are readings that a scope has of a stream.
type figures struct {
	scope    storage.Scope
	readings []storage.Reading
}

func tell(s storage.Stream, all ...figures) Story {
	t := teller{record: s, story: Story{Stream: s.ID}}
	if s.Start.Coarse() || s.Start.IsZero() {
		return t.story
	}
	t.announce()
	switch s.State {
	case storage.Cancelled, storage.Postponed:
		t.callOff()
	case storage.Unstarted:
		t.missed()
	case storage.Ended, storage.Live:
		t.tookPlace(all)
	default: // nobody ever saw it
	}
	slices.SortStableFunc(t.story.Facts, func(a, b Fact) int { return a.At.Compare(b.At) })
	return t.story
}

// teller is a story in the making.
type teller struct {
	record storage.Stream
	story  Story
}

func (t *teller) assume(a Assumption, at time.Time) {
	t.story.Assumed = append(t.story.Assumed, Assumed{Assumption: a, At: at})
}

// seen reports whether sources see the stream; else people tell of it.
func (t *teller) seen() bool { return t.record.Scope == storage.Public && len(t.record.Airings) > 0 }

// early is the stream as its announcement says it: without how it went, and what was said in it.
func (t *teller) early() storage.Stream {
	s := t.record
	s.State, s.Confirmed, s.Withdrawn = storage.Announced, true, false
	s.Revision, s.StartRevision, s.Automakers, s.Earlier, s.Gaps = 0, 0, nil, nil, nil
	s.Began, s.Finished, s.Lasted = time.Time{}, time.Time{}, 0
	s.Note, s.Topics = "", nil
	s.Sources = s.Sources[:min(len(s.Sources), 1)]
	s.Airings = slices.Clone(s.Airings)
	for i, a := range s.Airings {
		s.Airings[i] = storage.Airing{Platform: a.Platform, Account: a.Account, URL: a.URL, Broadcast: a.Broadcast}
	}
	return s
}

func (t *teller) source() storage.Provenance {
	if len(t.record.Sources) == 0 {
		return storage.Provenance{}
	}
	return t.record.Sources[0]
}

// see adds what sources saw of some airings.
func (t *teller) see(at time.Time, sight scheduler.Sight, airings ...storage.Airing) {
	for _, a := range airings {
		t.story.Facts = append(t.story.Facts, Fact{At: at, Seen: []scheduler.Observation{{
			At: at, Source: t.source(), Sight: sight, Stream: storage.Stream{ID: t.record.ID},
			Airing: storage.Airing{Platform: a.Platform, Account: a.Account, URL: a.URL, Broadcast: a.Broadcast},
		}}})
	}
}

func (t *teller) tell(at time.Time, told func(tx storage.Tx, now time.Time) error) {
	t.story.Facts = append(t.story.Facts, Fact{At: at, Told: told})
}

// step adds that people told how the stream went on. Where it stands otherwise by then, such as ended, they are not heard.
func (t *teller) step(at time.Time, step func(s *storage.Stream, now time.Time) (storage.Stream, error)) {
	scope, id := t.record.Scope, t.record.ID
	t.tell(at, func(tx storage.Tx, now time.Time) error {
		s, err := storage.Streams.Get(tx, string(scope), id)
		if err != nil {
			return err
		}
		after, err := step(&s, now)
		if _, refused := errors.AsType[*bot.Error](err); refused {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = storage.SaveStream(tx, now, after)
		return err
	})
}

func (t *teller) announce() {
	start := t.record.Start.At.In(t.record.Start.Location())
	y, m, d := start.Date()
	evening := time.Date(y, m, d-1, 0, 0, 0, 0, time.UTC).Add(announcedAt)
	at, _ := bot.Resolve(evening, start.Location())
	t.assume(AnnouncedThen, at)
	s := t.early()
	if !t.seen() {
		t.tell(at, func(tx storage.Tx, now time.Time) error {
			_, err := storage.SaveStream(tx, now, s)
			return err
		})
		return
	}
	t.story.Facts = append(t.story.Facts, Fact{At: at, Seen: []scheduler.Observation{{
		At: at, Source: t.source(), Sight: scheduler.Planned, Airing: s.Airings[0], Stream: s,
	}}})
}

func (t *teller) callOff() {
	at := t.hour().Add(-calledOff)
	t.assume(CalledOffThen, at)
	switch {
	case t.record.State == storage.Postponed: // which no source can say
		t.step(at, func(s *storage.Stream, _ time.Time) (storage.Stream, error) { return s.Postpone() })
	case t.seen():
		t.see(at, scheduler.CalledOff, t.record.Airings[0])
	default:
		t.step(at, func(s *storage.Stream, _ time.Time) (storage.Stream, error) { return s.Cancel() })
	}
}

// missed tells of a stream that sources looked for and did not see begin.
func (t *teller) missed() {
	if !t.seen() || !t.record.Start.Timed() {
		return
	}
	start := t.record.Start.At
	t.see(start.Add(time.Minute), scheduler.Off, t.record.Airings[0])
	t.see(start.Add(time.Hour), scheduler.Off, t.record.Airings[0])
}

// tookPlace tells of the beginning, the end and the figures.
func (t *teller) tookPlace(all []figures) {
	began, finished := t.times()
	if t.seen() {
		t.airings(began, finished)
	} else {
		t.step(began, func(s *storage.Stream, now time.Time) (storage.Stream, error) { return s.GoLive(now) })
		if !finished.IsZero() {
			t.step(finished, func(s *storage.Stream, now time.Time) (storage.Stream, error) { return s.End(now) })
		}
	}
	if !finished.IsZero() {
		t.learn(finished)
	}
	for _, f := range all {
		t.figures(began, finished, f)
	}
}

// airings tells how each airing went.
func (t *teller) airings(began, finished time.Time) {
	t.see(began, scheduler.On, t.record.Airings...)
	for _, a := range t.record.Airings {
		for _, gap := range a.Gaps {
			t.see(gap.From, scheduler.Stopped, a)
			t.see(gap.To, scheduler.On, a)
		}
		if a.State == storage.AiringCut {
			t.see(a.Since, scheduler.Stopped, a)
		}
	}
	if finished.IsZero() {
		return
	}
	t.see(finished, scheduler.Over, t.record.Airings...)
	t.see(finished, scheduler.Over, t.record.Airings...) // an end is believed when two looks agree
}

// learn adds what only those know who saw it: what was said, how long it was by their word, and the other sources.
func (t *teller) learn(at time.Time) {
	record := t.record
	if record.Note == "" && len(record.Topics) == 0 && record.Lasted == 0 && len(record.Sources) < 2 {
		return
	}
	t.step(at, func(s *storage.Stream, _ time.Time) (storage.Stream, error) {
		s.Note, s.Topics, s.Lasted, s.Sources = record.Note, record.Topics, record.Lasted, record.Sources
		return *s, nil
	})
}

// figures adds readings: those with a time at that time, once the stream has begun, the others together after its end.
func (t *teller) figures(began, finished time.Time, f figures) {
	byTime := map[time.Time][]storage.Reading{}
	var times []time.Time
	for _, r := range f.readings {
		at := r.At
		switch {
		case at.IsZero() && finished.IsZero():
			continue // nobody knows when
		case at.IsZero():
			at = finished.Add(figuresAfter)
		case at.Before(began):
			at = began
		}
		at = at.UTC()
		if !slices.Contains(times, at) {
			times = append(times, at)
		}
		byTime[at] = append(byTime[at], r)
	}
	id := t.record.ID
	for _, at := range times {
		if byTime[at][0].At.IsZero() {
			t.assume(FiguresAfter, at)
		}
		t.tell(at, func(tx storage.Tx, now time.Time) error {
			return storage.RecordReadings(tx, now, f.scope, id, byTime[at], now)
		})
	}
}

// hour is when the stream was to begin.
func (t *teller) hour() time.Time {
	start := t.record.Start
	if start.Precision != bot.ToDay {
		return start.At // of a part of a day it is the hour with which that begins
	}
	y, m, d := start.At.In(start.Location()).Date()
	at, _ := bot.Resolve(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Add(beganAt), start.Location())
	return at
}

// times are when the stream began and ended; it has not ended where finished is zero.
func (t *teller) times() (began, finished time.Time) {
	s := t.record
	began = cmp.Or(s.Began, t.hour())
	length, assumed := t.length()
	ended := s.State == storage.Ended
	switch {
	case !s.Began.IsZero():
	case s.Start.Timed():
		t.assume(BeganOnTime, began)
	case ended && !s.Finished.IsZero():
		began = s.Finished.Add(-length)
		t.assume(BeganByEnd, began)
	case s.Start.Precision == bot.ToPartOfDay:
		t.assume(BeganByPart, began)
	default:
		t.assume(BeganByDay, began)
	}
	if !ended {
		return began, time.Time{}
	}
	if s.Finished.After(began) {
		if assumed != "" && !s.Start.Timed() && s.Began.IsZero() {
			t.assume(assumed, began)
		}
		return began, s.Finished
	}
	finished = began.Add(length)
	if assumed != "" {
		t.assume(assumed, finished)
	}
	return began, finished
}

// length is how long the stream lasted, and what that rests on.
func (t *teller) length() (length time.Duration, assumed Assumption) {
	switch {
	case t.record.Lasted > 0:
		return t.record.Lasted, ""
	case t.record.Planned > 0:
		return t.record.Planned, LastedPlanned
	default:
		return usualLength, LastedUsual
	}
}
