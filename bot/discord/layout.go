package discord

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"boardcast/bot"
)

// layout turns posts into messages for the readers of a chat at one moment.
type layout struct {
	voice bot.Voice // for posts that say neither their language nor their zone
	// keep stores a line that is too long for a button, and returns under what.
	keep func(line string) (string, error)
}

// readBy is the layout for those for whom a post is worded.
func (l layout) readBy(p bot.Post) layout {
	if p.Locale != "" {
		l.voice.Locale = p.Locale
	}
	if p.Zone != nil {
		l.voice.Zone = p.Zone
	}
	if l.voice.Zone == nil {
		l.voice.Zone = time.UTC
	}
	return l
}

// spans words a text but for its instants. One of the reader's clock keeps no zone, and is told by that from one in a zone of its own.
func (l layout) spans(t bot.Text) bot.Text {
	open := l.voice
	open.Zone = nil
	return open.Flat(t)
}

// word is a span in words.
func (l layout) word(span bot.Span) string {
	if span.Kind == bot.Instant {
		return bot.Tidy(l.voice.Instant(span))
	}
	return bot.Tidy(span.Text)
}

// phrase words a text. Its instants are left to the clock of each reader where that is what they mean.
func (l layout) phrase(t bot.Text) textLine {
	spans := l.spans(t)
	line := make(textLine, 0, len(spans))
	for _, span := range spans {
		line = append(line, l.piece(span))
	}
	return line.merged()
}

func (l layout) piece(span bot.Span) piece {
	if span.Kind == bot.Mention {
		return shownName(span)
	}
	p := piece{words: l.word(span)}
	if p.look.link = openable(span.Link); span.Style&bot.Mono != 0 && p.look.link == "" {
		p.look.code = true
		return p
	}
	p.look.bold, p.look.italic = span.Style&bot.Strong != 0, span.Style&bot.Faint != 0
	if span.Kind != bot.Instant || p.look.link != "" {
		return p // Discord shows no timestamp in a link.
	}
	if p.look.clock = clockOf(span); p.look.clock != "" {
		p.look.unix = span.Time.Unix()
	}
	return p
}

// place is a channel as Discord shows it by name.
var place = regexp.MustCompile(`^#[0-9]{1,20}$`)

// shownName is somebody, or a channel, that Discord shows by name where it reads a mention. Nobody is pinged by it: that is for a message
// to allow.
func shownName(span bot.Span) piece {
	name := bot.Tidy(span.Text)
	if place.MatchString(name) {
		return piece{"<" + name + ">", look{markup: true}}
	}
	called := "<@" + strings.TrimPrefix(name, "@") + ">"
	if strings.HasPrefix(name, "@") && !strings.HasPrefix(name, "@&") || !mention.MatchString(called) {
		return piece{words: name}
	}
	return piece{called, look{markup: true}}
}

// told is a text in words alone, for where Discord shows nobody their own clock, and no names.
func (l layout) told(t bot.Text) string {
	return strings.TrimSpace(l.toldSpans(t, func(span bot.Span) piece { return piece{words: bot.Tidy(span.Text)} }).single().plain())
}

// toldLine is told as a line of its own, with names.
func (l layout) toldLine(t bot.Text) textLine {
	return l.toldSpans(t, shownName).single().merged().trimmed()
}

// toldSpans is a text in words alone, with those whom it names as they are to be. The last time of the reader's clock has its place with
// it: a chat has readers everywhere.
func (l layout) toldSpans(t bot.Text, name func(span bot.Span) piece) textLine {
	spans := l.spans(t)
	last := -1
	for i, span := range spans {
		if clock := clockOf(span); span.Kind == bot.Instant && (clock == dayClock || clock == timeClock) {
			last = i
		}
	}
	line := make(textLine, 0, len(spans))
	for i, span := range spans {
		switch {
		case span.Kind == bot.Mention:
			line = append(line, name(span))
		case i == last && !l.placed(spans[i+1:]):
			when := bot.Args{"When": bot.Lit(l.word(span)), "Place": bot.In(l.voice.Zone)}
			line = append(line, piece{words: bot.Tidy(l.voice.Plain(bot.Say("when.at_place", when)))})
		default:
			line = append(line, piece{words: l.word(span)})
		}
	}
	return line
}

// placed says whether the words behind a time begin with its place already.
func (l layout) placed(behind bot.Text) bool {
	var b strings.Builder
	for _, span := range behind {
		b.WriteString(l.word(span))
	}
	place := l.voice.Words.Place(l.voice.Locale, l.voice.Zone)
	return strings.HasPrefix(strings.TrimLeft(b.String(), " \u00a0\u202f(（,，"), place)
}

