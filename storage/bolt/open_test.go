package bolt_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

func TestOpenCreatesAFileForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	put(t, open(t, path), "a", "1")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode = %v, want 0600", got)
	}
}

func TestOpenRefusesWhatIsNoStore(t *testing.T) {
	page := func(content ...byte) []byte { return append(content, make([]byte, 4096-len(content))...) }
	tests := []struct {
		name    string
		content []byte
	}{
		{"a text file", []byte("Dear diary,\n")},
		{"a long text file", bytes.Repeat([]byte("Dear diary,\n"), 10_000)},
		{"zeros", make([]byte, 1<<16)},
		{"a page", page(1, 2, 3)},
		{"a gzip file", append([]byte("\x1f\x8b\x08"), page(9)...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			write(t, path, test.content)
			_, err := bolt.Open(t.Context(), path, bolt.Options{})
			if _, ok := errors.AsType[*bolt.FileError](err); !ok {
				t.Fatalf("error = %v, want a FileError", err)
			}
			want := path + " is not a boardcast store, or damaged; use another file, or restore a backup"
			if !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error = %v\nwant %s", err, want)
			}
			if now, err := os.ReadFile(path); !bytes.Equal(now, test.content) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

func write(tb testing.TB, path string, content []byte) {
	tb.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestOpenRefusesAnotherProgramsDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("influxdb")); return err })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = bolt.Open(t.Context(), path, bolt.Options{})
	if want := path + ` is the database of another program (it has "influxdb")`; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestOpenSaysWhatIsInTheWay(t *testing.T) {
	folder := t.TempDir()
	tests := []struct{ path, want string }{
		{filepath.Join(folder, "none", "store.db"), "its folder does not exist"},
		{folder, "is a directory"},
	}
	for _, test := range tests {
		_, err := bolt.Open(t.Context(), test.path, bolt.Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("error = %v, want %s: %s", err, test.path, test.want)
		}
	}
	_, err := bolt.Open(t.Context(), tests[0].path, bolt.Options{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error = %v, want it to wrap %v", err, fs.ErrNotExist)
	}
}

// full returns the bytes of a store with a hundred pages.
func full(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "full.db")
	store := open(t, path)
	for range 5 {
		err := store.Update(t.Context(), func(tx storage.Tx) error {
			for i := range 400 {
				if err := tx.Put(fmt.Sprintf("key/%04d", i), bytes.Repeat([]byte{byte(i)}, 200)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Whatever the damage, there is an error or a store that can be read in part, never a panic.
func TestDamageIsAnError(t *testing.T) {
	content := full(t)
	read := func(t *testing.T, path string) error {
		t.Helper()
		store, err := bolt.Open(t.Context(), path, bolt.Options{NoSync: true})
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }()
		err = store.View(t.Context(), func(r storage.Reader) error {
			for _, err := range r.Scan("", "") {
				if err != nil {
					return err
				}
			}
			for i := range 400 {
				if _, err := r.Get(fmt.Sprintf("key/%04d", i)); err != nil {
					return err
				}
			}
			return nil
		})
		updated := store.Update(t.Context(), func(tx storage.Tx) error {
			for i := range 400 {
				if err := tx.Put(fmt.Sprintf("key/%04d", i), nil); err != nil {
					return err
				}
			}
			return nil
		})
		return errors.Join(err, updated, store.Check(t.Context()))
	}
	path := filepath.Join(t.TempDir(), "store.db")
	write(t, path, content)
	if err := read(t, path); err != nil {
		t.Fatalf("undamaged: %v", err)
	}
	for size := 1; size < len(content); size = size*2 + 1 {
		path := filepath.Join(t.TempDir(), "store.db")
		write(t, path, content[:size])
		if err := read(t, path); err == nil && size < len(content)/2 {
			t.Errorf("cut to %d of %d bytes: no error", size, len(content))
		}
	}
	found := 0
	for at := 0; at < len(content); at += 3 * 4096 {
		spoilt := bytes.Clone(content)
		copy(spoilt[at:], bytes.Repeat([]byte{0xa5}, 4096))
		path := filepath.Join(t.TempDir(), "store.db")
		write(t, path, spoilt)
		if err := read(t, path); err != nil {
			found++
		}
	}
	if found == 0 {
		t.Error("no spoilt page was found out")
	}
}

func TestOpenTellsWhoHoldsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "boardcast.db")
	paris := time.FixedZone("CET", 60*60)
	since := time.Date(2026, 11, 23, 10, 2, 30, 0, paris)
	holder, err := bolt.Open(t.Context(), path, bolt.Options{Holder: "boardcast chat", Started: since})
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	tests := []struct {
		name  string
		asked time.Time
		want  string
	}{
		{"on the same day", since.Add(time.Hour), fmt.Sprintf("%s is in use by boardcast chat (process %d, since 10:02). Stop it first, or name another file as storage.path.", path, os.Getpid())},
		{"in another zone", since.Add(time.Hour).UTC(), fmt.Sprintf("%s is in use by boardcast chat (process %d, since 09:02). Stop it first, or name another file as storage.path.", path, os.Getpid())},
		{"days later", since.AddDate(0, 0, 3), fmt.Sprintf("%s is in use by boardcast chat (process %d, since 2026-11-23 10:02). Stop it first, or name another file as storage.path.", path, os.Getpid())},
	}
	for _, test := range tests {
		_, err := bolt.Open(t.Context(), path, bolt.Options{Started: test.asked, Wait: time.Millisecond})
		locked, ok := errors.AsType[*bolt.LockedError](err)
		if !ok || locked.PID != os.Getpid() || locked.Holder != "boardcast chat" || !locked.Since.Equal(since) {
			t.Errorf("%s: error = %#v, want a LockedError with the holder", test.name, err)
			continue
		}
		if err.Error() != test.want {
			t.Errorf("%s: error = %v\nwant %s", test.name, err, test.want)
		}
	}
	write(t, path+".holder", []byte("{"))
	_, err = bolt.Open(t.Context(), path, bolt.Options{Wait: time.Millisecond})
	if want := path + " is in use by another process. Stop it first, or name another file as storage.path."; err == nil || err.Error() != want {
		t.Errorf("without a readable holder: %v", err)
	}
}

func TestOpenWaitsForTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first := open(t, path)
	opened := make(chan error)
	go func() {
		second, err := bolt.Open(t.Context(), path, bolt.Options{Wait: time.Minute})
		if err == nil {
			err = second.Close()
		}
		opened <- err
	}()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Error(err)
	}
	third := open(t, path)
	defer third.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bolt.Open(ctx, path, bolt.Options{Wait: time.Minute}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}

func TestHolderFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	write(t, path+".holder", []byte(`{"holder":"a process that was killed","pid":1}`))
	store, err := bolt.Open(t.Context(), path, bolt.Options{Holder: "boardcast run", Started: time.Unix(0, 0).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path + ".holder")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil || got["holder"] != "boardcast run" || got["pid"] != float64(os.Getpid()) {
		t.Errorf("holder = %s, %v", raw, err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".holder"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the holder file is left: %v", err)
	}
}
