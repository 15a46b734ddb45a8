package telegram

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

// outcome says in a word what a Sender would return.
func outcome(err error) string {
	retry, again := errors.AsType[*bot.RetryError](err)
	refused, no := errors.AsType[*bot.RefusedError](err)
	_, unknown := errors.AsType[*bot.UnknownError](err)
	moved, away := errors.AsType[*migratedError](err)
	switch {
	case err == nil:
		return "nil"
	case errors.Is(err, bot.ErrGone):
		return "gone"
	case errors.Is(err, errThreadGone):
		return "thread gone"
	case errors.Is(err, errNotEditable):
		return "not editable"
	case again:
		return fmt.Sprint("retry ", retry.After)
	case no:
		return "refused " + refused.Why
	case unknown:
		return "unknown"
	case away:
		return fmt.Sprint("migrated ", moved.To)
	}
	return "as it is"
}

func TestWhatAMethodOfSendingReturnedIsWhatASenderReturns(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, "nil"},
		{errors.New("encode text"), "as it is"},
		{&apiError{Status: 403, Description: "Forbidden: bot was blocked by the user"}, "gone"},
		{&apiError{Status: 403, Description: "Forbidden: bot was kicked from the supergroup chat"}, "gone"},
		{&apiError{Status: 403, Description: "Forbidden: bot is not a member of the channel chat"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: chat not found"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: user is deactivated"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: group chat was deactivated"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: PEER_ID_INVALID"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: CHANNEL_PRIVATE"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: not enough rights to send text messages to the chat"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: have no rights to send a message"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: CHAT_WRITE_FORBIDDEN"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: CHAT_RESTRICTED"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: bot is not a member of the supergroup chat"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: need administrator rights in the channel chat"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: TOPIC_CLOSED"}, "gone"},
		{&apiError{Status: 400, Description: "Bad Request: TOPIC_DELETED"}, "thread gone"},
		{&apiError{Status: 400, Description: "Bad Request: message thread not found"}, "thread gone"},
		{&apiError{Status: 400, Description: "Bad Request: message is not modified: specified new message content"}, "nil"},
		{&apiError{Status: 400, Description: "Bad Request: message to edit not found"}, "not editable"},
		{&apiError{Status: 400, Description: "Bad Request: message can't be edited"}, "not editable"},
		{&apiError{Status: 400, Description: "Bad Request: MESSAGE_ID_INVALID"}, "not editable"},
		{&apiError{Status: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -1009}, "migrated -1009"},
		{
			&apiError{Status: 400, Description: "Bad Request: not enough rights to send photos to the chat"},
			"refused Bad Request: not enough rights to send photos to the chat",
		},
		{&apiError{Status: 400, Description: "Bad Request: message is too long"}, "refused Bad Request: message is too long"},
		{&apiError{Status: 413, Description: "Request Entity Too Large"}, "refused Request Entity Too Large"},
		{&apiError{Status: 429, Description: "Too Many Requests", RetryAfter: 9 * time.Second}, "retry 9s"},
		{&apiError{Status: 429, Description: "Too Many Requests"}, "retry 0s"},
		{&apiError{Status: 401, Description: "Unauthorized"}, "retry 0s"},
		{&apiError{Status: 404, Description: "Not Found"}, "retry 0s"},
		{&apiError{Status: 409, Description: "Conflict"}, "retry 0s"},
		{&apiError{Status: 500, Description: "Internal Server Error"}, "unknown"},
		{&apiError{Status: 503, Description: "Service Unavailable"}, "unknown"},
		{&apiError{Status: 502, Description: "Bad Gateway"}, "unknown"},
		{&apiError{Status: 504, Description: "Gateway Timeout"}, "unknown"},
		{&apiError{Status: 200, Description: "odd"}, "retry 0s"},
		{&lostError{Err: context.Canceled}, "retry 0s"},
		{&lostError{Err: context.DeadlineExceeded, Sent: true}, "unknown"},
		{&lostError{Err: errReset, Status: 502, Sent: true}, "unknown"},
		{&lostError{Err: errReset, Status: 404}, "retry 0s"},
		{&lostError{Err: errReset, Status: 301}, "retry 0s"},
	} {
		if got := outcome(sendError(c.err)); got != c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
		if c.err == nil || c.want == "nil" || strings.HasPrefix(c.want, "migrated") {
			continue
		}
		if answer, ok := errors.AsType[*apiError](c.err); ok && !strings.Contains(sendError(c.err).Error(), answer.Description) {
			t.Errorf("%v: what Telegram said is lost: %v", c.err, sendError(c.err))
		}
		if got := outcome(sendError(fmt.Errorf("send: %w", c.err))); got != c.want {
			t.Errorf("%v, wrapped: got %q, want %q", c.err, got, c.want)
		}
	}
}

func TestWhoeverRunsTheProgramIsToldWhatIsTheMatter(t *testing.T) {
	const host = "bot.test:8081"
	for _, c := range []struct {
		err  error
		want string
	}{
		{
			&apiError{Method: "getMe", Status: 401, Description: "Unauthorized"},
			"the token is wrong or was revoked; get a new one from @BotFather (/token) and set telegram.token",
		},
		{&apiError{Method: "getMe", Status: 404, Description: "Not Found"}, noAPIThere},
		{&apiError{Method: "getUpdates", Status: 404, Description: "Not Found"}, noAPIThere},
		{&apiError{Method: "setMyCommands", Status: 404, Description: "Not Found"}, "setMyCommands: 404 Not Found"},
		{&lostError{Host: host, Status: 404, Err: errReset}, noAPIThere + " (bot.test:8081, HTTP 404)"},
		{&lostError{Host: host, Status: 502, Sent: true, Err: errReset}, "bot.test:8081 is up but does not serve (HTTP 502); boardcast goes on trying"},
		{
			&lostError{Host: host, Err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}},
			"cannot reach bot.test:8081: connection refused; is the network up, is telegram.api_url right?",
		},
		{
			&lostError{Host: host, Err: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "bot.test", IsNotFound: true}}},
			"cannot reach bot.test:8081: its name is not known; is the network up, is telegram.api_url right?",
		},
		{
			&lostError{Host: host, Err: context.DeadlineExceeded},
			"cannot reach bot.test:8081: no answer in time; is the network up, is telegram.api_url right?",
		},
		{
			&lostError{Host: host, Err: &net.OpError{Op: "read", Source: &net.TCPAddr{Port: 4711}, Err: os.NewSyscallError("read", syscall.ECONNRESET)}},
			"cannot reach bot.test:8081: read: connection reset by peer; is the network up, is telegram.api_url right?",
		},
		{
			&apiError{Status: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"},
			"another process reads this bot's updates; stop it; boardcast goes on trying",
		},
		{
			&apiError{Status: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"},
			"a webhook is set, and while it is, Telegram gives this bot's updates to nobody who asks; boardcast deletes it",
		},
		{&apiError{Status: 429, Description: "Too Many Requests"}, "this bot asked Telegram for too much; boardcast goes on as soon as it may"},
		{&apiError{Status: 500, Description: "Internal Server Error"}, "Telegram has trouble of its own (500 Internal Server Error); boardcast goes on trying"},
		{errors.New("something else"), "something else"},
	} {
		if got := explain(c.err); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
