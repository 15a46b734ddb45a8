package main

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// lane is a kind of notice that is measured apart.
type lane string

// The lanes.
const (
	liveLane     lane = "live"
	reminderLane lane = "reminder"
	changeLane   lane = "change"
)

// owed is the one notice that a chat is to get.
type owed struct {
	lane lane
	due  time.Time
}

// taken is a message to a chat that a server took.
type taken struct {
	chat string
	at   time.Time
}

// tally counts what a server takes of what is owed. It is safe for many at once.
type tally struct {
	mu    sync.Mutex
	owed  map[string]owed
	told  map[string]bool // of the chats that are owed something
	taken []taken
	more  chan struct{} // has room for one
}

func newTally() *tally {
	return &tally{owed: map[string]owed{}, told: map[string]bool{}, more: make(chan struct{}, 1)}
}

// owe has a chat be owed a notice.
func (t *tally) owe(chat string, o owed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owed[chat] = o
}

// take counts a message. One to a chat that is owed nothing, such as an answer to a command, is left out.
func (t *tally) take(chat string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.owed[chat]; !ok {
		return
	}
	t.told[chat] = true
	t.taken = append(t.taken, taken{chat, at})
	select {
	case t.more <- struct{}{}:
	default:
	}
}

// counts are how many chats are told, and how many are owed something.
func (t *tally) counts() (told, owed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.told), len(t.owed)
}

// await waits until so many chats are told, and reports whether they are: it gives up when nothing was taken for as long as its patience.
// It ends early when gone is closed.
func (t *tally) await(ctx context.Context, chats int, patience time.Duration, gone <-chan struct{}) (bool, error) {
	for {
		if told, _ := t.counts(); told >= chats {
			return true, nil
		}
		more, err := t.another(ctx, patience, gone)
		if err != nil || !more {
			return false, err
		}
	}
}

// another waits for another message, and reports whether one came in time.
func (t *tally) another(ctx context.Context, patience time.Duration, gone <-chan struct{}) (bool, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-t.more:
		return true, nil
	case <-timer.C:
		return false, nil
	case <-gone:
		return false, errGone
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// outcome is what became of what was owed.
type outcome struct {
	owed, told  int
	lost        int           // chats that got nothing
	doubles     int           // messages beyond the first of their chat
	first, last time.Time     // when the first and the last chat were told
	late        map[lane]late // how long after it was due each chat was told
	behind      late          // of the lane that most chats are in: against one notice after another, at a pace, from the due time on
}

// late are durations, shortest first.
type late []time.Duration

// judge compares what was taken with what was owed. Each chat is owed one notice; more than that are doubles. The pace is in notices a
// second.
func (t *tally) judge(most lane, pace float64) outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := outcome{owed: len(t.owed), told: len(t.told), lost: len(t.owed) - len(t.told), doubles: len(t.taken) - len(t.told), late: map[lane]late{}}
	seen := map[string]bool{}
	for _, m := range t.taken {
		if seen[m.chat] {
			continue
		}
		seen[m.chat] = true
		o := t.owed[m.chat]
		if o.lane == most {
			turn := o.due.Add(time.Duration(float64(len(out.behind)) / pace * float64(time.Second)))
			out.behind = append(out.behind, m.at.Sub(turn))
		}
		out.late[o.lane] = append(out.late[o.lane], m.at.Sub(o.due))
		if out.first.IsZero() {
			out.first = m.at
		}
		out.last = m.at
	}
	slices.Sort(out.behind)
	for _, l := range out.late {
		slices.Sort(l)
	}
	return out
}

// rate is how many chats were told a second, from the first one to the last.
func (o outcome) rate() float64 {
	took := o.last.Sub(o.first).Seconds()
	if o.told < 2 || took <= 0 {
		return 0
	}
	return float64(o.told-1) / took
}

// percentile is the shortest duration that so many percent do not exceed; 0 of nothing.
func (l late) percentile(percent float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	const all = 100
	rank := int(math.Ceil(percent / all * float64(len(l))))
	return l[min(max(rank, 1), len(l))-1]
}

// pauses are, for each instant, how long after it the next message was taken, shortest first.
func (t *tally) pauses(after []time.Time) late {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all late
	for _, instant := range after {
		next := slices.IndexFunc(t.taken, func(m taken) bool { return m.at.After(instant) })
		if next >= 0 {
			all = append(all, t.taken[next].at.Sub(instant))
		}
	}
	slices.Sort(all)
	return all
}
