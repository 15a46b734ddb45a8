package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// promisesKept are those that look for what is missing: what should have made a sound, should have been shown, should have been
// told later, and a reason that is none.
func promisesKept() []promise {
	return []promise{
		{"reasons", "Each notice that is not sent is listed with its reason: and that is so.", reasonsAreTrue},
		{"sounds", "A reminder, live, and what is called off after a ring make a sound by day.", soundsAreMade},
		{"follows", "Everything later edits the card: it follows its stream within minutes.", cardsFollow},
		{"live seen", "Live is sent at least once while useful.", liveIsShown},
		{"gathered", "What is folded into a later message is said there, or was said before it.", whatIsFoldedIsSaid},
		{"reachable again", "After an outage of a messenger a chat gets at most one catch-up message.", oneCatchUpUnreachable},
		{"resumed", "A suspension is told once to another chat of the community, and once to the chat when it is over.", suspensionsAreTold},
	}
}

// followsWithin is how soon a card shows how its stream stands, when nothing is in the way. That is tried again at growing distances.
const followsWithin = 5 * time.Minute

func reasonsAreTrue(l *simLog) (broken []breach) {
	for _, n := range l.sorted() {
		last := n.last()
		if last.Why != "" && !l.isSo(last) {
			broken = append(broken, l.ofNotice(last, "settled at %s because of %s, which is not so", last.Settled.Format(time.TimeOnly), last.Why))
		}
	}
	return broken
}

// isSo reports whether the reason of a notice was one when it was settled.
func (l *simLog) isSo(n storage.Notice) bool {
	chat := l.chat(n.Chat)
	switch n.Why {
	case "why.too_late":
		return n.Settled.After(n.Until)
	case "why.merged":
		return l.sawThen(chat, n, func(s storage.Stream) bool { return s.MergedInto != "" })
	case "why.withdrawn":
		return l.sawThen(chat, n, func(s storage.Stream) bool { return s.Withdrawn })
	case "why.unasked", "why.unwatched":
		return l.sawThen(chat, n, func(s storage.Stream) bool { return !l.wanted(chat, n, s) })
	case "why.overtaken":
		return l.overtaken(chat, n)
	case "why.on_card", "why.just_told":
		return l.toldBefore(n)
	case "why.paused":
		return slices.ContainsFunc(chat.paused, func(p span) bool { return p.covers(n.Settled) })
	case "why.suspended":
		return n.Suspension != nil && !n.Suspension.Since.After(n.Settled)
	case "why.held", "why.digest", "why.caught_up":
		return n.Into != "" && l.gatheringOf(n) != nil
	case "why.nothing_left":
		return n.Kind.Gathers()
	case "why.gone", "why.refused":
		return l.tried(n, func(m *message) bool { return m.err != nil && !m.lost })
	case "why.uncertain":
		return onceOnly(n.Kind) && (!n.Doubt.IsZero() || l.tried(n, func(m *message) bool { return m.lost }))
	default:
		return false // there is no such reason
	}
}

// sawThen reports whether a chat saw the stream of a notice so when that was settled. What is sent in one step is settled at the time
// when the step began, and the last of it is decided some messages later.
func (l *simLog) sawThen(chat *simChat, n storage.Notice, so func(s storage.Stream) bool) bool {
	if seen, _ := l.seen(chat.Scope(), n.Stream, n.Settled); so(seen) {
		return true
	}
	step := span{from: n.Settled, to: n.Settled.Add(slack)}
	return slices.ContainsFunc(l.saw(chat.Scope(), n.Stream), func(v version) bool { return step.covers(v.at) && so(v.Stream) })
}

// wanted reports whether a chat wants to be told what a notice tells of a stream.
func (l *simLog) wanted(chat *simChat, n storage.Notice, s storage.Stream) bool {
	if n.Kind == storage.ReminderNotice {
		return slices.Contains(chat.befores(s), n.Rung)
	}
	return len(chat.matching(s)) > 0
}

// overtaken reports whether things had moved on for a notice: its stream stood otherwise, just before or after, or as another scope
// tells it; a suspension was over.
func (l *simLog) overtaken(chat *simChat, n storage.Notice) bool {
	if n.Stream == "" {
		return n.Kind == storage.SuspendedNotice
	}
	for _, at := range []time.Time{n.Settled, n.Settled.Add(-time.Millisecond), n.Settled.Add(slack)} {
		seen, _ := l.seen(chat.Scope(), n.Stream, at)
		if seen.Scope != n.Scope || !fits(n, seen) {
			return true
		}
	}
	return false
}

