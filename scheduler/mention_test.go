package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// mentioning makes a chat watch something, with a reminder an hour before, and mention people.
func (w *world) mentioning(chat storage.Chat, subject storage.Subject, style storage.Style, mentions ...string) storage.Watch {
	w.t.Helper()
	var watch storage.Watch
	w.update(func(tx storage.Tx) (err error) {
		watch, err = storage.AddWatch(tx, w.now, chat, storage.Watch{
			Subjects: []storage.Subject{subject}, Before: []time.Duration{time.Hour}, Style: style, Mentions: mentions,
		})
		return err
	})
	return watch
}

// mentions are the messages to a chat with whom they mentioned, by what they said: "card.live @drivers".
func (w *world) mentions(chat storage.Chat) []string {
	w.t.Helper()
	var said []string
	for _, m := range w.sender.Messages(chat.Address) {
		said = append(said, strings.Join(append([]string{headline(m.Post)}, m.Post.Mentions...), " "))
		for _, edit := range m.Edits {
			if len(edit.Post.Mentions) > 0 {
				w.t.Errorf("an edit mentions %q", edit.Post.Mentions)
			}
		}
	}
	return said
}

// mentionsToday is what a watch has used of its budget.
func (w *world) mentionsToday(watch storage.Watch) storage.MentionCount {
	w.t.Helper()
	var count storage.MentionCount
	w.view(func(r storage.Reader) (err error) {
		count, err = storage.MentionCounts.Get(r, watch.ID)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
	return count
}

var leiJun = storage.Person("lei-jun")

// TestMentions: whoever the watches that match name is mentioned, each once, with messages that make a sound and no others.
func TestMentions(t *testing.T) {
	const m, h = time.Minute, time.Hour
	for name, tt := range map[string]struct {
		style storage.Style
		story func(w *world, chat storage.Chat)
		want  []string
	}{
		"announced, reminded, live, ended": {storage.MessagesStyle, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(3*h))
			w.pass(3*h + m)
			w.goLive("g1", s.ID)
			w.pass(h)
			w.end("g1", s.ID)
		}, []string{"card.announced", "card.reminder @drivers @press", "card.live @drivers @press", "card.ended"}},
		"announced late, then live on the card": {storage.CardStyle, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(10*m))
			w.pass(10 * m)
			w.goLive("g1", s.ID)
		}, []string{"card.announced @drivers @press"}},
		"cancelled after a ring": {storage.CardStyle, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(90*m))
			w.pass(m)
			w.cancel("g1", s.ID)
		}, []string{"card.announced @drivers @press", "card.cancelled @drivers @press"}},
		"moved after a ring": {storage.CardStyle, func(w *world, _ storage.Chat) {
			s := w.stream("g1", w.now.Add(90*m))
			w.pass(m)
			w.move(s.ID, w.now.Add(20*h))
		}, []string{"card.announced @drivers @press", "card.moved_later @drivers @press"}},
		"in the quiet hours": {storage.CardStyle, func(w *world, _ storage.Chat) {
			w.until(noon.Add(12 * h))
			s := w.stream("g1", w.now.Add(10*m))
			w.pass(10 * m)
			w.goLive("g1", s.ID)
		}, []string{"card.announced", "card.live"}},
		"each once, of all watches that are not paused": {storage.CardStyle, func(w *world, chat storage.Chat) {
			w.mentioning(chat, storage.Company("xiaomi"), storage.CardStyle, "@owners", "@press")
			paused := w.mentioning(chat, storage.Everything, storage.CardStyle, "@everyone")
			paused.Paused.Since = w.now
			w.update(func(tx storage.Tx) error { return storage.SaveWatch(tx, paused) })
			w.stream("g1", w.now.Add(90*m))
		}, []string{"card.announced @drivers @press @owners"}},
		"by a person's own reminder": {storage.CardStyle, func(w *world, chat storage.Chat) {
			w.remind(chat, leiJun, 10*m, false)
			w.stream("g1", w.now.Add(3*h))
			w.pass(3*h - 5*m)
		}, []string{"card.announced", "card.reminder @drivers @press", "card.reminder"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.mentioning(chat, leiJun, tt.style, "@drivers", "@press")
			tt.story(w, chat)
			w.settle()
			if diff := cmp.Diff(tt.want, w.mentions(chat)); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMentionsHaveADailyBudget of three messages a watch, in the chat's days. What comes after it rings all the same, and its notice
// says whom it left out.
func TestMentionsHaveADailyBudget(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	chat.Zone, chat.Quiet.Off = "Asia/Shanghai", true // where it is 20:00
	w.update(func(tx storage.Tx) error { return storage.SaveChat(tx, w.now, chat) })
	watch := w.mentioning(chat, leiJun, storage.MessagesStyle, "@drivers")
	for range 4 {
		w.stream("g1", w.now.Add(90*time.Minute))
		w.pass(time.Minute)
	}
	w.mentioning(chat, storage.Company("xiaomi"), storage.MessagesStyle, "@owners")
	w.stream("g1", w.now.Add(90*time.Minute))
	w.pass(time.Minute)
	want := []string{
		"card.announced @drivers", "card.announced @drivers", "card.announced @drivers", "card.announced", "card.announced @owners",
	}
	if diff := cmp.Diff(want, w.mentions(chat)); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	for _, m := range w.sender.Messages(chat.Address) {
		if !m.Rang() {
			t.Error("one made no sound")
		}
	}
	left := 0
	for _, n := range w.notices(chat) {
		for _, m := range n.Mentions {
			if m.Left == storage.MentionsSpent && m.Name == "@drivers" {
				left++
			}
		}
	}
	if left != 2 {
		t.Errorf("%d notices say that the budget was spent, want 2", left)
	}
	if got := w.mentionsToday(watch); got.Count != 3 || got.Day != "2026-11-04" {
		t.Errorf("used %+v, want 3 on 4 November", got)
	}
	w.until(noon.Add(4 * time.Hour)) // midnight there
	w.stream("g1", w.now.Add(90*time.Minute))
	w.settle()
	if said := w.mentions(chat); !strings.HasPrefix(said[len(said)-1], "card.announced @drivers") {
		t.Errorf("on the next day said %q, want a mention", said[len(said)-1])
	}
	w.until(noon.Add(4 * 24 * time.Hour))
	if got := w.mentionsToday(watch); got.Count != 0 {
		t.Errorf("%+v is still kept", got)
	}
}

// TestAMessageCountsOnce however often it is tried, and not at all if it is never sent.
func TestAMessageCountsOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want int
	}{
		"tried again": {&bot.RetryError{After: time.Minute}, 1},
		"unknown":     {&bot.UnknownError{}, 1},
		"refused":     {&bot.RefusedError{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			watch := w.mentioning(chat, leiJun, storage.CardStyle, "@drivers", "@press")
			w.sender.On(bottest.Cue{Nth: 1, Err: tt.err})
			w.sender.On(bottest.Cue{Nth: 2, Err: tt.err})
			w.stream("g1", w.now.Add(90*time.Minute))
			w.pass(10 * time.Minute)
			if got := w.mentionsToday(watch).Count; got != tt.want {
				t.Errorf("used %d of the budget, want %d", got, tt.want)
			}
			if got := len(w.mentions(chat)); got != tt.want {
				t.Errorf("%d messages, want %d", got, tt.want)
			}
		})
	}
}

