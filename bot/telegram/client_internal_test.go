package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParametersAreSentAsTheyAreAndTheRestAsJSON(t *testing.T) {
	type named string
	type markup struct {
		Rows [][]string `json:"rows"`
	}
	var none *markup
	got, err := params{
		"text": "a <b> & “c”", "empty": "", "named": named("x"), "yes": true, "no": false, "chat": int64(-1001234567890123),
		"zero": 0, "nothing": nil, "none": none, "markup": &markup{Rows: [][]string{{"a"}}}, "kinds": []string{"a", "b"},
		"struct": markup{}, "cleared": []string{},
	}.encode()
	if err != nil {
		t.Fatal(err)
	}
	want := tgbotapi.Params{
		"text": "a <b> & “c”", "named": "x", "yes": "true", "chat": "-1001234567890123",
		"markup": `{"rows":[["a"]]}`, "kinds": `["a","b"]`, "cleared": "[]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := call[bool](t.Context(), clientOver(t, always(200, "")), "sendMessage", params{"reply_markup": func() {}}); err == nil {
		t.Error("a parameter that is no JSON was sent")
	}
}

func TestACallReachesAServerAndReadsItsResult(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"message_id":7,"message_thread_id":5,"chat":{"id":-100},"text":%q}}`,
			strings.Join([]string{r.Method, r.URL.Path, r.FormValue("text"), r.Header.Get("User-Agent")}, " "))
	}))
	defer server.Close()
	c, err := newClient(wholeToken, server.URL+"/a%20b/", server.Client(), newPacer(time.Now, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	got, err := call[message](t.Context(), c, "sendMessage", params{"text": "hello"})
	if err != nil {
		t.Fatal(err)
	}
	want := message{MessageID: 7, ThreadID: 5, Chat: chat{ID: -100}, Text: "POST /a b/bot" + wholeToken + "/sendMessage hello boardcast"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnUploadCarriesItsFile(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, header, err := r.FormFile("photo")
		if err != nil {
			t.Error(err)
			return
		}
		content, err := io.ReadAll(f)
		if err != nil {
			t.Error(err)
		}
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":%q}`, header.Filename+" "+string(content)+" "+r.FormValue("chat_id"))
	}))
	defer server.Close()
	c, err := newClient(wholeToken, server.URL, server.Client(), newPacer(time.Now, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	got, err := upload[string](t.Context(), c, "sendPhoto", params{"chat_id": 42}, file{"photo", "chart.png", []byte("PNG")})
	if want := "chart.png PNG 42"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestWhatIsNoTokenOrNoAddressIsRefusedWithoutBeingQuoted(t *testing.T) {
	for _, c := range []struct{ token, apiURL string }{
		{"", ""},
		{"SECRET", ""},
		{"123:", ""},
		{"123:SECRET/..", ""},
		{"123:SECRET\n", ""},
		{" 123:SECRET", ""},
		{"123:%53ECRET", ""},
		{wholeToken, "SECRET.example"},
		{wholeToken, "ftp://SECRET.example"},
		{wholeToken, "https://"},
		{wholeToken, "https://SECRET.example?a=b"},
		{wholeToken, "https://SECRET.example#a"},
		{wholeToken, "https://SECRET:b@example"},
		{wholeToken, "https://SECRET.example:port"},
	} {
		_, err := newClient(c.token, c.apiURL, nil, newPacer(time.Now, 0, 0))
		if err == nil {
			t.Errorf("%q at %q was taken", c.token, c.apiURL)
		} else if strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), secretHalf) {
			t.Errorf("%q at %q: %v", c.token, c.apiURL, err)
		}
	}
	for _, apiURL := range []string{"", "https://api.telegram.org", "http://127.0.0.1:8081/", "http://[::1]:8081/path/"} {
		if _, err := newClient(wholeToken, apiURL, nil, newPacer(time.Now, 0, 0)); err != nil {
			t.Errorf("%q: %v", apiURL, err)
		}
	}
}

