package storage

import (
	"slices"
	"time"

	"boardcast/bot"
)

// Move returns the stream with another start. One that is over, or that has begun, cannot be moved.
func (s *Stream) Move(to bot.When) (Stream, error) {
	moved := *s
	if s.State == Live || s.State == Ended {
		return Stream{}, s.refuse("stream.cannot_move")
	}
	if s.State == Announced && s.Start.At.Equal(to.At) && s.Start.Precision == to.Precision {
		return Stream{}, s.refuse("stream.not_moved")
	}
	moved.Earlier = append(append([]bot.When(nil), s.Earlier...), s.Start)
	moved.Start, moved.State = to, Announced
	return moved, nil
}

// Cancel returns the stream as cancelled.
func (s *Stream) Cancel() (Stream, error) {
	cancelled := *s
	if s.State == Ended || s.State == Live || s.State == Cancelled {
		return Stream{}, s.refuse("stream.cannot_cancel")
	}
	cancelled.State = Cancelled
	return cancelled, nil
}

// Postpone returns the stream as put off with no new time yet; Move gives it one.
func (s *Stream) Postpone() (Stream, error) {
	postponed := *s
	if s.State != Announced && s.State != Due {
		return Stream{}, s.refuse("stream.cannot_postpone")
	}
	postponed.State = Postponed
	return postponed, nil
}

// GoLive returns the stream as seen live at now, on every platform that it is announced for. One of which nothing is on any more
// comes back, if it has not been over for too long.
func (s *Stream) GoLive(now time.Time) (Stream, error) {
	off, gone := s.OffSince()
	live := *s
	switch {
	case gone && !now.After(s.ReturnsUntil(off)):
		live = live.comesBack(now)
	case s.State == Live || s.State == Ended:
		return Stream{}, s.refuse("stream.cannot_start")
	default:
		live.State, live.Began, live.Finished = Live, now, time.Time{}
	}
	live.Airings = slices.Clone(live.Airings)
	for i, a := range live.Airings {
		live.Airings[i] = a.comesOn(now)
	}
	return live, nil
}

// End returns the stream as seen to end at now, or when the last of it went off.
func (s *Stream) End(now time.Time) (Stream, error) {
	if s.State != Live && s.State != Due {
		return Stream{}, s.refuse("stream.cannot_end")
	}
	if off, gone := s.OffSince(); gone {
		now = off
	}
	return s.endedAt(now), nil
}

// conflict says what is in the way of a change.
func (s *Stream) conflict(key string) error {
	return bot.NewError(bot.Conflict, key, bot.Args{"ID": bot.Lit(s.ID)}, bot.PressLine("/show "+s.ID))
}

// refuse says that a stream cannot do that in the state that it is in.
func (s *Stream) refuse(key string) error {
	return bot.NewError(bot.Conflict, key, bot.Args{"ID": bot.Lit(s.ID), "State": bot.Say("state." + string(s.State))},
		bot.PressLine("/show "+s.ID))
}

// MergeInto returns the stream as a double of another one, and that one with what only the double knew: its airings,
// people and guests, and how it stands where the double is further on.
func (s *Stream) MergeInto(main Stream) (double, merged Stream, err error) {
	switch {
	case s.ID == main.ID:
		return Stream{}, Stream{}, bot.NewError(bot.Invalid, "stream.merge_itself", bot.Args{"ID": bot.Lit(s.ID)})
	case s.MergedInto != "":
		return Stream{}, Stream{}, s.conflict("stream.merged_already")
	case main.Hidden():
		return Stream{}, Stream{}, main.conflict("stream.merge_hidden")
	}
	double, merged = *s, main
	double.MergedInto = main.ID
	merged.Airings = withAirings(main.Airings, s.Airings)
	merged.People, merged.Guests = withNew(main.People, s.People), withNew(main.Guests, s.Guests)
	if further(*s, main) {
		merged.State, merged.Began, merged.Finished = s.State, s.Began, s.Finished
	}
	return double, merged, nil
}

// further reports whether a stream has come further than another: announced, due, live, ended.
func further(a, b Stream) bool {
	stage := map[State]int{Announced: 1, Due: 2, Live: 3, Ended: 4}
	return stage[a.State] > stage[b.State] && stage[b.State] > 0
}

// withAirings adds those airings that are on other platforms.
func withAirings(airings, more []Airing) []Airing {
	all := slices.Clone(airings)
	for _, airing := range more {
		on := func(a Airing) bool { return a.Platform == airing.Platform }
		if !slices.ContainsFunc(all, on) {
			all = append(all, airing)
		}
	}
	return all
}

// withNew adds those words that are not there yet.
func withNew(list, more []string) []string {
	all := slices.Clone(list)
	for _, word := range more {
		if !contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}

// Separate returns a double as a stream that stands by itself again.
func (s *Stream) Separate() (Stream, error) {
	if s.MergedInto == "" {
		return Stream{}, s.conflict("stream.not_merged")
	}
	apart := *s
	apart.MergedInto = ""
	return apart, nil
}

// Split returns the stream without its airing on a platform, and a new stream that has it, without an id. A stream that is on
// one platform alone cannot be split.
func (s *Stream) Split(platform string) (rest, part Stream, err error) {
	at := slices.IndexFunc(s.Airings, func(a Airing) bool { return a.Platform == platform })
	if at < 0 || len(s.Airings) < 2 {
		return Stream{}, Stream{}, s.conflict("stream.cannot_split")
	}
	rest, part = *s, *s
	rest.Airings = slices.Delete(slices.Clone(s.Airings), at, at+1)
	part.Airings = []Airing{s.Airings[at]}
	part.ID, part.Of, part.Revision, part.StartRevision = "", "", 0, 0
	return rest, part, nil
}
