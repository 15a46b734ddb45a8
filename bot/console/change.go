package console

import (
	"slices"
	"strings"

	"boardcast/bot"
)

// whole is a width at which no line is broken, so that lines compare however wide the terminal is.
const whole = 1 << 20

// mostCompared bounds the lines that are compared; beyond, everything counts as changed.
const mostCompared = 200

// change is how a post differs from what it was, as a reader of both at the same moment sees it.
type change struct {
	headline row   // the old one, if it is another
	lines    []row // marked "+" where new and "-" where gone
	buttons  bool
}

func (ch change) none() bool { return len(ch.headline) == 0 && len(ch.lines) == 0 && !ch.buttons }

// changes compares two states of a post. Both are worded now, so that "in 2 h" becoming "in 1 h" is no change.
func (l layout) changes(old, now bot.Post) change {
	flat := l
	flat.width = whole
	var ch change
	if was := flat.glyphs(old.Headline.With(bot.Faint)); was.String() != flat.headline(now).String() {
		ch.headline = was
	}
	for _, d := range diff(flat.body(old), flat.body(now)) {
		mark, style := plain("+ ", 0), bot.Style(0)
		if d.gone {
			mark, style = plain("- ", bot.Faint), bot.Faint
		}
		ch.lines = append(ch.lines, hang(mark, d.line.closed().with(style).wrap(l.width-mark.columns()))...)
	}
	ch.buttons = flat.buttonText(old) != flat.buttonText(now)
	return ch
}

func (l layout) buttonText(p bot.Post) string {
	var b strings.Builder
	for _, line := range l.buttonLines(p.Buttons, 1) {
		b.WriteString(line.String())
	}
	for _, button := range p.Buttons {
		b.WriteString("\n" + button.Command)
	}
	return b.String()
}

// with adds a style to all of a row.
func (r row) with(style bot.Style) row {
	styled := slices.Clone(r)
	for i := range styled {
		styled[i].style |= style
	}
	return styled
}

// closed is a row whose columns stand no further apart than they have to, for it is shown without the rows it was aligned with.
func (r row) closed() row {
	near := make(row, 0, len(r))
	free := 0
	for _, g := range r {
		if !g.space() {
			near, free = append(near, g), 0
			continue
		}
		g.width = min(g.width, gap-free)
		g.text = strings.Repeat(" ", g.width)
		near, free = append(near, g), free+g.width
	}
	return near
}

// difference is a line that is in one of two texts only.
type difference struct {
	line row
	gone bool
}

// diff is the lines that differ, in the order of both texts. Spacing alone, which follows the widest cell, is no difference.
func diff(old, now []row) []difference {
	if len(old) > mostCompared || len(now) > mostCompared {
		return onlyNew(now)
	}
	common := commonTails(old, now)
	var found []difference
	i, j := 0, 0
	for i < len(old) || j < len(now) {
		switch {
		case i < len(old) && j < len(now) && words(old[i]) == words(now[j]):
			i, j = i+1, j+1
		case j == len(now) || i < len(old) && common[i+1][j] >= common[i][j+1]:
			found = append(found, difference{line: old[i], gone: true})
			i++
		default:
			found = append(found, difference{line: now[j]})
			j++
		}
	}
	return slices.DeleteFunc(found, func(d difference) bool { return words(d.line) == "" })
}

func onlyNew(now []row) []difference {
	found := make([]difference, len(now))
	for i, line := range now {
		found[i] = difference{line: line}
	}
	return found
}

// commonTails is, for every i and j, how many lines old[i:] and now[j:] have in common, in order.
func commonTails(old, now []row) [][]int {
	common := make([][]int, len(old)+1)
	common[len(old)] = make([]int, len(now)+1)
	for i := len(old) - 1; i >= 0; i-- {
		common[i] = make([]int, len(now)+1)
		for j := len(now) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if words(old[i]) == words(now[j]) {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	return common
}

// words is a line without regard to its spacing.
func words(line row) string { return strings.Join(strings.Fields(line.String()), " ") }
