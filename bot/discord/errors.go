package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"boardcast/bot"
)

// apiError is an answer of Discord's that says no.
type apiError struct {
	Method  string
	Status  int    // of HTTP
	Code    int    // Discord's own, 0 if it gives none
	Message string // for people who write programs
	Detail  string // which field is wrong, and why; may be empty
	After   time.Duration
	Global  bool // it is too much of everything
}

func (e *apiError) Error() string {
	said := fmt.Sprintf("%s: %d %s", e.Method, e.Status, e.Message)
	if e.Code != 0 {
		said += fmt.Sprintf(" (code %d)", e.Code)
	}
	if e.Detail != "" {
		said += ": " + e.Detail
	}
	return said
}

// lostError says that there was no answer that could be read.
type lostError struct {
	Method string
	Host   string
	Status int  // of HTTP; 0 if nothing answered
	Sent   bool // what was asked may have been done; if not, it certainly was not
	Err    error
}

func (e *lostError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s: no answer that could be read (HTTP %d): %v", e.Method, e.Status, e.Err)
	}
	return fmt.Sprintf("%s: no answer: %v", e.Method, e.Err)
}

// Unwrap returns what hid the answer.
func (e *lostError) Unwrap() error { return e.Err }

// What Discord says by its codes, as far as it is more than that something is wrong.
const (
	codeUnknownChannel     = 10003
	codeUnknownGuild       = 10004
	codeUnknownMember      = 10007
	codeUnknownMessage     = 10008
	codeUnknownUser        = 10013
	codeUnknownWebhook     = 10015 // of an interaction: nothing can be said any more
	codeUnknownInteraction = 10062
	codeUnknownEvent       = 10070
	codeOldEdits           = 30046 // too many edits of a message older than an hour
	codeCrossposted        = 40033
	codeAcknowledged       = 40060
	codeMissingAccess      = 50001
	codeNotToUser          = 50007
	codeTokenExpired       = 50027 // of an interaction, after a quarter of an hour
	codeMissingPermissions = 50013
	codeArchived           = 50083 // a thread in which nothing can be changed until it is opened again
	codeNoHistory          = 160002
)

// hasCode reports whether an error is Discord's no of a kind.
func hasCode(err error, codes ...int) bool {
	answer, ok := errors.AsType[*apiError](err)
	return ok && slices.Contains(codes, answer.Code)
}

// revoked reports whether the bot's token is none, or none any more.
func (e *apiError) revoked() bool {
	return e.Status == http.StatusUnauthorized && e.Code != codeTokenExpired
}

// isTooLate reports whether an interaction cannot be answered any more.
func isTooLate(err error) bool {
	return hasCode(err, codeUnknownInteraction, codeUnknownWebhook, codeTokenExpired)
}

// sendError is what a Sender returns for an error of a call: one of bot's own.
func sendError(err error) error {
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*bot.RetryError](err); ok {
		return limited
	}
	if lost, ok := errors.AsType[*lostError](err); ok && lost.Sent {
		return &bot.UnknownError{Err: err}
	}
	answer, ok := errors.AsType[*apiError](err)
	if !ok {
		return &bot.RetryError{Err: err}
	}
	switch {
	case answer.Status == http.StatusTooManyRequests:
		return &bot.RetryError{After: answer.After, Err: err}
	case answer.revoked():
		return &bot.RetryError{Err: err} // nothing can be sent until somebody mends it: an outage
	case hasCode(err, codeUnknownChannel, codeUnknownGuild, codeUnknownUser, codeMissingAccess, codeNotToUser):
		return fmt.Errorf("%w: %w", bot.ErrGone, err)
	case answer.Code == codeOldEdits:
		return &bot.RetryError{After: time.Hour, Err: err}
	case answer.Status >= http.StatusInternalServerError:
		return &bot.UnknownError{Err: err}
	case answer.Code == 0: // it is the address of the API that is wrong, or what stands before it: nothing was said of the message
		return &bot.RetryError{Err: err}
	}
	return &bot.RefusedError{Why: refusedWhy(answer)}
}

// passing reports whether an error of a call may pass by itself, and after how long at the earliest.
func passing(err error) (after time.Duration, passes bool) {
	err = sendError(err)
	if retry, again := errors.AsType[*bot.RetryError](err); again {
		return retry.After, true
	}
	_, unknown := errors.AsType[*bot.UnknownError](err)
	return 0, unknown
}

// refusedWhy is Discord's reason as moderators read it.
func refusedWhy(answer *apiError) string {
	if answer.Detail != "" {
		return answer.Message + ": " + answer.Detail
	}
	return answer.Message
}

// explain says in a sentence, for whoever runs the program, what is the matter and what to do about it.
func explain(err error) string {
	if lost, ok := errors.AsType[*lostError](err); ok {
		return explainLost(lost)
	}
	if errors.Is(err, bot.ErrNoRoom) {
		return "Discord's limits leave no room for this now; boardcast goes on as soon as they do"
	}
	answer, ok := errors.AsType[*apiError](err)
	if !ok {
		return err.Error()
	}
	switch {
	case answer.revoked():
		return "the token is wrong or was reset; get a new one in the developer portal (Bot, Reset Token) and set discord.token"
	case answer.Status == http.StatusTooManyRequests:
		return "this bot asked Discord for too much; boardcast goes on as soon as it may"
	case answer.Status >= http.StatusInternalServerError:
		return fmt.Sprintf("Discord has trouble of its own (%d %s); boardcast goes on trying", answer.Status, answer.Message)
	}
	return answer.Error()
}

func explainLost(lost *lostError) string {
	switch {
	case lost.Status >= http.StatusInternalServerError:
		return fmt.Sprintf("%s is up but does not serve (HTTP %d); boardcast goes on trying", lost.Host, lost.Status)
	case lost.Status != 0:
		return fmt.Sprintf("nothing answers as Discord's API at discord.api_url: is the address right? (%s, HTTP %d)", lost.Host, lost.Status)
	}
	return fmt.Sprintf("cannot reach %s: %s; is the network up, is discord.api_url right?", lost.Host, bot.NetworkTrouble(lost.Err))
}

// isEnded reports whether an error is only that of a context that has ended.
func isEnded(err error) bool { return errors.Is(err, context.Canceled) }
