package discord

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/commands"
	"boardcast/storage/storagetest"
)

var updateMenu = flag.Bool("update_menu", false, "write the golden file of the menu anew")

// house is boardcast as it is.
func house(tb testing.TB) *bottest.House {
	tb.Helper()
	h := bottest.Open(tb, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC), func(_ *bottest.House, c *bot.Config) {
		c.Elsewhere = elsewhere
	})
	h.As(bot.Moderator)
	return h
}

// declared are the commands of boardcast, with nothing behind them, and its words.
func declared(tb testing.TB) ([]*bot.Command, bot.Words) {
	tb.Helper()
	words := bottest.Words(tb)
	return commands.New(commands.Config{Store: storagetest.Open(tb), Words: words}), words
}

func realMenu(tb testing.TB) []*menuCommand {
	tb.Helper()
	list, words := declared(tb)
	menu, err := menuOf(list, words)
	if err != nil {
		tb.Fatalf("menuOf: %v", err)
	}
	return menu
}

// decoded is a command of the menu by its type and name, as Discord reads it.
func decoded(tb testing.TB, menu []*menuCommand, name string) map[string]any {
	tb.Helper()
	at := slices.IndexFunc(menu, func(c *menuCommand) bool { return c.Name == name })
	if at < 0 {
		tb.Fatalf("no command %q in the menu", name)
	}
	raw, err := json.Marshal(menu[at])
	if err != nil {
		tb.Fatal(err)
	}
	var command map[string]any
	if err := json.Unmarshal(raw, &command); err != nil {
		tb.Fatal(err)
	}
	return command
}

// optionAt is an option by its path below a command.
func optionAt(tb testing.TB, command map[string]any, path ...string) map[string]any {
	tb.Helper()
	for _, name := range path {
		options := optionsOf(tb, command)
		at := slices.IndexFunc(options, func(o any) bool { return as[map[string]any](tb, o)["name"] == name })
		if at < 0 {
			return nil
		}
		command = as[map[string]any](tb, options[at])
	}
	return command
}

func optionsOf(tb testing.TB, command map[string]any) []any {
	tb.Helper()
	if command["options"] == nil {
		return nil
	}
	return as[[]any](tb, command["options"])
}

// as is a value of decoded JSON as what it has to be.
func as[T any](tb testing.TB, value any) T {
	tb.Helper()
	typed, ok := value.(T)
	if !ok {
		tb.Fatalf("got %T %v, want %T", value, value, typed)
	}
	return typed
}

// rules are what Discord refuses, as its documentation says it.
type rules struct {
	t     *testing.T
	where string
}

