// Package bot is the vocabulary of chat: what people say to boardcast and what it says to them, whatever the messenger.
// It declares commands once, parses what is typed, authorises, answers, and leaves wording to [Words], layout to an
// [Adapter] and records to others. It imports the standard library only.
package bot

// Messenger names a kind of place where people chat: "console", "telegram", "discord".
// A platform, where streams are shown, is something else.
type Messenger string

// The messengers.
const (
	Console  Messenger = "console" // the terminal
	Telegram Messenger = "telegram"
	Discord  Messenger = "discord"
)

// ShowsOwnClocks reports whether the messenger shows an instant to each reader by their own clock, whatever the chat's is.
func (m Messenger) ShowsOwnClocks() bool { return m == Telegram || m == Discord }

// LeadsToPrivate reports whether a button in a group can lead a person to their private chat with boardcast.
func (m Messenger) LeadsToPrivate() bool { return m == Telegram || m == Discord }

// ShowsNames reports whether the messenger shows a place by its name, to those who may see it, where its number stands.
func (m Messenger) ShowsNames() bool { return m == Discord }

// HasCalendar reports whether a community of the messenger has a calendar, in which what is to come can stand; see [Hosting].
func (m Messenger) HasCalendar() bool { return m == Discord }

// ChatID is a place's address: opaque but to its messenger's adapter, comparable, and unique.
type ChatID struct {
	Messenger Messenger `json:"messenger"`
	Key       string    `json:"key"`
}

func (c ChatID) String() string { return string(c.Messenger) + ":" + c.Key }

// ChatKind says who can read a chat.
type ChatKind string

// The kinds of chat.
const (
	Private ChatKind = "private" // one person and the bot
	Group   ChatKind = "group"   // several people
	Channel ChatKind = "channel" // many readers, who do not speak
)

// Chat is a place as its adapter sees it at one moment.
type Chat struct {
	Address   ChatID
	Community string // the messenger's key of what owns the chat, unique within the messenger
	Title     string // as people know it, may be empty
	Kind      ChatKind
	Followed  bool   // what is said there is shown elsewhere too, as in the servers that follow an announcement channel
	Locale    string // the messenger's idea of the chat's language, may be empty
	Zone      string // the messenger's idea of the chat's IANA time zone, may be empty
}

// User is a person as the messenger names them.
type User struct {
	ID     string // unique within the messenger
	Name   string
	Handle string // by which others mention them, without a sign before it; may be empty
	Locale string // may be empty
}
