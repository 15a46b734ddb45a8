package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// redraw takes the first refresh that is due and brings that stream's cards up to date.
func (d *Dispatcher) redraw(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	var due *storage.Refresh
	err = d.store.View(ctx, func(r storage.Reader) error {
		due, next = nil, time.Time{}
		for refresh, err := range storage.Refreshes.Scan(r) {
			if err != nil {
				return err
			}
			if !refresh.At.After(now) {
				due = &refresh
				return nil
			}
			next = soonest(next, refresh.At)
		}
		return nil
	})
	if err != nil || due == nil {
		return false, next, err
	}
	if err := d.redrawStream(ctx, now, *due); err != nil {
		return true, time.Time{}, fmt.Errorf("redraw cards of stream %s: %w", due.Stream, err)
	}
	return true, now, nil
}

// stale is a card that shows an older revision than its chat sees, or that has left messages behind.
type stale struct {
	card   storage.Card
	chat   storage.Chat
	stream storage.Stream
	asides int // see [storage.Asides]
}

// shown reports whether a card shows the stream, and what is known beside it, as they are.
func (s stale) shown(card storage.Card) bool {
	return card.Shows(s.stream) && card.Asides == s.asides
}

// redrawStream edits the cards of a stream that need it, and then takes the refresh away; it stays, for later, if a
// messenger could not be reached.
func (d *Dispatcher) redrawStream(ctx context.Context, now time.Time, refresh storage.Refresh) error {
	later := false
	for last := ""; ; {
		cards, next, err := d.staleCards(ctx, refresh.Stream, last)
		if err != nil {
			return err
		}
		for _, s := range cards {
			again, err := d.redrawCard(ctx, now, s)
			if err != nil {
				return err
			}
			later = later || again
		}
		if last = next; last == "" {
			break
		}
	}
	return d.endRefresh(ctx, now, refresh, later)
}

// pageOfCards is how many cards are looked at in one View. A stream may have a card in very many chats.
const pageOfCards = 500

// staleCards looks at a page of a stream's cards, those behind that of a chat ("" begins at the beginning), and returns the
// stale ones and the chat to go on behind, "" when there are no more.
func (d *Dispatcher) staleCards(ctx context.Context, stream, last string) (found []stale, next string, err error) {
	err = d.store.View(ctx, func(r storage.Reader) error {
		found, next = nil, ""
		var after []string
		if last != "" {
			after = []string{stream, last}
		}
		public, changes, err := publicStream(r, stream)
		if err != nil {
			return err
		}
		looked := 0
		for card, err := range storage.Cards.ScanFrom(r, after, stream) {
			if err != nil {
				return err
			}
			if looked == pageOfCards {
				return nil
			}
			looked, next = looked+1, card.Chat
			s, is, err := staleBy(r, card, public, changes)
			if err != nil {
				return err
			}
			if is {
				found = append(found, s)
			}
		}
		next = ""
		return nil
	})
	return found, next, err
}

// publicStream returns the public stream, an empty one if there is none, and the changes of its public figures.
func publicStream(r storage.Reader, id string) (storage.Stream, int, error) {
	public, err := storage.Scoped{Reader: r, Scope: storage.Public}.Stream(id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return storage.Stream{}, 0, err
	}
	changes, err := storage.FigureChanges(r, storage.Public, id)
	return public, changes, err
}

// staleBy finds out whether a card is stale, given the public stream and the changes of its public figures. One of a chat that is gone is not.
func staleBy(r storage.Reader, card storage.Card, public storage.Stream, changes int) (stale, bool, error) {
	chat, err := storage.Chats.Get(r, card.Chat)
	if errors.Is(err, storage.ErrNotFound) {
		return stale{}, false, nil
	}
	if err != nil {
		return stale{}, false, err
	}
	seen, err := seenIn(r, chat.Scope(), card.Stream, public)
	if err != nil {
		return stale{}, false, err
	}
	own, err := storage.OwnAsides(r, chat.Scope(), card.Stream)
	s := stale{card: card, chat: chat, stream: seen, asides: changes + own}
	if err != nil || s.shown(card) && len(card.Replaced) == 0 {
		return s, false, err
	}
	suspended, err := storage.Suspensions.Has(r, chat.ID)
	return s, !suspended, err // when a chat is within reach again, its cards are looked at again
}