var (
	slashName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)
	isLocale  = regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2}|-419)?$`)
)

func (r rules) check(ok bool, rule string) {
	r.t.Helper()
	if !ok {
		r.t.Errorf("%s: %s", r.where, rule)
	}
}

func (r rules) words(said string, others map[string]string, longest int) {
	r.t.Helper()
	r.check(said != "" && utf8.RuneCountInString(said) <= longest, "a text is empty or too long: "+said)
	for locale, other := range others {
		_, known := discordgo.Locales[discordgo.Locale(locale)]
		r.check(known && isLocale.MatchString(locale), "no locale of Discord: "+locale)
		r.check(other != "" && utf8.RuneCountInString(other) <= longest, "a text is empty or too long: "+other)
		r.check(!strings.Contains(other, "["), "a key without words: "+other)
	}
}

func (r rules) options(options []menuOption, depth int) {
	r.t.Helper()
	r.check(len(options) <= 25, "more than 25 options")
	seen := map[string]bool{}
	optional := false
	for _, o := range options {
		in := rules{r.t, r.where + " " + o.Name}
		in.check(slashName.MatchString(o.Name) && o.Name == strings.ToLower(o.Name), "the name is not legal")
		in.check(!seen[o.Name], "the name is there twice")
		seen[o.Name] = true
		in.words(o.Description, o.DescriptionLocalizations, 100)
		in.check(!o.Required || !optional, "required behind an optional one")
		optional = optional || !o.Required
		isSub := o.Type == discordgo.ApplicationCommandOptionSubCommand
		isString := o.Type == discordgo.ApplicationCommandOptionString
		in.check(isSub == (depth == 0 && slices.ContainsFunc(options, func(o menuOption) bool {
			return o.Type == discordgo.ApplicationCommandOptionSubCommand
		})), "sub-commands and options are mixed, or too deep")
		in.check(isSub || len(o.Options) == 0, "options within an option")
		in.check(o.Min == nil || o.Type == discordgo.ApplicationCommandOptionInteger, "a range of no number")
		in.check(o.Min == nil || *o.Min <= *o.Max, "an empty range")
		in.check(o.MaxLength == 0 || isString && o.MaxLength <= 6000, "a length of no text")
		in.check(len(o.ChannelTypes) == 0 || o.Type == discordgo.ApplicationCommandOptionChannel, "channels of no channel")
		in.check(!o.Autocomplete || isString && len(o.Choices) == 0, "autocomplete of what has choices or is no text")
		in.check(len(o.Choices) <= 25, "more than 25 choices")
		names := map[string]bool{}
		for _, c := range o.Choices {
			in.words(c.Name, c.NameLocalizations, 100)
			in.check(c.Value != "" && utf8.RuneCountInString(c.Value) <= 100, "a value is empty or too long")
			in.check(!names[c.Name], "two choices of one name")
			names[c.Name] = true
		}
		in.options(o.Options, depth+1)
	}
}

func TestDiscordTakesTheMenu(t *testing.T) {
	t.Parallel()
	menu := realMenu(t)
	seen, slash := map[string]bool{}, 0
	for _, c := range menu {
		r := rules{t, "/" + c.Name}
		r.check(!seen[c.Name], "declared twice")
		seen[c.Name] = true
		r.check(c.size() <= 8000, "more than 8,000 characters")
		r.check(c.Permissions == nil, "hidden from people without a right, whom the admins may have named")
		r.check(len(c.Contexts) > 0 && slices.Equal(c.Integrations, []discordgo.ApplicationIntegrationType{0}), "nowhere to be seen")
		if c.Type == discordgo.MessageApplicationCommand {
			r.words(c.Name, c.NameLocalizations, 32)
			r.check(c.Description == "" && len(c.Options) == 0, "a message's entry with a description or options")
			continue
		}
		slash++
		r.check(slashName.MatchString(c.Name) && c.Name == strings.ToLower(c.Name), "the name is not legal")
		r.words(c.Description, c.DescriptionLocalizations, 100)
		r.options(c.Options, 0)
	}
	if slash == 0 || slash > 100 || len(menu) != slash+1 {
		t.Errorf("got %d commands and %d entries; want up to 100, and one entry for messages", slash, len(menu)-slash)
	}
}

// A golden file for one command with all that there is; -update_menu writes it.
func TestACommandAsDiscordReadsIt(t *testing.T) {
	t.Parallel()
	menu := realMenu(t)
	command := decoded(t, menu, "watch")
	command["options"] = []any{optionAt(t, command, "add"), optionAt(t, command, "list")}
	got, err := json.MarshalIndent(command, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/menu_watch.json"
	if *updateMenu {
		if err := os.WriteFile(file, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("-golden +got:\n%s", diff)
	}
}

func TestOptionsHaveTheTypesOfDiscord(t *testing.T) {
	t.Parallel()
	menu := realMenu(t)
	choices := []any{"card", "messages", "digest"}
	channels := []any{0.0, 5.0, 10.0, 11.0, 12.0}
	for _, tt := range []struct {
		path string
		want map[string]any
	}{
		{"next who", map[string]any{"type": 3.0, "autocomplete": true}},
		{"show stream", map[string]any{"type": 3.0, "autocomplete": true, "required": true}},
		{"schedule days", map[string]any{"type": 4.0, "min_value": 1.0, "max_value": 60.0}},
		{"watch add style", map[string]any{"type": 3.0, "choices": choices}},
		{"watch add mention", map[string]any{"type": 9.0}},
		{"watch edit mention", map[string]any{"type": 3.0, "autocomplete": true}},
		{"watch add chat", map[string]any{"type": 7.0, "channel_types": channels}},
		{"chat set moderators", map[string]any{"type": 3.0, "autocomplete": true}},
		{"stream add who", map[string]any{"type": 3.0, "autocomplete": true}}, // the form asks for it
		{"stream add title", map[string]any{"type": 3.0, "max_length": 100.0}},
		{"undo chat", map[string]any{"type": 7.0, "channel_types": channels}},
		{"next chat", nil},
		{"operator status chat", nil},
		{"operator why chat", map[string]any{"type": 3.0, "autocomplete": true}},
	} {
		path := strings.Fields(tt.path)
		got := optionAt(t, decoded(t, menu, path[0]), path[1:]...)
		for _, key := range []string{"name", "description", "description_localizations"} {
			delete(got, key)
		}
		if list, ok := got["choices"].([]any); ok {
			for i, c := range list {
				list[i] = as[map[string]any](t, c)["value"]
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("/%s, -want +got:\n%s", tt.path, diff)
		}
	}
}

func TestTheMenuSpeaksTheLanguageOfItsReader(t *testing.T) {
	t.Parallel()
	menu := realMenu(t)
	watch := decoded(t, menu, "watch")
	style := as[map[string]any](t, as[[]any](t, optionAt(t, watch, "add", "style")["choices"])[0])
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"a summary", decoded(t, menu, "next")["description_localizations"], map[string]any{
			"zh-CN": "已知的下一场直播。", "zh-TW": "已知的下一场直播。", "fr": "Le prochain direct connu.",
		}},
		{"a name stays", decoded(t, menu, "next")["name_localizations"], nil},
		{"an option", optionAt(t, watch, "add", "subjects")["description"], "people, companies or streams' ids, with commas between them"},
		{"a choice", style["name"], "card: one that changes"},
		{"a choice in Chinese", as[map[string]any](t, style["name_localizations"])["zh-TW"], "卡片：一张，随时更新"},
		{"a message's entry", decoded(t, menu, "Why this?")["name_localizations"], map[string]any{
			"zh-CN": "为什么有这条？", "zh-TW": "为什么有这条？", "fr": "Pourquoi ceci\u00a0?",
		}},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", tt.what, diff)
		}
	}
}

func TestCommandsAreShownWhereTheyMakeSense(t *testing.T) {
	t.Parallel()
	menu := realMenu(t)
	for name, want := range map[string][]any{
		"next": {0.0, 1.0}, "watch": {0.0, 1.0}, "remind": {0.0, 1.0}, "operator": {1.0}, "Why this?": {0.0, 1.0},
	} {
		if diff := cmp.Diff(any(want), decoded(t, menu, name)["contexts"]); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
}

func TestAMenuThatDiscordWouldNotTakeIsAnError(t *testing.T) {
	t.Parallel()
	_, words := declared(t)
	var many []*bot.Command
	for range 101 {
		many = append(many, &bot.Command{Name: "x", Summary: "next.summary"})
	}
	big := &bot.Command{Name: "big", Summary: "next.summary"}
	for range 25 {
		sub := &bot.Command{Name: "sub", Summary: "next.summary"}
		for range 10 {
			sub.Options = append(sub.Options, bot.IntOption("n", "option.page", 1, 2))
		}
		big.Sub = append(big.Sub, sub)
	}
	for want, list := range map[string][]*bot.Command{
		"there are 101 commands, Discord takes 100": many,
		"/big has 8": {big},
	} {
		if _, err := menuOf(list, words); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// published is a menu as Discord lists it: with ids, versions and nulls, what is empty left out or put in, in another order.
func published(tb testing.TB, menu []*menuCommand) []json.RawMessage {
	tb.Helper()
	var list []json.RawMessage
	for _, c := range slices.Backward(menu) {
		command := decoded(tb, menu, c.Name)
		maps.Copy(command, map[string]any{
			"id": "91", "application_id": "7", "version": "3", "default_permission": true, "nsfw": false, "dm_permission": nil,
		})
		if _, ok := command["name_localizations"]; !ok {
			command["name_localizations"] = nil
		}
		delete(command, "default_member_permissions")
		slices.Reverse(as[[]any](tb, command["contexts"]))
		for _, o := range optionsOf(tb, command) {
			option := as[map[string]any](tb, o)
			if _, ok := option["required"]; !ok {
				option["required"] = false
			}
			option["name_localizations"] = nil
		}
		raw, err := json.Marshal(command)
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, raw)
	}
	return list
}

func TestTheMenuIsPublishedOnlyWhenItChanged(t *testing.T) {
	t.Parallel()
	list, words := declared(t)
	wanted := func() []*menuCommand {
		menu, err := menuOf(list, words)
		if err != nil {
			t.Fatal(err)
		}
		return menu
	}
	standing := published(t, wanted())
	if !sameMenu(standing, wanted()) {
		t.Fatal("what Discord lists of the menu counts as another one")
	}
	for name, change := range map[string]func(menu []*menuCommand) []*menuCommand{
		"one command less":    func(menu []*menuCommand) []*menuCommand { return menu[1:] },
		"one command more":    func(menu []*menuCommand) []*menuCommand { return append(menu, &menuCommand{Type: 1, Name: "new"}) },
		"another description": func(menu []*menuCommand) []*menuCommand { menu[0].Description = "else"; return menu },
		"another translation": func(menu []*menuCommand) []*menuCommand {
			menu[0].DescriptionLocalizations["fr"] = "autre"
			return menu
		},
		"another place":     func(menu []*menuCommand) []*menuCommand { menu[0].Contexts = menu[0].Contexts[:1]; return menu },
		"an option less":    func(menu []*menuCommand) []*menuCommand { menu[0].Options = menu[0].Options[1:]; return menu },
		"no autocomplete":   func(menu []*menuCommand) []*menuCommand { menu[0].Options[0].Autocomplete = false; return menu },
		"a required option": func(menu []*menuCommand) []*menuCommand { menu[0].Options[0].Required = true; return menu },
	} {
		if sameMenu(standing, change(wanted())) {
			t.Errorf("%s counts as the same menu", name)
		}
	}
	for name, other := range map[string][]json.RawMessage{
		"nothing": nil, "no JSON": {json.RawMessage("{")}, "null": {json.RawMessage("null")},
		"hidden from members": append(slices.Clone(standing[1:]), json.RawMessage(
			strings.Replace(string(standing[0]), `"name":`, `"default_member_permissions":"32","name":`, 1))),
	} {
		if sameMenu(other, wanted()) {
			t.Errorf("%s counts as the same menu", name)
		}
	}
}
