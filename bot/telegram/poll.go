package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	pollWait  = 50 * time.Second // the longest that Telegram waits for something to happen
	pollBound = pollWait + 15*time.Second
	pollLimit = 100 // the most that Telegram gives at once
	// pollFloor is how far apart polls are that bring nothing, and how long a poll waits for what the last one brought.
	pollFloor = 500 * time.Millisecond
	// stopGrace is how long a stop waits for what is in work before it is cut off, and cutGrace how long after that.
	stopGrace = 15 * time.Second
	cutGrace  = time.Second
	// quickBound is how long the small calls beside polling may take.
	quickBound = 5 * time.Second
)

// askedUpdates are the kinds of updates that we ask for.
func askedUpdates() []string {
	return []string{"message", "callback_query", "inline_query", "my_chat_member"}
}

// pollOptions are what a poller is made of.
type pollOptions struct {
	Log *slog.Logger
	// Jitter returns a number from 0 to below 1. It lengthens waits after errors by up to a fifth; nil: not at all.
	Jitter func() float64
}

// poller takes in updates by asking for them.
type poller struct {
	client *client
	log    *slog.Logger
	jitter func() float64

	ledger   *ledger
	health   health
	told     int64 // the offset that Telegram was asked for last, and by it knows
	puzzling bool  // an update without an id was there, and has been logged
}

func newPoller(c *client, o pollOptions) *poller {
	jitter := o.Jitter
	if jitter == nil {
		jitter = func() float64 { return 0 }
	}
	return &poller{client: c, log: o.Log, jitter: jitter, ledger: newLedger(), health: health{log: o.Log}}
}

// Run handles updates until ctx ends, those of one chat in order and those of several at once. It asks Telegram to forget an
// update only after it has been handled, so that one that was in work when the process died comes again. Whatever goes wrong is
// logged when it begins and when it is over, and tried again. After ctx has ended handling has 15 seconds to end; what has
// not by then comes again at the next start. Run is called once, and returns nil.
func (p *poller) Run(ctx context.Context, handle func(ctx context.Context, u update) error) error {
	working, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	in := &intake{poller: p, lanes: newLanes(handle, p.log)}
	for ctx.Err() == nil {
		p.once(ctx, func(raw []json.RawMessage) bool { return in.take(working, raw) })
	}
	p.settle(working, stopGrace)
	offset := p.ledger.offset() // before the cut: what it cuts off seems finished after it
	cut()
	p.confirm(working, offset)
	in.wait(cutGrace)
	return nil
}

// once asks once, and waits as long as is fit before the next time. Nothing is in work by then, or it is slow.
func (p *poller) once(ctx context.Context, take func([]json.RawMessage) (news bool)) {
	floor := time.NewTimer(pollFloor)
	defer floor.Stop()
	raw, err := p.getUpdates(ctx)
	switch {
	case ctx.Err() != nil && err != nil:
		return
	case err != nil:
		p.rest(ctx, p.trouble(ctx, err))
		return
	}
	p.health.good(ctx)
	if take(raw) {
		p.settle(ctx, pollFloor)
		return
	}
	select {
	case <-floor.C: // at once, if the poll was a long one
	case <-ctx.Done():
	}
}

// getUpdates asks for what comes after everything that is finished.
func (p *poller) getUpdates(ctx context.Context) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, pollBound)
	defer cancel()
	offset := p.ledger.offset()
	raw, err := call[[]json.RawMessage](ctx, p.client, "getUpdates", params{
		"offset": offset, "limit": pollLimit, "timeout": int(pollWait / time.Second), "allowed_updates": askedUpdates(),
	})
	if err == nil {
		p.told = offset
	}
	return raw, err
}

// confirm tells Telegram what needs not come again.
func (p *poller) confirm(ctx context.Context, offset int64) {
	if offset == p.told {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), quickBound)
	defer cancel()
	if _, err := call[[]json.RawMessage](ctx, p.client, "getUpdates", params{"offset": offset, "limit": 1}); err != nil {
		p.log.WarnContext(ctx, "the last updates were not confirmed and will come again", "why", explain(err))
	}
}

