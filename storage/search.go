package storage

import (
	"cmp"
	"errors"
	"slices"
	"unicode/utf8"
)

// The bounds of a search.
const (
	maxSearchTerms = 8    // words of a question that count
	maxSearchRows  = 1500 // rows that are read, over all words
	maxPrefixTerms = 16   // words that one beginning stands for
	maxNamed       = 16   // people and automakers that one word names
	maxDated       = 500  // streams that are put in the order of their days
	maxLookups     = 60   // streams that are looked at one by one
)

// Found is a stream that a search has found.
type Found struct {
	Stream Stream
	All    bool // it has all of the words
}

// Findings are a page of what a search has found, the best first.
type Findings struct {
	Streams []Found
	More    bool
	Cut     bool // a word was so common that only the streams that were added last were looked at

	// Named are the people and automakers who are called by all of the words, or whose name begins so, a few of them.
	Named []Subject
}

// Search looks for words in titles, names, vehicles, topics, routes, places, formats and notes, in any language, as the
// community sees them, and returns n of the streams after the first skip. Those with all of the words come before those with
// some, what is in a title before people before all else, whole words before beginnings, and later streams before earlier
// ones. Only the last word may be a beginning.
func (s Scoped) Search(words string, skip, n int) (Findings, error) {
	q := &query{Scoped: s, hits: map[hitKey]*hit{}}
	if err := q.ask(searchText(words)); err != nil {
		return Findings{}, err
	}
	for i := range q.words {
		if err := q.gather(i); err != nil {
			return Findings{}, err
		}
	}
	q.forgetJoints()
	if err := q.complete(); err != nil {
		return Findings{}, err
	}
	return q.page(skip, n)
}

// origin is where the streams of a word are found: under a term, or as those of a subject.
type origin struct {
	term    string
	subject Subject
	exact   bool
}

// asked is a word of a search.
type asked struct {
	term
	origins []origin
	cut     bool // not all of its streams were read
	some    bool // some were found
	gone    bool // it does not count
}

type hitKey struct {
	scope Scope
	id    string
}

// hit is a stream with what each word has found in it.
type hit struct {
	hitKey
	day    int64
	added  int64                // as which it was added
	scores [maxSearchTerms]int8 // 0: nothing
	words  int                  // how many of those that count it has
	score  int                  // and how well
}

type query struct {
	Scoped
	words []asked
	hits  map[hitKey]*hit
}

// ask takes apart what is looked for.
func (q *query) ask(folded string) error {
	terms := termsOf(folded)
	if said := slices.DeleteFunc(slices.Clone(terms), term.isStop); len(said) > 0 {
		terms = said
	}
	for _, t := range terms[:min(len(terms), maxSearchTerms)] {
		word := asked{term: t}
		isLast := t.to == len(folded) && (utf8.RuneCountInString(t.word) > 1 || len(t.word) > 1)
		for _, concept := range t.concepts {
			word.origins = append(word.origins, origin{term: conceptTerm(concept), exact: true})
		}
		word.origins = append(word.origins, origin{term: t.word, exact: true})
		if err := q.addSubjects(&word, true); err != nil {
			return err
		}
		if isLast && len(t.concepts) == 0 {
			if err := q.addBeginnings(&word, folded); err != nil {
				return err
			}
		}
		q.words = append(q.words, word)
	}
	return nil
}

// lastRune is beyond every rune that a term may go on with.
const lastRune = string(rune(utf8.MaxRune))

// addSubjects adds the people and automakers that a word names, or that it begins to name.
func (q *query) addSubjects(word *asked, exact bool) error {
	people, err := named(q.Scoped, Executives, word.word, exact)
	if err != nil {
		return err
	}
	automakers, err := named(q.Scoped, Automakers, word.word, exact)
	if err != nil {
		return err
	}
	for _, id := range people {
		word.origins = append(word.origins, origin{subject: Person(id), exact: exact})
	}
	for _, id := range automakers {
		word.origins = append(word.origins, origin{subject: Company(id), exact: exact})
	}
	return nil
}

