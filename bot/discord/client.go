package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

const (
	officialAPI = "https://discord.com/api"
	apiVersion  = "10"
	// patience is how long a call may take whose context has no deadline.
	patience = 15 * time.Second
	// mostAnswer is how many bytes of an answer are read.
	mostAnswer = 16 << 20
)

// client calls Discord's REST API by way of the library, which knows its addresses and headers. What the library does about limits
// and failures is not used: it waits under locks, and forgets what was said. The token is in no error that it returns, and no format
// prints it. It may be used from many goroutines at once.
type client struct {
	host    string
	pace    *pacer
	session func() *discordgo.Session // behind a function, for fmt looks into everything else
	hide    func(string) string       // takes the token out of a text
}

// newClient makes a client and calls nothing. The apiURL is that of a proxy, "" for Discord itself; nil for httpClient means one of
// our own. Redirects are not followed, and httpClient's Timeout does not count: contexts bound every call.
func newClient(token, apiURL string, httpClient *http.Client, pace *pacer) (*client, error) {
	if token == "" || strings.ContainsAny(token, " \r\n\t") {
		return nil, errors.New("discord.token: not the token of a bot; the developer portal gives one, under Bot")
	}
	api, err := url.Parse(cmp.Or(apiURL, officialAPI))
	if err != nil || api.Host == "" || api.Scheme != "http" && api.Scheme != "https" || api.RawQuery != "" || api.Fragment != "" || api.User != nil {
		return nil, errors.New("discord.api_url: not the address of Discord's API; Discord's own is " + officialAPI)
	}
	session, err := discordgo.New("Bot " + token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	carried := patientTransport()
	if httpClient != nil && httpClient.Transport != nil {
		carried = httpClient.Transport
	}
	session.UserAgent = "DiscordBot (https://github.com/bwmarrin/discordgo, " + discordgo.VERSION + ") boardcast"
	session.StateEnabled, session.ShouldRetryOnRateLimit, session.MaxRestRetries = false, false, 0
	session.Client = &http.Client{
		Transport:     &transport{next: carried, api: api, pace: pace},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &client{
		host: api.Host, pace: pace, session: func() *discordgo.Session { return session }, hide: strings.NewReplacer(token, "***").Replace,
	}, nil
}

// patientTransport is the standard one, which keeps as many connections as are in use at once, and notices a dead one of HTTP/2
// rather than use it until the system gives it up.
func patientTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	own := standard.Clone()
	own.MaxIdleConnsPerHost = handledAtOnce
	own.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second}
	return own
}

// Format prints no token, whatever the verb.
func (c client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.name()) }

// LogValue prints no token.
func (c client) LogValue() slog.Value { return slog.StringValue(c.name()) }

func (c client) name() string { return "discord client of " + c.host }

// call asks for something and reads the answer, of which only the fields of T count. The address is one of the library's. Its
// errors are *apiError, *lostError, *bot.RetryError where it would have been too much, and those of ctx.
func call[T any](ctx context.Context, c *client, method, address string, in any) (T, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			var none T
			return none, fmt.Errorf("write what to ask of Discord: %w", err)
		}
	}
	return request[T](ctx, c, method, address, "application/json", body)
}

// file is something to upload.
type file struct {
	name, kind string
	bytes      []byte
}

// upload is call with files besides.
func upload[T any](ctx context.Context, c *client, method, address string, in any, files []file) (T, error) {
	if len(files) == 0 {
		return call[T](ctx, c, method, address, in)
	}
	var none T
	payload, err := json.Marshal(in)
	if err != nil {
		return none, fmt.Errorf("write what to ask of Discord: %w", err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := addPart(form, `form-data; name="payload_json"`, "application/json", payload); err != nil {
		return none, err
	}
	for i, f := range files {
		where := fmt.Sprintf(`form-data; name="files[%d]"; filename="%s"`, i, f.name)
		if err := addPart(form, where, f.kind, f.bytes); err != nil {
			return none, err
		}
	}
	if err := form.Close(); err != nil {
		return none, fmt.Errorf("write an upload: %w", err)
	}
	return request[T](ctx, c, method, address, form.FormDataContentType(), body.Bytes())
}

func addPart(form *multipart.Writer, disposition, kind string, content []byte) error {
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}})
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil {
		return fmt.Errorf("write an upload: %w", err)
	}
	return nil
}

