package telegram

import (
	"context"
	"time"
)

// keepAnswers is how long an answer stays where they are tidied away.
const keepAnswers = 10 * time.Minute

// tidier deletes answers after a while, and those that are left when the program stops.
type tidier struct {
	adapter *Adapter
	due     chan fleeting
}

// fleeting are messages that go away at a time.
type fleeting struct {
	at    place
	parts []part
	until time.Time
}

// mostFleeting is how many answers wait to be deleted; what is more stays.
const mostFleeting = 1000

func newTidier(a *Adapter) *tidier {
	return &tidier{adapter: a, due: make(chan fleeting, mostFleeting)}
}

// later has messages deleted in ten minutes.
func (t *tidier) later(at place, parts []part) {
	select {
	case t.due <- fleeting{at: at, parts: parts, until: t.adapter.cfg.Now().Add(keepAnswers)}:
	default:
	}
}

// run deletes messages when their time has come, in their order, until ctx ends, and then all that are left.
func (t *tidier) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			t.rest(ctx)
			return nil
		case f := <-t.due:
			if pause(ctx, f.until.Sub(t.adapter.cfg.Now())) {
				t.delete(ctx, f)
				continue
			}
			t.delete(context.WithoutCancel(ctx), f)
		}
	}
}

// rest deletes what is left, as far as there is time.
func (t *tidier) rest(ctx context.Context) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
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

func (t *tidier) delete(ctx context.Context, f fleeting) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, m := range f.parts {
		t.adapter.remove(ctx, f.at, m.id)
	}
}
