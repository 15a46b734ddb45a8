package commands

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/storage"
)

// mentionOption is an option that is whom messages mention, or nobody. It is given by its name only: what begins with "@" may be
// an account.
func mentionOption() bot.Option[[]string] {
	o := bot.NewOption("mention", "option.mention", func(_ context.Context, _ *bot.Request, words string) ([]string, error) {
		if bot.Means(words, "none") {
			return nil, nil
		}
		return readMentions(words)
	})
	return o.Named().Somebody("none").Proposing(proposeNobody).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return &bot.ChoiceError{
			Code: bot.Invalid, Say: bot.Say("watch.bad_mention", bot.Args{"Words": bot.Quote(words)}),
			Choices: likelyMentions(words),
		}
	})
}

// readMentions reads names with an "@" in them, as every messenger writes mentions, each once. None has a space in it.
func readMentions(words string) ([]string, error) {
	names := wordsOf(discordMentions.Replace(words))
	if len(names) == 0 || slices.ContainsFunc(names, isNoMention) {
		return nil, bot.ErrNotThis
	}
	if len(names) > storage.MaxMentions {
		return nil, bot.NewError(bot.Limit, "watch.too_many_mentions", bot.Args{"Max": bot.N(storage.MaxMentions)})
	}
	return names, nil
}

// discordMentions writes the mentions of Discord, "<@&9>" of a role and "<@9>" of a person, in one way, also where nothing stands
// between them.
var discordMentions = strings.NewReplacer("<@!", "<@", "><", "> <")

// wordsOf are the words of a list whose entries have no spaces in them, each once.
func wordsOf(list string) []string {
	var words []string
	for _, part := range bot.SplitList(list) {
		for word := range strings.FieldsSeq(part) {
			if word = bot.Clean(word); !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

func isNoMention(name string) bool {
	return !strings.Contains(name, "@") || strings.Trim(name, "@") == "" || utf8.RuneCountInString(name) > storage.MaxMentionRunes
}

// likelyMentions are what may be meant by names without the sign before them, and nobody.
func likelyMentions(words string) []bot.Choice {
	var with []string
	for _, part := range bot.SplitList(words) {
		for name := range strings.FieldsSeq(part) {
			if !strings.Contains(name, "@") {
				name = "@" + name
			}
			with = append(with, name)
		}
	}
	none := bot.Choice{Value: "none"}
	names, err := readMentions(strings.Join(with, ","))
	if err != nil {
		return []bot.Choice{none}
	}
	return []bot.Choice{{Value: strings.Join(names, ",")}, none}
}

// typedMentions writes names as the option takes them.
func typedMentions(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ",")
}
