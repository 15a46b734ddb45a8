package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Host keeps the calendars of communities: what their chats watch, and want to stand there, does.
type Host struct {
	store     storage.Store
	composer  Composer
	calendars map[bot.Messenger]bot.Hosting
	log       *slog.Logger
}

// NewHost makes a host for those of some messengers that have calendars.
func NewHost(store storage.Store, composer Composer, senders map[bot.Messenger]bot.Sender, log *slog.Logger) *Host {
	calendars := map[bot.Messenger]bot.Hosting{}
	for messenger, sender := range senders {
		if hosting, ok := sender.(bot.Hosting); ok {
			calendars[messenger] = hosting
		}
	}
	return &Host{store: store, composer: composer, calendars: calendars, log: log}
}

// The bounds of keeping calendars.
const (
	pageOfHappenings = 16          // that are brought up to date at once, each of another community
	inDoubtFor       = time.Minute // after which a happening is looked at again whose answer never came; longer than any call
	refusedAtMost    = 3 * 24      // times an hour apart, before what is not to be in a calendar any more is left there
	hostAhead        = 60 * 24 * time.Hour
	hostAtLeast      = time.Minute // before it begins: a calendar takes nothing of the past
)

// Recover has the calendars looked at after a restore. What was in flight when the process died needs no more than its time: a calendar
// can tell what it has.
func (h *Host) Recover(ctx context.Context, _ time.Time) error {
	if err := h.store.Update(ctx, storage.LookAfterRestore); err != nil {
		return fmt.Errorf("recover calendars: %w", err)
	}
	return nil
}

// Step walks a page of what has changed, and brings some happenings up to date, one a community. It returns whether there was
// something to do, and when there will be next (zero: when something changes).
func (h *Host) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if worked, err = h.look(ctx, now); err != nil {
		return true, time.Time{}, fmt.Errorf("find what calendars are to show: %w", err)
	}
	for messenger, hosting := range h.calendars {
		did, later, err := h.keep(ctx, now, messenger, hosting)
		if err != nil {
			return true, time.Time{}, fmt.Errorf("keep the calendars of %s: %w", messenger, err)
		}
		worked, next = worked || did, soonest(next, later)
	}
	if worked {
		return true, now, nil
	}
	return false, next, nil
}

// Drain repeats Step until nothing is left to do at now.
func (h *Host) Drain(ctx context.Context, now time.Time) (next time.Time, err error) {
	for {
		worked, next, err := h.Step(ctx, now)
		if err != nil || !worked {
			return next, err
		}
	}
}

// look walks a page of the first look that there is.
func (h *Host) look(ctx context.Context, now time.Time) (worked bool, err error) {
	var first *storage.Look
	err = h.store.View(ctx, func(r storage.Reader) (err error) {
		first, err = storage.FirstLook(r)
		return err
	})
	if err != nil || first == nil {
		return false, err
	}
	return true, h.store.Update(ctx, func(tx storage.Tx) error { return first.Walk(tx, now) })
}

// keep brings a page of happenings up to date.
func (h *Host) keep(ctx context.Context, now time.Time, messenger bot.Messenger, hosting bot.Hosting) (worked bool, next time.Time, err error) {
	var ready []storage.Happening
	err = h.store.View(ctx, func(r storage.Reader) (err error) {
		ready, next, err = storage.ReadyHappenings(r, messenger, now, pageOfHappenings)
		return err
	})
	if err != nil || len(ready) == 0 {
		return false, next, err
	}
	var acts []act
	err = h.store.Update(ctx, func(tx storage.Tx) (err error) {
		acts, err = h.decide(tx, now, ready)
		return err
	})
	if err != nil || len(acts) == 0 {
		return true, now, err
	}
	answers := h.call(ctx, hosting, acts)
	// The calls have happened: what they came to is written down even while stopping.
	return true, now, h.store.Update(context.WithoutCancel(ctx), func(tx storage.Tx) error {
		for i, a := range acts {
			if err := a.settle(tx, now, answers[i]); err != nil {
				return fmt.Errorf("settle stream %s in the calendar of %s: %w", a.row.Stream, a.row.Community, err)
			}
		}
		return nil
	})
}

// act is a happening in flight.
type act struct {
	row       storage.Happening // as it is while nobody knows what came of it
	community string            // the messenger's key of the community
	happening bot.Happening
	shown     string    // the digest of what it says
	making    bool      // nothing stood there before
	next      time.Time // when to look at it again once it is done; zero: when something changes
}

