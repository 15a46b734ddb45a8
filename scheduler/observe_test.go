package scheduler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// see has a source see Lei Jun on a platform, now.
func (w *world) see(sight scheduler.Sight, platform string, more ...func(*scheduler.Observation)) scheduler.Observed {
	w.t.Helper()
	o := scheduler.Observation{
		At: w.now, Source: storage.Provenance{Source: "a source"}, Sight: sight,
		Airing: storage.Airing{Platform: platform}, Stream: storage.Stream{People: []string{"lei-jun"}},
	}
	for _, with := range more {
		with(&o)
	}
	came, err := w.planner.Observe(w.t.Context(), w.now, []scheduler.Observation{o})
	if err != nil {
		w.t.Fatalf("observe %s on %s: %v", sight, platform, err)
	}
	w.settle()
	return came[0]
}

// starting is an Observation of a start in some time.
func (w *world) starting(in time.Duration) func(*scheduler.Observation) {
	start := bot.NewWhen(w.now.Add(in), time.UTC, bot.ToMinute)
	return func(o *scheduler.Observation) { o.Stream.Start = start }
}

// reads is an Observation with a figure.
func reads(metric storage.Metric, value int64) func(*scheduler.Observation) {
	return func(o *scheduler.Observation) {
		o.Readings = []storage.Reading{{Metric: metric, Value: value, At: o.At, Source: o.Source}}
	}
}

// TestObserve tells what sources saw, minute by minute, and looks at what a chat was sent and what its last message shows.
func TestObserve(t *testing.T) {
	const m, h = time.Minute, time.Hour
	tests := []struct {
		name  string
		style storage.Style
		story func(w *world)
		want  []string
		shows string
	}{
		{
			"announced, on, off for long: ended since it went off", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.Planned, "weibo", w.starting(3*h))
				w.pass(3 * h)
				w.see(scheduler.On, "weibo")
				w.pass(h)
				w.see(scheduler.Off, "weibo")
				w.pass(11 * m)
				w.see(scheduler.Off, "weibo")
			},
			[]string{"silent card.announced", "rings card.live"},
			"card.ended",
		},
		{
			"one look at nothing is an interruption", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.On, "weibo")
				w.pass(h)
				w.see(scheduler.Off, "weibo")
				w.pass(3 * m)
				w.see(scheduler.Off, "weibo")
			},
			[]string{"rings card.live"},
			"card.off_interrupted",
		},
		{
			"off and on within minutes", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.On, "weibo")
				w.pass(h)
				w.see(scheduler.Off, "weibo")
				w.pass(3 * m)
				w.see(scheduler.On, "weibo")
			},
			[]string{"rings card.live"},
			"card.live",
		},
		{
			"said to be over, and seen to be once more", storage.MessagesStyle,
			func(w *world) {
				w.see(scheduler.On, "weibo")
				w.pass(h)
				w.see(scheduler.Over, "weibo")
				w.pass(m)
				w.see(scheduler.Over, "weibo")
			},
			[]string{"rings card.live", "silent card.ended"},
			"card.ended",
		},
		{
			"cut on one platform, on elsewhere, back: nothing rings", storage.MessagesStyle,
			func(w *world) {
				w.see(scheduler.On, "douyin")
				w.see(scheduler.On, "bilibili")
				w.pass(48 * m)
				w.see(scheduler.Stopped, "douyin")
				w.pass(64 * m)
				w.see(scheduler.On, "douyin")
			},
			[]string{"rings card.live"},
			"card.live",
		},
		{
			"the only one cut, and back after an hour: rings once", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.On, "douyin")
				w.pass(48 * m)
				w.see(scheduler.Stopped, "douyin")
				w.pass(64 * m)
				w.see(scheduler.On, "douyin")
				w.pass(m)
				w.see(scheduler.On, "douyin")
			},
			[]string{"rings card.live", "rings card.back"},
			"card.back",
		},
		{
			"ended, and the same person back on the same platform: the same stream", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.On, "douyin")
				w.pass(h)
				w.see(scheduler.Over, "douyin")
				w.pass(m)
				w.see(scheduler.Over, "douyin")
				w.pass(2 * h)
				w.see(scheduler.On, "douyin")
			},
			[]string{"rings card.live", "rings card.back"},
			"card.back",
		},
		{
			"back too late is another stream", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.On, "douyin")
				w.pass(h)
				w.see(scheduler.Over, "douyin")
				w.pass(m)
				w.see(scheduler.Over, "douyin")
				w.pass(4 * h)
				w.see(scheduler.On, "douyin")
			},
			[]string{"rings card.live", "rings card.live"},
			"card.live",
		},
		{
			"moved by its people, earlier than said", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.Planned, "weibo", w.starting(30*h))
				w.pass(h)
				w.see(scheduler.Planned, "weibo", w.starting(28*h))
			},
			[]string{"silent card.announced", "rings card.moved_earlier"},
			"card.moved_earlier",
		},
		{
			"called off", storage.MessagesStyle,
			func(w *world) {
				w.see(scheduler.Planned, "weibo", w.starting(30*h))
				w.pass(h)
				w.see(scheduler.CalledOff, "weibo", w.starting(29*h))
			},
			[]string{"silent card.announced", "silent card.cancelled"},
			"card.cancelled",
		},
		{
			"looked for and not there an hour after its time: it did not start", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.Planned, "weibo", w.starting(3*h))
				w.pass(3*h + m)
				w.see(scheduler.Off, "weibo")
				w.pass(30 * m)
				w.see(scheduler.Off, "weibo")
				w.pass(30 * m)
				w.see(scheduler.Off, "weibo")
			},
			[]string{"silent card.announced"},
			"card.unstarted",
		},
		{
			"it did start after all", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.Planned, "weibo", w.starting(3*h))
				w.pass(3*h + m)
				w.see(scheduler.Off, "weibo")
				w.pass(h)
				w.see(scheduler.Off, "weibo")
				w.pass(10 * m)
				w.see(scheduler.On, "weibo")
			},
			[]string{"silent card.announced", "rings card.live_late"},
			"card.live_late",
		},
		{
			"the source dies while it is off: over since it went off, three hours on", storage.CardStyle,
			func(w *world) {
				w.see(scheduler.On, "weibo")
				w.pass(h)
				w.see(scheduler.Off, "weibo")
				w.pass(4 * h)
			},
			[]string{"rings card.live"},
			"card.ended",
		},
		{
			"figures after the end are one piece of news", storage.MessagesStyle,
			func(w *world) {
				w.see(scheduler.On, "weibo")
				w.pass(h)
				w.see(scheduler.Over, "weibo")
				w.pass(m)
				w.see(scheduler.Over, "weibo", reads("weibo.viewers", 3_000_000))
				w.pass(5 * m)
				w.see("", "weibo", reads("weibo.likes", 9_000_000))
				w.pass(h)
			},
			[]string{"rings card.live", "silent card.ended", "silent card.corrected"},
			"card.corrected",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, noon)
			chat := w.chatIn("one", "home")
			w.watch(chat, tt.style)
			tt.story(w)
			if diff := cmp.Diff(tt.want, w.said(chat)); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			messages := w.sender.Messages(chat.Address)
			if got := headline(messages[len(messages)-1].Shows()); got != tt.shows {
				t.Errorf("the last message shows %s, want %s", got, tt.shows)
			}
		})
	}
}

