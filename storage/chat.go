package storage

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
)

// Community owns chats. What its moderators add or change is seen there alone.
type Community struct {
	ID        string        `json:"id"`
	Messenger bot.Messenger `json:"messenger"`
	Key       string        `json:"key"` // the messenger's own

	// Moderators are those whom the community's admins have named: an id of the messenger's, "@" and a handle in small letters, or
	// "@&" and the id of a role.
	Moderators []string `json:"moderators,omitempty"`
}

// Names reports whether a person, with the roles that they have in the community, is one of the moderators that the admins have named.
func (c Community) Names(who bot.User, roles []string) bool {
	return slices.ContainsFunc(c.Moderators, func(named string) bool {
		return named == who.ID || who.Handle != "" && strings.EqualFold(named, "@"+who.Handle) || slices.Contains(roles, named)
	})
}

// Chat is a place where boardcast speaks, with what its moderators have set.
type Chat struct {
	ID        string       `json:"id"`
	Community string       `json:"community"` // the id of the community that owns it
	Address   bot.ChatID   `json:"address"`
	Kind      bot.ChatKind `json:"kind"`
	Followed  bool         `json:"followed,omitempty"` // what is said there is shown elsewhere too
	Title     string       `json:"title,omitempty"`
	Zone      string       `json:"zone,omitempty"`   // IANA; empty: UTC
	Locale    string       `json:"locale,omitempty"` // empty: as the messenger says, else English
	Also      string       `json:"also,omitempty"`   // a second language, for headlines; empty: none
	Quiet     Quiet        `json:"quiet,omitzero"`
	NoWeekly  bool         `json:"no_weekly,omitempty"`
	Paused    Pause        `json:"paused,omitzero"`   // of all that is watched here
	Answers   bot.Answers  `json:"answers,omitempty"` // empty: as usual
	Hosts     bool         `json:"hosts,omitempty"`   // what is watched here stands in the calendar of the community
}

// Quiet is the part of a day in which nothing makes a sound, in minutes after midnight by the chat's clocks. The zero Quiet is
// the usual night, 23:00 to 08:00, in which messages come without a sound.
type Quiet struct {
	Off    bool `json:"off,omitempty"`
	From   int  `json:"from,omitempty"`
	To     int  `json:"to,omitempty"`
	Hold   bool `json:"hold,omitempty"`   // no message comes at all, and one in the morning says it
	Urgent bool `json:"urgent,omitempty"` // what is called off or moved makes a sound all the same
}

// Hours returns the quiet hours, in minutes after midnight; from may be later than to.
func (q Quiet) Hours() (from, to int) {
	if q.From == 0 && q.To == 0 {
		return 23 * 60, 8 * 60
	}
	return q.From, q.To
}

// Covers reports whether a time, in the zone of the chat, is quiet.
func (q Quiet) Covers(local time.Time) bool {
	if q.Off {
		return false
	}
	from, to := q.Hours()
	minute := local.Hour()*60 + local.Minute()
	if from <= to {
		return from <= minute && minute < to
	}
	return minute >= from || minute < to
}

