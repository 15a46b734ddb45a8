package scheduler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"
)

// pauseChat pauses all that a chat watches; without an end until it is resumed.
func (w *world) pauseChat(chat storage.Chat, until time.Time) {
	w.t.Helper()
	chat.Paused = storage.Pause{Since: w.now, Until: until}
	w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
}

// watching makes a chat watch a subject an hour before, or some other time; paused if need be.
func (w *world) watching(chat storage.Chat, subject storage.Subject, before time.Duration, paused bool) {
	w.t.Helper()
	wanted := storage.Watch{Subjects: []storage.Subject{subject}, Before: []time.Duration{before}, Style: storage.CardStyle}
	if paused {
		wanted.Paused = storage.Pause{Since: w.now}
	}
	w.update(func(tx storage.Tx) error {
		_, err := storage.AddWatch(tx, w.now, chat, wanted)
		return err
	})
}

// TestPauses: what a pause silences, of a stream of Lei Jun in 3 hours. The reasons are those of all notices of the chat.
func TestPauses(t *testing.T) {
	const m, h = time.Minute, time.Hour
	leiJun, xiaomi := storage.Person("lei-jun"), storage.Company("xiaomi")
	all := []string{"silent card.announced", "rings card.reminder"}
	tests := []struct {
		name  string
		story func(w *world, chat storage.Chat)
		want  []string
		why   map[string]int
	}{
		{"none", func(w *world, chat storage.Chat) { w.watching(chat, leiJun, h, false) }, all, map[string]int{"": 2}},
		{
			"of the only watch", func(w *world, chat storage.Chat) { w.watching(chat, leiJun, h, true) },
			nil,
			map[string]int{"why.paused": 2},
		},
		{
			"of the narrower watch, which silences the wider", func(w *world, chat storage.Chat) {
				w.watching(chat, leiJun, h, true)
				w.watching(chat, xiaomi, 10*m, false)
				w.watching(chat, storage.Everything, 5*m, false)
			}, nil, map[string]int{"why.paused": 4},
		},
		{
			"of the wider watch, whose times are left out", func(w *world, chat storage.Chat) {
				w.watching(chat, leiJun, h, false)
				w.watching(chat, xiaomi, 10*m, true)
			}, all, map[string]int{"": 2, "why.paused": 1},
		},
		{
			"of one of two as narrow", func(w *world, chat storage.Chat) {
				w.watching(chat, leiJun, 10*m, true)
				w.watching(chat, leiJun, h, false)
			}, all, map[string]int{"": 2, "why.paused": 1},
		},
		{
			"of the chat", func(w *world, chat storage.Chat) {
				w.watching(chat, leiJun, h, false)
				w.pauseChat(chat, time.Time{})
			}, nil, map[string]int{"why.paused": 2},
		},
		{
			"that is over by the time of the reminder", func(w *world, chat storage.Chat) {
				w.watching(chat, leiJun, h, false)
				w.pauseChat(chat, w.now.Add(h))
			}, []string{"rings card.reminder"}, map[string]int{"": 1, "why.paused": 1},
		},
		{
			"no pause, but a time that nobody asks for any more", func(w *world, chat storage.Chat) {
				w.watching(chat, leiJun, h, false)
				w.sender.On(bottest.Cue{Nth: 2, Err: &bot.RetryError{After: time.Minute}})
				w.stream("g1", w.now.Add(3*h))
				w.pass(2 * h)
				w.update(func(tx storage.Tx) error {
					watches, err := storage.WatchesOf(tx, chat)
					if err != nil {
						return err
					}
					watches[0].Before = nil
					return storage.SaveWatch(tx, watches[0])
				})
			}, []string{"silent card.announced"}, map[string]int{"": 1, "why.unasked": 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			tt.story(w, chat)
			if w.now.Equal(noon) {
				w.stream("g1", w.now.Add(3*h))
			}
			w.until(noon.Add(3*h - m))
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			why := map[string]int{}
			for _, n := range w.notices(chat) {
				why[n.Why]++
			}
			if diff := cmp.Diff(tt.why, why); diff != "" {
				t.Errorf("why (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPauseTellsItsEnd: a notice that a pause silenced knows until when, for /why; the week is silent with all else.
func TestPauseTellsItsEnd(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	until := noon.AddDate(0, 0, 14)
	w.pauseChat(chat, until)
	w.stream("g1", w.now.Add(3*time.Hour))
	w.pass(7 * 24 * time.Hour)
	for _, n := range w.notices(chat) {
		if n.Outcome != storage.Folded || n.Why != "why.paused" || !n.Resumes.Equal(until) {
			t.Errorf("%s is %s, %s, until %s; want folded, why.paused, until %s", n.Kind, n.Outcome, n.Why, n.Resumes, until)
		}
	}
	if _, ok := w.outcomes(chat)[storage.WeeklyNotice]; !ok {
		t.Error("the week was not owed")
	}
}

// TestForesee: what a watch would send, by the table of rings and edits.
func TestForesee(t *testing.T) {
	const m, h = time.Minute, time.Hour
	start := noon.Add(10 * h) // 22:00
	at := func(before time.Duration) time.Time { return start.Add(-before) }
	reminder := func(before time.Duration, action scheduler.Action, night bool) scheduler.Foreseen {
		return scheduler.Foreseen{Kind: storage.ReminderNotice, At: at(before), Before: before, Action: action, AtNight: night}
	}
	live := func(action scheduler.Action) scheduler.Foreseen {
		return scheduler.Foreseen{Kind: storage.LiveNotice, At: start, Action: action}
	}
	ended := scheduler.Foreseen{Kind: storage.EndedNotice}
	for name, tt := range map[string]struct {
		watch storage.Watch
		from  time.Time
		want  []scheduler.Foreseen
	}{
		"an hour before": {
			storage.Watch{Style: storage.CardStyle, Before: []time.Duration{h}},
			noon,
			[]scheduler.Foreseen{reminder(h, scheduler.NewRinging, false), live(scheduler.NewRinging), ended},
		},
		"ten minutes before: live is on the card": {
			storage.Watch{Style: storage.CardStyle, Before: []time.Duration{10 * m}},
			noon,
			[]scheduler.Foreseen{reminder(10*m, scheduler.NewRinging, false), live(scheduler.EditCard), ended},
		},
		"what has passed is left out": {
			storage.Watch{Style: storage.CardStyle, Before: []time.Duration{12 * h, h}},
			noon,
			[]scheduler.Foreseen{reminder(h, scheduler.NewRinging, false), live(scheduler.NewRinging), ended},
		},
		"at night": {
			storage.Watch{Style: storage.CardStyle, Before: []time.Duration{15 * h}},
			noon.Add(-24 * h),
			[]scheduler.Foreseen{reminder(15*h, scheduler.NewRinging, true), live(scheduler.NewRinging), ended},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := storage.Stream{State: storage.Announced, Start: bot.NewWhen(start, time.UTC, bot.ToMinute)}
			if diff := cmp.Diff(tt.want, scheduler.Foresee(storage.Chat{}, tt.watch, s, tt.from)); diff != "" {
				t.Errorf("foreseen (-want +got):\n%s", diff)
			}
		})
	}
}
