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

// look is how words look, and what they do.
type look struct {
	bold, italic bool
	code, pre    bool // what is neither of the others, whatever they say
	link         string
	clock        string // the format of <tg-time>, which shows each reader their own clock; empty: none
	unix         int64  // the instant of clock
	called       bool   // a mention that is meant
}

// literal says whether Telegram looks for nothing in the words.
func (k look) literal() bool { return k.code || k.pre || k.called || k.clock != "" }

// htmlTag is an element of HTML.
type htmlTag struct{ name, open string }

func plainTag(name string) htmlTag { return htmlTag{name, "<" + name + ">"} }

// tags are the elements around words, the outermost first. Code holds no others and stands in none, and a link holds no clock:
// Telegram would take one of them away.
func (k look) tags() []htmlTag {
	switch {
	case k.pre:
		return []htmlTag{plainTag("pre")}
	case k.code:
		return []htmlTag{plainTag("code")}
	}
	var tags []htmlTag
	if k.bold {
		tags = append(tags, plainTag("b"))
	}
	if k.italic {
		tags = append(tags, plainTag("i"))
	}
	switch {
	case k.link != "":
		tags = append(tags, htmlTag{"a", `<a href="` + escaped(k.link) + `">`})
	case k.clock != "":
		tags = append(tags, htmlTag{"tg-time", `<tg-time unix="` + strconv.FormatInt(k.unix, 10) + `" format="` + k.clock + `">`})
	}
	return tags
}

// piece is words that look the same.
type piece struct {
	words string
	look  look
}

// whole says whether a piece loses its meaning when it is parted.
func (p piece) whole() bool { return p.look.link != "" || p.look.clock != "" || p.look.called }

// textLine is pieces side by side: a line of a message or, before it is finished, several with line feeds in them.
type textLine []piece

func (t textLine) plain() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.words)
	}
	return b.String()
}

// styled is a line that stands out besides how it looks already.
func (t textLine) styled(style bot.Style) textLine {
	for i := range t {
		t[i].look.bold = t[i].look.bold || style&bot.Strong != 0
		t[i].look.italic = t[i].look.italic || style&bot.Faint != 0
	}
	return t
}

// parted is the lines of a text.
func (t textLine) parted() []textLine {
	lines := []textLine{nil}
	for _, p := range t {
		for i, words := range strings.Split(p.words, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			last := len(lines) - 1
			lines[last] = append(lines[last], piece{words, p.look})
		}
	}
	return lines
}

// single is a text without line feeds.
func (t textLine) single() textLine {
	for i := range t {
		t[i].words = strings.ReplaceAll(t[i].words, "\n", " ")
	}
	return t
}

// merged has no empty pieces, and those that look the same are one.
func (t textLine) merged() textLine {
	var all textLine
	for _, p := range t {
		last := len(all) - 1
		switch {
		case p.words == "":
		case last >= 0 && all[last].look == p.look && p.look.clock == "":
			all[last].words += p.words
		default:
			all = append(all, p)
		}
	}
	return all
}

// trimmed has no spaces at its ends; those that align columns stay.
func (t textLine) trimmed() textLine {
	for len(t) > 0 && !t[0].look.pre {
		if t[0].words = strings.TrimLeft(t[0].words, " "); t[0].words != "" {
			break
		}
		t = t[1:]
	}
	for len(t) > 0 {
		last := &t[len(t)-1]
		if last.words = strings.TrimRight(last.words, " "); last.words != "" {
			break
		}
		t = t[:len(t)-1]
	}
	return t
}

// finished is a line as it is sent.
func (t textLine) finished() textLine { return t.guarded().merged().trimmed() }

// joiner is U+2060, which is not seen and takes no room. Behind a sign such as "@" it keeps Telegram from making a mention, a
// search or a command of the name that follows.
const joiner = "\u2060"

// guarded is a line in which nothing is more than it was meant to be, although Telegram looks for names and addresses in all of it,
// over the borders of its pieces: addresses are code, and a joiner stands in each name.
func (t textLine) guarded() textLine {
	plain := t.plain()
	found := bot.Addresses(plain)
	var safe textLine
	at := 0
	for _, p := range t {
		safe = append(safe, p.guarded(plain, at, found)...)
		at += len(p.words)
	}
	return safe
}