func TestObserveWhatMayBeOfSeveral(t *testing.T) {
	w := newWorld(t, noon)
	first := w.stream(storage.Public, noon.Add(3*time.Hour))
	second := w.stream(storage.Public, noon.Add(4*time.Hour))
	came := w.see(scheduler.Planned, "weibo", w.starting(3*time.Hour+30*time.Minute))
	if diff := cmp.Diff(scheduler.Observed{Candidates: []string{first.ID, second.ID}}, came); diff != "" {
		t.Errorf("came (-want +got):\n%s", diff)
	}
	if came := w.see(scheduler.Off, "weibo"); came.Stream != "" || came.Changed {
		t.Errorf("what is off came to be stream %s", came.Stream)
	}
}

// TestObserveAgain is what a source sees on and on, and what it sees first after a restart: nothing of it is written, or told.
func TestObserveAgain(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.MessagesStyle)
	named := func(o *scheduler.Observation) { o.Airing.Broadcast = "room-1" }
	live := w.see(scheduler.On, "weibo", named)
	for range 3 {
		w.pass(time.Minute)
		w.start(w.store, w.sender)
		if came := w.see(scheduler.On, "weibo", named); came.Changed || came.Stream != live.Stream {
			t.Errorf("seen again it came to %+v", came)
		}
	}
	viewers := func(o *scheduler.Observation) {
		reads("weibo.viewers", 30_000)(o)
		o.Readings[0].At = noon
	}
	for range 3 {
		w.see(scheduler.On, "weibo", named, viewers)
		w.pass(time.Minute)
	}
	w.view(func(r storage.Reader) error {
		readings, err := storage.Scoped{Reader: r, Scope: storage.Public}.ReadingsOf(live.Stream)
		if len(readings) != 1 {
			t.Errorf("a figure that was read once is there %d times", len(readings))
		}
		return err
	})
	w.see(scheduler.Stopped, "weibo", named)
	w.pass(time.Minute)
	if came := w.see(scheduler.Stopped, "weibo", named); came.Changed {
		t.Errorf("cut, and seen so again, it came to %+v", came)
	}
	if diff := cmp.Diff([]string{"rings card.live"}, w.said(chat)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestMilestones(t *testing.T) {
	w := newWorld(t, noon)
	chat, plain := w.chatIn("one", "home"), w.chatIn("one", "other")
	w.update(func(tx storage.Tx) error {
		for _, c := range []storage.Chat{chat, plain} {
			watch := storage.Watch{Subjects: []storage.Subject{storage.Person("lei-jun")}, Style: storage.MessagesStyle, Milestones: c == chat}
			if _, err := storage.AddWatch(tx, w.now, c, watch); err != nil {
				return err
			}
		}
		return nil
	})
	w.see(scheduler.On, "douyin")
	for _, viewers := range []int64{90_000, 150_000, 180_000, 90_000, 160_000, 5_400_000, 5_500_000} {
		w.pass(time.Minute)
		w.see(scheduler.On, "douyin", reads("douyin.concurrent", viewers))
	}
	want := []string{"rings card.live", "silent card.milestone", "silent card.milestone"}
	if diff := cmp.Diff(want, w.said(chat)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:1], w.said(plain)); diff != "" {
		t.Errorf("messages where none were asked for (-want +got):\n%s", diff)
	}
}

