// Package replay tells what a subscriber would have got: it takes the facts of streams that are over, in their order, to the very
// planner, dispatcher and composer that serve people, over a store that is thrown away.
package replay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// Play is what is to be replayed, and for whom.
type Play struct {
	// Store is written to: one of [storage.NewTrial]. It knows nothing of the streams that the Stories are about.
	Store   storage.Store
	Stories []Story
	// From and To bound what is told; To itself is not in it. What became known before From is known when the subscriber comes.
	From, To time.Time
	// Chat is where it is told, opened anew if it has no ID; Watch what it watches.
	Chat     storage.Chat
	Watch    storage.Watch
	Composer scheduler.Composer
	// Speed is how many seconds pass in one; 0: as many as can.
	Speed float64
	// Most bounds the messages, edits not counted; 0: they are not bounded.
	Most int
}

// Message is something that the subscriber gets: a new message or, where Was is set, another wording of one.
type Message struct {
	At     time.Time
	Stream string             // "" for a week
	Kind   storage.NoticeKind // "" for an edit
	Post   bot.Post
	Was    *bot.Post
	// Pointer says that a newer message has replaced this one, of which a line is left.
	Pointer bool
	// Assumed are the assumptions on which the story of the stream rests, up to here and since the message before.
	Assumed []Assumption
}

// Rings reports whether the message makes a sound.
func (m Message) Rings() bool { return m.Was == nil && !m.Post.Silent }

// mostSteps bounds a replay: some hundred steps a day of a century.
const mostSteps = 4_000_000

var errEnough = errors.New("enough messages")

// Run replays, and hands tell each message in its order. It ends early, and without an error, when there are more than Most.
func (p Play) Run(ctx context.Context, tell func(Message) error) error {
	planner, err := scheduler.NewPlanner(p.Store, nil)
	if err != nil {
		return err
	}
	ear := &listener{Composer: p.Composer, tell: tell, most: p.Most, assumed: map[string][]Assumed{}, posts: map[bot.MessageID]bot.Post{}}
	facts := p.facts(ear.assumed)
	senders := map[bot.Messenger]bot.Sender{p.Chat.Address.Messenger: ear}
	run := running{
		Play: p, planner: planner, ear: ear, facts: facts,
		dispatcher: scheduler.NewDispatcher(p.Store, ear, senders, nil, slog.New(slog.DiscardHandler)),
	}
	err = run.play(ctx)
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// facts are those of all stories in their order. It notes what they assume.
func (p Play) facts(assumed map[string][]Assumed) []Fact {
	var facts []Fact
	for _, story := range p.Stories {
		facts = append(facts, story.Facts...)
		assumed[story.Stream] = slices.Clone(story.Assumed)
		slices.SortStableFunc(assumed[story.Stream], func(a, b Assumed) int { return a.At.Compare(b.At) })
	}
	slices.SortStableFunc(facts, func(a, b Fact) int { return a.At.Compare(b.At) })
	return facts
}

// running is a Play under way.
type running struct {
	Play
	planner    *scheduler.Planner
	dispatcher *scheduler.Dispatcher
	ear        *listener
	facts      []Fact // those to come
	there      bool   // the subscriber
}

func (r *running) play(ctx context.Context) error {
	now := r.From
	if len(r.facts) > 0 && r.facts[0].At.Before(now) {
		now = r.facts[0].At
	}
	for range mostSteps {
		if !now.Before(r.To) {
			return nil
		}
		next, err := r.step(ctx, now)
		if err != nil {
			return err
		}
		if next.IsZero() || !next.Before(r.To) {
			next = r.To
		}
		if !next.After(now) {
			return fmt.Errorf("replay: asked to go on at %s, which is not after %s", next, now)
		}
		if err := r.wait(ctx, now, next); err != nil {
			return err
		}
		now = next
	}
	return fmt.Errorf("replay: not done after %d steps", mostSteps)
}

// step lets everything happen that does at now, and returns when there will be more; zero is never.
func (r *running) step(ctx context.Context, now time.Time) (time.Time, error) {
	r.ear.now = now
	for len(r.facts) > 0 && !r.facts[0].At.After(now) {
		if err := r.happen(ctx, now, r.facts[0]); err != nil {
			return time.Time{}, fmt.Errorf("replay what happened at %s: %w", now, err)
		}
		r.facts = r.facts[1:]
	}
	if !r.there && !now.Before(r.From) {
		if err := r.subscribe(ctx, now); err != nil {
			return time.Time{}, fmt.Errorf("replay: open the subscriber's chat: %w", err)
		}
		r.there = true
	}
	next, err := r.planner.Tick(ctx, now)
	if err != nil {
		return time.Time{}, err
	}
	later, err := r.dispatcher.Drain(ctx, now)
	next = soonest(next, later)
	if r.ear.err != nil {
		err = r.ear.err
	}
	if len(r.facts) > 0 {
		next = soonest(next, r.facts[0].At)
	}
	if !r.there {
		next = soonest(next, r.From)
	}
	return next, err
}

func (r *running) happen(ctx context.Context, now time.Time, f Fact) error {
	if f.Told != nil {
		return r.Store.Update(ctx, func(tx storage.Tx) error { return f.Told(tx, now) })
	}
	_, err := r.planner.Observe(ctx, now, f.Seen)
	return err
}

// subscribe opens the chat and has it watch. What has been news before is none to it.
func (r *running) subscribe(ctx context.Context, now time.Time) error {
	if _, err := r.planner.Tick(ctx, now.Add(-1)); err != nil {
		return err
	}
	return r.Store.Update(ctx, func(tx storage.Tx) error {
		chat := r.Chat
		if chat.ID == "" {
			opened, err := storage.OpenChat(tx, bot.Chat{
				Address: chat.Address, Community: chat.Address.Key, Kind: chat.Kind, Title: chat.Title, Zone: chat.Zone, Locale: chat.Locale,
			})
			if err != nil {
				return err
			}
			chat.ID, chat.Community = opened.ID, opened.Community
		}
		chat.Paused = storage.Pause{}
		if err := storage.SaveChat(tx, now, chat); err != nil {
			return err
		}
		watch := r.Watch
		watch.Paused, watch.By = storage.Pause{}, ""
		_, err := storage.AddWatch(tx, now, chat, watch)
		return err
	})
}

// wait lets time pass at the speed that was asked for.
func (r *running) wait(ctx context.Context, now, next time.Time) error {
	if r.Speed <= 0 || !r.there {
		return ctx.Err()
	}
	timer := time.NewTimer(time.Duration(float64(next.Sub(now)) / r.Speed))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// soonest is the earlier of two times, of which zero means never.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
