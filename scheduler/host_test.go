package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestACalendarFollowsItsStreams: what a stream goes through, and how it goes through the calendar of a server that watches it. It is
// announced at noon for 15:00.
func TestACalendarFollowsItsStreams(t *testing.T) {
	t.Parallel()
	const made = "coming 15:00-17:00"
	for name, tt := range map[string]struct {
		story func(h *hostWorld, chat storage.Chat, id string)
		want  []string // how it went
		kept  int      // records in the end
	}{
		"it is to come": {func(*hostWorld, storage.Chat, string) {}, []string{made}, 1},
		"something else about it": {func(h *hostWorld, _ storage.Chat, id string) {
			h.edit(id, func(s *storage.Stream) { s.Vehicle = "SU7" })
		}, []string{made, made}, 1},
		"nothing that it would show": {func(h *hostWorld, _ storage.Chat, id string) {
			h.edit(id, func(s *storage.Stream) { s.Format = "chat" })
		}, []string{made}, 1},
		"how long it is to take": {func(h *hostWorld, _ storage.Chat, id string) {
			h.edit(id, func(s *storage.Stream) { s.Planned = 90 * time.Minute })
		}, []string{made, "coming 15:00-16:30"}, 1},
		"moved": {func(h *hostWorld, _ storage.Chat, id string) {
			h.moveTo(id, noon.Add(5*time.Hour))
		}, []string{made, "coming 17:00-19:00"}, 1},
		"moved to no time": {func(h *hostWorld, _ storage.Chat, id string) {
			h.change(storage.Public, id, func(s *storage.Stream) (storage.Stream, error) {
				return s.Move(bot.NewWhen(noon.Add(48*time.Hour), time.UTC, bot.ToDay))
			})
		}, []string{made, "off"}, 0},
		"due":       {func(h *hostWorld, _ storage.Chat, _ string) { h.pass(3 * time.Hour) }, []string{made}, 1},
		"cancelled": {func(h *hostWorld, _ storage.Chat, id string) { h.cancel(storage.Public, id) }, []string{made, "off"}, 0},
		"postponed": {func(h *hostWorld, _ storage.Chat, id string) {
			h.change(storage.Public, id, (*storage.Stream).Postpone)
		}, []string{made, "off"}, 0},
		"withdrawn": {func(h *hostWorld, _ storage.Chat, id string) {
			h.edit(id, func(s *storage.Stream) { s.Withdrawn = true })
		}, []string{made, "off"}, 0},
		"nobody saw it": {func(h *hostWorld, _ storage.Chat, _ string) { h.pass(24 * time.Hour) }, []string{made, "off"}, 0},
		"it did not start": {func(h *hostWorld, _ storage.Chat, id string) {
			h.pass(4 * time.Hour)
			h.edit(id, func(s *storage.Stream) { s.State = storage.Unstarted })
		}, []string{made, "off"}, 0},
		"live, and ended": {func(h *hostWorld, _ storage.Chat, id string) {
			h.pass(3 * time.Hour)
			h.goLive(storage.Public, id)
			h.pass(time.Hour)
			h.end(storage.Public, id)
		}, []string{made, "on 15:00-17:01", "over"}, 0},
		"live earlier": {func(h *hostWorld, _ storage.Chat, id string) {
			h.pass(time.Hour)
			h.goLive(storage.Public, id)
		}, []string{made, "on 15:00-17:00"}, 1},
		"live later and longer": {func(h *hostWorld, _ storage.Chat, id string) {
			h.pass(200 * time.Minute)
			h.goLive(storage.Public, id)
			h.pass(150 * time.Minute)
		}, []string{made, "on 15:00-17:21", "on 15:00-18:21"}, 1},
		"ended, as is heard after the end": {func(h *hostWorld, _ storage.Chat, id string) {
			h.pass(5 * time.Hour)
			h.end(storage.Public, id)
		}, []string{made, "on 15:00-18:00", "over"}, 0},
		"turned off before": {func(h *hostWorld, chat storage.Chat, _ string) {
			h.set(chat, func(c *storage.Chat) { c.Hosts = false })
		}, []string{made, "off"}, 0},
		"turned off while on": {func(h *hostWorld, chat storage.Chat, id string) {
			h.goLive(storage.Public, id)
			h.pass(time.Minute)
			h.set(chat, func(c *storage.Chat) { c.Hosts = false })
			h.pass(time.Minute)
			h.end(storage.Public, id)
		}, []string{made, "on 15:00-17:00", "over"}, 0},
		"not watched any more": {func(h *hostWorld, chat storage.Chat, _ string) { h.unwatch(chat) }, []string{made, "off"}, 0},
		"of somebody else": {func(h *hostWorld, _ storage.Chat, id string) {
			h.edit(id, func(s *storage.Stream) { s.People = []string{"william-li"} })
		}, []string{made, "off"}, 0},
		"a double of another": {func(h *hostWorld, _ storage.Chat, id string) {
			other := h.stream(storage.Public, noon.Add(80*24*time.Hour))
			h.edit(id, func(s *storage.Stream) { s.MergedInto = other.ID })
		}, []string{made, "off"}, 1},
		"otherwise here": {func(h *hostWorld, chat storage.Chat, id string) {
			h.change(chat.Scope(), id, func(s *storage.Stream) (storage.Stream, error) {
				return s.Move(bot.NewWhen(noon.Add(4*time.Hour), time.UTC, bot.ToMinute))
			})
			h.pass(0)
			h.moveTo(id, noon.Add(7*time.Hour)) // for all others
			h.pass(0)
			h.update(func(tx storage.Tx) error {
				own, err := storage.Streams.Get(tx, string(chat.Scope()), id)
				if err != nil {
					return err
				}
				return storage.DropCopy(tx, h.now, own)
			})
		}, []string{made, "coming 16:00-18:00", "coming 19:00-21:00"}, 1},
		"in another language": {func(h *hostWorld, chat storage.Chat, _ string) {
			h.set(chat, func(c *storage.Chat) { c.Locale = "fr" })
		}, []string{made, made}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHostWorld(t)
			chat := h.server("one", "home")
			s := h.stream(storage.Public, noon.Add(3*time.Hour))
			h.pass(time.Minute)
			tt.story(h, chat, s.ID)
			h.pass(time.Minute)
			if diff := cmp.Diff([][]string{tt.want}, h.stories()); diff != "" {
				t.Errorf("the calendar (-want +got):\n%s", diff)
			}
			if got := len(h.happenings()); got != tt.kept {
				t.Errorf("%d records are kept, want %d", got, tt.kept)
			}
			if got := h.counts(func() { h.pass(time.Second) }); got != 0 {
				t.Errorf("%d calls with nothing to say", got)
			}
		})
	}
}

