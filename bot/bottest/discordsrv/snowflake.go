package discordsrv

import (
	"strconv"
	"time"
)

// Discord's ids are snowflakes: the milliseconds since its epoch, 22 bits up, and a count below.
const (
	epoch     = 1420070400000
	timeShift = 22
	maxCount  = 1 << 12
)

// snowflakes makes ids.
type snowflakes struct {
	now   func() time.Time
	last  int64 // the millisecond of the last one
	count int64

	// How many things there were before the test. Guilds are counted apart, so that each is of another shard than the last.
	old, guilds int64
}

// next is the id of something that is made now: larger than all before, also when the clock stands.
func (f *snowflakes) next() string {
	now := f.now().UnixMilli() - epoch
	switch {
	case now > f.last:
		f.last, f.count = now, 0
	case f.count+1 < maxCount:
		f.count++
	default:
		f.last, f.count = f.last+1, 0
	}
	return strconv.FormatInt(f.last<<timeShift|f.count, 10)
}

// ancient is the id of a person or a channel that was there before the test.
func (f *snowflakes) ancient() string {
	f.old++
	return before(2021, f.old)
}

// guild is the id of a guild that was there before the test.
func (f *snowflakes) guild() string {
	f.guilds++
	return before(2020, f.guilds)
}

// before is the id of the nth thing of a year.
func before(year int, n int64) string {
	since := time.Date(year, time.March, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - epoch + n
	return strconv.FormatInt(since<<timeShift, 10)
}

// number is an id as a number, 0 if it is none.
func number(id string) uint64 {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// made is when the thing with an id came to be.
func made(id string) time.Time {
	return time.UnixMilli(int64(number(id)>>timeShift) + epoch).UTC()
}

// stamp is a time as Discord writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000-07:00") }
