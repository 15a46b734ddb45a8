package storage_test

import (
	"errors"
	"testing"

	"boardcast/storage"
)

// TestTrial changes what a trial sees, and never what it is over.
func TestTrial(t *testing.T) {
	base := storage.NewTrial(storage.Nothing())
	put := func(s storage.Store, key, value string) {
		t.Helper()
		if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(key, []byte(value)) }); err != nil {
			t.Fatal(err)
		}
	}
	get := func(s storage.Store, key string) (value string) {
		t.Helper()
		err := s.View(t.Context(), func(r storage.Reader) error {
			got, err := r.Get(key)
			value = string(got)
			return err
		})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			t.Fatal(err)
		}
		return value
	}
	put(base, "a", "1")
	err := base.View(t.Context(), func(r storage.Reader) error {
		trial := storage.NewTrial(r)
		put(trial, "a", "2")
		put(trial, "b", "3")
		if get(trial, "a") != "2" || get(trial, "b") != "3" {
			t.Error("a trial does not see what was written to it")
		}
		failed := errors.New("no")
		err := trial.Update(t.Context(), func(tx storage.Tx) error {
			return errors.Join(tx.Delete("a"), failed)
		})
		if !errors.Is(err, failed) || get(trial, "a") != "2" {
			t.Errorf("an Update that failed with %v left %q", err, get(trial, "a"))
		}
		if err := trial.Update(t.Context(), func(tx storage.Tx) error { return tx.Delete("a") }); err != nil || get(trial, "a") != "" {
			t.Errorf("what was deleted (%v) is still %q", err, get(trial, "a"))
		}
		return nil
	})
	if err != nil || get(base, "a") != "1" || get(base, "b") != "" {
		t.Errorf("the store under the trial changed: %q, %q, %v", get(base, "a"), get(base, "b"), err)
	}
}
