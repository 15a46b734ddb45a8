package scheduler

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// pump sends the notices of one messenger, as many at once as it may have under way and no faster than its pace, and redraws its cards
// with the room that sends leave. All that it knows it keeps in one goroutine; each send and each edit is a flight in its own.
type pump struct {
	*Dispatcher

	messenger bot.Messenger
	sender    bot.Sender
	pacing    bot.Pacing
	now       func() time.Time
	watch     *watch
	longest   time.Duration // that a timer waits

	flights map[string]*flight   // by chat: there is one a chat at most
	landed  chan *flight         // those that are over
	stirred chan struct{}        // receives when a flight has left
	held    map[string]time.Time // until when chats are left alone
	walks   []*walk              // of the cards of streams that are to be redrawn
	drawn   map[string]version   // refreshes with which this messenger is done, and others not yet

	planned  time.Time // since when the planner has something to do; zero: it has not
	crowded  time.Time // since when more is ready than there is room for; zero: it is not
	lost     int       // calls in a row that the messenger has not answered
	probe    time.Time // when to try it again, once they are several
	failures int       // of the store in a row
	resting  time.Time // because of them
}

// flight is a send or an edit that is under way.
type flight struct {
	chat  string
	walk  *walk       // of an edit
	crowd bool        // the notice has waited because more was owed than the messenger takes
	left  atomic.Bool // the messenger counts it by itself from here on
	again bool        // an edit has to be tried again
	err   error
}

// unpaced is the pace of a messenger that has none: one at a time, and at once.
type unpaced struct{}

func (unpaced) Pace() float64                         { return 0 }
func (unpaced) InFlight() int                         { return 1 }
func (unpaced) Room(bool) (int, time.Duration)        { return 1, 0 }
func (unpaced) RoomIn(bot.ChatID, bool) time.Duration { return 0 }
func (unpaced) TooMany() int64                        { return 0 }

func newPump(d *Dispatcher, messenger bot.Messenger, clock Clock, longest time.Duration) *pump {
	p := &pump{
		Dispatcher: d, messenger: messenger, sender: d.senders[messenger], pacing: unpaced{},
		now: clock.Now, watch: newWatch(clock), longest: longest,
		flights: map[string]*flight{}, held: map[string]time.Time{}, drawn: map[string]version{},
		stirred: make(chan struct{}, 1),
	}
	if pacing, ok := p.sender.(bot.Pacing); ok {
		p.pacing = pacing
	}
	p.landed = make(chan *flight, p.pacing.InFlight())
	return p
}

// run sends and redraws until ctx ends; then it waits for what is under way. An error of the store is logged, and tried again at growing
// distances: it may have room again.
func (p *pump) run(ctx context.Context) error {
	owed, changed := p.store.Changed(storage.Notices.Name()), p.store.Changed(storage.Refreshes.Name())
	planned := p.store.Changed(storage.Moments.Name())
	defer p.landAll(ctx)
	for ctx.Err() == nil {
		next, err := p.turn(ctx)
		if errors.Is(err, storage.ErrClosed) {
			return err
		}
		if err != nil {
			next = p.rest(ctx, err)
		}
		timer := time.NewTimer(p.until(next))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-owed:
		case <-changed:
		case <-planned:
		case <-p.stirred:
		case f := <-p.landed:
			p.land(ctx, f)
		}
		timer.Stop()
	}
	return nil
}

// until is how long to wait for a time (zero: for a change).
func (p *pump) until(next time.Time) time.Duration {
	if next.IsZero() {
		return p.longest
	}
	return min(max(next.Sub(p.now()), 0), p.longest)
}

// turn puts into flight what there is room for, and returns when there will be more to do (zero: when something changes or lands).
func (p *pump) turn(ctx context.Context) (next time.Time, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	now, jumped := p.watch.look()
	if err := p.jumped(ctx, jumped); err != nil {
		return time.Time{}, err
	}
	if jumped.by < 0 { // what was to be left alone until a time is not left alone until that time comes once more
		p.resting, p.probe, p.planned, p.crowded = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		clear(p.held)
	}
	if now.Before(p.resting) {
		return p.resting, nil
	}
	for chat, until := range p.held {
		if !until.After(now) {
			delete(p.held, chat)
		}
	}
	next, waiting, err := p.sendReady(ctx, now)
	if err != nil || waiting {
		return next, err // edits yield to sends
	}
	later, err := p.redrawStale(ctx, now)
	return soonest(next, later), err
}

