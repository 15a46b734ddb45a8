package telegram

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
)

// FuzzHTML holds that nothing in any field of a post is more than words to Telegram, that no word is lost or added, and that every
// bound is kept.
func FuzzHTML(f *testing.F) {
	f.Add("Lei Jun 雷军", "Shanghai → Hangzhou, 13.7 kWh", "https://weibo.com/leijun", "@drivers", "/remind s7k", uint(1))
	f.Add("<b>x</b> & \"y\" &lt; </b><script>", "</code></pre>", `https://a.cn/?a="><b>&b=<`, "<b>@x", "/x <b>", uint(40))
	f.Add("@drivers @x #live $NIO /forgetme", "see weibo.com, li.auto; me@li.auto or tg://user?id=1", "tg://user?id=1", "@a @b", "", uint(3))
	f.Add("@", "drivers", "javascript:alert(1)", "", "~abc", uint(2))
	f.Add("https:", "//evil.com", "https://localhost", "@x\n/start", strings.Repeat("/watch add x ", 9), uint(2))
	f.Add("\x1b[2J\u202e\u200b\ufeff\x00", "a\r\nb\n\n\n\nc\u2028d\te", "https://a.cn\n", "\u2060", "\xff", uint(7))
	f.Add("👨‍👩‍👧‍👦 e\u0301 ﷽ 𝔏", "𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏𝔏", "HTTPS://A.CN", "@e\u0301", "/𝔏", uint(500))
	f.Add("一二三四五，六七八九十。", "word and word and word", "http://1.2.3.4/", "@drivers", "/week 2024-W20", uint(300))
	f.Add("////////a", "/ / /a", "ftp://a.cn", "/start", "/remind a b", uint(900))
	f.Add(strings.Repeat("a", 300)+"/start", "1.2.3.4", "tg://resolve?domain=x", "@x", "x", uint(1))
	f.Add("0", "\u07ed/", "0", "0", "0", uint(2))
	f.Add("\x80", "0", "0", "\xe1\x97", "0", uint(2))
	l := fuzzed(f)
	f.Fuzz(func(t *testing.T, one, two, link, mention, line string, times uint) {
		if len(one)+len(two) > 1<<10 || len(line) > 1<<10 {
			return // what is longer is cut before it gets here
		}
		post := fuzzPost(l.voice, one, two, link, mention, line, int(times%1000))
		whole(t, l, post, []string{mention})
		small := post
		small.Body = nil
		whole(t, l, small, []string{mention})
		underPictures(t, l, small)
		alerts(t, l, post)
		pressedWell(t, l, post)
	})
}

func fuzzed(f *testing.F) layout {
	f.Helper()
	l := layout{clocks: true}
	l.voice = bot.Voice{Words: words(f), Locale: "en", Now: reader}
	return l.readBy(bot.Post{})
}

// fuzzPost has every kind of block and span, filled with two texts, each of them next to the other.
func fuzzPost(v bot.Voice, one, two, link, mention, line string, times int) bot.Post {
	text := bot.Join("",
		bot.Lit(one), bot.Lit(two).With(bot.Strong), bot.At(drive, bot.DayClock).With(bot.Faint), bot.Lit(one).Linked(link), bot.Lit(two),
		bot.Say("who.unknown", bot.Args{"Words": bot.Lit(one).With(bot.Strong | bot.Faint)}), bot.Lit(" "+one+" ").With(bot.Mono), bot.AtIn(drive, bot.Clock, v.Zone),
		bot.At(drive, bot.Relative).Linked(link), bot.At(drive, bot.Year), bot.N(39_000_000), bot.In(v.Zone),
	)
	many := bot.Lit(strings.Repeat(two, min(times, 1+(10_000/(1+len(two))))))
	items := slices.Repeat([]bot.Text{bot.Lit(two).With(bot.Strong), bot.Lit(one)}, times%70)
	return bot.Post{
		Mentions: []string{mention}, Headline: bot.Join("", bot.Lit(one), bot.Lit(two)), Also: bot.Said{Locale: "zh", Text: bot.Lit(two)},
		Body: []bot.Block{
			bot.Paragraph{Text: text},
			bot.Fields{{Name: bot.Lit(one), Value: bot.Lit(two)}, {Value: text}, {Name: text}},
			bot.List{Title: bot.Lit(two), Items: []bot.Text{text, nil}, Ordered: true},
			bot.List{Items: items},
			bot.Table{Heads: []bot.Text{bot.Lit(one), bot.Lit("n")}, Rows: [][]bot.Text{{bot.Lit(two), bot.N(1)}, {nil, bot.Lit(one)}}},
			bot.Paragraph{Text: many},
			nil,
		},
		Footer: text, Buttons: []bot.Button{bot.Press(bot.Lit(one), line), bot.Press(bot.Lit(two), "/remind "+line), bot.PressLine(two)},
	}
}

