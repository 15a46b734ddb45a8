package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

const (
	defaultWait = 2 * time.Second
	retryLock   = 50 * time.Millisecond
)

// FileError says that a file cannot be used as a store: it is something else, or damaged.
type FileError struct {
	Path   string
	Reason string
	Err    error // what bbolt or the system said, or nil
}

func (e *FileError) Error() string {
	if e.Err == nil {
		return e.Path + " " + e.Reason
	}
	return fmt.Sprintf("%s %s (%v)", e.Path, e.Reason, e.Err)
}

// Unwrap returns what bbolt or the system said.
func (e *FileError) Unwrap() error { return e.Err }

func bucketName() []byte { return []byte("boardcast") }

// openFile waits for the lock, honouring ctx.
func openFile(ctx context.Context, path string, opts Options) (*bbolt.DB, error) {
	wait := opts.Wait
	if wait == 0 {
		wait = defaultWait
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	retry := time.NewTicker(retryLock)
	defer retry.Stop()
	for {
		db, err := tryOpen(path, opts)
		if err == nil || !errors.Is(err, bbolterrors.ErrTimeout) {
			return db, err
		}
		select {
		case <-retry.C:
		case <-patience.C:
			return nil, lockedError(path, opts.Started)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryOpen opens the file, or fails with ErrTimeout at once when it is locked.
func tryOpen(path string, opts Options) (*bbolt.DB, error) {
	var file *os.File
	db, err := guardedOpen(path, &bbolt.Options{
		Timeout:         1, // bbolt sleeps between its attempts, whatever the context says
		FreelistType:    bbolt.FreelistArrayType,
		NoFreelistSync:  false, // see docs/decisions/0001-freelist.md
		InitialMmapSize: mapSize(),
		NoSync:          opts.NoSync,
		NoGrowSync:      opts.NoSync,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			var err error
			file, err = os.OpenFile(name, flag, mode) //nolint:gosec // the path is the operator's
			return file, err
		},
	})
	if err == nil {
		err = stillThere(path, file)
	}
	if err == nil {
		err = prepare(db)
	}
	if err != nil {
		closeFailed(db, file)
		return nil, explain(path, err)
	}
	return db, nil
}

// stillThere fails with ErrTimeout, which is tried again, when another file was put in the place of the one that was waited
// for; see [Swap].
func stillThere(path string, file *os.File) error {
	named, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	opened, openErr := file.Stat()
	if openErr != nil {
		return openErr
	}
	if err != nil || !os.SameFile(named, opened) {
		return bbolterrors.ErrTimeout
	}
	return nil
}

// closeFailed gives up the lock even if bbolt panicked and never returned a DB.
func closeFailed(db *bbolt.DB, file *os.File) {
	if db != nil {
		_ = db.Close()
	}
	if file != nil {
		_ = file.Close() // closed already, if bbolt knew what to do
	}
}

// mapSize reserves so much address space that the file is hardly ever mapped anew, which has to wait for all Views. It is
// not memory; but on Windows the file gets that size, and 32 bits do not have it to give.
func mapSize() int {
	if runtime.GOOS == "windows" || strconv.IntSize == 32 {
		return 0
	}
	return 1 << 30
}

// guardedOpen returns as an error what bbolt panics with on some damaged files.
func guardedOpen(path string, opts *bbolt.Options) (db *bbolt.DB, err error) {
	defer damaged(&err, debug.SetPanicOnFault(true))
	return bbolt.Open(path, 0o600, opts)
}

// prepare makes the bucket in a new file, and refuses files that are cut off or belong to another program.
func prepare(db *bbolt.DB) (err error) {
	defer damaged(&err, debug.SetPanicOnFault(true))
	isNew := false
	err = db.View(func(tx *bbolt.Tx) error {
		info, err := os.Stat(db.Path())
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() {
			return &FileError{Reason: fmt.Sprintf("is cut off: it has %d of %d bytes; restore a backup", info.Size(), tx.Size())}
		}
		first, _ := tx.Cursor().First()
		isNew = first == nil
		if !isNew && tx.Bucket(bucketName()) == nil {
			return &FileError{Reason: fmt.Sprintf("is the database of another program (it has %q)", first)}
		}
		return nil
	})
	if err != nil || !isNew {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(bucketName())
		return err
	})
}

// explain says in words what is wrong with the file.
func explain(path string, err error) error {
	if file, ok := errors.AsType[*FileError](err); ok {
		file.Path = path
		return file
	}
	switch {
	case errors.Is(err, bbolterrors.ErrTimeout):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open %s: its folder does not exist: %w", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("open %s: this user may not read and write it; be the one it belongs to, or use another file: %w", path, fs.ErrPermission)
	default:
		return explainRest(path, err)
	}
}

func explainRest(path string, err error) error {
	if _, ok := errors.AsType[syscall.Errno](err); ok { // the system's trouble, not the file's
		return fmt.Errorf("open %s: %w", path, err)
	}
	return &FileError{Path: path, Reason: "is not a boardcast store, or damaged; use another file, or restore a backup", Err: err}
}
