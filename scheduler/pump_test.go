package scheduler_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"
)

// paced is a messenger that takes a second for each message, some messages at once, and keeps apart what it is told to one chat.
type paced struct {
	*bottest.Sender

	atOnce int
	apart  time.Duration
	hangs  string // the chat in which nothing ever comes to an end

	mu      sync.Mutex
	flying  map[bot.ChatID]int
	most    int // that were under way at once
	left    map[bot.ChatID]time.Time
	doubled []bot.ChatID // chats with two under way
}

func newPaced(s *bottest.Sender, atOnce int) *paced {
	return &paced{Sender: s, atOnce: atOnce, flying: map[bot.ChatID]int{}, left: map[bot.ChatID]time.Time{}}
}

func (p *paced) Pace() float64                  { return float64(p.atOnce) }
func (p *paced) InFlight() int                  { return p.atOnce }
func (p *paced) Room(bool) (int, time.Duration) { return p.atOnce, 0 }
func (p *paced) TooMany() int64                 { return 0 }

func (p *paced) RoomIn(to bot.ChatID, _ bool) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.left[to].Add(p.apart))
}

func (p *paced) enter(to bot.ChatID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.flying[to]++; p.flying[to] > 1 {
		p.doubled = append(p.doubled, to)
	}
	all := 0
	for _, n := range p.flying {
		all += n
	}
	p.most, p.left[to] = max(p.most, all), time.Now()
}

func (p *paced) leave(to bot.ChatID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying[to]--
}

func (p *paced) Send(ctx context.Context, to bot.ChatID, post bot.Post, nonce string) (bot.MessageID, error) {
	p.enter(to)
	defer p.leave(to)
	if to.Key == p.hangs {
		<-ctx.Done()
		return "", &bot.UnknownError{Err: ctx.Err()}
	}
	time.Sleep(time.Second)
	return p.Sender.Send(ctx, to, post, nonce)
}

func (p *paced) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, post bot.Post) (bot.MessageID, error) {
	p.enter(to)
	defer p.leave(to)
	time.Sleep(time.Second)
	return p.Sender.Edit(ctx, to, id, post)
}

