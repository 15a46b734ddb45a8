package storage

import (
	"slices"
	"time"
)

// AiringState is where an airing stands. One of which nobody has said anything has none.
type AiringState string

// The states of an airing.
const (
	AiringOn          AiringState = "on"
	AiringInterrupted AiringState = "interrupted" // it went off, and it is not known yet whether for good
	AiringCut         AiringState = "cut"         // somebody stopped it, most often the platform; it may come back
	AiringEnded       AiringState = "ended"
)

// Airing is a stream on one platform. It is on, interrupted, cut or ended by itself.
type Airing struct {
	Platform  string `json:"platform"`
	Account   string `json:"account,omitempty"` // the handle or name of the account that shows it
	URL       string `json:"url,omitempty"`
	Broadcast string `json:"broadcast,omitempty"` // the platform's own id of it

	State AiringState `json:"state,omitempty"`
	Since time.Time   `json:"since,omitzero"` // when it came into its state
	Gaps  []Gap       `json:"gaps,omitempty"` // when it was off and came back, the latest ones
	// Looked is when a source that can see the platform looked for it first after its time had come, and it was not on; of one that
	// is on, when it was seen to be still on, noted every few hours.
	Looked time.Time `json:"looked,omitzero"`
}

// Off reports whether the airing is known not to be on.
func (a Airing) Off() bool { return a.State != "" && a.State != AiringOn }

// ReturnsWithin is how long after it went off a stream that comes back, or whose person does on the same platform, is still the
// same stream; it is longer where more time was planned.
const ReturnsWithin = 3 * time.Hour

// maxGaps bounds what is remembered of a stream that comes and goes.
const maxGaps = 8

func withGap(gaps []Gap, from, to time.Time) []Gap {
	all := append(slices.Clone(gaps), Gap{From: from, To: to})
	return all[max(len(all)-maxGaps, 0):]
}

// comesOn is the airing as it is on from a time on.
func (a Airing) comesOn(at time.Time) Airing {
	if a.State == AiringOn {
		return a
	}
	if a.Off() {
		a.Gaps = withGap(a.Gaps, a.Since, at)
	}
	a.State, a.Since, a.Looked = AiringOn, at, time.Time{}
	return a
}

// goesOff is the airing in another state. What it is already in keeps the time at which it went off.
func (a Airing) goesOff(how AiringState, at time.Time) Airing {
	if !a.Off() {
		a.Since = at
	}
	a.State = how
	return a
}

// AiringOn returns the stream's airing on a platform; ok is false if it has none there.
func (s Stream) AiringOn(platform string) (a Airing, ok bool) {
	at := slices.IndexFunc(s.Airings, func(a Airing) bool { return a.Platform == platform })
	if at < 0 {
		return Airing{Platform: platform}, false
	}
	return s.Airings[at], true
}

// WithAiring returns the stream with an airing in the place of that on its platform, or one more.
func (s Stream) WithAiring(a Airing) Stream {
	s.Airings = slices.Clone(s.Airings)
	at := slices.IndexFunc(s.Airings, func(other Airing) bool { return other.Platform == a.Platform })
	if at < 0 {
		s.Airings = append(s.Airings, a)
		return s
	}
	s.Airings[at] = a
	return s
}

// OffSince returns since when nothing of a stream that had begun is on: it has ended, or each of its airings of which anything
// is known is off. ok is false for any other stream.
func (s Stream) OffSince() (since time.Time, ok bool) {
	if s.State == Ended {
		return s.Finished, !s.Finished.IsZero()
	}
	if s.State != Live {
		return time.Time{}, false
	}
	for _, a := range s.Airings {
		if a.State == AiringOn {
			return time.Time{}, false
		}
		if a.Off() && a.Since.After(since) {
			since = a.Since
		}
	}
	return since, !since.IsZero()
}

// ReturnsUntil is until when what comes back is the same stream, for one that went off at a time.
func (s Stream) ReturnsUntil(off time.Time) time.Time {
	until := off.Add(ReturnsWithin)
	if planned := s.Start.At.Add(s.Planned); s.Planned > 0 && planned.After(until) {
		return planned
	}
	return until
}

// comesBack is a stream of which nothing was on, as it is on again.
func (s Stream) comesBack(at time.Time) Stream {
	if off, ok := s.OffSince(); ok {
		s.Gaps = withGap(s.Gaps, off, at)
	}
	s.State, s.Finished = Live, time.Time{}
	return s
}

// ComeOn returns the stream as seen on a platform: it begins there, or comes back, or is shown there too. One that ended too long
// ago does not come back.
func (s *Stream) ComeOn(platform string, at time.Time) (Stream, error) {
	airing, _ := s.AiringOn(platform)
	off, gone := s.OffSince()
	on := *s
	switch {
	case s.State == Ended && (!gone || at.After(s.ReturnsUntil(off))):
		return Stream{}, s.refuse("stream.cannot_start")
	case s.State == Live && airing.State == AiringOn:
		return Stream{}, s.refuse("stream.cannot_start")
	case gone:
		on = on.comesBack(at)
	case s.State != Live:
		on.State, on.Began, on.Finished = Live, at, time.Time{}
	}
	return on.WithAiring(airing.comesOn(at)), nil
}

// GoOff returns the stream as seen to go off on a platform. When the last of its airings has ended, it has ended; while one may
// come back it has not.
func (s *Stream) GoOff(platform string, how AiringState, at time.Time) (Stream, error) {
	airing, ok := s.AiringOn(platform)
	if !ok || s.State != Live && s.State != Due {
		return Stream{}, s.refuse("stream.cannot_end")
	}
	off := s.WithAiring(airing.goesOff(how, at))
	may := func(a Airing) bool { return a.State != "" && a.State != AiringEnded }
	if slices.ContainsFunc(off.Airings, may) {
		return off, nil
	}
	since, _ := off.OffSince()
	return off.endedAt(since), nil
}

// endedAt is the stream with all of its airings over.
func (s Stream) endedAt(at time.Time) Stream {
	s.State, s.Finished = Ended, at
	s.Airings = slices.Clone(s.Airings)
	for i, a := range s.Airings {
		if a.State == AiringOn || a.State == AiringInterrupted {
			s.Airings[i] = a.goesOff(AiringEnded, at)
		}
	}
	return s
}

// SeenLast is until when a live stream is known to have been on: when it began, came back, was seen to be still on somewhere, or went
// off there.
func (s Stream) SeenLast() time.Time {
	seen := []time.Time{s.Began}
	for _, a := range s.Airings {
		seen = append(seen, a.Since, a.Looked)
	}
	for _, gap := range s.Gaps {
		seen = append(seen, gap.To)
	}
	return slices.MaxFunc(seen, time.Time.Compare)
}

// GivenUp is a stream that has been live for longer than any lasts, as ended at a time that nobody knows.
func (s Stream) GivenUp() Stream {
	return s.endedAt(time.Time{})
}
