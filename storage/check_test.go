package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"boardcast/storage"
	"boardcast/storage/storagetest"
)

func TestCheckTablesFindsWhatIsWrong(t *testing.T) {
	row := "talk.start/public/" + storage.TimeKey(hour(3)) + "/public%2Fs1"
	tests := []struct {
		name   string
		damage func(storage.Tx) error
		want   string // "" for nothing wrong
	}{
		{"nothing", func(storage.Tx) error { return nil }, ""},
		{"ids are known", func(tx storage.Tx) error { _, err := storage.NextID(tx, "w"); return err }, ""},
		{"a row is missing", func(tx storage.Tx) error { return tx.Delete(row) }, "talk/public/s1: its row " + row + ": not found"},
		{"a row covers something else", func(tx storage.Tx) error { return tx.Put(row, []byte("7")) }, `says "7", not "2"`},
		{"a record is missing", func(tx storage.Tx) error { return tx.Delete("talk/public/s1") }, row + ": its record: not found"},
		{"a row too many", func(tx storage.Tx) error { return tx.Put("talk.person/nobody/public%2Fs1", nil) }, "talk.person/nobody/public%2Fs1: is not a row of its record"},
		{"a row that cannot be read", func(tx storage.Tx) error { return tx.Put("talk.person/%", nil) }, "is not an escape"},
		{"a record under another's key", func(tx storage.Tx) error {
			return tx.Put("talk/public/s5", []byte(`1 {"scope":"public","id":"s6"}`))
		}, "talk/public/s5: holds the record of talk/public/s6"},
		{"a record that cannot be read", func(tx storage.Tx) error { return tx.Put("talk/public/s3", []byte("{}")) }, "no version"},
		{"an unknown table", func(tx storage.Tx) error { return tx.Put("tlak/1", nil) }, `key "tlak/1" belongs to no known table`},
		{"an unknown index", func(tx storage.Tx) error { return tx.Put("talk.color/1", nil) }, `key "talk.color/1" belongs to no known table`},
		{"no table", func(tx storage.Tx) error { return tx.Put("talk", nil) }, `key "talk" belongs to no table`},
		{"too much", func(tx storage.Tx) error {
			for i := range 25 {
				if err := tx.Put(fmt.Sprintf("talk/public/x%d", i), nil); err != nil {
					return err
				}
			}
			return nil
		}, "and 5 more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := storagetest.Open(t)
			putTalks(t, store, someTalks()...)
			write(t, store, test.damage)
			err := store.View(t.Context(), func(r storage.Reader) error { return storage.CheckTables(r, talkTable(1)) })
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error = %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestCheckTablesFindsTwoOwners(t *testing.T) {
	store := storagetest.Open(t)
	putTalks(t, store, someTalks()...)
	err := store.View(t.Context(), func(r storage.Reader) error { return storage.CheckTables(r, talkTable(1), talkTable(1)) })
	if err == nil || !strings.Contains(err.Error(), "belongs to 2 tables") {
		t.Errorf("error = %v", err)
	}
}

func TestCheckTablesPassesOnErrors(t *testing.T) {
	err := storage.CheckTables(memory{"broken": ""}, talkTable(1))
	if !errors.Is(err, errBroken) {
		t.Errorf("error = %v, want %v", err, errBroken)
	}
}
