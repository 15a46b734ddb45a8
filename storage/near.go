package storage

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
)

// The costs by which near names are ranked.
const (
	soundsSame  = 2  // a homophone, or a name read from a picture
	soundsAlike = 4  // one for those who do not tell zh from z
	partOfName  = 7  // some of the words
	oneSlip     = 8  // a letter
	shortSlip   = 6  // a letter, as fingers slip: swapped, doubled, or the key beside it
	wordsTurned = 2  // more, when the surname is last
	otherStart  = 2  // more, when the first letter is not the same
	inASentence = 16 // the whole name among other words
	shared      = 22 // the given name alone
	margin      = 4  // who is farther than the nearest by more is not offered
	tooFar      = 1 << 10
)

// Near returns up to n subjects that may be meant by words that call nobody, the most likely first: those whose names sound
// the same, hold the words, or are a few slips away. Nobody is better than somebody far-fetched.
func (d *Directory) Near(words string, n int) []Subject {
	if !MayBeName(words) {
		return nil
	}
	folded, _ := untitled(words)
	if contains(companyEndings, folded) {
		return nil
	}
	best := map[Subject]int{}
	note := func(s Subject, cost int) {
		if before, ok := best[s]; cost < tooFar && (!ok || cost < before) {
			best[s] = cost
		}
	}
	for extra, form := range []string{folded, lookalike(folded)} {
		if form == "" || (extra > 0 && form == folded) {
			continue
		}
		d.soundingLike(form, note)
		t := newTyped(form)
		for e := range d.allEntries {
			if !e.spare {
				note(e.subject, t.cost(e)+extra)
			}
		}
	}
	return d.leastCost(best, n)
}

// leastCost returns up to n subjects, the nearest first. Beside a good match a poor one is not worth the reading; part of a
// name, though, may be anyone's.
func (d *Directory) leastCost(best map[Subject]int, n int) []Subject {
	subjects := make([]Subject, 0, len(best))
	least := tooFar
	for s, cost := range best {
		subjects = append(subjects, s)
		least = min(least, cost)
	}
	if least <= oneSlip+otherStart && least != partOfName {
		subjects = slices.DeleteFunc(subjects, func(s Subject) bool { return best[s] > least+margin })
	}
	slices.SortFunc(subjects, func(a, b Subject) int {
		return cmp.Or(cmp.Compare(best[a], best[b]), d.compare(a, b))
	})
	return subjects[:min(n, len(subjects))]
}

// soundingLike notes those whose names sound like a folded name. Two Chinese names must have as many characters.
func (d *Directory) soundingLike(folded string, note func(Subject, int)) {
	joined := joinWords(folded)
	if utf8.RuneCountInString(joined) < 2 {
		return
	}
	for _, s := range d.under(byExact, folded) { // after its letters were put right
		note(s, soundsSame)
	}
	said := joinWords(syllables(folded))
	same := append(slices.Clone(d.under(byJoined, said)), d.under(bySpoken, said)...)
	for _, sound := range sounds(folded) {
		for _, s := range d.under(bySound, sound) {
			cost := soundsAlike
			if slices.Contains(same, s) {
				cost = soundsSame
			}
			note(s, cost)
		}
	}
}

// typed is what somebody typed, prepared to be compared with many names.
type typed struct {
	folded  string
	joined  string
	turned  []string // with another word first
	words   []string
	letters uint64
	length  int // in characters
	allowed int // slips
	han     bool
}

func newTyped(folded string) typed {
	const mostWords = 4
	t := typed{folded: folded, joined: joinWords(folded), words: strings.Fields(folded), han: hasHan(folded)}
	t.letters, t.length = lettersOf(t.joined), utf8.RuneCountInString(t.joined)
	t.allowed = slipsIn(t.length)
	if n := len(t.words); n > 1 && n <= mostWords {
		for i := 1; i < n; i++ {
			t.turned = append(t.turned, joinWords(strings.Join(t.words[i:], "")+strings.Join(t.words[:i], "")))
		}
	}
	return t
}

// slipsIn is how many slips a word of so many letters may have.
func slipsIn(length int) int {
	switch {
	case length < 3:
		return 0
	case length < 6:
		return 1
	case length < 9:
		return 2
	}
	return 3
}

// cost is how far a name is from what was typed.
func (t *typed) cost(e *entry) int {
	if t.han || e.han {
		return t.hanCost(e)
	}
	least := min(t.wholeCost(e), t.partCost(e))
	if least > shared && len(t.words) == 2 && len(e.words) == 2 && sharesGivenName(t.words[1], e.words[1]) &&
		bot.Slips(t.joined, e.joined) <= slipsIn(len(t.joined))+1 {
		return shared
	}
	return least
}

// wholeCost compares the whole name, letter by letter, also with the surname last.
func (t *typed) wholeCost(e *entry) int {
	least := tooFar
	if e.subject.Kind == PersonSubject {
		for _, form := range t.turned {
			least = min(least, slipCost(form, e.joined, t.letters, e.letters, t.allowed)+wordsTurned)
		}
	}
	return min(least, slipCost(t.joined, e.joined, t.letters, e.letters, t.allowed))
}

