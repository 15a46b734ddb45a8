package scheduler

import (
	"context"
	"testing"
	"time"
)

// ClockJumps tells the dispatcher of a jump of the clock, as Run does.
func (d *Dispatcher) ClockJumps(ctx context.Context, from, to time.Time) error {
	return d.jumped(ctx, jump{last: from, now: to, by: to.Sub(from)})
}

// What a clock is put right by is no jump; what a watch has seen once it does not see again.
func TestAClockThatJumpsIsNoticed(t *testing.T) {
	t.Parallel()
	const s = time.Second
	began := time.Date(2026, time.November, 9, 12, 0, 0, 0, time.UTC)
	wall, steady := began, time.Duration(0)
	w := newWatch(Clock{Now: func() time.Time { return wall }, Steady: func() time.Duration { return steady }})
	for i, step := range []struct{ wall, steady, by time.Duration }{
		{30 * s, 30 * s, 0},
		{32 * s, 30 * s, 0},                          // a clock that is slow, or was put right by a little
		{16 * s, 30 * s, 0},                          // or fast
		{45 * s, 30 * s, 15 * s},                     // a nap
		{8*time.Hour + 5*s, 5 * s, 8 * time.Hour},    // a night
		{-59*time.Minute - 50*s, 10 * s, -time.Hour}, // set back
		{0, 0, 0},
	} {
		last := wall
		wall, steady = wall.Add(step.wall), steady+step.steady
		want := jump{}
		if step.by != 0 {
			want = jump{last: last, now: wall, by: step.by}
		}
		if now, got := w.look(); got != want || !now.Equal(wall) {
			t.Errorf("look %d: at %s %+v, want %+v", i, now, got, want)
		}
	}
}

// A time of Go's has a steady time hidden in it; a jump is one of what the clock shows.
func TestAWatchLooksAtWhatTheClockShows(t *testing.T) {
	t.Parallel()
	w := newWatch(Clock{Now: time.Now, Steady: func() time.Duration { return 0 }})
	if w.wall != w.wall.Round(0) {
		t.Error("it would see no jump")
	}
}
