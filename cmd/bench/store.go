package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/catalog"
)

// star is whose stream all chats are told of, and speaker who streams for one chat alone. Both are in the starter catalog.
const (
	star    = "lei-jun"
	speaker = "he-xiaopeng"
)

// rung is how long before a stream its watchers are reminded.
const rung = time.Hour

// records is a store that is being prepared.
type records struct {
	store *bolt.Store
	now   time.Time
}

// newRecords makes a store with the starter catalog. Until it is closed it is written without waiting for the disk.
func newRecords(ctx context.Context, path string, now time.Time) (records, error) {
	store, err := bolt.Open(ctx, path, bolt.Options{Holder: "boardcast bench", Started: now, NoSync: true})
	if err != nil {
		return records{}, err
	}
	r := records{store: store, now: now}
	if err := r.bringUp(ctx); err != nil {
		return records{}, errors.Join(err, store.Close())
	}
	return r, nil
}

func (r records) bringUp(ctx context.Context) error {
	if err := storage.Migrate(ctx, r.store, storage.Steps(), r.now); err != nil {
		return fmt.Errorf("prepare the store: %w", err)
	}
	starter, err := catalog.Starter()
	if err != nil {
		return fmt.Errorf("read the starter catalog: %w", err)
	}
	if _, err := catalog.Apply(ctx, r.store, starter, r.now); err != nil {
		return fmt.Errorf("load the starter catalog: %w", err)
	}
	return nil
}

// each calls fn for 0 to n-1, in Updates that fill Room; one call writes at most so many keys.
func (r records) each(ctx context.Context, n, most int, fn func(tx storage.Tx, i int) error) error {
	for done := 0; done < n; {
		var next int
		err := r.store.Update(ctx, func(tx storage.Tx) error {
			for next = done; next < n && tx.Room() >= most; next++ {
				if err := fn(tx, next); err != nil {
					return fmt.Errorf("record %d: %w", next, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		done = next
	}
	return nil
}

// What a chat with its watch and a stream with its moment write at most.
const (
	keysPerChat   = 24
	keysPerStream = 200
)

// watchers has chats watch a subject, each with a watch of its own.
func (r records) watchers(ctx context.Context, places []bot.Chat, subject storage.Subject) error {
	return r.each(ctx, len(places), keysPerChat, func(tx storage.Tx, i int) error { return watch(tx, places[i], subject) })
}

// watch has a chat watch a subject. It gets no week, and no night changes what it is told.
func watch(tx storage.Tx, place bot.Chat, subject storage.Subject) error {
	chat, err := storage.OpenChat(tx, place)
	if err != nil {
		return err
	}
	chat.NoWeekly, chat.Quiet.Off = true, true
	if err := storage.Chats.Put(tx, chat); err != nil {
		return err
	}
	id, err := storage.NextID(tx, "w")
	if err != nil {
		return err
	}
	return storage.Watches.Put(tx, storage.Watch{
		ID: id, Scope: chat.Scope(), Chat: chat.ID, Messenger: chat.Address.Messenger, Subjects: []storage.Subject{subject},
		Before: []time.Duration{rung}, Style: storage.CardStyle,
	})
}

// stream adds a stream of a person that is to come, of which nobody is told yet, and returns its id.
func stream(tx storage.Tx, person, title string, start time.Time) (storage.Stream, error) {
	id, err := storage.NextID(tx, "s")
	if err != nil {
		return storage.Stream{}, err
	}
	s := storage.Stream{
		Scope: storage.Public, ID: id, People: []string{person}, Titles: storage.Names{"en": title}, State: storage.Announced,
		Revision: 1, StartRevision: 1, Start: bot.NewWhen(start, time.UTC, bot.ToMinute),
	}
	return s, storage.ImportStream(tx, s)
}

// tell has the watchers of a stream be told of it at a time, of which the stream's next step is not to come before.
func tell(tx storage.Tx, s storage.Stream, kind storage.NoticeKind, at time.Time) error {
	m := storage.Moment{Kind: kind, At: at, Scope: s.Scope, Stream: s.ID}
	if kind == storage.ReminderNotice {
		m.Rung = rung
	} else {
		m.Occurrence = "1"
	}
	return storage.Moments.Put(tx, m)
}

// fanOut has all who watch the star be told of a stream at a time. A reminder comes an hour before its stream, an announcement some days.
func (r records) fanOut(ctx context.Context, kind storage.NoticeKind, due time.Time) error {
	const early = 5 * 24 * time.Hour
	start := due.Add(early)
	if kind == storage.ReminderNotice {
		start = due.Add(rung)
	}
	return r.store.Update(ctx, func(tx storage.Tx) error {
		s, err := stream(tx, star, "Fan-out", start)
		if err != nil {
			return err
		}
		return tell(tx, s, kind, due)
	})
}

// alone adds a stream for each of some chats, which watches it and no other does, and returns the ids of the streams. Each chat is
// reminded at a time of its own, if there are times.
func (r records) alone(ctx context.Context, places []bot.Chat, reminded []time.Time) ([]string, error) {
	ids := make([]string, len(places))
	err := r.each(ctx, len(places), keysPerChat+keysPerStream, func(tx storage.Tx, i int) error {
		start := r.now.Add(2 * rung)
		if len(reminded) > 0 {
			start = reminded[i].Add(rung)
		}
		s, err := stream(tx, speaker, fmt.Sprintf("For one chat %d", i+1), start)
		if err != nil {
			return err
		}
		ids[i] = s.ID
		if err := watch(tx, places[i], storage.OneStream(s.ID)); err != nil || len(reminded) == 0 {
			return err
		}
		return tell(tx, s, storage.ReminderNotice, reminded[i])
	})
	return ids, err
}

// settled counts what became of the notices of a store that nobody else has open, by outcome.
func settled(ctx context.Context, path string) (map[storage.Outcome]int, error) {
	store, err := bolt.Open(ctx, path, bolt.Options{Holder: "boardcast bench"})
	if err != nil {
		return nil, err
	}
	var found map[storage.Outcome]int
	err = store.View(ctx, func(r storage.Reader) error {
		found = map[storage.Outcome]int{}
		for n, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			found[n.Outcome]++
		}
		return nil
	})
	return found, errors.Join(err, store.Close())
}
