package discordsrv_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
)

func command(name string, options ...object) object {
	return object{"name": name, "description": "d", "options": options}
}

func opt(kind int, name string, pairs ...any) object {
	return with(object{"type": kind, "name": name, "description": "d"}, pairs...)
}

func choice(name string, value any) object { return object{"name": name, "value": value} }

// publish publishes a menu for all places.
func (w *world) publish(tb testing.TB, menu ...object) []object {
	tb.Helper()
	r := w.call(tb, http.MethodPut, w.menu(""), menu)
	if said := r.said(); said != "" {
		tb.Fatalf("%s %s", said, r.raw)
	}
	return list(tb, r)
}

func (w *world) menu(guild string) string {
	path := "applications/" + w.Me().ID
	if guild != "" {
		path += "/guilds/" + guild
	}
	return path + "/commands"
}

func TestMenusThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	long := func(n int) string { return strings.Repeat("ж", n) }
	numbered := func(n int, one func(i int) object) []object {
		all := []object{}
		for i := range n {
			all = append(all, one(i))
		}
		return all
	}
	sub := func(name string, options ...object) object { return opt(1, name, "options", options) }
	for name, c := range map[string]struct {
		menu []object
		want map[string]string
	}{
		"all is well": {[]object{
			command("stream", sub("add", opt(3, "name", "required", true), opt(4, "n")), opt(2, "more", "options", []object{sub("list")})),
			{"name": "Why this?", "type": 3, "contexts": []int{0, 1}},
			with(command("wecker"), "name_localizations", object{"zh-CN": "提醒", "fr": "réveil"}, "default_member_permissions", "32"),
		}, map[string]string{}},
		"a capital": {[]object{command("Stream")}, map[string]string{"0.name": "STRING_TYPE_REGEX"}},
		"a space":   {[]object{command("a b")}, map[string]string{"0.name": "STRING_TYPE_REGEX"}},
		"a long name": {
			[]object{command(long(33)), command(long(32))}, map[string]string{"0.name": "STRING_TYPE_REGEX"},
		},
		"a capital elsewhere": {
			[]object{with(command("a"), "name_localizations", object{"de": "Wecker"})},
			map[string]string{"0.name_localizations.de": "STRING_TYPE_REGEX"},
		},
		"a language that is none": {
			[]object{with(command("a"), "description_localizations", object{"zh": "x"})},
			map[string]string{"0.description_localizations.zh": "BASE_TYPE_CHOICES"},
		},
		"no description":     {[]object{{"name": "a"}}, map[string]string{"0.description": "BASE_TYPE_REQUIRED"}},
		"a long description": {[]object{with(command("a"), "description", long(101))}, map[string]string{"0.description": "BASE_TYPE_BAD_LENGTH"}},
		"a long description elsewhere": {
			[]object{with(command("a"), "description_localizations", object{"fr": long(101)})},
			map[string]string{"0.description_localizations.fr": "BASE_TYPE_BAD_LENGTH"},
		},
		"a misspelled field": {[]object{with(command("a"), "desc", "b")}, map[string]string{"desc": "UNKNOWN_FIELD"}},
		"the same name":      {[]object{command("a"), command("a")}, map[string]string{"1.name": "APPLICATION_COMMANDS_DUPLICATE_NAME"}},
		"the same name elsewhere": {
			[]object{command("a", opt(3, "b", "name_localizations", object{"fr": "x"}), opt(3, "c", "name_localizations", object{"fr": "x"}))},
			map[string]string{"0.options.1.name_localizations.fr": "APPLICATION_COMMANDS_DUPLICATE_NAME"},
		},
		"many commands": {
			numbered(101, func(i int) object { return command(strconv.Itoa(i)) }), map[string]string{"": "APPLICATION_COMMANDS_TOO_MANY"},
		},
		"many entries": {
			numbered(16, func(i int) object { return object{"name": strconv.Itoa(i), "type": 3} }),
			map[string]string{"": "APPLICATION_COMMANDS_TOO_MANY"},
		},
		"an entry with a description": {
			[]object{{"name": "a", "type": 3, "description": "d"}}, map[string]string{"0.description": "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"},
		},
		"many options": {
			[]object{command("a", numbered(26, func(i int) object { return opt(3, strconv.Itoa(i)) })...)},
			map[string]string{"0.options": "BASE_TYPE_BAD_LENGTH"},
		},
		"required after optional": {
			[]object{command("a", opt(3, "b"), opt(3, "c", "required", true))},
			map[string]string{"0.options.1": "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
		},
		"sub-commands beside options": {
			[]object{command("a", sub("b"), opt(3, "c"))}, map[string]string{"0.options": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		},
		"a sub-command in a sub-command": {
			[]object{command("a", sub("b", sub("c")))}, map[string]string{"0.options.0.options.0": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		},
		"a group in a group": {
			[]object{command("a", opt(2, "b", "options", []object{opt(2, "c", "options", []object{sub("d")})}))},
			map[string]string{"0.options.0.options.0": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		},
		"an option in a group": {
			[]object{command("a", opt(2, "b", "options", []object{opt(3, "c")}))},
			map[string]string{"0.options.0.options": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		},
		"many choices": {
			[]object{command("a", opt(3, "b", "choices", numbered(26, func(i int) object { return choice(strconv.Itoa(i), strconv.Itoa(i)) })))},
			map[string]string{"0.options.0.choices": "BASE_TYPE_BAD_LENGTH"},
		},
		"a choice of another type": {
			[]object{command("a", opt(3, "b", "choices", []object{choice("one", 1)}), opt(4, "c", "choices", []object{choice("half", 0.5)}))},
			map[string]string{"0.options.0.choices.0.value": "BASE_TYPE_CONVERT", "0.options.1.choices.0.value": "BASE_TYPE_CONVERT"},
		},
		"a choice twice": {
			[]object{command("a", opt(3, "b", "choices", []object{choice("one", "1"), choice("uno", "1")}))},
			map[string]string{"0.options.0.choices.1.value": "APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_DUPLICATED"},
		},
		"a long choice": {
			[]object{command("a", opt(3, "b", "choices", []object{choice(long(101), long(101))}))},
			map[string]string{"0.options.0.choices.0.name": "BASE_TYPE_BAD_LENGTH", "0.options.0.choices.0.value": "BASE_TYPE_BAD_LENGTH"},
		},
		"choices and completion": {
			[]object{command("a", opt(3, "b", "choices", []object{choice("one", "1")}, "autocomplete", true))},
			map[string]string{"0.options.0": "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES"},
		},
		"a role that is completed": {
			[]object{command("a", opt(8, "b", "autocomplete", true))},
			map[string]string{"0.options.0": "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID"},
		},
		"a text with a least value": {
			[]object{command("a", opt(3, "b", "min_value", 1))},
			map[string]string{"0.options.0.min_value": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		},
		"channel types of a text": {
			[]object{command("a", opt(3, "b", "channel_types", []int{0}))},
			map[string]string{"0.options.0.channel_types": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		},
		"a context that is none": {[]object{with(command("a"), "contexts", []int{3})}, map[string]string{"0.contexts.0": "BASE_TYPE_CHOICES"}},
		"no context":             {[]object{with(command("a"), "contexts", []int{})}, map[string]string{"0.contexts": "BASE_TYPE_BAD_LENGTH"}},
		"too large": {
			[]object{command("a", numbered(25, func(i int) object {
				return opt(3, strconv.Itoa(i), "choices", numbered(4, func(i int) object {
					return with(choice(strconv.Itoa(i), strconv.Itoa(i)), "name_localizations", object{"fr": long(79 + i)})
				}))
			})...)},
			map[string]string{"0": "APPLICATION_COMMAND_TOO_LARGE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.call(t, http.MethodPut, w.menu(w.guild.ID), c.menu)
			wrong := map[string]string{}
			if r.status >= 400 {
				wrong = r.wrong(t)
			}
			if diff := cmp.Diff(c.want, wrong); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMenuIsReplacedAndKeepsItsIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	localized := with(command("b"), "name_localizations", object{"fr": "bé"})
	first := w.publish(t, command("a"), localized)
	second := w.publish(t, with(localized, "description", "new"), command("c"))
	if first[1]["id"] != second[0]["id"] || first[1]["version"] == second[0]["version"] {
		t.Errorf("first %v, second %v", first, second)
	}
	third := w.publish(t, with(localized, "description", "new"), command("c"))
	if diff := cmp.Diff(second, third); diff != "" {
		t.Errorf("the same menu again: %s", diff)
	}
	var names []string
	for _, c := range w.Commands("") {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"b", "c"}, names); diff != "" {
		t.Error(diff)
	}
	if shown := list(t, w.call(t, http.MethodGet, w.menu(""), nil)); shown[0]["name_localizations"] != nil {
		t.Errorf("shown %v", shown[0])
	}
	if shown := list(t, w.call(t, http.MethodGet, w.menu("")+"?with_localizations=true", nil)); at(shown[0], "name_localizations", "fr") != "bé" {
		t.Errorf("shown %v", shown[0])
	}
	if said := w.call(t, http.MethodPut, "applications/1/commands", []object{}).said(); !strings.HasPrefix(said, "403 20012") {
		t.Error(said)
	}
}

func TestTwoHundredCommandsAreCreatedInADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	put := func(prefix string, n int) string {
		menu := []object{}
		for i := range n {
			menu = append(menu, command(fmt.Sprint(prefix, i)))
		}
		return w.call(t, http.MethodPut, w.menu(""), menu).said()
	}
	for range 3 {
		if said := put("a", 100); said != "" {
			t.Fatal(said)
		}
	}
	if said := put("b", 100); said != "" {
		t.Error(said)
	}
	if said := put("c", 1); said != "429 30034 Max number of daily application command creates has been reached (200)" {
		t.Error(said)
	}
	w.now = w.now.Add(24 * time.Hour)
	if said := put("c", 1); said != "" {
		t.Error(said)
	}
}

func TestACommandComesAsItIsDeclared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	role := w.AddRole(w.guild.ID, discordsrv.Role{Name: "fans"}).ID
	w.publish(t, command("stream", opt(1, "add", "options", []object{
		opt(3, "name", "required", true), opt(4, "hours", "min_value", 1, "max_value", 48), opt(5, "loud"), opt(6, "who"), opt(7, "where", "channel_types", []int{0}),
		opt(8, "role"), opt(9, "anyone"), opt(10, "share"), opt(3, "kind", "choices", []object{choice("One", "1")}),
	})))
	c := w.join(t)
	_, err := w.Command(discordsrv.Invocation{
		Channel: w.channel, User: w.bob, Path: []string{"stream", "add"}, Locale: "zh-CN", Options: map[string]any{
			"kind": "1", "anyone": role, "name": "Launch", "hours": 24, "loud": true, "who": w.ann, "where": w.channel, "role": role, "share": 0.5,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := into(t, c.until("INTERACTION_CREATE"))
	var given []string
	for i := range 9 {
		o := at(got, "data", "options", 0, "options", i)
		given = append(given, fmt.Sprint(at(o, "type"), " ", at(o, "name"), "=", at(o, "value")))
	}
	want := []string{
		"3 name=Launch", "4 hours=24", "5 loud=true", "6 who=" + w.ann, "7 where=" + w.channel, "8 role=" + role, "9 anyone=" + role,
		"10 share=0.5", "3 kind=1",
	}
	if diff := cmp.Diff(want, given); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string]any{
		"data.name": "stream", "data.options.0.name": "add", "type": 2.0, "locale": "zh-CN", "guild_locale": "en-US", "context": 0.0, "guild_id": w.guild.ID,
		"channel.id": w.channel, "channel.type": 0.0, "member.user.username": "bob", "member.permissions": discordsrv.Usual.String(),
		"app_permissions": discordsrv.Usual.String(), "authorizing_integration_owners.0": w.guild.ID, "user": nil,
		"data.resolved.users." + w.ann + ".username": "ann", "data.resolved.members." + w.ann + ".permissions": discordsrv.All.String(),
		"data.resolved.roles." + role + ".name": "fans", "data.resolved.channels." + w.channel + ".name": "general",
	} {
		here := any(got)
		for step := range strings.SplitSeq(path, ".") {
			if l, ok := here.([]any); ok && step == "0" {
				here = l[0]
				continue
			}
			here = at(here, step)
		}
		if here != want {
			t.Errorf("%s is %v, want %v", path, here, want)
		}
	}
}

func TestNobodyUsesWhatIsNotInTheMenu(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.publish(
		t, command("hello", opt(3, "text", "required", true, "max_length", 3), opt(4, "n", "max_value", 2), opt(7, "where", "channel_types", []int{5})),
		command("stream", opt(1, "add")), with(command("guilds"), "contexts", []int{0}), with(command("staff"), "default_member_permissions", "32"),
	)
	w.AddMember(w.guild.ID, discordsrv.Member{User: w.bob})
	dm := w.AddDM(w.bob).ID
	type given = map[string]any
	use := func(channel string, options given, path ...string) func() (string, error) {
		return func() (string, error) {
			return w.Command(discordsrv.Invocation{Channel: channel, User: w.bob, Path: path, Options: options})
		}
	}
	for name, c := range map[string]struct {
		use  func() (string, error)
		fine bool
	}{
		"as declared":         {use(w.channel, given{"text": "abc", "n": 2}, "hello"), true},
		"in direct messages":  {use(dm, given{"text": "abc"}, "hello"), true},
		"no such command":     {use(w.channel, nil, "hullo"), false},
		"a required option":   {use(w.channel, nil, "hello"), false},
		"an empty text":       {use(w.channel, given{"text": ""}, "hello"), false},
		"a long text":         {use(w.channel, given{"text": "abcd"}, "hello"), false},
		"a large number":      {use(w.channel, given{"text": "a", "n": 3}, "hello"), false},
		"a number of text":    {use(w.channel, given{"text": "a", "n": "x"}, "hello"), false},
		"another channel":     {use(w.channel, given{"text": "a", "where": w.channel}, "hello"), false},
		"an unknown option":   {use(w.channel, given{"text": "a", "m": 1}, "hello"), false},
		"no sub-command":      {use(w.channel, nil, "stream"), false},
		"another sub-command": {use(w.channel, nil, "stream", "del"), false},
		"a sub-command":       {use(w.channel, nil, "stream", "add"), true},
		"guilds only":         {use(dm, nil, "guilds"), false},
		"in a guild":          {use(w.channel, nil, "guilds"), true},
		"not allowed":         {use(w.channel, nil, "staff"), false},
		"not completed": {func() (string, error) {
			return w.Autocomplete(discordsrv.Invocation{Channel: w.channel, User: w.bob, Path: []string{"hello"}, Options: given{"text": "a"}}, "text")
		}, false},
		"somebody else's messages": {use(w.AddDM(w.ann).ID, given{"text": "abc"}, "hello"), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.use()
			if c.fine && err != nil || !c.fine && !errors.Is(err, discordsrv.ErrImpossible) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestACommandOfAGuildStandsBeforeThatOfAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.publish(t, command("hello"))
	if said := w.call(t, http.MethodPut, w.menu(w.guild.ID), []object{with(command("hello"), "contexts", []int{1})}).said(); said != "" {
		t.Fatal(said)
	}
	c := w.join(t)
	if _, err := w.Command(discordsrv.Invocation{Channel: w.channel, User: w.bob, Path: []string{"hello"}}); err != nil {
		t.Fatal(err)
	}
	if got := into(t, c.until("INTERACTION_CREATE")); at(got, "data", "guild_id") != w.guild.ID || at(got, "data", "id") != w.Commands(w.guild.ID)[0].ID {
		t.Errorf("came %v", got)
	}
	w.RemoveBot(w.guild.ID)
	w.AddBot(w.guild.ID)
	if left := w.Commands(w.guild.ID); len(left) != 0 {
		t.Errorf("the bot was away, and yet there are %v", left)
	}
}
