package catalog

import (
	"strings"

	"boardcast/storage"
)

func (l *loader) readAutomaker(s *section) {
	a := storage.Automaker{
		ID: s.text("id"), Parent: s.ref("parent", automakerKind), Names: s.names("names"), Aliases: s.texts("aliases"),
		Country: s.text("country"), Zone: s.text("zone"), Sources: s.provenance(),
	}
	s.need("names")
	if parent := s.ids[automakerKind][a.Parent]; parent != nil && parent.table.values["parent"] != nil {
		s.wrong(s.place("parent"), "parent %s is a brand itself; name the company", a.Parent)
	}
	if len(a.Country) != 2 && a.Country != "" || a.Country != strings.ToUpper(a.Country) {
		s.wrong(s.place("country"), "country %q must be two capital letters, such as CN", a.Country)
	}
	s.location("zone", a.Zone)
	l.homes[a.ID] = a.Zone
	l.catalog.Automakers = append(l.catalog.Automakers, a)
}

func (l *loader) readExecutive(s *section) {
	e := storage.Executive{
		ID: s.text("id"), Names: s.names("names"), Aliases: s.texts("aliases"), Description: s.text("description"),
		Sources: s.provenance(),
	}
	s.need("names")
	for _, sub := range s.subs("offices") {
		e.Offices = append(e.Offices, sub.office())
		sub.end()
	}
	l.catalog.Executives = append(l.catalog.Executives, e)
}

func (s *section) office() storage.Office {
	o := storage.Office{
		Automaker: s.ref("automaker", automakerKind), Role: s.names("role"),
		From: s.date("from"), To: s.date("to"), Source: s.source(),
	}
	s.need("automaker", "role")
	if n := min(len(o.From), len(o.To)); n > 0 && o.To[:n] < o.From[:n] {
		s.wrong(s.place("to"), "to %s is before from %s", o.To, o.From)
	}
	return o
}

func (l *loader) readAccount(s *section) {
	a := storage.Account{Platform: s.ref("platform", platformKind)}
	person, company := s.ref("executive", executiveKind), s.ref("automaker", automakerKind)
	switch {
	case (person == "") == (company == ""):
		s.wrong(s.at, "must have executive or automaker, to say whose it is")
	case person != "":
		a.Owner = storage.Person(person)
	default:
		a.Owner = storage.Company(company)
	}
	s.label = strings.TrimSpace(accountKind + " " + person + company + " " + a.Platform)
	a.Name, a.Handle, a.UID = s.text("name"), s.text("handle"), s.text("uid")
	a.URL, a.Source = s.address("url", l.hosts[a.Platform]...), s.source()
	s.need("platform")
	if strings.HasPrefix(a.Handle, "@") {
		s.wrong(s.place("handle"), "handle is written without @")
	}
	for _, sub := range s.subs("followers") {
		a.Followers = append(a.Followers, sub.followers())
		sub.end()
	}
	s.declareAccount(a)
	l.catalog.Accounts = append(l.catalog.Accounts, a)
}

func (s *section) followers() storage.Followers {
	s.need("count", "as_of")
	return storage.Followers{
		Count: s.count("count"), Qualifier: s.qualifier(), AsOf: s.date("as_of"), Source: s.source(),
	}
}

// qualifier reads how exact a figure is; none is exact.
func (s *section) qualifier() storage.Qualifier {
	return storage.Qualifier(s.oneOf("qualifier",
		string(storage.Exact), string(storage.About), string(storage.Over), string(storage.Nearly)))
}

// declareAccount says when two accounts of an owner cannot be told apart.
func (s *section) declareAccount(a storage.Account) {
	id := strings.Join(accountKey(a), " ")
	if first, taken := s.ids[accountKind][id]; taken {
		s.wrong(s.at, "is the same as %s; give each a handle", first.line())
		return
	}
	s.ids[accountKind][id] = s
}
