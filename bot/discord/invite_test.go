package discord_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"boardcast/bot/discord"
)

func TestTheInvitationAsksForTheRights(t *testing.T) {
	t.Parallel()
	const want = "https://discord.com/oauth2/authorize?client_id=123456789012345678&permissions=17867064200192&scope=bot%20applications.commands"
	if got := discord.InviteURL("123456789012345678"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	u, err := url.Parse(discord.InviteURL("a&b c"))
	if err != nil || u.Query().Get("client_id") != "a&b c" || u.Query().Get("scope") != "bot applications.commands" {
		t.Errorf("got %v, error %v", u, err)
	}
}

func TestATokenNamesItsApplication(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		"MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl.a-secret_of_many-letters":     "123456789012345678",
		"MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GhIjKl.a-secret_of_many-letters":   "1234567890123456789",
		"MTIzNDU2Nzg5MDEyMzQ1Njc4OQ==.GhIjKl.a-secret_of_many-letters": "1234567890123456789",
		"":                                "",
		"..":                              "",
		"MTIzNDU2Nzg5MDEyMzQ1Njc4":        "",
		"MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl": "",
		"bm90IGEgbnVtYmVy.GhIjKl.secret":  "",
		"4242:a-token-of-telegram.x.y":    "",
		"MTIzNDU2Nzg5MDEyMzQ1Njc4.a.b.c":  "",
	} {
		if got, ok := discord.ApplicationOf(token); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", token, got, ok, want)
		}
	}
}

// Whatever the number, the token that Discord makes of it names it, and nothing of the secret is in the answer.
func TestEveryApplicationIsFoundInItsToken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[1-9][0-9]{0,19}`).Draw(t, "id")
		rest := rapid.StringMatching(`\.[\w-]{1,8}\.[\w-]{1,40}`).Draw(t, "rest")
		got, ok := discord.ApplicationOf(base64.RawStdEncoding.EncodeToString([]byte(id)) + rest)
		if got != id || !ok {
			t.Errorf("got %q, %v", got, ok)
		}
		if ruined, ok := discord.ApplicationOf(strings.TrimPrefix(rest, ".")); ok {
			t.Errorf("%q is taken for a token, of %q", rest, ruined)
		}
	})
}
