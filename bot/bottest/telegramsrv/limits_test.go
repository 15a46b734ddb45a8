package telegramsrv_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

// retries sends one message after another, with a pause before each, and writes what came: "." or the seconds to wait.
func (w *world) retries(tb testing.TB, chat int64, n int, pause time.Duration) string {
	tb.Helper()
	var got strings.Builder
	for range n {
		w.now = w.now.Add(pause)
		r := w.call(tb, "sendMessage", "chat_id", chat, "text", "a")
		if r.OK {
			got.WriteString(".")
			continue
		}
		after := strconv.Itoa(r.Parameters.RetryAfter)
		if r.said() != "429 Too Many Requests: retry after "+after {
			tb.Errorf("said %q", r.said())
		}
		got.WriteString(after)
	}
	return got.String()
}

func TestAChatTakesABurstAndThenOneASecond(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	if got := w.retries(t, chat, 5, 0); got != "...11" {
		t.Errorf("at once: %s", got)
	}
	if got := w.retries(t, chat, 4, time.Second); got != "...." {
		t.Errorf("one a second: %s", got)
	}
	if got := w.retries(t, chat, 4, time.Second/2); got != "1.1." {
		t.Errorf("two a second: %s", got)
	}
	if got := w.retries(t, w.AddPrivate(w.bob), 3, 0); got != "..." {
		t.Errorf("another chat: %s", got)
	}
	if n, stats := len(w.Sent(chat)), w.Stats(); n != 9 || stats.Limited != 4 || stats.Errors[429] != 4 {
		t.Errorf("stored %d, stats %+v", n, stats)
	}
}

func TestAGroupTakesTwentyAMinute(t *testing.T) {
	w := newWorld(t, nil)
	for _, chat := range []int64{
		w.AddGroup(telegramsrv.Place{Title: "Group"}), w.AddSupergroup(telegramsrv.Place{Title: "Super"}),
		w.AddChannel(telegramsrv.Place{Title: "Channel", BotAdmin: true}),
	} {
		if got := w.retries(t, chat, 22, time.Second); got != strings.Repeat(".", 20)+"4039" {
			t.Errorf("a minute: %s", got)
		}
		w.now = w.now.Add(39 * time.Second)
		if got := w.retries(t, chat, 1, 0); got != "." {
			t.Errorf("after that: %s", got)
		}
	}
	if got := w.retries(t, w.AddPrivate(w.ann), 30, time.Second); got != strings.Repeat(".", 30) {
		t.Errorf("somebody alone: %s", got)
	}
}

func TestThereAreThirtyASecondInAll(t *testing.T) {
	w := newWorld(t, nil)
	var got strings.Builder
	for range 31 {
		got.WriteString(w.retries(t, w.AddPrivate(w.AddUser(telegramsrv.User{}).ID), 1, 0))
	}
	if got.String() != strings.Repeat(".", 30)+"1" {
		t.Errorf("got %s", got.String())
	}
}

func TestEditsAreLimitedMoreLaxly(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddGroup(telegramsrv.Place{Title: "Group"})
	w.call(t, "sendMessage", "chat_id", chat, "text", "0")
	m, _ := w.Last(chat)
	edit := func(n int, pause time.Duration) (ok int) {
		for i := range n {
			w.now = w.now.Add(pause)
			if w.call(t, "editMessageText", "chat_id", chat, "message_id", m.ID, "text", w.now.String()+strconv.Itoa(i)).OK {
				ok++
			}
		}
		return ok
	}
	if ok := edit(8, 0); ok != 5 {
		t.Errorf("at once: %d", ok)
	}
	w.now = w.now.Add(time.Minute)
	if ok := edit(40, time.Second); ok != 30 {
		t.Errorf("in a minute: %d", ok)
	}
	if got := w.retries(t, chat, 2, 0); got != ".." {
		t.Errorf("sends beside them: %s", got)
	}
}

func TestTheLimitsCanBeTurnedOff(t *testing.T) {
	w := newWorld(t, func(c *telegramsrv.Config) { c.Unlimited = true })
	if got := w.retries(t, w.AddGroup(telegramsrv.Place{Title: "Group"}), 50, 0); got != strings.Repeat(".", 50) {
		t.Error(got)
	}
}
