package discordsrv

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// route is a method and a path, and what is done there with the lock held.
type route struct {
	method, pattern string
	limit           limit
	open            bool // needs no authorization, because its token is in the path
	do              func(*request) (any, error)
}

// allRoutes are the routes that the server knows.
func (s *Server) allRoutes() []route {
	return append(s.placeRoutes(), s.applicationRoutes()...)
}

func (s *Server) placeRoutes() []route {
	return []route{
		{http.MethodGet, "gateway", generous, true, s.getGateway},
		{http.MethodGet, "gateway/bot", generous, false, s.getGatewayBot},
		{http.MethodGet, "users/@me", generous, false, s.getMe},
		{http.MethodGet, "users/@me/guilds", generous, false, s.getMyGuilds},
		{http.MethodGet, "users/{user}", generous, false, s.getUser},
		{http.MethodPost, "users/@me/channels", generous, false, s.openDM},
		{http.MethodGet, "channels/{channel}", generous, false, s.getChannel},
		{http.MethodPatch, "channels/{channel}", generous, false, s.patchChannel},
		{http.MethodPost, "channels/{channel}/typing", generous, false, s.trigger},
		{http.MethodGet, "channels/{channel}/messages", generous, false, s.getMessages},
		{http.MethodPost, "channels/{channel}/messages", ofMessages, false, s.createMessage},
		{http.MethodGet, "channels/{channel}/messages/{message}", generous, false, s.getMessage},
		{http.MethodPatch, "channels/{channel}/messages/{message}", ofMessages, false, s.editMessage},
		{http.MethodDelete, "channels/{channel}/messages/{message}", ofDeletes, false, s.deleteMessage},
		{http.MethodPost, "channels/{channel}/messages/{message}/crosspost", ofCrossposts, false, s.crosspost},
		{http.MethodGet, "guilds/{guild}", generous, false, s.getGuild},
		{http.MethodDelete, "users/@me/guilds/{guild}", generous, false, s.leaveGuild},
		{http.MethodGet, "guilds/{guild}/roles", generous, false, s.getRoles},
		{http.MethodGet, "guilds/{guild}/channels", generous, false, s.getChannels},
		{http.MethodGet, "guilds/{guild}/threads/active", generous, false, s.getThreads},
		{http.MethodGet, "guilds/{guild}/members/{user}", generous, false, s.getMember},
		{http.MethodGet, "guilds/{guild}/scheduled-events", generous, false, s.getEvents},
		{http.MethodPost, "guilds/{guild}/scheduled-events", generous, false, s.createEvent},
		{http.MethodGet, "guilds/{guild}/scheduled-events/{event}", generous, false, s.getEvent},
		{http.MethodPatch, "guilds/{guild}/scheduled-events/{event}", generous, false, s.editEvent},
		{http.MethodDelete, "guilds/{guild}/scheduled-events/{event}", generous, false, s.deleteEvent},
	}
}

func (s *Server) applicationRoutes() []route {
	return []route{
		{http.MethodGet, "oauth2/applications/@me", generous, false, s.getApplication},
		{http.MethodGet, "applications/@me", generous, false, s.getApplication},
		{http.MethodGet, "applications/{app}/commands", generous, false, s.getCommands},
		{http.MethodPut, "applications/{app}/commands", generous, false, s.putCommands},
		{http.MethodGet, "applications/{app}/guilds/{guild}/commands", generous, false, s.getCommands},
		{http.MethodPut, "applications/{app}/guilds/{guild}/commands", generous, false, s.putCommands},
		{http.MethodPost, "interactions/{id}/{token}/callback", unlimited, true, s.callback},
		{http.MethodPost, "webhooks/{app}/{token}", ofWebhooks, true, s.followUp},
		{http.MethodGet, "webhooks/{app}/{token}/messages/{message}", ofWebhooks, true, s.getAnswer},
		{http.MethodPatch, "webhooks/{app}/{token}/messages/{message}", ofWebhooks, true, s.editAnswer},
		{http.MethodDelete, "webhooks/{app}/{token}/messages/{message}", ofWebhooks, true, s.deleteAnswer},
	}
}

// match reports whether a path is of a route, and what stands in it.
func (t route) match(method, path string) (map[string]string, bool) {
	parts, given := strings.Split(t.pattern, "/"), strings.Split(path, "/")
	if t.method != method || len(parts) != len(given) {
		return nil, false
	}
	params := map[string]string{}
	for i, part := range parts {
		switch {
		case strings.HasPrefix(part, "{"):
			params[strings.Trim(part, "{}")] = given[i]
		case part != given[i]:
			return nil, false
		}
	}
	return params, true
}

