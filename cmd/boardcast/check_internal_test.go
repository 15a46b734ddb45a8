package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"boardcast/storage"
)

// TestCheckNamesWhatItFinds, on the standard output, and ends with status 1.
func TestCheckNamesWhatItFinds(t *testing.T) {
	folder := t.TempDir()
	if status, _, said := verbIn(t, folder, "", "chat", "--zone", "UTC"); status != 0 {
		t.Fatal(said)
	}
	inStore(t, folder, func(tx storage.Tx) error {
		return errors.Join(tx.Put("car/1", nil), tx.Put("watch/w9", []byte("no record")))
	})
	status, said, wrong := verbIn(t, folder, "", "check")
	for _, want := range []string{`key "car/1" belongs to no known table`, "watch/w9: decode: no version"} {
		if !strings.Contains(said, want) {
			t.Errorf("check said nothing of %q:\n%s", want, said)
		}
	}
	if status != 1 || wrong != "boardcast: the store is damaged: restore the last backup\n" {
		t.Errorf("status %d, %q", status, wrong)
	}
}

// TestPagesThatMakeNoSenseAreFound, and do not crash.
func TestPagesThatMakeNoSenseAreFound(t *testing.T) {
	folder := t.TempDir()
	if status, _, said := verbIn(t, folder, "", "chat", "--zone", "UTC"); status != 0 {
		t.Fatal(said)
	}
	path := filepath.Join(folder, "boardcast.db")
	page := make([]byte, 4096)
	for i := range page {
		page[i] = 0xAA
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	for n := int64(10); n < 60; n++ {
		if _, err := file.WriteAt(page, n*4096); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"check", "compact"} {
		if status, said, wrong := verbIn(t, folder, "", verb); status != 1 || !strings.Contains(said+wrong, "damaged") {
			t.Errorf("%s: status %d, %q, %q", verb, status, said, wrong)
		}
	}
	if kept, err := filepath.Glob(path + ".before-*"); len(kept) > 0 || err != nil {
		t.Errorf("a damaged store was compacted: %v, %v", kept, err)
	}
}