// settle waits until nothing is in work, but not for longer than limit.
func (p *poller) settle(ctx context.Context, limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for !p.ledger.idle() {
		select {
		case <-p.ledger.changed:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// rest waits after an error.
func (p *poller) rest(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait + time.Duration(float64(wait)/5*p.jitter()))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// trouble notes an error, does what can be done about it, and returns how long to wait.
func (p *poller) trouble(ctx context.Context, err error) time.Duration {
	failures := p.health.bad(ctx, err)
	status, rest := 0, time.Duration(0)
	answer, answered := errors.AsType[*apiError](err)
	if answered {
		status, rest = answer.Status, answer.RetryAfter
	}
	if lost, ok := errors.AsType[*lostError](err); ok {
		status = lost.Status
	}
	switch {
	case rest > 0:
		return rest
	case misconfigured(status):
		return operatorsTrouble
	case answered && webhookIsSet(answer):
		p.deleteWebhook(ctx)
		return doubled(time.Second, failures)
	case status == http.StatusConflict:
		return doubled(5*time.Second, failures)
	}
	return doubled(time.Second, failures)
}

// doubled is a wait that doubles with every failure, up to 30 seconds.
func doubled(first time.Duration, failures int) time.Duration {
	const most = 30 * time.Second
	for ; failures > 1 && first < most; failures-- {
		first *= 2
	}
	return min(first, most)
}

// deleteWebhook makes Telegram give updates to whoever asks, with those that wait for the webhook. A failure shows at the next poll.
func (p *poller) deleteWebhook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, quickBound)
	defer cancel()
	if _, err := call[bool](ctx, p.client, "deleteWebhook", nil); err != nil {
		p.log.WarnContext(ctx, "the webhook was not deleted", "why", explain(err))
		return
	}
	p.log.InfoContext(ctx, "the webhook was deleted")
}

// intake hands updates over to their lanes.
type intake struct {
	poller  *poller
	lanes   *lanes
	running sync.WaitGroup
}

// take begins with what is new of an answer, and reports whether anything was.
func (in *intake) take(working context.Context, raw []json.RawMessage) (news bool) {
	for _, one := range raw {
		u, err := readUpdate(one)
		switch {
		case u.ID == 0:
			in.puzzle(working)
		case !in.poller.ledger.begin(u.ID):
		case err != nil || laneOf(u) == "":
			logUnread(working, in.poller.log, u.ID, err)
			in.poller.ledger.finish(u.ID)
			news = true
		default:
			in.start(working, u)
			news = true
		}
	}
	return news
}

func (in *intake) start(working context.Context, u update) {
	turn := in.lanes.Join(laneOf(u))
	in.running.Go(func() {
		turn.Run(working, func(ctx context.Context) { in.lanes.do(ctx, u) })
		in.poller.ledger.finish(u.ID)
	})
}

// puzzle logs, once, that there is an update that cannot even be confirmed. It goes with the next one that can.
func (in *intake) puzzle(ctx context.Context) {
	if !in.poller.puzzling {
		in.poller.puzzling = true
		in.poller.log.WarnContext(ctx, "an update has no id")
	}
}

// wait waits until all goroutines have ended, or for so long if what they handle does not heed its context.
func (in *intake) wait(limit time.Duration) {
	ended := make(chan struct{})
	go func() { in.running.Wait(); close(ended) }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
	}
}

// readUpdate reads an update. With an error it has its ID nevertheless, if that can be read; 0 if not.
func readUpdate(raw json.RawMessage) (update, error) {
	var u update
	err := json.Unmarshal(raw, &u)
	if err == nil {
		return u, nil
	}
	var only struct {
		ID int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &only) != nil {
		only.ID = 0
	}
	return update{ID: only.ID}, err
}

// logUnread logs an update that cannot be read, or that is of a kind that we did not ask for, without its content.
func logUnread(ctx context.Context, log *slog.Logger, id int64, err error) {
	if err == nil {
		log.DebugContext(ctx, "update of an unknown kind", "update_id", id)
		return
	}
	log.WarnContext(ctx, "update cannot be read", "update_id", id)
}

// health logs how polling goes when that changes, and counts failures in a row.
type health struct {
	log      *slog.Logger
	failures int
	said     string
}

// bad notes a failure and returns the how manieth in a row it is.
func (h *health) bad(ctx context.Context, err error) int {
	h.failures++
	if why := explain(err); why != h.said {
		h.said = why
		h.log.ErrorContext(ctx, "no updates from Telegram", "why", why, "error", err)
	}
	return h.failures
}

// good notes that updates can be read.
func (h *health) good(ctx context.Context) {
	if h.failures > 0 {
		h.log.InfoContext(ctx, "updates from Telegram again", "failures", h.failures)
	}
	h.failures, h.said = 0, ""
}
