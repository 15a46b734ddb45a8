package scheduler_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/storage"
)

// promise is a sentence of the product, and how a log is held against it.
type promise struct {
	rule string
	says string
	hold func(l *simLog) []breach
}

// breach is a promise that a log does not keep.
type breach struct {
	rule, what, stream string
	chat               *simChat
	at                 time.Time
}

// promises are all that is promised of messages, in the words of the product.
func promises() []promise {
	return append(promisesKept(), []promise{
		{"settled", "Each notice is delivered, or folded into a later one, or listed with its reason.", everyNoticeSettles},
		{"told", "Nothing accepted is lost without a word.", allNewsIsOwed},
		{"sent", "What is said to be sent was taken by the messenger, and what it took is on record.", sentMeansSent},
		{"rings", "A ring has its row in the table of rings and edits.", everyRingHasItsRow},
		{"two rings", "Defaults: at most two rings a stream and chat.", atMostTwoRings},
		{"live once", "Live is told once each time a stream comes on.", liveIsToldOnce},
		{"once", "Ended and weekly exactly once or shown as unsent.", onceOnlyIsSentOnce},
		{"weeks", "Exactly one week per chat and ISO week in its zone, Monday 09:00, silent.", oneWeekAWeek},
		{"doubled", "A doubled message is possible only for one in flight when the bot is killed, or whose answer is lost.", nothingIsDoubled},
		{"quiet", "In quiet hours nothing makes a sound but a reminder that asked for it, and what is urgent where that was chosen.", nightsAreQuiet},
		{"held", "Mode hold: no message at night but reminders that a person asked for.", heldNightsAreStill},
		{"late", "A notice more than 2 minutes late says how late and why.", lateSaysSo},
		{"in time", "A notice is late only where something was in its way.", lateForAReason},
		{"caught up", "After an outage a chat gets at most one catch-up message.", oneCatchUpAnOutage},
		{"newest", "The card is always the newest message about its stream; the one before shrinks to a pointer.", cardIsTheNewest},
		{"final", "In the end the card shows how its stream stands.", cardShowsTheEnd},
		{"true", "A message says what is so when it is said.", messagesAreTrue},
		{"ended", "A stream is live while one airing is on: it has not ended.", endedMeansAllOff},
		{"looks", "The same seen again, and first of all after a restart, is never news.", sameLooksAreNoNews},
		{"reminders", "A reminder comes at its time before the start as it stands, and never after the start.", remindersInTime},
		{"all reminders", "Each reminder that was asked for is owed.", allRemindersAreOwed},
		{"digest", "Style digest: at most one message a day, at 09:00.", oneDigestADay},
		{"mentions", "Mentions with a daily budget, never without a sound and never on \"ended\".", mentionsAreRare},
		{"paused", "A pause silences, and says so.", pausesSilence},
		{"suspended", "A suspended chat is tried once a day, the reason is said, and the chat is told once when it is over.", suspensionsSaySo},
		{"milestones", "A milestone is told once for each metric and step.", milestonesOnce},
		{"push line", "Every post has a headline of at most 100 characters, in the chat's language.", pushLines},
		{"edits", "Edits make no sound and mention nobody.", editsAreSilent},
		{"left", "In the end nothing is left to do, and every table holds together.", nothingIsLeft},
	}...)
}

// broken are all breaches of all promises.
func (l *simLog) broken() []breach {
	var broken []breach
	for _, p := range promises() {
		for _, b := range p.hold(l) {
			b.rule = p.rule
			broken = append(broken, b)
		}
	}
	return broken
}

// Bounds of the promises.
const (
	lateSays     = 2 * time.Minute
	slack        = 40 * time.Second // of a message that takes its time, and those that wait behind it
	outageAfter  = 15 * time.Minute
	ringStands   = 15 * time.Minute
	shortHeading = 100
)

func everyNoticeSettles(l *simLog) (broken []breach) {
	for _, n := range l.sorted() {
		last := n.last()
		switch {
		case last.Owed():
			broken = append(broken, l.ofNotice(last, "is still %s", last.Outcome))
		case last.Outcome != storage.Sent && last.Why == "":
			broken = append(broken, l.ofNotice(last, "is %s without a reason", last.Outcome))
		case last.Settled.Before(last.Due):
			broken = append(broken, l.ofNotice(last, "was settled at %s, before it was due", last.Settled))
		}
	}
	return broken
}

// sorted are all notices, by when they were owed.
func (l *simLog) sorted() []*noticeStory {
	all := make([]*noticeStory, 0, len(l.notices))
	for _, n := range l.notices {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *noticeStory) int {
		if d := a.owed.Compare(b.owed); d != 0 {
			return d
		}
		return strings.Compare(storage.Key(a.last().Key()...), storage.Key(b.last().Key()...))
	})
	return all
}

func (l *simLog) ofNotice(n storage.Notice, what string, args ...any) breach {
	chat := l.chat(n.Chat)
	said := fmt.Sprintf("%s: %s %s of %s due %s ", chat.name(), n.Kind, n.Occurrence, n.Stream, n.Due.Format(time.DateTime))
	return breach{what: said + fmt.Sprintf(what, args...), stream: n.Stream, chat: chat, at: n.Due}
}

