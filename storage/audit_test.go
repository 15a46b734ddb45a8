package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// diary does changes in one chat, a millisecond apart.
type diary struct {
	t     *testing.T
	store storage.Store
	lines int
}

var home = bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "us", Kind: bot.Private}

func (d *diary) act(inbound string) storage.Act {
	d.lines++
	return storage.Act{
		Inbound: inbound, Place: home, By: bot.User{ID: "u1", Name: "Ann"}, Line: "/" + inbound,
		Now: noon.Add(time.Duration(d.lines) * time.Millisecond),
	}
}

func (d *diary) do(inbound string, change func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error) storage.Entry {
	d.t.Helper()
	entry, err := storage.Do(d.t.Context(), d.store, d.act(inbound), change)
	if err != nil {
		d.t.Fatalf("%s: %v", inbound, err)
	}
	return entry
}

// watch is a change that adds a watch.
func watch(person string) func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
	return func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		w, err := storage.AddWatch(tx, noon, chat, storage.Watch{Subjects: []storage.Subject{storage.Person(person)}, Style: storage.CardStyle})
		e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{After: &w}}}
		return err
	}
}

// undo takes the last change back.
func (d *diary) undo(inbound string) (storage.Entry, error) {
	return storage.Do(d.t.Context(), d.store, d.act(inbound), func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		last, err := storage.LastEntry(tx, chat.ID, "u1")
		if err != nil {
			return err
		}
		return storage.Undo(tx, noon, chat, last, e)
	})
}

func (d *diary) watched() string {
	d.t.Helper()
	var people []string
	read(d.t, d.store, func(r storage.Reader) error {
		people = nil
		for w, err := range storage.Watches.Scan(r) {
			if err != nil {
				return err
			}
			people = append(people, w.Subjects[0].ID)
		}
		return nil
	})
	return fmt.Sprint(people)
}

func TestLineDeliveredAgainChangesNothing(t *testing.T) {
	d := &diary{t: t, store: recordStore(t)}
	first := d.do("m1", watch("lei-jun"))
	again := d.do("m1", func(storage.Tx, storage.Chat, *storage.Entry) error {
		t.Error("was done again")
		return nil
	})
	if again.ID != first.ID || again.Changes[0].Watch.After.ID != first.Changes[0].Watch.After.ID {
		t.Errorf("answers %+v, then %+v", first, again)
	}
	if got := d.watched(); got != "[lei-jun]" {
		t.Errorf("watched: %s", got)
	}
	if second := d.do("m2", watch("wei-jianjun")); second.ID == first.ID {
		t.Errorf("another line is %s too", second.ID)
	}
}

func TestChangeThatFailsLeavesNothing(t *testing.T) {
	d := &diary{t: t, store: recordStore(t)}
	broken := errors.New("broken")
	_, err := storage.Do(t.Context(), d.store, d.act("m1"), func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		if err := watch("lei-jun")(tx, chat, e); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("fails with %v", err)
	}
	if got := d.watched(); got != "[]" {
		t.Errorf("watched: %s", got)
	}
	// It may be delivered again, and then it works.
	d.do("m1", watch("lei-jun"))
}

func TestUndoGoesBackStepByStep(t *testing.T) {
	d := &diary{t: t, store: recordStore(t)}
	d.do("m1", watch("lei-jun"))
	d.do("m2", watch("wei-jianjun"))
	d.do("m3", func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		for w, err := range storage.Watches.Scan(tx) {
			if err != nil || w.Subjects[0].ID != "lei-jun" {
				return err
			}
			e.Changes = []storage.Change{{Watch: &storage.Changed[storage.Watch]{Before: &w}}}
			return storage.RemoveWatch(tx, noon, chat, w.ID)
		}
		return nil
	})
	for i, want := range []string{"[lei-jun wei-jianjun]", "[lei-jun]", "[]"} {
		inbound := fmt.Sprintf("undo %d", i)
		first, err := d.undo(inbound)
		if err != nil {
			t.Fatal(err)
		}
		again, err := d.undo(inbound)
		if err != nil || again.ID != first.ID {
			t.Errorf("delivered again: %s, %v, not %s", again.ID, err, first.ID)
		}
		if got := d.watched(); got != want {
			t.Errorf("after %s watched: %s, want %s", inbound, got, want)
		}
	}
	if _, err := d.undo("undo 3"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("with nothing left: %v", err)
	}
}

