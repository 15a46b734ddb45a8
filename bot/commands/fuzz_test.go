package commands_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/commands"
	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/catalog"
)

// FuzzAsk types anything at all at the whole bot: nothing fails inside, and what is said back holds no character that moves a
// cursor or turns the text around it.
func FuzzAsk(f *testing.F) {
	for _, line := range []string{
		"雷军", "/who lei jum", "/who @everyone", "/who <@123> **bold** [x](http://y)", "/next gac chair in 2024", "/who https://weibo.com/leijum",
		"/watch add 蔚来和雷俊, a, b", "/stream add 雷俊 明天20:00 发布会", "/who \u202egnp.exe", "/who \x1b[31mred", "/live 2024年广汽董事长",
		"/schedule lei jun weibo 7", "/who 1ei jun", "/who \x00\xff", "hY \x10", "/who 李和平和李和平", "/who ＬＥＩ　ＪＵＮ", "/recent " + strings.Repeat("和", 500),
		"http://[::1]:namedport/", "/who //..//..", "/who https://x.com/%zz", "/show lei jun", "/who who=", "/next “lei jun", "/who 总", "/who ceo",
	} {
		f.Add(line, true)
		f.Add(line, false)
	}
	// One house for all lines, because opening one costs more than a thousand lines.
	house := bottest.Open(f, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	f.Fuzz(func(t *testing.T, line string, moderator bool) {
		house.As(map[bool]bot.Access{true: bot.Moderator, false: bot.Member}[moderator])
		post := asked(t, house, line)
		for i := range post.Buttons {
			post.Buttons[i].Command = "" // it is never shown where it could do harm, and has to be what was typed
		}
		said := bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post)
		for _, r := range strings.ReplaceAll(said, "\n", "") {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q: %U is said back in\n%s", line, r, said)
			}
		}
	})
}

// crowd is the bot on a real store with so many invented people beside the starter catalog.
func crowd(b *testing.B, people int) *bot.Router {
	b.Helper()
	store, err := bolt.Open(b.Context(), filepath.Join(b.TempDir(), "names.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	file, err := catalog.Starter()
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC)
	if _, err := catalog.Apply(b.Context(), store, file, now); err != nil {
		b.Fatal(err)
	}
	const page = 100
	for from := 0; from < people; from += page {
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			for i := from; i < min(from+page, people); i++ {
				if err := storage.Executives.Put(tx, invented(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	words := bottest.Words(b)
	router, err := bot.NewRouter(bot.Config{
		Commands: commands.New(commands.Config{Store: store, Words: words}), Words: words, Log: slog.New(slog.DiscardHandler),
		Now:       func() time.Time { return now },
		Authorise: func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return bot.Moderator, nil },
		Settings:  commands.Settings(store, words), Bare: "who", BareAs: commands.BareAs,
	})
	if err != nil {
		b.Fatal(err)
	}
	return router
}

// invented is a person of a common surname and two syllables, with a Chinese name and an alias.
func invented(i int) storage.Executive {
	const surnames, given = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文辉建国"
	s, g := []rune(surnames), []rune(given)
	zh := string([]rune{s[i%len(s)], g[i/len(s)%len(g)], g[i/len(s)/len(g)%len(g)]})
	return storage.Executive{
		Scope: storage.Public, ID: fmt.Sprintf("invented-%d", i), Aliases: []string{fmt.Sprintf("Director %c%d", 'a'+i%26, i)},
		Names:   storage.Names{"zh": zh, "en": fmt.Sprintf("%s %s", []string{"Alice", "Boris", "Chen", "Dana", "Wei"}[i%5], strings.ToUpper(fmt.Sprintf("%x", i*7919)))},
		Offices: []storage.Office{{Automaker: []string{"nio", fmt.Sprintf("maker-%d", i%100)}[min(i%50, 1)], Role: storage.Names{"en": "director"}}},
	}
}

// adversarial are lines that a stranger might type to keep the bot busy.
func adversarial() map[string]string {
	long := func(unit string) string { return strings.Repeat(unit, 1900/len([]rune(unit))) }
	return map[string]string{
		"plain name":       "/next lei jun",
		"bare Chinese":     "雷军",
		"slip":             "/who wei jianjon",
		"homophone":        "/who 雷俊",
		"nobody":           "/who akio toyoda",
		"many words":       "/next " + long("lei jun "),
		"many short words": "/next " + long("a "),
		"one long word":    "/who " + long("leijun"),
		"Han":              "/who " + long("雷军"),
		"joints":           "/watch add " + long("雷军和"),
		"joints, spaced":   "/watch add " + long("雷军 和 "),
		"lists":            "/watch add " + long("lei jun, "),
		"addresses":        "/watch add " + long("https://x.com/a/b,"),
		"a long address":   "/who https://weibo.com/" + long("tesla/"),
		"offices":          "/next " + long("ceo of nio "),
		"stream add":       "/stream add " + long("lei jun tomorrow "),
		"stream add none":  "/stream add " + long("x 20:00 "),
		"stream move":      "/stream move " + long("lei 8pm "),
		"schedule":         "/schedule " + long("lei jun weibo "),
		"polyphones":       "/who 重重重重重重重长长长长单单单单",
		"combining":        "/who " + long("é"),
		"titles":           "/who " + long("mr "),
	}
}

func BenchmarkStranger(b *testing.B) {
	for _, people := range []int{0, 5000} {
		router := crowd(b, people)
		for name, line := range adversarial() {
			b.Run(fmt.Sprintf("people=%d/%s", people, strings.ReplaceAll(name, " ", "_")), func(b *testing.B) {
				chat := bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "us", Kind: bot.Private}
				router.Answer(b.Context(), bot.Inbound{ID: "first", Chat: chat, Text: line})
				for b.Loop() {
					if post, _ := router.Answer(b.Context(), bot.Inbound{ID: "same", Chat: chat, Text: line}); post.Failed {
						b.Fatal("failed inside")
					}
				}
			})
		}
	}
}
