package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
)

// TestReminders: a person who asked for reminders is sent those and nothing else, once for each start that a stream is given.
// All begins at noon.
func TestReminders(t *testing.T) {
	const m, h = time.Minute, time.Hour
	leiJun := storage.Person("lei-jun")
	tests := []struct {
		name   string
		before []time.Duration // of reminders about Lei Jun, Xiaomi, everything
		story  func(w *world, chat storage.Chat)
		want   []string
		shows  string // by the last message, in the end
	}{
		{"one message, which changes in silence", []time.Duration{10 * m}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(3 * h)
			w.goLive("g1", s.ID)
			w.pass(h)
			w.end("g1", s.ID)
		}, []string{"rings card.reminder"}, "card.ended"},
		{"cancelled after it was sent", []time.Duration{10 * m}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(3*h - 5*m)
			w.cancel("g1", s.ID)
		}, []string{"rings card.reminder"}, "card.cancelled"},
		{"cancelled before", []time.Duration{10 * m}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(h)
			w.cancel("g1", s.ID)
			w.pass(3 * h)
		}, nil, ""},
		{"moved after it was sent: sent anew", []time.Duration{10 * m}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(3*h - 5*m)
			w.move(s.ID, w.now.Add(5*h))
			w.pass(5 * h)
		}, []string{"rings card.reminder", "rings card.reminder"}, "card.due"},
		{"moved before it was sent: at the new time", []time.Duration{10 * m}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(h)
			w.move(s.ID, w.now.Add(10*h))
			w.pass(9 * h)
		}, nil, ""},
		{"announced too late for it: at once", []time.Duration{10 * m}, func(w *world, _ storage.Chat) {
			w.stream("g1", w.now.Add(5*m))
			w.pass(m)
		}, []string{"rings card.reminder"}, "card.reminder"},
		{"moved so near that its time has passed: at once", []time.Duration{h}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(20*h))
			w.pass(h)
			w.move(s.ID, w.now.Add(30*m))
			w.pass(m)
		}, []string{"rings card.reminder"}, "card.reminder"},
		{"several that are late are one", []time.Duration{h, 3 * h, 24 * h}, func(w *world, _ storage.Chat) {
			w.stream("g1", w.now.Add(30*m))
			w.pass(m)
		}, []string{"rings card.reminder"}, "card.reminder"},
		{"several of one time are one, those of others come too", []time.Duration{h, h, 10 * m}, func(w *world, _ storage.Chat) {
			w.stream("g1", w.now.Add(3*h))
			w.pass(3*h - m)
		}, []string{"rings card.reminder", "rings card.reminder"}, "card.reminder"},
		{"kept until the minute is known", []time.Duration{h}, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(26*h))
			w.change("g1", s.ID, func(s *storage.Stream) (storage.Stream, error) {
				return s.Move(bot.NewWhen(w.now.Add(24*h), time.UTC, bot.ToDay))
			})
			w.pass(20 * h)
			w.move(s.ID, w.now.Add(4*h))
			w.pass(3*h + m)
		}, []string{"rings card.reminder"}, "card.reminder"},
		{"missed while down", []time.Duration{h}, func(w *world, _ storage.Chat) {
			w.stream("g1", w.now.Add(3*h))
			w.settle()
			w.sleep(2*h + 20*m)
		}, []string{"rings card.reminder"}, "card.reminder"},
		{"with a watch for the same time it is one message", []time.Duration{h}, func(w *world, chat storage.Chat) {
			w.watch(chat, storage.CardStyle, h)
			w.stream("g1", w.now.Add(3*h))
			w.pass(3*h - m)
		}, []string{"silent card.announced", "rings card.reminder"}, "card.reminder"},
		{"an announcement that rang does not stand for it", []time.Duration{h}, func(w *world, chat storage.Chat) {
			w.watch(chat, storage.CardStyle, h)
			w.stream("g1", w.now.Add(90*m))
			w.pass(h)
		}, []string{"rings card.announced", "rings card.reminder"}, "card.reminder"},
		{"it is no part of what is paused", []time.Duration{h}, func(w *world, chat storage.Chat) {
			w.watch(chat, storage.CardStyle, h, 10*m)
			w.pauseChat(chat, time.Time{})
			w.stream("g1", w.now.Add(3*h))
			w.pass(3*h - m)
		}, []string{"rings card.reminder"}, "card.reminder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			for i, before := range tt.before {
				w.remind(chat, []storage.Subject{leiJun, storage.Company("xiaomi"), storage.Everything}[i], before, false)
			}
			tt.story(w, chat)
			w.settle()
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Fatalf("said (-want +got):\n%s", diff)
			}
			if messages := w.sender.Messages(chat.Address); len(messages) > 0 {
				if got := headline(messages[len(messages)-1].Shows()); got != tt.shows {
					t.Errorf("the last message shows %s, want %s", got, tt.shows)
				}
			}
		})
	}
}

// TestLateRemindersOfManyChats: what became known too late is owed to each chat once, however many Updates that takes.
func TestLateRemindersOfManyChats(t *testing.T) {
	const chats = 70
	w := newWorld(t, noon)
	var all []storage.Chat
	for i := range chats {
		chat := w.chatIn(fmt.Sprint("community ", i), fmt.Sprint("home ", i))
		w.remind(chat, storage.Person("lei-jun"), time.Hour, false)
		all = append(all, chat)
	}
	w.stream(storage.Public, w.now.Add(30*time.Minute))
	w.settle()
	for _, chat := range all {
		if diff := cmp.Diff([]string{"rings card.reminder"}, w.said(chat)); diff != "" {
			t.Errorf("said in %s (-want +got):\n%s", chat.Address.Key, diff)
		}
	}
}

// TestReminderOfOneStream: of one stream, and of no other.
func TestReminderOfOneStream(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	s := w.stream(storage.Public, w.now.Add(3*time.Hour))
	w.stream(storage.Public, w.now.Add(5*time.Hour))
	w.remind(chat, storage.OneStream(s.ID), time.Hour, false)
	w.pass(6 * time.Hour)
	if diff := cmp.Diff([]string{"rings card.reminder"}, w.said(chat)); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// TestReminderAtNight: in the quiet hours a reminder makes a sound only if that was asked for.
func TestReminderAtNight(t *testing.T) {
	for name, tt := range map[string]struct {
		night, watched bool
		want           []string
	}{
		"by itself":             {false, false, []string{"silent card.reminder"}},
		"asked for":             {true, false, []string{"rings card.reminder"}},
		"asked for, with watch": {true, true, []string{"silent card.announced", "rings card.reminder", "silent card.live"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.remind(chat, storage.Everything, time.Hour, tt.night)
			if tt.watched {
				w.watch(chat, storage.CardStyle, time.Hour)
			}
			s := w.stream("g1", w.now.Add(13*time.Hour))
			w.pass(13 * time.Hour)
			w.goLive("g1", s.ID)
			w.settle()
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}
