package storage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// talk stands for any record: it has a compound key, an index with one row, one with many and one with a covering value.
type talk struct {
	Scope  string    `json:"scope"`
	ID     string    `json:"id"`
	Start  time.Time `json:"start,omitzero"`
	People []string  `json:"people,omitempty"`
	Title  string    `json:"title,omitempty"`
}

func talkTable(version int) *storage.Table[talk] {
	return storage.NewTable("talk", version, func(v *talk) []string { return []string{v.Scope, v.ID} },
		storage.Index[talk]{Name: "start", Rows: func(v *talk) []storage.Row {
			if v.Start.IsZero() {
				return nil
			}
			return []storage.Row{{Key: []string{v.Scope, storage.TimeKey(v.Start)}, Cover: len(v.People)}}
		}},
		storage.Index[talk]{Name: "person", Rows: func(v *talk) []storage.Row {
			var rows []storage.Row
			for _, person := range v.People {
				rows = append(rows, storage.Row{Key: []string{person}})
			}
			return rows
		}},
	)
}

func hour(n int) time.Time { return time.Date(2024, 5, 20, n, 0, 0, 0, time.UTC) }

func someTalks() []talk {
	return []talk{
		{Scope: "g1", ID: "s2", Start: hour(1), People: []string{"lei-jun"}},
		{Scope: "public", ID: "s1", Start: hour(3), People: []string{"lei-jun", "lu-weibing"}},
		{Scope: "public", ID: "s2", Start: hour(2), People: []string{"a/b"}},
		{Scope: "public", ID: "s3", People: []string{"lei"}},
		{Scope: "public", ID: "s4", Start: hour(2)},
	}
}

