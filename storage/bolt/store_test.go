package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, func(t *testing.T, folder string) storage.Store {
		t.Helper()
		return open(t, filepath.Join(folder, "store.db"))
	})
}

// open opens a store that is closed when the test ends, if it was not before.
func open(tb testing.TB, path string) *bolt.Store {
	tb.Helper()
	store, err := bolt.Open(context.Background(), path, bolt.Options{NoSync: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	return store
}

func put(tb testing.TB, store storage.Store, key, value string) {
	tb.Helper()
	err := store.Update(context.Background(), func(tx storage.Tx) error { return tx.Put(key, []byte(value)) })
	if err != nil {
		tb.Fatal(err)
	}
}

func get(tb testing.TB, store storage.Store, key string) string {
	tb.Helper()
	var value []byte
	err := store.View(context.Background(), func(r storage.Reader) (err error) {
		value, err = r.Get(key)
		return err
	})
	if err != nil {
		tb.Fatalf("get %s: %v", key, err)
	}
	return string(value)
}

// In a bubble, fake time passes only when every goroutine waits on a channel or timer of the bubble: an engine that waits
// on a mutex or the disk would stop it.
func TestSynctest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := storagetest.Open(t)
		start := time.Now()
		changed := store.Changed("n")
		var all sync.WaitGroup
		all.Go(func() { // waits for minutes within an Update, while others queue up
			err := store.Update(t.Context(), func(tx storage.Tx) error {
				time.Sleep(time.Minute)
				return tx.Put("slow", nil)
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		for i := range 10 {
			all.Go(func() { put(t, store, fmt.Sprint("n", i), "") })
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := store.Update(ctx, func(storage.Tx) error { return errors.New("it ran") })
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("after %v: %v, want a deadline after 1s", time.Since(start), err)
		}
		<-changed
		all.Wait()
		if got := time.Since(start); got != 2*time.Minute { // the strict store runs the closure twice
			t.Errorf("the updates took %v, want 2m", got)
		}
		all.Go(func() {
			err := store.Hold(t.Context(), "scheduler", func(context.Context, storage.Store) error { time.Sleep(time.Hour); return nil })
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err = store.Hold(ctx, "scheduler", func(context.Context, storage.Store) error { return nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a held role: %v", err)
		}
		all.Wait()
	})
}

func TestCloseEndsTheWaitForARole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := open(t, filepath.Join(t.TempDir(), "store.db"))
		err := store.Hold(t.Context(), "scheduler", func(context.Context, storage.Store) error {
			waiting := make(chan error)
			go func() {
				waiting <- store.Hold(t.Context(), "scheduler", func(context.Context, storage.Store) error { return nil })
			}()
			synctest.Wait()
			if err := store.Close(); err != nil {
				t.Error(err)
			}
			return <-waiting
		})
		if !errors.Is(err, storage.ErrClosed) {
			t.Errorf("error = %v, want %v", err, storage.ErrClosed)
		}
	})
}

func TestManyCallersShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := open(t, filepath.Join(t.TempDir(), "store.db"))
		release := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			err := store.Update(t.Context(), func(tx storage.Tx) error {
				<-release
				return tx.Put("first", nil)
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		before := store.Commits()
		for i := range 50 {
			all.Go(func() { put(t, store, strconv.Itoa(i), "") })
		}
		synctest.Wait()
		close(release)
		all.Wait()
		if got := store.Commits() - before; got != 1 {
			t.Errorf("%d commits for 51 updates that queued up, want 1", got)
		}
	})
}

func TestUpdatesThatWriteNothingCommitNothing(t *testing.T) {
	store := open(t, filepath.Join(t.TempDir(), "store.db"))
	before := store.Commits()
	if err := store.Update(t.Context(), func(storage.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if got := store.Commits() - before; got != 0 {
		t.Errorf("%d commits, want none", got)
	}
}
