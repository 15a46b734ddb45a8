package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"boardcast/bot"
)

// The bounds of forgetting: what one Update looks at, and how many there are. What is left over goes with the next call.
const (
	forgetEntries = 200
	forgetPages   = 10_000
	forgetRoom    = 8 // what taking a name out of one record writes at most
)

// Known says whether there is anything that Forget would take away.
func Known(r Reader, messenger bot.Messenger, who bot.User) (bool, error) {
	if set, err := Users.Has(r, string(messenger), who.ID); set || err != nil {
		return set, err
	}
	for _, err := range Entries.Rows(r, byPerson, Range{Prefix: []string{string(messenger), who.ID}}) {
		return err == nil, err
	}
	return false, nil
}

// Forget deletes what a person has set for themselves and the reminders that they asked for, and takes their name and id out of
// the log of changes and of the records that they entered. What they changed stays as it is, and can still be undone. It
// returns how many changes were theirs. It works in pages: stopped in the middle, it goes on when it is called again.
func Forget(ctx context.Context, store Store, messenger bot.Messenger, who bot.User) (int, error) {
	err := store.Update(ctx, func(tx Tx) error { return Users.Delete(tx, string(messenger), who.ID) })
	if err != nil {
		return 0, fmt.Errorf("forget the settings of a person: %w", err)
	}
	entries, before, clean := 0, 0, map[string]bool{}
	for range forgetPages {
		var page forgetting
		err := store.Update(ctx, func(tx Tx) error {
			page = forgetting{tx: tx, who: who, clean: maps.Clone(clean)}
			return page.run(messenger)
		})
		if err != nil {
			return entries, fmt.Errorf("forget a person in the log: %w", err)
		}
		entries, clean = entries+page.entries, page.clean
		switch {
		case !page.done:
		case entries == before:
			return entries, nil
		default:
			before, clean = entries, map[string]bool{} // once more, for what they changed meanwhile
		}
	}
	return entries, errors.New("forget a person: the log has no end")
}

// forgetting is one page of the work.
type forgetting struct {
	tx      Tx
	who     bot.User
	clean   map[string]bool // records and logs of records that no longer have a name
	entries int
	done    bool
}

// run forgets entries while there is Room. One that is forgotten is no longer found by its person, which is what says where to go on.
func (f *forgetting) run(messenger bot.Messenger) error {
	for e, err := range Entries.By(f.tx, byPerson, string(messenger), f.who.ID) {
		if err != nil {
			return err
		}
		if f.entries == forgetEntries {
			return nil
		}
		whole, err := f.entry(e)
		if err != nil || !whole {
			return err
		}
		f.entries++
	}
	f.done = true
	return nil
}

// entry takes a person out of the records that their change made, and then out of its entry. It reports whether Room was enough.
func (f *forgetting) entry(e Entry) (bool, error) {
	for _, change := range e.Changes {
		if whole, err := f.log(change.record(), e.By); err != nil || !whole {
			return false, err
		}
	}
	if whole, err := f.reminders(e.Chat); err != nil || !whole {
		return false, err
	}
	if whole, err := f.chat(e.Chat); err != nil || !whole || f.tx.Room() < forgetRoom {
		return false, err
	}
	// Cleaning the log of the records has rewritten this entry too.
	e, err := Entries.Get(f.tx, string(e.Scope), e.ID)
	if err != nil {
		return false, err
	}
	changed := len(e.Changes)
	if e = e.without(f.who); len(e.Changes) == 0 && changed > 0 {
		return true, Entries.Delete(f.tx, string(e.Scope), e.ID) // it was about nothing but what they had for themselves
	}
	return true, Entries.Put(f.tx, e)
}

