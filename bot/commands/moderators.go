package commands

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/storage"
)

// maxModerators is how many moderators a community's admins can name.
const maxModerators = 20

// moderatorsOption is an option that is people by their handles or the messenger's ids of them, roles by theirs, or nobody.
func moderatorsOption() bot.Option[[]string] {
	o := bot.NewOption("moderators", "option.moderators", func(_ context.Context, _ *bot.Request, words string) ([]string, error) {
		if bot.Means(words, "none") {
			return nil, nil
		}
		return readModerators(words)
	})
	return o.Named().Somebody().Explained(func(_ context.Context, _ *bot.Request, words string) error {
		choices := []bot.Choice{{Value: "none"}}
		if with := "@" + words; !isNobody(with) && !strings.ContainsAny(with, " ,") {
			choices = append([]bot.Choice{{Value: with}}, choices...)
		}
		return &bot.ChoiceError{
			Code: bot.Invalid, Say: bot.Say("chat.bad_moderators", bot.Args{"Words": bot.Quote(words)}), Choices: choices,
		}
	})
}

// readModerators reads "@handle", ids, and mentions as Discord writes them, each once. Handles are compared in small letters.
func readModerators(words string) ([]string, error) {
	var names []string
	for _, word := range wordsOf(strings.ReplaceAll(strings.ToLower(words), "><", "> <")) {
		if name := withoutBrackets(word); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 || slices.ContainsFunc(names, isNobody) {
		return nil, bot.ErrNotThis
	}
	if len(names) > maxModerators {
		return nil, bot.NewError(bot.Limit, "chat.too_many_moderators", bot.Args{"Max": bot.N(maxModerators)})
	}
	return names, nil
}

// discordMention is how Discord writes the mention of somebody or of a role.
var discordMention = regexp.MustCompile(`^<@(?:!?|(&))([0-9]+)>$`)

// withoutBrackets is a word, or, where it is a mention of Discord's, whom it means: the id of "<@9>" and "<@!9>", and "@&9" of the
// role "<@&9>".
func withoutBrackets(word string) string {
	mention := discordMention.FindStringSubmatch(word)
	switch {
	case mention == nil:
		return word
	case mention[1] == "&":
		return "@&" + mention[2]
	}
	return mention[2]
}

// isNobody reports whether a word can be no handle, no id and no role.
func isNobody(name string) bool {
	handle, isHandle := strings.CutPrefix(name, "@")
	role, isRole := strings.CutPrefix(handle, "&")
	switch {
	case handle == "" || utf8.RuneCountInString(name) > storage.MaxMentionRunes:
		return true
	case isHandle && isRole:
		return !isID(role)
	case isHandle:
		return strings.ContainsAny(handle, "<>@&") || handle == "everyone" || handle == "here" // who are all, and nobody by name
	}
	return !isID(name)
}

// isID reports whether a word is an id of a messenger's, which is a number.
func isID(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// nameModerators sets the moderators of a chat's community, and returns the change; nil where they are so already.
func nameModerators(tx storage.Tx, chat storage.Chat, names []string) (*storage.Change, error) {
	before, err := storage.Communities.Get(tx, chat.Community)
	if err != nil || slices.Equal(before.Moderators, names) {
		return nil, err
	}
	after := before
	after.Moderators = names
	return &storage.Change{Community: &storage.Changed[storage.Community]{Before: &before, After: &after}}, storage.Communities.Put(tx, after)
}
