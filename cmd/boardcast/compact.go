package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"boardcast/storage/bolt"
)

// compact writes the store anew without what it does not use.
func (p program) compact(ctx context.Context) error {
	set, file := p.flags("compact")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return &usageError{errors.New("compact takes no words: boardcast compact")}
	}
	var before int64
	kept, err := rebuild{
		verb: "compact", path: c.Storage.Path, now: time.Now(),
		build: func(ctx context.Context, old *bolt.Store, aside string) error {
			info, err := os.Stat(c.Storage.Path)
			if err != nil {
				return err
			}
			before = info.Size()
			if err := old.Check(ctx); err != nil {
				return err
			}
			if err := old.CompactFile(ctx, aside); err != nil {
				return err
			}
			return withAside(ctx, aside, "boardcast compact", func(store *bolt.Store) error { return store.Check(ctx) })
		},
	}.run(ctx)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.Storage.Path)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s has %d bytes now; it had %d.\n", c.Storage.Path, info.Size(), before)
	p.keptAs(kept)
	return nil
}
