package bot

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// windowLength is what a second is taken to be: clocks differ, and what takes unlike ways arrives closer together than it left.
const windowLength = 1010 * time.Millisecond

// Window lets calls leave for a messenger that takes so many in a second, from all chats together, so that it never has to say no. It
// does not need to know how long calls are under way. A messenger has counted a call when it answers it; so the call is out of its
// second one second after the answer at the latest, and less the quickest round trip that was seen lately, because the next call is
// under way too before it is counted. What is not answered counts as if it were answered now.
//
// Who waits leaves in the order of urgency, and those of the same in the order of their coming. One whose own limit makes it wait holds
// up nobody else. Notices and edits leave at a distance, but for a few at the beginning, so that the second is not used up in a moment
// and an answer waits for its turn only as long as that distance.
type Window struct {
	now   func() time.Time
	most  [UrgentEdit + 1]int // that may be in the window when one more of an urgency leaves, and that one
	every time.Duration       // between notices or edits, in the long run
	burst int                 // of them that may leave at once

	mu       sync.Mutex
	seen     time.Time       // what the clock said last
	at       time.Duration   // how long the window has been there
	flying   int             // calls that have left and are not answered
	answered []time.Duration // when calls were answered that may count still, the oldest first
	trips    roundTrips
	spaced   time.Duration // when the next notice or edit would leave if none had left early
	held     time.Duration // until when nothing may leave
	waiting  []*Passage
	timer    *time.Timer // to look again; nil while nobody waits
}

// Call is something that is to be asked of a messenger, as a [Window] sees it.
type Call struct {
	Urgency Urgency
	// Uncounted calls do not count in the window, and do not wait for it.
	Uncounted bool
	Own       OwnLimit // that the call has to keep besides; nil: none
}

// OwnLimit is what some calls have to keep beside the window, such as that of a chat. Its methods are called while the window is locked; so
// is the function of [Window.Do], by which to change it. Times are counted since the window was made.
type OwnLimit interface {
	// Wait is how long it is at least until the call may leave; zero: it may now.
	Wait(now time.Duration) time.Duration
	// Take counts the call, which leaves.
	Take(now time.Duration)
}

// Passage is a call that has its turn. Its Leave is called once, when it is over.
type Passage struct {
	window *Window
	call   Call
	turn   chan struct{} // closed when it may leave
	left   time.Duration // when it did
	wait   time.Duration // until it may, as far as can be told
	ready  bool          // it waits for the window alone
}

// ErrNoRoom says that a call was not made, because it would have been too much.
var ErrNoRoom = errors.New("the messenger's limits leave no room for it now")

// NewWindow makes a window for so many calls a second. It begins as if a process that was killed a moment ago had used all of it, at an
// even pace: the first call leaves when that one's next would have.
func NewWindow(now func() time.Time, most int) *Window {
	const editsLeave, aFew, burstTime = 10, 4, 25 // parts of what there is
	const closer = 95                             // parts in a hundred of an even distance, so that what is late is made up for
	w := &Window{
		now: now, seen: now(), every: windowLength * closer / time.Duration(100*most), burst: max(min(aFew, most), most/burstTime),
		most: [...]int{UrgentAnswer: most, UrgentNotice: most, UrgentEdit: max(most-most/editsLeave, 1)},
	}
	for i := range most {
		w.answered = append(w.answered, time.Duration(i+1)*windowLength/time.Duration(most)-windowLength)
	}
	return w
}

// Pace is how many notices leave in a second, in the long run.
func (w *Window) Pace() float64 { return float64(w.most[UrgentNotice]) / windowLength.Seconds() }

