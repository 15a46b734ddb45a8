package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// target is the chat that "@there" names.
var target = bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "there"}, Kind: bot.Channel}

// wandering is a router that knows one other chat, where Ann may do what access says, and a command that tells where it runs.
func wandering(t *testing.T, access bot.Access) *bot.Router {
	t.Helper()
	where := func(_ context.Context, req *bot.Request) (bot.Post, error) {
		return bot.Post{Headline: bot.Lit(req.Chat.Address.Key + ": " + req.Line), Buttons: []bot.Button{bot.PressLine("/where")}}, nil
	}
	own := bot.TextOption("chat", "what", 10)
	router, _ := routerOf(t, []*bot.Command{
		{Name: "where", Summary: "does", Run: where, Options: []bot.Param{bot.TextOption("words", "what", 50)}},
		{Name: "change", Summary: "does", Run: where, Access: bot.Moderator},
		{Name: "owner", Summary: "does", Run: where, Options: []bot.Param{own}},
	}, func(c *bot.Config) {
		c.Elsewhere = func(_ context.Context, _ bot.Inbound, words string) (bot.Chat, error) {
			if words != "@there" && words != "The Place" {
				return bot.Chat{}, bot.NewError(bot.Unknown, "no such chat", nil)
			}
			return target, nil
		}
		c.Authorise = func(_ context.Context, in bot.Inbound, _ bot.Access) (bot.Access, error) {
			if in.Chat.Address != target.Address {
				return bot.Operator, nil
			}
			return access, nil
		}
	})
	return router
}

func TestACommandGoesToTheChatThatItNames(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"/where":                        "local: /where\n> /where",
		"/where chat=@there":            "there: /where\n> /where chat=@there",
		"/where some chat=@there words": "there: /where some words\n> /where chat=@there",
		"/where chat=@there some words": "there: /where some words\n> /where chat=@there",
		"/where chat＝@there":            "there: /where\n> /where chat=@there",
		`/where chat="The Place" some`:  "there: /where some\n> /where chat=\"The Place\"",
		"/where “a chat=@there”":        "local: /where “a chat=@there”\n> /where",
		"/change chat=@there":           "there: /change\n> /where chat=@there",
		"/owner chat=@there":            "local: /owner chat=@there\n> /where",
		"/where chat=@nowhere":          "[no such chat]",
		"where chat=@there":             "there: where\n> /where chat=@there",
	} {
		if got := answered(t, wandering(t, bot.Moderator), private(line)); got != want {
			t.Errorf("%s\ngot  %q\nwant %q", line, got, want)
		}
	}
}

// An answer about another chat says so, in the language and by the clock of the one person who reads it. That a command names the
// chat that it is typed in changes nothing, and who may not manage a chat is not told its title.
func TestWhatAnAnswerAboutAnotherChatSays(t *testing.T) {
	t.Parallel()
	beijing := time.FixedZone("Beijing", 8*60*60)
	for name, test := range map[string]struct {
		access   bot.Access
		to       bot.Chat
		footer   string
		language string
		zone     *time.Location
	}{
		"another chat":         {bot.Moderator, bot.Chat{Address: target.Address, Title: "Drivers"}, "about Drivers", "fr", beijing},
		"one without a title":  {bot.Moderator, bot.Chat{Address: target.Address}, "about @there", "fr", beijing},
		"the same chat":        {bot.Moderator, bot.Chat{Address: private("").Chat.Address, Title: "Home"}, "", "en", time.UTC},
		"somebody else's chat": {bot.Member, bot.Chat{Address: target.Address, Title: "Secret"}, "", "fr", beijing},
	} {
		router, _ := routerOf(t, []*bot.Command{{Name: "where", Summary: "does", Run: saying("here")}}, func(c *bot.Config) {
			c.Elsewhere = func(context.Context, bot.Inbound, string) (bot.Chat, error) { return test.to, nil }
			c.Authorise = func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return test.access, nil }
			c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
				return bot.Settings{Zone: time.UTC, Locale: "en", OwnLocale: "fr", OwnZone: beijing}, nil
			}
		})
		post, _ := router.Answer(t.Context(), private("/where chat=@there"))
		if got := heard(bot.Post{Headline: post.Footer}); got != test.footer || post.Locale != test.language || post.Zone != test.zone {
			t.Errorf("%s: %q in %q at %v", name, got, post.Locale, post.Zone)
		}
	}
}

