package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Called returns the people and automakers that are called by a folded name, a handle of theirs among the names. A person
// and the automaker where they hold an office, under one name, are the automaker.
func Called(r Reader, folded string) ([]Subject, error) {
	var found []Subject
	add := func(s Subject) {
		if !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	for a, err := range Automakers.By(r, byName, folded) {
		if err != nil {
			return nil, err
		}
		add(Company(a.ID))
	}
	for e, err := range Executives.By(r, byName, folded) {
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
	for a, err := range Accounts.By(r, byName, folded) {
		if err != nil {
			return nil, err
		}
		add(a.Owner)
	}
	return found, nil
}

// Named is a subject under one of its folded names.
type Named struct {
	Folded  string
	Subject Subject
}

// AllNames yields every name of every person, and then of every automaker, each in the order of the names.
func AllNames(r Reader) iter.Seq2[Named, error] {
	return func(yield func(Named, error) bool) {
		for row, err := range Executives.Rows(r, byName, Range{}) {
			if err != nil {
				yield(Named{}, err)
				return
			}
			if !yield(Named{Folded: row.Key[0], Subject: Person(row.Primary[0])}, nil) {
				return
			}
		}
		for row, err := range Automakers.Rows(r, byName, Range{}) {
			if err != nil {
				yield(Named{}, err)
				return
			}
			if !yield(Named{Folded: row.Key[0], Subject: Company(row.Primary[0])}, nil) {
				return
			}
		}
	}
}

// UsualZone is the IANA zone in which a subject usually streams: that of the automaker, or of a person's first office; ""
// when it is not known.
func UsualZone(r Reader, s Subject) (string, error) {
	id := s.ID
	if s.Kind == PersonSubject {
		person, err := Executives.Get(r, s.ID)
		if err != nil || len(person.Offices) == 0 {
			return "", err
		}
		id = person.Offices[0].Automaker
	}
	automaker, err := Automakers.Get(r, id)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return automaker.Zone, err
}

// PersonNames returns what a person is called, without reading all that is known of them, or ErrNotFound.
func PersonNames(r Reader, id string) (Names, error) {
	return firstNames(Executives.Rows(r, byID, only(id)))
}

// AutomakerNames returns what an automaker is called, without reading all that is known of it, or ErrNotFound.
func AutomakerNames(r Reader, id string) (Names, error) {
	return firstNames(Automakers.Rows(r, byID, only(id)))
}

// only is the range of the one row of index "id" that a record has.
func only(id string) Range { return Range{From: Key(id), To: Key(id) + "\x00"} }

func firstNames(rows iter.Seq2[IndexRow, error]) (Names, error) {
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		var names Names
		return names, json.Unmarshal(row.Cover, &names)
	}
	return nil, ErrNotFound
}

// Member is a person under an automaker where they hold, or held, an office.
type Member struct {
	Automaker, Person string
	Names             Names
}

// AllMembers yields everyone with an office, by automaker. A person with offices at several comes once for each.
func AllMembers(r Reader) iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		for row, err := range Executives.Rows(r, byAutomaker, Range{}) {
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
