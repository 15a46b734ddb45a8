package telegramsrv_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/telegramsrv"
)

func TestParametersComeInEveryForm(t *testing.T) {
	form := "chat_id=1001&text=Hello"
	var files bytes.Buffer
	w := multipart.NewWriter(&files)
	for name, value := range map[string]string{"chat_id": "1001", "text": "Hello"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, method, query, kind, body string }{
		{"a form", http.MethodPost, "", "application/x-www-form-urlencoded", form},
		{"a query", http.MethodGet, "?" + form, "", ""},
		{"JSON", http.MethodPost, "", "application/json", `{"chat_id":1001,"text":"Hello"}`},
		{"JSON with a charset", http.MethodPost, "", "application/json; charset=utf-8", `{"chat_id":"1001","text":"Hello"}`},
		{"a form with files", http.MethodPost, "", w.FormDataContentType(), files.String()},
		{"a query beside a form", http.MethodPost, "?chat_id=1001", "application/x-www-form-urlencoded", "text=Hello"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.AddPrivate(w.ann)
			live := httptest.NewServer(w)
			defer live.Close()
			// A reader that hides its length is sent in chunks, as uploads are.
			r, err := http.NewRequest(tt.method, live.URL+"/bot"+token+"/sendMessage"+tt.query, io.MultiReader(strings.NewReader(tt.body)))
			if err != nil {
				t.Fatal(err)
			}
			if tt.kind != "" {
				r.Header.Set("Content-Type", tt.kind)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if m, _ := w.Last(w.ann); answer.StatusCode != http.StatusOK || m.Text != "Hello" {
				t.Errorf("status %d, stored %q", answer.StatusCode, m.Text)
			}
		})
	}
}

