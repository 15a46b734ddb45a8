package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

// verbIn runs the program in a folder of its own and returns its exit status and what it said.
func verbIn(t *testing.T, folder, input string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	environ := []string{"BOARDCAST_STORAGE_PATH=" + filepath.Join(folder, "boardcast.db"), "TZ=UTC"}
	status = run(context.Background(), args, environ, strings.NewReader(input), &out, &errs)
	return status, out.String(), errs.String()
}

// inStore changes the store of a folder while nobody serves it.
func inStore(t *testing.T, folder string, fn func(tx storage.Tx) error) {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(folder, "boardcast.db"), bolt.Options{Holder: t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestARestoredStoreSendsNothingAgain: a backup owes a notice, has one in flight, and has news to spread. After the restore
// nothing of it comes; the verb counts it, and /why tells of it.
func TestARestoredStoreSendsNothingAgain(t *testing.T) {
	folder := t.TempDir()
	if status, _, said := verbIn(t, folder, "/chat set quiet=off\n/watch add xiaomi\n", "chat", "--zone", "UTC"); status != 0 {
		t.Fatal(said)
	}
	now := time.Now().UTC()
	inStore(t, folder, func(tx storage.Tx) error {
		stream, err := storage.AddStream(tx, now.Add(-time.Minute), storage.Stream{
			Scope: storage.Public, People: []string{"lei-jun"}, State: storage.Announced,
			Start: bot.NewWhen(now.Add(210*time.Minute), time.UTC, bot.ToMinute),
		})
		if err != nil {
			return err
		}
		notice := storage.Notice{
			Kind: storage.AnnouncedNotice, Scope: storage.Public, Stream: stream.ID, Occurrence: "0", Chat: "c1",
			Messenger: bot.Console, Due: now.Add(-time.Minute), Until: now.Add(time.Hour), Outcome: storage.Queued,
		}
		if err := storage.Notices.Put(tx, notice); err != nil {
			return err
		}
		notice.Kind, notice.Outcome, notice.Tried = storage.ChangedNotice, storage.Sending, now.Add(-time.Minute)
		return storage.Notices.Put(tx, notice)
	})
	copied := filepath.Join(folder, "copy.db")
	if status, _, said := verbIn(t, folder, "", "backup", copied); status != 0 {
		t.Fatal(said)
	}
	_, sent, _ := verbIn(t, folder, "", "chat", "--zone", "UTC", "--wait", "1s")
	if !strings.Contains(sent, "│") {
		t.Fatalf("the store sends nothing before it is restored: the test is blind\n%s", sent)
	}

	_, said, _ := verbIn(t, folder, "", "restore", copied)
	if want := "Not sent again, as why will tell: 2 of its notices, and "; !strings.Contains(said, want) {
		t.Errorf("restore said %q, want %q", said, want)
	}
	_, sent, _ = verbIn(t, folder, "", "chat", "--zone", "UTC", "--wait", "1s")
	if sent != "" {
		t.Errorf("sent again:\n%s", sent)
	}
	_, why, _ := verbIn(t, folder, "", "why", "c1")
	if got := strings.Count(strings.Join(strings.Fields(why), " "), "not sent again, I was restored from a backup of"); got != 3 {
		t.Errorf("%d notices are told of, want 3:\n%s", got, why)
	}
}

// TestABackupOfTheFirstVersionIsRestored: it is upgraded before it is put in place, so the next start has nothing to do.
func TestABackupOfTheFirstVersionIsRestored(t *testing.T) {
	folder := t.TempDir()
	first := filepath.Join(folder, "first.db")
	unpack(t, "testdata/first.db.gz", first)
	if status, said, wrong := verbIn(t, folder, "", "restore", first); status != 0 || strings.Contains(said, "kept") {
		t.Fatal(said, wrong)
	}
	if status, said, wrong := verbIn(t, folder, "", "check"); status != 0 || !strings.HasSuffix(said, "No damage.\n") {
		t.Error(said, wrong)
	}
	if kept, err := filepath.Glob(filepath.Join(folder, "*.before-upgrade")); len(kept) > 0 || err != nil {
		t.Errorf("upgraded once more: %v, %v", kept, err)
	}
}
