package discord

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// signsOf draws words that are made of signs of Discord's markup and pieces of them.
func signsOf(label string) *rapid.Generator[string] {
	tokens := []string{
		"*", "**", "_", "__", "~~", "|", "||", "`", "```", "\\", "[", "]", "](", "(", ")", "<", ">", "<@", "<@5>", "<@&7>", "<#9>", "<t:1:R>", "<a:b:1>", "</x:1>",
		"@", "@everyone", "@here", "every", "one", ":", ":a:", "smile", "://", "https", "http://a.cn", "discord.gg/a", "a.cn", "1.", "2)", "#", "-", "-#", "+", " ", "  ",
		"\n", "\u00a0", "\u3000", "雷", "军，", "x", "7", "e\u0301", "👩\u200d🚀", "🏽", "𝔏", "\u200b", "\u2060",
	}
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 0, 12).Draw(t, label), "")
	})
}

func TestNoSignIsMarkup(t *testing.T) {
	t.Parallel()
	l := layoutFor(t)
	links := []string{"https://a.cn/?a=*b*(c)[d]_e_|f|", "http://小米.中国/", "javascript:alert(1)", ""}
	rapid.Check(t, func(r *rapid.T) {
		one, two := signsOf("one").Draw(r, "one"), signsOf("two").Draw(r, "two")
		link, mentioned := rapid.SampledFrom(links).Draw(r, "link"), signsOf("mention").Draw(r, "mention")
		times := rapid.IntRange(0, 12).Draw(r, "times")
		post := fuzzPost(l, one, two, link, mentioned, "/x "+one, times)
		post.Body = post.Body[:rapid.SampledFrom([]int{0, 1, 2, 3, len(post.Body)}).Draw(r, "blocks")]
		checked(r, l, post, link, true)
	})
}