// room is how many flights may begin now, and if none may when to look again; zero: when one has left or landed.
func (p *pump) room(now time.Time, edit bool) (flights int, again time.Time) {
	free, starting := p.pacing.InFlight()-len(p.flights), 0
	if out, probe := p.outOfReach(); out {
		if free = 1 - len(p.flights); now.Before(probe) {
			return 0, probe
		}
	}
	for _, f := range p.flights {
		if !f.left.Load() {
			starting++
		}
	}
	if free <= 0 {
		return 0, time.Time{}
	}
	posts, wait := p.pacing.Room(edit)
	if room := min(posts-starting, free); room > 0 {
		return room, time.Time{}
	}
	if posts > 0 {
		return 0, time.Time{} // what is starting tells when it has left
	}
	return 0, now.Add(wait)
}

// left notes that a flight has left: there may be room for the next.
func (p *pump) left(f *flight) {
	f.left.Store(true)
	select {
	case p.stirred <- struct{}{}:
	default:
	}
}

// waited reports whether a notice has waited, if it has, for want of room: there was none from about when it was ready.
func (p *pump) waited(n storage.Notice) bool {
	const about = time.Minute
	return !p.crowded.IsZero() && p.crowded.Sub(n.From()) < about
}

// mostHeld bounds how many chats are left alone at a time: no more than a messenger's pace can lead to. Beyond that it is the messenger
// that wants to be left alone.
const mostHeld = 1000

// sendReady puts ready notices into flight, the most urgent ones first, and reports whether more of them wait for room.
func (p *pump) sendReady(ctx context.Context, now time.Time) (next time.Time, waiting bool, err error) {
	for {
		room, again := p.room(now, false)
		if room == 0 && !p.crowded.IsZero() {
			return again, true, nil // there was more a moment ago: that is looked for when there is room
		}
		ready, later, err := p.pick(ctx, now, max(room, 1))
		if err != nil {
			return time.Time{}, false, err
		}
		if len(ready) == 0 {
			p.crowded = time.Time{}
			return soonest(later, p.firstFree()), false, nil
		}
		switch {
		case room == 0:
			if out, _ := p.outOfReach(); !out && p.crowded.IsZero() {
				p.crowded = now
			}
			return again, true, nil
		case len(p.held) >= mostHeld:
			return p.firstFree(), true, nil
		}
		for _, r := range ready {
			if wait := p.roomIn(r.address); wait > 0 {
				p.held[r.notice.Chat] = now.Add(wait)
				continue
			}
			p.begin(ctx, &flight{chat: r.notice.Chat, crowd: p.waited(r.notice)}, func(ctx context.Context, f *flight) error { return p.fly(ctx, f, r.notice) })
		}
	}
}

// roomIn is how long a chat has to be left alone; one that is gone has not.
func (p *pump) roomIn(address bot.ChatID) time.Duration {
	if address.Key == "" {
		return 0
	}
	return p.pacing.RoomIn(address, false)
}

// addressed is a notice, and where its chat is now.
type addressed struct {
	notice  storage.Notice
	address bot.ChatID
}

