package console

import (
	"slices"
	"strings"

	"boardcast/bot"
)

// mostNumbers bounds the numbers of buttons; after it they begin again.
const mostNumbers = 99

// printAnswer prints the answer to a line. Its buttons count from 1.
func (c *Console) printAnswer(p bot.Post) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(p.Buttons) > 0 {
		c.buttons = nil
	}
	l := c.layout(p)
	lines := slices.Concat(l.headline(p).wrap(l.width), l.body(p), c.number(l, p.Buttons))
	return c.printPost("", lines)
}

// printNotice prints what comes unasked, with a bar at its left and the time in front.
func (c *Console) printNotice(p bot.Post) error {
	l := c.layout(p).narrower(columns(bar))
	lines := slices.Concat(l.dated("", l.called(p)), l.body(p), c.number(l, p.Buttons))
	ring := ""
	if c.cfg.Interactive && !p.Silent {
		ring = bell
	}
	return c.printPost(ring, barred(lines))
}

// printUpdate prints how a post differs from what it was, if that is known, or all of it.
func (c *Console) printUpdate(old bot.Post, known bool, p bot.Post) error {
	l := c.layout(p).narrower(columns(bar))
	ch := change{lines: l.body(p), buttons: true}
	if known {
		ch = l.changes(old, p)
	}
	if ch.none() {
		return nil
	}
	lines := l.dated("~ ", l.headline(p))
	if len(ch.headline) > 0 {
		lines = append(lines, hang(plain("- ", bot.Faint), ch.headline.wrap(l.width-gap))...)
	}
	lines = append(lines, ch.lines...)
	if ch.buttons {
		lines = append(lines, c.number(l, p.Buttons)...)
	}
	return c.printPost("", barred(lines))
}

// bar sets apart what comes unasked.
const bar = "│ "

func columns(words string) int { return plain(words, 0).columns() }

func barred(lines []row) []row {
	marked := make([]row, len(lines))
	for i, line := range lines {
		marked[i] = append(plain(bar, bot.Faint), line...)
	}
	return marked
}

// dated is a headline after the time of day and a mark.
func (l layout) dated(mark string, headline row) []row {
	now := l.voice.Now
	clock := l.glyphs(bot.At(now, bot.Clock).With(bot.Faint))
	front := append(append(clock, pad(gap)...), plain(mark, bot.Faint)...)
	return hang(front, headline.wrap(l.width-front.columns()))
}

// number lays out buttons and remembers which number presses which. Numbers go on until an answer begins them anew, so that a
// notice never changes what a number means while somebody is typing it.
func (c *Console) number(l layout, buttons []bot.Button) []row {
	if len(c.buttons)+len(buttons) > mostNumbers {
		c.buttons = nil
	}
	first := len(c.buttons) + 1
	for _, b := range buttons {
		c.buttons = append(c.buttons, b.Command)
	}
	return l.buttonLines(buttons, first)
}

// printPost prints lines with an empty one around them: after them on a terminal, where a prompt follows, and else between.
func (c *Console) printPost(ring string, lines []row) error {
	var b strings.Builder
	b.WriteString(ring)
	if c.screen.begun && !c.cfg.Interactive {
		b.WriteString("\n")
	}
	for _, line := range lines {
		b.WriteString(c.text(line) + "\n")
	}
	if c.cfg.Interactive {
		b.WriteString("\n")
	}
	c.screen.begun = true
	return c.screen.print(b.String(), c.width())
}

func (c *Console) text(line row) string {
	if c.cfg.Color {
		return line.paint()
	}
	return line.String()
}

// printAside prints a faint line that is no post, such as a hint.
func (c *Console) printAside(lines ...row) error {
	var b strings.Builder
	for _, line := range lines {
		for _, part := range line.with(bot.Faint).wrap(max(c.width(), leastWidth)) {
			b.WriteString(c.text(part) + "\n")
		}
	}
	return c.screen.print(b.String(), c.width())
}
