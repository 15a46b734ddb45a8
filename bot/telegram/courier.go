package telegram

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"boardcast/bot"
)

// mostAnswer is how many bytes of an answer are read. A hundred updates have less than two million.
const mostAnswer = 16 << 20

// courier carries one request of the library, under a context, and notes what the library forgets: the HTTP status, and whether
// the request left.
type courier struct {
	ctx    context.Context
	http   *http.Client
	tried  bool
	status int // 0: there was no answer

	// The transport sets these, perhaps later than it returns.
	traced atomic.Bool // it tells what it does, as the standard one does
	left   atomic.Bool
}

// Do is what the library calls. A body that it does not send it closes, for the library has a goroutine that writes to it.
func (t *courier) Do(r *http.Request) (*http.Response, error) {
	answer, err := t.carry(r)
	if err != nil && r.Body != nil {
		_ = r.Body.Close() // what it would say is less than err
	}
	return answer, err
}

func (t *courier) carry(r *http.Request) (*http.Response, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	t.tried = true
	r.Header.Set("User-Agent", "boardcast")
	answer, err := t.http.Do(r.WithContext(httptrace.WithClientTrace(t.ctx, t.trace()))) //nolint:gosec // the address is the operator's own
	if err != nil {
		return nil, err
	}
	t.status = answer.StatusCode
	if err := tidyBody(answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// trace notes when headers have left. The transport starts again only if it is sure that nothing arrived.
func (t *courier) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { t.traced.Store(true); t.left.Store(false) },
		WroteHeaders: func() { t.left.Store(true) },
	}
}

// mayHaveArrived reports whether what was asked may have been done, given the error that hid the answer.
func (t *courier) mayHaveArrived(err error) bool {
	switch {
	case !t.tried:
		return false
	case t.status >= 300 && t.status < 500:
		return false // a proxy, or some other server, that would not have it
	case t.status != 0:
		return true
	case t.traced.Load():
		return t.left.Load()
	default:
		return !bot.NeverLeft(err)
	}
}
