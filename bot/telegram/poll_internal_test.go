package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// said is an update: somebody wrote a text in a chat.
func said(id, in int64, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"chat":{"id":%d,"type":"group"},"text":%q}}`, id, id, in, text)
}

// seen are the ids of updates in the order in which they were handled.
type seen struct {
	mu  sync.Mutex
	ids []int64
}

func (s *seen) add(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
}

func (s *seen) all() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ids)
}

// handle only notes what came.
func (s *seen) handle(_ context.Context, u update) error {
	s.add(u.ID)
	return nil
}

// polling polls, in the bubble of a test, until stop is called, which waits for its end.
func polling(t *testing.T, over http.RoundTripper, handle handleFunc) (log *logged, stop func()) {
	t.Helper()
	log = &logged{}
	p := newPoller(clientOver(t, over), pollOptions{Log: log.log()})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx, handle) }()
	return log, func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
		if log.times(secretHalf) > 0 {
			t.Errorf("the log has the token: %s", log)
		}
	}
}

// pass lets time go by in a bubble, and what is due happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

func TestUpdatesAreHandledAndThenForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		log, stop := polling(t, q, got.handle)
		q.put(7, said(7, -1, "a"))
		q.put(8, said(8, -1, "b"))
		pass(time.Minute)
		q.put(9, `{"update_id":9,"callback_query":{"id":"c","from":{"id":5},"message":{"message_id":1,"chat":{"id":-1},"date":0},"data":"x"}}`)
		q.put(10, `{"update_id":10,"inline_query":{"id":"i","from":{"id":5},"query":"lei"}}`)
		q.put(11, `{"update_id":11,"my_chat_member":{"chat":{"id":-1},"from":{"id":5},"new_chat_member":{"status":"member","user":{"id":1}}}}`)
		pass(time.Minute)
		stop()
		ids := got.all()
		slices.Sort(ids) // several chats
		same(t, "handled", ids, []int64{7, 8, 9, 10, 11})
		same(t, "not forgotten", q.left(), []int64{})
		same(t, "logged", log.String(), "")
		polls := q.polls()
		same(t, "the first poll", polls[0], pollAsked{Offset: "", Limit: "100", Timeout: "50"})
		if len(polls) > 8 {
			t.Errorf("it took %d polls in two minutes: %v", len(polls), polls)
		}
	})
}

func TestAMessageThatIsHandledSoonTakesOnePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		_, stop := polling(t, q, func(context.Context, update) error { time.Sleep(pollFloor / 5); return nil })
		for id := int64(1); id <= 20; id++ {
			pass(time.Second)
			q.put(id, said(id, -1, "a"))
		}
		pass(time.Second)
		same(t, "polls", len(q.polls()), 21) // the last one waits
		stop()
	})
}

func TestWhatWasInWorkWhenTheProcessDiedComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		q.put(1, said(1, -1, "a"))
		q.put(2, said(2, -2, "b"))
		q.put(3, said(3, -3, "c"))
		var dead, alive seen
		release := make(chan struct{})
		_, stop := polling(t, q, func(_ context.Context, u update) error {
			dead.add(u.ID)
			if u.ID == 2 {
				<-release
			}
			return nil
		})
		pass(5 * time.Second)
		same(t, "not forgotten with 2 in work", q.left(), []int64{2, 3})
		_, stopNext := polling(t, q, alive.handle) // the next process
		synctest.Wait()
		again := alive.all()
		slices.Sort(again) // several chats
		same(t, "handled again", again, []int64{2, 3})
		close(release)
		stop()
		stopNext()
	})
}

func TestWhatWasHandledButNotConfirmedComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		q.before = func(n int) *canned {
			if n > 0 {
				return &canned{502, ""} // as good as dead
			}
			return nil
		}
		var got seen
		_, stop := polling(t, q, got.handle)
		q.put(1, said(1, -1, "a"))
		pass(10 * time.Second)
		stop()
		same(t, "handled", got.all(), []int64{1})
		same(t, "not forgotten", q.left(), []int64{1})
		q.before = nil
		_, stop = polling(t, q, got.handle)
		pass(time.Second)
		stop()
		same(t, "handled by both", got.all(), []int64{1, 1})
		same(t, "not forgotten by then", q.left(), []int64{})
	})
}

func TestASlowChatHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		_, stop := polling(t, q, func(ctx context.Context, u update) error {
			if u.Message.Text == "slow" {
				<-ctx.Done()
			}
			got.add(u.ID)
			return nil
		})
		q.put(1, said(1, -1, "slow"))
		q.put(2, said(2, -1, "after it"))
		q.put(3, said(3, -2, "another"))
		pass(0)
		same(t, "handled at once", got.all(), []int64{3})
		q.put(4, said(4, -2, "later"))
		pass(pollFloor)
		same(t, "handled later", got.all(), []int64{3, 4})
		same(t, "kept", q.left(), []int64{1, 2, 3, 4})
		pass(handlingBound)
		same(t, "handled after the bound", got.all(), []int64{3, 4, 1, 2})
		stop()
		same(t, "kept at the end", q.left(), []int64{})
	})
}

func TestAChatKeepsItsOrderAndTopicsAreChatsOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		_, stop := polling(t, q, func(_ context.Context, u update) error {
			time.Sleep(time.Duration(20-u.ID) * 100 * time.Millisecond)
			got.add(u.ID)
			return nil
		})
		for id := int64(1); id <= 18; id++ {
			q.put(id, said(id, -1, "a"))
		}
		q.put(19, `{"update_id":19,"message":{"chat":{"id":-1},"is_topic_message":true,"message_thread_id":4}}`)
		pass(time.Minute)
		stop()
		want := []int64{19}
		for id := int64(1); id <= 18; id++ {
			want = append(want, id)
		}
		same(t, "handled", got.all(), want)
	})
}

func TestNoMoreThanSoManyAreHandledAtOnceAndAllAreInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		for id := int64(1); id <= 250; id++ {
			q.put(id, said(id, -id, "a"))
		}
		var (
			mu            sync.Mutex
			now, most, at int
		)
		log, stop := polling(t, q, func(context.Context, update) error {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now, at = now-1, at+1
			mu.Unlock()
			return nil
		})
		pass(time.Minute)
		stop()
		same(t, "at once and in all", []int{most, at}, []int{handledAtOnce, 250})
		same(t, "logged", log.String(), "")
	})
}

func TestAHandlerThatFailsOrPanicsIsLoggedAndNotCalledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		log, stop := polling(t, q, func(_ context.Context, u update) error {
			got.add(u.ID)
			if u.ID == 1 {
				panic("poison")
			}
			return errors.New("no luck")
		})
		q.put(1, said(1, -1, "a"))
		q.put(2, said(2, -1, "b"))
		pass(time.Minute)
		same(t, "handled", got.all(), []int64{1, 2})
		same(t, "kept", q.left(), []int64{})
		for _, text := range []string{"poison", "no luck", "update_id=1", "update_id=2"} {
			if log.times(text) != 1 {
				t.Errorf("%q is %d times in the log: %s", text, log.times(text), log)
			}
		}
		stop()
	})
}

func TestAnUpdateThatCannotBeReadStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		log, stop := polling(t, q, got.handle)
		q.put(1, said(1, -1, "a"))
		q.put(2, `{"update_id":2,"message":{"chat":"PRIVATE"}}`)
		q.put(3, `{"update_id":3,"poll_of_tomorrow":{"question":"PRIVATE"}}`)
		q.put(4, `"PRIVATE"`)
		q.put(5, said(5, -1, "b"))
		q.put(6, `{"update_id":6,"message":[]}`)
		pass(time.Hour)
		same(t, "handled", got.all(), []int64{1, 5})
		same(t, "kept", q.left(), []int64{})
		if log.times("update cannot be read") != 2 || log.times("update_id=2") != 1 || log.times("no id") != 1 || log.times("PRIVATE") != 0 {
			t.Errorf("logged %s", log)
		}
		q.put(7, `{"update_id":"PRIVATE"}`)
		before := len(q.polls())
		pass(10 * time.Second)
		if n := len(q.polls()) - before; n > 21 {
			t.Errorf("%d polls in 10 s because of an update that cannot be confirmed", n)
		}
		q.put(8, said(8, -1, "c"))
		pass(time.Second)
		same(t, "handled", got.all(), []int64{1, 5, 8})
		stop()
	})
}

func TestAServerThatAnswersAtOnceIsNotAskedAllTheTime(t *testing.T) {
	for name, q := range map[string]*telegramQueue{
		"it does not wait":   {atOnce: true, came: make(chan struct{}, 1)},
		"it does not forget": {deaf: true, came: make(chan struct{}, 1)},
	} {
		synctest.Test(t, func(t *testing.T) {
			q.came = make(chan struct{}, 1)
			q.put(1, said(1, -1, "a"))
			var got seen
			_, stop := polling(t, q, got.handle)
			pass(10 * time.Second)
			if n := len(q.polls()); n < 15 || n > 22 {
				t.Errorf("%s: %d polls in 10 s, want about 20", name, n)
			}
			stop()
			same(t, name, got.all(), []int64{1})
		})
	}
}

func TestNumbersMayBeginAnewAfterAQuietWeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		_, stop := polling(t, q, got.handle)
		q.put(1000, said(1000, -1, "a"))
		pass(8 * 24 * time.Hour)
		q.put(50, said(50, -1, "b"))
		q.put(51, said(51, -1, "c"))
		pass(time.Minute)
		same(t, "handled", got.all(), []int64{1000, 50, 51})
		same(t, "kept", q.left(), []int64{})
		stop()
	})
}

// telling answers the first n polls.
func telling(n, status int, body string) func(int) *canned {
	return func(i int) *canned {
		if i >= n {
			return nil
		}
		return &canned{status, body}
	}
}

// refusing answers the first n polls with an error.
func refusing(n, status int, description string) func(int) *canned {
	return telling(n, status, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, status, description))
}

func TestTroubleIsToldOnceAndPollingGoesOn(t *testing.T) {
	const (
		other   = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
		webhook = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	)
	for name, c := range map[string]struct {
		before func(int) *canned
		wait   time.Duration // until it works again
		why    string
	}{
		"a revoked token":      {refusing(3, 401, "Unauthorized"), 3 * time.Minute, "the token is wrong or was revoked"},
		"a wrong address":      {telling(2, 404, "<html>"), 2 * time.Minute, "nothing answers as a Bot API"},
		"another process":      {refusing(5, 409, other), 95 * time.Second, "another process reads this bot's updates"},
		"a webhook":            {refusing(1, 409, webhook), time.Second, "a webhook is set"},
		"a webhook that stays": {refusing(7, 409, webhook), 91 * time.Second, "a webhook is set"},
		"Telegram's own":       {refusing(4, 500, "Internal Server Error"), 15 * time.Second, "Telegram has trouble of its own"},
		"a proxy":              {telling(4, 502, "<html>"), 15 * time.Second, "is up but does not serve"},
		"too many":             {telling(2, 429, `{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":77}}`), 154 * time.Second, "asked Telegram for too much"},
	} {
		synctest.Test(t, func(t *testing.T) {
			q := newTelegramQueue()
			q.before = c.before
			q.put(1, said(1, -1, "a"))
			var got seen
			log, stop := polling(t, q, got.handle)
			pass(c.wait - time.Millisecond)
			same(t, name+": handled too early", got.all(), []int64(nil))
			pass(2 * time.Millisecond)
			same(t, name+": handled", got.all(), []int64{1})
			if log.times("level=ERROR") != 1 || log.times(c.why) != 1 || log.times("updates from Telegram again") != 1 {
				t.Errorf("%s: logged %s", name, log)
			}
			if deleted := slices.Contains(q.others(), "deleteWebhook"); deleted != strings.Contains(name, "webhook") {
				t.Errorf("%s: the webhook was deleted: %v", name, deleted)
			}
			stop()
		})
	}
}