// chunksOf is a text, each of its lines a chunk of its own; none if it is empty. What is an aside from its beginning to its end can be
// small rather than slanted.
func chunksOf(t textLine, small bool) [][]textLine {
	if len(t) == 0 {
		return nil
	}
	var chunks [][]textLine
	for _, line := range t.parted() {
		line = line.finished()
		if small {
			line = line.small()
		}
		chunks = append(chunks, []textLine{line})
	}
	return chunks
}

// block lays a block out in lines.
func (l layout) block(block bot.Block) stanza {
	switch b := block.(type) {
	case bot.Paragraph:
		return stanza{chunks: chunksOf(l.phrase(b.Text), true)}
	case bot.Fields:
		return l.fieldLines(b)
	case bot.List:
		return l.list(b)
	case bot.Table:
		if s, ok := l.columns(b); ok {
			return s
		}
		return l.rows(b)
	}
	return stanza{}
}

// labelled is a value behind its name, as the reader's language writes that. Without one of them it is the other.
func (l layout) labelled(name, value textLine) textLine {
	switch {
	case len(value) == 0:
		return name
	case len(name) == 0:
		return value
	}
	mark := piece{words: l.voice.Words.Mark(l.voice.Locale, bot.LabelMark)}
	return slices.Concat(name.single(), textLine{mark}, value)
}

func (l layout) fieldLines(fields bot.Fields) stanza {
	var s stanza
	for _, f := range fields {
		s.chunks = append(s.chunks, chunksOf(l.labelled(l.phrase(f.Name).styled(bot.Strong), l.phrase(f.Value).inFull()), true)...)
	}
	return s
}

func (l layout) list(list bot.List) stanza {
	s := l.items(list)
	title := l.phrase(list.Title).single().styled(bot.Strong).finished()
	if len(title) == 0 {
		return s
	}
	s.roomy = true
	if len(s.chunks) == 0 {
		s.chunks = [][]textLine{nil}
	}
	s.chunks[0] = append([]textLine{title}, s.chunks[0]...)
	return s
}

// itemMark begins an item of a list.
const itemMark = "- "

// items are those of a list, with the marks of which Discord makes one.
func (l layout) items(list bot.List) stanza {
	var s stanza
	for i, item := range list.Items {
		mark := itemMark
		if list.Ordered {
			mark = strconv.Itoa(i+1) + ". "
		}
		said := l.phrase(item).single().finished()
		if len(said) == 0 {
			said = textLine{{words: "…"}} // A mark alone would be a sign in the text.
		}
		s.chunks = append(s.chunks, []textLine{append(markupLine(mark), said...)})
	}
	return s
}

// Tables.
const (
	phoneColumns = 30 // that a phone shows beside one another in an embed, in type of one width; a longer row would be folded
	columnGap    = 2
)

// columns is a table as columns of type of one width; false if a phone has no room for them, or if that would lose a link.
func (l layout) columns(t bot.Table) (stanza, bool) {
	cells, linked := l.cells(t)
	right := make([]bool, len(t.Heads))
	for i := range right {
		right[i] = t.FiguresOnly(i)
	}
	lines, columns := bot.Aligned(cells, right, columnGap, columnsOf)
	if linked || columns > phoneColumns {
		return stanza{}, false
	}
	var s stanza
	for _, line := range lines {
		if line != "" {
			s.chunks = append(s.chunks, []textLine{{{line, look{table: true}}}})
		}
	}
	return s, true
}

// cells words a table, its heads first, and says whether there is a link in it. What a row lacks is empty.
func (l layout) cells(t bot.Table) (cells [][]string, linked bool) {
	for _, row := range slices.Concat([][]bot.Text{t.Heads}, t.Rows) {
		words := make([]string, len(t.Heads))
		for i, cell := range row[:min(len(row), len(words))] {
			said := l.phrase(cell).single()
			linked = linked || slices.ContainsFunc(said, func(p piece) bool { return p.look.link != "" })
			words[i] = strings.TrimSpace(said.plain())
		}
		cells = append(cells, words)
	}
	return cells, linked
}

// rows is a table with an item of a list for each row: the first cell, and the others behind it with their heads, as fields have names.
func (l layout) rows(t bot.Table) stanza {
	s := stanza{roomy: true}
	for _, row := range t.Rows {
		var line textLine
		for i, cell := range row[:min(len(row), len(t.Heads))] {
			said := l.phrase(cell).single()
			switch {
			case len(said) == 0:
				continue
			case i == 0:
				line = said.styled(bot.Strong)
				continue
			case len(line) > 0:
				line = append(line, piece{words: " · "})
			}
			line = append(line, l.labelled(l.phrase(t.Heads[i]), said)...)
		}
		if line = line.finished(); len(line) > 0 {
			s.chunks = append(s.chunks, []textLine{append(markupLine(itemMark), line...)})
		}
	}
	return s
}

// columnsOf is how many columns words take in type of one width. A Chinese character takes two.
func columnsOf(words string) int {
	n := 0
	for _, r := range words {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