func (h *hostWorld) moveTo(id string, to time.Time) {
	h.t.Helper()
	h.change(storage.Public, id, func(s *storage.Stream) (storage.Stream, error) {
		return s.Move(bot.NewWhen(to, time.UTC, bot.ToMinute))
	})
}

// unwatch takes all watches of a chat away.
func (h *hostWorld) unwatch(chat storage.Chat) {
	h.t.Helper()
	h.eachWatch(chat, func(tx storage.Tx, w storage.Watch) error { return storage.RemoveWatch(tx, h.now, chat, w.ID) })
}

func (h *hostWorld) eachWatch(chat storage.Chat, do func(tx storage.Tx, w storage.Watch) error) {
	h.t.Helper()
	h.update(func(tx storage.Tx) error {
		watches, err := storage.WatchesOf(tx, chat)
		for _, w := range watches {
			err = errors.Join(err, do(tx, w))
		}
		return err
	})
}

// TestWhatStandsInACalendar: of what is to come, what is watched and has a time, in the next 60 days.
func TestWhatStandsInACalendar(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	h.stream(storage.Public, noon.Add(30*time.Second)) // too soon to be taken
	h.stream(storage.Public, noon.Add(time.Hour))
	far := h.stream(storage.Public, noon.Add(70*24*time.Hour))
	h.stream("g9", noon.Add(time.Hour)) // of another community
	h.edit(h.stream(storage.Public, noon.Add(time.Hour)).ID, func(s *storage.Stream) { s.People = []string{"william-li"} })
	h.edit(h.stream(storage.Public, noon.Add(time.Hour)).ID, func(s *storage.Stream) { s.Start.Precision = bot.ToDay })
	h.pass(0)
	h.server("one", "home")
	h.pass(time.Second)
	if got := h.states("one"); got != "coming" {
		t.Errorf("in the calendar stand %q, want one that is coming", got)
	}
	h.until(far.Start.At.Add(-60*24*time.Hour - time.Second))
	before := h.states("one")
	h.pass(time.Second)
	if got := h.states("one"); got != before+" coming" {
		t.Errorf("60 days ahead in the calendar stand %q, a second before %q", got, before)
	}
}

