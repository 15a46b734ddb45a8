package storage_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"boardcast/storage"
	"boardcast/storage/storagetest"
)

const oldRecords = 300 // more than two Rooms of a strict store

// oldStore has records of a time before there were schemas.
func oldStore(t *testing.T) storage.Store {
	t.Helper()
	store := storagetest.Open(t)
	for first := 0; first < oldRecords; first += 100 {
		write(t, store, func(tx storage.Tx) error {
			for i := first; i < first+100; i++ {
				if err := tx.Put(fmt.Sprintf("old/%03d", i), strconv.AppendInt(nil, int64(i), 10)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return store
}

// addToAll adds n to the number in every record: run twice on one, it shows.
func addToAll(n int) storage.Step {
	return storage.Step{Name: fmt.Sprint("add ", n), Run: func(tx storage.Tx, cursor string) (string, error) {
		for item, err := range tx.Scan("old/"+cursor+"\x00", "old0") {
			if err != nil {
				return "", err
			}
			if tx.Room() == 0 {
				return cursor, nil
			}
			value, err := strconv.Atoi(string(item.Value))
			if err != nil {
				return "", err
			}
			if err := tx.Put(item.Key, strconv.AppendInt(nil, int64(value+n), 10)); err != nil {
				return "", err
			}
			cursor = item.Key[len("old/"):]
		}
		return "", nil
	}}
}

func checkAdded(t *testing.T, store storage.Store, n int) {
	t.Helper()
	read(t, store, func(r storage.Reader) error {
		for i := range oldRecords {
			value, err := r.Get(fmt.Sprintf("old/%03d", i))
			if want := strconv.Itoa(i + n); string(value) != want || err != nil {
				t.Fatalf("record %d = %s, %v, want %s", i, value, err, want)
			}
		}
		return nil
	})
}

func pendingSteps(t *testing.T, store storage.Store, steps []storage.Step) bool {
	t.Helper()
	pending, err := storage.Pending(t.Context(), store, steps)
	if err != nil {
		t.Fatal(err)
	}
	return pending
}

func TestMigrate(t *testing.T) {
	store := oldStore(t)
	steps := []storage.Step{addToAll(1)}
	for range 2 { // a step more each time; none twice
		if !pendingSteps(t, store, steps) {
			t.Error("nothing is pending")
		}
		for range 2 {
			if err := storage.Migrate(t.Context(), store, steps, hour(0)); err != nil {
				t.Fatal(err)
			}
		}
		if pendingSteps(t, store, steps) {
			t.Error("something is still pending")
		}
		steps = append(steps, addToAll(1000))
	}
	checkAdded(t, store, 1001)
}

func TestMigrateResumesAfterACrash(t *testing.T) {
	steps := []storage.Step{addToAll(1), addToAll(1000)}
	for _, fault := range storagetest.Faults() {
		for n := 1; ; n++ {
			store := oldStore(t)
			faulty := storagetest.Faulty(store, n, fault)
			err := storage.Migrate(t.Context(), faulty, steps, hour(0))
			if faulty.Struck() == (err == nil) {
				t.Fatalf("%s at %d: error = %v", fault, n, err)
			}
			if err := storage.Migrate(t.Context(), store, steps, hour(1)); err != nil {
				t.Fatalf("%s at %d: %v", fault, n, err)
			}
			checkAdded(t, store, 1001)
			if !faulty.Struck() {
				break
			}
		}
	}
}

func TestMigrateOfANewStoreRunsNothing(t *testing.T) {
	store := storagetest.Open(t)
	steps := []storage.Step{{Name: "fail", Run: func(storage.Tx, string) (string, error) { return "", errBroken }}}
	if pendingSteps(t, store, steps) {
		t.Error("an empty store has something pending")
	}
	if err := storage.Migrate(t.Context(), store, steps, hour(0)); err != nil {
		t.Error(err)
	}
	if pendingSteps(t, store, steps) {
		t.Error("a new store has something pending")
	}
}

func TestMigrateWithNothingToDoWritesNothing(t *testing.T) {
	store := oldStore(t)
	for i := range 2 {
		if err := storage.Migrate(t.Context(), store, nil, hour(i)); err != nil {
			t.Fatal(err)
		}
	}
	read(t, store, func(r storage.Reader) error {
		raw, err := r.Get("schema/store")
		if want := `{"version":0,"changed":"2024-05-20T00:00:00Z"}`; string(raw) != want {
			t.Errorf("schema = %s, want %s", raw, want)
		}
		return err
	})
}

func TestMigrateRefusesANewerStore(t *testing.T) {
	store := oldStore(t)
	if err := storage.Migrate(t.Context(), store, []storage.Step{addToAll(1), addToAll(1)}, hour(0)); err != nil {
		t.Fatal(err)
	}
	known := []storage.Step{addToAll(1)}
	_, pendingErr := storage.Pending(t.Context(), store, known)
	migrateErr := storage.Migrate(t.Context(), store, known, hour(1))
	for _, err := range []error{pendingErr, migrateErr} {
		newer, ok := errors.AsType[*storage.NewerSchemaError](err)
		if !ok || *newer != (storage.NewerSchemaError{Stored: 2, Known: 1}) {
			t.Errorf("error = %v, want a NewerSchemaError of 2 and 1", err)
			continue
		}
		want := "the store was written by a newer boardcast (schema 2, this one knows 1): use that version, or restore the copy made before the upgrade"
		if newer.Error() != want {
			t.Errorf("error = %q, want %q", newer, want)
		}
	}
}

func TestMigrateNamesTheStepThatFails(t *testing.T) {
	store := oldStore(t)
	steps := []storage.Step{addToAll(1), {Name: "fail", Run: func(storage.Tx, string) (string, error) { return "", errBroken }}}
	err := storage.Migrate(t.Context(), store, steps, hour(0))
	if !errors.Is(err, errBroken) || err.Error() != "migration 2, fail: broken" {
		t.Errorf("error = %v", err)
	}
	checkAdded(t, store, 1)
}

func TestReindex(t *testing.T) {
	// In this version of the table people were indexed by nothing, and starts without their scope.
	before := storage.NewTable("talk", 1, func(v *talk) []string { return []string{v.Scope, v.ID} },
		storage.Index[talk]{Name: "start", Rows: func(v *talk) []storage.Row {
			return []storage.Row{{Key: []string{storage.TimeKey(v.Start)}}}
		}})
	after := talkTable(1)
	for n := 1; ; n++ {
		store := storagetest.Open(t, after)
		for first := 0; first < 150; first += 50 {
			write(t, store, func(tx storage.Tx) error {
				for i := first; i < first+50; i++ {
					v := talk{Scope: "public", ID: fmt.Sprint("s", i), Start: hour(0).Add(time.Duration(i) * time.Hour), People: []string{"a", "b", "c"}}
					if err := before.Put(tx, v); err != nil {
						return err
					}
				}
				return nil
			})
		}
		steps := []storage.Step{after.Reindex()}
		faulty := storagetest.Faulty(store, n, storagetest.KillAfter)
		_ = storage.Migrate(t.Context(), faulty, steps, hour(0))
		if err := storage.Migrate(t.Context(), store, steps, hour(0)); err != nil {
			t.Fatal(err)
		}
		read(t, store, func(r storage.Reader) error { return storage.CheckTables(r, after) })
		if !faulty.Struck() {
			break
		}
	}
}

func TestRekey(t *testing.T) {
	// In this version of the table the scope was not in the key.
	before := storage.NewTable("talk", 1, func(v *talk) []string { return []string{v.ID} },
		storage.Index[talk]{Name: "start", Rows: func(v *talk) []storage.Row {
			return []storage.Row{{Key: []string{storage.TimeKey(v.Start)}}}
		}})
	after := talkTable(1)
	for n := 1; ; n++ {
		store := storagetest.Open(t, after)
		for first := 0; first < 150; first += 50 {
			write(t, store, func(tx storage.Tx) error {
				for i := first; i < first+50; i++ {
					// Those from "t" on come again, because their new keys stand behind the old ones.
					v := talk{Scope: "public", ID: fmt.Sprintf("%c%d", 'a'+i%26, i), Start: hour(0), People: []string{"a", "b"}}
					if err := before.Put(tx, v); err != nil {
						return err
					}
				}
				return nil
			})
		}
		steps := []storage.Step{after.Rekey(), after.Reindex()}
		faulty := storagetest.Faulty(store, n, storagetest.KillAfter)
		_ = storage.Migrate(t.Context(), faulty, steps, hour(0))
		if err := storage.Migrate(t.Context(), store, steps, hour(0)); err != nil {
			t.Fatal(err)
		}
		read(t, store, func(r storage.Reader) error {
			count := 0
			for _, err := range after.Scan(r, "public") {
				if err != nil {
					return err
				}
				count++
			}
			if count != 150 {
				t.Errorf("%d records were moved, want 150", count)
			}
			return storage.CheckTables(r, after)
		})
		if !faulty.Struck() {
			break
		}
	}
}
