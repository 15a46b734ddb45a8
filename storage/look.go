package storage

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// Look says what has changed that calendars may have to show. It is walked page by page, and what it comes to are [Happenings] that
// are to be looked at.
type Look struct {
	Kind      LookKind `json:"kind"`
	Scope     Scope    `json:"scope,omitempty"` // of the stream
	Stream    string   `json:"stream,omitempty"`
	Community string   `json:"community,omitempty"`
	Asked     bool     `json:"asked,omitempty"` // what stands has been walked, and what may have to is next
	Cursor    string   `json:"cursor,omitempty"`
}

// LookKind says what a [Look] is at.
type LookKind string

// The kinds of look.
const (
	LookAtStream    LookKind = "stream"    // in all calendars
	LookAtCommunity LookKind = "community" // its whole calendar
	LookAtAll       LookKind = "all"       // all calendars, of which nothing is known any more
)

// Looks are kept by what they are at: however often that changes, one row says so, and the walk begins anew.
var Looks = NewTable("look", 1, func(l *Look) []string {
	switch l.Kind {
	case LookAtStream:
		return []string{string(l.Kind), l.Stream, string(l.Scope)}
	case LookAtCommunity:
		return []string{string(l.Kind), l.Community}
	default:
		return []string{string(l.Kind)}
	}
})

// FirstLook returns a look that is to be walked; nil if there is none.
func FirstLook(r Reader) (*Look, error) {
	for l, err := range Looks.Scan(r) {
		return &l, err
	}
	return nil, nil //nolint:nilnil // absence is an answer here, not a failure
}

// lookAtStream has a stream looked at in all calendars. Where nobody keeps one it costs two looks at the store.
func lookAtStream(tx Tx, scope Scope, stream string) error {
	kept, err := anyCalendar(tx)
	if err != nil || !kept {
		return err
	}
	return Looks.Put(tx, Look{Kind: LookAtStream, Scope: scope, Stream: stream})
}

// lookAtCommunity has a community's calendar looked at, if it keeps one.
func lookAtCommunity(tx Tx, community string) error {
	kept, err := hasCalendar(tx, community)
	if err != nil || !kept {
		return err
	}
	return Looks.Put(tx, Look{Kind: LookAtCommunity, Community: community})
}

// jobOfCalendars is the name under which the restore is kept that the calendars were looked at after.
const jobOfCalendars = "calendars"

// LookAfterRestore has all calendars looked at once after a restore: they have what the store before has put there.
func LookAfterRestore(tx Tx) error {
	restored, err := LastRestore(tx)
	if err != nil || restored.At.IsZero() {
		return err
	}
	looked, err := JobRuns.Get(tx, jobOfCalendars)
	if err != nil && !errors.Is(err, ErrNotFound) || err == nil && !looked.Last.Before(restored.At) {
		return err
	}
	if err := JobRuns.Put(tx, JobRun{Name: jobOfCalendars, Last: restored.At}); err != nil {
		return err
	}
	return Looks.Put(tx, Look{Kind: LookAtAll})
}

// Walk does a page of a look, as much as the transaction has Room for, and leaves the cursor for the rest.
func (l Look) Walk(tx Tx, now time.Time) error {
	l, err := Looks.Get(tx, Looks.key(&l)...)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	w := walk{tx: tx, now: now, look: &l}
	if !l.Asked {
		done, err := w.standing()
		if err != nil {
			return err
		}
		if !done {
			return Looks.Put(tx, l)
		}
		l.Asked, l.Cursor = true, ""
	}
	done, err := w.wanted()
	if err != nil {
		return err
	}
	if !done {
		return Looks.Put(tx, l)
	}
	return Looks.Delete(tx, Looks.key(&l)...)
}

// walk is a page of a look.
type walk struct {
	tx   Tx
	now  time.Time
	look *Look
}

// full reports whether there is no Room for one more happening.
func (w walk) full() bool { return w.tx.Room() < 2*writesPerHappening }

// standing walks the happenings that there are, from the cursor on, and reports whether that was all of them.
func (w walk) standing() (bool, error) {
	switch w.look.Kind {
	case LookAtStream:
		return w.ofStream()
	case LookAtCommunity:
		return w.each([]string{w.look.Community}, func(h Happening) error {
			return lookAt(w.tx, w.now, h.Community, h.Messenger, h.Stream)
		})
	default:
		return w.each(nil, func(h Happening) error { return Happenings.Put(w.tx, h.Forgotten(w.now.UTC())) })
	}
}

// each does something with the happenings below a prefix of their key.
func (w walk) each(prefix []string, do func(h Happening) error) (bool, error) {
	var after []string
	if w.look.Cursor != "" {
		var err error
		if after, err = SplitKey(w.look.Cursor); err != nil {
			return false, err
		}
	}
	for h, err := range Happenings.ScanFrom(w.tx, after, prefix...) {
		if err != nil {
			return false, err
		}
		if w.full() {
			return false, nil
		}
		if err := do(h); err != nil {
			return false, err
		}
		w.look.Cursor = Key(Happenings.key(&h)...)
	}
	return true, nil
}

