package console

import (
	"slices"
	"strings"

	"boardcast/bot"
)

// Told lays a notice out as a Console prints one when it comes, at voice.Now, in plain text of so many columns: with the time and a
// mark in front, and of its buttons the labels. Given what the message said before, it is an edit, of which the headline and what
// changed of the body is shown: "" if a reader would see no difference, or if nothing but a headline is left. The remarks stand under it.
func Told(p bot.Post, was *bot.Post, mark bot.Text, remarks []bot.Text, voice bot.Voice, columns int) string {
	l := layout{voice: voice, width: min(max(columns, leastWidth), mostWidth)}.narrower(len([]rune(bar)))
	front := voice.Plain(mark) + strings.Repeat(" ", gap)
	lines := slices.Concat(l.dated(front, l.called(p)), l.body(p), l.labels(p.Buttons))
	if was != nil {
		ch := l.changes(unsigned(*was), unsigned(p))
		if ch.none() || shrunk(*was, true, p) {
			return ""
		}
		lines = append(l.dated(front, l.headline(p)), ch.lines...)
		if ch.buttons {
			lines = append(lines, l.labels(p.Buttons)...)
		}
	}
	for _, remark := range remarks {
		lines = append(lines, l.glyphs(remark.With(bot.Faint)).wrap(l.width)...)
	}
	var b strings.Builder
	for _, line := range barred(lines) {
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// unsigned is a post without its footer, whose sources change with every word.
func unsigned(p bot.Post) bot.Post {
	p.Footer = nil
	return p
}

// labels are what buttons say, side by side as they fit.
func (l layout) labels(buttons []bot.Button) []row {
	if len(buttons) == 0 {
		return nil
	}
	var runs []run
	for i, b := range buttons {
		if i > 0 {
			runs = append(runs, run{text: "   "})
		}
		runs = append(runs, run{text: "[" + l.glyphs(b.Label).String() + "]", solid: true})
	}
	return hold(runs).wrap(l.width)
}
