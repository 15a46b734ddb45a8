package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"time"
)

// idleOptions are what the verb idle is told.
type idleOptions struct {
	options
	reminders int
	every     time.Duration
}

// idle sends reminders, each to one chat and at a time of its own, from a bot that has nothing else to do.
func idle(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	const usualReminders, usualEvery = 200, 300 * time.Millisecond
	var o idleOptions
	set := flag.NewFlagSet("bench idle", flag.ContinueOnError)
	set.SetOutput(stderr)
	o.bind(set)
	set.IntVar(&o.reminders, "reminders", usualReminders, "how many reminders are sent, each to a chat of its own")
	set.DurationVar(&o.every, "every", usualEvery, "how long after one reminder the next one is due")
	if err := parse(set, args); err != nil {
		return err
	}
	if o.reminders < 1 || o.every <= 0 || o.perGuild < 1 {
		return &usageError{errors.New("--reminders, --every and --per-guild must be greater than 0")}
	}
	m, err := measureIdle(ctx, &o, stderr)
	if err != nil {
		return err
	}
	return idleReport(&o, &m).write(stdout, o.json)
}

func measureIdle(ctx context.Context, o *idleOptions, stderr io.Writer) (m measured, err error) {
	t, err := newTrial(ctx, &o.options, stderr)
	if err != nil {
		return measured{}, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	places := t.server.places(o.reminders)
	now := time.Now()
	at := make([]time.Time, o.reminders)
	for i, place := range places {
		at[i] = now.Add(usualAhead + time.Duration(i)*o.every)
		t.tally.owe(place.Address.Key, owed{lane: reminderLane, due: at[i]})
	}
	err = t.prepare(ctx, now, func(r records) error {
		_, err := r.alone(ctx, places, at)
		return err
	})
	if err != nil {
		return measured{}, err
	}
	if err := t.start(ctx); err != nil {
		return measured{}, err
	}
	t.say("boardcast has %d reminders to send in %s", o.reminders, time.Duration(o.reminders)*o.every)
	return t.finish(ctx, reminderLane)
}