// TestTwoChatsOfOneServer that watch the same have it in their calendar once, in the language of the one that is known longest, for as
// long as either wants it.
func TestTwoChatsOfOneServer(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	first, second := h.server("one", "first"), h.server("one", "second")
	h.set(first, func(c *storage.Chat) { c.Locale = "zh" })
	h.stream(storage.Public, noon.Add(3*time.Hour))
	h.pass(time.Minute)
	if got := h.calendar.stands["one"][0].shows.Locale; got != "zh" {
		t.Errorf("it is in %q, want in the language of the first", got)
	}
	h.unwatch(first)
	h.pass(time.Minute)
	h.set(second, func(c *storage.Chat) { c.Hosts = false })
	h.pass(time.Minute)
	if diff := cmp.Diff([][]string{{"coming 15:00-17:00", "coming 15:00-17:00", "off"}}, h.stories()); diff != "" {
		t.Errorf("the calendar (-want +got):\n%s", diff)
	}
}

// TestWhatIsCalledOffAndOnAgain is put into the calendar anew: what is off there stays off.
func TestWhatIsCalledOffAndOnAgain(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chat := h.server("one", "home")
	s := h.stream(storage.Public, noon.Add(3*time.Hour))
	h.pass(time.Minute)
	h.cancel(storage.Public, s.ID)
	h.pass(time.Minute)
	h.moveTo(s.ID, noon.Add(5*time.Hour))
	h.pass(time.Minute)
	h.set(chat, func(c *storage.Chat) { c.Hosts = false })
	h.pass(time.Minute)
	h.set(chat, func(c *storage.Chat) { c.Hosts = true })
	h.pass(time.Minute)
	if got := h.states("one"); got != "off off coming" {
		t.Errorf("in the calendar stand %q", got)
	}
}

// TestWhatAModeratorTakesAway is not put there again, not even when it moves; other streams are.
func TestWhatAModeratorTakesAway(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	h.server("one", "home")
	s := h.stream(storage.Public, noon.Add(3*time.Hour))
	h.pass(time.Minute)
	h.calendar.stands["one"][0].taken = true
	h.moveTo(s.ID, noon.Add(5*time.Hour))
	h.pass(time.Minute)
	got := h.counts(func() {
		h.moveTo(s.ID, noon.Add(30*time.Hour))
		h.pass(time.Minute)
		h.goLive(storage.Public, s.ID)
		h.pass(time.Minute)
	})
	if got != 0 || len(h.calendar.stands["one"]) != 1 {
		t.Errorf("%d calls, and the calendar has had %q", got, h.stories())
	}
	h.end(storage.Public, s.ID)
	h.stream(storage.Public, noon.Add(6*time.Hour))
	h.pass(time.Minute)
	if rows := h.happenings(); h.states("one") != "coming coming" || len(rows) != 1 {
		t.Errorf("in the calendar stand %q, and %d records are kept", h.states("one"), len(rows))
	}
}

