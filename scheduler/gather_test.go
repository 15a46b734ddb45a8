package scheduler_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
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
			first := w.sender.Messages(chat.Address)[0]
			if got := headline(first.Shows()); tt.style == storage.MessagesStyle && got != "card.announced" {
				t.Errorf("the message before shows %s: in this style it stays as it was", got)
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

// TestFaultADaysOutage has a messenger down for a day: all that was announced meanwhile is one message after it, however early it was.
func TestFaultADaysOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	first := w.stream("g1", w.now.Add(3*time.Hour))
	w.settle()
	back := w.now.Add(24 * time.Hour)
	w.dispatcher = w.dispatcherOf(outOfReach{w.sender, func() bool { return w.now.Before(back) }})
	w.stream("g1", w.now.Add(50*time.Hour))
	w.goLive("g1", first.ID)
	w.pass(13 * time.Hour)
	w.end("g1", first.ID)
	w.stream("g1", w.now.Add(60*time.Hour))
	w.pass(12 * time.Hour)
	if diff := cmp.Diff([]string{"silent card.announced", "silent gather.many_catchup"}, w.said(chat)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	for _, n := range w.notices(chat) {
		if n.Owed() || n.Outcome == storage.Expired {
			t.Errorf("%s is %s", n.Kind, n.Outcome)
		}
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

// TestHeldNightsAreStill: in a chat that wants no messages at night a week that was late, and word of another chat, wait for the
// morning.
func TestHeldNightsAreStill(t *testing.T) {
	sunday := time.Date(2026, time.November, 8, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, sunday)
	chat, other := w.chatIn("one", "home"), w.chatIn("one", "other")
	chat.Quiet.Hold = true
	w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
	w.watch(chat, storage.CardStyle)
	w.settle()
	w.sleep(36 * time.Hour) // Monday's week is missed
	w.revive()
	w.settle()
	w.sender.Shut(other.Address, bot.ErrGone)
	w.remind(other, storage.Everything, time.Hour, true)
	w.stream("g1", w.now.Add(30*time.Minute))
	w.until(sunday.Add(44*time.Hour - time.Second))
	if got := w.said(chat); len(got) > 0 {
		t.Errorf("said %q in the night", got)
	}
	w.pass(time.Second)
	got := w.said(chat)
	slices.Sort(got)
	want := []string{"silent gather.one_morning", "silent suspended.headline", "silent week.quiet"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("said in the morning (-want +got):\n%s", diff)
	}
}

// TestAMorningCardStandsForTheHourBefore: it rings for a stream that is near, as a late announcement does.
func TestAMorningCardStandsForTheHourBefore(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	chat.Quiet.Hold = true
	w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
	w.watch(chat, storage.CardStyle, time.Hour)
	w.until(noon.Add(19 * time.Hour))
	s := w.stream("g1", noon.Add(21*time.Hour+30*time.Minute))
	w.until(noon.Add(21*time.Hour + 33*time.Minute))
	w.goLive("g1", s.ID)
	w.settle()
	if diff := cmp.Diff([]string{"rings gather.one_morning", "rings card.live"}, w.said(chat)); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// TestAfterAnOutageARingIsOne: what a reminder has told since is not caught up with.
func TestAfterAnOutageARingIsOne(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle, time.Hour)
	down := w.now.Add(31 * time.Minute)
	w.dispatcher = w.dispatcherOf(outOfReach{w.sender, func() bool { return w.now.Before(down) }})
	w.stream("g1", w.now.Add(90*time.Minute))
	w.pass(80 * time.Minute)
	if got := w.said(chat); len(got) != 1 {
		t.Errorf("said %q, want one message", got)
	}
}

// TestARestartInAnOutageIsNoOther: the program begins anew while the messenger is out of reach. To the chat that is one outage, and it
// gets one message.
func TestARestartInAnOutageIsNoOther(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	back := w.now.Add(3 * time.Hour)
	away := outOfReach{w.sender, func() bool { return w.now.Before(back) }}
	w.dispatcher = w.dispatcherOf(away)
	w.stream("g1", w.now.Add(20*time.Hour))
	w.pass(30 * time.Minute) // the first is left to the message that catches up
	w.stream("g1", w.now.Add(30*time.Hour))
	w.pass(time.Minute)
	w.sleep(20 * time.Minute)
	w.dispatcher = w.dispatcherOf(away)
	if err := w.dispatcher.Recover(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	w.pass(3 * time.Hour)
	if diff := cmp.Diff([]string{"silent gather.many_catchup"}, w.said(chat)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// TestALongCatchUpFits on the screen of a phone, by leaving out that it catches up.
func TestALongCatchUpFits(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	chat.Locale = "fr"
	w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
	w.watch(chat, storage.CardStyle)
	long := func(o *scheduler.Observation) {
		o.Stream.Titles = storage.Names{"en": "An evening on the road from Shanghai to Hangzhou and back"}
		o.Stream.People = []string{"lei-jun", "lei-jun"}
	}
	tell := func(sight scheduler.Sight, platform string) {
		o := scheduler.Observation{
			At: w.now, Source: storage.Provenance{Source: "a source"}, Sight: sight, Airing: storage.Airing{Platform: platform},
			Stream: storage.Stream{People: []string{"lei-jun"}},
		}
		long(&o)
		if _, err := w.planner.Observe(t.Context(), w.now, []scheduler.Observation{o}); err != nil {
			t.Fatal(err)
		}
	}
	tell(scheduler.On, "douyin")
	tell(scheduler.On, "wechat-channels")
	w.sleep(20 * time.Minute)
	tell(scheduler.Off, "wechat-channels")
	w.sleep(time.Minute)
	w.revive()
	w.settle()
	post := w.sender.Messages(chat.Address)[0].Post
	said := bot.Voice{Words: bottest.Words(t), Locale: "fr", Zone: time.UTC, Now: w.now}.Plain(post.Headline)
	if n := utf8.RuneCountInString(said); n > 100 {
		t.Errorf("%q has %d characters", said, n)
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