// whole reads the messages of a post again and compares them with it.
func whole(t *testing.T, l layout, post bot.Post, mentions []string) {
	t.Helper()
	var texts strings.Builder
	for i, m := range l.messages(post) {
		r, err := read(m.HTML)
		if err != nil {
			t.Fatalf("message %d: %v in %q", i, err, m.HTML)
		}
		if units := inUnits(r.text); m.units != units || units > 4096 || units == 0 {
			t.Errorf("message %d: %d units, said to be %d", i, units, m.units)
		}
		if len(r.elements) > 100 {
			t.Errorf("message %d: %d elements", i, len(r.elements))
		}
		if i == 0 {
			called := strings.TrimLeft(bot.Tidy(strings.ReplaceAll(strings.Join(mentions, " "), "\n", " ")), " ")
			r.elements = append(r.elements, element{name: "called", to: len(called)})
		}
		for _, made := range r.made() {
			if !proposed(post, made) {
				t.Errorf("message %d: Telegram makes something of %q in %q", i, made, m.HTML)
			}
		}
		if c := strings.IndexFunc(r.text, unseen); c >= 0 {
			t.Errorf("message %d: %q at %d of %q", i, r.text[c:], c, r.text)
		}
		texts.WriteString(r.text)
	}
	if !validAlone(post) {
		return
	}
	got := bared(texts.String())
	if inRows, inColumns := allSaid(l, post, false), allSaid(l, post, true); got != inRows && got != inColumns && got != "…" {
		t.Errorf("got  %q\nwant %q\nor   %q", got, inRows, inColumns)
	}
}

// validAlone says whether the words of a post are text, each by itself: halves of a character in two of them are none, but would be
// one in the words that they are compared with.
func validAlone(post bot.Post) bool {
	words := append(slices.Clone(post.Mentions), "")
	for _, span := range slices.Concat(post.Headline, post.Also.Text) {
		words = append(words, span.Text)
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !utf8.ValidString(w) })
}

// proposed says whether a post may well propose a command: in the words of our own, or as something to type.
func proposed(post bot.Post, made string) bool {
	if made == "/who" {
		return true
	}
	for _, block := range post.Body {
		p, ok := block.(bot.Paragraph)
		if !ok {
			continue
		}
		for _, span := range p.Text {
			if span.Style&bot.Mono != 0 && bot.Tidy(span.Text) == made {
				return true
			}
		}
	}
	return false
}

func unseen(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Co, r) || r == utf8.RuneError ||
		unicode.Is(unicode.Cf, r) && r != '\u2060' && r != '\u200d')
}

// bared is only what can be seen of a text: where it is parted does not matter.
func bared(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.M) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
}

