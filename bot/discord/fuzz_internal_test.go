package discord

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// FuzzDrafts holds that nothing in any field of a post is more than words to Discord, that no word is lost or added, and that every
// bound is kept.
func FuzzDrafts(f *testing.F) {
	f.Add("Lei Jun 雷军", "Shanghai → Hangzhou, 13.7 kWh", "https://weibo.com/leijun", "<@&71>", "/remind s7k", uint(1))
	f.Add("**b** *i* __u__ ~~s~~ ||h||", "`c` ```d```", "https://a.cn/?a=*b*(c)[d]_e_|f|`g`", "<@5>", "/x <@5>", uint(40))
	f.Add("<@5> <@&71> <#9> <a:b:1> <t:1:R> </x:1> <id:guide>", "@everyone @here :smile: :a:b:", "http://user@a.cn", "@everyone", "", uint(3))
	f.Add("see discord.gg/abc, weibo.com; me@li.auto or steam://x", "https://evil.com <https://evil.com> [a](https://evil.com)", "tg://x", "<@!5>", "~abc", uint(2))
	f.Add("# a", "-# b\n- c\n1. d\n> e\n>>> f\n* g\n+ h", "javascript:alert(1)", "", "?abc", uint(2))
	f.Add("https:", "//evil.com", "https://localhost", "<@5>\n", strings.Repeat("/watch add x ", 9), uint(2))
	f.Add("\x1b[2J\u202e\u200b\ufeff\x00", "a\r\nb\n\n\n\nc\u2028d\te", "https://a.cn\n", "\u2060", "\xff", uint(7))
	f.Add("👨‍👩‍👧‍👦 e\u0301 ﷽ 𝔏", "𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏", "HTTPS://A.CN", "@e\u0301", "/𝔏", uint(500))
	f.Add("一二三四五，六七八九十。", "word and word and word", "http://1.2.3.4/", "<@&1>", "/week 2024-W20", uint(300))
	f.Add("\\", "*", "ftp://a.cn", "<@>", "!!", uint(900))
	f.Add("\\\\*a\\*", "[a]", "https://小米.中国/é", "<@5", "!~", uint(1))
	f.Add("@", "everyone", "0", "<@01234567890123456789>", "!?x", uint(2))
	f.Add("2024", ". a", "https://a.cn/\\", "<@5><@6>", "/remind a b", uint(9))
	l := layoutFor(f)
	f.Fuzz(func(t *testing.T, one, two, link, mention, line string, times uint) {
		if len(one)+len(two) > 1<<10 || len(line) > 1<<10 {
			return // what is longer is cut before it gets here
		}
		post := fuzzPost(l, one, two, link, mention, line, int(times%1000))
		small := post
		small.Body = slices.Clone(post.Body[1:3])
		alone := post
		alone.Body = nil
		for _, p := range []bot.Post{post, small, alone} {
			checked(t, l, p, link, utf8.ValidString(one) && utf8.ValidString(two) && utf8.ValidString(mention))
		}
	})
}

// failer is a test, of whatever package.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// checked holds all that must be true of what is sent of a post. Where its words are no text, halves of a character in two of them
// would be one in what they are compared with.
func checked(t failer, l layout, p bot.Post, link string, text bool) {
	t.Helper()
	all, err := l.drafts(p)
	if err != nil {
		t.Fatal(err)
	}
	bounded(t, all)
	harmless(t, p, link, all)
	if text {
		complete(t, l, p, all)
	}
}

