package storage

import (
	"errors"
	"time"
)

// The bounds of whom a watch mentions.
const (
	MaxMentions      = 5  // names of one watch
	MaxMentionRunes  = 64 // characters of one name
	MaxMentionsADay  = 3  // messages of one watch that mention anybody, in a day of its chat's zone
	keepMentionsDays = 2  // by when a day is over in every zone
)

// Mention is somebody whom a message mentions, or would have mentioned.
type Mention struct {
	Name  string      `json:"name"`  // as the messenger writes it, such as "@drivers"
	Watch string      `json:"watch"` // that asks for it, and from whose budget it is taken
	Day   string      `json:"day,omitempty"`
	Left  LeftMention `json:"left,omitempty"`
}

// LeftMention says why a message came without a mention; it is empty where it came with it.
type LeftMention string

// The reasons.
const (
	MentionsSpent    LeftMention = "spent" // its watch has had all that it has in a day
	MentionForbidden LeftMention = "right" // the messenger does not let boardcast mention it in that chat
)

// addMentions adds the mentions of a watch that are not there yet.
func addMentions(all []Mention, w Watch) []Mention {
	for _, name := range w.Mentions {
		if !hasMention(all, name) {
			all = append(all, Mention{Name: name, Watch: w.ID})
		}
	}
	return all
}

func hasMention(all []Mention, name string) bool {
	for _, m := range all {
		if m.Name == name {
			return true
		}
	}
	return false
}

// MentionCount is how many messages of a watch have mentioned anybody on a day.
type MentionCount struct {
	Watch string `json:"watch"`
	Day   string `json:"day"` // of the chat's zone, such as "2024-05-20"
	Count int    `json:"count"`
}

// MentionCounts are kept by watch, of its last day alone. Index "day" finds what can be forgotten.
var MentionCounts = NewTable("mention", 1,
	func(c *MentionCount) []string { return []string{c.Watch} },
	Index[MentionCount]{Name: byDay, Rows: func(c *MentionCount) []Row { return []Row{{Key: []string{c.Day}}} }})

// SpendMentions takes a message that mentions people off the budgets of their watches, and says which mentions are left out
// because there is none left of it. What one watch asks for counts once.
func SpendMentions(tx Tx, now time.Time, chat Chat, mentions []Mention) ([]Mention, error) {
	day := now.In(chat.Location()).Format(time.DateOnly)
	granted := map[string]bool{}
	var spent []Mention
	for _, m := range mentions {
		may, asked := granted[m.Watch]
		if !asked {
			var err error
			if may, err = spendMention(tx, m.Watch, day); err != nil {
				return nil, err
			}
			granted[m.Watch] = may
		}
		m.Day, m.Left = day, ""
		if !may {
			m.Left = MentionsSpent
		}
		spent = append(spent, m)
	}
	return spent, nil
}

// spendMention counts a message against a watch's budget of a day, and reports whether there was any left.
func spendMention(tx Tx, watch, day string) (bool, error) {
	count, err := mentionCount(tx, watch, day)
	if err != nil || count.Count >= MaxMentionsADay {
		return false, err
	}
	count.Count++
	return true, MentionCounts.Put(tx, count)
}

func mentionCount(r Reader, watch, day string) (MentionCount, error) {
	count, err := MentionCounts.Get(r, watch)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return MentionCount{}, err
	}
	if count.Day != day {
		count = MentionCount{Watch: watch, Day: day}
	}
	return count, nil
}

// ReturnMentions gives the budgets of the watches back what a message took off them, except for those that it did mention
// somebody for: sent says that it was sent.
func ReturnMentions(tx Tx, mentions []Mention, sent bool) error {
	used, back := map[string]bool{}, map[string]string{}
	for _, m := range mentions {
		switch {
		case m.Left == MentionsSpent:
		case sent && m.Left == "":
			used[m.Watch] = true
		default:
			back[m.Watch] = m.Day
		}
	}
	for watch, day := range back {
		if used[watch] {
			continue
		}
		if err := returnMention(tx, watch, day); err != nil {
			return err
		}
	}
	return nil
}

func returnMention(tx Tx, watch, day string) error {
	count, err := absentIsNil(MentionCounts.Get(tx, watch))
	if err != nil || count == nil || count.Day != day || count.Count == 0 {
		return err
	}
	count.Count--
	return MentionCounts.Put(tx, *count)
}

// ForgetMentions deletes a page of the counts of days that are over everywhere, and reports whether that was all of them.
func ForgetMentions(tx Tx, now time.Time) (bool, error) {
	const writes = 2 // that a count takes to be deleted
	over := now.UTC().AddDate(0, 0, -keepMentionsDays).Format(time.DateOnly)
	for count, err := range MentionCounts.ByRange(tx, byDay, Range{To: over}) {
		if err != nil {
			return false, err
		}
		if tx.Room() < writes {
			return false, nil
		}
		if err := MentionCounts.Delete(tx, count.Watch); err != nil {
			return false, err
		}
	}
	return true, nil
}
