package storage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const byWord = "word"

// The bounds of what is indexed. A stream has at most maxStreamTerms rows, of which its titles take maxTitleTerms, because a
// change may rewrite all of them in one Update; so have the names of a person or an automaker.
const (
	maxStreamTerms = 30
	maxTitleTerms  = 18
	maxNameTerms   = 24
)

// weight says where a term was found, the better place the greater.
type weight int

const (
	elsewhere weight = 1 + iota
	inNames
	inTitle
)

// weights is one more than the greatest weight, for [posting].
const weights = 4

// posting is what the row of a term holds: the day of the stream and the weight, in one number.
type posting int64

func postingOf(s *Stream, w weight) posting {
	const day = 24 * 60 * 60
	return posting(s.Start.At.Unix()/day*weights + int64(w))
}

func (p posting) day() int64     { return int64(p) / weights }
func (p posting) weight() weight { return weight(p % weights) }

// conceptTerm is a concept as the index has it; no word has its sign.
func conceptTerm(concept string) string { return "=" + concept }

// wordRows are the rows of what a stream says: by term, the streams that were added last first. People and automakers are
// found through their names and the streams of each, so a name that changes costs no stream a row.
func wordRows(s *Stream) []Row {
	if s.Hidden() {
		return nil
	}
	chosen := chosenTerms{weights: map[string]weight{}}
	chosen.concept(s.Format, elsewhere)
	for _, language := range sortedKeys(s.Titles) {
		chosen.text(s.Titles[language], inTitle, maxTitleTerms)
	}
	chosen.text(s.Vehicle, elsewhere, maxStreamTerms)
	if s.Route != nil {
		chosen.text(s.Route.From, elsewhere, maxStreamTerms)
		chosen.text(s.Route.To, elsewhere, maxStreamTerms)
	}
	chosen.text(s.Location, elsewhere, maxStreamTerms)
	for _, name := range s.Others {
		chosen.text(name, inNames, maxStreamTerms)
	}
	for _, topic := range s.Topics {
		chosen.text(topic, elsewhere, maxStreamTerms)
	}
	if s.Route != nil {
		chosen.text(strings.Join(s.Route.Via, ", "), elsewhere, maxStreamTerms)
	}
	chosen.text(s.Note, elsewhere, maxStreamTerms)
	rows := make([]Row, 0, len(chosen.weights))
	for word, w := range chosen.weights {
		rows = append(rows, Row{Key: wordKey(s.Scope, s.ID, word), Cover: postingOf(s, w)})
	}
	return rows
}

func wordKey(scope Scope, id, word string) []string {
	return []string{string(scope), word, addedKey(id)}
}

// addedKey sorts the streams that were added last first.
func addedKey(id string) string { return fmt.Sprintf("%010d", maxAdded-addedAs(id)) }

const maxAdded = 9_999_999_999

// addedAs is the number that a stream's id is.
func addedAs(id string) int64 {
	n := int64(0)
	for _, digit := range strings.TrimPrefix(id, "s") {
		n = min(n*int64(len(idDigits))+int64(max(0, strings.IndexRune(idDigits, digit))), maxAdded)
	}
	return n
}

// chosenTerms are the terms under which a record is found, each with the best place where it stands.
type chosenTerms struct{ weights map[string]weight }

func (c chosenTerms) concept(concept string, w weight) {
	if concept != "" {
		c.add(conceptTerm(concept), w, maxStreamTerms)
	}
}

// text adds what a text says, until there are so many terms.
func (c chosenTerms) text(text string, w weight, most int) {
	for _, t := range termsOf(searchText(text)) {
		for _, concept := range t.concepts {
			c.add(conceptTerm(concept), w, most)
		}
		if !t.isStop() && !t.isSaid() {
			c.add(t.word, w, most)
		}
	}
}

func (c chosenTerms) add(word string, w weight, most int) {
	if before, there := c.weights[word]; there || len(c.weights) < most {
		c.weights[word] = max(before, w)
	}
}

// nameTermRows are the rows of the words in which people look for a name: each, and all of it without its spaces.
func nameTermRows(scope Scope, names Names, aliases []string) []Row {
	var words []string
	add := func(word string) {
		if word != "" && !contains(words, word) && len(words) < maxNameTerms {
			words = append(words, word)
		}
	}
	all := make([]string, 0, len(names)+len(aliases))
	for _, language := range sortedKeys(names) {
		all = append(all, names[language])
	}
	for _, name := range slices.Concat(all, aliases) {
		folded := searchText(name)
		for _, t := range termsOf(folded) {
			add(t.word)
		}
		add(cutRunes(strings.ReplaceAll(folded, " ", ""), maxTerm))
	}
	rows := make([]Row, 0, len(words))
	for _, word := range words {
		rows = append(rows, Row{Key: []string{string(scope), word}})
	}
	return rows
}

// parsePosting reads the cover of a row of a term.
func parsePosting(cover []byte) (posting, error) {
	n, err := strconv.ParseInt(string(cover), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("row of a word: %w", err)
	}
	return posting(n), nil
}
