package lang_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/lang"
)

// built is the languages that the program has.
func built(tb testing.TB) *lang.Words {
	tb.Helper()
	words, err := lang.New()
	if err != nil {
		tb.Fatal(err)
	}
	return words
}

// toy is three small languages, of which French lacks most and Chinese needs no plural.
func toy(tb testing.TB) *lang.Words {
	tb.Helper()
	words, err := lang.Load(fstest.MapFS{
		"en.toml": {Data: []byte(`
"greet" = "Hello {{.Name}}."
"bye" = "Bye."
"week.streams" = { one = "{{.Count}} stream by {{.Name}}", other = "{{.Count}} streams by {{.Name}}" }
"twice" = "{{.Clock}} or {{.Clock}}"`)},
		"zh.toml": {Data: []byte(`
"greet" = "{{.Name}}，你好。"
"bye" = "再见。"
"week.streams" = "{{.Name}}有 {{.Count}} 场直播"
"twice" = "{{.Clock}}还是{{.Clock}}"`)},
		"fr.toml": {Data: []byte(`
"greet" = "Bonjour {{.Name}}."
"week.streams" = { one = "{{.Count}} direct de {{.Name}}", many = "{{.Count}} de directs de {{.Name}}", other = "{{.Count}} directs de {{.Name}}" }`)},
	}, "en", "zh", "fr")
	if err != nil {
		tb.Fatal(err)
	}
	return words
}

func TestMessage(t *testing.T) {
	name := bot.Lit("Lei Jun")
	tests := []struct {
		name, locale, key string
		args              bot.Args
		want              string
	}{
		{"an argument stands in its place", "en", "greet", bot.Args{"Name": name}, "Hello Lei Jun."},
		{"another language has another order", "zh", "greet", bot.Args{"Name": name}, "Lei Jun，你好。"},
		{"no arguments", "en", "bye", nil, "Bye."},
		{"one argument in two places", "en", "twice", bot.Args{"Clock": bot.Lit("20:00")}, "20:00 or 20:00"},
		{"an argument too many is left out", "en", "bye", bot.Args{"Name": name}, "Bye."},
		{"an empty argument says nothing", "en", "greet", bot.Args{"Name": nil}, "Hello ."},
		{"a missing message is said in English", "fr", "bye", nil, "Bye."},
		{"an unknown language is English", "tlh", "bye", nil, "Bye."},
		{"no language is English", "", "bye", nil, "Bye."},
		{"Count of one", "en", "week.streams", bot.Args{"Count": bot.N(1), "Name": name}, "1 stream by Lei Jun"},
		{"Count of none", "en", "week.streams", bot.Args{"Count": bot.N(0), "Name": name}, "0 streams by Lei Jun"},
		{"Count of several", "en", "week.streams", bot.Args{"Count": bot.N(21), "Name": name}, "21 streams by Lei Jun"},
		{"a styled Count counts", "en", "week.streams", bot.Args{"Count": bot.N(1).With(bot.Strong), "Name": name}, "1 stream by Lei Jun"},
		{"each language has its own plurals", "fr", "week.streams", bot.Args{"Count": bot.N(0), "Name": name}, "0 direct de Lei Jun"},
		{"a plural of millions", "fr", "week.streams", bot.Args{"Count": bot.N(1_000_000), "Name": name}, "1,000,000 de directs de Lei Jun"},
		{"a language without plurals", "zh", "week.streams", bot.Args{"Count": bot.N(1), "Name": name}, "Lei Jun有 1 场直播"},
		{"a Count in words is several", "fr", "week.streams", bot.Args{"Count": bot.Lit("quelques"), "Name": name}, "quelques directs de Lei Jun"},
		{
			"a Count of several spans is several", "en", "week.streams",
			bot.Args{"Count": bot.Join(" or ", bot.N(1), bot.N(2)), "Name": name},
			"1 or 2 streams by Lei Jun",
		},
	}
	words := toy(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			said, err := words.Message(tt.locale, tt.key, tt.args)
			if err != nil {
				t.Fatal(err)
			}
			if got := plain(words, said); got != tt.want {
				t.Errorf("said %q, want %q", got, tt.want)
			}
		})
	}
}

