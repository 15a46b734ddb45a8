package console

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// prompt stands before what people type.
const prompt = "› "

// mostLine is how many bytes a line may have.
const mostLine = 8 << 10

// line is what is being typed. It is shown in one line of the terminal, of which it shows the part around the cursor: what never
// wraps can always be erased, however wide characters are and whatever is printed above.
type line struct {
	text string
	at   int  // the byte before which the cursor stands
	from int  // the byte from which it is shown
	over bool // more was typed than a line may have
	past *history
}

// set replaces the text, and puts the cursor at its end.
func (l *line) set(text string) {
	l.text, l.at, l.over = text, len(text), false
}

// take returns the text and begins a new line.
func (l *line) take() entered {
	typed := entered{text: l.text, over: l.over}
	l.set("")
	l.past.rewind()
	return typed
}

// insert puts words at the cursor, without what could move the cursor or turn the text.
func (l *line) insert(words string) {
	words = clean(words)
	if len(l.text)+len(words) > mostLine {
		l.over = true
		return
	}
	l.text = l.text[:l.at] + words + l.text[l.at:]
	l.at += len(words)
}

// cut removes the bytes from one place to another, and puts the cursor there.
func (l *line) cut(from, to int) {
	l.text = l.text[:from] + l.text[to:]
	l.at = from
	if l.text == "" {
		l.over = false
	}
}

// press does what a key does to the line alone.
func (l *line) press(k key) {
	switch k {
	case left:
		l.at = l.before()
	case right:
		l.at = l.after()
	case wordLeft:
		l.at = l.wordBefore()
	case wordRight:
		l.at = l.wordAfter()
	case home:
		l.at = 0
	case end:
		l.at = len(l.text)
	case up:
		l.recall(l.past.older)
	case down:
		l.recall(l.past.newer)
	default:
		l.erase(k)
	}
}

// erase does what a key removes.
func (l *line) erase(k key) {
	switch k {
	case backspace:
		l.cut(l.before(), l.at)
	case remove, endOfInput:
		l.cut(l.at, l.after())
	case cutWord:
		l.cut(l.wordBefore(), l.at)
	case cutWordRight:
		l.cut(l.at, l.wordAfter())
	case cutLeft:
		l.cut(0, l.at)
	case cutRight:
		l.cut(l.at, len(l.text))
	default:
	}
}

func (l *line) recall(move func(typed string) (string, bool)) {
	if text, ok := move(l.text); ok {
		l.set(text)
	}
}

// before is where the character before the cursor begins; one that a person sees may be several runes.
func (l *line) before() int {
	start := 0
	for rest, state := l.text, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if start+len(cluster) >= l.at {
			return start
		}
		start += len(cluster)
	}
	return start
}

// after is where the character under the cursor ends.
func (l *line) after() int {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(l.text[l.at:], -1)
	return l.at + len(cluster)
}

func (l *line) wordBefore() int {
	words := strings.TrimRightFunc(l.text[:l.at], unicode.IsSpace)
	space := strings.LastIndexFunc(words, unicode.IsSpace)
	if space < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(words[space:])
	return space + size
}

func (l *line) wordAfter() int {
	rest := strings.TrimLeftFunc(l.text[l.at:], unicode.IsSpace)
	space := strings.IndexFunc(rest, unicode.IsSpace)
	if space < 0 {
		return len(l.text)
	}
	return len(l.text) - len(rest) + space
}

// margin is the columns kept free at the right, where the cursor stands behind the last character, and for the marks that tell
// that the text goes on.
const margin = 3

// draw is what shows the line at the beginning of an empty line of the terminal, with the cursor where it belongs.
func (l *line) draw(width int) string {
	room := max(width-uniseg.StringWidth(prompt)-margin, 2)
	l.scroll(room)
	shown, used := fit(l.text[l.from:], room)
	begin, more := "", ""
	if l.from > 0 {
		begin = "…"
	}
	if l.from+len(shown) < len(l.text) {
		more = "…"
	}
	back := used - uniseg.StringWidth(l.text[l.from:l.at]) + uniseg.StringWidth(more)
	drawn := prompt + begin + shown + more
	if back > 0 {
		drawn += fmt.Sprintf("\x1b[%dD", back)
	}
	return drawn
}

// scroll chooses the part to show, so that the cursor is in it, after a jump with three quarters of the room before it.
func (l *line) scroll(room int) {
	if uniseg.StringWidth(l.text) <= room {
		l.from = 0
		return
	}
	if l.from < l.at && uniseg.StringWidth(l.text[l.from:l.at]) <= room {
		return
	}
	typed := l.text[:l.at]
	hidden, _ := fit(typed, uniseg.StringWidth(typed)-room*3/4)
	l.from = len(hidden)
}

// fit is the beginning of text that takes at most so many columns, and how many it takes.
func fit(text string, columns int) (string, int) {
	used, rest, state := 0, text, -1
	for rest != "" {
		_, next, wide, following := uniseg.FirstGraphemeClusterInString(rest, state)
		if used+wide > columns {
			break
		}
		used, rest, state = used+wide, next, following
	}
	return text[:len(text)-len(rest)], used
}