func putTalks(t *testing.T, store storage.Store, talks ...talk) {
	t.Helper()
	write(t, store, func(tx storage.Tx) error {
		for _, v := range talks {
			if err := talkTable(1).Put(tx, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// names reads scope and id of what an iterator yields.
func names(t *testing.T, talks func(func(talk, error) bool)) []string {
	t.Helper()
	var got []string
	for v, err := range talks {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, v.Scope+" "+v.ID)
	}
	return got
}

func TestTableRoundTrip(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t, table)
	putTalks(t, store, someTalks()...)
	read(t, store, func(r storage.Reader) error {
		for _, want := range someTalks() {
			got, err := table.Get(r, want.Scope, want.ID)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("Get(%s, %s): %v (-want +got):\n%s", want.Scope, want.ID, err, diff)
			}
			if has, err := table.Has(r, want.Scope, want.ID); !has || err != nil {
				t.Errorf("Has(%s, %s) = %t, %v", want.Scope, want.ID, has, err)
			}
		}
		_, err := table.Get(r, "public", "s9")
		if !errors.Is(err, storage.ErrNotFound) || err.Error() != "talk public/s9: not found" {
			t.Errorf("an absent record: %v", err)
		}
		if has, err := table.Has(r, "public", "s9"); has || err != nil {
			t.Errorf("Has(public, s9) = %t, %v", has, err)
		}
		return nil
	})
}

func TestTableWalks(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t, table)
	putTalks(t, store, someTalks()...)
	in := func(rng storage.Range) func(storage.Reader) func(func(talk, error) bool) {
		return func(r storage.Reader) func(func(talk, error) bool) { return table.ByRange(r, "start", rng) }
	}
	public := []string{"public"}
	tests := []struct {
		name string
		walk func(storage.Reader) func(func(talk, error) bool)
		want []string
	}{
		{"all", func(r storage.Reader) func(func(talk, error) bool) { return table.Scan(r) }, []string{"g1 s2", "public s1", "public s2", "public s3", "public s4"}},
		{"of a scope", func(r storage.Reader) func(func(talk, error) bool) { return table.Scan(r, "g1") }, []string{"g1 s2"}},
		{"of an unknown scope", func(r storage.Reader) func(func(talk, error) bool) { return table.Scan(r, "g") }, nil},
		{"from behind a key", func(r storage.Reader) func(func(talk, error) bool) {
			return table.ScanFrom(r, []string{"public", "s2"}, "public")
		}, []string{"public s3", "public s4"}},
		{"from behind an absent key", func(r storage.Reader) func(func(talk, error) bool) {
			return table.ScanFrom(r, []string{"public", "s11"}, "public")
		}, []string{"public s2", "public s3", "public s4"}},
		{"from before the prefix", func(r storage.Reader) func(func(talk, error) bool) {
			return table.ScanFrom(r, []string{"g1", "s2"}, "public")
		}, []string{"public s1", "public s2", "public s3", "public s4"}},
		{"from behind the prefix", func(r storage.Reader) func(func(talk, error) bool) {
			return table.ScanFrom(r, []string{"public", "s2"}, "g1")
		}, nil},
		{"by start", func(r storage.Reader) func(func(talk, error) bool) { return table.By(r, "start", "public") }, []string{"public s2", "public s4", "public s1"}},
		{"by person", func(r storage.Reader) func(func(talk, error) bool) { return table.By(r, "person", "lei-jun") }, []string{"g1 s2", "public s1"}},
		{"by a shorter name", func(r storage.Reader) func(func(talk, error) bool) { return table.By(r, "person", "lei") }, []string{"public s3"}},
		{"by a person with a slash", func(r storage.Reader) func(func(talk, error) bool) { return table.By(r, "person", "a/b") }, []string{"public s2"}},
		{"by a part of a name", func(r storage.Reader) func(func(talk, error) bool) { return table.By(r, "person", "a") }, nil},
		{"from a time on", in(storage.Range{Prefix: public, From: storage.TimeKey(hour(3))}), []string{"public s1"}},
		{"before a time", in(storage.Range{Prefix: public, To: storage.TimeKey(hour(3))}), []string{"public s2", "public s4"}},
		{"between times", in(storage.Range{Prefix: public, From: storage.TimeKey(hour(1)), To: storage.TimeKey(hour(2))}), nil},
	}
	for _, test := range tests {
		read(t, store, func(r storage.Reader) error {
			if diff := cmp.Diff(test.want, names(t, test.walk(r))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
			return nil
		})
	}
}

func TestTableRows(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t, table)
	putTalks(t, store, someTalks()...)
	want := []storage.IndexRow{
		{Key: []string{"public", storage.TimeKey(hour(2))}, Primary: []string{"public", "s2"}, Cover: []byte("1")},
		{Key: []string{"public", storage.TimeKey(hour(2))}, Primary: []string{"public", "s4"}, Cover: []byte("0")},
		{Key: []string{"public", storage.TimeKey(hour(3))}, Primary: []string{"public", "s1"}, Cover: []byte("2")},
	}
	// One row at a time, as a walk does that goes on in the next Update.
	var got []storage.IndexRow
	for cursor := ""; ; {
		found := false
		read(t, store, func(r storage.Reader) error {
			for row, err := range table.Rows(r, "start", storage.Range{Prefix: []string{"public"}, After: cursor}) {
				if err != nil {
					return err
				}
				found, cursor, row.Cursor = true, row.Cursor, ""
				got = append(got, row)
				break
			}
			return nil
		})
		if !found {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Rows (-want +got):\n%s", diff)
	}
	read(t, store, func(r storage.Reader) error {
		for _, err := range table.By(r, "color") {
			if err == nil || !strings.Contains(err.Error(), `table talk has no index "color"`) {
				t.Errorf("an unknown index: %v", err)
			}
		}
		return nil
	})
}

func TestTablePutWritesWhatChanged(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t, table)
	base := talk{Scope: "public", ID: "s1", Start: hour(1), People: []string{"a", "b"}}
	putTalks(t, store, base)
	tests := []struct {
		name   string
		change func(*talk)
		cost   int
	}{
		{"nothing", func(*talk) {}, 0},
		{"what no index looks at", func(v *talk) { v.Title = "Q1" }, 1},
		{"a row's key", func(v *talk) { v.Start = hour(2) }, 3},
		{"a row more, and the other's cover", func(v *talk) { v.People = append(v.People, "c") }, 3},
		{"a row less, and the other's cover", func(v *talk) { v.People = []string{"a"} }, 3},
		{"no start any more", func(v *talk) { v.Start = time.Time{} }, 2},
	}
	for _, test := range tests {
		read(t, store, func(r storage.Reader) error {
			v := base
			test.change(&v)
			overlay := storage.NewOverlay(r, 100)
			err := table.Put(overlay, v)
			if got := 100 - overlay.Room(); got != test.cost || err != nil {
				t.Errorf("%s: %d writes, %v; want %d", test.name, got, err, test.cost)
			}
			return table.Check(overlay)
		})
	}
}

func TestTableDelete(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t, table)
	putTalks(t, store, someTalks()...)
	for range 2 { // absent the second time
		write(t, store, func(tx storage.Tx) error { return table.Delete(tx, "public", "s1") })
	}
	read(t, store, func(r storage.Reader) error {
		if has, err := table.Has(r, "public", "s1"); has || err != nil {
			t.Errorf("Has = %t, %v", has, err)
		}
		if diff := cmp.Diff([]string{"g1 s2"}, names(t, table.By(r, "person", "lei-jun"))); diff != "" {
			t.Errorf("By person (-want +got):\n%s", diff)
		}
		return nil
	})
}