// inRun runs a test while the scheduler runs on a sender, in a bubble. It begins at noon: in no chat is it night.
func inRun(t *testing.T, sender func(*bottest.Sender) bot.Sender, prepare, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(12 * time.Hour)
		w := newWorld(t, time.Now())
		w.sender = bottest.NewSender(time.Now)
		prepare(w)
		w.start(w.store, sender(w.sender))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- scheduler.Run(ctx, w.planner, w.dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
		test(w)
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// told are the chats that were sent anything, in the order in which it was taken.
func (w *world) told(chats []storage.Chat) []string {
	type at struct {
		chat string
		at   time.Time
	}
	var all []at
	for _, chat := range chats {
		for _, m := range w.sender.Messages(chat.Address) {
			all = append(all, at{chat.Address.Key, m.At})
		}
	}
	slices.SortStableFunc(all, func(a, b at) int { return a.at.Compare(b.at) })
	var told []string
	for _, a := range all {
		told = append(told, a.chat)
	}
	return told
}

// crowd opens some chats of a community.
func (w *world) crowd(community string, n int) []storage.Chat {
	w.t.Helper()
	var chats []storage.Chat
	for i := range n {
		chats = append(chats, w.chatIn(community, fmt.Sprint(community, " ", i)))
	}
	return chats
}

func TestManyAreSentAtOnceButOneAChat(t *testing.T) {
	const atOnce, chats = 4, 40
	sender, crowd := &paced{}, []storage.Chat(nil)
	inRun(t, func(s *bottest.Sender) bot.Sender { sender = newPaced(s, atOnce); return sender }, func(w *world) {
		crowd = w.crowd("one", chats)
		for _, chat := range crowd {
			w.watch(chat, storage.MessagesStyle)
		}
	}, func(w *world) {
		stream := w.stream("g1", time.Now().Add(time.Hour))
		time.Sleep((chats/atOnce + 1) * time.Second)
		w.goLive("g1", stream.ID)
		time.Sleep((chats/atOnce + 3) * time.Second) // cards may be redrawn before the news is planned
		if got := len(w.told(crowd)); got != 2*chats {
			t.Errorf("%d messages, want two to each of %d chats", got, chats)
		}
		if sender.most != atOnce || len(sender.doubled) > 0 {
			t.Errorf("%d were under way at once, want %d; two in %v", sender.most, atOnce, sender.doubled)
		}
	})
}

// A community of very many chats does not hold up one of few, although its news came before; and a channel goes before them all.
func TestALargeCommunityHoldsUpNoSmallOne(t *testing.T) {
	var crowd, small []storage.Chat
	inRun(t, func(s *bottest.Sender) bot.Sender { return unhurried{s} }, func(w *world) {
		crowd, small = w.crowd("large", 200), w.crowd("small", 2)
		for _, chat := range slices.Concat(crowd, small) {
			w.watch(chat, storage.CardStyle)
		}
		w.update(func(tx storage.Tx) error {
			channel, err := storage.OpenChat(tx, bot.Chat{
				Address: bot.ChatID{Messenger: bot.Console, Key: "channel"}, Community: "large", Kind: bot.Channel, Zone: "UTC",
			})
			if err != nil {
				return err
			}
			crowd = append(crowd, channel)
			_, err = storage.AddWatch(tx, w.now, channel, storage.Watch{Subjects: []storage.Subject{storage.Person("lei-jun")}, Style: storage.CardStyle})
			return err
		})
	}, func(w *world) {
		w.stream("g1", time.Now().Add(3*time.Hour))
		time.Sleep(20*time.Second + time.Millisecond)
		w.stream("g2", time.Now().Add(4*time.Hour))
		time.Sleep(5 * time.Second)
		if got := w.told(crowd)[:2]; !slices.Equal(got, []string{"channel", "large 0"}) && !slices.Equal(got, []string{"large 0", "channel"}) {
			t.Errorf("the first in the large community were %q, want its channel among them", got)
		}
		if diff := cmp.Diff([]string{"small 0", "small 1"}, w.told(small)); diff != "" {
			t.Errorf("five seconds after its news the small community (-want +got):\n%s", diff)
		}
	})
}

// What a chat was just told keeps back what is owed to it for as long as the messenger wants, and nothing else.
func TestAChatThatIsLeftAloneHoldsUpNoOther(t *testing.T) {
	var busy, other storage.Chat
	inRun(t, func(s *bottest.Sender) bot.Sender {
		sender := newPaced(s, 1)
		sender.apart = time.Minute
		return sender
	}, func(w *world) {
		busy, other = w.chatIn("one", "busy"), w.chatIn("other", "other")
		w.watch(busy, storage.MessagesStyle)
		w.watchSubject(other, storage.Person("william-li"), storage.MessagesStyle)
	}, func(w *world) {
		stream := w.stream("g1", time.Now().Add(time.Hour))
		time.Sleep(10 * time.Second)
		w.goLive("g1", stream.ID)
		w.update(func(tx storage.Tx) error {
			_, err := storage.AddStream(tx, time.Now(), storage.Stream{
				Scope: storage.Public, People: []string{"william-li"}, State: storage.Announced,
				Start: bot.NewWhen(time.Now().Add(3*time.Hour), time.UTC, bot.ToMinute),
			})
			return err
		})
		time.Sleep(5 * time.Second)
		if len(w.told([]storage.Chat{busy})) != 1 || len(w.told([]storage.Chat{other})) != 1 {
			t.Errorf("after 15 s the chats have %q and %q, want one message each", w.said(busy), w.said(other))
		}
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]string{"rings card.announced", "rings card.live"}, w.said(busy)); diff != "" {
			t.Errorf("after a minute (-want +got):\n%s", diff)
		}
	})
}

