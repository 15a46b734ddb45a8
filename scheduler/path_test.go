package scheduler_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// TestPaths walks streams through their days and looks at what a chat was sent, with sound or without, and at how often the
// last message was edited. All begins at noon, and a watch with a reminder at the times given is there.
func TestPaths(t *testing.T) {
	const m, h = time.Minute, time.Hour
	tests := []struct {
		name   string
		style  storage.Style
		before []time.Duration
		story  func(w *world)
		want   []string
		edits  bool // of the last message
		shows  string
	}{
		{
			"3 min ahead: announced, reminder, live on the card", storage.CardStyle,
			[]time.Duration{m},
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*m))
				w.pass(4 * m)
				w.goLive("g1", s.ID)
			},
			[]string{"rings card.announced", "rings card.reminder"},
			true, "card.live",
		},
		{
			"3 h ahead: announced in silence, reminder, late live", storage.CardStyle,
			[]time.Duration{h},
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*h))
				w.pass(3*h + m)
				w.goLive("g1", s.ID)
			},
			[]string{"silent card.announced", "rings card.reminder", "rings card.live"},
			false, "card.live",
		},
		{
			"90 min ahead: the announcement rings and stands for the hour's reminder", storage.CardStyle,
			[]time.Duration{h},
			func(w *world) {
				s := w.stream("g1", w.now.Add(90*m))
				w.pass(90*m + 20*time.Second)
				w.goLive("g1", s.ID)
			},
			[]string{"rings card.announced", "rings card.live"},
			false, "card.live",
		},
		{
			"moved before any ring", storage.CardStyle, nil,
			func(w *world) {
				s := w.stream("g1", w.now.Add(20*h))
				w.pass(h)
				w.move(s.ID, w.now.Add(40*h))
			},
			[]string{"silent card.announced"},
			true, "card.announced",
		},
		{
			"moved after a ring", storage.CardStyle,
			[]time.Duration{h},
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*h))
				w.pass(2*h + 10*m)
				w.move(s.ID, w.now.Add(30*h))
			},
			[]string{"silent card.announced", "rings card.reminder", "rings card.moved_later"},
			false, "card.moved_later",
		},
		{
			"moved after its time had come", storage.CardStyle,
			[]time.Duration{h},
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*h))
				w.pass(3*h + 10*m)
				w.move(s.ID, w.now.Add(30*m))
			},
			[]string{"silent card.announced", "rings card.reminder", "rings card.moved_later"},
			false, "card.moved_later",
		},
		{
			"cancelled before any ring", storage.CardStyle, nil,
			func(w *world) {
				s := w.stream("g1", w.now.Add(20*h))
				w.pass(h)
				w.cancel("g1", s.ID)
			},
			[]string{"silent card.announced"},
			true, "card.cancelled",
		},
		{
			"cancelled after a ring", storage.CardStyle,
			[]time.Duration{h},
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*h))
				w.pass(2*h + 10*m)
				w.cancel("g1", s.ID)
			},
			[]string{"silent card.announced", "rings card.reminder", "rings card.cancelled"},
			false, "card.cancelled",
		},
		{
			"ended", storage.CardStyle, nil,
			func(w *world) {
				s := w.stream("g1", w.now.Add(h))
				w.pass(h)
				w.goLive("g1", s.ID)
				w.pass(h)
				w.end("g1", s.ID)
			},
			[]string{"rings card.announced", "rings card.live"},
			true, "card.ended",
		},
		{
			"a message for each thing", storage.MessagesStyle,
			[]time.Duration{m},
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*m))
				w.pass(4 * m)
				w.goLive("g1", s.ID)
				w.pass(h)
				w.end("g1", s.ID)
			},
			[]string{"rings card.announced", "rings card.reminder", "rings card.live", "silent card.ended"},
			false, "card.ended",
		},
		{
			"two reminders missed while down are one", storage.CardStyle,
			[]time.Duration{h, 30 * m},
			func(w *world) {
				w.stream("g1", w.now.Add(3*h))
				w.pass(h)
				w.sleep(100 * m)
			},
			[]string{"silent card.announced", "rings card.reminder"},
			false, "card.reminder",
		},
		{
			"two reminders missed on a quiet morning are one", storage.CardStyle,
			[]time.Duration{h, 30 * m},
			func(w *world) {
				w.until(noon.Add(17 * h))
				w.stream("g1", w.now.Add(150*m))
				w.pass(h)
				w.sleep(80 * m)
			},
			[]string{"silent card.announced", "silent card.reminder"},
			false, "card.reminder",
		},
		{
			"all that was missed is one message", storage.CardStyle,
			[]time.Duration{h},
			func(w *world) {
				s := w.stream("g1", w.now.Add(150*m))
				w.sleep(m)
				w.move(s.ID, w.now.Add(149*m+10*m))
				w.sleep(2 * h)
			},
			[]string{"rings card.reminder"},
			false, "card.reminder",
		},
		{
			"nobody sees it", storage.CardStyle, nil,
			func(w *world) {
				w.stream("g1", w.now.Add(3*h))
				w.pass(24 * h)
			},
			[]string{"silent card.announced"},
			true, "card.unknown",
		},
		{
			"nobody ends it", storage.CardStyle, nil,
			func(w *world) {
				s := w.stream("g1", w.now.Add(3*h))
				w.pass(3 * h)
				w.goLive("g1", s.ID)
				w.pass(25 * h)
			},
			[]string{"silent card.announced", "rings card.live"},
			true, "card.ended",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, tt.style, tt.before...)
			tt.story(w)
			w.settle()
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Fatalf("said (-want +got):\n%s", diff)
			}
			messages := w.sender.Messages(chat.Address)
			last := messages[len(messages)-1]
			if got := len(last.Edits) > 0; got != tt.edits {
				t.Errorf("the last message was edited %d times, want edits: %t", len(last.Edits), tt.edits)
			}
			if got := headline(last.Shows()); got != tt.shows {
				t.Errorf("the last message shows %s, want %s", got, tt.shows)
			}
		})
	}
}