// fits reports whether a notice tells of a stream as it stands.
func fits(n storage.Notice, s storage.Stream) bool {
	switch n.Kind {
	case storage.LiveNotice:
		return s.State == storage.Live
	case storage.BackNotice:
		_, off := s.OffSince()
		return s.State == storage.Live && !off
	case storage.EndedNotice, storage.CorrectedNotice:
		return s.State == storage.Ended
	case storage.MilestoneNotice:
		return s.State == storage.Live || s.State == storage.Ended
	case storage.CancelledNotice:
		return s.State == storage.Cancelled || s.State == storage.Postponed || s.Withdrawn
	case storage.ReminderNotice:
		return s.State == storage.Announced && strings.HasPrefix(n.Occurrence, fmt.Sprint(s.StartRevision, "-"))
	case storage.AnnouncedNotice:
		return s.State == storage.Announced || s.State == storage.Live
	default:
		return s.State == storage.Announced || n.Kind == storage.RumourNotice && s.State == storage.Due
	}
}

// toldBefore reports whether a message stood in the chat that says what a notice would have said, or whose edit does.
func (l *simLog) toldBefore(n storage.Notice) bool {
	return slices.ContainsFunc(l.about(n.Chat, n.Stream), func(m *message) bool { return !m.at.After(n.Settled.Add(slack)) }) // of two that are due at once the more urgent one may still be on its way
}

// gatheringOf is the notice into which another was folded; nil if there is none.
func (l *simLog) gatheringOf(n storage.Notice) *noticeStory {
	for _, other := range l.notices {
		last := other.last()
		if last.Chat == n.Chat && last.Kind.Gathers() && string(last.Kind)+"/"+last.Occurrence == n.Into {
			return other
		}
	}
	return nil
}

// tried reports whether there was such an attempt to send a notice.
func (l *simLog) tried(n storage.Notice, such func(m *message) bool) bool {
	key := storage.Key(n.Key()...)
	return slices.ContainsFunc(l.messages, func(m *message) bool { return l.nonces[m.nonce] == key && such(m) })
}

// soundsAreMade looks at messages without a sound, by day, for what their row of the table has.
func soundsAreMade(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			rang, doubt := false, false
			for i, m := range l.about(chat.ID, id) {
				seen, _ := l.seen(chat.Scope(), id, m.at)
				if m.silent && !doubt && mustRing(chat, m, seen, i == 0, rang) {
					broken = append(broken, l.ofMessage(m, "makes no sound"))
				}
				rang, doubt = rang || !m.silent, doubt || m.lost
			}
		}
	}
	return broken
}

// mustRing reports whether a message makes a sound, given whether it is the first about its stream, and whether another rang.
func mustRing(chat *simChat, m *message, s storage.Stream, first, rang bool) bool {
	asked, awake := chat.asked(s, m.notice.Rung)
	if m.notice.Kind == storage.ReminderNotice && asked && awake {
		return true
	}
	if chat.Quiet.Covers(m.at.In(chat.Location())) {
		return false
	}
	switch m.notice.Kind {
	case storage.ReminderNotice, storage.LiveNotice, storage.BackNotice:
		return true
	case storage.ChangedNotice, storage.CancelledNotice:
		return rang
	case storage.AnnouncedNotice:
		return first && s.State == storage.Announced && s.Start.At.Sub(m.notice.Due) < 2*time.Hour
	default:
		return false
	}
}

// stand is a stretch of time in which a chat sees a stream in one state.
type stand struct {
	span
	storage.Stream
}

// stands are how a stream stood, as a community saw it, one after the other.
func (l *simLog) stood(scope storage.Scope, id string) []stand {
	var all []stand
	for _, v := range l.saw(scope, id) {
		last := len(all) - 1
		if last >= 0 && all[last].State == v.State && all[last].Hidden() == v.Hidden() {
			all[last].Stream = v.Stream
			continue
		}
		if last >= 0 {
			all[last].to = v.at
		}
		all = append(all, stand{span: span{from: v.at, to: l.ended}, Stream: v.Stream})
	}
	return all
}

