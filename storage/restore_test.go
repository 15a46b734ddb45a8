package storage_test

import (
	"errors"
	"testing"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestIDsAreNotGivenAgainAfterARestore: those that the store before has given are known to the restored one.
func TestIDsAreNotGivenAgainAfterARestore(t *testing.T) {
	before, restored := storagetest.Open(t), storagetest.Open(t)
	next := func(store storage.Store, letter string) (id string) {
		write(t, store, func(tx storage.Tx) (err error) {
			id, err = storage.NextID(tx, letter)
			return err
		})
		return id
	}
	next(before, "s")
	next(before, "s")
	next(before, "w")
	next(restored, "w")
	next(restored, "w")
	var given map[string]uint64
	read(t, before, func(r storage.Reader) (err error) {
		given, err = storage.LastIDs(r)
		return err
	})
	write(t, restored, func(tx storage.Tx) error { return storage.RaiseIDs(tx, given) })
	for letter, want := range map[string]string{"s": "s1002", "w": "w3", "c": "c1"} {
		if got := next(restored, letter); got != want {
			t.Errorf("the next id is %s, want %s", got, want)
		}
	}
}

func TestRestoresAreFoundByTime(t *testing.T) {
	store := storagetest.Open(t, storage.Restores)
	read(t, store, func(r storage.Reader) error {
		last, err := storage.LastRestore(r)
		if last.Covers(hour(1)) {
			t.Error("a store that was never restored covers something")
		}
		return err
	})
	write(t, store, func(tx storage.Tx) error {
		return errors.Join(
			storage.Restores.Put(tx, storage.Restore{At: hour(3), Of: hour(1)}),
			storage.Restores.Put(tx, storage.Restore{At: hour(7), Of: hour(6)}))
	})
	read(t, store, func(r storage.Reader) error {
		last, err := storage.LastRestore(r)
		if err != nil {
			return err
		}
		if !last.Covers(hour(7)) || last.Covers(hour(8)) {
			t.Errorf("the last restore = %v, covers what is due by 07:00 and nothing later", last)
		}
		if first, err := storage.RestoreBefore(r, hour(5)); err != nil || !first.Of.Equal(hour(1)) {
			t.Errorf("the restore before 05:00 = %v, %v", first, err)
		}
		if _, err := storage.RestoreBefore(r, hour(2)); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the restore before 02:00: %v", err)
		}
		return nil
	})
}

func TestOwingCountsWhatIsDue(t *testing.T) {
	store := storagetest.Open(t)
	write(t, store, func(tx storage.Tx) error {
		for i, outcome := range []storage.Outcome{storage.Queued, storage.Sending, storage.Sent, storage.Folded} {
			err := storage.Notices.Put(tx, storage.Notice{
				Kind: storage.LiveNotice, Occurrence: string(rune('a' + i)), Chat: "c1", Messenger: bot.Console, Due: hour(1), Tried: hour(1), Outcome: outcome,
			})
			if err != nil {
				return err
			}
		}
		return errors.Join(
			storage.Moments.Put(tx, storage.Moment{Kind: storage.ReminderNotice, At: hour(2), Scope: storage.Public, Stream: "s1"}),
			storage.Moments.Put(tx, storage.Moment{Kind: storage.WeeklyNotice, At: hour(3), Chat: "c1"}),
			storage.Moments.Put(tx, storage.Moment{Kind: storage.DueStep, At: hour(2), Scope: storage.Public, Stream: "s2"}),
			storage.Moments.Put(tx, storage.Moment{Kind: storage.ReminderNotice, At: hour(4), Scope: storage.Public, Stream: "s3"}))
	})
	read(t, store, func(r storage.Reader) error {
		owing, err := storage.OwingAt(r, hour(3))
		if want := (storage.Owing{Notices: 2, Moments: 2, Latest: hour(1)}); owing != want {
			t.Errorf("owing = %v, want %v", owing, want)
		}
		return err
	})
}
