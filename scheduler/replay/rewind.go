package replay

import (
	"context"
	"time"

	"boardcast/storage"
)

// lookBack is how long before a span a stream may have begun that is still on in it.
const lookBack = 24 * time.Hour

// Since returns the streams that a community sees and that are told of in a span from a time on: those that start in it or a day
// before it, and those to come, which may be announced in it.
func Since(v storage.Scoped, from time.Time) ([]storage.Stream, error) {
	var streams []storage.Stream
	for s, err := range v.Coming(storage.Everything, from.Add(-lookBack)) {
		if err != nil {
			return nil, err
		}
		streams = append(streams, s)
	}
	return streams, nil
}

// Known reports whether a stream is one that is known already when a span begins at a time, see [Since].
func Known(s storage.Stream, from time.Time) bool {
	return s.Start.At.Before(from.Add(-lookBack)) && !s.Start.End().After(from)
}

// Rewind returns a store for a [Play] that has all that a community sees, but for some streams, and tells their stories. Nobody
// watches anything in it, and nothing is owed. It must not be used any more when v cannot be read.
func Rewind(ctx context.Context, v storage.Scoped, streams []storage.Stream) (storage.Store, []Story, error) {
	store := storage.NewTrial(storage.Without(v.Reader,
		storage.Watches, storage.Moments, storage.Notices, storage.Cards, storage.Refreshes, storage.Restores, storage.JobRuns,
		storage.Suspensions, storage.MentionCounts, storage.Happenings, storage.Calendars, storage.Looks))
	var stories []Story
	for _, s := range streams {
		story, err := Recorded(v, s)
		if err != nil {
			return nil, nil, err
		}
		stories = append(stories, story)
		err = store.Update(ctx, func(tx storage.Tx) error {
			s.Scope = v.Scope
			if err := storage.Unknow(tx, s); err != nil {
				return err
			}
			s.Scope = storage.Public
			return storage.Unknow(tx, s)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return store, stories, nil
}
