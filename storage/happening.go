package storage

import (
	"errors"
	"slices"
	"time"

	"boardcast/bot"
)

// Happening is a stream in the calendar of a community, as far as it is known how it stands there. There is a record where one stands,
// or may have to; of what is over and done with there is none.
type Happening struct {
	Community string        `json:"community"` // the id of the community
	Stream    string        `json:"stream"`
	Messenger bot.Messenger `json:"messenger"`

	ID    string             `json:"id,omitempty"`    // the messenger's; empty: none is known
	Doubt bool               `json:"doubt,omitempty"` // without an id: it was put there, or may have been, and nobody knows what as
	Gone  bool               `json:"gone,omitempty"`  // somebody has taken it away, and it is not put there again
	State bot.HappeningState `json:"state,omitempty"` // as it stands there; empty: it is not known
	Shown string             `json:"shown,omitempty"` // a digest of what it says there

	Next  time.Time `json:"next,omitzero"`   // when it is to be looked at; zero: when something changes
	Tries int       `json:"tries,omitempty"` // that failed, one after another
}

// Stands reports whether it is in the calendar, or may be.
func (h Happening) Stands() bool { return h.ID != "" || h.Doubt }

// Forgotten is the happening as it is taken after a restore: whatever is known of it, the calendar may know better.
func (h Happening) Forgotten(now time.Time) Happening {
	if h.Gone {
		return h
	}
	h.ID, h.Doubt, h.State, h.Shown, h.Next, h.Tries = "", true, "", "", now, 0
	return h
}

// Happenings are kept by community and stream. Index "stream" leads from a stream to its communities, "ready" holds what is to be
// looked at by messenger and time.
var Happenings = NewTable("happening", 1,
	func(h *Happening) []string { return []string{h.Community, h.Stream} },
	Index[Happening]{Name: byStream, Rows: func(h *Happening) []Row { return []Row{{Key: []string{h.Stream}}} }},
	Index[Happening]{Name: byReady, Rows: func(h *Happening) []Row {
		if h.Next.IsZero() {
			return nil
		}
		return []Row{{Key: []string{string(h.Messenger), TimeKey(h.Next), h.turn()}}}
	}}).Plain()

const byStream = "stream"

// turn orders those that are to be looked at at one time: what has failed before is in nobody's way.
func (h Happening) turn() string {
	if h.Tries > 0 {
		return "2"
	}
	return "1"
}

// ReadyHappenings returns up to n happenings of a messenger that are to be looked at by now, one a community, and the time at which
// the next one is to be (zero: none is waiting). It reads the records of those that it returns, and no others.
func ReadyHappenings(r Reader, messenger bot.Messenger, now time.Time, n int) ([]Happening, time.Time, error) {
	var ready []Happening
	busy := map[string]bool{}
	for row, err := range Happenings.Rows(r, byReady, Range{Prefix: []string{string(messenger)}}) {
		if err != nil {
			return nil, time.Time{}, err
		}
		at, err := ParseTimeKey(row.Key[1])
		if err != nil || at.After(now) {
			return ready, at, err
		}
		community := row.Primary[0]
		if busy[community] {
			continue
		}
		if len(ready) == n {
			return ready, now, nil
		}
		h, err := Happenings.Get(r, row.Primary...)
		if err != nil {
			return nil, time.Time{}, err
		}
		busy[community] = true
		ready = append(ready, h)
	}
	return ready, time.Time{}, nil
}

// writesPerHappening is what a happening may cost of a transaction's Room: the record and its rows, before and after.
const writesPerHappening = 4

// lookAt has one happening looked at, by now at the latest.
func lookAt(tx Tx, now time.Time, community string, messenger bot.Messenger, stream string) error {
	h, err := Happenings.Get(tx, community, stream)
	switch {
	case errors.Is(err, ErrNotFound):
		h = Happening{Community: community, Stream: stream, Messenger: messenger}
	case err != nil:
		return err
	case !h.Next.IsZero() && !h.Next.After(now):
		return nil
	}
	h.Next = now.UTC()
	return Happenings.Put(tx, h)
}

// Wish is what a community wants of a stream in its calendar.
type Wish struct {
	Stream *Stream // as the community sees it; nil if it does not
	Chat   *Chat   // that wants it, for which it is worded; nil if none does
	// Paused is the pause of what is watched in that chat: nothing new is put into the calendar, and what stands there stays true.
	Paused Pause
}

// WishFor returns what a community wants of a stream in its calendar at now. Of several chats that want it, the one that is known
// longest has the say, and one that has not paused before one that has.
func WishFor(r Reader, community Community, stream string, now time.Time) (Wish, error) {
	var wish Wish
	seen, err := absentIsNil(Scoped{Reader: r, Scope: Scope(community.ID)}.Stream(stream))
	if err != nil || seen == nil {
		return wish, err
	}
	wish.Stream = seen
	chats, err := hostingChats(r, community.ID)
	if err != nil {
		return wish, err
	}
	for _, chat := range chats {
		order, err := OrderFor(r, chat, *seen, now)
		if err != nil {
			return wish, err
		}
		if order.Watched {
			wish.Chat, wish.Paused = &chat, Pause{}
			return wish, nil
		}
		if wish.Chat == nil && order.Paused.Covers(now) {
			wish.Chat, wish.Paused = &chat, order.Paused
		}
	}
	return wish, nil
}

// hostingChats returns the chats of a community that want the calendar to have what they watch, the one that is known longest first.
func hostingChats(r Reader, community string) ([]Chat, error) {
	var chats []Chat
	for chat, err := range Chats.By(r, byHosting, community) {
		if err != nil {
			return nil, err
		}
		chats = append(chats, chat)
	}
	slices.SortFunc(chats, func(a, b Chat) int { return compareIDs(a.ID, b.ID) })
	return chats, nil
}

// hosts reports whether a chat of a community wants the calendar to have what it watches.
func hosts(r Reader, community string) (bool, error) {
	for _, err := range Chats.Rows(r, byHosting, Range{Prefix: []string{community}}) {
		return err == nil, err
	}
	return false, nil
}

// anyCalendar reports whether there is a calendar to be kept anywhere.
func anyCalendar(r Reader) (bool, error) {
	for _, err := range Chats.Rows(r, byHosting, Range{}) {
		return err == nil, err
	}
	for _, err := range Happenings.Rows(r, byStream, Range{}) {
		return err == nil, err
	}
	return false, nil
}

// hasCalendar reports whether there is a calendar to be kept of a community.
func hasCalendar(r Reader, community string) (bool, error) {
	kept, err := hosts(r, community)
	if err != nil || kept {
		return kept, err
	}
	for _, err := range Happenings.Scan(r, community) {
		return err == nil, err
	}
	return false, nil
}
