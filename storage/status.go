package storage

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"boardcast/bot"
)

// mostCounted bounds what a look at the state of things counts of the notices that are settled.
const mostCounted = 1000

// Backlog is how things stand on one messenger: what is owed, and what went wrong.
type Backlog struct {
	Messenger bot.Messenger
	Lanes     []LaneBacklog // those in which anything is owed, most urgent first
	InFlight  int
	Uncertain int // notices that settled in the last 24 hours of which nobody will ever know whether they were sent
	Suspended int // chats
	// More says that there is more of something than was counted.
	More bool
}

// LaneBacklog is what is owed in one lane of a messenger.
type LaneBacklog struct {
	Lane   Lane
	Ready  int       // notices that may be sent now
	Later  int       // those that are held, or are tried again later
	Oldest time.Time // since when the one that has been due longest is, of those that were counted; zero: none is
	More   bool      // there are more than were counted
}

// Owed is how many notices are owed that are not in flight.
func (b Backlog) Owed() (n int) {
	for _, lane := range b.Lanes {
		n += lane.Ready + lane.Later
	}
	return n
}

// Oldest is since when the notice that has been due longest is, of those that were counted; zero: none is.
func (b Backlog) Oldest() (oldest time.Time) {
	for _, lane := range b.Lanes {
		oldest = earlier(oldest, lane.Oldest)
	}
	return oldest
}

// Backlogs returns how things stand on each messenger where there is anything to tell, by its name. It counts up to most of everything,
// a lane at a time, and reads the records of a few alone.
func Backlogs(r Reader, now time.Time, most int) ([]Backlog, error) {
	messengers, err := messengersWithNotices(r)
	if err != nil {
		return nil, err
	}
	var all []Backlog
	for _, messenger := range messengers {
		b, err := BacklogOf(r, messenger, now, most)
		if err != nil {
			return nil, err
		}
		if len(b.Lanes) > 0 || b.InFlight+b.Uncertain+b.Suspended > 0 {
			all = append(all, b)
		}
	}
	return all, nil
}

// BacklogOf is how things stand on one messenger, as [Backlogs] has it.
func BacklogOf(r Reader, messenger bot.Messenger, now time.Time, most int) (Backlog, error) {
	b := Backlog{Messenger: messenger}
	for _, lane := range Lanes() {
		l, err := laneBacklog(r, messenger, lane, now, most)
		if err != nil {
			return b, fmt.Errorf("backlog of %s: %w", messenger, err)
		}
		if l.Ready+l.Later > 0 {
			b.Lanes = append(b.Lanes, l)
		}
		b.More = b.More || l.More
	}
	ofIt, lately := []string{string(messenger)}, Range{Prefix: []string{string(messenger)}, From: TimeKey(now.Add(-uncertainFor))}
	var moreFlying, moreUncertain, moreSuspended bool
	var err, errUncertain, errSuspended error
	b.InFlight, moreFlying, err = countRows(Notices.Rows(r, byFlight, Range{Prefix: ofIt}), most)
	b.Uncertain, moreUncertain, errUncertain = countRows(Notices.Rows(r, byUncertain, lately), most)
	b.Suspended, moreSuspended, errSuspended = countRows(Suspensions.Rows(r, byAddress, Range{Prefix: ofIt}), most)
	b.More = b.More || moreFlying || moreUncertain || moreSuspended
	return b, errors.Join(err, errUncertain, errSuspended)
}

// uncertainFor is how long it shows that nobody knows whether a notice was sent.
const uncertainFor = 24 * time.Hour

func laneBacklog(r Reader, messenger bot.Messenger, lane Lane, now time.Time, most int) (LaneBacklog, error) {
	b := LaneBacklog{Lane: lane}
	first := map[string]ReadyRow{} // that has been ready longest, of each fan-out
	for row, err := range Notices.Rows(r, byReady, Range{Prefix: []string{string(messenger), lane.key()}}) {
		if err != nil {
			return b, err
		}
		if b.Ready+b.Later == most {
			b.More = true
			break
		}
		at, err := readyTime(row)
		if err != nil {
			return b, err
		}
		if at.After(now) {
			b.Later++
			continue
		}
		b.Ready++
		ready := ReadyRow{Since: at, Key: row.Primary}
		if known, ok := first[ready.FanOut()]; !ok || at.Before(known.Since) {
			first[ready.FanOut()] = ready
		}
	}
	var err error
	b.Oldest, err = oldestDue(r, slices.Collect(maps.Values(first)), now)
	return b, err
}

// oldestDue is since when the oldest of some notices has been due: what may be sent early is not late before its time.
func oldestDue(r Reader, rows []ReadyRow, now time.Time) (oldest time.Time, err error) {
	const mostRead = 16
	slices.SortFunc(rows, func(a, b ReadyRow) int { return a.Since.Compare(b.Since) })
	for _, row := range rows[:min(len(rows), mostRead)] {
		if !oldest.IsZero() && !row.Since.Before(oldest) {
			break
		}
		n, err := Notices.Get(r, row.Key...)
		if err != nil {
			return oldest, err
		}
		since := row.Since
		if n.Due.After(since) {
			since = n.Due
		}
		if !since.After(now) {
			oldest = earlier(oldest, since)
		}
	}
	return oldest, nil
}

// ReadyRow is a notice that may be sent, as far as it shows without being read.
type ReadyRow struct {
	Since time.Time
	Key   []string // see [Notice.Key]
}

// FanOut names what the notice tells, which many chats may be told: the notices of one become due together.
func (r ReadyRow) FanOut() string { return Key(r.Key[:len(r.Key)-1]...) }

// ReadyRows returns the notices of a lane that may be sent at now, in the order in which they are, of the first most that are owed there.
func ReadyRows(r Reader, messenger bot.Messenger, lane Lane, now time.Time, most int) ([]ReadyRow, error) {
	var ready []ReadyRow
	looked := 0
	for row, err := range Notices.Rows(r, byReady, Range{Prefix: []string{string(messenger), lane.key()}}) {
		if err != nil || looked == most {
			return ready, err
		}
		looked++
		since, err := readyTime(row)
		if err != nil {
			return nil, err
		}
		if !since.After(now) {
			ready = append(ready, ReadyRow{Since: since, Key: row.Primary})
		}
	}
	return ready, nil
}

// readyTime is when the notice of a row of index "ready" may be sent.
func readyTime(row IndexRow) (time.Time, error) { return ParseTimeKey(row.Key[len(row.Key)-1]) }

// countRows counts rows up to most, and says whether there are more.
func countRows(rows iter.Seq2[IndexRow, error], most int) (n int, more bool, err error) {
	for _, err := range rows {
		if err != nil || n == most {
			return n, err == nil, err
		}
		n++
	}
	return n, false, nil
}

// messengersWithNotices returns the messengers of which a [Backlog] may have something to tell, by name.
func messengersWithNotices(r Reader) ([]bot.Messenger, error) {
	heads, err := Suspensions.heads(r, byAddress)
	for _, index := range []string{byReady, byFlight, byUncertain} {
		more, errMore := Notices.heads(r, index)
		heads, err = append(heads, more...), errors.Join(err, errMore)
	}
	slices.Sort(heads)
	var found []bot.Messenger
	for _, name := range slices.Compact(heads) {
		found = append(found, bot.Messenger(name))
	}
	return found, err
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
