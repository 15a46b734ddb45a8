package storage

import (
	"cmp"
	"slices"
	"strings"
)

// Complete returns up to n subjects whose names begin with what is typed so far: whole names first, then a word of them,
// a Chinese name as it is said, and initials, such as "lj" for 雷军. With nothing typed they come in the order of their names.
func (d *Directory) Complete(typed string, n int) []Subject {
	const noMatch = 9
	folded := Fold(strings.TrimPrefix(typed, "@"))
	joined := joinWords(folded)
	type ranked struct{ rank, entry int }
	best := map[Subject]ranked{}
	i := 0
	for e := range d.allEntries {
		i++
		rank := e.rank(folded, joined)
		if before, ok := best[e.subject]; rank < noMatch && (!ok || rank < before.rank) {
			best[e.subject] = ranked{rank, i}
		}
	}
	subjects := make([]Subject, 0, len(best))
	for s := range best {
		subjects = append(subjects, s)
	}
	slices.SortFunc(subjects, func(a, b Subject) int {
		return cmp.Or(cmp.Compare(best[a].rank, best[b].rank), cmp.Compare(best[a].entry, best[b].entry))
	})
	return subjects[:min(n, len(subjects))]
}

// rank says how well a name begins with what is typed; the least is the best, 9 is not at all.
func (e *entry) rank(folded, joined string) int {
	switch {
	case e.folded == folded && folded != "":
		return 0
	case strings.HasPrefix(e.folded, folded):
		return 1
	case strings.HasPrefix(e.joined, joined):
		return 2
	case slices.ContainsFunc(e.words, func(word string) bool { return strings.HasPrefix(word, folded) }):
		return 3
	case len(folded) > 1 && strings.HasPrefix(e.initials, joined):
		return 4
	case isAllHan(folded) && strings.Contains(e.folded, folded):
		return 5
	}
	return 9
}