// fuzzPost has every kind of block and span, filled with two texts, each of them next to the other.
func fuzzPost(l layout, one, two, link, mention, line string, times int) bot.Post {
	text := bot.Join("",
		bot.Lit(one), bot.Lit(two).With(bot.Strong), bot.At(drive, bot.DayClock).With(bot.Faint), bot.Lit(one).Linked(link), bot.Lit(two),
		bot.Say("who.unknown", bot.Args{"Words": bot.Lit(one).With(bot.Strong | bot.Faint)}), bot.Lit(" "+one+" ").With(bot.Mono), bot.Lit(one).With(bot.Faint),
		bot.AtIn(drive, bot.Clock, l.voice.Zone), bot.At(drive, bot.Relative).Linked(link), bot.At(drive, bot.Clock), bot.At(drive, bot.Year),
		bot.N(39_000_000), bot.In(l.voice.Zone), bot.Lit(two).With(bot.Mono), bot.Lit(one).With(bot.Strong),
	)
	many := bot.Lit(strings.Repeat(two, min(times, 1+(10_000/(1+len(two))))))
	items := slices.Repeat([]bot.Text{bot.Lit(two).With(bot.Strong), bot.Lit(one)}, times%70)
	return bot.Post{
		Mentions: []string{mention}, Headline: bot.Join("", bot.Lit(one), bot.Lit(two)), Also: bot.Said{Locale: "zh", Text: bot.Lit(two)},
		Author: bot.Join("", bot.Lit(two), many), Title: bot.Join("", bot.Lit(one), many), Accent: bot.LiveAccent, Silent: times%2 == 0,
		Body: []bot.Block{
			bot.Paragraph{Text: text},
			bot.Fields{{Name: bot.Lit(one), Value: bot.Lit(two)}, {Value: bot.Lit(two).With(bot.Faint)}, {Name: bot.Lit(one)}, {Name: bot.Lit("n"), Value: text}},
			bot.List{Title: bot.Lit(two), Items: []bot.Text{text, nil}, Ordered: true},
			bot.List{Items: items},
			bot.Table{Heads: []bot.Text{bot.Lit(one), bot.Lit("n")}, Rows: [][]bot.Text{{bot.Lit(two), bot.N(1)}, {nil, bot.Lit(one)}}},
			bot.Paragraph{Text: many},
			nil,
		},
		Footer: bot.Join("", bot.Lit(one), many),
		Buttons: slices.Concat(
			[]bot.Button{bot.Press(bot.Lit(one), line), bot.Press(bot.Lit(two), "/remind "+line), bot.PressLine(two)},
			slices.Repeat([]bot.Button{bot.PressLine("/a " + one), bot.PressLine("/b " + two)}, times%8),
		),
	}
}

// bounded holds that Discord takes the messages, as far as their sizes go.
func bounded(t failer, all []draft) {
	t.Helper()
	if len(all) == 0 {
		t.Errorf("no message")
	}
	for i, d := range all {
		if inUnits(d.Content) > 2000 || len(d.Embeds) > 1 || d.Content == "" && len(d.Embeds) == 0 {
			t.Errorf("message %d: %d units of content, %d embeds", i, inUnits(d.Content), len(d.Embeds))
		}
		for _, e := range d.Embeds {
			boundedEmbed(t, e)
		}
		data, err := json.Marshal(d)
		if err != nil || strings.Contains(string(data), ":null") || !strings.Contains(string(data), `"allowed_mentions":{"parse":[],"roles":[`) {
			t.Errorf("message %d: %v in %s", i, err, data)
		}
		if i < len(all)-1 && len(d.Components) > 0 {
			t.Errorf("message %d: buttons above the end", i)
		}
		boundedControls(t, d.Components)
	}
}