// errReset is what the network says now and then.
var errReset = errors.New("connection reset by peer")

// cutShort is a body that ends before its end.
func cutShort() *http.Response {
	r := reply(200, "")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"ok":true,`), failingReader{}))
	return r
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errReset }

func TestEveryFateOfACallHasItsError(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	for _, c := range []struct {
		name string
		over roundTrip
		want error
	}{
		{
			"a refusal", always(400, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`),
			&apiError{Method: "m", Status: 400, Description: "Bad Request: chat not found"},
		},
		{
			"a refusal without a code", always(403, `{"ok":false,"description":"Forbidden"}`),
			&apiError{Method: "m", Status: 403, Description: "Forbidden"},
		},
		{
			"too much", always(429, `{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}`),
			&apiError{Method: "m", Status: 429, Description: "Too Many Requests", RetryAfter: 7 * time.Second},
		},
		{
			"a migration", always(400, `{"ok":false,"error_code":400,"description":"upgraded","parameters":{"migrate_to_chat_id":-1009}}`),
			&apiError{Method: "m", Status: 400, Description: "upgraded", MigrateTo: -1009},
		},
		{
			"a description with the token", always(404, `{"ok":false,"error_code":404,"description":"no /bot`+wholeToken+`/m"}`),
			&apiError{Method: "m", Status: 404, Description: "no /bot***/m"},
		},
		{"a proxy's page", always(502, `<html>Bad Gateway</html>`), &lostError{Status: 502, Sent: true}},
		{"an empty answer", always(500, ``), &lostError{Status: 500, Sent: true}},
		{"an answer cut short", func(*http.Request) (*http.Response, error) { return cutShort(), nil }, &lostError{Status: 200, Sent: true}},
		{"a page of a captive portal", always(200, `<html>`), &lostError{Status: 200, Sent: true}},
		{"a page that is not there", always(404, `<html>`), &lostError{Status: 404}},
		{"a redirect", always(301, ``), &lostError{Status: 301}},
		{"another API", always(403, `{"message":"no"}`), &lostError{Status: 403}},
		{"a result of another kind", always(200, `{"ok":true,"result":"text"}`), &lostError{Status: 200, Sent: true}},
		{"no result", always(200, `{"ok":true}`), &lostError{Status: 200, Sent: true}},
		{"too long an answer", always(200, `{"ok":true,"result":"`+strings.Repeat("a", mostAnswer)+`"}`), &lostError{Status: 200, Sent: true}},
		{"a broken connection", failing(errReset), &lostError{Sent: true}},
		{"no connection", failing(dial), &lostError{}},
		{"no such host", failing(&net.DNSError{Name: "bot.test"}), &lostError{}},
	} {
		for kind, fails := range map[string]func(*client) error{
			"call": func(client *client) error {
				_, err := call[int](t.Context(), client, "m", params{"a": 1})
				return err
			},
			"upload": func(client *client) error {
				_, err := upload[int](t.Context(), client, "m", nil, file{"f", "n", []byte("x")})
				return err
			},
		} {
			got := fails(clientOver(t, c.over))
			if lost, ok := errors.AsType[*lostError](got); ok {
				if lost.Err == nil || lost.Method != "m" || lost.Host != "bot.test:8081" {
					t.Errorf("%s of %s: incomplete: %#v", kind, c.name, lost)
				}
				got = &lostError{Status: lost.Status, Sent: lost.Sent}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s of %s: %s", kind, c.name, diff)
			}
		}
	}
}

