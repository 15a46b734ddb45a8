package storage

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
	"time"
)

// KeptLine is a command line that is too long to travel with a button, which bears its name instead.
type KeptLine struct {
	Name string `json:"name"` // made of the line, so that one line has one name
	Line string `json:"line"`
	Day  string `json:"day"` // on which it was last needed, in UTC
}

// KeptLines are kept by name; index "day" finds the old ones.
var KeptLines = NewTable("line", 1,
	func(l *KeptLine) []string { return []string{l.Name} },
	Index[KeptLine]{Name: byDay, Rows: func(l *KeptLine) []Row { return []Row{{Key: []string{l.Day}}} }})

// keepLines is how long after it was last sent the button of a line works.
const keepLines = 30 * 24 * time.Hour

// LineName is the name under which a line is kept: 26 signs of [a-z2-7].
func LineName(line string) string {
	const bytes = 16
	sum := sha256.Sum256([]byte(line))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:bytes]))
}

// IsKept reports whether a line is kept and need not be written again on that day.
func IsKept(r Reader, now time.Time, line string) (bool, error) {
	kept, err := KeptLines.Get(r, LineName(line))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return kept.Day == now.UTC().Format(time.DateOnly), err
}

// KeepLine keeps a line for 30 days from now.
func KeepLine(tx Tx, now time.Time, line string) error {
	return KeptLines.Put(tx, KeptLine{Name: LineName(line), Line: line, Day: now.UTC().Format(time.DateOnly)})
}

// ForgetLines deletes a page of the lines that nobody needed for 30 days, and reports whether that was all of them.
func ForgetLines(tx Tx, now time.Time) (bool, error) {
	const writes = 2 // that a line takes to be deleted
	over := now.UTC().Add(-keepLines).Format(time.DateOnly)
	for line, err := range KeptLines.ByRange(tx, byDay, Range{To: over}) {
		if err != nil {
			return false, err
		}
		if tx.Room() < writes {
			return false, nil
		}
		if err := KeptLines.Delete(tx, line.Name); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Lines keep command lines that are too long for a button, for the adapters of messengers.
type Lines struct {
	Store Store
	Now   func() time.Time
}

// Keep keeps a line, and returns the name that stands on its button. One that is kept already is not written again.
func (l Lines) Keep(ctx context.Context, line string) (name string, err error) {
	now := l.Now()
	var kept bool
	err = l.Store.View(ctx, func(r Reader) (err error) {
		kept, err = IsKept(r, now, line)
		return err
	})
	if err == nil && !kept {
		err = l.Store.Update(ctx, func(tx Tx) error { return KeepLine(tx, now, line) })
	}
	return LineName(line), err
}

// Kept returns the line of a button by its name, "" if it is not kept any more.
func (l Lines) Kept(ctx context.Context, name string) (line string, err error) {
	err = l.Store.View(ctx, func(r Reader) error {
		kept, err := KeptLines.Get(r, name)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		line = kept.Line
		return err
	})
	return line, err
}
