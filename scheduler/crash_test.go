package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/storagetest"
)

// mortal is a store that is out of reach once its program has died.
type mortal struct {
	storage.Store
	dead bool
}

func (m *mortal) View(ctx context.Context, fn func(storage.Reader) error) error {
	if m.dead {
		return storagetest.ErrKilled
	}
	return m.Store.View(ctx, fn)
}

func (m *mortal) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if m.dead {
		return storagetest.ErrKilled
	}
	return m.Store.Update(ctx, fn)
}

// saga is the story of the crash test: three chats and a person with a reminder, a stream from its announcement to its end, and the week after. It
// changes the world through the store, as moderators do, and the program works on a store of its own on which things fail.
type saga struct {
	*world
	chats  []storage.Chat
	stream storage.Stream
	sender bot.Sender
}

// newSaga begins on Sunday evening, so that the week is due soon after the stream.
func newSaga(t *testing.T, store storage.Store, remembering bool) *saga {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, time.November, 8, 18, 0, 0, 0, time.UTC), store: store}
	s := &saga{world: w}
	clock := func() time.Time { return w.now }
	if remembering {
		sender := bottest.NewRememberingSender(clock)
		w.sender, s.sender = sender.Sender, sender
	} else {
		w.sender = bottest.NewSender(clock)
		s.sender = w.sender
	}
	styles := []storage.Style{storage.CardStyle, storage.CardStyle, storage.MessagesStyle}
	for i, style := range styles {
		chat := w.chatIn(fmt.Sprint("community ", i), fmt.Sprint("chat ", i))
		w.watch(chat, style, time.Hour)
		s.chats = append(s.chats, chat)
	}
	alone := w.chatIn("somebody", "alone")
	w.remind(alone, storage.Person("lei-jun"), 3*time.Hour, false) // the stream becomes known too late for it
	s.chats = append(s.chats, alone)
	return s
}

// chapters are what people do, each at its time after the beginning.
func (s *saga) chapters() []func() {
	id := func() string { return s.stream.ID }
	return []func(){
		func() { s.stream = s.world.stream(storage.Public, s.now.Add(150*time.Minute)) },
		func() {},
		func() { s.goLive(storage.Public, id()) },
		func() { s.end(storage.Public, id()) },
		func() {},
		func() {},
	}
}

// at is when each chapter has been told, after the beginning.
func (s *saga) at(chapter int) time.Duration {
	return []time.Duration{0, 100 * time.Minute, 150 * time.Minute, 4 * time.Hour, 14 * time.Hour, 15 * time.Hour}[chapter]
}

// tell runs the story. Whenever the program fails it begins a new life: on the plain store if the old one died.
func (s *saga) tell(store func(life int) storage.Store) {
	s.t.Helper()
	life := 0
	s.start(store(life), s.sender)
	begin := s.now
	for i, act := range s.chapters() {
		s.now = begin.Add(s.at(i))
		act()
		for quiet := 0; quiet < 2; {
			if err := s.work(); err != nil {
				life++
				quiet = 0
				s.start(store(life), s.sender)
				if err := s.dispatcher.Recover(s.t.Context(), s.now); err != nil {
					s.t.Fatalf("recover: %v", err)
				}
				continue
			}
			quiet++
			s.now = s.now.Add(5 * time.Second) // what is to be tried again is due by then
		}
		if life > 2 {
			s.t.Fatalf("%d lives for one fault", life)
		}
	}
}

func (s *saga) work() error {
	if _, err := s.planner.Tick(s.t.Context(), s.now); err != nil {
		return err
	}
	_, err := s.dispatcher.Drain(s.t.Context(), s.now)
	return err
}

