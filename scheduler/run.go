package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"boardcast/storage"

	"golang.org/x/sync/errgroup"
)

// longestWait caps every timer, because one that was set before a machine slept still waits its whole time after.
const longestWait = 30 * time.Second

// Run plans, dispatches and, where messengers have calendars, keeps these until ctx ends. An error is logged and tried again, at growing
// distances: the store may have room again, the network may be back.
func Run(ctx context.Context, p *Planner, d *Dispatcher, now func() time.Time, log *slog.Logger) error {
	return run(ctx, p, d, now, log, longestWait)
}

// run is Run with another cap of its timers.
func run(ctx context.Context, p *Planner, d *Dispatcher, now func() time.Time, log *slog.Logger, longest time.Duration) error {
	group, ctx := errgroup.WithContext(ctx)
	planner := loop{
		name: "planner", log: log, now: now, longest: longest, wake: []<-chan struct{}{p.store.Changed("moment")},
		step: p.Tick,
	}
	dispatcher := loop{
		name: "dispatcher", log: log, now: now, longest: longest, start: d.Recover,
		wake: []<-chan struct{}{d.store.Changed("notice"), d.store.Changed("refresh")},
		step: func(ctx context.Context, now time.Time) (time.Time, error) {
			_, next, err := d.Step(ctx, now) // not Drain: what comes up while a long backlog is sent is not to wait for its end
			return next, err
		},
	}
	// What came about while the program was down is planned before anything is sent: a message is not to announce what is past.
	planned, once := make(chan struct{}), sync.Once{}
	planner.step = func(ctx context.Context, now time.Time) (time.Time, error) {
		defer once.Do(func() { close(planned) }) // planning that fails holds up nothing for long
		return p.Tick(ctx, now)
	}
	group.Go(func() error { return planner.run(ctx) })
	after := []loop{dispatcher}
	if h := NewHost(d.store, d.composer, d.senders, d.log); len(h.calendars) > 0 {
		after = append(after, h.loop(now, log, longest))
	}
	for _, l := range after {
		group.Go(func() error {
			select {
			case <-planned:
			case <-ctx.Done():
			}
			return l.run(ctx)
		})
	}
	return group.Wait()
}

// loop keeps the calendars, apart from the dispatcher: neither ever waits for the other.
func (h *Host) loop(now func() time.Time, log *slog.Logger, longest time.Duration) loop {
	return loop{
		name: "host", log: log, now: now, longest: longest, start: h.Recover, wake: []<-chan struct{}{h.store.Changed(storage.Looks.Name())},
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
	longest time.Duration // that a timer waits
	wake    []<-chan struct{}
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
	first, second := l.wake[0], l.wake[len(l.wake)-1]
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-first:
	case <-second:
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
