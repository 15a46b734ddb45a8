package bottest

import (
	"sync/atomic"
	"time"
)

// Hurried is a clock that is ten seconds later whenever it is looked at: so nobody waits for a messenger's limits, in a test that cannot
// run in a bubble.
func Hurried(from time.Time) func() time.Time {
	var asked atomic.Int64
	return func() time.Time { return from.Add(time.Duration(asked.Add(1)) * 10 * time.Second) }
}
