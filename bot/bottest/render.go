package bottest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
)

// Render is a post in plain words, a line each: the headline behind those whom it mentions, that of a second language, fields as
// "name: value", items as "- item" or "1. item", the cells of a row
// with " | " between them, the footer after "-- ", and buttons as "[label] command". It ends with a line feed.
func Render(v bot.Voice, p bot.Post) string {
	v.Locale, v.Zone = p.Locale, p.Zone
	lines := []string{strings.Join(append(slices.Clone(p.Mentions), v.Plain(p.Headline)), " ")}
	if len(p.Also.Text) > 0 {
		other := v
		other.Locale = p.Also.Locale
		lines = append(lines, other.Plain(p.Also.Text))
	}
	for _, block := range p.Body {
		lines = append(lines, renderBlock(v, block)...)
	}
	if len(p.Footer) > 0 {
		lines = append(lines, "-- "+v.Plain(p.Footer))
	}
	for _, button := range p.Buttons {
		lines = append(lines, "["+v.Plain(button.Label)+"] "+button.Command)
	}
	return strings.Join(lines, "\n") + "\n"
}

// TooLong says what of a post does not fit a phone: a list or table of more than MaxItems, or more than MaxCharacters to read,
// the commands behind buttons not counted. It is "" where all does.
func TooLong(v bot.Voice, p bot.Post) string {
	for _, block := range p.Body {
		items := 0
		switch b := block.(type) {
		case bot.List:
			items = len(b.Items)
		case bot.Table:
			items = len(b.Rows)
		}
		if items > MaxItems {
			return fmt.Sprintf("a list of %d items", items)
		}
	}
	read := p
	read.Buttons = nil
	for _, button := range p.Buttons {
		read.Buttons = append(read.Buttons, bot.Button{Label: button.Label})
	}
	if n := utf8.RuneCountInString(Render(v, read)); n > MaxCharacters {
		return fmt.Sprintf("%d characters", n)
	}
	return ""
}

func renderBlock(v bot.Voice, block bot.Block) []string {
	var lines []string
	switch b := block.(type) {
	case bot.Paragraph:
		lines = append(lines, v.Plain(b.Text))
	case bot.Fields:
		for _, field := range b {
			lines = append(lines, v.Plain(bot.Joined(bot.LabelMark, field.Name, field.Value)))
		}
	case bot.List:
		if len(b.Title) > 0 {
			lines = append(lines, strings.TrimSpace(v.Plain(b.Title)+v.Words.Mark(v.Locale, bot.LabelMark)))
		}
		for i, item := range b.Items {
			mark := "- "
			if b.Ordered {
				mark = strconv.Itoa(i+1) + ". "
			}
			lines = append(lines, mark+v.Plain(item))
		}
	case bot.Table:
		lines = append(lines, renderRow(v, b.Heads))
		for _, row := range b.Rows {
			lines = append(lines, renderRow(v, row))
		}
	}
	return lines
}

func renderRow(v bot.Voice, cells []bot.Text) string {
	words := make([]string, 0, len(cells))
	for _, cell := range cells {
		words = append(words, v.Plain(cell))
	}
	return strings.Join(words, " | ")
}
