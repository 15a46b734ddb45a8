package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// middleware wraps a handler in something that holds for all of them.
type middleware func(next Handler) Handler

// chain wraps a handler so that the first middleware is the outermost.
func chain(h Handler, outermostFirst ...middleware) Handler {
	for _, wrap := range slices.Backward(outermostFirst) {
		h = wrap(h)
	}
	return h
}

// panicError is a panic of a handler, with where it happened.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// recovering turns a panic into an internal error.
func recovering() middleware {
	return func(next Handler) Handler {
		return func(ctx context.Context, req *Request) (post Post, err error) {
			defer func() {
				if v := recover(); v != nil {
					err = &panicError{value: v, stack: debug.Stack()}
				}
			}()
			return next(ctx, req)
		}
	}
}

// logging logs an internal error once, here, and so the cause of another, and every request at debug level. What people typed is not logged.
func logging(log *slog.Logger, now func() time.Time) middleware {
	return func(next Handler) Handler {
		return func(ctx context.Context, req *Request) (Post, error) {
			post, err := next(ctx, req)
			attrs := []any{
				"request", req.ID, "chat", req.Chat.Address.String(),
				"command", strings.Join(req.Path, " "), "took", now().Sub(req.Now),
			}
			said, _ := errors.AsType[*Error](err)
			switch {
			case internal(err):
				log.ErrorContext(ctx, "request failed", append(attrs, "error", err)...)
			case said != nil && said.Cause != nil:
				log.WarnContext(ctx, "request not answered", append(attrs, "error", said.Cause)...)
			default:
				log.DebugContext(ctx, "request answered", attrs...)
			}
			return post, err
		}
	}
}

// internal reports whether an error is one that people are not told the text of.
func internal(err error) bool {
	var said *Error
	return err != nil && !errors.As(err, &said) && !errors.Is(err, errNotForUs) && !errors.Is(err, context.Canceled)
}

// timingOut bounds the time of an answer.
func timingOut(limit time.Duration) middleware {
	return func(next Handler) Handler {
		return func(ctx context.Context, req *Request) (Post, error) {
			ctx, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			return next(ctx, req)
		}
	}
}

// hearing tells of a line that was meant for the bot. That it cannot be noted is no reason to keep its answer back.
func hearing(heard func(ctx context.Context, req *Request) error, log *slog.Logger) middleware {
	return func(next Handler) Handler {
		return func(ctx context.Context, req *Request) (Post, error) {
			post, err := next(ctx, req)
			if heard == nil || errors.Is(err, errNotForUs) {
				return post, err
			}
			if failed := heard(ctx, req); failed != nil {
				log.WarnContext(ctx, "line not noted", "request", req.ID, "chat", req.Chat.Address.String(), "error", failed)
			}
			return post, err
		}
	}
}

// limiting refuses more than a person can mean to ask.
func limiting(l *limiter) middleware {
	return func(next Handler) Handler {
		return func(ctx context.Context, req *Request) (Post, error) {
			if l.limit > 0 && !req.in.Typing && !l.allow(string(req.Chat.Address.Messenger)+":"+req.From.ID, req.Now) {
				return Post{}, NewError(Limit, "error.too_many", nil)
			}
			return next(ctx, req)
		}
	}
}

// limiter counts the requests of each person in windows of time. It forgets everyone when a window ends, which bounds its
// memory by the requests of one window.
type limiter struct {
	limit  int
	window time.Duration

	mu    sync.Mutex
	began time.Time
	count map[string]int
}

func newLimiter(limit int, window time.Duration) *limiter {
	return &limiter{limit: limit, window: window, count: map[string]int{}}
}

func (l *limiter) allow(who string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.began).Abs() >= l.window {
		l.began = now
		clear(l.count)
	}
	l.count[who]++
	return l.count[who] <= l.limit
}
