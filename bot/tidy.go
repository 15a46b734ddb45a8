package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tidy is [Clean] for words in which line feeds count: those stay, and so do the spaces at the ends, which part words from their
// neighbours.
func Tidy(words string) string {
	lines := strings.Split(strings.ReplaceAll(words, "\r\n", "\n"), "\n")
	for i, line := range lines {
		kept := Clean("|" + line + "|")
		lines[i] = kept[1 : len(kept)-1]
	}
	return strings.Join(lines, "\n")
}

// Visible reports whether people see any of the words.
func Visible(words string) bool {
	return strings.ContainsFunc(words, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.M) })
}

// BetweenWords reports whether a line may end before a byte of it: at a space, or between Chinese characters but not before
// punctuation.
func BetweenWords(line string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(line[:at])
	after, size := utf8.DecodeRuneInString(line[at:])
	if size == 0 || before == ' ' || after == ' ' {
		return true
	}
	return unicode.In(before, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Po) && unicode.In(after, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
