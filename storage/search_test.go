package storage_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/storagetest"
)

// startsOn is a start on a day of May 2024.
func startsOn(day int) bot.When {
	return bot.When{At: time.Date(2024, time.May, day, 12, 0, 0, 0, time.UTC), Precision: bot.ToMinute, Zone: "UTC"}
}

// library is a store with people and streams to look for.
func library(t *testing.T) storage.Store {
	t.Helper()
	store := storagetest.Open(t, storage.Tables()...)
	write(t, store, func(tx storage.Tx) error {
		for _, e := range []storage.Executive{
			{Scope: storage.Public, ID: "lei-jun", Names: storage.Names{"en": "Lei Jun", "zh": "雷军"}, Aliases: []string{"Léi Jūn"}, Offices: []storage.Office{{Automaker: "xiaomi"}}},
			{Scope: storage.Public, ID: "li-heping", Names: storage.Names{"en": "Li Heping", "zh": "李和平"}},
		} {
			if err := storage.Executives.Put(tx, e); err != nil {
				return err
			}
		}
		return storage.Automakers.Put(tx, storage.Automaker{Scope: storage.Public, ID: "xiaomi", Names: storage.Names{"en": "Xiaomi", "zh": "小米"}})
	})
	for _, s := range []storage.Stream{
		{ID: "s1", Titles: storage.Names{"en": "To the sea"}, People: []string{"lei-jun"}, Start: startsOn(1), Vehicle: "SU7 Pro", Route: &storage.Route{From: "Beijing", To: "杭州"}},
		{ID: "s2", Titles: storage.Names{"en": "Hangzhou by night"}, Automaker: "xiaomi", Start: startsOn(2), Location: "Hangzhou", Topics: []string{"L'autonomie"}},
		{ID: "s3", Titles: storage.Names{"zh": "上海到杭州，智驾"}, People: []string{"li-heping"}, Start: startsOn(3), Format: "range-test", Note: "Xiaomi's SU8 came by."},
		{ID: "s4", Titles: storage.Names{"en": "Leith"}, Others: []string{"Ann Su"}, Guests: []string{"lei-jun"}, Start: startsOn(4)},
	} {
		s.Scope, s.State = storage.Public, storage.Ended
		write(t, store, func(tx storage.Tx) error { return storage.ImportStream(tx, s) })
	}
	return store
}

// search returns the ids of what is found; those without all of the words come behind a bar.
func search(t *testing.T, store storage.Store, scope storage.Scope, words string) string {
	t.Helper()
	var ids []string
	read(t, store, func(r storage.Reader) error {
		found, err := storage.Scoped{Reader: r, Scope: scope}.Search(words, 0, 10)
		ids = nil
		for _, f := range found.Streams {
			if !f.All && !slices.Contains(ids, "|") {
				ids = append(ids, "|")
			}
			ids = append(ids, f.Stream.ID)
		}
		return err
	})
	return strings.Join(ids, " ")
}

