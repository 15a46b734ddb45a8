package discord

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What Discord allows all requests of a bot together, a little less than it says: requests bunch up on their way.
const (
	globalWindow  = 1100 * time.Millisecond // of a second: what leaves at a distance may arrive closer together
	globalMost    = 48                      // of 50
	globalNotices = 46                      // the others are for people who wait for an answer
	mostRoutes    = 10_000
)

// pacer keeps requests within the limits that Discord tells with each answer, so that it never has to say no. Whoever waits, waits
// for their own route only; what cannot go soon is told when it can.
type pacer struct {
	now func() time.Time

	mu      sync.Mutex
	recent  []time.Time // when the last requests left that count together, the oldest first
	held    time.Time   // until when nothing may leave
	routes  map[string]*allowance
	moved   chan struct{} // closed when an answer has come
	tooMany int64         // answers that said that it was too much
}

// allowance is what is left of a route's limit in its present window. The limit is not known before the first answer; until then one
// request is under way at a time.
type allowance struct {
	limit, left, flying int
	until               time.Time     // when the window ends
	length              time.Duration // of a window, as far as was seen
	free                bool          // Discord has told of no limit
}

func newPacer(now func() time.Time) *pacer {
	return &pacer{now: now, routes: map[string]*allowance{}, moved: make(chan struct{})}
}

// assumeUsed has the pacer begin as if most of the first second were used up: by a process that was killed a moment ago, of which
// nobody knows.
func (p *pacer) assumeUsed() {
	const left = 8
	for range globalNotices - left {
		p.recent = append(p.recent, p.now())
	}
}

// limitedError says that a request was not made, because it would have been too much, and when it would not be.
type limitedError struct{ After time.Duration }

func (e *limitedError) Error() string {
	return fmt.Sprintf("Discord's limits leave room for this in %s", e.After.Round(time.Millisecond))
}

// urgency is how a request stands to others, and how long it is worth waiting for.
type urgency struct {
	answer   bool          // somebody waits for it
	patience time.Duration // that it has before it is given back
}

type urgencyKey struct{}

// The urgencies of requests.
const (
	noticePatience = 500 * time.Millisecond // a notice that must wait longer lets others go first
	answerPatience = 10 * time.Second
)

// waiting returns a context whose requests are answers that somebody waits for.
func waiting(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgencyKey{}, urgency{answer: true, patience: answerPatience})
}

func urgencyOf(ctx context.Context) urgency {
	if u, ok := ctx.Value(urgencyKey{}).(urgency); ok {
		return u
	}
	return urgency{patience: noticePatience}
}

// route is what Discord counts together.
type route struct {
	key  string // empty: it is not counted by itself
	free bool   // it does not count among all requests
}

// routeOf is the route of a request. Ids that do not tell it from others are left out. The first answer to an interaction is not counted
// at all, and what comes behind it apart from all else; of its token, which is a secret, the key has a digest.
func routeOf(method, path string) route {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if i := versionAt(parts); i >= 0 {
		parts = parts[i+1:]
	}
	if parts[0] == "interactions" {
		return route{free: true}
	}
	for i, part := range parts {
		if i > 1 && part != "" && strings.Trim(part, "0123456789") == "" {
			parts[i] = ":id"
		}
	}
	ofInteraction := parts[0] == "webhooks" && len(parts) > 2
	if ofInteraction {
		digest := fnv.New64a()
		_, _ = digest.Write([]byte(parts[2])) // which never fails
		parts[2] = strconv.FormatUint(digest.Sum64(), 36)
	}
	return route{key: method + " " + strings.Join(parts, "/"), free: ofInteraction}
}

// versionAt is which part of a path is the version of the API, -1 if none is.
func versionAt(parts []string) int {
	for i, part := range parts {
		if len(part) > 1 && part[0] == 'v' && strings.Trim(part[1:], "0123456789") == "" {
			return i
		}
	}
	return -1
}