// What goes to another chat is for those who manage that one, whatever the command.
func TestACommandGoesNowhereWithoutRights(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"/where chat=@there", "/change chat=@there"} {
		if got := answered(t, wandering(t, bot.Member), private(line)); got != "elsewhere_forbidden Chat=@there" {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// The roles that somebody has in one community are worth nothing in another, nor on another messenger.
func TestRolesCountInTheirOwnCommunity(t *testing.T) {
	t.Parallel()
	server := bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "general"}, Community: "9", Kind: bot.Group}
	for name, test := range map[string]struct {
		to   bot.Chat
		want string
	}{
		"another chat of it":   {bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "news"}, Community: "9"}, "@&7"},
		"one of another":       {bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "far"}, Community: "8"}, ""},
		"the same key by luck": {bot.Chat{Address: bot.ChatID{Messenger: bot.Telegram, Key: "9"}, Community: "9"}, ""},
	} {
		got := "not asked"
		router, _ := routerOf(t, []*bot.Command{{Name: "where", Summary: "does", Run: saying("here")}}, func(c *bot.Config) {
			c.Elsewhere = func(context.Context, bot.Inbound, string) (bot.Chat, error) { return test.to, nil }
			c.Authorise = func(_ context.Context, in bot.Inbound, _ bot.Access) (bot.Access, error) {
				got = strings.Join(in.Roles, " ")
				return bot.Moderator, nil
			}
		})
		answered(t, router, bot.Inbound{ID: "m1", Chat: server, Text: "/where chat=@there", Roles: []string{"@&7"}})
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Who may not do what is for moderators is told who they are, if anybody knows; of operators nothing is told.
func TestWhoMayNotIsToldWhoMay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line string
		who  bot.Text
		err  error
		want string
	}{
		"somebody is known": {"/change", bot.Mentioned("@&9"), nil, "moderators_only Who=@&9"},
		"nobody is":         {"/change", nil, nil, "forbidden_moderator"},
		"it is not known":   {"/change", nil, errors.New("the disk is full"), "internal Ref=m1"},
		"an operator's":     {"/own", bot.Mentioned("@&9"), nil, "forbidden_operator"},
	} {
		router, _ := routerOf(t, []*bot.Command{
			{Name: "change", Summary: "does", Run: saying("changed"), Access: bot.Moderator},
			{Name: "own", Summary: "does", Run: saying("owned"), Access: bot.Operator},
		}, func(c *bot.Config) {
			c.Authorise = everyone(bot.Member)
			c.Moderators = func(context.Context, bot.Inbound) (bot.Text, error) { return test.who, test.err }
		})
		if got := answered(t, router, group(test.line)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Where nobody can say what a name means, it is plain words.
func TestWithoutOtherChatsTheNameIsPlainWords(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{{Name: "where", Summary: "does", Run: saying("here"), Options: []bot.Param{bot.TextOption("words", "what", 50)}}})
	if got := answered(t, router, private("/where chat=@there")); got != "here" {
		t.Errorf("got %q", got)
	}
}

// Who reads an answer in a group, by what the messenger can, the chat wishes and the asker asks for.
func TestWhoReadsAnAnswer(t *testing.T) {
	t.Parallel()
	type shown struct{ private, shareable, fleeting, brief bool }
	tests := map[string]struct {
		answers     bot.Answers
		alone, open bool
		line        string
		want        shown
		locale      string
	}{
		"as usual":                    {"", true, false, "/do", shown{private: true, shareable: true}, "fr"},
		"as usual, with an error":     {"", true, false, "/fail", shown{private: true}, "fr"},
		"as usual, to all":            {"", true, true, "/do", shown{}, "en"},
		"where nothing can be hidden": {"", false, false, "/do", shown{brief: true}, "en"},
		"public":                      {bot.AllRead, true, false, "/do", shown{}, "en"},
		"tidy":                        {bot.TidyAway, true, false, "/do", shown{fleeting: true}, "en"},
		"tidy, with an error":         {bot.TidyAway, false, false, "/fail", shown{private: true, fleeting: true}, "fr"},
	}
	for name, test := range tests {
		router, _ := routerOf(t, []*bot.Command{
			{Name: "do", Summary: "does", Run: saying("done")},
			{Name: "fail", Summary: "does", Run: failing(bot.NewError(bot.Conflict, "no", nil))},
		}, func(c *bot.Config) {
			c.Settings = func(context.Context, bot.Inbound) (bot.Settings, error) {
				return bot.Settings{Zone: time.UTC, Locale: "en", OwnLocale: "fr", Answers: test.answers}, nil
			}
		})
		in := group(test.line)
		in.Alone, in.Open = test.alone, test.open
		post, _ := router.Answer(t.Context(), in)
		if got := (shown{post.Private, post.Shareable, post.Fleeting, post.Brief}); got != test.want || post.Locale != test.locale {
			t.Errorf("%s: %+v in %q, want %+v in %q", name, got, post.Locale, test.want, test.locale)
		}
	}
}

// What is said to the bot in a group needs no command.
func TestWordsToTheBotInAGroup(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{{Name: "who", Summary: "does", Run: saying("somebody"), Options: []bot.Param{bot.TextOption("name", "what", 50)}}},
		func(c *bot.Config) { c.Bare = "who" })
	for _, toBot := range []bool{false, true} {
		in := group("lei jun")
		in.ToBot = toBot
		if got := answered(t, router, in); (got == "somebody") != toBot {
			t.Errorf("to the bot %v: %q", toBot, got)
		}
	}
}

