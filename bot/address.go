package bot

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// looksLinked finds what a messenger may make a link of by itself, or some of it: an address with a scheme, or the name of a host with
// what stands around it. A label is of one kind of script, so that the words before a host do not count as a part of it.
var looksLinked = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://` + linkedPath + `+|` +
	`(?:[a-z0-9._%+-]+@)?` +
	`(?:(?:(?:[\p{Latin}\p{Greek}\p{Cyrillic}\p{N}\p{M}_~-]+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{N}_~-]+|[^\x00-\x{bf}\p{Z}])\.)+` +
	`(?:[a-z]{2,}|xn--[a-z0-9-]+|[\p{L}\p{M}]{2,})|\d{1,3}(?:\.\d{1,3}){3})` +
	`(?::\d+)?(?:[/?#]` + linkedPath + `*)?`)

// linkedPath is a character behind a host; punctuation that people put behind an address is none.
const linkedPath = `[^\s\p{Z}<>"“”‘’«»，。；：！？、（）《》「」『』【】…]`

// linkedEnd is what ends the sentence around an address rather than the address.
const linkedEnd = `.,;:!?)]}'`

// Addresses are the ranges of bytes of a line that hold one address each, of a page, a host or a mailbox: what some messenger would
// make a link of by itself.
func Addresses(line string) [][]int {
	if !strings.ContainsAny(line, ".:") {
		return nil
	}
	found := looksLinked.FindAllStringIndex(line, -1)
	for _, at := range found {
		at[1] = at[0] + len(strings.TrimRight(line[at[0]:at[1]], linkedEnd))
	}
	return found
}

// webHost is one that messengers take for that of a web page. Of a link to another they would leave the words, and look for links in
// them.
var webHost = regexp.MustCompile(`^(?:[\p{L}\p{N}_-]+\.)+\p{L}[\p{L}\p{N}-]+$|^\d{1,3}(?:\.\d{1,3}){3}$`)

// longestLink is how many bytes an address may have to be opened by a link.
const longestLink = 2048

// ParseLink reads an address that a link may open: absolute, not too long, and without a character that is not seen. It is nil for
// any other.
func ParseLink(link string) *url.URL {
	if link == "" || len(link) > longestLink || Clean(link) != link || strings.ContainsFunc(link, unicode.IsSpace) {
		return nil
	}
	to, err := url.Parse(link)
	if err != nil || to.Opaque != "" {
		return nil
	}
	return to
}

// OpensPage reports whether an address that was read is that of a page of the web.
func OpensPage(to *url.URL) bool {
	return to != nil && (to.Scheme == "http" || to.Scheme == "https") && webHost.MatchString(strings.ToLower(to.Hostname()))
}