// guarded is the piece of a line that begins at a byte of it.
func (p piece) guarded(plain string, at int, found [][]int) textLine {
	if p.look.literal() {
		return textLine{p}
	}
	var safe textLine
	end := at + len(p.words)
	for _, a := range found {
		from, to := max(a[0], at), min(a[1], end)
		if from >= to || p.look.link != "" {
			continue
		}
		code := look{code: true}
		safe = append(safe, piece{namesBroken(plain, at, from), p.look}, piece{strings.ReplaceAll(plain[from:to], joiner, ""), code})
		at = to
	}
	return append(safe, piece{namesBroken(plain, at, end), p.look})
}

// namesBroken is some bytes of a text with a joiner behind each sign that makes something of the word behind it.
func namesBroken(plain string, from, to int) string {
	if !strings.ContainsAny(plain[from:to], "@#$") {
		return plain[from:to]
	}
	var b strings.Builder
	for i, r := range plain[from:to] {
		b.WriteRune(r)
		next, _ := utf8.DecodeRuneInString(plain[min(from+i+1, len(plain)):])
		if strings.ContainsRune("@#$", r) && wordRune(next) {
			b.WriteString(joiner)
		}
	}
	return b.String()
}

func wordRune(r rune) bool {
	return r == '_' || r != utf8.RuneError && unicode.In(r, unicode.L, unicode.N, unicode.M)
}

// maxNesting bounds how deep the arguments of messages are looked through; deeper ones are not worded either.
const maxNesting = 16

// shielded is a text in whose literal words no command can be tapped: what others typed is not what we propose. The words of our
// own messages keep theirs, and so does a command to type. Literals are clean then.
func shielded(t bot.Text, style bot.Style, depth int) bot.Text {
	safe := make(bot.Text, len(t))
	for i, span := range t {
		switch {
		case span.Kind == bot.Literal || span.Kind == bot.Mention:
			span.Text = bot.Tidy(span.Text)
			if (span.Style|style)&bot.Mono == 0 {
				span.Text = commandsBroken(span.Text)
			}
		case span.Kind == bot.Message && depth < maxNesting:
			args := make(bot.Args, len(span.Args))
			for name, arg := range span.Args {
				args[name] = shielded(arg, style|span.Style, depth+1)
			}
			span.Args = args
		}
		safe[i] = span
	}
	return safe
}

// commandsBroken is words with a joiner behind each slash that would begin a command.
func commandsBroken(words string) string {
	if !strings.Contains(words, "/") {
		return words
	}
	var b strings.Builder
	before := ' '
	for i, r := range words {
		b.WriteRune(r)
		next, size := utf8.DecodeRuneInString(words[i+utf8.RuneLen(r):])
		inWord := wordRune(before) && !unicode.Is(unicode.M, before) // behind a mark Telegram does see a command
		if r == '/' && before != '/' && !inWord && (size == 0 || wordRune(next)) {
			b.WriteString(joiner)
		}
		before = r
	}
	return b.String()
}

// phrase words a text. Its instants are left to the clock of each reader where that is what they mean and the server knows how.
func (l layout) phrase(t bot.Text) textLine {
	open := l.voice
	open.Zone = nil // An instant of the reader's clock keeps no zone then, and is told from one in a zone of its own.
	spans := open.Flat(shielded(t, 0, 0))
	line := make(textLine, 0, len(spans))
	for len(spans) > 0 {
		n := 1
		if toBeTyped(spans[0]) {
			for n < len(spans) && toBeTyped(spans[n]) {
				n++
			}
			line = append(line, l.toType(spans[:n])...)
		} else {
			line = append(line, l.piece(spans[0]))
		}
		spans = spans[n:]
	}
	return line.merged()
}

// toBeTyped says whether a span is something to type.
func toBeTyped(span bot.Span) bool { return span.Style&bot.Mono != 0 && openable(span.Link) == "" }

