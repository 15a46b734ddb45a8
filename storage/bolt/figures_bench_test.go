package bolt_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

var (
	benchStreams  = flag.Int("streams", 2000, "how many streams the benchmarks of figures have")
	benchReadings = flag.Int("readings", 100, "how many readings each of them has")
	benchFile     = flag.String("figures", "", "the store of the benchmarks of figures, made if it is not there; empty: one for each run")
)

// queryLimit is what any question about figures may take, weekLimit a week.
const (
	queryLimit = 10 * time.Millisecond
	weekLimit  = 20 * time.Millisecond
)

// figureStore opens a store with six years of streams of 300 people at 80 companies, each with readings of two metrics at two
// places.
func figureStore(b *testing.B) *bolt.Store {
	b.Helper()
	path := *benchFile
	if path == "" {
		path = filepath.Join(b.TempDir(), "figures.db")
	}
	_, err := os.Stat(path)
	fill := os.IsNotExist(err)
	store, err := bolt.Open(context.Background(), path, bolt.Options{Holder: b.Name(), Wait: time.Second, NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	if !fill {
		return store
	}
	const batch = 100
	for from := 0; from < *benchStreams; from += batch {
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			for i := from; i < min(from+batch, *benchStreams); i++ {
				if err := putStream(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return store
}

var benchBegin = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

const benchDays = 6 * 365

// putStream adds the ith stream. Its readings but the last are put in as packed chunks, which is what they become.
func putStream(tx storage.Tx, i int) error {
	random := rand.New(rand.NewPCG(1, uint64(i)))
	start := benchBegin.Add(benchDays * 24 * time.Hour / time.Duration(*benchStreams) * time.Duration(i))
	s := storage.Stream{
		Scope: storage.Public, ID: fmt.Sprintf("s%d", 30000+i), State: storage.Ended, Lasted: 2 * time.Hour,
		People: []string{fmt.Sprintf("person-%d", random.IntN(300))}, Automaker: fmt.Sprintf("company-%d", random.IntN(80)),
		Start: bot.NewWhen(start, time.UTC, bot.ToMinute), Titles: storage.Names{"en": "A stream of the benchmark"},
	}
	if err := storage.ImportStream(tx, s); err != nil {
		return err
	}
	for _, metric := range []storage.Metric{"douyin.concurrent", "weibo.entered"} {
		n := *benchReadings/2 - 1
		series := storage.Series{Metric: metric, Source: storage.Provenance{Source: "a counter"}, Times: []int64{start.Unix()}}
		value := random.Int64N(5_000_000)
		for len(series.Values) < n {
			value += random.Int64N(10_000)
			series.Values = append(series.Values, value)
			if len(series.Values) < n {
				series.Times = append(series.Times, 60)
			}
		}
		chunk := storage.Chunk{Scope: storage.Public, Stream: s.ID, Place: metric.Place(), Series: []storage.Series{series}}
		if err := storage.Readings.Put(tx, chunk); err != nil {
			return err
		}
		last := storage.Reading{Metric: metric, Value: value + 1, At: start.Add(2 * time.Hour), Source: series.Source}
		if err := storage.AddReading(tx, storage.Public, s.ID, last); err != nil {
			return err
		}
	}
	return nil
}

// percentile reports the 99th of 100 of times as a part of a limit.
func percentile(b *testing.B, took []time.Duration, limit time.Duration) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100])/float64(limit), fmt.Sprintf("p99-of-%s", limit))
}

// BenchmarkFigures asks what people ask, anywhere in the six years, and reports the 99th of 100 times as a part of its limit.
func BenchmarkFigures(b *testing.B) {
	store := figureStore(b)
	random := rand.New(rand.NewPCG(2, 2))
	beijing := time.FixedZone("Beijing", 8*3600)
	day := func() time.Time { return benchBegin.In(beijing).AddDate(0, 0, random.IntN(benchDays-400)) }
	spans := map[string]func() storage.Span{
		"all": func() storage.Span { return storage.Span{} },
		"year": func() storage.Span {
			y := 2020 + random.IntN(6)
			return storage.Span{From: time.Date(y, 1, 1, 0, 0, 0, 0, beijing), To: time.Date(y+1, 1, 1, 0, 0, 0, 0, beijing)}
		},
		"30d":  func() storage.Span { d := day(); return storage.Span{From: d, To: d.AddDate(0, 0, 30)} },
		"400d": func() storage.Span { d := day(); return storage.Span{From: d, To: d.AddDate(0, 0, 400)} },
	}
	ask := func(name string, limit time.Duration, query func(v storage.Scoped) error) {
		b.Run(name, func(b *testing.B) {
			took := make([]time.Duration, 0, b.N)
			for range b.N {
				before := b.Elapsed()
				err := store.View(b.Context(), func(r storage.Reader) error { return query(storage.Scoped{Reader: r, Scope: "g1"}) })
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, b.Elapsed()-before)
			}
			percentile(b, took, limit)
		})
	}
	for name, span := range spans {
		ask("totals-everything-"+name, queryLimit, func(v storage.Scoped) error {
			_, err := v.Totals(storage.Everything, span())
			return err
		})
		ask("totals-person-"+name, queryLimit, func(v storage.Scoped) error {
			_, err := v.Totals(storage.Person(fmt.Sprintf("person-%d", random.IntN(300))), span())
			return err
		})
		for _, kind := range []storage.SubjectKind{storage.AllSubject, storage.PersonSubject, storage.AutomakerSubject} {
			ask("top-"+string(kind)+"-"+name, queryLimit, func(v storage.Scoped) error {
				_, err := v.Top("weibo.entered", kind, span(), 10)
				return err
			})
		}
	}
	ask("card", queryLimit, func(v storage.Scoped) error {
		_, err := v.Rollup(fmt.Sprintf("s%d", 30000+random.IntN(*benchStreams)))
		return err
	})
	ask("week", weekLimit, func(v storage.Scoped) error {
		d := day()
		_, err := v.Summary(storage.WeekOf(d), beijing, d.AddDate(1, 0, 0))
		return err
	})
}

// BenchmarkAddReading adds readings to streams that have theirs, each in an Update of its own.
func BenchmarkAddReading(b *testing.B) {
	store := figureStore(b)
	n := 0
	for b.Loop() {
		n++
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			return storage.AddReading(tx, storage.Public, fmt.Sprintf("s%d", 30000+n*7919%*benchStreams), storage.Reading{
				Metric: "weibo.entered", Value: int64(6_000_000 + n), At: benchBegin.AddDate(7, 0, 0).Add(time.Duration(n) * time.Minute),
				Source: storage.Provenance{Source: "a counter"},
			})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
