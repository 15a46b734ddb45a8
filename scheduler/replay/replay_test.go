package replay_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/scheduler/replay"
	"boardcast/storage"
	"boardcast/storage/catalog"
)

// wholeCatalog replays all streams of the catalog for a group that watches everything in a style, without weeks.
func wholeCatalog(tb testing.TB, style storage.Style) []replay.Message {
	tb.Helper()
	starter, err := catalog.Starter()
	if err != nil {
		tb.Fatal(err)
	}
	var stories []replay.Story
	for _, s := range starter.Streams {
		stories = append(stories, replay.Tell(s.Stream, s.Figures))
	}
	from := time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	store := storage.NewTrial(storage.Nothing())
	starter.Streams = nil
	if _, err := catalog.Apply(tb.Context(), store, starter, from); err != nil {
		tb.Fatal(err)
	}
	var told []replay.Message
	err = replay.Play{
		Store: store, Stories: stories, From: from, To: time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
		Chat: storage.Chat{
			Address: bot.ChatID{Messenger: bot.Console, Key: "replay"}, Kind: bot.Group, Zone: "Asia/Shanghai", Locale: "en", NoWeekly: true,
		},
		Watch:    storage.Watch{Subjects: []storage.Subject{storage.Everything}, Style: style, Before: []time.Duration{time.Hour}},
		Composer: cards.Composer{Words: bottest.Words(tb)},
	}.Run(tb.Context(), func(m replay.Message) error {
		told = append(told, m)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return told
}

func TestNoStreamOfTheCatalogRingsMoreThanTwice(t *testing.T) {
	for _, style := range []storage.Style{storage.CardStyle, storage.MessagesStyle} {
		rings := map[string]int{}
		for _, m := range wholeCatalog(t, style) {
			if m.Rings() {
				rings[m.Stream]++
			}
		}
		for stream, n := range rings {
			if stream != "" && n > 2 {
				t.Errorf("in %s, %s rang %d times", style, stream, n)
			}
		}
	}
}

func TestNoNoticeOfTheCatalogComesTwice(t *testing.T) {
	for _, style := range []storage.Style{storage.CardStyle, storage.MessagesStyle} {
		seen := map[string]bool{}
		for _, m := range wholeCatalog(t, style) {
			if m.Was != nil || m.Stream == "" {
				continue
			}
			key := m.Stream + " " + string(m.Kind)
			if seen[key] {
				t.Errorf("in %s, %s came twice, the second time at %s", style, key, m.At)
			}
			seen[key] = true
		}
	}
}

// Every stream that took place on a day that is known is announced, goes live and ends, in that order.
func TestEveryStreamOfTheCatalogIsToldWhole(t *testing.T) {
	starter, err := catalog.Starter()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, m := range wholeCatalog(t, storage.MessagesStyle) {
		if m.Was == nil && m.Kind != storage.ReminderNotice && m.Kind != storage.CorrectedNotice {
			said[m.Stream] += string(m.Kind) + " "
		}
	}
	for _, s := range starter.Streams {
		want := "announced live ended "
		switch {
		case s.Start.Coarse():
			want = ""
		case s.State == storage.Postponed:
			want = "announced cancelled "
		}
		if said[s.ID] != want {
			t.Errorf("%s (%s, %s): told %q, want %q", s.ID, s.State, s.Start.Wall, said[s.ID], want)
		}
	}
}

// A title and the people are known before, what was said and how long it was are not.
func TestAnAnnouncementDoesNotTellTheEnd(t *testing.T) {
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en", Zone: time.UTC}
	for _, m := range wholeCatalog(t, storage.MessagesStyle) {
		text := bottest.Render(voice, m.Post)
		for _, label := range []string{"Note:", "About:", "Lasted:"} {
			if (m.Kind == storage.AnnouncedNotice || m.Kind == storage.ReminderNotice) && strings.Contains(text, "\n"+label) {
				t.Errorf("%s of %s has %s\n%s", m.Kind, m.Stream, label, text)
			}
		}
	}
}

// life is a chat that lives through what people say of streams, and remembers what it was sent.
type life struct {
	t          *testing.T
	house      *bottest.House
	planner    *scheduler.Planner
	dispatcher *scheduler.Dispatcher
	sent       []string
}

// Send implements [bot.Sender].
func (l *life) Send(_ context.Context, _ bot.ChatID, p bot.Post, _ string) (bot.MessageID, error) {
	l.sent = append(l.sent, l.line(p, l.house.Now, false))
	return bot.MessageID(fmt.Sprintf("m%d", len(l.sent))), nil
}

// Edit implements [bot.Sender].
func (l *life) Edit(_ context.Context, _ bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	l.sent = append(l.sent, l.line(p, l.house.Now, true))
	return id, nil
}

// line is a message with all that is read.
func (l *life) line(p bot.Post, at time.Time, edit bool) string {
	mark := "rings"
	switch {
	case edit:
		mark = "edit"
	case p.Silent:
		mark = "silent"
	}
	return at.Format("Mon 15:04 ") + mark + " " + bottest.Render(bot.Voice{Words: l.house.Words, Now: at}, p)
}

// say has an operator type a line in the chat.
func (l *life) say(line string) {
	l.t.Helper()
	post, _ := l.house.Router.Answer(l.t.Context(), bot.Inbound{
		ID: line + l.house.Now.String(), Text: line, From: bot.User{ID: "o", Name: "the operator"}, Sent: l.house.Now,
		Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "club"}, Community: "club", Kind: bot.Group, Zone: "Asia/Shanghai"},
	})
	if post.Failed {
		l.t.Fatalf("%s: failed inside", line)
	}
}

