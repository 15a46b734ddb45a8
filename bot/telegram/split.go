package telegram

import (
	"strings"

	"boardcast/bot"
)

// What a message holds at most.
const (
	maxUnits    = 4096 // of UTF-16, without markup
	maxEntities = 100
	maxCaption  = 1024 // units, under a picture
)

// htmlMessage is the text of one message.
type htmlMessage struct {
	HTML  string
	units int
}

// messages are a post as messages, one if it fits, else parted between lines.
func (l layout) messages(p bot.Post) []htmlMessage { return parted(l.lines(p), maxUnits) }

// caption is a post under a picture; false if it is too long for that.
func (l layout) caption(p bot.Post) (htmlMessage, bool) {
	all := parted(l.lines(p), maxCaption)
	return all[0], len(all) == 1
}

// parted puts lines into messages that hold up to so many units.
func parted(lines []line, most int) []htmlMessage {
	var all []htmlMessage
	var open page
	for _, whole := range lines {
		for _, part := range broken(whole, most) {
			if !open.fits(part, most) {
				all = append(all, open.close())
				open = page{}
			}
			open.add(part)
		}
	}
	return append(all, open.close())
}

// page is a message that is being filled.
type page struct {
	lines           []string
	units, entities int
}

func (p *page) fits(l line, most int) bool {
	units, entities := l.size()
	if len(p.lines) == 0 {
		return true
	}
	return p.units+1+units <= most && p.entities+entities <= maxEntities
}

func (p *page) add(l line) {
	units, entities := l.size()
	if len(p.lines) > 0 {
		units++ // the line feed
	}
	p.units, p.entities = p.units+units, p.entities+entities
	var b strings.Builder
	for _, r := range l {
		b.WriteString(r.html())
	}
	p.lines = append(p.lines, b.String())
}

// close is the message. One without a word, which Telegram does not take, has a sign that is not seen.
func (p *page) close() htmlMessage {
	text := strings.Trim(strings.Join(p.lines, "\n"), "\n")
	if text == "" {
		text = "·"
	}
	return htmlMessage{HTML: text, units: p.units}
}

// size is how much of a message a line takes.
func (l line) size() (units, entities int) {
	for _, r := range l {
		units += unitsOf(r.text)
		entities += r.style.entities()
	}
	return units, entities
}

// broken is a line in parts that fit a message each: between words, or else between signs.
func broken(l line, most int) []line {
	var parts []line
	for {
		units, entities := l.size()
		if units <= most && entities <= maxEntities {
			return append(parts, l)
		}
		first, rest := l.cut(most)
		parts = append(parts, first)
		l = rest
	}
}

// cut takes as much off the front of a line as fits a message: something, in any case.
func (l line) cut(most int) (first, rest line) {
	room, left := most, maxEntities
	for i, r := range l {
		units := unitsOf(r.text)
		left -= r.style.entities()
		if left < 0 {
			return l[:i:i], l[i:]
		}
		if units <= room {
			room -= units
			continue
		}
		head, tail := cutWords(r.text, room)
		first = l[:i:i]
		if head != "" {
			first = append(first, run{text: head, style: r.style})
		}
		if tail != "" {
			rest = line{{text: tail, style: r.style}}
		}
		return first, append(rest, l[i+1:]...)
	}
	return l, nil
}

// cutWords takes up to so many units off a text, at a space if there is one in the second half of them.
func cutWords(text string, room int) (head, tail string) {
	end, space, units := 0, 0, 0
	for i, r := range text {
		n := unitsOf(string(r))
		if units+n > room {
			break
		}
		units += n
		end = i + len(string(r))
		if r == ' ' || r == '\n' {
			space = i
		}
	}
	if space > end/2 {
		return text[:space], text[space+1:]
	}
	return text[:end], text[end:]
}
