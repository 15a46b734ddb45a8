package scheduler_test

import (
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// drop takes a community's copy of a stream away.
func (w *world) drop(scope storage.Scope, id string) {
	w.t.Helper()
	w.update(func(tx storage.Tx) error {
		own, err := storage.Streams.Get(tx, string(scope), id)
		if err != nil {
			return err
		}
		return storage.DropCopy(tx, w.now, own)
	})
}

// When a community's copy is taken away, its news is dropped wherever it had come to, and the reminders are those of the public
// stream, whose revision may well be that of the copy.
func TestCopyThatIsTakenAwayIsNoNews(t *testing.T) {
	for name, between := range map[string]func(w *world, id string){
		"before it was planned":  func(*world, string) {},
		"after it was planned":   func(w *world, _ string) { mustTick(w) },
		"with the public moved":  func(w *world, id string) { w.settle(); w.move(id, noon.Add(3*time.Hour)); w.settle() },
		"after many changes":     func(w *world, id string) { moveOften(w, id) },
		"with everything told":   func(w *world, _ string) { w.settle() },
		"after the public ended": func(w *world, id string) { w.settle(); w.cancel(storage.Public, id); w.settle() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("us", "here")
			w.watch(chat, storage.CardStyle, time.Hour)
			s := w.stream(storage.Public, noon.Add(5*time.Hour))
			w.settle()
			late := w.chatIn("us", "there") // has no card
			w.watch(late, storage.CardStyle, time.Hour)
			w.change(chat.Scope(), s.ID, func(s *storage.Stream) (storage.Stream, error) {
				s.Vehicle = "SU7"
				return s.Move(at(noon.Add(4 * time.Hour)))
			})
			between(w, s.ID)
			told := len(w.said(chat)) + len(w.said(late))
			w.drop(chat.Scope(), s.ID)
			w.settle()
			if said := append(w.said(chat), w.said(late)...); len(said) != told {
				t.Errorf("the chats were told %v, %d of it before", said, told)
			}
			w.view(func(r storage.Reader) error {
				public, err := storage.Streams.Get(r, "public", s.ID)
				if err != nil {
					return err
				}
				card, err := storage.Cards.Get(r, s.ID, chat.ID)
				if card.Scope != storage.Public || card.Revision != public.Revision {
					t.Errorf("the card shows revision %d of %s, not %d of public", card.Revision, card.Scope, public.Revision)
				}
				return err
			})
		})
	}
}

// mustTick plans without sending.
func mustTick(w *world) {
	w.t.Helper()
	if _, err := w.planner.Tick(w.t.Context(), w.now); err != nil {
		w.t.Fatal(err)
	}
}

// moveOften moves a community's copy more often than its news is taken away with it.
func moveOften(w *world, id string) {
	w.t.Helper()
	for i := range 20 {
		w.change("g1", id, func(s *storage.Stream) (storage.Stream, error) {
			return s.Move(at(noon.Add(4*time.Hour + time.Duration(i+1)*time.Minute)))
		})
	}
}

func at(t time.Time) bot.When { return bot.NewWhen(t, time.UTC, bot.ToMinute) }
