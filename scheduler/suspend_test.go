package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"
)

// suspension is that of a chat, nil if it is not suspended.
func (w *world) suspension(chat storage.Chat) *storage.Suspension {
	w.t.Helper()
	var s *storage.Suspension
	w.view(func(r storage.Reader) (err error) {
		s, err = storage.SuspensionOf(r, chat.ID)
		return err
	})
	return s
}

// hear has somebody speak to the bot in a chat.
func (w *world) hear(chat storage.Chat) {
	w.t.Helper()
	w.update(func(tx storage.Tx) error { return storage.Heard(tx, w.now, chat.Address) })
	w.settle()
}

// edits is how often messages of a chat were edited.
func (w *world) edits(chat storage.Chat) int {
	w.t.Helper()
	n := 0
	for _, m := range w.sender.Messages(chat.Address) {
		n += len(m.Edits)
	}
	return n
}

// TestAChatThatRefusesIsSuspended: what cannot be sent suspends the chat with a reason and the time, and the moderators are told
// once, in the chat of theirs that is known longest.
func TestAChatThatRefusesIsSuspended(t *testing.T) {
	for name, tt := range map[string]struct {
		err         error
		why, reason string
	}{
		"gone":    {bot.ErrGone, "suspended.gone", ""},
		"refused": {&bot.RefusedError{Why: "not\nallowed"}, "suspended.refused", "not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chats := []storage.Chat{w.chatIn("one", "first"), w.chatIn("one", "second"), w.chatIn("one", "third"), w.chatIn("two", "elsewhere")}
			w.watch(chats[1], storage.CardStyle)
			w.sender.Shut(chats[1].Address, tt.err)
			w.stream("g1", w.now.Add(20*time.Hour))
			w.settle()
			s := w.suspension(chats[1])
			want := &storage.Suspension{
				Chat: chats[1].ID, Address: chats[1].Address, Since: noon, Why: tt.why, Reason: tt.reason, Missed: 1, Probe: noon.Add(24 * time.Hour),
			}
			if diff := cmp.Diff(want, s); diff != "" {
				t.Errorf("suspension (-want +got):\n%s", diff)
			}
			for i, want := range [][]string{{"silent suspended.headline"}, nil, nil, nil} {
				if diff := cmp.Diff(want, w.said(chats[i])); diff != "" {
					t.Errorf("%s was told (-want +got):\n%s", chats[i].Address, diff)
				}
			}
		})
	}
}

// TestASuspendedChatIsTriedOnceADay: what is due before that is not tried, and counted; the first message that gets through ends
// the suspension, and the chat is told once how long it was and what it has missed.
func TestASuspendedChatIsTriedOnceADay(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.MessagesStyle)
	w.sender.Shut(chat.Address, bot.ErrGone)
	announce := func() { w.stream("g1", w.now.Add(40*24*time.Hour)) }
	tries := func() int {
		before := w.sender.Ops()
		announce()
		w.settle()
		return w.sender.Ops() - before
	}
	for i, tt := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Hour, 0}, {22 * time.Hour, 0}, {time.Hour, 1}, {23*time.Hour + 59*time.Minute, 0}, {time.Minute, 1}} {
		w.pass(tt.after)
		if got := tries(); got != tt.want {
			t.Errorf("step %d: tried %d times, want %d", i, got, tt.want)
		}
	}
	w.sender.Shut(chat.Address, nil)
	w.pass(24 * time.Hour)
	announce()
	w.settle()
	if s := w.suspension(chat); s != nil {
		t.Errorf("still suspended: %+v", s)
	}
	if diff := cmp.Diff([]string{"silent card.announced", "silent resumed.headline"}, w.said(chat)); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	for _, n := range w.notices(chat) {
		if n.Kind == storage.ResumedNotice && (n.Suspension.Missed != 6 || !n.Suspension.Since.Equal(noon)) {
			t.Errorf("told of %+v, want 6 messages since noon", n.Suspension)
		}
	}
	announce()
	w.pass(time.Hour)
	if got := len(w.said(chat)); got != 3 {
		t.Errorf("said %q, want one message more", w.said(chat))
	}
}

// TestWhatWasNotTriedSaysWhy with the time since when, and has no attempt.
func TestWhatWasNotTriedSaysWhy(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle, time.Hour)
	w.sender.Shut(chat.Address, bot.ErrGone)
	w.stream("g1", w.now.Add(3*time.Hour))
	w.pass(2 * time.Hour)
	for _, n := range w.notices(chat) {
		if n.Kind != storage.ReminderNotice {
			continue
		}
		if n.Outcome != storage.Refused || n.Why != "why.suspended" || n.Attempts != 0 || !n.Suspension.Since.Equal(noon) {
			t.Errorf("the reminder is %+v", n)
		}
		return
	}
	t.Error("there is no reminder")
}

