package bot_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
)

// counter is a messenger that takes so many calls in a second: in any second, or in one that begins with the first call after the last.
type counter struct {
	most  int
	fixed bool

	mu      sync.Mutex
	taken   []time.Time
	refused int
}

func (c *counter) take() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	switch {
	case c.fixed && len(c.taken) > 0 && now.Sub(c.taken[0]) >= time.Second:
		c.taken = nil
	case !c.fixed:
		for len(c.taken) > 0 && now.Sub(c.taken[0]) >= time.Second {
			c.taken = c.taken[1:]
		}
	}
	if len(c.taken) == c.most {
		c.refused++
		return
	}
	c.taken = append(c.taken, now)
}

// ways is how long a call takes to the messenger, and its answer back.
type ways func() (there, back time.Duration)

func always(each time.Duration) ways {
	return func() (there, back time.Duration) { return each, each }
}

// crowd has so many calls leave, eight at a time, and returns how many of them did in a second.
func crowd(t *testing.T, w *bot.Window, calls int, by *counter, way ways) float64 {
	t.Helper()
	began := time.Now()
	slots := make(chan struct{}, 8)
	var under sync.WaitGroup
	for range calls {
		slots <- struct{}{}
		there, back := way()
		under.Go(func() {
			defer func() { <-slots }()
			p, err := w.Enter(bot.Patient(t.Context(), time.Hour), bot.Call{Urgency: bot.UrgentNotice})
			if err != nil {
				t.Error(err)
				return
			}
			time.Sleep(there)
			by.take()
			time.Sleep(back)
			p.Leave(true, nil)
		})
	}
	under.Wait()
	return float64(calls) / time.Since(began).Seconds()
}

// A steady way, however long, does not make it slower: it reaches nearly all that is allowed, and never more.
func TestAWindowReachesThePace(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]time.Duration{"at once": 0, "near": 10 * time.Millisecond, "far": 90 * time.Millisecond} {
		for _, test := range []struct {
			most  int
			fixed bool
			want  float64
		}{{30, false, 0.97}, {50, true, 0.97}, {1000, true, 0.95}} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					if way > 10*time.Millisecond && test.most > 50 {
						return // eight at a time are not as many
					}
					by := &counter{most: test.most, fixed: test.fixed}
					w := bot.NewWindow(time.Now, test.most)
					rate := crowd(t, w, 20*test.most, by, always(way))
					if rate < test.want*min(float64(test.most), 8/max(2*way, 1).Seconds()) || rate > float64(test.most) || by.refused > 0 {
						t.Errorf("%d a second: got %.2f, refused %d", test.most, rate, by.refused)
					}
					if pace := w.Pace(); rate > pace*1.01 {
						t.Errorf("it says %.2f and reaches %.2f", pace, rate)
					}
				})
			})
		}
	}
}

// Whatever the ways of single calls are like, no server has to refuse one.
func TestAWindowIsNeverTooMuch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		base := time.Duration(rapid.IntRange(0, 80).Draw(rt, "base")) * time.Millisecond
		jitter := rapid.IntRange(1, 120_000).Draw(rt, "jitter")
		by := &counter{most: rapid.SampledFrom([]int{3, 30, 50}).Draw(rt, "most"), fixed: rapid.Bool().Draw(rt, "fixed")}
		draws := rapid.SliceOfN(rapid.IntRange(0, jitter), 97, 97).Draw(rt, "draws")
		synctest.Test(t, func(t *testing.T) {
			w := bot.NewWindow(time.Now, by.most)
			n := 0
			draw := func() time.Duration {
				n++
				return base + time.Duration(draws[n*n%len(draws)]+n%7)*time.Microsecond
			}
			crowd(t, w, 5*by.most, by, func() (there, back time.Duration) { return draw(), draw() })
		})
		if by.refused > 0 {
			rt.Fatalf("it was too much %d times", by.refused)
		}
	})
}

