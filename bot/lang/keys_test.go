package lang_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"

	"boardcast/bot"
)

// messagesOf reads the messages of a locale by key.
func messagesOf(tb testing.TB, locale string) map[string]*i18n.Message {
	tb.Helper()
	data, err := os.ReadFile(locale + ".toml")
	if err != nil {
		tb.Fatal(err)
	}
	list, err := i18n.ParseMessageBytes(data, toml.Unmarshal)
	if err != nil {
		tb.Fatal(err)
	}
	messages := map[string]*i18n.Message{}
	for _, m := range list {
		messages[m.ID] = m
	}
	return messages
}

func formsOf(m *i18n.Message) []string {
	forms := []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
	return slices.DeleteFunc(forms, func(form string) bool { return form == "" })
}

var places = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// placesOf lists the placeholders of a message in all its forms, sorted.
func placesOf(m *i18n.Message) []string {
	names := []string{}
	for _, form := range formsOf(m) {
		for _, match := range places.FindAllStringSubmatch(form, -1) {
			names = append(names, match[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func placesByKey(tb testing.TB, locale string) map[string][]string {
	tb.Helper()
	byKey := map[string][]string{}
	for key, m := range messagesOf(tb, locale) {
		byKey[key] = placesOf(m)
	}
	return byKey
}

// locales are the languages that have a file.
func locales(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("*.toml")
	if err != nil {
		tb.Fatal(err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, ".toml")
	}
	return files
}

func program(tb testing.TB) *source {
	tb.Helper()
	src, err := readSource(os.DirFS("../.."), "bot", "scheduler", "storage", "cmd")
	if err != nil {
		tb.Fatal(err)
	}
	return src
}

func TestEveryKeyThatIsSaidHasWords(t *testing.T) {
	report(t, program(t).unknown(placesByKey(t, "en")))
}

func TestEveryKeyIsSaidWithItsArguments(t *testing.T) {
	report(t, program(t).mismatched(placesByKey(t, "en")))
}

func TestEveryKeyWithWordsIsSaid(t *testing.T) {
	report(t, program(t).unsaid(placesByKey(t, "en")))
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Error(problem)
	}
}

func TestEveryFileIsALanguage(t *testing.T) {
	want := slices.Sorted(slices.Values(built(t).Locales()))
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(locales(t)))); diff != "" {
		t.Errorf("languages and their files (-language +file):\n%s", diff)
	}
}

func TestEveryLanguageHasTheMessagesOfEnglish(t *testing.T) {
	want := placesByKey(t, "en")
	for _, locale := range locales(t) {
		if diff := cmp.Diff(want, placesByKey(t, locale)); diff != "" {
			t.Errorf("keys and placeholders of %s (-en +%s):\n%s", locale, locale, diff)
		}
	}
}

func TestEveryMessageCanBeSaid(t *testing.T) {
	words := built(t)
	for locale, m := range everyMessage(t) {
		args := bot.Args{}
		for _, name := range placesOf(m) {
			args[name] = bot.Lit("x")
		}
		for _, n := range []int64{0, 1, 2, 3, 5, 11, 21, 100, 1_000_000} {
			if _, ok := args["Count"]; ok {
				args["Count"] = bot.N(n)
			}
			if _, err := words.Message(locale, m.ID, args); err != nil {
				t.Errorf("of %d: %v", n, err)
			}
		}
	}
}

func TestEnglishCountsWithPlurals(t *testing.T) {
	for key, m := range messagesOf(t, "en") {
		counts := slices.Contains(placesOf(m), "Count")
		if counts != (m.One != "") {
			t.Errorf("%q has a place for Count: %v, and a form for one: %v; it needs both or neither", key, counts, m.One != "")
		}
	}
}

// keys are families and names of lower-case letters, digits and underscores.
var keys = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

func TestMessagesAreWellSaid(t *testing.T) {
	for locale, m := range everyMessage(t) {
		if !keys.MatchString(m.ID) {
			t.Errorf("%s: %q is not like family.key", locale, m.ID)
		}
		for _, form := range formsOf(m) {
			if flaw := flawOf(form); flaw != "" {
				t.Errorf("%s: %q has %s: %s", locale, m.ID, flaw, form)
			}
		}
	}
}

// flawOf says what is wrong with the look of some words; "" if nothing is.
func flawOf(words string) string {
	switch {
	case strings.ContainsAny(words, "!！"):
		return "an exclamation mark"
	case strings.ContainsFunc(words, func(r rune) bool { return r != '●' && unicode.Is(unicode.So, r) }):
		return "an emoji or symbol"
	case strings.Count(words, "\n") > 1:
		return "more than two lines"
	case strings.TrimSpace(words) != words:
		return "space around it"
	case strings.Contains(words, "  "):
		return "two spaces in a row"
	case strings.ContainsFunc(words, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Co, r) }):
		return "a control or private character"
	}
	return ""
}

