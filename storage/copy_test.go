package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"boardcast/storage"
)

// A community's copy of a public stream is dropped with all that was to come of it; the cards are asked to be drawn anew.
func TestDropCopy(t *testing.T) {
	store := recordStore(t)
	var public storage.Stream
	write(t, store, func(tx storage.Tx) (err error) {
		public, err = storage.AddStream(tx, noon, storage.Stream{Scope: storage.Public, State: storage.Announced, Start: startingIn(9)})
		return err
	})
	for hours := 10; hours < 13; hours++ {
		write(t, store, func(tx storage.Tx) error {
			seen, err := storage.Scoped{Reader: tx, Scope: "g1"}.Stream(public.ID)
			if err != nil {
				return err
			}
			seen.Start = startingIn(hours)
			_, err = storage.SaveStream(tx, noon, seen.CopyFor("g1"))
			return err
		})
	}
	later := noon.Add(time.Minute)
	write(t, store, func(tx storage.Tx) error {
		own, err := storage.Streams.Get(tx, "g1", public.ID)
		return errors.Join(err, storage.DropCopy(tx, later, own))
	})
	read(t, store, func(r storage.Reader) error {
		for m, err := range storage.Moments.Scan(r) {
			if err != nil {
				return err
			}
			if m.Scope != storage.Public {
				t.Errorf("a moment of the copy is left: %+v", m)
			}
		}
		if seen, err := (storage.Scoped{Reader: r, Scope: "g1"}).Stream(public.ID); err != nil || seen.Start != public.Start {
			t.Errorf("what is seen again starts at %s, %v", seen.Start.At, err)
		}
		refresh, err := storage.Refreshes.Get(r, public.ID, "g1")
		if !refresh.At.Equal(later) {
			t.Errorf("cards are drawn at %s", refresh.At)
		}
		return err
	})
	err := store.Update(t.Context(), func(tx storage.Tx) error { return storage.DropCopy(tx, noon, public) })
	if err == nil {
		t.Error("the public one is dropped")
	}
}

// rename changes what the person li-bin is called in a scope.
func rename(scope storage.Scope, name string) func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
	return func(tx storage.Tx, _ storage.Chat, e *storage.Entry) error {
		before, err := storage.Scoped{Reader: tx, Scope: scope}.Executive("li-bin")
		if err != nil {
			return err
		}
		after := before
		after.Scope, after.Names = scope, storage.Names{"en": name}
		e.Changes = []storage.Change{{Executive: &storage.Changed[storage.Executive]{Before: &before, After: &after}}}
		return storage.SaveExecutive(tx, noon, after)
	}
}

// What a community's moderators have changed of a public person is undone step by step, and the copy goes with the first one.
func TestUndoOfACopyOfAPerson(t *testing.T) {
	d := &diary{t: t, store: roster(t)}
	d.do("m1", rename("g1", "Mr Li"))
	d.do("m2", rename("g1", "Bin"))
	for i, want := range []string{"Mr Li", "William Li"} {
		if _, err := d.undo("undo " + want); err != nil {
			t.Fatal(err)
		}
		read(t, d.store, func(r storage.Reader) error {
			e, err := storage.Scoped{Reader: r, Scope: "g1"}.Executive("li-bin")
			if e.Names["en"] != want {
				t.Errorf("after undo %d he is called %v", i, e.Names)
			}
			return err
		})
	}
	read(t, d.store, func(r storage.Reader) error {
		if _, err := storage.Executives.Get(r, "g1", "li-bin"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the copy stands: %v", err)
		}
		return nil
	})
	d.do("m3", rename("g1", "Mr Li"))
	write(t, d.store, func(tx storage.Tx) error {
		e, err := storage.Executives.Get(tx, "g1", "li-bin")
		e.Description = "founder"
		return errors.Join(err, storage.Executives.Put(tx, e))
	})
	if _, err := d.undo("undo m3"); err == nil {
		t.Error("undone though he has changed since")
	}
}

