package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"boardcast/bot"
)

func show() *bot.Command { return taking("show", bot.TextOption("what", "what", 100).Rest()) }

func stream() *bot.Command {
	return &bot.Command{Name: "stream", Summary: "does", Sub: []*bot.Command{
		{Name: "move", Summary: "sub", Options: []bot.Param{colour}, Run: saying("moved")},
		{Name: "drop", Summary: "what", Run: saying("dropped")},
	}}
}

func withBare(c *bot.Config) { c.Bare = "who" }

func TestRouterFindsTheCommand(t *testing.T) {
	t.Parallel()
	router, log := routerOf(t, []*bot.Command{show(), stream(), taking("who", person.Required())}, withBare)
	for _, test := range []struct {
		in   bot.Inbound
		want string
	}{
		{private("/show a b"), "what=a b"},
		{private("show a b"), "what=a b"},
		{private("  ／SHOW\ta"), "what=a"},
		{private("/show"), ""},
		{private("/stream move red"), "moved"},
		{private("/stream MOVE"), "moved"},
		{private("/stream"), "missing_sub Command=/stream\n> /stream move\n> /stream drop"},
		{private("/stream fly"), "missing_sub Command=/stream\n> /stream move\n> /stream drop"},
		{private("lei jun"), "who=lei jun"},
		{private("musk"), "who=musk"},
		{private("nobody"), "not_understood Option=who Words=nobody"},
		{private("lei"), "which\n> /who \"lei jun\"\n> /who \"lei hao\""},
		{private("/shwo a b"), "unknown_command_near Near=/show Typed=shwo\n> /show a b"},
		{private("shwo a b"), "unknown_command_near Near=/show Typed=shwo\n> /show a b"},
		{private("/strem drop"), "unknown_command_near Near=/stream Typed=strem\n> /stream drop"},
		{private("/weather"), "unknown_command Typed=weather\n> /help"},
		{private("/"), "-"},
		{private(""), "-"},
		{private(" \n"), "-"},
		{group("/show a b"), "what=a b"},
		{group("/shwo a b"), "unknown_command_near Near=/show Typed=shwo\n> /show a b"},
		{group("show me what you have"), "-"},
		{group("who is coming"), "-"},
		{group("lei jun"), "-"},
	} {
		if got := answered(t, router, test.in); got != test.want {
			t.Errorf("%s %q\n got %q\nwant %q", test.in.Chat.Kind, test.in.Text, got, test.want)
		}
	}
	if log.Len() > 0 {
		t.Errorf("what people typed was logged: %s", log)
	}
}

func TestWithoutABareCommandOtherWordsAreNotForTheBot(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{show()})
	if got := answered(t, router, private("lei jun")); got != "-" {
		t.Errorf("got %q, want no answer", got)
	}
}

func TestABareLineMayBeMeantAsAnother(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{show(), stream(), taking("who", person.Required())}, withBare, func(c *bot.Config) {
		c.BareAs = func(line string) string {
			return map[string]string{"show me a b": "/show a b", "who is it": "/show it", "nonsense": "/nothing"}[line]
		}
	})
	for line, want := range map[string]string{
		"show me a b": "what=a b",
		" who is it":  "what=it", // though it begins with the name of a command
		"/who is it":  "not_understood Option=who Words=is it",
		"musk":        "who=musk",
		"nonsense":    "unknown_command Typed=nothing\n> /help",
	} {
		if got := answered(t, router, private(line)); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
	if post, answered := router.Answer(t.Context(), group("show me a b")); answered {
		t.Errorf("in a group: got %v", post)
	}
}

func TestBareMustNameACommandThatRuns(t *testing.T) {
	t.Parallel()
	for _, bare := range []string{"nothing", "stream"} {
		config := bot.Config{Commands: []*bot.Command{stream()}, Words: words, Bare: bare}
		if _, err := bot.NewRouter(config); err == nil {
			t.Errorf("a router took %q as its bare command", bare)
		}
	}
}