func TestUndoLeavesWhatHasChangedSince(t *testing.T) {
	for name, test := range map[string]struct {
		change func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error
		since  func(tx storage.Tx) error
	}{
		"a watch": {watch("lei-jun"), func(tx storage.Tx) error {
			w, err := storage.Watches.Get(tx, "w1")
			w.Style = storage.MessagesStyle
			return errors.Join(err, storage.Watches.Put(tx, w))
		}},
		"a stream": {func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
			s, err := storage.AddStream(tx, noon, storage.Stream{Scope: chat.Scope(), State: storage.Announced, Start: startingIn(9)})
			e.Changes = []storage.Change{{Stream: &storage.Changed[storage.Stream]{After: &s}}}
			return err
		}, func(tx storage.Tx) error {
			s, err := storage.Streams.Get(tx, "g1", "s1000")
			s.Vehicle = "SU7"
			_, saveErr := storage.SaveStream(tx, noon, s)
			return errors.Join(err, saveErr)
		}},
		"a chat": {func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
			after := chat
			after.Zone = "Europe/Paris"
			e.Changes = []storage.Change{{Chat: &storage.Changed[storage.Chat]{Before: &chat, After: &after}}}
			return storage.SaveChat(tx, noon, after)
		}, func(tx storage.Tx) error {
			chat, err := storage.Chats.Get(tx, "c1")
			chat.Zone = "Asia/Tokyo"
			return errors.Join(err, storage.SaveChat(tx, noon, chat))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := &diary{t: t, store: recordStore(t)}
			d.do("m1", test.change)
			write(t, d.store, test.since)
			_, err := d.undo("m2")
			if _, ok := errors.AsType[*storage.ConflictError](err); !ok {
				t.Errorf("undone with %v", err)
			}
		})
	}
}

func TestUndoOfAStreamGoesBackToItsAdding(t *testing.T) {
	d := &diary{t: t, store: recordStore(t)}
	d.do("m1", func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		s, err := storage.AddStream(tx, noon, storage.Stream{Scope: chat.Scope(), State: storage.Announced, Start: startingIn(9)})
		e.Changes = []storage.Change{{Stream: &storage.Changed[storage.Stream]{After: &s}}}
		return err
	})
	d.do("m2", func(tx storage.Tx, _ storage.Chat, e *storage.Entry) error {
		before, err := storage.Streams.Get(tx, "g1", "s1000")
		if err != nil {
			return err
		}
		moved, err := before.Move(startingIn(10))
		if err != nil {
			return err
		}
		after, err := storage.SaveStream(tx, noon, moved)
		e.Changes = []storage.Change{{Stream: &storage.Changed[storage.Stream]{Before: &before, After: &after}}}
		return err
	})
	for i, want := range []storage.Stream{{Start: startingIn(9)}, {Start: startingIn(9), Withdrawn: true}} {
		if _, err := d.undo(fmt.Sprintf("undo %d", i)); err != nil {
			t.Fatalf("undo %d: %v", i, err)
		}
		read(t, d.store, func(r storage.Reader) error {
			s, err := storage.Streams.Get(r, "g1", "s1000")
			if s.Start != want.Start || s.Withdrawn != want.Withdrawn || len(s.Earlier) > 0 {
				t.Errorf("after undo %d: %+v", i, s)
			}
			return err
		})
	}
}

func TestDoEndsWithItsContext(t *testing.T) {
	d := &diary{t: t, store: recordStore(t)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := storage.Do(ctx, d.store, d.act("m1"), watch("lei-jun")); !errors.Is(err, context.Canceled) {
		t.Errorf("ends with %v", err)
	}
}
