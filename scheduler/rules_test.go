package scheduler_test

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

var noon = time.Date(2026, time.November, 4, 12, 0, 0, 0, time.UTC)

// when is a start so long after noon.
func when(after time.Duration) bot.When {
	return bot.NewWhen(noon.Add(after), time.UTC, bot.ToMinute)
}

// TestRingsAndEdits holds the code against the table of rings and edits: what happened at noon, to a stream in some state,
// in a chat that heard a sound or not.
func TestRingsAndEdits(t *testing.T) {
	const (
		edit   = scheduler.EditCard
		silent = scheduler.NewSilent
		rings  = scheduler.NewRinging
	)
	day := bot.NewWhen(noon, time.UTC, bot.ToDay)
	tests := []struct {
		name     string
		kind     storage.NoticeKind
		start    bot.When
		earlier  []bot.When
		rang     time.Duration // before noon; 0: never
		want     scheduler.Event
		card     scheduler.Action
		messages scheduler.Action
	}{
		{"announced 2 h ahead", storage.AnnouncedNotice, when(2 * time.Hour), nil, 0, scheduler.AnnouncedEarly, silent, silent},
		{"announced for some time today", storage.AnnouncedNotice, day, nil, 0, scheduler.AnnouncedEarly, silent, silent},
		{"announced 1 h 59 ahead", storage.AnnouncedNotice, when(119 * time.Minute), nil, 0, scheduler.AnnouncedLate, rings, rings},
		{"reminder", storage.ReminderNotice, when(time.Hour), nil, 0, scheduler.Reminded, rings, rings},
		{"moved, nothing rung, far ahead", storage.ChangedNotice, when(30 * time.Hour), []bot.When{when(20 * time.Hour)}, 0, scheduler.MovedQuietly, edit, edit},
		{"moved by 14 min within 3 h, nothing rung", storage.ChangedNotice, when(134 * time.Minute), []bot.When{when(2 * time.Hour)}, 0, scheduler.MovedQuietly, edit, edit},
		{"named again, never moved", storage.ChangedNotice, when(time.Hour), nil, 0, scheduler.MovedQuietly, edit, edit},
		{"moved by 15 min within 3 h", storage.ChangedNotice, when(135 * time.Minute), []bot.When{when(2 * time.Hour)}, 0, scheduler.MovedLoudly, rings, rings},
		{"moved out of the last 3 h", storage.ChangedNotice, when(9 * time.Hour), []bot.When{when(3 * time.Hour)}, 0, scheduler.MovedLoudly, rings, rings},
		{"moved earlier than said", storage.ChangedNotice, when(20 * time.Hour), []bot.When{when(21 * time.Hour)}, 0, scheduler.MovedLoudly, rings, rings},
		{"moved after a ring", storage.ChangedNotice, when(30 * time.Hour), []bot.When{when(20 * time.Hour)}, time.Hour, scheduler.MovedLoudly, rings, rings},
		{"live", storage.LiveNotice, when(0), nil, 0, scheduler.WentLive, rings, rings},
		{"live 16 min after a ring", storage.LiveNotice, when(0), nil, 16 * time.Minute, scheduler.WentLive, rings, rings},
		{"live 15 min after a ring", storage.LiveNotice, when(0), nil, 15 * time.Minute, scheduler.WentLiveSoon, edit, rings},
		{"ended", storage.EndedNotice, when(-time.Hour), nil, time.Hour, scheduler.HasEnded, edit, silent},
		{"cancelled after a ring", storage.CancelledNotice, when(time.Hour), nil, time.Minute, scheduler.CalledOffLoud, rings, rings},
		{"cancelled before any ring", storage.CancelledNotice, when(time.Hour), nil, 0, scheduler.CalledOffQuiet, edit, silent},
		{"the week", storage.WeeklyNotice, bot.When{}, nil, 0, scheduler.WeekIsOver, silent, silent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var card storage.Card
			if tt.rang != 0 {
				card.Rang = noon.Add(-tt.rang)
			}
			stream := storage.Stream{Start: tt.start, Earlier: tt.earlier}
			got := scheduler.EventOf(storage.Notice{Kind: tt.kind, Due: noon}, stream, card)
			if got != tt.want {
				t.Errorf("event = %q, want %q", got, tt.want)
			}
			if card := scheduler.ActionFor(got, storage.CardStyle); card != tt.card {
				t.Errorf("style card: action %d, want %d", card, tt.card)
			}
			if messages := scheduler.ActionFor(got, storage.MessagesStyle); messages != tt.messages {
				t.Errorf("style messages: action %d, want %d", messages, tt.messages)
			}
		})
	}
}

