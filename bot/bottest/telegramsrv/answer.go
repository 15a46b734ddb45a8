package telegramsrv

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// APIError is an error that the server answers, in the shape of the Bot API.
type APIError struct {
	Code        int
	Description string // with its "Bad Request: "
	RetryAfter  int    // seconds, if not 0
	MigrateTo   int64  // the chat that came of the group, if not 0
}

func (e *APIError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Description) }

// MarshalJSON writes the body of the answer.
func (e *APIError) MarshalJSON() ([]byte, error) {
	body := object{"ok": false, "error_code": e.Code, "description": e.Description}
	switch {
	case e.RetryAfter != 0:
		body["parameters"] = object{"retry_after": e.RetryAfter}
	case e.MigrateTo != 0:
		body["parameters"] = object{"migrate_to_chat_id": e.MigrateTo}
	}
	return json.Marshal(body)
}

// object is a JSON object.
type object = map[string]any

func badRequest(format string, args ...any) error {
	return &APIError{Code: http.StatusBadRequest, Description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(why string) error {
	return &APIError{Code: http.StatusForbidden, Description: "Forbidden: " + why}
}

func conflict(why string) error {
	return &APIError{Code: http.StatusConflict, Description: "Conflict: " + why}
}

func notFound(why string) error {
	return &APIError{Code: http.StatusNotFound, Description: "Not Found" + why}
}

// reply is what goes back to a client.
type reply struct {
	status int
	kind   string // the Content-Type
	body   []byte
	gone   error // no answer: the connection broke, in this way
	cut    bool  // the connection breaks in the middle of it
}

// half is the first half of the body.
func (r reply) half() []byte { return r.body[:len(r.body)/2] }

// rawJSON is an answer that is written as it stands, valid or not.
type rawJSON []byte

func answered(result any, err error) reply {
	if err != nil {
		return failed(err)
	}
	if raw, ok := result.(rawJSON); ok {
		return reply{status: http.StatusOK, kind: "application/json", body: bytes.Join([][]byte{[]byte(`{"ok":true,"result":`), raw, []byte("}")}, nil)}
	}
	return written(http.StatusOK, object{"ok": true, "result": result})
}

func failed(err error) reply {
	var e *APIError
	if !errors.As(err, &e) {
		e = &APIError{Code: http.StatusInternalServerError, Description: "Internal Server Error: " + err.Error()}
	}
	return written(e.Code, e)
}

func written(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("telegramsrv: an answer that is no JSON: %v", err))
	}
	return reply{status: status, kind: "application/json", body: body}
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := s.serve(r)
	if answer.gone != nil {
		// The one way to break a connection from a handler: net/http keeps quiet about it.
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", answer.kind)
	if answer.cut {
		w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
		_, _ = w.Write(answer.half())
		_ = http.NewResponseController(w).Flush() // so that the half arrives
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// serve answers a request, over a socket or without one.
func (s *Server) serve(r *http.Request) reply {
	token, method, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || !strings.HasPrefix(r.URL.Path, "/bot") {
		return failed(notFound(""))
	}
	if token != s.cfg.Token {
		return failed(&APIError{Code: http.StatusUnauthorized, Description: "Unauthorized"})
	}
	p, err := readParams(r)
	if err != nil {
		return failed(err)
	}
	at := s.begin(method, p)
	f := s.fault(method, p)
	answer := f.spoil(r.Context(), func() reply { return s.do(r.Context(), method, p) })
	s.end(at, answer)
	return answer
}

func (s *Server) do(ctx context.Context, method string, p params) reply {
	do, known := s.methods[strings.ToLower(method)]
	if !known {
		return failed(notFound(": method not found"))
	}
	return answered(do(ctx, p))
}

// begin logs that a call came, and returns its place in the log.
func (s *Server) begin(method string, p params) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	s.stats.Calls[method]++
	s.log = append(s.log, Call{At: s.cfg.Now(), Method: method, Params: maps.Clone(p.values)})
	return len(s.log) - 1
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
	call.Code = answer.status
	if answer.status == http.StatusOK {
		return
	}
	s.stats.Errors[answer.status]++
	if answer.status == http.StatusTooManyRequests {
		s.stats.Limited++
	}
	var said struct{ Description string }
	// A gateway's page is no JSON and has no description.
	_ = json.Unmarshal(answer.body, &said)
	call.Description = said.Description
}

func (s Stats) clone() Stats {
	s.Calls, s.Errors = maps.Clone(s.Calls), maps.Clone(s.Errors)
	return s
}
