package discord

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// node is something that Discord makes of markup, as its apps are known to read it.
type node struct {
	kind string // "text", "bold", "list", …
	text string // of a leaf
	to   string // the address of a link, the style of a timestamp, the number of an item
	kids []node
}

// readMarkup reads lines as Discord does in the content of a message, a description or the value of a field.
func readMarkup(src string) []node {
	var all []node
	lineStart := true
	for src != "" {
		n, size := readBlock(src, lineStart)
		if size == 0 {
			n, size = readInline(src)
		}
		lineStart = src[size-1] == '\n'
		all = append(all, n)
		src = src[size:]
	}
	return all
}

var (
	codeBlock = regexp.MustCompile("(?i)^```(?:[a-z0-9_+.#-]+?\n)?\n*([^\n](?s:.*?))\n*```\n?")
	heading3  = regexp.MustCompile(`^[ \p{Z}]*#{1,3}[\s\p{Z}]+([^\n]*)\n?`)
	subtext   = regexp.MustCompile(`^[ \p{Z}]*-#[\s\p{Z}]+([^\n]*)(?:\n|$)`)
	listItem  = regexp.MustCompile(`^[ \p{Z}]*([*+-]|\d+[.)])[\s\p{Z}]+([^\n]*)(?:\n|$)`)
	quotation = regexp.MustCompile(`^[ \p{Z}]*>(?:>>)?[\s\p{Z}]([^\n]*)(?:\n|$)`)
)

func readBlock(src string, lineStart bool) (n node, size int) {
	if strings.HasPrefix(src, "```") {
		if m := codeBlock.FindStringSubmatch(src); m != nil {
			return node{kind: "codeblock", text: m[1]}, len(m[0])
		}
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(src, unicode.IsSpace))
	if !lineStart || !strings.ContainsRune("#->*+0123456789", first) {
		return node{}, 0
	}
	line, _, _ := strings.Cut(src, "\n")
	line = src[:min(len(line)+1, len(src))]
	for kind, rule := range map[string]*regexp.Regexp{"heading": heading3, "subtext": subtext, "quote": quotation} {
		if m := rule.FindStringSubmatch(line); m != nil {
			return node{kind: kind, kids: readLine(m[1])}, len(m[0])
		}
	}
	if m := listItem.FindStringSubmatch(line); m != nil {
		return node{kind: "item", to: m[1], kids: readMarkup(m[2])}, len(m[0])
	}
	return node{}, 0
}

// readLine reads what stands inside of a line.
func readLine(src string) []node {
	var all []node
	for src != "" {
		n, size := readInline(src)
		all = append(all, n)
		src = src[size:]
	}
	return all
}

var leaves = []struct {
	kind string
	rule *regexp.Regexp
}{
	{"escape", regexp.MustCompile(`^\\([^0-9A-Za-z\s])`)},
	{"autolink", regexp.MustCompile(`^<((?:https?|steam|discord|mailto|tel|sms):[^\s>]+)>`)},
	{"time", regexp.MustCompile(`^<t:(-?\d{1,17})(?::([tTdDfFR]))?>`)},
	{"user", regexp.MustCompile(`^<@!?(\d+)>`)},
	{"role", regexp.MustCompile(`^<@&(\d+)>`)},
	{"channel", regexp.MustCompile(`^<#(\d+)>`)},
	{"emoji", regexp.MustCompile(`^<a?:(\w+):\d+>`)},
	{"command", regexp.MustCompile(`^</([\w -]+):\d+>`)},
	{"guide", regexp.MustCompile(`^<id:(\w+)>`)},
	{"url", regexp.MustCompile(`^((?i)(?:https?|steam|discord)://[^\s<]+)`)},
	{"emoji", regexp.MustCompile(`^:([^\s\p{Z}:\x{2060}][^\s\p{Z}:]*):`)}, // whatever its name: what is none is passed over all the same
	{"all", regexp.MustCompile(`^(@everyone|@here)`)},
	{"invite", regexp.MustCompile(`^((?i)discord(?:(?:app)?\.com/invite|\.gg|\.new)/[\w-]+)`)},
}

// begins are the characters with which anything but words begins.
const begins = "\n\\<:@`[*_~|hHsSdD"

