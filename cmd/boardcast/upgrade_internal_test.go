package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/catalog"
)

// testdata/first.db.gz was written by the first version, with watches, streams of two scopes, copies, notices and cards.
func TestStoreOfTheFirstVersionIsUpgraded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "first.db")
	unpack(t, "testdata/first.db.gz", path)
	for range 2 { // the second start finds nothing to do
		store, err := openStore(t.Context(), path, t.Name(), slog.New(slog.NewTextHandler(t.Output(), nil)))
		if err != nil {
			t.Fatal(err)
		}
		err = store.View(t.Context(), func(r storage.Reader) error {
			for _, scope := range []storage.Scope{storage.Public, "g1"} {
				seen := storage.Scoped{Reader: r, Scope: scope}
				if found, err := seen.Called("lei jun"); err != nil || len(found) != 1 || found[0] != storage.Person("lei-jun") {
					t.Errorf("as %s sees it, Lei Jun is %v, %v", scope, found, err)
				}
				if accounts, err := seen.AccountsOf(storage.Person("lei-jun")); err != nil || len(accounts) == 0 {
					t.Errorf("as %s sees it, Lei Jun has the accounts %v, %v", scope, accounts, err)
				}
			}
			if known, err := storage.Known(r, bot.Console, bot.User{ID: terminalUser}); err != nil || !known {
				t.Errorf("the person at the terminal is known by their changes: %t, %v", known, err)
			}
			if err := storage.CheckTables(r, append(storage.Tables(), catalog.Marks)...); err != nil {
				return err
			}
			found, err := storage.Scoped{Reader: r, Scope: storage.Public}.Search("lei jun 杭州", 0, 1)
			if len(found.Streams) != 1 || found.Streams[0].Stream.ID != "s7k" {
				t.Errorf("searching finds %+v, want s7k", found.Streams)
			}
			return errors.Join(err, summedUp(r))
		})
		if err != nil {
			t.Errorf("after the upgrade: %v", err)
		}
		pauseAll(t, store)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// pauseAll writes every watch and its chat again, as a pause does.
func pauseAll(t *testing.T, store storage.Store) {
	t.Helper()
	now := time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
	err := store.Update(t.Context(), func(tx storage.Tx) error {
		paused := 0
		for w, err := range storage.Watches.Scan(tx) {
			if err != nil {
				return err
			}
			chat, err := storage.Chats.Get(tx, w.Chat)
			if err != nil {
				return err
			}
			w.Paused, chat.Paused = storage.Pause{Since: now}, storage.Pause{Since: now}
			if err := errors.Join(storage.SaveWatch(tx, w), storage.SaveChat(tx, now, chat)); err != nil {
				return err
			}
			paused++
		}
		if paused == 0 {
			t.Error("the store of the first version watches nothing")
		}
		return storage.CheckTables(tx, append(storage.Tables(), catalog.Marks)...)
	})
	if err != nil {
		t.Errorf("pause what the first version watched: %v", err)
	}
}

// A later catalog replaces what nobody has changed in an upgraded store: its marks still fit the records.
func TestUpgradedStoreTakesALaterCatalog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "first.db")
	unpack(t, "testdata/first.db.gz", path)
	store, err := openStore(t.Context(), path, t.Name(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "starter")
	if err := os.CopyFS(folder, os.DirFS("../../storage/catalog/starter")); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"catalog.toml": {"\nversion = ", "\nversion = 9"}, "xiaomi.toml": {`en = "Lei Jun"`, `en = "Lei Jun", fr = "M. Lei"`},
	} {
		file := filepath.Join(folder, name)
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		after := bytes.Replace(before, []byte(change[0]), []byte(change[1]), 1)
		if err := os.WriteFile(file, after, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	later, err := catalog.Read(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	report, err := catalog.Apply(t.Context(), store, later, time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || report.Changed != 1 || len(report.Kept) > 0 {
		t.Errorf("report is %+v, %v; want one record changed and none kept", report, err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// summedUp says what is missing of the figures and totals that the first version did not keep.
func summedUp(r storage.Reader) error {
	view := storage.Scoped{Reader: r, Scope: storage.Public}
	rollup, err := view.Rollup("s7k")
	if err != nil {
		return err
	}
	lead, ok := storage.Lead(rollup.Figures)
	if !ok || lead.Metric != "staff.viewers" || lead.High.Value != 39_000_000 {
		return fmt.Errorf("s7k leads with %v, %t", lead, ok)
	}
	sums, err := view.Totals(storage.Person("lei-jun"), storage.Span{})
	if err == nil && sums.Streams == 0 {
		err = errors.New("no stream counts for lei-jun")
	}
	return err
}

func unpack(t *testing.T, packed, path string) {
	t.Helper()
	from, err := os.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	unzipped, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	to, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, unzipped); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
}
