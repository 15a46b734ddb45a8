package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// noteParam asks that the copy is written down as a backup.
const noteParam = "note"

// answerBackup copies the store to w.
func answerBackup(ctx context.Context, s served, asked url.Values, w io.Writer) error {
	if asked.Get(noteParam) != "" {
		// A disk that is full must not keep people from copying the store to another.
		if err := storage.NoteBackup(ctx, s.store, time.Now()); err != nil {
			s.log.WarnContext(ctx, "the copy does not know when it was made", "error", err)
		}
	}
	_, err := s.store.Backup(ctx, w)
	return err
}

func backupInquiry() inquiry { return inquiry{"backup", true, answerBackup} }

// backup copies the store: through the socket of the process that serves it, else from the file.
func (p program) backup(ctx context.Context) error {
	set, file := p.flags("backup")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return &usageError{errors.New("backup takes one file, which is not there yet: boardcast backup FILE")}
	}
	to := words[0]
	err = writeNew(to, func(w io.Writer) error {
		return p.copyStore(ctx, c, "boardcast backup", url.Values{noteParam: {"yes"}}, w)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "The store is copied to %s.\n", to)
	return err
}

// copyStore writes a copy of the store as it is now.
func (p program) copyStore(ctx context.Context, c config, holder string, asked url.Values, w io.Writer) error {
	err := p.ask(ctx, c.Storage.Path, backupInquiry(), asked, w)
	if !errors.Is(err, errNobodyServes) {
		return err
	}
	store, err := openThere(ctx, c.Storage.Path, holder)
	if err != nil {
		return err
	}
	log := newLog(c.Log, p.stderr, c.Log.Level)
	return errors.Join(answerBackup(ctx, served{store: store, log: log}, asked, w), store.Close())
}

// openThere opens a store that is there already, as the only process that does.
func openThere(ctx context.Context, path, holder string) (*bolt.Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no store at %s: start boardcast once, or name another one as storage.path (%w)", path, err)
	}
	store, err := bolt.Open(ctx, path, bolt.Options{Holder: holder, Started: time.Now()})
	if _, locked := errors.AsType[*bolt.LockedError](err); locked {
		return nil, fmt.Errorf("%w It does not answer at %s", err, socketPath(path))
	}
	return store, err
}

// writeNew writes a file that must not be there yet; it appears when it is complete and on disk.
func writeNew(to string, write func(w io.Writer) error) error {
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s exists already; choose another name", to)
	}
	file, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*.tmp") // readable by the owner alone
	if err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	defer os.Remove(file.Name()) // not there any more if all went well
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), to); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	return nil
}
