package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// compactBytes is how much one commit of a compaction writes.
const compactBytes = 16 << 20

// CompactFile writes what the store holds to a file, without the pages that are free. An existing file is written over, and
// what is there is a store only once CompactFile has returned nil. Others go on reading and writing meanwhile, and the file of
// the store grows as it does under a long View.
func (s *Store) CompactFile(ctx context.Context, path string) (err error) {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("compact %s: %w", s.path, err)
	}
	// It is synced as a whole at the end: until then it is of no use anyway.
	to, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistArrayType, NoSync: true, NoGrowSync: true})
	if err != nil {
		return fmt.Errorf("compact %s to %s: %w", s.path, path, err)
	}
	defer func() {
		if err = errors.Join(err, to.Close()); err != nil {
			err = errors.Join(fmt.Errorf("compact %s to %s: %w", s.path, path, err), os.Remove(path))
		}
	}()
	if err := bbolt.Compact(to, s.db, compactBytes); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return to.Sync()
}

// Size is how long the file is, and how much of it holds nothing.
func (s *Store) Size(ctx context.Context) (size, free int64, err error) {
	err = s.read(ctx, func(tx *bbolt.Tx) error {
		stats := s.db.Stats()
		size, free = tx.Size(), int64(stats.FreePageN+stats.PendingPageN)*int64(s.db.Info().PageSize)
		return nil
	})
	return size, free, err
}

// Swap puts the file next in the place of the one at path, at once: whatever happens, path is the one or the other. The file
// that was there stays as before, which must not exist; where none was there, none stays. Its store, if there is one, is to be
// open, so that nobody else begins to use it, and is of no more use.
func Swap(path, next, before string) error {
	if err := syncFile(next); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	if err := keep(path, before); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keep %s as %s: %w", path, before, err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFile makes what was written to a file last through a power cut.
func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the path is the operator's
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// keep gives a file a second name, or a copy where the file system has no second names.
func keep(path, as string) error {
	err := os.Link(path, as)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		return err
	}
	from, err := os.Open(path) //nolint:gosec // the path is the operator's
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(as, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // beside the operator's file
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}
