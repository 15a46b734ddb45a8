package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

// The secrets of these tests.
const (
	wholeToken    = "MTEw.nobody-may.see-this"
	spokenToken   = "aW50-nobody-may.see-this-either"
	secretHalf    = "nobody-may"
	interactionAt = "https://discord.com/api/v9/interactions/12/" + spokenToken + "/callback"
)

// adapterAt is an adapter whose Discord is a server of these tests.
func adapterAt(tb rapid.TB, s *discordsrv.Server) *Adapter {
	a, err := New(Config{
		Token: "MTEw.a.b", APIURL: "http://discord.test/api", HTTP: &http.Client{Transport: s.Transport()}, Now: fast(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// fast is a clock that runs so fast that nobody waits for a limit.
func fast() func() time.Time {
	now := time.Unix(0, 0)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

// roundTrip carries requests.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func always(status int, body string) roundTrip {
	return func(*http.Request) (*http.Response, error) { return answer(status, body), nil }
}

func failing(err error) roundTrip {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func clientOver(tb rapid.TB, over http.RoundTripper) *client {
	c, err := newClient(wholeToken, "http://bot.test:8081/api", &http.Client{Transport: over}, newPacer(fast(), 0, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// errReset is what the network says now and then.
var errReset = errors.New("connection reset by peer")

func TestACallReachesAServerAndReadsItsResult(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		said := []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Content-Type"), r.Header.Get("Authorization"), string(body)}
		if !strings.Contains(r.UserAgent(), "boardcast") {
			t.Errorf("it says that it is %q", r.UserAgent())
		}
		answer, err := json.Marshal(map[string]string{"id": strings.Join(said, " | ")})
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(answer)
	}))
	defer server.Close()
	for base, path := range map[string]string{"": "", "/": "", "/a/api": "/a/api", "/api/": "/api"} {
		c, err := newClient(wholeToken, server.URL+base, server.Client(), newPacer(fast(), 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		asked, err := call[sent](t.Context(), c, http.MethodGet, discordgo.EndpointChannel("12")+"?a=b", nil)
		if want := "GET | " + path + "/v10/channels/12 | a=b |  | Bot " + wholeToken + " | "; err != nil || asked.ID != want {
			t.Errorf("asked of %q: %q, error %v, want %q", base, asked.ID, err, want)
		}
		told, err := call[sent](t.Context(), c, http.MethodPost, discordgo.EndpointChannelMessages("12"), map[string]int{"a": 1})
		if want := "POST | " + path + `/v10/channels/12/messages |  | application/json | Bot ` + wholeToken + ` | {"a":1}`; err != nil || told.ID != want {
			t.Errorf("told to %q: %q, error %v, want %q", base, told.ID, err, want)
		}
	}
}

func TestWhatIsNoTokenOrNoAddressIsRefusedWithoutBeingQuoted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ token, apiURL string }{
		{"", ""},
		{"SECRET SECRET", ""},
		{"SECRET\n", ""},
		{" SECRET", ""},
		{"a\tSECRET", ""},
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
	for _, apiURL := range []string{"", "https://discord.com/api", "http://127.0.0.1:8081/", "http://[::1]:8081/path/"} {
		if _, err := newClient(wholeToken, apiURL, nil, newPacer(time.Now, 0, 0)); err != nil {
			t.Errorf("%q: %v", apiURL, err)
		}
	}
}

func TestEveryFateOfACallHasItsError(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	limited := func(header http.Header, body string) roundTrip {
		return func(*http.Request) (*http.Response, error) {
			r := answer(429, body)
			r.Header = header
			return r, nil
		}
	}
	const form = `{"code":50035,"message":"Invalid Form Body","errors":{"b":{"_errors":[{"message":"no"}]},"a":{"1":{"x":{"_errors":[{"message":"first"}]}}}}}`
	for name, c := range map[string]struct {
		over roundTrip
		want error
	}{
		"a refusal":             {always(404, `{"code":10003,"message":"Unknown Channel"}`), &apiError{Method: "POST", Status: 404, Code: 10003, Message: "Unknown Channel"}},
		"a refusal by fields":   {always(400, form), &apiError{Method: "POST", Status: 400, Code: 50035, Message: "Invalid Form Body", Detail: "a.1.x: first"}},
		"a refusal of all":      {always(400, `{"code":50035,"message":"m","errors":{"_errors":[{"message":"no"}]}}`), &apiError{Method: "POST", Status: 400, Code: 50035, Message: "m", Detail: "no"}},
		"strange fields":        {always(400, `{"code":50035,"message":"m","errors":{"_errors":[5],"a":[1],"b":{"_errors":"x"}}}`), &apiError{Method: "POST", Status: 400, Code: 50035, Message: "m"}},
		"a refusal without one": {always(401, `{"message":"401: Unauthorized","code":0}`), &apiError{Method: "POST", Status: 401, Message: "401: Unauthorized"}},
		"too much":              {limited(http.Header{}, `{"message":"m","retry_after":1.5,"global":false}`), &apiError{Method: "POST", Status: 429, Message: "m", After: 1500 * time.Millisecond}},
		"too much, in a header": {limited(http.Header{"Retry-After": {"7"}}, `{"message":"m","retry_after":1.5}`), &apiError{Method: "POST", Status: 429, Message: "m", After: 7 * time.Second}},
		"too much of all":       {limited(http.Header{}, `{"message":"m","retry_after":1,"global":true}`), &apiError{Method: "POST", Status: 429, Message: "m", After: time.Second, Global: true}},
		"too much for the gate": {limited(http.Header{"Retry-After": {"9"}}, "error code: 1015"), &apiError{Method: "POST", Status: 429, After: 9 * time.Second, Global: true}},
		"too much, for ever":    {limited(http.Header{"Retry-After": {"1e300"}}, `{"message":"m"}`), &apiError{Method: "POST", Status: 429, Message: "m", After: time.Second / 10}},
		"a proxy's page":        {always(502, `<html>Bad Gateway</html>`), &lostError{Status: 502, Sent: true}},
		"an empty trouble":      {always(500, ``), &lostError{Status: 500, Sent: true}},
		"a captive portal":      {always(200, `<html>`), &lostError{Status: 200, Sent: true}},
		"a page that is none":   {always(404, `<html>`), &lostError{Status: 404}},
		"a redirect":            {always(301, ``), &lostError{Status: 301}},
		"another API":           {always(403, `{"error":"no"}`), &lostError{Status: 403}},
		"another result":        {always(200, `{"id":{"a":1}}`), &lostError{Status: 200, Sent: true}},
		"a broken connection":   {failing(errReset), &lostError{Sent: true}},
		"an end too early":      {failing(io.EOF), &lostError{Sent: true}},
		"no connection":         {failing(dial), &lostError{}},
		"no such host":          {failing(&net.DNSError{Name: "bot.test"}), &lostError{}},
	} {
		for kind, fails := range map[string]func(*client) error{
			"call": func(c *client) error {
				_, err := call[sent](t.Context(), c, http.MethodPost, discordgo.EndpointChannelMessages("12"), map[string]int{"a": 1})
				return err
			},
			"upload": func(c *client) error {
				_, err := upload[sent](t.Context(), c, http.MethodPost, discordgo.EndpointChannelMessages("12"), map[string]int{"a": 1}, []file{{"n", "image/png", []byte("x")}})
				return err
			},
		} {
			got := fails(clientOver(t, c.over))
			if lost, ok := errors.AsType[*lostError](got); ok {
				if lost.Err == nil || lost.Method != http.MethodPost || lost.Host != "bot.test:8081" {
					t.Errorf("%s of %s: incomplete: %#v", kind, name, lost)
				}
				got = &lostError{Status: lost.Status, Sent: lost.Sent}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s of %s: %s", kind, name, diff)
			}
		}
	}
}

func TestNoMoreOfAnAnswerIsReadThanFits(t *testing.T) {
	t.Parallel()
	endless := &closing{Reader: io.MultiReader(strings.NewReader(`"`), fill{})}
	over := roundTrip(func(*http.Request) (*http.Response, error) {
		r := answer(200, "")
		r.Body = endless
		return r, nil
	})
	_, err := call[sent](t.Context(), clientOver(t, over), http.MethodGet, discordgo.EndpointChannel("12"), nil)
	if lost, ok := errors.AsType[*lostError](err); !ok || !lost.Sent || !endless.closed {
		t.Errorf("got %v", err)
	}
}

// fill is a letter for ever.
type fill struct{}

func (fill) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestWhatCannotBeWrittenIsNotSent(t *testing.T) {
	t.Parallel()
	c := clientOver(t, roundTrip(func(*http.Request) (*http.Response, error) { t.Error("it is sent"); return nil, errReset }))
	if _, err := call[sent](t.Context(), c, http.MethodPost, discordgo.EndpointChannel("1"), func() {}); err == nil {
		t.Error("no error")
	}
	if _, err := upload[sent](t.Context(), c, http.MethodPost, discordgo.EndpointChannel("1"), func() {}, []file{{}}); err == nil {
		t.Error("no error of an upload")
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
	check := func(what string, ctx context.Context, address string, sent bool) {
		t.Helper()
		_, err := call[struct{}](ctx, c, http.MethodPost, address, map[string]int{"a": 1})
		lost, ok := errors.AsType[*lostError](err)
		if !ok || lost.Sent != sent || ctx.Err() != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %#v, want one with Sent %v", what, err, sent)
		}
	}
	check("ended while the server thinks", ended, discordgo.EndpointChannel("1"), true)
	check("ended before", ended, discordgo.EndpointChannel("1"), false)
	check("hung up", t.Context(), discordgo.EndpointChannel("hangUp"), true)
	<-arrived
	server.Close()
	check("nobody there", t.Context(), discordgo.EndpointChannel("1"), false)
	plain := strings.Replace(server.URL, "http:", "https:", 1)
	if c, err = newClient(wholeToken, plain, nil, newPacer(time.Now, 0, 0)); err != nil {
		t.Fatal(err)
	}
	check("without TLS", t.Context(), discordgo.EndpointChannel("1"), false)
}

// careless is a transport that neither reads nor closes the body of a request, and answers when the context ends.
type careless struct{}

func (careless) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestACallWithoutADeadlineEndsAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := newClient(wholeToken, "", &http.Client{Transport: careless{}, Timeout: time.Second}, newPacer(time.Now, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = upload[sent](t.Context(), c, http.MethodPost, discordgo.EndpointChannel("1"), nil, []file{{"a.png", "image/png", make([]byte, 1<<20)}})
		lost, ok := errors.AsType[*lostError](err)
		if !ok || !lost.Sent || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != patience {
			t.Errorf("got %v after %s, want a deadline after %s", err, time.Since(began), patience)
		}
	})
}

func TestARedirectIsNotFollowedForItWouldCarryTheToken(t *testing.T) {
	t.Parallel()
	requests := 0
	over := roundTrip(func(*http.Request) (*http.Response, error) {
		requests++
		r := answer(302, "")
		r.Header.Set("Location", "https://elsewhere.test/")
		return r, nil
	})
	_, err := call[sent](t.Context(), clientOver(t, over), http.MethodGet, discordgo.EndpointChannel("1"), nil)
	if lost, ok := errors.AsType[*lostError](err); !ok || lost.Status != 302 || lost.Sent || requests != 1 {
		t.Errorf("got %#v after %d requests", err, requests)
	}
}

func TestTheBodyOfAnAnswerIsAlwaysClosed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 204, 302, 404, 429, 500} {
		for _, body := range []string{`{"id":"1"}`, `<html>`, ``, `{"code":1,"message":"no"}`} {
			watched := &closing{Reader: strings.NewReader(body)}
			over := roundTrip(func(*http.Request) (*http.Response, error) {
				r := answer(status, "")
				r.Body = watched
				return r, nil
			})
			_, _ = call[sent](t.Context(), clientOver(t, over), http.MethodGet, discordgo.EndpointChannel("1"), nil)
			if !watched.closed {
				t.Errorf("the body %q of a %d was left open", body, status)
			}
		}
	}
}

type closing struct {
	io.Reader

	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// spokenSecrets are ways in which a secret may come up in a text about a request.
func spokenSecrets() []string {
	all := []string{interactionAt, discordgo.EndpointWebhookMessage("12", spokenToken, "@original"), "Bot " + wholeToken}
	for _, token := range []string{wholeToken, spokenToken} {
		all = append(all, token, url.PathEscape(token), fmt.Sprintf("%q", token), "http://bot.test/api/v10/webhooks/12/"+token+"?wait=true")
	}
	return all
}

func TestNoErrorHasASecretInIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "before") + rapid.SampledFrom(spokenSecrets()).Draw(t, "secret") + rapid.String().Draw(t, "after")
		escaped := fmt.Sprintf("%q", strings.ToValidUTF8(text, ""))
		status := rapid.SampledFrom([]int{200, 302, 400, 401, 404, 429, 502}).Draw(t, "status")
		fates := []roundTrip{
			failing(errors.New(text)),
			failing(fmt.Errorf("dial: %w", errors.New(text))),
			failing(&url.Error{Op: "Post", URL: text, Err: errReset}),
			failing(fmt.Errorf("proxy: %w", &url.Error{Op: "parse", URL: text, Err: errors.New(text)})),
			failing(errors.Join(errReset, &url.Error{Op: "Post", URL: text, Err: errReset})),
			failing(&net.OpError{Op: "dial", Net: "tcp", Err: errors.New(text)}),
			always(status, text),
			always(status, `{"code":50035,"message":`+escaped+`,"errors":{"a":{"_errors":[{"message":`+escaped+`}]}}}`),
			always(status, `{"id":`+escaped+`,"message":{}}`),
		}
		c := clientOver(t, fates[rapid.IntRange(0, len(fates)-1).Draw(t, "fate")])
		var log logbook
		for _, address := range []string{interactionAt, discordgo.EndpointWebhookMessage("12", spokenToken, "@original"), discordgo.EndpointWebhookToken("12", spokenToken)} {
			_, called := call[int](context.Background(), c, http.MethodPost, address, map[string]int{"a": 1})
			_, uploaded := upload[int](context.Background(), c, http.MethodPatch, address, nil, []file{{"a.png", "image/png", []byte("a")}})
			for _, err := range []error{called, uploaded} {
				if err == nil {
					t.Fatal("no error")
				}
				noSecret(t, err, sendError(err))
				slog.New(slog.NewJSONHandler(&log, nil)).Error("not sent", "error", err, "why", explain(err))
			}
		}
		if log.has(secretHalf) {
			t.Fatalf("the log says it: %s", &log.lines)
		}
	})
}

