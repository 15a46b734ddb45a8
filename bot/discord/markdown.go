package discord

import (
	"net/url"
	"slices"
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
	code         bool   // something to type, or an address that is not to be a link
	table        bool   // a row of a table in columns; its line holds nothing else
	link         string // a page that the words open
	clock        string // the style of a timestamp, which shows each reader their own clock; empty: none
	unix         int64  // the instant of clock
	markup       bool   // the words are for Discord to read: the mark of a list, or a mention that is meant
}

// piece is words that look the same.
type piece struct {
	words string
	look  look
}

// whole says whether a piece must not be parted.
func (p piece) whole() bool { return p.look.clock != "" || p.look.markup }

// timestamp is the markup of a clock.
func (p piece) timestamp() string {
	return "<t:" + strconv.FormatInt(p.look.unix, 10) + ":" + p.look.clock + ">"
}

// textLine is pieces side by side: a line of a text or, before it is finished, several with line feeds in them.
type textLine []piece

// markupLine is a line of one piece that Discord reads.
func markupLine(words string) textLine { return textLine{{words, look{markup: true}}} }

func (t textLine) plain() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.words)
	}
	return b.String()
}

// styled is a line that stands out besides how it looks already.
func (t textLine) styled(style bot.Style) textLine {
	styled := make(textLine, len(t))
	for i, p := range t {
		p.look.bold = p.look.bold || style&bot.Strong != 0
		p.look.italic = p.look.italic || style&bot.Faint != 0
		styled[i] = p
	}
	return styled
}

// inFull is a line whose days stand with their weekday.
func (t textLine) inFull() textLine {
	for i := range t {
		if t[i].look.clock == dayClock {
			t[i].look.clock = weekdayClock
		}
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
		case last >= 0 && all[last].look == p.look && !p.whole():
			all[last].words += p.words
		default:
			all = append(all, p)
		}
	}
	return all
}

// trimmed has no spaces at its ends; those that align columns, or belong to a mark, stay.
func (t textLine) trimmed() textLine {
	for len(t) > 0 && !t[0].look.table && !t[0].look.markup {
		if t[0].words = strings.TrimLeftFunc(t[0].words, unicode.IsSpace); t[0].words != "" {
			break
		}
		t = t[1:]
	}
	for len(t) > 0 && !t[len(t)-1].look.markup {
		last := &t[len(t)-1]
		if last.words = strings.TrimRightFunc(last.words, unicode.IsSpace); last.words != "" {
			break
		}
		t = t[:len(t)-1]
	}
	return t
}

// finished is a line as it is laid out.
func (t textLine) finished() textLine { return t.guarded().merged().trimmed() }

// smallMark begins a line in small grey letters.
const smallMark = "-# "

// small is a line in small letters, if all of it is an aside.
func (t textLine) small() textLine {
	if !t.aside() {
		return t
	}
	for i := range t {
		t[i].look.italic = false
	}
	return append(markupLine(smallMark), t...).merged()
}

// aside says whether all of a line is one.
func (t textLine) aside() bool {
	for _, p := range t {
		if !p.look.italic && !p.look.code && strings.TrimSpace(p.words) != "" {
			return false
		}
	}
	return len(t) > 0 && t[0].look.italic
}

// guarded is a line in which an address is code: it can be read and copied, and is no link. Words that say an address are no link of
// ours either: it could be another one that opens. Nor are words with brackets, of which Discord makes no link for sure.
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
	if p.look.code || p.look.table || p.whole() {
		return textLine{p}
	}
	end := at + len(p.words)
	addressed := slices.ContainsFunc(found, func(a []int) bool { return a[0] < end && at < a[1] })
	if p.look.link != "" && !addressed && !strings.ContainsAny(p.words, "[]") {
		return textLine{p}
	}
	p.look.link = ""
	var safe textLine
	for _, a := range found {
		from, to := max(a[0], at), min(a[1], end)
		if from >= to {
			continue
		}
		safe = append(safe, piece{plain[at:from], p.look}, piece{plain[from:to], look{code: true}})
		at = to
	}
	return append(safe, piece{plain[at:end], p.look})
}

