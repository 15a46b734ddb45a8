package telegram

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A token, and the half of it that is the secret.
const (
	wholeToken = "123456:AAE-not_a_REAL_secret"
	secretHalf = "AAE-not_a_REAL_secret"
)

// roundTrip is a server in memory.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	return f(r)
}

// reply is an answer of a server.
func reply(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
	}
}

// always answers every request alike.
func always(status int, body string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		_, err := io.Copy(io.Discard, r.Body)
		return reply(status, body), err
	}
}

// failing answers no request.
func failing(err error) roundTrip {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func clientOver(tb testing.TB, over http.RoundTripper) *client {
	tb.Helper()
	c, err := newClient(wholeToken, "http://bot.test:8081/", &http.Client{Transport: over}, newPacer(time.Now, 0, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// logged is a log that a test reads.
type logged struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func (l *logged) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// times says how often the log has a text.
func (l *logged) times(text string) int { return strings.Count(l.String(), text) }

// telegramQueue is Telegram's side of getUpdates, in memory: it keeps updates until they are confirmed, and waits as long as it is
// asked to when there are none.
type telegramQueue struct {
	mu      sync.Mutex
	waiting []json.RawMessage
	ids     []int64
	came    chan struct{}
	asked   []pollAsked // every getUpdates
	methods []string    // every other call

	// before answers instead if it returns something, given how many getUpdates there were before. It may be nil.
	before func(n int) *canned
	// atOnce is a server that does not wait, and deaf one that does not forget.
	atOnce, deaf bool
}

// canned is an answer that is made beforehand.
type canned struct {
	status int
	body   string
}

// pollAsked is what a getUpdates asked for.
type pollAsked struct{ Offset, Limit, Timeout string }

func newTelegramQueue() *telegramQueue { return &telegramQueue{came: make(chan struct{}, 1)} }

// put adds an update as it is.
func (q *telegramQueue) put(id int64, raw string) {
	q.mu.Lock()
	q.ids, q.waiting = append(q.ids, id), append(q.waiting, json.RawMessage(raw))
	q.mu.Unlock()
	select {
	case q.came <- struct{}{}:
	default:
	}
}

func (q *telegramQueue) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil {
		return nil, err
	}
	form := formOf(string(body))
	if path.Base(r.URL.Path) != "getUpdates" {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.methods = append(q.methods, path.Base(r.URL.Path))
		return reply(200, `{"ok":true,"result":true}`), nil
	}
	return q.getUpdates(r, form)
}

func (q *telegramQueue) getUpdates(r *http.Request, form map[string]string) (*http.Response, error) {
	q.mu.Lock()
	n := len(q.asked)
	q.asked = append(q.asked, pollAsked{form["offset"], form["limit"], form["timeout"]})
	q.mu.Unlock()
	if q.before != nil {
		if answer := q.before(n); answer != nil {
			return reply(answer.status, answer.body), nil
		}
	}
	q.forget(number(form["offset"]))
	timeout := after(number(form["timeout"]))
	for {
		if batch := q.batch(int(number(form["limit"]))); len(batch) > 0 || q.atOnce || form["timeout"] == "" {
			result, err := json.Marshal(batch)
			return reply(200, `{"ok":true,"result":`+string(result)+`}`), err
		}
		select {
		case <-q.came:
		case <-timeout:
			return reply(200, `{"ok":true,"result":[]}`), nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// forget drops what comes before an offset. One that is far in the future Telegram takes for none.
func (q *telegramQueue) forget(offset int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.deaf || len(q.ids) > 0 && offset > q.ids[len(q.ids)-1]+10 {
		return
	}
	for len(q.ids) > 0 && q.ids[0] < offset {
		q.ids, q.waiting = q.ids[1:], q.waiting[1:]
	}
}

func (q *telegramQueue) batch(limit int) []json.RawMessage {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]json.RawMessage{}, q.waiting[:min(limit, len(q.waiting))]...)
}

// left are the ids that are not confirmed.
func (q *telegramQueue) left() []int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]int64{}, q.ids...)
}

func (q *telegramQueue) polls() []pollAsked {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]pollAsked{}, q.asked...)
}

func (q *telegramQueue) others() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]string{}, q.methods...)
}

// formOf are the fields of a form.
func formOf(body string) map[string]string {
	values, err := url.ParseQuery(body)
	if err != nil {
		panic(err)
	}
	out := map[string]string{}
	for name := range values {
		out[name] = values.Get(name)
	}
	return out
}

// number is the integer that a field says; 0 if there is none.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func after(seconds int64) <-chan time.Time { return time.After(time.Duration(seconds) * time.Second) }
