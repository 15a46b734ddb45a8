package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

func TestBackupWhileWriting(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "store.db"))
	// Both keys are always written together: a copy in which they differ was torn.
	write := func(n int) {
		err := store.Update(t.Context(), func(tx storage.Tx) error {
			return errors.Join(tx.Put("a", fmt.Append(nil, n)), tx.Put("z", fmt.Append(nil, n)))
		})
		if err != nil {
			t.Error(err)
		}
	}
	write(0)
	ctx, cancel := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := 1; ctx.Err() == nil; n++ {
			write(n)
		}
	})
	for i := range 5 {
		path := filepath.Join(folder, fmt.Sprintf("copy%d.db", i))
		if err := store.BackupFile(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		copied := open(t, path)
		if a, z := get(t, copied, "a"), get(t, copied, "z"); a != z {
			t.Errorf("the copy is torn: %s and %s", a, z)
		}
		if err := copied.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
	cancel()
	writer.Wait()
}

func TestBackup(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "store.db"))
	put(t, store, "a", "1")
	var copied bytes.Buffer
	n, err := store.Backup(t.Context(), &copied)
	if err != nil || n != int64(copied.Len()) {
		t.Fatalf("Backup = %d, %v; wrote %d bytes", n, err, copied.Len())
	}
	path := filepath.Join(folder, "copy.db")
	write(t, path, copied.Bytes())
	if got := get(t, open(t, path), "a"); got != "1" {
		t.Errorf("a = %s in the copy, want 1", got)
	}
}

func TestBackupFileLeavesWhatIsThereAlone(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "store.db"))
	path := filepath.Join(folder, "copy.db")
	write(t, path, []byte("precious"))
	err := store.BackupFile(t.Context(), path)
	if want := "back up to " + path + ": file already exists; choose another name"; !errors.Is(err, fs.ErrExist) || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	if got, err := os.ReadFile(path); string(got) != "precious" {
		t.Errorf("it was written over: %q, %v", got, err)
	}
}

func TestFailedBackupLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "store.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	target := t.TempDir()
	if err := store.BackupFile(ctx, filepath.Join(target, "copy.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	if left, err := os.ReadDir(target); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := store.BackupFile(t.Context(), filepath.Join(target, "none", "copy.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that does not exist: %v", err)
	}
	if _, err := store.Backup(t.Context(), failing{}); !errors.Is(err, errFailing) {
		t.Errorf("a writer that fails: %v", err)
	}
}

var errFailing = errors.New("failing")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }

var _ storage.Store = (*bolt.Store)(nil)
