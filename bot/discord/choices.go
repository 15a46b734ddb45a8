package discord

import (
	"slices"
	"strings"

	"boardcast/bot"
)

// choice is what Discord shows for an option while somebody types in it, and what the option becomes when they take it.
type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// maxChoiceText is how long a choice's name and value may be. Whether Discord counts characters or UTF-16 units is not said; what has
// no more units has no more characters.
const maxChoiceText = 100

// choicesOf are choices as Discord takes them, in their order, each value and each name once. A value that is too long is left out,
// because half of it would be another.
func choicesOf(choices []bot.Choice, voice bot.Voice) []choice {
	list := []choice{} // null is not taken
	for _, c := range choices {
		named := choice{Name: choiceName(c, voice), Value: c.Value}
		taken := slices.ContainsFunc(list, func(other choice) bool { return other.Value == named.Value || other.Name == named.Name })
		if named.Value == "" || inUnits(named.Value) > maxChoiceText || taken || len(list) == maxMenuChoices {
			continue
		}
		list = append(list, named)
	}
	return list
}

// choiceName words a choice, the value itself where it has no words. Spaces are single, and the value that it ends with is kept when it
// is cut: now and then Discord sends the name in the place of the value, and does so always where there are more spaces.
func choiceName(c bot.Choice, voice bot.Voice) string {
	name := strings.Join(strings.Fields(voice.Plain(c.Label)), " ")
	if name == "" {
		return shortened(strings.Join(strings.Fields(c.Value), " "), maxChoiceText)
	}
	tail := " · " + c.Value
	if head, ok := strings.CutSuffix(name, tail); ok && inUnits(tail) < maxChoiceText {
		return shortened(head, maxChoiceText-inUnits(tail)) + tail
	}
	return shortened(name, maxChoiceText)
}
