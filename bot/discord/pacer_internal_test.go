package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// limits are the headers with which Discord tells what is left.
func limits(limit, left int, reset time.Duration) http.Header {
	h := http.Header{}
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-Reset-After", fmt.Sprint(reset.Seconds()))
	return h
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path string
		want         route
	}{
		"messages of a channel":     {"POST", "/api/v9/channels/12/messages", route{key: "POST channels/12/messages", messages: true}},
		"a message":                 {"PATCH", "/api/v10/channels/12/messages/34", route{key: "PATCH channels/12/messages/:id", messages: true, edits: true}},
		"behind a proxy's path":     {"GET", "/discord/api/v9/guilds/12", route{key: "GET guilds/12"}},
		"the answer to something":   {"POST", "/api/v9/interactions/12/secret/callback", route{free: true}},
		"what comes behind it":      {"PATCH", "/api/v9/webhooks/12/secret/messages/@original", route{key: "PATCH webhooks/12/2loxgsjid428h/messages/@original", free: true}},
		"more of it":                {"POST", "/api/v9/webhooks/12/secret", route{key: "POST webhooks/12/2loxgsjid428h", free: true}},
		"a member":                  {"GET", "/api/v9/guilds/12/members/34", route{key: "GET guilds/12/members/:id"}},
		"without any version":       {"GET", "/gateway/bot", route{key: "GET gateway/bot"}},
		"a name that begins with v": {"GET", "/api/v9/voice/regions", route{key: "GET voice/regions"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := routeOf(test.method, test.path); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// A server that allows five messages in five seconds sees no sixth, however many want to send, and nobody waits longer than that takes.
func TestARouteKeepsItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, way := newPacer(time.Now, 0, 0), route{key: "POST channels/1/messages"}
		s := &window{limit: 5, length: 5 * time.Second}
		begin := time.Now()
		var sending sync.WaitGroup
		for range 12 {
			sending.Go(func() {
				leave, err := p.enter(bot.Patient(t.Context(), time.Hour), way)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(40 * time.Millisecond) // on its way
				leave(s.take(t))
			})
		}
		sending.Wait()
		if took := time.Since(begin); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("twelve messages took %s", took)
		}
	})
}

// window is a server's count of one route.
type window struct {
	mu     sync.Mutex
	limit  int
	length time.Duration
	count  int
	until  time.Time
}

func (w *window) take(t *testing.T) http.Header {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); !now.Before(w.until) {
		w.count, w.until = 0, now.Add(w.length)
	}
	if w.count++; w.count > w.limit {
		t.Errorf("the server has to refuse number %d", w.count)
	}
	return limits(w.limit, max(w.limit-w.count, 0), time.Until(w.until))
}

// A full route holds up no other, and gives a notice back at once with when it can go.
func TestAFullRouteHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := rested()
		full, other := route{key: "POST channels/1/messages"}, route{key: "POST channels/2/messages"}
		enter(t, p, full)(limits(5, 0, 4*time.Second))
		_, err := p.enter(t.Context(), full)
		limited, ok := errors.AsType[*bot.RetryError](err)
		if !ok || limited.After != 4*time.Second {
			t.Fatalf("got %v, want a wait of 4 s", err)
		}
		before := time.Now()
		enter(t, p, other)(nil)
		if waited := time.Since(before); waited != 0 {
			t.Errorf("another channel waited %s", waited)
		}
		if _, err := p.enter(bot.Answering(t.Context()), full); err != nil || time.Since(before) != 4*time.Second {
			t.Errorf("an answer came after %s, error %v", time.Since(before), err)
		}
	})
}

// rested is a pacer of a process that has been there for a while.
func rested() *pacer {
	p := newPacer(time.Now, 0, 0)
	time.Sleep(2 * time.Second)
	return p
}