func TestSearch(t *testing.T) {
	store := library(t)
	for words, want := range map[string]string{
		"hangzhou":             "s3 s2 s1", // in titles before elsewhere, later ones first
		"杭州":                   "s3 s2 s1",
		"HÁNGZHŌU":             "s3 s2 s1",
		"hangz":                "s3 s2 s1",
		"h":                    "",
		"hangz night":          "| s2", // only the last word may be a beginning
		"night hangz":          "s2 | s3 s1",
		"上海到杭州":                "s3 | s2 s1",
		"noa":                  "s3",
		"driver assistance":    "s3",
		"test d'autonomie":     "s3 s2",
		"test de l’autonomie":  "| s3 s2",
		"续航":                   "s3 s2",
		"su7":                  "s1",
		"SU7 Pro":              "s1",
		"su":                   "s4 s3 s1", // a whole name, then beginnings
		"su8":                  "s3",
		"lei jun":              "s4 s1",
		"雷军":                   "s4 s1",
		"LEIJUN":               "s4 s1",
		"lei jun hangzhou":     "s1 | s4 s3 s2",
		"雷军杭州":                 "s1 | s3 s2 s4",
		"李和平":                  "s3",
		"ann su":               "s4 | s3 s1",
		"xiaomi":               "s2 s1 s3", // by name, then in a note
		"beijing":              "s1",
		"pékin":                "s1",
		"nobody at all":        "",
		"of the":               "",
		"":                     "",
		"= =range-test person": "| s3 s2",
	} {
		if got := search(t, store, storage.Public, words); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}

// A name that changes is found at once, in every stream, and none is written for it.
func TestSearchFindsPeopleByTheNamesThatTheyHaveNow(t *testing.T) {
	store := library(t)
	write(t, store, func(tx storage.Tx) error {
		return storage.Executives.Put(tx, storage.Executive{Scope: storage.Public, ID: "lei-jun", Names: storage.Names{"en": "Thunder"}})
	})
	for words, want := range map[string]string{"thunder": "s4 s1", "雷军": ""} {
		if got := search(t, store, storage.Public, words); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}

func TestSearchStandsACopyInThePlaceOfThePublicStream(t *testing.T) {
	store := library(t)
	copied := storage.Stream{ID: "s2", Of: "s2", Scope: "g1", State: storage.Ended, Titles: storage.Names{"en": "By day"}, Start: startsOn(2)}
	own := storage.Stream{ID: "s1000", Scope: "g1", State: storage.Ended, Titles: storage.Names{"en": "Only here, in Hangzhou"}, Start: startsOn(5)}
	renamed := storage.Executive{Scope: "g1", ID: "li-heping", Names: storage.Names{"en": "Peace"}}
	withdrawn := storage.Stream{ID: "s1", Of: "s1", Scope: "g1", State: storage.Ended, Withdrawn: true, People: []string{"lei-jun"}, Start: startsOn(1)}
	write(t, store, func(tx storage.Tx) error {
		for _, s := range []storage.Stream{copied, own, withdrawn} {
			if err := storage.ImportStream(tx, s); err != nil {
				return err
			}
		}
		return storage.Executives.Put(tx, renamed)
	})
	for _, test := range []struct {
		scope       storage.Scope
		words, want string
	}{
		{"g1", "hangzhou", "s1000 s3"},
		{"g1", "day", "s2"},
		{"g1", "lei jun", "s4"},
		{"g1", "peace", "s3"},
		{"g1", "heping", ""},
		{"g2", "hangzhou", "s3 s2 s1"},
		{storage.Public, "day", ""},
	} {
		if got := search(t, store, test.scope, test.words); got != test.want {
			t.Errorf("%s: %q: got %q, want %q", test.scope, test.words, got, test.want)
		}
	}
}

func TestSearchTurnsPages(t *testing.T) {
	store := library(t)
	read(t, store, func(r storage.Reader) error {
		var got []string
		for skip := 0; ; skip += 2 {
			found, err := storage.Scoped{Reader: r, Scope: storage.Public}.Search("hangzhou", skip, 2)
			if err != nil {
				return err
			}
			for _, f := range found.Streams {
				got = append(got, f.Stream.ID)
			}
			got = append(got, strconv.FormatBool(found.More))
			if !found.More {
				break
			}
		}
		if diff := cmp.Diff([]string{"s3", "s2", "true", "s1", "false"}, got); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
		return nil
	})
}

// However much a stream says and however many are in it, changing all of that fits one Update of an engine that takes 120
// writes, with some left for what others write.
func TestStreamOfVeryManyWordsCanBeChangedAtOnce(t *testing.T) {
	const people, spare = 6, 15 // an audit entry with its rows and id, and a chat and community that are new
	store := recordStore(t)
	wordy := func(word string, from, day int) storage.Stream {
		s := storage.Stream{Scope: storage.Public, State: storage.Announced, Start: startsOn(day), Titles: storage.Names{}}
		for i := range people {
			s.People = append(s.People, fmt.Sprintf("p%d", from+i))
			s.Guests = append(s.Guests, fmt.Sprintf("g%d", from+i))
		}
		for i := range 100 {
			s.Topics = append(s.Topics, fmt.Sprintf("%s%d", word, i))
		}
		s.Titles["en"], s.Note = strings.Join(s.Topics, " "), strings.Repeat(word+"杭州西湖边上", 40)
		return s
	}
	write(t, store, func(tx storage.Tx) error {
		for i := range 2 * people {
			person := storage.Executive{Scope: storage.Public, ID: fmt.Sprintf("p%d", i), Offices: []storage.Office{{Automaker: fmt.Sprintf("a%d", i)}}}
			if err := storage.Executives.Put(tx, person); err != nil {
				return err
			}
		}
		return nil
	})
	var saved storage.Stream
	write(t, store, func(tx storage.Tx) (err error) {
		saved, err = storage.AddStream(tx, noon, wordy("one", 0, 24))
		return err
	})
	changed := wordy("two", people, 25)
	changed.ID = saved.ID
	write(t, store, func(tx storage.Tx) error {
		_, err := storage.SaveStream(tx, noon, changed)
		if err == nil && tx.Room() < spare {
			t.Errorf("%d writes are left, want %d", tx.Room(), spare)
		}
		return err
	})
	if got, want := search(t, store, storage.Public, "two1"), saved.ID; got != want {
		t.Errorf("two1: got %q, want %q", got, want)
	}
}

// BenchmarkSearch looks in 100,000 streams for words that are in all of them, in few, in one, and for the beginning of very many.
func BenchmarkSearch(b *testing.B) {
	const streams = 100_000
	store, err := bolt.Open(b.Context(), filepath.Join(b.TempDir(), "search.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	fillLibrary(b, store, streams)
	for _, words := range []string{
		"livestream", "livestream car7", "car7 livestream topic9 hangzhou", "livestream lei jun", "topic", "lei jun hangzhou",
		"livestream car only77777", "nothing", "直播试驾杭州", "a livestream of the car with lei jun in hangzhou and more topic",
	} {
		b.Run(words, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				err := store.View(b.Context(), func(r storage.Reader) error {
					_, err := storage.Scoped{Reader: r, Scope: "g1"}.Search(words, 0, 10)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

func fillLibrary(b *testing.B, store storage.Store, streams int) {
	b.Helper()
	const people, atOnce = 1000, 100
	for from := 0; from < streams; from += atOnce {
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			for i := from; i < from+atOnce; i++ {
				id, err := storage.NextID(tx, "s")
				if err != nil {
					return err
				}
				if i < people {
					name := storage.Names{"en": fmt.Sprintf("Lei%d Jun%d", i, i), "zh": "雷军"}
					if i == 0 {
						name["en"] = "Lei Jun"
					}
					if err := storage.Executives.Put(tx, storage.Executive{Scope: storage.Public, ID: fmt.Sprintf("p%d", i), Names: name}); err != nil {
						return err
					}
				}
				err = storage.ImportStream(tx, storage.Stream{
					ID: id, Scope: storage.Public, State: storage.Ended, People: []string{fmt.Sprintf("p%d", i%10)},
					Titles: storage.Names{"en": fmt.Sprintf("A livestream of car%d, only%d", i%100, i), "zh": "直播试驾"},
					Topics: []string{fmt.Sprintf("topic%d", i%3000)}, Location: []string{"Hangzhou", "Beijing", "Paris"}[i%3],
					Start: bot.When{At: startsOn(1).At.Add(time.Duration(i) * time.Hour), Precision: bot.ToMinute, Zone: "UTC"},
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
