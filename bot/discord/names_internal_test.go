package discord

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

// Who is spoken of is shown by name, and what is no id is words; nobody is pinged by either.
func TestWhoIsSpokenOfIsShownByName(t *testing.T) {
	t.Parallel()
	l := layout{voice: bot.Voice{Words: bottest.Words(t), Locale: "en", Zone: time.UTC, Now: time.Unix(0, 0)}}
	for name, want := range map[string]string{
		"42": "<@42>", "@&9": "<@&9>", "#7": "<#7>", "@ann": "@ann", "@everyone": "@\u2060everyone", "@42": "@42", "#news": "#news",
		"@&9> <@&10": `@&9> \<@&10`, "#123456789012345678901": "#123456789012345678901",
	} {
		drafts, err := l.drafts(bot.Post{Headline: bot.Join("", bot.Lit("It is "), bot.Mentioned(name))})
		if err != nil {
			t.Fatal(err)
		}
		none := allowedMentions{Parse: []string{}, Roles: []string{}, Users: []string{}}
		if diff := cmp.Diff(none, drafts[0].AllowedMentions); diff != "" {
			t.Errorf("%q pings (-want +got):\n%s", name, diff)
		}
		if shown := drafts[0].Content; shown != "It is "+want {
			t.Errorf("%q is shown as %q, want %q", name, shown, "It is "+want)
		}
	}
}