// A community that took two public streams to be one sees the figures of both as those of one, until that is taken back; that
// it was shown to everybody meanwhile, and no more, makes no difference.
func TestUndoOfAMerge(t *testing.T) {
	d := &diary{t: t, store: recordStore(t)}
	var main, double storage.Stream
	write(t, d.store, func(tx storage.Tx) (err error) {
		ended := storage.Stream{Scope: storage.Public, State: storage.Ended, Start: startingIn(-1)}
		if main, err = storage.AddStream(tx, noon, ended); err != nil {
			return err
		}
		if double, err = storage.AddStream(tx, noon, ended); err != nil {
			return err
		}
		return storage.AddReading(tx, storage.Public, double.ID, storage.Reading{Metric: "weibo.viewers", Value: 7})
	})
	var here storage.Scope
	counts := func(when string, public, own int) {
		t.Helper()
		read(t, d.store, func(r storage.Reader) error {
			for scope, want := range map[storage.Scope]int{storage.Public: public, here: own} {
				figures, err := storage.Scoped{Reader: r, Scope: scope}.Figures(main.ID)
				if err != nil {
					return err
				}
				if len(figures) != want {
					t.Errorf("%s %s sees %d figures of the main one, want %d", when, scope, len(figures), want)
				}
			}
			return nil
		})
	}
	d.do("merge", func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		here = chat.Scope()
		merged, whole, err := double.MergeInto(main)
		if err != nil {
			return err
		}
		for _, c := range []struct{ before, after storage.Stream }{{main, whole}, {double, merged}} {
			saved, err := storage.SaveStream(tx, noon, c.after.CopyFor(chat.Scope()))
			if err != nil {
				return err
			}
			e.Changes = append(e.Changes, storage.Change{Stream: &storage.Changed[storage.Stream]{Before: &c.before, After: &saved}})
		}
		return nil
	})
	counts("merged", 0, 1)
	d.do("publish", func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		own, err := storage.Streams.Get(tx, string(chat.Scope()), double.ID)
		if err != nil {
			return err
		}
		before, after, err := storage.Publish(tx, noon, own)
		e.Changes = []storage.Change{
			{Stream: &storage.Changed[storage.Stream]{Before: before, After: &after}}, {Stream: &storage.Changed[storage.Stream]{Before: &own}},
		}
		return err
	})
	counts("published", 1, 1)
	if _, err := d.undo("unpublish"); err != nil {
		t.Fatal(err)
	}
	counts("no more published", 0, 1)
	if _, err := d.undo("split"); err != nil {
		t.Fatal(err)
	}
	counts("taken back", 0, 0)
}

// The next streams of a person who takes another office count for the new company; one that has begun does not.
func TestChangeOfOfficeTakesTheNextStreamsAlong(t *testing.T) {
	store := roster(t)
	write(t, store, func(tx storage.Tx) error {
		for _, s := range []storage.Stream{
			{Scope: storage.Public, State: storage.Live, Start: startingIn(-1), Began: noon.Add(-time.Hour)},
			{Scope: storage.Public, State: storage.Announced, Start: startingIn(1)},
			{Scope: storage.Public, State: storage.Announced, Start: startingIn(2)},
			{Scope: "g1", State: storage.Announced, Start: startingIn(3)},
			{Scope: storage.Public, State: storage.Live, Start: startingIn(4), Began: noon}, // four hours early
		} {
			s.People = []string{"li-bin"}
			if _, err := storage.AddStream(tx, noon, s); err != nil {
				return err
			}
		}
		return nil
	})
	write(t, store, func(tx storage.Tx) error {
		e, err := storage.Executives.Get(tx, "public", "li-bin")
		if err != nil {
			return err
		}
		e.Offices = []storage.Office{{Automaker: "xiaomi"}}
		return storage.SaveExecutive(tx, noon, e)
	})
	for company, want := range map[string]string{"nio": "[s1000 s1003' s1004]", "xiaomi": "[s1001 s1002]"} {
		read(t, store, func(r storage.Reader) error {
			var got []string
			for s, err := range (storage.Scoped{Reader: r, Scope: "g1"}).Coming(storage.Company(company), noon.Add(-2*time.Hour)) {
				if err != nil {
					return err
				}
				if s.Scope != storage.Public {
					s.ID += "'"
				}
				got = append(got, s.ID)
			}
			if list := fmt.Sprint(got); list != want {
				t.Errorf("streams of %s: %s, want %s", company, list, want)
			}
			return nil
		})
	}
}

// The largest change of a person fits the strict store, however many streams wait for it: some follow later.
func TestChangeOfOfficeIsBounded(t *testing.T) {
	store := roster(t)
	const coming = 60
	for i := range coming {
		write(t, store, func(tx storage.Tx) error {
			_, err := storage.AddStream(tx, noon, storage.Stream{
				Scope: "g1", State: storage.Announced, Start: startingIn(i + 1), People: []string{"li-bin", "lei-jun", "a", "b", "c", "d"},
			})
			return err
		})
	}
	d := &diary{t: t, store: store}
	d.do("m1", func(tx storage.Tx, _ storage.Chat, e *storage.Entry) error {
		before, err := storage.Executives.Get(tx, "public", "li-bin")
		if err != nil {
			return err
		}
		after := before
		after.Scope, after.Offices, after.Aliases = "g1", nil, nil
		for i := range 12 {
			after.Aliases = append(after.Aliases, fmt.Sprint("alias ", i))
		}
		for i := range 8 {
			after.Offices = append(after.Offices, storage.Office{Automaker: fmt.Sprint("company-", i)})
		}
		e.Changes = []storage.Change{{Executive: &storage.Changed[storage.Executive]{Before: &before, After: &after}}}
		return storage.SaveExecutive(tx, noon, after)
	})
	read(t, store, func(r storage.Reader) error {
		n := 0
		for _, err := range (storage.Scoped{Reader: r, Scope: "g1"}).Coming(storage.Company("company-0"), noon) {
			if err != nil {
				return err
			}
			n++
		}
		if n == 0 || n == coming {
			t.Errorf("%d of %d streams count for the new company at once", n, coming)
		}
		return nil
	})
	if _, err := d.undo("m2"); err != nil {
		t.Error(err)
	}
}
