package telegram

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// element is one of HTML's in a text that was read.
type element struct {
	name, open string
	from, to   int // bytes of the text
}

// reread is what Telegram makes of HTML.
type reread struct {
	text     string
	elements []element // in the order in which they end
}

var (
	openTag  = regexp.MustCompile(`^<(?:(b|i|code|pre)|(a) href="(?i:https?|tg)://[^"<>\s]+"|(tg-time) unix="[1-9][0-9]*" format="(?:wDt|t|r)")>`)
	closeTag = regexp.MustCompile(`^</([a-z-]+)>`)
	entity   = regexp.MustCompile(`^&(lt|gt|amp|quot);`)
)

// read reads HTML more strictly than Telegram does: no element but those that we use, rightly nested, and no sign of HTML in the text.
func read(html string) (reread, error) {
	var r reread
	var text strings.Builder
	var open []element
	for rest := html; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "</"):
			found := closeTag.FindStringSubmatch(rest)
			last := len(open) - 1
			if found == nil || last < 0 || open[last].name != found[1] {
				return r, fmt.Errorf("nothing to close at %.40q", rest)
			}
			open[last].to = text.Len()
			if open[last].to == open[last].from {
				return r, fmt.Errorf("an empty element before %.40q", rest)
			}
			r.elements, open, rest = append(r.elements, open[last]), open[:last], rest[len(found[0]):]
		case rest[0] == '<':
			found := openTag.FindStringSubmatch(rest)
			if found == nil {
				return r, fmt.Errorf("no element of ours at %.40q", rest)
			}
			e := element{name: found[1] + found[2] + found[3], open: found[0], from: text.Len()}
			if err := mayHold(open, e); err != nil {
				return r, err
			}
			open, rest = append(open, e), rest[len(found[0]):]
		case rest[0] == '&':
			found := entity.FindStringSubmatch(rest)
			if found == nil {
				return r, fmt.Errorf("no entity at %.40q", rest)
			}
			text.WriteString(map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`}[found[1]])
			rest = rest[len(found[0]):]
		case rest[0] == '>', rest[0] == '"':
			return r, fmt.Errorf("not escaped: %.40q", rest)
		default:
			text.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	if r.text = text.String(); len(open) > 0 {
		return r, fmt.Errorf("<%s> is open at the end", open[0].name)
	}
	if !utf8.ValidString(r.text) {
		return r, errors.New("this is no UTF-8")
	}
	return r, nil
}

// mayHold says whether elements may hold one more: code and links hold no code, no link and no clock.
func mayHold(open []element, inner element) error {
	for _, outer := range open {
		if outer.name == inner.name || outer.name != "b" && outer.name != "i" || inner.name == "code" || inner.name == "pre" {
			return fmt.Errorf("<%s> in <%s>", inner.name, outer.name)
		}
	}
	return nil
}

// What Telegram makes of text by itself, in words of its own: domains of a few endings stand for all of them.
var (
	madeMention = regexp.MustCompile(`@[a-zA-Z0-9_]{2,}`)
	madeSearch  = regexp.MustCompile(`#[\p{L}\p{N}_]*\p{L}|\$(?:1INCH|[A-Z]+)`)
	madeCommand = regexp.MustCompile(`/[a-zA-Z0-9_]+`)
	madeLink    = regexp.MustCompile(`(?i)(?:[a-z0-9_~-]|[\x{c0}-\x{1fff}\x{200c}\x{200d}\x{2010}-\x{2015}\x{2070}-\x{2fff}\x{3001}-\x{10ffff}])\.(?:com|cn|jp|net|pro|auto|io|xn--[a-z]+|中国)|(?:https?|ftp|tg|ton)://[a-z0-9]`)
)

// made is everything that Telegram would make of the text besides its elements.
func (r reread) made() []string {
	var all []string
	for _, kind := range []*regexp.Regexp{madeMention, madeSearch, madeCommand, madeLink} {
		for _, at := range kind.FindAllStringIndex(r.text, -1) {
			before, _ := utf8.DecodeLastRuneInString(r.text[:at[0]])
			after, _ := utf8.DecodeRuneInString(r.text[at[1]:])
			letter := before != utf8.RuneError && (unicode.IsLetter(before) || unicode.IsDigit(before) || before == '_')
			inWord := kind != madeLink && (letter || before == r.byteAsRune(at[0]))
			longer := kind == madeLink && at[1] < len(r.text) && domainRune(after) && !strings.Contains(r.text[at[0]:at[1]], "://")
			if !inWord && !longer && !r.covered(at[0], at[1]) {
				all = append(all, r.text[at[0]:at[1]])
			}
		}
	}
	return all
}

func (r reread) byteAsRune(at int) rune { return rune(r.text[at]) }

func domainRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '~' || r > 0xbf
}

// covered says whether an element keeps Telegram from looking at a range.
func (r reread) covered(from, to int) bool {
	return slices.ContainsFunc(r.elements, func(e element) bool {
		return e.name != "b" && e.name != "i" && e.from < to && from < e.to
	})
}

func TestTheReaderOfTheseTestsIsStrict(t *testing.T) {
	for _, html := range []string{
		"<b>x", "x</b>", "<b><i>x</b></i>", "<u>x</u>", "<b class=\"x\">x</b>", "a < b", "a > b", `say "x"`, "&nbsp;", "&#60;", "a & b",
		`<a href="javascript:x">x</a>`, `<a href="https://a.cn" onclick="x">x</a>`, "<b></b>", "<code><b>x</b></code>", "<b><code>x</code></b>",
		`<tg-time unix="x" format="t">x</tg-time>`, "<b>x<b>y</b></b>", "\xff",
	} {
		if _, err := read(html); err == nil {
			t.Errorf("took %q", html)
		}
	}
	if r, err := read(`<b>a <a href="https://a.cn/?a=1&amp;b=2">&lt;i&gt;</a></b>`); err != nil || r.text != "a <i>" || len(r.elements) != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestTheReaderOfTheseTestsSeesWhatTelegramMakes(t *testing.T) {
	tests := []struct{ html, made string }{
		{"hi @drivers", "@drivers"},
		{"#live and $NIO", "#live $NIO"},
		{"see /help", "/help"},
		{"li.auto 看weibo.com/a", "i.auto o.com"},
		{"https://a.b", "https://a"},
		{"a/b c@d 13.7 No.1 5#", ""},
		{"<code>@drivers li.auto /help</code>", ""},
	}
	for _, test := range tests {
		r, err := read(test.html)
		if got := strings.Join(r.made(), " "); err != nil || got != test.made {
			t.Errorf("%q: got %q, %v, want %q", test.html, got, err, test.made)
		}
	}
}
