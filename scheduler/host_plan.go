package scheduler

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// plan is what is to be done about a happening.
type plan struct {
	state bot.HappeningState // in which it is to stand; empty: it stays as it is
	next  time.Time          // when to look at it again if nothing changes; zero: never
	drop  bool               // it stands nowhere, and is not to: its record is of no more use
}

// planFor plans for a happening by what its community wants.
func planFor(row storage.Happening, wish storage.Wish, now time.Time) plan {
	switch {
	case row.Gone:
		return plan{drop: wish.Chat == nil || !wish.Stream.Open()}
	case !row.Stands():
		return planNew(wish, now)
	case row.State == bot.IsOn:
		return planOn(wish, now)
	default:
		return planComing(wish, now)
	}
}

// planNew plans for what does not stand in a calendar: only what is to come is put there, in time, and while it is not paused.
func planNew(wish storage.Wish, now time.Time) plan {
	if wish.Chat == nil || !comesTimed(*wish.Stream) {
		return plan{drop: true}
	}
	start := wish.Stream.Start.At
	switch opens := start.Add(-hostAhead); {
	case !start.After(now.Add(hostAtLeast)):
		return plan{drop: true}
	case opens.After(now):
		return plan{next: opens.UTC()}
	case wish.Paused.Covers(now):
		return plan{next: wish.Paused.Until.UTC(), drop: wish.Paused.Until.IsZero()}
	default:
		return plan{state: bot.IsComing}
	}
}

// comesTimed reports whether a stream is to come at a time that is known to the minute.
func comesTimed(s storage.Stream) bool { return s.Upcoming() && s.Start.Timed() }

// planComing plans for what stands in a calendar as to come. What took place without anybody saying so at the time is brought there by
// way of being on, and is over right after.
func planComing(wish storage.Wish, now time.Time) plan {
	switch {
	case wish.Chat == nil || wish.Stream.Hidden():
		return plan{state: bot.IsOff}
	case wish.Stream.State == storage.Live:
		return plan{state: bot.IsOn, next: endOf(*wish.Stream, now).Add(-endsAhead)}
	case wish.Stream.State == storage.Ended:
		return plan{state: bot.IsOn, next: now.UTC()}
	case wish.Stream.State == storage.Due:
		return plan{}
	case !comesTimed(*wish.Stream):
		return plan{state: bot.IsOff}
	case !wish.Stream.Start.At.After(now): // it is due this very moment
		return plan{}
	default:
		return plan{state: bot.IsComing}
	}
}

// planOn plans for what stands in a calendar as on: it stays there until it is over, whatever is watched.
func planOn(wish storage.Wish, now time.Time) plan {
	s := wish.Stream
	switch {
	case s == nil || s.Hidden():
		return plan{state: bot.IsOver}
	case s.State == storage.Live && wish.Chat != nil:
		return plan{state: bot.IsOn, next: endOf(*s, now).Add(-endsAhead)}
	case s.State == storage.Live, s.State == storage.Due, s.State == storage.Announced:
		return plan{}
	default:
		return plan{state: bot.IsOver}
	}
}

const (
	usualStay = 2 * time.Hour    // how long a stream takes in a calendar that announced no length
	endsAhead = 15 * time.Minute // how long before its end there a stream that is still on gets another hour
)

// endOf is when a stream ends in a calendar, as far as can be said: later than planned by as much as it began later, and once it has
// begun by whole hours, so that it is still to come.
func endOf(s storage.Stream, now time.Time) time.Time {
	begins := s.Start.At
	if s.Began.After(begins) {
		begins = s.Began
	}
	end := begins.Add(cmp.Or(s.Planned, usualStay)).UTC()
	if late := now.Add(endsAhead).Sub(end); s.State != storage.Announced && late >= 0 {
		end = end.Add(late.Truncate(time.Hour) + time.Hour)
	}
	return end
}

// digest is a short form of all that a happening says, to find out whether it says anything else.
func digest(h bot.Happening) (string, error) {
	zone := ""
	if h.Zone != nil {
		zone = h.Zone.String()
	}
	said, err := json.Marshal([]any{h.Name, h.About, h.Where, h.Link, h.Start.UTC(), h.End.UTC(), h.State, h.Locale, zone})
	if err != nil {
		return "", fmt.Errorf("digest what stands in a calendar: %w", err)
	}
	sum := sha256.Sum256(said)
	return base32.StdEncoding.EncodeToString(sum[:])[:25], nil
}