func (l *simLog) ofMessage(m *message, what string, args ...any) breach {
	chat := l.chat(m.chat)
	said := fmt.Sprintf("%s: %s at %s: ", chat.name(), m.line(), m.at.In(chat.Location()).Format(time.DateTime))
	return breach{what: said + fmt.Sprintf(what, args...), stream: l.subject(m), chat: chat, at: m.at}
}

// allNewsIsOwed looks at each change of each stream, and for a notice to each chat that watches it.
func allNewsIsOwed(l *simLog) (broken []breach) {
	for _, id := range l.streams() {
		for i, v := range l.versions[id] {
			if v.gone {
				continue
			}
			kind := newsOf(l.before(id, i), v.Stream, v.at)
			if kind == "" {
				continue
			}
			for _, chat := range l.chats {
				n := storage.Notice{Kind: kind, Scope: v.Scope, Stream: id, Occurrence: strconv.Itoa(v.Revision), Chat: chat.ID, Due: v.at}
				if chat.watches == nil || len(chat.matching(v.Stream)) == 0 || !l.sees(chat, v, kind) {
					continue
				}
				if l.notices[storage.Key(n.Key()...)] == nil {
					broken = append(broken, l.ofNotice(n, "was never owed"))
				}
			}
		}
	}
	return broken
}

// before is what the scope of a version saw before it.
func (l *simLog) before(id string, i int) *storage.Stream {
	scope := l.versions[id][i].Scope
	var own, public *storage.Stream
	for j := range i {
		v := &l.versions[id][j]
		switch {
		case v.Scope == scope && v.gone:
			own = nil
		case v.Scope == scope:
			own = &v.Stream
		case v.Scope == storage.Public:
			public = &v.Stream
		}
	}
	if own != nil {
		return own
	}
	return public
}

// sees reports whether a change is one that a chat's community sees, for as long as the program may take to find it out.
func (l *simLog) sees(chat *simChat, v version, kind storage.NoticeKind) bool {
	until := l.upAfter(v.at).Add(slack)
	own := v.Scope == chat.Scope()
	for _, other := range l.versions[v.ID] {
		if other.Scope != chat.Scope() || other.Scope == v.Scope && !other.gone {
			continue
		}
		if other.at.Before(v.at) {
			own = other.gone == (v.Scope == storage.Public)
			continue
		}
		if !other.at.After(until) {
			return false // its own view of it comes, or goes, at the same time
		}
	}
	if v.Scope == storage.Public && chat.Scope() != storage.Public {
		copied := false
		for _, other := range l.versions[v.ID] {
			if other.Scope == chat.Scope() && !other.at.After(v.at) {
				copied = !other.gone
			}
		}
		return !copied
	}
	_ = kind
	return own
}

// upAfter is the first time at or after another at which the program is up, and stays up for a little.
func (l *simLog) upAfter(t time.Time) time.Time {
	for _, life := range l.lives {
		if life.to.IsZero() || life.to.Sub(life.from) > slack && life.to.Add(-slack).After(t) {
			if life.from.After(t) {
				return life.from
			}
			return t
		}
	}
	return t
}

// newsOf is what a change of a stream is to be told as, "" for nothing.
func newsOf(before *storage.Stream, after storage.Stream, at time.Time) storage.NoticeKind {
	fresh := before == nil || before.Withdrawn
	switch {
	case after.MergedInto != "":
		return ""
	case after.Withdrawn && fresh:
		return ""
	case after.Withdrawn:
		return storage.CancelledNotice
	case fresh && after.State == storage.Live:
		return storage.LiveNotice
	case fresh && after.State == storage.Announced && after.Start.At.After(at):
		return storage.AnnouncedNotice
	case fresh:
		return ""
	case after.State == storage.Announced && !before.Start.At.Equal(after.Start.At):
		return storage.ChangedNotice
	case after.State == storage.Announced && (before.State == storage.Cancelled || before.State == storage.Postponed):
		return storage.ChangedNotice
	case after.State == storage.Live && (before.State == storage.Ended || before.State == storage.Live):
		return backNews(*before, after)
	case after.State == before.State:
		return ""
	case after.State == storage.Live:
		return storage.LiveNotice
	case after.State == storage.Cancelled || after.State == storage.Postponed:
		return storage.CancelledNotice
	case after.State == storage.Ended:
		return storage.EndedNotice
	default:
		return ""
	}
}

// backNews is BackNotice where nothing of a stream was on for a quarter of an hour, and something is again.
func backNews(before, after storage.Stream) storage.NoticeKind {
	off := before.Finished
	if before.State == storage.Live {
		for _, a := range before.Airings {
			if a.State == storage.AiringOn {
				return ""
			}
			if a.State != "" && a.Since.After(off) {
				off = a.Since
			}
		}
	}
	for _, a := range after.Airings {
		if a.State == storage.AiringOn && !off.IsZero() && a.Since.Sub(off) >= outageAfter {
			return storage.BackNotice
		}
	}
	return ""
}

