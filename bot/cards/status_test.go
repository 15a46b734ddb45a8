package cards_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// TestStatusOfMessengersThatHaveMuchToDo shows an operator, on a telephone, what is owed, how fast it goes out, and what is about to go
// wrong.
func TestStatusOfMessengersThatHaveMuchToDo(t *testing.T) {
	now := time.Date(2026, time.June, 30, 10, 0, 0, 0, time.UTC)
	house := bottest.Open(t, now)
	owe := func(messenger bot.Messenger, kind storage.NoticeKind, due time.Time, n int, change func(n *storage.Notice)) {
		for i := range n {
			owed := storage.Notice{
				Kind: kind, Scope: storage.Public, Stream: "s7k", Occurrence: due.String(), Chat: "c" + strconv.Itoa(i), Messenger: messenger,
				Due: due, Until: now.Add(time.Hour), Outcome: storage.Queued,
			}
			change(&owed)
			if err := house.Store.Update(t.Context(), func(tx storage.Tx) error { return storage.Notices.Put(tx, owed) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	asItIs := func(*storage.Notice) {}
	owe(bot.Telegram, storage.ReminderNotice, now.Add(-40*time.Second), 120, asItIs)
	owe(bot.Telegram, storage.ReminderNotice, now.Add(-50*time.Second), 8, func(n *storage.Notice) { n.Outcome = storage.Sending })
	owe(bot.Telegram, storage.WeeklyNotice, now.Add(time.Hour), 3, asItIs)
	owe(bot.Discord, storage.EndedNotice, now.Add(-time.Hour), 1, func(n *storage.Notice) { n.Outcome, n.Settled = storage.Uncertain, now })
	process := cards.Process{
		Version: "1.2.3", Started: now.Add(-time.Hour),
		Flows: func(time.Time) []cards.Flow {
			return []cards.Flow{{Messenger: bot.Console}, {
				Messenger: bot.Telegram, LastMinute: 1790, Pace: 30, MostFlying: 8, TooMany: 2,
				Lateness: []cards.FlowLateness{
					{Lane: storage.LiveLane, P50: 20 * time.Millisecond, P99: 999 * time.Millisecond},
					{Lane: storage.ReminderLane, P50: time.Second, P99: 62 * time.Second},
				},
			}, {Messenger: bot.Discord, LastMinute: 7}}
		},
		Warnings: func() []storage.Warning {
			return []storage.Warning{
				{Reason: storage.BacklogWarning, Messenger: bot.Telegram, Since: now, Count: 120, PerMinute: 20, Late: 6 * time.Minute},
				{
					Reason: storage.FanOutWarning, Messenger: bot.Telegram, Since: now, Count: 40_000, PerMinute: 1800, Takes: 23 * time.Minute,
					Late: 17 * time.Minute, Stream: "s7k", Rung: time.Hour, Due: now.Add(25 * time.Minute),
				},
				{Reason: storage.UnreachableWarning, Messenger: bot.Discord, Since: now.Add(-5 * time.Minute), Count: 1},
			}
		},
	}
	want := `A promise is about to break.
- Telegram: 120 notices are owed, 20 go out in a minute, and the last of them will be 6 min late. The most urgent go first, and whoever hears late is told how late. Where it happens often, fewer reminders at the same minute help, or a channel that many follow.
- Telegram: 40,000 chats are to be reminded of s7k at 10:25. That takes 23 min, and the last will hear 17 min late. I begin as early as the reminder stays true. Where so many want to hear at the same minute, let them follow a channel: it is told once, and all of them hear at once.
- Discord has taken nothing for 5 min, and 1 notice is owed. I keep trying, and nothing is lost. See whether the network is up here and the messenger says that it has trouble; the log has what it answers.
Running: version 1.2.3, for 1 h
The last hour: 1 uncertain
Next: nothing is planned
Pace on Discord: 7 in the last minute
Unknown on Discord: 1 notice of the last 24 h: sent or not, I can't tell
Owed on Telegram: 123 notices, the oldest for 40 s, 8 of at most 8 on their way
Pace on Telegram: 1,790 in the last minute, of 1,800 at most
Asked too much of Telegram: 2 times
- Telegram, live, late: half under 1 s, 99 % under 1 s
- Telegram, reminders, 120 owed, the oldest for 40 s, late: half 1 s, 99 % 1 min
- Telegram, weeks, 3 later
`
	err := house.Store.View(t.Context(), func(r storage.Reader) error {
		view := cards.View{Scoped: storage.Scoped{Reader: r, Scope: storage.Public}, Words: house.Words, Locale: "en", Zone: time.UTC, Now: now}
		post, err := view.Status(process)
		post.Locale, post.Zone = view.Locale, view.Zone
		voice := bot.Voice{Words: house.Words, Locale: "en", Zone: time.UTC, Now: now}
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(bottest.Render(voice, post), "\n")); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
