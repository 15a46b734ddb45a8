package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// proposed is what an option proposes, a value a choice.
func proposed(t *testing.T, router *bot.Router, in bot.Inbound, option, typed string) []string {
	t.Helper()
	got, err := router.Propose(t.Context(), in, option, typed)
	if err != nil {
		t.Fatalf("Propose(%q, %q, %q): %v", in.Text, option, typed, err)
	}
	var values []string
	for _, choice := range got.Choices {
		values = append(values, choice.Value)
	}
	return values
}

func TestProposeListsTheValuesOfOneOption(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{
		show(), stream(), taking("mark", person.Required(), colour, bot.IntOption("count", "what", 1, 9)),
	})
	for _, tt := range []struct {
		line, option, typed string
		want                []string
	}{
		{"/mark", "who", "lei", []string{"lei jun", "lei hao"}},
		{"/mark", "who", "lei h", []string{"lei hao"}},
		{"/mark", "who", "nobody", nil},
		{`/mark who="lei jun"`, "colour", "", []string{"red", "green"}},
		{"/mark colour=red", "colour", "g", []string{"green"}},
		{"/mark colour=nonsense", "who", "lei j", []string{"lei jun"}},
		{"/stream move", "colour", "", []string{"red", "green"}},
		{"/mark", "count", "", nil},
		{"/mark", "nothing", "", nil},
		{"/stream", "colour", "", nil},
		{"/gone", "who", "", nil},
	} {
		if diff := cmp.Diff(tt.want, proposed(t, router, private(tt.line), tt.option, tt.typed)); diff != "" {
			t.Errorf("%s, %s of %q, -want +got:\n%s", tt.line, tt.option, tt.typed, diff)
		}
	}
}

// What an option proposes may rest on the others.
func TestProposeKnowsTheOtherOptions(t *testing.T) {
	t.Parallel()
	after := colour.Proposing(func(_ context.Context, req *bot.Request, _ string) ([]bot.Choice, error) {
		return []bot.Choice{{Value: "of " + person.Of(req)}}, nil
	})
	router, _ := routerOf(t, []*bot.Command{taking("mark", person, after)})
	for line, want := range map[string]string{`/mark who="lei jun"`: "of lei jun", "/mark": "of ", "/mark who=x": "of "} {
		if diff := cmp.Diff([]string{want}, proposed(t, router, private(line), "colour", "")); diff != "" {
			t.Errorf("%s, -want +got:\n%s", line, diff)
		}
	}
}

// Only those who may give a command see what it is about: a chat's watches are not everybody's to read.
func TestNothingIsProposedToThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	forModerators := taking("mark", colour)
	forModerators.Access = bot.Moderator
	for role, want := range map[bot.Access][]string{bot.Member: nil, bot.Moderator: {"red", "green"}} {
		router, _ := routerOf(t, []*bot.Command{forModerators}, func(c *bot.Config) { c.Authorise = everyone(role) })
		if diff := cmp.Diff(want, proposed(t, router, group("/mark"), "colour", "")); diff != "" {
			t.Errorf("%s, -want +got:\n%s", role, diff)
		}
	}
}

// What is proposed for a command that is sent to another chat is of that chat, to those who may manage it.
func TestWhatIsProposedForAnotherChatIsOfThatChat(t *testing.T) {
	t.Parallel()
	where := colour.Proposing(func(_ context.Context, req *bot.Request, _ string) ([]bot.Choice, error) {
		return []bot.Choice{{Value: req.Chat.Address.Key}}, nil
	})
	for role, want := range map[bot.Access][]string{bot.Member: nil, bot.Moderator: {"there"}} {
		router, _ := routerOf(t, []*bot.Command{taking("mark", where)}, func(c *bot.Config) {
			c.Authorise = everyone(role)
			c.Elsewhere = func(context.Context, bot.Inbound, string) (bot.Chat, error) {
				return bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "there"}, Kind: bot.Group}, nil
			}
		})
		if diff := cmp.Diff(want, proposed(t, router, private("/mark chat=5"), "colour", "")); diff != "" {
			t.Errorf("%s, -want +got:\n%s", role, diff)
		}
	}
}

func TestProposalsAreWordedForTheAsker(t *testing.T) {
	t.Parallel()
	paris := mustZone(t, "Europe/Paris")
	router, _ := routerOf(t, []*bot.Command{taking("mark", colour)}, func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: time.UTC, Locale: "en", OwnZone: paris, OwnLocale: "fr"}, nil
		}
	})
	got, err := router.Propose(t.Context(), group("/mark"), "colour", "")
	if err != nil || got.Locale != "fr" || got.Zone != paris {
		t.Errorf("got %q, %v, %v; want the asker's own language and zone", got.Locale, got.Zone, err)
	}
}

func TestProposePassesErrorsOn(t *testing.T) {
	t.Parallel()
	failing := colour.Proposing(func(context.Context, *bot.Request, string) ([]bot.Choice, error) { return nil, errSecret })
	router, _ := routerOf(t, []*bot.Command{taking("x", failing)})
	if _, err := router.Propose(t.Context(), private("/x"), "colour", ""); !errors.Is(err, errSecret) {
		t.Errorf("got %v, want the option's error", err)
	}
	router, _ = routerOf(t, []*bot.Command{taking("x", colour)}, func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) { return bot.Settings{}, errSecret }
	})
	if _, err := router.Propose(t.Context(), private("/x"), "colour", ""); !errors.Is(err, errSecret) {
		t.Errorf("got %v, want the settings' error", err)
	}
}

