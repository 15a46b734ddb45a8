package storage

import (
	"errors"
	"time"

	"boardcast/bot"
)

// User is what a person has set for themselves on a messenger. Somebody who has set nothing has no record.
type User struct {
	Messenger bot.Messenger `json:"messenger"`
	ID        string        `json:"id"`               // the messenger's
	Locale    string        `json:"locale,omitempty"` // empty: as the messenger says, else as the chat
	Zone      string        `json:"zone,omitempty"`   // IANA; empty: the chat's
}

// Users are kept by messenger and the messenger's id.
var Users = NewTable("user", 1, func(u *User) []string { return []string{string(u.Messenger), u.ID} })

// SeeUser returns what a person has set for themselves, which may be nothing.
func SeeUser(r Reader, messenger bot.Messenger, id string) (User, error) {
	user, err := Users.Get(r, string(messenger), id)
	if errors.Is(err, ErrNotFound) {
		return User{Messenger: messenger, ID: id}, nil
	}
	return user, err
}

// SaveUser keeps what a person has set for themselves, and nothing of somebody who has set nothing.
func SaveUser(tx Tx, u User) error {
	if u.Locale == "" && u.Zone == "" {
		return Users.Delete(tx, string(u.Messenger), u.ID)
	}
	return Users.Put(tx, u)
}

// Location is the zone that the person has chosen, or the other one where they have chosen none.
func (u User) Location(other *time.Location) *time.Location {
	if zone, err := time.LoadLocation(u.Zone); err == nil && u.Zone != "" {
		return zone
	}
	return other
}

func undoUser(tx Tx, change Change) (Change, error) {
	before, after := change.User.Before, change.User.After
	current, err := SeeUser(tx, after.Messenger, after.ID)
	if err != nil {
		return Change{}, err
	}
	if current != *after {
		return Change{}, &ConflictError{Change: Change{User: &Changed[User]{Before: after, After: &current}}}
	}
	return Change{User: &Changed[User]{Before: after, After: before}}, SaveUser(tx, *before)
}