func TestRequestIsWhatTheRouterFoundOut(t *testing.T) {
	t.Parallel()
	paris := mustZone(t, "Europe/Paris")
	var got *bot.Request
	keep := func(_ context.Context, req *bot.Request) (bot.Post, error) {
		got = req
		return bot.Post{}, nil
	}
	ask := &bot.Command{Name: "ask", Summary: "does", Access: bot.Moderator, Sub: []*bot.Command{
		{Name: "it", Summary: "sub", Access: bot.Moderator, Run: keep},
	}}
	router, _ := routerOf(t, []*bot.Command{ask}, func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: paris, Locale: "fr"}, nil
		}
	})
	in := group("/ask it")
	post, _ := router.Answer(t.Context(), in)
	want := &bot.Request{
		ID: "m1", Chat: in.Chat, From: in.From, Line: "/ask it", Path: []string{"ask", "it"}, Role: bot.Operator, Now: midday,
		Zone: paris, Locale: "fr",
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a == b })
	if diff := cmp.Diff(want, got, sameZone, cmpopts.IgnoreUnexported(bot.Request{})); diff != "" {
		t.Errorf("request, -want +got:\n%s", diff)
	}
	if post.Zone != paris || post.Locale != "fr" {
		t.Errorf("post is worded for %q, %v; want fr, Europe/Paris", post.Locale, post.Zone)
	}
}

func TestPostKeepsTheReaderItIsWordedFor(t *testing.T) {
	t.Parallel()
	paris := mustZone(t, "Europe/Paris")
	run := func(context.Context, *bot.Request) (bot.Post, error) { return bot.Post{Locale: "zh", Zone: paris}, nil }
	router, _ := routerOf(t, []*bot.Command{{Name: "x", Summary: "does", Run: run}})
	if post, _ := router.Answer(t.Context(), private("/x")); post.Locale != "zh" || post.Zone != paris {
		t.Errorf("got %q, %v; want zh, Europe/Paris", post.Locale, post.Zone)
	}
}

// In a group all read the group's language, but what only the asker sees is in the asker's.
func TestPrivateAnswersAreForTheAsker(t *testing.T) {
	tokyo := mustZone(t, "Asia/Tokyo")
	settings := bot.Settings{Zone: time.UTC, Locale: "en", OwnZone: tokyo, OwnLocale: "fr"}
	answer := func(name string, post bot.Post, err error) *bot.Command {
		return &bot.Command{Name: name, Summary: "does", Run: func(context.Context, *bot.Request) (bot.Post, error) { return post, err }}
	}
	commands := []*bot.Command{
		answer("open", bot.Post{Headline: bot.Lit("x")}, nil), answer("private", bot.Post{Headline: bot.Lit("x"), Private: true}, nil),
		answer("mistake", bot.Post{}, bot.NewError(bot.Invalid, "error.busy", nil)), answer("broken", bot.Post{}, errors.New("broken")),
	}
	tests := []struct {
		line   string
		own    bot.Settings
		locale string
		zone   *time.Location
	}{
		{"/open", settings, "en", time.UTC},
		{"/private", settings, "fr", tokyo},
		{"/mistake", settings, "fr", tokyo},
		{"/broken", settings, "fr", tokyo},
		{"/nothing", settings, "fr", tokyo},
		{"/private", bot.Settings{Zone: time.UTC, Locale: "en"}, "en", time.UTC},
	}
	for _, tt := range tests {
		router, _ := routerOf(t, commands, func(c *bot.Config) {
			c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) { return tt.own, nil }
		})
		post, _ := router.Answer(t.Context(), private(tt.line))
		if post.Locale != tt.locale || post.Zone != tt.zone {
			t.Errorf("%s is worded in %s for %s, want %s for %s", tt.line, post.Locale, post.Zone, tt.locale, tt.zone)
		}
	}
}

