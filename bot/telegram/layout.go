package telegram

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"boardcast/bot"
)

// layout turns posts into messages, for the readers of a chat at one moment.
type layout struct {
	voice  bot.Voice
	clocks bool // the server knows <tg-time>
}

// line is a line of a message; that of a table holds several.
type line []run

// lines are all of a post, the headline first: it is what a phone shows of the message when it comes.
func (l layout) lines(p bot.Post) []line {
	headline := with(l.runsOf(p.Headline), style{bold: true})
	if len(p.Mentions) > 0 {
		headline = append([]run{{text: clean(strings.Join(p.Mentions, " ") + " ")}}, headline...)
	}
	lines := []line{headline}
	if len(p.Also.Text) > 0 {
		other := l
		other.voice.Locale = p.Also.Locale
		lines = append(lines, with(other.runsOf(p.Also.Text), style{bold: true}))
	}
	for i, block := range p.Body {
		if roomy(block) || i > 0 && roomy(p.Body[i-1]) {
			lines = append(lines, nil)
		}
		lines = append(lines, l.block(block)...)
	}
	if len(p.Footer) > 0 {
		lines = append(lines, with(l.runsOf(p.Footer), style{italic: true}))
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

func (l layout) block(block bot.Block) []line {
	switch b := block.(type) {
	case bot.Paragraph:
		return []line{l.runsOf(b.Text)}
	case bot.Fields:
		var lines []line
		for _, field := range b {
			lines = append(lines, l.runsOf(bot.Joined(bot.LabelMark, field.Name, field.Value)))
		}
		return lines
	case bot.List:
		return l.list(b)
	case bot.Table:
		return l.table(b)
	}
	return nil
}

func (l layout) list(list bot.List) []line {
	var lines []line
	if len(list.Title) > 0 {
		title := l.runsOf(list.Title)
		lines = append(lines, append(title, run{text: strings.TrimRight(l.voice.Words.Mark(l.voice.Locale, bot.LabelMark), " ")}))
	}
	for i, item := range list.Items {
		mark := "· "
		if list.Ordered {
			mark = strconv.Itoa(i+1) + ". "
		}
		lines = append(lines, append([]run{{text: mark}}, l.runsOf(item)...))
	}
	return lines
}

// phoneColumns is how many columns of the same width a phone shows side by side.
const phoneColumns = 30

// gap is the columns between cells.
const gap = 2

// table is rows one under another: in columns where a phone has room for them, else each on a line, its first cell in front.
func (l layout) table(t bot.Table) []line {
	rows := [][]bot.Text{t.Heads}
	rows = append(rows, t.Rows...)
	cells, widest := make([][]string, len(rows)), make([]int, len(t.Heads))
	for i, row := range rows {
		for j, cell := range row {
			said := plainOf(l.plain().runsOf(cell))
			cells[i] = append(cells[i], said)
			if j < len(widest) {
				widest[j] = max(widest[j], columns(said))
			}
		}
	}
	all := gap * (len(widest) - 1)
	for _, w := range widest {
		all += w
	}
	if all <= phoneColumns {
		return []line{{{text: aligned(cells, widest), style: style{block: true}}}}
	}
	return l.rows(t)
}

// plain is the layout without clocks of the reader's own, which cannot stand in a table of columns.
func (l layout) plain() layout {
	l.clocks = false
	return l
}

// aligned are cells in columns.
func aligned(cells [][]string, widest []int) string {
	var lines []string
	for _, row := range cells {
		var b strings.Builder
		for j, cell := range row {
			b.WriteString(cell)
			if j < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widest[j]-columns(cell)+gap))
			}
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// rows are the rows of a table that is too wide, a line each.
func (l layout) rows(t bot.Table) []line {
	var lines []line
	for _, row := range t.Rows {
		var said line
		for j, cell := range row {
			runs := l.runsOf(cell)
			switch {
			case len(runs) == 0:
			case j == 0:
				said = append(said, with(runs, style{bold: true})...)
			default:
				said = append(said, run{text: " · "})
				said = append(said, l.runsOf(bot.Joined(bot.LabelMark, t.Heads[j], cell))...)
			}
		}
		lines = append(lines, merged(said))
	}
	return lines
}

// columns is how wide words are where every sign has one column or two.
func columns(words string) int {
	n := 0
	for _, r := range words {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// alert is as much of a post as fits the window that a button opens, without any looks.
func (l layout) alert(p bot.Post) string {
	const most = 200
	p.Mentions = nil
	var said []string
	for _, line := range l.plain().lines(p) {
		said = append(said, strings.ReplaceAll(plainOf(line), joiner, ""))
	}
	said = slices.DeleteFunc(said, func(line string) bool { return line == "" })
	words := strings.Join(said, "\n")
	if unitsOf(words) <= most {
		return words
	}
	for unitsOf(words) > most-1 {
		_, size := utf8.DecodeLastRuneInString(words)
		words = words[:len(words)-size]
	}
	return strings.TrimSpace(words) + "…"
}