// A process that follows another that was killed goes on where that one was.
func TestAWindowBeginsUsedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		by := &counter{most: 30}
		for range 10 {
			crowd(t, bot.NewWindow(time.Now, by.most), 25, by, always(time.Millisecond))
		}
		if by.refused > 0 {
			t.Errorf("it was too much %d times", by.refused)
		}
		w, began := bot.NewWindow(time.Now, 30), time.Now()
		enter(t, w, bot.UrgentAnswer)
		if took := time.Since(began); took > 50*time.Millisecond {
			t.Errorf("the first answer waited %s", took)
		}
	})
}

// rested is a window in which nothing counts.
func rested(most int) *bot.Window {
	w := bot.NewWindow(time.Now, most)
	time.Sleep(2 * time.Second)
	return w
}

func enter(t *testing.T, w *bot.Window, u bot.Urgency) *bot.Passage {
	t.Helper()
	p, err := w.Enter(bot.Patient(t.Context(), time.Minute), bot.Call{Urgency: u})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Where there is not room for all, answers go first, then notices, then edits; and those of one kind in the order of their coming.
func TestAWindowHasAnOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := rested(30)
		for range 30 {
			enter(t, w, bot.UrgentAnswer).Leave(true, nil)
			time.Sleep(20 * time.Millisecond)
		}
		var mu sync.Mutex
		var got []string
		var waiting sync.WaitGroup
		for _, c := range []struct {
			name    string
			urgency bot.Urgency
		}{
			{"edit 1", bot.UrgentEdit},
			{"notice 1", bot.UrgentNotice},
			{"edit 2", bot.UrgentEdit},
			{"answer 1", bot.UrgentAnswer},
			{"notice 2", bot.UrgentNotice},
			{"answer 2", bot.UrgentAnswer},
		} {
			waiting.Go(func() {
				p := enter(t, w, c.urgency)
				mu.Lock()
				defer mu.Unlock()
				got = append(got, c.name)
				p.Leave(true, nil)
			})
			synctest.Wait()
		}
		waiting.Wait()
		if diff := cmp.Diff([]string{"answer 1", "answer 2", "notice 1", "notice 2", "edit 1", "edit 2"}, got); diff != "" {
			t.Errorf("they left otherwise (-want +got):\n%s", diff)
		}
	})
}

// An idle bot's first notices leave at once, an answer during a fan-out waits no longer than the distance of two notices, and edits have
// room only while no notice waits.
func TestNobodyWaitsLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := rested(30)
		began := time.Now()
		for range 4 {
			enter(t, w, bot.UrgentNotice).Leave(true, nil)
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("the first notices took %s", took)
		}
		ctx, stop := context.WithCancel(t.Context())
		var telling sync.WaitGroup
		for range 8 {
			telling.Go(func() {
				for ctx.Err() == nil {
					enter(t, w, bot.UrgentNotice).Leave(true, nil)
				}
			})
		}
		time.Sleep(5*time.Second + 7*time.Millisecond)
		began = time.Now()
		enter(t, w, bot.UrgentAnswer).Leave(true, nil)
		if took := time.Since(began); took > 60*time.Millisecond {
			t.Errorf("an answer waited %s", took)
		}
		_, err := w.Enter(t.Context(), bot.Call{Urgency: bot.UrgentEdit})
		if retry, ok := errors.AsType[*bot.RetryError](err); !ok || !errors.Is(err, bot.ErrNoRoom) || retry.After <= 0 {
			t.Errorf("an edit among notices: %v", err)
		}
		stop()
		telling.Wait()
		time.Sleep(300 * time.Millisecond)
		enter(t, w, bot.UrgentEdit).Leave(true, nil)
	})
}

// barrier is a limit that lets nobody through until it is open.
type barrier struct{ open bool }

func (g *barrier) Wait(time.Duration) time.Duration {
	if g.open {
		return 0
	}
	return time.Second
}

func (*barrier) Take(time.Duration) {}

