package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"boardcast/bot"
)

// apiError is what Telegram has answered instead of a result: nothing was done.
type apiError struct {
	Method      string
	Status      int // as of HTTP
	Description string
	RetryAfter  time.Duration
	MigrateTo   int64 // the number that the chat has now
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.Method, e.Status, e.Description)
}

// lostError says that there was no answer, or none that can be understood. With Sent the request may have been taken.
type lostError struct {
	Method string
	Status int // 0: there was no answer
	Sent   bool
	Err    error // without a trace of the token
}

func (e *lostError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s: %s, which is no answer of a Bot API: %v", e.Method, statusName(e.Status), e.Err)
	}
	return fmt.Sprintf("%s: no answer: %v", e.Method, e.Err)
}

// Unwrap returns why there was none.
func (e *lostError) Unwrap() error { return e.Err }

// migratedError says that a group has become a supergroup with another number.
type migratedError struct{ To int64 }

func (e *migratedError) Error() string { return fmt.Sprintf("the group is a supergroup now, %d", e.To) }

// What a message cannot be sent or edited for, and what the adapter knows how to go on from.
var (
	errThreadGone  = errors.New("the topic is gone")
	errNotEditable = errors.New("the message cannot be edited")
)

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// sendError turns what came of sending or editing a message into one of bot's errors, or one that the adapter deals with: a
// migratedError, errThreadGone or errNotEditable. That a message says already what it was to say is no error.
func sendError(err error) error {
	if lost, ok := errors.AsType[*lostError](err); ok {
		switch {
		case lost.Status >= http.StatusBadRequest && lost.Status < http.StatusInternalServerError:
			return &bot.RetryError{Err: lost} // it did not come to Telegram
		case lost.Sent:
			return &bot.UnknownError{Err: lost}
		}
		return &bot.RetryError{Err: lost}
	}
	said, ok := errors.AsType[*apiError](err)
	if !ok {
		return err
	}
	switch {
	case said.MigrateTo != 0:
		return &migratedError{To: said.MigrateTo}
	case said.Status == http.StatusTooManyRequests:
		return &bot.RetryError{After: max(said.RetryAfter, time.Second), Err: said}
	case said.Status == http.StatusUnauthorized, said.Status == http.StatusNotFound, said.Status >= http.StatusInternalServerError:
		return &bot.RetryError{Err: said}
	case said.Status == http.StatusForbidden:
		return fmt.Errorf("%w: %w", bot.ErrGone, said)
	}
	return refusal(said)
}

// refusal is what a bad request means, which Telegram says in words alone.
func refusal(said *apiError) error {
	switch {
	case said.says("message is not modified"):
		return nil
	case said.says("message to edit not found", "message can't be edited", "message_id_invalid", "message identifier is not specified"):
		return fmt.Errorf("%w: %w", errNotEditable, said)
	case said.says("message thread not found", "topic_deleted", "topic_id_invalid"):
		return fmt.Errorf("%w: %w", errThreadGone, said)
	case said.says(
		"chat not found", "user is deactivated", "not enough rights", "have no rights to send", "chat_write_forbidden", "topic_closed",
		"bot is not a member", "need administrator rights", "chat_restricted", "peer_id_invalid", "group chat was deactivated",
	):
		return fmt.Errorf("%w: %w", bot.ErrGone, said)
	}
	return &bot.RefusedError{Why: said.Description}
}

// says reports whether the description holds one of some words, in small letters.
func (e *apiError) says(words ...string) bool {
	description := strings.ToLower(e.Description)
	for _, w := range words {
		if strings.Contains(description, w) {
			return true
		}
	}
	return false
}

// explain says to whoever runs the program what is wrong, and what to do about it.
func (c *client) explain(err error) string {
	if lost, ok := errors.AsType[*lostError](err); ok {
		return c.explainLost(lost)
	}
	said, ok := errors.AsType[*apiError](err)
	switch {
	case !ok:
		return err.Error()
	case said.Status == http.StatusUnauthorized:
		return "Telegram does not know this token: it is mistyped or was revoked. Get one from @BotFather (/token) and set telegram.token"
	case said.Status == http.StatusNotFound:
		return "nothing at " + c.host + " answers to this token: telegram.token is mistyped, or telegram.api_url is no Bot API server"
	case said.Status == http.StatusConflict && said.says("webhook"):
		return "a webhook is set for this bot, which keeps updates from being fetched; it is taken away now"
	case said.Status == http.StatusConflict:
		return "another process fetches this bot's updates; stop it, this one goes on trying"
	}
	return said.Error()
}

func (c *client) explainLost(lost *lostError) string {
	switch {
	case lost.Status != 0:
		return c.host + " answers (" + statusName(lost.Status) + "), but not as a Bot API server does: is telegram.api_url right?"
	case errors.Is(lost, context.DeadlineExceeded):
		return c.host + " does not answer in time: is the network up?"
	case !lost.Sent:
		return c.host + " cannot be reached: is the network up, and telegram.api_url right? " + lost.Err.Error()
	}
	return "the connection to " + c.host + " broke off: " + lost.Err.Error()
}
