package scheduler_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// wednesday is when the hand-written log begins.
var wednesday = time.Date(2026, time.January, 7, 12, 0, 0, 0, time.UTC)

// handWritten is a log that keeps all promises: a stream that is announced at noon for four, and lasts from five past four to five,
// in a chat that is reminded an hour before. Tests break it at one place.
func handWritten() *simLog {
	l := newSimLog(wednesday)
	l.ended = wednesday.Add(48 * time.Hour)
	l.lives = []*span{{from: wednesday}}
	watch := storage.Watch{Subjects: []storage.Subject{leiJun}, Before: []time.Duration{time.Hour}, Style: storage.CardStyle, Mentions: []string{"@drivers"}}
	l.chats = []*simChat{{
		Chat: storage.Chat{ID: "c1", Community: "g1", Address: bot.ChatID{Messenger: discordName, Key: "home"}, Kind: bot.Group, Zone: "UTC", Locale: "en"}, watches: []storage.Watch{watch},
	}}
	l.remembers[discordName] = remembersFor
	step := func(at time.Duration, state storage.State, airing storage.AiringState) {
		revision := len(l.versions["s1"]) + 1
		l.versions["s1"] = append(l.versions["s1"], version{at: wednesday.Add(at), Stream: storage.Stream{
			Scope: storage.Public, ID: "s1", People: []string{"lei-jun"}, State: state, Revision: revision, StartRevision: 1,
			Start:   bot.NewWhen(wednesday.Add(4*time.Hour), time.UTC, bot.ToMinute),
			Airings: []storage.Airing{{Platform: "weibo", State: airing, Since: wednesday.Add(at)}},
		}})
	}
	step(0, storage.Announced, "")
	step(4*time.Hour, storage.Due, "")
	step(4*time.Hour+5*time.Minute, storage.Live, storage.AiringOn)
	step(5*time.Hour, storage.Ended, storage.AiringEnded)
	l.write(storage.AnnouncedNotice, "1", 0, "card.announced", "card.pointer", true)
	l.write(storage.ReminderNotice, "1-1h0m0s", 3*time.Hour, "card.reminder", "card.pointer", false)
	l.write(storage.LiveNotice, "3", 4*time.Hour+5*time.Minute, "card.live", "card.ended", false)
	// Each shrinks when the next one has come, and the last says in the end that it is over.
	l.messages[0].edits[0].at, l.messages[1].edits[0].at = l.messages[1].at.Add(1), l.messages[2].at.Add(1)
	l.messages[2].edits[0].at = wednesday.Add(5 * time.Hour)
	l.messages[1].mentions = []string{"@drivers"}
	folded := l.notice(storage.EndedNotice, "4", 5*time.Hour)
	folded.Outcome, folded.Why, folded.Settled = storage.Folded, "why.on_card", folded.Due
	l.noted(folded.Due, folded)
	return l
}

// notice is one to the chat about the stream.
func (l *simLog) notice(kind storage.NoticeKind, occurrence string, at time.Duration) storage.Notice {
	n := storage.Notice{
		Kind: kind, Scope: storage.Public, Stream: "s1", Occurrence: occurrence, Chat: "c1", Messenger: discordName,
		Due: wednesday.Add(at), Settled: wednesday.Add(at), Outcome: storage.Sent,
	}
	if kind == storage.ReminderNotice {
		n.Rung = time.Hour
	}
	return n
}

// write adds a notice that was sent, and its message, which shows something else in the end.
func (l *simLog) write(kind storage.NoticeKind, occurrence string, at time.Duration, says, shows string, silent bool) *message {
	n := l.notice(kind, occurrence, at)
	l.noted(n.Due, n)
	m := &message{
		at: n.Due, chat: "c1", notice: n, id: bot.MessageID(fmt.Sprint("m", len(l.messages)+1)), taken: true, known: true, sure: n.Due,
		says: says, headline: "Lei Jun", locale: "en", silent: silent,
	}
	for nonce, key := range l.nonces {
		if key == storage.Key(n.Key()...) {
			m.nonce = nonce
		}
	}
	if shows != says {
		m.edits = []simEdit{{at: n.Due.Add(time.Second), says: shows, headline: "Lei Jun", silent: true}}
	}
	l.messages = append(l.messages, m)
	return m
}

// settle changes what became of a notice.
func (l *simLog) settle(kind storage.NoticeKind, change func(n *storage.Notice)) {
	for _, n := range l.notices {
		if last := &n.steps[len(n.steps)-1]; last.Kind == kind {
			change(last)
		}
	}
}

func TestTheHandWrittenLogKeepsAllPromises(t *testing.T) {
	for _, b := range handWritten().broken() {
		t.Errorf("%s: %s", b.rule, b.what)
	}
}

