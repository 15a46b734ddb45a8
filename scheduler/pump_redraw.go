package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// version tells one refresh of a stream from the next.
type version struct {
	at    int64 // in nanoseconds: times that are equal need not be the same
	asked int
}

func versionOf(r storage.Refresh) version { return version{at: r.At.UnixNano(), asked: r.Asked} }

func nameOf(r storage.Refresh) string { return storage.Key(r.Stream, string(r.Scope)) }

// walk goes through the cards of a stream on one messenger, page by page.
type walk struct {
	refresh storage.Refresh
	cards   []stale // of the page that are still to be edited
	last    string  // the chat behind which to go on
	ended   bool    // there are no more pages
	flying  int
	later   bool // something has to be tried again
}

func (w *walk) landed(f *flight) {
	w.flying--
	w.later = w.later || f.again || f.err != nil
}

// newsFirst is how long edits wait at the most while the planner has something to do: what is news goes before them, and often makes
// them needless.
const newsFirst = time.Second

// mostWalks is how many streams are redrawn side by side, so that those of few chats do not wait for one of very many.
const mostWalks = 8

// redrawStale puts edits of cards into flight, as many as there is room for.
func (p *pump) redrawStale(ctx context.Context, now time.Time) (next time.Time, err error) {
	planning, err := p.planning(ctx, now)
	if err != nil || planning {
		return p.planned.Add(newsFirst), err
	}
	next, err = p.beginWalks(ctx, now)
	if err != nil {
		return time.Time{}, err
	}
	before := len(p.walks)
	for len(p.walks) > 0 {
		room, again := p.room(now, true)
		if room == 0 {
			return soonest(next, again), nil
		}
		w, s, free, err := p.nextStale(ctx, now)
		if err != nil {
			return time.Time{}, err
		}
		if w == nil {
			next = soonest(next, free)
			break
		}
		w.flying++
		p.begin(ctx, &flight{chat: s.chat.ID, walk: w}, func(ctx context.Context, f *flight) (err error) {
			f.again, err = p.redrawCard(bot.Leaving(ctx, func() { p.left(f) }), p.now(), s)
			return err
		})
	}
	if len(p.walks) < before {
		return now, nil // while one was walked it may have been asked for anew, and others may have waited for its place
	}
	return next, nil
}

