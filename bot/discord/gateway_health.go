package discord

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
)

// gatewayHealth logs how it goes with the gateway when that changes. What troubles several shards alike is logged once.
type gatewayHealth struct {
	log  *slog.Logger
	hide func(text string) string

	mu       sync.Mutex
	why      map[int]string // what troubles each shard that is in trouble
	failures int            // since it last went well everywhere
}

// bad notes what troubles a shard.
func (h *gatewayHealth) bad(ctx context.Context, shard int, end ending) {
	h.mu.Lock()
	defer h.mu.Unlock()
	why := h.hide(end.why)
	known := slices.Contains(slices.Collect(maps.Values(h.why)), why)
	h.why[shard] = why
	h.failures++
	if !known {
		h.log.ErrorContext(ctx, "no events from Discord", "shard", shard, "why", why, "error", h.hide(end.err.Error()))
	}
}

// good notes that a shard gets events.
func (h *gatewayHealth) good(ctx context.Context, shard int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.why, shard)
	if len(h.why) > 0 || h.failures == 0 {
		return
	}
	h.log.InfoContext(ctx, "events from Discord again", "failures", h.failures)
	h.failures = 0
}
