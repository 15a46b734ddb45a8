package scheduler_test

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"

	"github.com/google/go-cmp/cmp"
)

// leisurely is a messenger that takes one post in two seconds.
type leisurely struct{ *bottest.Sender }

func (leisurely) Pace() float64                             { return 0.5 }
func (leisurely) InFlight() int                             { return 1 }
func (leisurely) Room(bool) (posts int, wait time.Duration) { return 1, 0 }
func (leisurely) RoomIn(bot.ChatID, bool) time.Duration     { return 0 }
func (leisurely) TooMany() int64                            { return 0 }

// watchtower is a world with a lookout.
type watchtower struct {
	*world
	meter   *scheduler.Meter
	lookout *scheduler.Lookout
	log     bytes.Buffer
}

// onWatch is a watchtower over a messenger that takes one post in two seconds, or, unpaced, one of which nobody knows how fast it is.
func onWatch(t *testing.T, unpaced bool) *watchtower {
	t.Helper()
	w := &watchtower{world: newWorld(t, noon), meter: scheduler.NewMeter()}
	var sender bot.Sender = leisurely{w.sender}
	if unpaced {
		sender = w.sender
	}
	senders := map[bot.Messenger]bot.Sender{bot.Console: sender}
	leave := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{ReplaceAttr: leave}))
	operators := map[bot.Messenger][]string{bot.Console: {"ann", "nobody"}}
	w.lookout = scheduler.NewLookout(w.store, senders, w.meter, operators, log)
	return w
}

