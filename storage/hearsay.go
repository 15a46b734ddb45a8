package storage

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"time"

	"boardcast/bot"
)

// Hearsay is what members of a community say of how a stream stands, without being its moderators.
type Hearsay struct {
	Scope  Scope  `json:"scope"`
	Stream string `json:"stream"`
	Says   Saying `json:"says"`
	// Start is the revision of the stream's start that it is about: of another one it says nothing.
	Start  int       `json:"start"`
	People []string  `json:"people"` // who says so, each once, in words that tell nobody who they are
	Last   time.Time `json:"last"`
	Said   int       `json:"said"` // how often it was said, by whomever
}

// Saying is what is said of a stream.
type Saying string

// The sayings.
const (
	SaysLive      Saying = "live"
	SaysNotYet    Saying = "notyet"
	SaysCancelled Saying = "cancelled"
	SaysEnded     Saying = "ended"
)

// MembersAsOne is how many members who say the same count as one moderator.
const MembersAsOne = 3

// mostSaying bounds how many people are remembered to say the same.
const mostSaying = 20

// Hearsays are kept by scope, stream and what is said.
var Hearsays = NewTable("hearsay", 1, func(h *Hearsay) []string { return []string{string(h.Scope), h.Stream, string(h.Says)} })

// Hear notes that a member of a community says something of a stream, has its cards drawn anew, and returns how many say so by now.
// The first rumour that it is cancelled is told to the community's watchers.
func Hear(tx Tx, now time.Time, scope Scope, s Stream, says Saying, messenger bot.Messenger, person string) (int, error) {
	h, err := HearsayOf(tx, scope, s, says)
	if err != nil {
		return 0, err
	}
	who := nameless(s.ID, messenger, person)
	first, again := len(h.People) == 0, slices.Contains(h.People, who)
	if again && says != SaysNotYet {
		return len(h.People), nil
	}
	if !again && len(h.People) < mostSaying {
		h.People = append(h.People, who)
	}
	h.Last, h.Said = now, h.Said+1
	if err := Hearsays.Put(tx, h); err != nil {
		return 0, err
	}
	if first && says == SaysCancelled {
		m := Moment{Kind: RumourNotice, At: now, Scope: scope, Stream: s.ID, Occurrence: strconv.Itoa(s.StartRevision)}
		if err := Moments.Put(tx, m); err != nil {
			return 0, err
		}
	}
	return len(h.People), Redraw(tx, scope, s.ID, now)
}

// HearsayOf returns what members of a community say of a stream as it is announced now; without people where nobody says so.
func HearsayOf(r Reader, scope Scope, s Stream, says Saying) (Hearsay, error) {
	h, err := absentIsNil(Hearsays.Get(r, string(scope), s.ID, string(says)))
	if err != nil {
		return Hearsay{}, err
	}
	if h == nil || h.Start != s.StartRevision {
		return Hearsay{Scope: scope, Stream: s.ID, Says: says, Start: s.StartRevision}, nil
	}
	return *h, nil
}

// nameless is a word for a person that is the same whenever they speak of a stream, and tells nobody who they are.
func nameless(stream string, messenger bot.Messenger, person string) string {
	sum := sha256.Sum256([]byte(Key(stream, string(messenger), person)))
	return base32.StdEncoding.EncodeToString(sum[:])[:12]
}

// Asides grows with every change of what is known beside a stream, as a community sees it: figures, public and its own, and what
// its members say. A card remembers which it shows.
func Asides(r Reader, scope Scope, stream string) (int, error) {
	public, err := FigureChanges(r, Public, stream)
	if err != nil || scope == Public {
		return public, err
	}
	own, err := OwnAsides(r, scope, stream)
	return public + own, err
}

// OwnAsides are the [Asides] that a community sees alone.
func OwnAsides(r Reader, scope Scope, stream string) (int, error) {
	sum, err := FigureChanges(r, scope, stream)
	if err != nil {
		return 0, err
	}
	for h, err := range Hearsays.Scan(r, string(scope), stream) {
		if err != nil {
			return 0, err
		}
		sum += h.Said
	}
	return sum, nil
}
