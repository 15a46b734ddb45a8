package storage

import (
	"errors"
	"time"
)

// Calendar is what is against keeping a community's calendar. Where nothing is, there is no record.
type Calendar struct {
	Community string    `json:"community"`
	Why       string    `json:"why,omitempty"`    // the key of the sentence that says why nothing is put there; empty: nothing speaks against it
	Reason    string    `json:"reason,omitempty"` // in the messenger's own words, where it gave any
	Closed    time.Time `json:"closed,omitzero"`  // nothing new is put there before
	Busy      time.Time `json:"busy,omitzero"`    // nothing at all is done there before
}

// Calendars are kept by community.
var Calendars = NewTable("calendar", 1, func(c *Calendar) []string { return []string{c.Community} })

// probeCalendarEvery is how long nothing is put into a calendar that took something last time for the last time.
const probeCalendarEvery = time.Hour

// CalendarOf returns what is against keeping a community's calendar; nothing is if it is the zero Calendar.
func CalendarOf(r Reader, community string) (Calendar, error) {
	c, err := Calendars.Get(r, community)
	if errors.Is(err, ErrNotFound) {
		return Calendar{}, nil
	}
	return c, err
}

// CloseCalendar notes that a calendar takes nothing, and why, and returns when it is tried again.
func CloseCalendar(tx Tx, now time.Time, community, why, reason string) (time.Time, error) {
	c, err := CalendarOf(tx, community)
	if err != nil {
		return time.Time{}, err
	}
	c.Community, c.Why, c.Reason, c.Closed = community, why, bounded(reason), now.UTC().Add(probeCalendarEvery)
	return c.Closed, Calendars.Put(tx, c)
}

// RestCalendar leaves a calendar alone until a time, because the messenger asks for that.
func RestCalendar(tx Tx, community string, until time.Time) error {
	c, err := CalendarOf(tx, community)
	if err != nil {
		return err
	}
	c.Community, c.Busy = community, until.UTC()
	return Calendars.Put(tx, c)
}

// ReopenCalendar has all of a community's calendar looked at, and tried at once whatever was against it.
func ReopenCalendar(tx Tx, community string) error {
	if err := Calendars.Delete(tx, community); err != nil {
		return err
	}
	return lookAtCommunity(tx, community)
}

// leaveCalendar notes that boardcast may not keep a community's calendar any more until it is let in again.
func leaveCalendar(tx Tx, now time.Time, community string) error {
	kept, err := hasCalendar(tx, community)
	if err != nil || !kept {
		return err
	}
	until := now.UTC().Add(probeEvery)
	return Calendars.Put(tx, Calendar{Community: community, Why: "suspended.removed", Closed: until, Busy: until})
}
