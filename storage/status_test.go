package storage_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// owing is a notice that a chat is owed.
func owing(messenger bot.Messenger, chat string, kind storage.NoticeKind, due time.Time) storage.Notice {
	return storage.Notice{
		Kind: kind, Scope: storage.Public, Stream: "s1", Occurrence: "1", Chat: chat, Messenger: messenger, Due: due, Until: due.Add(time.Hour),
		Outcome: storage.Queued,
	}
}

func TestBacklogsByMessengerAndLane(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	now := hour(2)
	put := func(n storage.Notice, change func(n *storage.Notice)) {
		change(&n)
		write(t, store, func(tx storage.Tx) error { return storage.Notices.Put(tx, n) })
	}
	as := func(outcome storage.Outcome, at time.Time) func(n *storage.Notice) {
		return func(n *storage.Notice) { n.Outcome, n.Settled = outcome, at }
	}
	asItIs := func(*storage.Notice) {}
	put(owing(bot.Discord, "c1", storage.LiveNotice, hour(1)), asItIs)
	put(owing(bot.Discord, "c2", storage.BackNotice, hour(2)), asItIs)
	put(owing(bot.Discord, "c3", storage.LiveNotice, hour(0)), func(n *storage.Notice) { n.NotBefore = hour(3) }) // tried again later
	put(owing(bot.Discord, "c4", storage.WeeklyNotice, hour(4)), asItIs)
	early := func(n *storage.Notice) { n.Begin = hour(0) } // it is sent early, because there are so many
	put(owing(bot.Discord, "c1", storage.ReminderNotice, hour(3)), early)
	put(owing(bot.Discord, "c5", storage.LiveNotice, hour(1)), as(storage.Sending, time.Time{}))
	put(owing(bot.Discord, "c6", storage.EndedNotice, hour(1)), as(storage.Uncertain, hour(1)))
	put(owing(bot.Discord, "c7", storage.EndedNotice, hour(1)), as(storage.Uncertain, now.Add(-25*time.Hour))) // too long ago
	put(owing(bot.Discord, "c8", storage.EndedNotice, hour(1)), as(storage.Sent, hour(1)))
	put(owing(bot.Console, "c9", storage.ReminderNotice, hour(1)), as(storage.Sending, time.Time{})) // nothing else is owed there
	put(owing("matrix", "c10", storage.EndedNotice, hour(1)), as(storage.Uncertain, now.Add(-25*time.Hour)))
	chat := storage.Chat{ID: "c11", Address: bot.ChatID{Messenger: bot.Telegram, Key: "7"}}
	write(t, store, func(tx storage.Tx) error { return storage.Suspend(tx, now, chat, "suspended.gone", "", 0) })

	want := []storage.Backlog{
		{Messenger: bot.Console, InFlight: 1},
		{Messenger: bot.Discord, InFlight: 1, Uncertain: 1, Lanes: []storage.LaneBacklog{
			{Lane: storage.LiveLane, Ready: 2, Later: 1, Oldest: hour(1)}, {Lane: storage.ReminderLane, Ready: 1}, {Lane: storage.SummaryLane, Later: 1},
		}},
		{Messenger: bot.Telegram, Suspended: 1},
	}
	read(t, store, func(r storage.Reader) error {
		counted := &counting{Reader: r}
		got, err := storage.Backlogs(counted, now, 1000)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("backlogs (-want +got):\n%s", diff)
		}
		if counted.gets > 3 {
			t.Errorf("%d records were read for what three fan-outs owe", counted.gets)
		}
		if owed, oldest := got[1].Owed(), got[1].Oldest(); owed != 5 || !oldest.Equal(hour(1)) {
			t.Errorf("%d are owed, the oldest since %s", owed, oldest)
		}
		return err
	})
}

func TestBacklogsCountNoFurtherThanAsked(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	write(t, store, func(tx storage.Tx) error {
		for i := range 5 {
			if err := storage.Owe(tx, owing(bot.Discord, "c"+strconv.Itoa(i), storage.LiveNotice, hour(i))); err != nil {
				return err
			}
		}
		return nil
	})
	for most, want := range map[int]storage.LaneBacklog{
		4: {Lane: storage.LiveLane, Ready: 2, Later: 2, Oldest: hour(0), More: true},
		5: {Lane: storage.LiveLane, Ready: 2, Later: 3, Oldest: hour(0)},
	} {
		read(t, store, func(r storage.Reader) error {
			got, err := storage.BacklogOf(r, bot.Discord, hour(1), most)
			if diff := cmp.Diff(storage.Backlog{Messenger: bot.Discord, Lanes: []storage.LaneBacklog{want}, More: want.More}, got); diff != "" {
				t.Errorf("counting up to %d (-want +got):\n%s", most, diff)
			}
			return err
		})
	}
}
