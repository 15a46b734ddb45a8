package cards

import (
	"strings"

	"boardcast/bot"
	"boardcast/storage"
)

// names are those who are mentioned, one after another.
func names(mentions []string) bot.Text {
	named := make([]bot.Text, 0, len(mentions))
	for _, m := range mentions {
		named = append(named, bot.Mentioned(withoutBrackets(m)))
	}
	return bot.Joined(bot.ListMark, named...)
}

// withoutBrackets is a mention as [bot.Mentioned] takes it: "9" for Discord's "<@9>", and "@&9" for its role "<@&9>".
func withoutBrackets(mention string) string {
	inner, begins := strings.CutPrefix(mention, "<@")
	inner, ends := strings.CutSuffix(inner, ">")
	switch {
	case !begins || !ends:
		return mention
	case strings.HasPrefix(inner, "&"):
		return "@" + inner
	}
	return inner
}

// namesLeft are those whom a message did not mention for a reason, "" being none, and the watch of the first of them.
func namesLeft(mentions []storage.Mention, why storage.LeftMention) (left []string, watch string) {
	for _, m := range mentions {
		if m.Left != why {
			continue
		}
		if watch == "" {
			watch = m.Watch
		}
		left = append(left, m.Name)
	}
	return left, watch
}

// mention has a post mention people, and says whom it may not mention and what can be done.
func mention(post *bot.Post, n storage.Notice) {
	post.Mentions, _ = namesLeft(n.Mentions, "")
	barred, watch := namesLeft(n.Mentions, storage.MentionForbidden)
	if len(barred) == 0 {
		return
	}
	said := bot.Say("card.may_not_mention", bot.Args{
		"Names": names(barred), "Line": bot.Lit("/watch edit " + watch + " mention=none"),
	})
	post.Body = append(post.Body, bot.Paragraph{Text: said.With(bot.Faint)})
}

// unmentioned says whom a message that was sent did not mention, and why.
func unmentioned(n storage.Notice) []bot.Text {
	var said []bot.Text
	if spent, _ := namesLeft(n.Mentions, storage.MentionsSpent); len(spent) > 0 {
		said = append(said, bot.Say("why.mentions_spent", bot.Args{"Names": names(spent), "Max": bot.N(storage.MaxMentionsADay)}))
	}
	if barred, _ := namesLeft(n.Mentions, storage.MentionForbidden); len(barred) > 0 {
		said = append(said, bot.Say("why.may_not_mention", bot.Args{"Names": names(barred)}))
	}
	return said
}
