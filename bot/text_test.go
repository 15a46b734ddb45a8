package bot_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestCleanWordsCannotMoveOrTurnTheTextAroundThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"plain words":           "plain words",
		"  edges\t":             "edges",
		"two\nlines\r\nof\tit":  "two lines  of it",
		"a\u2028b\u2029c":       "a b c",
		"\x1b[31mred\x1b[0m":    "[31mred[0m",
		"bell\a and\x00nul":     "bell andnul",
		"\u202eturned\u202c":    "turned",
		"\u2066in\u2069\u200f":  "in",
		"zero\u200bwidth\ufeff": "zerowidth",
		"\U000e0041tag":         "tag",
		"private \ue000":        "private",
		"bad \xff\xfe bytes":    "bad  bytes",
		"👩\u200d🚀":              "👩\u200d🚀",
		"雷军，é":                  "雷军，é",
	} {
		if got := bot.Clean(typed); got != want {
			t.Errorf("Clean(%q): got %q, want %q", typed, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, typed := range []string{"a\x1b[2Jb", "\u202e\u200d\u2028", "\xff", "e\u0301", "\u0085", "\U000e0001\U0010ffff"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		clean := bot.Clean(typed)
		if !utf8.ValidString(clean) || bot.Clean(clean) != clean || strings.TrimSpace(clean) != clean {
			t.Errorf("Clean(%q): got %q, want valid, trimmed, and itself when cleaned again", typed, clean)
		}
		for _, r := range clean {
			if r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) {
				t.Errorf("Clean(%q): %U is left", typed, r)
			}
		}
		if said := bot.Quote(typed)[0].Text; utf8.RuneCountInString(said) > 40 {
			t.Errorf("Quote(%q): got %q, want at most 40 characters", typed, said)
		}
	})
}

func TestQuoteSaysBackAtMostFortyCharacters(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"lei\njun":              "lei jun",
		strings.Repeat("雷", 40): strings.Repeat("雷", 40),
		strings.Repeat("雷", 41): strings.Repeat("雷", 39) + "…",
	} {
		if diff := cmp.Diff(bot.Lit(want), bot.Quote(typed)); diff != "" {
			t.Errorf("Quote(%q), -want +got:\n%s", typed, diff)
		}
	}
}

func TestFlatWordsMessagesInsideMessages(t *testing.T) {
	t.Parallel()
	said := phrases{
		"outer": "{Who} at {When}, {Inner}", "inner": "in {Place} for {Long}, {Count} of {Many}",
	}
	shanghai := mustZone(t, "Asia/Shanghai")
	paris := mustZone(t, "Europe/Paris")
	inner := bot.Say("inner", bot.Args{"Place": bot.In(paris), "Long": bot.For(time.Hour), "Count": bot.N(3), "Many": bot.Figure(9)})
	outer := bot.Say("outer", bot.Args{
		"Who": bot.Lit("Lei").With(bot.Strong), "When": bot.At(midday, bot.Clock), "Inner": inner,
	}).With(bot.Faint).Linked("https://x.com")
	voice := bot.Voice{Words: said, Locale: "en", Zone: shanghai, Now: midday}

	if got, want := voice.Plain(outer), "Lei at 20:00 CST, in Europe/Paris for 1h0m0s, 3 of ~9"; got != want {
		t.Errorf("Plain: got %q, want %q", got, want)
	}
	if got, want := voice.Plain(bot.AtIn(midday, bot.Clock, paris)), "13:00 CET"; got != want {
		t.Errorf("a time in a zone of its own: got %q, want %q", got, want)
	}
	if got, want := voice.Plain(bot.Say("unheard")), "[unheard]"; got != want {
		t.Errorf("an unknown key: got %q, want %q", got, want)
	}
	for i, span := range voice.Flat(outer) {
		if span.Kind != bot.Literal && span.Kind != bot.Instant {
			t.Errorf("span %d: got kind %d, want literal or instant", i, span.Kind)
		}
		if span.Link != "https://x.com" || span.Style&bot.Faint == 0 {
			t.Errorf("span %d: got link %q, style %d; want those of the message around it", i, span.Link, span.Style)
		}
		if span.Kind == bot.Instant && span.Zone != shanghai {
			t.Errorf("span %d: got zone %v, want the reader's", i, span.Zone)
		}
	}
	if name := voice.Flat(outer)[1]; name.Text != "Lei" || name.Style != bot.Strong|bot.Faint {
		t.Errorf("got %q in style %d, want Lei, strong and faint", name.Text, name.Style)
	}
}

// Whom a text mentions an adapter can show by name; where it does not, the words that a moderator typed are there.
func TestMentionsStayMentions(t *testing.T) {
	t.Parallel()
	voice := bot.Voice{Words: phrases{"who": "ask {Who}"}, Locale: "en", Zone: time.UTC, Now: midday}
	said := bot.Say("who", bot.Args{"Who": bot.Mentioned("@&9")}).With(bot.Strong)
	if got, want := voice.Plain(said), "ask @&9"; got != want {
		t.Errorf("Plain: got %q, want %q", got, want)
	}
	want := bot.Text{{Text: "ask ", Style: bot.Strong}, {Kind: bot.Mention, Text: "@&9", Style: bot.Strong}}
	if diff := cmp.Diff(want, voice.Flat(said)); diff != "" {
		t.Errorf("Flat, -want +got:\n%s", diff)
	}
}

func TestMessagesInsideMessagesEndAtDepthEight(t *testing.T) {
	t.Parallel()
	text := bot.Lit("core")
	for depth := 1; depth <= 12; depth++ {
		text = bot.Say("self", bot.Args{"Next": text})
		want := strings.Repeat("(", depth) + "core" + strings.Repeat(")", depth)
		if depth > 8 {
			want = "(((((((())))))))"
		}
		voice := bot.Voice{Words: phrases{"self": "({Next})"}, Locale: "en", Zone: time.UTC, Now: midday}
		if got := voice.Plain(text); got != want {
			t.Errorf("depth %d: got %q, want %q", depth, got, want)
		}
	}
}

func TestJoinLeavesOutEmptyTexts(t *testing.T) {
	t.Parallel()
	got := bot.Join(", ", nil, bot.Lit("a"), bot.Text{}, bot.Lit("b"))
	if diff := cmp.Diff(bot.Text{bot.Lit("a")[0], bot.Lit(", ")[0], bot.Lit("b")[0]}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := bot.Join(", "); got != nil {
		t.Errorf("of nothing: got %v, want nothing", got)
	}
}

func TestOrNoneIsNothingForEmptyWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text bot.Text
		none bool
	}{{nil, true}, {bot.Lit(""), true}, {bot.Lit("a"), false}, {bot.Say("does"), false}} {
		if got := test.text.OrNone() == nil; got != test.none {
			t.Errorf("%v: got nothing %t, want %t", test.text, got, test.none)
		}
	}
}

func TestStylingATextLeavesTheOriginalAsItWas(t *testing.T) {
	t.Parallel()
	text := bot.Lit("a")
	_, _ = text.With(bot.Strong), text.Linked("https://x.com")
	if diff := cmp.Diff(bot.Lit("a"), text); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
