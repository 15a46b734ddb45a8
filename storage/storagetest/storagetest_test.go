package storagetest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/storagetest"
)

func TestStrictKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(t *testing.T, folder string) storage.Store {
		t.Helper()
		store, err := bolt.Open(t.Context(), filepath.Join(folder, "store.db"), bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		return storagetest.Strict(store)
	})
}

func TestStrictCatchesUnstableClosures(t *testing.T) {
	store := storagetest.Open(t)
	runs := 0
	tests := []struct {
		name string
		fn   func(storage.Tx) error
	}{
		{"another value", func(tx storage.Tx) error { runs++; return tx.Put("a", fmt.Append(nil, runs)) }},
		{"another key", func(tx storage.Tx) error { runs++; return tx.Put(fmt.Sprint("a", runs), nil) }},
		{"a deletion for an empty value", func(tx storage.Tx) error {
			if runs++; runs%2 == 0 {
				return tx.Put("a", nil)
			}
			return tx.Delete("a")
		}},
		{"fewer writes", func(tx storage.Tx) error {
			if runs++; runs%2 == 0 {
				return nil
			}
			return tx.Put("a", nil)
		}},
		{"more writes", func(tx storage.Tx) error {
			if runs++; runs%2 == 1 {
				return nil
			}
			return tx.Put("a", nil)
		}},
		{"an error the second time", func(storage.Tx) error {
			if runs++; runs%2 == 1 {
				return nil
			}
			return errors.New("oops")
		}},
		{"an error the first time", func(storage.Tx) error {
			if runs++; runs%2 == 0 {
				return nil
			}
			return errors.New("oops")
		}},
	}
	for _, test := range tests {
		runs = 0
		if err := store.Update(t.Context(), test.fn); !errors.Is(err, storagetest.ErrUnstable) {
			t.Errorf("%s: error = %v, want %v", test.name, err, storagetest.ErrUnstable)
		}
	}
}

func TestStrictHasTheTightestRoom(t *testing.T) {
	store := storagetest.Open(t)
	err := store.Update(t.Context(), func(tx storage.Tx) error {
		if tx.Room() != storagetest.StrictRoom {
			t.Errorf("room = %d, want %d", tx.Room(), storagetest.StrictRoom)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A story of two updates and a view, on which every fault befalls every operation.
func TestFaulty(t *testing.T) {
	story := func(store storage.Store) (errs []error) {
		for _, key := range []string{"a", "b"} {
			errs = append(errs, store.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(key, nil) }))
		}
		return append(errs, store.View(t.Context(), func(storage.Reader) error { return nil }))
	}
	tests := []struct {
		fault   storagetest.Fault
		n       int
		errs    [3]error
		unknown bool
		keys    string
	}{
		{storagetest.FailBefore, 1, [3]error{storagetest.ErrInjected, nil, nil}, false, "b"},
		{storagetest.FailBefore, 3, [3]error{nil, nil, storagetest.ErrInjected}, false, "ab"},
		{storagetest.FailAfter, 1, [3]error{storagetest.ErrInjected, nil, nil}, true, "ab"},
		{storagetest.FailAfter, 3, [3]error{nil, nil, storagetest.ErrInjected}, false, "ab"},
		{storagetest.KillBefore, 1, [3]error{storagetest.ErrKilled, storagetest.ErrKilled, storagetest.ErrKilled}, false, ""},
		{storagetest.KillBefore, 2, [3]error{nil, storagetest.ErrKilled, storagetest.ErrKilled}, false, "a"},
		{storagetest.KillAfter, 1, [3]error{storagetest.ErrKilled, storagetest.ErrKilled, storagetest.ErrKilled}, false, "a"},
		{storagetest.KillAfter, 4, [3]error{}, false, "ab"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.fault, " ", test.n), func(t *testing.T) {
			plain := storagetest.Open(t)
			faulty := storagetest.Faulty(plain, test.n, test.fault)
			for i, err := range story(faulty) {
				if !errors.Is(err, test.errs[i]) {
					t.Errorf("operation %d: %v, want %v", i+1, err, test.errs[i])
				}
				if _, unknown := errors.AsType[*storage.UnknownError](err); unknown != (test.unknown && i == 0) {
					t.Errorf("operation %d: %v, of unknown outcome %t", i+1, err, unknown)
				}
			}
			if got, want := faulty.Struck(), test.n <= 3; got != want {
				t.Errorf("Struck() = %t, want %t", got, want)
			}
			var keys strings.Builder
			err := plain.View(t.Context(), func(r storage.Reader) error {
				for item, err := range r.Scan("", "") {
					if err != nil {
						return err
					}
					keys.WriteString(item.Key)
				}
				return nil
			})
			if err != nil || keys.String() != test.keys {
				t.Errorf("keys = %q, %v, want %q", keys.String(), err, test.keys)
			}
		})
	}
}

func TestFaultsStrikeUnderARole(t *testing.T) {
	faulty := storagetest.Faulty(storagetest.Open(t), 2, storagetest.FailBefore)
	err := faulty.Hold(t.Context(), "scheduler", func(ctx context.Context, held storage.Store) error {
		nothing := func(storage.Tx) error { return nil }
		return errors.Join(held.Update(ctx, nothing), held.Update(ctx, nothing))
	})
	if !errors.Is(err, storagetest.ErrInjected) || !faulty.Struck() {
		t.Errorf("error = %v, want %v", err, storagetest.ErrInjected)
	}
}