func request[T any](ctx context.Context, c *client, method, address, kind string, body []byte) (T, error) {
	var out T
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	trip := &trip{}
	ctx = httptrace.WithClientTrace(ctx, trip.trace())
	bucket := &discordgo.Bucket{} // which the library wants, and which remembers nothing
	bucket.Lock()
	answer, err := c.session().RequestWithLockedBucket(method, address, kind, body, bucket, 0, discordgo.WithContext(ctx))
	if err != nil {
		return out, c.failure(method, c.hiding(address), trip, err)
	}
	if len(answer) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return out, &lostError{Host: c.host, Method: method, Status: http.StatusOK, Sent: true, Err: clean(err, c.hiding(address))}
	}
	return out, nil
}

// failure is what went wrong, without a secret, whoever says it.
func (c *client) failure(method string, hide func(string) string, trip *trip, err error) error {
	var answer *apiError
	var limited *bot.RetryError
	var lost *lostError
	switch {
	case errors.As(err, &limited):
		return limited
	case errors.As(err, &answer):
		answer.Message, answer.Detail = hide(answer.Message), hide(answer.Detail)
		return answer
	case errors.As(err, &lost):
		lost.Host, lost.Err = c.host, clean(lost.Err, hide)
		return lost
	}
	return &lostError{Host: c.host, Method: method, Sent: trip.mayHaveArrived(err), Err: clean(err, hide)}
}

// hiding takes the secrets of a request out of a text: the bot's token, and that of the interaction that its address is of.
func (c *client) hiding(address string) func(string) string {
	token := interactionToken(strings.Split(address, "/"))
	if token == "" {
		return c.hide
	}
	return func(text string) string { return c.hide(strings.ReplaceAll(text, token, "***")) }
}

// interactionToken is the token among the parts of a path, "" if there is none.
func interactionToken(parts []string) string {
	const behind = 2 // the id
	at := slices.IndexFunc(parts, func(part string) bool { return part == "interactions" || part == "webhooks" }) + behind
	if at < behind || at >= len(parts) {
		return ""
	}
	token, _, _ := strings.Cut(parts[at], "?")
	return token
}

// clean is an error without the address of the request and without secrets.
func clean(err error, hide func(string) string) error {
	for {
		addressed, ok := errors.AsType[*url.Error](err)
		if !ok || addressed.Err == nil {
			break
		}
		err = addressed.Err
	}
	if text := err.Error(); hide(text) != text {
		return errors.New(hide(text))
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF // an empty answer; "EOF" means nothing to whoever reads it
	}
	return err
}

// trip notes how far a request has come.
type trip struct{ traced, left atomic.Bool }

func (t *trip) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { t.traced.Store(true); t.left.Store(false) },
		WroteHeaders: func() { t.left.Store(true) },
	}
}

// mayHaveArrived reports whether what was asked may have been done, given the error that hid the answer.
func (t *trip) mayHaveArrived(err error) bool {
	if t.traced.Load() {
		return t.left.Load()
	}
	return !bot.NeverLeft(err)
}