// TestWhatAFailureIsNoReasonFor: a messenger that cannot be reached suspends nobody.
func TestWhatAFailureIsNoReasonFor(t *testing.T) {
	for name, err := range map[string]error{
		"later": &bot.RetryError{After: time.Minute}, "unknown": &bot.UnknownError{}, "anything": context.DeadlineExceeded,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, storage.CardStyle)
			w.sender.Shut(chat.Address, err)
			w.stream("g1", w.now.Add(20*time.Hour))
			w.settle()
			if s := w.suspension(chat); s != nil {
				t.Errorf("suspended: %+v", s)
			}
		})
	}
}

// TestSomebodyWhoSpeaksIsAnswered: a line from the chat has the bot try again at once. It ends the suspension only if a message gets
// through, and the moderators hear nothing more of it.
func TestSomebodyWhoSpeaksIsAnswered(t *testing.T) {
	w := newWorld(t, noon)
	chat, other := w.chatIn("one", "home"), w.chatIn("one", "other")
	w.watch(chat, storage.CardStyle)
	w.hear(chat) // of one that is not suspended nothing is noted
	w.sender.Shut(chat.Address, bot.ErrGone)
	w.stream("g1", w.now.Add(20*time.Hour))
	w.settle()
	w.sleep(time.Minute)
	for range 2 {
		before := w.sender.Ops()
		w.hear(chat)
		if got := w.sender.Ops() - before; got != 1 || w.suspension(chat) == nil {
			t.Errorf("tried %d times, want once, and it stays suspended: %v", got, w.suspension(chat))
		}
	}
	w.sender.Shut(chat.Address, nil)
	w.hear(chat)
	if s := w.suspension(chat); s != nil {
		t.Errorf("still suspended: %+v", s)
	}
	w.hear(chat)
	if diff := cmp.Diff([]string{"silent resumed.headline"}, w.said(chat)); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"silent suspended.headline"}, w.said(other)); diff != "" {
		t.Errorf("the moderators were told (-want +got):\n%s", diff)
	}
}

// TestCardsOfASuspendedChat are not edited, and are brought up to date when it is within reach again. An edit may be what finds out.
func TestCardsOfASuspendedChat(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	s := w.stream("g1", w.now.Add(30*time.Hour))
	w.pass(time.Hour)
	w.sender.Shut(chat.Address, bot.ErrGone)
	w.move(s.ID, w.now.Add(40*time.Hour)) // nothing rang: the card says it
	w.settle()
	if w.suspension(chat) == nil {
		t.Fatal("the edit did not suspend the chat")
	}
	before := w.sender.Ops()
	w.move(s.ID, w.now.Add(50*time.Hour))
	w.pass(time.Hour)
	if got := w.sender.Ops() - before; got != 0 {
		t.Errorf("tried %d times, want none", got)
	}
	var why []string
	for _, n := range w.notices(chat) {
		why = append(why, n.Why)
	}
	if diff := cmp.Diff([]string{"", "why.on_card", "why.suspended"}, why); diff != "" {
		t.Errorf("why (-want +got):\n%s", diff)
	}
	w.sender.Shut(chat.Address, nil)
	w.hear(chat)
	w.settle()
	if got := w.edits(chat); got != 1 {
		t.Errorf("%d edits, want the one that brings the card up to date", got)
	}
}

// TestACardThatCouldNotBeEdited because the bot had lost its rights in the chat is brought up to date when it has them again: of the
// edit that was refused nobody says any more that it was to be drawn.
func TestACardThatCouldNotBeEdited(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	id := w.see(scheduler.On, "weibo").Stream
	w.pass(time.Hour)
	w.sender.Shut(chat.Address, &bot.RefusedError{Why: "not enough rights"})
	w.end(storage.Public, id)
	w.pass(30 * time.Minute)
	w.stream("g1", w.now.Add(20*time.Hour)) // which finds out that nothing is taken there
	w.settle()
	if w.suspension(chat) == nil {
		t.Fatal("the chat is not suspended")
	}
	w.sender.Shut(chat.Address, nil)
	w.hear(chat)
	w.settle()
	if got := headline(w.sender.Messages(chat.Address)[0].Shows()); got != "card.ended" {
		t.Errorf("the card shows %s, want that it has ended", got)
	}
}

// TestNobodyIsTold where a community has no other chat that can be reached.
func TestNobodyIsTold(t *testing.T) {
	w := newWorld(t, noon)
	first, second := w.chatIn("one", "first"), w.chatIn("one", "second")
	for _, chat := range []storage.Chat{first, second} {
		w.watch(chat, storage.CardStyle)
		w.sender.Shut(chat.Address, bot.ErrGone)
	}
	w.stream("g1", w.now.Add(20*time.Hour))
	w.settle()
	w.view(func(r storage.Reader) error {
		b, err := storage.BacklogOf(r, bot.Console, w.now, 10)
		if b.Suspended != 2 {
			t.Errorf("%d chats are suspended, want 2", b.Suspended)
		}
		return err
	})
}

