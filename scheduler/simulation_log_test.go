package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// simLog is what happened in a simulation, in its order: what was told, what was owed, what was sent. All rules read it, and it
// alone: so they can be held against a log that was written by hand.
type simLog struct {
	mu sync.Mutex

	begun, ended time.Time
	chats        []*simChat
	versions     map[string][]version     // of each stream, by its id, in all scopes
	notices      map[string]*noticeStory  // by their keys
	messages     []*message               // in the order in which they were tried
	lives        []*span                  // of the program
	outages      map[bot.Messenger][]span // of the messengers
	suspended    map[string][]span        // of the chats
	shut         map[string][]span        // in which a messenger took nothing for a chat
	remembers    map[bot.Messenger]time.Duration
	nonces       map[string]string        // the keys of notices
	cards        map[bot.MessageID]string // the streams of which messages became the card
	left         []string                 // what the store still holds at the end and should not
	sightings    []sighting
	looks        []look // of sources, at what had not changed since the one before
}

func newSimLog(begun time.Time) *simLog {
	return &simLog{
		begun: begun, versions: map[string][]version{}, notices: map[string]*noticeStory{}, outages: map[bot.Messenger][]span{},
		suspended: map[string][]span{}, shut: map[string][]span{}, remembers: map[bot.Messenger]time.Duration{}, nonces: map[string]string{}, cards: map[bot.MessageID]string{},
	}
}

// span is a stretch of time; without an end it lasts.
type span struct{ from, to time.Time }

func (s span) covers(t time.Time) bool { return !t.Before(s.from) && (s.to.IsZero() || t.Before(s.to)) }

func (s span) overlaps(from, to time.Time) bool {
	return from.Before(s.to) && s.from.Before(to) || s.to.IsZero() && s.from.Before(to)
}

// simChat is a chat with what it asked for.
type simChat struct {
	storage.Chat
	watches   []storage.Watch
	reminders []storage.Watch
	paused    []span
}

func (c *simChat) name() string { return c.Address.Key }

// version is a stream as it stood from a time on.
type version struct {
	at time.Time
	storage.Stream
	gone bool // a community's copy that was taken away: it sees the public one again
}

// noticeStory is a notice from when it was owed to what became of it.
type noticeStory struct {
	owed  time.Time // when it was put into the outbox
	steps []storage.Notice
	gone  bool // forgotten, as it is after 30 days
}

func (n *noticeStory) last() storage.Notice { return n.steps[len(n.steps)-1] }

// message is one attempt to send, and what stands in the chat if it was taken.
type message struct {
	at     time.Time
	chat   string
	nonce  string
	notice storage.Notice // as it was put into flight
	id     bot.MessageID
	taken  bool
	known  bool      // to be new: a messenger that remembers has not seen it before
	lost   bool      // the answer: the program was killed, or nobody knows
	sure   time.Time // since when the program knows that it was taken
	err    error

	says     string // the key of the headline
	headline string // its words
	also     bool   // it is worded in the second language too
	locale   string
	excuse   bool // it says that it is late, or since when
	silent   bool
	lists    []string // the streams that it lists
	listed   bool     // it says that there are more of them
	mentions []string
	edits    []simEdit
	stuck    bool // the messenger has refused to edit it: it stays as it is
}

type simEdit struct {
	at       time.Time
	says     string
	headline string
	silent   bool
	mentions []string
}

// stands reports whether the message is one that people see.
func (m *message) stands() bool { return m.taken && m.known }

func (m *message) shows() string {
	if len(m.edits) == 0 {
		return m.says
	}
	return m.edits[len(m.edits)-1].says
}

// look is what came of a source's look at what had not changed since the one before.
type look struct {
	at      time.Time
	stream  string
	changed bool
}

// sighting is what a source saw of a public stream on a platform.
type sighting struct {
	at               time.Time
	stream, platform string
	on               bool
}

// noted takes down a notice as it is in the outbox now.
func (l *simLog) noted(at time.Time, n storage.Notice) {
	key := storage.Key(n.Key()...)
	story := l.notices[key]
	if story == nil {
		story = &noticeStory{owed: at}
		l.notices[key] = story
		l.nonces[scheduler.Nonce(n)] = key
	}
	story.steps = append(story.steps, n)
}

// chat returns a chat by its id.
func (l *simLog) chat(id string) *simChat {
	at := slices.IndexFunc(l.chats, func(c *simChat) bool { return c.ID == id })
	return l.chats[at]
}

// seen is a stream as a community saw it at a time: its own copy, or else the public one.
func (l *simLog) seen(scope storage.Scope, id string, at time.Time) (storage.Stream, bool) {
	var public, own *version
	for i, v := range l.versions[id] {
		switch {
		case v.at.After(at):
		case v.Scope == scope && v.gone:
			own = nil
		case v.Scope == scope:
			own = &l.versions[id][i]
		case v.Scope == storage.Public:
			public = &l.versions[id][i]
		}
	}
	switch {
	case own != nil:
		return own.Stream, true
	case public != nil:
		return public.Stream, true
	default:
		return storage.Stream{}, false
	}
}

