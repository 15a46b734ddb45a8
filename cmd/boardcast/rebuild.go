package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// rebuild makes a new store aside and puts it in the place of the one at path, which is kept beside it. Until it is there,
// all at once, whatever goes wrong leaves the old store as it was.
type rebuild struct {
	verb string // "restore"
	path string
	now  time.Time
	// damagedToo is set by verbs that do not need what the store holds.
	damagedToo bool
	// build makes the new store at aside. old is nil where there is none that can be read.
	build func(ctx context.Context, old *bolt.Store, aside string) error
}

// run returns the name under which the old store is kept; "" if there was none.
func (b rebuild) run(ctx context.Context) (kept string, err error) {
	path, err := filepath.EvalSymlinks(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		path, err = b.path, nil
	}
	if err != nil {
		return "", fmt.Errorf("find the store: %w", err)
	}
	old, there, err := b.openOld(ctx, path)
	if err != nil {
		return "", err
	}
	if old != nil {
		defer func() { err = errors.Join(err, old.Close()) }() // until then nobody else can open it
	}
	aside := path + "." + b.verb + ".tmp"
	if err := b.build(ctx, old, aside); err != nil {
		return "", errors.Join(err, removeIfThere(aside))
	}
	if err := ctx.Err(); err != nil {
		return "", errors.Join(err, removeIfThere(aside))
	}
	if there {
		kept = freeName(path + ".before-" + b.verb + "-" + b.now.UTC().Format("20060102-150405"))
	}
	if err := bolt.Swap(path, aside, kept); err != nil {
		return "", errors.Join(err, removeIfThere(aside))
	}
	return kept, nil
}

// openOld opens the store that is to be replaced, if one is there, so that nobody else uses it meanwhile.
func (b rebuild) openOld(ctx context.Context, path string) (old *bolt.Store, there bool, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && b.damagedToo {
		return nil, false, nil
	}
	old, err = openThere(ctx, path, "boardcast "+b.verb)
	_, damaged := errors.AsType[*bolt.FileError](err)
	_, locked := errors.AsType[*bolt.LockedError](err)
	switch {
	case damaged && b.damagedToo:
		return nil, true, nil
	case locked:
		return nil, true, fmt.Errorf("%s needs the store to itself: %w", b.verb, errors.Unwrap(err))
	}
	return old, true, err
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// freeName is a name that no file has yet: two changes may fall into one second.
func freeName(base string) string {
	const most = 100
	name := base
	for n := 2; n < most; n++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			break
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}

// withAside runs fn on a store that is made aside. What it holds is on disk once the file is swapped in, not before.
func withAside(ctx context.Context, path, holder string, fn func(store *bolt.Store) error) error {
	store, err := bolt.Open(ctx, path, bolt.Options{Holder: holder, Started: time.Now(), NoSync: true})
	if err != nil {
		return err
	}
	return errors.Join(fn(store), store.Close())
}

// sound fails when a file or its tables do not hold together.
func sound(ctx context.Context, store *bolt.Store) error {
	if err := store.Check(ctx); err != nil {
		return err
	}
	return store.View(ctx, func(r storage.Reader) error { return storage.CheckTables(r, tables()...) })
}

// keptAs says where the store from before is.
func (p program) keptAs(kept string) {
	if kept != "" {
		fmt.Fprintf(p.stdout, "The store from before is kept as %s.\n", kept)
	}
}
