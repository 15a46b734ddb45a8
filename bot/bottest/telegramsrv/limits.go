package telegramsrv

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// The limits. Telegram publishes them as advice: "about one message per second in a chat, no more than 20 per minute in a group, 30
// per second in all", with short bursts above that. It says nothing about edits. Those who measured them found edits in a chat
// stopped by the same 429s, only later; so edits have a bucket of their own here, as quick as that of sends but deeper, and a
// minute's worth that is half as much again. An ephemeral message counts in the whole only, because it answers somebody who asked.
const (
	allASecond    = 30
	sendBurst     = 3 // in a chat at once; then one a second
	editBurst     = 5
	groupSends    = 20 // in a minute
	groupEdits    = 30
	sustained     = time.Second // between two sends in a chat, in the long run
	overallWindow = time.Second
	groupWindow   = time.Minute
	retryAtLeast  = 1 // second
)

// action is what a limit counts.
type action int

const (
	sending action = iota
	editing
	whispering // an ephemeral message
)

// pace is what was sent lately.
type pace struct {
	all     window
	buckets map[paceKey]*bucket
	minutes map[paceKey]*window
}

type paceKey struct {
	chat int64
	kind action
}

// allow counts an action, or says when to come again; then it counts nothing.
func (s *Server) allow(c *chat, kind action) error {
	if s.cfg.Unlimited {
		return nil
	}
	now := s.cfg.Now()
	wait := s.pace.wait(c, kind, now)
	if wait <= 0 {
		s.pace.take(c, kind, now)
		return nil
	}
	return tooMany(wait)
}

// tooMany is the answer to who comes too early.
func tooMany(wait time.Duration) *APIError {
	after := max(int(math.Ceil(wait.Seconds())), retryAtLeast)
	return &APIError{Code: http.StatusTooManyRequests, Description: "Too Many Requests: retry after " + strconv.Itoa(after), RetryAfter: after}
}

func (p *pace) wait(c *chat, kind action, now time.Time) time.Duration {
	wait := p.all.wait(now, overallWindow, allASecond)
	if kind == whispering {
		return wait
	}
	key := paceKey{c.id, kind}
	wait = max(wait, p.bucket(key).wait(now))
	if c.kind == private {
		return wait
	}
	return max(wait, p.minute(key).wait(now, groupWindow, perMinute(kind)))
}

func (p *pace) take(c *chat, kind action, now time.Time) {
	p.all.take(now)
	if kind == whispering {
		return
	}
	key := paceKey{c.id, kind}
	p.bucket(key).take(now)
	p.minute(key).take(now)
}

func perMinute(kind action) int {
	if kind == editing {
		return groupEdits
	}
	return groupSends
}

func (p *pace) bucket(key paceKey) *bucket {
	if p.buckets == nil {
		p.buckets = map[paceKey]*bucket{}
	}
	if p.buckets[key] == nil {
		depth := sendBurst
		if key.kind == editing {
			depth = editBurst
		}
		p.buckets[key] = &bucket{depth: time.Duration(depth) * sustained}
	}
	return p.buckets[key]
}

func (p *pace) minute(key paceKey) *window {
	if p.minutes == nil {
		p.minutes = map[paceKey]*window{}
	}
	if p.minutes[key] == nil {
		p.minutes[key] = &window{}
	}
	return p.minutes[key]
}

// bucket lets a burst through and then one a second: full is when it will be empty again.
type bucket struct {
	depth time.Duration
	full  time.Time
}

func (b *bucket) wait(now time.Time) time.Duration {
	return b.level(now) + sustained - b.depth
}

func (b *bucket) level(now time.Time) time.Duration { return max(b.full.Sub(now), 0) }

func (b *bucket) take(now time.Time) { b.full = now.Add(b.level(now) + sustained) }

// window counts what was taken in the time before now.
type window struct{ taken []time.Time }

func (w *window) wait(now time.Time, length time.Duration, most int) time.Duration {
	first := 0
	for first < len(w.taken) && !w.taken[first].Add(length).After(now) {
		first++
	}
	w.taken = w.taken[first:]
	if len(w.taken) < most {
		return 0
	}
	return w.taken[len(w.taken)-most].Add(length).Sub(now)
}

func (w *window) take(now time.Time) { w.taken = append(w.taken, now) }
