package storage

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Fold reduces a name to what is compared: without accents, pinyin tones, case, width and punctuation, words set apart by
// one space, and in simplified characters. "Léi  Jūn" and "ＬＥＩ ＪＵＮ" fold to "lei jun", "雷軍" to "雷军".
func Fold(name string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(width.Fold.String(name)) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(simplify(unicode.ToLower(r)))
		case r == '\'', r == '’':
			continue
		default:
			space = true
		}
	}
	return b.String()
}

// FoldAddress reduces a web address to what is compared: without scheme, "www." or "m.", query and case. What is none is "".
func FoldAddress(address string) string {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(width.Fold.String(strings.TrimSpace(address)))
	if err != nil || !strings.Contains(u.Host, ".") {
		return ""
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), "m.")
	return host + strings.TrimRight(strings.ToLower(u.Path), "/")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func contains(list []string, s string) bool { return slices.Contains(list, s) }