// matching are the watches of a chat that match a stream, narrowest first.
func (c *simChat) matching(s storage.Stream) []storage.Watch { return matchingOf(c.watches, s) }

func matchingOf(watches []storage.Watch, s storage.Stream) []storage.Watch {
	companies := []string{s.Automaker}
	for _, who := range people() {
		if slices.Contains(s.People, who.ID) {
			companies = append(companies, who.Offices[0].Automaker)
		}
	}
	var found [3][]storage.Watch
	for _, w := range watches {
		switch subject := w.Subjects[0]; subject.Kind {
		case storage.PersonSubject:
			if slices.Contains(s.People, subject.ID) {
				found[0] = append(found[0], w)
			}
		case storage.AutomakerSubject:
			if slices.Contains(companies, subject.ID) {
				found[1] = append(found[1], w)
			}
		default:
			found[2] = append(found[2], w)
		}
	}
	return slices.Concat(found[0], found[1], found[2])
}

// style is how a chat is told of a stream.
func (c *simChat) style(s storage.Stream) storage.Style {
	for _, w := range c.matching(s) {
		return w.Style
	}
	return storage.CardStyle
}

// asked reports whether a person asked for a reminder at a rung, and for a sound at night.
func (c *simChat) asked(s storage.Stream, rung time.Duration) (asked, night bool) {
	for _, w := range matchingOf(c.reminders, s) {
		if slices.Contains(w.Before, rung) {
			asked, night = true, night || w.Night
		}
	}
	return asked, night
}

// befores are the times before a stream at which a chat is to be reminded.
func (c *simChat) befores(s storage.Stream) []time.Duration {
	var all []time.Duration
	for _, w := range slices.Concat(c.matching(s), matchingOf(c.reminders, s)) {
		for _, before := range w.Before {
			if !slices.Contains(all, before) {
				all = append(all, before)
			}
		}
	}
	return all
}

func sentMeansSent(l *simLog) (broken []breach) {
	taken := map[string]bool{}
	for _, m := range l.messages {
		taken[m.nonce] = taken[m.nonce] || m.taken
		n := l.notices[l.nonces[m.nonce]]
		switch {
		case n == nil:
			broken = append(broken, l.ofMessage(m, "is no notice's"))
		case m.taken && !m.lost && n.last().Outcome != storage.Sent:
			broken = append(broken, l.ofMessage(m, "was taken, and its notice is %s", n.last().Outcome))
		}
	}
	for nonce, key := range l.nonces {
		last := l.notices[key].last()
		if last.Outcome == storage.Sent && !taken[nonce] {
			broken = append(broken, l.ofNotice(last, "is sent, and was never taken"))
		}
	}
	return broken
}

// stands are the messages of a chat about a stream, each notice once: what was doubled counts as its last.
func (l *simLog) standing(chat, stream string) []*message {
	all := l.about(chat, stream)
	return slices.DeleteFunc(all, func(m *message) bool {
		return slices.ContainsFunc(all, func(other *message) bool { return other.nonce == m.nonce && other.at.After(m.at) })
	})
}

func everyRingHasItsRow(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			var rang []*message
			for i, m := range l.standing(chat.ID, id) {
				if m.silent {
					continue
				}
				seen, _ := l.seen(chat.Scope(), id, m.at)
				if why := ringsFor(chat, seen, m, i, rang); why != "" {
					broken = append(broken, l.ofMessage(m, "rings %s", why))
				}
				if !m.lost {
					rang = append(rang, m)
				}
			}
		}
	}
	for _, m := range l.messages {
		if m.stands() && !m.silent && m.notice.Stream == "" && !m.notice.Kind.Gathers() {
			broken = append(broken, l.ofMessage(m, "rings and is about no stream"))
		}
	}
	return broken
}

// ringsFor says what is against a ring, given how many messages there were before it, and those that rang.
func ringsFor(chat *simChat, s storage.Stream, m *message, before int, rang []*message) string {
	n := m.notice
	card := chat.style(s) == storage.CardStyle
	switch n.Kind {
	case storage.AnnouncedNotice:
		if s.Start.At.Sub(n.Due) >= 2*time.Hour || before > 0 && len(rang) > 0 {
			return "for an announcement that is no late one, or not the first"
		}
	case storage.ReminderNotice:
		if !slices.Contains(chat.befores(s), n.Rung) {
			return "for a reminder that nobody asked for"
		}
	case storage.ChangedNotice:
		was := s.Earlier[max(len(s.Earlier)-1, 0):]
		if len(rang) == 0 && (len(was) == 0 || !movedMuch(was[0].At, s.Start.At, n.Due)) {
			return "for a small move before any ring"
		}
	case storage.LiveNotice:
		if card && len(rang) > 0 && n.Due.Sub(rang[len(rang)-1].at) < ringStands-slack {
			return "for what went live within 15 minutes of a ring"
		}
	case storage.BackNotice:
		if len(s.Gaps) == 0 {
			return "for what was never away"
		}
	case storage.CancelledNotice:
		if len(rang) == 0 {
			return "for what was called off before any ring"
		}
	case storage.MorningNotice, storage.CatchUpNotice:
		if s.State != storage.Live && (s.State != storage.Announced || s.Start.At.Sub(m.at) > 2*time.Hour) {
			return "for what is neither live nor soon"
		}
	default:
		return "although it never does"
	}
	return ""
}

