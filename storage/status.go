package storage

import (
	"fmt"
	"time"

	"boardcast/bot"
)

// mostCounted bounds what a look at the state of things counts.
const mostCounted = 1000

// Backlog is what is owed on one messenger.
type Backlog struct {
	Messenger bot.Messenger
	Owed      int  // notices that are due or tried again later
	More      bool // there are more than were counted
	InFlight  int
	Oldest    time.Time // when the one that has waited longest was due; zero: none is due yet
}

// Backlogs returns what is owed on each messenger, counting up to 1,000 notices a messenger.
func Backlogs(r Reader) ([]Backlog, error) {
	var all []Backlog
	for from := ""; ; {
		row, ok, err := firstRow(r, Range{From: from})
		if err != nil || !ok {
			return all, err
		}
		messenger := readyRow(row).messenger
		backlog, err := backlogOf(r, messenger)
		if err != nil {
			return nil, err
		}
		all = append(all, backlog)
		from = past(messenger)
	}
}

func firstRow(r Reader, rng Range) (IndexRow, bool, error) {
	for row, err := range Notices.Rows(r, byReady, rng) {
		return row, err == nil, err
	}
	return IndexRow{}, false, nil
}

func backlogOf(r Reader, messenger string) (Backlog, error) {
	b := Backlog{Messenger: bot.Messenger(messenger)}
	for row, err := range Notices.Rows(r, byReady, Range{Prefix: []string{messenger}}) {
		if err != nil {
			return b, err
		}
		if b.Owed == mostCounted {
			b.More = true
			break
		}
		b.Owed++
		at, err := ParseTimeKey(readyRow(row).at)
		if err != nil {
			return b, fmt.Errorf("backlog of %s: %w", messenger, err)
		}
		b.Oldest = earlier(b.Oldest, at)
	}
	flight, err := NoticesInFlight(r, b.Messenger)
	b.InFlight = len(flight)
	return b, err
}

// Outcomes counts what became of the notices that settled since a time, the first 1,000 of them; more says that there were
// more.
func Outcomes(r Reader, since time.Time) (count map[Outcome]int, more bool, err error) {
	count, n := map[Outcome]int{}, 0
	for notice, err := range Notices.ByRange(r, byTime, Range{From: TimeKey(since)}) {
		if err != nil {
			return nil, false, err
		}
		if n == mostCounted {
			return count, true, nil
		}
		n++
		count[notice.Outcome]++
	}
	return count, false, nil
}

// OwnStreams returns the streams by an id that belong to communities, up to 100 of them.
func OwnStreams(r Reader, id string) ([]Stream, error) {
	const most = 100
	var own []Stream
	for s, err := range Streams.By(r, byID, id) {
		if err != nil {
			return nil, err
		}
		if s.Scope != Public && len(own) < most {
			own = append(own, s)
		}
	}
	return own, nil
}

// Publish makes a community's stream, or its copy of a public one, what everybody sees. It returns the public stream as it was
// before, nil for none, and as it is now.
func Publish(tx Tx, now time.Time, own Stream) (before *Stream, after Stream, err error) {
	before, err = absentIsNil(Streams.Get(tx, string(Public), own.ID))
	if err != nil {
		return nil, Stream{}, err
	}
	public := own
	public.Scope, public.Of = Public, ""
	if after, err = SaveStream(tx, now, public); err != nil {
		return nil, Stream{}, err
	}
	return before, after, DropCopy(tx, now, own)
}