// slipCost is the cost of the slips between two words, if they are no more than allowed, nor than a word of their length may have.
func slipCost(a, b string, aLetters, bLetters uint64, allowed int) int {
	if longer := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); max(longer, -longer) > allowed || bits.OnesCount64(aLetters^bLetters) > 2*allowed {
		return tooFar
	}
	short := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	slips := bot.Slips(a, b)
	typical := slips == 1 && isShortSlip(a, b)
	switch {
	case slips > min(allowed, slipsIn((len(a)+len(b)+1)/2)), short < 3, short == 3 && !typical && slips > 0:
		return tooFar
	case slips == 0:
		return 0
	}
	cost := slips * oneSlip
	if typical {
		cost = shortSlip
	}
	if a[0] != b[0] {
		cost += otherStart
	}
	return cost
}

// keyRows are the letters as they lie on a keyboard.
var keyRows = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// besides reports whether two letters lie beside each other on a keyboard.
func besides(a, b byte) bool {
	at := func(c byte) (row, column int) {
		for row, letters := range keyRows {
			if column := strings.IndexByte(letters, c); column >= 0 {
				return row, column
			}
		}
		return -9, -9
	}
	rowA, columnA := at(a)
	rowB, columnB := at(b)
	if rowA < 0 || rowB < 0 {
		return false
	}
	if rowA > rowB {
		rowA, columnA, rowB, columnB = rowB, columnB, rowA, columnA
	}
	switch rowB - rowA {
	case 0:
		return max(columnA-columnB, columnB-columnA) == 1
	case 1:
		return columnB == columnA || columnB == columnA-1
	}
	return false
}

// isShortSlip reports whether two words differ as fingers slip: two letters swapped, one doubled, or the key beside it hit.
func isShortSlip(a, b string) bool {
	if len(a) == len(b) {
		i := 0
		for i < len(a) && a[i] == b[i] {
			i++
		}
		if i == len(a) {
			return false
		}
		if a[i+1:] == b[i+1:] {
			return besides(a[i], b[i])
		}
		return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	for i := 1; i < len(a) && len(a) == len(b)+1; i++ {
		if a[i] == a[i-1] && a[:i]+a[i+1:] == b {
			return true
		}
	}
	return false
}

// partCost compares words with words: a name of which some are left out, or that stands among others.
func (t *typed) partCost(e *entry) int {
	const shortestPart = 4
	if len(t.words) == 1 {
		return t.wordCost(e)
	}
	if len(e.words) > 1 && len(t.words) <= len(e.words) && t.letters&^e.letters == 0 && eachWithin(t.words, e.words) {
		return partOfName
	}
	if len(t.words) > len(e.words) && len(e.joined) >= shortestPart && e.letters&^t.letters == 0 && eachIn(e.words, t.words) {
		return inASentence
	}
	return tooFar
}

// wordCost compares one word with each of the name.
func (t *typed) wordCost(e *entry) int {
	const shortestPart = 4
	if len(e.words) == 1 {
		return prefixCost(t.joined, e.joined)
	}
	least := tooFar
	for i, word := range e.words {
		cost := tooFar
		switch {
		case word == t.joined && len(word) > 1:
			cost = partOfName + 1
		case len(word) >= shortestPart && t.length >= shortestPart:
			cost = partOfName + min(slipCost(t.joined, word, t.letters, lettersOf(word), t.allowed), prefixCost(t.joined, word))
		}
		least = min(least, cost+i)
	}
	return least
}

// prefixCost is the cost of leaving out a word's end.
func prefixCost(typed, word string) int {
	const shortest = 5
	if len(typed) >= shortest && strings.HasPrefix(word, typed) && typed != word {
		return partOfName
	}
	return tooFar
}

// eachWithin reports whether each word begins or ends one of the others, no two the same, and one is whole.
func eachWithin(words, of []string) bool {
	const shortest = 3
	used := make([]bool, len(of))
	whole := false
	for _, word := range words {
		i := slices.IndexFunc(of, func(o string) bool {
			return o == word || len(word) >= shortest && (strings.HasPrefix(o, word) || strings.HasSuffix(o, word))
		})
		if i < 0 || used[i] {
			return false
		}
		used[i] = true
		whole = whole || of[i] == word
	}
	return whole
}

func eachIn(words, of []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !contains(of, word) })
}

func sharesGivenName(a, b string) bool { return a == b && len(a) >= 3 }

// hanCost compares names of which one at least has Chinese characters. In two characters a wrong one leaves too little;
// a homophone is found by its sound.
func (t *typed) hanCost(e *entry) int {
	const shortest = 2
	if !t.han || !e.han {
		return tooFar
	}
	length := utf8.RuneCountInString(e.joined)
	switch {
	case t.length >= shortest && length > t.length && strings.Contains(e.joined, t.joined):
		return partOfName
	case (e.subject.Kind == PersonSubject || length > shortest) && length >= shortest && t.length > length &&
		strings.Contains(t.joined, e.joined):
		return inASentence
	case length <= shortest || t.length < shortest || max(length-t.length, t.length-length) > 1:
		return tooFar
	case bot.Slips(t.joined, e.joined) > 1:
		return tooFar
	case strings.HasPrefix(e.joined, string([]rune(t.joined)[:1])):
		return oneSlip
	}
	return oneSlip + otherStart
}

// lettersOf marks which letters and digits occur in a word; all others share a few marks.
func lettersOf(word string) uint64 {
	var marks uint64
	for _, r := range word {
		switch {
		case r >= 'a' && r <= 'z':
			marks |= 1 << (r - 'a')
		default:
			marks |= 1 << (26 + r%38)
		}
	}
	return marks
}
