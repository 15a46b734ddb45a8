package telegram

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"boardcast/bot"
)

// run is words that look the same all through.
type run struct {
	text  string
	style style
}

// style is how a run looks, and what it does.
type style struct {
	bold, italic, code, block bool
	link                      string
	unix                      int64  // with format: the instant that each reader sees by their own clock
	format                    string // as <tg-time> has it; empty: none
}

// entities is how many of Telegram's entities a style takes.
func (s style) entities() int {
	n := 0
	for _, set := range []bool{s.bold, s.italic, s.code, s.block, s.link != "", s.format != ""} {
		if set {
			n++
		}
	}
	return n
}

// html writes a run. Nothing in its text can be markup.
func (r run) html() string {
	text := escape(r.text)
	if r.style.format != "" {
		text = `<tg-time unix="` + strconv.FormatInt(r.style.unix, 10) + `" format="` + r.style.format + `">` + text + "</tg-time>"
	}
	for _, tag := range []struct {
		set  bool
		name string
	}{{r.style.code, "code"}, {r.style.block, "pre"}, {r.style.italic, "i"}, {r.style.bold, "b"}} {
		if tag.set {
			text = "<" + tag.name + ">" + text + "</" + tag.name + ">"
		}
	}
	if r.style.link != "" {
		text = `<a href="` + escape(r.style.link) + `">` + text + "</a>"
	}
	return text
}

// escape writes text so that it is text, also between the quotes of an attribute. Telegram knows these four entities only.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

// unitsOf is how long a text is to Telegram.
func unitsOf(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// joiner is a sign without a width. Behind an "@" or a "#" it keeps Telegram from making a mention or a search of what follows.
const joiner = "\u2060"

// address is what Telegram would make a link of by itself.
var address = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s<>"]+|(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,24}(?::\d+)?(?:[/?#][^\s<>"]*)?`)

// disarmed are words that mention nobody and open nothing, whatever they look like: addresses are written as code.
func disarmed(text string, look style) []run {
	var runs []run
	at := 0
	for _, found := range address.FindAllStringIndex(text, -1) {
		runs = append(runs, run{text: unlinked(text[at:found[0]]), style: look})
		plain := look
		plain.code = true
		runs = append(runs, run{text: text[found[0]:found[1]], style: plain})
		at = found[1]
	}
	return append(runs, run{text: unlinked(text[at:]), style: look})
}

// unlinked has a joiner behind every "@" and "#" that a name follows.
func unlinked(text string) string {
	if !strings.ContainsAny(text, "@#") {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		b.WriteRune(r)
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		if (r == '@' || r == '#') && (unicode.IsLetter(next) || unicode.IsDigit(next) || next == '_') {
			b.WriteString(joiner)
		}
	}
	return b.String()
}

// clean is text without signs that are not seen, or that turn or move others; line feeds become spaces.
func clean(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "�")
	}
	lead := text != "" && unicode.IsSpace(firstRune(text))
	trail := text != "" && unicode.IsSpace(lastRune(text))
	words := bot.Clean(text)
	if lead && words != "" {
		words = " " + words
	}
	if trail {
		words += " "
	}
	return words
}

func firstRune(text string) rune { r, _ := utf8.DecodeRuneInString(text); return r }
func lastRune(text string) rune  { r, _ := utf8.DecodeLastRuneInString(text); return r }

// runsOf words a text. Its instants that are meant by the reader's clock are shown so, if the server can do that.
func (l layout) runsOf(t bot.Text) []run {
	open := l.voice
	open.Zone = nil // so that an instant without a zone of its own is told from one with
	var runs []run
	for _, span := range open.Flat(t) {
		look := style{bold: span.Style&bot.Strong != 0, italic: span.Style&bot.Faint != 0, link: openable(span.Link)}
		switch {
		case span.Kind == bot.Instant:
			runs = append(runs, l.instant(span, look))
		case span.Style&bot.Mono != 0 && look.link == "":
			runs = append(runs, mono(clean(span.Text), look))
		case look.link != "":
			runs = append(runs, run{text: clean(span.Text), style: look})
		default:
			runs = append(runs, disarmed(clean(span.Text), look)...)
		}
	}
	return merged(runs)
}

// openable is an address that a link may have, or "".
func openable(link string) string {
	for _, scheme := range []string{"https://", "http://", "tg://"} {
		if strings.HasPrefix(link, scheme) && !strings.ContainsFunc(link, unicode.IsSpace) {
			return link
		}
	}
	return ""
}

// mono is what somebody may type: a command alone can be tapped, anything else can be copied.
func mono(text string, look style) run {
	look.code = !isCommand(text)
	return run{text: text, style: look}
}

func isCommand(text string) bool {
	name, ok := strings.CutPrefix(text, "/")
	return ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// instant is a time, by the reader's own clock where it has no zone of its own. A day alone stays as the chat has it, so that it is
// the same day for all.
func (l layout) instant(span bot.Span, look style) run {
	said := run{text: clean(l.voice.Instant(span)), style: look}
	formats := map[bot.TimeStyle]string{bot.DayClock: "wDt", bot.Clock: "t", bot.Relative: "r"}
	if format, ok := formats[span.TimeStyle]; ok && l.clocks && span.Zone == nil && span.Style&bot.Mono == 0 {
		said.style.unix, said.style.format = span.Time.Unix(), format
	}
	return said
}

// merged are runs without empty ones, those that look the same put together.
func merged(runs []run) []run {
	var all []run
	for _, r := range runs {
		last := len(all) - 1
		switch {
		case r.text == "":
		case last >= 0 && all[last].style == r.style && r.style.format == "":
			all[last].text += r.text
		default:
			all = append(all, r)
		}
	}
	return all
}

// with is runs that stand out besides how they look already.
func with(runs []run, add style) []run {
	for i := range runs {
		runs[i].style.bold = runs[i].style.bold || add.bold
		runs[i].style.italic = runs[i].style.italic || add.italic
	}
	return runs
}

func plainOf(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	return b.String()
}