// TestWordOfASuspensionThatIsOver is not given any more.
func TestWordOfASuspensionThatIsOver(t *testing.T) {
	w := newWorld(t, noon)
	chat, other := w.chatIn("one", "home"), w.chatIn("one", "other")
	w.watch(chat, storage.CardStyle)
	w.sender.Shut(chat.Address, bot.ErrGone)
	w.sender.Shut(other.Address, &bot.RetryError{After: time.Hour})
	w.stream("g1", w.now.Add(20*time.Hour))
	w.settle()
	w.sender.Shut(chat.Address, nil)
	w.sender.Shut(other.Address, nil)
	w.hear(chat)
	w.pass(2 * time.Hour)
	if got := w.outcomes(other)[storage.SuspendedNotice]; got != string(storage.Folded) {
		t.Errorf("word of the suspension is %s, want folded", got)
	}
}

// TestARestoredSuspensionIsNotToldAgain: the store before may have told of its end. It ends all the same.
func TestARestoredSuspensionIsNotToldAgain(t *testing.T) {
	for name, reach := range map[string]func(w *world, chat storage.Chat){
		"somebody speaks": func(w *world, chat storage.Chat) { w.hear(chat) },
		"a day later":     func(w *world, _ storage.Chat) { w.pass(24 * time.Hour); w.stream("g1", w.now.Add(20*time.Hour)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, storage.MessagesStyle)
			w.sender.Shut(chat.Address, bot.ErrGone)
			w.stream("g1", w.now.Add(30*24*time.Hour))
			w.settle()
			w.sender.Shut(chat.Address, nil)
			w.sleep(time.Hour)
			w.update(func(tx storage.Tx) error {
				return storage.Restores.Put(tx, storage.Restore{At: w.now, Of: noon.Add(time.Minute)})
			})
			w.sleep(time.Minute)
			reach(w, chat)
			w.settle()
			if s := w.suspension(chat); s != nil {
				t.Errorf("still suspended: %+v", s)
			}
			for _, said := range w.said(chat) {
				if said == "silent resumed.headline" {
					t.Errorf("told again: %q", w.said(chat))
				}
			}
			if got := w.outcomes(chat)[storage.ResumedNotice]; got != string(storage.Skipped) {
				t.Errorf("word of it is %q, want skipped", got)
			}
		})
	}
}

// TestSuspensionOverACrash lets each operation of the store fail, or kill the program, in turn, while a chat goes out of reach and
// comes back: in the end it is not suspended, and it and the moderators were told once at most, and once unless it says that it
// is uncertain.
func TestSuspensionOverACrash(t *testing.T) {
	eachFault(t, func(store, faulty storage.Store) error { return outAndBack(t, store, faulty) })
}

// work does all that is due. Whenever the program fails it begins a new life, on the plain store.
func (w *world) work() {
	w.t.Helper()
	for quiet := 0; quiet < 2; quiet++ {
		_, err := w.planner.Tick(w.t.Context(), w.now)
		if err == nil {
			_, err = w.dispatcher.Drain(w.t.Context(), w.now)
		}
		if err != nil {
			quiet = -1
			w.start(w.store, w.sender)
			if err := w.dispatcher.Recover(w.t.Context(), w.now); err != nil {
				w.t.Fatal(err)
			}
		}
		w.sleep(5 * time.Second)
	}
}

// outAndBack tells the story of a chat that goes out of reach and comes back, to a program that works on a store of its own.
func outAndBack(t *testing.T, store, faulty storage.Store) error {
	t.Helper()
	w := &world{t: t, now: noon, store: store}
	w.sender = bottest.NewSender(func() time.Time { return w.now })
	w.start(faulty, w.sender)
	chat, other := w.chatIn("one", "home"), w.chatIn("one", "other")
	w.watch(chat, storage.MessagesStyle, time.Hour)
	w.sender.Shut(chat.Address, bot.ErrGone)
	w.stream("g1", w.now.Add(200*time.Hour))
	w.work()
	w.sleep(time.Hour)
	w.stream("g1", w.now.Add(200*time.Hour)) // not tried
	w.work()
	w.sender.Shut(chat.Address, nil)
	w.sleep(24 * time.Hour)
	w.stream("g1", w.now.Add(200*time.Hour))
	w.work()
	w.stream("g1", w.now.Add(200*time.Hour))
	w.work()
	return errors.Join(
		once(w, chat, "silent resumed.headline", storage.ResumedNotice), once(w, other, "silent suspended.headline", storage.SuspendedNotice),
		notSuspended(w, chat),
	)
}

func notSuspended(w *world, chat storage.Chat) error {
	if s := w.suspension(chat); s != nil {
		return fmt.Errorf("still suspended: %+v", s)
	}
	return nil
}

// once holds that a chat was told something once, or not, and then it is shown as uncertain.
func once(w *world, chat storage.Chat, line string, kind storage.NoticeKind) error {
	count := 0
	for _, said := range w.said(chat) {
		if said == line {
			count++
		}
	}
	unsure := w.outcomes(chat)[kind] == string(storage.Uncertain)
	if count > 1 || count == 0 && !unsure {
		return fmt.Errorf("%s: %s came %d times: %v", chat.Address, line, count, w.outcomes(chat))
	}
	return nil
}