// One whose own limit makes it wait holds up nobody else, and has its turn as soon as that changes.
func TestACallThatWaitsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, shut := rested(30), &barrier{}
		var waiting sync.WaitGroup
		began := time.Now()
		waiting.Go(func() {
			p, err := w.Enter(bot.Answering(t.Context()), bot.Call{Own: shut})
			if err != nil || time.Since(began) != 700*time.Millisecond {
				t.Errorf("after %s: %v", time.Since(began), err)
				return
			}
			p.Leave(true, nil)
		})
		synctest.Wait()
		if n, wait := w.Room(bot.UrgentNotice); n != 4 || wait != 0 {
			t.Errorf("there is room for %d, in %s", n, wait)
		}
		enter(t, w, bot.UrgentNotice).Leave(true, nil)
		if _, err := w.Enter(t.Context(), bot.Call{Urgency: bot.UrgentNotice, Own: shut}); !errors.Is(err, bot.ErrNoRoom) {
			t.Errorf("who has no patience: %v", err)
		}
		time.Sleep(700 * time.Millisecond)
		w.Do(func(time.Duration) { shut.open = true })
		waiting.Wait()
	})
}

// Room says what a call finds that enters then; it counts what leaves, and what waits.
func TestRoomIsWhatThereIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		most := rapid.SampledFrom([]int{1, 2, 30, 50}).Draw(rt, "most")
		steps := rapid.SliceOfN(rapid.IntRange(0, 300), 1, 40).Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) {
			w := bot.NewWindow(time.Now, most)
			for i, step := range steps {
				u := bot.Urgency(step % 3)
				n, wait := w.Room(u)
				if n == 0 {
					time.Sleep(wait)
					if n, wait = w.Room(u); n == 0 {
						rt.Errorf("after the wait there is none, for %s more", wait)
						return
					}
				}
				for range n {
					began := time.Now()
					left := false
					p, err := w.Enter(bot.Leaving(t.Context(), func() { left = true }), bot.Call{Urgency: u})
					if err != nil || !left || time.Since(began) > 0 {
						rt.Errorf("there was room for %d, and one waited %s, error %v", n, time.Since(began), err)
						return
					}
					p.Leave(i%5 > 0, nil)
				}
				time.Sleep(time.Duration(step) * time.Millisecond)
			}
		})
	})
}

// A call that is given up takes nobody's place, whenever that is.
func TestACallThatIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := rested(5)
		var giving sync.WaitGroup
		for i := range 200 {
			giving.Go(func() {
				ctx, cancel := context.WithTimeout(bot.Answering(t.Context()), time.Duration(i*10)*time.Millisecond)
				defer cancel()
				p, err := w.Enter(ctx, bot.Call{Urgency: bot.Urgency(i % 3)})
				if err == nil {
					p.Leave(false, nil)
				}
			})
		}
		giving.Wait()
		time.Sleep(3 * time.Second)
		if n, _ := w.Room(bot.UrgentAnswer); n != 5 {
			t.Errorf("there is room for %d, want 5", n)
		}
	})
}

// A clock that is set back or forth, and tells so, has nobody wait for the difference.
func TestAClockThatIsSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		set := time.Duration(0)
		wall := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Round(0).Add(set)
		}
		w := bot.NewWindow(wall, 30)
		for _, jump := range []time.Duration{-time.Hour, time.Hour, -24 * time.Hour} {
			mu.Lock()
			set += jump
			mu.Unlock()
			began := time.Now()
			for range 60 {
				enter(t, w, bot.UrgentNotice).Leave(true, nil)
			}
			if took := time.Since(began); took > 4*time.Second || took < time.Second {
				t.Errorf("after a jump of %s, sixty took %s", jump, took)
			}
		}
	})
}

// What a messenger says holds: nothing leaves that counts, and what does not count leaves.
func TestAWindowThatIsHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := rested(30)
		w.Hold(3 * time.Second)
		_, err := w.Enter(t.Context(), bot.Call{Urgency: bot.UrgentNotice})
		if retry, ok := errors.AsType[*bot.RetryError](err); !ok || retry.After != 3*time.Second {
			t.Errorf("a notice: %v", err)
		}
		if n, wait := w.Room(bot.UrgentEdit); n != 0 || wait != 3*time.Second {
			t.Errorf("room for %d in %s", n, wait)
		}
		began := time.Now()
		p, err := w.Enter(t.Context(), bot.Call{Uncounted: true})
		if err != nil || time.Since(began) > 0 {
			t.Fatalf("what does not count took %s, error %v", time.Since(began), err)
		}
		p.Leave(true, nil)
		enter(t, w, bot.UrgentAnswer)
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("an answer took %s", took)
		}
	})
}