func boundedEmbed(t failer, e *discordgo.MessageEmbed) {
	t.Helper()
	total := inUnits(e.Title) + inUnits(e.Description)
	if inUnits(e.Title) > 256 || inUnits(e.Description) > 4096 || len(e.Fields) > 25 {
		t.Errorf("a title of %d units, a description of %d, %d fields", inUnits(e.Title), inUnits(e.Description), len(e.Fields))
	}
	if e.Author != nil {
		total += inUnits(e.Author.Name)
		if !bot.Visible(e.Author.Name) || inUnits(e.Author.Name) > 256 {
			t.Errorf("an author of %d units: %q", inUnits(e.Author.Name), e.Author.Name)
		}
	}
	if e.Footer != nil {
		total += inUnits(e.Footer.Text)
		if !bot.Visible(e.Footer.Text) || inUnits(e.Footer.Text) > 2048 {
			t.Errorf("a footer of %d units: %q", inUnits(e.Footer.Text), e.Footer.Text)
		}
	}
	for _, f := range e.Fields {
		total += inUnits(f.Name) + inUnits(f.Value)
		if f.Name == "" || inUnits(f.Name) > 256 || !bot.Visible(f.Value) || inUnits(f.Value) > 1024 {
			t.Errorf("a field of %d and %d units: %q, %q", inUnits(f.Name), inUnits(f.Value), f.Name, f.Value)
		}
	}
	if e.Description == "" && len(e.Fields) == 0 && e.Image == nil || total > 6000 {
		t.Errorf("an embed of %d units", total)
	}
}

func boundedControls(t failer, rows []row) {
	t.Helper()
	ids := map[string]bool{}
	id := func(id string) {
		if ids[id] || id == "" || inUnits(id) > 100 || !utf8.ValidString(id) {
			t.Errorf("the id %q, among %v", id, ids)
		}
		ids[id] = true
	}
	if len(rows) > 5 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if n := len(r.Components); n == 0 || n > 5 || n > 1 && r.Components[0].Options != nil {
			t.Errorf("a row of %d controls", n)
		}
		for _, c := range r.Components {
			id(c.CustomID)
			if inUnits(c.Label) > 80 || !bot.Visible(c.Label+c.Placeholder) || inUnits(c.Placeholder) > 150 || len(c.Options) > 25 {
				t.Errorf("the control %+v", c)
			}
			for _, o := range c.Options {
				id(o.Value)
				if !bot.Visible(o.Label) || inUnits(o.Label) > 100 {
					t.Errorf("the option %+v", o)
				}
			}
		}
	}
}

// harmless holds that Discord makes of no words more than was meant.
func harmless(t failer, p bot.Post, link string, all []draft) {
	t.Helper()
	for i, d := range all {
		allowed := []string{"subtext"}
		for _, id := range d.AllowedMentions.Users {
			allowed = append(allowed, "user "+id)
		}
		for _, id := range d.AllowedMentions.Roles {
			allowed = append(allowed, "role "+id)
		}
		if n := len(d.AllowedMentions.Users) + len(d.AllowedMentions.Roles); i == 0 && n > len(p.Mentions) || i > 0 && n > 0 {
			t.Errorf("message %d may ping %+v", i, d.AllowedMentions)
		}
		onlyMade(t, d.Content, allowed, false)
		for _, e := range d.Embeds {
			onlyMade(t, e.Title, nil, false)
			onlyMade(t, e.Description, []string{"link " + openable(link)}, true)
			for _, f := range e.Fields {
				onlyMade(t, f.Name, nil, false)
				onlyMade(t, f.Value, []string{"link " + openable(link)}, true)
			}
			if e.Footer != nil && strings.ContainsFunc(e.Footer.Text, unseen) {
				t.Errorf("the footer %q", e.Footer.Text)
			}
		}
	}
}

func onlyMade(t failer, markup string, allowed []string, rich bool) {
	t.Helper()
	nodes := readMarkup(markup)
	for _, m := range made(nodes) {
		kind, about, _ := strings.Cut(m, " ")
		styled := rich && (slices.Contains([]string{"bold", "italic", "subtext", "code", "codeblock", "item"}, kind) ||
			kind == "time" && about == strconv.FormatInt(drive.Unix(), 10))
		if !styled && !slices.Contains(allowed, m) {
			t.Errorf("Discord makes %q of %q", m, markup)
		}
	}
	if at := strings.IndexFunc(markup, unseen); at >= 0 {
		t.Errorf("%q in %q", markup[at:], markup)
	}
}

