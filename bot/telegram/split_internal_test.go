package telegram

import (
	"slices"
	"strings"
	"testing"

	"boardcast/bot"
)

// lengths are those of the messages of a post, and what they begin and end with.
type ends struct{ first, last string }

func endsOf(t *testing.T, all []htmlMessage) []ends {
	t.Helper()
	found := make([]ends, len(all))
	for i, m := range all {
		if m.units > messageUnits {
			t.Errorf("message %d has %d units", i, m.units)
		}
		lines := strings.Split(shown(m.HTML), "\n")
		found[i] = ends{begin(lines[0]), begin(lines[len(lines)-1])}
	}
	return found
}

// begin is the beginning of a line.
func begin(line string) string {
	const most = 20
	runes := []rune(line)
	return string(runes[:min(most, len(runes))])
}

func line(word string, units int) bot.Text {
	return bot.Lit(word + strings.Repeat("x", units-len(word)))
}

func TestLongPostsArePartedWhereItHurtsLeast(t *testing.T) {
	items := func(n, units int) []bot.Text {
		all := make([]bot.Text, n)
		for i := range all {
			all[i] = line(string(rune('A'+i))+" ", units)
		}
		return all
	}
	tests := []struct {
		name string
		post bot.Post
		want []ends
	}{
		{"between blocks", bot.Post{Headline: bot.Lit("Head"), Body: []bot.Block{
			bot.List{Items: items(3, 1000)}, bot.List{Title: bot.Lit("Title"), Items: items(3, 1000)}, para(bot.Lit("End")),
		}}, []ends{{"<b>Head</b>", "· C xxxxxxxxxxxxxxxx"}, {"<b>Title</b>", "End"}}},
		{"between items, behind a headline that is not left alone", bot.Post{Headline: bot.Lit("Head"), Body: []bot.Block{
			bot.List{Items: items(6, 1000)},
		}}, []ends{{"<b>Head</b>", "· D xxxxxxxxxxxxxxxx"}, {"· E xxxxxxxxxxxxxxxx", "· F xxxxxxxxxxxxxxxx"}}},
		{"a title stays with its first item", bot.Post{Headline: bot.Lit("Head"), Body: []bot.Block{
			bot.List{Items: items(3, 1000)}, bot.List{Title: bot.Lit("Title"), Items: items(4, 1100)},
		}}, []ends{{"<b>Head</b>", "· C xxxxxxxxxxxxxxxx"}, {"<b>Title</b>", "· C xxxxxxxxxxxxxxxx"}, {"· D xxxxxxxxxxxxxxxx", "· D xxxxxxxxxxxxxxxx"}}},
		{"between the rows of a table", bot.Post{Body: []bot.Block{bot.Table{
			Heads: lits("Head"), Rows: slices.Repeat([][]bot.Text{{line("Row", 29)}}, 150),
		}}}, []ends{{"<pre>Head", "Rowxxxxxxxxxxxxxxxxx"}, {"<pre>Rowxxxxxxxxxxxx", "Rowxxxxxxxxxxxxxxxxx"}}},
		{"between words", bot.Post{Headline: bot.Lit("Head"), Body: []bot.Block{para(bot.Lit(strings.Repeat("Word ", 1000)))}}, []ends{
			{"<b>Head</b>", "Word Word Word Word "}, {"Word Word Word Word ", "Word Word Word Word "},
		}},
		{"between characters", bot.Post{Headline: bot.Lit("Head"), Body: []bot.Block{para(bot.Lit(strings.Repeat("𝔏", 4000)).With(bot.Strong))}}, []ends{
			{"<b>Head</b>", "<b>𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏"}, {"<b>𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏", "<b>𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏"},
		}},
		{"before a link rather than in it", bot.Post{Body: []bot.Block{
			para(line("A", 4000), bot.Lit(strings.Repeat("Link ", 40)).Linked("https://a.cn")),
		}}, []ends{{"Axxxxxxxxxxxxxxxxxxx", "Axxxxxxxxxxxxxxxxxxx"}, {`<a href="https://a.c`, `<a href="https://a.c`}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := endsOf(t, clocked(t).messages(test.post)); !slices.Equal(got, test.want) {
				t.Errorf("\ngot  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestNoMessageHasMoreThanAHundredEntities(t *testing.T) {
	post := bot.Post{Headline: bot.Lit("Head"), Body: []bot.Block{
		bot.List{Items: slices.Repeat([]bot.Text{bot.Lit("A").With(bot.Strong | bot.Faint)}, 60)},
		bot.Paragraph{Text: slices.Repeat(bot.Join("", bot.Lit("a"), bot.Lit("b").With(bot.Strong)), 150)},
	}}
	all := clocked(t).messages(post)
	if len(all) < 3 {
		t.Errorf("got %d messages", len(all))
	}
	for i, m := range all {
		r, err := read(m.HTML)
		if err != nil || len(r.elements) > messageEntities {
			t.Errorf("message %d: %d entities, %v", i, len(r.elements), err)
		}
	}
}

func TestALinkIsNotPartedWhereALineCanBePartedBeforeIt(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("Link ", 40))
	link := bot.Lit(words).Linked("https://a.cn")
	all := clocked(t).messages(bot.Post{Body: []bot.Block{para(bot.Lit(strings.Repeat("x", 4000)), link)}})
	if want := `<a href="https://a.cn">` + words + "</a>"; len(all) != 2 || all[1].HTML != want {
		t.Errorf("got %d messages, the last of them %q, want 2 and %q", len(all), all[len(all)-1].HTML, want)
	}
}

func TestAMarkStaysWithItsCharacter(t *testing.T) {
	for n := range 3 {
		words := strings.Repeat("x", n) + strings.Repeat("e\u0301\u0302", 2000)
		for _, m := range clocked(t).messages(bot.Post{Body: []bot.Block{para(bot.Lit(words))}}) {
			if !strings.HasPrefix(m.HTML, "x") && !strings.HasPrefix(m.HTML, "e") {
				t.Errorf("behind %d signs: a message begins with %.9q", n, m.HTML)
			}
		}
	}
}

func TestNothingBecomesACommandWhereALineIsParted(t *testing.T) {
	for n := 4080; n < 4100; n++ {
		for _, m := range clocked(t).messages(bot.Post{Body: []bot.Block{para(bot.Lit(strings.Repeat("x", n) + "/start e\u0301"))}}) {
			if strings.HasPrefix(m.HTML, "/") || strings.HasPrefix(m.HTML, "\u0301") {
				t.Errorf("with %d signs before it: %q", n, m.HTML)
			}
		}
	}
}