func TestCommandsAreForThoseWhoMayUseThem(t *testing.T) {
	t.Parallel()
	commands := []*bot.Command{
		{Name: "see", Summary: "does", Run: saying("seen")},
		{Name: "change", Summary: "does", Access: bot.Moderator, Run: saying("changed")},
		{Name: "run", Summary: "does", Access: bot.Operator, Sub: []*bot.Command{
			{Name: "all", Summary: "sub", Access: bot.Operator, Run: saying("ran")},
		}},
	}
	const no, noOperator = "forbidden_moderator", "forbidden_operator"
	for role, want := range map[bot.Access][]string{
		bot.Member:    {"seen", no, noOperator},
		bot.Moderator: {"seen", "changed", noOperator},
		bot.Operator:  {"seen", "changed", "ran"},
	} {
		router, _ := routerOf(t, commands, func(c *bot.Config) { c.Authorise = everyone(role) })
		for i, line := range []string{"/see", "/change", "/run all"} {
			if got := answered(t, router, group(line)); got != want[i] {
				t.Errorf("%s, %s: got %q, want %q", role, line, got, want[i])
			}
		}
	}
}

func TestRightsThatCannotBeCheckedAreNeverANo(t *testing.T) {
	t.Parallel()
	change := &bot.Command{Name: "change", Summary: "does", Access: bot.Moderator, Run: saying("changed")}
	router, log := routerOf(t, []*bot.Command{change, show()}, func(c *bot.Config) {
		c.Authorise = func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return bot.Operator, errSecret }
	})
	if got := answered(t, router, private("/change")); got != "unavailable" {
		t.Errorf("got %q, want unavailable", got)
	}
	if got := strings.Count(log.String(), "level=WARN"); got != 1 {
		t.Errorf("got %d warnings, want 1: %s", got, log)
	}
	log.Reset()
	if got := answered(t, router, private("/show a")); got != "what=a" || log.Len() > 0 {
		t.Errorf("got %q, log %q; want a command for everyone to need no rights", got, log)
	}
}

func TestErrorsForPeopleAreShownAndNotLogged(t *testing.T) {
	t.Parallel()
	said := bot.NewError(bot.Conflict, "error.twice", bot.Args{"Name": bot.Lit("Lei")}, bot.Press(bot.Lit("undo"), "/undo"))
	router, log := routerOf(t, []*bot.Command{{Name: "x", Summary: "does", Run: failing(fmt.Errorf("add: %w", said))}})
	post, _ := router.Answer(t.Context(), private("/x"))
	if got, want := heard(post), "twice Name=Lei\n> /undo"; got != want || !post.Private || post.Failed || log.Len() > 0 {
		t.Errorf("got %q, private %t, failed %t, log %q; want %q, private, no failure, not logged", got, post.Private, post.Failed, log, want)
	}
}

func TestInternalErrorsAreLoggedOnceAndNeverShown(t *testing.T) {
	t.Parallel()
	settings := func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) { return bot.Settings{}, errSecret }
	}
	panicking := func(context.Context, *bot.Request) (bot.Post, error) { panic("secret inside") }
	choosing := colour.Required().Proposing(func(context.Context, *bot.Request, string) ([]bot.Choice, error) { return nil, errSecret })
	reading := bot.NewOption("n", "what", func(context.Context, *bot.Request, string) (string, error) { return "", errSecret })
	for name, test := range map[string]struct {
		command *bot.Command
		line    string
		changes []func(*bot.Config)
		logged  string
	}{
		"a handler fails":       {&bot.Command{Name: "x", Summary: "does", Run: failing(errSecret)}, "/x", nil, "secret inside"},
		"a handler panics":      {&bot.Command{Name: "x", Summary: "does", Run: panicking}, "/x", nil, "router_test.go"},
		"settings are not read": {taking("x"), "/x", []func(*bot.Config){settings}, "read settings of console:local"},
		"choices are not read":  {taking("x", choosing), "/x", nil, "secret inside"},
		"a value is not read":   {taking("x", reading), "/x 1", nil, "secret inside"},
		"a named one is not":    {taking("x", reading), "/x n=1", nil, "secret inside"},
	} {
		router, log := routerOf(t, []*bot.Command{test.command}, test.changes...)
		post, ok := router.Answer(t.Context(), private(test.line))
		if got := heard(post); !ok || got != "internal Ref=m1" || !post.Failed || !post.Private {
			t.Errorf("%s: got %q, failed %t, private %t; want only a reference", name, got, post.Failed, post.Private)
		}
		if got := strings.Count(log.String(), "level=ERROR"); got != 1 || !strings.Contains(log.String(), test.logged) {
			t.Errorf("%s: got %d errors logged, want 1 with %q: %s", name, got, test.logged, log)
		}
	}
}