// saw are the versions of a stream that a community saw, in their order: the public ones until it has its own.
func (l *simLog) saw(scope storage.Scope, id string) []version {
	var saw []version
	var public *version
	own := false
	for i, v := range l.versions[id] {
		if v.Scope == storage.Public {
			public = &l.versions[id][i]
		}
		switch {
		case v.Scope == scope && v.gone:
			own = false
			if public != nil {
				back := *public
				back.at = v.at
				saw = append(saw, back)
			}
		case v.Scope == scope:
			own = true
			saw = append(saw, v)
		case v.Scope == storage.Public && !own:
			saw = append(saw, v)
		}
	}
	return saw
}

// streams are the ids of all streams in their order.
func (l *simLog) streams() []string {
	ids := make([]string, 0, len(l.versions))
	for id := range l.versions {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return ids
}

// about are the messages of a chat that stand there and are about one stream, oldest first.
func (l *simLog) about(chat, stream string) []*message {
	var found []*message
	for _, m := range l.messages {
		if m.chat == chat && m.stands() && l.subject(m) == stream {
			found = append(found, m)
		}
	}
	return found
}

// subject is the stream that a message is the card of: that of its notice, or the only one that it gathers.
func (l *simLog) subject(m *message) string {
	if m.notice.Kind.Gathers() {
		return l.cards[m.id]
	}
	return m.notice.Stream
}

// down reports whether the program was down at some time of a stretch.
func (l *simLog) down(from, to time.Time) bool {
	for i, life := range l.lives {
		if i == 0 {
			continue
		}
		gap := span{from: l.lives[i-1].to, to: life.from}
		if gap.overlaps(from, to.Add(1)) {
			return true
		}
	}
	return false
}

// story tells all that is known of a stream in a chat; of the chat alone without a stream.
func (l *simLog) story(chat *simChat, stream string, from, to time.Time) string {
	type line struct {
		at   time.Time
		text string
	}
	var lines []line
	add := func(at time.Time, format string, args ...any) {
		if at.Before(from) || at.After(to) {
			return
		}
		lines = append(lines, line{at, fmt.Sprintf(format, args...)})
	}
	if stream != "" {
		for _, v := range l.saw(chat.Scope(), stream) {
			add(v.at, "  told: %s", v.brief())
		}
	}
	for _, life := range l.lives {
		add(life.from, "  the program begins")
		add(life.to, "  the program ends")
	}
	for _, s := range l.outages[chat.Address.Messenger] {
		add(s.from, "  %s is out of reach until %s", chat.Address.Messenger, s.to.Format(time.DateTime))
	}
	for _, s := range l.suspended[chat.ID] {
		add(s.from, "  suspended until %s", s.to.Format(time.DateTime))
	}
	for _, n := range l.notices {
		last := n.last()
		if last.Chat == chat.ID && (stream == "" || last.Stream == stream) {
			add(n.owed, "  owed: %s %s due %s", last.Kind, last.Occurrence, last.Due.Format(time.DateTime))
			add(last.Settled, "  settled: %s %s %s %s %s", last.Kind, last.Occurrence, last.Outcome, last.Why, last.Into)
		}
	}
	for _, m := range l.messages {
		if m.chat != chat.ID || stream != "" && m.notice.Stream != stream && l.subject(m) != stream && !m.notice.Kind.Gathers() {
			continue
		}
		add(m.at, "  %s", m.line())
		for _, e := range m.edits {
			add(e.at, "    edit of %s: %s %q", m.id, e.says, e.headline)
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s, %s, %s)\n", chat.name(), chat.Address.Messenger, chat.Zone, chat.ID)
	for _, line := range lines {
		fmt.Fprintf(&b, "%s%s\n", line.at.In(chat.Location()).Format("2006-01-02 15:04:05.000"), line.text)
	}
	return b.String()
}

func (v version) brief() string {
	airings := make([]string, 0, len(v.Airings))
	for _, a := range v.Airings {
		airings = append(airings, a.Platform+" "+string(a.State))
	}
	extra := ""
	if v.Withdrawn {
		extra += " withdrawn"
	}
	if v.MergedInto != "" {
		extra += " merged into " + v.MergedInto
	}
	return fmt.Sprintf("%s r%d %s%s, start %s, %s", v.Scope, v.Revision, v.State, extra, v.Start.At.Format(time.DateTime), strings.Join(airings, ", "))
}

func (m *message) line() string {
	sound := "RINGS"
	if m.silent {
		sound = "silent"
	}
	fate := ""
	switch {
	case m.taken && m.lost:
		fate = " (taken, answer lost)"
	case m.lost:
		fate = " (not taken, answer lost)"
	case m.taken && m.err != nil:
		fate = " (taken, known later)"
	case m.err != nil:
		fate = fmt.Sprintf(" (not taken: %v)", m.err)
	}
	if m.taken && !m.known {
		fate += " (seen before)"
	}
	return fmt.Sprintf("%s %s %s %s: %q %s%s", sound, m.id, m.notice.Kind, m.says, m.headline, strings.Join(m.mentions, " "), fate)
}
