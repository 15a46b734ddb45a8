package discordsrv_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"boardcast/bot/bottest/discordsrv"
)

// post sends a message as a client does that may fail.
func (w *world) post(ctx context.Context, tb testing.TB) (status int, err error) {
	tb.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://discord.example/api/v10/channels/"+w.channel+"/messages", strings.NewReader(`{"content":"a"}`))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bot "+token)
	answer, err := w.Transport().RoundTrip(r)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, errors.Join(err, answer.Body.Close())
}

func TestCallsGoWrongAsTheyAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  *discordsrv.Fault
		status int
		err    error
		taken  int
	}{
		"none":         {nil, 200, nil, 1},
		"refused":      {discordsrv.Refused(), 0, syscall.ECONNREFUSED, 0},
		"lost":         {discordsrv.Lost(), 0, syscall.ECONNRESET, 1},
		"unreachable":  {&discordsrv.Fault{Err: syscall.EHOSTUNREACH}, 0, syscall.EHOSTUNREACH, 0},
		"cut":          {&discordsrv.Fault{Cut: true}, 200, syscall.ECONNRESET, 1},
		"bad gateway":  {discordsrv.BadGateway(), 502, nil, 0},
		"taken, 500":   {&discordsrv.Fault{Status: 500, Taken: true}, 500, nil, 1},
		"cloudflare":   {discordsrv.Cloudflare(time.Minute), 429, nil, 0},
		"too early":    {discordsrv.TooEarly(time.Second, "global"), 429, nil, 0},
		"an answer":    {discordsrv.Answer(403, 50001, "Missing Access"), 403, nil, 0},
		"late":         {&discordsrv.Fault{Delay: time.Second}, 200, nil, 1},
		"too late":     {&discordsrv.Fault{Delay: time.Minute}, 0, context.DeadlineExceeded, 0},
		"never":        {&discordsrv.Fault{Hang: true}, 0, context.DeadlineExceeded, 0},
		"never, taken": {&discordsrv.Fault{Hang: true, Taken: true}, 0, context.DeadlineExceeded, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, nil)
				w.Fail(func(discordsrv.Call) *discordsrv.Fault { return discordsrv.Unavailable() })
				w.Mend()
				w.Fail(func(discordsrv.Call) *discordsrv.Fault { return c.fault })
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				status, err := w.post(ctx, t)
				if status != c.status || !errors.Is(err, c.err) || len(w.Sent(w.channel)) != c.taken {
					t.Errorf("status %d, error %v, %d taken", status, err, len(w.Sent(w.channel)))
				}
			})
		})
	}
}

func TestAnOutageIsOfEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	w.Outage(true)
	if code := c.code(); code != websocket.CloseAbnormalClosure {
		t.Errorf("closed with %d", code)
	}
	if status, err := w.post(t.Context(), t); status != http.StatusServiceUnavailable || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	if conn, err := w.Dial(t.Context(), "tcp", "discord.example:443"); err == nil {
		conn.Close()
		t.Error("connected")
	}
	w.Outage(false)
	if status, err := w.post(t.Context(), t); status != http.StatusOK || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
}

func TestTheLogTellsHowCallsWereAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.send(t, w.channel, text("a"))
	w.call(t, http.MethodGet, "channels/1", nil)
	w.call(t, http.MethodGet, "nowhere", nil)
	calls := w.Log()
	if c := calls[0]; c.Status != 200 || c.Route != "channels/{channel}/messages" || c.Channel != w.channel || string(c.Body) != `{"content":"a"}` {
		t.Errorf("call %+v", c)
	}
	if c := calls[1]; c.Status != 404 || c.Code != 10003 || c.Message != "Unknown Channel" {
		t.Errorf("call %+v", c)
	}
	if c := calls[2]; c.Status != 404 || c.Route != "" || len(w.Calls(http.MethodGet, "channels/{channel}")) != 1 {
		t.Errorf("call %+v", c)
	}
}
