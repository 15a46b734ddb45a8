package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
)

var _ bot.Pacing = (*telegram.Adapter)(nil)

// people are private chats, with ways to them that are unlike each other.
func (w *world) people(n int, way func(i int) time.Duration) []int64 {
	var chats []int64
	for i := range n {
		chat := w.server.AddPrivate(w.server.AddUser(telegramsrv.User{FirstName: fmt.Sprint("P", i)}).ID)
		w.server.Fail(telegramsrv.Fault{Chat: chat, Times: -1, Kind: telegramsrv.Slow, Delay: way(i)})
		chats = append(chats, chat)
	}
	return chats
}

// tell sends a notice to each chat as the dispatcher does: as many at once as there is room for, and what is given back again.
func (w *world) tell(chats []int64) {
	slots := make(chan struct{}, w.adapter.InFlight())
	var sending sync.WaitGroup
	for _, chat := range chats {
		slots <- struct{}{}
		for n, wait := w.adapter.Room(false); n == 0; n, wait = w.adapter.Room(false) {
			time.Sleep(wait)
		}
		left := make(chan struct{})
		sending.Go(func() {
			defer func() { <-slots }()
			began := time.Now()
			ctx := bot.Leaving(w.t.Context(), func() {
				if waited := time.Since(began); waited > 0 {
					w.t.Errorf("there was room, and a notice waited %s", waited)
				}
				close(left)
			})
			if _, err := w.adapter.Send(ctx, keyOf(chat), said("News"), ""); err != nil {
				w.t.Errorf("not sent: %v", err)
			}
		})
		<-left
	}
	sending.Wait()
}

// Two hundred notices to as many people reach nearly the thirty a second that Telegram takes, whatever the ways are like.
func TestManyNoticesReachThePace(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(i int) time.Duration{
		"at once":  func(int) time.Duration { return 0 },
		"steadily": func(int) time.Duration { return 60 * time.Millisecond },
		"unevenly": func(i int) time.Duration { return time.Duration(30+i*i%7*5) * time.Millisecond },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				chats := w.people(200, way)
				began := time.Now()
				w.tell(chats)
				rate := float64(len(chats)) / time.Since(began).Seconds()
				if n := w.server.Stats().Limited; n > 0 || rate < 0.97*30 || rate > w.adapter.Pace()*1.01 {
					t.Errorf("%.2f a second, of a pace of %.2f, and it was too much %d times", rate, w.adapter.Pace(), n)
				}
			})
		})
	}
}

// persist sends a notice, again where it is given back.
func (w *world) persist(chat int64, text string) {
	for {
		_, err := w.send(keyOf(chat), said(text))
		retry, later := errors.AsType[*bot.RetryError](err)
		if !later {
			if err != nil {
				w.t.Errorf("not sent: %v", err)
			}
			return
		}
		time.Sleep(retry.After)
	}
}

// A group gets twenty messages a minute, after a short burst one a second, and holds up no other chat.
func TestAGroupGetsTwentyAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		group := w.server.AddGroup(telegramsrv.Place{Title: "Drivers"})
		began := time.Now()
		var sending sync.WaitGroup
		sending.Go(func() {
			for i := range 40 {
				w.persist(group, fmt.Sprint("News ", i))
			}
		})
		time.Sleep(30 * time.Second)
		if wait := w.adapter.RoomIn(keyOf(group), false); wait < 25*time.Second || w.adapter.RoomIn(keyOf(w.ann.ID), false) > 0 {
			t.Errorf("in a full group there is room in %s", wait)
		}
		if wait := w.adapter.RoomIn(keyOf(group), true); wait > 0 {
			t.Errorf("for an edit there is room in %s", wait)
		}
		before := time.Now()
		w.persist(w.ann.ID, "Other news")
		if took := time.Since(before); took > 0 {
			t.Errorf("another chat waited %s", took)
		}
		sending.Wait()
		if took, n := time.Since(began), w.server.Stats().Limited; n > 0 || took < 60*time.Second || took > 85*time.Second {
			t.Errorf("forty messages took %s, and it was too much %d times", took, n)
		}
	})
}

