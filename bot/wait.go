package bot

import (
	"context"
	"time"
)

// Pause waits, and returns false if ctx ends before.
func Pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Persist does something until it works, with waits between the attempts that double from the first to the last; it returns false
// when ctx ends before.
func Persist(ctx context.Context, first, last time.Duration, do func(ctx context.Context) error) bool {
	for wait := first; do(ctx) != nil; wait = min(2*wait, last) {
		if !Pause(ctx, wait) {
			return false
		}
	}
	return true
}
