package bot

import (
	"math/big"
	"regexp"
	"strings"
)

// Exactness is how exactly somebody gave a number.
type Exactness string

// The ways to give a number; an empty one is exact.
const (
	AboutIt  Exactness = "about"
	OverIt   Exactness = "over"
	NearlyIt Exactness = "nearly"
)

// countUnits are the units of large numbers, folded.
var countUnits = map[string]int64{
	"": 1, "k": 1e3, "thousand": 1e3, "mille": 1e3, "千": 1e3, "万": 1e4, "w": 1e4, "十万": 1e5, "百万": 1e6, "m": 1e6, "mn": 1e6,
	"mio": 1e6, "million": 1e6, "millions": 1e6, "千万": 1e7, "亿": 1e8, "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9,
	"md": 1e9, "milliard": 1e9, "milliards": 1e9, "十亿": 1e9,
}

// exactWords stand before a number or behind it and say how exact it is, folded; longer ones come before those they begin with.
var exactWords = []struct {
	as            Exactness
	before, after []string
}{
	{
		NearlyIt,
		[]string{"nearly", "almost", "just under", "close to", "将近", "接近", "近", "presque", "pres de"},
		nil,
	},
	{
		OverIt,
		[]string{"over", "more than", "above", "at least", ">=", ">", "超过", "超", "逾", "突破", "破", "plus de"},
		[]string{"多", "余", "+", "以上"},
	},
	{
		AboutIt,
		[]string{"about", "around", "approximately", "roughly", "some", "approx", "ca", "~", "大约", "大概", "约", "environ", "autour de"},
		[]string{"左右", "上下", "environ"},
	},
}

// countedWords may follow a number without changing it.
var countedWords = []string{
	"people", "times", "users", "cars", "人次", "人", "次", "辆", "台", "personnes",
}

var countForm = regexp.MustCompile(`^(\d[\d ,.']*)(.*)$`)

// maxCounted is beyond everything that is counted in a stream.
const maxCounted = 1e13

// ReadCount reads a whole number as people give it, in English, Chinese or French: "39M", "over 39 million", "3900万", "近4000万",
// "1.2亿", "1,2 milliard", "39 000 000", "39,000,000". What is no whole number is ErrNotThis.
func ReadCount(words string) (int64, Exactness, error) {
	if len(words) > maxSpoken {
		return 0, "", ErrNotThis
	}
	said, exact := takeExact(foldSpoken(words))
	for _, counted := range countedWords {
		if rest, ok := strings.CutSuffix(said, counted); ok {
			said = strings.TrimSpace(rest)
			break
		}
	}
	if said, after := takeExactAfter(said); exact == "" && after != "" {
		n, err := readNumber(said)
		return n, after, err
	}
	n, err := readNumber(said)
	return n, exact, err
}

func takeExact(said string) (string, Exactness) {
	for _, words := range exactWords {
		for _, word := range words.before {
			rest, ok := strings.CutPrefix(said, word)
			if ok && rest != "" && !isLetter(rune(rest[0])) {
				return strings.TrimSpace(rest), words.as
			}
		}
	}
	return takeExactAfter(said)
}

// takeExactAfter takes such a word from behind the number, or from before its unit: "3900多万".
func takeExactAfter(said string) (string, Exactness) {
	for _, words := range exactWords {
		for _, word := range words.after {
			if rest, ok := strings.CutSuffix(said, word); ok {
				return strings.TrimSpace(rest), words.as
			}
			if number, unit, ok := strings.Cut(said, word); ok && countUnits[strings.TrimSpace(unit)] > 1 {
				return number + unit, words.as
			}
		}
	}
	return said, ""
}

// readNumber reads digits and a unit.
func readNumber(said string) (int64, error) {
	m := countForm.FindStringSubmatch(said)
	if m == nil {
		return 0, ErrNotThis
	}
	unit, ok := countUnits[strings.TrimSpace(m[2])]
	if !ok {
		return 0, ErrNotThis
	}
	digits, ok := plainDigits(strings.TrimRight(m[1], " "), unit > 1)
	if !ok {
		return 0, ErrNotThis
	}
	number, ok := new(big.Rat).SetString(digits)
	if !ok {
		return 0, ErrNotThis
	}
	number.Mul(number, new(big.Rat).SetInt64(unit))
	if !number.IsInt() || number.Num().Cmp(big.NewInt(maxCounted)) > 0 {
		return 0, ErrNotThis
	}
	return number.Num().Int64(), nil
}

var (
	groupedForm = regexp.MustCompile(`^\d{1,3}(?:([ ,.'])\d{3})(?:[ ,.']\d{3})*$`)
	decimalForm = regexp.MustCompile(`^\d+[.,]\d+$`)
	plainForm   = regexp.MustCompile(`^\d{1,16}$`)
)

// plainDigits writes a number with a point for its decimals and nothing between its thousands. Three digits behind a point or
// comma are thousands, but behind a point with a unit: "1.234亿".
func plainDigits(digits string, unit bool) (string, bool) {
	if plainForm.MatchString(digits) {
		return digits, true
	}
	m := groupedForm.FindStringSubmatch(digits)
	point := unit && strings.Count(digits, ".") == 1 && !strings.ContainsAny(digits, " ,'")
	if m != nil && !point && len(digits) <= len("999 999 999 999 999") {
		for _, mark := range []string{" ", ",", ".", "'"} {
			if mark != m[1] && strings.Contains(digits, mark) {
				return "", false
			}
		}
		return strings.ReplaceAll(digits, m[1], ""), true
	}
	const longest = 24
	return strings.Replace(digits, ",", ".", 1), unit && decimalForm.MatchString(digits) && len(digits) < longest
}