// TestPointers: in style card the messages before the newest shrink to a pointer; in style messages they stay as they were.
func TestPointers(t *testing.T) {
	for style, want := range map[storage.Style]string{storage.CardStyle: "card.pointer", storage.MessagesStyle: "card.announced"} {
		t.Run(string(style), func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, style, time.Minute)
			w.stream("g1", w.now.Add(3*time.Minute))
			w.pass(2 * time.Minute)
			if got := headline(w.sender.Messages(chat.Address)[0].Shows()); got != want {
				t.Errorf("the first message shows %s, want %s", got, want)
			}
		})
	}
}

// TestQuietHours: at night nothing makes a sound, unless the chat has none.
func TestQuietHours(t *testing.T) {
	night := time.Date(2026, time.November, 4, 23, 30, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		quiet storage.Quiet
		zone  string
		want  []string
	}{
		"usual night":         {storage.Quiet{}, "UTC", []string{"silent card.announced", "silent card.live"}},
		"no night":            {storage.Quiet{Off: true}, "UTC", []string{"rings card.announced"}},
		"early morning there": {storage.Quiet{}, "Asia/Shanghai", []string{"silent card.announced", "silent card.live"}},
		"morning near":        {storage.Quiet{From: 60, To: 120}, "UTC", []string{"rings card.announced"}},
		"evening here":        {storage.Quiet{}, "America/New_York", []string{"rings card.announced"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, night)
			chat := w.chatIn("one", "home")
			chat.Quiet, chat.Zone = tt.quiet, tt.zone
			w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
			w.watch(chat, storage.CardStyle)
			s := w.stream("g1", w.now.Add(5*time.Minute))
			w.pass(5 * time.Minute)
			w.goLive("g1", s.ID)
			w.settle()
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLateNotices: what is of no more use after an outage is not sent, and says so.
func TestLateNotices(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle, time.Hour)
	s := w.stream("g1", w.now.Add(2*time.Hour))
	w.settle()
	w.sleep(90 * time.Minute)
	w.goLive("g1", s.ID) // the planner sees neither the reminder's hour nor this for a day
	w.sleep(24 * time.Hour)
	w.settle()
	want := map[storage.NoticeKind]string{storage.AnnouncedNotice: "sent", storage.LiveNotice: "expired"}
	got := w.outcomes(chat)
	delete(got, storage.EndedNotice) // nobody ended it: what follows is another test's
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// TestMovedWhileUnsent: a reminder of a start that has been moved meanwhile is not sent.
func TestMovedWhileUnsent(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle, time.Hour)
	s := w.stream("g1", w.now.Add(3*time.Hour))
	w.settle()
	w.sender.On(bottest.Cue{Nth: 2, Err: &bot.RetryError{After: time.Minute}})
	w.pass(2 * time.Hour)
	w.move(s.ID, noon.Add(30*time.Hour))
	w.pass(time.Minute)
	want := map[storage.NoticeKind]string{storage.AnnouncedNotice: "sent", storage.ReminderNotice: "folded", storage.ChangedNotice: "sent"}
	if diff := cmp.Diff(want, w.outcomes(chat)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// TestSeveralWatches: watches of one chat that match one stream make one notice, with the times of all.
func TestSeveralWatches(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle, time.Hour)
	w.watchSubject(chat, storage.Company("xiaomi"), storage.MessagesStyle, time.Hour, 10*time.Minute)
	w.watchSubject(chat, storage.Everything, storage.MessagesStyle, time.Hour)
	w.stream("g1", w.now.Add(3*time.Hour))
	w.pass(3 * time.Hour)
	want := []string{"silent card.announced", "rings card.reminder", "rings card.reminder"}
	if diff := cmp.Diff(want, w.said(chat)); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// TestCommunityCopy: what a community's moderators change of a public stream is seen there alone.
func TestCommunityCopy(t *testing.T) {
	w := newWorld(t, noon)
	here, there := w.chatIn("one", "here"), w.chatIn("two", "there")
	w.watch(here, storage.CardStyle, time.Hour)
	w.watch(there, storage.CardStyle, time.Hour)
	s := w.stream(storage.Public, w.now.Add(3*time.Hour))
	w.pass(10 * time.Minute)
	w.cancel(here.Scope(), s.ID)
	w.pass(3 * time.Hour)
	w.goLive(storage.Public, s.ID)
	w.settle()
	if diff := cmp.Diff([]string{"silent card.announced"}, w.said(here)); diff != "" {
		t.Errorf("the community with a copy (-want +got):\n%s", diff)
	}
	if got := headline(w.sender.Messages(here.Address)[0].Shows()); got != "card.cancelled" {
		t.Errorf("its card shows %s, want card.cancelled", got)
	}
	want := []string{"silent card.announced", "rings card.reminder", "rings card.live_late"}
	if diff := cmp.Diff(want, w.said(there)); diff != "" {
		t.Errorf("the other community (-want +got):\n%s", diff)
	}
}

// TestManyChats: news for more chats than one transaction holds reaches each once.
func TestManyChats(t *testing.T) {
	w := newWorld(t, noon)
	const n = 100
	var chats []storage.Chat
	for i := range n {
		chat := w.chatIn("one", "chat "+string(rune('0'+i/10))+string(rune('0'+i%10)))
		w.watch(chat, storage.CardStyle, time.Minute)
		chats = append(chats, chat)
	}
	w.stream("g1", w.now.Add(3*time.Minute))
	w.pass(3 * time.Minute)
	want := []string{"rings card.announced", "rings card.reminder"}
	for _, chat := range chats {
		if diff := cmp.Diff(want, w.said(chat)); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", chat.Address, diff)
		}
	}
}

// TestSendErrors: what an error of the messenger means for a notice.
func TestSendErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		cue     bottest.Cue
		want    storage.Outcome
		after   time.Duration // when it has come to that
		message int
	}{
		"try again later":       {bottest.Cue{Err: &bot.RetryError{After: time.Minute}}, storage.Sent, time.Minute, 1},
		"try again":             {bottest.Cue{Err: &bot.RetryError{}}, storage.Sent, 2 * time.Second, 1},
		"anything else":         {bottest.Cue{Err: context.DeadlineExceeded}, storage.Sent, 2 * time.Second, 1},
		"unknown, not accepted": {bottest.Cue{Err: &bot.UnknownError{}}, storage.Sent, 2 * time.Second, 1},
		"unknown, accepted":     {bottest.Cue{Err: &bot.UnknownError{}, Accepted: true}, storage.Sent, 2 * time.Second, 2},
		"gone":                  {bottest.Cue{Err: bot.ErrGone}, storage.Refused, 0, 0},
		"refused":               {bottest.Cue{Err: &bot.RefusedError{Why: "too long"}}, storage.Refused, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, storage.CardStyle)
			tt.cue.Nth = 1
			w.sender.On(tt.cue)
			w.stream("g1", w.now.Add(time.Hour))
			if tt.after > 0 {
				w.pass(tt.after - 1)
				if got := w.outcomes(chat)[storage.AnnouncedNotice]; got != string(storage.Queued) {
					t.Errorf("outcome before = %s, want queued", got)
				}
				w.pass(1)
			}
			w.settle()
			if got := w.outcomes(chat)[storage.AnnouncedNotice]; got != string(tt.want) {
				t.Errorf("outcome = %s, want %s", got, tt.want)
			}
			if got := len(w.sender.Messages(chat.Address)); got != tt.message {
				t.Errorf("%d messages, want %d", got, tt.message)
			}
		})
	}
}