// everyMessage yields every language with every message that it has.
func everyMessage(tb testing.TB) func(func(locale string, m *i18n.Message) bool) {
	tb.Helper()
	return func(yield func(locale string, m *i18n.Message) bool) {
		for _, locale := range locales(tb) {
			for _, m := range messagesOf(tb, locale) {
				if !yield(locale, m) {
					return
				}
			}
		}
	}
}

func TestFlawOf(t *testing.T) {
	tests := []struct{ words, want string }{
		{"● Live: {{.Who}}\n39 M · 200 M → “done”", ""},
		{"Done!", "an exclamation mark"},
		{"完成！", "an exclamation mark"},
		{"Done 🎉", "an emoji or symbol"},
		{"a\nb\nc", "more than two lines"},
		{" a", "space around it"},
		{"a  b", "two spaces in a row"},
		{"a\tb", "a control or private character"},
		{"a\ue000b", "a control or private character"},
	}
	for _, tt := range tests {
		if got := flawOf(tt.words); got != tt.want {
			t.Errorf("%q has %q, want %q", tt.words, got, tt.want)
		}
	}
}

// The tests above are as good as what they find in the sources.
func TestSourceFindsWhatIsSaid(t *testing.T) {
	vocabulary := map[string][]string{
		"error.busy": {}, "error.bad": {"Words"}, "state.live": {}, "state.ended": {}, "state.of.day": {"Day"}, "option.who": {},
	}
	const intro = `package commands; import "boardcast/bot"; `
	tests := []struct{ name, code, unknown, mismatched, said string }{
		{name: "a known key", code: `var a = bot.Say("error.busy")`, said: "error.busy"},
		{name: "an unknown key", code: `var a = bot.Say("error.bussy")`, unknown: `no words for "error.bussy"`},
		{name: "a raw literal", code: "var a = bot.Say(`error.bussy`)", unknown: `no words for "error.bussy"`},
		{name: "of an error", code: `var a = bot.NewError(bot.Invalid, "error.none", nil)`, unknown: `no words for "error.none"`},
		{name: "of a command", code: `var a = bot.Command{Summary: "command.none"}`, unknown: `no words for "command.none"`},
		{name: "a summary with arguments", code: `var a = bot.Command{Summary: "error.bad"}`, mismatched: `"error.bad" has places for [Words] and is said with []`, said: "error.bad"},
		{name: "with its arguments", code: `var a = bot.Say("error.bad", bot.Args{"Words": nil})`, said: "error.bad"},
		{name: "with others", code: `var a = bot.Say("error.bad", bot.Args{"Word": nil})`, mismatched: `"error.bad" has places for [Words] and is said with [Word]`, said: "error.bad"},
		{name: "with none", code: `var a = bot.Say("error.bad")`, mismatched: `"error.bad" has places for [Words] and is said with []`, said: "error.bad"},
		{name: "an error with none", code: `var a = bot.NewError(bot.Invalid, "error.bad", nil)`, mismatched: `"error.bad" has places for [Words] and is said with []`, said: "error.bad"},
		{name: "with too many", code: `var a = bot.Say("error.busy", bot.Args{"Words": nil})`, mismatched: `"error.busy" has places for [] and is said with [Words]`, said: "error.busy"},
		{name: "with computed ones", code: `var a = bot.Say("error.bad", args())`, said: "error.bad"},
		{name: "a computed key", code: `func f(s string) { bot.Say("state.of." + s, bot.Args{"Day": nil}) }`, said: "state.of.day"},
		{
			name: "a computed key with the wrong arguments", code: `func f(s string) { bot.Say("state." + s) }`,
			mismatched: `"state.of.day" has places for [Day] and is said with []`, said: "state.ended state.live state.of.day",
		},
		{name: "a computed key of no family", code: `func f(s string) { bot.Say("stat." + s + ".x") }`, unknown: `no words for "stat."`},
		{name: "a constant", code: `const k = "error.bussy"; var a = bot.Say(k)`, unknown: `no words for "error.bussy"`},
		{name: "a constant after its use", code: `var a = bot.Say(k); const k = "error.bussy"`, unknown: `no words for "error.bussy"`},
		{name: "a constant with the wrong arguments", code: `const k = "error.busy"; var a = bot.Say(k, bot.Args{"limit": nil})`, mismatched: `"error.busy" has places for [] and is said with [limit]`, said: "error.busy"},
		{name: "in a variable", code: `func f() { key := "error.busy"; bot.Say(key) }`, said: "error.busy"},
		{name: "in a table", code: `var keys = map[int]string{1: "state.live", 2: "state.ended"}`, said: "state.ended state.live"},
		{name: "handed on", code: `func f(key string) { bot.Say(key) }; var a = f("error.bussy")`, unknown: `no words for "error.bussy"`},
		{name: "handed on before it is declared", code: `var a = g(1, "error.bussy"); func g(n int, k string) { f(k) }; func f(key string) { bot.Say(key) }`, unknown: `no words for "error.bussy"`},
		{name: "handed on with fixed arguments", code: `func f(key string) { bot.Say(key, bot.Args{"Words": nil}) }; var a = f("error.busy")`, mismatched: `"error.busy" has places for [] and is said with [Words]`, said: "error.busy"},
		{name: "handed on with its arguments", code: `func f(key string, args bot.Args) { bot.Say(key, args) }; var a = f("error.bad", bot.Args{"X": nil})`, mismatched: `"error.bad" has places for [Words] and is said with [X]`, said: "error.bad"},
		{name: "handed on to a method", code: `func (c C) f(key string) { bot.Say(key) }; func g(c C) { c.f("error.bussy") }`, unknown: `no words for "error.bussy"`},
		{name: "handed on to a declaration", code: `func f[T any](name, summary string) { _ = Spec{Summary: summary} }; var a = f[int]("who", "option.whom")`, unknown: `no words for "option.whom"`},
		{name: "nothing", code: `var a = fmt.Sprint("error")`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src, err := readSource(fstest.MapFS{"bot/commands/a.go": {Data: []byte(intro + tt.code)}}, "bot")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.unknown, problem(src.unknown(vocabulary))); diff != "" {
				t.Errorf("unknown keys (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.mismatched, problem(src.mismatched(vocabulary))); diff != "" {
				t.Errorf("mismatched arguments (-want +got):\n%s", diff)
			}
			var said []string
			for key := range vocabulary {
				if src.saidSomewhere(key) {
					said = append(said, key)
				}
			}
			slices.Sort(said)
			if diff := cmp.Diff(tt.said, strings.Join(said, " ")); diff != "" {
				t.Errorf("keys said (-want +got):\n%s", diff)
			}
			if got, want := len(src.unsaid(vocabulary)), len(vocabulary)-len(said); got != want {
				t.Errorf("%d keys are said nowhere, want %d", got, want)
			}
		})
	}
}

// problem is a list of problems without their positions.
func problem(problems []string) string {
	for i, p := range problems {
		_, problems[i], _ = strings.Cut(p, ": ")
	}
	return strings.Join(problems, "; ")
}

func TestSourceLeavesOutTests(t *testing.T) {
	says := func(key string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "package bot\nvar a = Say(%q)", key)}
	}
	src, err := readSource(fstest.MapFS{
		"bot/a.go": says("a.a"), "bot/a_test.go": says("b.b"), "bot/bottest/a.go": says("c.c"), "bot/testdata/a.go": says("d.d"), "other/a.go": says("e.e"),
	}, "bot")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`bot/a.go:2:13: no words for "a.a"`}
	if diff := cmp.Diff(want, src.unknown(nil)); diff != "" {
		t.Errorf("unknown keys (-want +got):\n%s", diff)
	}
}
