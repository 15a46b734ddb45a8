package discord

import (
	"slices"
	"strings"
	"testing"

	"boardcast/bot"
)

// ends are the beginnings of the first and the last line of the words of a message.
type ends struct{ first, last string }

func endsOf(all []draft) []ends {
	found := make([]ends, len(all))
	for i, d := range all {
		words := d.Content
		if len(d.Embeds) > 0 {
			words = strings.TrimSpace(words + "\n" + d.Embeds[0].Description)
		}
		lines := strings.Split(strings.ReplaceAll(words, "`", "´"), "\n")
		found[i] = ends{beginning(lines[0]), beginning(lines[len(lines)-1])}
	}
	return found
}

func beginning(line string) string {
	const most = 12
	runes := []rune(line)
	return string(runes[:min(most, len(runes))])
}

func padded(word string, units int) bot.Text {
	return bot.Lit(word + strings.Repeat("x", units-len(word)))
}

func TestLongPostsArePartedWhereItHurtsLeast(t *testing.T) {
	t.Parallel()
	items := func(n, units int) []bot.Text {
		all := make([]bot.Text, n)
		for i := range all {
			all[i] = padded(string(rune('A'+i))+" ", units)
		}
		return all
	}
	head := bot.Lit("Head")
	tests := []struct {
		name string
		post bot.Post
		want []ends
	}{
		{"between blocks", bot.Post{Headline: head, Body: []bot.Block{
			bot.List{Items: items(3, 1000)}, bot.List{Title: bot.Lit("Title"), Items: items(3, 1000)}, para(bot.Lit("End")),
		}}, []ends{{"Head", "- C xxxxxxxx"}, {"**Title**", "End"}}},
		{"between items", bot.Post{Headline: head, Body: []bot.Block{bot.List{Items: items(6, 1000)}}}, []ends{{"Head", "- D xxxxxxxx"}, {"- E xxxxxxxx", "- F xxxxxxxx"}}},
		{"a title stays with its first item", bot.Post{Headline: head, Body: []bot.Block{
			bot.List{Items: items(3, 1000)}, bot.List{Title: bot.Lit("Title"), Items: items(4, 1100)},
		}}, []ends{{"Head", "- C xxxxxxxx"}, {"**Title**", "- C xxxxxxxx"}, {"- D xxxxxxxx", "- D xxxxxxxx"}}},
		{"between the rows of a table, each part of which is one block", bot.Post{Body: []bot.Block{bot.Table{
			Heads: bot.Literals([]string{"Head"}), Rows: slices.Repeat([][]bot.Text{{padded("Row", 29)}}, 150),
		}}}, []ends{{"´´´", "´´´"}, {"´´´", "´´´"}}},
		{"between words", bot.Post{Headline: head, Body: []bot.Block{para(bot.Lit(strings.Repeat("Word ", 1000)))}}, []ends{{"Head", "Word Word Wo"}, {"Word Word Wo", "Word Word Wo"}}},
		{"between characters", bot.Post{Headline: head, Body: []bot.Block{para(bot.Lit(strings.Repeat("𝔏", 4000)))}}, []ends{
			{"Head", strings.Repeat("𝔏", 12)}, {strings.Repeat("𝔏", 12), strings.Repeat("𝔏", 12)},
		}},
		{"before a link rather than in it", bot.Post{Body: []bot.Block{
			para(padded("A", 4000), bot.Lit(strings.Repeat("Link ", 40)).Linked("https://a.cn")),
		}}, []ends{{"Axxxxxxxxxxx", "Axxxxxxxxxxx"}, {"[Link Link L", "[Link Link L"}}},
		{"before a timestamp", bot.Post{Body: []bot.Block{para(padded("A", 4080), bot.At(drive, bot.DayClock))}}, []ends{{"Axxxxxxxxxxx", "Axxxxxxxxxxx"}, {"<t:171599220", "<t:171599220"}}},
		{"a headline that is too long", bot.Post{Headline: bot.Lit(strings.Repeat("Word ", 500)), Body: []bot.Block{para(bot.Lit("End"))}}, []ends{{"Word Word Wo", "Word Word Wo"}, {"Word Word Wo", "End"}}},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			all := draftsOf(t, l, test.post)
			if got := endsOf(all); !slices.Equal(got, test.want) {
				t.Errorf("\ngot  %q\nwant %q", got, test.want)
			}
			bounded(t, all)
		})
	}
}

func TestButtonsAreUnderTheLastMessageAndPingsInTheFirst(t *testing.T) {
	t.Parallel()
	post := bot.Post{
		Mentions: []string{"<@5>"}, Headline: bot.Lit("Head"), Author: bot.Lit("Author"), Footer: bot.Lit("Footer"), Accent: bot.PastAccent,
		Body: []bot.Block{para(bot.Lit(strings.Repeat("Word ", 1000)))}, Buttons: []bot.Button{bot.PressLine("/help")},
	}
	all := draftsOf(t, layoutFor(t), post)
	if len(all) != 2 {
		t.Fatalf("got %d messages", len(all))
	}
	first, last := all[0], all[1]
	if first.Embeds[0].Author == nil || first.Embeds[0].Footer != nil || len(first.Components) > 0 || !slices.Equal(first.AllowedMentions.Users, []string{"5"}) {
		t.Errorf("the first one is %+v", first)
	}
	if last.Embeds[0].Author != nil || last.Embeds[0].Footer == nil || len(last.Components) != 1 || len(last.AllowedMentions.Users) > 0 || last.Embeds[0].Color == 0 {
		t.Errorf("the last one is %+v", last)
	}
}

func TestAFooterThatIsTooLongIsSmallText(t *testing.T) {
	t.Parallel()
	post := bot.Post{Body: []bot.Block{bot.Fields{named("Where", bot.Lit("Douyin"))}}, Footer: bot.Lit(strings.Repeat("word ", 300))}
	all := draftsOf(t, layoutFor(t), post)
	e := all[0].Embeds[0]
	if len(all) != 1 || e.Footer != nil || !strings.Contains(e.Description, "\n-# word word") {
		t.Errorf("got %d messages, the footer %+v, the description %.60q", len(all), e.Footer, e.Description)
	}
}

func TestAMarkStaysWithItsCharacter(t *testing.T) {
	t.Parallel()
	l := layoutFor(t)
	for n := range 3 {
		for _, sign := range []string{"e\u0301\u0302", "👩\u200d🚀", "👍🏽"} {
			words := strings.Repeat("x", n) + strings.Repeat(sign, 1500)
			for _, d := range draftsOf(t, l, bot.Post{Body: []bot.Block{para(bot.Lit(words))}}) {
				if said := strings.TrimLeft(d.Embeds[0].Description, "x"); !strings.HasPrefix(said, sign) {
					t.Errorf("behind %d signs: a message begins with %.12q", n, said)
				}
			}
		}
	}
}
