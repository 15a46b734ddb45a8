package storage

import (
	"cmp"
	"iter"
	"strings"
	"time"
)

// Names is what something is called, by language: "en", "zh", "fr".
type Names map[string]string

// In returns the name in a language, else in English, else in Chinese, else any.
func (n Names) In(locale string) string {
	for _, language := range []string{locale, "en", "zh"} {
		if name := n[language]; name != "" {
			return name
		}
	}
	for _, name := range n {
		return name
	}
	return ""
}

// Provenance says where something is known from.
type Provenance struct {
	Source string `json:"source,omitempty"` // the outlet or person, as people know it
	URL    string `json:"url,omitempty"`
	By     string `json:"by,omitempty"` // who entered it, when a person did
}

// Automaker is a carmaker, or one of its brands when it has a Parent.
type Automaker struct {
	ID      string       `json:"id"` // a slug of at most 20 bytes
	Parent  string       `json:"parent,omitempty"`
	Names   Names        `json:"names"`
	Aliases []string     `json:"aliases,omitempty"`
	Country string       `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Zone    string       `json:"zone,omitempty"`    // IANA, where its people usually stream
	Sources []Provenance `json:"sources,omitempty"`
}

// Office is a role that somebody holds or held. From and To are as precise as they are known: "2024-05-18", "2024-05",
// "2024" or empty; To is the last day, empty while it lasts or when it is not known.
type Office struct {
	Automaker string     `json:"automaker"`
	Role      Names      `json:"role"`
	From      string     `json:"from,omitempty"`
	To        string     `json:"to,omitempty"`
	Source    Provenance `json:"source,omitzero"`
}

// Held reports whether the office may have been held on a day: a bound that is not known excludes nothing.
func (o Office) Held(day time.Time) bool {
	d := day.UTC().Format(time.DateOnly)
	if o.From != "" && d[:min(len(o.From), len(d))] < o.From {
		return false
	}
	return o.To == "" || d[:min(len(o.To), len(d))] <= o.To
}

// Executive is a person who leads, or led, an automaker; or one who appears in their streams, without an office.
type Executive struct {
	ID          string       `json:"id"` // a slug of at most 20 bytes
	Names       Names        `json:"names"`
	Aliases     []string     `json:"aliases,omitempty"` // other spellings, pinyin with tones among them
	Offices     []Office     `json:"offices,omitempty"` // the one that matters most first
	Description string       `json:"description,omitempty"`
	Sources     []Provenance `json:"sources,omitempty"`
}

// Automakers returns the automakers at which the person held an office on a day, in the order of the offices.
func (e Executive) Automakers(day time.Time) []string {
	var held []string
	for _, office := range e.Offices {
		if office.Automaker != "" && office.Held(day) && !contains(held, office.Automaker) {
			held = append(held, office.Automaker)
		}
	}
	return held
}

// Platform is where streams are shown.
type Platform struct {
	ID    string   `json:"id"`
	Names Names    `json:"names"`
	Hosts []string `json:"hosts,omitempty"` // the hosts of its addresses
}

// Account is an executive's or automaker's presence on a platform.
type Account struct {
	Owner     Subject     `json:"owner"` // a person or an automaker
	Platform  string      `json:"platform"`
	Name      string      `json:"name,omitempty"`   // as the platform shows it
	Handle    string      `json:"handle,omitempty"` // without "@"
	UID       string      `json:"uid,omitempty"`
	URL       string      `json:"url,omitempty"`
	Followers []Followers `json:"followers,omitempty"` // oldest first
	Source    Provenance  `json:"source,omitzero"`
}

// Followers is how many followed an account, as somebody reported it.
type Followers struct {
	Count     int64      `json:"count"`
	Qualifier Qualifier  `json:"qualifier,omitempty"`
	AsOf      string     `json:"as_of"` // "2024-05-25", "2024-05" or "2024"
	Source    Provenance `json:"source,omitzero"`
}

// Qualifier says how exact a figure is.
type Qualifier string

// The qualifiers. The empty one is Exact.
const (
	Exact  Qualifier = "exact"
	About  Qualifier = "about"
	Over   Qualifier = "over"
	Nearly Qualifier = "nearly"
)

// The tables of the roster. Index "name" is by folded name, see [Fold]; "id" has the names alone, because a list needs no
// more of a record.
var (
	Automakers = NewTable("automaker", 1,
		func(a *Automaker) []string { return []string{a.ID} },
		Index[Automaker]{Name: byName, Rows: func(a *Automaker) []Row { return nameRows(a.ID, a.Names, a.Aliases) }},
		Index[Automaker]{Name: byParent, Rows: func(a *Automaker) []Row {
			if a.Parent == "" {
				return nil
			}
			return []Row{{Key: []string{a.Parent}}}
		}},
		Index[Automaker]{Name: byID, Rows: func(a *Automaker) []Row { return []Row{{Cover: a.Names}} }})
	Executives = NewTable("executive", 1,
		func(e *Executive) []string { return []string{e.ID} },
		Index[Executive]{Name: byName, Rows: func(e *Executive) []Row { return nameRows(e.ID, e.Names, e.Aliases) }},
		Index[Executive]{Name: byAutomaker, Rows: func(e *Executive) []Row {
			var rows []Row
			var seen []string
			for _, office := range e.Offices {
				if office.Automaker != "" && !contains(seen, office.Automaker) {
					seen = append(seen, office.Automaker)
					rows = append(rows, Row{Key: []string{office.Automaker}, Cover: e.Names})
				}
			}
			return rows
		}},
		Index[Executive]{Name: byID, Rows: func(e *Executive) []Row { return []Row{{Cover: e.Names}} }})
	Platforms = NewTable("platform", 1, func(p *Platform) []string { return []string{p.ID} })
	Accounts  = NewTable("account", 1,
		func(a *Account) []string {
			return []string{a.Owner.String(), a.Platform, cmp.Or(strings.ToLower(a.Handle), "-")}
		},
		Index[Account]{Name: byName, Rows: func(a *Account) []Row { return nameRows("", nil, []string{a.Handle}) }})
)

// The names of indexes.
const (
	byName      = "name"
	byID        = "id"
	byParent    = "parent"
	byAutomaker = "automaker"
	byStart     = "start"
	byStartBack = "start-back"
	byAddress   = "address"
	bySubject   = "subject"
	byChat      = "chat"
	byTime      = "time"
	byReady     = "ready"
)

// nameRows are the index rows of everything that something is called.
func nameRows(id string, names Names, aliases []string) []Row {
	var rows []Row
	seen := map[string]bool{"": true}
	add := func(name string) {
		if folded := Fold(name); !seen[folded] {
			seen[folded] = true
			rows = append(rows, Row{Key: []string{folded}})
		}
	}
	add(id)
	for _, language := range sortedKeys(names) {
		add(names[language])
	}
	for _, alias := range aliases {
		add(alias)
	}
	return rows
}

// PeopleOf yields the people who hold, or held, an office at an automaker.
func PeopleOf(r Reader, automaker string) iter.Seq2[Executive, error] {
	return Executives.By(r, byAutomaker, automaker)
}