func TestTableWalkMayChangeWhatItWalks(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t, table)
	putTalks(t, store, someTalks()...)
	var seen []string
	write(t, store, func(tx storage.Tx) error {
		seen = nil
		// s1 has two rows; it is gone when its second one comes.
		for v, err := range table.By(tx, "person") {
			if err != nil {
				return err
			}
			seen = append(seen, v.ID)
			if err := table.Delete(tx, v.Scope, v.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if diff := cmp.Diff([]string{"s2", "s2", "s1", "s3"}, seen); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
	read(t, store, func(r storage.Reader) error {
		if diff := cmp.Diff([]string{"public s4"}, names(t, table.Scan(r))); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
		return nil
	})
}

func TestTableRefusesWhatItCannotKeep(t *testing.T) {
	clash := storage.NewTable("clash", 1, func(v *talk) []string { return []string{v.ID} },
		storage.Index[talk]{Name: "all", Rows: func(*talk) []storage.Row { return []storage.Row{{Cover: 1}, {Cover: 2}} }})
	unencodable := storage.NewTable("bad", 1, func(*func()) []string { return []string{"1"} })
	uncoverable := storage.NewTable("bad", 1, func(v *talk) []string { return []string{v.ID} },
		storage.Index[talk]{Name: "all", Rows: func(*talk) []storage.Row { return []storage.Row{{Cover: func() {}}} }})
	fn := func() {}
	tests := map[string]func(storage.Tx) error{
		"an empty part of the key":      func(tx storage.Tx) error { return talkTable(1).Put(tx, talk{Scope: "public"}) },
		"two rows that say two things":  func(tx storage.Tx) error { return clash.Put(tx, talk{ID: "s1"}) },
		"what JSON cannot say":          func(tx storage.Tx) error { return unencodable.Put(tx, fn) },
		"a cover that JSON cannot say":  func(tx storage.Tx) error { return uncoverable.Put(tx, talk{ID: "s1"}) },
		"a record that is not readable": func(tx storage.Tx) error { return damagedThenPut(tx) },
	}
	for name, put := range tests {
		store := storagetest.Open(t)
		if err := store.Update(t.Context(), put); err == nil {
			t.Errorf("%s was put", name)
		}
	}
}

func damagedThenPut(tx storage.Tx) error {
	if err := tx.Put("talk/public/s1", []byte("what?")); err != nil {
		return fmt.Errorf("not what is tested: %w", err)
	}
	return talkTable(1).Put(tx, talk{Scope: "public", ID: "s1"})
}

func TestTableOfANewerVersionIsReadButNotWritten(t *testing.T) {
	table := talkTable(1)
	store := storagetest.Open(t)
	want := talk{Scope: "public", ID: "s1", Title: "new"}
	write(t, store, func(tx storage.Tx) error { return talkTable(2).Put(tx, want) })
	read(t, store, func(r storage.Reader) error {
		got, err := table.Get(r, "public", "s1")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Get (-want +got):\n%s", diff)
		}
		return errors.Join(err, table.Check(r))
	})
	writes := map[string]func(storage.Tx) error{
		"Put":           func(tx storage.Tx) error { return table.Put(tx, talk{Scope: "public", ID: "s1", Title: "old"}) },
		"Put unchanged": func(tx storage.Tx) error { return table.Put(tx, want) },
		"Delete":        func(tx storage.Tx) error { return table.Delete(tx, "public", "s1") },
	}
	for name, fn := range writes {
		err := store.Update(t.Context(), fn)
		if !errors.Is(err, storage.ErrNewer) || !strings.Contains(err.Error(), "it is of version 2, this program knows 1") {
			t.Errorf("%s: %v, want %v", name, err, storage.ErrNewer)
		}
	}
}

func TestTableUpgrades(t *testing.T) {
	store := storagetest.Open(t)
	write(t, store, func(tx storage.Tx) error {
		return errors.Join(
			tx.Put("talk/public/s1", []byte(`1 {"scope":"public","id":"s1","name":"one"}`)),
			tx.Put("talk/public/s2", []byte(`2 {"scope":"public","id":"s2","heading":"two"}`)),
			tx.Put("talk/public/s4", []byte(`4 {"scope":"public","id":"s4","title":"four"}`)),
		)
	})
	rename := func(from, to string) func(json.RawMessage) (json.RawMessage, error) {
		return func(raw json.RawMessage) (json.RawMessage, error) {
			return bytes.Replace(raw, []byte(from), []byte(to), 1), nil
		}
	}
	table := talkTable(4).Upgrade(1, rename(`"name"`, `"heading"`)).Upgrade(2, rename(`"heading"`, `"title"`))
	var titles []string
	write(t, store, func(tx storage.Tx) error {
		titles = nil
		for v, err := range table.Scan(tx, "public") {
			if err != nil {
				return err
			}
			titles = append(titles, v.Title)
			if err := table.Put(tx, v); err != nil {
				return err
			}
		}
		return nil
	})
	if diff := cmp.Diff([]string{"one", "two", "four"}, titles); diff != "" {
		t.Errorf("titles (-want +got):\n%s", diff)
	}
	read(t, store, func(r storage.Reader) error {
		raw, err := r.Get("talk/public/s1")
		if want := `4 {"scope":"public","id":"s1","title":"one"}`; string(raw) != want {
			t.Errorf("stored %s, want %s", raw, want)
		}
		return err
	})
	failing := talkTable(2).Upgrade(1, func(json.RawMessage) (json.RawMessage, error) { return nil, errBroken })
	err := store.Update(t.Context(), func(tx storage.Tx) error {
		if err := tx.Put("talk/public/s9", []byte(`1 {}`)); err != nil {
			return err
		}
		_, err := failing.Get(tx, "public", "s9")
		return err
	})
	if !errors.Is(err, errBroken) {
		t.Errorf("an upgrade that fails: %v", err)
	}
}

func TestNewTablePanicsOnUnusableNames(t *testing.T) {
	key := func(v *talk) []string { return []string{v.ID} }
	tests := map[string]func(){
		"no name":     func() { storage.NewTable("", 1, key) },
		"slash":       func() { storage.NewTable("a/b", 1, key) },
		"dot":         func() { storage.NewTable("a.b", 1, key) },
		"version":     func() { storage.NewTable("a", 0, key) },
		"index name":  func() { storage.NewTable("a", 1, key, storage.Index[talk]{Name: "x/y"}) },
		"index twice": func() { storage.NewTable("a", 1, key, storage.Index[talk]{Name: "x"}, storage.Index[talk]{Name: "x"}) },
	}
	for name, fn := range tests {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			fn()
		}()
	}
}

func TestTableInsertNeverWritesOverARecord(t *testing.T) {
	for name, table := range map[string]*storage.Table[talk]{"read back": talkTable(1), "plain": talkTable(1).Plain()} {
		t.Run(name, func(t *testing.T) {
			store := storagetest.Open(t, table)
			first := talk{Scope: "public", ID: "s1", Start: hour(1), People: []string{"a", "b"}}
			for i, v := range []talk{first, {Scope: "public", ID: "s1", Start: hour(2), Title: "another"}} {
				write(t, store, func(tx storage.Tx) error {
					before := tx.Room()
					inserted, err := table.Insert(tx, v)
					if inserted != (i == 0) || inserted == (tx.Room() == before) {
						t.Errorf("insert %d: %t, with %d writes", i+1, inserted, before-tx.Room())
					}
					return err
				})
			}
			read(t, store, func(r storage.Reader) error {
				got, err := table.Get(r, "public", "s1")
				if diff := cmp.Diff(first, got); diff != "" {
					t.Errorf("the record (-want +got):\n%s", diff)
				}
				return err
			})
			write(t, store, func(tx storage.Tx) error {
				if _, err := table.Insert(tx, talk{Scope: "public"}); err == nil || !strings.Contains(err.Error(), "empty part") {
					t.Errorf("an empty part of the key: %v", err)
				}
				return table.Delete(tx, "public", "s1")
			})
		})
	}
}
