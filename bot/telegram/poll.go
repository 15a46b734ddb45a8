package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"
)

// The pace of fetching updates.
const (
	pollTimeout      = 50 * time.Second // for which Telegram holds a request open while there is nothing; its own bound
	pollPatience     = 65 * time.Second
	pollLimit        = 100
	pollFloor        = 500 * time.Millisecond // between two requests that brought nothing new
	firstPause       = time.Second            // after a failure, doubled each time
	lastPause        = 30 * time.Second
	operatorsTrouble = time.Minute // where somebody has to put something right first

	confirmPatience = 5 * time.Second // for the last word when it is time to stop
)

// wantedUpdates are the kinds of update that the bot asks for.
func wantedUpdates() []string {
	return []string{"message", "callback_query", "inline_query", "my_chat_member"}
}

// poller fetches updates. Telegram takes one as received when a later one is asked for, so only what has been taken in counts: after a
// crash it gives the rest again.
type poller struct {
	client *client
	log    *slog.Logger
	lanes  *lanes

	mu       sync.Mutex
	known    map[int64]bool // updates that were not confirmed: whether they have been taken in
	next     int64          // behind the last one that was seen
	working  int
	finished chan struct{} // of capacity 1: something was taken in
	failures int
	said     string // what was last said to be wrong
}

func newPoller(c *client, handle handler, log *slog.Logger) *poller {
	return &poller{client: c, log: log, lanes: newLanes(handle, log), known: map[int64]bool{}, finished: make(chan struct{}, 1)}
}

// run fetches updates and has them taken in until ctx ends. Then it waits for those in work, and confirms what was taken in.
func (p *poller) run(ctx context.Context) error {
	var working sync.WaitGroup
	for ctx.Err() == nil {
		fresh, err := p.fetch(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			pause(ctx, p.trouble(ctx, err))
		default:
			p.well(ctx)
			for _, u := range fresh {
				do := p.lanes.join(u)
				working.Go(func() {
					defer p.done(u.ID)
					do(ctx)
				})
			}
			p.settle(ctx, len(fresh) > 0)
		}
	}
	p.stop(ctx, &working)
	return nil
}

// fetch asks for updates and returns those that are new.
func (p *poller) fetch(ctx context.Context) ([]update, error) {
	ctx, cancel := context.WithTimeout(ctx, pollPatience)
	defer cancel()
	batch, err := call[[]json.RawMessage](ctx, p.client, "getUpdates", params{
		"offset": p.offset(), "limit": pollLimit, "timeout": int(pollTimeout.Seconds()), "allowed_updates": wantedUpdates(),
	})
	if err != nil {
		return nil, err
	}
	var fresh []update
	for _, raw := range batch {
		if u, ok := p.read(ctx, raw); ok {
			fresh = append(fresh, u)
		}
	}
	return fresh, nil
}

// offset is the first update that has not been taken in.
func (p *poller) offset() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	offset := p.next
	for id, done := range p.known {
		if !done {
			offset = min(offset, id)
		}
	}
	maps.DeleteFunc(p.known, func(id int64, _ bool) bool { return id < offset })
	return offset
}

// read reads an update that is new. One that cannot be read counts as taken in, so that it does not come for ever.
func (p *poller) read(ctx context.Context, raw json.RawMessage) (update, bool) {
	var head struct {
		ID int64 `json:"update_id"`
	}
	var u update
	failed := json.Unmarshal(raw, &u)
	if failed != nil {
		if err := json.Unmarshal(raw, &head); err != nil {
			p.log.WarnContext(ctx, "an update without a number was left out")
			return update{}, false
		}
		u.ID = head.ID
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.known[u.ID]; known || u.ID < p.next && p.next != 0 {
		return update{}, false
	}
	p.next = max(p.next, u.ID+1)
	p.known[u.ID] = failed != nil
	if failed != nil {
		p.log.WarnContext(ctx, "an update that cannot be read was left out", "update", u.ID)
		return update{}, false
	}
	p.working++
	return u, true
}

func (p *poller) done(id int64) {
	p.mu.Lock()
	p.known[id] = true
	p.working--
	p.mu.Unlock()
	select {
	case p.finished <- struct{}{}:
	default:
	}
}

func (p *poller) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.working == 0
}

// settle waits until all that is in work is taken in, but not for long, because others wait to be fetched; and in any case a
// little where nothing new has come, because Telegram gives at once again what is not confirmed.
func (p *poller) settle(ctx context.Context, fresh bool) {
	timer := time.NewTimer(pollFloor)
	defer timer.Stop()
	for {
		if fresh && p.idle() {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-p.finished:
			if p.idle() && !fresh {
				return // it can be confirmed now
			}
		}
	}
}

// trouble says once what is wrong, and returns how long to wait.
func (p *poller) trouble(ctx context.Context, err error) time.Duration {
	if said := p.client.explain(err); said != p.said {
		p.said = said
		p.log.ErrorContext(ctx, "updates cannot be fetched; trying again", "reason", said)
	}
	wait := min(firstPause<<min(p.failures, 5), lastPause)
	p.failures++
	answer, ok := errors.AsType[*apiError](err)
	switch {
	case !ok:
	case answer.Status == http.StatusUnauthorized, answer.Status == http.StatusNotFound:
		wait = operatorsTrouble
	case answer.Status == http.StatusConflict && answer.says("webhook"):
		if _, err := call[bool](ctx, p.client, "deleteWebhook", nil); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "the webhook could not be taken away", "error", err)
		}
	case answer.RetryAfter > 0:
		wait = answer.RetryAfter
	}
	return wait
}

// well notes that updates could be fetched.
func (p *poller) well(ctx context.Context) {
	if p.failures > 0 {
		p.log.InfoContext(ctx, "updates are fetched again")
	}
	p.failures, p.said = 0, ""
}

// stop waits for what is in work, each update within its own bound, and confirms what was taken in.
func (p *poller) stop(ctx context.Context, working *sync.WaitGroup) {
	working.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), confirmPatience)
	defer cancel()
	offset := p.offset()
	if offset == 0 {
		return
	}
	if _, err := call[[]json.RawMessage](ctx, p.client, "getUpdates", params{"offset": offset, "limit": 1}); err != nil {
		p.log.InfoContext(ctx, "the last updates were not confirmed and will come again", "error", err)
	}
}
