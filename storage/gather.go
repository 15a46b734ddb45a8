package storage

import (
	"slices"
	"strings"
	"time"

	"boardcast/bot"
)

// Gathers reports whether a notice of the kind says what others of its chat would have said one by one.
func (k NoticeKind) Gathers() bool {
	return k == MorningNotice || k == CatchUpNotice || k == DigestNotice
}

// gatherKey names a gathering notice in those that it says.
func (n Notice) gatherKey() string { return string(n.Kind) + "/" + n.Occurrence }

// FoldInto returns the notice as one that a gathering notice says.
func (n Notice) FoldInto(gathering Notice) Notice {
	n.Into = gathering.gatherKey()
	return n
}

// How the Occurrence of a CatchUpNotice begins: why it could not be told in time.
const (
	WasDown        = "down-"        // boardcast did not run
	WasUnreachable = "unreachable-" // the messenger could not be reached
)

// The bounds of a gathering: how far back it looks, and at how many notices.
const (
	gatherBack   = 48 * time.Hour
	mostToGather = 500
)

// Gathered returns the streams that a gathering notice is about, as its chat sees them: those of the notices that were folded
// into it, the one that matters most first, without what is hidden, no longer watched, or has been told since. One that was
// told without a sound because it was night comes again only while it is still on, and no other message about it made one.
func Gathered(r Reader, chat Chat, n Notice, now time.Time) ([]Stream, error) {
	folded, err := foldedInto(r, n, now)
	if err != nil {
		return nil, err
	}
	seen := Scoped{Reader: r, Scope: chat.Scope()}
	var streams []Stream
	for _, told := range folded {
		stream, err := seen.worthTelling(told, chat, now)
		if err != nil {
			return nil, err
		}
		if stream != nil && !containsStream(streams, stream.ID) {
			streams = append(streams, *stream)
		}
	}
	slices.SortStableFunc(streams, byWeight)
	return streams, nil
}

// foldedInto returns the last notice of each stream that was folded into a gathering one, without those that have been told since.
func foldedInto(r Reader, n Notice, now time.Time) ([]Notice, error) {
	key, looked := n.gatherKey(), 0
	done, since := map[string]bool{}, map[string]Notice{}
	var folded []Notice
	for told, err := range Notices.By(r, byChat, n.Chat) {
		if err != nil {
			return nil, err
		}
		if looked++; looked > mostToGather || now.Sub(told.Settled) > gatherBack {
			break
		}
		later, toldLater := since[told.Stream]
		switch {
		case told.Into != key:
			if told.Outcome == Sent && !later.Rang {
				since[told.Stream] = told
			}
		case !done[told.Stream]:
			done[told.Stream] = true
			if !toldLater || !later.Rang && told.Outcome == Sent {
				folded = append(folded, told)
			}
		}
	}
	return folded, nil
}

// CatchUpOwed returns the message that is to catch up in a chat and has not been sent yet: one into which a notice has been folded
// since a time. ok is false if there is none.
func CatchUpOwed(r Reader, chat Chat, since time.Time) (gathering Notice, ok bool, err error) {
	looked := 0
	for told, err := range Notices.By(r, byChat, chat.ID) {
		if err != nil {
			return Notice{}, false, err
		}
		if looked++; looked > mostToGather || told.Settled.Before(since) {
			break
		}
		occurrence, caughtUp := strings.CutPrefix(told.Into, string(CatchUpNotice)+"/")
		if !caughtUp {
			continue
		}
		key := Notice{Kind: CatchUpNotice, Scope: chat.Scope(), Occurrence: occurrence, Chat: chat.ID}.Key()
		standing, err := absentIsNil(Notices.Get(r, key...))
		if err != nil || standing == nil || !standing.Owed() {
			return Notice{}, false, err
		}
		return *standing, true, nil
	}
	return Notice{}, false, nil
}

// worthTelling is the stream of a notice that was folded, if its chat still wants to know of it; else nil.
func (s Scoped) worthTelling(told Notice, chat Chat, now time.Time) (*Stream, error) {
	stream, err := absentIsNil(s.Find(told.Stream))
	if err != nil || stream == nil || stream.Hidden() || told.Outcome == Sent && !stream.onAir() {
		return nil, err
	}
	order, err := OrderFor(s, chat, *stream, now)
	if err != nil || !order.Watched && len(order.Reminders) == 0 {
		return nil, err
	}
	return stream, nil
}

func containsStream(streams []Stream, id string) bool {
	return slices.ContainsFunc(streams, func(s Stream) bool { return s.ID == id })
}

// onAir reports whether something of the stream is on.
func (s Stream) onAir() bool {
	_, off := s.OffSince()
	return s.State == Live && !off
}

// byWeight orders streams by what their readers want to know first: what is on, what ended, what is to come, and the rest.
func byWeight(a, b Stream) int {
	weight := map[State]int{Live: 1, Due: 2, Ended: 3, Announced: 4}
	rank := func(s Stream) int {
		if w := weight[s.State]; w > 0 {
			return w
		}
		return len(weight) + 1
	}
	if d := rank(a) - rank(b); d != 0 {
		return d
	}
	return a.Start.At.Compare(b.Start.At)
}

// EndAfter is the first instant after a time at which quiet hours are over by the clocks of a zone. Where the clocks skip it, it
// is the first instant after the gap.
func (q Quiet) EndAfter(t time.Time, zone *time.Location) time.Time {
	_, to := q.Hours()
	return nextClock(t, to, zone)
}

// DigestSlot is the first instant after a time at which a chat's digest is due: 09:00 by the clocks of a zone.
func DigestSlot(t time.Time, zone *time.Location) time.Time {
	const nine = 9 * 60
	return nextClock(t, nine, zone)
}

// nextClock is the first instant after a time at which a zone's clocks show some minutes after midnight.
func nextClock(t time.Time, minutes int, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	const days = 3 // a day may be left out where the date line was moved
	for day := range days {
		at, _ := bot.Resolve(time.Date(y, m, d+day, 0, minutes, 0, 0, time.UTC), zone)
		if at.After(t) {
			return at
		}
	}
	return t.AddDate(0, 0, 1)
}