// inTheWay reports whether something kept a chat from being told in a stretch of time: the program or its messenger was out of reach,
// just before or in it, or nothing is to be sent there.
func (l *simLog) inTheWay(chat *simChat, from, to time.Time) bool {
	before := from.Add(-lastWait)
	overlap := func(s span) bool { return s.overlaps(before, to) }
	return l.down(before, to) || slices.ContainsFunc(l.outages[chat.Address.Messenger], overlap) ||
		slices.ContainsFunc(l.suspended[chat.ID], overlap) || slices.ContainsFunc(l.shut[chat.ID], overlap)
}

// lastWait is the longest time that the program waits between two attempts.
const lastWait = 10 * time.Minute

func cardsFollow(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			all := l.about(chat.ID, id)
			for _, s := range l.stood(chat.Scope(), id) {
				by := s.from.Add(followsWithin)
				if s.to.Before(by.Add(time.Second)) || l.inTheWay(chat, s.from, by) {
					continue
				}
				newest := newestBy(all, by)
				if newest == nil || newest.lost || newest.at.After(s.from) && newest.shownBy(by) == "card.pointer" {
					continue
				}
				if shows := newest.shownBy(by); !tells(shows, s.Stream) {
					broken = append(broken, l.ofMessage(newest, "shows %s at %s, the stream has been %s since %s", shows, by, s.State, s.from))
				}
			}
		}
	}
	return broken
}

// newestBy is the newest of some messages at a time.
func newestBy(all []*message, at time.Time) *message {
	var newest *message
	for _, m := range all {
		if !m.at.After(at) {
			newest = m
		}
	}
	return newest
}

// shownBy is what the message shows at a time.
func (m *message) shownBy(at time.Time) string {
	shows := m.says
	for _, e := range m.edits {
		if !e.at.After(at) {
			shows = e.says
		}
	}
	return shows
}

// liveIsShown looks at each time a stream comes on and stays so for a while, and for a message that shows it.
func liveIsShown(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			for _, s := range l.stood(chat.Scope(), id) {
				by := s.from.Add(followsWithin)
				quiet := chat.Quiet.Hold && (chat.Quiet.Covers(s.from.In(chat.Location())) || chat.Quiet.Covers(by.In(chat.Location())))
				paused := slices.ContainsFunc(chat.paused, func(p span) bool { return p.overlaps(s.from, by) })
				skip := s.State != storage.Live || s.Hidden() || s.to.Before(by) || quiet || paused || l.inTheWay(chat, s.from, by)
				if skip || len(chat.matching(s.Stream)) == 0 || chat.style(s.Stream) == storage.DigestStyle {
					continue
				}
				newest := newestBy(l.about(chat.ID, id), by)
				if newest == nil || !tells(newest.shownBy(by), s.Stream) {
					what := fmt.Sprintf("%s: nothing shows by %s that %s is live since %s", chat.name(), by, id, s.from)
					broken = append(broken, breach{what: what, stream: id, chat: chat, at: s.from})
				}
			}
		}
	}
	return broken
}

// whatIsFoldedIsSaid looks for each notice that was folded into another at what that one said in the end.
func whatIsFoldedIsSaid(l *simLog) (broken []breach) {
	for _, n := range l.sorted() {
		last := n.last()
		if last.Into == "" || last.Outcome != storage.Folded {
			continue
		}
		gathering := l.gatheringOf(last)
		if gathering == nil {
			broken = append(broken, l.ofNotice(last, "was folded into %s, which was never owed", last.Into))
			continue
		}
		if why := l.unsaid(last, gathering.last()); why != "" {
			broken = append(broken, l.ofNotice(last, "was folded into %s: %s", last.Into, why))
		}
	}
	return broken
}

// unsaid says what is wrong with what a gathering notice came to, for one that was folded into it; "" if nothing is.
func (l *simLog) unsaid(n, gathering storage.Notice) string {
	if gathering.Outcome != storage.Sent {
		if gathering.Why == "" {
			return "which has no reason"
		}
		if gathering.Why == "why.nothing_left" && !l.needless(n, gathering.Settled) {
			return "which had nothing to say"
		}
		return ""
	}
	key := storage.Key(gathering.Key()...)
	for _, m := range l.messages {
		if l.nonces[m.nonce] == key && m.taken && m.known && (m.lost || m.listed || l.subject(m) == n.Stream || slices.Contains(m.lists, n.Stream)) {
			return "" // one that lists more than it shows says so
		}
	}
	if l.needless(n, gathering.Settled) {
		return ""
	}
	return "which did not say it"
}

