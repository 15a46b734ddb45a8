package cards_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// TestStoryOfANotice: each try, what held it up and what became of it, or what it waits for.
func TestStoryOfANotice(t *testing.T) {
	now := time.Date(2026, time.June, 30, 10, 0, 0, 0, time.UTC)
	house := bottest.Open(t, now)
	at := func(minutes int) time.Time { return now.Add(time.Duration(minutes) * time.Minute) }
	base := storage.Notice{
		Kind: storage.LiveNotice, Scope: storage.Public, Stream: "s7k", Occurrence: "9", Chat: "c1", Messenger: bot.Console, Due: at(-10), Until: at(60),
		Outcome: storage.Queued,
	}
	put := func(change func(n *storage.Notice)) storage.Notice {
		n := base
		change(&n)
		if err := house.Store.Update(t.Context(), func(tx storage.Tx) error { return storage.Notices.Put(tx, n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	put(func(n *storage.Notice) { n.Chat, n.Due = "c2", at(-20) })
	put(func(n *storage.Notice) { n.Chat, n.Due = "c3", at(-20) })
	put(func(n *storage.Notice) { n.Chat, n.Due = "c4", at(1) }) // is not ready
	tried := func(n *storage.Notice) {
		n.Note(at(-9), "tried.later")
		n.Note(at(-8), "Forbidden: not enough rights")
		n.Note(at(-7), "tried.unknown")
		n.Doubt = at(-7)
	}
	stories := map[string]struct {
		change func(n *storage.Notice)
		want   string
	}{
		"others go first": {func(*storage.Notice) {}, `
			- 2 notices go before it, of use until Tue 30 Jun, 11:00`},
		"it is tried again later": {func(n *storage.Notice) { tried(n); n.NotBefore = at(5) }, `
			- Tue 30 Jun, 09:51: the messenger wants to be asked later
			- Tue 30 Jun, 09:52: the messenger said “Forbidden: not enough rights”
			- Tue 30 Jun, 09:53: the messenger did not say whether it took it
			- Since Tue 30 Jun, 09:53 I can't tell whether it arrived
			- It waits until Tue 30 Jun, 10:05, of use until Tue 30 Jun, 11:00`},
		"it is under way": {func(n *storage.Notice) { n.Outcome, n.Tried = storage.Sending, at(0) }, `
			- On its way since Tue 30 Jun, 10:00, of use until Tue 30 Jun, 11:00`},
		"it was late": {func(n *storage.Notice) { tried(n); n.Outcome, n.Settled = storage.Sent, at(-5) }, `
			- Tue 30 Jun, 09:51: the messenger wants to be asked later
			- Tue 30 Jun, 09:52: the messenger said “Forbidden: not enough rights”
			- Tue 30 Jun, 09:53: the messenger did not say whether it took it
			- Tue 30 Jun, 09:55: sent without a sound, 5 min late`},
		"it was not sent": {func(n *storage.Notice) { n.Outcome, n.Why, n.Settled = storage.Expired, "why.too_late", at(-1) }, `
			- Tue 30 Jun, 09:59: not sent, it was of no more use by then`},
	}
	for name, story := range stories {
		n := put(story.change)
		err := house.Store.View(t.Context(), func(r storage.Reader) error {
			view := cards.View{Scoped: storage.Scoped{Reader: r, Scope: storage.Public}, Words: house.Words, Locale: "en", Zone: time.UTC, Now: now}
			post, err := view.NoticeStory(n, nil, "g1")
			post.Locale, post.Zone = view.Locale, view.Zone
			got := bottest.Render(bot.Voice{Words: house.Words, Locale: "en", Zone: time.UTC, Now: now}, post)
			if diff := cmp.Diff(lines(story.want), steps(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// steps are those of a story behind what it was about and when it was due.
func steps(story string) []string {
	_, rest, _ := strings.Cut(story, "Due Tue 30 Jun, 09:50\n")
	rest, _, _ = strings.Cut(rest, "\n--")
	return lines(rest)
}
