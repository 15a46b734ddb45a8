package bot

import (
	"context"
	"time"
)

// Bot is what an adapter sees of boardcast: the router.
type Bot interface {
	// Answer says what to reply, and whether to reply at all. It keeps the order of one chat and is safe for many at once.
	Answer(ctx context.Context, in Inbound) (Post, bool)
	// Happened notes what happened to the bot itself in a chat, and says what to tell there, if anything.
	Happened(ctx context.Context, e Event) (Post, bool)
	// Complete proposes how the line of in, as far as it is typed, may go on.
	Complete(ctx context.Context, in Inbound) (Completion, error)
	// Propose lists what may be meant by what is typed so far in one option, by its name, of the command that the line of in gives
	// with its other options, as [Line] writes it. The values are as they are, without quotes.
	Propose(ctx context.Context, in Inbound, option, typed string) (Proposals, error)
}

// Completion is how a typed line may go on.
type Completion struct {
	From    int // the byte of the line from which a choice's Value replaces the rest
	Choices []Choice
}

// Choice is one thing that may be meant.
type Choice struct {
	Value string // as a person would type it
	Label Text   // as a person would read it; empty: as Value
}

// MessageID names what was sent, opaque but to its messenger; it may stand for several messages.
type MessageID string

// Sender sends and edits posts on one messenger. Its errors are ErrGone, *MovedError, *RetryError, *RefusedError and
// *UnknownError; any other is taken for a RetryError.
type Sender interface {
	// Send posts to a chat. A second Send with the same nonce is the same post where the messenger can tell.
	Send(ctx context.Context, to ChatID, p Post, nonce string) (MessageID, error)
	// Edit changes what was sent. It returns a new id when the post had to be sent anew.
	Edit(ctx context.Context, to ChatID, id MessageID, p Post) (MessageID, error)
}

// Adapter is one messenger.
type Adapter interface {
	Sender
	Messenger() Messenger
	// Run takes in what people say until ctx ends or, on a terminal, until the input does.
	Run(ctx context.Context, b Bot) error
}

// Mentioning is an ability of some senders: they know whom they may mention where.
type Mentioning interface {
	// MayMention returns those of the mentions, as [Post] has them, that reach somebody in a chat.
	MayMention(ctx context.Context, to ChatID, mentions []string) (allowed []string, err error)
}

// Remembering is an ability of some senders: a second Send with a nonce that they remember is the same post.
type Remembering interface {
	// Remembers is how long a nonce is remembered, over a restart of this process too.
	Remembers() time.Duration
}

// Admitting is an ability of some adapters: they know whom a chat's owners have given rights over it.
type Admitting interface {
	// IsAdmin reports whether a person may manage a chat. With fresh it is asked of the messenger now, else it may be minutes old.
	// An error says that it could not be found out.
	IsAdmin(ctx context.Context, chat Chat, who User, fresh bool) (bool, error)
}

// Checking is an ability of some adapters: they know what boardcast needs in a chat and may not do there.
type Checking interface {
	// Lacks returns what is missing, the most needed first; nothing where all is well.
	Lacks(ctx context.Context, chat ChatID) ([]Lack, error)
}

// Lack is a right that boardcast does not have in a chat.
type Lack struct {
	Right Text // by the name that the messenger gives it
	For   Text // what does not work without it, as "without it ..." goes on
	How   Text // where it is granted, and by whom; a sentence
	// Optional says that all else works without it.
	Optional bool
}

// Hosting is an ability of some senders: a community has a calendar, in which what is to come can stand. Its errors are those of a
// [Sender]; ErrGone says that a happening is not there any more, and of one without an id that is coming that the community is not. A
// right that is missing is a RefusedError.
type Hosting interface {
	// Host puts a happening into the calendar of a community, by the messenger's key, or changes the one that stands there under
	// an id, and returns the id. Without an id it looks first whether the happening is there, by its Key, so that a second call is
	// no second happening. One that is over or off, by whomever, does not count as there. What is not there and is not coming is not
	// made: that is ErrGone. Of one that is to be over or off only Key and State count, and of one that is on its Start does not.
	Host(ctx context.Context, community string, h Happening, id string) (string, error)
}

// Happening is something in a calendar.
type Happening struct {
	Key        string // by which it is found again, such as the id of a stream
	Name       Text
	About      []Text // a line each
	Where      Text   // such as "Douyin"
	Link       string // may be empty
	Start, End time.Time
	State      HappeningState

	// Locale and Zone are those for whom it is worded.
	Locale string
	Zone   *time.Location
}

// HappeningState says how a happening stands.
type HappeningState string

// The states of a happening. It goes from coming to on to over, or from coming to off.
const (
	IsComing HappeningState = "coming"
	IsOn     HappeningState = "on"
	IsOver   HappeningState = "over"
	IsOff    HappeningState = "off"
)
