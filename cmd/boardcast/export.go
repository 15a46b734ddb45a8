package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// export writes what the store holds as lines of JSON.
func (p program) export(ctx context.Context) error {
	set, file := p.flags("export")
	what := set.String("what", string(storage.PartAll), "which `part`: all, roster, streams or chats")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) > 1 {
		return &usageError{errors.New("export takes one file, which is not there yet, or none for the standard output: boardcast export FILE")}
	}
	if !slices.Contains(storage.Parts(), storage.Part(*what)) {
		return &usageError{fmt.Errorf("--what %q: must be all, roster, streams or chats", *what)}
	}
	head := storage.ExportHead{Program: version(), Made: time.Now(), What: storage.Part(*what)}
	if len(words) == 0 {
		_, err := p.exportTo(ctx, c, head, p.stdout)
		return err
	}
	records := 0
	err = writeNew(words[0], func(w io.Writer) (err error) {
		records, err = p.exportTo(ctx, c, head, w)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%d records are written to %s.\n", records, words[0])
	return err
}

func (p program) exportTo(ctx context.Context, c config, head storage.ExportHead, w io.Writer) (records int, err error) {
	err = p.withStore(ctx, c, "boardcast export", func(store *bolt.Store) error {
		if err := upToDate(ctx, store); err != nil {
			return err
		}
		return store.View(ctx, func(r storage.Reader) (err error) {
			records, err = storage.Export(r, w, head, tables()...)
			return err
		})
	})
	return records, err
}
