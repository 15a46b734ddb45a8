package scheduler_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestRun: a reminder comes at its instant, although the store fails once at the worst moment; and Run ends with its context
// and leaves no goroutine behind, or else the bubble would not end.
func TestRun(t *testing.T) {
	for name, nth := range map[string]int{"all well": 1_000_000, "the first look fails": 1, "a later one fails": 9} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.Now())
				chat := w.chatIn("one", "home")
				w.watch(chat, storage.CardStyle, time.Minute)
				start := time.Now().Add(9 * time.Hour).Truncate(time.Minute)
				w.stream("g1", start)
				w.start(storagetest.Faulty(w.store, nth, storagetest.FailBefore), w.sender)
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- scheduler.Run(ctx, w.planner, w.dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
				time.Sleep(time.Until(start.Add(-time.Minute - time.Nanosecond)))
				synctest.Wait()
				if got := len(w.sender.Messages(chat.Address)); got != 1 {
					t.Errorf("%d messages right before the reminder, want 1", got)
				}
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				if got := w.said(chat); len(got) != 2 || got[1] != "rings card.reminder" {
					t.Errorf("said %q at the instant of the reminder", got)
				}
				stop()
				if err := <-done; err != nil {
					t.Errorf("run: %v", err)
				}
			})
		})
	}
}

// A commit of which nobody knows whether it happened leaves no notice in flight that is not, whichever commit it is.
func TestRunThroughCommitsOfUnknownOutcome(t *testing.T) {
	for nth := 1; nth <= 40; nth++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, time.Now())
			chat := w.chatIn("one", "home")
			w.watch(chat, storage.CardStyle, time.Minute)
			start := time.Now().Add(9 * time.Hour).Truncate(time.Minute)
			w.stream("g1", start)
			w.start(storagetest.Faulty(w.store, nth, storagetest.FailAfter), w.sender)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- scheduler.Run(ctx, w.planner, w.dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
			time.Sleep(time.Until(start.Add(-30 * time.Second)))
			if diff := cmp.Diff([]string{"silent card.announced", "rings card.reminder"}, w.said(chat)); diff != "" {
				t.Errorf("the answer of operation %d was lost (-want +got):\n%s", nth, diff)
			}
			stop()
			if err := <-done; err != nil {
				t.Errorf("run: %v", err)
			}
		})
	}
}

// slow is a store that takes its time.
type slow struct{ storage.Store }

// View implements [storage.Store].
func (s slow) View(ctx context.Context, fn func(storage.Reader) error) error {
	time.Sleep(time.Second)
	return s.Store.View(ctx, fn)
}

// TestRunPlansBeforeItSends: after a night in which the program was down, the morning's message does not announce what is past.
func TestRunPlansBeforeItSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Now().Add(4*time.Hour)) // at night
		chat := w.chatIn("one", "home")
		chat.Quiet.Hold = true
		w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
		w.watch(chat, storage.CardStyle)
		w.stream("g1", w.now.Add(3*time.Hour))
		w.settle()
		time.Sleep(9 * time.Hour)
		planner, err := scheduler.NewPlanner(slow{w.store}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- scheduler.Run(ctx, planner, w.dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
		time.Sleep(time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
		messages := w.sender.Messages(chat.Address)
		if len(messages) != 1 || messages[0].Rang() || messages[0].Post.Headline[0].Args["News"][0].Key != "card.due" {
			t.Errorf("said %q: %+v; want that it is due, without a sound", w.said(chat), messages)
		}
	})
}

// unhurried is a messenger that takes a second for each message.
type unhurried struct{ *bottest.Sender }

// Send implements [bot.Sender].
func (u unhurried) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	time.Sleep(time.Second)
	return u.Sender.Send(ctx, to, p, nonce)
}

// TestRunLetsUrgentNewsPass: what is urgent and comes up while a long backlog is being sent does not wait for the end of it, and is
// said to be as late as it is.
func TestRunLetsUrgentNewsPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Now())
		const chats = 100
		for i := range chats {
			w.watch(w.chatIn(strconv.Itoa(i), strconv.Itoa(i)), storage.CardStyle)
		}
		last := w.chatIn("last", "last")
		last.Quiet.Off = true // it is midnight in a bubble
		w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, last) })
		w.watchSubject(last, storage.Person("william-li"), storage.CardStyle)
		w.stream(storage.Public, time.Now().Add(20*time.Hour)) // a hundred seconds of announcements
		w.dispatcher = w.dispatcherOf(unhurried{w.sender})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- scheduler.Run(ctx, w.planner, w.dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
		time.Sleep(5 * time.Second)
		on := scheduler.Observation{
			At: time.Now(), Source: storage.Provenance{Source: "a source"}, Sight: scheduler.On,
			Airing: storage.Airing{Platform: "weibo"}, Stream: storage.Stream{People: []string{"william-li"}},
		}
		if _, err := w.planner.Observe(t.Context(), time.Now(), []scheduler.Observation{on}); err != nil {
			t.Error(err)
		}
		time.Sleep(30 * time.Second)
		if diff := cmp.Diff([]string{"rings card.live"}, w.said(last)); diff != "" {
			t.Errorf("half a minute after it came on (-want +got):\n%s", diff)
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// breakable is a messenger that takes two seconds for each message, and drops one whose context ends meanwhile, as a broken
// connection does.
type breakable struct{ *bottest.Sender }

// Send implements [bot.Sender].
func (b breakable) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	select {
	case <-time.After(2 * time.Second):
		return b.Sender.Send(ctx, to, p, nonce)
	case <-ctx.Done():
		return "", &bot.UnknownError{Err: ctx.Err()}
	}
}

// TestRunFinishesWhatItIsSending: a stop breaks nothing off, so that nothing is in doubt at the next start.
func TestRunFinishesWhatItIsSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Now())
		for i := range 3 {
			w.watch(w.chatIn(strconv.Itoa(i), strconv.Itoa(i)), storage.CardStyle)
		}
		w.stream(storage.Public, time.Now().Add(20*time.Hour))
		w.dispatcher = w.dispatcherOf(breakable{w.sender})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- scheduler.Run(ctx, w.planner, w.dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
		time.Sleep(3 * time.Second) // within the second message
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
		outcomes := map[storage.Outcome]int{}
		w.view(func(r storage.Reader) error {
			for n, err := range storage.Notices.Scan(r) {
				if err != nil {
					return err
				}
				outcomes[n.Outcome]++
			}
			return nil
		})
		if diff := cmp.Diff(map[storage.Outcome]int{storage.Sent: 2, storage.Queued: 1}, outcomes); diff != "" {
			t.Errorf("after the stop (-want +got):\n%s", diff)
		}
	})
}
