package scheduler

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Meter counts what is sent, since it was made. It is safe for many at once; a nil Meter counts nothing.
type Meter struct {
	mu    sync.Mutex
	dials map[bot.Messenger]*dial
}

// NewMeter makes a meter that has counted nothing.
func NewMeter() *Meter { return &Meter{dials: map[bot.Messenger]*dial{}} }

// LatenessBounds are the upper bounds of the steps in which lateness is counted, in seconds.
func LatenessBounds() []float64 {
	return []float64{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600}
}

// Gauge is what a Meter has counted on one messenger.
type Gauge struct {
	Messenger      bot.Messenger
	Flying         int // notices under way
	FlyingEdits    int // edits of cards under way
	LastMinute     int // notices that the messenger took in it
	Taken, Retries uint64
	Edits          uint64
	Outcomes       map[storage.Outcome]uint64 // of those that were settled, sent or not
	Lateness       []Lateness                 // by lane, of those that anything was sent in
}

// Rate is how many notices a second the messenger took in the last minute.
func (g Gauge) Rate() float64 { return float64(g.LastMinute) / seconds }

// Lateness is how late the notices of a lane were when the messenger took them.
type Lateness struct {
	Lane   storage.Lane
	Count  uint64
	Sum    time.Duration
	Within []uint64 // how many were no later than each of [LatenessBounds]

	// Recent is how many of the last notices P50 and P99 are of: so late was half of them at the most, and all but a hundredth.
	Recent   int
	P50, P99 time.Duration
}

const (
	seconds      = 60  // that the rate is taken over
	mostLateness = 512 // of the last notices of a lane whose lateness is kept
)

// dial is what is counted on one messenger.
type dial struct {
	flying, edits  int
	taken, retried uint64
	edited         uint64
	outcomes       map[storage.Outcome]uint64
	lanes          map[storage.Lane]*lateness
	took           [seconds]second
}

// second is how many notices were taken in one second.
type second struct {
	unix int64
	n    int
}

// lateness is that of one lane, the last of it in a ring.
type lateness struct {
	count  uint64
	sum    time.Duration
	within []uint64 // in each step, not up to it
	recent []time.Duration
}

// of returns the dial of a messenger; m.mu is held.
func (m *Meter) of(messenger bot.Messenger) *dial {
	d := m.dials[messenger]
	if d == nil {
		d = &dial{outcomes: map[storage.Outcome]uint64{}, lanes: map[storage.Lane]*lateness{}}
		m.dials[messenger] = d
	}
	return d
}

// change does something to the dial of a messenger.
func (m *Meter) change(messenger bot.Messenger, do func(d *dial)) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	do(m.of(messenger))
}

// Taken counts a notice that the messenger took, so late after it was due.
func (m *Meter) Taken(messenger bot.Messenger, lane storage.Lane, late time.Duration, now time.Time) {
	m.change(messenger, func(d *dial) {
		d.taken++
		d.tick(now)
		if d.lanes[lane] == nil {
			d.lanes[lane] = &lateness{within: make([]uint64, len(LatenessBounds())+1)}
		}
		d.lanes[lane].add(max(late, 0))
	})
}

// Settled counts a notice of which nothing more is to be done, whether it was sent or not.
func (m *Meter) Settled(messenger bot.Messenger, outcome storage.Outcome) {
	m.change(messenger, func(d *dial) { d.outcomes[outcome]++ })
}

// Retried counts an attempt that came to nothing and will be made again.
func (m *Meter) Retried(messenger bot.Messenger) {
	m.change(messenger, func(d *dial) { d.retried++ })
}

// Edited counts a card that was drawn anew.
func (m *Meter) Edited(messenger bot.Messenger) {
	m.change(messenger, func(d *dial) { d.edited++ })
}

// Flying says what is under way now.
func (m *Meter) Flying(messenger bot.Messenger, notices, edits int) {
	m.change(messenger, func(d *dial) { d.flying, d.edits = notices, edits })
}

// Read returns what was counted on each messenger on which anything was, by its name.
func (m *Meter) Read(now time.Time) []Gauge {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Gauge
	for messenger, d := range m.dials {
		g := Gauge{
			Messenger: messenger, Flying: d.flying, FlyingEdits: d.edits, LastMinute: d.lastMinute(now), Taken: d.taken,
			Retries: d.retried, Edits: d.edited, Outcomes: maps.Clone(d.outcomes),
		}
		for _, lane := range storage.Lanes() {
			if l := d.lanes[lane]; l != nil {
				g.Lateness = append(g.Lateness, l.read(lane))
			}
		}
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b Gauge) int { return strings.Compare(string(a.Messenger), string(b.Messenger)) })
	return all
}

func (d *dial) tick(now time.Time) {
	unix := now.Unix()
	at := &d.took[now.Second()]
	if at.unix != unix {
		*at = second{unix: unix}
	}
	at.n++
}

// lastMinute leaves out what was counted before the clock jumped backwards.
func (d *dial) lastMinute(now time.Time) (n int) {
	for _, s := range d.took {
		if age := now.Unix() - s.unix; age >= 0 && age < seconds {
			n += s.n
		}
	}
	return n
}

func (l *lateness) add(late time.Duration) {
	step, _ := slices.BinarySearch(LatenessBounds(), late.Seconds())
	l.within[step]++
	l.sum += late
	if len(l.recent) < mostLateness {
		l.recent = append(l.recent, late)
	} else {
		l.recent[l.count%mostLateness] = late
	}
	l.count++
}

func (l *lateness) read(lane storage.Lane) Lateness {
	sorted := slices.Sorted(slices.Values(l.recent))
	read := Lateness{
		Lane: lane, Count: l.count, Sum: l.sum, Within: make([]uint64, len(l.within)-1), Recent: len(sorted), P50: percentile(sorted, 50),
		P99: percentile(sorted, 99),
	}
	upTo := uint64(0)
	for i := range read.Within {
		upTo += l.within[i]
		read.Within[i] = upTo
	}
	return read
}

// percentile is the smallest of some sorted lengths, of which there is one at least, that so many in a hundred do not surpass.
func percentile(sorted []time.Duration, hundredths int) time.Duration {
	const all = 100
	return sorted[(len(sorted)*hundredths+all-1)/all-1]
}