// allSaid is what is to be read of a post in all, its tables in columns or in rows.
func allSaid(l layout, post bot.Post, inColumns bool) string {
	plain := l.voice.Plain
	mark := func(name, value bot.Text) string {
		if len(l.phrase(name)) == 0 || len(l.phrase(value)) == 0 {
			return plain(name) + plain(value)
		}
		return plain(name) + ":" + plain(value)
	}
	other := l.voice
	other.Locale = post.Also.Locale
	all := []string{strings.Join(post.Mentions, ""), plain(post.Headline), other.Plain(post.Also.Text)}
	for _, block := range post.Body {
		switch b := block.(type) {
		case bot.Paragraph:
			all = append(all, plain(b.Text))
		case bot.Fields:
			for _, f := range b {
				all = append(all, mark(f.Name, f.Value))
			}
		case bot.List:
			all = append(all, plain(b.Title))
			for i, item := range b.Items {
				dot := "·"
				if b.Ordered {
					dot = strconv.Itoa(i+1) + "."
				}
				all = append(all, dot, plain(item))
			}
		case bot.Table:
			all = append(all, saidTable(l, b, inColumns, mark))
		}
	}
	return bared(strings.Join(append(all, plain(post.Footer)), ""))
}

func saidTable(l layout, t bot.Table, inColumns bool, mark func(name, value bot.Text) string) string {
	var b strings.Builder
	if inColumns {
		for _, row := range slices.Concat([][]bot.Text{t.Heads}, t.Rows) {
			for _, cell := range row {
				b.WriteString(l.voice.Plain(cell))
			}
		}
		return b.String()
	}
	for _, row := range t.Rows {
		dot := ""
		for i, cell := range row {
			if len(l.phrase(cell)) == 0 {
				continue
			}
			b.WriteString(dot)
			if dot = "·"; i == 0 {
				b.WriteString(l.voice.Plain(cell))
				continue
			}
			b.WriteString(mark(t.Heads[i], cell))
		}
	}
	return b.String()
}

func underPictures(t *testing.T, l layout, post bot.Post) {
	t.Helper()
	m, fits := l.caption(post)
	r, err := read(m.HTML)
	if err != nil || inUnits(r.text) > 1024 || len(r.elements) > 100 {
		t.Errorf("%d units, %v in %q", inUnits(r.text), err, m.HTML)
	}
	if all := l.messages(post); fits && (len(all) != 1 || all[0] != m) {
		t.Errorf("a caption of %q for %+v", m.HTML, all)
	}
}

func alerts(t *testing.T, l layout, post bot.Post) {
	t.Helper()
	post.Mentions, post.Also = nil, bot.Said{}
	alert := l.alert(post)
	if inUnits(alert) > 200 || strings.ContainsFunc(alert, unseen) || strings.Contains(alert, joiner) {
		t.Errorf("an alert of %d units: %q", inUnits(alert), alert)
	}
	if got, want := strings.TrimSuffix(bared(alert), "…"), allSaid(l, post, false); validAlone(post) && !strings.HasPrefix(want, got) {
		t.Errorf("an alert of %q, want a part of %q", got, want)
	}
}

func pressedWell(t *testing.T, l layout, post bot.Post) {
	t.Helper()
	kept := ""
	keep := func(line string) (string, error) { kept = line; return "0123456789abcdef", nil }
	keys, err := keyboard(post.Buttons, keyboardFor{voice: l.voice, shared: true, username: "bot", keep: keep})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range keys.Rows {
		for _, key := range row {
			if (key.Data == "") == (key.URL == "") || len(key.Data) > 64 || key.Data == "" && strings.ContainsAny(key.URL, " <>\"") {
				t.Errorf("a button does %+v", key)
			}
			if !bot.Visible(key.Text) || utf8.RuneCountInString(key.Text) > 64 || strings.ContainsFunc(key.Text, unseen) {
				t.Errorf("a button says %q", key.Text)
			}
			if strings.HasPrefix(key.Data, "~") && kept == "" {
				t.Errorf("a button says %q, and nothing was kept", key.Data)
			}
		}
	}
}
