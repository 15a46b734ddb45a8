// Package telegram is Telegram as a messenger: it takes in what people write, press and type there, and sends posts.
package telegram

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"boardcast/bot"
)

const (
	officialAPI = "https://api.telegram.org"
	// patience is how long a call may take whose context has no deadline.
	patience = time.Minute
)

// client calls the methods of the Bot API. The token of its bot is in no error that it returns, and no format prints it.
// It may be used from many goroutines at once.
type client struct {
	http *http.Client
	host string
	pace *pacer
	// What holds the token is behind functions, for fmt looks into everything else.
	api  func() tgbotapi.BotAPI   // the library's client, a copy for each call
	hide func(text string) string // a text without the token
}

// botToken is what a token looks like: the id of the bot and a secret. As nothing in it is ever escaped, to find it in a text is easy.
var botToken = regexp.MustCompile(`^[0-9]+:([A-Za-z0-9_-]+)$`)

// newClient makes a client and calls nothing. The apiURL is that of a Bot API server, "" for Telegram's own; nil for httpClient
// means one of our own. Redirects are not followed, and httpClient's Timeout does not count: contexts bound every call.
func newClient(token, apiURL string, httpClient *http.Client, pace *pacer) (*client, error) {
	parts := botToken.FindStringSubmatch(token)
	if parts == nil {
		return nil, errors.New("telegram.token: not the token of a bot; @BotFather gives one, digits, a colon and a secret")
	}
	server, err := url.Parse(cmp.Or(apiURL, officialAPI))
	if err != nil || server.Host == "" || server.Scheme != "http" && server.Scheme != "https" ||
		server.RawQuery != "" || server.Fragment != "" || server.User != nil {
		return nil, errors.New("telegram.api_url: not the address of a Bot API server; Telegram's own is " + officialAPI)
	}
	api := tgbotapi.BotAPI{Token: token}
	// The library takes the address as a format.
	api.SetAPIEndpoint(strings.ReplaceAll(strings.TrimRight(server.String(), "/"), "%", "%%") + "/bot%s/%s")
	return &client{
		http: quietHTTP(httpClient),
		host: server.Host,
		pace: pace,
		api:  func() tgbotapi.BotAPI { return api },
		hide: strings.NewReplacer(token, "***", parts[1], "***").Replace,
	}, nil
}

// quietHTTP is a client that follows no redirects: they would carry the token, as a Referer, to wherever they lead, and turn
// a POST into a GET.
func quietHTTP(given *http.Client) *http.Client {
	quiet := http.Client{Transport: patientTransport()}
	if given != nil {
		quiet = *given
	}
	quiet.Timeout = 0
	quiet.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &quiet
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

func (c client) name() string { return "telegram client of " + c.host }

// webhookSecret is what Telegram is told to show with every update: 64 letters and digits that are the same in every run and
// say nothing of the token.
func (c *client) webhookSecret() string {
	mac := hmac.New(sha256.New, []byte(c.api().Token))
	mac.Write([]byte("boardcast webhook"))
	return hex.EncodeToString(mac.Sum(nil))
}

// params are the parameters of a call. Strings, booleans and integers are sent as they are, all else as JSON. Zero values,
// such as "", false, 0 and nil, are left out.
type params map[string]any

func (p params) encode() (tgbotapi.Params, error) {
	out := tgbotapi.Params{}
	for name, value := range p {
		v := reflect.ValueOf(value)
		if !v.IsValid() || v.IsZero() {
			continue
		}
		text, err := encodeParam(v)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		out[name] = text
	}
	return out, nil
}

func encodeParam(v reflect.Value) (string, error) {
	if v.Kind() == reflect.String {
		return v.String(), nil
	}
	text, err := json.Marshal(v.Interface()) // of booleans and integers it is what they look like
	return string(text), err
}

// call calls a method and returns its result. Its errors are *apiError, *lostError, *bot.RetryError where it would have been too much,
// and, when a parameter cannot be encoded, others. Without a deadline in ctx it takes a minute at most.
func call[T any](ctx context.Context, c *client, method string, p params) (T, error) {
	return ask[T](ctx, c, method, p, func(api *tgbotapi.BotAPI, fields tgbotapi.Params) (*tgbotapi.APIResponse, error) {
		return api.MakeRequest(method, fields)
	})
}

// file is what an upload carries: the parameter that it is for, its name for people, and its content.
type file struct {
	field, name string
	bytes       []byte
}

// upload is a call with a file.
func upload[T any](ctx context.Context, c *client, method string, p params, f file) (T, error) {
	return ask[T](ctx, c, method, p, func(api *tgbotapi.BotAPI, fields tgbotapi.Params) (*tgbotapi.APIResponse, error) {
		return api.UploadFiles(method, fields, []tgbotapi.RequestFile{
			{Name: f.field, Data: tgbotapi.FileBytes{Name: f.name, Bytes: f.bytes}},
		})
	})
}

// ask makes one request of the library under ctx, which the library knows nothing of.
func ask[T any](
	ctx context.Context, c *client, method string, p params,
	request func(*tgbotapi.BotAPI, tgbotapi.Params) (*tgbotapi.APIResponse, error),
) (T, error) {
	var result, none T
	fields, err := p.encode()
	if err != nil {
		return none, fmt.Errorf("%s: %w", method, err)
	}
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	trip := &courier{ctx: ctx, http: c.http}
	leave, err := c.pace.enter(ctx, method, p)
	if errors.Is(err, bot.ErrNoRoom) {
		return none, err
	}
	if err != nil {
		return none, c.lost(method, trip, err)
	}
	api := c.api()
	api.Client = trip
	answer, err := request(&api, fields)
	if err != nil {
		err = c.failed(method, trip, answer, err)
	}
	leave(trip.status != 0, err)
	if err != nil {
		return none, err
	}
	if err := json.Unmarshal(answer.Result, &result); err != nil {
		return none, c.lost(method, trip, fmt.Errorf("read the result: %w", err))
	}
	return result, nil
}

// failed says what became of a request that the library has an error for.
func (c *client) failed(method string, trip *courier, answer *tgbotapi.APIResponse, err error) error {
	refused, ok := errors.AsType[*tgbotapi.Error](err)
	if !ok {
		return c.lost(method, trip, err)
	}
	if answer.ErrorCode == 0 && refused.Message == "" {
		return c.lost(method, trip, errors.New("what answered is no Bot API"))
	}
	return &apiError{
		Method: method,
		// The library forgets the code of an upload.
		Status:      cmp.Or(answer.ErrorCode, trip.status),
		Description: c.hide(refused.Message),
		RetryAfter:  time.Duration(min(max(refused.RetryAfter, 0), 24*60*60)) * time.Second,
		MigrateTo:   refused.MigrateToChatID,
	}
}

func (c *client) lost(method string, trip *courier, err error) *lostError {
	return &lostError{Method: method, Host: c.host, Status: trip.status, Sent: trip.mayHaveArrived(err), Err: c.clean(err)}
}

// clean is an error without the address of the request, for the token is in it.
func (c *client) clean(err error) error {
	for {
		addressed, ok := errors.AsType[*url.Error](err)
		if !ok || addressed.Err == nil {
			break
		}
		err = addressed.Err
	}
	if text := err.Error(); c.hide(text) != text {
		return errors.New(c.hide(text))
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF // an empty answer; "EOF" means nothing to whoever reads it
	}
	return err
}

// tidyBody replaces the body of an answer by all of it, in memory, and closes it.
func tidyBody(r *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostAnswer+1))
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if len(body) > mostAnswer {
		return errors.New("read the answer: it is longer than 16 MiB")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}
