package discordsrv

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"
)

// limit is how many calls of a route may come in a time, counted apart for each channel, guild or token in the path.
type limit struct {
	most   int
	window time.Duration
	exempt bool // from the limit of all calls together
}

// The limits. Discord publishes only that there are 50 calls a second in all, of which the endpoints of interactions are exempt; the
// others it tells in its headers. Those who measured them found these.
var (
	generous     = limit{most: 50, window: time.Second}
	ofMessages   = limit{most: 5, window: 5 * time.Second}
	ofDeletes    = limit{most: 5, window: time.Second}
	ofCrossposts = limit{most: 10, window: time.Hour}
	ofWebhooks   = limit{most: 5, window: 2 * time.Second, exempt: true}
	unlimited    = limit{exempt: true}
)

const allASecond = 50

// pace is what came lately.
type pace struct {
	all     window
	buckets map[string]*window
}

// window counts calls from its first one until its end, as Discord's buckets do.
type window struct {
	ends time.Time
	used int
}

// take counts a call, and says how long to wait if there is no room for it.
func (w *window) take(now time.Time, l limit) time.Duration {
	if !now.Before(w.ends) {
		*w = window{ends: now.Add(l.window)}
	}
	if w.used >= l.most {
		return w.ends.Sub(now)
	}
	w.used++
	return 0
}

// major is the part of a path by which calls are counted apart.
func (r *request) major() string {
	for _, name := range []string{"channel", "guild", "token", "app"} {
		if id := r.params[name]; id != "" {
			return name + id
		}
	}
	return ""
}

// allow counts a call and returns the headers that tell of its bucket, or the answer to one that comes too early.
func (s *Server) allow(t *route, r *request) (http.Header, error) {
	if s.cfg.Unlimited || t.limit.most == 0 {
		return http.Header{}, nil
	}
	now := s.cfg.Now()
	if !t.limit.exempt {
		if wait := s.pace.all.take(now, limit{most: allASecond, window: time.Second}); wait > 0 {
			return tooManyHeader(wait, "global"), tooMany(wait, true)
		}
	}
	key := t.method + " " + t.pattern
	if s.pace.buckets == nil {
		s.pace.buckets = map[string]*window{}
	}
	w := s.pace.buckets[key+" "+r.major()]
	if w == nil {
		w = &window{}
		s.pace.buckets[key+" "+r.major()] = w
	}
	wait := w.take(now, t.limit)
	header := bucketHeader(key, t.limit, w, now)
	if wait == 0 {
		return header, nil
	}
	maps.Copy(header, tooManyHeader(wait, "user"))
	return header, tooMany(wait, false)
}

func bucketHeader(key string, l limit, w *window, now time.Time) http.Header {
	hash := fnv.New64a()
	fmt.Fprint(hash, key)
	header := http.Header{}
	header.Set("X-RateLimit-Limit", strconv.Itoa(l.most))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(l.most-w.used))
	header.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(w.ends.UnixMilli())/1000))
	header.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", w.ends.Sub(now).Seconds()))
	header.Set("X-RateLimit-Bucket", fmt.Sprintf("%016x", hash.Sum64()))
	return header
}

// tooManyHeader is what a 429 bears beside the bucket. The whole seconds are rounded up, as Discord's are.
func tooManyHeader(wait time.Duration, scope string) http.Header {
	header := http.Header{}
	header.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	header.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		header.Set("X-RateLimit-Global", "true")
	}
	return header
}

func tooMany(wait time.Duration, global bool) *APIError {
	message := "You are being rate limited."
	return &APIError{Status: http.StatusTooManyRequests, Message: message, after: math.Ceil(wait.Seconds()*1000) / 1000, global: global}
}