// TestEventUnknown: what the table does not know makes no sound.
func TestEventUnknown(t *testing.T) {
	for _, style := range []storage.Style{storage.CardStyle, storage.MessagesStyle} {
		if got := scheduler.ActionFor("sneezed", style); got != scheduler.EditCard {
			t.Errorf("style %s: action %d, want an edit", style, got)
		}
	}
}

// TestStale: which notices still fit a stream that has gone on since they were owed.
func TestStale(t *testing.T) {
	kinds := []storage.NoticeKind{
		storage.AnnouncedNotice, storage.ReminderNotice, storage.ChangedNotice, storage.LiveNotice, storage.EndedNotice,
		storage.CancelledNotice,
	}
	tests := []struct {
		state storage.State
		fits  string // for each kind in the order above: f fits, - does not
	}{
		{storage.Announced, "fff---"},
		{storage.Due, "------"},
		{storage.Live, "f--f--"},
		{storage.Ended, "----f-"},
		{storage.Cancelled, "-----f"},
		{storage.Postponed, "-----f"},
		{storage.Unseen, "------"},
	}
	for _, tt := range tests {
		stream := storage.Stream{State: tt.state, Start: when(time.Hour), StartRevision: 1}
		var got strings.Builder
		for _, kind := range kinds {
			n := storage.Notice{Kind: kind, Rung: time.Hour, Occurrence: "1-1h0m0s", Due: noon, Until: noon.Add(time.Hour)}
			switch why := scheduler.Stale(n, stream, noon); why {
			case "":
				got.WriteString("f")
			case "why.overtaken":
				got.WriteString("-")
			default:
				got.WriteString("?")
			}
		}
		if got.String() != tt.fits {
			t.Errorf("state %s: %s, want %s", tt.state, got.String(), tt.fits)
		}
	}
}

func TestStaleReasons(t *testing.T) {
	announced := storage.Stream{State: storage.Announced, Start: when(time.Hour), StartRevision: 3}
	withdrawn := announced
	withdrawn.Withdrawn = true
	tests := []struct {
		name   string
		notice storage.Notice
		stream storage.Stream
		want   string
	}{
		{"useful to the last instant", storage.Notice{Kind: storage.ChangedNotice, Until: noon}, announced, ""},
		{"too late", storage.Notice{Kind: storage.ChangedNotice, Until: noon.Add(-1)}, announced, "why.too_late"},
		{"withdrawn", storage.Notice{Kind: storage.ReminderNotice, Until: noon}, withdrawn, "why.withdrawn"},
		{"its withdrawal", storage.Notice{Kind: storage.CancelledNotice, Until: noon}, withdrawn, ""},
		{"reminder of this start", storage.Notice{Kind: storage.ReminderNotice, Rung: time.Hour, Occurrence: "3-1h0m0s", Until: noon}, announced, ""},
		{"reminder of an earlier start", storage.Notice{Kind: storage.ReminderNotice, Rung: time.Hour, Occurrence: "1-1h0m0s", Until: noon}, announced, "why.overtaken"},
	}
	for _, tt := range tests {
		if got := scheduler.Stale(tt.notice, tt.stream, noon); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
