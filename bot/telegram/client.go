// Package telegram is Telegram as a messenger: private chats, groups with and without topics, and channels, over the Bot API.
package telegram

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// officialAPI is where Telegram itself answers.
const officialAPI = "https://api.telegram.org"

// maxAnswer bounds what is read of an answer, in bytes; a hundred updates are well below it.
const maxAnswer = 16 << 20

// client calls the Bot API. The library, which is of its version 5.5, forms the requests and reads the envelope of the answers;
// what it lacks, a context, the status of an answer, a bound, and silence about the token, is here.
type client struct {
	token    string
	endpoint string // with places for the token and the method
	host     string
	http     *http.Client
}

func newClient(token, apiURL string, httpClient *http.Client) (*client, error) {
	base, err := url.Parse(strings.TrimRight(cmp.Or(apiURL, officialAPI), "/"))
	switch {
	case err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil:
		return nil, errors.New("telegram.api_url is no address of a Bot API server")
	case token == "" || strings.ContainsAny(token, "/?#% "):
		return nil, errors.New("telegram.token is none that @BotFather gives")
	}
	if httpClient == nil {
		httpClient = &http.Client{}
	}
	return &client{
		token: token, endpoint: strings.ReplaceAll(base.String(), "%", "%%") + "/bot%s/%s", host: base.Host, http: httpClient,
	}, nil
}

// Format writes no token, whatever prints a client.
func (c *client) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "client of "+c.host) // fmt has nowhere to report an error to
}

// params are the parameters of a call: texts, numbers and truths as they are, all else as JSON. What is empty is left out.
type params map[string]any

// encoded are the parameters as they travel.
func (p params) encoded() (tgbotapi.Params, error) {
	all := tgbotapi.Params{}
	for name, value := range p {
		switch v := value.(type) {
		case nil:
		case string:
			all.AddNonEmpty(name, v)
		case bool:
			all.AddBool(name, v)
		case int:
			all.AddNonZero(name, v)
		case int64:
			all.AddNonZero64(name, v)
		default:
			if err := all.AddInterface(name, v); err != nil {
				return nil, fmt.Errorf("encode %s: %w", name, err)
			}
		}
	}
	return all, nil
}

// call calls a method and reads what it returns. Its errors are *apiError, which Telegram has answered, and *lostError.
func call[T any](ctx context.Context, c *client, method string, p params) (T, error) {
	encoded, err := p.encoded()
	if err != nil {
		var none T
		return none, err
	}
	return answer[T](ctx, c, method, func(api *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error) { return api.MakeRequest(method, encoded) })
}

// upload is call with a file beside the parameters.
func upload[T any](ctx context.Context, c *client, method string, p params, field, name string, data []byte) (T, error) {
	encoded, err := p.encoded()
	if err != nil {
		var none T
		return none, err
	}
	file := tgbotapi.RequestFile{Name: field, Data: tgbotapi.FileBytes{Name: name, Bytes: data}}
	return answer[T](ctx, c, method, func(api *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error) {
		return api.UploadFiles(method, encoded, []tgbotapi.RequestFile{file})
	})
}

// answer makes a request and reads its result.
func answer[T any](ctx context.Context, c *client, method string, request func(api *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error)) (T, error) {
	var result T
	round := &round{ctx: ctx, http: c.http}
	api := &tgbotapi.BotAPI{Token: c.token, Client: round}
	api.SetAPIEndpoint(c.endpoint)
	response, err := request(api)
	if err == nil {
		err = json.Unmarshal(response.Result, &result)
	}
	if err == nil {
		return result, nil
	}
	return result, c.failure(method, round, err)
}

// failure tells what Telegram has answered from no answer at all.
func (c *client) failure(method string, r *round, err error) error {
	status := int(r.status.Load())
	if said, ok := errors.AsType[*tgbotapi.Error](err); ok {
		return &apiError{
			Method: method, Status: cmp.Or(said.Code, status), Description: said.Message,
			RetryAfter: seconds(said.RetryAfter), MigrateTo: said.MigrateToChatID,
		}
	}
	return &lostError{Method: method, Status: status, Sent: r.sent.Load(), Err: c.silenced(err)}
}

// silenced is an error without a trace of the token: what it is made of may hold addresses.
func (c *client) silenced(err error) error {
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, ended) {
			return ended
		}
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		err = lost.Err // its address holds the token
	}
	said := err.Error()
	_, secret, _ := strings.Cut(c.token, ":")
	for _, part := range []string{c.token, url.PathEscape(c.token), url.QueryEscape(c.token), secret} {
		if part != "" {
			said = strings.ReplaceAll(said, part, "***")
		}
	}
	return errors.New(said)
}

// round is one request: it brings the context that the library lacks, and notes what the library loses.
type round struct {
	ctx    context.Context //nolint:containedctx // the library makes the request, and has no place for one
	http   *http.Client
	status atomic.Int64
	sent   atomic.Bool // the request may have reached the server
}

// Do implements the library's HTTPClient.
func (r *round) Do(req *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { r.sent.Store(true) },
		WroteHeaders: func() { r.sent.Store(true) },
	}
	req = req.WithContext(httptrace.WithClientTrace(r.ctx, trace))
	req.Header.Set("User-Agent", "boardcast")
	response, err := r.http.Do(req) //nolint:gosec // the address is the operator's own setting
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // so that nobody goes on writing it
		}
		return nil, err
	}
	r.sent.Store(true)
	r.status.Store(int64(response.StatusCode))
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// statusName is a status as people look it up.
func statusName(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }
