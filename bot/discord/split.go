package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
)

// stanza is a part of a text, in chunks that stay together if they can: a title and the first item of its list.
type stanza struct {
	chunks [][]textLine
	roomy  bool // wants an empty line around it
}

// frame is how much of a text the markup around a piece takes at most.
func (p piece) frame() int {
	switch {
	case p.look.markup, p.look.table:
		return 0
	case p.look.code:
		return len("``" + joiner)
	case p.look.link != "":
		return len("******"+"[](<>)"+joiner) + inUnits(p.look.link)
	case p.look.bold, p.look.italic:
		return len("******" + joiner)
	}
	return 0
}

// unitsOf is how much of a text a character takes at most, with a sign that keeps it from being markup.
func (p piece) unitsOf(r rune) int {
	n := inUnits(string(r))
	if !p.look.table && r < utf8.RuneSelf && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
		n++
	}
	return n
}

// bulk is how much of a text a piece takes at most.
func (p piece) bulk() int {
	switch {
	case p.look.markup:
		return inUnits(p.words)
	case p.look.clock != "":
		return p.frame() + len(p.timestamp())
	}
	n := p.frame()
	for _, r := range p.words {
		n += p.unitsOf(r)
	}
	return n
}

func (t textLine) bulk() int {
	n := 0
	for _, p := range t {
		n += p.bulk()
	}
	return n
}

// bulkOf is that of lines, with a line feed before each.
func bulkOf(lines ...textLine) int {
	n := 0
	for _, line := range lines {
		n += 1 + line.bulk()
	}
	return n
}

// pack puts stanzas into texts of up to so many units, none where nothing can be seen. It parts them between stanzas if it can, else
// between chunks, lines, words or characters.
func pack(stanzas []stanza, most int) [][]textLine {
	f := filler{most: most}
	roomy := false // what came last
	for i, s := range stanzas {
		f.stanza(s, i > 0 && (s.roomy || roomy))
		roomy = s.roomy
	}
	f.turn()
	return f.done
}

// filler fills one text after another.
type filler struct {
	most  int
	done  [][]textLine
	lines []textLine // of the text that is being filled
	used  int
}

// codeFrame is what a block of code takes besides its rows.
const codeFrame = len("```\n" + "\n```")

// room is what is left for a line, or for lines that are like it.
func (f *filler) room(line textLine) int {
	room := f.most - f.used
	if line.tabular() && (len(f.lines) == 0 || !f.lines[len(f.lines)-1].tabular()) {
		room -= codeFrame
	}
	return room
}

// settle begins a new text if what comes next fits one and not this one. A text that is not half full is filled up rather: a title
// alone says little.
func (f *filler) settle(next ...textLine) {
	if len(next) == 0 || f.used <= f.most/2 {
		return
	}
	if n := bulkOf(next...); n > f.room(next[0]) && n <= f.most-codeFrame {
		f.turn()
	}
}

func (f *filler) stanza(s stanza, apart bool) {
	var all []textLine
	if apart {
		all = append(all, nil)
	}
	for _, chunk := range s.chunks {
		all = append(all, chunk...)
	}
	f.settle(all...)
	if apart {
		f.add(nil)
	}
	for _, chunk := range s.chunks {
		f.settle(chunk...)
		for _, line := range chunk {
			f.line(line)
		}
	}
}

// line adds a line, in as many texts as it needs.
func (f *filler) line(line textLine) {
	f.settle(line)
	for bulkOf(line) > f.room(line) {
		head, tail := line.cut(f.room(line)-1, len(f.lines) == 0)
		f.add(head)
		f.turn()
		line = tail
	}
	f.add(line)
}

// add adds a line that fits. Empty lines stand alone, between others.
func (f *filler) add(line textLine) {
	if len(line) == 0 && (len(f.lines) == 0 || len(f.lines[len(f.lines)-1]) == 0 || f.room(nil) == 0) {
		return
	}
	f.used = f.most - f.room(line) + bulkOf(line)
	f.lines = append(f.lines, line)
}