// TestAPauseIsNoReasonToCancel: what stands in the calendar stays, and is kept true; what is new comes once the pause is over.
func TestAPauseIsNoReasonToCancel(t *testing.T) {
	t.Parallel()
	pause := storage.Pause{Since: noon, Until: noon.Add(24 * time.Hour)}
	for name, silence := range map[string]func(h *hostWorld, chat storage.Chat){
		"of the chat": func(h *hostWorld, chat storage.Chat) { h.set(chat, func(c *storage.Chat) { c.Paused = pause }) },
		"of a watch": func(h *hostWorld, chat storage.Chat) {
			h.eachWatch(chat, func(tx storage.Tx, w storage.Watch) error {
				w.Paused = pause
				return storage.SaveWatch(tx, w)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHostWorld(t)
			chat := h.server("one", "home")
			s := h.stream(storage.Public, noon.Add(40*time.Hour))
			h.pass(time.Minute)
			silence(h, chat)
			h.moveTo(s.ID, noon.Add(41*time.Hour))
			h.stream(storage.Public, noon.Add(42*time.Hour))
			h.until(pause.Until.Add(-time.Second))
			moved := []string{"coming 04:00-06:00", "coming 05:00-07:00"}
			if diff := cmp.Diff([][]string{moved}, h.stories()); diff != "" {
				t.Errorf("in the pause (-want +got):\n%s", diff)
			}
			h.pass(time.Second)
			if diff := cmp.Diff([][]string{moved, {"coming 06:00-08:00"}}, h.stories()); diff != "" {
				t.Errorf("after it (-want +got):\n%s", diff)
			}
		})
	}
}

// TestACalendarThatTakesNothing is tried once an hour, and at once when its setting changes or somebody asks for it, and it is known
// why. What stands there already is kept true as far as that goes.
func TestACalendarThatTakesNothing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err         error
		why, reason string
	}{
		"a right is missing":   {&bot.RefusedError{Why: "Missing\nPermissions"}, "calendar.refused", "Missing Permissions"},
		"the community is not": {bot.ErrGone, "calendar.gone", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHostWorld(t)
			chat := h.server("one", "home")
			h.calendar.fails["one"] = tt.err
			for i := range 5 {
				h.stream(storage.Public, noon.Add(time.Duration(30+i)*time.Hour))
			}
			for _, want := range []struct {
				after time.Duration
				calls int
			}{{0, 1}, {59 * time.Minute, 0}, {time.Minute, 1}, {3 * time.Hour, 3}} {
				if got := h.counts(func() { h.pass(want.after) }); got != want.calls {
					t.Errorf("%s: %d calls, want %d", h.now, got, want.calls)
				}
			}
			if c := h.against(chat); c.Why != tt.why || c.Reason != tt.reason {
				t.Errorf("what is against it: %+v", c)
			}
			if got := h.counts(func() { h.set(chat, func(c *storage.Chat) { c.Quiet.Off = true }); h.pass(0) }); got != 1 {
				t.Errorf("%d calls after a change of the settings, want 1", got)
			}
			delete(h.calendar.fails, "one")
			h.update(func(tx storage.Tx) error { return storage.ReopenCalendar(tx, chat.Community) })
			h.pass(0)
			if got := h.states("one"); got != strings.TrimSpace(strings.Repeat("coming ", 5)) {
				t.Errorf("in the calendar stand %q", got)
			}
			if c := h.against(chat); c != (storage.Calendar{}) {
				t.Errorf("what is against it in the end: %+v", c)
			}
		})
	}
}

// TestOneThatIsRefused does not keep the others of its calendar out: they come before it the next time.
func TestOneThatIsRefused(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	h.server("one", "home")
	h.calendar.never = h.stream(storage.Public, noon.Add(30*time.Hour)).ID
	for i := range 3 {
		h.stream(storage.Public, noon.Add(time.Duration(31+i)*time.Hour))
	}
	h.pass(time.Hour)
	if got := h.states("one"); got != "coming coming coming" {
		t.Errorf("in the calendar stand %q", got)
	}
	if got := h.counts(func() { h.pass(5 * time.Hour) }); got != 5 {
		t.Errorf("%d calls for the one in five hours", got)
	}
}

// TestAFullCalendar takes what is more as soon as there is room again; what stands there goes its way all the same.
func TestAFullCalendar(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chat := h.server("one", "home")
	first := h.stream(storage.Public, noon.Add(3*time.Hour))
	for i := range 100 {
		h.stream(storage.Public, noon.Add(time.Duration(30+i)*time.Hour))
	}
	h.pass(time.Minute)
	if got := h.calendar.open("one"); got != 100 || h.against(chat).Why != "calendar.refused" {
		t.Errorf("%d stand in the calendar, and what is against more is %+v", got, h.against(chat))
	}
	h.goLive(storage.Public, first.ID)
	h.pass(time.Minute)
	h.end(storage.Public, first.ID)
	h.pass(time.Minute)
	if got := h.calendar.open("one"); got != 100 || len(h.calendar.stands["one"]) != 101 || h.against(chat).Why != "" {
		t.Errorf("%d stand in the calendar, of %d that ever stood there", got, len(h.calendar.stands["one"]))
	}
}

// TestWhatIsRefusedForGood is left where it is after three days.
func TestWhatIsRefusedForGood(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chat := h.server("one", "home")
	h.stream(storage.Public, noon.Add(200*time.Hour))
	h.pass(time.Minute)
	h.calendar.fails["one"] = &bot.RefusedError{Why: "Missing Access"}
	h.set(chat, func(c *storage.Chat) { c.Hosts = false })
	got := h.counts(func() { h.pass(7 * 24 * time.Hour) })
	if got != 72 || len(h.happenings()) != 0 {
		t.Errorf("%d calls, and %d records are kept", got, len(h.happenings()))
	}
}

