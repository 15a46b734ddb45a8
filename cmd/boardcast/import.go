package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// imported is what an import came to, or would come to.
type imported struct {
	from   string
	now    time.Time
	head   storage.ExportHead
	tables []storage.TableImport
}

// imports says what an export would change, or makes it so.
func (p program) imports(ctx context.Context) error {
	set, file := p.flags("import")
	apply := set.Bool("apply", false, "add what is in the file to the store")
	replace := set.Bool("replace", false, "have in the store what is in the file and nothing else")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	switch {
	case len(words) != 1:
		return &usageError{errors.New("import takes one file, which export has written: boardcast import FILE")}
	case *apply && *replace:
		return &usageError{errors.New("--apply adds to the store and --replace replaces it; choose one")}
	}
	im := &imported{from: words[0], now: time.Now()}
	switch {
	case *replace:
		return p.importAside(ctx, c, im, im.replace)
	case *apply:
		return p.importAside(ctx, c, im, im.merge)
	default:
		return p.dryRun(ctx, c, im)
	}
}

// dryRun imports into a copy of the store, which is thrown away.
func (p program) dryRun(ctx context.Context, c config, im *imported) error {
	copied, err := p.tempCopy(ctx, c, "boardcast import", false)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; boardcast import %s --replace makes one", err, im.from)
	}
	if err != nil {
		return err
	}
	err = onCopy(ctx, copied, "boardcast import", func(store *bolt.Store) error { return im.into(ctx, store, storage.ImportMerge) })
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Nothing is written yet. boardcast import %s --apply comes to this:\n", im.from)
	return p.imported(im)
}

func (p program) importAside(ctx context.Context, c config, im *imported, build func(ctx context.Context, old *bolt.Store, aside string) error) error {
	kept, err := rebuild{verb: "import", path: c.Storage.Path, now: im.now, damagedToo: true, build: build}.run(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s, an export of %s, is imported.\n", im.from, im.head.Made.UTC().Format("2006-01-02 15:04:05 UTC"))
	if err := p.imported(im); err != nil {
		return err
	}
	p.keptAs(kept)
	return nil
}

// replace makes a new store of the file. What was due before is not sent again, as after a restore.
func (im *imported) replace(ctx context.Context, old *bolt.Store, aside string) error {
	if err := removeIfThere(aside); err != nil {
		return err
	}
	return withAside(ctx, aside, "boardcast import", func(store *bolt.Store) error {
		if err := storage.Migrate(ctx, store, storage.Steps(), im.now); err != nil {
			return err
		}
		if err := im.into(ctx, store, storage.ImportAll); err != nil {
			return err
		}
		return putRestore(ctx, store, old, storage.Restore{At: im.now.UTC(), Of: im.head.Made.UTC()})
	})
}

// merge adds the file to a copy of the store.
func (im *imported) merge(ctx context.Context, old *bolt.Store, aside string) error {
	if old == nil {
		return errors.New("there is no store that can be read; --replace makes one")
	}
	file, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the store
	if err != nil {
		return err
	}
	_, err = old.Backup(ctx, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return withAside(ctx, aside, "boardcast import", func(store *bolt.Store) error { return im.into(ctx, store, storage.ImportMerge) })
}

// into imports the file into a store that nobody uses yet, and checks what comes of it.
func (im *imported) into(ctx context.Context, store *bolt.Store, mode storage.ImportMode) error {
	file, err := os.Open(im.from)
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	defer file.Close()
	if mode == storage.ImportMerge {
		if err := bringUp(ctx, store, im.now, slog.New(slog.DiscardHandler)); err != nil {
			return err
		}
	}
	im.head, im.tables, err = storage.Import(ctx, store, file, mode, im.now, tables()...)
	if mistakes, ok := errors.AsType[*storage.ImportError](err); ok {
		return fmt.Errorf("%s cannot be imported, and nothing is written:\n%w", im.from, mistakes)
	}
	if err != nil {
		return err
	}
	if err := sound(ctx, store); err != nil {
		return fmt.Errorf("%s would leave a store that does not hold together, so nothing is written: %w", im.from, err)
	}
	return nil
}

// imported prints what became of the records.
func (p program) imported(im *imported) error {
	columns := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "table\tadded\tchanged\tthe same\tleft out")
	left := 0
	for _, t := range im.tables {
		left += t.Left
		fmt.Fprintf(columns, "%s\t%d\t%d\t%d\t%d\n", t.Table, t.New, t.Changed, t.Same, t.Left)
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	if left > 0 {
		fmt.Fprintln(p.stdout, "Left out is what belongs to communities and chats, whose ids mean others in this store. --replace takes everything.")
	}
	return nil
}
