package telegram

import "sync"

// remembered is how many ids of updates a ledger keeps: far more than Telegram gives out unconfirmed at once.
const remembered = 1024

// ledger knows which updates came and which of them are still in work.
type ledger struct {
	changed chan struct{} // takes a word when one is finished

	mu     sync.Mutex
	recent *recentIDs
	open   map[int64]struct{} // in work
	last   int64              // that came; 0: none
}

func newLedger() *ledger {
	return &ledger{changed: make(chan struct{}, 1), recent: newRecentIDs(remembered), open: map[int64]struct{}{}}
}

// begin notes that an update came, and reports whether it is new. One with a lower id than others may be: after a quiet week
// Telegram numbers from anywhere.
func (l *ledger) begin(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.recent.add(id) {
		return false
	}
	l.open[id], l.last = struct{}{}, id
	return true
}

// finish notes that an update needs not come again.
func (l *ledger) finish(id int64) {
	l.mu.Lock()
	delete(l.open, id)
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// idle reports whether nothing is in work.
func (l *ledger) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open) == 0
}

// offset is the id up to which everything that came is finished: what to ask for next, and by it confirm. 0: nothing came.
func (l *ledger) offset() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == 0 {
		return 0
	}
	lowest := l.last + 1
	for id := range l.open {
		lowest = min(lowest, id)
	}
	return lowest
}

// recentIDs are the latest ids, each once.
type recentIDs struct {
	ring []int64
	next int
	has  map[int64]struct{}
}

func newRecentIDs(n int) *recentIDs {
	return &recentIDs{ring: make([]int64, n), has: make(map[int64]struct{}, n)}
}

// add reports whether an id was not there.
func (r *recentIDs) add(id int64) bool {
	if _, ok := r.has[id]; ok {
		return false
	}
	if len(r.has) == len(r.ring) {
		delete(r.has, r.ring[r.next])
	}
	r.ring[r.next], r.has[id] = id, struct{}{}
	r.next = (r.next + 1) % len(r.ring)
	return true
}