// TestACalendarThatFails for a while is tried again, at growing distances, or when the messenger says.
func TestACalendarThatFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err    error
		minute int // calls in it, by two streams
	}{
		"nothing was sent":          {&bot.RetryError{Err: errors.New("502")}, 10},
		"the messenger has a limit": {&bot.RetryError{After: 50 * time.Second}, 2},
		"nobody knows":              {&bot.UnknownError{Err: errors.New("EOF")}, 10},
		"anything":                  {context.DeadlineExceeded, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHostWorld(t)
			chat := h.server("one", "home")
			h.pass(0)
			h.stream(storage.Public, noon.Add(30*time.Hour))
			h.stream(storage.Public, noon.Add(31*time.Hour))
			h.calendar.fails["one"] = tt.err
			if got := h.counts(func() { h.pass(time.Minute) }); got != tt.minute {
				t.Errorf("%d calls in a minute, want %d", got, tt.minute)
			}
			if c := h.against(chat); c.Why != "" {
				t.Errorf("what is against it: %+v", c)
			}
			delete(h.calendar.fails, "one")
			h.pass(time.Minute)
			if got := h.states("one"); got != "coming coming" {
				t.Errorf("in the calendar stand %q", got)
			}
		})
	}
}

// TestACallWhoseAnswerIsLost is no second event, whatever it was.
func TestACallWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	const calls = 4 // made, moved, on, over
	for nth := range calls {
		for _, accepted := range []bool{false, true} {
			t.Run(fmt.Sprint(nth+1, " accepted ", accepted), func(t *testing.T) {
				t.Parallel()
				h := newHostWorld(t)
				h.server("one", "home")
				h.calendar.cues[nth+1] = cue{err: &bot.UnknownError{Err: errors.New("EOF")}, accepted: accepted}
				h.tellAll()
				if diff := cmp.Diff("over", h.states("one")); diff != "" || len(h.happenings()) != 0 {
					t.Errorf("in the calendar (-want +got):\n%s and %d records are kept", diff, len(h.happenings()))
				}
			})
		}
	}
}

// TestALostAnswerAndThen: what was put into the calendar without an answer is found there, whatever has become of its stream meanwhile.
func TestALostAnswerAndThen(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		then func(h *hostWorld, chat storage.Chat, id string)
		want string
	}{
		"cancelled": {func(h *hostWorld, _ storage.Chat, id string) { h.cancel(storage.Public, id) }, "off"},
		"turned off": {func(h *hostWorld, chat storage.Chat, _ string) {
			h.set(chat, func(c *storage.Chat) { c.Hosts = false })
		}, "off"},
		"live": {func(h *hostWorld, _ storage.Chat, id string) { h.goLive(storage.Public, id) }, "on"},
		"paused": {func(h *hostWorld, chat storage.Chat, _ string) {
			h.set(chat, func(c *storage.Chat) { c.Paused.Since = noon })
		}, "coming"},
		"live and over": {func(h *hostWorld, _ storage.Chat, id string) {
			h.goLive(storage.Public, id)
			h.end(storage.Public, id)
		}, "over"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, accepted := range []bool{true, false} {
				h := newHostWorld(t)
				chat := h.server("one", "home")
				h.pass(0)
				h.calendar.cues[1] = cue{err: &bot.UnknownError{Err: errors.New("EOF")}, accepted: accepted}
				s := h.stream(storage.Public, noon.Add(3*time.Hour))
				h.pass(time.Second)
				tt.then(h, chat, s.ID)
				h.pass(time.Hour)
				want := tt.want
				if !accepted && want != "coming" {
					want = "" // it was never there, and is not put there any more
				}
				if got := h.states("one"); got != want {
					t.Errorf("accepted %t: in the calendar stands %q, want %q", accepted, got, want)
				}
			}
		})
	}
}

// tellAll is the story of one stream: announced, moved, live, ended.
func (h *hostWorld) tellAll() {
	h.t.Helper()
	s := h.stream(storage.Public, noon.Add(3*time.Hour))
	h.pass(time.Minute)
	h.moveTo(s.ID, noon.Add(4*time.Hour))
	h.until(noon.Add(4 * time.Hour))
	h.goLive(storage.Public, s.ID)
	h.pass(time.Hour)
	h.end(storage.Public, s.ID)
	h.pass(time.Hour)
}