// Enter waits for the turn of a call as long as ctx has it wait, see [Answering] and [Patient]. A call that has to wait longer is given
// back, as soon as that is known, with a *RetryError of [ErrNoRoom]; that, and the error of ctx, are all its errors.
func (w *Window) Enter(ctx context.Context, c Call) (*Passage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &Passage{window: w, call: c, turn: make(chan struct{})}
	patience := patienceOf(ctx)
	var refused error
	if w.join(p) > patience {
		refused = ErrNoRoom
	} else {
		refused = p.await(ctx, patience)
	}
	if refused != nil && w.quit(p) {
		if errors.Is(refused, ErrNoRoom) {
			return nil, &RetryError{After: max(p.wait, w.every), Err: refused}
		}
		return nil, refused
	}
	tellLeaving(ctx)
	return p, nil
}

// await waits for a turn, and says why it did not come.
func (p *Passage) await(ctx context.Context, patience time.Duration) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.turn:
		return nil
	case <-timer.C:
		return ErrNoRoom
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join has a call wait among the others, and returns for how long; not at all if it has its turn.
func (w *Window) join(p *Passage) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	behind := slices.IndexFunc(w.waiting, func(other *Passage) bool { return other.call.Urgency > p.call.Urgency })
	if behind < 0 {
		behind = len(w.waiting)
	}
	w.waiting = slices.Insert(w.waiting, behind, p)
	w.look()
	return p.wait
}

// quit has a call wait no longer. It returns false if the call has got its turn meanwhile.
func (w *Window) quit(p *Passage) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look()
	at := slices.Index(w.waiting, p)
	if at < 0 {
		return false
	}
	w.waiting = slices.Delete(w.waiting, at, at+1)
	w.look()
	return true
}

// noAnswer is how long after a call was given up it may still be counted.
const noAnswer = 250 * time.Millisecond

// Leave says that a call is over, and whether it was answered, be it by a refusal. The function takes in what was learned of the
// call's own limit; it may be nil.
func (p *Passage) Leave(answered bool, learn func(now time.Duration)) {
	w := p.window
	w.Do(func(now time.Duration) {
		if learn != nil {
			learn(now)
		}
		if p.call.Uncounted {
			return
		}
		w.flying--
		if answered {
			w.trips.add(now - p.left)
		} else {
			now += noAnswer
		}
		behind, _ := slices.BinarySearch(w.answered, now)
		w.answered = slices.Insert(w.answered, behind, now)
	})
}

// Hold has nothing leave for a while that counts in the window.
func (w *Window) Hold(wait time.Duration) {
	w.Do(func(now time.Duration) { w.held = max(w.held, now+wait) })
}

// Do does something to limits that calls have beside the window, and then lets go who may.
func (w *Window) Do(do func(now time.Duration)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tick()
	do(w.at)
	w.look()
}

// Room is how many calls of an urgency may leave now, if their own limits let them; where none may, it is how long until one may.
func (w *Window) Room(u Urgency) (calls int, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look()
	ahead := 0
	for _, p := range w.waiting {
		if p.ready && !p.call.Uncounted && p.call.Urgency <= u {
			ahead++
		}
	}
	wait = w.shared(u)
	if wait > 0 {
		return 0, wait + time.Duration(ahead)*w.every
	}
	used := w.used()
	calls = w.most[u] - used
	for n := range calls {
		if u != UrgentAnswer && max(w.spaced, w.at)+time.Duration(n)*w.every > w.at+w.early(used+n) {
			calls = n
			break
		}
	}
	if calls > ahead {
		return calls - ahead, 0
	}
	return 0, time.Duration(ahead-calls+1) * w.every
}

// tick moves the window's own time on. A clock that is set back stops it for a moment, and does not turn it back.
func (w *Window) tick() {
	now := w.now()
	w.at += max(now.Sub(w.seen), 0)
	w.seen = now
}

// look lets go who may, and sees to it that it is called again when somebody else may.
func (w *Window) look() {
	w.tick()
	next, ahead := time.Duration(math.MaxInt64), 0
	w.waiting = slices.DeleteFunc(w.waiting, func(p *Passage) bool {
		own, shared := time.Duration(0), time.Duration(0)
		if p.call.Own != nil {
			own = max(p.call.Own.Wait(w.at), 0)
		}
		if !p.call.Uncounted {
			shared = w.shared(p.call.Urgency) + time.Duration(ahead)*w.every
		}
		p.wait, p.ready = max(own, shared), own == 0
		if p.wait == 0 {
			w.let(p)
			return true
		}
		next = min(next, p.wait)
		if p.ready && !p.call.Uncounted {
			ahead++ // those behind it do not overtake it
		}
		return false
	})
	w.arm(next)
}

