package storage

import (
	"fmt"
	"iter"
	"math/bits"
	"strconv"
	"time"

	"boardcast/bot"
)

// NoticeKind says what a notice is about.
type NoticeKind string

// The kinds of notice.
const (
	AnnouncedNotice NoticeKind = "announced"
	ReminderNotice  NoticeKind = "reminder"
	LiveNotice      NoticeKind = "live"
	BackNotice      NoticeKind = "back" // live again after a time in which nothing of it was on
	ChangedNotice   NoticeKind = "changed"
	CancelledNotice NoticeKind = "cancelled" // or postponed, or withdrawn
	EndedNotice     NoticeKind = "ended"
	CorrectedNotice NoticeKind = "corrected" // figures came or changed after the end
	MilestoneNotice NoticeKind = "milestone" // a figure passed a round number
	RumourNotice    NoticeKind = "rumour"    // a member says that it is cancelled
	WeeklyNotice    NoticeKind = "weekly"
	MorningNotice   NoticeKind = "morning"   // what was held, or said without a sound, in the quiet hours
	CatchUpNotice   NoticeKind = "catchup"   // what could not be told in an outage
	DigestNotice    NoticeKind = "digest"    // what happened in a day, and what comes
	SuspendedNotice NoticeKind = "suspended" // another chat of the community is
	ResumedNotice   NoticeKind = "resumed"   // the chat itself was suspended
	FellBackNotice  NoticeKind = "fellback"  // the place in the chat where it was served is gone
	WarningNotice   NoticeKind = "warning"   // to those who run boardcast: a promise is about to break
)

// Lane is how urgent a notice is: the most urgent lane goes first.
type Lane int

// The lanes, most urgent first.
const (
	LiveLane Lane = iota + 1
	ReminderLane
	ChangeLane
	SummaryLane
)

// Lanes returns all lanes, most urgent first.
func Lanes() []Lane { return []Lane{LiveLane, ReminderLane, ChangeLane, SummaryLane} }

func (l Lane) String() string {
	switch l {
	case LiveLane:
		return "live"
	case ReminderLane:
		return "reminder"
	case ChangeLane:
		return "change"
	case SummaryLane:
		return "summary"
	default:
		return strconv.Itoa(int(l))
	}
}

// key is the part of an index row's key that is the lane.
func (l Lane) key() string { return strconv.Itoa(int(l)) }

// Lane returns the lane that notices of the kind take.
func (k NoticeKind) Lane() Lane {
	switch k {
	case LiveNotice, BackNotice:
		return LiveLane
	case ReminderNotice, WarningNotice:
		return ReminderLane
	case WeeklyNotice:
		return SummaryLane
	default:
		return ChangeLane
	}
}

// OnceOnly reports whether a notice of the kind is better missed than told twice.
func (k NoticeKind) OnceOnly() bool {
	switch k {
	case EndedNotice, WeeklyNotice, DigestNotice, SuspendedNotice, ResumedNotice, FellBackNotice:
		return true
	default:
		return false
	}
}

// Outcome is where a notice stands on its way.
type Outcome string

// The outcomes. Queued and Sending notices are still owed; the others are settled.
const (
	Queued    Outcome = "queued"
	Sending   Outcome = "sending"   // in flight, or it was when the process died
	Sent      Outcome = "sent"      // the messenger took it
	Folded    Outcome = "folded"    // the card, or a later notice, says it
	Expired   Outcome = "expired"   // it was of no more use
	Refused   Outcome = "refused"   // the messenger will not take it
	Uncertain Outcome = "uncertain" // sent or not, nobody knows
	Skipped   Outcome = "skipped"   // the store before this one, a backup of which was restored, may have sent it
)

// Delay is why a notice has waited.
type Delay string

// The delays that are told.
const (
	CrowdDelay Delay = "crowd" // more was owed than the messenger takes
	ReachDelay Delay = "reach" // the messenger was out of reach
)

