package console

import (
	"slices"
	"strings"

	"boardcast/bot"
)

// Text lays a post out as a Console prints an answer, in plain text of so many columns, without its buttons: there is nobody
// to press them.
func Text(p bot.Post, voice bot.Voice, columns int) string {
	l := layout{voice: voice, width: min(max(columns, leastWidth), mostWidth)}
	var b strings.Builder
	for _, line := range slices.Concat(l.headline(p).wrap(l.width), l.body(p)) {
		b.WriteString(line.String() + "\n")
	}
	return b.String()
}