// pick chooses ready notices of chats that are not busy. One whose chat is gone, or cannot be read, has no address; what comes of that
// is decided later.
func (p *pump) pick(ctx context.Context, now time.Time, most int) (picked []addressed, next time.Time, err error) {
	err = p.store.View(ctx, func(r storage.Reader) error {
		ready, later, err := storage.ReadyNotices(r, p.messenger, now, most, p.busy)
		if err != nil {
			return err
		}
		picked, next = make([]addressed, len(ready)), later
		for i, n := range ready {
			picked[i].notice = n
			if chat, err := storage.Chats.Get(r, n.Chat); err == nil {
				picked[i].address = chat.Address
			}
		}
		return nil
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("find ready notices: %w", err)
	}
	return picked, next, nil
}

// busy reports whether nothing is to be sent to a chat now.
func (p *pump) busy(chat string) bool { return p.flights[chat] != nil || !p.held[chat].IsZero() }

// firstFree is when the first of the chats that are left alone is not any more.
func (p *pump) firstFree() (first time.Time) {
	for _, until := range p.held {
		first = soonest(first, until)
	}
	return first
}

// begin begins a flight. A panic in it is an error like any other.
func (p *pump) begin(ctx context.Context, f *flight, fly func(ctx context.Context, f *flight) error) {
	p.flights[f.chat] = f
	p.measureFlights()
	go func() {
		defer func() {
			if v := recover(); v != nil {
				f.err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
			p.landed <- f // which has room for all flights
		}()
		f.err = fly(ctx, f)
	}()
}

// measureFlights says how many flights there are.
func (p *pump) measureFlights() {
	edits := 0
	for _, f := range p.flights {
		if f.walk != nil {
			edits++
		}
	}
	p.meter.Flying(p.messenger, len(p.flights)-edits, edits)
}

// fly takes one notice from the outbox to its outcome. What cannot be decided, because a record that it needs is not as it should be, is
// put off, and holds up nothing else. It fails when the store does.
func (p *pump) fly(ctx context.Context, f *flight, n storage.Notice) error {
	out, flies, err := p.launch(ctx, p.now(), n, p.sender, f.crowd)
	if _, unknown := errors.AsType[*storage.UnknownError](err); unknown {
		return errors.Join(err, p.surely(ctx, "take back a notice that was not sent", func() error { return p.takeBack(ctx, n) }))
	}
	if err != nil {
		return p.putOff(ctx, p.now(), n, err)
	}
	if !flies {
		return nil
	}
	id, sendErr := p.sendSafely(bot.Leaving(ctx, func() { p.left(f) }), &out)
	after := p.outcome(ctx, p.now(), out, p.sender, id, sendErr)
	return p.surely(ctx, "write down what came of a notice", func() error {
		return p.conclude(ctx, p.now(), out, after, sendErr)
	})
}

// takeBack has a notice ready again of which nobody knows whether it was marked as in flight: it has not been sent.
func (p *pump) takeBack(ctx context.Context, n storage.Notice) error {
	return p.store.Update(ctx, func(tx storage.Tx) error {
		standing, err := storage.Notices.Get(tx, n.Key()...)
		if errors.Is(err, storage.ErrNotFound) || err == nil && standing.Outcome != storage.Sending {
			return nil
		}
		if err != nil {
			return err
		}
		return storage.Notices.Put(tx, n)
	})
}

// sendSafely is send. Of one that ends in a panic nobody knows what came.
func (p *pump) sendSafely(ctx context.Context, out *delivery) (id bot.MessageID, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &bot.UnknownError{Err: fmt.Errorf("panic: %v\n%s", v, debug.Stack())}
		}
	}()
	return p.send(ctx, p.now(), out, p.sender)
}

// surely repeats a write that has to be made, because what it tells of has happened, until it is made or ctx has ended. So what was sent
// is not sent again when the disk has room once more.
func (p *pump) surely(ctx context.Context, what string, write func() error) error {
	for tries := 1; ; tries++ {
		err := write()
		if err == nil || errors.Is(err, storage.ErrClosed) {
			return err
		}
		if tries == 1 {
			p.log.ErrorContext(ctx, "the store failed; trying on", "to", what, "error", err)
		}
		if !bot.Pause(ctx, min(backoff(tries), longestWait)) {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

// land takes note of a flight that is over.
func (p *pump) land(ctx context.Context, f *flight) {
	delete(p.flights, f.chat)
	p.measureFlights()
	if f.walk != nil {
		f.walk.landed(f)
	}
	p.noteReach()
	switch {
	case f.err == nil:
		p.failures = 0
	case ctx.Err() == nil:
		p.rest(ctx, f.err)
	}
}

// severalLost is after how many calls in a row without an answer a messenger is taken to be out of reach. Then one notice at a time finds
// out whether it is back: the others wait, and have not been tried for nothing.
const severalLost = 4

// noteReach takes note of how many calls in a row were not answered.
func (p *pump) noteReach() {
	before := p.lost
	p.lost = p.outages.lostInARow(p.messenger)
	if p.lost >= severalLost && p.lost != before {
		p.probe = p.now().Add(min(backoff(p.lost-severalLost+1), longestWait))
	}
}

// outOfReach reports whether the messenger is out of reach, and when to try it again.
func (p *pump) outOfReach() (bool, time.Time) { return p.lost >= severalLost, p.probe }

// landAll waits for all flights: a send that is broken off is one of which nobody knows whether it was taken.
func (p *pump) landAll(ctx context.Context) {
	for len(p.flights) > 0 {
		f := <-p.landed
		if f.err != nil && !errors.Is(f.err, context.Canceled) {
			p.log.ErrorContext(ctx, "not written down while stopping", "chat", f.chat, "error", f.err)
		}
		p.land(ctx, f)
	}
}

// rest leaves the store alone for a while after an error, and returns until when.
func (p *pump) rest(ctx context.Context, err error) time.Time {
	p.failures++
	wait := min(backoff(p.failures), longestWait)
	p.resting = p.now().Add(wait)
	if ctx.Err() == nil {
		p.log.ErrorContext(ctx, "step failed, trying again", "part", "dispatcher", "messenger", string(p.messenger), "wait", wait, "error", err)
	}
	return p.resting
}
