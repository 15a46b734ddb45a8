package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// check looks for damage in the file and in the tables, of a copy where another process has the store: looking at all pages
// would keep that process from writing.
func (p program) check(ctx context.Context) error {
	set, file := p.flags("check")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return &usageError{errors.New("check takes no words: boardcast check")}
	}
	var found []string
	err = p.withStore(ctx, c, "boardcast check", func(store *bolt.Store) (err error) {
		found, err = p.findings(ctx, store)
		return err
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		fmt.Fprintln(p.stdout, "No damage.")
		return nil
	}
	fmt.Fprintln(p.stdout, strings.Join(found, "\n"))
	return errors.New("the store is damaged: restore the last backup")
}

// findings prints what there is and returns what is wrong with it.
func (p program) findings(ctx context.Context, store *bolt.Store) ([]string, error) {
	size, free, err := store.Size(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(p.stdout, "%d bytes, %d of them free\n", size, free)
	if err := store.Check(ctx); err != nil {
		return strings.Split(err.Error(), "\n"), ctx.Err() // tables cannot be read from pages that make no sense
	}
	if err := upToDate(ctx, store); err != nil {
		return nil, fmt.Errorf("the file is whole, but %w", err)
	}
	var found []string
	err = store.View(ctx, func(r storage.Reader) error {
		if err := p.counts(r); err != nil {
			return err
		}
		found = nil
		if err := storage.CheckTables(r, tables()...); err != nil {
			found = strings.Split(err.Error(), "\n")
		}
		return ctx.Err()
	})
	return found, err
}

func (p program) counts(r storage.Reader) error {
	columns := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "table\trecords\trows")
	for _, table := range tables() {
		records, rows, err := table.Count(r)
		if err != nil {
			return err
		}
		fmt.Fprintf(columns, "%s\t%d\t%d\n", table.Name(), records, rows)
	}
	return columns.Flush()
}

// withStore runs fn on the store: on its file where nobody serves it, else on a copy, which is gone afterwards.
func (p program) withStore(ctx context.Context, c config, holder string, fn func(store *bolt.Store) error) error {
	copied, err := p.tempCopy(ctx, c, holder, true)
	if errors.Is(err, errNobodyServes) {
		store, err := openThere(ctx, c.Storage.Path, holder)
		if err != nil {
			return err
		}
		return errors.Join(fn(store), store.Close())
	}
	if err != nil {
		return err
	}
	return onCopy(ctx, copied, holder, fn)
}

// tempCopy copies the store to a file beside it; with served only where a process serves it, and else not at all.
func (p program) tempCopy(ctx context.Context, c config, holder string, served bool) (string, error) {
	file, err := os.CreateTemp(filepath.Dir(c.Storage.Path), filepath.Base(c.Storage.Path)+".*.tmp")
	if err != nil {
		return "", fmt.Errorf("copy the store: %w", err)
	}
	if served {
		err = p.ask(ctx, c.Storage.Path, backupInquiry(), url.Values{}, file)
	} else {
		err = p.copyStore(ctx, c, holder, url.Values{}, file)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// onCopy runs fn on a copy of the store and takes the copy away.
func onCopy(ctx context.Context, path, holder string, fn func(store *bolt.Store) error) error {
	store, err := bolt.Open(ctx, path, bolt.Options{Holder: holder, Started: time.Now(), NoSync: true})
	// Its name goes at once, so that nothing stays even if this process is killed; where an open file keeps its name, later.
	removed := os.Remove(path)
	if err != nil {
		return err
	}
	err = errors.Join(fn(store), store.Close())
	if removed != nil {
		err = errors.Join(err, removeIfThere(path))
	}
	return err
}
