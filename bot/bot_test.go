package bot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// phrases are Words in one language: a map from keys to sentences, in which {Name} stands for an argument. They have a
// sentence for every error key, "KEY Name=words …", because what is tested is what is said, not how.
type phrases map[string]string

func (p phrases) Locales() []string { return []string{"en"} }

func (p phrases) Match(...string) string { return "en" }

func (p phrases) Message(_, key string, args bot.Args) (bot.Text, error) {
	if said, ok := p[key]; ok {
		return fill(said, args), nil
	}
	if !strings.HasPrefix(key, "error.") {
		return nil, fmt.Errorf("no phrase %q", key)
	}
	said := bot.Lit(strings.TrimPrefix(key, "error."))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		said = append(append(said, bot.Lit(" "+name+"=")...), args[name]...)
	}
	return said, nil
}

// fill puts arguments in the places of their names.
func fill(said string, args bot.Args) bot.Text {
	var text bot.Text
	for said != "" {
		before, rest, found := strings.Cut(said, "{")
		text = append(text, bot.Lit(before)...)
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		text, said = append(text, args[name]...), after
	}
	return text
}

func (p phrases) Number(_ string, n int64, short bool) string {
	if short {
		return fmt.Sprintf("~%d", n)
	}
	return strconv.FormatInt(n, 10)
}

func (p phrases) Length(_ string, d time.Duration) string { return d.String() }

func (p phrases) Instant(_ string, t time.Time, _ bot.TimeStyle, _ time.Time) string {
	return t.Format("15:04 MST")
}

func (p phrases) Place(_ string, zone *time.Location) string { return zone.String() }

func (p phrases) Mark(_ string, _ bot.Mark) string { return ", " }

var words = phrases{"does": "does something", "what": "what it is", "sub": "does a part", "elsewhere.about": "about {Chat}"}

// midday is the one time of these tests.
var midday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func atMidday() time.Time { return midday }

func plainSettings(context.Context, bot.Inbound) (bot.Settings, error) {
	return bot.Settings{Zone: time.UTC, Locale: "en"}, nil
}

// everyone may do what access says.
func everyone(access bot.Access) func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) {
	return func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return access, nil }
}

// routerOf is a router of commands for operators, with changes to its configuration, and what it logs.
func routerOf(tb testing.TB, commands []*bot.Command, changes ...func(*bot.Config)) (*bot.Router, *bytes.Buffer) {
	tb.Helper()
	var log bytes.Buffer
	config := bot.Config{
		Commands: commands, Words: words, Log: slog.New(slog.NewTextHandler(&log, nil)), Now: atMidday,
		Authorise: everyone(bot.Operator), Settings: plainSettings, PerUser: 30,
	}
	for _, change := range changes {
		change(&config)
	}
	router, err := bot.NewRouter(config)
	if err != nil {
		tb.Fatalf("NewRouter: %v", err)
	}
	return router, &log
}

// private is a line typed in a private chat.
func private(line string) bot.Inbound {
	return bot.Inbound{
		ID:   "m1",
		Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "local"}, Kind: bot.Private},
		From: bot.User{ID: "u1", Name: "Ann"}, Sent: midday, Text: line,
	}
}

// group is a line typed where others read it.
func group(line string) bot.Inbound {
	in := private(line)
	in.Chat.Kind = bot.Group
	return in
}

// heard is a headline in plain words, followed by a line for each button's command.
func heard(post bot.Post) string {
	voice := bot.Voice{Words: words, Locale: "en", Zone: time.UTC, Now: midday}
	lines := []string{voice.Plain(post.Headline)}
	for _, button := range post.Buttons {
		lines = append(lines, "> "+button.Command)
	}
	return strings.Join(lines, "\n")
}

// answered is what a router says to a line, or "-" when it says nothing.
func answered(tb testing.TB, router *bot.Router, in bot.Inbound) string {
	tb.Helper()
	post, ok := router.Answer(tb.Context(), in)
	if !ok {
		return "-"
	}
	return heard(post)
}

// saying is a handler that says words.
func saying(said string) bot.Handler {
	return func(context.Context, *bot.Request) (bot.Post, error) {
		return bot.Post{Headline: bot.Lit(said)}, nil
	}
}

// failing is a handler that fails.
func failing(err error) bot.Handler {
	return func(context.Context, *bot.Request) (bot.Post, error) { return bot.Post{}, err }
}

var errSecret = errors.New("secret inside")

// colour is an option of two fixed words.
var colour = bot.ChoiceOption("colour", "what", "red", "green")

// person is an option of names with and without spaces, of which "lei" is two people's.
var person = bot.NewOption("who", "what", func(_ context.Context, _ *bot.Request, words string) (string, error) {
	switch folded := strings.ToLower(words); folded {
	case "lei jun", "lei hao", "musk", "li xiang l9", "li xiang", "https://x.com/musk?who=1":
		return folded, nil
	case "lei":
		return "", &bot.ChoiceError{Code: bot.Ambiguous, Say: bot.Say("error.which"), Choices: people}
	}
	return "", bot.ErrNotThis
}).Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
	var choices []bot.Choice
	for _, choice := range people {
		if strings.HasPrefix(choice.Value, strings.ToLower(typed)) {
			choices = append(choices, choice)
		}
	}
	return choices, nil
})

var people = []bot.Choice{{Value: "lei jun", Label: bot.Lit("Lei Jun")}, {Value: "lei hao"}}

// taking is a command that says which values its options took: "name=value" of each, in their order.
func taking(name string, options ...bot.Param) *bot.Command {
	return &bot.Command{Name: name, Summary: "does", Options: options, Run: func(_ context.Context, req *bot.Request) (bot.Post, error) {
		var said []string
		for _, option := range options {
			if value, ok := taken(req, option); ok {
				said = append(said, fmt.Sprintf("%s=%v", option.Spec().Name, value))
			}
		}
		return bot.Post{Headline: bot.Lit(strings.Join(said, " | "))}, nil
	}}
}

// taken is the value of an option of one of the types that these tests use.
func taken(req *bot.Request, option bot.Param) (any, bool) {
	switch o := option.(type) {
	case bot.Option[string]:
		return o.Given(req)
	case bot.Option[int]:
		return o.Given(req)
	case bot.Option[[]time.Duration]:
		return o.Given(req)
	case bot.Option[*time.Location]:
		return o.Given(req)
	case bot.Option[bot.When]:
		return o.Given(req)
	}
	return nil, false
}
