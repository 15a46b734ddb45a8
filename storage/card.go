package storage

import (
	"errors"
	"time"

	"boardcast/bot"
)

// Card is the message that follows a stream in a chat: always the newest one about it.
type Card struct {
	Stream   string          `json:"stream"`
	Scope    Scope           `json:"scope,omitempty"` // of the stream that the message shows; empty: it is not known
	Chat     string          `json:"chat"`
	Message  bot.MessageID   `json:"message"`
	Revision int             `json:"revision"`           // of the stream that the message shows
	Asides   int             `json:"figures,omitempty"`  // the [Asides] that it shows; the first version had only figures
	Rang     time.Time       `json:"rang,omitzero"`      // when a message about the stream made a sound last
	Sent     time.Time       `json:"sent,omitzero"`      // when the message was sent
	Opened   bool            `json:"opened,omitempty"`   // the announcement made a sound and stands for the reminder an hour before
	Replaced []bot.MessageID `json:"replaced,omitempty"` // earlier cards that are still to shrink to a pointer
}

// Shows reports whether the message shows the stream as it is: of two scopes one may be at the revision that the other was.
func (c Card) Shows(s Stream) bool {
	return c.Revision == s.Revision && (c.Scope == "" || c.Scope == s.Scope)
}

// Cards are kept by stream and chat.
var Cards = NewTable("card", 1, func(c *Card) []string { return []string{c.Stream, c.Chat} })

// Refresh says that a stream has changed and its cards may show an older revision.
type Refresh struct {
	Scope  Scope     `json:"scope"`
	Stream string    `json:"stream"`
	At     time.Time `json:"at"`
	Asked  int       `json:"asked,omitempty"` // how often, since the row is there: of two changes at one instant both are to be shown
	Tries  int       `json:"tries,omitempty"` // that failed
}

// Refreshes are kept by stream and scope: however often a stream changes, one row says so.
var Refreshes = NewTable("refresh", 1, func(r *Refresh) []string { return []string{r.Stream, string(r.Scope)} })

// Redraw asks for a stream's cards to be looked at, at a time.
func Redraw(tx Tx, scope Scope, stream string, at time.Time) error {
	standing, err := absentIsNil(Refreshes.Get(tx, stream, string(scope)))
	if err != nil {
		return err
	}
	asked := Refresh{Scope: scope, Stream: stream, At: at, Asked: 1}
	if standing != nil {
		asked.Asked += standing.Asked
	}
	return Refreshes.Put(tx, asked)
}

// refresh has a stream that has changed looked at in chats and calendars.
func refresh(tx Tx, s Stream, now time.Time) error {
	return errors.Join(Redraw(tx, s.Scope, s.ID, now), lookAtStream(tx, s.Scope, s.ID))
}
