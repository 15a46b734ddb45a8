package replay

import (
	"errors"
	"slices"
	"time"

	"boardcast/storage"
)

// Recorded makes the story of a stream that a community sees: from what was written down of its changes where that goes back to its
// first announcement, and else from how it stands, see [Tell].
func Recorded(v storage.Scoped, s storage.Stream) (Story, error) {
	all, err := figuresOf(v, s)
	if err != nil {
		return Story{}, err
	}
	entries, err := storage.ChangesOf(v, s.ID)
	if err != nil {
		return Story{}, err
	}
	t := teller{record: s, story: Story{Stream: s.ID}}
	last, whole := t.changes(entries)
	if !whole {
		return tell(s, all...), nil
	}
	for _, f := range all {
		f.readings = slices.DeleteFunc(f.readings, func(r storage.Reading) bool { return given(entries, r) })
		t.figures(t.story.Facts[0].At, last, f) // those of sources are not written down one by one
	}
	slices.SortStableFunc(t.story.Facts, func(a, b Fact) int { return a.At.Compare(b.At) })
	return t.story, nil
}

// figuresOf are the figures that a community sees of a stream. Those of a public one that it has copied count as those of its copy.
func figuresOf(v storage.Scoped, s storage.Stream) ([]figures, error) {
	scopes := []storage.Scope{storage.Public}
	if v.Scope != storage.Public {
		scopes = append(scopes, v.Scope)
	}
	var all []figures
	for _, scope := range scopes {
		f := figures{scope: scope}
		if s.Scope != storage.Public {
			f.scope = s.Scope
		}
		for chunk, err := range storage.Readings.Scan(v, string(scope), s.ID) {
			if err != nil {
				return nil, err
			}
			f.readings = append(f.readings, chunk.Readings()...)
		}
		all = append(all, f)
	}
	return all, nil
}

// changes adds what was written down, and returns when the stream changed last. It is not the whole story where the stream was there
// before anything was written down.
func (t *teller) changes(entries []storage.Entry) (last time.Time, whole bool) {
	for _, e := range entries {
		for _, c := range e.Changes {
			switch {
			case c.Stream != nil && c.Stream.After != nil && c.Stream.After.Scope == t.record.Scope:
				if !whole && c.Stream.Before != nil {
					return time.Time{}, false
				}
				last, whole = e.At, true
				t.tell(e.At, becomes(*c.Stream.After))
			case c.Reading != nil && c.Reading.After != nil && whole:
				t.tell(e.At, has(*c.Reading.After))
			}
		}
	}
	return last, whole
}

// given reports whether it was written down that somebody gave a figure.
func given(entries []storage.Entry, r storage.Reading) bool {
	return slices.ContainsFunc(entries, func(e storage.Entry) bool {
		return slices.ContainsFunc(e.Changes, func(c storage.Change) bool {
			return c.Reading != nil && c.Reading.After != nil && c.Reading.After.Reading.Same(r)
		})
	})
}

// becomes is that a stream became what was written down. How its revisions counted then is of no matter.
func becomes(after storage.Stream) func(tx storage.Tx, now time.Time) error {
	return func(tx storage.Tx, now time.Time) error {
		s := after
		current, err := storage.Streams.Get(tx, string(s.Scope), s.ID)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		s.StartRevision = current.StartRevision
		_, err = storage.SaveStream(tx, now, s)
		return err
	}
}

// has is that somebody gave a figure. What they gave of a stream that is not told of is of no matter either.
func has(r storage.StreamReading) func(tx storage.Tx, now time.Time) error {
	return func(tx storage.Tx, now time.Time) error {
		err := storage.RecordReadings(tx, now, r.Scope, r.Stream, []storage.Reading{r.Reading}, now)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	}
}
