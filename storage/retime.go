package storage

import (
	"time"

	"boardcast/bot"
)

const (
	// retimeWrites is what a notice costs that is brought forward: the record, and its row where it stood and where it stands.
	retimeWrites = 3
	// retimeLooks is how many rows are looked at in one transaction.
	retimeLooks = 5_000
)

// RetimeNotices brings the notices of a messenger forward that wait for a time counted by a clock that was ahead of now: what is to be tried
// again waits as long as it was to, from now on, and what is news is due. What is of an hour, such as a reminder, waits for it. It goes on
// behind a place ("" is the beginning), as far as the transaction has Room, and returns the place to go on behind, and whether it is done.
func RetimeNotices(tx Tx, messenger bot.Messenger, now time.Time, after string) (next string, done bool, err error) {
	next, looked := after, 0
	for row, err := range Notices.Rows(tx, byReady, Range{Prefix: []string{string(messenger)}, After: after}) {
		if err != nil {
			return next, false, err
		}
		if looked++; looked > retimeLooks || tx.Room() < retimeWrites {
			return next, false, nil
		}
		if err := retime(tx, row, now); err != nil {
			return next, false, err
		}
		next = row.Cursor
	}
	return next, true, nil
}

// retime brings the notice of a row forward, if it is to be. A record that cannot be read is for whoever would send it.
func retime(tx Tx, row IndexRow, now time.Time) error {
	at, err := ParseTimeKey(readyRow(row).at)
	if err != nil || !at.After(now) {
		return err
	}
	n, err := Notices.Get(tx, row.Primary...)
	if err != nil {
		return nil //nolint:nilerr // one notice that cannot be read is not to hold up the others
	}
	if changed, is := n.retimed(now); is {
		return Notices.Put(tx, changed)
	}
	return nil
}

// retimed is a queued notice by a clock that may have been set back since it was tried, and whether that changes it. What came of an
// attempt that lies ahead now is in doubt for longer than any messenger remembers, for all that is known.
func (n Notice) retimed(now time.Time) (changed Notice, is bool) {
	const sometime = 24 * time.Hour
	tried := n.Tried.After(now)
	news := n.Due.After(now) && !n.Kind.ofAnHour()
	if tried {
		n.NotBefore, n.Tried = now.Add(max(n.NotBefore.Sub(n.Tried), 0)), now
	}
	if n.Doubt.After(now) {
		n.Doubt = now.Add(-sometime)
	}
	if news {
		n.Due = now
	}
	return n, tried || news
}

// ofAnHour reports whether a notice of the kind is due at a time that was set for it, and not because something has happened.
func (k NoticeKind) ofAnHour() bool {
	switch k {
	case ReminderNotice, WeeklyNotice, MorningNotice, DigestNotice:
		return true
	default:
		return false
	}
}