// TestNoCommunityWaitsForAnother: one whose calendar never answers, or has the adapter panic, holds up its own alone.
func TestNoCommunityWaitsForAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Now())
		words := composer(t)
		h := hostIn(w, words)
		h.calendar.now = time.Now
		chats := []storage.Chat{h.server("hangs", "a"), h.server("panics", "b"), h.server("works", "c")}
		senders := map[bot.Messenger]bot.Sender{bot.Discord: moody{h.calendar}}
		dispatcher := scheduler.NewDispatcher(w.store, words, senders, nil, quiet())
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- scheduler.Run(ctx, w.planner, dispatcher, scheduler.MachineClock(time.Now), quiet()) }()
		synctest.Wait()
		w.stream(storage.Public, time.Now().Add(30*time.Hour))
		time.Sleep(time.Second)
		synctest.Wait()
		for _, chat := range chats {
			if got := len(h.calendar.Messages(chat.Address)); got != 1 {
				t.Errorf("%s: %d messages after a second, want the announcement", chat.Address, got)
			}
		}
		w.stream(storage.Public, time.Now().Add(31*time.Hour))
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if got := h.states("works"); got != "coming coming" {
			t.Errorf("in the calendar of the one that works stand %q", got)
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// moody is a calendar with communities that make trouble.
type moody struct{ *calendar }

// Host implements [bot.Hosting].
func (m moody) Host(ctx context.Context, community string, h bot.Happening, id string) (string, error) {
	switch community {
	case "hangs":
		<-ctx.Done()
		return "", &bot.UnknownError{Err: ctx.Err()}
	case "panics":
		panic("no such field")
	}
	return m.calendar.Host(ctx, community, h, id)
}

// TestHostOverACrash lets each operation of the store fail, or kill the program, in turn, while a stream goes through the calendar:
// it was there once, and is over in the end.
func TestHostOverACrash(t *testing.T) {
	t.Parallel()
	words := composer(t)
	eachFault(t, func(store, faulty storage.Store) error {
		w := &world{t: t, now: noon, store: store}
		w.sender = bottest.NewSender(func() time.Time { return w.now })
		h := hostIn(w, words)
		h.live(faulty)
		h.server("one", "home")
		s := w.stream(storage.Public, noon.Add(3*time.Hour))
		h.work()
		h.moveTo(s.ID, noon.Add(4*time.Hour))
		h.work()
		w.goLive(storage.Public, s.ID)
		h.work()
		w.end(storage.Public, s.ID)
		h.work()
		if h.states("one") != "over" || len(h.happenings()) != 0 {
			return fmt.Errorf("the calendar %q, and the records %+v", h.stories(), h.happenings())
		}
		return nil
	})
}

// work has the host do all that is due in a minute and a half. Whenever it fails it begins a new life, on the plain store.
func (h *hostWorld) work() {
	h.t.Helper()
	for range 4 {
		if _, err := h.host.Drain(h.t.Context(), h.now); err != nil {
			h.live(h.store)
			if err := h.host.Recover(h.t.Context(), h.now); err != nil {
				h.t.Fatal(err)
			}
		}
		h.sleep(30 * time.Second)
	}
}

// TestKilledBetweenCallAndRecord: the calendar has taken it, and the program dies before it has written down that it has.
func TestKilledBetweenCallAndRecord(t *testing.T) {
	t.Parallel()
	for nth := 1; nth <= 4; nth++ {
		h := newHostWorld(t)
		h.server("one", "home")
		m := &mortal{Store: h.store}
		h.live(m)
		h.calendar.cues[nth] = cue{accepted: true, then: func() { m.dead = true }}
		s := h.stream(storage.Public, noon.Add(3*time.Hour))
		h.work()
		h.moveTo(s.ID, noon.Add(4*time.Hour))
		h.work()
		h.goLive(storage.Public, s.ID)
		h.work()
		h.end(storage.Public, s.ID)
		h.work()
		if !m.dead || h.states("one") != "over" || len(h.happenings()) != 0 {
			t.Errorf("killed at call %d: the calendar %q, and the records %+v", nth, h.stories(), h.happenings())
		}
	}
}

// TestACalendarAfterARestore: it has what the store after the backup has put there. Nothing is put there twice, and what is otherwise
// there is put right.
func TestACalendarAfterARestore(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		later func(h *hostWorld, id string) // with the backup made, and before it is restored
		want  string
	}{
		"made after it":  {func(*hostWorld, string) {}, "coming"},
		"moved after it": {func(h *hostWorld, _ string) { h.calendar.stands["one"][0].shows.Start = noon.Add(9 * time.Hour) }, "coming"},
		"off after it":   {func(h *hostWorld, _ string) { h.calendar.stands["one"][0].state = bot.IsOff }, "off coming"},
	} {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", known ", known), func(t *testing.T) {
				t.Parallel()
				h := newHostWorld(t)
				h.server("one", "home")
				s := h.stream(storage.Public, noon.Add(6*time.Hour))
				h.pass(time.Minute)
				tt.later(h, s.ID)
				h.update(func(tx storage.Tx) error {
					if err := storage.Restores.Put(tx, storage.Restore{At: h.now, Of: noon}); err != nil || known {
						return err
					}
					return storage.Happenings.Delete(tx, "g1", s.ID)
				})
				for range 2 { // the second start finds nothing to do
					h.live(h.store)
					if err := h.host.Recover(t.Context(), h.now); err != nil {
						t.Fatal(err)
					}
					h.pass(time.Minute)
				}
				last := h.calendar.stands["one"][len(h.calendar.stands["one"])-1]
				if h.states("one") != tt.want || !last.shows.Start.Equal(s.Start.At) {
					t.Errorf("in the calendar stand %q, the last one at %s", h.states("one"), last.shows.Start)
				}
			})
		}
	}
}