// ofStream looks at the happenings of a stream, in the calendar of one community if it is that one's.
func (w walk) ofStream() (bool, error) {
	for row, err := range Happenings.Rows(w.tx, byStream, Range{Prefix: []string{w.look.Stream}, After: w.look.Cursor}) {
		if err != nil {
			return false, err
		}
		if w.look.Scope != Public && w.look.Scope != Scope(row.Primary[0]) {
			continue
		}
		if w.full() {
			return false, nil
		}
		h, err := Happenings.Get(w.tx, row.Primary...)
		if err != nil {
			return false, err
		}
		if err := lookAt(w.tx, w.now, h.Community, h.Messenger, h.Stream); err != nil {
			return false, err
		}
		w.look.Cursor = row.Cursor
	}
	return true, nil
}

// wanted walks what may have to be put into calendars, from the cursor on, and reports whether that was all of it.
func (w walk) wanted() (bool, error) {
	switch w.look.Kind {
	case LookAtStream:
		return w.byWatchers()
	case LookAtCommunity:
		return w.byChats()
	default:
		return w.byCommunities()
	}
}

// byWatchers looks at a stream for the communities in which it is watched.
func (w walk) byWatchers() (bool, error) {
	stream, err := Scoped{Reader: w.tx, Scope: w.look.Scope}.Stream(w.look.Stream)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	if err != nil || !stream.Upcoming() {
		return err == nil, err
	}
	stream.Scope = w.look.Scope // a community that has dropped its copy sees the public one, and no other does anew
	last, kept := "", false
	for watcher, err := range Watchers(w.tx, stream, NewsRung, w.look.Cursor) {
		if err != nil {
			return false, err
		}
		if !watcher.Messenger.HasCalendar() {
			continue
		}
		if watcher.Community != last {
			last = watcher.Community
			if kept, err = hosts(w.tx, last); err != nil {
				return false, err
			}
		}
		if !kept {
			continue
		}
		if w.full() {
			return false, nil
		}
		if err := lookAt(w.tx, w.now, watcher.Community, watcher.Messenger, stream.ID); err != nil {
			return false, err
		}
		w.look.Cursor = watcher.Cursor
	}
	return true, nil
}

// byChats looks at the streams to come that chats of a community watch.
func (w walk) byChats() (bool, error) {
	chats, err := hostingChats(w.tx, w.look.Community)
	if err != nil || len(chats) == 0 {
		return err == nil, err
	}
	watched, err := watchedBy(w.tx, chats, w.now)
	if err != nil {
		return false, err
	}
	at, found := slices.BinarySearchFunc(watched, w.look.Cursor, compareIDs)
	if found {
		at++
	}
	for _, stream := range watched[at:] {
		if w.full() {
			return false, nil
		}
		if err := lookAt(w.tx, w.now, w.look.Community, chats[0].Address.Messenger, stream); err != nil {
			return false, err
		}
		w.look.Cursor = stream
	}
	return true, nil
}

// watchedBy returns the ids of the streams to come that any of a community's chats watches, in their order.
func watchedBy(r Reader, chats []Chat, now time.Time) ([]string, error) {
	var watches []Watch
	for _, chat := range chats {
		more, err := WatchesOf(r, chat)
		if err != nil {
			return nil, err
		}
		watches = append(watches, more...)
	}
	var ids []string
	for stream, err := range (Scoped{Reader: r, Scope: chats[0].Scope()}).Coming(Everything, now) {
		if err != nil {
			return nil, err
		}
		if !stream.Upcoming() {
			continue
		}
		subjects, err := toldAs(r, stream)
		if err != nil {
			return nil, err
		}
		if len(matching(watches, subjects)) > 0 {
			ids = append(ids, stream.ID)
		}
	}
	slices.SortFunc(ids, compareIDs)
	return ids, nil
}

// byCommunities has the calendar of every community looked at that keeps one.
func (w walk) byCommunities() (bool, error) {
	for row, err := range Chats.Rows(w.tx, byHosting, Range{After: w.look.Cursor}) {
		if err != nil {
			return false, err
		}
		if w.full() {
			return false, nil
		}
		if err := ReopenCalendar(w.tx, row.Key[0]); err != nil {
			return false, err
		}
		w.look.Cursor = row.Cursor
	}
	return true, nil
}

// compareIDs orders ids of one letter as they were given: a shorter one is of a lower number.
func compareIDs(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// lookAtLoaded has the calendar looked at that a chat from another store wants to be kept.
func lookAtLoaded(tx Tx, version int, body []byte) error {
	chat, err := Chats.read(version, body)
	if err != nil || !chat.Hosts {
		return err
	}
	return Looks.Put(tx, Look{Kind: LookAtCommunity, Community: chat.Community})
}
