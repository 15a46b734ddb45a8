package commands

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/storage"
)

// maxModerators is how many moderators a community's admins can name.
const maxModerators = 20

// moderatorsOption is an option that is people by their handles or the messenger's ids of them, or nobody.
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

// readModerators reads "@handle" or ids, each once. Handles are compared in small letters.
func readModerators(words string) ([]string, error) {
	names := wordsOf(strings.ToLower(words))
	if len(names) == 0 || slices.ContainsFunc(names, isNobody) {
		return nil, bot.ErrNotThis
	}
	if len(names) > maxModerators {
		return nil, bot.NewError(bot.Limit, "chat.too_many_moderators", bot.Args{"Max": bot.N(maxModerators)})
	}
	return names, nil
}

// isNobody reports whether a word can be neither a handle nor an id.
func isNobody(name string) bool {
	handle, isHandle := strings.CutPrefix(name, "@")
	isID := strings.Trim(name, "0123456789") == ""
	return handle == "" || !isHandle && !isID || utf8.RuneCountInString(name) > storage.MaxMentionRunes
}

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
