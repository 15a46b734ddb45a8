package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// noon is when everything in these tests is due.
func noon() time.Time { return time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC) }

// told is a tally of chats a, b, c … that are owed a change each at noon, with what was taken so many milliseconds later, in order.
func told(chats string, messages ...taken) *tally {
	t := newTally()
	for _, chat := range chats {
		t.owe(string(chat), owed{lane: changeLane, due: noon()})
	}
	for _, m := range messages {
		t.take(m.chat, m.at)
	}
	return t
}

func after(chat string, ms int) taken {
	return taken{chat: chat, at: noon().Add(time.Duration(ms) * time.Millisecond)}
}

func TestChatsThatGotNothingAreLostAndMessagesBeyondTheFirstAreDoubles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tally               *tally
		told, lost, doubles int
	}{
		"nothing came":             {told("ab"), 0, 2, 0},
		"each came once":           {told("ab", after("a", 1), after("b", 2)), 2, 0, 0},
		"one is missing":           {told("abc", after("a", 1), after("c", 2)), 2, 1, 0},
		"one came three times":     {told("ab", after("a", 1), after("b", 2), after("a", 3), after("a", 4)), 2, 0, 2},
		"a double is no other one": {told("ab", after("a", 1), after("a", 2)), 1, 1, 1},
		"what nobody is owed":      {told("a", after("a", 1), after("operator", 2), after("operator", 3)), 1, 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := test.tally.judge(changeLane, 30)
			if out.told != test.told || out.lost != test.lost || out.doubles != test.doubles {
				t.Errorf("told %d, lost %d, doubles %d; want %d, %d, %d", out.told, out.lost, out.doubles, test.told, test.lost, test.doubles)
			}
		})
	}
}

func TestTheRateIsOfTheFirstNoticeOfEachChat(t *testing.T) {
	t.Parallel()
	out := told("abc", after("a", 1000), after("b", 1100), after("b", 1150), after("c", 1200), after("a", 9000)).judge(changeLane, 30)
	if got := out.rate(); got != 10 {
		t.Errorf("%v a second, want 10: three chats in 200 ms", got)
	}
	if got := told("a", after("a", 5)).judge(changeLane, 30).rate(); got != 0 {
		t.Errorf("one chat makes no rate, got %v", got)
	}
}

func TestLatenessIsByLaneAndAgainstThePace(t *testing.T) {
	t.Parallel()
	tally := told("ab")
	tally.owe("live", owed{lane: liveLane, due: noon().Add(time.Second)})
	for _, m := range []taken{after("a", 20), after("live", 1030), after("b", 1140)} {
		tally.take(m.chat, m.at)
	}
	out := tally.judge(changeLane, 10)
	want := map[lane]late{changeLane: {20 * time.Millisecond, 1140 * time.Millisecond}, liveLane: {30 * time.Millisecond}}
	if diff := cmp.Diff(want, out.late); diff != "" {
		t.Error(diff)
	}
	// At ten a second the first is to leave at once and the second a tenth of a second later.
	if diff := cmp.Diff(late{20 * time.Millisecond, 1040 * time.Millisecond}, out.behind); diff != "" {
		t.Error(diff)
	}
}

func TestAPercentileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make(late, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	tests := map[string]struct {
		of      late
		percent float64
		want    time.Duration
	}{
		"of nothing":            {nil, 50, 0},
		"of one":                {late{7}, 99, 7},
		"half of a hundred":     {hundred, 50, 50},
		"ninety-nine of them":   {hundred, 99, 99},
		"all of them":           {hundred, 100, 100},
		"half of three":         {late{1, 2, 9}, 50, 2},
		"nearly all of few":     {late{1, 2, 9}, 99, 9},
		"none is the first one": {late{1, 2, 9}, 0, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.of.percentile(test.percent); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestAPercentileIsNotExceededByThatManyPercent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tally := newTally()
		for i, ms := range rapid.SliceOfN(rapid.IntRange(0, 100), 1, 50).Draw(t, "after") {
			chat := string(rune('a' + i))
			tally.owe(chat, owed{lane: changeLane, due: noon()})
			tally.take(chat, after(chat, ms).at)
		}
		l := tally.judge(changeLane, 30).late[changeLane]
		percent := rapid.Float64Range(0, 100).Draw(t, "percent")
		limit, within := l.percentile(percent), 0
		for _, d := range l {
			if d <= limit {
				within++
			}
		}
		if float64(within) < percent/100*float64(len(l))-1e-9 {
			t.Fatalf("%d of %d are within %s, want %.2f%%", within, len(l), limit, percent)
		}
	})
}

func TestAPauseIsFromAKillToTheNextNotice(t *testing.T) {
	t.Parallel()
	tally := told("abc", after("a", 100), after("b", 350), after("c", 900))
	kills := []time.Time{after("", 300).at, after("", 110).at, after("", 950).at}
	if diff := cmp.Diff(late{50 * time.Millisecond, 240 * time.Millisecond}, tally.pauses(kills)); diff != "" {
		t.Error(diff)
	}
}

func TestWaitingEndsWhenAllAreToldWhenNothingComesAndWhenTheProgramEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tally, alive := told("ab"), make(chan struct{})
		go func() {
			<-time.After(50 * time.Second)
			tally.take("a", time.Now())
		}()
		began := time.Now()
		if all, err := tally.await(t.Context(), 1, time.Minute, alive); !all || err != nil {
			t.Errorf("one is told: %v, %v", all, err)
		}
		if all, err := tally.await(t.Context(), 2, time.Minute, alive); all || err != nil || time.Since(began) < 110*time.Second {
			t.Errorf("the other never is: %v, %v after %s", all, err, time.Since(began))
		}
		close(alive)
		if _, err := tally.await(t.Context(), 2, time.Minute, alive); !errors.Is(err, errGone) {
			t.Errorf("the program has ended: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := tally.await(ctx, 2, time.Minute, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("nobody waits any more: %v", err)
		}
	})
}