func TestOverARealConnectionItIsKnownWhetherARequestLeft(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		if strings.HasSuffix(r.URL.Path, "/hangUp") {
			panic(http.ErrAbortHandler)
		}
		<-r.Context().Done()
	}))
	defer server.Close()
	c, err := newClient(wholeToken, server.URL, server.Client(), newPacer(time.Now, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	go func() { <-arrived; end() }()
	check := func(what string, err error, sent bool) {
		t.Helper()
		lost, ok := errors.AsType[*lostError](err)
		if !ok || lost.Sent != sent {
			t.Errorf("%s: got %#v, want one with Sent %v", what, err, sent)
		}
	}
	_, err = call[bool](ended, c, "sendMessage", params{"text": "a"})
	check("ended while the server thinks", err, true)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it does not say that it was cancelled: %v", err)
	}
	_, err = call[bool](ended, c, "sendMessage", params{"text": "a"})
	check("ended before", err, false)
	_, err = upload[bool](ended, c, "sendPhoto", nil, file{"photo", "a.png", []byte("a")})
	check("an upload ended before", err, false)
	_, err = call[bool](t.Context(), c, "hangUp", nil)
	check("hung up", err, true)
	<-arrived
	server.Close()
	_, err = call[bool](t.Context(), c, "sendMessage", params{"text": "a"})
	check("nobody there", err, false)
}