// The styles of timestamps.
const (
	dayClock      = "f" // "18 May 2024 08:30"
	weekdayClock  = "F" // "Saturday, 18 May 2024 08:30"
	timeClock     = "t"
	relativeClock = "R"
)

// clockOf is the style in which Discord writes an instant for each reader; "" where it must not: a day is the same day for everybody.
func clockOf(span bot.Span) string {
	const furthest = 8_640_000_000_000 // seconds, beyond which JavaScript has no dates
	if unix := span.Time.Unix(); span.Zone != nil || unix < -furthest || unix > furthest {
		return ""
	}
	switch span.TimeStyle {
	case bot.DayClock:
		return dayClock
	case bot.Clock:
		return timeClock
	case bot.Relative:
		return relativeClock
	default:
		return ""
	}
}

// openable is an address as it stands in a link, with no sign in it that ends one or begins anything else; "" for what is no page of
// the web, or says a name before its host, which looks like another host.
func openable(link string) string {
	to := bot.ParseLink(link)
	if !bot.OpensPage(to) || to.User != nil {
		return ""
	}
	to.Scheme = strings.ToLower(to.Scheme)
	var b strings.Builder
	for _, c := range []byte(to.String()) {
		if strings.IndexByte("<>()[]*`|\\\"'", c) >= 0 {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c), 16)))
			continue
		}
		b.WriteByte(c)
	}
	if written, err := url.Parse(b.String()); err != nil || !bot.OpensPage(written) {
		return ""
	}
	return b.String()
}

// joiner is U+2060, which is not seen and takes no room. Between two signs it keeps Discord from reading them as one.
const joiner = "\u2060"

// richText is lines as Discord takes them where it reads markup. Rows of a table are one block of code.
func richText(lines []textLine) string {
	var b strings.Builder
	for i, line := range lines {
		before, row := i > 0 && lines[i-1].tabular(), line.tabular()
		if before && !row {
			b.WriteString("\n```")
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		if row && !before {
			b.WriteString("```\n")
		}
		line.writeRich(&b)
	}
	if n := len(lines); n > 0 && lines[n-1].tabular() {
		b.WriteString("\n```")
	}
	return b.String()
}

// tabular says whether a line is a row of a table in columns.
func (t textLine) tabular() bool { return len(t) > 0 && t[0].look.table }

func (t textLine) writeRich(b *strings.Builder) {
	start := true // of a line, or of an item of a list
	framed := false
	for _, p := range t {
		w := p.rich(start)
		if framed && w.opens {
			b.WriteString(joiner)
		}
		b.WriteString(w.text)
		start = start && (p.look.markup || strings.TrimSpace(p.words) == "")
		framed = w.closes
	}
}

// rendered is a piece as Discord reads it, and whether it begins and ends with a sign of ours, which must not touch that of another.
type rendered struct {
	text          string
	opens, closes bool
}

func (p piece) rich(start bool) rendered {
	switch {
	case p.look.markup:
		return rendered{text: p.words}
	case p.look.table:
		return rendered{text: withoutTicks(p.words)}
	}
	words := strings.TrimFunc(p.words, unicode.IsSpace)
	if words == "" {
		return rendered{text: p.words}
	}
	before, after, _ := strings.Cut(p.words, words)
	sign := p.sign()
	core := sign + p.core(words, start && sign == "") + sign
	return rendered{before + core + after, sign != "" && before == "", sign != "" && after == ""}
}

// sign stands before and behind words that look otherwise than others.
func (p piece) sign() string {
	switch {
	case p.look.code:
		return "`"
	case p.look.bold && p.slants():
		return "***"
	case p.look.bold:
		return "**"
	case p.slants():
		return "*"
	}
	return ""
}

// slants says whether words are to be slanted; Chinese characters are not made for it.
func (p piece) slants() bool {
	return p.look.italic && !strings.ContainsFunc(p.words, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	})
}

