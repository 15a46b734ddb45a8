package storage_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// noon is when the tests of records take place.
var noon = time.Date(2024, time.May, 20, 12, 0, 0, 0, time.UTC)

func recordStore(t *testing.T) storage.Store {
	t.Helper()
	return storagetest.Open(t, storage.Tables()...)
}

func write(t *testing.T, store storage.Store, fn func(tx storage.Tx) error) {
	t.Helper()
	if err := store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, store storage.Store, fn func(r storage.Reader) error) {
	t.Helper()
	if err := store.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// ids are the ids of a sequence of streams, with "'" behind those that are a community's.
func ids(t *testing.T, streams iter.Seq2[storage.Stream, error]) []string {
	t.Helper()
	var list []string
	for s, err := range streams {
		if err != nil {
			t.Fatal(err)
		}
		if s.Scope != storage.Public {
			s.ID += "'"
		}
		list = append(list, s.ID)
	}
	return list
}

func startingIn(hours int) bot.When {
	return bot.NewWhen(noon.Add(time.Duration(hours)*time.Hour), time.UTC, bot.ToMinute)
}

func TestScopedMergesPublicAndOwn(t *testing.T) {
	store := recordStore(t)
	for _, s := range []storage.Stream{
		{ID: "s1", Scope: storage.Public, Start: startingIn(1)},
		{ID: "s2", Scope: storage.Public, Start: startingIn(2)},
		{ID: "s3", Scope: storage.Public, Start: startingIn(3)},
		{ID: "s4", Scope: storage.Public, Start: startingIn(4), Withdrawn: true},
		{ID: "s1", Scope: "g1", Of: "s1", Start: startingIn(5)},
		{ID: "s3", Scope: "g1", Of: "s3", Start: startingIn(3), Withdrawn: true},
		{ID: "s1000", Scope: "g1", Start: startingIn(2)},
		{ID: "s1001", Scope: "g1", Start: startingIn(6)},
		{ID: "s1002", Scope: "g2", Start: startingIn(2)},
	} {
		s.State, s.People = storage.Announced, []string{"lei-jun"}
		write(t, store, func(tx storage.Tx) error { return storage.ImportStream(tx, s) })
	}
	for _, test := range []struct {
		scope         storage.Scope
		from, until   int
		coming, since []string
	}{
		{storage.Public, 0, 9, []string{"s1", "s2", "s3"}, []string{"s3", "s2", "s1"}},
		{"g1", 0, 9, []string{"s1000'", "s2", "s1'", "s1001'"}, []string{"s1001'", "s1'", "s1000'", "s2"}},
		{"g2", 0, 9, []string{"s1", "s1002'", "s2", "s3"}, []string{"s3", "s1002'", "s2", "s1"}},
		// Both ends belong to what is asked for.
		{"g1", 5, 5, []string{"s1'", "s1001'"}, []string{"s1'", "s1000'", "s2"}},
		{storage.Public, 4, 0, nil, nil},
	} {
		t.Run(fmt.Sprintf("%s from %d until %d", test.scope, test.from, test.until), func(t *testing.T) {
			read(t, store, func(r storage.Reader) error {
				scoped := storage.Scoped{Reader: r, Scope: test.scope}
				for _, subject := range []storage.Subject{storage.Everything, storage.Person("lei-jun")} {
					coming := ids(t, scoped.Coming(subject, noon.Add(time.Duration(test.from)*time.Hour)))
					if diff := cmp.Diff(test.coming, coming); diff != "" {
						t.Errorf("coming of %s (-want +got):\n%s", subject, diff)
					}
					past := ids(t, scoped.Past(subject, noon.Add(time.Duration(test.until)*time.Hour)))
					if diff := cmp.Diff(test.since, past); diff != "" {
						t.Errorf("past of %s (-want +got):\n%s", subject, diff)
					}
				}
				if nobody := ids(t, scoped.Coming(storage.Person("nobody"), noon)); len(nobody) > 0 {
					t.Errorf("coming of nobody: %v", nobody)
				}
				return nil
			})
		})
	}
}

func TestScopedStopsWhereTheLoopDoes(t *testing.T) {
	store := recordStore(t)
	for i := range 3 {
		write(t, store, func(tx storage.Tx) error {
			return storage.ImportStream(tx, storage.Stream{ID: fmt.Sprintf("s%d", i+1), Scope: storage.Public, Start: startingIn(i)})
		})
	}
	read(t, store, func(r storage.Reader) error {
		for s, err := range (storage.Scoped{Reader: r, Scope: "g1"}).Coming(storage.Everything, noon) {
			if err != nil || s.ID != "s1" {
				t.Errorf("first comes %s, %v", s.ID, err)
			}
			break
		}
		return nil
	})
}

func TestOnAirIsWhatTheCommunitySees(t *testing.T) {
	store := recordStore(t)
	for _, s := range []storage.Stream{
		{ID: "s1", Scope: storage.Public, Start: startingIn(2), State: storage.Live},
		{ID: "s2", Scope: storage.Public, Start: startingIn(1), State: storage.Due},
		{ID: "s3", Scope: storage.Public, Start: startingIn(0), State: storage.Ended},
		{ID: "s4", Scope: storage.Public, Start: startingIn(0), State: storage.Live, Withdrawn: true},
		{ID: "s1", Scope: "g1", Of: "s1", Start: startingIn(2), State: storage.Ended},
		{ID: "s1000", Scope: "g1", Start: startingIn(3), State: storage.Live},
	} {
		write(t, store, func(tx storage.Tx) error { return storage.ImportStream(tx, s) })
	}
	for scope, want := range map[storage.Scope][]string{
		storage.Public: {"s2", "s1"}, "g1": {"s2", "s1000'"}, "g2": {"s2", "s1"},
	} {
		read(t, store, func(r storage.Reader) error {
			streams, err := storage.Scoped{Reader: r, Scope: scope}.OnAir()
			got := ids(t, func(yield func(storage.Stream, error) bool) {
				for _, s := range streams {
					if !yield(s, nil) {
						return
					}
				}
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("on air in %s (-want +got):\n%s", scope, diff)
			}
			return err
		})
	}
}