func readInline(src string) (n node, size int) {
	if end := strings.IndexAny(src+"\n", begins); end > 0 {
		return node{kind: "text", text: src[:end]}, end
	}
	if text, size := readCode(src); size > 0 {
		return node{kind: "code", text: text}, size
	}
	const longest = 200 // of a leaf
	for _, leaf := range leaves {
		m := leaf.rule.FindStringSubmatch(src[:min(len(src), longest)])
		switch {
		case m == nil:
			continue
		case leaf.kind == "escape":
			return node{kind: "text", text: m[1]}, len(m[0])
		case len(m) > 2:
			return node{kind: leaf.kind, text: m[1], to: m[2]}, len(m[0])
		}
		return node{kind: leaf.kind, text: m[1]}, len(m[0])
	}
	if n, size := readLink(src); size > 0 {
		return n, size
	}
	if n, size := readEmphasis(src); size > 0 {
		return n, size
	}
	_, size = utf8.DecodeRuneInString(src)
	return node{kind: "text", text: src[:size]}, size
}

// readCode reads what stands between two equal runs of backticks.
func readCode(src string) (text string, size int) {
	n := len(src) - len(strings.TrimLeft(src, "`"))
	if n == 0 {
		return "", 0
	}
	for at := n; at < len(src); {
		i := strings.IndexByte(src[at:], '`')
		if i < 0 {
			return "", 0
		}
		at += i
		run := len(src[at:]) - len(strings.TrimLeft(src[at:], "`"))
		if run == n && at > n {
			return src[n:at], at + n
		}
		at += run
	}
	return "", 0
}

var linkEnd = regexp.MustCompile(`^\]\(\s*<?([^\s<>]*?)>?\s*\)`)

// readLink reads words in brackets with an address behind them. Brackets in the words must be in pairs.
func readLink(src string) (n node, size int) {
	if !strings.HasPrefix(src, "[") {
		return node{}, 0
	}
	depth := 0
	for i, r := range src {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth > 0 {
			continue
		}
		m := linkEnd.FindStringSubmatch(src[i:min(len(src), i+4096)])
		if m == nil {
			return node{}, 0
		}
		return node{kind: "link", to: m[1], kids: readLine(src[1:i])}, i + len(m[0])
	}
	return node{}, 0
}

// readEmphasis reads words between two equal signs.
func readEmphasis(src string) (n node, size int) {
	for _, e := range []struct{ kind, sign string }{
		{"bold", "**"}, {"underline", "__"}, {"strike", "~~"}, {"spoiler", "||"}, {"italic", "*"}, {"italic", "_"},
	} {
		if inside, ok := strings.CutPrefix(src, e.sign); ok {
			if end := emphasisEnd(inside, e.sign); end > 0 {
				return node{kind: e.kind, kids: readLine(inside[:end])}, len(e.sign)*2 + end
			}
		}
	}
	return node{}, 0
}

// emphasisEnd is where the sign stands that ends what another one began; 0 if none does.
func emphasisEnd(inside, sign string) int {
	if first, _ := utf8.DecodeRuneInString(inside); sign == "*" && unicode.IsSpace(first) {
		return 0
	}
	for i := 0; i < len(inside); i++ {
		if inside[i] == '\\' {
			i++
			continue
		}
		if i == 0 || !strings.HasPrefix(inside[i:], sign) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(inside[:i])
		behind := inside[i+len(sign):]
		after, _ := utf8.DecodeRuneInString(behind)
		switch {
		case sign == "*" && strings.HasPrefix(behind, "*"):
			i++ // a pair belongs to what is inside
			continue
		case sign == "**" && strings.HasPrefix(behind, "*"), sign == "__" && strings.HasPrefix(behind, "_"),
			sign == "*" && unicode.IsSpace(before), sign == "_" && (after == '_' || unicode.IsLetter(after) && after < utf8.RuneSelf):
			continue
		}
		return i
	}
	return 0
}

// said is the words of nodes, with timestamps as "⟨unix⟩".
func said(all []node) string {
	var b strings.Builder
	for _, n := range all {
		switch n.kind {
		case "time":
			b.WriteString("⟨" + n.text + "⟩")
		case "user", "role":
			b.WriteString("⟨@" + n.text + "⟩")
		default:
			b.WriteString(n.text + said(n.kids))
		}
	}
	return b.String()
}

// made is what Discord makes of markup but words, each as its kind and what it is about.
func made(all []node) []string {
	var found []string
	for _, n := range all {
		switch n.kind {
		case "text":
		case "link":
			found = append(found, "link "+n.to)
		default:
			found = append(found, strings.TrimSpace(n.kind+" "+n.text))
		}
		found = append(found, made(n.kids)...)
	}
	return found
}