func enter(t *testing.T, p *pacer, r route) (leave func(http.Header)) {
	t.Helper()
	leave, err := p.enter(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

// Answers that are messages of a channel take less than half of it, so that a notice finds room.
func TestAnswersLeaveHalfOfAChannel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, way := rested(), routeOf(http.MethodPost, "channels/1/messages")
		s := &window{limit: 5, length: 5 * time.Second}
		enter(t, p, way)(s.take(t))
		began := time.Now()
		var at []time.Duration
		for range 6 {
			leave, err := p.enter(bot.Answering(t.Context()), way)
			if err != nil {
				t.Fatal(err)
			}
			leave(s.take(t))
			at = append(at, time.Since(began))
		}
		want := []time.Duration{0, 0, 5 * time.Second, 5 * time.Second, 10 * time.Second, 10 * time.Second}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Errorf("answers left at (-want +got):\n%s", diff)
		}
		for range 3 {
			enter(t, p, way)(s.take(t))
		}
		if _, err := p.enter(t.Context(), way); err == nil {
			t.Error("a fourth notice left beside two answers")
		}
	})
}

// When Discord says that it was too much, it is left alone as long as it says: the route, or all of it.
func TestARefusalIsObeyed(t *testing.T) {
	t.Parallel()
	for _, all := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := rested()
			refused, other := route{key: "POST channels/1/messages"}, route{key: "POST channels/2/messages"}
			enter(t, p, refused)(nil)
			p.refused(refused, 3*time.Second, all)
			got := map[string]bool{}
			for name, way := range map[string]route{"itself": refused, "another": other} {
				_, err := p.enter(t.Context(), way)
				got[name] = err == nil
			}
			if diff := cmp.Diff(map[string]bool{"itself": false, "another": !all}, got); diff != "" {
				t.Errorf("of everything %v (-want +may leave):\n%s", all, diff)
			}
			time.Sleep(3 * time.Second)
			enter(t, p, refused)
			if n := p.tooMany.Load(); n != 1 {
				t.Errorf("%d refusals are counted", n)
			}
		})
	}
}

// What is under way when a window ends may be counted in the next: there is room for so much less.
func TestWhatIsUnderWayCountsInTheNextWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, way := newPacer(time.Now, 0, 0), route{key: "POST channels/1/messages"}
		enter(t, p, way)(limits(5, 4, 5*time.Second))
		time.Sleep(4900 * time.Millisecond)
		enter(t, p, way) // and comes when the window is over
		time.Sleep(200 * time.Millisecond)
		left := 0
		for {
			if _, err := p.enter(t.Context(), way); err != nil {
				break
			}
			left++
		}
		if left != 4 {
			t.Errorf("%d more leave, want 4", left)
		}
	})
}

// A long refusal is the end of one window, and not of how long windows are; an answer that was under way does not lift it.
func TestARefusalIsOverWhenItIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, way := newPacer(time.Now, 0, 0), route{key: "POST channels/1/messages"}
		enter(t, p, way)(limits(2, 1, 5*time.Second))
		enter(t, p, way)(nil)
		p.refused(way, time.Minute, false)
		time.Sleep(time.Minute)
		began := time.Now()
		for range 6 {
			leave, err := p.enter(bot.Answering(t.Context()), way)
			if err != nil {
				t.Fatal(err)
			}
			leave(nil)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("six take %s, want 10 s", took)
		}
		free := route{key: "GET gateway/bot"}
		enter(t, p, free)(http.Header{})
		first, second := enter(t, p, free), enter(t, p, free)
		first(nil)
		p.refused(free, time.Minute, false)
		second(http.Header{})
		if _, err := p.enter(t.Context(), free); err == nil {
			t.Error("an answer that was under way lifts a refusal")
		}
	})
}

// Nothing is kept of channels for ever.
func TestRoutesAtRestAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now, 0, 0)
		for i := range 3 * mostRoutes {
			way := route{key: fmt.Sprintf("POST channels/%d/messages", i)}
			leave, err := p.enter(bot.Patient(t.Context(), time.Hour), way)
			if err != nil {
				t.Fatal(err)
			}
			leave(limits(5, 4, time.Second))
		}
		if n := len(p.routes); n > mostRoutes {
			t.Errorf("%d routes are kept", n)
		}
	})
}

// A context that ends ends the wait.
func TestAWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, way := newPacer(time.Now, 0, 0), route{key: "POST channels/1/messages"}
		enter(t, p, way)(limits(1, 0, 5*time.Second))
		ctx, cancel := context.WithTimeout(bot.Answering(t.Context()), time.Second)
		defer cancel()
		before := time.Now()
		if _, err := p.enter(ctx, way); !errors.Is(err, context.DeadlineExceeded) || time.Since(before) != time.Second {
			t.Errorf("after %s: %v", time.Since(before), err)
		}
	})
}
