package bot

import "unicode"

// cleanRune maps a rune that people may not put into a post: to a space where it separates words, to nothing elsewhere.
// The zero-width joiner stays, because names in some scripts and emoji need it.
func cleanRune(r rune) rune {
	const zeroWidthJoiner = '\u200d'
	switch {
	case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029':
		return ' '
	case r == zeroWidthJoiner:
		return r
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
		return -1
	}
	return r
}