// movedMuch reports whether a start that nothing rang for was moved earlier, or by a quarter of an hour within the last three.
func movedMuch(was, is, told time.Time) bool {
	near := was.Sub(told) <= 3*time.Hour || is.Sub(told) <= 3*time.Hour
	return is.Before(was) || near && is.Sub(was) >= 15*time.Minute
}

// atMostTwoRings looks at streams of which nothing came but their announcement, their start and their end.
func atMostTwoRings(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			saw := l.saw(chat.Scope(), id)
			if !plain(saw) || !chat.byDefault(saw[0].Stream) {
				continue
			}
			var rang []*message
			for _, m := range l.standing(chat.ID, id) {
				if !m.silent && !m.lost {
					rang = append(rang, m)
				}
			}
			// Who is reminded at another time than the hour before is also told at once of what becomes known late.
			most := 2
			if len(rang) > 0 && rang[0].notice.Kind != storage.ReminderNotice && saw[0].Start.At.Sub(rang[0].at) < 2*time.Hour &&
				!slices.Contains(chat.befores(saw[0].Stream), time.Hour) {
				most++
			}
			if len(rang) > most {
				broken = append(broken, l.ofMessage(rang[2], "is ring no. %d", len(rang)))
			}
		}
	}
	return broken
}

// byDefault reports whether a chat has the defaults for a stream: a card, and one reminder.
func (c *simChat) byDefault(s storage.Stream) bool {
	before := time.Hour
	if c.Kind == bot.Private {
		before = 10 * time.Minute
	}
	return len(c.watches) > 0 && c.style(s) == storage.CardStyle && slices.Equal(c.befores(s), []time.Duration{before})
}

// plain reports whether a stream was announced once, went on once and ended once.
func plain(saw []version) bool {
	if len(saw) == 0 {
		return false
	}
	for i, v := range saw {
		back := i > 0 && v.State == storage.Live && (saw[i-1].State == storage.Ended || backNews(saw[i-1].Stream, v.Stream) != "")
		if len(v.Earlier) > 0 || v.Hidden() || v.State == storage.Cancelled || v.State == storage.Postponed || back || v.Of != "" {
			return false
		}
	}
	return true
}

func liveIsToldOnce(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			came := 0
			saw := l.saw(chat.Scope(), id)
			for i, v := range saw {
				if v.State == storage.Live && (i == 0 || saw[i-1].State != storage.Live || saw[i-1].Hidden()) {
					came++
				}
			}
			for _, m := range l.standing(chat.ID, id) {
				if m.notice.Kind != storage.LiveNotice {
					continue
				}
				if came--; came < 0 {
					broken = append(broken, l.ofMessage(m, "it did not come on once more"))
				}
			}
		}
	}
	return broken
}

func onceOnlyIsSentOnce(l *simLog) (broken []breach) {
	times := map[string]int{}
	for _, m := range l.messages {
		if m.stands() && onceOnly(m.notice.Kind) {
			if times[m.nonce]++; times[m.nonce] > 1 {
				broken = append(broken, l.ofMessage(m, "came %d times", times[m.nonce]))
			}
		}
	}
	return broken
}

func onceOnly(kind storage.NoticeKind) bool {
	return kind == storage.EndedNotice || kind == storage.WeeklyNotice || kind == storage.DigestNotice ||
		kind == storage.SuspendedNotice || kind == storage.ResumedNotice
}

// oneWeekAWeek counts the Mondays of each chat's calendar by itself.
func oneWeekAWeek(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		if len(chat.watches) == 0 {
			continue
		}
		weeks := map[string]storage.Notice{}
		for _, n := range l.notices {
			if last := n.last(); last.Kind == storage.WeeklyNotice && last.Chat == chat.ID {
				weeks[last.Occurrence] = last
			}
		}
		expected := 0
		year, month, day := l.begun.In(chat.Location()).Date()
		for ; ; day++ {
			monday := time.Date(year, month, day, 9, 0, 0, 0, chat.Location())
			if !monday.Before(l.ended) {
				break
			}
			if monday.Weekday() != time.Monday || !monday.After(l.begun) {
				continue
			}
			expected++
			y, w := monday.AddDate(0, 0, -7).ISOWeek()
			n, ok := weeks[fmt.Sprintf("%04d-W%02d", y, w)]
			switch {
			case !ok:
				broken = append(broken, breach{what: fmt.Sprintf("%s got no week for %d-W%02d", chat.name(), y, w), chat: chat, at: monday})
			case !n.Due.Equal(monday):
				broken = append(broken, l.ofNotice(n, "and not on Monday at 9"))
			}
		}
		if len(weeks) != expected {
			broken = append(broken, breach{what: fmt.Sprintf("%s got %d weeks, want %d", chat.name(), len(weeks), expected), chat: chat, at: l.begun})
		}
	}
	return broken
}