// Notice is one message owed to one chat: a row of the outbox.
type Notice struct {
	Kind       NoticeKind    `json:"kind"`
	Scope      Scope         `json:"scope,omitempty"`
	Stream     string        `json:"stream,omitempty"`
	Occurrence string        `json:"occurrence"` // what makes it this one and no other of its kind
	Rung       time.Duration `json:"rung,omitempty"`
	Chat       string        `json:"chat"`
	Messenger  bot.Messenger `json:"messenger"`
	Due        time.Time     `json:"due"`
	Begin      time.Time     `json:"begin,omitzero"`  // before Due, where so many are due at once that the first begin early
	Until      time.Time     `json:"until"`           // after it the notice is of no more use
	Delay      Delay         `json:"delay,omitempty"` // why it has waited, if it has and that is known
	Turn       int           `json:"turn,omitempty"`  // how many chats of the community are told the same before this one

	Outcome   Outcome       `json:"outcome"`
	Attempts  int           `json:"attempts,omitempty"`
	NotBefore time.Time     `json:"not_before,omitzero"` // of the next attempt
	Tried     time.Time     `json:"tried,omitzero"`      // when the last attempt began
	Doubt     time.Time     `json:"doubt,omitzero"`      // when the first attempt began of which nobody knows what came of it
	Settled   time.Time     `json:"settled,omitzero"`
	Message   bot.MessageID `json:"message,omitempty"`
	Rang      bool          `json:"rang,omitempty"`
	Why       string        `json:"why,omitempty"`    // the key of the sentence that explains the outcome
	Resumes   time.Time     `json:"resumes,omitzero"` // where a pause is the reason: when it was to end
	Into      string        `json:"into,omitempty"`   // the gathering notice that says it, see [Gathered]
	Decided   *Decision     `json:"decided,omitempty"`

	// Suspension is what the notice tells of, or, where it was not even tried, what was against it: as it stood by then.
	Suspension *Suspension `json:"suspension,omitempty"`
	// Tries are the last tries that came to nothing, oldest first, see [Notice.Note].
	Tries []Try `json:"tries,omitempty"`
	// Warning is what a warning says.
	Warning *Warning `json:"warning,omitempty"`
	// Mentions are whom the message mentions, and whom it would have mentioned.
	Mentions []Mention `json:"mentions,omitempty"`
}

// Decision is why a notice was said as it was, or not: what it was to its chat, what the table of rings and edits has for that, and
// who wanted it.
type Decision struct {
	Event  string `json:"event"`            // the code of a row of the table
	Action string `json:"action"`           // what that row has for the style: edit, silent or rings
	By     string `json:"by,omitempty"`     // the watch that decided, or the reminder
	Others int    `json:"others,omitempty"` // more watches of the chat that match
}

// Owed reports whether something is still to be done for the notice.
func (n Notice) Owed() bool { return n.Outcome == Queued || n.Outcome == Sending }

// Key names a notice: a second one of the same key is the same notice.
func (n Notice) Key() []string {
	about := string(n.Scope) + ":" + n.Stream
	return []string{about, string(n.Kind), n.Occurrence, n.Chat}
}

// Notices are the outbox, and for 30 days what became of it. Index "ready" holds what is to be sent, by messenger, lane, round
// and time: see [Notice.round]; "flight" what may have been; "time" the rest; "chat" a chat's settled notices, latest first; "uncertain"
// those of which nobody will know whether they were sent, by messenger and time.
var Notices = NewTable("notice", 1,
	func(n *Notice) []string { return n.Key() },
	Index[Notice]{Name: byReady, Rows: func(n *Notice) []Row {
		if n.Outcome != Queued {
			return nil
		}
		return []Row{{Key: []string{string(n.Messenger), n.Kind.Lane().key(), n.round(), TimeKey(n.readyAt())}}}
	}},
	Index[Notice]{Name: byFlight, Rows: func(n *Notice) []Row {
		if n.Outcome != Sending {
			return nil
		}
		return []Row{{Key: []string{string(n.Messenger)}}}
	}},
	Index[Notice]{Name: byTime, Rows: func(n *Notice) []Row {
		if n.Owed() {
			return nil
		}
		return []Row{{Key: []string{TimeKey(n.Settled)}}}
	}},
	Index[Notice]{Name: byChat, Rows: func(n *Notice) []Row {
		if n.Owed() {
			return nil
		}
		return []Row{{Key: []string{n.Chat, backKey(n.Settled)}}}
	}},
	Index[Notice]{Name: byUncertain, Rows: func(n *Notice) []Row {
		if n.Outcome != Uncertain {
			return nil
		}
		return []Row{{Key: []string{string(n.Messenger), TimeKey(n.Settled)}}}
	}}).Plain()

const (
	byFlight    = "flight"
	byUncertain = "uncertain"
)

// round is when a notice's turn comes among others of its lane: first those of channels and the first one of each community, then the
// second ones, then the third and fourth, and so on in doubling rounds. So a community of thousands of chats holds up none of a
// few, whichever came first, and its own chats wait for one another.
func (n Notice) round() string { return fmt.Sprintf("%02d", bits.Len(uint(max(n.Turn, 0)))) }

// From is the time from which on the notice could be sent.
func (n Notice) From() time.Time {
	if !n.Begin.IsZero() {
		return n.Begin
	}
	return n.Due
}

// readyAt is when the notice may be sent.
func (n Notice) readyAt() time.Time {
	if n.NotBefore.After(n.From()) {
		return n.NotBefore
	}
	return n.From()
}

