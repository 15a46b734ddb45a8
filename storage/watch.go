package storage

import (
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
)

// Style is how a watch's notices look.
type Style string

// The styles.
const (
	CardStyle     Style = "card"     // one card a stream, edited as things change
	MessagesStyle Style = "messages" // a message for each thing that happens
	DigestStyle   Style = "digest"   // one message a day, about all that happened and comes
)

// Watch is a chat's standing order to be told about subjects, or with By a person's own reminder in a private chat.
type Watch struct {
	ID    string `json:"id"`
	Scope Scope  `json:"scope"` // the community
	Chat  string `json:"chat"`
	// Messenger is that of the chat, which never changes: what moves is a chat's address on it. Watches of the first version
	// do not say.
	Messenger bot.Messenger `json:"messenger,omitempty"`
	// Channel says that many read the chat, see [Chat.ManyRead]: so it is told before others.
	Channel bool `json:"channel,omitempty"`

	Subjects []Subject       `json:"subjects"`
	Before   []time.Duration `json:"before,omitempty"` // times of the Ladder, longest first; empty: none
	Style    Style           `json:"style"`
	Paused   Pause           `json:"paused,omitzero"`
	// Milestones says that round numbers that a figure passes are to be told.
	Milestones bool `json:"milestones,omitempty"`
	// Mentions are whom messages that make a sound mention, as the messenger writes them.
	Mentions []string `json:"mentions,omitempty"`
	By       string   `json:"by,omitempty"`    // of a reminder: the messenger's id of the person whose it is
	Night    bool     `json:"night,omitempty"` // of a reminder: it makes a sound in the quiet hours too
}

// The rungs that are no times before: of watches that are to be told of everything that is no reminder, of those of them that
// want milestones, and of people's reminders, which are sent at once when a stream becomes known too late for them.
const (
	NewsRung      = "news"
	SoonRung      = "soon"
	MilestoneRung = "milestone"
)

// Watches are kept by id. Index "subject" leads from a subject and a rung (or "news") to communities and chats, and says the
// chat's messenger: so planning reads no chat. A chat's watches and people's reminders are found by indexes of their own.
var Watches = NewTable("watch", 3,
	func(w *Watch) []string { return []string{w.ID} },
	Index[Watch]{Name: bySubject, Rows: watchRows},
	Index[Watch]{Name: byChat, Rows: func(w *Watch) []Row {
		if w.By != "" {
			return nil
		}
		return []Row{{Key: []string{w.Chat}}}
	}},
	Index[Watch]{Name: byAsker, Rows: func(w *Watch) []Row {
		if w.By == "" {
			return nil
		}
		return []Row{{Key: []string{w.Chat, w.By}}}
	}})

func watchRows(w *Watch) []Row {
	var rows []Row
	var cover any
	if w.Messenger != "" {
		cover = w.kindOfChat()
	}
	for _, subject := range w.Subjects {
		add := func(rung string) {
			rows = append(rows, Row{Key: []string{subject.String(), rung, string(w.Scope), w.Chat}, Cover: cover})
		}
		if w.By == "" {
			add(NewsRung)
		} else {
			add(SoonRung)
		}
		if w.Milestones {
			add(MilestoneRung)
		}
		for _, before := range w.Before {
			add(before.String())
		}
	}
	return rows
}

// channelMark stands behind the messenger in the rows of a channel's watch.
const channelMark = " channel"

// kindOfChat is what planning has to know of the chat: its messenger, and whether it is a channel.
func (w *Watch) kindOfChat() string {
	if w.Channel {
		return string(w.Messenger) + channelMark
	}
	return string(w.Messenger)
}

// WatchesOf returns the watches of a chat in the order of their ids, without people's reminders.
func WatchesOf(r Reader, c Chat) ([]Watch, error) {
	if c.ID == "" {
		return nil, nil
	}
	var watches []Watch
	for w, err := range Watches.By(r, byChat, c.ID) {
		if err != nil {
			return nil, err
		}
		watches = append(watches, w)
	}
	return watches, nil
}

// DefaultBefore is how long before a stream a chat is reminded when its watch says nothing else. A digest has to know of a stream
// on the morning before it.
func DefaultBefore(kind bot.ChatKind, style Style) []time.Duration {
	if style == DigestStyle {
		return []time.Duration{24 * time.Hour}
	}
	if kind == bot.Private {
		return []time.Duration{10 * time.Minute}
	}
	return []time.Duration{time.Hour}
}

// AddWatch gives a watch its id and saves it.
func AddWatch(tx Tx, now time.Time, c Chat, w Watch) (Watch, error) {
	id, err := NextID(tx, "w")
	if err != nil {
		return Watch{}, err
	}
	w.ID, w.Scope, w.Chat, w.Messenger, w.Channel = id, c.Scope(), c.ID, c.Address.Messenger, c.ManyRead()
	if err := SaveWatch(tx, w); err != nil {
		return Watch{}, err
	}
	return w, scheduleWeek(tx, now, c)
}