func TestWaitsAfterErrorsDoubleUpToHalfAMinuteWithSomeJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		started := time.Now()
		over := roundTrip(func(*http.Request) (*http.Response, error) {
			at = append(at, time.Since(started))
			return nil, errReset
		})
		var log logged
		p := newPoller(clientOver(t, over), pollOptions{Log: log.log(), Jitter: func() float64 { return 0.5 }})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		if err := p.Run(ctx, new(seen).handle); err != nil {
			t.Error(err)
		}
		waits := []float64{1, 2, 4, 8, 16, 30, 30}
		want, sum := []time.Duration{0}, time.Duration(0)
		for _, w := range waits {
			sum += time.Duration(w * 1.1 * float64(time.Second))
			want = append(want, sum)
		}
		same(t, "tried at", at, want)
		if log.times("level=ERROR") != 1 || log.times(secretHalf) != 0 {
			t.Errorf("logged %s", &log)
		}
	})
}

func TestAConnectionThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var polls []time.Duration
		started := time.Now()
		over := roundTrip(func(r *http.Request) (*http.Response, error) {
			polls = append(polls, time.Since(started))
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		log, stop := polling(t, over, new(seen).handle)
		pass(pollBound + time.Second)
		same(t, "polls", polls, []time.Duration{0, pollBound + time.Second})
		if log.times("no answer in time") != 1 {
			t.Errorf("logged %s", log)
		}
		stop()
	})
}