// arm has look called again after a while, if anybody waits.
func (w *Window) arm(wait time.Duration) {
	const soonest = time.Millisecond // whatever the clock says
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
	if len(w.waiting) > 0 {
		w.timer = time.AfterFunc(max(wait, soonest), func() { w.Do(func(time.Duration) {}) })
	}
}

// let gives a call its turn.
func (w *Window) let(p *Passage) {
	if p.call.Own != nil {
		p.call.Own.Take(w.at)
	}
	if !p.call.Uncounted {
		w.flying++
		if p.call.Urgency != UrgentAnswer {
			w.spaced = max(w.spaced, w.at) + w.every
		}
	}
	p.left = w.at
	close(p.turn)
}

// shared is how long it is until the window has room for one more call of an urgency.
func (w *Window) shared(u Urgency) time.Duration {
	wait := max(w.held-w.at, w.full(w.most[u]), 0)
	if u == UrgentAnswer {
		return wait
	}
	return max(wait, w.spaced-w.early(w.used())-w.at)
}

// early is by how much a notice or an edit may leave early where so many calls count. Only where there are few may several leave at
// once, for else they would do so again a second later; to catch up on a timer that was late is always allowed.
func (w *Window) early(used int) time.Duration {
	const few, late = 2, 15 * time.Millisecond // few is the part of what there is
	catchUp := max(w.every/few, late)
	if used >= w.most[UrgentNotice]/few {
		return catchUp
	}
	return max(time.Duration(w.burst-1)*w.every, catchUp)
}

// used is how many calls count.
func (w *Window) used() int { return w.flying + len(w.counting()) }

// full is how long it is until less than so many calls count.
func (w *Window) full(most int) time.Duration {
	counting := w.counting()
	over := w.flying + len(counting) - most
	switch {
	case over < 0:
		return 0
	case over < len(counting):
		return counting[over] + w.counts() - w.at
	default:
		return w.counts()
	}
}

// counting are those of the calls that were answered that count still.
func (w *Window) counting() []time.Duration {
	for len(w.answered) > 0 && w.answered[0]+windowLength <= w.at {
		w.answered = w.answered[1:] // later than they count, as a round trip may turn out to be quicker
	}
	past, _ := slices.BinarySearch(w.answered, w.at-w.counts()+1)
	return w.answered[past:]
}

// counts is how long a call counts that was answered.
func (w *Window) counts() time.Duration { return windowLength - w.trips.surely() }

// roundTrips is how long calls have taken lately.
type roundTrips struct {
	seen           int
	quick, quicker time.Duration // of the present many, and of the many before
	mean           time.Duration
}

const (
	firstTrips = 32  // that have to be seen before they count
	manyTrips  = 512 // that are remembered, and as many before
)

// add takes note of a round trip.
func (t *roundTrips) add(took time.Duration) {
	took = min(took, windowLength)
	if t.seen%manyTrips == 0 {
		if t.seen > 0 {
			t.quicker = t.quick
		} else {
			t.quicker, t.mean = took, took
		}
		t.quick = took
	}
	t.seen++
	t.quick = min(t.quick, took)
	t.mean += (took - t.mean) / firstTrips
}

// surely is what the way of one call and the way of the answer to another take together, at the least. Where round trips differ much,
// one that was quick on both ways may not have been seen yet.
func (t *roundTrips) surely() time.Duration {
	const doubt, most = 4, 2
	if t.seen < firstTrips {
		return 0
	}
	quickest := min(t.quick, t.quicker)
	return min(max(quickest-max(t.mean-quickest, 0)/doubt, 0), windowLength/most)
}