// named returns the ids of the records that the community knows by a word of their names, or by one that begins so.
func named[V any](s Scoped, table *Table[V], word string, exact bool) ([]string, error) {
	var ids []string
	for _, scope := range slices.Backward(s.scopes()) {
		within := Range{Prefix: []string{string(scope)}, From: word, To: word + lastRune}
		if exact {
			within = Range{Prefix: []string{string(scope), word}}
		}
		for row, err := range table.Rows(s, byWord, within) {
			if err != nil || len(ids) == maxNamed {
				return ids, err
			}
			id := row.Primary[1]
			copied := false
			if scope == Public && s.Scope != Public {
				copied, err = table.Has(s, string(s.Scope), id)
			}
			if err != nil {
				return ids, err
			}
			if !copied && !contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// addBeginnings adds the terms and concepts that the last word is the beginning of, and the people and automakers whose name
// begins so where it is nobody's.
func (q *query) addBeginnings(word *asked, folded string) error {
	if !slices.ContainsFunc(word.origins, func(o origin) bool { return o.term == "" }) {
		if err := q.addSubjects(word, false); err != nil {
			return err
		}
	}
	for _, other := range slices.Concat(q.words, []asked{*word}) {
		for _, concept := range begun(folded, other.from) {
			word.origins = append(word.origins, origin{term: conceptTerm(concept)})
		}
	}
	for _, scope := range q.scopes() {
		from := word.word
		for range maxPrefixTerms {
			next, err := q.nextTerm(scope, from, word.word+lastRune)
			if err != nil {
				return err
			}
			if next == "" {
				break
			}
			if next != word.word && !slices.ContainsFunc(word.origins, func(o origin) bool { return o.term == next }) {
				word.origins = append(word.origins, origin{term: next})
			}
			from = next + "0" // behind all rows of the term
		}
	}
	return nil
}

// nextTerm is the first term of a scope's streams in a range, or none.
func (q *query) nextTerm(scope Scope, from, to string) (string, error) {
	for row, err := range Streams.Rows(q, byWord, Range{Prefix: []string{string(scope)}, From: from, To: to}) {
		if err != nil {
			return "", err
		}
		return row.Key[1], nil
	}
	return "", nil
}

// gather reads the streams of a word, those that were added last of one that is in very many.
func (q *query) gather(i int) error {
	word := &q.words[i]
	left := maxSearchRows / len(q.words)
	for _, scope := range slices.Backward(q.scopes()) {
		for _, o := range word.origins {
			n, err := q.read(i, scope, o, left)
			if err != nil {
				return err
			}
			left -= n
			word.some = word.some || n > 0
			word.cut = word.cut || left <= 0
		}
	}
	return nil
}

// read notes up to most streams of an origin, and returns how many there were.
func (q *query) read(i int, scope Scope, o origin, most int) (int, error) {
	index, prefix := byWord, []string{string(scope), o.term}
	if o.term == "" {
		index, prefix = byStartBack, []string{string(scope), o.subject.String()}
	}
	n := 0
	for row, err := range Streams.Rows(q, index, Range{Prefix: prefix}) {
		if err != nil {
			return n, err
		}
		if n >= most {
			break
		}
		n++
		w := inNames
		if o.term != "" {
			read, err := parseCover(row.Cover)
			if err != nil {
				return n, err
			}
			w = weight(read)
		}
		q.note(i, hitKey{scope: Scope(row.Primary[0]), id: row.Primary[1]}, w, o.exact)
	}
	return n, nil
}

func (q *query) note(i int, key hitKey, w weight, exact bool) {
	h := q.hits[key]
	if h == nil {
		h = &hit{hitKey: key, added: addedAs(key.id)}
		q.hits[key] = h
	}
	h.scores[i] = max(h.scores[i], scoreOf(w, exact))
}

// scoreOf puts the place before the exactness.
func scoreOf(w weight, exact bool) int8 {
	score := int8(2 * w) //nolint:gosec // a weight is at most 3
	if exact {
		score++
	}
	return score
}

// forgetJoints leaves out the pairs of signs that nothing has and that only join two words, while another word has something.
func (q *query) forgetJoints() {
	if !slices.ContainsFunc(q.words, func(w asked) bool { return w.some }) {
		return
	}
	for i := range q.words {
		q.words[i].gone = q.words[i].inner && !q.words[i].some
	}
}

// complete looks whether the streams that rarer words have found have the commonest ones too, of which not all were read.
func (q *query) complete() error {
	isCut := func(w asked) bool { return w.cut }
	if !slices.ContainsFunc(q.words, isCut) || !slices.ContainsFunc(q.words, func(w asked) bool { return !w.cut && w.some }) {
		return nil
	}
	lookups := 0
	for _, h := range q.ranked() {
		if lookups == maxLookups {
			return nil
		}
		rare := false
		for i, word := range q.words {
			rare = rare || !word.cut && h.scores[i] > 0
		}
		if !rare {
			continue
		}
		lookups++
		if err := q.lookUp(h); err != nil {
			return err
		}
	}
	return nil
}

// lookUp looks for the words of which not all streams were read in one.
func (q *query) lookUp(h *hit) error {
	stream, err := Streams.Get(q, string(h.scope), h.id)
	if err != nil {
		return err
	}
	for i, word := range q.words {
		for _, o := range word.origins {
			if !word.cut || h.scores[i] > 0 {
				break
			}
			w, err := q.weightIn(&stream, o)
			if err != nil {
				return err
			}
			if w > 0 {
				q.note(i, h.hitKey, w, o.exact)
			}
		}
	}
	return nil
}

// weightIn is what one origin has to say of one stream; 0: nothing.
func (q *query) weightIn(stream *Stream, o origin) (weight, error) {
	if o.term == "" && IsAbout(*stream, o.subject) {
		return inNames, nil
	}
	if o.term == "" {
		return 0, nil
	}
	row := Streams.rowKey(byWord, wordKey(stream.Scope, stream.ID, o.term), Key(string(stream.Scope), stream.ID))
	n, err := q.number(row)
	return weight(n), err
}

// number is what a row holds, 0 if there is none.
func (q *query) number(row string) (int64, error) {
	cover, err := q.Get(row)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return parseCover(cover)
}

// ranked are the hits, the best first, those that are as good by when they were added.
func (q *query) ranked() []*hit {
	ranked := make([]*hit, 0, len(q.hits))
	for _, h := range q.hits {
		h.words, h.score = q.worth(h)
		ranked = append(ranked, h)
	}
	slices.SortFunc(ranked, (*hit).compare)
	return ranked
}

// dated are the hits, the best first, those that are as good by their day. So many that nobody turns to them come as they were
// added.
func (q *query) dated() ([]*hit, error) {
	ranked := q.ranked()
	first := ranked[:min(len(ranked), maxDated)]
	for _, h := range first {
		var err error
		row := Streams.rowKey(byDay, []string{string(h.scope)}, Key(string(h.scope), h.id))
		if h.day, err = q.number(row); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(first, (*hit).compare)
	return ranked, nil
}

// compare sorts what is better first.
func (h *hit) compare(other *hit) int {
	return cmp.Or(other.words-h.words, other.score-h.score, cmp.Compare(other.day, h.day), cmp.Compare(other.added, h.added),
		cmp.Compare(h.scope, other.scope))
}

// worth is how many of the words a hit has, and how well.
func (q *query) worth(h *hit) (words, score int) {
	for i, word := range q.words {
		if !word.gone && (h.scores[i] > 0 || q.joins(h, i)) {
			words++
			score += int(h.scores[i])
		}
	}
	return words, score
}

// joins reports whether a word is a pair of signs that joins two words which a hit has.
func (q *query) joins(h *hit, i int) bool {
	has := func(i int) bool {
		return i >= 0 && i < len(q.words) && q.words[i].inner && (h.scores[i] > 0 || q.words[i].gone)
	}
	return q.words[i].inner && has(i-1) && has(i+1)
}

// named are the subjects that every word names.
func (q *query) named() []Subject {
	const few = 3
	var subjects []Subject
	for i, word := range q.words {
		if i == 0 {
			for _, o := range word.origins {
				if o.term == "" && len(subjects) < few {
					subjects = append(subjects, o.subject)
				}
			}
			continue
		}
		subjects = slices.DeleteFunc(subjects, func(s Subject) bool {
			return !slices.ContainsFunc(word.origins, func(o origin) bool { return o.subject == s })
		})
	}
	return subjects
}

// page reads n of the streams after the first skip, without the public ones that the community has copied.
func (q *query) page(skip, n int) (Findings, error) {
	all := 0
	found := Findings{Named: q.named()}
	for _, word := range q.words {
		found.Cut = found.Cut || word.cut && !word.gone
		if !word.gone {
			all++
		}
	}
	ranked, err := q.dated()
	if err != nil {
		return Findings{}, err
	}
	for _, h := range ranked {
		copied, err := q.copied(Stream{Scope: h.scope, ID: h.id})
		if err != nil {
			return Findings{}, err
		}
		switch {
		case copied:
			continue
		case skip > 0:
			skip--
			continue
		case len(found.Streams) == n:
			found.More = true
			return found, nil
		}
		stream, err := Streams.Get(q, string(h.scope), h.id)
		if errors.Is(err, ErrNotFound) || stream.Hidden() {
			continue // the row of a subject of one that is hidden
		}
		if err != nil {
			return Findings{}, err
		}
		found.Streams = append(found.Streams, Found{Stream: stream, All: h.words == all})
	}
	return found, nil
}
