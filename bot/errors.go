package bot

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of mistake an [Error] is, for programs; people read its sentence.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // it cannot be meant as it was said
	Unknown     Code = "unknown"     // there is no such thing
	Ambiguous   Code = "ambiguous"   // it could mean several things
	Forbidden   Code = "forbidden"   // this person may not
	Conflict    Code = "conflict"    // the state of things is against it
	Limit       Code = "limit"       // too many or too much
	Unavailable Code = "unavailable" // not now; trying again may help
)

// Error is an answer that says why something was not done and what to do instead. Every other error is internal:
// it is logged once, and people are told so without its text.
type Error struct {
	Code Code
	Say  Text
	Try  []Button // the lines that would be right, as buttons
	// Prompt is the line as far as it was right, where the rest of it is asked for; see [Post].
	Prompt string
	// Cause, where it is set, goes to the log; people are not told of it.
	Cause error
}

func (e *Error) Error() string {
	if len(e.Say) > 0 && e.Say[0].Key != "" {
		return string(e.Code) + ": " + e.Say[0].Key
	}
	return string(e.Code)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Because returns the error with its cause.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// NewError is an Error that says a message by its key.
func NewError(code Code, key string, args Args, try ...Button) *Error {
	return &Error{Code: code, Say: Say(key, args), Try: try}
}

// The outcomes of sending that need more than a retry.
var (
	// ErrGone says that the chat is no more, or that the bot may not speak there.
	ErrGone = errors.New("the chat is gone")
)

// MovedError says that the chat has another address now, or, when its place in a chat of several is gone, that it falls back to
// that chat. Nothing was sent.
type MovedError struct {
	To   ChatID
	Gone bool // the place itself is gone
}

func (e *MovedError) Error() string { return "the chat has moved to " + e.To.String() }

// RetryError says that nothing was sent and when it may be tried again.
type RetryError struct {
	After time.Duration // 0: as the sender sees fit
	Err   error
}

func (e *RetryError) Error() string {
	return fmt.Sprintf("not sent, try again after %s: %v", e.After, e.Err)
}

// Unwrap returns why it was not sent.
func (e *RetryError) Unwrap() error { return e.Err }

// RefusedError says that the messenger will never take this post.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return "refused: " + e.Why }

// UnknownError says that nobody knows whether the post was taken.
type UnknownError struct{ Err error }

func (e *UnknownError) Error() string { return "sent or not, nobody knows: " + e.Err.Error() }

// Unwrap returns what hid the outcome.
func (e *UnknownError) Unwrap() error { return e.Err }