func TestAStopWaitsForWhatIsInWorkAndConfirmsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var got seen
		_, stop := polling(t, q, func(ctx context.Context, u update) error {
			select {
			case <-time.After(5 * time.Second):
				got.add(u.ID)
			case <-ctx.Done():
			}
			return nil
		})
		q.put(1, said(1, -1, "a"))
		q.put(2, said(2, -1, "b"))
		synctest.Wait()
		started := time.Now()
		stop()
		same(t, "waited", time.Since(started), 10*time.Second)
		same(t, "handled", got.all(), []int64{1, 2})
		same(t, "kept", q.left(), []int64{})
		polls := q.polls()
		same(t, "the last poll", polls[len(polls)-1], pollAsked{Offset: "3", Limit: "1"})
	})
}

func TestAStopCutsOffWhatTakesTooLongWhichComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		var cut []error
		_, stop := polling(t, q, func(ctx context.Context, u update) error {
			if u.ID == 1 {
				return nil
			}
			<-ctx.Done()
			cut = append(cut, ctx.Err())
			return ctx.Err()
		})
		q.put(1, said(1, -1, "a"))
		q.put(2, said(2, -2, "b"))
		q.put(3, said(3, -2, "c"))
		synctest.Wait()
		started := time.Now()
		stop()
		same(t, "waited", time.Since(started), stopGrace)
		if len(cut) != 1 || !errors.Is(cut[0], context.Canceled) {
			t.Errorf("cut off: %v", cut)
		}
		same(t, "kept", q.left(), []int64{2, 3})
	})
}

func TestAStopDoesNotWaitForEverForWhatHeedsNoContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		release := make(chan struct{})
		_, stop := polling(t, q, func(context.Context, update) error { <-release; return nil })
		q.put(1, said(1, -1, "a"))
		synctest.Wait()
		started := time.Now()
		stop()
		same(t, "waited", time.Since(started), stopGrace+cutGrace)
		same(t, "kept", q.left(), []int64{1})
		close(release)
	})
}

func TestAStopWithNothingInWorkIsQuick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		_, stop := polling(t, q, new(seen).handle)
		pass(time.Minute)
		started, polls := time.Now(), len(q.polls())
		stop()
		same(t, "waited", time.Since(started), time.Duration(0))
		same(t, "polls", len(q.polls()), polls)
	})
}

func TestWhatCannotBeConfirmedAtTheEndIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTelegramQueue()
		q.before = func(n int) *canned {
			if n > 0 {
				return &canned{500, ""}
			}
			return nil
		}
		log, stop := polling(t, q, func(context.Context, update) error { time.Sleep(time.Second / 4); return nil })
		q.put(1, said(1, -1, "a"))
		synctest.Wait()
		stop()
		if log.times("were not confirmed") != 1 {
			t.Errorf("logged %s", log)
		}
	})
}