// TestEachPromiseCanBeBroken breaks the log at one place, and looks for the promise that finds it.
func TestEachPromiseCanBeBroken(t *testing.T) {
	const m, h = time.Minute, time.Hour
	night := func(l *simLog, message int) {
		for _, v := range l.messages[message:] {
			v.at = v.at.Add(9 * h)
		}
	}
	breaks := map[string]func(l *simLog){
		"settled":   func(l *simLog) { l.settle(storage.EndedNotice, func(n *storage.Notice) { n.Why = "" }) },
		"told":      func(l *simLog) { delete(l.notices, storage.Key(l.notice(storage.EndedNotice, "4", 0).Key()...)) },
		"sent":      func(l *simLog) { l.messages[2].taken = false },
		"rings":     func(l *simLog) { l.messages[0].silent = false },
		"two rings": func(l *simLog) { l.write(storage.BackNotice, "5", 4*h+30*m, "card.back", "card.back", false) },
		"live once": func(l *simLog) { l.write(storage.LiveNotice, "9", 4*h+20*m, "card.live", "card.live", false) },
		"once": func(l *simLog) {
			l.write(storage.EndedNotice, "4", 5*h, "card.ended", "card.ended", true)
			l.double(3, m)
		},
		"weeks":   func(l *simLog) { l.ended = l.ended.AddDate(0, 0, 7) },
		"doubled": func(l *simLog) { l.double(2, m) },
		"quiet":   func(l *simLog) { night(l, 1) },
		"held": func(l *simLog) {
			l.chats[0].Quiet.Hold = true
			night(l, 0)
			l.messages[0].at = l.messages[0].at.Add(3 * h)
		},
		"late":    func(l *simLog) { l.messages[2].at = l.messages[2].at.Add(3 * m) },
		"in time": func(l *simLog) { l.messages[2].at, l.messages[2].excuse = l.messages[2].at.Add(3*m), true },
		"caught up": func(l *simLog) {
			l.lives[0].to = wednesday.Add(-time.Second)
			l.lives = append(l.lives, &span{from: wednesday.Add(4*h + 30*m)})
			l.late()
		},
		"newest":        func(l *simLog) { l.messages[0].edits = nil },
		"final":         func(l *simLog) { l.messages[2].edits = nil },
		"true":          func(l *simLog) { l.messages[2].edits[0].at = wednesday.Add(4*h + 30*m) },
		"ended":         func(l *simLog) { l.versions["s1"][3].Airings[0].State = storage.AiringOn },
		"looks":         func(l *simLog) { l.looks = []look{{at: wednesday, stream: "s1", changed: true}} },
		"reminders":     func(l *simLog) { l.messages[1].notice.Due = l.messages[1].notice.Due.Add(m) },
		"all reminders": func(l *simLog) { l.chats[0].watches[0].Before = append(l.chats[0].watches[0].Before, 30*m) },
		"digest":        func(l *simLog) { l.chats[0].watches[0].Style = storage.DigestStyle },
		"mentions":      func(l *simLog) { l.messages[0].mentions = []string{"@drivers"} },
		"paused":        func(l *simLog) { l.chats[0].paused = []span{{from: wednesday.Add(2 * h), to: wednesday.Add(9 * h)}} },
		"suspended":     func(l *simLog) { l.suspended["c1"] = []span{{from: wednesday}} },
		"milestones": func(l *simLog) {
			l.write(storage.MilestoneNotice, "weibo.viewers=100000", 4*h+30*m, "card.milestone", "card.milestone", true)
			l.write(storage.MilestoneNotice, "weibo.viewers=100000", 4*h+40*m, "card.milestone", "card.milestone", true).nonce = "another"
		},
		"push line": func(l *simLog) { l.messages[0].headline = "" },
		"edits":     func(l *simLog) { l.messages[0].edits[0].silent = false },
		"reasons":   func(l *simLog) { l.settle(storage.EndedNotice, func(n *storage.Notice) { n.Why = "why.merged" }) },
		"sounds":    func(l *simLog) { l.messages[2].silent = true },
		"follows":   func(l *simLog) { l.messages[2].edits = nil },
		"live seen": func(l *simLog) { l.messages[2].taken, l.messages[1].edits = false, nil },
		"gathered": func(l *simLog) {
			l.settle(storage.EndedNotice, func(n *storage.Notice) { n.Into = "digest/2026-01-08" })
		},
		"reachable again": func(l *simLog) {
			l.outages[discordName] = []span{{from: wednesday.Add(2 * h), to: wednesday.Add(5 * h)}}
			l.late()
		},
		"resumed": func(l *simLog) { l.suspended["c1"] = []span{{from: wednesday, to: wednesday.Add(h)}} },
		"left":    func(l *simLog) { l.left = []string{"something"} },
	}
	for _, p := range promises() {
		t.Run(p.rule, func(t *testing.T) {
			l := handWritten()
			if breaks[p.rule] == nil {
				t.Fatal("nothing breaks it")
			}
			breaks[p.rule](l)
			if broken := p.hold(l); len(broken) == 0 {
				t.Errorf("%q was broken, and nobody noticed", p.says)
			}
		})
	}
}

// double sends a message once more.
func (l *simLog) double(i int, after time.Duration) {
	again := *l.messages[i]
	again.at = again.at.Add(after)
	l.messages = append(slices.Clone(l.messages), &again)
}

// late has all messages come after an outage.
func (l *simLog) late() {
	for _, m := range l.messages {
		m.at = wednesday.Add(5 * time.Hour)
	}
}
