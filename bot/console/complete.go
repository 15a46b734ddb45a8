package console

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
)

// mostShown is how many choices are listed.
const mostShown = 20

// complete asks the bot how the line may go on before the cursor, types what all choices share, and lists them when that is
// nothing. Without a choice it rings.
func (k *keyboard) complete(ctx context.Context) error {
	typed := k.line.text[:k.line.at]
	found, err := k.session.bot.Complete(ctx, k.session.console.inbound(typed))
	if err != nil || len(found.Choices) == 0 || found.From < 0 || found.From > len(typed) {
		return k.locked(func(c *Console) error { return put(c.cfg.Out, bell) })
	}
	values := make([]string, len(found.Choices))
	for i, choice := range found.Choices {
		values[i] = clean(choice.Value)
	}
	shared := prefix(values)
	return k.locked(func(c *Console) error {
		if len(values) == 1 || longer(shared, typed[found.From:]) {
			k.line.replace(found.From, shared)
			return nil
		}
		return c.printAside(c.choices(found.Choices)...)
	})
}

// replace puts words in the place of what stands between a byte and the cursor.
func (l *line) replace(from int, words string) {
	l.cut(from, l.at)
	l.insert(words)
}

// prefix is what all values begin with.
func prefix(values []string) string {
	shared := values[0]
	for _, value := range values[1:] {
		n := 0
		for n < min(len(shared), len(value)) && shared[n] == value[n] {
			n++
		}
		shared = shared[:n]
	}
	for !utf8.ValidString(shared) { // cut within a character
		shared = shared[:len(shared)-1]
	}
	return shared
}

// longer says whether a completion goes on from what is typed; choices that are near in another way may share less.
func longer(shared, typed string) bool {
	n := len(typed)
	return len(shared) > n && utf8.RuneStart(shared[n]) && strings.EqualFold(shared[:n], typed)
}

// choices lists what a line may go on with.
func (c *Console) choices(choices []bot.Choice) []row {
	l := c.layout(bot.Post{})
	shown := choices[:min(len(choices), mostShown)]
	var fields bot.Fields
	for _, choice := range shown {
		value := strings.TrimRightFunc(clean(choice.Value), unicode.IsSpace)
		fields = append(fields, bot.Field{Name: bot.Lit(value), Value: choice.Label})
	}
	lines := l.fields(fields)
	if more := len(choices) - len(shown); more > 0 {
		lines = append(lines, c.aside(bot.Say("console.more", bot.Args{"Count": bot.N(more)})))
	}
	return slices.Concat(lines, []row{{}})
}
