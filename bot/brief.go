package bot

import "slices"

// briefLines is how many lines below its headline an answer has that others read who did not ask.
const briefLines = 8

// Brief is as much of a post as people want to scroll past who did not ask, with a button that shows all of it; the post itself if it is
// short.
func Brief(p Post, showAll Button) Post {
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
	short.Buttons = append(slices.Clip(p.Buttons), showAll)
	return short
}

// front is the first lines of a block, and how many they are.
func front(block Block, most int) (Block, int) {
	switch b := block.(type) {
	case Fields:
		n := min(len(b), most)
		return b[:n], n
	case List:
		n := min(len(b.Items), most)
		b.Items = b.Items[:n]
		return b, n
	case Table:
		n := min(len(b.Rows), most)
		b.Rows = b.Rows[:n]
		return b, n
	}
	return block, 1
}

// linesOf is how many lines the body of a post has.
func linesOf(p Post) int {
	const all = 1 << 16
	sum := 0
	for _, block := range p.Body {
		_, n := front(block, all)
		sum += n
	}
	return sum
}
