package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/catalog"
)

// openStore opens the store, brings it to the present schema and loads the starter catalog.
func openStore(ctx context.Context, path, holder string, log *slog.Logger) (*bolt.Store, error) {
	store, err := bolt.Open(ctx, path, bolt.Options{Holder: holder, Started: time.Now(), Logger: log})
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, store, path, log); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

func prepare(ctx context.Context, store *bolt.Store, path string, log *slog.Logger) error {
	pending, err := storage.Pending(ctx, store, storage.Steps())
	if err != nil {
		return err
	}
	if pending {
		before := path + "." + time.Now().UTC().Format("20060102-150405") + ".before-upgrade"
		if err := store.BackupFile(ctx, before); err != nil {
			return fmt.Errorf("copy the store before upgrading it: %w", err)
		}
	}
	return bringUp(ctx, store, time.Now(), log)
}

// bringUp upgrades a store and loads the starter catalog.
func bringUp(ctx context.Context, store storage.Store, now time.Time, log *slog.Logger) error {
	if err := storage.Migrate(ctx, store, storage.Steps(), now); err != nil {
		return fmt.Errorf("upgrade the store: %w", err)
	}
	starter, err := catalog.Starter()
	if err != nil {
		return fmt.Errorf("read the starter catalog: %w", err)
	}
	report, err := catalog.Apply(ctx, store, starter, now)
	if err != nil {
		return fmt.Errorf("load the starter catalog: %w", err)
	}
	log.InfoContext(ctx, "catalog loaded", "version", report.Version, "added", report.Added, "changed", report.Changed,
		"kept", len(report.Kept))
	return nil
}

// upToDate fails where a store has to be upgraded before its records can be read.
func upToDate(ctx context.Context, store storage.Store) error {
	pending, err := storage.Pending(ctx, store, storage.Steps())
	if err == nil && pending {
		err = errors.New("the store was written by an earlier boardcast: start this one once, which upgrades it")
	}
	return err
}

// tables are all tables of a store.
func tables() []storage.Checker { return append(storage.Tables(), catalog.Marks) }
