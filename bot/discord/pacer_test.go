package discord_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/discord"
)

var _ bot.Pacing = (*discord.Adapter)(nil)

// channels are many, to which the ways are unlike each other.
func (w *world) channels(n int, way func(i int) time.Duration) []string {
	var all []string
	ways := map[string]time.Duration{}
	for i := range n {
		id := w.server.AddChannel(w.guild.ID, discordsrv.Channel{}).ID
		ways[id] = way(i)
		all = append(all, id)
	}
	w.server.Fail(func(c discordsrv.Call) *discordsrv.Fault { return &discordsrv.Fault{Delay: ways[c.Channel]} })
	return all
}

// tell sends a notice to each channel as the dispatcher does: as many at once as there is room for.
func (w *world) tell(channels []string) {
	slots := make(chan struct{}, w.adapter.InFlight())
	var sending sync.WaitGroup
	for i, channel := range channels {
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
			if _, err := w.adapter.Send(ctx, address(channel), headline("News"), fmt.Sprint("t", i)); err != nil {
				w.t.Errorf("not sent: %v", err)
			}
		})
		<-left
	}
	sending.Wait()
}

// Two hundred notices to as many channels reach nearly the fifty a second that Discord takes, whatever the ways are like.
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
				w.tell(w.channels(200, way))
				calls := w.server.Calls(http.MethodPost, "channels/{channel}/messages")
				rate := float64(len(calls)-1) / calls[len(calls)-1].At.Sub(calls[0].At).Seconds()
				if n := w.server.TooMany(); n > 0 || rate < 0.95*50 || rate > w.adapter.Pace()*1.01 {
					t.Errorf("%.2f a second, of a pace of %.2f, and it was too much %d times", rate, w.adapter.Pace(), n)
				}
			})
		})
	}
}

// A channel that has had its five messages has no room for a while, and says for how long; others have, and so have edits there.
func TestRoomInAChannel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		other := w.server.AddChannel(w.guild.ID, discordsrv.Channel{}).ID
		for i := range 5 {
			if wait := w.adapter.RoomIn(address(w.news.ID), false); wait > 0 {
				t.Errorf("before message %d there is room in %s", i, wait)
			}
			w.sure(w.news.ID, headline("News"), fmt.Sprint("n", i))
		}
		wait := w.adapter.RoomIn(address(w.news.ID), false)
		if wait < 4*time.Second || w.adapter.RoomIn(address(w.news.ID), true) > 0 || w.adapter.RoomIn(address(other), false) > 0 {
			t.Errorf("in a full channel there is room in %s", wait)
		}
		time.Sleep(wait)
		w.sure(w.news.ID, headline("News"), "n6")
	})
}

// Edits yield: while notices wait there is no room for them, and afterwards there is.
func TestEditsYield(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		channels := w.channels(250, func(int) time.Duration { return 20 * time.Millisecond })
		id := w.sure(w.news.ID, headline("Card"), "card")
		var telling sync.WaitGroup
		telling.Go(func() { w.tell(channels) })
		time.Sleep(3 * time.Second)
		if n, _ := w.adapter.Room(true); n > 0 {
			t.Errorf("among notices there is room for %d edits", n)
		}
		_, err := w.adapter.Edit(t.Context(), address(w.news.ID), id, withBody("Card, changed"))
		if retry, ok := errors.AsType[*bot.RetryError](err); !ok || retry.After <= 0 {
			t.Errorf("an edit among notices: %v", err)
		}
		telling.Wait()
		time.Sleep(time.Second)
		n, _ := w.adapter.Room(true)
		if _, err = w.adapter.Edit(t.Context(), address(w.news.ID), id, withBody("Card, changed")); n == 0 || err != nil {
			t.Errorf("when they are done there is room for %d: %v", n, err)
		}
	})
}

// Whatever is sent where, Discord never has to say that it is too much.
func TestItIsNeverTooMuch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(0, 999), 10, 60).Draw(rt, "steps")
		ways := rapid.SliceOfN(rapid.IntRange(0, 150), 5, 5).Draw(rt, "ways")
		synctest.Test(t, func(t *testing.T) {
			w := bare(t)
			channels := w.channels(5, func(i int) time.Duration { return time.Duration(ways[i]) * time.Millisecond })
			var acting sync.WaitGroup
			for i, step := range steps {
				acting.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
					defer cancel()
					if step%3 == 0 {
						ctx = bot.Answering(ctx)
					}
					to := address(channels[step%len(channels)])
					id, err := w.adapter.Send(ctx, to, headline("News"), fmt.Sprint("s", i))
					for n := 0; err == nil && n < step%4; n++ {
						id, err = w.adapter.Edit(ctx, to, id, withBody(fmt.Sprint("News ", n)))
					}
				})
				time.Sleep(time.Duration(step*step%60) * time.Millisecond)
			}
			acting.Wait()
			if n := w.server.TooMany(); n > 0 {
				rt.Errorf("it was too much %d times", n)
			}
		})
	})
}
