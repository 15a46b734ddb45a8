package scheduler

import (
	"context"
	"log/slog"
	"time"
)

// RunAwake is Run on a machine that never sleeps: its timers wait for as long as they are set. So a year that passes in a test costs
// what happens in it, and a step that does not say when it wants to be called again is found out.
func RunAwake(ctx context.Context, p *Planner, d *Dispatcher, clock Clock, log *slog.Logger) error {
	const week = 7 * 24 * time.Hour
	return run(ctx, p, d, clock, log, week)
}