// planning reports whether the planner has had something to do for less than newsFirst.
func (p *pump) planning(ctx context.Context, now time.Time) (planning bool, err error) {
	err = p.store.View(ctx, func(r storage.Reader) error {
		due, _, err := storage.NextMoments(r, now, 1)
		planning = len(due) > 0
		return err
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("find out whether anything is to be planned: %w", err)
	case !planning:
		p.planned = time.Time{}
	case p.planned.IsZero():
		p.planned = now
	}
	return planning && now.Sub(p.planned) < newsFirst, nil
}

// beginWalks begins to walk the cards of streams whose refresh is due, and returns when the next one will be.
func (p *pump) beginWalks(ctx context.Context, now time.Time) (next time.Time, err error) {
	var due []storage.Refresh
	err = p.store.View(ctx, func(r storage.Reader) error {
		due, next = nil, time.Time{}
		for refresh, err := range storage.Refreshes.Scan(r) {
			switch {
			case err != nil:
				return err
			case refresh.At.After(now):
				next = soonest(next, refresh.At)
			default:
				due = append(due, refresh)
			}
		}
		return nil
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("find cards to redraw: %w", err)
	}
	drawn := map[string]version{}
	for _, refresh := range due {
		name := nameOf(refresh)
		walking := slices.ContainsFunc(p.walks, func(w *walk) bool { return nameOf(w.refresh) == name })
		switch done, ok := p.drawn[name]; {
		case ok && done == versionOf(refresh):
			drawn[name] = done // and other messengers are not done with it
		case !walking && len(p.walks) < mostWalks:
			p.walks = append(p.walks, &walk{refresh: refresh})
		}
	}
	p.drawn = drawn
	return next, nil
}

// nextStale returns a card that can be edited now, of the walks in turn; nil if there is none, and when the first one will be that is
// left alone for a while.
func (p *pump) nextStale(ctx context.Context, now time.Time) (w *walk, s stale, free time.Time, err error) {
	for range len(p.walks) {
		w := p.walks[0]
		p.walks = append(p.walks[1:], w)
		if err := p.nextPage(ctx, w); err != nil {
			return nil, stale{}, time.Time{}, err
		}
		for i, s := range w.cards {
			if p.flights[s.chat.ID] != nil {
				continue
			}
			if wait := p.pacing.RoomIn(s.chat.Address, true); wait > 0 {
				free = soonest(free, now.Add(wait))
				continue
			}
			w.cards = slices.Delete(w.cards, i, i+1)
			return w, s, free, nil
		}
		if w.ended && len(w.cards) == 0 && w.flying == 0 {
			if err := p.endWalk(ctx, now, w); err != nil {
				return nil, stale{}, time.Time{}, err
			}
		}
	}
	return nil, stale{}, free, nil
}

// nextPage reads cards of a walk when it has none left of those before.
func (p *pump) nextPage(ctx context.Context, w *walk) error {
	for len(w.cards) == 0 && !w.ended {
		cards, next, err := p.staleCards(ctx, w.refresh.Stream, w.last)
		if err != nil {
			return fmt.Errorf("find cards to redraw: %w", err)
		}
		w.last, w.ended = next, next == ""
		for _, s := range cards {
			messenger := s.chat.Address.Messenger
			w.later = w.later || p.senders[messenger] == nil
			if messenger == p.messenger {
				w.cards = append(w.cards, s)
			}
		}
	}
	return nil
}

// endWalk takes the refresh of a walk away when the pumps of all messengers are done with it.
func (p *pump) endWalk(ctx context.Context, now time.Time, w *walk) error {
	over, later := p.redraws.finish(w.refresh, p.messenger, w.later, len(p.senders))
	if over {
		if err := p.endRefresh(ctx, now, w.refresh, later); err != nil {
			return err
		}
		p.redraws.forget(w.refresh)
	}
	p.drawn[nameOf(w.refresh)] = versionOf(w.refresh)
	p.walks = slices.DeleteFunc(p.walks, func(other *walk) bool { return other == w })
	return nil
}

// redraws are the refreshes that some messengers are done with, and others not yet.
type redraws struct {
	mu   sync.Mutex
	done map[string]map[bot.Messenger]redrawn
}

type redrawn struct {
	version version
	again   bool // it has to be done again later
}

func newRedraws() *redraws { return &redraws{done: map[string]map[bot.Messenger]redrawn{}} }

// finish notes that a messenger is done with a refresh. It reports whether all are, and whether one of them wants it again later.
func (r *redraws) finish(refresh storage.Refresh, messenger bot.Messenger, again bool, messengers int) (over, later bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := nameOf(refresh)
	if r.done[name] == nil {
		r.done[name] = map[bot.Messenger]redrawn{}
	}
	r.done[name][messenger] = redrawn{version: versionOf(refresh), again: again}
	for _, done := range r.done[name] {
		if done.version != versionOf(refresh) {
			return false, false // that messenger goes on to this one, or this one to that
		}
		later = later || done.again
	}
	return len(r.done[name]) == messengers, later
}

// forget forgets a refresh that all messengers are done with.
func (r *redraws) forget(refresh storage.Refresh) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.done, nameOf(refresh))
}

// endRefresh takes a refresh away, or puts it off. One that was asked for anew meanwhile stays as it is.
func (d *Dispatcher) endRefresh(ctx context.Context, now time.Time, refresh storage.Refresh, later bool) error {
	return d.store.Update(ctx, func(tx storage.Tx) error {
		standing, err := storage.Refreshes.Get(tx, refresh.Stream, string(refresh.Scope))
		if errors.Is(err, storage.ErrNotFound) || err == nil && (!standing.At.Equal(refresh.At) || standing.Asked != refresh.Asked) {
			return nil // the stream has changed meanwhile: its new refresh stays
		}
		if err != nil {
			return err
		}
		if !later {
			return storage.Refreshes.Delete(tx, refresh.Stream, string(refresh.Scope))
		}
		standing.Tries++
		standing.At = now.Add(backoff(standing.Tries))
		return storage.Refreshes.Put(tx, standing)
	})
}
