package scheduler_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// Without room for what became of a sending it is not sent again: that is kept in memory, and written when there is room.
func TestFaultDiskFullAfterASend(t *testing.T) {
	t.Parallel()
	inBubble(t, func(w *world, _ storage.Chat, run func(storage.Store, bot.Sender)) {
		w.lives(run, full{Store: w.store, until: time.Now().Add(fullFor), is: func(r storage.Reader) bool { return stands(r, storage.Sent) }})
	}, func(w *world, chat storage.Chat) {
		for _, wait := range []time.Duration{fullFor - 2*time.Second, time.Minute} {
			time.Sleep(wait)
			synctest.Wait()
			if n := w.live(chat); n != 1 {
				t.Errorf("%d messages after %s, want 1", n, wait)
			}
		}
		if got := w.outcomes(chat)[storage.LiveNotice]; got != string(storage.Sent) {
			t.Errorf("the notice is %s", got)
		}
	})
}

// Who is to come again in a day is not told then what was news for six hours: the notice is settled when it is of no more use.
func TestFaultAWaitOfADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	s := w.stream("g1", w.now.Add(3*time.Hour))
	w.settle()
	w.sender.On(bottest.Cue{Nth: w.sender.Ops() + 1, Err: &bot.RetryError{After: 24 * time.Hour}})
	w.goLive("g1", s.ID)
	w.pass(6*time.Hour + time.Second)
	if got := w.outcomes(chat)[storage.LiveNotice]; got != string(storage.Expired) || w.live(chat) != 0 {
		t.Errorf("the notice is %s after %d messages", got, w.live(chat))
	}
}

// A chat for which the messenger never answers holds up no other.
func TestFaultAChatThatHangs(t *testing.T) {
	t.Parallel()
	var others []storage.Chat
	inBubble(t, func(w *world, chat storage.Chat, run func(storage.Store, bot.Sender)) {
		for _, name := range []string{"a", "b", "c"} {
			other := w.chatIn(name, name)
			w.watch(other, storage.CardStyle)
			others = append(others, other)
		}
		sender := newPaced(w.sender, 2)
		sender.hangs = chat.Address.Key
		run(w.store, sender)
		w.now = time.Now()
		s := w.stream(storage.Public, time.Now().Add(time.Hour))
		w.goLive(storage.Public, s.ID)
	}, func(w *world, _ storage.Chat) {
		time.Sleep(time.Duration(len(others)) * time.Second)
		synctest.Wait()
		for _, other := range others {
			if n := w.live(other); n != 1 {
				t.Errorf("%s has %d messages after a second each, want 1", other.Address, n)
			}
		}
	})
}

// A notice that cannot be sent because what it is about cannot be read is put off, and holds up no other.
func TestFaultANoticeThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(tx storage.Tx, key string) error{
		"a missing stream":     func(tx storage.Tx, key string) error { return tx.Delete(key) },
		"an unreadable stream": func(tx storage.Tx, key string) error { return tx.Put(key, []byte("1 {")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldOn(t, noon, storagetest.Open(t))
			chat, other := w.chatIn("one", "home"), w.chatIn("two", "other")
			w.watch(chat, storage.CardStyle)
			w.watchSubject(other, storage.Person("william-li"), storage.CardStyle)
			bad := w.stream("g1", w.now.Add(time.Hour))
			if _, err := w.planner.Tick(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
			w.update(func(tx storage.Tx) error { return spoil(tx, storage.Key(storage.Streams.Name(), "g1", bad.ID)) })
			w.update(func(tx storage.Tx) error {
				_, err := storage.AddStream(tx, w.now, storage.Stream{
					Scope: "g2", People: []string{"william-li"}, State: storage.Announced, Start: bot.NewWhen(w.now.Add(time.Hour), time.UTC, bot.ToMinute),
				})
				return err
			})
			w.pass(time.Minute)
			if got := w.said(other); len(got) != 1 {
				t.Errorf("the other chat was told %q", got)
			}
		})
	}
}

// lostFor is a messenger that does not answer for a time.
type lostFor struct {
	*paced
	until time.Time
	tried int
}

// Send implements [bot.Sender].
func (l *lostFor) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	if time.Now().Before(l.until) {
		l.tried++
		return "", &bot.RetryError{Err: errors.New("no route to host")}
	}
	return l.paced.Send(ctx, to, p, nonce)
}

// While a messenger is out of reach one notice after another is tried, at a distance; the others are not tried in vain, and when it is
// back all are told soon.
func TestFaultOneIsTriedWhileItIsOutOfReach(t *testing.T) {
	t.Parallel()
	const away, chats = 10 * time.Minute, 60
	sender, crowd := &lostFor{}, []storage.Chat(nil)
	inRun(t, func(s *bottest.Sender) bot.Sender {
		*sender = lostFor{paced: newPaced(s, 1), until: time.Now().Add(away)}
		return sender
	}, func(w *world) {
		crowd = w.crowd("one", chats)
		for _, chat := range crowd {
			w.watch(chat, storage.CardStyle)
		}
	}, func(w *world) {
		w.stream("g1", time.Now().Add(6*time.Hour))
		time.Sleep(away)
		if most := int(away/(30*time.Second)) + 10; sender.tried > most {
			t.Errorf("%d calls in vain, want %d at most", sender.tried, most)
		}
		time.Sleep(time.Minute + chats*time.Second)
		if got := len(w.told(crowd)); got != chats {
			t.Errorf("%d chats were told in the end, want %d", got, chats)
		}
		for _, chat := range crowd {
			for _, m := range w.sender.Messages(chat.Address) {
				if !said(m.Post, "card.late_unreachable") {
					t.Errorf("%s is not told why the message is late", chat.Address)
				}
			}
		}
	})
}
