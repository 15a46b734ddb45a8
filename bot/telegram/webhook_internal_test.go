package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// deliver delivers to a webhook as Telegram does, and returns the status.
func deliver(h http.Handler, secret, body string) int {
	return delivered(h, secret, strings.NewReader(body)).Code
}

func delivered(h http.Handler, secret string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/telegram", body)
	if secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAWebhookAnswersOnlyWhoeverKnowsTheSecret(t *testing.T) {
	var got seen
	var log logged
	h := newWebhook("secret", got.handle, log.log())
	for _, secret := range []string{"", "Secret", "secre", "secret2"} {
		w := delivered(h, secret, strings.NewReader(said(1, -1, "a")))
		if w.Code != http.StatusForbidden || w.Body.Len() != 0 {
			t.Errorf("%q: got %d %q, want 403 and nothing more", secret, w.Code, w.Body)
		}
	}
	if status := deliver(newWebhook("", got.handle, log.log()), "", said(1, -1, "a")); status != http.StatusForbidden {
		t.Errorf("a webhook without a secret answered %d", status)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/telegram", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
		t.Errorf("GET: got %d, %v", w.Code, w.Header())
	}
	same(t, "handled before", got.all(), []int64(nil))
	same(t, "status", deliver(h, "secret", said(1, -1, "a")), http.StatusOK)
	same(t, "handled", got.all(), []int64{1})
	same(t, "logged", log.String(), "")
}

func TestAWebhookTakesWhatItCannotReadSoThatItDoesNotComeAgain(t *testing.T) {
	var got seen
	var log logged
	h := newWebhook("secret", got.handle, log.log())
	for name, body := range map[string]string{
		"no JSON":         "PRIVATE",
		"another type":    `{"update_id":4,"message":"PRIVATE"}`,
		"an unknown kind": `{"update_id":5,"poll_of_tomorrow":{"question":"PRIVATE"}}`,
		"no id":           `{"message":{"chat":{"id":1},"text":"PRIVATE"}}`,
		"too long":        said(6, -1, strings.Repeat("PRIVATE", mostUpdate/7)),
		"nothing":         "",
	} {
		same(t, name, deliver(h, "secret", body), http.StatusOK)
	}
	same(t, "handled", got.all(), []int64(nil))
	if log.times("update cannot be read") != 4 || log.times("unknown kind") != 2 || log.times("PRIVATE") != 0 {
		t.Errorf("logged %s", &log)
	}
	broken := delivered(h, "secret", io.MultiReader(strings.NewReader(`{"update_id":7`), iotest.ErrReader(errReset)))
	same(t, "a body that did not come in full", broken.Code, http.StatusBadRequest)
}

func TestAWebhookAnswersAfterItHandledInTheOrderOfAChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got, answered seen
		var log logged
		h := newWebhook("secret", func(_ context.Context, u update) error {
			time.Sleep(time.Duration(10-u.ID) * time.Second)
			got.add(u.ID)
			switch u.ID {
			case 2:
				panic("poison")
			case 3:
				return errors.New("no luck")
			}
			return nil
		}, log.log())
		for id := int64(1); id <= 4; id++ {
			chat := int64(-1)
			if id == 4 {
				chat = -2
			}
			go func() {
				same(t, "status", deliver(h, "secret", said(id, chat, "a")), http.StatusOK)
				answered.add(id)
			}()
			synctest.Wait()
		}
		pass(8 * time.Second)
		same(t, "answered after 8 s", answered.all(), []int64{4})
		pass(time.Minute)
		same(t, "handled", got.all(), []int64{4, 1, 2, 3})
		same(t, "answered", answered.all(), []int64{4, 1, 2, 3})
		if log.times("poison") != 1 || log.times("no luck") != 1 {
			t.Errorf("logged %s", &log)
		}
	})
}

func TestAWebhookHandlesOnceWhatIsDeliveredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got seen
		h := newWebhook("secret", func(ctx context.Context, u update) error {
			select {
			case <-time.After(10 * time.Second):
				got.add(u.ID)
			case <-ctx.Done():
			}
			return nil
		}, (&logged{}).log())
		hungUp, hangUp := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(hungUp, http.MethodPost, "/telegram", strings.NewReader(said(1, -1, "a")))
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "secret")
		go h.ServeHTTP(httptest.NewRecorder(), r)
		pass(time.Second)
		hangUp()
		started := time.Now()
		same(t, "while it is in work", deliver(h, "secret", said(1, -1, "a")), http.StatusOK)
		same(t, "answered when it is done", time.Since(started), 9*time.Second)
		same(t, "after that", deliver(h, "secret", said(1, -1, "a")), http.StatusOK)
		same(t, "handled", got.all(), []int64{1})
	})
}

func TestAWebhookThatHasTooMuchToDoAsksTelegramToComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got seen
		h := newWebhook("secret", func(ctx context.Context, u update) error {
			<-ctx.Done()
			got.add(u.ID)
			return nil
		}, (&logged{}).log())
		for id := int64(1); id <= mostHeld; id++ {
			go deliver(h, "secret", said(id, -id, "a"))
		}
		synctest.Wait()
		w := delivered(h, "secret", strings.NewReader(said(1000, -1000, "a")))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("got %d, %v", w.Code, w.Header())
		}
		pass(handlingBound)
		same(t, "handled in the first half minute", len(got.all()), handledAtOnce)
		pass(5 * handlingBound)
		same(t, "handled in the end", len(got.all()), mostHeld)
	})
}

func TestTheWebhookIsSetWithItsSecretAndKinds(t *testing.T) {
	var form map[string]string
	c := clientOver(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		form = formOf(string(body))
		return reply(200, `{"ok":true,"result":true,"description":"Webhook was set"}`), err
	}))
	if err := c.setWebhook(t.Context(), "https://bot.example/telegram", c.webhookSecret()); err != nil {
		t.Fatal(err)
	}
	same(t, "asked for", form, map[string]string{
		"url": "https://bot.example/telegram", "secret_token": c.webhookSecret(), "max_connections": "32",
		"allowed_updates": `["message","callback_query","inline_query","my_chat_member"]`,
	})
}