func nothingIsDoubled(l *simLog) (broken []breach) {
	before := map[string]*message{}
	for _, m := range l.messages {
		if !m.stands() {
			continue
		}
		was := before[m.nonce]
		before[m.nonce] = m
		remembers, knows := l.remembers[l.chat(m.chat).Address.Messenger]
		switch {
		case was == nil:
		case !was.lost:
			broken = append(broken, l.ofMessage(m, "is a second one, and the first went well"))
		case knows && m.at.Sub(was.at) <= remembers:
			broken = append(broken, l.ofMessage(m, "is a second one, although the messenger knows it again"))
		}
	}
	return broken
}

// isNight reports whether a message came in the quiet hours of its chat, and was not on its way when they began.
func (c *simChat) isNight(at time.Time) bool {
	zone := c.Location()
	return c.Quiet.Covers(at.In(zone)) && c.Quiet.Covers(at.Add(-slack).In(zone))
}

// mayAtNight reports whether a message may make a sound at night.
func (l *simLog) mayAtNight(chat *simChat, m *message) bool {
	seen, _ := l.seen(chat.Scope(), m.notice.Stream, m.at)
	if m.notice.Kind == storage.ReminderNotice {
		_, night := chat.asked(seen, m.notice.Rung)
		return night
	}
	return chat.Quiet.Urgent && (m.notice.Kind == storage.ChangedNotice || m.notice.Kind == storage.CancelledNotice)
}

func nightsAreQuiet(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		chat := l.chat(m.chat)
		if m.stands() && !m.silent && chat.isNight(m.at) && !l.mayAtNight(chat, m) {
			broken = append(broken, l.ofMessage(m, "rings at night"))
		}
	}
	return broken
}

func heldNightsAreStill(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		chat := l.chat(m.chat)
		if !m.stands() || !chat.Quiet.Hold || !chat.isNight(m.at) || l.mayAtNight(chat, m) {
			continue
		}
		seen, _ := l.seen(chat.Scope(), m.notice.Stream, m.at)
		if asked, _ := chat.asked(seen, m.notice.Rung); asked && m.notice.Kind == storage.ReminderNotice {
			continue
		}
		broken = append(broken, l.ofMessage(m, "comes in a night that is to be still"))
	}
	return broken
}

func lateSaysSo(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		if m.stands() && m.at.Sub(m.notice.Due) > lateSays+slack && !m.excuse {
			broken = append(broken, l.ofMessage(m, "is %s late and does not say so", m.at.Sub(m.notice.Due)))
		}
	}
	return broken
}

// lateForAReason looks at when a notice was tried first: nothing but an outage or a suspension may keep it for more than two minutes.
func lateForAReason(l *simLog) (broken []breach) {
	tried := map[string]bool{}
	for _, m := range l.messages {
		if tried[m.nonce] {
			continue
		}
		tried[m.nonce] = true
		due := m.notice.Due
		if m.at.Sub(due) <= lateSays || l.down(due.Add(-slack), m.at) {
			continue
		}
		chat := l.chat(m.chat)
		out := slices.ContainsFunc(l.outages[chat.Address.Messenger], func(s span) bool { return s.overlaps(due.Add(-outageAfter), m.at) })
		night := chat.Quiet.Hold && m.notice.Stream == "" && chat.Quiet.Covers(m.at.Add(-slack).In(chat.Location()))
		if out || night || len(chat.paused) > 0 && chat.paused[0].overlaps(due.Add(-slack), m.at) {
			continue
		}
		broken = append(broken, l.ofMessage(m, "was due at %s", due))
	}
	return broken
}

// oneCatchUpAnOutage counts for each outage of the program, and each chat, what came late after it.
func oneCatchUpAnOutage(l *simLog) (broken []breach) {
	for i, life := range l.lives[min(len(l.lives), 1):] {
		outage := span{from: l.lives[i].to, to: life.from}
		if outage.to.Sub(outage.from) <= outageAfter {
			continue
		}
		for _, chat := range l.chats {
			var late []*message
			for _, m := range l.messages {
				if m.chat != chat.ID || !m.stands() || m.at.Before(outage.to) || !l.catchesUp(chat, m, outage) {
					continue
				}
				if !slices.ContainsFunc(late, func(other *message) bool { return other.nonce == m.nonce }) {
					late = append(late, m)
				}
			}
			if len(late) > 1 {
				broken = append(broken, l.ofMessage(late[1], "is message no. 2 of %d after an outage from %s to %s", len(late), outage.from, outage.to))
			}
		}
	}
	return broken
}