// TestManyCalendars: a change of one stream is shown in the calendars of those who watch it, page by page, and costs nobody else anything.
func TestManyCalendars(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	const communities = 100
	for i := range communities {
		chat := h.server(strconv.Itoa(i), strconv.Itoa(i))
		if i%2 == 1 {
			h.unwatch(chat)
		}
	}
	h.watch(h.chatIn("elsewhere", "elsewhere"), storage.CardStyle) // a messenger without calendars
	s := h.stream(storage.Public, noon.Add(30*time.Hour))
	if got := h.counts(func() { h.pass(time.Minute) }); got != communities/2 {
		t.Errorf("%d calls, want one for each that watches", got)
	}
	h.moveTo(s.ID, noon.Add(31*time.Hour))
	if got := h.counts(func() { h.pass(time.Minute) }); got != communities/2 {
		t.Errorf("%d calls for a move, want one for each that watches", got)
	}
	if got := len(h.happenings()); got != communities/2 {
		t.Errorf("%d records, want one for each that watches", got)
	}
}

// TestNobodyHasACalendar: then nothing is written for it.
func TestNobodyHasACalendar(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chat := h.serverChat("one", "home")
	s := h.stream(storage.Public, noon.Add(30*time.Hour))
	h.moveTo(s.ID, noon.Add(31*time.Hour))
	h.set(chat, func(c *storage.Chat) { c.Zone = "Europe/Paris" })
	h.unwatch(chat)
	h.view(func(r storage.Reader) error {
		look, err := storage.FirstLook(r)
		if look != nil {
			t.Errorf("there is something to look at: %+v", look)
		}
		return err
	})
}

// TestAChatThatMoves takes its calendar along, and so does one whose place falls to another chat.
func TestAChatThatMoves(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chat, other := h.server("one", "thread"), h.serverChat("one", "channel")
	h.unwatch(other)
	h.stream(storage.Public, noon.Add(30*time.Hour))
	h.pass(time.Minute)
	for _, to := range []bot.ChatID{{Messenger: bot.Discord, Key: "moved"}, other.Address} {
		h.update(func(tx storage.Tx) error {
			from, err := storage.Chats.Get(tx, chat.ID)
			if err != nil {
				return err
			}
			_, err = storage.MoveChat(tx, h.now, from.Address, to, true)
			return err
		})
		h.pass(time.Minute)
	}
	if diff := cmp.Diff([][]string{{"coming 18:00-20:00"}}, h.stories()); diff != "" {
		t.Errorf("the calendar (-want +got):\n%s", diff)
	}
	h.view(func(r storage.Reader) error {
		heir, err := storage.Chats.Get(r, other.ID)
		if !heir.Hosts {
			t.Error("the chat that has taken over does not want the calendar to be kept")
		}
		return err
	})
}

// TestACommunityThatWasLeft is left alone until boardcast is let in again.
func TestACommunityThatWasLeft(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chat := h.server("one", "home")
	s := h.stream(storage.Public, noon.Add(90*time.Hour))
	h.pass(time.Minute)
	reach := func(event func(tx storage.Tx, now time.Time, messenger bot.Messenger, key string) (bool, error)) {
		h.update(func(tx storage.Tx) error {
			_, err := event(tx, h.now, bot.Discord, "one")
			return err
		})
	}
	h.calendar.fails["one"] = &bot.RefusedError{Why: "Unknown Guild"}
	reach(storage.LeftCommunity)
	h.moveTo(s.ID, noon.Add(91*time.Hour))
	if got := h.counts(func() { h.pass(23 * time.Hour) }); got != 0 || h.against(chat).Why != "suspended.removed" {
		t.Errorf("%d calls, and what is against it is %+v", got, h.against(chat))
	}
	delete(h.calendar.fails, "one")
	reach(storage.BackInCommunity)
	h.pass(0)
	if diff := cmp.Diff([][]string{{"coming 06:00-08:00", "coming 07:00-09:00"}}, h.stories()); diff != "" {
		t.Errorf("the calendar (-want +got):\n%s", diff)
	}
}

