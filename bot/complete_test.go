package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestCompleteProposesHowALineMayGoOn(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{
		show(), stream(),
		taking("mark", person.Required(), colour, bot.IntOption("count", "what", 1, 9)),
		taking("note", bot.TextOption("text", "what", 20).Rest()),
		taking("edit", colour.Named()),
	})
	for typed, want := range map[string][]string{
		"":                       {"/show ", "/stream ", "/mark ", "/note ", "/edit "},
		"/":                      {"/show ", "/stream ", "/mark ", "/note ", "/edit "},
		"/s":                     {"/show ", "/stream "},
		"S":                      {"/show ", "/stream "},
		"  /st":                  {"  /stream "},
		"/show":                  {"/show "},
		"/x":                     nil,
		"/x y":                   nil,
		"/stream ":               {"/stream move ", "/stream drop "},
		"/stream m":              {"/stream move "},
		"/stream  M":             {"/stream  move "},
		"/stream x":              nil,
		"/stream x y":            nil,
		"/stream move ":          {"/stream move red", "/stream move green"},
		"/stream move g":         {"/stream move green"},
		"/stream drop ":          nil,
		"/mark ":                 {`/mark "lei jun"`, `/mark "lei hao"`},
		"/mark lei":              {`/mark "lei jun"`, `/mark "lei hao"`},
		"/mark lei j":            {`/mark "lei jun"`},
		`/mark "lei h`:           {`/mark "lei hao"`},
		"/mark lei jun ":         {"/mark lei jun red", "/mark lei jun green"},
		`/mark "lei jun" r`:      {`/mark "lei jun" red`},
		"/mark musk red ":        {"/mark musk red count="},
		"/mark musk red c":       {"/mark musk red count="},
		"/mark musk c":           {"/mark musk colour=", "/mark musk count="},
		"/mark musk red 3 ":      nil,
		"/mark who=":             {`/mark who="lei jun"`, `/mark who="lei hao"`},
		"/mark who=lei":          {`/mark who="lei jun"`, `/mark who="lei hao"`},
		`/mark who="lei j`:       {`/mark who="lei jun"`},
		"/mark who=musk ":        {"/mark who=musk red", "/mark who=musk green"},
		"/mark count=":           nil,
		"/mark colour=red musk ": {"/mark colour=red musk count="},
		"/note some":             nil,
		"/edit ":                 {"/edit colour="},
		"/edit colour=":          {"/edit colour=red", "/edit colour=green"},
		"/note ":                 {"/note text="},
	} {
		if diff := cmp.Diff(want, completed(t, router, typed)); diff != "" {
			t.Errorf("%q, -want +got:\n%s", typed, diff)
		}
	}
}

func TestANameAloneIsCompleted(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{show(), taking("who", person.Required())}, withBare)
	for typed, want := range map[string][]string{
		"lei":    {`"lei jun"`, `"lei hao"`},
		" lei j": {` "lei jun"`},
		"s":      {"/show "},
		"/lei":   nil,
		"x":      nil,
	} {
		if diff := cmp.Diff(want, completed(t, router, typed)); diff != "" {
			t.Errorf("%q, -want +got:\n%s", typed, diff)
		}
	}
}

// completed is what a line becomes with each of the choices for it.
func completed(t *testing.T, router *bot.Router, typed string) []string {
	t.Helper()
	completion, err := router.Complete(t.Context(), private(typed))
	if err != nil {
		t.Fatalf("Complete(%q): %v", typed, err)
	}
	var lines []string
	for _, choice := range completion.Choices {
		lines = append(lines, typed[:completion.From]+choice.Value)
	}
	return lines
}

func TestChoicesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{stream(), taking("mark", person)})
	for typed, want := range map[string]bot.Text{"/st": bot.Say("does"), "/stream m": bot.Say("sub"), "/mark lei j": bot.Lit("Lei Jun")} {
		completion, err := router.Complete(t.Context(), private(typed))
		if err != nil || len(completion.Choices) != 1 {
			t.Fatalf("%s: got %v, %v; want one choice", typed, completion, err)
		}
		if diff := cmp.Diff(want, completion.Choices[0].Label); diff != "" {
			t.Errorf("%s, -want +got:\n%s", typed, diff)
		}
	}
}

func TestNoMoreThanTwentyFiveChoicesAreProposed(t *testing.T) {
	t.Parallel()
	var values []string
	for i := range 30 {
		values = append(values, fmt.Sprintf("v%d", i))
	}
	router, _ := routerOf(t, []*bot.Command{taking("x", bot.ChoiceOption("n", "what", values...))})
	if got := completed(t, router, "/x v"); len(got) != 25 {
		t.Errorf("got %d choices, want 25", len(got))
	}
}

func TestCompleteKnowsTheChat(t *testing.T) {
	t.Parallel()
	paris := mustZone(t, "Europe/Paris")
	zoned := colour.Proposing(func(_ context.Context, req *bot.Request, _ string) ([]bot.Choice, error) {
		return []bot.Choice{{Value: req.Zone.String() + " " + req.Locale + " " + req.Now.Format(time.Kitchen)}}, nil
	})
	router, _ := routerOf(t, []*bot.Command{taking("x", zoned)}, func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: paris, Locale: "fr"}, nil
		}
	})
	if diff := cmp.Diff([]string{`/x "Europe/Paris fr 12:00PM"`}, completed(t, router, "/x ")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestCompletePassesErrorsOn(t *testing.T) {
	t.Parallel()
	failing := colour.Proposing(func(context.Context, *bot.Request, string) ([]bot.Choice, error) { return nil, errSecret })
	commands := []*bot.Command{taking("x", failing)}
	router, _ := routerOf(t, commands)
	for _, typed := range []string{"/x ", "/x colour=r"} {
		if _, err := router.Complete(t.Context(), private(typed)); !errors.Is(err, errSecret) {
			t.Errorf("%s: got %v, want the option's error", typed, err)
		}
	}
	router, _ = routerOf(t, commands, func(c *bot.Config) {
		c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) { return bot.Settings{}, errSecret }
	})
	if _, err := router.Complete(t.Context(), private("/")); !errors.Is(err, errSecret) || !strings.Contains(err.Error(), "read settings") {
		t.Errorf("got %v, want the settings' error", err)
	}
}
