package telegram

import (
	"slices"

	"boardcast/bot"
)

// briefLines is how many lines below its headline an answer has that others read who did not ask.
const briefLines = 8

// brief is as much of a post as people in a group want to scroll past, with a button that shows all of it; the post itself if it is
// short.
func brief(p bot.Post, line string) bot.Post {
	short := p
	short.Body = nil
	room := briefLines
	for _, block := range p.Body {
		if room == 0 {
			break
		}
		part, lines := front(block, room)
		short.Body = append(short.Body, part)
		room -= lines
	}
	if linesOf(short) == linesOf(p) {
		return p
	}
	short.Buttons = append(slices.Clip(p.Buttons), bot.Press(bot.Say("button.show_all"), openMark+line))
	return short
}

// front is the first lines of a block, and how many they are.
func front(block bot.Block, most int) (bot.Block, int) {
	switch b := block.(type) {
	case bot.Fields:
		n := min(len(b), most)
		return b[:n], n
	case bot.List:
		n := min(len(b.Items), most)
		b.Items = b.Items[:n]
		return b, n
	case bot.Table:
		n := min(len(b.Rows), most)
		b.Rows = b.Rows[:n]
		return b, n
	}
	return block, 1
}

// linesOf is how many lines the body of a post has.
func linesOf(p bot.Post) int {
	const all = 1 << 16
	sum := 0
	for _, block := range p.Body {
		_, n := front(block, all)
		sum += n
	}
	return sum
}