// Location is the zone of the chat.
func (c Chat) Location() *time.Location {
	if zone, err := time.LoadLocation(c.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// ManyRead reports whether the chat is one that many read who are not in it, or do not speak there.
func (c Chat) ManyRead() bool { return c.Kind == bot.Channel || c.Followed }

// Scope is what the chat sees besides the public records.
func (c Chat) Scope() Scope { return Scope(c.Community) }

// The tables of chats and communities.
var (
	Communities = NewTable("community", 2,
		func(c *Community) []string { return []string{c.ID} },
		Index[Community]{Name: byAddress, Rows: func(c *Community) []Row {
			return []Row{{Key: []string{string(c.Messenger), c.Key}}}
		}})
	Chats = NewTable("chat", 4,
		func(c *Chat) []string { return []string{c.ID} },
		Index[Chat]{Name: byAddress, Rows: func(c *Chat) []Row {
			return []Row{{Key: []string{string(c.Address.Messenger), c.Address.Key}}}
		}},
		Index[Chat]{Name: byCommunity, Rows: func(c *Chat) []Row {
			if c.Community == "" {
				return nil
			}
			return []Row{{Key: []string{c.Community}}}
		}},
		Index[Chat]{Name: byHosting, Rows: func(c *Chat) []Row {
			if !c.Hosts || c.Community == "" {
				return nil
			}
			return []Row{{Key: []string{c.Community}}}
		}})
)

const (
	byCommunity = "community"
	byHosting   = "hosting"
)

// FindChat returns the chat at an address, or ErrNotFound.
func FindChat(r Reader, address bot.ChatID) (Chat, error) {
	return Chats.First(r, byAddress, string(address.Messenger), address.Key)
}

// FindCommunity returns a messenger's community by its key, or ErrNotFound.
func FindCommunity(r Reader, messenger bot.Messenger, key string) (Community, error) {
	return Communities.First(r, byAddress, string(messenger), key)
}

// SeeChat returns what is known of a chat without writing anything: a chat that is new has no id, and what its messenger says
// of it. Its community may be known all the same.
func SeeChat(r Reader, place bot.Chat) (Chat, error) {
	chat, err := FindChat(r, place.Address)
	if !errors.Is(err, ErrNotFound) {
		return chat, err
	}
	community, err := FindCommunity(r, place.Address.Messenger, place.Community)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Chat{}, err
	}
	chat = Chat{
		Community: community.ID, Address: place.Address, Kind: place.Kind, Followed: place.Followed, Title: place.Title,
		Zone: place.Zone, Locale: place.Locale,
	}
	if chat.Zone != "" || community.ID == "" {
		return chat, nil
	}
	return likeItsFirst(r, chat)
}

// likeItsFirst is a new chat whose messenger tells no clocks, with the clocks and the language of the chat of its community that is
// known longest: a topic is in the same place as the others.
func likeItsFirst(r Reader, chat Chat) (Chat, error) {
	others, err := chatsOf(r, chat.Community)
	if err != nil || len(others) == 0 {
		return chat, err
	}
	first, err := Chats.Get(r, others[0])
	chat.Zone, chat.Locale = first.Zone, cmp.Or(first.Locale, chat.Locale)
	return chat, err
}

// OpenChat returns the chat at a place and makes a record of it, and of its community, if there is none.
func OpenChat(tx Tx, place bot.Chat) (Chat, error) {
	chat, err := SeeChat(tx, place)
	if err != nil || chat.ID != "" {
		return chat, err
	}
	if chat.Community == "" {
		id, err := NextID(tx, "g")
		if err != nil {
			return Chat{}, err
		}
		community := Community{ID: id, Messenger: place.Address.Messenger, Key: place.Community}
		if err := Communities.Put(tx, community); err != nil {
			return Chat{}, err
		}
		chat.Community = id
	}
	if chat.ID, err = NextID(tx, "c"); err != nil {
		return Chat{}, err
	}
	return chat, Chats.Put(tx, chat)
}

// SaveChat keeps what was set for a chat, moves its week to where its clocks and wishes want it, and has the calendar that it wants
// kept, or wants kept no more, looked at.
func SaveChat(tx Tx, now time.Time, c Chat) error {
	if err := Chats.Put(tx, c); err != nil {
		return err
	}
	if err := ReopenCalendar(tx, c.Community); err != nil {
		return err
	}
	return scheduleWeek(tx, now, c)
}

// scheduleWeek sets the moment of a chat's next week. A chat that watches nothing gets none.
func scheduleWeek(tx Tx, now time.Time, c Chat) error {
	watches, err := WatchesOf(tx, c)
	if err != nil {
		return err
	}
	m := Moment{Kind: WeeklyNotice, Chat: c.ID, At: WeeklySlot(now, c.Location())}
	if c.NoWeekly || len(watches) == 0 {
		return Moments.Delete(tx, momentKey(&m)...)
	}
	standing, err := Moments.Get(tx, momentKey(&m)...)
	if err == nil && !standing.At.After(now) {
		return nil // the week is due at this very moment and will set the next one
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return Moments.Put(tx, m)
}

func undoCommunity(tx Tx, change Change) (Change, error) {
	before, after := change.Community.Before, change.Community.After
	current, err := Communities.Get(tx, after.ID)
	if err != nil {
		return Change{}, err
	}
	if !reflect.DeepEqual(current, *after) {
		return Change{}, &ConflictError{Change: Change{Community: &Changed[Community]{Before: after, After: &current}}}
	}
	return Change{Community: &Changed[Community]{Before: after, After: before}}, Communities.Put(tx, *before)
}

// absentIsNil turns a record that may be absent into a pointer that may be nil.
func absentIsNil[V any](v V, err error) (*V, error) {
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // absence is an answer here, not a failure
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}
