package telegram

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
)

// What a message holds at most.
const (
	messageUnits    = 4096 // of UTF-16, once the elements of HTML are read
	captionUnits    = 1024
	messageEntities = 100
)

// htmlMessage is the text of one message.
type htmlMessage struct {
	HTML  string
	units int // of UTF-16, once the elements of HTML are read
}

// stanza is a part of a post, in chunks that stay together if they can: a title and the first item of its list.
type stanza struct {
	chunks [][]textLine
	roomy  bool // wants an empty line around it
}

// bulk is how much of a message something takes.
type bulk struct{ units, entities int }

func (b bulk) plus(more bulk) bulk { return bulk{b.units + more.units, b.entities + more.entities} }

func (b bulk) within(room bulk) bool { return b.units <= room.units && b.entities <= room.entities }

func (p piece) bulk() bulk {
	b := bulk{inUnits(p.words), len(p.look.tags())}
	if p.look.called {
		b.entities += strings.Count(p.words, "@")
	}
	return b
}

// bulkOf is that of lines, with a line feed before each.
func bulkOf(lines ...textLine) bulk {
	var sum bulk
	for _, line := range lines {
		sum.units++
		for _, p := range line {
			sum = sum.plus(p.bulk())
		}
	}
	return sum
}

// pack puts stanzas into messages of up to so many units. It parts them between stanzas if it can, else between chunks, lines, words
// or characters.
func pack(stanzas []stanza, units int) []htmlMessage {
	f := filler{most: bulk{units, messageEntities}}
	for i, s := range stanzas {
		f.stanza(s, i > 0 && (s.roomy || stanzas[i-1].roomy))
	}
	f.turn()
	if len(f.done) == 0 {
		return []htmlMessage{{HTML: "…", units: 1}} // Telegram takes no empty message.
	}
	return f.done
}

// filler fills one message after another.
type filler struct {
	most  bulk
	done  []htmlMessage
	lines []textLine // of the message that is being filled
	used  bulk
}

func (f *filler) room() bulk {
	return bulk{f.most.units - f.used.units, f.most.entities - f.used.entities}
}

// settle begins a new message if what comes next fits one and not this one. A message that is not half full is filled up rather:
// a headline alone says little.
func (f *filler) settle(next bulk) {
	half := f.used.units > f.most.units/2 || f.used.entities > f.most.entities/2
	if half && !next.within(f.room()) && next.within(f.most) {
		f.turn()
	}
}

func (f *filler) stanza(s stanza, apart bool) {
	var all bulk
	if apart {
		all.units++
	}
	for _, chunk := range s.chunks {
		all = all.plus(bulkOf(chunk...))
	}
	f.settle(all)
	if apart {
		f.add(nil)
	}
	for _, chunk := range s.chunks {
		f.settle(bulkOf(chunk...))
		for _, line := range chunk {
			f.line(line)
		}
	}
}

// line adds a line, in as many messages as it needs.
func (f *filler) line(line textLine) {
	f.settle(bulkOf(line))
	for !bulkOf(line).within(f.room()) {
		room := f.room()
		room.units-- // for the line feed
		head, tail := line.cut(room, len(f.lines) == 0)
		f.add(head)
		f.turn()
		line = tail
	}
	f.add(line)
}

// add adds a line that fits. Empty lines stand alone, between others.
func (f *filler) add(line textLine) {
	if len(line) == 0 && (len(f.lines) == 0 || len(f.lines[len(f.lines)-1]) == 0 || f.room().units == 0) {
		return
	}
	f.lines = append(f.lines, line)
	f.used = f.used.plus(bulkOf(line))
}

// turn ends the message. One in which nothing can be seen is left out.
func (f *filler) turn() {
	for len(f.lines) > 0 && len(f.lines[len(f.lines)-1]) == 0 {
		f.lines = f.lines[:len(f.lines)-1]
	}
	seen, units := false, 0
	for _, line := range f.lines {
		plain := line.plain()
		seen = seen || bot.Visible(plain)
		units += inUnits(plain) + 1
	}
	if seen {
		f.done = append(f.done, htmlMessage{HTML: htmlOf(f.lines), units: units - 1})
	}
	f.lines, f.used = nil, bulk{}
}

// cut takes off the front of a line what there is room for, which may be nothing, but not where something must be taken. What is
// cut off begins with no space.
func (t textLine) cut(room bulk, some bool) (head, tail textLine) {
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
func (t textLine) reach(room bulk) (end, first int) {
	for _, p := range t {
		b := p.bulk()
		if first == 0 {
			_, first = utf8.DecodeRuneInString(p.words)
		}
		if b.entities > room.entities {
			return end, first
		}
		room.entities -= b.entities
		for _, r := range p.words {
			if room.units -= inUnits(string(r)); room.units < 0 {
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
	wholes := t.wholes()
	free := 0 // the last place between two characters
	for at := end; at > end/2; at-- {
		if !utf8.RuneStart(byteAt(plain, at)) || insideAny(wholes, at) {
			continue
		}
		if bot.BetweenWords(plain, at) {
			return at
		}
		if free == 0 {
			free = at
		}
	}
	if free = steady(plain, free); insideAny(wholes, free) {
		return 0
	}
	return free
}

func byteAt(plain string, at int) byte {
	if at >= len(plain) {
		return 0
	}
	return plain[at]
}

// wholes are the ranges of bytes inside of which a line is not parted.
func (t textLine) wholes() [][2]int {
	var all [][2]int
	at := 0
	for _, p := range t {
		if p.whole() {
			all = append(all, [2]int{at, at + len(p.words)})
		}
		at += len(p.words)
	}
	return all
}

func insideAny(ranges [][2]int, at int) bool {
	for _, r := range ranges {
		if r[0] < at && at < r[1] {
			return true
		}
	}
	return false
}

// steady moves a place between two characters back to where the rest begins with neither a mark that belongs to the character
// before nor a slash, which would make a command of the word behind it.
func steady(plain string, at int) int {
	for start := at; at > 0 && start-at < 64; {
		before, size := utf8.DecodeLastRuneInString(plain[:at])
		after, _ := utf8.DecodeRuneInString(plain[at:])
		const zeroWidthJoiner = '\u200d'
		if after != '/' && after != zeroWidthJoiner && before != zeroWidthJoiner && !unicode.Is(unicode.M, after) || at == size {
			return at
		}
		at -= size
	}
	return at
}

// split is the line up to a byte, and the rest.
func (t textLine) split(at int) (head, tail textLine) {
	for _, p := range t {
		n := min(at, len(p.words))
		head = append(head, piece{p.words[:n], p.look})
		tail = append(tail, piece{p.words[n:], p.look})
		at -= n
	}
	return head.merged(), tail.merged()
}