// decide finds out what is to be done about happenings, and returns those that are in flight from here on.
func (h *Host) decide(tx storage.Tx, now time.Time, ready []storage.Happening) ([]act, error) {
	var acts []act
	for _, r := range ready {
		row, err := storage.Happenings.Get(tx, r.Community, r.Stream)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		a, err := h.decideOne(tx, now, row)
		if err != nil {
			return nil, fmt.Errorf("decide on stream %s in the calendar of %s: %w", r.Stream, r.Community, err)
		}
		if a != nil {
			acts = append(acts, *a)
		}
	}
	return acts, nil
}

// decideOne decides on one happening; it returns nil if nothing is to be done in the calendar now.
func (h *Host) decideOne(tx storage.Tx, now time.Time, row storage.Happening) (*act, error) {
	community, err := storage.Communities.Get(tx, row.Community)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, storage.Happenings.Delete(tx, row.Community, row.Stream)
	}
	if err != nil {
		return nil, err
	}
	wish, err := storage.WishFor(tx, community, row.Stream, now)
	if err != nil {
		return nil, err
	}
	p := planFor(row, wish, now)
	if p.drop {
		return nil, storage.Happenings.Delete(tx, row.Community, row.Stream)
	}
	a := act{row: row, community: community.Key, making: !row.Stands(), next: p.next}
	if p.state != "" {
		if err := h.compose(tx, now, p.state, wish, &a); err != nil {
			h.log.Error("happening not worded", "stream", row.Stream, "community", row.Community, "error", err)
			row.Tries++
			row.Next = now.UTC().Add(backoff(row.Tries))
			return nil, storage.Happenings.Put(tx, row)
		}
	}
	if p.state == "" || row.State == p.state && row.Shown == a.shown {
		row.Next, row.Tries = p.next, 0
		return nil, storage.Happenings.Put(tx, row)
	}
	return a.fly(tx, now)
}

// compose words a happening as it is to stand. Of one that is to stand no more there is nothing to say. An error, or a panic, is the
// happening's own, and no reason to hold up others.
func (h *Host) compose(r storage.Reader, now time.Time, state bot.HappeningState, wish storage.Wish, a *act) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if state == bot.IsComing || state == bot.IsOn {
		if a.happening, err = h.composer.Happening(r, *wish.Chat, *wish.Stream, now); err != nil {
			return err
		}
		a.happening.Start, a.happening.End = wish.Stream.Start.At, endOf(*wish.Stream, now)
	}
	a.happening.Key, a.happening.State = a.row.Stream, state
	a.shown, err = digest(a.happening)
	return err
}

// fly puts a happening into flight, unless its calendar is left alone for now.
func (a *act) fly(tx storage.Tx, now time.Time) (*act, error) {
	calendar, err := storage.CalendarOf(tx, a.row.Community)
	if err != nil {
		return nil, err
	}
	until := calendar.Busy
	if a.making && calendar.Closed.After(until) {
		until = calendar.Closed
	}
	if until.After(now) {
		a.row.Next = until
		return nil, storage.Happenings.Put(tx, a.row)
	}
	a.row.Next = now.UTC().Add(inDoubtFor)
	a.row.Doubt = a.row.ID == ""
	return a, storage.Happenings.Put(tx, a.row)
}

// answer is what a messenger says to a call.
type answer struct {
	id  string
	err error
}

// call makes the calls, which are for different communities, at once: one that takes its time holds up no other.
func (h *Host) call(ctx context.Context, hosting bot.Hosting, acts []act) []answer {
	answers := make([]answer, len(acts))
	var calls sync.WaitGroup
	for i, a := range acts {
		calls.Go(func() {
			answers[i] = a.call(ctx, hosting)
			if err := answers[i].err; err != nil {
				h.log.InfoContext(ctx, "calendar not kept", "stream", a.row.Stream, "community", a.row.Community,
					"state", string(a.happening.State), "error", err)
			}
		})
	}
	calls.Wait()
	return answers
}

// call makes one call. A panic in it is an answer that nobody knows.
func (a *act) call(ctx context.Context, hosting bot.Hosting) (got answer) {
	defer func() {
		if v := recover(); v != nil {
			got = answer{err: &bot.UnknownError{Err: fmt.Errorf("panic: %v\n%s", v, debug.Stack())}}
		}
	}()
	ctx, cancel := inHand(ctx)
	defer cancel()
	id, err := hosting.Host(ctx, a.community, a.happening, a.row.ID)
	return answer{id: id, err: err}
}
