package bot

import (
	"context"
	"time"
)

// Access is who may use a command.
type Access uint8

// The levels of access, each including the ones before.
const (
	Member Access = iota
	Moderator
	Operator
)

func (a Access) String() string {
	return [...]string{"member", "moderator", "operator"}[a]
}

// Command is one thing that people can ask for: it runs, or it has sub-commands, never both. Sub-commands have their
// command's access.
type Command struct {
	Name    string // 1–32 of a–z 0–9 _, legal on every messenger
	Summary string // the key of a sentence of at most 100 characters
	Access  Access
	// Weighs says that the command does more for those who may do more: their Role is found out though all may use it.
	Weighs bool
	// Personal says that the command is about the asker alone. Where a messenger can, one that is given among others is taken as
	// given in the asker's private chat.
	Personal bool
	// Minor says that the command is left out of menus that have room for the most wanted ones only.
	Minor bool
	// Form says that the command takes so much that messengers which have forms show one, with a field for each option that has a
	// question, where something required is not given.
	Form    bool
	Options []Param // required ones first
	Sub     []*Command
	Run     Handler
}

// Handler answers a request that has been parsed and authorised. An *Error is shown to the asker, any other is internal.
type Handler func(ctx context.Context, req *Request) (Post, error)

// Request is one line of one person, with what the router has found out about it. Now is fixed: a request has one time.
type Request struct {
	ID        string // the messenger's id of the line
	Chat      Chat
	From      User
	Line      string   // as typed
	Path      []string // the command's name and its sub-command's
	Role      Access   // what the person may do; at least what the command asks for
	Now       time.Time
	Zone      *time.Location // the chat's, by which times are read
	Locale    string         // of what all can read
	in        Inbound        // as it came
	elsewhere string         // how the asker named the chat, where it is another than the one they speak in
	own       Settings
	values    map[string]any
	parser    *parser
}

// LineWith is the line as it was typed, with an option by its name set to another value: the command of a button that goes on
// from an answer.
func (r *Request) LineWith(option, value string) string {
	if r.parser == nil {
		return r.Line
	}
	return r.parser.lineWith(option, value)
}

// Names reports whether the line says the value of an option by the option's name.
func (r *Request) Names(option string) bool { return r.parser != nil && r.parser.seen[option] }

// IsAbout reports whether the asker says it of something that was sent, as in a reply to it.
func (r *Request) IsAbout(sent MessageID) bool { return r.in.About != nil && r.in.About(sent) }

// IsForAskerAlone reports whether nobody else will read the answer of what is about a chat of several people: it is hidden from
// them, or given in the asker's private chat.
func (r *Request) IsForAskerAlone() bool {
	if r.in.Chat.Kind == Private {
		return r.elsewhere != ""
	}
	asked := r.in.Alone && !r.in.Open
	return asked && r.own.Answers != AllRead && r.own.Answers != TidyAway
}

// Own is how the asker alone is spoken to.
func (r *Request) Own() (*time.Location, string) {
	if r.own.Zone == nil {
		return r.Zone, r.Locale
	}
	return r.own.Own()
}

// Settings say how a chat is spoken to, and the asker where others cannot read along.
type Settings struct {
	Zone    *time.Location
	Locale  string
	Answers Answers // who reads answers where several read along
	// OwnZone and OwnLocale are for private answers; nil and empty: as for all.
	OwnZone   *time.Location
	OwnLocale string
}

// Answers says who reads what is answered where several people read along.
type Answers string

// The ways of answering.
const (
	AskerReads Answers = "private" // the asker, where the messenger can; as usual
	AllRead    Answers = "public"
	TidyAway   Answers = "tidy" // all, for a while
)

// Own is how the asker alone is spoken to.
func (s Settings) Own() (*time.Location, string) {
	zone, locale := s.Zone, s.Locale
	if s.OwnZone != nil {
		zone = s.OwnZone
	}
	if s.OwnLocale != "" {
		locale = s.OwnLocale
	}
	return zone, locale
}
