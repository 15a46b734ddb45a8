package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"boardcast/bot"
)

// Entry is one change that a person made: what it was, by whom, and the records before and after it.
type Entry struct {
	Scope   Scope     `json:"scope"` // the community of the chat in which it was made
	ID      string    `json:"id"`
	Inbound string    `json:"inbound"` // the messenger's id of the line that asked for it
	At      time.Time `json:"at"`
	Chat    string    `json:"chat"`
	By      string    `json:"by"`      // the person's name; empty: somebody who wished to be forgotten
	ByID    string    `json:"by_id"`   // the messenger's id of the person; empty likewise
	Line    string    `json:"line"`    // what was typed
	Changes []Change  `json:"changes"` // empty: the line changed nothing
	Undoes  string    `json:"undoes,omitempty"`
	Undone  string    `json:"undone,omitempty"` // the entry that undid it

	Messenger bot.Messenger `json:"messenger,omitempty"` // empty, as the first version left it: the terminal
}

// Change is one record before and after: exactly one of its fields is set.
type Change struct {
	Stream    *Changed[Stream]    `json:"stream,omitempty"`
	Watch     *Changed[Watch]     `json:"watch,omitempty"`
	Chat      *Changed[Chat]      `json:"chat,omitempty"`
	Community *Changed[Community] `json:"community,omitempty"` // beside the chat in which it was set
	Executive *Changed[Executive] `json:"executive,omitempty"`
	Account   *Changed[Account]   `json:"account,omitempty"`
	User      *Changed[User]      `json:"user,omitempty"` // beside the private chat, which is set with it

	Reading *Changed[StreamReading] `json:"reading,omitempty"`
}

// IsPublic reports whether the entry changed what everyone sees, which only an operator may take back.
func (e Entry) IsPublic() bool {
	return slices.ContainsFunc(e.Changes, func(c Change) bool {
		switch {
		case c.Stream != nil:
			return c.Stream.touched().Scope == Public
		case c.Executive != nil:
			return c.Executive.touched().Scope == Public
		case c.Account != nil:
			return c.Account.touched().Scope == Public
		case c.Reading != nil:
			return c.Reading.touched().Scope == Public
		default:
			return false
		}
	})
}

// Changed is a record before and after a change; nil where there was none.
type Changed[V any] struct {
	Before *V `json:"before,omitempty"`
	After  *V `json:"after,omitempty"`
}