// owe owes notices of one kind to as many chats, from now on.
func (w *watchtower) owe(kind storage.NoticeKind, n int, due, until time.Time) {
	w.t.Helper()
	for from := 0; from < n; from += 20 {
		w.update(func(tx storage.Tx) error {
			for i := from; i < min(from+20, n); i++ {
				owed := storage.Notice{
					Kind: kind, Scope: storage.Public, Stream: "s1", Occurrence: due.String(), Chat: "c" + strconv.Itoa(i), Messenger: bot.Console,
					Due: due, Until: until,
				}
				if due.After(w.now) {
					owed.Begin = w.now
				}
				if err := storage.Owe(tx, owed); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// look looks ahead once and returns the warnings that stand.
func (w *watchtower) look() []storage.Warning {
	w.t.Helper()
	next, err := w.lookout.Step(w.t.Context(), w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	if want := w.now.Add(15 * time.Second); !next.Equal(want) {
		w.t.Errorf("it looks again at %s, want %s", next, want)
	}
	return w.lookout.Standing()
}

// warns compares the warnings that stand with those that should.
func (w *watchtower) warns(when string, want ...storage.Warning) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.look()); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func TestLookoutForeseesThatABacklogWillBeLate(t *testing.T) {
	t.Parallel()
	w := onWatch(t, false)
	w.owe(storage.AnnouncedNotice, 300, noon, noon.Add(time.Hour)) // news waits for what is urgent, and may be late
	w.owe(storage.ReminderNotice, 60, noon, noon.Add(time.Hour))
	w.warns("60 reminders at one in two seconds: the last two minutes late")
	w.owe(storage.LiveNotice, 1, noon, noon.Add(time.Hour))
	late := storage.Warning{
		Reason: storage.BacklogWarning, Messenger: bot.Console, Since: noon, Count: 61, PerMinute: 30, Takes: 122 * time.Second, Late: 122 * time.Second,
	}
	w.warns("one more that goes first", late)
}

// TestLookoutLetsFanOutsBeginEarly: what is sent before its time is not late.
func TestLookoutLetsFanOutsBeginEarly(t *testing.T) {
	t.Parallel()
	for chats, late := range map[int]time.Duration{240: 0, 241: 122 * time.Second} {
		w := onWatch(t, false)
		w.owe(storage.ReminderNotice, chats, noon.Add(6*time.Minute), noon.Add(time.Hour))
		var got time.Duration
		for _, warning := range w.look() {
			got = warning.Late
		}
		if got != late {
			t.Errorf("%d chats are told of in 8 minutes, of which 6 are before the time: a warning of %s, want %s", chats, got, late)
		}
	}
}

func TestLookoutForeseesThatANoticeWillBeOfNoUse(t *testing.T) {
	t.Parallel()
	w := onWatch(t, false)
	w.owe(storage.ReminderNotice, 30, noon, noon.Add(time.Minute))
	w.warns("a minute before: all of them in time")
	w.owe(storage.LiveNotice, 1, noon, noon.Add(time.Hour))
	if got := w.look(); len(got) != 1 || got[0].Late != 62*time.Second {
		t.Errorf("the last comes after the start of its stream: %v", got)
	}
}

func TestLookoutReckonsWithTheRateThatIsReached(t *testing.T) {
	t.Parallel()
	for _, unpaced := range []bool{false, true} {
		w := onWatch(t, unpaced)
		w.owe(storage.ReminderNotice, 30, noon, noon.Add(time.Hour))
		for range 4 { // a quarter of the pace, although there is something to send all the time
			w.warns("while the rate is not known")
			w.now = w.now.Add(15 * time.Second)
			w.meter.Taken(bot.Console, storage.ReminderLane, 0, w.now)
			w.meter.Taken(bot.Console, storage.ReminderLane, 0, w.now)
		}
		w.warns("30 at 8 a minute", storage.Warning{
			Reason: storage.BacklogWarning, Messenger: bot.Console, Since: w.now, Count: 30, PerMinute: 8, Takes: 225 * time.Second, Late: 285 * time.Second,
		})
	}
}

func TestLookoutForeseesReminders(t *testing.T) {
	t.Parallel()
	w := onWatch(t, false)
	for i := range 91 {
		w.watch(w.chatIn("g", "chat"+strconv.Itoa(i)), storage.CardStyle, 10*time.Minute)
	}
	stream := w.stream(storage.Public, noon.Add(41*time.Minute))
	w.pass(30 * time.Second) // which told them of it
	w.warns("a reminder that is more than half an hour off")
	w.now = noon.Add(time.Minute)
	due := noon.Add(31 * time.Minute)
	w.warns("91 chats take three minutes, of which one may be before", storage.Warning{
		Reason: storage.FanOutWarning, Messenger: bot.Console, Since: w.now, Count: 91, PerMinute: 30, Takes: 182 * time.Second, Late: 122 * time.Second,
		Stream: stream.ID, Rung: 10 * time.Minute, Due: due,
	})
	w.owe(storage.LiveNotice, 400, w.now, w.now.Add(2*time.Hour))
	if got := w.look(); len(got) != 2 || got[1].Late != 122*time.Second {
		t.Errorf("what is sent until then does not matter: %v", got)
	}
	w.now = noon.Add(25 * time.Minute)
	if got := w.look(); len(got) != 2 || got[1].Late != (25-31)*time.Minute+(800+182)*time.Second {
		t.Errorf("what waits by then goes first: %v", got)
	}
}

func TestLookoutSeesThatAMessengerTakesNothing(t *testing.T) {
	t.Parallel()
	w := onWatch(t, false)
	w.owe(storage.EndedNotice, 3, noon, noon.Add(time.Hour))
	after := func(d time.Duration, happens func(m bot.Messenger)) {
		w.now = w.now.Add(d)
		happens(bot.Console)
	}
	w.warns("at the beginning")
	after(15*time.Second, w.meter.Retried)
	w.warns("after one attempt")
	after(15*time.Second, w.meter.Retried)
	after(15*time.Second, w.meter.Retried)
	w.warns("after half a minute of attempts")
	after(30*time.Second, w.meter.Retried)
	w.warns("after a minute of attempts", storage.Warning{
		Reason: storage.UnreachableWarning, Messenger: bot.Console, Since: noon.Add(15 * time.Second), Count: 3,
	})
	after(15*time.Second, w.meter.Edited)
	w.look()
	after(time.Minute, func(bot.Messenger) {})
	w.warns("after it has taken something")
	after(time.Minute, w.meter.Retried)
	w.look()
	after(time.Minute, func(bot.Messenger) {})
	w.warns("after one attempt that came to nothing, which is no trouble of the messenger's")
}

// TestLookoutSaysOnceThatItWarns in the log, at the beginning and the end of an episode, and in the private chat of an operator, for one
// reason once an hour.
func TestLookoutSaysOnceThatItWarns(t *testing.T) {
	t.Parallel()
	w := onWatch(t, false)
	var ann storage.Chat
	w.update(func(tx storage.Tx) (err error) {
		place := bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "dm7"}, Community: "ann", Kind: bot.Private, Zone: "UTC"}
		ann, err = storage.OpenChat(tx, place)
		return err
	})
	forget := func(due time.Time) {
		for i := range 61 {
			n := storage.Notice{Kind: storage.ReminderNotice, Scope: storage.Public, Stream: "s1", Occurrence: due.String(), Chat: "c" + strconv.Itoa(i)}
			w.update(func(tx storage.Tx) error { return storage.Notices.Delete(tx, n.Key()...) })
		}
	}
	for _, wait := range []time.Duration{0, 10 * time.Minute, 51 * time.Minute} {
		w.now = w.now.Add(wait)
		w.owe(storage.ReminderNotice, 61, w.now, w.now.Add(time.Hour))
		w.look()
		w.look()
		forget(w.now)
		w.now = w.now.Add(time.Minute)
		w.warns("once the backlog is gone")
		w.settle()
	}
	var levels []string
	for line := range strings.SplitSeq(strings.TrimSpace(w.log.String()), "\n") {
		levels = append(levels, line[:strings.Index(line, " msg")])
	}
	want := []string{"level=WARN", "level=INFO", "level=WARN", "level=INFO", "level=WARN", "level=INFO"}
	if diff := cmp.Diff(want, levels); diff != "" {
		t.Errorf("levels (-want +got):\n%s\n%s", diff, w.log.String())
	}
	if said := regexp.MustCompile(`reason=backlog messenger=console count=61 per_minute=30 takes=2m2s late=2m2s`); !said.MatchString(w.log.String()) {
		t.Errorf("the log lacks the figures:\n%s", w.log.String())
	}
	told := w.sender.Messages(ann.Address)
	if len(told) != 2 {
		t.Fatalf("the operator was told %d times in an hour and four minutes, want twice", len(told))
	}
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en", Zone: time.UTC, Now: w.now}
	wantPost := `A promise is about to break on Console.
Console: 61 notices are owed, 30 go out in a minute, and the last of them will be 2 min late.
The most urgent go first, and whoever hears late is told how late. Where it happens often, fewer reminders at the same minute help, or a channel that many follow.
[/operator status] /operator status
`
	if diff := cmp.Diff(wantPost, bottest.Render(voice, told[0].Post)); diff != "" {
		t.Errorf("what the operator reads (-want +got):\n%s", diff)
	}
	if !told[0].Rang() {
		t.Error("it made no sound, by day")
	}
}

func TestLookoutThatCannotReadTheStore(t *testing.T) {
	t.Parallel()
	w := onWatch(t, false)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := w.lookout.Step(ctx, w.now); err == nil {
		t.Error("it looked ahead without the store")
	}
}
