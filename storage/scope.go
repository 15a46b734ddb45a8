package storage

import (
	"errors"
	"iter"
	"time"
)

// Scope says who sees a record: everyone, or one community.
type Scope string

// Public records are seen by all and changed by sources and operators only; every other scope is a community's id.
const Public Scope = "public"

// Scoped reads records as one community sees them: the public ones and its own, where a copy that its moderators have
// made of a public record stands in the record's place.
type Scoped struct {
	Reader
	Scope Scope // Public sees public records alone
}

// Stream returns the stream that the community knows by this id.
func (s Scoped) Stream(id string) (Stream, error) {
	if s.Scope != Public {
		stream, err := Streams.Get(s, string(s.Scope), id)
		if !errors.Is(err, ErrNotFound) {
			return stream, err
		}
	}
	return Streams.Get(s, string(Public), id)
}

// maxRedirects bounds the walk from a double to the stream that stands for it.
const maxRedirects = 4

// Find returns the stream that people mean by an id: the one that a double is shown as.
func (s Scoped) Find(id string) (Stream, error) {
	stream, err := s.Stream(id)
	for range maxRedirects {
		if err != nil || stream.MergedInto == "" {
			break
		}
		stream, err = s.Stream(stream.MergedInto)
	}
	return stream, err
}

// maxDoubles bounds how many doubles of a stream are looked at.
const maxDoubles = 20

// Doubles returns the ids of the streams that are shown as this one, up to 20 of them.
func (s Scoped) Doubles(id string) ([]string, error) {
	var ids []string
	for _, scope := range s.scopes() {
		for row, err := range Streams.Rows(s, byDouble, Range{Prefix: []string{string(scope), id}}) {
			if err != nil || len(ids) == maxDoubles {
				return ids, err
			}
			double := row.Primary[1]
			copied, err := s.copied(Stream{Scope: scope, ID: double})
			if err != nil {
				return nil, err
			}
			if !copied {
				ids = append(ids, double)
			}
		}
	}
	return ids, nil
}

// scopes are those whose records the community sees.
func (s Scoped) scopes() []Scope {
	if s.Scope == Public {
		return []Scope{Public}
	}
	return []Scope{Public, s.Scope}
}

// Coming yields the streams of a subject that start at or after from, soonest first.
func (s Scoped) Coming(subject Subject, from time.Time) iter.Seq2[Stream, error] {
	return s.merged(byStart, subject, TimeKey(from), func(a, b Stream) bool { return a.Start.At.Before(b.Start.At) })
}

// Past yields the streams of a subject that start before or at until, latest first.
func (s Scoped) Past(subject Subject, until time.Time) iter.Seq2[Stream, error] {
	return s.merged(byStartBack, subject, backKey(until), func(a, b Stream) bool { return a.Start.At.After(b.Start.At) })
}

// merged walks an index of streams in both scopes at once, in its order, without the public ones that the community has
// copied and without those that are hidden.
func (s Scoped) merged(index string, subject Subject, from string, before func(a, b Stream) bool) iter.Seq2[Stream, error] {
	return func(yield func(Stream, error) bool) {
		public, stopPublic := iter.Pull2(s.indexed(Public, index, subject, from))
		defer stopPublic()
		own, stopOwn := func() (Stream, error, bool) { return Stream{}, nil, false }, func() {}
		if s.Scope != Public {
			own, stopOwn = iter.Pull2(s.indexed(s.Scope, index, subject, from))
		}
		defer stopOwn()
		a, aErr, aOK := public()
		b, bErr, bOK := own()
		for aOK || bOK {
			if aErr != nil || bErr != nil {
				yield(Stream{}, errors.Join(aErr, bErr))
				return
			}
			var next Stream
			if aOK && (!bOK || before(a, b)) {
				next = a
				a, aErr, aOK = public()
			} else {
				next = b
				b, bErr, bOK = own()
			}
			if !next.Hidden() && !yield(next, nil) {
				return
			}
		}
	}
}

// indexed yields one scope's streams through an index; of the public ones only those that the community has not copied.
func (s Scoped) indexed(scope Scope, index string, subject Subject, from string) iter.Seq2[Stream, error] {
	return func(yield func(Stream, error) bool) {
		for stream, err := range Streams.ByRange(s, index, Range{Prefix: []string{string(scope), subject.String()}, From: from}) {
			if err != nil {
				yield(Stream{}, err)
				return
			}
			copied, err := s.copied(stream)
			if err != nil {
				yield(Stream{}, err)
				return
			}
			if !copied && !yield(stream, nil) {
				return
			}
		}
	}
}

// copied reports whether the community has a copy that stands in a public stream's place.
func (s Scoped) copied(stream Stream) (bool, error) {
	if s.Scope == Public || stream.Scope != Public {
		return false, nil
	}
	return Streams.Has(s, string(s.Scope), stream.ID)
}
