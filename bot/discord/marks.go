package discord

import (
	"context"
	"slices"
	"strings"

	"boardcast/bot"
)

// Marks that may stand before the line of a button.
const (
	openMark = "!" // all are to read the answer
	ownMark  = "%" // it is meant in the presser's private chat
	formMark = ">" // it lacks its end, which a form asks for
	// storedMark begins, behind another mark, the name under which a long line is kept.
	storedMark = "~"
	menuMark   = "?" // begins the id of a menu, whose choice says the line

	marks = openMark + ownMark + formMark + storedMark + menuMark
)

// cutMark takes the mark off a line.
func cutMark(line string) (mark, rest string) {
	if line != "" && strings.Contains(openMark+ownMark+formMark, line[:1]) {
		return line[:1], line[1:]
	}
	return "", line
}

// lineOfData is the line that the data of a button stand for, with its mark; "" if it is not known any more.
func (a *Adapter) lineOfData(ctx context.Context, data string) (string, error) {
	mark, rest := cutMark(data)
	if name, stored := strings.CutPrefix(rest, storedMark); stored {
		line, err := a.cfg.Kept(ctx, name)
		if line == "" {
			return "", err
		}
		return mark + line, err
	}
	if rest == "" || strings.ContainsRune(marks, rune(rest[0])) {
		return "", nil
	}
	return data, nil
}

// showAll is a button that says a line again, for all to read the answer.
func showAll(line string) bot.Button { return bot.Press(bot.Say("button.show_all"), openMark+line) }

// prompted is a post with a button that opens a form for what it asks for.
func prompted(post bot.Post) bot.Post {
	if post.Prompt == "" {
		return post
	}
	post.Buttons = append(slices.Clip(post.Buttons), bot.Press(bot.Say("discord.fill_in"), formMark+post.Prompt))
	return post
}
