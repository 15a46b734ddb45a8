package console

import (
	"strconv"
	"strings"

	"boardcast/bot"
)

// layout turns posts into lines for one reader at one moment.
type layout struct {
	voice bot.Voice
	width int
}

// narrower leaves columns free at the left.
func (l layout) narrower(columns int) layout {
	l.width -= columns
	return l
}

// glyphs words a text. An address stands after its words unless they say the same.
func (l layout) glyphs(t bot.Text) row {
	spans := l.voice.Flat(t)
	runs := make([]run, 0, len(spans))
	linked := "" // the words since the link began
	for i, span := range spans {
		words := clean(l.words(span))
		runs = append(runs, run{text: words, style: span.Style})
		if span.Link == "" {
			continue
		}
		linked += words
		if i+1 < len(spans) && spans[i+1].Link == span.Link {
			continue
		}
		runs = append(runs, address(span, linked)...)
		linked = ""
	}
	return split(runs)
}

func (l layout) words(span bot.Span) string {
	if span.Kind == bot.Instant {
		return l.voice.Instant(span)
	}
	return span.Text
}

// address is what follows the words of a link.
func address(span bot.Span, words string) []run {
	url := bot.Clean(span.Link)
	if bare(url) == bare(words) {
		return nil
	}
	return []run{{text: " (", style: span.Style}, {text: url, style: span.Style, solid: true}, {text: ")", style: span.Style}}
}

// bare is an address as people write it.
func bare(url string) string {
	url = strings.TrimSpace(url)
	url = strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://")
	return strings.TrimSuffix(url, "/")
}

// headline is the post's headline as text that stands out.
func (l layout) headline(p bot.Post) row { return l.glyphs(p.Headline.With(bot.Strong)) }

// called is the headline behind those whom the post mentions.
func (l layout) called(p bot.Post) row {
	if len(p.Mentions) == 0 {
		return l.headline(p)
	}
	return append(l.glyphs(bot.Lit(strings.Join(p.Mentions, " ")+" ")), l.headline(p)...)
}

// body is the lines under the headline, without the buttons.
func (l layout) body(p bot.Post) []row {
	var lines []row
	if len(p.Also.Text) > 0 {
		other := l
		other.voice.Locale = p.Also.Locale
		lines = append(lines, other.glyphs(p.Also.Text).wrap(l.width)...)
	}
	for i, block := range p.Body {
		if i > 0 && (roomy(block) || roomy(p.Body[i-1])) {
			lines = append(lines, row{})
		}
		lines = append(lines, l.block(block)...)
	}
	if len(p.Footer) > 0 {
		lines = append(lines, l.glyphs(p.Footer.With(bot.Faint)).wrap(l.width)...)
	}
	return lines
}

// roomy says whether a block wants an empty line around it.
func roomy(block bot.Block) bool {
	switch b := block.(type) {
	case bot.Table:
		return true
	case bot.List:
		return len(b.Title) > 0
	}
	return false
}

func (l layout) block(block bot.Block) []row {
	switch b := block.(type) {
	case bot.Paragraph:
		return l.glyphs(b.Text).wrap(l.width)
	case bot.Fields:
		return l.fields(b)
	case bot.List:
		return l.list(b)
	case bot.Table:
		return l.table(b)
	}
	return nil
}

// gap is the columns between a name and its value, and between cells.
const gap = 2

// fields puts values under one another beside their names, or under them where names leave too little room.
func (l layout) fields(fields bot.Fields) []row {
	names, widest := make([]row, len(fields)), 0
	for i, f := range fields {
		names[i] = l.glyphs(f.Name.With(bot.Faint))
		widest = max(widest, names[i].columns())
	}
	var lines []row
	for i, f := range fields {
		value := l.glyphs(f.Value)
		if widest > l.width/3 {
			lines = append(lines, names[i].wrap(l.width)...)
			lines = append(lines, hang(pad(gap), value.wrap(l.width-gap))...)
			continue
		}
		name := append(names[i], pad(widest+gap-names[i].columns())...)
		lines = append(lines, hang(name, value.wrap(l.width-widest-gap))...)
	}
	return lines
}

func (l layout) list(list bot.List) []row {
	var lines []row
	if len(list.Title) > 0 {
		lines = l.glyphs(list.Title).wrap(l.width)
	}
	for i, item := range list.Items {
		mark := plain("· ", bot.Faint)
		if list.Ordered {
			number := strconv.Itoa(i+1) + ". "
			mark = append(pad(len(strconv.Itoa(len(list.Items)))+len(". ")-len(number)), plain(number, bot.Faint)...)
		}
		lines = append(lines, hang(mark, l.glyphs(item).wrap(l.width-mark.columns()))...)
	}
	return lines
}

// shortCommand is the columns up to which a button shows its command.
const shortCommand = 32

// buttonLines is the buttons, numbered from first, side by side as they fit.
func (l layout) buttonLines(buttons []bot.Button, first int) []row {
	if len(buttons) == 0 {
		return nil
	}
	var runs []run
	for i, b := range buttons {
		if i > 0 {
			runs = append(runs, run{text: "   "})
		}
		runs = append(runs, l.button(b, first+i)...)
	}
	return hold(runs).wrap(l.width)
}

// button is its number and label, on one line if any line can hold them, and its command if that fits there too.
func (l layout) button(b bot.Button, number int) []run {
	label := l.glyphs(b.Label).String()
	shown := run{text: "[" + strconv.Itoa(number) + "] " + label}
	free := l.width - columns(shown.text)
	shown.solid = free >= 0
	command := bot.Clean(b.Command)
	behind := run{text: " (" + command + ")", style: bot.Faint, solid: true}
	if command == label || columns(command) > shortCommand || columns(behind.text) > free {
		return []run{shown}
	}
	return []run{shown, behind}
}

// hold splits runs so that lines end only where a run that is not solid lets them.
func hold(runs []run) row {
	glyphs := split(runs)
	for i := range glyphs[:len(glyphs)-1] {
		if glyphs[i].solid && glyphs[i+1].solid {
			glyphs[i].cut = false
		}
	}
	return glyphs
}
