package scheduler_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMeterCountsByMessenger(t *testing.T) {
	t.Parallel()
	m := scheduler.NewMeter()
	m.Taken(bot.Telegram, storage.LiveLane, 70*time.Millisecond, noon)
	m.Settled(bot.Telegram, storage.Sent)
	m.Settled(bot.Telegram, storage.Folded)
	m.Settled(bot.Telegram, storage.Folded)
	m.Retried(bot.Discord)
	m.Edited(bot.Discord)
	m.Flying(bot.Discord, 7, 2)
	m.Flying(bot.Discord, 6, 1)

	want := []scheduler.Gauge{{
		Messenger: bot.Discord, Flying: 6, FlyingEdits: 1, Retries: 1, Edits: 1, Outcomes: map[storage.Outcome]uint64{},
	}, {
		Messenger: bot.Telegram, LastMinute: 1, Taken: 1, Outcomes: map[storage.Outcome]uint64{storage.Sent: 1, storage.Folded: 2},
		Lateness: []scheduler.Lateness{{
			Lane: storage.LiveLane, Count: 1, Sum: 70 * time.Millisecond, Within: []uint64{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
			Recent: 1, P50: 70 * time.Millisecond, P99: 70 * time.Millisecond,
		}},
	}}
	if diff := cmp.Diff(want, m.Read(noon)); diff != "" {
		t.Error(diff)
	}
}

func TestMeterForgetsWhatIsOlderThanAMinute(t *testing.T) {
	t.Parallel()
	m := scheduler.NewMeter()
	for i := range 300 { // three a second
		m.Taken(bot.Telegram, storage.ReminderLane, 0, noon.Add(time.Duration(i)*time.Second/3))
	}
	rates := map[time.Duration]float64{
		99 * time.Second:  3,
		129 * time.Second: 1.5,
		159 * time.Second: 0,
		-time.Hour:        0, // the clock went back: nothing was taken in the minute before
	}
	for after, want := range rates {
		if got := m.Read(noon.Add(after))[0].Rate(); got != want {
			t.Errorf("after %s: %v a second, want %v", after, got, want)
		}
	}
}

func TestMeterOfNothing(t *testing.T) {
	t.Parallel()
	var none *scheduler.Meter
	none.Taken(bot.Telegram, storage.LiveLane, 0, noon)
	none.Settled(bot.Telegram, storage.Sent)
	none.Retried(bot.Telegram)
	none.Edited(bot.Telegram)
	none.Flying(bot.Telegram, 1, 1)
	if got := none.Read(noon); got != nil {
		t.Errorf("a meter that is none has read %v", got)
	}
	if got := scheduler.NewMeter().Read(noon); got != nil {
		t.Errorf("a new meter has read %v", got)
	}
}

// TestMeterOfLateness holds what is counted against a count by hand, for any lateness.
func TestMeterOfLateness(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		late := rapid.SliceOfN(rapid.Int64Range(-int64(time.Second), int64(2*time.Hour)), 1, 700).Draw(t, "late")
		m := scheduler.NewMeter()
		var sum time.Duration
		for _, l := range late {
			m.Taken(bot.Discord, storage.ChangeLane, time.Duration(l), noon)
			sum += time.Duration(max(l, 0)) // what is early is not late
		}
		got := m.Read(noon)[0].Lateness[0]
		if got.Count != uint64(len(late)) || got.Sum != sum {
			t.Errorf("%d notices, %s late in all, want %d, %s", got.Count, got.Sum, len(late), sum)
		}
		for i, bound := range scheduler.LatenessBounds() {
			want := uint64(0)
			for _, l := range late {
				if time.Duration(l).Seconds() <= bound {
					want++
				}
			}
			if got.Within[i] != want {
				t.Errorf("%d no later than %v s, want %d", got.Within[i], bound, want)
			}
		}
		last := slices.Clone(late[max(len(late)-512, 0):])
		slices.Sort(last)
		atMost := func(p time.Duration) (n int) {
			for _, l := range last {
				if max(l, 0) <= int64(p) {
					n++
				}
			}
			return n
		}
		if got.Recent != len(last) || 2*atMost(got.P50) < len(last) || 100*atMost(got.P99) < 99*len(last) {
			t.Errorf("of the last %d: half within %s, all but a hundredth within %s; they are %v", got.Recent, got.P50, got.P99, last)
		}
		if 2*atMost(got.P50-1) >= len(last) {
			t.Errorf("half of the last %d are within less than %s", len(last), got.P50)
		}
	})
}

func TestMeterOfManyAtOnce(t *testing.T) {
	t.Parallel()
	m := scheduler.NewMeter()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				m.Taken(bot.Discord, storage.LiveLane, time.Second, noon)
				m.Read(noon)
			}
		})
	}
	group.Wait()
	if got := m.Read(noon)[0].Taken; got != 800 {
		t.Errorf("%d were taken, want 800", got)
	}
}
