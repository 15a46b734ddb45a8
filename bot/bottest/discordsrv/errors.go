package discordsrv

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// APIError is an error that the server answers, in Discord's shape.
type APIError struct {
	Status  int
	Code    int // Discord's; 0 is a general one
	Message string
	Errors  object // of 50035: what is wrong, by field

	after  float64 // seconds to wait, of a 429
	global bool
}

func (e *APIError) Error() string { return fmt.Sprintf("%d %s (%d)", e.Status, e.Message, e.Code) }

// MarshalJSON writes the body of the answer.
func (e *APIError) MarshalJSON() ([]byte, error) {
	if e.Status == http.StatusTooManyRequests {
		body := object{"message": e.Message, "retry_after": e.after, "global": e.global}
		if e.Code != 0 {
			body["code"] = e.Code
		}
		return json.Marshal(body)
	}
	body := object{"code": e.Code, "message": e.Message}
	if e.Errors != nil {
		body["errors"] = e.Errors
	}
	return json.Marshal(body)
}

// object is a JSON object.
type object = map[string]any

func refused(status, code int, message string) *APIError {
	return &APIError{Status: status, Code: code, Message: message}
}

// The errors that bots meet.
func unauthorized() *APIError { return refused(http.StatusUnauthorized, 0, "401: Unauthorized") }
func noRoute() *APIError      { return refused(http.StatusNotFound, 0, "404: Not Found") }
func unknownChannel() *APIError {
	return refused(http.StatusNotFound, 10003, "Unknown Channel")
}
func unknownGuild() *APIError   { return refused(http.StatusNotFound, 10004, "Unknown Guild") }
func unknownMember() *APIError  { return refused(http.StatusNotFound, 10007, "Unknown Member") }
func unknownMessage() *APIError { return refused(http.StatusNotFound, 10008, "Unknown Message") }
func unknownUser() *APIError    { return refused(http.StatusNotFound, 10013, "Unknown User") }
func unknownWebhook() *APIError { return refused(http.StatusNotFound, 10015, "Unknown Webhook") }
func unknownInteraction() *APIError {
	return refused(http.StatusNotFound, 10062, "Unknown interaction")
}

func alreadyAcknowledged() *APIError {
	return refused(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
}
func missingAccess() *APIError { return refused(http.StatusForbidden, 50001, "Missing Access") }

func cannotSendToUser() *APIError {
	return refused(http.StatusForbidden, 50007, "Cannot send messages to this user")
}

func emptyMessage() *APIError {
	return refused(http.StatusBadRequest, 50006, "Cannot send an empty message")
}

func missingPermissions() *APIError {
	return refused(http.StatusForbidden, 50013, "Missing Permissions")
}

func threadArchived() *APIError {
	return refused(http.StatusBadRequest, 50083, "Thread is archived")
}

// overloaded is the answer about a guild that is unavailable.
func overloaded() *APIError {
	return refused(http.StatusServiceUnavailable, 130000, "API resource is currently overloaded. Try again a little later")
}

func tooLarge() *APIError {
	return refused(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
}

// problems are what is wrong with the fields of a request.
type problems struct {
	errors object
}

// add notes what is wrong with a field, given by its path: "embeds.0.title".
func (p *problems) add(path, code, format string, args ...any) {
	if p.errors == nil {
		p.errors = object{}
	}
	here := p.errors
	for part := range strings.SplitSeq(path, ".") {
		if part == "" {
			continue
		}
		deeper, ok := here[part].(object)
		if !ok {
			deeper = object{}
			here[part] = deeper
		}
		here = deeper
	}
	before, ok := here["_errors"].([]object)
	if !ok {
		before = nil
	}
	here["_errors"] = append(before, object{"code": code, "message": fmt.Sprintf(format, args...)})
}

// err is the answer that tells of all problems, nil if there are none.
func (p *problems) err() error {
	if p.errors == nil {
		return nil
	}
	return &APIError{Status: http.StatusBadRequest, Code: 50035, Message: "Invalid Form Body", Errors: p.errors}
}

// invalid is the answer to one problem.
func invalid(path, code, format string, args ...any) error {
	var p problems
	p.add(path, code, format, args...)
	return p.err()
}

// longest notes a text that is too long.
func (p *problems) longest(path, text string, most int) {
	if length(text) > most {
		p.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", most)
	}
}

// filled notes a text that is empty or too long.
func (p *problems) filled(path, text string, most int) {
	if text == "" {
		p.required(path)
		return
	}
	p.counted(path, length(text), most)
}

// counted notes that there are none or too many.
func (p *problems) counted(path string, n, most int) {
	if n < 1 || n > most {
		p.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", most)
	}
}

func (p *problems) required(path string) {
	p.add(path, "BASE_TYPE_REQUIRED", "This field is required")
}

// join is a path with one more step.
func join(path string, steps ...any) string {
	for _, step := range steps {
		var text string
		switch step := step.(type) {
		case int:
			text = strconv.Itoa(step)
		case string:
			text = step
		default:
			panic(fmt.Sprintf("discordsrv: %v is no step of a path", step))
		}
		if path != "" {
			path += "."
		}
		path += text
	}
	return path
}
