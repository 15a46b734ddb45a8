package telegram

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
)

// maxUpdate bounds an update that is delivered, in bytes.
const maxUpdate = 1 << 20

// webhook takes in updates that Telegram delivers. It answers when one has been taken in, because until then Telegram delivers it
// again.
type webhook struct {
	secret string
	log    *slog.Logger
	lanes  atomic.Pointer[lanes] // nil: not yet
	busy   chan struct{}
}

func newWebhook(secret string, log *slog.Logger) *webhook {
	const waiting = 4
	return &webhook{secret: secret, log: log, busy: make(chan struct{}, waiting*maxAtOnce)}
}

// webhookSecret is what Telegram sends with each delivery, so that nobody else can. It is made of the token, so that nobody has to
// keep it.
func webhookSecret(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	_, _ = io.WriteString(mac, "boardcast webhook") // a hash has nowhere to fail
	return hex.EncodeToString(mac.Sum(nil))
}

// ServeHTTP implements [http.Handler].
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	switch {
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	case subtle.ConstantTimeCompare([]byte(given), []byte(h.secret)) != 1:
		w.WriteHeader(http.StatusForbidden)
		return
	}
	lanes := h.lanes.Load()
	if lanes == nil || !h.enter() {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer func() { <-h.busy }()
	var u update
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxUpdate)).Decode(&u); err != nil {
		h.log.WarnContext(r.Context(), "an update that cannot be read was left out")
		return // with success, or it would come for ever
	}
	lanes.join(u)(r.Context())
}

// enter reports whether there is room for one more delivery.
func (h *webhook) enter() bool {
	select {
	case h.busy <- struct{}{}:
		return true
	default:
		return false
	}
}

// run has updates delivered to an address and taken in until ctx ends.
func (h *webhook) run(ctx context.Context, c *client, address string, handle handler) error {
	h.lanes.Store(newLanes(handle, h.log))
	said := ""
	for wait := firstPause; ctx.Err() == nil; wait = min(2*wait, lastPause) {
		_, err := call[bool](ctx, c, "setWebhook", params{
			"url": address, "secret_token": h.secret, "allowed_updates": wantedUpdates(), "max_connections": maxAtOnce,
		})
		if err == nil {
			h.log.InfoContext(ctx, "updates are delivered", "to", address)
			<-ctx.Done()
			break
		}
		if now := c.explain(err); now != said && ctx.Err() == nil {
			said = now
			h.log.ErrorContext(ctx, "the webhook cannot be set; trying again", "reason", said)
		}
		pause(ctx, wait)
	}
	return nil
}
