package storage_test

import (
	"encoding/json"
	"strings"
	"testing"

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

func TestFigureIsARangeWhereSourcesDiffer(t *testing.T) {
	figures := storage.Figures([]storage.Reading{
		{Metric: "press.viewers", Value: 12, Qualifier: storage.Over}, {Metric: "press.viewers", Value: 10}, {Metric: "press.viewers", Value: 11},
	})
	want := []storage.Figure{{
		Metric: "press.viewers", Low: storage.Reading{Metric: "press.viewers", Value: 10},
		High: storage.Reading{Metric: "press.viewers", Value: 12, Qualifier: storage.Over},
	}}
	if diff := cmp.Diff(want, figures); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestReadingsAreChunkedAndKeepTheirOrder(t *testing.T) {
	store := recordStore(t)
	const n = 120
	for i := range n {
		write(t, store, func(tx storage.Tx) error {
			return storage.AddReading(tx, storage.Public, "s1", storage.Reading{Metric: "douyin.entered", Value: int64(i), Note: strings.Repeat("n", 40)})
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
			packed, err := json.Marshal(chunk.Readings)
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
