package scheduler_test

import (
	"log/slog"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// quiet is the log of the tests.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// world is the scheduler with a store, a messenger and a clock that stands still until it is moved.
type world struct {
	t          *testing.T
	now        time.Time
	store      storage.Store
	sender     *bottest.Sender
	planner    *scheduler.Planner
	dispatcher *scheduler.Dispatcher
}

func newWorld(t *testing.T, now time.Time) *world {
	t.Helper()
	return newWorldOn(t, now, storagetest.Open(t, storage.Tables()...))
}

// newWorldOn is newWorld on a store, of which not every record need be right in the end.
func newWorldOn(t *testing.T, now time.Time, store storage.Store) *world {
	t.Helper()
	w := &world{t: t, now: now, store: store}
	w.sender = bottest.NewSender(func() time.Time { return w.now })
	w.start(w.store, w.sender)
	w.update(func(tx storage.Tx) error {
		return storage.Executives.Put(tx, storage.Executive{
			Scope: storage.Public, ID: "lei-jun", Names: storage.Names{"en": "Lei Jun"}, Offices: []storage.Office{{Automaker: "xiaomi"}},
		})
	})
	return w
}

// start begins a new life of the program on a store.
func (w *world) start(store storage.Store, sender bot.Sender) {
	w.t.Helper()
	planner, err := scheduler.NewPlanner(store, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.planner = planner
	w.dispatcher = scheduler.NewDispatcher(store, cards.Composer{Words: bottest.Words(w.t)}, map[bot.Messenger]bot.Sender{bot.Console: sender}, nil, quiet())
}

// dispatcherOf is a dispatcher with another sender.
func (w *world) dispatcherOf(sender bot.Sender) *scheduler.Dispatcher {
	w.t.Helper()
	senders := map[bot.Messenger]bot.Sender{bot.Console: sender}
	return scheduler.NewDispatcher(w.store, cards.Composer{Words: bottest.Words(w.t)}, senders, nil, quiet())
}

func (w *world) update(fn func(tx storage.Tx) error) {
	w.t.Helper()
	if err := w.store.Update(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) view(fn func(r storage.Reader) error) {
	w.t.Helper()
	if err := w.store.View(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// settle does all that is due and returns when there will be more.
func (w *world) settle() time.Time {
	w.t.Helper()
	next, err := w.planner.Tick(w.t.Context(), w.now)
	if err != nil {
		w.t.Fatalf("tick at %s: %v", w.now, err)
	}
	later, err := w.dispatcher.Drain(w.t.Context(), w.now)
	if err != nil {
		w.t.Fatalf("drain at %s: %v", w.now, err)
	}
	if next.IsZero() || !later.IsZero() && later.Before(next) {
		return later
	}
	return next
}

// until lets the time pass, stopping wherever the scheduler wants to be called.
func (w *world) until(to time.Time) {
	w.t.Helper()
	const bound = 20_000
	for range bound {
		next := w.settle()
		if next.IsZero() || next.After(to) {
			w.now = to
			w.settle()
			return
		}
		if !next.After(w.now) {
			w.t.Fatalf("asked to be called at %s, which is not after %s", next, w.now)
		}
		w.now = next
	}
	w.t.Fatalf("did not come to rest before %s", to)
}

// pass lets some time pass.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	w.until(w.now.Add(d))
}

// sleep lets time pass while the program is down.
func (w *world) sleep(d time.Duration) { w.now = w.now.Add(d) }

// chatIn opens a chat of a community of the console. Its zone is UTC.
func (w *world) chatIn(community, name string) storage.Chat {
	w.t.Helper()
	var chat storage.Chat
	w.update(func(tx storage.Tx) (err error) {
		chat, err = storage.OpenChat(tx, bot.Chat{
			Address: bot.ChatID{Messenger: bot.Console, Key: name}, Community: community, Kind: bot.Group, Zone: "UTC",
		})
		return err
	})
	return chat
}

// watch makes a chat watch Lei Jun.
func (w *world) watch(chat storage.Chat, style storage.Style, before ...time.Duration) {
	w.t.Helper()
	w.watchSubject(chat, storage.Person("lei-jun"), style, before...)
}

func (w *world) watchSubject(chat storage.Chat, subject storage.Subject, style storage.Style, before ...time.Duration) {
	w.t.Helper()
	w.update(func(tx storage.Tx) error {
		_, err := storage.AddWatch(tx, w.now, chat, storage.Watch{
			Subjects: []storage.Subject{subject}, Before: before, Style: style,
		})
		return err
	})
}

// remind gives somebody in a chat a reminder.
func (w *world) remind(chat storage.Chat, about storage.Subject, before time.Duration, night bool) {
	w.t.Helper()
	w.update(func(tx storage.Tx) error {
		_, err := storage.AddReminder(tx, chat, "somebody", storage.Watch{
			Subjects: []storage.Subject{about}, Before: []time.Duration{before}, Night: night,
		})
		return err
	})
}

// stream announces a stream of Lei Jun in a scope.
func (w *world) stream(scope storage.Scope, start time.Time) storage.Stream {
	w.t.Helper()
	var stream storage.Stream
	w.update(func(tx storage.Tx) (err error) {
		stream, err = storage.AddStream(tx, w.now, storage.Stream{
			Scope: scope, People: []string{"lei-jun"}, State: storage.Announced, Start: bot.NewWhen(start, time.UTC, bot.ToMinute),
		})
		return err
	})
	return stream
}

// change takes a stream, as a scope sees it, a step on.
func (w *world) change(scope storage.Scope, id string, step func(s *storage.Stream) (storage.Stream, error)) {
	w.t.Helper()
	w.update(func(tx storage.Tx) error {
		seen, err := storage.Scoped{Reader: tx, Scope: scope}.Stream(id)
		if err != nil {
			return err
		}
		changed, err := step(&seen)
		if err != nil {
			return err
		}
		_, err = storage.SaveStream(tx, w.now, changed.CopyFor(scope))
		return err
	})
}

func (w *world) move(id string, to time.Time) {
	w.t.Helper()
	w.change("g1", id, func(s *storage.Stream) (storage.Stream, error) {
		return s.Move(bot.NewWhen(to, time.UTC, bot.ToMinute))
	})
}

func (w *world) cancel(scope storage.Scope, id string) {
	w.t.Helper()
	w.change(scope, id, (*storage.Stream).Cancel)
}

func (w *world) goLive(scope storage.Scope, id string) {
	w.t.Helper()
	w.change(scope, id, func(s *storage.Stream) (storage.Stream, error) { return s.GoLive(w.now) })
}

func (w *world) end(scope storage.Scope, id string) {
	w.t.Helper()
	w.change(scope, id, func(s *storage.Stream) (storage.Stream, error) { return s.End(w.now) })
}

// notices are what the outbox holds for a chat, settled and owed.
func (w *world) notices(chat storage.Chat) []storage.Notice {
	w.t.Helper()
	var found []storage.Notice
	w.view(func(r storage.Reader) error {
		found = nil
		for n, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			if n.Chat == chat.ID {
				found = append(found, n)
			}
		}
		return nil
	})
	return found
}

// outcomes are what became of a chat's notices, by kind; of several of a kind the outcomes stand in a row, in their order.
func (w *world) outcomes(chat storage.Chat) map[storage.NoticeKind]string {
	w.t.Helper()
	found := map[storage.NoticeKind]string{}
	for _, n := range w.notices(chat) {
		if found[n.Kind] != "" {
			found[n.Kind] += ", "
		}
		found[n.Kind] += string(n.Outcome)
	}
	return found
}

// said are the messages to a chat as they were sent, by what they did and said: "rings card.live".
func (w *world) said(chat storage.Chat) []string {
	w.t.Helper()
	var said []string
	for _, m := range w.sender.Messages(chat.Address) {
		line := "silent"
		if m.Rang() {
			line = "rings"
		}
		said = append(said, line+" "+headline(m.Post))
	}
	return said
}

// headline is what a post's headline says, by the key of its message.
func headline(p bot.Post) string {
	for _, span := range p.Headline {
		if span.Kind == bot.Message {
			return span.Key
		}
	}
	return ""
}
