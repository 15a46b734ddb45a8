package storage_test

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/storage"
)

// nothing is a store that holds nothing, below an Overlay that holds all.
type nothing struct{}

func (nothing) Get(string) ([]byte, error) { return nil, storage.ErrNotFound }

func (nothing) Scan(string, string) iter.Seq2[storage.Item, error] {
	return func(func(storage.Item, error) bool) {}
}

// history is a world of few streams in which anything may happen to any of them.
type history struct {
	t     *rapid.T
	tx    *storage.Overlay
	now   time.Time
	added []storage.StreamReading
}

func (h *history) must(err error) {
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) scope() storage.Scope {
	return rapid.SampledFrom([]storage.Scope{storage.Public, "g1"}).Draw(h.t, "scope")
}

// save adds or changes a stream, in the community perhaps as a copy.
func (h *history) save(t *rapid.T) {
	scope := h.scope()
	s := storage.Stream{Scope: scope, ID: rapid.SampledFrom([]string{"s1", "s2", "s3", "s4"}).Draw(t, "id")}
	if scope != storage.Public {
		public, err := storage.Streams.Get(h.tx, string(storage.Public), s.ID)
		if err == nil {
			s = public.CopyFor(scope)
		} else {
			s.ID = "s9" // the community's own
		}
	}
	hours := rapid.IntRange(-100*24, 100*24).Draw(t, "hours")
	if rapid.Bool().Draw(t, "this month") {
		hours /= 10
	}
	precision := rapid.SampledFrom([]bot.Precision{bot.ToMinute, bot.ToMinute, bot.ToDay, bot.ToMonth, bot.ToYear}).Draw(t, "precision")
	s.Start = bot.NewWhen(h.now.Add(time.Duration(hours)*time.Hour), time.UTC, precision)
	s.State = rapid.SampledFrom([]storage.State{storage.Ended, storage.Ended, storage.Announced, storage.Cancelled}).Draw(t, "state")
	s.Lasted = time.Duration(rapid.IntRange(0, 2).Draw(t, "length")) * time.Hour
	s.Withdrawn = rapid.IntRange(0, 5).Draw(t, "withdrawn") == 0
	s.People = rapid.SampledFrom([][]string{{"lei-jun"}, {"wei-jianjun"}, {"lei-jun", "wei-jianjun"}, nil}).Draw(t, "people")
	s.Automaker = rapid.SampledFrom([]string{"xiaomi", ""}).Draw(t, "automaker")
	h.must(storage.ImportStream(h.tx, s))
}

// drop takes away a stream that the community has.
func (h *history) drop(t *rapid.T) {
	for own, err := range storage.Streams.Scan(h.tx, "g1") {
		h.must(err)
		h.must(storage.DropCopy(h.tx, h.now, own))
		return
	}
	t.Skip("the community has no stream")
}

func (h *history) read(t *rapid.T) {
	r := storage.StreamReading{
		Scope: h.scope(), Stream: rapid.SampledFrom([]string{"s1", "s2", "s3", "s4", "s9"}).Draw(t, "id"),
		Reading: storage.Reading{
			Metric: rapid.SampledFrom([]storage.Metric{"douyin.entered", "douyin.concurrent", "taobao.cars_sold", "staff.viewers"}).Draw(t, "metric"),
			Value:  rapid.Int64Range(1, 9).Draw(t, "value"),
			Source: storage.Provenance{Source: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "source")},
		},
	}
	if r.Stream == "s9" {
		r.Scope = "g1"
	}
	if minute := rapid.IntRange(0, 5).Draw(t, "minute"); minute > 0 {
		r.Reading.At = h.now.Add(time.Duration(minute) * time.Minute)
	}
	h.must(storage.AddReading(h.tx, r.Scope, r.Stream, r.Reading))
	h.added = append(h.added, r)
}

func (h *history) remove(t *rapid.T) {
	if len(h.added) == 0 {
		t.Skip("nothing was added")
	}
	i := rapid.IntRange(0, len(h.added)-1).Draw(t, "which")
	removed, err := h.added[i].Remove(h.tx)
	h.must(err)
	if !removed {
		t.Fatalf("%v was not there", h.added[i])
	}
	h.added = slices.Delete(h.added, i, i+1)
}