// Edits yield to what is sent: news of another stream does not wait until the cards of one are redrawn.
func TestSendsPassEdits(t *testing.T) {
	var crowd []storage.Chat
	var last storage.Chat
	inRun(t, func(s *bottest.Sender) bot.Sender { return newPaced(s, 1) }, func(w *world) {
		crowd, last = w.crowd("one", 30), w.chatIn("last", "last")
		for _, chat := range crowd {
			w.watch(chat, storage.CardStyle)
		}
		w.watchSubject(last, storage.Person("william-li"), storage.CardStyle)
	}, func(w *world) {
		stream := w.stream("g1", time.Now().Add(5*time.Hour))
		time.Sleep(40 * time.Second)
		w.move(stream.ID, time.Now().Add(6*time.Hour)) // every card is redrawn: half a minute
		time.Sleep(5 * time.Second)
		w.update(func(tx storage.Tx) error {
			_, err := storage.AddStream(tx, time.Now(), storage.Stream{
				Scope: storage.Public, People: []string{"william-li"}, State: storage.Live, Began: time.Now(),
				Start: bot.NewWhen(time.Now(), time.UTC, bot.ToMinute),
			})
			return err
		})
		time.Sleep(2500 * time.Millisecond)
		if got := w.said(last); len(got) != 1 || !strings.HasPrefix(got[0], "rings card.live") {
			t.Errorf("said %q, want that it is live", got)
		}
		time.Sleep(time.Minute)
		edited := 0
		for _, chat := range crowd {
			for _, m := range w.sender.Messages(chat.Address) {
				edited += min(len(m.Edits), 1)
			}
		}
		if edited != len(crowd) {
			t.Errorf("%d cards were redrawn in the end, want %d", edited, len(crowd))
		}
	})
}

// Reminders that are too many for the pace begin early, so that the last chat hears at the time; and who came to watch meanwhile is told then.
func TestRemindersOfManyBeginEarly(t *testing.T) {
	const crowd = 120
	start := time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)
	due := start.Add(-time.Hour)
	tests := map[string]struct {
		pace  float64
		begin time.Time
	}{
		"as early as they have to":        {pace: 1, begin: due.Add(-crowd * time.Second)},
		"but not earlier than stays true": {pace: 0.1, begin: due.Add(-6 * time.Minute)},
		"and not for a few seconds":       {pace: 100, begin: due},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, start.Add(-3*time.Hour))
			planner, err := scheduler.NewPlanner(w.store, scheduler.Paces{bot.Console: test.pace})
			if err != nil {
				t.Fatal(err)
			}
			w.planner = planner
			first := w.chatIn("0", "0")
			w.watch(first, storage.CardStyle, time.Hour)
			for i := range crowd - 1 {
				w.watch(w.chatIn(strconv.Itoa(i+1), strconv.Itoa(i+1)), storage.CardStyle, time.Hour)
			}
			w.stream(storage.Public, start)
			w.until(test.begin.Add(-time.Second))
			if n := len(w.reminded(first)); n != 0 {
				t.Errorf("%d reminders before %s", n, test.begin)
			}
			w.until(test.begin)
			reminders := w.reminded(first)
			if len(reminders) != 1 {
				t.Fatalf("%d reminders at %s, want 1", len(reminders), test.begin)
			}
			late := w.chatIn("late", "late")
			w.watch(late, storage.CardStyle, time.Hour)
			w.until(due)
			if n := len(w.reminded(late)); test.begin.Before(due) && n != 1 {
				t.Errorf("%d reminders to a chat that came after the first were told, want 1", n)
			}
			w.until(start)
			if n := len(w.reminded(first)); n != 1 {
				t.Errorf("%d reminders in the end, want 1", n)
			}
		})
	}
}

// reminded are the reminders that a chat has got.
func (w *world) reminded(chat storage.Chat) []bottest.Message {
	return slices.DeleteFunc(w.sender.Messages(chat.Address), func(m bottest.Message) bool { return headline(m.Post) != "card.reminder" })
}

// What more than the messenger takes has made late says so, where the lateness has to be said.
func TestACrowdIsWhyItIsLate(t *testing.T) {
	const chats = 150
	var crowd []storage.Chat
	inRun(t, func(s *bottest.Sender) bot.Sender { return newPaced(s, 1) }, func(w *world) {
		crowd = w.crowd("one", chats)
		for _, chat := range crowd {
			w.watch(chat, storage.CardStyle)
		}
	}, func(w *world) {
		w.stream("g1", time.Now().Add(6*time.Hour))
		time.Sleep((chats + 2) * time.Second)
		excused := 0
		for _, chat := range crowd {
			for _, m := range w.sender.Messages(chat.Address) {
				if said(m.Post, "card.late_crowd") {
					excused++
				}
			}
		}
		const within = 120 // seconds, each of which has one message
		if want := chats - within; excused < want-2 || excused > want {
			t.Errorf("%d messages say that the crowd made them late, want those after two minutes: %d", excused, want)
		}
	})
}
