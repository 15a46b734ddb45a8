package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestOnlyMentionsMention(t *testing.T) {
	t.Parallel()
	post := bot.Post{
		Mentions: []string{"<@&71>", "<@!5>", "<@5>", "@everyone", "<@x>\n", "drivers"}, Headline: bot.Lit("<@6>,\nlook"),
		Body: []bot.Block{para(bot.Lit("<@7>"))}, Title: bot.Lit("<@8>"),
	}
	d := draftsOf(t, layoutFor(t), post)[0]
	if want := "<@&71> <@!5> <@5> @" + joiner + "everyone \\<@x>  drivers \\<@6>, look"; d.Content != want {
		t.Errorf("got %q, want %q", d.Content, want)
	}
	if diff := cmp.Diff(allowedMentions{Parse: []string{}, Roles: []string{"71"}, Users: []string{"5"}}, d.AllowedMentions); diff != "" {
		t.Errorf("may ping others (-want +got):\n%s", diff)
	}
}

func TestAMessageAsDiscordTakesIt(t *testing.T) {
	t.Parallel()
	post := bot.Post{
		Mentions: []string{"<@&71>"}, Headline: bot.Lit("Live"), Author: bot.Lit("Lei Jun"), Title: bot.Lit("A_b"), Accent: bot.LiveAccent, Silent: true,
		Body: []bot.Block{bot.Fields{named("Where", bot.Lit("Douyin"))}}, Footer: bot.Lit("s7k"),
		Buttons: []bot.Button{remindMe("Remind me")},
	}
	got, err := json.Marshal(draftsOf(t, layoutFor(t), post)[0])
	want := `{"content":"\u003c@\u002671\u003e Live","embeds":[{"title":"A\\_b","color":15022139,"footer":{"text":"s7k"},"author":{"name":"Lei Jun"},` +
		`"fields":[{"name":"Where","value":"Douyin","inline":true}]}],"components":[{"type":1,"components":[{"type":2,"custom_id":"/remind s7k","style":1,"label":"Remind me"}]}],` +
		`"attachments":[],"allowed_mentions":{"parse":[],"roles":["71"],"users":[]},"flags":4096}`
	if err != nil || string(got) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
}

func TestAnEditTakesAwayWhatIsNotSaid(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(draftsOf(t, layoutFor(t), bot.Post{Headline: bot.Lit("See below")})[0])
	want := `{"content":"See below","embeds":[],"components":[],"attachments":[],"allowed_mentions":{"parse":[],"roles":[],"users":[]}}`
	if err != nil || string(got) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
}

func TestAPostWithoutWordsCanBeSent(t *testing.T) {
	t.Parallel()
	l := layoutFor(t)
	for _, post := range []bot.Post{
		{},
		{Headline: bot.Lit(" \u200d\n"), Body: []bot.Block{nil, bot.Fields{}, bot.Fields{{}}, bot.List{}, bot.Table{}, bot.Paragraph{}}, Title: bot.Lit("x")},
	} {
		if all := draftsOf(t, l, post); len(all) != 1 || all[0].Content != "…" || len(all[0].Embeds) != 0 {
			t.Errorf("got %+v", all)
		}
	}
}

func TestTheFooterOfAHeadlineAloneIsSmall(t *testing.T) {
	t.Parallel()
	d := draftsOf(t, layoutFor(t), bot.Post{Headline: bot.Lit("Gone"), Footer: bot.Lit("s7k"), Title: bot.Lit("x")})[0]
	if d.Content != "Gone\n-# s7k" || len(d.Embeds) > 0 {
		t.Errorf("got %q and %d embeds", d.Content, len(d.Embeds))
	}
}

func TestAPictureGoesWithTheLastMessage(t *testing.T) {
	t.Parallel()
	picture := &bot.Image{PNG: []byte("x")}
	post := bot.Post{Headline: bot.Lit("The week"), Image: picture, Body: []bot.Block{para(bot.Lit(strings.Repeat("word ", 1000)))}}
	all := draftsOf(t, layoutFor(t), post)
	if len(all) != 2 || all[0].Image != nil || len(all[0].Attachments) > 0 || all[0].Embeds[0].Image != nil {
		t.Fatalf("got %d messages, the first one %+v", len(all), all[0])
	}
	want := []attachment{{Filename: "boardcast.png", Description: "The week"}}
	if diff := cmp.Diff(want, all[1].Attachments); diff != "" || all[1].Image != picture || all[1].Embeds[0].Image.URL != "attachment://boardcast.png" {
		t.Errorf("the last one has %+v (-want +got)\n%s", all[1], diff)
	}
	post.Body = nil
	if all = draftsOf(t, layoutFor(t), post); len(all) != 1 || all[0].Embeds[0].Image == nil || all[0].Content != "The week" {
		t.Errorf("a picture alone: %+v", all)
	}
}

func TestWhatTheHeadlineSaysIsNotSaidAgain(t *testing.T) {
	t.Parallel()
	name := bot.Lit("NIO 蔚来")
	post := bot.Post{Headline: name.With(bot.Strong), Author: name, Title: name, Body: []bot.Block{para(bot.Lit("x"))}}
	if e := draftsOf(t, layoutFor(t), post)[0].Embeds[0]; e.Author != nil || e.Title != "" {
		t.Errorf("got %+v, %q", e.Author, e.Title)
	}
}

func TestLongNamesAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word_ ", 80)
	post := bot.Post{Headline: bot.Lit("x"), Author: bot.Lit(long), Title: bot.Lit(long), Body: []bot.Block{para(bot.Lit("x"))}}
	e := draftsOf(t, layoutFor(t), post)[0].Embeds[0]
	if author := strings.TrimSpace(strings.Repeat("word_ ", 42)) + "…"; e.Author.Name != author {
		t.Errorf("the author is %q, want %q", e.Author.Name, author)
	}
	if title := strings.TrimSpace(strings.Repeat("word\\_ ", 36)) + "…"; e.Title != title {
		t.Errorf("the title is %q, want %q", e.Title, title)
	}
}

func TestAccentsAreColours(t *testing.T) {
	t.Parallel()
	l, seen := layoutFor(t), map[int]bool{}
	for _, accent := range []bot.Accent{bot.NoAccent, bot.ComingAccent, bot.LiveAccent, bot.PastAccent, bot.OffAccent} {
		post := bot.Post{Headline: bot.Lit("x"), Accent: accent, Body: []bot.Block{para(bot.Lit("x"))}}
		seen[draftsOf(t, l, post)[0].Embeds[0].Color] = true
	}
	if len(seen) != 5 || !seen[0] {
		t.Errorf("the colours are %v, want five, and none for no accent", seen)
	}
}

func TestBlocksKeepTheirOrder(t *testing.T) {
	t.Parallel()
	field := bot.Fields{named("Where", bot.Lit("Douyin"))}
	list := bot.List{Title: bot.Lit("Recent"), Items: bot.Literals([]string{"a", "b"})}
	manyFields := make(bot.Fields, 26)
	for i := range manyFields {
		manyFields[i] = named(fmt.Sprintf("n%d", i), bot.Lit("v"))
	}
	tests := []struct {
		name string
		body []bot.Block
		want string
	}{
		{"words, fields, a list", []bot.Block{para(bot.Lit("Before")), field, list}, "Before\n+[Where] Douyin\n[Recent] - a\n- b\n"},
		{"words behind fields have no name", []bot.Block{field, para(bot.Lit("After")), para(bot.Lit("all")), list, para(bot.Lit("End"))}, "+[Where] Douyin\n[∅] After\nall\n[Recent] - a\n- b\n[∅] End\n"},
		{"fields in two parts", []bot.Block{field, para(bot.Lit("Between")), field}, "+[Where] Douyin\n[∅] Between\n+[Where] Douyin\n"},
		{"a list without a field", []bot.Block{para(bot.Lit("Before")), list}, "Before\n\n**Recent**\n- a\n- b\n"},
		{"fields without a name are lines", []bot.Block{bot.Fields{{Value: bot.Lit("only")}, {Name: bot.Lit("Name")}}}, "only\n**Name**\n"},
		{"long values have a row of their own", []bot.Block{bot.Fields{
			named("Note", bot.Lit(strings.Repeat("x", 25))), named("When", bot.At(drive, bot.DayClock)), named("Two", bot.Lit("a\nb")),
		}}, "[Note] " + strings.Repeat("x", 25) + "\n[When] <t:1715992200:F>\n[Two] a\nb\n"},
		{"a list that is too long for a field", []bot.Block{field, bot.List{Title: bot.Lit("Long"), Items: slices.Repeat(bot.Literals([]string{strings.Repeat("x", 100)}), 11)}}, "" +
			"**Where**: Douyin\n\n**Long**\n" + strings.Repeat("- "+strings.Repeat("x", 100)+"\n", 11)},
		{"more than 25 fields", []bot.Block{manyFields}, strings.ReplaceAll(linesOfFields(manyFields), "\\", "")},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := drawn(draftsOf(t, l, bot.Post{Body: test.body}))
			if want := "%000000\n" + test.want; got != want {
				t.Errorf("\ngot\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func linesOfFields(fields bot.Fields) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString("**" + f.Name[0].Text + "**: " + f.Value[0].Text + "\n")
	}
	return b.String()
}

func TestTablesFitAPhone(t *testing.T) {
	t.Parallel()
	heads := bot.Literals([]string{"Who", "Streams"})
	tests := []struct {
		name  string
		table bot.Table
		want  string
	}{
		{"numbers stand at the right", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO"), bot.N(3)}, {bot.Lit("小米"), bot.N(12)}}}, "´´´\nWho   Streams\nNIO         3\n小米       12\n´´´\n"},
		{"a row that is too short, and words", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("a`*b")}}}, "´´´\nWho   Streams\naˋ*b\n´´´\n"},
		{"times have no clock of the reader's there", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO"), bot.At(drive, bot.Clock)}}}, "´´´\nWho  Streams\nNIO  08:30\n´´´\n"},
		{"more than thirty columns", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit(strings.Repeat("小", 11)), bot.N(1)}, {nil, bot.N(2)}, {bot.Lit("x"), nil}}}, "" +
			"- **" + strings.Repeat("小", 11) + "** · Streams: 1\n- Streams: 2\n- **x**\n"},
		{"a link is not lost", bot.Table{Heads: heads, Rows: [][]bot.Text{{bot.Lit("NIO").Linked("https://nio.cn"), bot.N(1)}}}, "- **[NIO](<https://nio.cn>)** · Streams: 1\n"},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := drawn(draftsOf(t, l, bot.Post{Body: []bot.Block{test.table}}))
			if want := "%000000\n" + test.want; got != want {
				t.Errorf("\ngot\n%s\nwant\n%s", got, want)
			}
		})
	}
}
