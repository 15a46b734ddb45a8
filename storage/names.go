package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Called returns the people and automakers that the community calls by a folded name, a handle of theirs among the names. A
// person and the automaker where they hold an office, under one name, are the automaker.
func (s Scoped) Called(folded string) ([]Subject, error) {
	var found []Subject
	add := func(subject Subject) {
		if !slices.Contains(found, subject) {
			found = append(found, subject)
		}
	}
	for a, err := range records(s, Automakers, byName, folded) {
		if err != nil {
			return nil, err
		}
		add(Company(a.ID))
	}
	for e, err := range records(s, Executives, byName, folded) {
		if err != nil {
			return nil, err
		}
		own := slices.ContainsFunc(e.Offices, func(o Office) bool { return slices.Contains(found, Company(o.Automaker)) })
		if !own {
			add(Person(e.ID))
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	for a, err := range records(s, Accounts, byName, folded) {
		if err != nil {
			return nil, err
		}
		add(a.Owner)
	}
	return found, nil
}

// UsualZone is the IANA zone in which a subject usually streams: that of the automaker, or of a person's first office; ""
// when it is not known.
func (s Scoped) UsualZone(subject Subject) (string, error) {
	id := subject.ID
	if subject.Kind == PersonSubject {
		person, err := s.Executive(subject.ID)
		if err != nil || len(person.Offices) == 0 {
			return "", err
		}
		id = person.Offices[0].Automaker
	}
	automaker, err := s.Automaker(id)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return automaker.Zone, err
}

// PersonNames returns what a person is called, without reading all that is known of them, or ErrNotFound.
func (s Scoped) PersonNames(id string) (Names, error) { return namesOf(s, Executives, id) }

// AutomakerNames returns what an automaker is called, without reading all that is known of it, or ErrNotFound.
func (s Scoped) AutomakerNames(id string) (Names, error) { return namesOf(s, Automakers, id) }

// namesOf reads the row of index "id" that a record has: the community's own, or else the public one.
func namesOf[V any](s Scoped, table *Table[V], id string) (Names, error) {
	for _, scope := range []Scope{s.Scope, Public} {
		raw, err := s.Get(table.rowKey(byID, []string{string(scope)}, Key(string(scope), id)))
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("names of %s: %w", id, err)
		}
		var names Names
		return names, json.Unmarshal(raw, &names)
	}
	return nil, fmt.Errorf("names of %s: %w", id, ErrNotFound)
}

// Member is a person under an automaker where they hold, or held, an office.
type Member struct {
	Automaker, Person string
	Names             Names
}

// AllMembers yields everyone with an office whom the community knows, by automaker. A person with offices at several comes
// once for each.
func (s Scoped) AllMembers() iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		for row, err := range rows(s, Executives, byAutomaker) {
			if err != nil {
				yield(Member{}, err)
				return
			}
			member := Member{Automaker: row.Key[0], Person: row.Primary[0]}
			if err := json.Unmarshal(row.Cover, &member.Names); err != nil {
				yield(Member{}, fmt.Errorf("names of %s: %w", member.Person, err))
				return
			}
			if !yield(member, nil) {
				return
			}
		}
	}
}