// check holds the outcome against the promise: nothing is owed any more, all that was to be said was said, and not twice if
// the messenger remembers.
func (s *saga) check(remembering bool) error {
	var errs []error
	want := [][]string{
		{"card.announced", "card.reminder", "card.live", "week.headline"},
		{"card.announced", "card.reminder", "card.live", "week.headline"},
		{"card.announced", "card.reminder", "card.live", "card.ended", "week.headline"},
		{"card.reminder"},
	}
	for i, chat := range s.chats {
		count := map[string]int{}
		for _, m := range s.world.sender.Messages(chat.Address) {
			count[headline(m.Post)]++
		}
		told := map[storage.NoticeKind]storage.Outcome{}
		for _, n := range s.notices(chat) {
			told[n.Kind] = n.Outcome
			if n.Owed() {
				errs = append(errs, fmt.Errorf("%s: %s is still %s", chat.Address, n.Kind, n.Outcome))
			}
		}
		kinds := map[string]storage.NoticeKind{"card.ended": storage.EndedNotice, "week.headline": storage.WeeklyNotice}
		for _, key := range want[i] {
			unsure := told[kinds[key]] == storage.Uncertain && !remembering
			once := remembering || kinds[key] != ""
			if count[key] == 0 && !unsure || count[key] > 1 && once || count[key] > 2 {
				errs = append(errs, fmt.Errorf("%s: %s came %d times (%v)", chat.Address, key, count[key], told))
			}
			delete(count, key)
		}
		if len(count) > 0 {
			errs = append(errs, fmt.Errorf("%s: nobody expected %v", chat.Address, count))
		}
		if shows := s.ending(chat, want[i]); i != 2 && shows != "card.ended" {
			errs = append(errs, fmt.Errorf("%s: the card ends as %s", chat.Address, shows))
		}
	}
	s.view(func(r storage.Reader) error {
		for refresh, err := range storage.Refreshes.Scan(r) {
			errs = append(errs, err, fmt.Errorf("stream %s is still to be redrawn", refresh.Stream))
		}
		errs = append(errs, storage.CheckTables(r, storage.Tables()...))
		return nil
	})
	return errors.Join(errs...)
}

// ending is what the message that was the last of a chat's about the stream shows in the end.
func (s *saga) ending(chat storage.Chat, said []string) string {
	last, shows := "card.live", ""
	if len(said) == 1 {
		last = said[0]
	}
	for _, m := range s.world.sender.Messages(chat.Address) {
		if headline(m.Post) == last {
			shows = headline(m.Shows())
		}
	}
	return shows
}

