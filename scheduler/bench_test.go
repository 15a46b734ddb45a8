//go:build unix

package scheduler_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

// The limits that planning is held against, in notices a second.
const (
	wideRate   = 100_000 // at the engine's own Room
	narrowRate = 40_000  // at narrowRoom writes a transaction
	narrowRoom = 120
	audience   = 100_000 // chats that watch the stream
)

// BenchmarkPlanning owes a reminder and a piece of news about one stream to 100,000 chats that watch its speaker, at the Room
// of bbolt and at that of the tightest engine. It reports notices a second as a part of what is asked for: above 1 is better.
// The disk bounds it at small Rooms, so it is measured without waiting for the disk, too; and the processor's time for each,
// which other work on the machine does not change.
func BenchmarkPlanning(b *testing.B) {
	for _, kind := range []storage.NoticeKind{storage.ReminderNotice, storage.AnnouncedNotice} {
		for _, unsynced := range []bool{false, true} {
			opts := bolt.Options{NoSync: unsynced}
			b.Run(fmt.Sprintf("%s/%d/unsynced=%t", kind, bolt.Room, unsynced), func(b *testing.B) {
				benchPlanning(b, kind, opts, func(s storage.Store) storage.Store { return s }, wideRate)
			})
			b.Run(fmt.Sprintf("%s/%d/unsynced=%t", kind, narrowRoom, unsynced), func(b *testing.B) {
				benchPlanning(b, kind, opts, func(s storage.Store) storage.Store { return narrow{Store: s} }, narrowRate)
			})
		}
	}
}

func benchPlanning(b *testing.B, kind storage.NoticeKind, opts bolt.Options, room func(storage.Store) storage.Store, rate float64) {
	b.Helper()
	path, now := filepath.Join(b.TempDir(), "audience.db"), time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	gather(b, path)
	store, err := bolt.Open(b.Context(), path, opts)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	planner, err := scheduler.NewPlanner(room(store), nil)
	if err != nil {
		b.Fatal(err)
	}
	var worked time.Duration
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		announce(b, store, "s"+strconv.Itoa(i+1), kind, now)
		before := processorTime(b)
		b.StartTimer()
		if _, err := planner.Tick(b.Context(), now); err != nil {
			b.Fatal(err)
		}
		worked += processorTime(b) - before
	}
	b.StopTimer()
	owed := float64(countReady(b, store))
	if want := float64(b.N * audience); owed != want {
		b.Fatalf("%v notices are ready, want %v", owed, want)
	}
	b.ReportMetric(owed/b.Elapsed().Seconds(), "notices/s")
	b.ReportMetric(owed/b.Elapsed().Seconds()/rate, "of-what-is-asked")
	b.ReportMetric(float64(worked.Microseconds())/owed, "cpu-µs/notice")
}

// processorTime is how long the process has kept processors busy, its collector of garbage with it.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// narrow is a store whose transactions take few writes.
type narrow struct{ storage.Store }

func (n narrow) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return n.Store.Update(ctx, func(tx storage.Tx) error { return fn(&narrowTx{Tx: tx, wide: tx.Room()}) })
}

type narrowTx struct {
	storage.Tx
	wide int
}

func (tx *narrowTx) Room() int { return narrowRoom - (tx.wide - tx.Tx.Room()) }

