package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

// elsewhere is the chat of a key, in the community of the asker.
func elsewhere(_ context.Context, in bot.Inbound, words string) (bot.Chat, error) {
	chat := in.Chat
	chat.Address.Key, chat.Title = words, "#"+words
	return chat, nil
}

func chosenAs(tb testing.TB, raw string) commandData {
	tb.Helper()
	var data commandData
	if err := json.Unmarshal([]byte(raw), &data); err != nil {
		tb.Fatalf("%s: %v", raw, err)
	}
	return data
}

func TestWhatIsChosenIsALine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, data, want string }{
		{"a command alone", `{"name":"live","type":1}`, "/live"},
		{"a text", `{"name":"who","type":1,"options":[{"name":"who","type":3,"value":"lei jun"}]}`, `/who who="lei jun"`},
		{"a number", `{"name":"schedule","type":1,"options":[{"name":"days","type":4,"value":7}]}`, "/schedule days=7"},
		{
			"a sub-command", `{"name":"watch","type":1,"options":[{"name":"add","type":1,"options":[
				{"name":"subjects","type":3,"value":"lei jun, nio"},{"name":"before","type":3,"value":"1h"},{"name":"chat","type":7,"value":"123"}]}],
				"resolved":{"channels":{"123":{"id":"123","name":"news","type":0}}}}`,
			`/watch add subjects="lei jun, nio" before=1h chat=123`,
		},
		{"a sub-command alone", `{"name":"watch","type":1,"options":[{"name":"list","type":1}]}`, "/watch list"},
		{"what holds nothing", `{"name":"who","type":1,"options":[{"name":"who","type":3,"value":"  "}]}`, "/who"},
		{
			"a role", `{"name":"watch","type":1,"options":[{"name":"add","type":1,"options":[{"name":"mention","type":9,"value":"9"}]}],
				"resolved":{"roles":{"9":{"id":"9","name":"drivers"}}}}`,
			"/watch add mention=<@&9>",
		},
		{
			"everyone", `{"name":"watch","type":1,"options":[{"name":"add","type":1,"options":[{"name":"mention","type":9,"value":"1"}]}],
				"resolved":{"roles":{"1":{"id":"1","name":"@everyone"}}}}`,
			"/watch add mention=@everyone",
		},
		{
			"a person", `{"name":"watch","type":1,"options":[{"name":"add","type":1,"options":[{"name":"mention","type":9,"value":"8"}]}],
				"resolved":{"users":{"8":{"id":"8","username":"ann"}},"members":{"8":{}}}}`,
			"/watch add mention=<@8>",
		},
	} {
		if got := lineOf(chosenAs(t, tt.data)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWhyIsAskedAboutTheStreamOfAMessage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, message, want string }{
		{"by the footer", `{"embeds":[{"footer":{"text":"Sources: weibo · told by ann · s7k"}}]}`, "/why s7k"},
		{"by an id without a digit", `{"embeds":[{"footer":{"text":"sk"}}]}`, "/why sk"},
		{"by its buttons", `{"components":[{"type":1,"components":[{"type":2,"custom_id":"/tip s7k live"},{"type":2,"custom_id":"/remind s7k"}]}]}`, "/why s7k"},
		{"no one stream", `{"components":[{"type":1,"components":[{"custom_id":"/show s7k"},{"custom_id":"/show s1"}]}]}`, "/why"},
		{"a company", `{"embeds":[{"footer":{"text":"seres"}}],"components":[{"components":[{"custom_id":"/next seres"}]}]}`, "/why"},
		{"somebody else's", `{"content":"s7k","components":[{"components":[{"custom_id":"s7k"}]}]}`, "/why"},
		{"nothing", `{}`, "/why"},
	} {
		data := fmt.Sprintf(`{"name":"Why this?","type":3,"target_id":"77","resolved":{"messages":{"77":%s}}}`, tt.message)
		if got := lineOf(chosenAs(t, data)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWhatIsTypedIsApartFromWhatIsChosen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, data, line, option, typed string }{
		{"the first", `{"name":"who","type":1,"options":[{"name":"who","type":3,"value":"lei j","focused":true}]}`, "/who", "who", "lei j"},
		{"nothing yet", `{"name":"who","type":1,"options":[{"name":"who","type":3,"value":"","focused":true}]}`, "/who", "who", ""},
		{
			"beside others", `{"name":"stream","type":1,"options":[{"name":"add","type":1,"options":[
				{"name":"who","type":3,"value":"lei-jun"},{"name":"when","type":3,"value":"tom","focused":true},{"name":"chat","type":7,"value":"5"}]}]}`,
			"/stream add who=lei-jun chat=5", "when", "tom",
		},
	} {
		line, option, typed, ok := typingOf(chosenAs(t, tt.data))
		if diff := cmp.Diff([]string{tt.line, tt.option, tt.typed}, []string{line, option, typed}); diff != "" || !ok {
			t.Errorf("%s: ok is %t, -want +got:\n%s", tt.name, ok, diff)
		}
	}
	if _, _, _, ok := typingOf(chosenAs(t, `{"name":"live","type":1}`)); ok {
		t.Error("something is typed where nothing is")
	}
}

// echo is a router of one command that notes the words of its options, whatever they are.
func echo(tb testing.TB, names []string, note func(got []bot.Given, chat string)) *bot.Router {
	tb.Helper()
	var options []bot.Param
	var read []bot.Option[string]
	for _, name := range names {
		o := bot.NewOption(name, "option.title", func(_ context.Context, _ *bot.Request, words string) (string, error) { return words, nil })
		options, read = append(options, o), append(read, o)
	}
	command := &bot.Command{Name: "echo", Summary: "next.summary", Options: options}
	command.Run = func(_ context.Context, req *bot.Request) (bot.Post, error) {
		var got []bot.Given
		for i, o := range read {
			if words, ok := o.Given(req); ok {
				got = append(got, bot.Given{Name: names[i], Value: words})
			}
		}
		note(got, req.Chat.Address.Key)
		return bot.Post{}, nil
	}
	router, err := bot.NewRouter(bot.Config{
		Commands: []*bot.Command{command}, Words: bottest.Words(tb), Log: slog.New(slog.DiscardHandler), Elsewhere: elsewhere,
		Now:       func() time.Time { return time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC) },
		Authorise: func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return bot.Moderator, nil },
		Settings: func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: time.UTC, Locale: "en"}, nil
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return router
}