// touched is the record that the change wrote or took away.
func (c Changed[V]) touched() *V {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Entries are kept by scope and id; indexes find them by the line that made them, by chat, latest first, by the person and by the
// records that they changed.
var Entries = NewTable("audit", 1,
	func(e *Entry) []string { return []string{string(e.Scope), e.ID} },
	Index[Entry]{Name: byInbound, Rows: func(e *Entry) []Row {
		return []Row{{Key: []string{string(e.Scope), e.Inbound}}}
	}},
	Index[Entry]{Name: byChat, Rows: func(e *Entry) []Row {
		return []Row{{Key: []string{e.Chat, backKey(e.At)}}}
	}},
	Index[Entry]{Name: byPerson, Rows: func(e *Entry) []Row {
		if e.ByID == "" {
			return nil
		}
		return []Row{{Key: []string{string(cmp.Or(e.Messenger, bot.Console)), e.ByID}}}
	}},
	Index[Entry]{Name: byRecord, Rows: func(e *Entry) []Row {
		var rows []Row
		for _, change := range e.Changes {
			if record := change.record(); record != nil {
				rows = append(rows, Row{Key: record})
			}
		}
		return rows
	}})

const (
	byInbound = "inbound"
	byPerson  = "person"
	byRecord  = "record"
)

// Act is a line that asks for a change.
type Act struct {
	Inbound string
	Place   bot.Chat
	By      bot.User
	Line    string
	Now     time.Time
}

// Do makes a change and its audit entry in one Update. change is given the chat and an entry to fill with what it changed.
// The same line delivered again changes nothing and returns the entry of the first time.
func Do(ctx context.Context, store Store, act Act, change func(tx Tx, chat Chat, e *Entry) error) (Entry, error) {
	if act.Place.Kind == bot.Private {
		act.Place.Locale = cmp.Or(act.Place.Locale, act.By.Locale) // what is sent there is for this person
	}
	var done Entry
	err := store.Update(ctx, func(tx Tx) error {
		chat, err := OpenChat(tx, act.Place)
		if err != nil {
			return err
		}
		repeated, err := Entries.First(tx, byInbound, string(chat.Scope()), act.Inbound)
		if !errors.Is(err, ErrNotFound) {
			done = repeated
			return err
		}
		entry := Entry{
			Scope: chat.Scope(), Inbound: act.Inbound, At: act.Now, Chat: chat.ID, By: act.By.Name, ByID: act.By.ID, Line: act.Line,
			Messenger: act.Place.Address.Messenger,
		}
		if entry.ID, err = NextID(tx, "a"); err != nil {
			return err
		}
		if err := change(tx, chat, &entry); err != nil {
			return err
		}
		done = entry
		return Entries.Put(tx, entry)
	})
	return done, err
}

// Note writes down a change that a source made, in the Update of the change: nobody typed it, and nobody takes it back.
func Note(tx Tx, now time.Time, source string, change Change) error {
	id, err := NextID(tx, "a")
	if err != nil {
		return err
	}
	return Entries.Put(tx, Entry{Scope: Public, ID: id, Inbound: "source-" + id, At: now, By: source, Changes: []Change{change}})
}

// LastEntry returns the chat's latest change that changed something and was neither undone nor an undoing itself, or
// ErrNotFound. Nobody takes back what somebody else did to reminders of their own, so a person's id is asked for.
func LastEntry(r Reader, chat, person string) (Entry, error) {
	for e, err := range Entries.By(r, byChat, chat) {
		if err != nil {
			return Entry{}, err
		}
		if e.Undone == "" && e.Undoes == "" && len(e.Changes) > 0 && !e.isOthers(person) {
			return e, nil
		}
	}
	return Entry{}, ErrNotFound
}

// isOthers reports whether an entry is about the reminders of somebody else than a person.
func (e Entry) isOthers(person string) bool {
	changed := e.Changes[0].Watch
	if changed == nil {
		return false
	}
	watch := changed.touched()
	return watch.By != "" && watch.By != person
}

// ChangesOf returns what was written down of the changes of a stream and of its figures, oldest first.
func ChangesOf(r Reader, stream string) ([]Entry, error) {
	var all []Entry
	for _, table := range []string{Streams.name, Readings.name} {
		for e, err := range Entries.By(r, byRecord, table, stream) {
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(all, func(other Entry) bool { return other.Scope == e.Scope && other.ID == e.ID }) {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Entry) int {
		first, _ := numberOf("a", a.ID)
		second, _ := numberOf("a", b.ID)
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(first, second))
	})
	return all, nil
}

// ConflictError says that a record has changed since the change that was to be undone.
type ConflictError struct{ Change Change }

func (*ConflictError) Error() string { return "changed since" }

// Undo puts the records of an entry back as they were, through the rules by which they change, and marks the entry. It
// fills undo, the entry of the undoing. A record that has changed since is a *ConflictError, and nothing is put back.
func Undo(tx Tx, now time.Time, chat Chat, e Entry, undo *Entry) error {
	for _, change := range e.Changes {
		back, err := undoChange(tx, now, chat, change)
		if err != nil {
			return err
		}
		undo.Changes = append(undo.Changes, back)
	}
	undo.Undoes = e.ID
	e.Undone = undo.ID
	return Entries.Put(tx, e)
}

func undoChange(tx Tx, now time.Time, chat Chat, change Change) (Change, error) {
	switch {
	case change.Stream != nil:
		return undoStream(tx, now, change)
	case change.Watch != nil:
		return undoWatch(tx, now, chat, change)
	case change.Chat != nil:
		return undoChat(tx, now, change)
	case change.Executive != nil:
		return undoExecutive(tx, now, *change.Executive)
	case change.Account != nil:
		return undoAccount(tx, *change.Account)
	case change.Reading != nil:
		return undoReading(tx, now, change)
	case change.User != nil:
		return undoUser(tx, change)
	case change.Community != nil:
		return undoCommunity(tx, change)
	}
	return Change{}, errors.New("audit entry with an empty change")
}

func undoStream(tx Tx, now time.Time, change Change) (Change, error) {
	before, after := change.Stream.Before, change.Stream.After
	touched := change.Stream.touched()
	current, err := absentIsNil(Streams.Get(tx, string(touched.Scope), touched.ID))
	if err != nil {
		return Change{}, fmt.Errorf("undo stream %s: %w", touched.ID, err)
	}
	if (current == nil) != (after == nil) || current != nil && !saysTheSame(*current, *after) {
		return Change{}, &ConflictError{Change: Change{Stream: &Changed[Stream]{Before: touched, After: current}}}
	}
	if after == nil {
		return Change{Stream: &Changed[Stream]{After: before}}, bringBack(tx, now, *before)
	}
	if before != nil && before.Scope != after.Scope {
		if err := DropCopy(tx, now, *after); err != nil {
			return Change{}, err
		}
		public, err := Streams.Get(tx, string(Public), after.ID)
		return Change{Stream: &Changed[Stream]{Before: current, After: &public}}, err
	}
	back := *after
	back.Withdrawn = true
	if before != nil {
		back = *before
	}
	saved, err := SaveStream(tx, now, back)
	if err != nil {
		return Change{}, err
	}
	return Change{Stream: &Changed[Stream]{Before: current, After: &saved}}, nil
}

// saysTheSame reports whether two streams say the same, whatever their revisions and the offices of their people: an undoing
// that comes to what was before is no change since.
func saysTheSame(a, b Stream) bool {
	a.Revision, a.StartRevision, a.Automakers = b.Revision, b.StartRevision, b.Automakers
	return reflect.DeepEqual(a, b)
}

func undoWatch(tx Tx, now time.Time, chat Chat, change Change) (Change, error) {
	before, after := change.Watch.Before, change.Watch.After
	known := before
	if after != nil {
		known = after
	}
	current, err := absentIsNil(Watches.Get(tx, known.ID))
	if err != nil {
		return Change{}, err
	}
	if !reflect.DeepEqual(current, after) {
		return Change{}, &ConflictError{Change: Change{Watch: &Changed[Watch]{Before: after, After: current}}}
	}
	if before == nil {
		err = RemoveWatch(tx, now, chat, known.ID)
	} else {
		err = errors.Join(SaveWatch(tx, *before), scheduleWeek(tx, now, chat))
	}
	if err != nil {
		return Change{}, err
	}
	return Change{Watch: &Changed[Watch]{Before: after, After: before}}, nil
}

func undoChat(tx Tx, now time.Time, change Change) (Change, error) {
	before, after := change.Chat.Before, change.Chat.After
	current, err := Chats.Get(tx, after.ID)
	if err != nil {
		return Change{}, fmt.Errorf("undo chat %s: %w", after.ID, err)
	}
	if current != *after {
		return Change{}, &ConflictError{Change: Change{Chat: &Changed[Chat]{Before: after, After: &current}}}
	}
	return Change{Chat: &Changed[Chat]{Before: after, After: before}}, SaveChat(tx, now, *before)
}

// undoReading takes exactly the reading away that was added.
func undoReading(tx Tx, now time.Time, change Change) (Change, error) {
	added := *change.Reading.After
	removed, err := added.Remove(tx)
	if err != nil {
		return Change{}, fmt.Errorf("undo a reading of stream %s: %w", added.Stream, err)
	}
	if !removed {
		return Change{}, &ConflictError{Change: change}
	}
	return Change{Reading: &Changed[StreamReading]{Before: &added}}, Redraw(tx, added.Scope, added.Stream, now)
}