// route is the route of a path, nil if there is none.
func (s *Server) route(method, path string) (*route, map[string]string) {
	for i := range s.routes {
		if params, ok := s.routes[i].match(method, path); ok {
			return &s.routes[i], params
		}
	}
	return nil, map[string]string{}
}

// nothing is the result of what has none: 204.
var nothing = struct{}{}

// reply is what goes back to a client.
type reply struct {
	status int
	header http.Header
	body   []byte
	gone   error // no answer: the connection broke, in this way
	cut    bool  // the connection breaks in the middle of it
}

// half is the first half of the body.
func (r reply) half() []byte { return r.body[:len(r.body)/2] }

// reader reads the body as far as it comes.
func (r reply) reader() io.Reader {
	if r.cut {
		return io.MultiReader(bytes.NewReader(r.half()), broken{})
	}
	return bytes.NewReader(r.body)
}

// broken is what is left to read of a connection that is none any more.
type broken struct{}

// Read implements [io.Reader].
func (broken) Read([]byte) (int, error) {
	return 0, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}

func answered(result any, err error) reply {
	var e *APIError
	switch {
	case errors.As(err, &e):
		return written(e.Status, e)
	case err != nil:
		return written(http.StatusInternalServerError, refused(http.StatusInternalServerError, 0, err.Error()))
	case result == nothing:
		return reply{status: http.StatusNoContent, header: http.Header{}}
	}
	return written(http.StatusOK, result)
}

func written(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("discordsrv: an answer that is no JSON: %v", err))
	}
	return reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Trim(r.URL.Path, "/") == "gateway" {
		s.serveGateway(w, r)
		return
	}
	answer := s.serve(r)
	if answer.gone != nil {
		// The one way to break a connection from a handler: net/http keeps quiet about it.
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), answer.header)
	if answer.cut {
		w.Header().Set("Content-Length", itoa(len(answer.body)))
		_, _ = w.Write(answer.half())
		_ = http.NewResponseController(w).Flush() // so that the half arrives
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// serve answers a request, over a socket or without one.
func (s *Server) serve(r *http.Request) reply {
	path, ok := apiPath(r.URL.Path)
	if !ok {
		return answered(nil, noRoute())
	}
	req, err := readRequest(r)
	if err != nil {
		return answered(nil, err)
	}
	route, params := s.route(r.Method, path)
	req.params = params
	call := Call{Method: r.Method, Path: path, Channel: params["channel"], Body: req.body}
	if route != nil {
		call.Route = route.pattern
	}
	at, fault := s.begin(call)
	answer := fault.spoil(r.Context(), func() reply { return s.do(route, req, r.Header.Get("Authorization")) })
	s.end(at, answer)
	return answer
}

// do does what a call says.
func (s *Server) do(t *route, r *request, authorization string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if s.outage {
		return Unavailable().reply()
	}
	if authorization != "Bot "+s.cfg.Token && (t == nil || !t.open) {
		return answered(nil, unauthorized())
	}
	if t == nil {
		return answered(nil, noRoute())
	}
	header, err := s.allow(t, r)
	if err != nil {
		answer := answered(nil, err)
		maps.Copy(answer.header, header)
		return answer
	}
	answer := answered(t.do(r))
	maps.Copy(answer.header, header)
	return answer
}

// begin logs that a call came, and returns its place in the log and what goes wrong with it.
func (s *Server) begin(call Call) (int, *Fault) {
	s.mu.Lock()
	call.At = s.cfg.Now()
	s.log = append(s.log, call)
	at, hooks := len(s.log)-1, s.hooks
	s.signal()
	s.mu.Unlock()
	for _, hook := range hooks {
		if f := hook(call); f != nil {
			return at, f
		}
	}
	return at, nil
}

// end logs how a call was answered.
func (s *Server) end(at int, answer reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if answer.gone != nil {
		return
	}
	call := &s.log[at]
	call.Status = answer.status
	if answer.status < http.StatusBadRequest {
		return
	}
	var said struct {
		Code    int
		Message string
	}
	// A page of HTML is no JSON and says nothing.
	_ = json.Unmarshal(answer.body, &said)
	call.Code, call.Message = said.Code, said.Message
}

// Transport reaches the server without a socket, whatever host a request names. Everything that waits in it waits on channels, so
// it may be used in a bubble of testing/synctest, by a server that was made in the bubble.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ server *Server }

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	// The caller's request is not to be changed, and its body is read in here.
	answer := t.server.serve(r.Clone(r.Context()))
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	if answer.gone != nil {
		return nil, answer.gone
	}
	return &http.Response{
		Status: itoa(answer.status) + " " + http.StatusText(answer.status), StatusCode: answer.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: answer.header, Request: r,
		Body: io.NopCloser(answer.reader()), ContentLength: int64(len(answer.body)),
	}, nil
}
