package scheduler

import (
	"cmp"
	"errors"
	"sync"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// catchUpAfter is how long an outage must have lasted, and how late a notice must be, for what was missed to be told in one message.
const catchUpAfter = 15 * time.Minute

// How long gathering notices are useful.
const (
	morningFor = 12 * time.Hour
	digestFor  = 20 * time.Hour
	catchUpFor = 48 * time.Hour // a messenger may be down for a day
)

// soonAfter is how soon a stream must begin for a message that gathers to make a sound.
const soonAfter = 2 * time.Hour

// gather decides whether a message that would be sent now is said by another one later, together with others: the day's digest,
// the morning's card after a night in which the chat wants no messages, or the one that catches up after an outage.
func (out *delivery) gather(r storage.Reader, event Event, now time.Time, outages *outages) (folded bool, err error) {
	switch {
	case out.asked:
		return false, nil // somebody asked for this very message
	case out.style == storage.DigestStyle:
		return out.foldInto(r, out.digest(now), "why.digest", now)
	case out.heldAtNight(event, now):
		return out.foldInto(r, out.morning(now), "why.held", now)
	}
	if key, ok := outages.of(out.notice, now); ok {
		return out.catchUp(r, key, now)
	}
	return false, nil
}

// catchUp leaves the notice to the message that catches up after an outage: that which the chat is owed already, if there is one. Where
// the program began anew while a messenger was out of reach, both are one outage to the chat.
func (out *delivery) catchUp(r storage.Reader, outage string, now time.Time) (folded bool, err error) {
	gathering, owed, err := storage.CatchUpOwed(r, out.chat, now.Add(-catchUpFor))
	if err != nil {
		return false, err
	}
	if !owed {
		gathering = out.gathering(storage.CatchUpNotice, outage, now, catchUpFor)
	}
	return out.foldInto(r, gathering, "why.caught_up", now)
}

// foldInto settles the notice as one that another says, unless that has been sent already.
func (out *delivery) foldInto(r storage.Reader, gathering storage.Notice, why string, now time.Time) (bool, error) {
	standing, err := storage.Notices.Get(r, gathering.Key()...)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return false, err
	}
	if err == nil && !standing.Owed() {
		return false, nil
	}
	out.notice = settled(out.notice.FoldInto(gathering), storage.Folded, why, now)
	out.owed = &gathering
	return true, nil
}

// gathering is a notice that says others, due at a time.
func (out *delivery) gathering(kind storage.NoticeKind, occurrence string, due time.Time, useful time.Duration) storage.Notice {
	return storage.Notice{
		Kind: kind, Scope: out.chat.Scope(), Occurrence: occurrence, Chat: out.chat.ID, Messenger: out.chat.Address.Messenger,
		Due: due, Until: due.Add(useful),
	}
}

func (out *delivery) digest(now time.Time) storage.Notice {
	zone := out.chat.Location()
	at := storage.DigestSlot(now, zone)
	return out.gathering(storage.DigestNotice, at.In(zone).Format(time.DateOnly), at, digestFor)
}

func (out *delivery) morning(now time.Time) storage.Notice {
	zone := out.chat.Location()
	at := out.chat.Quiet.EndAfter(now, zone)
	return out.gathering(storage.MorningNotice, at.In(zone).Format(time.DateOnly), at, morningFor)
}

// atNight reports whether it is quiet in the chat, for a message of an event.
func (out *delivery) atNight(event Event, now time.Time) bool {
	q := out.chat.Quiet
	if out.night || q.Urgent && urgent(event) {
		return false
	}
	return q.Covers(now.In(out.chat.Location()))
}

func (out *delivery) heldAtNight(event Event, now time.Time) bool {
	return out.chat.Quiet.Hold && out.atNight(event, now)
}

// waits leaves for the morning what is itself no news of a stream, such as a week that an outage has kept, in a chat that wants no
// messages at night.
func (out *delivery) waits(now time.Time) bool {
	q := out.chat.Quiet
	if !q.Hold || !q.Covers(now.In(out.chat.Location())) {
		return false
	}
	out.notice.NotBefore = q.EndAfter(now, out.chat.Location())
	return true
}

// urgent reports whether an event may be let through at night by the chat's choice: somebody may be waiting for the stream.
func urgent(event Event) bool { return event == CalledOffLoud || event == MovedLoudly }

// remindInTheMorning has a stream that went live without a sound because it is night told once more in the morning, should it
// last so long.
func (out *delivery) remindInTheMorning(event Event, now time.Time) {
	live := event == WentLive || event == CameBack
	if !live || out.rings || out.asked || !out.atNight(event, now) {
		return
	}
	morning := out.morning(now)
	out.notice = out.notice.FoldInto(morning)
	out.owed = &morning
}

// decideGathered looks at what a gathering notice is about. Of one stream it becomes the card; of none there is nothing to say.
func decideGathered(r storage.Reader, out *delivery, now time.Time) error {
	if out.notTold(now) {
		return nil
	}
	n := out.notice
	streams, err := storage.Gathered(r, out.chat, n, now)
	if err != nil {
		return err
	}
	if len(streams) == 0 {
		out.notice = settled(n, storage.Folded, "why.nothing_left", now)
		return nil
	}
	for _, s := range streams {
		soon := s.Upcoming() && s.Start.Timed() && s.Start.At.After(now) && s.Start.At.Sub(now) <= soonAfter
		if soon || s.State == storage.Live {
			out.rings = n.Kind != storage.DigestNotice && !out.chat.Quiet.Covers(now.In(out.chat.Location()))
		}
	}
	if len(streams) == 1 {
		out.stream = &streams[0]
		if err := out.readCard(r, now); err != nil {
			return err
		}
		order, err := storage.OrderFor(r, out.chat, streams[0], now)
		if err != nil {
			return err
		}
		out.style = cmp.Or(order.Style, storage.CardStyle)
	}
	out.fly(now)
	return nil
}

