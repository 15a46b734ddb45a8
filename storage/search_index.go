package storage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	byWord = "word"
	byDay  = "day"
)

// The bounds of what is indexed. A change may rewrite every row of a stream in one Update, those of its subjects among them, so
// the more subjects it has, the fewer are its words; its titles take two thirds of them at most.
const (
	mostTerms    = 30
	leastTerms   = 6
	maxNameTerms = 24 // of a person or an automaker
)

// maxTerms is how many words of a stream are indexed: 6 to 30, so that these and the rows of its subjects leave some writes of an Update.
func maxTerms(s *Stream) int {
	const most = 38
	return min(mostTerms, max(leastTerms, most-2*len(SubjectsOf(*s))))
}

// weight says where a term was found, the better place the greater. It is all that the row of a term holds.
type weight int

const (
	elsewhere weight = 1 + iota
	inNames
	inTitle
)

// dayOf is the day on which a stream starts, as the one row of index "day" has it: a stream that moves writes no word anew.
func dayOf(s *Stream) int64 {
	const day = 24 * 60 * 60
	return s.Start.At.Unix() / day
}

func dayRows(s *Stream) []Row {
	if s.Hidden() {
		return nil
	}
	return []Row{{Key: []string{string(s.Scope)}, Cover: dayOf(s)}}
}

// conceptTerm is a concept as the index has it; no word has its sign.
func conceptTerm(concept string) string { return "=" + concept }

// wordRows are the rows of what a stream says: by term, the streams that were added last first. People and automakers are
// found through their names and the streams of each, so a name that changes costs no stream a row.
func wordRows(s *Stream) []Row {
	if s.Hidden() {
		return nil
	}
	chosen := chosenTerms{weights: map[string]weight{}, most: maxTerms(s)}
	chosen.concept(s.Format, elsewhere)
	for _, language := range sortedKeys(s.Titles) {
		chosen.text(s.Titles[language], inTitle, chosen.most*2/3)
	}
	chosen.text(s.Vehicle, elsewhere, chosen.most)
	if s.Route != nil {
		chosen.text(s.Route.From, elsewhere, chosen.most)
		chosen.text(s.Route.To, elsewhere, chosen.most)
	}
	chosen.text(s.Location, elsewhere, chosen.most)
	for _, name := range s.Others {
		chosen.text(name, inNames, chosen.most)
	}
	for _, topic := range s.Topics {
		chosen.text(topic, elsewhere, chosen.most)
	}
	if s.Route != nil {
		chosen.text(strings.Join(s.Route.Via, ", "), elsewhere, chosen.most)
	}
	chosen.text(s.Note, elsewhere, chosen.most)
	rows := make([]Row, 0, len(chosen.weights))
	for word, w := range chosen.weights {
		rows = append(rows, Row{Key: wordKey(s.Scope, s.ID, word), Cover: w})
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
type chosenTerms struct {
	weights map[string]weight
	most    int
}

func (c chosenTerms) concept(concept string, w weight) {
	if concept != "" {
		c.add(conceptTerm(concept), w, c.most)
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

// parseCover reads the number that the row of a term, or of a day, holds.
func parseCover(cover []byte) (int64, error) {
	n, err := strconv.ParseInt(string(cover), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("row of the search: %w", err)
	}
	return n, nil
}
