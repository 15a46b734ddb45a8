package storage

import (
	"cmp"
	"slices"
	"strings"
)

// Complete returns up to n subjects whose names begin with what is typed so far: whole names first, then a word of them,
// a Chinese name as it is said, and initials, such as "lj" for 雷军; of those alike the one of which the least is still to be typed. With
// nothing typed they come in the order of their names.
func (d *Directory) Complete(typed string, n int) []Subject {
	const noMatch = 9
	folded := Fold(strings.TrimPrefix(typed, "@"))
	joined := joinWords(folded)
	type ranked struct{ rank, left, entry int }
	best := map[Subject]ranked{}
	i := 0
	for e := range d.allEntries {
		i++
		now := ranked{rank: e.rank(folded, joined), entry: i}
		if folded != "" {
			now.left = len(e.folded)
		}
		before, ok := best[e.subject]
		if now.rank < noMatch && (!ok || cmp.Or(cmp.Compare(now.rank, before.rank), cmp.Compare(now.left, before.left)) < 0) {
			best[e.subject] = now
		}
	}
	subjects := make([]Subject, 0, len(best))
	for s := range best {
		subjects = append(subjects, s)
	}
	slices.SortFunc(subjects, func(a, b Subject) int {
		x, y := best[a], best[b]
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.left, y.left), cmp.Compare(x.entry, y.entry))
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
