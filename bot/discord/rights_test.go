package discord_test

import (
	"math/bits"
	"testing"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/discord"
)

// The rights that are asked for are those that this test names by their bits in Discord's documentation, and no more.
func TestNoMoreRightsAreAskedForThanAreNeeded(t *testing.T) {
	t.Parallel()
	const want = 1<<10 | // view channels
		1<<11 | // send messages
		1<<14 | // embed links
		1<<15 | // attach files
		1<<16 | // read message history
		1<<17 | // mention everyone and all roles
		1<<38 | // send messages in threads
		1<<44 // create events
	if got := discord.Permissions(); got != want {
		t.Errorf("got %d, want %d", got, int64(want))
	}
}

// Each right has a name of its own and a reason in every language.
func TestEveryRightHasAReason(t *testing.T) {
	t.Parallel()
	words := bottest.Words(t)
	seen := map[string]bool{}
	for _, r := range discord.Rights() {
		for _, locale := range words.Locales() {
			voice := bot.Voice{Words: words, Locale: locale}
			for _, said := range []string{voice.Plain(r.Right) + " " + locale, voice.Plain(r.For)} {
				if seen[said] {
					t.Errorf("%q is said twice", said)
				}
				seen[said] = true
			}
		}
	}
	if got, want := len(discord.Rights()), bits.OnesCount64(uint64(discord.Permissions())); got != want {
		t.Errorf("%d rights of %d bits", got, want)
	}
}