// TestLiveCardsAreDrawnMoreRarely looks at how often a card is edited while a figure comes every minute.
func TestLiveCardsAreDrawnMoreRarely(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	w.see(scheduler.On, "douyin")
	edits := func() int { return len(w.sender.Messages(chat.Address)[0].Edits) }
	watching := func(minutes int) (drawn int) {
		before := edits()
		for i := range minutes {
			w.pass(time.Minute)
			w.see(scheduler.On, "douyin", reads("douyin.concurrent", int64(1000*edits()+i)))
		}
		return edits() - before
	}
	for _, tt := range []struct{ minutes, drawn int }{{10, 10}, {50, 10}, {120, 8}, {120, 4}} {
		if got := watching(tt.minutes); got < tt.drawn-1 || got > tt.drawn+1 {
			t.Errorf("in %d minutes it was drawn %d times, want about %d", tt.minutes, got, tt.drawn)
		}
	}
}

// TestNobodyEndsIt: what is given up as ended after a day is not shown as on, nowhere.
func TestNobodyEndsIt(t *testing.T) {
	w := newWorld(t, noon)
	id := w.see(scheduler.On, "weibo").Stream
	w.pass(25 * time.Hour)
	w.view(func(r storage.Reader) error {
		s, err := storage.Streams.Get(r, string(storage.Public), id)
		if err != nil {
			return err
		}
		if s.State != storage.Ended || !s.Finished.IsZero() || s.Airings[0].State != storage.AiringEnded {
			t.Errorf("it is %s since %s, on weibo %s; want ended at a time that nobody knows", s.State, s.Finished, s.Airings[0].State)
		}
		return nil
	})
}

// TestARoomThatNeverCloses: what a source sees on and on is not given up, and nothing is told of it; what it sees no more is.
func TestARoomThatNeverCloses(t *testing.T) {
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.MessagesStyle)
	id := w.see(scheduler.On, "weibo").Stream
	state := func() (state storage.State) {
		w.view(func(r storage.Reader) error {
			s, err := storage.Streams.Get(r, string(storage.Public), id)
			state = s.State
			return err
		})
		return state
	}
	for range 60 {
		w.pass(time.Hour)
		w.see(scheduler.On, "weibo")
	}
	w.see(scheduler.Off, "weibo") // for a moment, and the day begins anew
	w.pass(time.Minute)
	w.see(scheduler.On, "weibo")
	if got := state(); got != storage.Live {
		t.Errorf("after 60 hours it is %s", got)
	}
	if diff := cmp.Diff([]string{"rings card.live"}, w.said(chat)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	w.pass(25 * time.Hour)
	if got := state(); got != storage.Ended {
		t.Errorf("a day after it was seen last it is %s", got)
	}
}

// TestARoomThatIsCutOnOnePlatform after more than a day is on elsewhere, wherever it was noted that it still was.
func TestARoomThatIsCutOnOnePlatform(t *testing.T) {
	w := newWorld(t, noon)
	id := w.see(scheduler.On, "weibo").Stream
	w.see(scheduler.On, "douyin")
	for range 30 {
		w.pass(time.Hour)
		w.see(scheduler.On, "weibo")
		w.see(scheduler.On, "douyin")
	}
	w.see(scheduler.Stopped, "weibo")
	w.pass(time.Minute)
	w.view(func(r storage.Reader) error {
		s, err := storage.Streams.Get(r, string(storage.Public), id)
		if s.State != storage.Live {
			t.Errorf("it is %s while it is on", s.State)
		}
		return err
	})
}