// seen are the streams that took place as a scope sees them, with the best of each metric, worked out from all that there is.
func (h *history) seen(scope storage.Scope) map[string]counted {
	found := map[string]counted{}
	scopes := []storage.Scope{storage.Public}
	if scope != storage.Public {
		scopes = append(scopes, scope)
	}
	values := map[string]map[storage.Metric]int64{}
	for _, from := range scopes {
		for s, err := range storage.Streams.Scan(h.tx, string(from)) {
			h.must(err)
			found[s.ID] = counted{stream: s}
		}
		readings := map[string][]storage.Reading{}
		for chunk, err := range storage.Readings.Scan(h.tx, string(from)) {
			h.must(err)
			readings[chunk.Stream] = append(readings[chunk.Stream], chunk.Readings()...)
		}
		for id, rs := range readings {
			if values[id] == nil {
				values[id] = map[storage.Metric]int64{}
			}
			for _, f := range storage.Figures(rs) {
				values[id][f.Metric] = max(values[id][f.Metric], f.High.Value)
			}
		}
	}
	for id, c := range found {
		c.values = values[id]
		found[id] = c
		if c.stream.Withdrawn || c.stream.State != storage.Ended {
			delete(found, id)
		}
	}
	return found
}

type counted struct {
	stream storage.Stream
	values map[storage.Metric]int64
}

// fits reports whether a stream is of a subject, guests apart, and lies in a span.
func (c counted) fits(subject storage.Subject, span storage.Span) bool {
	begin, end := c.stream.Start.At, c.stream.Start.At.Add(1)
	if c.stream.Start.Coarse() {
		end = c.stream.Start.End()
	}
	return storage.IsAbout(c.stream, subject) &&
		(span.From.IsZero() || !begin.Before(span.From)) && (span.To.IsZero() || !end.After(span.To))
}

func (h *history) recount(scope storage.Scope, subject storage.Subject, span storage.Span) storage.Sums {
	var sums storage.Sums
	best := map[storage.Metric]*storage.MetricSums{}
	for id, c := range h.seen(scope) {
		if !c.fits(subject, span) {
			continue
		}
		sums.Streams++
		if c.stream.Lasted > 0 {
			sums.Timed++
			sums.Length += c.stream.Lasted
		}
		if len(c.values) > 0 {
			sums.Figured++
		}
		for metric, value := range c.values {
			m := best[metric]
			if m == nil {
				m = &storage.MetricSums{Metric: metric}
				best[metric] = m
			}
			m.Streams++
			if metric == "taobao.cars_sold" {
				m.Sum += value
			}
			if value > m.Best || value == m.Best && id < m.Stream {
				m.Best, m.Stream = value, id
			}
		}
	}
	for _, m := range best {
		sums.Metrics = append(sums.Metrics, *m)
	}
	slices.SortFunc(sums.Metrics, func(a, b storage.MetricSums) int { return cmp.Compare(a.Metric, b.Metric) })
	return sums
}

func (h *history) ranked(scope storage.Scope, kind storage.SubjectKind, span storage.Span) []string {
	type place struct {
		of, stream string
		value      int64
	}
	var places []place
	for id, c := range h.seen(scope) {
		value, has := c.values["douyin.entered"]
		if !has || !c.fits(storage.Everything, span) {
			continue
		}
		of := map[storage.SubjectKind][]string{storage.AllSubject: {"all"}, storage.PersonSubject: c.stream.People}[kind]
		for _, who := range of {
			places = append(places, place{who, id, value})
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.stream, b.stream), cmp.Compare(a.of, b.of))
	})
	var list []string
	seen := map[string]bool{}
	for _, p := range places {
		if kind == storage.PersonSubject && seen[p.of] {
			continue
		}
		seen[p.of] = true
		list = append(list, fmt.Sprint(p.of, " ", p.stream, " ", p.value))
	}
	return list
}

