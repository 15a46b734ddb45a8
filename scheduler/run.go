package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"boardcast/bot"
	"boardcast/storage"
)

// longestWait caps every timer, because one that was set before a machine slept still waits its whole time after.
const longestWait = 30 * time.Second

// Run plans, dispatches and, where messengers have calendars, keeps these until ctx ends. An error is logged and tried again, at growing
// distances: the store may have room again, the network may be back.
func Run(ctx context.Context, p *Planner, d *Dispatcher, clock Clock, log *slog.Logger) error {
	return run(ctx, p, d, clock, log, longestWait)
}

// run is Run with another cap of its timers.
func run(ctx context.Context, p *Planner, d *Dispatcher, clock Clock, log *slog.Logger, longest time.Duration) error {
	now := clock.Now
	group, ctx := errgroup.WithContext(ctx)
	// What came about while the program was down is planned before anything is sent: a message is not to announce what is past.
	planned, once := make(chan struct{}), sync.Once{}
	planner := loop{
		name: "planner", log: log, now: now, longest: longest, wake: p.store.Changed("moment"),
		step: func(ctx context.Context, now time.Time) (time.Time, error) {
			defer once.Do(func() { close(planned) }) // planning that fails holds up nothing for long
			return p.Tick(ctx, now)
		},
	}
	group.Go(func() error { return planner.run(ctx) })
	after := []func(context.Context) error{func(ctx context.Context) error { return d.run(ctx, clock, longest) }}
	if h := NewHost(d.store, d.composer, d.senders, d.log); len(h.calendars) > 0 {
		after = append(after, h.loop(now, log, longest).run)
	}
	for _, run := range after {
		group.Go(func() error {
			select {
			case <-planned:
				return run(ctx)
			case <-ctx.Done():
				return nil
			}
		})
	}
	return group.Wait()
}

// run sends the notices of all messengers, each at its own pace, after it has dealt with those that were in flight when the process died.
func (d *Dispatcher) run(ctx context.Context, clock Clock, longest time.Duration) error {
	recovered := bot.Persist(ctx, firstRetry, longestWait, func(ctx context.Context) error {
		err := d.Recover(ctx, clock.Now())
		if err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "step failed, trying again", "part", "dispatcher", "error", err)
		}
		if errors.Is(err, storage.ErrClosed) {
			return nil // the pumps will say so
		}
		return err
	})
	if !recovered {
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	for messenger := range d.senders {
		group.Go(func() error { return newPump(d, messenger, clock, longest).run(ctx) })
	}
	return group.Wait()
}

// Run looks ahead until ctx ends.
func (l *Lookout) Run(ctx context.Context, now func() time.Time) error {
	return loop{name: "lookout", log: l.log, now: now, longest: longestWait, step: l.Step}.run(ctx)
}

// loop keeps the calendars, apart from the dispatcher: neither ever waits for the other.
func (h *Host) loop(now func() time.Time, log *slog.Logger, longest time.Duration) loop {
	return loop{
		name: "host", log: log, now: now, longest: longest, start: h.Recover, wake: h.store.Changed(storage.Looks.Name()),
		step: func(ctx context.Context, now time.Time) (time.Time, error) {
			_, next, err := h.Step(ctx, now)
			return next, err
		},
	}
}

// loop repeats a step whenever something changed, or the time has come that the step named.
type loop struct {
	name    string
	log     *slog.Logger
	now     func() time.Time
	longest time.Duration                                  // that a timer waits
	wake    <-chan struct{}                                // nil: the time alone counts
	start   func(ctx context.Context, now time.Time) error // before the first step and after every failure
	step    func(ctx context.Context, now time.Time) (next time.Time, err error)
}

func (l loop) run(ctx context.Context) error {
	for failures, fresh := 0, true; ctx.Err() == nil; {
		next, err := l.once(ctx, fresh)
		if err == nil {
			failures, fresh = 0, false
			l.sleep(ctx, l.until(next))
			continue
		}
		if errors.Is(err, storage.ErrClosed) {
			return err
		}
		failures, fresh = failures+1, true
		wait := min(backoff(failures), longestWait)
		if ctx.Err() == nil {
			l.log.ErrorContext(ctx, "step failed, trying again", "part", l.name, "wait", wait, "error", err)
		}
		l.pause(ctx, wait)
	}
	return nil
}

// until is how long to sleep when the next thing is at a time (zero: nothing is known).
func (l loop) until(next time.Time) time.Duration {
	if next.IsZero() {
		return l.longest
	}
	return min(max(next.Sub(l.now()), 0), l.longest)
}

// once does a step. A panic in it is an error like any other: one notice that cannot be worded must not end the process.
func (l loop) once(ctx context.Context, fresh bool) (next time.Time, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if fresh && l.start != nil {
		if err := l.start(ctx, l.now()); err != nil {
			return time.Time{}, err
		}
	}
	return l.step(ctx, l.now())
}

// sleep waits for a change, or for the time.
func (l loop) sleep(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-l.wake:
	}
}

// pause waits for the time alone.
func (l loop) pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
