package storage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"boardcast/bot"
)

// State is where a stream stands.
type State string

// The states of a stream.
const (
	Announced State = "announced" // it is to come
	Due       State = "due"       // its time has come, nobody has seen it
	Live      State = "live"
	Ended     State = "ended"
	Postponed State = "postponed" // it has no new time yet
	Cancelled State = "cancelled"
	Unseen    State = "unknown"   // it was never seen and never denied: an honest end
	Unstarted State = "unstarted" // a source that can see the platform saw that it did not start
)

// Stream is one livestream as the audience sees it, on however many platforms.
type Stream struct {
	Scope Scope  `json:"scope"`
	ID    string `json:"id"`           // short, the same in every scope
	Of    string `json:"of,omitempty"` // in a community's copy of a public stream, that stream's id

	// Revision grows with every change; StartRevision is the Revision that set the start last.
	Revision      int `json:"revision"`
	StartRevision int `json:"start_revision"`

	Titles     Names    `json:"titles,omitempty"`
	Format     string   `json:"format,omitempty"`     // "range-test", "launch", "chat", …
	People     []string `json:"people,omitempty"`     // executives' ids
	Guests     []string `json:"guests,omitempty"`     // executives' ids
	Others     []string `json:"others,omitempty"`     // names of people who are not in the roster
	Automaker  string   `json:"automaker,omitempty"`  // whose stream it is, if it is a company's
	Automakers []string `json:"automakers,omitempty"` // all that it counts for, found by SaveStream
	Vehicle    string   `json:"vehicle,omitempty"`
	Topics     []string `json:"topics,omitempty"`
	Route      *Route   `json:"route,omitempty"`
	Location   string   `json:"location,omitempty"`
	Airings    []Airing `json:"airings,omitempty"`
	Note       string   `json:"note,omitempty"`

	Start     bot.When      `json:"start"`
	Earlier   []bot.When    `json:"earlier,omitempty"` // the starts that were announced before, oldest first
	Planned   time.Duration `json:"planned,omitempty"`
	State     State         `json:"state"`
	Confirmed bool          `json:"confirmed,omitempty"`
	Withdrawn bool          `json:"withdrawn,omitempty"` // it was added by mistake and is shown no more
	// MergedInto is the id of the stream that this one is a double of: it is shown and counted there and no more by itself.
	MergedInto string        `json:"merged_into,omitempty"`
	Began      time.Time     `json:"began,omitzero"`      // when it was seen to begin
	Finished   time.Time     `json:"finished,omitzero"`   // when it was seen to end
	Lasted     time.Duration `json:"lasted,omitempty"`    // where only the length is known
	Gaps       []Gap         `json:"gaps,omitempty"`      // when nothing of it was on in between, the latest ones
	Replay     string        `json:"replay,omitempty"`    // the address at which it can be seen again
	ReplayOn   string        `json:"replay_on,omitempty"` // the platform of that address
	Sources    []Provenance  `json:"sources,omitempty"`
}

// Route is the way that a stream on the road took.
type Route struct {
	From string   `json:"from,omitempty"`
	To   string   `json:"to,omitempty"`
	Via  []string `json:"via,omitempty"`
	Km   float64  `json:"km,omitempty"`
}

// Length is how long the stream lasted, and whether that is known.
func (s Stream) Length() (time.Duration, bool) {
	if !s.Began.IsZero() && !s.Finished.IsZero() {
		return s.Finished.Sub(s.Began), true
	}
	return s.Lasted, s.Lasted > 0
}

// Hidden reports whether the stream is in no list, because it was added by mistake or is a double of another.
func (s Stream) Hidden() bool { return s.Withdrawn || s.MergedInto != "" }

// mergedInto is MergedInto of a stream that may not have been there.
func (s *Stream) mergedInto() string {
	if s == nil {
		return ""
	}
	return s.MergedInto
}

// Upcoming reports whether the stream is still to come.
func (s Stream) Upcoming() bool { return s.State == Announced && !s.Hidden() }

// Open reports whether something may still happen to the stream.
func (s Stream) Open() bool {
	return !s.Hidden() && (s.State == Announced || s.State == Due || s.State == Live || s.State == Postponed)
}

