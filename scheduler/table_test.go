package scheduler_test

import (
	"slices"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// TestTable is the table of rings and edits: for every row of it a story that leads there, in both styles, and what the chat was
// sent. A row without a story fails.
func TestTable(t *testing.T) {
	const m, h = time.Minute, time.Hour
	live := func(w *world, in time.Duration) storage.Stream {
		s := w.stream("g1", w.now.Add(in))
		w.pass(in)
		w.goLive("g1", s.ID)
		w.settle()
		return s
	}
	type want struct{ card, messages string } // what the row has: edit, silent or rings
	tests := map[scheduler.Event]struct {
		story func(w *world, chat storage.Chat)
		want  want
	}{
		scheduler.AnnouncedEarly: {func(w *world, _ storage.Chat) { w.stream("g1", w.now.Add(3*h)) }, want{"silent", "silent"}},
		scheduler.AnnouncedLate:  {func(w *world, _ storage.Chat) { w.stream("g1", w.now.Add(90*m)) }, want{"rings", "rings"}},
		scheduler.AnnouncedAgain: {func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(30*h))
			w.settle()
			for _, withdrawn := range []bool{true, false} {
				w.pass(m)
				w.change("g1", s.ID, func(s *storage.Stream) (storage.Stream, error) {
					is := *s
					is.Withdrawn = withdrawn
					return is, nil
				})
				w.settle()
			}
		}, want{"edit", "edit"}},
		scheduler.Reminded: {func(w *world, _ storage.Chat) { w.stream("g1", w.now.Add(3*h)); w.pass(2*h + m) }, want{"rings", "rings"}},
		scheduler.MovedQuietly: {func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(30*h))
			w.pass(h)
			w.move(s.ID, w.now.Add(40*h))
		}, want{"edit", "edit"}},
		scheduler.MovedLoudly: {func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(30*h))
			w.pass(h)
			w.move(s.ID, w.now.Add(20*h))
		}, want{"rings", "rings"}},
		scheduler.WentLive: {func(w *world, _ storage.Chat) { live(w, 3*h) }, want{"rings", "rings"}},
		scheduler.WentLiveSoon: {func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(10*m))
			w.pass(10 * m)
			w.goLive("g1", s.ID)
		}, want{"edit", "rings"}},
		scheduler.CameBack: {func(w *world, _ storage.Chat) {
			w.see(scheduler.On, "douyin")
			w.pass(h)
			w.see(scheduler.Stopped, "douyin")
			w.pass(h)
			w.see(scheduler.On, "douyin")
		}, want{"rings", "rings"}},
		scheduler.HasEnded: {func(w *world, _ storage.Chat) {
			s := live(w, 3*h)
			w.pass(h)
			w.end("g1", s.ID)
		}, want{"edit", "silent"}},
		scheduler.HasCorrected: {func(w *world, _ storage.Chat) {
			s := live(w, 3*h)
			w.pass(h)
			w.end("g1", s.ID)
			w.update(func(tx storage.Tx) error {
				reading := storage.Reading{Metric: "staff.viewers", Value: 50_000}
				return storage.RecordReadings(tx, w.now, "g1", s.ID, []storage.Reading{reading}, w.now)
			})
			w.pass(h)
		}, want{"edit", "silent"}},
		scheduler.HasMilestone: {func(w *world, _ storage.Chat) {
			w.see(scheduler.On, "douyin")
			w.pass(m)
			w.see(scheduler.On, "douyin", reads("douyin.entered", 150_000))
		}, want{"edit", "silent"}},
		scheduler.HasRumour: {func(w *world, chat storage.Chat) {
			s := w.stream("g1", w.now.Add(30*h))
			w.pass(m)
			w.update(func(tx storage.Tx) error {
				_, err := storage.Hear(tx, w.now, chat.Scope(), s, storage.SaysCancelled, bot.Console, "ann")
				return err
			})
		}, want{"edit", "silent"}},
		scheduler.CalledOffLoud: {func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(2*h + m)
			w.cancel("g1", s.ID)
		}, want{"rings", "rings"}},
		scheduler.CalledOffQuiet: {func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(30*h))
			w.pass(h)
			w.cancel("g1", s.ID)
		}, want{"edit", "silent"}},
		scheduler.WeekIsOver: {func(w *world, _ storage.Chat) { w.pass(8 * 24 * h) }, want{"silent", "silent"}},
	}
	for _, event := range scheduler.Events() {
		tt, ok := tests[event]
		if !ok {
			t.Errorf("no story leads to %q", event)
			continue
		}
		for style, want := range map[storage.Style]string{storage.CardStyle: tt.want.card, storage.MessagesStyle: tt.want.messages} {
			t.Run(string(event)+" "+string(style), func(t *testing.T) {
				w := newWorld(t, noon)
				chat := w.chatIn("one", "home")
				w.update(func(tx storage.Tx) error {
					_, err := storage.AddWatch(tx, w.now, chat, storage.Watch{
						Subjects: []storage.Subject{storage.Person("lei-jun")}, Before: []time.Duration{h}, Style: style, Milestones: true,
					})
					return err
				})
				tt.story(w, chat)
				w.settle()
				w.checkRow(chat, event, want)
			})
		}
	}
}

// checkRow holds the last notice of an event against what its row has.
func (w *world) checkRow(chat storage.Chat, event scheduler.Event, want string) {
	w.t.Helper()
	notices := w.notices(chat)
	slices.SortStableFunc(notices, func(a, b storage.Notice) int { return b.Due.Compare(a.Due) })
	at := slices.IndexFunc(notices, func(n storage.Notice) bool { return n.Decided != nil && n.Decided.Event == string(event) })
	if at < 0 {
		w.t.Fatalf("nothing was decided to be %q, of %d notices", event, len(notices))
	}
	n := notices[at]
	if n.Decided.Action != want {
		w.t.Errorf("the row has %s, want %s", n.Decided.Action, want)
	}
	if n.Kind != storage.WeeklyNotice && n.Decided.By == "" {
		w.t.Error("nobody is known to have wanted it")
	}
	got := map[bool]string{true: "rings", false: "silent"}[n.Rang]
	if n.Outcome == storage.Folded && n.Why == "why.on_card" {
		got = "edit"
	}
	if got != want {
		w.t.Errorf("the chat got: %s (%s %s), want %s", got, n.Outcome, n.Why, want)
	}
}
