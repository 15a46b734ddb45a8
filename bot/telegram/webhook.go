package telegram

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
)

const (
	// secretHeader is where Telegram shows the secret that it was told with setWebhook.
	secretHeader = "X-Telegram-Bot-Api-Secret-Token" //nolint:gosec // the name of a header, no secret
	// mostUpdate is how long the body of an update may be.
	mostUpdate = 1 << 20
	// mostHeld is how many updates of a webhook are in work or wait for their turn at the same time.
	mostHeld = 128
)

// webhook takes in updates that Telegram delivers.
type webhook struct {
	secret []byte
	log    *slog.Logger
	lanes  *lanes
	held   chan struct{}

	mu      sync.Mutex
	handled *recentIDs
}

// newWebhook is what answers Telegram where setWebhook told it to deliver, with the same secret; with an empty one it answers
// nobody. It answers only after an update was handled, so that one that was in work when the process died comes again. Updates
// of one chat are handled in the order in which they come. What cannot be read counts as handled; when too many wait, Telegram
// is asked to come again.
func newWebhook(secret string, handle func(ctx context.Context, u update) error, log *slog.Logger) http.Handler {
	return &webhook{
		secret: []byte(secret), log: log, lanes: newLanes(handle, log),
		held: make(chan struct{}, mostHeld), handled: newRecentIDs(remembered),
	}
}

// setWebhook makes Telegram deliver updates to an address, whatever it did before. Those that wait are delivered too. As nobody can
// ask Telegram for the secret that it knows, it is told at each start.
func (c *client) setWebhook(ctx context.Context, url, secret string) error {
	_, err := call[bool](ctx, c, "setWebhook", params{
		"url": url, "secret_token": secret, "allowed_updates": askedUpdates(), "max_connections": handledAtOnce,
	})
	return err
}

// ServeHTTP handles an update.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if !h.knows(r) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	select {
	case h.held <- struct{}{}:
		defer func() { <-h.held }()
	default:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostUpdate))
	if err != nil {
		h.unread(w, r, err)
		return
	}
	h.answer(w, r, body)
}

// knows reports whether a request shows the secret.
func (h *webhook) knows(r *http.Request) bool {
	return len(h.secret) > 0 && subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), h.secret) == 1
}

// unread answers a request whose body did not come in full. One that is too long would be no shorter the next time.
func (h *webhook) unread(w http.ResponseWriter, r *http.Request, err error) {
	if _, long := errors.AsType[*http.MaxBytesError](err); !long {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	logUnread(r.Context(), h.log, 0, err)
	w.WriteHeader(http.StatusOK)
}

func (h *webhook) answer(w http.ResponseWriter, r *http.Request, body json.RawMessage) {
	u, err := readUpdate(body)
	if err != nil || u.ID == 0 || laneOf(u) == "" {
		logUnread(r.Context(), h.log, u.ID, err)
		w.WriteHeader(http.StatusOK)
		return
	}
	turn := h.lanes.Join(laneOf(u))
	// Telegram hangs up when it has waited for long, and delivers again; what has begun is nevertheless brought to its end.
	turn.Run(context.WithoutCancel(r.Context()), func(ctx context.Context) {
		if h.first(u.ID) {
			h.lanes.do(ctx, u)
		}
	})
	w.WriteHeader(http.StatusOK)
}

// first reports whether an update has not been handled by this process. One that came again has the same lane, and its turn
// after the first.
func (h *webhook) first(id int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.handled.add(id)
}