// TestAMissingRight: whom the messenger does not let it mention is left out, with a word in the message and none taken off the
// budget; where rights cannot be found out the messenger decides.
func TestAMissingRight(t *testing.T) {
	for name, tt := range map[string]struct {
		allowed []string
		err     error
		want    string
		word    string
		used    int
	}{
		"all":     {[]string{"@drivers", "@press"}, nil, "card.announced @drivers @press", "", 1},
		"some":    {[]string{"@press"}, nil, "card.announced @press", "I may not mention @drivers here. A moderator can allow it in the chat's settings, or stop it with /watch edit w1 mention=none", 1},
		"none":    {nil, nil, "card.announced", "I may not mention @drivers, @press here. A moderator can allow it in the chat's settings, or stop it with /watch edit w1 mention=none", 0},
		"unknown": {nil, context.DeadlineExceeded, "card.announced @drivers @press", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, noon)
			w.start(w.store, &bottest.MentioningSender{Sender: w.sender, Allowed: tt.allowed, Err: tt.err})
			chat := w.chatIn("one", "home")
			watch := w.mentioning(chat, leiJun, storage.CardStyle, "@drivers", "@press")
			w.stream("g1", w.now.Add(90*time.Minute))
			w.settle()
			if diff := cmp.Diff([]string{tt.want}, w.mentions(chat)); diff != "" {
				t.Fatalf("said (-want +got):\n%s", diff)
			}
			post := w.sender.Messages(chat.Address)[0].Post
			rendered := bottest.Render(bot.Voice{Words: bottest.Words(t), Now: w.now}, post)
			if got := strings.Contains(rendered, "I may not mention"); got != (tt.word != "") || !strings.Contains(rendered, tt.word) {
				t.Errorf("reads:\n%s\nwant %q in it", rendered, tt.word)
			}
			if got := w.mentionsToday(watch).Count; got != tt.used {
				t.Errorf("used %d of the budget, want %d", got, tt.used)
			}
		})
	}
}

// TestMentionsOverACrash lets each operation of the store fail, or kill the program, in turn, while a message with a mention is sent:
// whatever happens it counts once.
func TestMentionsOverACrash(t *testing.T) {
	eachFault(t, func(store, faulty storage.Store) error {
		w := &world{t: t, now: noon, store: store}
		w.sender = bottest.NewSender(func() time.Time { return w.now })
		w.start(faulty, w.sender)
		chat := w.chatIn("one", "home")
		watch := w.mentioning(chat, leiJun, storage.CardStyle, "@drivers")
		w.stream("g1", w.now.Add(90*time.Minute))
		w.work()
		if got := w.mentionsToday(watch).Count; got != 1 {
			return fmt.Errorf("used %d of the budget, want 1", got)
		}
		return nil
	})
}
