package console

import (
	"slices"
	"strings"

	"boardcast/bot"

	"github.com/rivo/uniseg"
)

// glyph is one character as people see it, with the columns that it takes.
type glyph struct {
	text  string
	width int
	style bot.Style
	cut   bool // a line may end after it
	solid bool // a part of something that is copied whole, such as an address
}

func (g glyph) space() bool { return strings.Trim(g.text, " ") == "" }

// row is glyphs side by side: a line, or text that is yet to be broken into lines.
type row []glyph

// run is words of one style.
type run struct {
	text  string
	style bot.Style
	solid bool
}

// clean is bot.Clean for a piece of a sentence: it leaves the spaces at its ends, which part it from its neighbours.
func clean(words string) string {
	kept := bot.Clean("|" + words + "|")
	return kept[1 : len(kept)-1]
}

// plain is a row of literal words that are known to be clean.
func plain(words string, style bot.Style) row { return split([]run{{text: words, style: style}}) }

// split cuts runs into glyphs. Where a line may end is decided over all of the text, by the rules of its scripts.
func split(runs []run) row {
	var all strings.Builder
	for _, r := range runs {
		all.WriteString(r.text)
	}
	glyphs := make(row, 0, all.Len())
	rest, state, used := all.String(), -1, 0
	for rest != "" {
		for used >= len(runs[0].text) {
			used -= len(runs[0].text)
			runs = runs[1:]
		}
		var cluster string
		var bounds int
		cluster, rest, bounds, state = uniseg.StepString(rest, state)
		in := runs[0]
		used += len(cluster)
		cut := bounds&uniseg.MaskLine != uniseg.LineDontBreak && (!in.solid || used >= len(in.text))
		if beginsCommand(glyphs, cluster, rest) {
			cut = false
			if before := len(glyphs) - 1; before >= 0 {
				glyphs[before].cut = !glyphs[before].solid
			}
		}
		glyphs = append(glyphs, glyph{text: cluster, width: bounds >> uniseg.ShiftWidth, style: in.style, solid: in.solid, cut: cut})
	}
	return glyphs
}

// beginsCommand reports whether a character is the slash that a command's name begins with. To the rules of scripts a slash
// stands between words, and a line may end after it but not before.
func beginsCommand(before row, cluster, rest string) bool {
	return cluster == "/" && rest != "" && rest[0] >= 'a' && rest[0] <= 'z' && (len(before) == 0 || before[len(before)-1].space())
}

// pad is empty columns.
func pad(columns int) row {
	if columns <= 0 {
		return nil
	}
	return row{{text: strings.Repeat(" ", columns), width: columns, cut: true}}
}

// columns is how wide a row is.
func (r row) columns() int {
	n := 0
	for _, g := range r {
		n += g.width
	}
	return n
}

// longest is the columns of the longest piece that wrap keeps together if it can.
func (r row) longest() int {
	most, n := 0, 0
	for _, g := range r {
		if !g.space() {
			n += g.width
		}
		most = max(most, n)
		if g.cut {
			n = 0
		}
	}
	return most
}

// trim cuts the spaces at the end.
func (r row) trim() row {
	for len(r) > 0 && r[len(r)-1].space() {
		r = r[:len(r)-1]
	}
	return r
}

// wrap breaks a row into lines of at most so many columns, at least one line. Only what is solid may be longer.
func (r row) wrap(columns int) []row {
	var lines []row
	start, end, used := 0, 0, 0 // the line begins at start and may end before end; used is the columns so far
	for i, g := range r {
		if used+g.width > columns && !g.space() && i > start {
			if end <= start && !g.solid && !r[i-1].solid {
				end = i
			}
			if end > start {
				lines = append(lines, r[start:end].trim())
				start, used = end, r[end:i].columns()
			}
		}
		used += g.width
		if g.cut {
			end = i + 1
		}
	}
	return append(lines, r[start:].trim())
}

// hang puts a mark in front of the first line and as many empty columns in front of the others.
func hang(mark row, lines []row) []row {
	hung := make([]row, len(lines))
	for i, line := range lines {
		if i == 0 {
			hung[i] = append(slices.Clip(mark), line...)
			continue
		}
		hung[i] = append(pad(mark.columns()), line...)
	}
	return hung
}

// String is the row without its styles.
func (r row) String() string {
	var b strings.Builder
	for _, g := range r {
		b.WriteString(g.text)
	}
	return strings.TrimRight(b.String(), " ")
}

// paint is the row with its styles as a terminal understands them.
func (r row) paint() string {
	var b strings.Builder
	last := ""
	for _, g := range r.trim() {
		if code := g.code(); code != last {
			b.WriteString(reset(last) + code)
			last = code
		}
		b.WriteString(g.text)
	}
	return b.String() + reset(last)
}

func reset(code string) string {
	if code == "" {
		return ""
	}
	return "\x1b[0m"
}

// code is what makes a glyph look as it should. What is live is red, unless it is past.
func (g glyph) code() string {
	var codes []string
	if g.style&bot.Strong != 0 {
		codes = append(codes, "1")
	}
	if g.style&bot.Faint != 0 {
		codes = append(codes, "2")
	}
	if g.text == "●" && g.style&bot.Faint == 0 {
		codes = append(codes, "31")
	} else if g.style&bot.Mono != 0 {
		codes = append(codes, "36")
	}
	if len(codes) == 0 {
		return ""
	}
	return "\x1b[" + strings.Join(codes, ";") + "m"
}
