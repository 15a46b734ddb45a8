package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"boardcast/bot"
)

// Mistake is one thing that is wrong in a file. Line and Column, in characters, count from 1; they are 0 where the file as a
// whole is meant.
type Mistake struct {
	File         string
	Line, Column int
	Say          string // what is wrong, and what would be right
}

func (m Mistake) String() string {
	if m.Line == 0 {
		return m.File + ": " + m.Say
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Say)
}

// Error is all that is wrong in a catalog, by file and line. Its text has a line for each mistake.
type Error struct{ Mistakes []Mistake }

func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Mistakes))
	for _, m := range e.Mistakes {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

// err is what was found wrong, nil for nothing.
func (l *loader) err() error {
	if len(l.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(l.mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{Mistakes: l.mistakes}
}

// nearest returns the known word that is most like the given one, if one is at all.
func nearest(word string, known []string) (string, bool) {
	best, found := "", false
	limit := max(2, len(word)/3) + 1
	for _, k := range known {
		if d := bot.Slips(strings.ToLower(word), k); d < limit {
			best, found, limit = k, true, d
		}
	}
	return best, found
}

// hint says which known word an unknown one may mean, or else which there are.
func hint(word string, known []string) string {
	const few = 20
	if near, ok := nearest(word, known); ok {
		return "; did you mean " + near + "?"
	}
	if len(known) == 0 || len(known) > few {
		return ""
	}
	return "; there are " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}