// catchesUp reports whether a message tells what an outage kept: not the week or a day's digest, which are messages of their own,
// and not what a person asked for.
func (l *simLog) catchesUp(chat *simChat, m *message, outage span) bool {
	n := m.notice
	if n.Kind == storage.CatchUpNotice {
		return n.Occurrence == storage.WasDown+outage.to.UTC().Format(time.RFC3339)
	}
	seen, _ := l.seen(chat.Scope(), n.Stream, m.at)
	asked, _ := chat.asked(seen, n.Rung)
	late := outage.covers(n.Due) && outage.to.Sub(n.Due) > outageAfter
	return late && n.Stream != "" && (!asked || n.Kind != storage.ReminderNotice)
}

// cardIsTheNewest looks at each edit: one that makes a pointer is of a message that has been followed by another, all others are of
// the newest. What a messenger took without saying so is not known to be there.
func cardIsTheNewest(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			all := l.cardsOf(chat, id)
			for i, m := range all {
				for _, e := range m.edits {
					newer := i+1 < len(all) && !all[i+1].sure.After(e.at)
					if newer != (e.says == "card.pointer") {
						broken = append(broken, l.ofMessage(m, "is edited at %s to say %s, there is a newer one: %t", e.at, e.says, newer))
					}
				}
				seen, _ := l.seen(chat.Scope(), id, m.at)
				pointer := i+1 < len(all) && chat.style(seen) != storage.MessagesStyle
				if pointer != (m.shows() == "card.pointer") && !m.stuck && !l.unreachable(chat, m.at) {
					broken = append(broken, l.ofMessage(m, "is message %d of %d and shows %s in the end", i+1, len(all), m.shows()))
				}
			}
		}
	}
	return broken
}

// cardsOf are the messages that became the card of a stream in a chat, in the order in which they were known to be there: one
// whose answer was lost is the card once the messenger has said that it knows it, although others may stand below it by then.
func (l *simLog) cardsOf(chat *simChat, stream string) []*message {
	all := slices.DeleteFunc(l.about(chat.ID, stream), func(m *message) bool { return m.lost })
	slices.SortStableFunc(all, func(a, b *message) int { return a.sure.Compare(b.sure) })
	return all
}

// unreachable reports whether a chat has been suspended since a time.
func (l *simLog) unreachable(chat *simChat, since time.Time) bool {
	return slices.ContainsFunc(l.suspended[chat.ID], func(s span) bool { return s.to.IsZero() || s.to.After(since) && s.from.Before(since.Add(48*time.Hour)) })
}

// stateSaid is the state that a headline tells of, where it tells of one.
func stateSaid(says string) (states []storage.State) {
	switch says {
	case "card.announced", "card.reminder", "card.any_moment", "card.moved", "card.moved_later", "card.moved_earlier":
		return []storage.State{storage.Announced}
	case "card.due":
		return []storage.State{storage.Due}
	case "card.rumour":
		return []storage.State{storage.Announced, storage.Due}
	case "card.live", "card.live_late", "card.live_since", "card.back", "card.off_cut", "card.off_cut_one", "card.off_interrupted", "card.off_interrupted_one":
		return []storage.State{storage.Live}
	case "card.ended", "card.corrected":
		return []storage.State{storage.Ended}
	case "card.milestone":
		return []storage.State{storage.Live, storage.Ended}
	case "card.cancelled":
		return []storage.State{storage.Cancelled}
	case "card.postponed":
		return []storage.State{storage.Postponed}
	case "card.unknown":
		return []storage.State{storage.Unseen}
	case "card.unstarted":
		return []storage.State{storage.Unstarted}
	default:
		return nil
	}
}

// tells reports whether a headline fits how a stream stands.
func tells(says string, s storage.Stream) bool {
	switch {
	case says == "card.merged":
		return s.MergedInto != ""
	case says == "card.withdrawn":
		return s.Withdrawn
	case says == "card.pointer" || strings.HasPrefix(says, "gather."):
		return true
	default:
		return !s.Hidden() && slices.Contains(stateSaid(says), s.State)
	}
}

func cardShowsTheEnd(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			all := l.cardsOf(chat, id)
			seen, ok := l.seen(chat.Scope(), id, l.ended)
			if len(all) == 0 || !ok {
				continue
			}
			newest := all[len(all)-1]
			if !tells(newest.shows(), seen) && !newest.stuck && !l.unreachable(chat, newest.at) {
				broken = append(broken, l.ofMessage(newest, "shows %s in the end, the stream is %s", newest.shows(), seen.State))
			}
			if !seen.Hidden() && slices.Contains([]storage.State{storage.Announced, storage.Due, storage.Live}, seen.State) {
				broken = append(broken, l.ofMessage(newest, "the stream is %s for ever", seen.State))
			}
		}
	}
	return broken
}

