package discord

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"boardcast/bot"
)

// What Discord takes from a bot that the configuration says nothing else of.
const (
	defaultInFlight  = 16
	defaultPerSecond = 50
	mostRoutes       = 10_000
)

// pacer keeps requests within the limits that Discord tells with each answer, so that it never has to say no. Whoever waits, waits
// for their own route only; what cannot go soon is told when it can.
type pacer struct {
	window   *bot.Window
	inFlight int
	tooMany  atomic.Int64          // answers that said that it was too much
	routes   map[string]*allowance // as the window's Do has it
}

// allowance is what is left of a route's limit in its present window. The limit is not known before the first answer; until then one
// request is under way at a time.
type allowance struct {
	limit, left, flying int
	until               time.Duration // when the window ends
	length              time.Duration // of a window, as far as was seen
	free                bool          // Discord has told of no limit
	answers, answering  int           // how many in the window are answers, and how many of those are under way
}

func newPacer(now func() time.Time, inFlight, perSecond int) *pacer {
	if inFlight == 0 {
		inFlight = defaultInFlight
	}
	if perSecond == 0 {
		perSecond = defaultPerSecond
	}
	return &pacer{window: bot.NewWindow(now, perSecond), inFlight: inFlight, routes: map[string]*allowance{}}
}

// route is what Discord counts together.
type route struct {
	key  string // empty: it is not counted by itself
	free bool   // it does not count among all requests

	messages bool // of a channel: notices need it too
	edits    bool // of those messages
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
	r := route{key: method + " " + strings.Join(parts, "/"), free: ofInteraction}
	const send, edit = 3, 4 // parts of a path
	if len(parts) >= send && parts[0] == "channels" && parts[2] == "messages" {
		r.edits = method == http.MethodPatch && len(parts) == edit
		r.messages = r.edits || method == http.MethodPost && len(parts) == send
	}
	return r
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

// enter waits until a request may leave, and takes its place. Whoever enters calls what it returns when it is over, with the headers of
// the answer; nil if none came. The errors are those of [bot.Window.Enter].
func (p *pacer) enter(ctx context.Context, r route) (leave func(http.Header), err error) {
	own := &leaving{pacer: p, route: r, answer: bot.IsAnswering(ctx)}
	passage, err := p.window.Enter(ctx, bot.Call{Urgency: own.urgency(), Uncounted: r.free, Own: own})
	if err != nil {
		return nil, err
	}
	return func(headers http.Header) {
		passage.Leave(headers != nil, func(now time.Duration) {
			if a := p.routes[r.key]; a != nil {
				a.learn(headers, now, own.answer)
			}
		})
	}, nil
}

// leaving is a request that wants to leave by a route.
type leaving struct {
	*pacer
	route
	answer bool
}

func (r *leaving) urgency() bot.Urgency {
	switch {
	case r.answer:
		return bot.UrgentAnswer
	case r.edits:
		return bot.UrgentEdit
	}
	return bot.UrgentNotice
}

// answerSoon is when to look again for the answer to the first request of a route, which tells its limit.
const answerSoon = 100 * time.Millisecond

// Wait implements [bot.OwnLimit].
func (r *leaving) Wait(now time.Duration) time.Duration {
	a := r.routes[r.key]
	if a == nil {
		return 0
	}
	a.renew(now)
	switch {
	case a.free:
		return 0
	case a.left <= 0 && a.limit == 0 && a.flying > 0:
		return max(a.until-now, answerSoon)
	case a.left <= 0, r.answer && r.messages && a.limit > 0 && a.answers >= max(a.limit/2, 1): // the other half is for notices
		return a.until - now
	}
	return 0
}

// Take implements [bot.OwnLimit].
func (r *leaving) Take(now time.Duration) {
	if r.key == "" {
		return
	}
	a := r.routes[r.key]
	if a == nil {
		r.forget(now)
		a = &allowance{left: 1}
		r.routes[r.key] = a
	}
	a.left--
	a.flying++
	if r.answer {
		a.answers++
		a.answering++
	}
}

// renew begins the next window where the last is over. It is like that one until an answer knows better. What is under way may be counted
// in it.
func (a *allowance) renew(now time.Duration) {
	if a.limit > 0 && now >= a.until {
		a.left, a.until, a.answers = a.limit-a.flying, now+a.length, a.answering
	}
}

// forget forgets the routes that are at rest, where there are very many.
func (p *pacer) forget(now time.Duration) {
	if len(p.routes) < mostRoutes {
		return
	}
	for key, a := range p.routes {
		if a.flying == 0 && now >= a.until {
			delete(p.routes, key)
		}
	}
}

// learn takes in what an answer says of a route.
func (a *allowance) learn(headers http.Header, now time.Duration, answer bool) {
	a.flying--
	if answer {
		a.answering--
	}
	limit, err := strconv.Atoi(headers.Get("X-RateLimit-Limit"))
	left, leftErr := strconv.Atoi(headers.Get("X-RateLimit-Remaining"))
	reset, resetErr := seconds(headers.Get("X-RateLimit-Reset-After"))
	if err != nil || leftErr != nil || resetErr != nil || limit <= 0 {
		if a.limit == 0 && now >= a.until {
			a.left, a.free = 1, headers != nil // without an answer nothing is known yet
		}
		return
	}
	known := a.limit > 0 && now < a.until
	a.limit, a.length, a.free = limit, max(a.length, reset), false
	if until := now + reset; !known || until > a.until {
		a.until = until
	}
	if !known || left < a.left {
		a.left = left
	}
	if !known {
		a.answers = a.answering
		if answer {
			a.answers++
		}
	}
}

// refused takes note that Discord has said that it was too much, and for how long to leave it.
func (p *pacer) refused(r route, after time.Duration, all bool) {
	p.tooMany.Add(1)
	if all {
		p.window.Hold(after)
		return
	}
	p.window.Do(func(now time.Duration) {
		if a := p.routes[r.key]; a != nil {
			a.left, a.until, a.free = 0, now+after, false // which says nothing of how long a window is
		}
	})
}

// Pace implements [bot.Pacing].
func (a *Adapter) Pace() float64 { return a.client.pace.window.Pace() }

// InFlight implements [bot.Pacing].
func (a *Adapter) InFlight() int { return a.client.pace.inFlight }

// Room implements [bot.Pacing]. A post counts from when its first request leaves, see [bot.Leaving].
func (a *Adapter) Room(edit bool) (posts int, wait time.Duration) {
	if edit {
		return a.client.pace.window.Room(bot.UrgentEdit)
	}
	return a.client.pace.window.Room(bot.UrgentNotice)
}

// RoomIn implements [bot.Pacing].
func (a *Adapter) RoomIn(to bot.ChatID, edit bool) (wait time.Duration) {
	id, err := channelOf(to)
	if err != nil {
		return 0 // whoever sends there is told why not
	}
	way := routeOf(http.MethodPost, "channels/"+id+"/messages")
	if edit {
		way = routeOf(http.MethodPatch, "channels/"+id+"/messages/0")
	}
	p := a.client.pace
	p.window.Do(func(now time.Duration) { wait = (&leaving{pacer: p, route: way}).Wait(now) })
	return max(wait, 0)
}

// TooMany implements [bot.Pacing].
func (a *Adapter) TooMany() int64 { return a.client.pace.tooMany.Load() }

// seconds reads a number of seconds with decimals.
func seconds(text string) (time.Duration, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > float64(time.Hour/time.Second)*24 {
		return 0, fmt.Errorf("%q is no number of seconds", text)
	}
	return time.Duration(n * float64(time.Second)), nil
}
