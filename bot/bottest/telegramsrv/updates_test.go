package telegramsrv_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

type poller struct {
	got result
	at  time.Duration
}

// poll asks for updates in a goroutine; what came, and after how long, comes through the channel.
func (w *world) poll(ctx context.Context, tb testing.TB, pairs ...any) <-chan poller {
	tb.Helper()
	done := make(chan poller, 1)
	query := args(tb, pairs...).Encode()
	start := time.Now()
	go func() {
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://server/bot"+token+"/getUpdates?"+query, nil)
		answer, err := w.Transport().RoundTrip(r)
		if err != nil {
			done <- poller{at: time.Since(start), got: result{Description: err.Error()}}
			return
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		got := result{status: answer.StatusCode, Result: body}
		if got.status != http.StatusOK {
			got.Description = string(body)
		}
		done <- poller{got: got, at: time.Since(start)}
	}()
	return done
}

func TestAPollWaitsUntilSomethingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		chat := w.AddPrivate(w.ann)
		done := w.poll(t.Context(), t, "timeout", 30)
		time.Sleep(7 * time.Second)
		synctest.Wait()
		if !w.Polling() {
			t.Error("it does not wait")
		}
		w.Say(chat, w.ann, "hello")
		if p := <-done; p.at != 7*time.Second || !bytes.Contains(p.got.Result, []byte("hello")) {
			t.Errorf("after %v: %s", p.at, p.got.Result)
		}
		if p := <-w.poll(t.Context(), t, "timeout", 30); p.at != 0 {
			t.Errorf("what waits came after %v", p.at)
		}
	})
}

func TestAPollEndsWithItsTimeOrItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		tests := []struct {
			timeout int
			want    time.Duration
		}{{0, 0}, {20, 20 * time.Second}, {100, 50 * time.Second}}
		for _, tt := range tests {
			if p := <-w.poll(t.Context(), t, "timeout", tt.timeout); p.at != tt.want || string(p.got.Result) != `{"ok":true,"result":[]}` {
				t.Errorf("timeout %d: after %v %s", tt.timeout, p.at, p.got.Result)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := w.poll(ctx, t, "timeout", 30)
		synctest.Wait()
		cancel()
		if p := <-done; p.at != 0 || p.got.Description != "context canceled" {
			t.Errorf("after %v %s", p.at, p.got.Description)
		}
		if w.Polling() {
			t.Error("it still waits")
		}
	})
}

func TestASecondPollEndsTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		first := w.poll(t.Context(), t, "timeout", 30)
		synctest.Wait()
		second := w.poll(t.Context(), t, "timeout", 30)
		want := `"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"`
		if p := <-first; p.got.status != 409 || !strings.Contains(p.got.Description, want) {
			t.Errorf("the first: %d %s", p.got.status, p.got.Description)
		}
		w.Say(w.AddPrivate(w.ann), w.ann, "hello")
		if p := <-second; p.got.status != 200 {
			t.Errorf("the second: %s", p.got.Description)
		}
	})
}

func TestAWebhookEndsThePollAndForbidsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		first := w.poll(t.Context(), t, "timeout", 30)
		synctest.Wait()
		if got := w.call(t, "setWebhook", "url", "https://bot.example/hook"); !got.OK {
			t.Fatal(got.said())
		}
		if p := <-first; p.got.status != 409 || !strings.Contains(p.got.Description, "Conflict: terminated by setWebhook request") {
			t.Errorf("the poll: %s", p.got.Description)
		}
		want := "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
		if got := w.call(t, "getUpdates").said(); got != want {
			t.Error(got)
		}
		w.call(t, "deleteWebhook")
		if got := w.call(t, "getUpdates").said(); got != "" {
			t.Error(got)
		}
	})
}

func TestAnOffsetConfirmsWhatIsBeforeIt(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	for range 120 {
		w.Say(chat, w.ann, "hello")
	}
	got := func(pairs ...any) (first, n int) {
		list := into[[]struct {
			ID int `json:"update_id"`
		}](t, w.call(t, "getUpdates", pairs...))
		return list[0].ID, len(list)
	}
	if _, n := got(); n != 100 {
		t.Errorf("%d at once", n)
	}
	first, n := got("limit", 5)
	if n != 5 {
		t.Errorf("%d of 5", n)
	}
	if second, _ := got("offset", first+1); second != first+1 || w.Waiting() != 119 {
		t.Errorf("then %d, %d wait", second, w.Waiting())
	}
	if last, n := got("offset", -2); n != 2 || last != first+118 {
		t.Errorf("from the end %d from %d", n, last)
	}
	if w.now = w.now.Add(25 * time.Hour); len(w.updates(t)) != 0 {
		t.Error("an update is kept longer than a day")
	}
}