// gather makes a store in which 100,000 chats watch one person, five to a community, and are reminded an hour before.
func gather(b *testing.B, path string) {
	b.Helper()
	store, err := bolt.Open(b.Context(), path, bolt.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	const page, perCommunity = 500, 5
	for first := 0; first < audience; first += page {
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			for i := first; i < first+page; i++ {
				chat := storage.Chat{
					ID: fmt.Sprintf("c%d", i), Community: fmt.Sprintf("g%d", i/perCommunity), Kind: bot.Group, Title: "A chat of fans",
					Zone: "Asia/Shanghai", Address: bot.ChatID{Messenger: bot.Console, Key: fmt.Sprintf("-100%d", i)},
				}
				if err := storage.Chats.Put(tx, chat); err != nil {
					return err
				}
				watch := storage.Watch{
					Messenger: chat.Address.Messenger,
					ID:        fmt.Sprintf("w%d", i), Scope: chat.Scope(), Chat: chat.ID, Style: storage.CardStyle,
					Subjects: []storage.Subject{storage.Person("lei-jun")}, Before: []time.Duration{time.Hour},
				}
				if err := storage.Watches.Put(tx, watch); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
}

// announce adds a stream in an hour, of which only the notices of one kind are due.
func announce(b *testing.B, store storage.Store, id string, kind storage.NoticeKind, now time.Time) {
	b.Helper()
	stream := storage.Stream{
		Scope: storage.Public, ID: id, People: []string{"lei-jun"}, State: storage.Announced, Revision: 1, StartRevision: 1,
		Start: bot.NewWhen(now.Add(time.Hour), time.UTC, bot.ToMinute),
	}
	moment := storage.Moment{Kind: kind, At: now, Scope: storage.Public, Stream: id, Occurrence: "1"}
	if kind == storage.ReminderNotice {
		moment.Rung, moment.Occurrence = time.Hour, ""
	}
	err := store.Update(b.Context(), func(tx storage.Tx) error {
		if err := storage.Streams.Put(tx, stream); err != nil {
			return err
		}
		return storage.Moments.Put(tx, moment)
	})
	if err != nil {
		b.Fatal(err)
	}
}

func countReady(b *testing.B, store storage.Store) (n int) {
	b.Helper()
	err := store.View(b.Context(), func(r storage.Reader) error {
		n = 0
		for _, err := range storage.Notices.Rows(r, "ready", storage.Range{}) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkWeeks owes 100,000 chats their week, all of them due at the same moment.
func BenchmarkWeeks(b *testing.B) {
	path, now := filepath.Join(b.TempDir(), "audience.db"), time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	gather(b, path)
	store, err := bolt.Open(b.Context(), path, bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	planner, err := scheduler.NewPlanner(store, nil)
	if err != nil {
		b.Fatal(err)
	}
	const page = 1000
	var worked time.Duration
	for b.Loop() {
		b.StopTimer()
		for first := 0; first < audience; first += page {
			err := store.Update(b.Context(), func(tx storage.Tx) error {
				for i := first; i < first+page; i++ {
					week := storage.Moment{Kind: storage.WeeklyNotice, At: now, Chat: fmt.Sprintf("c%d", i)}
					if err := storage.Moments.Put(tx, week); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		before := processorTime(b)
		b.StartTimer()
		if _, err := planner.Tick(b.Context(), now); err != nil {
			b.Fatal(err)
		}
		worked += processorTime(b) - before
		now = now.AddDate(0, 0, 7)
	}
	if owed, want := countReady(b, store), b.N*audience; owed != want {
		b.Fatalf("%d weeks are ready, want %d", owed, want)
	}
	b.ReportMetric(float64(b.N*audience)/b.Elapsed().Seconds(), "weeks/s")
	b.ReportMetric(float64(worked.Microseconds())/float64(b.N*audience), "cpu-µs/week")
}

// lookLimit is how long one look at the outbox may take, however much is waiting in it.
const lookLimit = time.Millisecond

// BenchmarkBacklog looks for what is ready while 100,000 notices wait.
func BenchmarkBacklog(b *testing.B) {
	path, now := filepath.Join(b.TempDir(), "audience.db"), time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	gather(b, path)
	store, err := bolt.Open(b.Context(), path, bolt.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	planner, err := scheduler.NewPlanner(store, nil)
	if err != nil {
		b.Fatal(err)
	}
	announce(b, store, "s1", storage.AnnouncedNotice, now)
	if _, err := planner.Tick(b.Context(), now); err != nil {
		b.Fatal(err)
	}
	const most = 16
	for b.Loop() {
		err := store.View(b.Context(), func(r storage.Reader) error {
			ready, _, err := storage.ReadyNotices(r, bot.Console, now, most, nil)
			if len(ready) != most {
				b.Fatalf("%d notices are ready, want %d", len(ready), most)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(lookLimit), "of-1ms")
}
