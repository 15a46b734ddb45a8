package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// restored is what a restore came to.
type restored struct {
	of    time.Time // when the backup was made
	owing storage.Owing
}

// restore puts a backup in the place of the store, and marks what was due before as not to be sent again.
func (p program) restore(ctx context.Context) error {
	set, file := p.flags("restore")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return &usageError{errors.New("restore takes one file, which backup has made: boardcast restore FILE")}
	}
	from, now := words[0], time.Now()
	if err := otherFile(from, c.Storage.Path); err != nil {
		return err
	}
	var done restored
	kept, err := rebuild{
		verb: "restore", path: c.Storage.Path, now: now, damagedToo: true,
		build: func(ctx context.Context, old *bolt.Store, aside string) (err error) {
			done, err = restoreAside(ctx, old, from, aside, now)
			return err
		},
	}.run(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The store is restored from %s, a backup of %s.\n", from, done.of.UTC().Format("2006-01-02 15:04:05 UTC"))
	fmt.Fprintf(p.stdout, "Not sent again, as why will tell: %d of its notices, and %d of its reminders, news and weeks that were due by now.\n",
		done.owing.Notices, done.owing.Moments)
	p.keptAs(kept)
	return nil
}

// otherFile refuses the store as its own backup.
func otherFile(from, path string) error {
	a, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("read the backup: %w", err)
	}
	if b, err := os.Stat(path); err == nil && os.SameFile(a, b) {
		return fmt.Errorf("%s is the store itself; name a backup of it", from)
	}
	return nil
}

// restoreAside makes a store of a backup: whole, of the present schema, with the catalog, and with word of the restore.
func restoreAside(ctx context.Context, old *bolt.Store, from, aside string, now time.Time) (restored, error) {
	if err := copyFile(from, aside); err != nil {
		return restored{}, fmt.Errorf("copy %s: %w", from, err)
	}
	var done restored
	err := withAside(ctx, aside, "boardcast restore", func(store *bolt.Store) (err error) {
		if err := store.Check(ctx); err != nil {
			return err
		}
		// What the present catalog has more than the backup was told before now, too.
		if err := bringUp(ctx, store, now, slog.New(slog.DiscardHandler)); err != nil {
			return err
		}
		if err := sound(ctx, store); err != nil {
			return err
		}
		done, err = markRestored(ctx, store, old, from, now)
		return err
	})
	if file, bad := errors.AsType[*bolt.FileError](err); bad {
		return done, fmt.Errorf("%s is not a boardcast store, or is damaged; use another backup (%w)", from, file.Err)
	}
	if err != nil {
		return done, fmt.Errorf("%s cannot be restored, use another backup: %w", from, err)
	}
	return done, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the store
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// whileCopying is how long after the time of a backup the copy may still come to know something.
const whileCopying = time.Minute

// markRestored writes down that the store is a restored one, and gives no id again that the old store has given.
func markRestored(ctx context.Context, store, old *bolt.Store, from string, now time.Time) (restored, error) {
	info, err := os.Stat(from)
	if err != nil {
		return restored{}, err
	}
	done := restored{of: info.ModTime()}
	err = store.View(ctx, func(r storage.Reader) (err error) {
		noted, err := storage.BackupTime(r)
		if err != nil {
			return err
		}
		done.owing, err = storage.OwingAt(r, now)
		if !noted.IsZero() && !done.owing.Latest.After(noted.Add(whileCopying)) {
			done.of = noted // else this is a copy by other means, of a store that was backed up once before
		}
		return err
	})
	if err != nil {
		return restored{}, err
	}
	return done, putRestore(ctx, store, old, storage.Restore{At: now.UTC(), Of: done.of.UTC()})
}

// putRestore writes a restore down, and what the old store knows that must not be forgotten: which ids it has given.
func putRestore(ctx context.Context, store storage.Store, old *bolt.Store, restore storage.Restore) error {
	var given map[string]uint64
	if old != nil {
		err := old.View(ctx, func(r storage.Reader) (err error) {
			given, err = storage.LastIDs(r)
			return err
		})
		if err != nil {
			given = nil // it is damaged, which is why it is replaced
		}
	}
	return store.Update(ctx, func(tx storage.Tx) error {
		if err := storage.RaiseIDs(tx, given); err != nil {
			return err
		}
		return storage.Restores.Put(tx, restore)
	})
}
