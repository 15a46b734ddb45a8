package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"boardcast/storage"
)

// lives is how many streams go live during a fan-out.
const lives = 5

// delivery tells very many chats of one stream, and reports.
func delivery(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := readDelivery(args, stderr)
	if err != nil {
		return err
	}
	if len(o.sweep) > 0 {
		return sweep(ctx, o, stdout, stderr)
	}
	m, err := measureDelivery(ctx, &o, stderr)
	if err != nil {
		return err
	}
	return deliveryReport(&o, &m).write(stdout, o.json)
}

// measureDelivery is one fan-out.
func measureDelivery(ctx context.Context, o *deliveryOptions, stderr io.Writer) (m measured, err error) {
	t, err := newTrial(ctx, &o.options, stderr)
	if err != nil {
		return measured{}, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	live, err := t.prepareFanOut(ctx, o)
	if err != nil {
		return measured{}, err
	}
	if err := t.start(ctx); err != nil {
		return measured{}, err
	}
	if err := t.hears(ctx); err != nil {
		return measured{}, err
	}
	t.say("boardcast serves %s", chatsSaid(o.chats))
	if err := t.take(ctx, t.steps(o, live)); err != nil {
		return measured{}, err
	}
	return t.finish(ctx, laneOf(o.kind))
}

// oneChat is a stream that one chat alone watches.
type oneChat struct{ stream, chat string }

// prepareFanOut fills the store, and returns the streams that are to go live.
func (t *trial) prepareFanOut(ctx context.Context, o *deliveryOptions) ([]oneChat, error) {
	places, alone := t.server.places(o.chats), t.server.places(0)
	if o.live {
		alone = t.server.places(lives)
	}
	live := make([]oneChat, len(alone))
	err := t.prepare(ctx, time.Now(), func(r records) error {
		ids, err := r.alone(ctx, alone, nil)
		if err != nil {
			return err
		}
		for i, id := range ids {
			live[i] = oneChat{stream: id, chat: alone[i].Address.Key}
		}
		if err := r.watchers(ctx, places, storage.Person(star)); err != nil {
			return err
		}
		t.due = dueAt(o, time.Now()) // from now on it has not to wait for the records
		return r.fanOut(ctx, o.kind, t.due)
	})
	for _, place := range places {
		t.tally.owe(place.Address.Key, owed{lane: laneOf(o.kind), due: t.due})
	}
	return live, err
}

// dueAt is when the notice is due: some time ahead, a reminder at a whole minute, for streams begin at one.
func dueAt(o *deliveryOptions, now time.Time) time.Time {
	due := now.Add(o.ahead)
	if whole := due.Truncate(time.Minute); o.kind == storage.ReminderNotice && whole.Before(due) {
		return whole.Add(time.Minute)
	}
	return due
}

func laneOf(kind storage.NoticeKind) lane {
	if kind == storage.ReminderNotice {
		return reminderLane
	}
	return changeLane
}

// step is something that happens during a fan-out, when so many chats are told.
type step struct {
	told int
	do   func(ctx context.Context) error
}

// take takes steps, each when it is time. It gives up where nothing comes any more: the report says what was lost.
func (t *trial) take(ctx context.Context, steps []step) error {
	for _, step := range steps {
		told, err := t.await(ctx, step.told)
		if err != nil || !told {
			return err
		}
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// How far a fan-out has come is said of long ones, in tenths.
const (
	worthSaying = 1000
	tenths      = 10
)

// steps are the kills, or the streams that go live, evenly over a fan-out.
func (t *trial) steps(o *deliveryOptions, live []oneChat) []step {
	steps := make([]step, 0, o.kills+len(live))
	for range o.kills {
		steps = append(steps, step{do: t.restart})
	}
	for _, l := range live {
		steps = append(steps, step{do: func(context.Context) error { return t.goLive(l) }})
	}
	for i := range steps {
		steps[i].told = max(o.chats*(i+1)/(len(steps)+1), 1)
	}
	if o.chats < worthSaying {
		return steps
	}
	for part := range tenths - 1 {
		n := o.chats * (part + 1) / tenths
		steps = append(steps, step{told: n, do: func(context.Context) error { t.say("%d told", n); return nil }})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.told, b.told) })
	return steps
}

// goLive has an operator say that a stream is on. Its notice is due from that instant on, before the program has even heard it.
func (t *trial) goLive(l oneChat) error {
	t.tally.owe(l.chat, owed{lane: liveLane, due: time.Now()})
	return t.server.start(l.stream)
}
