package telegram_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

// What a menu offers, by who sees it and in which language.
func TestMenus(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		names := func(scope telegramsrv.Scope, language string) []string {
			var all []string
			for _, c := range w.server.Commands(scope, language) {
				all = append(all, c.Command)
			}
			return all
		}
		for _, language := range []string{"", "zh", "fr"} {
			members := names(telegramsrv.Scope{Type: "default"}, language)
			if len(members) == 0 || len(members) > 12 || slices.Contains(members, "watch") {
				t.Errorf("in %q members are offered %q", language, members)
			}
			if admins := names(telegramsrv.Scope{Type: "all_chat_administrators"}, language); !slices.Contains(admins, "watch") || slices.Contains(admins, "operator") {
				t.Errorf("in %q admins are offered %q", language, admins)
			}
			for _, c := range w.server.Commands(telegramsrv.Scope{Type: "all_group_chats"}, language) {
				if !c.Ephemeral {
					t.Errorf("in %q others see who gives /%s", language, c.Command)
				}
			}
			if w.server.Description(language) == "" || w.server.ShortDescription(language) == "" {
				t.Errorf("in %q the bot says nothing of itself", language)
			}
		}
		if got := w.server.Commands(telegramsrv.Scope{Type: "default"}, "zh")[0].Description; !strings.Contains(got, "直播") {
			t.Errorf("in Chinese: %q", got)
		}

		calls := func() int {
			n := 0
			for _, c := range w.server.Log() {
				if strings.HasPrefix(c.Method, "setMy") {
					n++
				}
			}
			return n
		}
		before := calls()
		w.stop()
		w.start()
		if calls() != before {
			t.Errorf("a second start publishes %d menus", calls()-before)
		}
	})
}

// Who runs the bot has a menu of their own once they have spoken to it.
func TestTheMenuOfAnOperator(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.stop()
		w.server.AddUser(operator)
		chat := w.server.AddPrivate(operator.ID)
		w.start()
		commands := w.server.Commands(telegramsrv.Scope{Type: "chat", Chat: chat}, "")
		if !slices.ContainsFunc(commands, func(c telegramsrv.Command) bool { return c.Command == "operator" }) {
			t.Errorf("offered are %+v", commands)
		}
	})
}

// In any chat, the bot's name and a person's offer cards: what is next, who that is, the latest figures.
func TestInlineMode(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		ask := func(words string) telegramsrv.InlineAnswer {
			query := w.server.Inline(w.ann.ID, words)
			w.settle()
			answer, ok := w.server.InlineAnswer(query)
			if !ok {
				t.Fatalf("%q waits for ever\n%s", words, w.log)
			}
			return answer
		}
		for words, want := range map[string][]string{
			"lei jun": {"Lei Jun 雷军: nothing is announced", "Lei Jun 雷军", "Lei Jun 雷军"},
			"":        {"All streams: nobody is live", "All streams: nothing is announced", "All streams: past streams"},
			"xyzzy":   {},
		} {
			got := ask(words)
			if len(got.Results) != len(want) {
				t.Errorf("%q offers %+v", words, got)
				continue
			}
			for i, result := range got.Results {
				if result.Title == "" || !strings.HasPrefix(result.Content.Text, strings.TrimSuffix(result.Title, "…")) {
					t.Errorf("%q offers %q: %q", words, result.Title, result.Content.Text)
				}
				if !strings.HasPrefix(result.Title, want[i][:10]) {
					t.Errorf("%q offers as number %d %q, want %q", words, i, result.Title, want[i])
				}
			}
		}
		if got := ask("xyzzy"); got.Button == "" || got.Start == "" {
			t.Errorf("nothing found offers no way on: %+v", got)
		}
		for range 30 { // as fast as somebody types
			ask("lei")
		}
		if sent := w.say(w.ann.ID, w.ann, "/next"); len(sent) != 1 || strings.HasPrefix(sent[0].Text, "That is more than") {
			t.Errorf("after that /next is answered %q", textsOf(sent))
		}
		w.pass(time.Second)
	})
}