// What is asked while somebody types does not use up what they may ask.
func TestTypingIsNotCounted(t *testing.T) {
	t.Parallel()
	router, _ := routerOf(t, []*bot.Command{{Name: "do", Summary: "does", Run: saying("done")}}, func(c *bot.Config) { c.PerUser = 1 })
	typing := private("/do")
	typing.Typing = true
	var got []string
	for _, in := range []bot.Inbound{typing, typing, private("/do"), typing, private("/do")} {
		got = append(got, answered(t, router, in))
	}
	if want := "done done done done too_many"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, " "), want)
	}
}

// What happens to the bot is noted, and answered if there is something to say; that it cannot be noted is logged.
func TestWhatHappensToTheBot(t *testing.T) {
	t.Parallel()
	router, log := routerOf(t, []*bot.Command{{Name: "do", Summary: "does", Run: saying("done")}}, func(c *bot.Config) {
		c.Happened = func(_ context.Context, e bot.Event) (bot.Post, error) {
			switch e.Kind {
			case bot.Arrived:
				return bot.Post{Headline: bot.Lit("hello")}, nil
			case bot.Departed:
				return bot.Post{}, nil
			default:
				return bot.Post{}, errors.New("the disk is full")
			}
		}
	})
	for kind, want := range map[bot.EventKind]string{bot.Arrived: "hello", bot.Departed: "-", bot.Migrated: "-"} {
		post, ok := router.Happened(t.Context(), bot.Event{Kind: kind, Chat: target})
		got := "-"
		if ok {
			got = heard(post)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	if strings.Count(log.String(), "the disk is full") != 1 {
		t.Errorf("the log: %s", log)
	}
}