// However many answers are asked for, a notice finds room in the chat, and half of it all is left to notices.
func TestAnswersLeaveANoticeItsRoom(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.server.AddGroup(telegramsrv.Place{Title: "Drivers", Admins: []int64{w.ann.ID}})
		w.answer(group, w.ann, "/chat set answers=public")
		w.pass(2 * time.Minute)
		before := len(w.server.Sent(group))
		for range 40 {
			w.server.Say(group, w.bob.ID, "/next")
		}
		for range 6 {
			w.pass(9 * time.Second)
			began := time.Now()
			if _, err := w.send(keyOf(group), said("News")); err != nil || time.Since(began) > 500*time.Millisecond {
				w.t.Errorf("a notice among answers took %s, error %v", time.Since(began), err)
			}
		}
		if answers := len(w.server.Sent(group)) - before - 6; answers != 10 {
			w.t.Errorf("%d answers in a minute, want 10", answers)
		}
		if n := w.server.Stats().Limited; n > 0 || w.adapter.TooMany() > 0 {
			w.t.Errorf("it was too much %d times", n)
		}
	})
}

// Edits yield: while notices wait there is no room for them, and afterwards there is.
func TestEditsYield(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		chats := w.people(150, func(int) time.Duration { return 20 * time.Millisecond })
		id, err := w.send(keyOf(w.ann.ID), said("Card"))
		if err != nil {
			t.Fatal(err)
		}
		var telling sync.WaitGroup
		telling.Go(func() { w.tell(chats) })
		time.Sleep(3 * time.Second)
		if n, _ := w.adapter.Room(true); n > 0 {
			t.Errorf("among notices there is room for %d edits", n)
		}
		_, err = w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, said("Card, changed"))
		if retry, ok := errors.AsType[*bot.RetryError](err); !ok || retry.After <= 0 {
			t.Errorf("an edit among notices: %v", err)
		}
		telling.Wait()
		time.Sleep(time.Second)
		n, _ := w.adapter.Room(true)
		if _, err = w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, said("Card, changed")); n == 0 || err != nil {
			t.Errorf("when they are done there is room for %d: %v", n, err)
		}
	})
}

// A chat of which Telegram says that it is too much gets less for a while.
func TestAChatThatWasTooMuchGetsLess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		w.server.Fail(telegramsrv.Fault{
			Method: "sendMessage", Kind: telegramsrv.Answered,
			Error: &telegramsrv.APIError{Code: 429, Description: "Too Many Requests: retry after 5", RetryAfter: 5},
		})
		spaces := func() []time.Duration {
			var at []time.Duration
			began := time.Now()
			for range 4 {
				w.persist(w.ann.ID, "News")
				at = append(at, time.Since(began).Round(time.Second))
			}
			return at
		}
		got := [][]time.Duration{spaces()}
		time.Sleep(10 * time.Minute)
		got = append(got, spaces())
		want := [][]time.Duration{{5 * time.Second, 7 * time.Second, 9 * time.Second, 11 * time.Second}, {0, 0, 0, time.Second}}
		if diff := cmp.Diff(want, got); diff != "" || w.adapter.TooMany() != 1 {
			t.Errorf("after %d refusals, and ten minutes later, messages are there at (-want +got):\n%s", w.adapter.TooMany(), diff)
		}
	})
}

// Whatever is sent to whom, Telegram never has to say that it is too much.
func TestItIsNeverTooMuch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(0, 999), 10, 60).Draw(rt, "steps")
		ways := rapid.SliceOfN(rapid.IntRange(0, 150), 5, 5).Draw(rt, "ways")
		synctest.Test(t, func(t *testing.T) {
			w := bare(t)
			chats := w.people(3, func(i int) time.Duration { return time.Duration(ways[i]) * time.Millisecond })
			for i, title := range []string{"G", "H"} {
				group := w.server.AddGroup(telegramsrv.Place{Title: title})
				w.server.Fail(telegramsrv.Fault{Chat: group, Times: -1, Kind: telegramsrv.Slow, Delay: time.Duration(ways[3+i]) * time.Millisecond})
				chats = append(chats, group)
			}
			var acting sync.WaitGroup
			for _, step := range steps {
				acting.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
					defer cancel()
					if step%3 == 0 {
						ctx = bot.Answering(ctx)
					}
					to := keyOf(chats[step%len(chats)])
					id, err := w.adapter.Send(ctx, to, said("News"), "")
					for n := 0; err == nil && n < step%4; n++ {
						id, err = w.adapter.Edit(ctx, to, id, said(fmt.Sprint("News ", n)))
					}
				})
				time.Sleep(time.Duration(step*step%250) * time.Millisecond)
			}
			acting.Wait()
			if n := w.server.Stats().Limited; n > 0 {
				rt.Errorf("it was too much %d times", n)
			}
		})
	})
}
