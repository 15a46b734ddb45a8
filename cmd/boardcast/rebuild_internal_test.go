package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardcast/storage/bolt"
)

// TestAKilledVerbLosesNothing kills compact, restore and import at all kinds of instants: the store is there, whole, and
// says what it said before; at the next attempt the verb works, and leaves nothing of the first behind.
func TestAKilledVerbLosesNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "boardcast.db")
	if status, _, said := verbIn(t, folder, "/watch add xiaomi\n", "chat", "--zone", "UTC"); status != 0 {
		t.Fatal(said)
	}
	copied, exported := filepath.Join(folder, "copy.db"), filepath.Join(folder, "all.jsonl")
	for _, args := range [][]string{{"backup", copied}, {"export", exported}} {
		if status, _, said := verbIn(t, folder, "", args...); status != 0 {
			t.Fatal(said)
		}
	}
	_, before, _ := verbIn(t, folder, "", "export", "--what", "chats")
	for _, args := range [][]string{{"compact"}, {"restore", copied}, {"import", "--replace", exported}} {
		for delay := 2 * time.Millisecond; delay < 120*time.Millisecond; delay += delay/2 + time.Millisecond {
			killVerb(t, path, delay, args...)
			status, after, said := verbIn(t, folder, "", "export", "--what", "chats")
			if status != 0 || withoutFirstLine(after) != withoutFirstLine(before) {
				t.Fatalf("%s, killed after %s: %s%s", args[0], delay, said, after)
			}
		}
		if status, _, said := verbIn(t, folder, "", args...); status != 0 {
			t.Errorf("%s, afterwards: %s", args[0], said)
		}
		if left, err := filepath.Glob(path + ".*.tmp"); len(left) > 0 || err != nil {
			t.Errorf("%s left behind %v, %v", args[0], left, err)
		}
	}
	if status, _, said := verbIn(t, folder, "", "check"); status != 0 {
		t.Error(said)
	}
}

// killVerb runs a verb on a store and kills it after a while, unless it has ended by then.
func killVerb(t *testing.T, path string, after time.Duration, args ...string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{"boardcast"}, args...)
	cmd.Env = append(os.Environ(), "BOARDCAST_STORAGE_PATH="+path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait() // killed or not
}

func withoutFirstLine(s string) string {
	_, rest, _ := strings.Cut(s, "\n")
	return rest
}

// TestAStoreBehindALinkIsReplacedWhereItIs: the link stays.
func TestAStoreBehindALinkIsReplacedWhereItIs(t *testing.T) {
	folder, disk := t.TempDir(), t.TempDir()
	store, err := bolt.Open(t.Context(), filepath.Join(disk, "real.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "boardcast.db")
	if err := os.Symlink(filepath.Join(disk, "real.db"), link); err != nil {
		t.Fatal(err)
	}
	if status, _, said := verbIn(t, folder, "", "compact"); status != 0 {
		t.Fatal(said)
	}
	if to, err := os.Readlink(link); err != nil || to != filepath.Join(disk, "real.db") {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if kept, err := filepath.Glob(filepath.Join(disk, "real.db.before-compact-*")); len(kept) != 1 || err != nil {
		t.Errorf("kept: %v, %v", kept, err)
	}
}