// readCard reads the card of the stream in the chat, and how often what is known beside the stream has changed.
func (out *delivery) readCard(r storage.Reader, now time.Time) error {
	asides, err := storage.Asides(r, out.chat.Scope(), out.stream.ID)
	if err != nil {
		return err
	}
	out.asides = asides
	card, err := storage.Cards.Get(r, out.stream.ID, out.chat.ID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	out.card = passedBy(card, now)
	return nil
}

// passedBy is a card by a clock that may have been set back since: what it says was done later than now was done at some time, and is no
// reason to leave out what comes now.
func passedBy(card storage.Card, now time.Time) storage.Card {
	const sometime = 24 * time.Hour
	if card.Sent.After(now) {
		card.Sent = now.Add(-sometime)
	}
	if card.Rang.After(now) {
		card.Rang = now.Add(-sometime)
	}
	return card
}

// outages are the times in which notices could not be told: since before this process began, while the machine slept, and while a
// messenger could not be reached. It may be used from many goroutines at once.
type outages struct {
	mu      sync.Mutex
	began   time.Time // zero: it is not known
	asleep  span      // the last sleep
	failing map[bot.Messenger]time.Time
	lost    map[bot.Messenger]int // calls in a row that were not answered
	last    map[bot.Messenger]span
}

type span struct{ from, to time.Time }

// long reports whether an outage was so long that what was missed is told in one message.
func (s span) long() bool { return s.to.Sub(s.from) > catchUpAfter }

// until is the part of an outage that is not later than a time.
func (s span) until(now time.Time) span {
	return span{from: earlier(s.from, now), to: earlier(s.to, now)}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func newOutages() *outages {
	return &outages{failing: map[bot.Messenger]time.Time{}, lost: map[bot.Messenger]int{}, last: map[bot.Messenger]span{}}
}

// start notes when this process began to send.
func (o *outages) start(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.began.IsZero() {
		o.began = now
	}
}

// slept notes that nothing could be done for a time, nor noticed. A machine that wakes for a moment now and then sleeps on.
func (o *outages) slept(from, to time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if from.Sub(o.asleep.to) <= catchUpAfter {
		from = earlier(from, o.asleep.from)
	}
	o.asleep = span{from: from, to: to}
}

// clip forgets what is later than now, by a clock that has been set back.
func (o *outages) clip(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.began, o.asleep = earlier(o.began, now), o.asleep.until(now)
	for messenger, since := range o.failing {
		o.failing[messenger] = earlier(since, now)
	}
	for messenger, last := range o.last {
		o.last[messenger] = last.until(now)
	}
}

// note takes down how a sending went. A messenger that says no, or to come later, can be reached.
func (o *outages) note(messenger bot.Messenger, err error, now time.Time) {
	if errors.Is(err, bot.ErrNoRoom) {
		return // it was not asked
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost[messenger]++; !unreachable(err) {
		o.lost[messenger] = 0
	}
	since, failing := o.failing[messenger]
	switch {
	case unreachable(err) && !failing:
		o.failing[messenger] = now
	case !unreachable(err) && failing:
		o.last[messenger] = span{from: since, to: now}
		delete(o.failing, messenger)
	}
}

// lostInARow is how many calls to a messenger were not answered since the last one that was.
func (o *outages) lostInARow(messenger bot.Messenger) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lost[messenger]
}

// keptBack reports whether a notice could have been sent earlier, had its messenger been within reach, for a minute or more.
func (o *outages) keptBack(n storage.Notice, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if since, failing := o.failing[n.Messenger]; failing && now.Sub(since) >= time.Minute {
		return true
	}
	last := o.last[n.Messenger]
	return n.From().Before(last.to) && last.to.Sub(last.from) >= time.Minute
}

// unreachable reports whether an error is that of a messenger that does not answer. One of ours, of a notice that cannot be worded for
// instance, says nothing of any messenger.
func unreachable(err error) bool {
	if retry, ok := errors.AsType[*bot.RetryError](err); ok {
		return retry.After == 0
	}
	_, unknown := errors.AsType[*bot.UnknownError](err)
	return unknown
}

// of returns a name for the outage in which a notice that is late now could not be told.
func (o *outages) of(n storage.Notice, now time.Time) (string, bool) {
	if now.Sub(n.Due) <= catchUpAfter {
		return "", false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if n.Due.Before(o.began) {
		return storage.WasDown + o.began.UTC().Format(time.RFC3339), true
	}
	if since, failing := o.failing[n.Messenger]; failing && now.Sub(since) > catchUpAfter {
		return storage.WasUnreachable + since.UTC().Format(time.RFC3339), true
	}
	if last, ok := o.last[n.Messenger]; ok && n.Due.Before(last.to) && last.long() {
		return storage.WasUnreachable + last.from.UTC().Format(time.RFC3339), true
	}
	if n.Due.Before(o.asleep.to) && o.asleep.long() {
		return storage.WasDown + o.asleep.from.UTC().Format(time.RFC3339), true
	}
	return "", false
}
