package commands_test

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// asked is what a member reads in a private chat.
func asked(tb testing.TB, house *bottest.House, line string) bot.Post {
	tb.Helper()
	house.Now = house.Now.Add(10 * time.Second)
	chat := bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "us", Kind: bot.Private}
	post, _ := house.Router.Answer(tb.Context(), bot.Inbound{ID: house.Now.String(), Chat: chat, Text: line})
	if post.Failed {
		tb.Errorf("%s: failed inside", line)
	}
	return post
}

// Every person and company of the catalog answers to every name, alias, id, handle and address in it, to the surname last,
// and to their Chinese name as it is said; one who shares it is asked back beside them.
func TestEveryoneInTheCatalogAnswersToEveryName(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2026, time.June, 1, 2, 0, 0, 0, time.UTC))
	forms := map[string][]string{} // by id
	err := house.Store.View(t.Context(), func(r storage.Reader) error {
		for e, err := range storage.Executives.Scan(r) {
			if err != nil {
				return err
			}
			forms[e.ID] = append(forms[e.ID], namesOf(e.ID, e.Names, e.Aliases, true)...)
		}
		for a, err := range storage.Automakers.Scan(r) {
			if err != nil {
				return err
			}
			forms[a.ID] = append(forms[a.ID], namesOf(a.ID, a.Names, a.Aliases, false)...)
		}
		for a, err := range storage.Accounts.Scan(r) {
			if err != nil {
				return err
			}
			if a.Handle != "" {
				forms[a.Owner.ID] = append(forms[a.Owner.ID], a.Handle, "@"+a.Handle, strings.ToUpper(a.Handle))
			}
			if a.URL != "" {
				_, bare, _ := strings.Cut(a.URL, "://")
				forms[a.Owner.ID] = append(forms[a.Owner.ID], a.URL, bare, a.URL+"/?s=20&from=share", strings.Replace(a.URL, "https", "HTTP", 1))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for id, typed := range forms {
		for _, form := range typed {
			n++
			post := asked(t, house, "/who "+form)
			got := bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post)
			// A person and the company of theirs that has the name without its space are the company.
			own := id == "li-xiang" && strings.HasSuffix(got, "-- liauto\n")
			if !strings.HasSuffix(got, "-- "+id+"\n") && !isOffered(post, id) && !own {
				t.Errorf("/who %s: want %s, got:\n%s", form, id, got)
			}
		}
	}
	t.Logf("%d forms of %d", n, len(forms))
}

func isOffered(post bot.Post, id string) bool {
	for _, button := range post.Buttons {
		if strings.HasSuffix(button.Command, " "+id) {
			return true
		}
	}
	return false
}

// namesOf are the ways to write what somebody is called.
func namesOf(id string, names storage.Names, aliases []string, person bool) []string {
	forms := []string{id, strings.ReplaceAll(id, "-", " ")}
	for _, name := range names {
		aliases = append(aliases, name)
	}
	for _, name := range aliases {
		forms = append(forms, name, strings.ToUpper(name), "  "+name+" ", "“"+name+"”", storage.Fold(name), strings.ReplaceAll(name, " ", "  "))
		words := strings.Fields(name)
		if len(words) == 2 && person {
			forms = append(forms, words[1]+" "+words[0], words[0]+words[1], words[0]+", "+words[1], words[1]+words[0], words[0]+"-"+words[1])
		}
	}
	return forms
}

// A Chinese name that nobody has finds the one that sounds alike, as a button and never as an answer.
func TestHomophonesAreOfferedNeverTaken(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2026, time.June, 1, 2, 0, 0, 0, time.UTC))
	for _, line := range []string{"/who 雷俊", "/next 雷君", "/recent 累军"} {
		post := asked(t, house, line)
		if len(post.Buttons) == 0 || !strings.Contains(post.Buttons[0].Command, "lei-jun") {
			t.Errorf("%s: got buttons %v, want one with lei-jun", line, post.Buttons)
		}
	}
}