// check compares what is kept with what there is, for everyone, in spans that cut months anywhere.
func (h *history) check(t *rapid.T) {
	h.must(storage.CheckTables(h.tx, storage.Tables()...))
	day := func(name string) time.Time {
		return h.now.AddDate(0, 0, rapid.IntRange(-150, 150).Draw(t, name))
	}
	from, to := day("from"), day("to")
	year := storage.Span{From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	spans := []storage.Span{{}, {From: from}, {To: to}, {From: from, To: to}, year}
	for _, span := range []storage.Span{rapid.SampledFrom(spans).Draw(t, "span")} {
		for _, scope := range []storage.Scope{storage.Public, "g1", "g2"} {
			view := storage.Scoped{Reader: h.tx, Scope: scope}
			for _, subject := range []storage.Subject{storage.Everything, storage.Person("lei-jun"), storage.Company("xiaomi")} {
				got, err := view.Totals(subject, span)
				h.must(err)
				if len(got.Metrics) == 0 {
					got.Metrics = nil
				}
				if diff := gocmp.Diff(h.recount(scope, subject, span), got); diff != "" {
					t.Fatalf("%s in %s, %s to %s (-counted +kept):\n%s", subject, scope, span.From, span.To, diff)
				}
			}
			for _, kind := range []storage.SubjectKind{storage.AllSubject, storage.PersonSubject} {
				top, err := view.Top("douyin.entered", kind, span, 10)
				h.must(err)
				var got []string
				for _, p := range top {
					got = append(got, fmt.Sprint(cmp.Or(p.Subject.ID, "all"), " ", p.Stream, " ", p.Value))
				}
				if diff := gocmp.Diff(h.ranked(scope, kind, span), got); diff != "" {
					t.Fatalf("top by %s in %s, %s to %s (-counted +kept):\n%s", kind, scope, span.From, span.To, diff)
				}
			}
		}
	}
}

func TestTotalsAndRankingsAreThoseOfARecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const room = 1 << 20
		h := &history{t: t, tx: storage.NewOverlay(nothing{}, room), now: time.Date(2024, time.May, 18, 8, 30, 0, 0, time.UTC)}
		t.Repeat(map[string]func(*rapid.T){
			"save": h.save, "read": h.read, "read more": h.read, "remove": h.remove, "drop": h.drop, "": h.check,
		})
	})
}

// The best of a month is another one when the stream that has it loses its figure, or leaves the month.
func TestBestOfAMonthIsFoundAnew(t *testing.T) {
	may := bot.NewWhen(time.Date(2024, time.May, 18, 8, 30, 0, 0, time.UTC), time.UTC, bot.ToMinute)
	june := bot.NewWhen(may.At.AddDate(0, 1, 0), time.UTC, bot.ToMinute)
	best := storage.Stream{Scope: storage.Public, ID: "s1", State: storage.Ended, Start: may}
	nine := storage.Reading{Metric: "weibo.viewers", Value: 9, Source: storage.Provenance{Source: "a"}}
	three := storage.Reading{Metric: "weibo.viewers", Value: 3, Source: storage.Provenance{Source: "b"}}
	remove := func(tx storage.Tx) error {
		_, err := storage.StreamReading{Scope: storage.Public, Stream: "s1", Reading: nine}.Remove(tx)
		return err
	}
	tests := []struct {
		name     string
		readings []storage.Reading
		change   func(tx storage.Tx) error
	}{
		{"no figure", []storage.Reading{nine}, remove},
		{"a lesser figure", []storage.Reading{nine, three}, remove},
		{"another month", []storage.Reading{nine}, func(tx storage.Tx) error {
			moved := best
			moved.Start = june
			return storage.ImportStream(tx, moved)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := recordStore(t)
			write(t, store, func(tx storage.Tx) error {
				second := best
				second.ID = "s2"
				return errors.Join(
					storage.ImportStream(tx, best), storage.AddReadings(tx, storage.Public, "s1", tt.readings),
					storage.ImportStream(tx, second),
					storage.AddReading(tx, storage.Public, "s2", storage.Reading{Metric: "weibo.viewers", Value: 5}),
					tt.change(tx),
				)
			})
			read(t, store, func(r storage.Reader) error {
				span := storage.Span{From: may.At.AddDate(0, 0, -17).Truncate(24 * time.Hour)}
				span.To = span.From.AddDate(0, 1, 0)
				sums, err := storage.Scoped{Reader: r, Scope: storage.Public}.Totals(storage.Everything, span)
				if m, _ := sums.Of("weibo.viewers"); m.Best != 5 || m.Stream != "s2" {
					t.Errorf("the best is %d, of %s", m.Best, m.Stream)
				}
				return err
			})
		})
	}
}

