package bolt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Backup writes a consistent copy of the file as it is now, while others go on reading and writing. The file grows while w
// takes its time: for a slow one, make a BackupFile and send that.
func (s *Store) Backup(ctx context.Context, w io.Writer) (int64, error) {
	copied := &copyWriter{ctx: ctx, w: w}
	err := s.read(ctx, func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(copied)
		return cmp.Or(copied.err, err) // bbolt does not wrap that of the writer
	})
	if err != nil {
		return copied.n, fmt.Errorf("back up %s: %w", s.path, err)
	}
	return copied.n, nil
}

// copyWriter fails once the context has ended, and remembers why it failed.
type copyWriter struct {
	ctx context.Context
	w   io.Writer
	n   int64
	err error
}

func (c *copyWriter) Write(p []byte) (int, error) {
	c.err = c.ctx.Err()
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	c.n += int64(n)
	c.err = err
	return n, err
}

// BackupFile is Backup to a file, which appears when it is complete and on disk. It does not write over an existing one;
// that is an error that wraps fs.ErrExist.
func (s *Store) BackupFile(ctx context.Context, path string) error {
	if err := absent(path); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // readable by the owner alone
	if err != nil {
		return fmt.Errorf("back up %s: %w", s.path, err)
	}
	defer os.Remove(file.Name()) // not there any more if all went well
	_, err = s.Backup(ctx, file)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := absent(path); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("back up %s: %w", s.path, err)
	}
	return syncFolder(filepath.Dir(path))
}

func absent(path string) error {
	_, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("back up to %s: %w", path, err)
	default:
		return fmt.Errorf("back up to %s: %w; choose another name", path, fs.ErrExist)
	}
}