func TestWhatIsAskedWronglyIsRefusedInTheWordsOfTelegram(t *testing.T) {
	tests := []struct{ name, path, body, want string }{
		{"another token", "/bot77:wrong/getMe", "", `{"description":"Unauthorized","error_code":401,"ok":false}`},
		{"no method of that name", "/bot" + token + "/sendDove", "", `{"description":"Not Found: method not found","error_code":404,"ok":false}`},
		{"another path", "/", "", `{"description":"Not Found","error_code":404,"ok":false}`},
		{"JSON that is none", "/bot" + token + "/getMe", "{", `{"description":"Bad Request: can't parse JSON object","error_code":400,"ok":false}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			r := httptest.NewRequest(http.MethodPost, tt.path, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, r)
			if got := rec.Body.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestTheNameOfAMethodIsReadInAnyCase(t *testing.T) {
	w := newWorld(t, nil)
	if got := w.call(t, "GETME"); !got.OK {
		t.Error(got.said())
	}
}

func TestEveryCallIsLoggedAndCounted(t *testing.T) {
	w := newWorld(t, nil)
	w.call(t, "getMe")
	w.call(t, "sendMessage", "chat_id", 5, "text", "Hello")
	stats, calls := w.Stats(), w.Calls("sendMessage")
	if stats.Calls["getMe"] != 1 || stats.Errors[400] != 1 || len(calls) != 1 {
		t.Fatalf("stats %+v, calls %+v", stats, calls)
	}
	if c := calls[0]; c.Code != 400 || c.Description != "Bad Request: chat not found" || c.Params["text"] != "Hello" || !c.At.Equal(w.now) {
		t.Errorf("call %+v", c)
	}
}

// try makes a call that may fail without an answer.
func (w *world) try(tb testing.TB, client *http.Client, host string, ctx context.Context) (*http.Response, error) { //nolint:revive // Beside a test the context comes last.
	tb.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, host+"/bot"+token+"/sendMessage", strings.NewReader("chat_id=1001&text=Hello"))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return client.Do(r)
}

func TestACallGoesWrongAsItIsTold(t *testing.T) {
	tests := []struct {
		name   string
		fault  telegramsrv.Fault
		status int   // 0: no answer
		err    error // without a socket, if not nil
		stored bool
		body   string
	}{
		{"no connection", telegramsrv.Fault{Kind: telegramsrv.Refused}, 0, syscall.ECONNREFUSED, false, ""},
		{"a connection that breaks early", telegramsrv.Fault{Kind: telegramsrv.Dropped}, 0, syscall.ECONNRESET, false, ""},
		{"a connection that breaks late", telegramsrv.Fault{Kind: telegramsrv.Lost}, 0, io.ErrUnexpectedEOF, true, ""},
		{"a gateway that has nothing behind it", telegramsrv.Fault{Kind: telegramsrv.Gateway}, 502, nil, false, "<html>"},
		{"an empty answer", telegramsrv.Fault{Kind: telegramsrv.Empty}, 500, nil, false, ""},
		{
			"an error",
			telegramsrv.Fault{Kind: telegramsrv.Answered, Error: &telegramsrv.APIError{Code: 429, Description: "Too Many Requests: retry after 3", RetryAfter: 3}},
			429, nil, false, `"parameters":{"retry_after":3}`,
		},
		{"a delay", telegramsrv.Fault{Kind: telegramsrv.Slow, Delay: time.Millisecond}, 200, nil, true, `"ok":true`},
		{"no such name", telegramsrv.Fault{Kind: telegramsrv.Unresolved}, 0, &net.DNSError{Err: "no such host", Name: "api.telegram.org", IsNotFound: true}, false, ""},
		{"a page of something else", telegramsrv.Fault{Kind: telegramsrv.Portal}, 200, nil, false, "<html>"},
		{"a gateway that lost sight", telegramsrv.Fault{Kind: telegramsrv.Gateway, Taken: true}, 502, nil, true, "<html>"},
		{"an answer that breaks off", telegramsrv.Fault{Kind: telegramsrv.Cut}, 200, nil, true, `{"ok":true`},
	}
	check := func(t *testing.T, w *world, client *http.Client, host string, tt int) {
		t.Helper()
		want := tests[tt]
		w.AddPrivate(w.ann)
		w.Fail(want.fault)
		answer, err := w.try(t, client, host, t.Context())
		if (err == nil) != (want.status != 0) {
			t.Fatalf("error %v, want status %d", err, want.status)
		}
		if err == nil {
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			if answer.StatusCode != want.status || !strings.Contains(string(body), want.body) {
				t.Errorf("got %d %s, want %d with %q", answer.StatusCode, body, want.status, want.body)
			}
		} else if host == "http://server" && !is(err, want.err) {
			t.Errorf("error %v, want %v", err, want.err)
		}
		if stored := len(w.Sent(w.ann)) == 1; stored != want.stored {
			t.Errorf("stored %v, want %v", stored, want.stored)
		}
		if again, err := w.try(t, client, host, t.Context()); err != nil || again.StatusCode != http.StatusOK {
			t.Errorf("the next call: %v", err)
		} else {
			again.Body.Close()
		}
	}
	for i, tt := range tests {
		t.Run(tt.name+", over a socket", func(t *testing.T) {
			w := newWorld(t, nil)
			live := httptest.NewServer(w)
			defer live.Close()
			check(t, w, live.Client(), live.URL, i)
		})
		t.Run(tt.name+", without one", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, nil)
				check(t, w, &http.Client{Transport: w.Transport()}, "http://server", i)
			})
		})
	}
}

// is is [errors.Is], also for errors that are equal and not the same.
func is(err, want error) bool {
	name, ok := errors.AsType[*net.DNSError](err)
	return errors.Is(err, want) || ok && cmp.Equal(error(name), want)
}

// A call that hangs ends with its client, whether it was taken or not.
func TestACallThatHangs(t *testing.T) {
	for _, taken := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, nil)
			w.AddPrivate(w.ann)
			w.Fail(telegramsrv.Fault{Kind: telegramsrv.Hung, Taken: taken})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			answer, err := w.try(t, &http.Client{Transport: w.Transport()}, "http://server", ctx)
			if err == nil {
				answer.Body.Close()
			}
			if stored := len(w.Sent(w.ann)) == 1; !errors.Is(err, context.DeadlineExceeded) || stored != taken {
				t.Errorf("error %v, stored %v, want %v", err, stored, taken)
			}
		})
	}
}

func TestAFaultMeetsTheCallsThatItMeans(t *testing.T) {
	w := newWorld(t, func(c *telegramsrv.Config) { c.Unlimited = true })
	w.AddPrivate(w.ann)
	w.AddPrivate(w.bob)
	w.Fail(telegramsrv.Fault{Method: "sendMessage", Chat: w.ann, Nth: 2, Times: 2, Kind: telegramsrv.Answered, Error: &telegramsrv.APIError{Code: 500, Description: "Internal Server Error"}})
	var got []int
	for _, chat := range []int64{w.ann, w.bob, w.ann, w.bob, w.ann, w.ann} {
		w.call(t, "getMe")
		got = append(got, w.call(t, "sendMessage", "chat_id", chat, "text", "Hello").status)
	}
	want := []int{200, 200, 500, 200, 500, 200}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	if n := w.Stats().Faults; n != 2 {
		t.Errorf("counted %d faults", n)
	}
}

func TestASlowCallOfAClientThatHasGoneIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.AddPrivate(w.ann)
		w.Fail(telegramsrv.Fault{Kind: telegramsrv.Slow, Delay: time.Minute})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		answer, err := w.try(t, &http.Client{Transport: w.Transport()}, "http://server", ctx)
		if err == nil {
			answer.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || len(w.Sent(w.ann)) != 0 {
			t.Errorf("error %v, stored %d", err, len(w.Sent(w.ann)))
		}
	})
}

// picture is a PNG of a size.
func picture(tb testing.TB, width, height int) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// upload calls a method with a file, streamed, as uploads come.
func (w *world) upload(tb testing.TB, method, field string, content []byte, pairs ...any) result {
	tb.Helper()
	body, to := io.Pipe()
	form := multipart.NewWriter(to)
	go func() {
		for name, values := range args(tb, pairs...) {
			_ = form.WriteField(name, values[0])
		}
		part, _ := form.CreateFormFile(field, "card.png")
		_, _ = part.Write(content)
		_ = form.Close()
		_ = to.Close()
	}()
	r, err := http.NewRequest(http.MethodPost, "http://server/bot"+token+"/"+method, body)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return send(tb, w.Server, r)
}

func TestAPhotoIsKeptWithItsSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		chat := w.AddPrivate(w.ann)
		content := picture(t, 40, 30)
		got := w.upload(t, "sendPhoto", "photo", content, "chat_id", chat, "caption", "<i>Week</i>", "parse_mode", "HTML")
		m, _ := w.Last(chat)
		if !got.OK || m.Photo == nil || m.Photo.Width != 40 || m.Photo.Height != 30 || !bytes.Equal(m.Photo.Bytes, content) || m.Text != "Week" {
			t.Fatalf("%s: stored %+v", got.said(), m)
		}
		if got := w.call(t, "sendPhoto", "chat_id", chat, "photo", m.Photo.FileID); !got.OK {
			t.Errorf("by its file_id: %s", got.said())
		}
		got = w.upload(t, "editMessageMedia", "card", picture(t, 50, 20), "chat_id", chat, "message_id", m.ID,
			"media", map[string]string{"type": "photo", "media": "attach://card", "caption": "Month"})
		if m, _ = w.Message(chat, m.ID); !got.OK || m.Photo.Width != 50 || m.Text != "Month" || m.Edits() != 1 {
			t.Errorf("%s: changed to %+v", got.said(), m)
		}
	})
}

func TestAPhotoThatTelegramWouldNotTakeIsRefused(t *testing.T) {
	tests := []struct {
		name    string
		content []byte
		caption string
		want    string
	}{
		{"what is no picture", []byte("no picture"), "", "400 Bad Request: IMAGE_PROCESS_FAILED"},
		{"nothing", nil, "", "400 Bad Request: file must be non-empty"},
		{"too thin", picture(t, 2100, 100), "", "400 Bad Request: PHOTO_INVALID_DIMENSIONS"},
		{"too large", picture(t, 9000, 1001), "", "400 Bad Request: PHOTO_INVALID_DIMENSIONS"},
		{"too many bytes", make([]byte, 10<<20+1), "", "400 Bad Request: file is too big"},
		{"the longest caption", picture(t, 10, 10), strings.Repeat("é", 1024), ""},
		{"a longer caption", picture(t, 10, 10), strings.Repeat("é", 1025), "400 Bad Request: message caption is too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			if got := w.upload(t, "sendPhoto", "photo", tt.content, "chat_id", chat, "caption", tt.caption).said(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	if got := w.call(t, "sendPhoto", "chat_id", chat).said(); got != "400 Bad Request: there is no photo in the request" {
		t.Error(got)
	}
	if got := w.call(t, "sendPhoto", "chat_id", chat, "photo", "unknown").said(); got != "400 Bad Request: wrong file identifier/HTTP URL specified" {
		t.Error(got)
	}
}
