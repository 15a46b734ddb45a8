package scheduler_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// revive begins a new life of the program after an outage.
func (w *world) revive() {
	w.t.Helper()
	w.start(w.store, w.sender)
	if err := w.dispatcher.Recover(w.t.Context(), w.now); err != nil {
		w.t.Fatal(err)
	}
}

// TestCatchUp lets the program be down while streams go by, and looks at what a chat is told after.
func TestCatchUp(t *testing.T) {
	const m, h = time.Minute, time.Hour
	tests := []struct {
		name  string
		style storage.Style
		story func(w *world) // ends with the program down
		want  []string
	}{
		{
			"several streams are one message", storage.CardStyle,
			func(w *world) {
				first, second := w.stream("g1", w.now.Add(30*h)), w.stream("g1", w.now.Add(50*h))
				w.sleep(h)
				w.cancel("g1", first.ID)
				w.sleep(h)
				w.move(second.ID, w.now.Add(20*h))
				w.sleep(20 * m)
			},
			[]string{"silent gather.many_catchup"},
		},
		{
			"one that is still live says since when, and rings", storage.CardStyle,
			func(w *world) {
				s := w.stream("g1", w.now.Add(h))
				w.settle()
				w.sleep(h)
				w.goLive("g1", s.ID)
				w.sleep(40 * m)
			},
			[]string{"rings card.announced", "rings gather.one_catchup"},
		},
		{
			"what is over is on the card", storage.CardStyle,
			func(w *world) {
				s := w.stream("g1", w.now.Add(h))
				w.settle()
				w.sleep(h)
				w.goLive("g1", s.ID)
				w.sleep(h)
				w.end("g1", s.ID)
				w.sleep(40 * m)
			},
			[]string{"rings card.announced"},
		},
		{
			"a message for each thing is one message too", storage.MessagesStyle,
			func(w *world) {
				s := w.stream("g1", w.now.Add(h))
				w.settle()
				w.sleep(h)
				w.goLive("g1", s.ID)
				w.sleep(h)
				w.end("g1", s.ID)
				w.sleep(40 * m)
			},
			[]string{"rings card.announced", "silent gather.one_catchup"},
		},
		{
			"a few minutes are no outage", storage.CardStyle,
			func(w *world) {
				s := w.stream("g1", w.now.Add(h))
				w.settle()
				w.sleep(h)
				w.goLive("g1", s.ID)
				w.sleep(10 * m)
			},
			[]string{"rings card.announced", "rings card.live_since"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, tt.style)
			tt.story(w)
			w.revive()
			w.settle()
			w.revive() // a second restart tells nothing again
			w.settle()
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			for _, n := range w.notices(chat) {
				if n.Owed() {
					t.Errorf("%s is still owed", n.Kind)
				}
			}
		})
	}
}

// TestMessengerOutage has a messenger out of reach for an hour: what was missed is one message, and says why.
func TestMessengerOutage(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	first, second := w.stream("g1", w.now.Add(30*time.Hour)), w.stream("g1", w.now.Add(50*time.Hour))
	w.settle()
	down := w.now.Add(time.Hour)
	w.dispatcher = w.dispatcherOf(outOfReach{w.sender, func() bool { return w.now.Before(down) }})
	w.cancel("g1", first.ID)
	w.move(second.ID, second.Start.At.Add(-20*time.Hour))
	w.pass(time.Minute)
	third := w.stream("g1", w.now.Add(80*time.Hour))
	w.pass(2 * time.Hour)
	want := []string{"silent card.announced", "silent card.announced", "silent gather.many_catchup"}
	if diff := cmp.Diff(want, w.said(chat)); diff != "" {
		t.Errorf("messages about %s and others (-want +got):\n%s", third.ID, diff)
	}
	last := w.sender.Messages(chat.Address)[2].Post
	if !said(last, "gather.unreachable") {
		t.Error("it does not say why")
	}
}

// said reports whether a paragraph of a post says a message.
func said(p bot.Post, key string) bool {
	for _, block := range p.Body {
		if paragraph, ok := block.(bot.Paragraph); ok && len(paragraph.Text) > 0 && paragraph.Text[0].Key == key {
			return true
		}
	}
	return false
}

// TestNights holds each way of spending the night against what is sent in it and after it.
func TestNights(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name  string
		quiet storage.Quiet
		style storage.Style
		want  []string // by the morning
	}{
		{"without a sound", storage.Quiet{}, storage.CardStyle, []string{"silent card.announced", "silent card.live", "rings gather.one_morning"}},
		{"held", storage.Quiet{Hold: true}, storage.CardStyle, []string{"silent card.announced", "rings gather.one_morning"}},
		{"held, a message for each thing", storage.Quiet{Hold: true}, storage.MessagesStyle, []string{"silent card.announced", "rings gather.one_morning"}},
		{"no quiet hours", storage.Quiet{Off: true}, storage.CardStyle, []string{"silent card.announced", "rings card.live"}},
		{"one message a day", storage.Quiet{Off: true}, storage.DigestStyle, []string{"silent gather.one_digest"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			chat.Quiet = tt.quiet
			w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
			w.watch(chat, tt.style)
			s := w.stream("g1", noon.Add(14*h))
			w.until(noon.Add(14 * h))
			w.goLive("g1", s.ID)
			w.until(noon.Add(22 * h))
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUrgentAtNight lets a cancellation through, by the chat's choice.
func TestUrgentAtNight(t *testing.T) {
	for _, urgent := range []bool{false, true} {
		w := newWorld(t, noon)
		chat := w.chatIn("one", "home")
		chat.Quiet = storage.Quiet{Hold: true, Urgent: urgent}
		w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
		w.watch(chat, storage.CardStyle, time.Hour)
		s := w.stream("g1", noon.Add(11*time.Hour+30*time.Minute))
		w.until(noon.Add(11*time.Hour + 10*time.Minute)) // it rang at 22:30
		w.cancel("g1", s.ID)
		w.settle()
		want := []string{"silent card.announced", "rings card.reminder"}
		if urgent {
			want = append(want, "rings card.cancelled")
		}
		if diff := cmp.Diff(want, w.said(chat)); diff != "" {
			t.Errorf("urgent %v (-want +got):\n%s", urgent, diff)
		}
	}
}

// outOfReach is a messenger that cannot be reached at times.
type outOfReach struct {
	*bottest.Sender
	down func() bool
}

// Send implements [bot.Sender].
func (o outOfReach) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	if o.down() {
		return "", &bot.RetryError{Err: errors.New("no route to host")}
	}
	return o.Sender.Send(ctx, to, p, nonce)
}

// Edit implements [bot.Sender].
func (o outOfReach) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	if o.down() {
		return "", &bot.RetryError{Err: errors.New("no route to host")}
	}
	return o.Sender.Edit(ctx, to, id, p)
}
