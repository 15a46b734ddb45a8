package scheduler

import (
	"context"
	"fmt"
	"time"

	"boardcast/storage"
)

// Clock is the time twice over: as the clock of the machine shows it, which can be set and which goes on while the machine sleeps, and
// as it passes for the program, which nobody can set.
type Clock struct {
	Now    func() time.Time
	Steady func() time.Duration // since whenever it began
}

// MachineClock makes a clock of a function such as [time.Now], whose times carry a steady one by which they are subtracted.
func MachineClock(now func() time.Time) Clock {
	began := now()
	return Clock{Now: now, Steady: func() time.Duration { return now().Sub(began) }}
}

// jumpsBy is how far the two must have moved apart between two looks to be a jump. What a clock is put right by as a rule is less.
const jumpsBy = 15 * time.Second

// watch finds out that a clock has jumped.
type watch struct {
	clock  Clock
	wall   time.Time
	steady time.Duration
}

func newWatch(clock Clock) *watch {
	w := &watch{clock: clock}
	w.wall, w.steady = w.read()
	return w
}

// read reads both times. A time of Go's may have a steady one hidden in it, by which it would compare.
func (w *watch) read() (time.Time, time.Duration) { return w.clock.Now().Round(0), w.clock.Steady() }

// look returns the time, and how the clock has jumped since it was looked at last. It is to be asked often: of a jump it is known only that
// it was between two looks.
func (w *watch) look() (now time.Time, jumped jump) {
	now, steady := w.read()
	expected := w.wall.Add(steady - w.steady)
	last := w.wall
	w.wall, w.steady = now, steady
	if by := now.Sub(expected); by.Abs() >= jumpsBy {
		return now, jump{last: last, by: by, now: now}
	}
	return now, jump{}
}

// jump is how a clock has jumped. The zero value is that it has not.
type jump struct {
	last time.Time     // the last time before it
	now  time.Time     // the first time after it
	by   time.Duration // forwards, or if it is negative backwards
}

// jumped does what is to be done about a jump of the clock. Forwards it is an outage, whether the machine slept or its clock was behind:
// what was due meanwhile could not be told. Backwards, what is to be tried again does not wait until its time comes once more.
func (d *Dispatcher) jumped(ctx context.Context, j jump) error {
	switch {
	case j.by == 0:
		return nil
	case j.by > 0:
		d.log.InfoContext(ctx, "the clock has jumped forwards, or the machine slept", "by", j.by)
		d.outages.slept(j.last, j.now)
		return nil
	}
	d.log.WarnContext(ctx, "the clock has jumped backwards", "by", -j.by)
	return d.retime(ctx, j.now)
}

// retime has no notice wait for a time that was counted by a clock which has been set back since, perhaps while the program was down.
func (d *Dispatcher) retime(ctx context.Context, now time.Time) error {
	d.outages.clip(now)
	for messenger := range d.senders {
		for next, done := "", false; !done; {
			var behind string
			err := d.store.Update(ctx, func(tx storage.Tx) (err error) {
				behind, done, err = storage.RetimeNotices(tx, messenger, now, next)
				return err
			})
			if err != nil {
				return fmt.Errorf("bring forward what waits on %s: %w", messenger, err)
			}
			next = behind
		}
	}
	return nil
}
