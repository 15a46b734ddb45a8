package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"boardcast/bot"
)

// outcome is what a sender's error means, in a few words.
func outcome(err error) string {
	var retry *bot.RetryError
	var refused *bot.RefusedError
	var unknown *bot.UnknownError
	switch {
	case err == nil:
		return "nil"
	case errors.Is(err, bot.ErrGone):
		return "gone"
	case errors.As(err, &refused):
		return "refused " + refused.Why
	case errors.As(err, &unknown):
		return "unknown"
	case errors.As(err, &retry):
		return fmt.Sprint("retry ", retry.After)
	}
	return "none of bot's"
}

func TestWhatACallReturnedIsWhatASenderReturns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, "nil"},
		{errors.New("keep the line of a button"), "retry 0s"},
		{&bot.RetryError{After: 3 * time.Second, Err: bot.ErrNoRoom}, "retry 3s"},
		{&apiError{Status: 404, Code: 10003, Message: "Unknown Channel"}, "gone"},
		{&apiError{Status: 404, Code: 10004, Message: "Unknown Guild"}, "gone"},
		{&apiError{Status: 403, Code: 50001, Message: "Missing Access"}, "gone"},
		{&apiError{Status: 403, Code: 50007, Message: "Cannot send messages to this user"}, "gone"},
		{&apiError{Status: 404, Code: 10013, Message: "Unknown User"}, "gone"},
		{&apiError{Status: 403, Code: 50013, Message: "Missing Permissions"}, "refused Missing Permissions"},
		{&apiError{Status: 400, Code: 50083, Message: "Thread is archived"}, "refused Thread is archived"},
		{&apiError{Status: 400, Code: 50035, Message: "Invalid Form Body", Detail: "content: too long"}, "refused Invalid Form Body: content: too long"},
		{&apiError{Status: 413, Code: 40005, Message: "Request entity too large"}, "refused Request entity too large"},
		{&apiError{Status: 404, Code: 10015, Message: "Unknown Webhook"}, "refused Unknown Webhook"},
		{&apiError{Status: 401, Code: 50027, Message: "Invalid Webhook Token"}, "refused Invalid Webhook Token"},
		{&apiError{Status: 400, Code: 30046, Message: "Maximum number of edits"}, "retry 1h0m0s"},
		{&apiError{Status: 429, Message: "You are being rate limited.", After: 9 * time.Second}, "retry 9s"},
		{&apiError{Status: 429, Code: 30046, Message: "Maximum number of edits", After: 9 * time.Second}, "retry 9s"},
		{&apiError{Status: 401, Message: "401: Unauthorized"}, "retry 0s"},
		{&apiError{Status: 404, Message: "404: Not Found"}, "retry 0s"},
		{&apiError{Status: 405, Message: "405: Method Not Allowed"}, "retry 0s"},
		{&apiError{Status: 500, Message: "500: Internal Server Error"}, "unknown"},
		{&apiError{Status: 503, Code: 130000, Message: "API resource is currently overloaded."}, "unknown"},
		{&lostError{Err: context.Canceled}, "retry 0s"},
		{&lostError{Err: context.DeadlineExceeded, Sent: true}, "unknown"},
		{&lostError{Err: errReset, Status: 502, Sent: true}, "unknown"},
		{&lostError{Err: errReset, Status: 404}, "retry 0s"},
	} {
		if got := outcome(sendError(c.err)); got != c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
		if c.err == nil {
			continue
		}
		if answer, ok := errors.AsType[*apiError](c.err); ok && !strings.Contains(sendError(c.err).Error(), answer.Message) {
			t.Errorf("%v: what Discord said is lost: %v", c.err, sendError(c.err))
		}
		if got := outcome(sendError(fmt.Errorf("send: %w", c.err))); got != c.want {
			t.Errorf("%v, wrapped: got %q, want %q", c.err, got, c.want)
		}
	}
}

func TestWhoeverRunsTheProgramIsToldWhatIsTheMatter(t *testing.T) {
	t.Parallel()
	const host = "bot.test:8081"
	for _, c := range []struct {
		err  error
		want string
	}{
		{
			&apiError{Method: "GET", Status: 401, Message: "401: Unauthorized"},
			"the token is wrong or was reset; get a new one in the developer portal (Bot, Reset Token) and set discord.token",
		},
		{&apiError{Method: "PATCH", Status: 401, Code: 50027, Message: "Invalid Webhook Token"}, "PATCH: 401 Invalid Webhook Token (code 50027)"},
		{&apiError{Method: "PUT", Status: 400, Code: 50035, Message: "Invalid Form Body", Detail: "0.name: no"}, "PUT: 400 Invalid Form Body (code 50035): 0.name: no"},
		{&apiError{Method: "GET", Status: 404, Message: "404: Not Found"}, "GET: 404 404: Not Found"},
		{&apiError{Status: 429, Message: "You are being rate limited."}, "this bot asked Discord for too much; boardcast goes on as soon as it may"},
		{&apiError{Status: 500, Message: "Internal Server Error"}, "Discord has trouble of its own (500 Internal Server Error); boardcast goes on trying"},
		{&bot.RetryError{After: 3500 * time.Millisecond, Err: bot.ErrNoRoom}, "Discord's limits leave no room for this now; boardcast goes on as soon as they do"},
		{&lostError{Host: host, Status: 404, Err: errReset}, "nothing answers as Discord's API at discord.api_url: is the address right? (bot.test:8081, HTTP 404)"},
		{&lostError{Host: host, Status: 502, Sent: true, Err: errReset}, "bot.test:8081 is up but does not serve (HTTP 502); boardcast goes on trying"},
		{
			&lostError{Host: host, Err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}},
			"cannot reach bot.test:8081: connection refused; is the network up, is discord.api_url right?",
		},
		{
			&lostError{Host: host, Err: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "bot.test", IsNotFound: true}}},
			"cannot reach bot.test:8081: its name is not known; is the network up, is discord.api_url right?",
		},
		{
			&lostError{Host: host, Err: context.DeadlineExceeded},
			"cannot reach bot.test:8081: no answer in time; is the network up, is discord.api_url right?",
		},
		{errors.New("something else"), "something else"},
	} {
		if got := explain(c.err); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