// noSecret fails if anything along the chain of some errors says a secret, in any format.
func noSecret(t rapid.TB, errs ...error) {
	for _, err := range errs {
		for e := err; e != nil; e = errors.Unwrap(e) {
			for _, said := range []string{e.Error(), explain(e), fmt.Sprintf("%v %+v %#v %s %q", e, e, e, e, e)} {
				if strings.Contains(said, secretHalf) {
					t.Fatalf("it says a secret: %s", said)
				}
			}
		}
	}
}

func TestNothingPrintsASecretThatIsKept(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Token: wholeToken, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c := a.client
	var log logbook
	slog.New(slog.NewJSONHandler(&log, nil)).Info("kept", "client", c, "value", *c, "adapter", a)
	slog.New(slog.NewTextHandler(&log, nil)).Info("kept", "client", c, "value", *c, "adapter", a, "within", struct{ C *client }{c})
	var said strings.Builder
	said.WriteString(log.lines.String())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, held := range []any{a, c, *c, struct{ c *client }{c}, struct{ c client }{*c}, newInbox(a, nil)} {
			fmt.Fprintf(&said, verb, held)
		}
	}
	if strings.Contains(said.String(), secretHalf) || strings.Contains(said.String(), fmt.Sprintf("%x", secretHalf)) {
		t.Error(said.String())
	}
}