func messagesAreTrue(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		id := l.subject(m)
		if id == "" || !m.taken {
			continue
		}
		scope := l.chat(m.chat).Scope()
		saw := l.saw(scope, id)
		so := func(says string, at time.Time) bool {
			before, _ := l.seen(scope, id, at.Add(-time.Millisecond))
			now := func(v version) bool { return v.at.Equal(at) && tells(says, v.Stream) }
			return tells(says, before) || slices.ContainsFunc(saw, now)
		}
		if !so(m.says, m.at) {
			seen, _ := l.seen(scope, id, m.at)
			broken = append(broken, l.ofMessage(m, "the stream is %s", seen.State))
		}
		for _, e := range m.edits {
			if !so(e.says, e.at) {
				seen, _ := l.seen(scope, id, e.at)
				broken = append(broken, l.ofMessage(m, "is edited at %s to %s, the stream is %s", e.at, e.says, seen.State))
			}
		}
	}
	return broken
}

func endedMeansAllOff(l *simLog) (broken []breach) {
	for _, id := range l.streams() {
		for i, v := range l.versions[id] {
			on := slices.ContainsFunc(v.Airings, func(a storage.Airing) bool { return a.State == storage.AiringOn })
			if v.State == storage.Ended && on && !v.Hidden() {
				broken = append(broken, breach{what: "ended while on: " + v.brief(), stream: id, at: v.at})
			}
			if v.State == storage.Ended && v.Scope == storage.Public && l.seenOn(id, v.at) && (i == 0 || l.versions[id][i-1].State == storage.Live) {
				broken = append(broken, breach{what: "ended while it is seen on: " + v.brief(), stream: id, at: v.at})
			}
		}
	}
	return broken
}

// seenOn reports whether a source saw a stream on somewhere when it looked last, not long before a time.
func (l *simLog) seenOn(stream string, at time.Time) bool {
	on := map[string]bool{}
	for _, s := range l.sightings {
		if s.stream == stream && s.at.Before(at) {
			on[s.platform] = s.on && at.Sub(s.at) < outageAfter
		}
	}
	for _, is := range on {
		if is {
			return true
		}
	}
	return false
}

func sameLooksAreNoNews(l *simLog) (broken []breach) {
	for _, look := range l.looks {
		if look.changed {
			broken = append(broken, breach{what: fmt.Sprintf("stream %s at %s", look.stream, look.at), stream: look.stream, chat: l.chats[0], at: look.at})
		}
	}
	return broken
}

func remindersInTime(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		if m.notice.Kind != storage.ReminderNotice || !m.taken {
			continue
		}
		seen, _ := l.seen(l.chat(m.chat).Scope(), m.notice.Stream, m.at)
		due := seen.Start.At.Add(-m.notice.Rung)
		asked, _ := l.chat(m.chat).asked(seen, m.notice.Rung)
		switch {
		case m.at.After(seen.Start.At.Add(slack)):
			broken = append(broken, l.ofMessage(m, "the start was at %s", seen.Start.At))
		case !m.notice.Due.Equal(due) && (!asked || !m.notice.Due.After(due)):
			broken = append(broken, l.ofMessage(m, "it is due %s before %s", m.notice.Rung, seen.Start.At))
		case m.at.Before(due):
			broken = append(broken, l.ofMessage(m, "it comes before its time"))
		}
	}
	return broken
}

func allRemindersAreOwed(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, id := range l.streams() {
			saw := l.saw(chat.Scope(), id)
			for i, v := range saw {
				until := l.ended
				for _, later := range saw[i+1:] {
					same := later.StartRevision == v.StartRevision && later.State == v.State && later.Scope == v.Scope && !later.Hidden()
					if !same {
						until = later.at
						break
					}
				}
				if v.State != storage.Announced || v.Hidden() || i > 0 && saw[i-1].StartRevision == v.StartRevision && saw[i-1].State == v.State && saw[i-1].Scope == v.Scope {
					continue
				}
				for _, before := range chat.befores(v.Stream) {
					due := v.Start.At.Add(-before)
					n := storage.Notice{
						Kind: storage.ReminderNotice, Scope: v.Scope, Stream: id, Chat: chat.ID, Due: due,
						Occurrence: strconv.Itoa(v.StartRevision) + "-" + before.String(),
					}
					if !due.After(v.at) || !l.upAfter(due).Add(slack).Before(until) {
						continue
					}
					if l.notices[storage.Key(n.Key()...)] == nil {
						broken = append(broken, l.ofNotice(n, "was never owed"))
					}
				}
			}
		}
	}
	return broken
}

func oneDigestADay(l *simLog) (broken []breach) {
	days := map[string]string{}
	for _, m := range l.messages {
		chat := l.chat(m.chat)
		digests := len(chat.watches) > 0 && chat.watches[0].Style == storage.DigestStyle
		if !digests || !m.stands() || m.notice.Stream == "" && m.notice.Kind != storage.DigestNotice {
			continue
		}
		local := m.notice.Due.In(chat.Location())
		day := chat.ID + local.Format(time.DateOnly) // one that an outage kept until after midnight is still that of its day
		switch {
		case m.notice.Kind != storage.DigestNotice:
			broken = append(broken, l.ofMessage(m, "is not a digest"))
		case local.Hour() != 9 || local.Minute() != 0:
			broken = append(broken, l.ofMessage(m, "is due at %s", local))
		case days[day] != "":
			broken = append(broken, l.ofMessage(m, "is the second one of the day"))
		}
		days[day] = m.nonce
	}
	return broken
}

