package storage_test

import (
	"errors"
	"testing"

	"boardcast/storage"
	"boardcast/storage/storagetest"
)

func TestNextID(t *testing.T) {
	store := storagetest.Open(t)
	tests := []struct{ letter, want string }{
		{"w", "w1"},
		{"w", "w2"},
		{"s", "s1000"}, // s1 to szzz are the catalog's
		{"s", "s1001"},
		{"c", "c1"},
	}
	for _, test := range tests {
		if got := nextID(t, store, test.letter); got != test.want {
			t.Errorf("NextID(%s) = %s, want %s", test.letter, got, test.want)
		}
	}
	for range 40 {
		id := nextID(t, store, "w")
		if read, ok := storage.ParseID("w", id); !ok || read != id {
			t.Errorf("%s is not a valid id", id)
		}
	}
	if got, want := nextID(t, store, "w"), "w1f"; got != want { // the 43rd
		t.Errorf("NextID(w) = %s, want %s", got, want)
	}
}

func nextID(t *testing.T, store storage.Store, letter string) string {
	t.Helper()
	var id string
	err := store.Update(t.Context(), func(tx storage.Tx) (err error) {
		id, err = storage.NextID(tx, letter)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestNextIDIsNotUsedUpByAFailure(t *testing.T) {
	store := storagetest.Open(t)
	_ = store.Update(t.Context(), func(tx storage.Tx) error {
		if _, err := storage.NextID(tx, "w"); err != nil {
			return err
		}
		return errors.New("nothing came of it")
	})
	if got := nextID(t, store, "w"); got != "w1" {
		t.Errorf("NextID(w) = %s, want w1", got)
	}
}

func TestNextIDRefusesADamagedCounter(t *testing.T) {
	store := storagetest.Open(t)
	err := store.Update(t.Context(), func(tx storage.Tx) error {
		if err := tx.Put("id/w", []byte("many")); err != nil {
			return err
		}
		_, err := storage.NextID(tx, "w")
		return err
	})
	if err == nil {
		t.Error("a counter that is no number was counted on")
	}
}

func TestParseID(t *testing.T) {
	tests := []struct{ letter, typed, want string }{
		{"s", "s7k", "s7k"},
		{"s", "S7K", "s7k"},
		{"w", "w1", "w1"},
		{"s", "#s7k", "s7k"},
		{"s", "s7k?", "s7k"}, // as it stands in a sentence
		{"s", "s7k。", "s7k"},
		{"w", "s1", ""},
		{"w", "w", ""},
		{"w", "", ""},
		{"w", "w0", ""},
		{"w", "w01", ""}, // one id has one spelling
		{"w", "wool", ""},
		{"w", "w-1", ""},
		{"w", "w1 ", ""},
		{"w", "wſ", ""},
		{"w", "w1111111111111", ""},
	}
	for _, test := range tests {
		got, ok := storage.ParseID(test.letter, test.typed)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("ParseID(%s, %q) = %q, %t, want %q", test.letter, test.typed, got, ok, test.want)
		}
	}
}