// TestWhatCannotBeWorded is tried again, and holds up nobody.
func TestWhatCannotBeWorded(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	chats := []storage.Chat{h.server("one", "home"), h.server("two", "other")}
	h.pass(0)
	wordless := &speechless{Composer: h.words, chat: chats[0].ID}
	h.host = scheduler.NewHost(h.store, wordless, map[bot.Messenger]bot.Sender{bot.Discord: h.calendar}, quiet())
	h.stream(storage.Public, noon.Add(30*time.Hour))
	h.pass(time.Minute)
	if got := h.states("one") + "/" + h.states("two"); got != "/coming" {
		t.Errorf("in the calendars stand %q", got)
	}
	wordless.chat = ""
	h.pass(time.Minute)
	if got := h.states("one"); got != "coming" {
		t.Errorf("in the calendar stands %q", got)
	}
}

// speechless panics instead of wording anything for a chat.
type speechless struct {
	scheduler.Composer
	chat string
}

// Happening implements [scheduler.Composer].
func (s *speechless) Happening(r storage.Reader, chat storage.Chat, stream storage.Stream, now time.Time) (bot.Happening, error) {
	if chat.ID == s.chat {
		panic("no words")
	}
	return s.Composer.Happening(r, chat, stream, now)
}

// TestACalendarThatIsChangedMeanwhile: what changes while the messenger is asked is shown by the next call.
func TestACalendarThatIsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(h *hostWorld, chat storage.Chat, id string)
		nth    int
		want   string
	}{
		"moved while it is made":   {func(h *hostWorld, _ storage.Chat, id string) { h.moveTo(id, noon.Add(9*time.Hour)) }, 1, "coming 21:00-23:00"},
		"on again while it is off": {func(h *hostWorld, _ storage.Chat, id string) { h.moveTo(id, noon.Add(9*time.Hour)) }, 2, "coming 21:00-23:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHostWorld(t)
			chat := h.server("one", "home")
			s := h.stream(storage.Public, noon.Add(6*time.Hour))
			h.calendar.cues[tt.nth] = cue{accepted: true, then: func() {
				tt.change(h, chat, s.ID)
				for look := h.firstLook(); look != nil; look = h.firstLook() {
					h.update(func(tx storage.Tx) error { return look.Walk(tx, h.now) })
				}
			}}
			h.pass(time.Minute)
			if tt.nth == 2 {
				h.cancel(storage.Public, s.ID)
				h.pass(time.Minute)
			}
			stories := h.stories()
			last := stories[len(stories)-1]
			if got := last[len(last)-1]; got != tt.want {
				t.Errorf("the calendar %q, want %s in the end", stories, tt.want)
			}
		})
	}
}

func (h *hostWorld) firstLook() (look *storage.Look) {
	h.t.Helper()
	h.view(func(r storage.Reader) (err error) {
		look, err = storage.FirstLook(r)
		return err
	})
	return look
}

// TestALoadedChatsCalendar is looked at: an export has no records of what stands there.
func TestALoadedChatsCalendar(t *testing.T) {
	t.Parallel()
	h := newHostWorld(t)
	h.server("one", "home")
	h.stream(storage.Public, noon.Add(30*time.Hour))
	h.pass(time.Minute)
	var file strings.Builder
	h.view(func(r storage.Reader) error {
		file.Reset()
		_, err := storage.Export(r, &file, storage.ExportHead{Program: "v1", Made: noon, What: storage.PartAll}, storage.Tables()...)
		return err
	})
	calendar := h.calendar
	h.store = storagetest.Open(t, storage.Tables()...)
	if _, _, err := storage.Import(t.Context(), h.store, strings.NewReader(file.String()), storage.ImportAll, noon, storage.Tables()...); err != nil {
		t.Fatal(err)
	}
	h.start(h.store, h.sender)
	h.calendar = calendar
	h.live(h.store)
	h.pass(time.Minute)
	if got := h.states("one"); got != "coming" || len(h.happenings()) != 1 {
		t.Errorf("in the calendar stand %q, and %d records are kept", got, len(h.happenings()))
	}
}