// without is the entry without a word of who made it.
func (e Entry) without(who bot.User) Entry {
	e.Changes = slices.DeleteFunc(e.Changes, func(c Change) bool {
		return c.User != nil || c.Watch != nil && c.Watch.touched().By != "" // a reminder without its person would come back as a watch
	})
	for i := range e.Changes {
		e.Changes[i] = e.Changes[i].untitled()
	}
	for _, words := range []*string{&e.Line, &e.Inbound} {
		if mentions(*words, who.ID) || mentions(*words, who.Name) || mentions(*words, e.By) {
			*words = ""
		}
	}
	e.By, e.ByID = "", ""
	return e
}

func mentions(words, name string) bool { return name != "" && strings.Contains(words, name) }

// reminders deletes what a person asked to be reminded of in a chat.
func (f *forgetting) reminders(chat string) (bool, error) {
	mine, err := reminders(f.tx, chat, f.who.ID)
	if err != nil {
		return false, err
	}
	for _, reminder := range mine {
		if whole, err := f.put(func() error { return Watches.Delete(f.tx, reminder.ID) }); err != nil || !whole {
			return false, err
		}
	}
	return true, nil
}

// chat takes the title from a private chat: it is its person's name.
func (f *forgetting) chat(id string) (bool, error) {
	chat, err := Chats.Get(f.tx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (chat.Kind != bot.Private || chat.Title == "") {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	chat.Title = ""
	return f.put(func() error { return Chats.Put(f.tx, chat) })
}

// log takes the name of who told of it out of a record, out of its copies in all communities, and out of the log of both.
func (f *forgetting) log(record []string, name string) (bool, error) {
	key := Key(append(record, name)...)
	if f.clean[key] || name == "" || len(record) == 0 {
		return true, nil
	}
	for e, err := range Entries.By(f.tx, byRecord, record...) {
		if err != nil {
			return false, err
		}
		for _, change := range e.Changes {
			if whole, err := f.records(change, name); err != nil || !whole {
				return false, err
			}
		}
		changes, told, err := strip(e.Changes, name)
		if err != nil {
			return false, err
		}
		e.Changes = changes
		if !told {
			continue
		}
		if whole, err := f.put(func() error { return Entries.Put(f.tx, e) }); err != nil || !whole {
			return false, err
		}
	}
	f.clean[key] = true
	return true, nil
}

// records takes a name out of the records of a change as they stand now.
func (f *forgetting) records(c Change, name string) (bool, error) {
	switch {
	case c.Stream != nil:
		return stripRecord(f, Streams, name, c.Stream.Before, c.Stream.After)
	case c.Executive != nil:
		return stripRecord(f, Executives, name, c.Executive.Before, c.Executive.After)
	case c.Account != nil:
		return stripRecord(f, Accounts, name, c.Account.Before, c.Account.After)
	case c.Reading != nil:
		return f.readings(c.Reading.touched(), name)
	default:
		return true, nil
	}
}

// readings takes a name out of the readings of a stream that one scope has, and of the figures that they come to.
func (f *forgetting) readings(of *StreamReading, name string) (bool, error) {
	for chunk, err := range Readings.Scan(f.tx, string(of.Scope), of.Stream) {
		if err != nil {
			return false, err
		}
		if whole, err := stripRecord(f, Readings, name, &chunk); err != nil || !whole {
			return false, err
		}
	}
	scopes := []Scope{of.Scope}
	for s, err := range Streams.By(f.tx, byID, of.Stream) { // a community that has the stream otherwise sums it up otherwise
		if err != nil {
			return false, err
		}
		scopes = append(scopes, s.Scope)
	}
	for _, scope := range scopes {
		if whole, err := f.rollups(scope, of.Stream, name); err != nil || !whole {
			return false, err
		}
	}
	return true, nil
}

// rollups takes a name out of what the readings of a stream come to, and of that of the streams that it is a double of.
func (f *forgetting) rollups(scope Scope, stream, name string) (bool, error) {
	const longest = 10 // a double of a double of a double…
	for range longest {
		rollup, err := rollupIn(f.tx, scope, stream)
		if err != nil {
			return false, err
		}
		if whole, err := stripRecord(f, Rollups, name, &rollup); err != nil || !whole || rollup.Into == "" {
			return whole, err
		}
		stream = rollup.Into
	}
	return true, nil
}

// stripRecord takes a name out of what stands in the place of a record before and after a change: they may be in two scopes.
func stripRecord[V any](f *forgetting, table *Table[V], name string, states ...*V) (bool, error) {
	for _, state := range states {
		if state == nil {
			continue
		}
		key := table.key(state)
		memo := Key(table.recordKey(key), name)
		if f.clean[memo] {
			continue
		}
		current, err := table.Get(f.tx, key...)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		without, told, err := strip(current, name)
		if err != nil {
			return false, err
		}
		if told {
			if whole, err := f.put(func() error { return table.Put(f.tx, without) }); err != nil || !whole {
				return false, err
			}
		}
		f.clean[memo] = true
	}
	return true, nil
}

// put writes, if there is Room.
func (f *forgetting) put(write func() error) (bool, error) {
	if f.tx.Room() < forgetRoom {
		return false, nil
	}
	return true, write()
}

// strip returns a record without a name wherever it is the By of a Provenance, and reports whether it was. It goes through the
// record as it is stored, so that no kind of record can be left out.
func strip[V any](v V, name string) (V, bool, error) {
	var without V
	raw, err := json.Marshal(v)
	if err != nil {
		return without, false, fmt.Errorf("take a name out of a record: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // a float has not all digits of a large figure
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return without, false, fmt.Errorf("take a name out of a record: %w", err)
	}
	tree, told := stripTree(tree, name)
	if !told {
		return v, false, nil
	}
	if raw, err = json.Marshal(tree); err == nil {
		err = json.Unmarshal(raw, &without)
	}
	if err != nil {
		return without, false, fmt.Errorf("take a name out of a record: %w", err)
	}
	return without, true, nil
}

// stripTree takes "by" members that are a name out of decoded JSON, and members of lists that had nothing else. What had it as its
// only source is marked as somebody's: figures of one source stay those of one.
func stripTree(tree any, name string) (any, bool) {
	told := false
	switch t := tree.(type) {
	case map[string]any:
		for member, value := range t {
			if member == "by" && value == name {
				delete(t, member)
				told = true
				continue
			}
			stripped, found := stripTree(value, name)
			if source, ok := stripped.(map[string]any); ok && found && member == "source" {
				source["nobody"] = true
			}
			t[member], told = stripped, told || found
		}
	case []any:
		kept := t[:0]
		for _, value := range t {
			stripped, found := stripTree(value, name)
			told = told || found
			if object, ok := stripped.(map[string]any); found && ok && len(object) == 0 {
				continue
			}
			kept = append(kept, stripped)
		}
		return kept, told
	}
	return tree, told
}

// untitled is the change with private chats as they are without the name of their person.
func (c Change) untitled() Change {
	if c.Chat == nil {
		return c
	}
	untitled := *c.Chat
	for _, chat := range []**Chat{&untitled.Before, &untitled.After} {
		if *chat != nil && (*chat).Kind == bot.Private {
			without := **chat
			without.Title = ""
			*chat = &without
		}
	}
	c.Chat = &untitled
	return c
}

// record is what a change of a record that says who told of it is found by in the log: its table and id, whatever its scope.
func (c Change) record() []string {
	switch {
	case c.Stream != nil:
		return []string{Streams.name, c.Stream.touched().ID}
	case c.Executive != nil:
		return []string{Executives.name, c.Executive.touched().ID}
	case c.Account != nil:
		return append([]string{Accounts.name}, Accounts.key(c.Account.touched())[1:]...) // without the scope
	case c.Reading != nil:
		return []string{Readings.name, c.Reading.touched().Stream}
	default:
		return nil
	}
}