// Late is how long after it should have been sent a notice is sent at a time: after it was due or, at the first attempt, after the chat
// itself wanted it; 0 if it is early.
func (n Notice) Late(at time.Time) time.Duration {
	should := n.Due
	if n.Attempts <= 1 && n.NotBefore.After(should) {
		should = n.NotBefore
	}
	return max(at.Sub(should), 0)
}

// Owe puts a notice into the outbox unless it is, or was, there already.
func Owe(tx Tx, n Notice) error {
	n.Outcome = Queued
	_, err := Notices.Insert(tx, n)
	return err
}

// ReadyNotices returns up to n notices that may be sent by a messenger at now, one a chat, most urgent lane first and in each lane round
// by round, and the time at which the next one becomes ready (zero: none is waiting). Chats that are busy, if that is not nil, are left
// out. However long the outbox is, it reads the records of those that it returns, and no others.
func ReadyNotices(r Reader, messenger bot.Messenger, now time.Time, n int, busy func(chat string) bool) ([]Notice, time.Time, error) {
	pick := picking{now: now, most: n, busy: busy, taken: map[string]bool{}}
	var next time.Time
	for _, lane := range Lanes() {
		later, err := pick.lane(r, string(messenger), lane.key())
		if err != nil {
			return nil, time.Time{}, err
		}
		next = earlier(next, later)
	}
	return pick.ready, next, nil
}

// picking is a choice of what may be sent.
type picking struct {
	now   time.Time
	most  int
	busy  func(chat string) bool // nil: none is
	taken map[string]bool        // chats that have one
	ready []Notice
}

// lane takes what is ready in the rounds of a lane and returns when there will be more: now, if there is no place for it.
func (p *picking) lane(r Reader, messenger, lane string) (next time.Time, err error) {
	for from := ""; ; {
		round, err := firstRound(r, messenger, lane, from)
		if err != nil || round == "" {
			return next, err
		}
		later, err := p.round(r, messenger, lane, round)
		if err != nil {
			return time.Time{}, err
		}
		next, from = earlier(next, later), past(round)
	}
}

// past is where a range begins that leaves out all rows with a part: "0" is the first byte above the "/" behind it.
func past(part string) string { return part + "0" }

// firstRound returns the first round of a lane, from one on, in which anything waits; "" if nothing does.
func firstRound(r Reader, messenger, lane, from string) (string, error) {
	for row, err := range Notices.Rows(r, byReady, Range{Prefix: []string{messenger, lane}, From: from}) {
		if err != nil {
			return "", err
		}
		return readyRow(row).round, nil
	}
	return "", nil
}

// round takes what is ready in one round of a lane.
func (p *picking) round(r Reader, messenger, lane, round string) (time.Time, error) {
	for row, err := range Notices.Rows(r, byReady, Range{Prefix: []string{messenger, lane, round}}) {
		if err != nil {
			return time.Time{}, err
		}
		at, err := ParseTimeKey(readyRow(row).at)
		if err != nil || at.After(p.now) {
			return at, err
		}
		chat := row.Primary[3]
		if p.taken[chat] || p.busy != nil && p.busy(chat) {
			continue
		}
		if len(p.ready) == p.most {
			return p.now, nil
		}
		notice, err := Notices.Get(r, row.Primary...)
		if err != nil {
			if _, lost := Notices.Has(r, row.Primary...); lost == nil {
				continue // it cannot be read, as a check of the store says; the others can
			}
			return time.Time{}, err
		}
		p.taken[chat] = true
		p.ready = append(p.ready, notice)
	}
	return time.Time{}, nil
}

// waiting is a row of index "ready" in its parts.
type waiting struct{ messenger, lane, round, at string }

func readyRow(row IndexRow) waiting {
	return waiting{messenger: row.Key[0], lane: row.Key[1], round: row.Key[2], at: row.Key[3]}
}

// earlier returns the earlier of two times, of which zero means none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// NoticesInFlight returns the notices of a messenger of which nobody knows whether they were sent.
func NoticesInFlight(r Reader, messenger bot.Messenger) ([]Notice, error) {
	var flight []Notice
	for n, err := range Notices.By(r, byFlight, string(messenger)) {
		if err != nil {
			return nil, err
		}
		flight = append(flight, n)
	}
	return flight, nil
}

// Told returns what became of the notices to a chat, latest first, up to n of them.
func Told(r Reader, chat string, n int) ([]Notice, error) {
	var told []Notice
	for notice, err := range Notices.By(r, byChat, chat) {
		if err != nil {
			return nil, err
		}
		if told = append(told, notice); len(told) >= n {
			break
		}
	}
	return told, nil
}

// SettledBefore yields the notices that settled before a time, oldest first.
func SettledBefore(r Reader, t time.Time) iter.Seq2[Notice, error] {
	return Notices.ByRange(r, byTime, Range{To: TimeKey(t)})
}
