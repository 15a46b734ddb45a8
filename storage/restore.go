package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Restore says that a backup was put in the place of a later store: whatever was due by then has been sent by that store, or
// is of the past.
type Restore struct {
	At time.Time `json:"at"` // when it was put there
	Of time.Time `json:"of"` // when the backup was made
}

// Restores are kept latest first.
var Restores = NewTable("restore", 1, func(r *Restore) []string { return []string{backKey(r.At)} })

// Covers reports whether what is due at a time must not be sent any more, because the store before may have sent it.
func (r Restore) Covers(due time.Time) bool { return !r.At.IsZero() && !due.After(r.At) }

// LastRestore returns the latest restore; the zero Restore, which covers nothing, when there was none.
func LastRestore(r Reader) (Restore, error) {
	for restore, err := range Restores.Scan(r) {
		return restore, err
	}
	return Restore{}, nil
}

// RestoreBefore returns the latest restore up to a time, or ErrNotFound.
func RestoreBefore(r Reader, t time.Time) (Restore, error) {
	for restore, err := range Restores.Scan(r) {
		if err != nil || !restore.At.After(t) {
			return restore, err
		}
	}
	return Restore{}, fmt.Errorf("restore before %s: %w", t, ErrNotFound)
}

// Owing is what a store still has to send.
type Owing struct {
	Notices int // that are queued or in flight
	Moments int // reminders, news and weeks that are due: each may owe a notice to many chats, or to none

	Latest time.Time // when a notice was tried or settled last
}

// OwingAt counts what a store owes at a time. It reads the whole outbox.
func OwingAt(r Reader, now time.Time) (Owing, error) {
	var owing Owing
	for notice, err := range Notices.Scan(r) {
		if err != nil {
			return Owing{}, err
		}
		for _, t := range []time.Time{notice.Tried, notice.Settled} {
			if t.After(owing.Latest) {
				owing.Latest = t
			}
		}
		if notice.Owed() && !notice.Due.After(now) {
			owing.Notices++
		}
	}
	for moment, err := range Moments.ByRange(r, byTime, Range{To: TimeKey(now.Add(1))}) {
		if err != nil {
			return Owing{}, err
		}
		switch moment.Kind {
		case DueStep, LateStep, UnseenStep, ForgottenStep: // of a stream's state, not of a message
		default:
			owing.Moments++
		}
	}
	return owing, nil
}

// LastIDs returns the last number of each letter of short ids.
func LastIDs(r Reader) (map[string]uint64, error) {
	last := map[string]uint64{}
	for item, err := range r.Scan(Prefix(idTable)) {
		if err != nil {
			return nil, fmt.Errorf("read the last ids: %w", err)
		}
		letter := strings.TrimPrefix(item.Key, idTable+"/")
		if last[letter], err = strconv.ParseUint(string(item.Value), 10, 64); err != nil {
			return nil, fmt.Errorf("read the last id of %q: %w", letter, err)
		}
	}
	return last, nil
}

// RaiseIDs sees to it that no id up to the last numbers given is allocated again.
func RaiseIDs(tx Tx, last map[string]uint64) error {
	for letter, n := range last {
		key := Key(idTable, letter)
		known, err := lastID(tx, key, letter)
		if err != nil {
			return fmt.Errorf("raise the ids of %q: %w", letter, err)
		}
		if n <= known {
			continue
		}
		if err := tx.Put(key, strconv.AppendUint(nil, n, 10)); err != nil {
			return fmt.Errorf("raise the ids of %q: %w", letter, err)
		}
	}
	return nil
}

// backupJob is the name under which the time of the last backup is kept, so that the copy knows of when it is.
const backupJob = "backup"

// NoteBackup writes down, before a store is copied, that it is copied now.
func NoteBackup(ctx context.Context, store Store, now time.Time) error {
	return store.Update(ctx, func(tx Tx) error { return JobRuns.Put(tx, JobRun{Name: backupJob, Last: now.UTC()}) })
}

// BackupTime returns the time that NoteBackup wrote down last; zero if there is none.
func BackupTime(r Reader) (time.Time, error) {
	run, err := JobRuns.Get(r, backupJob)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	return run.Last, err
}
