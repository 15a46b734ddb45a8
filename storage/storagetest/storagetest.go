// Package storagetest tests stores and what uses them: one suite for all engines, a strict store for every test, and a
// store that fails or dies at the operation of one's choice.
package storagetest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// Open returns a [Strict] store in a new file. When the test ends, the file is opened again, checked for damage and, given
// tables, with [storage.CheckTables]. In a synctest bubble it is called inside.
func Open(tb testing.TB, tables ...storage.Checker) storage.Store {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "test.db")
	store := openBolt(tb, path)
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
		checkFile(tb, path, tables)
	})
	return Strict(store)
}

func openBolt(tb testing.TB, path string) *bolt.Store {
	tb.Helper()
	// The context of a test ends before its cleanups.
	store, err := bolt.Open(context.Background(), path, bolt.Options{Holder: tb.Name(), Wait: time.Second, NoSync: true})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	return store
}

func checkFile(tb testing.TB, path string, tables []storage.Checker) {
	tb.Helper()
	ctx := context.Background()
	store := openBolt(tb, path)
	err := store.Check(ctx)
	if len(tables) > 0 {
		err = errors.Join(err, store.View(ctx, func(r storage.Reader) error {
			return storage.CheckTables(r, tables...)
		}))
	}
	if err := errors.Join(err, store.Close()); err != nil {
		tb.Errorf("after the test: %v", err)
	}
}
