package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"boardcast/storage"
)

// Report is what became of a catalog in a store.
type Report struct {
	Version int // of the catalog that the store has now; a greater one than that which was applied has been left alone
	Added   int // records that are new
	Changed int // records that the catalog says something else of now
	// Kept are records, such as "stream s7k", that the catalog says something else of but that were changed here: they are
	// left as they are. Dropped are those that it has no more, which are left too.
	Kept, Dropped []string
}

// Apply brings a store up to a catalog. Public records are added, or replaced where the catalog says something else than
// before and nobody has changed them here since; what communities have is not touched. Streams of the past come without
// news, those to come are announced. It writes in Updates that fill Room and goes on where it stopped when it is called
// again; the same catalog again costs one read. The Report of an interrupted call is that of what it did.
func Apply(ctx context.Context, store storage.Store, c Catalog, now time.Time) (Report, error) {
	head, err := readHead(ctx, store)
	if err != nil {
		return Report{}, err
	}
	report := Report{Version: head.Version}
	if head.Version > c.Version || head.Said == c.sum {
		return report, nil
	}
	items := c.items()
	for done := 0; done < len(items); {
		var batch batch
		err := store.Update(ctx, func(tx storage.Tx) error {
			var err error
			batch, err = fill(tx, items[done:], now)
			return err
		})
		if err != nil {
			return report, fmt.Errorf("apply catalog %d: %w", c.Version, err)
		}
		done += batch.done
		report.Added += batch.added
		report.Changed += batch.changed
		report.Kept = append(report.Kept, batch.kept...)
	}
	report.Dropped, err = finish(ctx, store, c, items)
	if err == nil {
		report.Version = c.Version
	}
	return report, err
}

// Loaded returns the version of the catalog that a store has; 0 for none.
func Loaded(r storage.Reader) (int, error) {
	head, _, err := find(r, Marks, headKind, headID)
	if err != nil {
		return 0, fmt.Errorf("read the version of the catalog: %w", err)
	}
	return head.Version, nil
}

// readHead returns what the store says of the catalog that it has, zero for none.
func readHead(ctx context.Context, store storage.Store) (Mark, error) {
	var head Mark
	err := store.View(ctx, func(r storage.Reader) error {
		var err error
		head, _, err = find(r, Marks, headKind, headID)
		return err
	})
	if err != nil {
		return Mark{}, fmt.Errorf("read the version of the catalog: %w", err)
	}
	return head, nil
}

// finish notes that all of the catalog has been applied, and returns what of an earlier one it has no more.
func finish(ctx context.Context, store storage.Store, c Catalog, items []item) ([]string, error) {
	said := map[string]bool{headKind + " " + headID: true}
	for _, it := range items {
		kind, id := it.name()
		said[kind+" "+id] = true
	}
	var dropped []string
	err := store.Update(ctx, func(tx storage.Tx) error {
		dropped = nil
		for mark, err := range Marks.Scan(tx) {
			if err != nil {
				return err
			}
			if name := mark.Kind + " " + mark.ID; !said[name] {
				dropped = append(dropped, name)
			}
		}
		return Marks.Put(tx, Mark{Kind: headKind, ID: headID, Said: c.sum, Version: c.Version})
	})
	if err != nil {
		return nil, fmt.Errorf("note version %d of the catalog: %w", c.Version, err)
	}
	return dropped, nil
}

// batch is what one Update has done.
type batch struct {
	done, added, changed int
	kept                 []string
}

// fill applies as many items as there is room for, one at least.
func fill(tx storage.Tx, items []item, now time.Time) (batch, error) {
	var b batch
	for _, it := range items {
		// Whether an item fits is known once it has been written: to an overlay first.
		trial := storage.NewOverlay(tx, tx.Room())
		change, err := step(trial, it, now)
		if errors.Is(err, storage.ErrTooLarge) && b.done > 0 {
			return b, nil
		}
		if err == nil {
			err = trial.ApplyTo(tx)
		}
		kind, id := it.name()
		if err != nil {
			return batch{}, fmt.Errorf("%s %s: %w", kind, id, err)
		}
		b.done++
		switch change {
		case added:
			b.added++
		case changed:
			b.changed++
		case kept:
			b.kept = append(b.kept, kind+" "+id)
		case unchanged:
		}
	}
	return b, nil
}

// step applies one item, unless the catalog says of it what it said before.
func step(tx storage.Tx, it item, now time.Time) (change, error) {
	kind, id := it.name()
	last, _, err := find(tx, Marks, kind, id)
	if err != nil {
		return unchanged, err
	}
	mark := Mark{Kind: kind, ID: id, Said: it.said()}
	if mark.Said == last.Said {
		return unchanged, nil
	}
	change, err := it.apply(tx, last, &mark, now)
	if err != nil || change == kept {
		return change, err
	}
	return change, Marks.Put(tx, mark)
}

// find reads a record and says whether there is one.
func find[V any](r storage.Reader, table *storage.Table[V], key ...string) (V, bool, error) {
	v, err := table.Get(r, key...)
	if errors.Is(err, storage.ErrNotFound) {
		var none V
		return none, false, nil
	}
	return v, err == nil, err
}