// until lets time pass.
func (l *life) until(to time.Time) {
	l.t.Helper()
	for l.house.Now.Before(to) {
		next, err := l.planner.Tick(l.t.Context(), l.house.Now)
		if err != nil {
			l.t.Fatal(err)
		}
		later, err := l.dispatcher.Drain(l.t.Context(), l.house.Now)
		if err != nil {
			l.t.Fatal(err)
		}
		if next.IsZero() || !later.IsZero() && later.Before(next) {
			next = later
		}
		if next.IsZero() || next.After(to) {
			next = to
		}
		l.house.Now = next
	}
}

// What a chat was sent is what a replay of the database says that it was sent: each message at its time, word for word.
func TestTheReplayOfADatabaseIsWhatHappened(t *testing.T) {
	for _, style := range []string{"card", "messages"} {
		t.Run(style, func(t *testing.T) {
			from := time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC) // Monday 10:00 in Beijing
			l := &life{t: t, house: bottest.Open(t, from)}
			l.house.As(bot.Operator)
			var err error
			if l.planner, err = scheduler.NewPlanner(l.house.Store, nil); err != nil {
				t.Fatal(err)
			}
			l.dispatcher = scheduler.NewDispatcher(l.house.Store, cards.Composer{Words: l.house.Words},
				map[bot.Messenger]bot.Sender{bot.Console: l}, nil, slog.New(slog.DiscardHandler))
			l.say("/watch add xiaomi, nio style=" + style + " before=1d,1h")
			for _, said := range []struct {
				after time.Duration
				line  string
			}{
				{time.Hour, `/stream add lei jun 2024-05-22 20:00 "Night drive" platform=douyin`},
				{2 * time.Hour, `/stream add nio tomorrow "Morning talk"`},
				{20 * time.Hour, `/stream move lei jun 2024-05-22 20:30`},
				{30 * time.Hour, `/stream start nio`},
				{32 * time.Hour, `/stream end nio`},
				{40 * time.Hour, `/stream add byd in 3h "Not watched"`},
				{59 * time.Hour, `/stream start lei jun`},
				{60 * time.Hour, `/figure add lei jun 12M entered on douyin`},
				{62 * time.Hour, `/stream end lei jun`},
				{63 * time.Hour, `/stream add william li in 2h30m "Cancelled"`},
				{65 * time.Hour, `/stream cancel william li`},
			} {
				l.until(from.Add(said.after))
				l.say(said.line)
			}
			to := from.Add(96 * time.Hour)
			l.until(to)
			if got := replayed(t, l, from, to); cmp.Diff(l.sent, got) != "" {
				t.Errorf("the replay differs (-sent +replayed):\n%s", cmp.Diff(l.sent, got))
			}
			if len(l.sent) < 10 {
				t.Errorf("only %d messages were sent", len(l.sent))
			}
		})
	}
}

// replayed is what a replay of the chat's watch says. The messages without words of their own, to which older cards shrink, are as
// they were sent.
func replayed(t *testing.T, l *life, from, to time.Time) []string {
	t.Helper()
	var got []string
	err := l.house.Store.View(t.Context(), func(r storage.Reader) error {
		watch, err := storage.Watches.Get(r, "w1")
		if err != nil {
			return err
		}
		chat, err := storage.Chats.Get(r, watch.Chat)
		if err != nil {
			return err
		}
		v := storage.Scoped{Reader: r, Scope: chat.Scope()}
		streams, err := replay.Since(v, from)
		if err != nil {
			return err
		}
		store, stories, err := replay.Rewind(t.Context(), v, streams)
		if err != nil {
			return err
		}
		return replay.Play{
			Store: store, Stories: stories, From: from, To: to, Chat: chat, Watch: watch, Composer: cards.Composer{Words: l.house.Words},
		}.Run(t.Context(), func(m replay.Message) error {
			got = append(got, l.line(m.Post, m.At, m.Was != nil))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAPlayStopsAtItsBound(t *testing.T) {
	told := 0
	play := replay.Play{
		Store: storage.NewTrial(storage.Nothing()), Most: 3,
		From: time.Date(2024, time.May, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2025, time.May, 1, 0, 0, 0, 0, time.UTC),
		Chat:     storage.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "replay"}, Kind: bot.Group, Zone: "UTC"},
		Watch:    storage.Watch{Subjects: []storage.Subject{storage.Everything}, Style: storage.CardStyle},
		Composer: cards.Composer{Words: bottest.Words(t)},
	}
	err := play.Run(t.Context(), func(replay.Message) error { told++; return nil })
	if err != nil || told != 3 {
		t.Errorf("told %d messages, %v; want 3 weeks", told, err)
	}
}
