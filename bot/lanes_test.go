package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// trail is what happened, in order.
type trail struct {
	mu   sync.Mutex
	says []string
}

func (tr *trail) add(format string, args ...any) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.says = append(tr.says, fmt.Sprintf(format, args...))
}

func (tr *trail) want(t *testing.T, what string, want ...string) {
	t.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if diff := cmp.Diff(want, slices.Clone(tr.says)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

func TestALaneKeepsItsOrderAndHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lanes := bot.NewLanes(10, time.Minute)
		var happened trail
		for n := range 4 {
			turn := lanes.Join("slow")
			go turn.Run(t.Context(), func(context.Context) {
				time.Sleep(time.Duration(4-n) * time.Second)
				happened.add("slow %d", n)
			})
		}
		go lanes.Join("quick").Run(t.Context(), func(context.Context) { happened.add("quick") })
		synctest.Wait()
		happened.want(t, "at once", "quick")
		time.Sleep(time.Minute)
		happened.want(t, "in the end", "quick", "slow 0", "slow 1", "slow 2", "slow 3")
	})
}

func TestALaneThatWasLeftIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lanes := bot.NewLanes(1, time.Minute)
		var happened trail
		for n := range 3 {
			lanes.Join("a").Run(t.Context(), func(context.Context) { happened.add("%d", n) })
		}
		happened.want(t, "one after another", "0", "1", "2")
	})
}

func TestNoMoreTurnsThanSoManyAreTakenAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lanes := bot.NewLanes(3, time.Minute)
		var happened trail
		for n := range 7 {
			go lanes.Join(strconv.Itoa(n)).Run(t.Context(), func(context.Context) {
				happened.add("turn")
				time.Sleep(time.Second)
			})
		}
		synctest.Wait()
		for second, want := range []int{3, 6, 7} {
			happened.mu.Lock()
			if got := len(happened.says); got != want {
				t.Errorf("%d turns were taken after %d s, want %d", got, second, want)
			}
			happened.mu.Unlock()
			time.Sleep(time.Second)
			synctest.Wait()
		}
	})
}

func TestATurnEndsWithItsBoundAndIsNotTakenAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lanes := bot.NewLanes(1, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		var happened trail
		started := time.Now()
		hangs := func(ctx context.Context) {
			<-ctx.Done()
			happened.add("%s after %s", context.Cause(ctx), time.Since(started))
		}
		for _, key := range []string{"a", "a", "a", "b"} {
			go lanes.Join(key).Run(ctx, hangs)
			synctest.Wait()
		}
		time.Sleep(90 * time.Second)
		cancel()
		synctest.Wait()
		happened.want(t, "two turns", "context deadline exceeded after 1m0s", "context canceled after 1m30s")
		lanes.Join("a").Run(t.Context(), func(context.Context) { happened.add("later") })
		happened.want(t, "the lane is free", "context deadline exceeded after 1m0s", "context canceled after 1m30s", "later")
	})
}