// Streams are kept by scope and id; indexes give each subject's streams by their start, forwards and backwards.
var Streams = NewTable("stream", 1,
	func(s *Stream) []string { return []string{string(s.Scope), s.ID} },
	Index[Stream]{Name: byStart, Rows: func(s *Stream) []Row { return startRows(s, TimeKey(s.Start.At)) }},
	Index[Stream]{Name: byStartBack, Rows: func(s *Stream) []Row { return startRows(s, backKey(s.Start.At)) }},
	Index[Stream]{Name: byState, Rows: func(s *Stream) []Row {
		if s.State != Live && s.State != Due || s.Hidden() {
			return nil
		}
		return []Row{{Key: []string{string(s.Scope)}}}
	}},
	Index[Stream]{Name: byID, Rows: func(s *Stream) []Row { return []Row{{Key: []string{s.ID}}} }},
	Index[Stream]{Name: byDouble, Rows: func(s *Stream) []Row {
		if s.MergedInto == "" {
			return nil
		}
		return []Row{{Key: []string{string(s.Scope), s.MergedInto}}}
	}},
	Index[Stream]{Name: byBroadcast, Rows: func(s *Stream) []Row {
		var rows []Row
		for _, a := range s.Airings {
			if a.Broadcast != "" {
				rows = append(rows, Row{Key: []string{string(s.Scope), a.Platform, a.Broadcast}})
			}
		}
		return rows
	}},
	Index[Stream]{Name: byWord, Rows: wordRows},
	Index[Stream]{Name: byDay, Rows: dayRows})

const (
	byState     = "open"
	byDouble    = "double"
	byBroadcast = "broadcast"
)

func startRows(s *Stream, start string) []Row {
	subjects := SubjectsOf(*s)[1:] // by its id a stream is found without an index
	rows := make([]Row, 0, len(subjects))
	for _, subject := range subjects {
		rows = append(rows, Row{Key: []string{string(s.Scope), subject.String(), start}})
	}
	return rows
}

// backKey is a sortable key of a time that orders later times first, to the nanosecond: the lines of a pipe follow one another
// within a second.
func backKey(t time.Time) string {
	return fmt.Sprintf("%019d%09d", math.MaxInt64/2-t.Unix(), int(time.Second)-1-t.Nanosecond())
}

// OnAir returns the streams that the community sees live or due now, soonest started first.
func (s Scoped) OnAir() ([]Stream, error) {
	var streams []Stream
	for _, scope := range s.scopes() {
		for stream, err := range Streams.By(s, byState, string(scope)) {
			if err != nil {
				return nil, err
			}
			copied, err := s.copied(stream)
			if err != nil {
				return nil, err
			}
			if !copied {
				streams = append(streams, stream)
			}
		}
	}
	slices.SortStableFunc(streams, func(a, b Stream) int { return a.Start.At.Compare(b.Start.At) })
	return streams, nil
}

// Broadcast returns the public stream that a platform knows by an id of its own, or ErrNotFound.
func Broadcast(r Reader, platform, id string) (Stream, error) {
	return Streams.First(r, byBroadcast, string(Public), platform, id)
}

// AddStream gives a new stream its id, saves it and tells its watchers.
func AddStream(tx Tx, now time.Time, s Stream) (Stream, error) {
	id, err := NextID(tx, "s")
	if err != nil {
		return Stream{}, err
	}
	s.ID = id
	return SaveStream(tx, now, s)
}

// CopyFor returns the stream as a community changes it: its own as it is, a public one as a copy that stands in its place there.
func (s Stream) CopyFor(scope Scope) Stream {
	if s.Scope == scope {
		return s
	}
	s.Scope, s.Of = scope, s.ID
	return s
}

