package storage_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

func TestFiguresAreOneAMetricTheLeadingOneFirst(t *testing.T) {
	for _, test := range []struct {
		name     string
		readings []storage.Reading
		want     []storage.Metric
		lead     storage.Metric // empty: none
	}{
		{"none", nil, nil, ""},
		{
			"people before entries, likes last",
			[]storage.Reading{{Metric: "douyin.likes", Value: 200_000_000}, {Metric: "douyin.entered", Value: 14}, {Metric: "press.viewers", Value: 9}},
			[]storage.Metric{"press.viewers", "douyin.entered", "douyin.likes"},
			"press.viewers",
		},
		{
			"their staff's count before the platform's, before the press's",
			[]storage.Reading{{Metric: "press.viewers", Value: 3}, {Metric: "weibo.viewers", Value: 2}, {Metric: "staff.viewers", Value: 1}},
			[]storage.Metric{"staff.viewers", "weibo.viewers", "press.viewers"},
			"staff.viewers",
		},
		{"likes never lead", []storage.Reading{{Metric: "douyin.likes", Value: 1}}, []storage.Metric{"douyin.likes"}, ""},
		{"a hashtag's page never leads", []storage.Reading{{Metric: "weibo.topic_reads", Value: 1}}, []storage.Metric{"weibo.topic_reads"}, ""},
		{
			"platforms in their order",
			[]storage.Reading{{Metric: "weibo.plays", Value: 1}, {Metric: "bilibili.plays", Value: 1}},
			[]storage.Metric{"bilibili.plays", "weibo.plays"},
			"bilibili.plays",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			figures := storage.Figures(test.readings)
			var got []storage.Metric
			for _, f := range figures {
				got = append(got, f.Metric)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("figures (-want +got):\n%s", diff)
			}
			lead, ok := storage.Lead(figures)
			if ok != (test.lead != "") || ok && lead.Metric != test.lead {
				t.Errorf("%s leads, %t; want %q", lead.Metric, ok, test.lead)
			}
		})
	}
}

// at is a time on the day of the tests' streams, zero for an empty clock.
func at(clock string) time.Time {
	if clock == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateTime, "2024-05-18 "+clock+":00")
	if err != nil {
		panic(err)
	}
	return t
}

func TestFigureIsWhatEachSourceSaysInTheEnd(t *testing.T) {
	type said struct {
		source string
		value  int64
		at     string
	}
	for _, test := range []struct {
		name      string
		metric    storage.Metric
		said      []said
		low, high int64
		last      string // when; empty: no reading has a time
	}{
		{"one", "douyin.entered", []said{{"a", 5, ""}}, 5, 5, ""},
		{"two sources differ", "press.viewers", []said{{"a", 12, ""}, {"b", 10, ""}, {"c", 11, ""}}, 10, 12, ""},
		{"readings of no source are each of their own", "press.viewers", []said{{"", 12, ""}, {"", 10, ""}}, 10, 12, ""},
		{"a source corrects itself", "press.viewers", []said{{"a", 12, ""}, {"a", 10, ""}}, 10, 10, ""},
		{"what grows: the last", "douyin.entered", []said{{"a", 1, "10:00"}, {"a", 3, "10:02"}, {"a", 2, "10:01"}}, 3, 3, "10:02"},
		{"what grows: without a time is the end", "douyin.entered", []said{{"a", 9, ""}, {"a", 3, "10:02"}}, 9, 9, "10:02"},
		{"a gauge: the peak", "douyin.concurrent", []said{{"a", 1, "10:00"}, {"a", 3, "10:01"}, {"a", 2, "10:02"}}, 3, 3, "10:02"},
		{"a gauge of two: their peaks", "douyin.concurrent", []said{{"a", 5, "10:00"}, {"b", 3, "10:01"}, {"b", 4, "10:02"}}, 4, 5, "10:02"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var readings []storage.Reading
			for _, s := range test.said {
				readings = append(readings, storage.Reading{
					Metric: test.metric, Value: s.value, At: at(s.at), Source: storage.Provenance{Source: s.source},
				})
			}
			f := storage.Figures(readings)[0]
			if f.Low.Value != test.low || f.High.Value != test.high || f.Count != len(readings) {
				t.Errorf("%d to %d of %d readings, want %d to %d", f.Low.Value, f.High.Value, f.Count, test.low, test.high)
			}
			if !f.Last.At.Equal(at(test.last)) {
				t.Errorf("last at %s, want %s", f.Last.At, test.last)
			}
		})
	}
}

func TestGapsAreTimesWithoutTheUsualReadings(t *testing.T) {
	for _, test := range []struct{ name, clocks, want string }{
		{"none", "10:00 10:01 10:02 10:03 10:04 10:05 10:06", ""},
		{"one", "10:00 10:05 10:10 10:15 10:20 10:45 10:50 10:55", "10:20-10:45"},
		{"too few to tell", "10:00 10:05 12:00", ""},
		{"the two longest, in their order", "10:00 10:01 10:02 10:20 10:21 10:22 10:23 10:55 10:56 10:57 11:40 11:41", "10:23-10:55 10:57-11:40"},
	} {
		var readings []storage.Reading
		for clock := range strings.FieldsSeq(test.clocks) {
			readings = append(readings, storage.Reading{Metric: "douyin.concurrent", Value: 1, At: at(clock)})
		}
		var got []string
		for _, gap := range storage.Figures(readings)[0].Gaps {
			got = append(got, gap.From.Format("15:04")+"-"+gap.To.Format("15:04"))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: gaps %v, want %s", test.name, got, test.want)
		}
	}
}