// plain is a text as an English reader in UTC sees it.
func plain(words bot.Words, t bot.Text) string {
	return bot.Voice{Words: words, Locale: "en", Zone: time.UTC}.Plain(t)
}

func TestMessageKeepsSpansOfItsArguments(t *testing.T) {
	at := time.Date(2024, 5, 18, 0, 30, 0, 0, time.UTC)
	name := slices.Concat(
		bot.Lit("雷军").With(bot.Strong).Linked("https://weibo.com/leijun"),
		bot.At(at, bot.Relative),
		bot.Say("bye"),
	)
	got, err := toy(t).Message("en", "greet", bot.Args{"Name": name})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Concat(bot.Lit("Hello "), name, bot.Lit("."))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func TestMessageErrors(t *testing.T) {
	tests := []struct {
		name, locale, key string
		args              bot.Args
		want              string
	}{
		{"a key that no language has", "zh", "nothing", nil, `no message "nothing" in en`},
		{"an argument is missing", "en", "greet", bot.Args{"Title": bot.Lit("x")}, `wording "greet" in en: no argument Name`},
		{"no arguments at all", "zh", "greet", nil, `wording "greet" in zh: no argument Name`},
		{"only one form lacks nothing", "en", "week.streams", bot.Args{"Count": bot.N(1)}, `wording "week.streams" in en: no argument Name`},
	}
	words := toy(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			said, err := words.Message(tt.locale, tt.key, tt.args)
			if err == nil {
				t.Fatalf("said %v, want an error", said)
			}
			if err.Error() != tt.want {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

// What people type is an argument; no argument can be taken for a part of the template or change what stands around it.
func FuzzMessageKeepsArguments(f *testing.F) {
	for _, typed := range []string{
		"", "lei jun", "{{.Name}}", "{{", "}}", "{{.Words}} {{template \"x\"}}", "<no value>", "%s%!d(MISSING)",
		"\ue000\ue001", "\ue0000\ue001", "\x00\x1b[31m", "\xff\xfe", "$1 \\1", "“”", "雷军",
	} {
		f.Add(typed, typed)
	}
	words := built(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		for _, locale := range words.Locales() {
			got, err := words.Message(locale, "error.bad_choice", bot.Args{
				"Words": bot.Lit(first), "Option": bot.Lit(second), "Choices": bot.Lit(first),
			})
			if err != nil {
				t.Fatal(err)
			}
			want, err := words.Message(locale, "error.bad_choice", bot.Args{
				"Words": bot.Lit("W"), "Option": bot.Lit("O"), "Choices": bot.Lit("W"),
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, span := range want {
				switch span.Text {
				case "W":
					want[i].Text = first
				case "O":
					want[i].Text = second
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
		}
	})
}

func TestMatch(t *testing.T) {
	tests := []struct {
		name   string
		wishes []string
		want   string
	}{
		{"no wish", nil, "en"},
		{"an empty wish", []string{""}, "en"},
		{"the language itself", []string{"zh"}, "zh"},
		{"a variety of it", []string{"en-GB"}, "en"},
		{"as Discord says it", []string{"zh-CN"}, "zh"},
		{"as Telegram says it", []string{"zh-hans"}, "zh"},
		{"another script, better than another language", []string{"zh-TW"}, "zh"},
		{"an underscore", []string{"fr_CA"}, "fr"},
		{"as a browser says it", []string{"tlh, fr;q=0.8, en;q=0.5"}, "fr"},
		{"the first wish first", []string{"fr", "zh"}, "fr"},
		{"a wish that is empty is skipped", []string{"", "fr"}, "fr"},
		{"a wish that cannot be met is skipped", []string{"ja", "fr"}, "fr"},
		{"a wish that cannot be read is skipped", []string{"not a tag", "zh"}, "zh"},
		{"none can be met", []string{"ja", "ko"}, "en"},
		{"a language read by many who wish another", []string{"gl"}, "en"},
	}
	words := toy(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := words.Match(tt.wishes...); got != tt.want {
				t.Errorf("Match(%q) = %q, want %q", tt.wishes, got, tt.want)
			}
		})
	}
}

func TestMatchIsAlwaysALocale(t *testing.T) {
	words := built(t)
	for _, wish := range []string{"en", "en-GB", "zh-Hans-CN", "fr", "de", "x", "-", "*", "C.UTF-8", strings.Repeat("a-", 5000)} {
		got := words.Match(wish)
		if _, err := words.Message(got, "error.busy", nil); err != nil || got == "" {
			t.Errorf("Match(%.20q) = %q: %v", wish, got, err)
		}
	}
}

func TestLocalesIsTheCallersToChange(t *testing.T) {
	words := toy(t)
	words.Locales()[0] = "xx"
	if diff := cmp.Diff([]string{"en", "zh", "fr"}, words.Locales()); diff != "" {
		t.Errorf("locales (-want +got):\n%s", diff)
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	tests := []struct{ name, locale, messages, want string }{
		{"no file", "fr", ``, "reading messages: open fr.toml: file does not exist"},
		{"no tag", "no tag", ``, `reading the language tag "no tag"`},
		{"not TOML", "en", "\"a.b\" = \"x\"\n\"a.c\" = x\n", "reading messages: en.toml:2: "},
		{"a key twice", "en", "\"a.b\" = \"x\"\n\n\"a.b\" = \"y\"\n", "reading messages: en.toml:3: "},
		{"not words", "en", `"a.b" = 3`, "reading messages: en.toml: "},
		{"no words", "en", `"a.b" = ""`, `reading messages: en.toml: "a.b": no words, or no form “other”`},
		{"no other form", "en", `"a.b" = { one = "x" }`, `reading messages: en.toml: "a.b": no words, or no form “other”`},
		{"a form that English has not", "en", `"a.b" = { some = "x", other = "y" }`, "reading messages: en.toml: "},
		{"logic", "en", `"a.b" = "{{if .X}}x{{end}}"`, `reading messages: en.toml: "a.b": placeholder "{{if .X" is not like {{.Name}}`},
		{"a function", "en", `"a.b" = "{{printf .X}}"`, `"a.b": placeholder "{{printf .X" is not like {{.Name}}`},
		{"a pipeline", "en", `"a.b" = "{{.X | html}}"`, `"a.b": placeholder "{{.X | html" is not like {{.Name}}`},
		{"a lower-case name", "en", `"a.b" = "{{.x}}"`, `"a.b": placeholder "{{.x" is not like {{.Name}}`},
		{"in any form", "en", `"a.b" = { one = "{{x}}", other = "x" }`, `"a.b": placeholder "{{x" is not like {{.Name}}`},
		{"never closed", "en", `"a.b" = "x {{.X"`, `"a.b": placeholder "{{.X" is not like {{.Name}}`},
		{"never opened", "en", `"a.b" = "x .X}}"`, `"a.b": braces that close without having opened`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := lang.Load(fstest.MapFS{"en.toml": {Data: []byte(tt.messages)}}, tt.locale)
			if err == nil {
				t.Fatal("loaded, want an error")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want it to have %q", err, tt.want)
			}
		})
	}
}

func TestManyGoroutines(t *testing.T) {
	words := toy(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				said, err := words.Message("en", "week.streams", bot.Args{"Count": bot.N(1234), "Name": bot.Figure(39_000_000)})
				if err != nil {
					t.Error(err)
				}
				if got, want := plain(words, said), "1,234 streams by 39 M"; got != want {
					t.Errorf("said %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		built(b)
	}
}

func BenchmarkMessage(b *testing.B) {
	words := built(b)
	args := bot.Args{"Option": bot.Lit("before"), "Words": bot.Lit("99"), "Min": bot.N(1), "Max": bot.N(14)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := words.Message("en", "error.bad_number", args); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNumber(b *testing.B) {
	words := built(b)
	b.ReportAllocs()
	for b.Loop() {
		words.Number("en", 22_756_103, true)
	}
}