func TestAServerWithoutTLSGetsNothingFromAnAddressWithIt(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	c, err := newClient(wholeToken, strings.Replace(server.URL, "http:", "https:", 1), nil, newPacer(time.Now, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	_, err = call[bool](t.Context(), c, "getMe", nil)
	if lost, ok := errors.AsType[*lostError](err); !ok || lost.Sent {
		t.Errorf("got %#v, want a lostError that was not sent", err)
	}
}

func TestATLSThatIsNotTrustedSendsNothing(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	c, err := newClient(wholeToken, server.URL, nil, newPacer(time.Now, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	_, err = call[bool](t.Context(), c, "getMe", nil)
	if lost, ok := errors.AsType[*lostError](err); !ok || lost.Sent {
		t.Errorf("got %#v, want a lostError that was not sent", err)
	}
	if got := explain(err); !strings.Contains(got, "its certificate is not trusted here") {
		t.Errorf("got %q", got)
	}
}

// careless is a transport that neither reads nor closes the body of a request, and answers when the context ends.
type careless struct{}

func (careless) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestACallWithoutADeadlineEndsAfterAMinuteAndLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, err := newClient(wholeToken, "", &http.Client{Transport: careless{}, Timeout: time.Second}, newPacer(time.Now, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		// A goroutine of the library that was left behind, with a body that nobody reads, would make the bubble fail.
		_, err = upload[bool](t.Context(), client, "sendPhoto", nil, file{"photo", "a.png", make([]byte, 1<<20)})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != patience {
			t.Errorf("got %v after %s, want a deadline after %s", err, time.Since(started), patience)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		_, err = upload[bool](ended, client, "sendPhoto", nil, file{"photo", "a.png", make([]byte, 1<<20)})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was cancelled", err)
		}
	})
}

func TestARedirectIsNotFollowedForItWouldCarryTheToken(t *testing.T) {
	requests := 0
	over := roundTrip(func(*http.Request) (*http.Response, error) {
		requests++
		r := reply(302, "")
		r.Header.Set("Location", "https://elsewhere.test/")
		return r, nil
	})
	_, err := call[bool](t.Context(), clientOver(t, over), "getMe", nil)
	if lost, ok := errors.AsType[*lostError](err); !ok || lost.Status != 302 || lost.Sent || requests != 1 {
		t.Errorf("got %#v after %d requests", err, requests)
	}
}

func TestTheBodyOfAnAnswerIsAlwaysClosed(t *testing.T) {
	for _, body := range []string{`{"ok":true,"result":true}`, `<html>`, ``, `{"ok":false,"description":"no"}`} {
		watched := &closing{Reader: strings.NewReader(body)}
		over := roundTrip(func(*http.Request) (*http.Response, error) {
			r := reply(200, "")
			r.Body = watched
			return r, nil
		})
		_, _ = call[bool](t.Context(), clientOver(t, over), "getMe", nil)
		if !watched.closed {
			t.Errorf("the body %q was left open", body)
		}
	}
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// spelledTokens are ways in which a token may come up in a text.
func spelledTokens() []string {
	return []string{
		wholeToken, secretHalf, url.QueryEscape(wholeToken), url.PathEscape(wholeToken), strings.ReplaceAll(wholeToken, ":", "%3a"),
		"http://bot.test/bot" + wholeToken + "/getMe", fmt.Sprintf("%q", wholeToken),
	}
}

func TestNoErrorHasTheTokenInIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "before") + rapid.SampledFrom(spelledTokens()).Draw(t, "token") + rapid.String().Draw(t, "after")
		escaped := fmt.Sprintf("%q", strings.ToValidUTF8(text, ""))
		fates := []roundTrip{
			failing(errors.New(text)),
			failing(fmt.Errorf("dial: %w", errors.New(text))),
			failing(&url.Error{Op: "Post", URL: text, Err: errReset}),
			failing(fmt.Errorf("proxy: %w", &url.Error{Op: "parse", URL: text, Err: errors.New(text)})),
			failing(errors.Join(errReset, &url.Error{Op: "Post", URL: text, Err: errReset})),
			failing(&net.OpError{Op: "dial", Net: "tcp", Err: errors.New(text)}),
			always(rapid.SampledFrom([]int{200, 400, 404, 502}).Draw(t, "status"), text),
			always(400, `{"ok":false,"error_code":400,"description":`+escaped+`}`),
			always(200, `{"ok":true,"result":`+escaped+`}`),
		}
		client, err := newClient(wholeToken, "http://bot.test", &http.Client{Transport: rapid.SampledFrom(fates).Draw(t, "fate")}, newPacer(time.Now, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		_, called := call[int](context.Background(), client, "getMe", nil)
		_, uploaded := upload[int](context.Background(), client, "sendPhoto", nil, file{"photo", "a.png", []byte("a")})
		for _, err := range []error{called, uploaded} {
			if err == nil {
				t.Fatal("no error")
			}
			noToken(t, err, sendError(err))
		}
	})
}

// noToken fails if anything along the chain of some errors says the token, in any format.
func noToken(t rapid.TB, errs ...error) {
	for _, err := range errs {
		for e := err; e != nil; e = errors.Unwrap(e) {
			for _, said := range []string{e.Error(), explain(e), fmt.Sprintf("%v %+v %#v", e, e, e)} {
				if strings.Contains(said, secretHalf) {
					t.Fatalf("it says the token: %s", said)
				}
			}
		}
	}
}

func TestNothingPrintsTheTokenOfAClient(t *testing.T) {
	c := clientOver(t, always(200, ""))
	var log logged
	slog.New(slog.NewJSONHandler(&log, nil)).Info("a client", "client", c, "value", *c)
	log.log().Info("a client", "client", c, "value", *c, "within", struct{ C *client }{c})
	var said strings.Builder
	said.WriteString(log.String())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, held := range []any{c, *c, struct{ c *client }{c}, struct{ c client }{*c}} {
			fmt.Fprintf(&said, verb, held)
		}
	}
	if strings.Contains(said.String(), secretHalf) || strings.Contains(said.String(), fmt.Sprintf("%x", secretHalf)) {
		t.Error(said.String())
	}
}

func TestTheWebhooksSecretIsOneThatTelegramTakesAndSaysNothing(t *testing.T) {
	one := clientOver(t, always(200, "")).webhookSecret()
	if again := clientOver(t, always(200, "")).webhookSecret(); again != one || len(one) != 64 || strings.Trim(one, "0123456789abcdef") != "" {
		t.Errorf("got %q and %q, want the same 64 hexadecimal digits", one, again)
	}
	other, err := newClient("123456:other", "", nil, newPacer(time.Now, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if other.webhookSecret() == one {
		t.Error("two tokens have one secret")
	}
}