// The library waits by what it reads in headers, with locks held: it reads none.
func TestTheLibraryLearnsOfNoLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		over := roundTrip(func(*http.Request) (*http.Response, error) {
			r := answer(200, `{}`)
			for name, value := range map[string]string{"Limit": "5", "Remaining": "4", "Reset": "9999999999", "Reset-After": "3600", "Global": "true"} {
				r.Header.Set("X-RateLimit-"+name, value)
			}
			return r, nil
		})
		c, err := newClient(wholeToken, "", &http.Client{Transport: over}, newPacer(time.Now, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if _, err := call[sent](t.Context(), c, http.MethodGet, discordgo.EndpointChannel("1"), nil); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		_, err = call[sent](t.Context(), c, http.MethodGet, discordgo.EndpointChannel("1"), nil)
		if limited, ok := errors.AsType[*bot.RetryError](err); !ok || limited.After < time.Minute || time.Since(began) > 0 {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

func TestNoncesAreShortAndOneAMessage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		nonce := rapid.StringOfN(rapid.RuneFrom([]rune("abc123")), 0, 25, -1).Draw(t, "nonce")
		var all []string
		for n := range 12 {
			all = append(all, nonceOf(nonce, n))
		}
		if slices.ContainsFunc(all, func(s string) bool { return len(s) > 25 }) || all[0] != nonce {
			t.Fatalf("of %q: %q", nonce, all)
		}
		if nonce != "" && len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
			t.Fatalf("of %q some are the same: %q", nonce, all)
		}
	})
}
