package telegram

import (
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
	voice  bot.Voice // for posts that say neither their language nor their zone
	clocks bool      // the server knows <tg-time>
}

// messages are a post as Telegram takes it: one message, or several where it is too long for one. Buttons belong under the last.
func (l layout) messages(p bot.Post) []htmlMessage {
	return pack(l.readBy(p).stanzas(p), messageUnits)
}

// caption is a post as the text under a picture, and whether it fits there. If not, it is only the beginning.
func (l layout) caption(p bot.Post) (htmlMessage, bool) {
	all := pack(l.readBy(p).stanzas(p), captionUnits)
	return all[0], len(all) == 1
}

// alert is as much of a post as the window shows that a button opens: plain words, the headline first.
func (l layout) alert(p bot.Post) string {
	const most = 200 // characters; in units, to be sure
	l = l.readBy(p)
	l.clocks = false
	lines := []textLine{l.phrase(p.Headline).single()}
	for _, block := range p.Body {
		for _, chunk := range l.inRows(block).chunks {
			lines = append(lines, chunk...)
		}
	}
	said := make([]string, 0, len(lines))
	for _, line := range lines {
		if plain := strings.TrimSpace(strings.ReplaceAll(line.plain(), joiner, "")); plain != "" {
			said = append(said, plain)
		}
	}
	return shortened(strings.Join(said, "\n"), most)
}

// shortened is words of at most so many units, cut between words if it can be, with "…" where something is missing.
func shortened(words string, units int) string {
	if inUnits(words) <= units {
		return words
	}
	line := textLine{{words: words}}
	head, _ := line.cut(bulk{units: units - 1}, true)
	return strings.TrimSpace(head.plain()) + "…"
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

// stanzas are the parts of a post, the headline first: it is what a phone shows of a message that comes in.
func (l layout) stanzas(p bot.Post) []stanza {
	all := []stanza{l.head(p)}
	for _, block := range p.Body {
		all = append(all, l.block(block))
	}
	footer := stanza{chunks: chunksOf(l.phrase(p.Footer).styled(bot.Faint))}
	all = slices.DeleteFunc(append(all, footer), func(s stanza) bool { return len(s.chunks) == 0 })
	for _, s := range all {
		for _, chunk := range s.chunks {
			for i, line := range chunk {
				chunk[i] = line.finished()
			}
		}
	}
	return all
}

// head is the headline behind those whom the post mentions, and the one in a second language.
func (l layout) head(p bot.Post) stanza {
	var lines []textLine
	headline := l.phrase(p.Headline).single().styled(bot.Strong)
	if len(p.Mentions) > 0 {
		called := piece{bot.Tidy(strings.Join(p.Mentions, " ")), look{called: true}}
		headline = append(textLine{called, {words: " "}}, headline...).single()
	}
	if len(headline) > 0 {
		lines = append(lines, headline)
	}
	other := l
	other.voice.Locale = p.Also.Locale
	if also := other.phrase(p.Also.Text).single().styled(bot.Strong); len(also) > 0 {
		lines = append(lines, also)
	}
	if len(lines) == 0 {
		return stanza{}
	}
	return stanza{chunks: [][]textLine{lines}}
}

// chunksOf is a text, each of its lines a chunk of its own; none if it is empty.
func chunksOf(t textLine) [][]textLine {
	if len(t) == 0 {
		return nil
	}
	var chunks [][]textLine
	for _, line := range t.parted() {
		chunks = append(chunks, []textLine{line})
	}
	return chunks
}

// block lays a block out, a table in columns if a phone has room for them.
func (l layout) block(block bot.Block) stanza {
	if t, ok := block.(bot.Table); ok {
		if rows, ok := l.columns(t); ok {
			return rows
		}
	}
	return l.inRows(block)
}

// inRows lays a block out without columns.
func (l layout) inRows(block bot.Block) stanza {
	switch b := block.(type) {
	case bot.Paragraph:
		return stanza{chunks: chunksOf(l.phrase(b.Text))}
	case bot.Fields:
		return l.fields(b)
	case bot.List:
		return l.list(b)
	case bot.Table:
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

func (l layout) fields(fields bot.Fields) stanza {
	var s stanza
	for _, f := range fields {
		s.chunks = append(s.chunks, chunksOf(l.labelled(l.phrase(f.Name), l.phrase(f.Value)))...)
	}
	return s
}

func (l layout) list(list bot.List) stanza {
	var s stanza
	for i, item := range list.Items {
		mark := piece{words: "· "}
		if list.Ordered {
			mark.words = strconv.Itoa(i+1) + ". "
		}
		s.chunks = append(s.chunks, append(textLine{mark}, l.phrase(item)...).parted())
	}
	title := l.phrase(list.Title).single().styled(bot.Strong)
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

// Tables.
const (
	phoneColumns = 30 // that a phone shows beside one another, in type of one width
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
	var s stanza // Telegram draws a frame around it, which parts it from what is above and below.
	for _, line := range lines {
		if line != "" {
			s.chunks = append(s.chunks, []textLine{{{line, look{pre: true}}}})
		}
	}
	return s, true
}

// cells words a table, its heads first, and says whether there is a link in it. What a row lacks is empty.
func (l layout) cells(t bot.Table) (cells [][]string, linked bool) {
	l.clocks = false
	for _, row := range slices.Concat([][]bot.Text{t.Heads}, t.Rows) {
		words := make([]string, len(t.Heads))
		for i, cell := range row[:min(len(row), len(words))] {
			said := l.phrase(cell).single()
			linked = linked || slices.ContainsFunc(said, func(p piece) bool { return p.look.link != "" })
			words[i] = strings.TrimSpace(strings.ReplaceAll(said.plain(), joiner, ""))
		}
		cells = append(cells, words)
	}
	return cells, linked
}

// rows is a table with a line for each row: the first cell, and the others behind it with their heads, as fields have names.
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
		if len(line) > 0 {
			s.chunks = append(s.chunks, []textLine{line})
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