func TestTheListOfAllowedUpdatesIsRemembered(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddSupergroup(telegramsrv.Place{Title: "Group", BotAdmin: true, Members: []int64{w.ann}})
	w.Promote(chat, w.ann)
	if got := w.updates(t); len(got) != 0 {
		t.Errorf("chat_member came unasked: %v", got)
	}
	w.call(t, "getUpdates", "allowed_updates", `["chat_member"]`)
	w.call(t, "getUpdates")
	w.Say(chat, w.ann, "hello")
	w.Demote(chat, w.ann)
	if got := w.updates(t); len(got) != 1 || got[0].kind != "chat_member" || got[0].at("new_chat_member", "status") != "member" {
		t.Errorf("got %v", got)
	}
	w.Demote(chat, w.Me().ID)
	w.Promote(chat, w.ann)
	if got := w.updates(t); len(got) != 0 {
		t.Errorf("it came to a plain member: %v", got)
	}
	w.Promote(chat, w.Me().ID)
	w.call(t, "getUpdates", "allowed_updates", `[]`)
	w.Say(chat, w.ann, "hello")
	if got := w.updates(t); len(got) != 1 || got[0].kind != "message" {
		t.Errorf("got %v", got)
	}
	if got := w.call(t, "getUpdates", "allowed_updates", `"message"`).said(); !strings.HasPrefix(got, "400 ") {
		t.Error(got)
	}
}

func TestAnUpdateMayBeAnything(t *testing.T) {
	w := newWorld(t, nil)
	id := w.Malformed(`{"update_id":UPDATE_ID,"message":{"date":"never"}}`)
	got := w.call(t, "getUpdates")
	if id == 0 || !strings.Contains(string(got.Result), `"date":"never"`) {
		t.Errorf("got %s", got.Result)
	}
	if w.call(t, "getUpdates", "offset", id+1); w.Waiting() != 0 {
		t.Error("it cannot be confirmed")
	}
}

// receiver is a webhook that answers as it is told, in turn, and 200 after that.
type receiver struct {
	mu      sync.Mutex
	answers []int
	got     []string
	secret  string
}

func (h *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	h.got = append(h.got, string(body))
	h.secret = r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	if len(h.answers) > 0 {
		w.WriteHeader(h.answers[0])
		h.answers = h.answers[1:]
	}
}

func TestAWebhookGetsUpdatesUntilItTakesThem(t *testing.T) {
	h := &receiver{answers: []int{500, 404, 201, 500, 500, 500, 500, 500}}
	live := httptest.NewServer(h)
	defer live.Close()
	w := newWorld(t, func(c *telegramsrv.Config) { c.HookPause = time.Millisecond })
	chat := w.AddPrivate(w.ann)
	if got := w.call(t, "setWebhook", "url", live.URL, "secret_token", "s3cret", "allowed_updates", `["message"]`); !got.OK {
		t.Fatal(got.said())
	}
	for _, text := range []string{"first", "second", "third"} {
		w.Say(chat, w.ann, text)
	}
	err := w.Wait(t.Context(), func(s *telegramsrv.Server) bool { return s.Stats().Hooked == 2 })
	if err != nil {
		t.Fatal(err)
	}
	if h.secret != "s3cret" || len(h.got) != 9 || !strings.Contains(h.got[8], "third") || w.Stats().Unmoved != 1 {
		t.Errorf("secret %q, %d tries, stats %+v", h.secret, len(h.got), w.Stats())
	}
	info := into[map[string]any](t, w.call(t, "getWebhookInfo"))
	if info["url"] != live.URL || info["pending_update_count"] != 0.0 || info["last_error_message"] != "Wrong response from the webhook: 500 Internal Server Error" {
		t.Errorf("info %v", info)
	}
	w.call(t, "deleteWebhook")
	if info := into[map[string]any](t, w.call(t, "getWebhookInfo")); info["url"] != "" {
		t.Errorf("info %v", info)
	}
}

func TestAWebhookHasTLSOrIsHere(t *testing.T) {
	tests := []struct{ url, secret, want string }{
		{"https://bot.example/hook", "", ""},
		{"http://bot.example/hook", "", "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook"},
		{"https://bot.example/hook", "a b", "400 Bad Request: secret token contains unallowed characters"},
	}
	for _, tt := range tests {
		w := newWorld(t, nil)
		if got := w.call(t, "setWebhook", "url", tt.url, "secret_token", tt.secret).said(); got != tt.want {
			t.Errorf("%s %s: %s", tt.url, tt.secret, got)
		}
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := w.Wait(ctx, func(*telegramsrv.Server) bool { return false }); err == nil {
			t.Error("it ended without an error")
		}
	})
}

func TestCloseEndsPollsAndTheWebhook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *telegramsrv.Config) {
			c.HookClient = &http.Client{Transport: silent{}}
		})
		done := w.poll(t.Context(), t, "timeout", 30)
		synctest.Wait()
		w.Close()
		if p := <-done; p.got.status != http.StatusConflict || p.at != 0 {
			t.Errorf("after %v: %d", p.at, p.got.status)
		}
		w.call(t, "setWebhook", "url", "https://bot.example/hook")
		w.Say(w.AddPrivate(w.ann), w.ann, "hello")
		synctest.Wait()
		w.Close()
	})
}

// silent is a webhook that does not answer.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
