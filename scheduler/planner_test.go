package scheduler_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

// counted counts the Updates of a store.
type counted struct {
	storage.Store
	updates int
}

func (c *counted) Update(ctx context.Context, fn func(storage.Tx) error) error {
	c.updates++
	return c.Store.Update(ctx, fn)
}

// On a Monday morning the weeks of very many chats are due at the same moment.
func TestManyMomentsShareAnUpdate(t *testing.T) {
	ctx, now := t.Context(), time.Date(2024, 5, 20, 9, 0, 0, 0, time.UTC)
	file, err := bolt.Open(ctx, t.TempDir()+"/weeks.db", bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	store := &counted{Store: file}
	const chats = 700
	err = store.Update(ctx, func(tx storage.Tx) error {
		for i := range chats {
			id := "c" + strconv.Itoa(i)
			if err := storage.Chats.Put(tx, storage.Chat{ID: id, Community: "g1"}); err != nil {
				return err
			}
			if err := storage.Moments.Put(tx, storage.Moment{Kind: storage.WeeklyNotice, At: now, Chat: id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	planner, err := scheduler.NewPlanner(store, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := store.updates
	next, err := planner.Tick(ctx, now)
	if err != nil {
		t.Fatal(err)
	}
	if updates := store.updates - before; updates > 5 {
		t.Errorf("%d Updates for %d weeks", updates, chats)
	}
	if want := now.Add(19*time.Hour + 10*time.Minute); !next.Equal(want) {
		t.Errorf("next at %s, want the nightly job at %s", next, want)
	}
	owed := 0
	err = store.View(ctx, func(r storage.Reader) error {
		owed = 0
		for _, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			owed++
		}
		return nil
	})
	if owed != chats || err != nil {
		t.Errorf("%d weeks are owed, want %d, %v", owed, chats, err)
	}
}

func TestAMomentThatFailsHoldsUpNoOther(t *testing.T) {
	w := newWorld(t, time.Date(2024, 5, 20, 9, 0, 0, 0, time.UTC))
	chat := w.chatIn("g", "c")
	w.update(func(tx storage.Tx) error {
		return errors.Join(
			storage.Moments.Put(tx, storage.Moment{Kind: storage.WeeklyNotice, At: w.now, Chat: chat.ID}),
			storage.Moments.Put(tx, storage.Moment{Kind: storage.WeeklyNotice, At: w.now.Add(-time.Second), Chat: "c99"}),
		)
	})
	w.sleep(time.Minute)
	for range 3 { // it fails each time, later and later
		next, err := w.planner.Tick(t.Context(), w.now)
		if !errors.Is(err, storage.ErrNotFound) || !next.After(w.now) {
			t.Fatalf("the week of a chat that is not there: %v, next at %s", err, next)
		}
		if _, err := w.planner.Tick(t.Context(), w.now); err != nil {
			t.Errorf("it was not put off: %v", err)
		}
		w.now = next
		w.view(func(r storage.Reader) error {
			ready, _, err := storage.ReadyNotices(r, chat.Address.Messenger, w.now, 16, nil)
			if len(ready) != 1 || ready[0].Kind != storage.WeeklyNotice {
				t.Errorf("ready are %v, want the week", ready)
			}
			return err
		})
	}
}
