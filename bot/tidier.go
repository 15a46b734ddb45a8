package bot

import (
	"context"
	"time"
)

// The bounds of tidying.
const (
	keepAnswers  = 10 * time.Minute // how long an answer stays where they are tidied away
	mostFleeting = 1000             // answers that wait to be deleted; what is more stays
	tidyPatience = 5 * time.Second  // for one answer, and for all that are left at the end
)

// Tidier deletes answers after a while, and those that are left when the program stops.
type Tidier struct {
	now      func() time.Time
	takeAway func(ctx context.Context, chat ChatID, id MessageID)
	due      chan fleeting
}

// fleeting is an answer that goes away at a time.
type fleeting struct {
	chat  ChatID
	id    MessageID
	until time.Time
}

// NewTidier makes a tidier of a function that deletes what it can.
func NewTidier(now func() time.Time, takeAway func(ctx context.Context, chat ChatID, id MessageID)) *Tidier {
	return &Tidier{now: now, takeAway: takeAway, due: make(chan fleeting, mostFleeting)}
}

// Later has an answer deleted in ten minutes.
func (t *Tidier) Later(chat ChatID, id MessageID) {
	select {
	case t.due <- fleeting{chat: chat, id: id, until: t.now().Add(keepAnswers)}:
	default:
	}
}

// Run deletes answers when their time has come, in their order, until ctx ends, and then all that are left.
func (t *Tidier) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			t.rest(ctx)
			return nil
		case f := <-t.due:
			if Pause(ctx, f.until.Sub(t.now())) {
				t.delete(ctx, f)
				continue
			}
			t.delete(context.WithoutCancel(ctx), f)
		}
	}
}

// rest deletes what is left, as far as there is time.
func (t *Tidier) rest(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyPatience)
	defer cancel()
	for ctx.Err() == nil {
		select {
		case f := <-t.due:
			t.delete(ctx, f)
		default:
			return
		}
	}
}

func (t *Tidier) delete(ctx context.Context, f fleeting) {
	ctx, cancel := context.WithTimeout(ctx, tidyPatience)
	defer cancel()
	t.takeAway(ctx, f.chat, f.id)
}
