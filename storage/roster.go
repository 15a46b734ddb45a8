package storage

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// Names is what something is called, by language: "en", "zh", "fr".
type Names map[string]string

// In returns the name in a language, else in English, else in Chinese, else in the first of its languages.
func (n Names) In(locale string) string {
	for _, language := range []string{locale, "en", "zh"} {
		if name := n[language]; name != "" {
			return name
		}
	}
	for _, language := range sortedKeys(n) {
		return n[language]
	}
	return ""
}

// Provenance says where something is known from.
type Provenance struct {
	Source string `json:"source,omitempty"` // the outlet or person, as people know it
	URL    string `json:"url,omitempty"`
	By     string `json:"by,omitempty"`     // who entered it, when a person did
	Nobody bool   `json:"nobody,omitempty"` // a person did who wished to be forgotten
	// Members is how many people said so who are no moderators, together with as much weight as one.
	Members int `json:"members,omitempty"`
}

// Automaker is a carmaker, or one of its brands when it has a Parent.
type Automaker struct {
	Scope   Scope        `json:"scope,omitempty"`
	ID      string       `json:"id"` // the same in every scope: a slug of at most 20 bytes
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
	Scope       Scope        `json:"scope,omitempty"`
	ID          string       `json:"id"` // the same in every scope: a slug of at most 20 bytes
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
	Scope     Scope       `json:"scope,omitempty"`
	Owner     Subject     `json:"owner"` // a person or an automaker
	Platform  string      `json:"platform"`
	Name      string      `json:"name,omitempty"`   // as the platform shows it
	Handle    string      `json:"handle,omitempty"` // without "@"
	UID       string      `json:"uid,omitempty"`
	URL       string      `json:"url,omitempty"`
	Followers []Followers `json:"followers,omitempty"` // oldest first
	Source    Provenance  `json:"source,omitzero"`
	Removed   bool        `json:"removed,omitempty"` // in a community's copy: it is no account of theirs as seen there
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

// The tables of the roster are kept by scope, and their indexes begin with it: [Scoped] reads them as a community sees them.
// Index "name" is by folded name, see [Fold]; "id" has the names alone, because a list needs no more of a
// record; "word" is by each word of a name, for [Scoped.Search].
var (
	Automakers = NewTable("automaker", 2,
		func(a *Automaker) []string { return []string{string(a.Scope), a.ID} },
		Index[Automaker]{Name: byName, Rows: func(a *Automaker) []Row { return nameRows(a.Scope, a.ID, a.Names, a.Aliases) }},
		Index[Automaker]{Name: byWord, Rows: func(a *Automaker) []Row { return nameTermRows(a.Scope, a.Names, a.Aliases) }},
		Index[Automaker]{Name: byParent, Rows: func(a *Automaker) []Row {
			if a.Parent == "" {
				return nil
			}
			return []Row{{Key: []string{string(a.Scope), a.Parent}}}
		}},
		Index[Automaker]{Name: byID, Rows: func(a *Automaker) []Row {
			return []Row{{Key: []string{string(a.Scope)}, Cover: a.Names}}
		}}).Upgrade(1, inPublic)
	Executives = NewTable("executive", 2,
		func(e *Executive) []string { return []string{string(e.Scope), e.ID} },
		Index[Executive]{Name: byName, Rows: func(e *Executive) []Row { return nameRows(e.Scope, e.ID, e.Names, e.Aliases) }},
		Index[Executive]{Name: byWord, Rows: func(e *Executive) []Row { return nameTermRows(e.Scope, e.Names, e.Aliases) }},
		Index[Executive]{Name: byAutomaker, Rows: func(e *Executive) []Row {
			var rows []Row
			var seen []string
			for _, office := range e.Offices {
				if office.Automaker != "" && !contains(seen, office.Automaker) {
					seen = append(seen, office.Automaker)
					rows = append(rows, Row{Key: []string{string(e.Scope), office.Automaker}, Cover: e.Names})
				}
			}
			return rows
		}},
		Index[Executive]{Name: byID, Rows: func(e *Executive) []Row {
			return []Row{{Key: []string{string(e.Scope)}, Cover: e.Names}}
		}},
		// An id is given once, whatever the scope: this index alone does not begin with it.
		Index[Executive]{Name: bySlug, Rows: func(e *Executive) []Row { return []Row{{Key: []string{e.ID}}} }}).Upgrade(1, inPublic)
	Platforms = NewTable("platform", 1, func(p *Platform) []string { return []string{p.ID} })
	Accounts  = NewTable("account", 2,
		func(a *Account) []string {
			return []string{string(a.Scope), a.Owner.String(), a.Platform, cmp.Or(strings.ToLower(a.Handle), "-")}
		},
		Index[Account]{Name: byName, Rows: func(a *Account) []Row {
			if a.Removed {
				return nil
			}
			return nameRows(a.Scope, "", nil, []string{a.Handle})
		}},
		Index[Account]{Name: byURL, Rows: func(a *Account) []Row {
			address := FoldAddress(a.URL)
			if a.Removed || address == "" {
				return nil
			}
			return []Row{{Key: []string{string(a.Scope), address}}}
		}},
		Index[Account]{Name: byPlatform, Rows: func(a *Account) []Row {
			if a.Removed {
				return nil
			}
			return []Row{{Key: []string{string(a.Scope), a.Platform}, Cover: accountFace{a.Handle, a.Name, a.URL}}}
		}}).Upgrade(1, inPublic)
)

// inPublic gives a record of the first version its scope: there was but one.
func inPublic(body json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	if _, there := fields["scope"]; !there {
		fields["scope"] = json.RawMessage(`"` + string(Public) + `"`)
	}
	return json.Marshal(fields)
}

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
	byURL       = "url"
	bySlug      = "slug"
	byPlatform  = "platform"
)

// nameRows are the index rows of everything that something is called.
func nameRows(scope Scope, id string, names Names, aliases []string) []Row {
	var rows []Row
	seen := map[string]bool{"": true}
	add := func(name string) {
		if folded := Fold(name); !seen[folded] {
			seen[folded] = true
			rows = append(rows, Row{Key: []string{string(scope), folded}})
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