// each runs a saga for n = 1, 2, … on a new store until its fault does not strike any more. The store is not Strict, for the
// sake of time: the other tests hold the same code to that.
func each(t *testing.T, remembers func(n int) bool, run func(s *saga, n int) (struck bool)) {
	t.Helper()
	const bound = 1000
	folder := t.TempDir()
	for n := 1; n < bound; n++ {
		path := filepath.Join(folder, fmt.Sprint(n, ".db"))
		engine, err := bolt.Open(t.Context(), path, bolt.Options{Holder: t.Name(), Wait: time.Second, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		remembering := remembers(n)
		s := newSaga(t, engine, remembering)
		struck := run(s, n)
		if err := s.check(remembering); err != nil {
			t.Errorf("operation %d: %v", n, err)
		}
		if err := engine.Close(); err != nil {
			t.Fatal(err)
		}
		if !struck {
			t.Logf("%d operations", n-1)
			return
		}
		if t.Failed() {
			return
		}
	}
	t.Fatalf("the story has more than %d operations", bound)
}

// TestStoreCrash lets each operation of the store fail, or kill the program, in turn. Every operation has its turn, with one
// of the eight combinations of fault and messenger; CRASH_TEST=full takes all eight, which is a matter of minutes.
func TestStoreCrash(t *testing.T) {
	faults := storagetest.Faults()
	for shift := range shifts(2 * len(faults)) {
		t.Run(fmt.Sprint("shift ", shift), func(t *testing.T) {
			t.Parallel()
			combination := func(n int) (storagetest.Fault, bool) {
				at := n + shift
				return faults[at%len(faults)], at/len(faults)%2 == 0
			}
			each(t, func(n int) bool { _, remembering := combination(n); return remembering }, func(s *saga, n int) bool {
				fault, _ := combination(n)
				faulty := storagetest.Faulty(s.store, n, fault)
				s.tell(func(life int) storage.Store {
					if life > 0 {
						return s.store
					}
					return faulty
				})
				return faulty.Struck()
			})
		})
	}
}

// TestSenderCrash lets each operation of the messenger fail, or be the program's last, in turn, taken or not.
func TestSenderCrash(t *testing.T) {
	for name, tt := range map[string]struct {
		err            error
		accepted, kill bool
	}{
		"killed before":         {err: context.Canceled, kill: true},
		"killed after":          {accepted: true, kill: true},
		"retry":                 {err: &bot.RetryError{}},
		"unknown, taken or not": {err: &bot.UnknownError{}, accepted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Every other operation meets a messenger that remembers, unless all are asked for.
			for shift := range shifts(2) {
				each(t, func(n int) bool { return (n+shift)%2 == 0 }, func(s *saga, n int) bool {
					var dying *mortal
					cue := bottest.Cue{Nth: n, Err: tt.err, Accepted: tt.accepted}
					if tt.kill {
						cue.Then = func() { dying.dead = true }
					}
					s.world.sender.On(cue)
					s.tell(func(int) storage.Store {
						dying = &mortal{Store: s.store}
						return dying
					})
					return s.world.sender.Ops() >= n
				})
			}
		})
	}
}

// forgetful is a messenger that knows a nonce again for two minutes.
type forgetful struct{ outOfReach }

// Remembers implements [bot.Remembering].
func (forgetful) Remembers() time.Duration { return 2 * time.Minute }

// TestOnceOnlyAndALongOutage: a week that was in flight when the program was killed is sent again while the messenger knows it, and
// no later: if it was out of reach meanwhile, nobody knows.
func TestOnceOnlyAndALongOutage(t *testing.T) {
	for outage, want := range map[time.Duration]storage.Outcome{time.Minute: storage.Sent, time.Hour: storage.Uncertain} {
		w := newWorld(t, time.Date(2026, time.November, 8, 12, 0, 0, 0, time.UTC))
		chat := w.chatIn("one", "home")
		w.watch(chat, storage.CardStyle)
		remembering := bottest.NewRememberingSender(func() time.Time { return w.now })
		w.sender = remembering.Sender
		dying := &mortal{Store: w.store}
		w.sender.On(bottest.Cue{Nth: 1, Accepted: true, Then: func() { dying.dead = true }})
		monday := w.now.Add(21 * time.Hour)
		w.until(monday.Add(-time.Second))
		w.sleep(time.Second)
		w.start(dying, remembering)
		if _, err := w.planner.Tick(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		if _, err := w.dispatcher.Drain(t.Context(), w.now); !errors.Is(err, storagetest.ErrKilled) {
			t.Fatalf("drain: %v, want it killed", err)
		}
		w.sleep(30 * time.Second)
		w.start(w.store, forgetful{outOfReach{w.sender, func() bool { return w.now.Before(monday.Add(outage)) }}})
		if err := w.dispatcher.Recover(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Hour)
		if got := w.outcomes(chat)[storage.WeeklyNotice]; got != string(want) {
			t.Errorf("after an outage of %s the week is %s, want %s", outage, got, want)
		}
	}
}

// TestAWeekOfUnknownOutcome is sent again to a messenger that would know it again, and to no other.
func TestAWeekOfUnknownOutcome(t *testing.T) {
	for remembers, want := range map[bool]storage.Outcome{true: storage.Sent, false: storage.Uncertain} {
		w := newWorld(t, time.Date(2026, time.November, 8, 12, 0, 0, 0, time.UTC))
		chat := w.chatIn("one", "home")
		w.watch(chat, storage.CardStyle)
		remembering := bottest.NewRememberingSender(func() time.Time { return w.now })
		w.sender = remembering.Sender
		if remembers {
			w.start(w.store, remembering)
		} else {
			w.start(w.store, w.sender)
		}
		w.sender.On(bottest.Cue{Nth: 1, Err: &bot.UnknownError{}, Accepted: true})
		w.pass(22 * time.Hour)
		if got := w.outcomes(chat)[storage.WeeklyNotice]; got != string(want) || len(w.sender.Messages(chat.Address)) != 1 {
			t.Errorf("remembered %v: the week is %s in %d messages, want %s", remembers, got, len(w.sender.Messages(chat.Address)), want)
		}
	}
}

// shifts is 1, or all when CRASH_TEST=full.
func shifts(all int) int {
	if os.Getenv("CRASH_TEST") == "full" {
		return all
	}
	return 1
}

// eachFault runs a story on a store of which the first operation, then the second, and so on fails or kills the program in turn, until
// the fault does not strike any more. The story changes the world through the plain store.
func eachFault(t *testing.T, story func(store, faulty storage.Store) error) {
	t.Helper()
	folder, faults := t.TempDir(), storagetest.Faults()
	for n, struck := 1, true; struck && !t.Failed(); n++ {
		engine, err := bolt.Open(t.Context(), filepath.Join(folder, fmt.Sprint(n, ".db")), bolt.Options{Holder: t.Name(), Wait: time.Second, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		faulty := storagetest.Faulty(engine, n, faults[n%len(faults)])
		if err := story(engine, faulty); err != nil {
			t.Errorf("operation %d: %v", n, err)
		}
		struck = faulty.Struck()
		if err := engine.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
