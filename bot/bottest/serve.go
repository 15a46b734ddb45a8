package bottest

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/scheduler"
)

// Log is a log that many write to and a test reads.
type Log struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

// String is what was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// Logger writes to the log.
func (l *Log) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// Serve begins a life of the program, by the clock of the machine or of a bubble: its scheduler sends to an adapter, and what else is to
// run beside it does. It lasts until stop is called.
func (h *House) Serve(tb testing.TB, adapter bot.Adapter, log *slog.Logger, beside ...func(ctx context.Context) error) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	senders := map[bot.Messenger]bot.Sender{adapter.Messenger(): adapter}
	planner, err := scheduler.NewPlanner(h.Store, scheduler.PacesOf(senders))
	if err != nil {
		tb.Fatal(err)
	}
	dispatcher := scheduler.NewDispatcher(h.Store, cards.Composer{Words: h.Words, Started: time.Now()}, senders, nil, log)
	var running sync.WaitGroup
	for _, run := range append(beside, func(ctx context.Context) error {
		return scheduler.Run(ctx, planner, dispatcher, scheduler.MachineClock(time.Now), log)
	}) {
		running.Go(func() {
			if err := run(ctx); err != nil {
				tb.Errorf("a part of the program ended: %v", err)
			}
		})
	}
	return func() { cancel(); running.Wait() }
}
