package storage

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
)

// otherScripts are letters of other scripts that look like Latin ones, and these. Width, case and accents are folded before.
var otherScripts = strings.NewReplacer(
	// Cyrillic
	"а", "a", "в", "b", "с", "c", "е", "e", "ѕ", "s", "һ", "h", "і", "i", "ј", "j", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p",
	"т", "t", "у", "y", "х", "x",
	// Greek
	"α", "a", "β", "b", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x",
	// Latin of other languages and of phonetics
	"ı", "i", "ɡ", "g",
)

// digitLetters are digits that are written for the letters that they look like, as cheats do and scanners read.
var digitLetters = strings.NewReplacer("0", "o", "1", "i", "3", "e", "5", "s")

// lookalike replaces what looks like a Latin letter, in words that have letters and not digits alone.
func lookalike(folded string) string {
	if !strings.ContainsFunc(folded, unicode.IsLetter) {
		return folded
	}
	return digitLetters.Replace(otherScripts.Replace(folded))
}

// shapes are what looks the same in most fonts, made one. Digits of a handle are left to it but for those that pass for letters.
var shapes = strings.NewReplacer("rn", "m", "vv", "w", "0", "o", "1", "l", "i", "l", "5", "s")

// handleShape is a handle as the eye takes it in.
func handleShape(handle string) string {
	return shapes.Replace(otherScripts.Replace(strings.ReplaceAll(Fold(handle), " ", "")))
}

// AreAlike reports whether two handles may be taken for each other: they look the same, or are long enough for one slip not to
// be seen. Numbers are compared by what they are.
func AreAlike(a, b string) bool {
	const shortest = 5 // letters, below which one slip makes another name
	if isNumber(a) || isNumber(b) {
		return a == b
	}
	first, second := handleShape(a), handleShape(b)
	if first == "" || second == "" {
		return false
	}
	if first == second {
		return true
	}
	letters := min(utf8.RuneCountInString(first), utf8.RuneCountInString(second))
	return letters >= shortest && bot.Slips(first, second) <= 1
}

func isNumber(handle string) bool {
	return handle != "" && !strings.ContainsFunc(handle, func(r rune) bool { return !unicode.IsDigit(r) })
}

// Shows reports whether a web address is one of the platform's own: on one of its hosts or below, and nothing but an address.
// A platform without hosts has none.
func (p Platform) Shows(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return slices.ContainsFunc(p.Hosts, func(known string) bool { return host == known || strings.HasSuffix(host, "."+known) })
}

// HandleIn returns the handle that a web address ends with, "" if it has none.
func HandleIn(address string) string {
	_, path, _ := strings.Cut(FoldAddress(address), "/")
	return strings.TrimPrefix(path[strings.LastIndex(path, "/")+1:], "@")
}

// accountFace is what people see of an account.
type accountFace struct{ Handle, Name, URL string }

// isLike reports whether one account may be taken for the other, by whatever is seen of either.
func (f accountFace) isLike(other accountFace) bool {
	for _, a := range f.seen() {
		if slices.ContainsFunc(other.seen(), func(b string) bool { return AreAlike(a, b) }) {
			return true
		}
	}
	return f.URL != "" && FoldAddress(f.URL) == FoldAddress(other.URL)
}

func (f accountFace) seen() []string { return []string{Fold(f.Handle), Fold(f.Name), HandleIn(f.URL)} }

// AccountsLike returns the accounts on a platform that an account may be taken for, by handle, name or address; itself among
// them, if it is known.
func (s Scoped) AccountsLike(a Account) ([]Account, error) {
	face := accountFace{a.Handle, a.Name, a.URL}
	var like []Account
	for row, err := range rows(s, Accounts, byPlatform, a.Platform) {
		if err != nil {
			return nil, err
		}
		var other accountFace
		if err := json.Unmarshal(row.Cover, &other); err != nil {
			return nil, fmt.Errorf("account %s: %w", Key(row.Primary...), err)
		}
		if !face.isLike(other) {
			continue
		}
		account, err := nearest(s, Accounts, row.Primary...)
		if err != nil {
			return nil, err
		}
		like = append(like, account)
	}
	return like, nil
}
