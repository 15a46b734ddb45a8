package commands

import (
	"strconv"

	"boardcast/bot"
)

// The bounds of a list: how much of it an answer shows, so that it fits a phone, and how far it can be turned.
const (
	onPage   = 10
	maxPages = 50
)

// pageOption is the option with which every list goes on; its [More] button sets it.
func pageOption() bot.Option[int] { return bot.IntOption("page", "option.page", 1, maxPages).Named() }

// leaf is the part of a list that a request asks for.
type leaf struct {
	page int // from 1
	size int
}

func (f *family) leafOf(req *bot.Request, size int) leaf {
	return leaf{page: max(1, f.page.Of(req)), size: size}
}

// skip is how much of the list comes before it.
func (l leaf) skip() int { return (l.page - 1) * l.size }

// isAll reports whether the leaf is the whole list.
func (l leaf) isAll(more bool) bool { return l.page == 1 && !more }

// turn offers the next page, if there is more.
func (l leaf) turn(req *bot.Request, post *bot.Post, more bool) {
	if more && l.page < maxPages {
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.more"), req.LineWith("page", strconv.Itoa(l.page+1))))
	}
}

// pastEnd is the answer to a page behind the last one.
func (l leaf) pastEnd(req *bot.Request) bot.Post {
	return bot.Post{
		Headline: bot.Say("list.past_end", bot.Args{"Page": bot.N(l.page)}),
		Buttons:  []bot.Button{bot.Press(bot.Say("button.first_page"), req.LineWith("page", "1"))},
	}
}

// paged cuts the list or table of a post to the page that is asked for.
func (f *family) paged(req *bot.Request, post bot.Post) bot.Post { return f.pagedBy(req, post, onPage) }

// pagedBy is paged with another size of a page.
func (f *family) pagedBy(req *bot.Request, post bot.Post, size int) bot.Post {
	l := f.leafOf(req, size)
	for i, block := range post.Body {
		var n int
		switch b := block.(type) {
		case bot.List:
			n = len(b.Items)
			b.Items = b.Items[min(l.skip(), n):min(l.skip()+l.size, n)]
			post.Body[i] = b
		case bot.Table:
			n = len(b.Rows)
			b.Rows = b.Rows[min(l.skip(), n):min(l.skip()+l.size, n)]
			post.Body[i] = b
		default:
			continue
		}
		if l.page > 1 && l.skip() >= n {
			return l.pastEnd(req)
		}
		l.turn(req, &post, l.skip()+l.size < n)
		return post
	}
	return post
}
