package storage

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// hanPairs are traditional characters, each with its simplified form behind it.
//
//go:embed han.txt
var hanPairs string

var simplified = readPairs(hanPairs)

func readPairs(pairs string) map[rune]rune {
	m := make(map[rune]rune, len(pairs)/(2*utf8.UTFMax))
	for pair := range strings.FieldsSeq(pairs) {
		from, size := utf8.DecodeRuneInString(pair)
		to, _ := utf8.DecodeRuneInString(pair[size:])
		m[from] = to
	}
	return m
}

// simplify returns the simplified form of a character, or the character.
func simplify(r rune) rune {
	if r < 0x4e00 {
		return r
	}
	if to, ok := simplified[r]; ok {
		return to
	}
	return r
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func hasHan(s string) bool { return strings.ContainsFunc(s, isHan) }

func isAllHan(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isHan(r) })
}

// surnameReadings are characters that are read otherwise as a surname than as a word.
var surnameReadings = map[rune]string{
	'曾': "zeng", '单': "shan", '仇': "qiu", '解': "xie", '查': "zha", '区': "ou", '任': "ren", '朴': "piao", '盖': "ge",
	'翟': "zhai", '覃': "qin", '缪': "miao", '冼': "xian", '乐': "yue", '重': "chong", '尉': "yu", '員': "yun", '召': "shao",
}

// readings returns how a character is said, in toneless pinyin and as a word most often first; none for what is not Han.
func readings(r rune) []string {
	var said []string
	for toned := range strings.SplitSeq(pinyin.PinyinDict[int(r)], ",") {
		if plain := Fold(toned); plain != "" && !contains(said, plain) {
			said = append(said, plain)
		}
	}
	return said
}

// syllables returns a folded name as it is said, each Han character a word of its own; the first one as a surname.
// Characters without a known reading are left out.
func syllables(folded string) string {
	var b strings.Builder
	first := true
	for _, r := range folded {
		if !isHan(r) {
			b.WriteRune(r)
			first = false
			continue
		}
		said := surnameReadings[r]
		if all := readings(r); len(all) > 0 && (!first || said == "") {
			said = all[0]
		}
		b.WriteString(" " + said + " ")
		first = false
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// maxReadings bounds in how many ways one name may be said.
const maxReadings = 16

// sounds returns the ways in which a folded name may be said, reduced to what the ear tells apart; see [soundKey].
func sounds(folded string) []string {
	said := []string{""}
	for _, r := range folded {
		of := []string{string(r)}
		if isHan(r) {
			of = readings(r)
			if special, ok := surnameReadings[r]; ok && !contains(of, special) {
				of = append(of, special)
			}
		}
		said = products(said, of)
	}
	var keys []string
	for _, s := range said {
		if key := soundKey(joinWords(s)); key != "" && !contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// products appends each ending to each beginning, as far as maxReadings goes.
func products(beginnings, endings []string) []string {
	if len(endings) == 0 {
		return beginnings
	}
	var all []string
	for _, beginning := range beginnings {
		for _, ending := range endings {
			if len(all) < maxReadings {
				all = append(all, beginning+ending)
			}
		}
	}
	return all
}

// alike are the sounds that many speakers do not tell apart.
var alike = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ng", "n")

// soundKey reduces pinyin to what all speakers tell apart: without the h of zh, ch and sh, with n for ng, and with l for n
// at the beginning of a syllable.
func soundKey(joined string) string {
	s := []byte(alike.Replace(joined))
	for i, c := range s {
		if c == 'n' && i+1 < len(s) && strings.IndexByte("aeiou", s[i+1]) >= 0 {
			s[i] = 'l'
		}
	}
	return string(s)
}

// umlauts are the ways of typing ü after l and n, which alone can have either vowel.
var umlauts = strings.NewReplacer(" ", "", "lv", "lu", "nv", "nu")

// joinWords returns a folded name without spaces and with one spelling of ü.
func joinWords(folded string) string { return umlauts.Replace(folded) }