func TestTheLastPartOfAListIsCompleted(t *testing.T) {
	t.Parallel()
	names := func(part string) ([]bot.Choice, error) {
		return bot.BeginningWith(part, []bot.Choice{{Value: "nio"}, {Value: "xiaomi", Label: bot.Lit("Xiaomi")}, {Value: "lynk and co"}}), nil
	}
	for typed, want := range map[string][]string{
		"":                {"nio: nio", "xiaomi: Xiaomi", "lynk and co: lynk and co"},
		"x":               {"xiaomi: Xiaomi"},
		"nio, x":          {"nio, xiaomi: nio, Xiaomi"},
		"nio，x":           {"nio， xiaomi: nio， Xiaomi"},
		"nio,":            {"nio, xiaomi: nio, Xiaomi", "nio, lynk and co: nio, lynk and co"},
		"nio vs x":        {"nio vs xiaomi: nio vs Xiaomi"},
		"lynk and c":      {"lynk and co: lynk and co"},
		"nio, lynk and c": {"nio, lynk and co: nio, lynk and co"},
		"nio and x":       {"nio and xiaomi: nio and Xiaomi"},
		"nio, xiaomi, n":  nil,
		"q":               nil,
	} {
		choices, err := bot.InList(typed, names)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		voice := bot.Voice{Words: words, Locale: "en"}
		for _, choice := range choices {
			label := voice.Plain(choice.Label)
			if label == "" {
				label = choice.Value
			}
			got = append(got, choice.Value+": "+label)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q, -want +got:\n%s", typed, diff)
		}
	}
	if _, err := bot.InList("a", func(string) ([]bot.Choice, error) { return nil, errSecret }); !errors.Is(err, errSecret) {
		t.Errorf("got %v, want the error of the choices", err)
	}
}

// What is proposed for a type of option is understood by it, and what a choice says too: some messengers send that.
func TestWhatOptionsProposeIsUnderstood(t *testing.T) {
	t.Parallel()
	said := phrases{
		"does": "does", "what": "what", "when.in": "in {Left}", "when.at_place": "{When} {Place}", "when.today": "today {Clock}",
		"when.tomorrow": "tomorrow {Clock}", "period.last_week": "last week", "period.this_month": "this month", "period.all": "all",
	}
	router, _ := routerOf(t, []*bot.Command{
		taking("zone", bot.ZoneOption("o", "what")), taking("at", bot.TimeOption("o", "what", nil)),
		taking("length", bot.LengthOption("o", "what")), taking("period", bot.PeriodOption("o", "what")),
		taking("until", bot.UntilOption("o", "what")),
	}, func(c *bot.Config) { c.Words, c.PerUser = said, 0 })
	for _, tt := range []struct {
		command, typed string
		want           string // the values, or the first ones of them
	}{
		{"zone", "", "Asia/Shanghai Europe/Paris Europe/London America/New_York"},
		{"zone", "hangz", "Asia/Shanghai"},
		{"zone", "巴", "Europe/Paris"},
		{"zone", "cst", "Asia/Shanghai America/Chicago"},
		{"zone", "europe/p", "Europe/Paris Europe/Podgorica Europe/Prague"},
		{"zone", "nowhere", ""},
		{"at", "", "2026-11-23T20:00 UTC|2026-11-24T20:00 UTC|in 1h"},
		{"at", "tomorrow 8pm", "tomorrow 8pm"},
		{"at", "soonish", ""},
		{"length", "", "10m 1h 1d"},
		{"length", "2", "2m 2h 2d"},
		{"length", "1d, 3", "1d, 3m|1d, 3h|1d, 3d"},
		{"length", "x", ""},
		{"period", "", "last month all 2026 2025 2024 2023"},
		{"period", "20", "2026 2025 2024 2023"},
		{"until", "", "2h 1d 7d"},
		{"until", "3", "3m 3h 3d"},
	} {
		got, err := router.Propose(t.Context(), private("/"+tt.command), "o", tt.typed)
		if err != nil {
			t.Fatal(err)
		}
		between := " "
		if strings.Contains(tt.want, "|") {
			between = "|"
		}
		var values []string
		voice := bot.Voice{Words: said, Locale: "en", Zone: time.UTC, Now: midday}
		for _, choice := range got.Choices {
			values = append(values, choice.Value)
			want := answered(t, router, private(bot.Line([]string{tt.command}, bot.Given{Name: "o", Value: choice.Value})))
			if strings.Contains(want, "Words=") {
				t.Errorf("/%s %q: the proposed %q is answered %q", tt.command, tt.typed, choice.Value, want)
			}
			label := voice.Plain(choice.Label)
			if tt.command != "zone" && (tt.command != "at" || tt.typed == "") {
				continue // its words are those of the phrases above
			}
			if label != "" && answered(t, router, private(bot.Line([]string{tt.command}, bot.Given{Name: "o", Value: label}))) != want {
				t.Errorf("/%s: what the choice %q says, %q, is not understood as it", tt.command, choice.Value, label)
			}
		}
		joined := strings.Join(values, between)
		if !strings.HasPrefix(joined, tt.want) || tt.want == "" && joined != "" {
			t.Errorf("/%s %q: got %s, want %s", tt.command, tt.typed, joined, tt.want)
		}
	}
}

func TestKeywordsAreWordedWhereThereAreWords(t *testing.T) {
	t.Parallel()
	voice := bot.Voice{Words: phrases{"keyword.on": "switched on"}, Locale: "en"}
	for word, want := range map[string]string{"on": "switched on", "red": "red"} {
		if got := voice.Keyword(word); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}
