package bottest

import (
	"time"

	"boardcast/scheduler"
)

// Clock is the clock of a bubble, or of the machine, that never jumps.
func Clock() scheduler.Clock {
	began := time.Now()
	return scheduler.Clock{Now: time.Now, Steady: func() time.Duration { return time.Since(began) }}
}