func TestFiguresOfACardAreReadFromTheRollup(t *testing.T) {
	store := recordStore(t)
	add := func(scope storage.Scope, metric storage.Metric, value int64, source string) {
		write(t, store, func(tx storage.Tx) error {
			return storage.AddReading(tx, scope, "s1", storage.Reading{Metric: metric, Value: value, Source: storage.Provenance{Source: source}})
		})
	}
	add(storage.Public, "douyin.entered", 14, "a")
	add(storage.Public, "douyin.likes", 200, "a")
	add("g1", "douyin.entered", 12, "b")
	add("g1", "weibo.plays", 3, "b")
	read(t, store, func(r storage.Reader) error {
		for scope, want := range map[storage.Scope]string{
			storage.Public: "douyin.entered 14-14 of 1, douyin.likes 200-200 of 1",
			"g1":           "douyin.entered 12-14 of 2, weibo.plays 3-3 of 1, douyin.likes 200-200 of 1",
			"g2":           "douyin.entered 14-14 of 1, douyin.likes 200-200 of 1",
		} {
			rollup, err := storage.Scoped{Reader: r, Scope: scope}.Rollup("s1")
			if err != nil {
				return err
			}
			var said []string
			for _, f := range rollup.Figures {
				said = append(said, fmt.Sprintf("%s %d-%d of %d", f.Metric, f.Low.Value, f.High.Value, f.Count))
			}
			if got := strings.Join(said, ", "); got != want {
				t.Errorf("in %s %s\nwant %s", scope, got, want)
			}
		}
		return nil
	})
}

// What a community's own readings add to the public ones shows in every part of a figure; a source that says more in the
// community does not differ from itself.
func TestFigureOfPublicAndOwnReadings(t *testing.T) {
	store := recordStore(t)
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	add := func(scope storage.Scope, metric storage.Metric, source string, value int64, minutes ...int) {
		var readings []storage.Reading
		for _, n := range minutes {
			readings = append(readings, storage.Reading{
				Metric: metric, Value: value, At: minute(n), Source: storage.Provenance{Source: source},
			})
		}
		write(t, store, func(tx storage.Tx) error { return storage.AddReadings(tx, scope, "s1", readings) })
	}
	add(storage.Public, "douyin.concurrent", "a", 5, 10)
	add("g1", "douyin.concurrent", "b", 7, 0, 1, 2, 3, 4, 5, 45)
	add(storage.Public, "weibo.viewers", "a", 5, 10)
	add("g1", "weibo.viewers", "a", 6, 20)
	read(t, store, func(r storage.Reader) error {
		figures, err := storage.Scoped{Reader: r, Scope: "g1"}.Figures("s1")
		if err != nil {
			return err
		}
		var got []string
		for _, f := range figures {
			got = append(got, fmt.Sprintf("%s %d-%d, %d from %s to %s, %d at last, %d gaps", f.Metric, f.Low.Value, f.High.Value, f.Count,
				f.First.Sub(noon), f.Last.At.Sub(noon), f.Last.Value, len(f.Gaps)))
		}
		want := []string{
			"weibo.viewers 6-6, 2 from 10m0s to 20m0s, 6 at last, 0 gaps",
			"douyin.concurrent 5-7, 8 from 0s to 45m0s, 7 at last, 1 gaps",
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return nil
	})
}

// What saving a stream writes leaves room for its audit entry and its words for search, whatever the stream.
func TestSavingTheLargestStreamLeavesRoom(t *testing.T) {
	const limit = 100
	base := storage.NewOverlay(nothing{}, 1<<20)
	now := time.Date(2024, time.May, 18, 8, 30, 0, 0, time.UTC)
	s := storage.Stream{Scope: storage.Public, State: storage.Announced, Start: bot.NewWhen(now.Add(time.Hour), time.UTC, bot.ToMinute)}
	for i := range 9 {
		s.People = append(s.People, fmt.Sprintf("person-%d", i))
	}
	for i := range 9 {
		s.Guests = append(s.Guests, fmt.Sprintf("guest-%d", i))
	}
	s, err := storage.AddStream(base, now, s)
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]func() (storage.Stream, error){
		"moved": func() (storage.Stream, error) {
			return s.Move(bot.NewWhen(now.AddDate(0, 2, 0), time.UTC, bot.ToMinute))
		},
		"live": func() (storage.Stream, error) { return s.GoLive(now) },
	}
	for name, step := range steps {
		tx := storage.NewOverlay(base, 1<<20)
		next, err := step()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := storage.SaveStream(tx, now, next); err != nil {
			t.Fatal(err)
		}
		if n := 1<<20 - tx.Room(); n > limit {
			t.Errorf("a stream that is %s costs %d writes", name, n)
		}
	}
	s.Guests = append(s.Guests, "one-more")
	if _, err := storage.SaveStream(storage.NewOverlay(base, 1<<20), now, s); err == nil {
		t.Error("a stream of any number of people was saved")
	}
}
