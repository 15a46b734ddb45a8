package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SubjectKind says what a [Subject] is.
type SubjectKind string

// The kinds of subject.
const (
	StreamSubject    SubjectKind = "stream"
	PersonSubject    SubjectKind = "person"
	AutomakerSubject SubjectKind = "automaker"
	AllSubject       SubjectKind = "all"
)

// Subject is what can be asked about or watched: one stream, a person, an automaker, or everything.
type Subject struct {
	Kind SubjectKind
	ID   string // of the stream, person or automaker
}

// Everything is the subject of all streams.
var Everything = Subject{Kind: AllSubject}

// OneStream is the subject that is a single stream.
func OneStream(id string) Subject { return Subject{Kind: StreamSubject, ID: id} }

// Person is the subject that is one person.
func Person(id string) Subject { return Subject{Kind: PersonSubject, ID: id} }

// Company is the subject that is an automaker.
func Company(id string) Subject { return Subject{Kind: AutomakerSubject, ID: id} }

func (s Subject) String() string {
	if s.Kind == AllSubject {
		return string(AllSubject)
	}
	return string(s.Kind) + ":" + s.ID
}

// MarshalText writes a subject as "person:lei-jun".
func (s Subject) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Subject) UnmarshalText(text []byte) error {
	kind, id, _ := strings.Cut(string(text), ":")
	switch SubjectKind(kind) {
	case StreamSubject, PersonSubject, AutomakerSubject:
		if id == "" {
			return fmt.Errorf("subject %q has no id", text)
		}
	case AllSubject:
	default:
		return fmt.Errorf("subject %q is of no known kind", text)
	}
	*s = Subject{Kind: SubjectKind(kind), ID: id}
	return nil
}

// SubjectsOf returns what a stream is about, narrowest first: itself, its people, the automakers at which they held an office on the day and the
// automaker it is of, the parents of these, and everything. Guests are subjects for watches of themselves alone.
func SubjectsOf(stream Stream) []Subject {
	subjects := []Subject{OneStream(stream.ID)}
	for _, id := range stream.People {
		subjects = append(subjects, Person(id))
	}
	for _, id := range stream.Guests {
		subjects = append(subjects, Person(id))
	}
	for _, id := range stream.Automakers {
		subjects = append(subjects, Company(id))
	}
	return append(subjects, Everything)
}

// toldAs is what a stream is about, and the ids of the streams that are shown as this one: a watch or a reminder of a double
// goes on with the stream that stands for it.
func toldAs(r Reader, stream Stream) ([]Subject, error) {
	subjects := SubjectsOf(stream)
	doubles, err := Scoped{Reader: r, Scope: stream.Scope}.Doubles(stream.ID)
	for _, id := range doubles {
		subjects = slices.Insert(subjects, 1, OneStream(id))
	}
	return subjects, err
}

// maxParents bounds the walk from a brand to its group.
const maxParents = 4

// automakersOf finds the automakers of a stream on its day, as the community sees them: its own, those of its people, and
// their parents.
func (s Scoped) automakersOf(stream Stream) ([]string, error) {
	own := []string{stream.Automaker}
	for _, id := range stream.People {
		person, err := s.Executive(id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		own = append(own, person.Automakers(stream.Start.At)...)
	}
	var found []string
	for _, id := range own {
		var err error
		if found, err = s.withParents(found, id); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// withParents adds an automaker and the groups that it belongs to.
func (s Scoped) withParents(found []string, id string) ([]string, error) {
	for range maxParents {
		if id == "" || contains(found, id) {
			break
		}
		found = append(found, id)
		automaker, err := s.Automaker(id)
		if errors.Is(err, ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		id = automaker.Parent
	}
	return found, nil
}

// IsAbout reports whether a stream is about a subject.
func IsAbout(stream Stream, subject Subject) bool {
	return slices.Contains(SubjectsOf(stream), subject)
}