// turn ends the text. One in which nothing can be seen is left out.
func (f *filler) turn() {
	lines := trimmedLines(f.lines)
	f.lines, f.used = nil, 0
	for _, line := range lines {
		if bot.Visible(line.plain()) {
			f.done = append(f.done, lines)
			return
		}
	}
}

// trimmedLines are lines without empty ones at their end.
func trimmedLines(lines []textLine) []textLine {
	for len(lines) > 0 && len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// cut takes off the front of a line what there is room for, which may be nothing, but not where something must be taken. What is
// cut off begins with no space.
func (t textLine) cut(room int, some bool) (head, tail textLine) {
	plain := t.plain()
	end, first := t.reach(room)
	at := t.breakBefore(plain, end)
	if at == 0 && some {
		at = steady(plain, max(end, first))
	}
	head, tail = t.split(at)
	return head.trimmed(), tail.trimmed()
}

// reach is up to which byte there is room, and how long the first character is.
func (t textLine) reach(room int) (end, first int) {
	for _, p := range t {
		if first == 0 {
			_, first = utf8.DecodeRuneInString(p.words)
		}
		if p.whole() {
			if room -= p.bulk(); room < 0 {
				return end, first
			}
			end += len(p.words)
			continue
		}
		room -= p.frame()
		for _, r := range p.words {
			if room -= p.unitsOf(r); room < 0 {
				return end, first
			}
			end += utf8.RuneLen(r)
		}
	}
	return end, first
}

// breakBefore is the last byte, in the second half of those before end, between two words; else one between two characters, in
// the same half. It is 0 if the line can be parted only inside of something that belongs together.
func (t textLine) breakBefore(plain string, end int) int {
	together := t.together()
	free := 0 // the last place between two characters
	for at := end; at > end/2; at-- {
		if at < len(plain) && !utf8.RuneStart(plain[at]) || insideAny(together, at) {
			continue
		}
		if bot.BetweenWords(plain, at) {
			return at
		}
		if free == 0 {
			free = at
		}
	}
	if free = steady(plain, free); insideAny(together, free) {
		return 0
	}
	return free
}

// together are the ranges of bytes inside of which a line is not parted if it can be helped.
func (t textLine) together() [][]int {
	var all [][]int
	at := 0
	for _, p := range t {
		if p.whole() || p.look.link != "" {
			all = append(all, []int{at, at + len(p.words)})
		}
		at += len(p.words)
	}
	return all
}

func insideAny(ranges [][]int, at int) bool {
	for _, r := range ranges {
		if r[0] < at && at < r[1] {
			return true
		}
	}
	return false
}

// steady moves a place between two characters back to where the rest begins with no mark that belongs to the character before.
func steady(plain string, at int) int {
	const zeroWidthJoiner = '\u200d'
	for start := at; at > 0 && start-at < 64; {
		before, size := utf8.DecodeLastRuneInString(plain[:at])
		after, _ := utf8.DecodeRuneInString(plain[at:])
		tone := '\U0001F3FB' <= after && after <= '\U0001F3FF' // the colour of a skin
		parts := after == zeroWidthJoiner || before == zeroWidthJoiner || unicode.Is(unicode.M, after) || tone
		if !parts || at == size {
			return at
		}
		at -= size
	}
	return at
}

// split is the line up to a byte, and the rest. What must not be parted belongs to the front.
func (t textLine) split(at int) (head, tail textLine) {
	for _, p := range t {
		n := max(0, min(at, len(p.words)))
		if p.whole() && n > 0 {
			n = len(p.words)
		}
		head = append(head, piece{p.words[:n], p.look})
		tail = append(tail, piece{p.words[n:], p.look})
		at -= len(p.words)
	}
	return head.merged(), tail.merged()
}

// shortened is words of at most so many units, cut between words if it can be, with "…" where something is missing.
func shortened(words string, units int) string {
	if inUnits(words) <= units {
		return words
	}
	line := textLine{{words: words, look: look{table: true}}} // takes no signs
	head, _ := line.cut(units-inUnits("…"), true)
	return strings.TrimSpace(head.plain()) + "…"
}