func TestAnAnswerWhoseAskerIsGoneIsNoFailure(t *testing.T) {
	t.Parallel()
	router, log := routerOf(t, []*bot.Command{{Name: "x", Summary: "does", Run: failing(context.Canceled)}})
	post, _ := router.Answer(t.Context(), private("/x"))
	if got := heard(post); got != "stopping" || post.Failed || log.Len() > 0 {
		t.Errorf("got %q, failed %t, log %q; want stopping, not logged", got, post.Failed, log)
	}
}

func TestOnePersonMayAskThirtyTimesInTenSeconds(t *testing.T) {
	t.Parallel()
	now := midday
	router, _ := routerOf(t, []*bot.Command{show()}, func(c *bot.Config) { c.Now = func() time.Time { return now } })
	for i := range 30 {
		if got := answered(t, router, private("/show a")); got != "what=a" {
			t.Fatalf("line %d: got %q", i+1, got)
		}
	}
	if got := answered(t, router, private("/show a")); got != "too_many" {
		t.Errorf("line 31: got %q, want too_many", got)
	}
	other := private("/show a")
	other.From.ID = "u2"
	if got := answered(t, router, other); got != "what=a" {
		t.Errorf("another person: got %q, want an answer", got)
	}
	now = now.Add(10 * time.Second)
	if got := answered(t, router, private("/show a")); got != "what=a" {
		t.Errorf("ten seconds later: got %q, want an answer", got)
	}
}

// Characters count, not bytes: a Chinese line may be as long as an English one.
func TestLinesOfMoreThanTwoThousandCharactersAreRefused(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{taking("say", bot.TextOption("title", "what", 3000))})
	for _, letter := range []string{"a", "雷"} {
		fits := strings.Repeat(letter, 2000-len("/say "))
		if got := answered(t, router, private("/say "+fits)); got != "title="+fits {
			t.Errorf("2000 characters %q: got %.40q", letter, got)
		}
		if got := answered(t, router, private("/say "+fits+letter)); got != "too_long Max=2000" {
			t.Errorf("2001 characters %q: got %.40q", letter, got)
		}
	}
}

func TestErrorsSayTheirCodeAndKey(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"conflict: error.twice": bot.NewError(bot.Conflict, "error.twice", nil),
		"limit":                 &bot.Error{Code: bot.Limit},
		"refused: too big":      &bot.RefusedError{Why: "too big"},
		"not sent, try again after 3s: secret inside": &bot.RetryError{After: 3 * time.Second, Err: errSecret},
		"sent or not, nobody knows: secret inside":    &bot.UnknownError{Err: errSecret},
		"ambiguous": &bot.ChoiceError{Code: bot.Ambiguous},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if !errors.Is(&bot.RetryError{Err: errSecret}, errSecret) || !errors.Is(&bot.UnknownError{Err: errSecret}, errSecret) {
		t.Error("a cause is lost")
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestLinesForTheBotAreHeardOnceThereIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in     bot.Inbound
		want   string
		heard  string
		failed error
	}{
		{private("/show a"), "what=a", "/show a", nil},
		{private("/shwo a"), "unknown_command_near Near=/show Typed=shwo\n> /show a", "/shwo a", nil},
		{group("not for it"), "-", "", nil},
		{private("/show b"), "what=b", "/show b", errors.New("no store")},
	} {
		heard := ""
		router, log := routerOf(t, []*bot.Command{show()}, func(c *bot.Config) {
			c.Heard = func(_ context.Context, req *bot.Request) error {
				heard = req.Line
				return test.failed
			}
		})
		if got := answered(t, router, test.in); got != test.want || heard != test.heard {
			t.Errorf("%q: answered %q and heard %q, want %q and %q", test.in.Text, got, heard, test.want, test.heard)
		}
		if logged := strings.Contains(log.String(), "line not noted"); logged != (test.failed != nil) {
			t.Errorf("%q: the log says %q", test.in.Text, log.String())
		}
	}
}