// transport carries the requests of the library to wherever the API is, at the pace that Discord allows, and tells what went wrong
// before the library can lose it.
type transport struct {
	next http.RoundTripper
	api  *url.URL
	pace *pacer
}

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	way := routeOf(r.Method, r.URL.Path)
	leave, err := t.pace.enter(r.Context(), way)
	if err != nil {
		_ = closeBody(r.Body)
		return nil, &lostError{Method: r.Method, Err: err} // it has not left
	}
	moved := r.Clone(r.Context())
	moved.URL = t.address(r.URL)
	moved.Host = ""
	answer, err := t.next.RoundTrip(moved)
	if err != nil {
		leave(nil)
		return nil, err
	}
	leave(answer.Header)
	for name := range answer.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") {
			answer.Header.Del(name)
		}
	}
	if answer.StatusCode < http.StatusMultipleChoices {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, mostAnswer), answer.Body}
		return answer, nil
	}
	refusal := refusalOf(r.Method, answer)
	if no, ok := errors.AsType[*apiError](refusal); ok && no.Status == http.StatusTooManyRequests {
		t.pace.refused(way, no.After, no.Global)
	}
	return nil, refusal
}

func closeBody(body io.Closer) error {
	if body == nil {
		return nil
	}
	return body.Close()
}

// address is where a request goes that the library addresses to Discord itself: to the API, in the version that we speak.
func (t *transport) address(asked *url.URL) *url.URL {
	path := strings.Trim(asked.Path, "/")
	parts := strings.Split(path, "/")
	if i := versionAt(parts); i >= 0 {
		parts = parts[i+1:]
	}
	to := *t.api
	to.Path = strings.TrimRight(t.api.Path, "/") + "/v" + apiVersion + "/" + strings.Join(parts, "/")
	to.RawPath, to.RawQuery = "", asked.RawQuery
	return &to
}

// refusalOf is the error that an answer is which does not say yes. It closes the answer.
func refusalOf(method string, answer *http.Response) error {
	const most = 64 << 10
	body, err := io.ReadAll(io.LimitReader(answer.Body, most))
	err = errors.Join(err, answer.Body.Close())
	var said struct {
		Code    int     `json:"code"`
		Message string  `json:"message"`
		After   float64 `json:"retry_after"`
		Global  bool    `json:"global"`
		Errors  json.RawMessage
	}
	readable := json.Unmarshal(body, &said) == nil && (said.Code != 0 || said.Message != "")
	no := &apiError{Method: method, Status: answer.StatusCode, Code: said.Code, Message: said.Message, Detail: detailOf(said.Errors)}
	if answer.StatusCode == http.StatusTooManyRequests {
		after, headerErr := seconds(answer.Header.Get("Retry-After"))
		if headerErr != nil {
			after = time.Duration(said.After * float64(time.Second))
		}
		no.After = max(after, time.Second/10)
		// Without a word in JSON it is the gate before Discord that refuses, whatever comes.
		no.Global = said.Global || answer.Header.Get("X-RateLimit-Global") != "" || !readable
		return no
	}
	if !readable {
		return &lostError{Method: method, Status: answer.StatusCode, Sent: answer.StatusCode >= http.StatusInternalServerError, Err: errors.Join(errUnreadable, err)}
	}
	return no
}

// errUnreadable says that an answer is none of Discord's API.
var errUnreadable = errors.New("what answered is not Discord's API")

// detailOf is which field of what was asked Discord does not take, and why, such as "embeds.0.title: Must be 256 or fewer in length.",
// the first one of several.
func detailOf(raw json.RawMessage) string {
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return ""
	}
	return firstDetail("", tree, 0)
}

func firstDetail(path string, node any, depth int) string {
	const deepest = 16
	branch, ok := node.(map[string]any)
	if !ok || depth > deepest {
		return ""
	}
	if list, ok := branch["_errors"].([]any); ok && len(list) > 0 {
		if fault, ok := list[0].(map[string]any); ok {
			return strings.TrimPrefix(fmt.Sprintf("%s: %v", path, fault["message"]), ": ")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(branch)) {
		if found := firstDetail(strings.TrimPrefix(path+"."+name, "."), branch[name], depth+1); found != "" {
			return found
		}
	}
	return ""
}