// seenIn returns a stream as a community sees it: its own, or else the public one, which is read once for all chats.
func seenIn(r storage.Reader, community storage.Scope, stream string, public storage.Stream) (storage.Stream, error) {
	own, err := storage.Streams.Get(r, string(community), stream)
	if errors.Is(err, storage.ErrNotFound) && public.ID != "" {
		return public, nil
	}
	return own, err
}

// lookAgain is a stale card as it stands now: while the cards before it were drawn its stream may have changed.
func (d *Dispatcher) lookAgain(ctx context.Context, before stale) (s stale, is bool, err error) {
	err = d.store.View(ctx, func(r storage.Reader) error {
		card, err := storage.Cards.Get(r, before.card.Stream, before.card.Chat)
		if errors.Is(err, storage.ErrNotFound) {
			is = false
			return nil
		}
		if err != nil {
			return err
		}
		public, changes, err := publicStream(r, card.Stream)
		if err != nil {
			return err
		}
		s, is, err = staleBy(r, card, public, changes)
		return err
	})
	return s, is, err
}

// redrawCard brings one card up to date and reports whether it has to be tried again later.
func (d *Dispatcher) redrawCard(ctx context.Context, now time.Time, s stale) (again bool, err error) {
	sender := d.senders[s.chat.Address.Messenger]
	if sender == nil {
		return true, nil
	}
	s, is, err := d.lookAgain(ctx, s)
	if err != nil || !is {
		return false, err
	}
	card, left := s.card, []bot.MessageID(nil)
	for _, id := range s.card.Replaced {
		_, err := d.edit(ctx, now, s, id, sender, d.composer.Pointer)
		if errors.Is(err, bot.ErrGone) {
			return false, d.suspend(ctx, now, s.chat)
		}
		if retriable(err) {
			left = append(left, id)
		}
	}
	card.Replaced = left
	if !s.shown(card) {
		id, err := d.edit(ctx, now, s, card.Message, sender, d.composer.Card)
		switch {
		case errors.Is(err, bot.ErrGone):
			return false, d.suspend(ctx, now, s.chat)
		case err == nil:
			card.Message, card.Revision, card.Scope, card.Asides = id, s.stream.Revision, s.stream.Scope, s.asides
		case !retriable(err):
			card.Revision, card.Scope, card.Asides = s.stream.Revision, s.stream.Scope, s.asides // it cannot be edited any more
		}
	}
	again = len(left) > 0 || !s.shown(card)
	return again, d.keepCard(ctx, s.card, card)
}

type wording func(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error)

func (d *Dispatcher) edit(ctx context.Context, now time.Time, s stale, id bot.MessageID, sender bot.Sender, word wording) (bot.MessageID, error) {
	var post bot.Post
	err := d.store.View(ctx, func(r storage.Reader) (err error) {
		post, err = word(r, s.chat, s.stream, now)
		return err
	})
	if err != nil {
		return "", err
	}
	post.Silent = true
	ctx, cancel := inHand(ctx)
	defer cancel()
	edited, err := sender.Edit(ctx, s.chat.Address, id, post)
	d.outages.note(s.chat.Address.Messenger, err, now)
	if err == nil {
		d.meter.Edited(s.chat.Address.Messenger)
	}
	if moved, ok := errors.AsType[*bot.MovedError](err); ok {
		err = d.followEdit(ctx, now, s.chat, moved)
	}
	if err != nil {
		d.log.Log(ctx, levelOf(!retriable(err)), "card not edited", "stream", s.stream.ID, "chat", s.chat.ID, "error", err)
	}
	return edited, err
}

// retriable reports whether an edit may work later.
func retriable(err error) bool {
	var refused *bot.RefusedError
	return err != nil && !errors.Is(err, bot.ErrGone) && !errors.As(err, &refused)
}

// keepCard writes a card back unless a newer message has become the card meanwhile.
func (d *Dispatcher) keepCard(ctx context.Context, before, after storage.Card) error {
	return d.store.Update(context.WithoutCancel(ctx), func(tx storage.Tx) error {
		standing, err := storage.Cards.Get(tx, before.Stream, before.Chat)
		if errors.Is(err, storage.ErrNotFound) || err == nil && standing.Message != before.Message {
			return nil
		}
		if err != nil {
			return err
		}
		return storage.Cards.Put(tx, after)
	})
}