func unseen(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Co, r) || r == utf8.RuneError ||
		unicode.Is(unicode.Cf, r) && r != '\u2060' && r != '\u200d' && r != '\u200b')
}

// bared is only what can be seen of a text, without the marks between names and values and around what is left out: where it is parted
// does not matter.
func bared(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.M), r == utf8.RuneError, strings.ContainsRune(":：·…", r):
			return -1
		case r == 'ˋ':
			return '`'
		}
		return r
	}, text)
}

// complete holds that all of a post is there to be read, and nothing else.
func complete(t failer, l layout, p bot.Post, all []draft) {
	t.Helper()
	var content, body, footer strings.Builder
	for _, d := range all {
		content.WriteString(said(readMarkup(d.Content)))
		for _, e := range d.Embeds {
			body.WriteString(said(readMarkup(e.Description)))
			for _, f := range e.Fields {
				body.WriteString(said(readLine(f.Name)) + said(readMarkup(f.Value)))
			}
			if e.Footer != nil {
				footer.WriteString(e.Footer.Text)
			}
		}
	}
	foot := l.told(p.Footer)
	outside := allOutside(l, p)
	if body.Len() == 0 {
		outside, foot = outside+foot, ""
	}
	if got, want := bared(content.String()), bared(outside); got != want {
		t.Errorf("the content\ngot  %q\nwant %q", got, want)
	}
	got := bared(body.String() + footer.String())
	if inRows, inColumns := bared(allInside(l, p, false)+foot), bared(allInside(l, p, true)+foot); got != inRows && got != inColumns {
		t.Errorf("the embeds\ngot  %q\nwant %q\nor   %q", got, inRows, inColumns)
	}
}

// allOutside is what is to be read outside of embeds.
func allOutside(l layout, p bot.Post) string {
	var b strings.Builder
	for _, m := range p.Mentions {
		if found := mention.FindStringSubmatch(strings.ReplaceAll(bot.Tidy(m), "\n", " ")); found != nil {
			m = "⟨@" + found[2] + "⟩"
		}
		b.WriteString(m)
	}
	return b.String() + l.told(p.Headline) + l.told(p.Also.Text)
}

// allInside is what is to be read of the body of a post, its tables in columns or in rows.
func allInside(l layout, p bot.Post, inColumns bool) string {
	var b strings.Builder
	for _, block := range p.Body {
		switch block := block.(type) {
		case bot.Paragraph:
			b.WriteString(clocked(l, block.Text))
		case bot.Fields:
			for _, f := range block {
				b.WriteString(clocked(l, f.Name) + clocked(l, f.Value))
			}
		case bot.List:
			b.WriteString(clocked(l, block.Title))
			for _, item := range block.Items {
				b.WriteString(clocked(l, item))
			}
		case bot.Table:
			b.WriteString(saidTable(l, block, inColumns))
		}
	}
	return b.String()
}

func saidTable(l layout, t bot.Table, inColumns bool) string {
	var b strings.Builder
	if inColumns {
		for _, row := range slices.Concat([][]bot.Text{t.Heads}, t.Rows) {
			for _, cell := range row {
				b.WriteString(clocked(l, cell))
			}
		}
		return b.String()
	}
	for _, row := range t.Rows {
		for i, cell := range row {
			if i > 0 && len(l.phrase(cell)) > 0 {
				b.WriteString(clocked(l, t.Heads[i]))
			}
			b.WriteString(clocked(l, cell))
		}
	}
	return b.String()
}

// clocked is a text with its timestamps as [said] has them.
func clocked(l layout, t bot.Text) string {
	var b strings.Builder
	for _, p := range l.phrase(t) {
		if p.look.clock != "" {
			b.WriteString("⟨" + strconv.FormatInt(p.look.unix, 10) + "⟩")
			continue
		}
		b.WriteString(p.words)
	}
	return b.String()
}