func (p piece) core(words string, start bool) string {
	switch {
	case p.look.code:
		return withoutTicks(words)
	case p.look.clock != "":
		return p.timestamp()
	case p.look.link != "":
		return "[" + escaped(words, false) + "](<" + p.look.link + ">)"
	}
	return escaped(words, start)
}

// withoutTicks is words in code. The sign that ends code has no other way to stand in it, in all of Discord's apps, than as its double.
func withoutTicks(words string) string { return strings.ReplaceAll(words, "`", "ˋ") }

// escaped is words that are words to Discord; those at the start of a line make neither a heading nor an item of a list.
func escaped(words string, start bool) string {
	var b strings.Builder
	for i, r := range words {
		before, behind := words[:i], words[i+utf8.RuneLen(r):]
		switch {
		case r == ':' && (namesEmoji(behind) || !strings.ContainsFunc(behind, unicode.IsSpace)), opensAnywhere(r), start && opensLine(before, r, behind):
			b.WriteString("\\" + string(r))
		case callsAll(r, behind):
			b.WriteString("@" + joiner)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func opensAnywhere(r rune) bool { return strings.ContainsRune("\\*_~`|[<", r) }

// opensLine says whether a character makes more of a line than a line: a heading, a quotation, or an item of a list.
func opensLine(before string, r rune, behind string) bool {
	next := strings.TrimLeft(behind, "#")
	apart := next == "" || strings.TrimLeftFunc(next, unicode.IsSpace) != next
	before = strings.TrimLeftFunc(before, unicode.IsSpace)
	switch r {
	case '>':
		return before == ""
	case '#', '-', '+':
		return before == "" && apart
	case '.', ')':
		return before != "" && strings.Trim(before, "0123456789") == "" && apart
	}
	return false
}

// callsAll says whether a character begins a mention of everybody.
func callsAll(r rune, behind string) bool {
	return r == '@' && (hasPrefixFold(behind, "everyone") || hasPrefixFold(behind, "here"))
}

func hasPrefixFold(words, prefix string) bool {
	return len(words) >= len(prefix) && strings.EqualFold(words[:len(prefix)], prefix)
}

// namesEmoji says whether the words behind a colon are taken for the name of an emoji, up to another colon, or make an address of what
// is before.
func namesEmoji(behind string) bool {
	end := strings.IndexFunc(behind, func(r rune) bool { return r == ':' || unicode.IsSpace(r) })
	return end >= 0 && behind[end] == ':' || strings.HasPrefix(behind, "//")
}

// plainText is lines as Discord takes them where its markup would be in the way: a phone's push shows the signs of it. So as few stand
// there as can be.
func plainText(lines []textLine) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		line.writePlain(&b)
	}
	return b.String()
}

func (t textLine) writePlain(b *strings.Builder) {
	line := t.plain()
	hosts := bot.Addresses(line)
	start, at := 0, 0 // where the words of the line begin that are not markup
	for _, p := range t {
		end := at + len(p.words)
		if p.look.markup {
			b.WriteString(p.words)
			start, at = end, end
			continue
		}
		for i, r := range p.words {
			b.WriteString(shielded(line[start:at+i], r, line[at+i+utf8.RuneLen(r):], insideAny(hosts, at+i)))
		}
		at = end
	}
}

// shielded is a character between what is before and behind it in a line, so that Discord makes nothing of it; some are within an
// address.
func shielded(before string, r rune, behind string, address bool) string {
	switch {
	case opensAnywhere(r), opensLine(before, r, behind):
		return "\\" + string(r)
	case callsAll(r, behind), r == ':' && namesEmoji(behind), address && (r == '.' || r == ':'):
		return string(r) + joiner
	}
	return string(r)
}

// inUnits is how long a text is to Discord at most: it counts characters, and some of its apps count the halves of UTF-16.
func inUnits(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