// SaveStream is the one way by which a stream changes: it counts the revision, finds the automakers, sets the stream's next
// moment, and leaves word of what its watchers are to be told. A stream that is new in its scope is compared with the public
// one that it copies.
func SaveStream(tx Tx, now time.Time, s Stream) (Stream, error) {
	before, err := seenBefore(tx, s)
	if err != nil {
		return Stream{}, err
	}
	s.Revision = 1
	if before != nil {
		s.Revision = before.Revision + 1
	}
	if before == nil || !before.Start.At.Equal(s.Start.At) || before.Start.Precision != s.Start.Precision {
		s.StartRevision = s.Revision
	}
	if s.Automakers, err = (Scoped{Reader: tx, Scope: s.Scope}).automakersOf(s); err != nil {
		return Stream{}, err
	}
	if err := boundSubjects(s); err != nil {
		return Stream{}, err
	}
	if err := Streams.Put(tx, s); err != nil {
		return Stream{}, err
	}
	if err := rollUp(tx, s); err != nil {
		return Stream{}, err
	}
	if err := sumDoubles(tx, s.Scope, before.mergedInto(), s.MergedInto); err != nil {
		return Stream{}, err
	}
	if err := schedule(tx, s, now); err != nil {
		return Stream{}, err
	}
	if err := tell(tx, before, s, now); err != nil {
		return Stream{}, err
	}
	return s, refresh(tx, s, now)
}

// ImportStream saves a stream of the past as it is told: nobody gets word of it, and nothing is to come of it.
func ImportStream(tx Tx, s Stream) error {
	automakers, err := Scoped{Reader: tx, Scope: s.Scope}.automakersOf(s)
	if err != nil {
		return err
	}
	s.Automakers = automakers
	s.Revision, s.StartRevision = max(s.Revision, 1), max(s.StartRevision, 1)
	if err := Streams.Put(tx, s); err != nil {
		return err
	}
	return rollUp(tx, s)
}

// seenBefore is the stream as its scope saw it before a change; nil if it saw none.
func seenBefore(r Reader, s Stream) (*Stream, error) {
	before, err := Scoped{Reader: r, Scope: s.Scope}.Stream(s.ID)
	return absentIsNil(before, err)
}

// tell leaves a moment for the news in a change, if there is any.
func tell(tx Tx, before *Stream, after Stream, now time.Time) error {
	kind, ok := News(before, after, now)
	if !ok {
		return nil
	}
	m := Moment{Kind: kind, Scope: after.Scope, Stream: after.ID, Occurrence: strconv.Itoa(after.Revision), At: now}
	if err := Moments.Put(tx, m); err != nil {
		return err
	}
	isNew := kind == AnnouncedNotice || kind == ChangedNotice
	if !isNew || after.State != Announced || !after.Start.Timed() || after.Start.At.Sub(now) >= Ladder()[0] {
		return nil
	}
	m.Kind = SoonStep
	return Moments.Put(tx, m)
}

// News is what the watchers of a stream are to be told when it changes, if anything. Other changes only show on its card.
func News(before *Stream, after Stream, now time.Time) (NoticeKind, bool) {
	switch {
	case after.MergedInto != "":
		return "", false // what is to be told is told of the stream that it is a double of
	case after.Withdrawn && before != nil && !before.Withdrawn:
		return CancelledNotice, true
	case (before == nil || before.Withdrawn) && after.State == Live:
		return LiveNotice, true
	case before == nil || before.Withdrawn:
		return AnnouncedNotice, after.State == Announced && after.Start.End().After(now)
	case after.State == Announced && after.StartRevision == after.Revision:
		return ChangedNotice, true // moved, perhaps after its time had come
	case after.State == Live && cameBack(*before, after):
		gap := after.Gaps[len(after.Gaps)-1]
		return BackNotice, gap.To.Sub(gap.From) >= longGap
	case after.State != before.State:
		return stateNews(before.State, after.State)
	}
	return "", false
}

// longGap is how long nothing of a stream must have been on for its coming back to be news.
const longGap = 15 * time.Minute

// cameBack reports whether nothing of a stream was on before, and something is now.
func cameBack(before, after Stream) bool {
	_, off := before.OffSince()
	_, still := after.OffSince()
	return off && !still && len(after.Gaps) > 0
}

func stateNews(before, after State) (NoticeKind, bool) {
	switch after {
	case Live:
		return LiveNotice, true
	case Ended:
		return EndedNotice, before == Live || before == Due || before == Unstarted || before == Unseen
	case Cancelled, Postponed:
		return CancelledNotice, true
	case Announced:
		return ChangedNotice, before == Cancelled || before == Postponed
	default:
		return "", false
	}
}