// needless reports whether there was nothing to say of a notice's stream any more at a time: it was taken back, nobody wants to know,
// or another message has told of it since.
func (l *simLog) needless(n storage.Notice, at time.Time) bool {
	chat := l.chat(n.Chat)
	seen, _ := l.seen(chat.Scope(), n.Stream, at)
	told := slices.ContainsFunc(l.about(n.Chat, n.Stream), func(m *message) bool { return !m.at.Before(n.Settled) && !m.at.After(at.Add(slack)) })
	return told || seen.Hidden() || !l.wanted(chat, n, seen)
}

// oneCatchUpUnreachable counts for each outage of a messenger, and each chat, what came late after it.
func oneCatchUpUnreachable(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, outage := range l.outages[chat.Address.Messenger] {
			if outage.to.Sub(outage.from) <= outageAfter || l.down(outage.to, outage.to.Add(outageAfter)) {
				continue
			}
			late := map[string]bool{}
			for _, m := range l.messages {
				if m.chat != chat.ID || !m.stands() || m.at.Before(outage.to) || !l.keptBy(chat, m, outage) {
					continue
				}
				late[m.nonce] = true
				if len(late) > 1 {
					broken = append(broken, l.ofMessage(m, "is message no. %d after an outage from %s to %s", len(late), outage.from, outage.to))
				}
			}
		}
	}
	return broken
}

// keptBy reports whether an outage of a messenger kept a message, for as long as what it kept is told in one.
func (l *simLog) keptBy(chat *simChat, m *message, outage span) bool {
	n := m.notice
	if n.Kind == storage.CatchUpNotice {
		return outage.covers(n.Due)
	}
	seen, _ := l.seen(chat.Scope(), n.Stream, m.at)
	asked, _ := chat.asked(seen, n.Rung)
	late := outage.covers(n.Due) && outage.to.Sub(n.Due) > outageAfter+lastWait // what was tried last before it was late may come alone
	return late && n.Stream != "" && (!asked || n.Kind != storage.ReminderNotice)
}

// suspensionsAreTold looks at each suspension for word of it.
func suspensionsAreTold(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, s := range l.suspended[chat.ID] {
			resumed := l.wordOf(storage.ResumedNotice, chat, s)
			if len(resumed) != 1 || resumed[0].Chat != chat.ID || resumed[0].Outcome != storage.Sent && resumed[0].Outcome != storage.Uncertain {
				broken = append(broken, breach{what: fmt.Sprintf("%s was suspended at %s, and is told that: %+v", chat.name(), s.from, resumed), chat: chat, at: s.from})
			}
			others := slices.ContainsFunc(l.chats, func(c *simChat) bool { return c.Community == chat.Community && c != chat })
			if told := l.wordOf(storage.SuspendedNotice, chat, s); others && len(told) != 1 {
				broken = append(broken, breach{what: fmt.Sprintf("%s was suspended at %s, and others are told that: %+v", chat.name(), s.from, told), chat: chat, at: s.from})
			}
		}
	}
	return broken
}

// wordOf are the notices of a kind that tell of a suspension.
func (l *simLog) wordOf(kind storage.NoticeKind, chat *simChat, s span) (word []storage.Notice) {
	for _, n := range l.sorted() {
		last := n.last()
		if last.Kind == kind && last.Suspension != nil && last.Suspension.Chat == chat.ID && s.from.Sub(last.Suspension.Since).Abs() < slack {
			word = append(word, last)
		}
	}
	return word
}

// listed are the ids of the streams that a message lists, and whether it says that there are more.
func listed(p bot.Post, voice bot.Voice) (ids []string, more bool) {
	for _, block := range p.Body {
		list, ok := block.(bot.List)
		if !ok {
			continue
		}
		for _, item := range list.Items {
			words := strings.Split(voice.Plain(item), " · ")
			ids = append(ids, words[len(words)-1])
		}
	}
	return ids, len(p.Footer) > 0
}
