package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLine is how many characters of a line are read, and maxWords how many words are told apart; what follows them belongs
// to the last one.
const (
	maxLine  = 2000
	maxWords = 64
)

// token is a word of a line, or what stands between quotes, or the value of a named option.
type token struct {
	name       string // of the option, if it is "name=value"
	text       string
	start, end int    // in the line, quotes and name included
	from       int    // where the value begins, quotes included
	unclosed   string // the quote that is missing at its end
	behind     int    // the number of the tail that it is of, from 1; 0: it stands behind no named option that takes any words
}

// quotes are the pairs in which people put words, by the opening one.
func closing(open rune) (rune, bool) {
	switch open {
	case '"', '“', '”', '„', '＂':
		return '"', true
	case '«':
		return '»', true
	case '「':
		return '」', true
	case '『':
		return '』', true
	}
	return 0, false
}

// closes reports whether a rune ends what an opening quote began. Straight and curly double quotes may be mixed, because
// phones mix them.
func closes(r, want rune) bool {
	if want == '"' {
		return strings.ContainsRune(`"“”„＂`, r)
	}
	return r == want
}

// tokenize splits a line from a byte on. A "name=value" counts as such only for the names that are declared, so that an
// address is never taken apart; its sign may be "=", ":" or their full-width forms. A quote that is never closed ends before
// the next such name, or else with the line.
func tokenize(line string, from int, declared func(name string) bool) []token {
	var tokens []token
	for i := from; i < len(line) && len(tokens) < maxWords; {
		r, size := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t := token{start: i}
		t.name, t.from = named(line, i, declared)
		if t.text, t.end, t.unclosed = value(line, t.from); t.unclosed != "" {
			t.text, t.end = beforeName(line, t, declared)
		}
		if len(tokens) == maxWords-1 && strings.TrimSpace(line[t.end:]) != "" {
			t.text, t.end = strings.TrimSpace(line[t.from:]), len(line)
		}
		tokens = append(tokens, t)
		i = t.end
	}
	return tokens
}

// named returns the name of the option that a word at i begins with, if it does, and where its value begins.
func named(line string, i int, declared func(name string) bool) (string, int) {
	for j, r := range line[i:] {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_', r >= 'A' && r <= 'Z':
			continue
		case r == '=' || r == ':' || r == '＝' || r == '：':
			name := strings.ToLower(line[i : i+j])
			if declared(name) {
				return name, i + j + utf8.RuneLen(r)
			}
		}
		break
	}
	return "", i
}

// value returns the word or quoted words at i, where they end, and the quote that is missing there.
func value(line string, i int) (text string, end int, unclosed string) {
	first, size := utf8.DecodeRuneInString(line[i:])
	if want, quoted := closing(first); quoted {
		return quotedValue(line, i+size, want)
	}
	if length := strings.IndexFunc(line[i:], unicode.IsSpace); length >= 0 {
		return line[i : i+length], i + length, ""
	}
	return line[i:], len(line), ""
}

func quotedValue(line string, i int, want rune) (text string, end int, unclosed string) {
	for j, r := range line[i:] {
		if closes(r, want) {
			return line[i : i+j], i + j + utf8.RuneLen(r), ""
		}
	}
	return strings.TrimRightFunc(line[i:], unicode.IsSpace), len(line), string(want)
}

// beforeName ends a value whose quote is never closed where the next option is named, `"SU7 launch platform=douyin`. A name and a
// space are words, "Q and A, title: none".
func beforeName(line string, t token, declared func(name string) bool) (text string, end int) {
	for i, r := range line[t.from:] {
		at := t.from + i + utf8.RuneLen(r)
		if !unicode.IsSpace(r) || at >= len(line) {
			continue
		}
		name, from := named(line, at, declared)
		if next, _ := utf8.DecodeRuneInString(line[from:]); name == "" || from == len(line) || unicode.IsSpace(next) {
			continue
		}
		_, size := utf8.DecodeRuneInString(line[t.from:]) // the quote
		return strings.TrimSpace(line[t.from+size : t.from+i]), t.from + i
	}
	return t.text, t.end
}