// enter waits until a request may leave, and takes its place. Whoever enters has to leave.
func (p *pacer) enter(ctx context.Context, r route) error {
	u := urgencyOf(ctx)
	until := p.now().Add(u.patience)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		wait, moved := p.take(r, u)
		switch {
		case wait == 0:
			return nil
		case p.now().Add(wait).After(until):
			return &limitedError{After: wait}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-moved:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// answerSoon is when to look again for the answer to the first request of a route, which tells its limit.
const answerSoon = 100 * time.Millisecond

// take takes the place of a request, or says how long to wait for one at least, and what tells of a change before.
func (p *pacer) take(r route, u urgency) (wait time.Duration, moved <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if !r.free {
		wait = max(p.held.Sub(now), p.globalWait(now, u))
	}
	a := p.allowance(r, now)
	if a != nil && a.left <= 0 && !a.free {
		wait = max(wait, a.until.Sub(now), answerSoonIf(a.limit == 0 && a.flying > 0))
	}
	if wait > 0 {
		return wait, p.moved
	}
	if !r.free {
		p.recent = append(p.recent, now)
	}
	if a != nil {
		a.left--
		a.flying++
	}
	return 0, nil
}

func answerSoonIf(unknown bool) time.Duration {
	if unknown {
		return answerSoon
	}
	return 0
}

// globalWait is how long all requests together leave no room for one more.
func (p *pacer) globalWait(now time.Time, u urgency) time.Duration {
	most := globalNotices
	if u.answer {
		most = globalMost
	}
	for len(p.recent) > 0 && now.Sub(p.recent[0]) >= globalWindow {
		p.recent = p.recent[1:]
	}
	if len(p.recent) < most {
		return 0
	}
	return p.recent[len(p.recent)-most].Add(globalWindow).Sub(now)
}

// allowance is a route's, in the window that now is in; nil if it has none.
func (p *pacer) allowance(r route, now time.Time) *allowance {
	if r.key == "" {
		return nil
	}
	a := p.routes[r.key]
	if a == nil {
		p.forget(now)
		a = &allowance{left: 1}
		p.routes[r.key] = a
	}
	if a.limit > 0 && !now.Before(a.until) {
		// It is like the last one until an answer knows better. What is under way may be counted in it.
		a.left, a.until = a.limit-a.flying, now.Add(a.length)
	}
	return a
}

// forget forgets the routes that are at rest, where there are very many.
func (p *pacer) forget(now time.Time) {
	if len(p.routes) < mostRoutes {
		return
	}
	for key, a := range p.routes {
		if a.flying == 0 && !now.Before(a.until) {
			delete(p.routes, key)
		}
	}
}

// leave takes note of what an answer says of the limits; nil if none came.
func (p *pacer) leave(r route, headers http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.routes[r.key]; a != nil {
		a.learn(headers, p.now())
	}
	p.stir()
}

// learn takes in what an answer says of a route.
func (a *allowance) learn(headers http.Header, now time.Time) {
	a.flying = max(a.flying-1, 0)
	limit, err := strconv.Atoi(headers.Get("X-RateLimit-Limit"))
	left, leftErr := strconv.Atoi(headers.Get("X-RateLimit-Remaining"))
	reset, resetErr := seconds(headers.Get("X-RateLimit-Reset-After"))
	if err != nil || leftErr != nil || resetErr != nil || limit <= 0 {
		if a.limit == 0 && !now.Before(a.until) {
			a.left, a.free = 1, headers != nil // without an answer nothing is known yet
		}
		return
	}
	known := a.limit > 0 && now.Before(a.until)
	a.limit, a.length, a.free = limit, max(a.length, reset), false
	if until := now.Add(reset); !known || until.After(a.until) {
		a.until = until
	}
	if !known || left < a.left {
		a.left = left
	}
}

// refused takes note that Discord has said that it was too much, and for how long to leave it.
func (p *pacer) refused(r route, after time.Duration, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tooMany++
	until := p.now().Add(after)
	if all && until.After(p.held) {
		p.held = until
	}
	if a := p.routes[r.key]; a != nil && !all {
		a.left, a.until, a.free = 0, until, false // which says nothing of how long a window is
	}
	p.stir()
}

// stir wakes whoever waits.
func (p *pacer) stir() {
	close(p.moved)
	p.moved = make(chan struct{})
}

// refusals is how often Discord has said that it was too much.
func (p *pacer) refusals() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tooMany
}

// seconds reads a number of seconds with decimals.
func seconds(text string) (time.Duration, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > float64(time.Hour/time.Second)*24 {
		return 0, fmt.Errorf("%q is no number of seconds", text)
	}
	return time.Duration(n * float64(time.Second)), nil
}