// SaveWatch keeps what was changed of a watch.
func SaveWatch(tx Tx, w Watch) error {
	if err := Watches.Put(tx, w); err != nil {
		return err
	}
	return lookAtCommunity(tx, string(w.Scope))
}

// RemoveWatch forgets a watch.
func RemoveWatch(tx Tx, now time.Time, c Chat, id string) error {
	if err := Watches.Delete(tx, id); err != nil {
		return err
	}
	if err := lookAtCommunity(tx, c.Community); err != nil {
		return err
	}
	return scheduleWeek(tx, now, c)
}

// Watcher is a chat that a watch wants to be told.
type Watcher struct {
	Community string // the id of the chat's
	Chat      string
	Messenger bot.Messenger
	Channel   bool   // many read it
	Cursor    string // to go on behind it
}

// Watchers yields the chats that watch a stream at a rung, from behind a cursor on ("" begins at the beginning): those of
// the stream's community, or for a public stream those of all communities that have no copy of it. A chat with several
// watches that match may come more than once.
func Watchers(r Reader, stream Stream, rung, cursor string) iter.Seq2[Watcher, error] {
	return func(yield func(Watcher, error) bool) {
		ranges, err := watcherRanges(r, stream, rung)
		if err != nil {
			yield(Watcher{}, err)
			return
		}
		// Where the cursor is in none of them, because the stream's subjects have changed since, the walk begins anew.
		at := max(slices.IndexFunc(ranges, func(rng Range) bool { return rng.covers(cursor) }), 0)
		if ranges[at].covers(cursor) {
			ranges[at].After = cursor
		}
		for _, rng := range ranges[at:] {
			if !yieldWatchers(r, stream, rng, yield) {
				return
			}
		}
	}
}

// watcherRanges are the rows of the watches that want to be told of a stream at a rung, a range for each of its subjects.
func watcherRanges(r Reader, stream Stream, rung string) ([]Range, error) {
	subjects, err := toldAs(r, stream)
	if err != nil {
		return nil, err
	}
	ranges := make([]Range, 0, len(subjects))
	for _, subject := range subjects {
		prefix := []string{subject.String(), rung}
		if stream.Scope != Public {
			prefix = append(prefix, string(stream.Scope))
		}
		ranges = append(ranges, Range{Prefix: prefix})
	}
	return ranges, nil
}

// covers reports whether a cursor of a watch's row is within the range.
func (rng Range) covers(cursor string) bool {
	from, to := Prefix(append([]string{Watches.Name() + "." + bySubject}, rng.Prefix...)...)
	return from <= cursor && cursor < to
}

// yieldWatchers yields the watchers in one range of rows and reports whether to go on.
func yieldWatchers(r Reader, stream Stream, rng Range, yield func(Watcher, error) bool) bool {
	var community string
	var copied bool // whether that community has a copy of the stream; its rows stand together
	for row, err := range Watches.Rows(r, bySubject, rng) {
		if err == nil && row.Key[2] != community {
			community = row.Key[2]
			copied, err = Scoped{Reader: r, Scope: Scope(community)}.copied(stream)
		}
		if err != nil {
			yield(Watcher{}, err)
			return false
		}
		if copied {
			continue
		}
		watcher, err := watcherOf(r, row)
		if errors.Is(err, ErrNotFound) {
			continue // its chat is gone
		}
		if !yield(watcher, err) || err != nil {
			return false
		}
	}
	return true
}

// watcherOf reads an index row of a watch. Where it does not say the messenger, the chat does.
func watcherOf(r Reader, row IndexRow) (Watcher, error) {
	watcher := Watcher{Community: row.Key[2], Chat: row.Key[3], Cursor: row.Cursor}
	if len(row.Cover) > 0 {
		var kind string
		err := json.Unmarshal(row.Cover, &kind)
		messenger, channel := strings.CutSuffix(kind, channelMark)
		watcher.Messenger, watcher.Channel = bot.Messenger(messenger), channel
		return watcher, err
	}
	chat, err := Chats.Get(r, watcher.Chat)
	watcher.Messenger, watcher.Channel = chat.Address.Messenger, chat.ManyRead()
	return watcher, err
}

// CountWatchers counts the chats that watch a stream at a rung, by messenger, up to most rows of watches in all. A chat with several
// watches that match may count more than once.
func CountWatchers(r Reader, stream Stream, rung string, most int) (map[bot.Messenger]int, error) {
	count, rows := map[bot.Messenger]int{}, 0
	for watcher, err := range Watchers(r, stream, rung, "") {
		if err != nil {
			return nil, err
		}
		count[watcher.Messenger]++
		if rows++; rows == most {
			break
		}
	}
	return count, nil
}
