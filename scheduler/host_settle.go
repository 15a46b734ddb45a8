package scheduler

import (
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// settle writes down what came of a call.
func (a *act) settle(tx storage.Tx, now time.Time, got answer) error {
	row, err := storage.Happenings.Get(tx, a.row.Community, a.row.Stream)
	if errors.Is(err, storage.ErrNotFound) {
		row, err = a.row, nil
	}
	if err != nil {
		return err
	}
	if row.Next.Equal(a.row.Next) { // else something has changed meanwhile, and it is to be looked at again at once
		row.Next = a.next
	}
	if got.err == nil {
		return a.done(tx, row, got.id)
	}
	return a.failed(tx, now, row, got.err)
}

// done writes down that a happening stands as it was to.
func (a *act) done(tx storage.Tx, row storage.Happening, id string) error {
	if err := a.worked(tx); err != nil {
		return err
	}
	if a.ends() {
		return a.finish(tx, row)
	}
	row.ID, row.Doubt, row.State, row.Shown, row.Tries = id, false, a.happening.State, a.shown, 0
	return storage.Happenings.Put(tx, row)
}

// worked notes that a calendar takes what is put there. What waited for that is looked at.
func (a *act) worked(tx storage.Tx) error {
	calendar, err := storage.CalendarOf(tx, a.row.Community)
	if err != nil || calendar.Community == "" {
		return err
	}
	return storage.ReopenCalendar(tx, a.row.Community)
}

// ends reports whether a happening was to stand no more.
func (a *act) ends() bool { return a.happening.State == bot.IsOver || a.happening.State == bot.IsOff }

// finish lets go of a happening that stands no more, unless something has changed meanwhile: then it is looked at as a new one.
func (a *act) finish(tx storage.Tx, row storage.Happening) error {
	if row.Next.Equal(a.next) {
		return storage.Happenings.Delete(tx, row.Community, row.Stream)
	}
	return storage.Happenings.Put(tx, storage.Happening{Community: row.Community, Stream: row.Stream, Messenger: row.Messenger, Next: row.Next})
}

// failed writes down what is to become of a happening that could not be brought to where it was to be.
func (a *act) failed(tx storage.Tx, now time.Time, row storage.Happening, err error) error {
	var refused *bot.RefusedError
	var retry *bot.RetryError
	switch {
	case errors.Is(err, bot.ErrGone):
		return a.gone(tx, now, row)
	case errors.As(err, &refused):
		return a.refused(tx, now, row, "calendar.refused", refused.Why)
	case errors.As(err, &retry) && retry.After > 0:
		row.Doubt = row.Doubt && !a.making
		row.Next = now.UTC().Add(retry.After)
		if err := storage.RestCalendar(tx, row.Community, row.Next); err != nil {
			return err
		}
	default:
		row.Doubt = row.Doubt && (!a.making || retry == nil)
		row.Tries++
		row.Next = now.UTC().Add(backoff(row.Tries))
	}
	return storage.Happenings.Put(tx, row)
}

// gone writes down that a happening is not in the calendar: it was not to stand there any more, or somebody has taken it away, or the
// community is no more.
func (a *act) gone(tx storage.Tx, now time.Time, row storage.Happening) error {
	switch {
	case a.ends(), a.row.ID == "" && a.happening.State == bot.IsOn:
		return a.finish(tx, row)
	case a.row.ID == "":
		return a.refused(tx, now, row, "calendar.gone", "")
	}
	row.ID, row.State, row.Shown, row.Gone, row.Tries = "", "", "", true, 0
	return storage.Happenings.Put(tx, row)
}

// refused writes down that a calendar does not take what was to be put there. It is tried again in an hour.
func (a *act) refused(tx storage.Tx, now time.Time, row storage.Happening, why, reason string) error {
	until, err := storage.CloseCalendar(tx, now, row.Community, why, reason)
	if err != nil {
		return err
	}
	row.Tries++
	if a.ends() && row.Tries >= refusedAtMost {
		return storage.Happenings.Delete(tx, row.Community, row.Stream)
	}
	row.Doubt = row.Doubt && !a.making
	row.Next = until
	return storage.Happenings.Put(tx, row)
}
