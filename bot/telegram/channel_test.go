package telegram_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

// A channel is set up from a private chat, by those alone who manage it.
func TestAChannelIsManagedFromAPrivateChat(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		channel := w.server.AddChannel(telegramsrv.Place{Title: "Auto", Username: "auto", Admins: []int64{w.ann.ID}, Absent: true})
		w.server.Readmit(channel, w.ann.ID)
		w.settle()
		greeting := w.last(w.ann.ID)
		if !strings.HasPrefix(greeting.Text, "I can post in Auto now.") {
			t.Fatalf("the one who let it in reads %q", greeting.Text)
		}
		if got := w.press(greeting, w.ann, "Beijing"); got.Text != "" {
			t.Errorf("the press is answered %q", got.Text)
		}
		w.answer(w.ann.ID, w.ann, "/watch add xiaomi chat=@auto")
		if got := w.answer(w.bob.ID, w.bob, "/watch add tesla chat=@auto"); !strings.HasPrefix(got.Text, "Seuls ceux qui gèrent") {
			t.Errorf("a stranger is told %q", got.Text)
		}
		if got := w.answer(w.ann.ID, w.ann, "/watch list chat=@nowhere"); !strings.HasPrefix(got.Text, "I know no group or channel “@\u2060nowhere”") {
			t.Errorf("of a channel that is not there it says %q", got.Text)
		}
		w.answer(w.ann.ID, w.ann, "/stream add lei jun in 90m title=One chat=@auto")
		w.settle()
		card := w.last(channel)
		if !strings.HasPrefix(card.Text, "Lei Jun 雷军 goes live") || len(w.server.Sent(channel)) != 1 {
			t.Fatalf("the channel reads %q\n%s", textsOf(w.server.Sent(channel)), w.log)
		}
		if got := w.press(card, w.bob, "Mute here"); !got.Alert || !strings.HasPrefix(got.Text, "C’est réservé aux modérateurs") {
			t.Errorf("a reader who presses a moderator's button sees %+v", got)
		}
		if got := w.press(card, w.ann, "Mute here"); !got.Alert || got.Text == "" || len([]rune(got.Text)) > 200 {
			t.Errorf("a moderator who presses it sees %+v", got)
		}
		if len(w.server.Sent(channel)) != 1 {
			t.Errorf("presses are answered in the channel: %q", textsOf(w.server.Sent(channel)))
		}
	})
}

// A channel where the bot is no admin cannot be managed: it does not know by whom.
func TestAChannelThatTheBotDoesNotSee(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.server.AddChannel(telegramsrv.Place{Title: "Auto", Username: "auto", Admins: []int64{w.ann.ID}, Absent: true})
		got := w.answer(w.ann.ID, w.ann, "/watch add xiaomi chat=@auto")
		if !strings.HasPrefix(got.Text, "I can't see who manages Auto") {
			t.Errorf("got %q\n%s", got.Text, w.log)
		}
	})
}

// Whoever blocks the bot, or throws it out, loses nothing: what was missed is told once, and what is watched goes on.
func TestBlockedAndLetInAgain(t *testing.T) {
	t.Parallel()
	for _, group := range []bool{false, true} {
		inWorld(t, func(w *world) {
			place, shut, open := w.ann.ID, func() { w.server.Block(w.ann.ID) }, func() { w.server.Unblock(w.ann.ID) }
			if group {
				place = w.drivers()
				shut, open = func() { w.server.Kick(place) }, func() { w.server.Readmit(place, w.ann.ID) }
			}
			w.beijing(place, w.ann)
			w.answer(place, w.ann, "/watch add xiaomi before=10m")
			w.say(place, w.ann, "/stream add lei jun in 30m title=One")
			w.settle()
			shut()
			w.pass(25 * time.Minute)
			before := len(w.server.Sent(place))
			open()
			w.pass(time.Minute)
			sent := textsOf(w.server.Sent(place)[before:])
			told := slices.IndexFunc(sent, func(text string) bool { return strings.HasPrefix(text, "I could not post here from") })
			if told < 0 {
				t.Fatalf("group %v: not told: %q\n%s", group, sent, w.log)
			}
			if live := w.say(place, w.ann, "/stream start s1000"); len(live) == 0 {
				t.Errorf("group %v: nothing is answered any more", group)
			}
			if got := w.answer(place, w.ann, "/watch list"); !strings.HasPrefix(got.Text, "1 watch here") {
				t.Errorf("group %v: %q", group, got.Text)
			}
		})
	}
}

// A group that lets the bot in for the first time is told how to begin; a member who comes again is not.
func TestAGroupIsGreeted(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers(func(p *telegramsrv.Place) { p.Absent = true })
		w.server.Readmit(group, w.ann.ID)
		w.settle()
		hello := w.last(group)
		if !strings.HasPrefix(hello.Text, "Hello.") || !hello.Silent {
			t.Errorf("silent %v: %q", hello.Silent, hello.Text)
		}
		w.press(hello, w.ann, "Beijing")
		w.server.Promote(group, w.server.Me().ID)
		w.settle()
		hellos := 0
		for _, m := range w.server.Sent(group) {
			if strings.HasPrefix(m.Text, "Hello.") {
				hellos++
			}
		}
		if hellos != 1 {
			t.Errorf("greeted %d times", hellos)
		}
	})
}