func TestOnlyWhatOnePlaceCountsInOneWayIsComparable(t *testing.T) {
	for _, test := range []struct {
		a, b storage.Metric
		want bool
	}{
		{"douyin.entered", "douyin.entered", true},
		{"staff.viewers", "staff.viewers", true},
		{"douyin.entered", "kuaishou.entered", false},
		{"douyin.entered", "douyin.viewers", false},
		{"staff.viewers", "press.viewers", false},
		{"press.viewers", "press.viewers", false},
	} {
		if got := storage.Comparable(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %t", test.a, test.b, got)
		}
	}
}

func TestMetricsHaveOneName(t *testing.T) {
	for given, want := range map[storage.Metric]storage.Metric{
		"youtube.concurrent_viewers": "youtube.concurrent", "bilibili.heat": "bilibili.popularity", "douyin.likes": "douyin.likes",
	} {
		if got, ok := given.Canonical(); !ok || got != want {
			t.Errorf("%s is %s, %t; want %s", given, got, ok, want)
		}
	}
	if _, ok := storage.Metric("douyin.smiles").Canonical(); ok {
		t.Error("smiles are counted")
	}
}

// A minute-by-minute count of a day fits in a few chunks, and comes back as it was.
func TestReadingsByTheMinuteAreSmall(t *testing.T) {
	store := recordStore(t)
	const n = 400
	beijing := time.FixedZone("", 8*3600)
	var want []storage.Reading
	for i := range n {
		r := storage.Reading{
			Metric: "douyin.concurrent", Value: int64(1_000_000 + 997*i%50_000), At: at("08:30").Add(time.Duration(i) * time.Minute).In(beijing),
			Source: storage.Provenance{Source: "a counter"},
		}
		want = append(want, r)
		write(t, store, func(tx storage.Tx) error { return storage.AddReading(tx, storage.Public, "s1", r) })
	}
	read(t, store, func(r storage.Reader) error {
		bytes := 0
		from, to := storage.Prefix("reading", "public", "s1")
		for item, err := range r.Scan(from, to) {
			if err != nil {
				return err
			}
			bytes += len(item.Value)
		}
		if bytes > 14*n {
			t.Errorf("%d readings take %d bytes", n, bytes)
		}
		got, err := storage.Scoped{Reader: r, Scope: storage.Public}.ReadingsOf("s1")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("readings (-added +read):\n%s", diff)
		}
		return err
	})
}

func TestChunkOfTheFirstVersionIsRead(t *testing.T) {
	store := recordStore(t)
	write(t, store, func(tx storage.Tx) error {
		return tx.Put(storage.Key("reading", "public", "s1", "douyin", "000000"), []byte(`1 {"scope":"public","stream":"s1","place":"douyin","n":0,`+
			`"readings":[{"metric":"douyin.entered","value":5,"qualifier":"over","at":"2024-05-18T10:00:00+08:00","source":{"source":"a"}},`+
			`{"metric":"douyin.likes","value":7,"note":"at the end","source":{"source":"b"}}]}`))
	})
	read(t, store, func(r storage.Reader) error {
		got, err := storage.Scoped{Reader: r, Scope: storage.Public}.ReadingsOf("s1")
		want := []storage.Reading{
			{Metric: "douyin.entered", Value: 5, Qualifier: storage.Over, At: at("02:00"), Source: storage.Provenance{Source: "a"}},
			{Metric: "douyin.likes", Value: 7, Note: "at the end", Source: storage.Provenance{Source: "b"}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("readings (-want +got):\n%s", diff)
		}
		return err
	})
}

func TestReadingsAreChunkedAndKeepTheirOrder(t *testing.T) {
	store := recordStore(t)
	const n = 120
	for i := range n {
		write(t, store, func(tx storage.Tx) error {
			return storage.AddReading(tx, storage.Public, "s1", storage.Reading{Metric: "douyin.entered", Value: int64(i), Source: storage.Provenance{By: strings.Repeat("n", 40+i)}})
		})
	}
	write(t, store, func(tx storage.Tx) error {
		return storage.AddReading(tx, "g1", "s1", storage.Reading{Metric: "weibo.plays", Value: n})
	})
	read(t, store, func(r storage.Reader) error {
		chunks := 0
		for chunk, err := range storage.Readings.Scan(r, string(storage.Public), "s1", "douyin") {
			if err != nil {
				return err
			}
			chunks++
			packed, err := json.Marshal(chunk.Series)
			if err != nil || len(packed) > 2<<10+200 {
				t.Errorf("chunk %d has %d bytes, %v", chunk.N, len(packed), err)
			}
		}
		if chunks < 3 {
			t.Errorf("%d chunks", chunks)
		}
		for scope, want := range map[storage.Scope]int{storage.Public: n, "g1": n + 1, "g2": n} {
			readings, err := storage.Scoped{Reader: r, Scope: scope}.ReadingsOf("s1")
			if err != nil {
				return err
			}
			for i, reading := range readings {
				if reading.Value != int64(i) {
					t.Fatalf("in %s reading %d is %d", scope, i, reading.Value)
				}
			}
			if len(readings) != want {
				t.Errorf("in %s %d readings, want %d", scope, len(readings), want)
			}
		}
		return nil
	})
}

func TestReadingOfAnUnknownMetricIsRefused(t *testing.T) {
	store := recordStore(t)
	for _, metric := range []storage.Metric{"", "viewers", ".viewers", "douyin.", "douyin.smiles"} {
		err := store.Update(t.Context(), func(tx storage.Tx) error {
			return storage.AddReading(tx, storage.Public, "s1", storage.Reading{Metric: metric})
		})
		if err == nil {
			t.Errorf("%q was taken", metric)
		}
	}
}