// Whatever is chosen, the line has those words for those options and no others.
func TestALineHasTheWordsThatWereChosen(t *testing.T) {
	t.Parallel()
	names := []string{"who", "when", "title"}
	var got []bot.Given
	var chat string
	router := echo(t, names, func(given []bot.Given, key string) { got, chat = given, key })
	words := rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.RuneFrom([]rune(`ab =:"“”'«»「」『』/<@&>,，chat=who`)), 1, 40, -1),
		rapid.SampledFrom([]string{"chat=9", "who: x", "/next", `"`, `say "hi" chat=3`, "＝", "title=", "a\nb", "<@&9> <@8>"}),
	).Filter(func(words string) bool { // what holds every kind of quote loses one, and Discord sends nothing that is empty
		isQuotable := slices.ContainsFunc([]string{`"“”„＂`, "»", "」", "』"}, func(marks string) bool { return !strings.ContainsAny(words, marks) })
		return isQuotable && strings.TrimSpace(words) != "" && utf8.ValidString(words)
	})
	rapid.Check(t, func(t *rapid.T) {
		var want []bot.Given
		data := commandData{Name: "echo", Type: 1}
		for _, name := range names {
			if !rapid.Bool().Draw(t, name+" is given") {
				continue
			}
			value := words.Draw(t, name)
			raw, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			data.Options = append(data.Options, commandOption{Name: name, Type: 3, Value: raw})
			want = append(want, bot.Given{Name: name, Value: value})
		}
		where := "home"
		if rapid.Bool().Draw(t, "elsewhere") {
			where = "123"
			data.Options = append(data.Options, commandOption{Name: "chat", Type: 7, Value: json.RawMessage(`"123"`)})
		}
		line := lineOf(data)
		got, chat = nil, ""
		home := bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "home"}, Community: "us", Kind: bot.Group}
		post, _ := router.Answer(context.Background(), bot.Inbound{ID: "1", Text: line, Chat: home})
		if diff := cmp.Diff(want, got); diff != "" || chat != where {
			t.Errorf("%s\nwas for %q, want %q; -want +got:\n%s\n%v", line, chat, where, diff, post.Headline)
		}
	})
}