func mentionsAreRare(l *simLog) (broken []breach) {
	const most = 3
	counts := map[string]int{}
	counted := map[string]bool{}
	for _, m := range l.messages {
		if !m.stands() || len(m.mentions) == 0 {
			continue
		}
		switch m.notice.Kind {
		case storage.AnnouncedNotice, storage.ReminderNotice, storage.LiveNotice, storage.BackNotice, storage.ChangedNotice, storage.CancelledNotice:
		default:
			broken = append(broken, l.ofMessage(m, "mentions"))
		}
		if m.silent {
			broken = append(broken, l.ofMessage(m, "mentions without a sound"))
		}
		if counted[m.nonce] {
			continue
		}
		counted[m.nonce] = true
		day := m.chat + m.at.In(l.chat(m.chat).Location()).Format(time.DateOnly)
		if counts[day]++; counts[day] > most {
			broken = append(broken, l.ofMessage(m, "is mention no. %d of the day", counts[day]))
		}
	}
	return broken
}

func pausesSilence(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		chat := l.chat(m.chat)
		aboutChat := m.notice.Kind == storage.SuspendedNotice || m.notice.Kind == storage.ResumedNotice
		inside := func(p span) bool { return p.covers(m.at) && p.covers(m.at.Add(-slack)) }
		if m.stands() && !aboutChat && slices.ContainsFunc(chat.paused, inside) {
			broken = append(broken, l.ofMessage(m, "comes in a pause"))
		}
	}
	silenced := map[string]int{}
	for _, n := range l.notices {
		if n.last().Why == "why.paused" {
			silenced[n.last().Chat]++
		}
	}
	for _, chat := range l.chats {
		if len(chat.paused) > 0 && silenced[chat.ID] == 0 {
			broken = append(broken, breach{what: chat.name() + " was paused, and no notice says so", chat: chat, at: chat.paused[0].from})
		}
	}
	return broken
}

func suspensionsSaySo(l *simLog) (broken []breach) {
	for _, chat := range l.chats {
		for _, s := range l.suspended[chat.ID] {
			var last time.Time
			told := 0
			for _, m := range l.messages {
				if m.chat != chat.ID {
					continue
				}
				// What was sent ends the suspension: the attempt that does is the last one in it.
				if m.at.After(s.from) && m.at.Before(s.to) && m.err != nil {
					if !last.IsZero() && m.at.Sub(last) < 23*time.Hour && m.notice.Kind != storage.ResumedNotice && m.notice.Attempts == 1 {
						broken = append(broken, l.ofMessage(m, "is tried less than a day after %s", last))
					}
					last = m.at
				}
				if m.notice.Kind == storage.ResumedNotice && m.notice.Suspension.Since.Equal(s.from.Truncate(0)) && m.taken {
					told++
				}
			}
			if s.to.IsZero() {
				broken = append(broken, breach{what: chat.name() + " is suspended for ever", chat: chat, at: s.from})
			}
			_ = told
		}
	}
	for _, n := range l.sorted() {
		last := n.last()
		if last.Why == "why.suspended" && (last.Suspension == nil || last.Attempts > 1 && last.Outcome == storage.Refused && last.Message != "") {
			broken = append(broken, l.ofNotice(last, "does not say which suspension"))
		}
	}
	return broken
}

func milestonesOnce(l *simLog) (broken []breach) {
	told := map[string]string{}
	for _, m := range l.messages {
		if m.notice.Kind != storage.MilestoneNotice || !m.stands() {
			continue
		}
		metric, step, ok := storage.ParseMilestone(m.notice.Occurrence)
		key := fmt.Sprint(m.chat, m.notice.Stream, metric, step)
		if !ok || told[key] != "" && told[key] != m.nonce {
			broken = append(broken, l.ofMessage(m, "was told before"))
		}
		told[key] = m.nonce
	}
	return broken
}

func pushLines(l *simLog) (broken []breach) {
	line := func(m *message, headline string) {
		if n := utf8.RuneCountInString(headline); n > shortHeading || n == 0 {
			broken = append(broken, l.ofMessage(m, "%q has %d characters", headline, n))
		}
	}
	for _, m := range l.messages {
		line(m, m.headline)
		chat := l.chat(m.chat)
		if m.locale != chat.Locale || m.also != (chat.Also != "") {
			broken = append(broken, l.ofMessage(m, "is worded in %s, in a second language: %t", m.locale, m.also))
		}
		for _, e := range m.edits {
			line(m, e.headline)
		}
	}
	return broken
}

func editsAreSilent(l *simLog) (broken []breach) {
	for _, m := range l.messages {
		for _, e := range m.edits {
			if !e.silent || len(e.mentions) > 0 {
				broken = append(broken, l.ofMessage(m, "an edit at %s rings or mentions", e.at))
			}
		}
	}
	return broken
}

func nothingIsLeft(l *simLog) (broken []breach) {
	for _, what := range l.left {
		broken = append(broken, breach{what: what})
	}
	return broken
}
