package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// TestCompactFileKeepsAllAndGivesBackTheRest.
func TestCompactFileKeepsAllAndGivesBackTheRest(t *testing.T) {
	folder := t.TempDir()
	path, compacted := filepath.Join(folder, "store.db"), filepath.Join(folder, "compacted.db")
	store := open(t, path)
	for i := range 200 {
		put(t, store, fmt.Sprintf("key/%03d", i), string(make([]byte, 10_000)))
	}
	for i := range 199 {
		err := store.Update(t.Context(), func(tx storage.Tx) error { return tx.Delete(fmt.Sprintf("key/%03d", i)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	write(t, compacted, []byte("what a killed process has left"))
	if err := store.CompactFile(t.Context(), compacted); err != nil {
		t.Fatal(err)
	}
	before, free, err := store.Size(t.Context())
	if err != nil || free < before/2 {
		t.Errorf("%d of %d bytes are free, %v", free, before, err)
	}
	small := open(t, compacted)
	if err := small.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if got := get(t, small, "key/199"); len(got) != 10_000 {
		t.Errorf("the record has %d bytes, want 10,000", len(got))
	}
	if after, _, err := small.Size(t.Context()); err != nil || after > before/10 {
		t.Errorf("it has %d bytes now, %v; it had %d", after, err, before)
	}
}

func TestACancelledCompactionLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "store.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	compacted := filepath.Join(folder, "compacted.db")
	if err := store.CompactFile(ctx, compacted); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	if _, err := os.Stat(compacted); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
}

// TestSwap: the new file stands under the name at once, the old one under another, and one who waits for the old file gets
// the new one.
func TestSwap(t *testing.T) {
	folder := t.TempDir()
	path, next, before := filepath.Join(folder, "store.db"), filepath.Join(folder, "next.db"), filepath.Join(folder, "before.db")
	old, made := open(t, path), open(t, next)
	put(t, old, "a", "old")
	put(t, made, "a", "new")
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan string)
	go func() {
		store, err := bolt.Open(context.Background(), path, bolt.Options{Wait: 10 * time.Second})
		if err != nil {
			waiting <- err.Error()
			return
		}
		var a []byte
		err = store.View(context.Background(), func(r storage.Reader) (err error) {
			a, err = r.Get("a")
			return err
		})
		waiting <- fmt.Sprint(string(a), errors.Join(err, store.Close()))
	}()
	if err := bolt.Swap(path, next, before); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := <-waiting, "new<nil>"; got != want {
		t.Errorf("who waited has %q, want %q", got, want)
	}
	if got := get(t, open(t, before), "a"); got != "old" {
		t.Errorf("a = %s in what was kept, want old", got)
	}
	if _, err := os.Stat(next); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the new file still has its first name: %v", err)
	}
}

func TestSwapKeepsWhatItWouldWriteOver(t *testing.T) {
	folder := t.TempDir()
	path, next, before := filepath.Join(folder, "store.db"), filepath.Join(folder, "next.db"), filepath.Join(folder, "before.db")
	for _, name := range []string{path, next, before} {
		write(t, name, []byte(filepath.Base(name)))
	}
	if err := bolt.Swap(path, next, before); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error = %v, want %v", err, fs.ErrExist)
	}
	for _, name := range []string{path, next, before} {
		if got, err := os.ReadFile(name); string(got) != filepath.Base(name) {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := bolt.Swap(path, next, filepath.Join(folder, "none.db")); err != nil {
		t.Errorf("where nothing was: %v", err)
	}
}