// bareCommand is one that needs nothing more: it can be tapped.
var bareCommand = regexp.MustCompile(`^/[a-z0-9_]{1,32}$`)

// toType is what somebody may type, be it of several spans. A command alone is left to be tapped, all else is there to be copied.
func (l layout) toType(spans bot.Text) textLine {
	var b strings.Builder
	for _, span := range spans {
		b.WriteString(l.said(span))
	}
	words := b.String()
	if bareCommand.MatchString(words) {
		style := spans[0].Style
		return textLine{{words, look{bold: style&bot.Strong != 0, italic: style&bot.Faint != 0}}}
	}
	return textLine{{strings.ReplaceAll(words, joiner, ""), look{code: true}}}
}

func (l layout) said(span bot.Span) string {
	if span.Kind == bot.Instant {
		return ownTidy(l.voice.Instant(span))
	}
	return ownTidy(span.Text)
}

// ownTidy is [bot.Tidy] for words in which joiners of our own stand already.
func ownTidy(words string) string {
	parts := strings.Split(words, joiner)
	for i, part := range parts {
		parts[i] = bot.Tidy(part)
	}
	return strings.Join(parts, joiner)
}

func (l layout) piece(span bot.Span) piece {
	p := piece{l.said(span), look{
		bold: span.Style&bot.Strong != 0, italic: span.Style&bot.Faint != 0, link: openable(span.Link),
	}}
	if l.clocks && span.Kind == bot.Instant && span.Zone == nil && p.look.link == "" {
		p.look.clock, p.look.unix = clockFormat(span), span.Time.Unix()
	}
	return p
}

// clockFormat is how Telegram writes an instant for each reader; "" where it must not: a day is the same day for everybody.
func clockFormat(span bot.Span) string {
	const lastUnix = 1<<31 - 1
	if unix := span.Time.Unix(); unix <= 0 || unix > lastUnix {
		return ""
	}
	switch span.TimeStyle {
	case bot.DayClock:
		return "wDt"
	case bot.Clock:
		return "t"
	case bot.Relative:
		return "r"
	default:
		return ""
	}
}

// openable is the address that a link opens: of the web, or inside of Telegram but not a person's, which would be a mention. It is
// "" for any other.
func openable(link string) string {
	to := bot.ParseLink(link)
	if to == nil {
		return ""
	}
	name := strings.ToLower(to.Hostname())
	if bot.OpensPage(to) || to.Scheme == "tg" && name != "" && name != "user" {
		return link
	}
	return ""
}

// escaped is text that is text, in an attribute too. Telegram knows these four entities by name and no others.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

// inUnits is how long a text is to Telegram.
func inUnits(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// htmlWriter writes pieces one after another and closes no element that the next one is in too.
type htmlWriter struct {
	b    strings.Builder
	open []htmlTag
}

func (w *htmlWriter) write(p piece) {
	if p.words == "" {
		return
	}
	tags := p.look.tags()
	same := 0
	for same < len(tags) && same < len(w.open) && tags[same] == w.open[same] && tags[same].name != "tg-time" {
		same++
	}
	w.closeTo(same)
	for _, t := range tags[same:] {
		w.b.WriteString(t.open)
		w.open = append(w.open, t)
	}
	w.b.WriteString(escaped(p.words))
}

// closeTo closes the elements inside of the outermost n.
func (w *htmlWriter) closeTo(n int) {
	for len(w.open) > n {
		last := len(w.open) - 1
		w.b.WriteString("</" + w.open[last].name + ">")
		w.open = w.open[:last]
	}
}

// htmlOf is lines, one under another. Those of a table are one element.
func htmlOf(lines []textLine) string {
	var w htmlWriter
	for i, line := range lines {
		if i > 0 {
			feed := piece{words: "\n"}
			feed.look.pre = tabular(line) && tabular(lines[i-1])
			w.write(feed)
		}
		for _, p := range line {
			w.write(p)
		}
	}
	w.closeTo(0)
	return w.b.String()
}

// tabular says whether a line is a row of a table in columns.
func tabular(t textLine) bool { return len(t) > 0 && t[0].look.pre }
