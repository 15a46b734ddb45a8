package bot_test

import (
	"context"
	"strings"
	"testing"

	"boardcast/bot"
)

func TestQuotedWordsAreOneWord(t *testing.T) {
	t.Parallel()
	title := bot.TextOption("title", "what", 100)
	router, _ := routerOf(t, []*bot.Command{taking("say", colour, title)})
	for line, want := range map[string]string{
		`/say red "two words"`:             "colour=red | title=two words",
		`/say red “two words”`:             "colour=red | title=two words",
		`/say red ”two words”`:             "colour=red | title=two words",
		`/say red „two words“`:             "colour=red | title=two words",
		`/say red ＂two words＂`:             "colour=red | title=two words",
		`/say red “two words"`:             "colour=red | title=two words",
		`/say red «two words»`:             "colour=red | title=two words",
		`/say red 「two words」`:             "colour=red | title=two words",
		`/say red 『two words』`:             "colour=red | title=two words",
		`/say red "two words`:              "colour=red | title=two words",
		`/say red «it's "so"»`:             `colour=red | title=it's "so"`,
		`/say red title="two words`:        "colour=red | title=two words",
		`/say "two words colour=red`:       "colour=red | title=two words",
		`/say title=“two words colour=red`: "colour=red | title=two words",
		`/say "two colour: words red`:      "title=two colour: words red",
		`/say "two hue=red words`:          "title=two hue=red words",
		`/say "colour=red`:                 "title=colour=red",
		`/say "two colour=`:                "title=two colour=",
		`/say red "title=a b" c`:           "colour=red | title=title=a b c",
		`/say title=「two words」 red`:       "colour=red | title=two words",
		`/say "red" "green"`:               "colour=red | title=green",
		"/say red two\tspaced   words":     "colour=red | title=two spaced words",
		`/say red don't and 5" of it`:      `colour=red | title=don't and 5" of it`,
		`/say red "glued"after`:            "colour=red | title=glued after",
		`/say red ""`:                      "colour=red",
		`/say colour="" two words`:         "bad_choice Choices=red, green Option=colour Words=\n> /say colour=red two words\n> /say colour=green two words",
		`/say red "title=not an option"`:   "colour=red | title=title=not an option",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

func TestOnlyDeclaredNamesAreOptions(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{taking("say", person, bot.TextOption("title", "what", 100))})
	for line, want := range map[string]string{
		"/say who=musk hello":                    "who=musk | title=hello",
		"/say who:musk hello":                    "who=musk | title=hello",
		"/say who＝musk hello":                    "who=musk | title=hello",
		"/say who：musk hello":                    "who=musk | title=hello",
		"/say WHO=Musk hello":                    "who=musk | title=hello",
		"/say hello who=musk":                    "who=musk | title=hello",
		"/say musk a who=musk b":                 "who=musk | title=musk a b",
		"/say musk colour=red":                   "who=musk | title=colour=red",
		"/say musk https://x.com/?who=1&title=2": "who=musk | title=https://x.com/?who=1&title=2",
		"/say https://x.com/musk?who=1 20:30":    "who=https://x.com/musk?who=1 | title=20:30",
		"/say musk =b":                           "who=musk | title==b",
		"/say musk title=a=b":                    "who=musk | title=a=b",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

func TestEachOptionTakesTheLongestRunInItsOrder(t *testing.T) {
	t.Parallel()
	count := bot.IntOption("count", "what", 1, 9)
	router, _ := routerOf(t, []*bot.Command{
		taking("mark", person.Required(), colour, count),
		taking("note", colour, bot.TextOption("text", "what", 20).Rest()),
		taking("free", person, colour),
		taking("call", colour, bot.TextOption("name", "what", 20)),
		taking("edit", person.Required(), bot.TextOption("name", "what", 20).Named(), colour),
	})
	for line, want := range map[string]string{
		"/edit musk name=elon red":   "who=musk | name=elon | colour=red",
		"/edit musk red":             "who=musk | colour=red",
		"/edit musk elon":            "bad_choice Choices=red, green Option=colour Words=elon\n> /edit musk red\n> /edit musk green",
		"/mark lei jun red 3":        "who=lei jun | colour=red | count=3",
		"/mark li xiang l9":          "who=li xiang l9",
		"/mark li xiang 9":           "who=li xiang | count=9",
		"/mark lei jun 3":            "who=lei jun | count=3",
		"/mark 3 who=musk red":       "who=musk | colour=red | count=3", // what was passed over takes what is left
		"/mark musk 3 red":           "who=musk | colour=red | count=3",
		"/mark musk 3 blue":          "bad_choice Choices=red, green Option=colour Words=blue\n> /mark musk 3 red\n> /mark musk 3 green",
		"/mark red who=musk 3":       "who=musk | colour=red | count=3",
		"/mark lei colour=red jun 3": "who=lei jun | colour=red | count=3",
		"/note red a b c":            "colour=red | text=a b c",
		"/note a b c":                "text=a b c",
		"/note green":                "colour=green",
		"/note text=a":               "text=a",
		"/free red":                  "colour=red",
		`/call "red and blue" red`:   "colour=red | name=red and blue",
		`/call red "so called"`:      "colour=red | name=so called",
		`/call "so" called`:          "name=so called",
		"/free":                      "",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

func TestMistakesAreShownWithTheLinesThatWouldBeRight(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{
		taking("mark", person.Required(), colour.Required()),
		taking("paint", colour),
		taking("none"),
		taking("pair", colour.Required(), person),
		taking("count", bot.IntOption("n", "what", 1, 9).Required()),
		taking("say", bot.TextOption("title", "what", 5)),
	})
	for line, want := range map[string]string{
		"/mark red":                 "missing_option Option=what it is\n> /mark \"lei jun\" red\n> /mark \"lei hao\" red",
		"/mark":                     "missing_option Option=what it is\n> /mark \"lei jun\"\n> /mark \"lei hao\"",
		"/mark colour=red ":         "missing_option Option=what it is\n> /mark colour=red \"lei jun\"\n> /mark colour=red \"lei hao\"",
		"/mark musk":                "missing_option Option=what it is\n> /mark musk red\n> /mark musk green",
		`/mark "musk`:               "missing_option Option=what it is\n> /mark \"musk\" red\n> /mark \"musk\" green",
		"/mark who=«musk ":          "missing_option Option=what it is\n> /mark who=«musk» red\n> /mark who=«musk» green",
		"/mark lei red":             "which\n> /mark \"lei jun\" red\n> /mark \"lei hao\" red",
		"/mark who=lei red":         "which\n> /mark who=\"lei jun\" red\n> /mark who=\"lei hao\" red",
		`/mark who="lei"red`:        "which\n> /mark who=\"lei jun\" red\n> /mark who=\"lei hao\" red",
		"/mark nobody here red":     "not_understood Option=who Words=nobody here",
		"/mark musk blue":           "bad_choice Choices=red, green Option=colour Words=blue\n> /mark musk red\n> /mark musk green",
		"/paint light blue":         "bad_choice Choices=red, green Option=colour Words=light blue\n> /paint red\n> /paint green",
		"/paint colour=light":       "bad_choice Choices=red, green Option=colour Words=light\n> /paint colour=red\n> /paint colour=green",
		"/paint colours=red":        "option_near Near=colour= Typed=colours=\n> /paint colour=red",
		"/say tilte=a":              "option_near Near=title= Typed=tilte=\n> /say title=a",
		"/paint red and more":       "left_over Words=and more\n> /paint red",
		"/paint and colour=red all": "left_over Words=and all\n> /paint colour=red",
		"/pair blue lei":            "bad_choice Choices=red, green Option=colour Words=blue\n> /pair red lei\n> /pair green lei",
		"/none at all":              "left_over Words=at all\n> /none",
		"/count":                    "missing_option Option=what it is\n> /help count",
		"/count 12":                 "bad_number Max=9 Min=1 Option=n Words=12\n> /count 9",
		"/count n=x":                "bad_number Max=9 Min=1 Option=n Words=x",
		"/say too many":             "too_long Max=5",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

// The words between which a named option stands are replaced without it.
func TestCorrectedLineKeepsNamedOptions(t *testing.T) {
	t.Parallel()
	two := bot.NewOption("two", "what", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		if words == "a b" {
			return "", &bot.ChoiceError{Code: bot.Ambiguous, Say: bot.Say("error.which"), Choices: []bot.Choice{{Value: "c"}}}
		}
		return "", bot.ErrNotThis
	})
	router, _ := routerOf(t, []*bot.Command{taking("x", two, colour)})
	want := "which\n> /x c colour=red"
	if got := answered(t, router, private("/x a colour=red b")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoMoreThanFourLinesAreOffered(t *testing.T) {
	t.Parallel()
	many := bot.ChoiceOption("n", "what", "a1", "a2", "a3", "a4", "a5")
	router, _ := routerOf(t, []*bot.Command{taking("x", many.Required())})
	for _, line := range []string{"/x", "/x b"} {
		if post, _ := router.Answer(t.Context(), private(line)); len(post.Buttons) != 4 {
			t.Errorf("%s: got %d buttons, want 4", line, len(post.Buttons))
		}
	}
}

// A title of very many words must not lose its end.
func TestWordsBeyondTheLastThatIsToldApartAreKept(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{taking("say", colour, bot.TextOption("title", "what", 2000).Rest())})
	long := strings.TrimSpace(strings.Repeat("ab ", 300))
	for _, line := range []string{"/say " + long, `/say title="` + long + `"`} {
		if got, want := answered(t, router, private(line)), "title="+long; got != want {
			t.Errorf("got %d bytes %.40q…, want %d bytes", len(got), got, len(want))
		}
	}
}

// FuzzButtonsReadBack offers a value as the right one, presses the button, and looks whether the value arrives.
func FuzzButtonsReadBack(f *testing.F) {
	for _, value := range []string{"red", "lei jun", `say "it"`, "“a b", "who=x", "to：y", "", "\u3000", "0ho=", "https://x.y", " x ", `"«「『`, "a\nb", "/x", "20:30", "\xff", "」』»”", "all ”»」』", "ll ”»」』\xc3"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = value[:min(len(value), 500)] // so that a line can hold it
		var got string
		option := bot.NewOption("who", "what", func(_ context.Context, _ *bot.Request, words string) (string, error) {
			if words != "wrong" {
				got = words
				return words, nil
			}
			return "", &bot.ChoiceError{Code: bot.Invalid, Choices: []bot.Choice{{Value: value}}}
		})
		router, _ := routerOf(t, []*bot.Command{taking("x", option, bot.TextOption("to", "what", 10))})
		for _, line := range []string{"/x wrong to=y", "/x who=wrong to=y"} {
			post, _ := router.Answer(t.Context(), private(line))
			got = "(nothing)"
			router.Answer(t.Context(), private(post.Buttons[0].Command))
			if want := readBack(value, got); got != want {
				t.Errorf("%s: offered %q as %q, which is read as %q", line, value, post.Buttons[0].Command, got)
			}
		}
	})
}

// readBack is a value as it arrives: one that holds quotes of every kind may lose the double ones.
func readBack(value, got string) string {
	if strings.TrimSpace(value) == "" {
		return "(nothing)" // as from quotes with nothing between them
	}
	for _, quotes := range []string{"\"“”„＂", "»", "」", "』"} {
		if !strings.ContainsAny(value, quotes) {
			return value
		}
	}
	if got == value {
		return value
	}
	return strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "＂", "'").Replace(value)
}

// What is typed on a phone: names in any place, values of several words without quotes, the time at the end.
func TestWordsGoWhereTheyAreUnderstood(t *testing.T) {
	t.Parallel()
	text := bot.TextOption("title", "what", 100)
	router, _ := routerOf(t, []*bot.Command{
		taking("add", person.Required(), bot.LengthOption("when", "what").Required(), text, colour),
		taking("set", colour, bot.LengthOption("every", "what")),
		taking("list", colour, bot.IntOption("page", "what", 1, 9).Named()),
	})
	for line, want := range map[string]string{
		"/set every=1h 10m red":              "colour=red | every=[1h10m0s]",
		"/set red every=1h 10m, 2 d":         "colour=red | every=[1h10m0s 48h0m0s]",
		"/set every= 1h red":                 "colour=red | every=[1h0m0s]",
		`/set every="1h" 10m`:                "bad_choice Choices=red, green Option=colour Words=10m\n> /set every=\"1h\" red\n> /set every=\"1h\" green",
		"/add who=lei jun 1h":                "who=lei jun | when=[1h0m0s]",
		"/add musk a long title 1h 10m":      "who=musk | when=[1h10m0s] | title=a long title",
		"/add 1h musk":                       "who=musk | when=[1h0m0s]",
		"/add musk 1h title=a long tale red": "who=musk | when=[1h0m0s] | title=a long tale | colour=red",
		"/add title=a long one musk 1h":      "who=musk | when=[1h0m0s] | title=a long one",
		"/add musk 1h title=“a” long":        "bad_choice Choices=red, green Option=colour Words=long\n> /add musk 1h title=“a” red\n> /add musk 1h title=“a” green",
		"/add nobody at all 1h":              "not_understood Option=who Words=nobody at all",
		"/add musk 1h title a tale":          "who=musk | when=[1h0m0s] | title=title a tale",
		"/set red every 1h 10m":              "colour=red | every=[1h10m0s]",
		"/list red page 2":                   "colour=red | page=2",
		"/list red size=2":                   "left_over Words=size=2\n> /list red",
		"/list 2":                            "bad_choice Choices=red, green Option=colour Words=2\n> /list red\n> /list green",
		"/list page=2":                       "page=2",
		"/list red page=":                    "missing_option Option=what it is",
		"/list page=2 page=3":                "page=3",
		"/add musk when=1h":                  "who=musk | when=[1h0m0s]",
		"/add when= title=x musk":            "missing_option Option=what it is\n> /add when=10m title=x musk\n> /add when=1h title=x musk\n> /add when=1d title=x musk",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

// Words behind a named option that takes any are its own or those of an option that knows them, never of another that takes any.
func TestWordsBehindANameAreNoOtherText(t *testing.T) {
	t.Parallel()
	text := func(name string) bot.Option[string] { return bot.TextOption(name, "what", 100) }
	router, _ := routerOf(t, []*bot.Command{
		taking("edit", person.Required(), text("title"), text("car"), text("note").Named(), colour),
		taking("add", person.Required(), bot.LengthOption("when", "what").Required(), text("title"), text("note").Named(), colour),
	})
	for line, want := range map[string]string{
		"/edit musk note=it may rain today":             "who=musk | note=it may rain today",
		"/edit note=it may rain today":                  "not_understood Option=who Words=may rain today",
		"/edit musk title=a road trip car=a red one":    "who=musk | title=a road trip | car=a red one",
		"/edit musk title=a road trip note=b c car=d e": "who=musk | title=a road trip | car=d e | note=b c",
		"/edit musk a road trip note=b c":               "who=musk | title=a road trip | note=b c",
		"/edit musk note=b c title=a road red":          "who=musk | title=a road | note=b c | colour=red",
		"/edit musk note=b red c title=d e":             "who=musk | title=d e | note=b red c",
		`/edit musk note=the "best" car`:                "who=musk | note=the best car",
		"/edit nobody note=it may rain":                 "not_understood Option=who Words=nobody",
		"/add musk note=b c title=a road trip 1h 10m":   "who=musk | when=[1h10m0s] | title=a road trip | note=b c",
		"/add title=a road trip note=b c musk 1h":       "who=musk | when=[1h0m0s] | title=a road trip | note=b c",
		"/add musk title=a road trip note=b c":          "bad_length Words=road trip\n> /add musk title=a 10m note=b c\n> /add musk title=a 1h note=b c\n> /add musk title=a 1d note=b c",
		"/add musk 1h note=" + strings.Repeat("a ", 50): "who=musk | when=[1h0m0s] | note=" + strings.TrimSpace(strings.Repeat("a ", 50)),
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

// The line of a button that goes on says what was typed, with one value changed.
func TestLineWithAnotherValue(t *testing.T) {
	t.Parallel()
	page := bot.IntOption("page", "what", 1, 99).Named()
	command := &bot.Command{Name: "list", Summary: "does", Options: []bot.Param{colour, page}}
	command.Run = func(_ context.Context, req *bot.Request) (bot.Post, error) {
		return bot.Post{Headline: bot.Lit(req.LineWith("page", "7"))}, nil
	}
	router, _ := routerOf(t, []*bot.Command{command}, func(c *bot.Config) { c.Bare = "list" })
	for line, want := range map[string]string{
		"/list":            "/list page=7",
		"/list red ":       "/list red page=7",
		"/list page=1 red": "/list page=7 red",
		"/list red page：6": "/list red page=7",
		`/list "red`:       `/list "red" page=7`,
		"red":              "/list red page=7",
	} {
		post, _ := router.Answer(t.Context(), private(line))
		if got := heard(post); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}
