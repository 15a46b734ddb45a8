package storage_test

import (
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// TestAirings takes a simulcast through what happens to its airings, one step after another, and looks at the stream after each.
func TestAirings(t *testing.T) {
	start := time.Date(2025, 1, 25, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	on := func(platform string, minutes int) func(*storage.Stream) (storage.Stream, error) {
		return func(s *storage.Stream) (storage.Stream, error) { return s.ComeOn(platform, at(minutes)) }
	}
	off := func(platform string, how storage.AiringState, minutes int) func(*storage.Stream) (storage.Stream, error) {
		return func(s *storage.Stream) (storage.Stream, error) { return s.GoOff(platform, how, at(minutes)) }
	}
	type step struct {
		does   func(*storage.Stream) (storage.Stream, error)
		state  storage.State // "" where the step is refused
		douyin storage.AiringState
		off    int           // since which minute nothing is on; -1: something is, or never was
		length time.Duration // when it has ended
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"cut on one platform, on elsewhere, back", []step{
			{on("douyin", 0), storage.Live, storage.AiringOn, -1, 0},
			{on("bilibili", 5), storage.Live, storage.AiringOn, -1, 0},
			{off("douyin", storage.AiringCut, 48), storage.Live, storage.AiringCut, -1, 0},
			{on("douyin", 112), storage.Live, storage.AiringOn, -1, 0},
			{off("douyin", storage.AiringEnded, 120), storage.Live, storage.AiringEnded, -1, 0},
			{off("bilibili", storage.AiringEnded, 130), storage.Ended, storage.AiringEnded, 130, 130 * time.Minute},
		}},
		{"the only one cut, and back", []step{
			{on("douyin", 0), storage.Live, storage.AiringOn, -1, 0},
			{off("douyin", storage.AiringCut, 48), storage.Live, storage.AiringCut, 48, 0},
			{on("douyin", 112), storage.Live, storage.AiringOn, -1, 0},
			{on("douyin", 113), "", storage.AiringOn, -1, 0},
		}},
		{"interrupted, then known to be over since it went off", []step{
			{on("douyin", 0), storage.Live, storage.AiringOn, -1, 0},
			{off("douyin", storage.AiringInterrupted, 60), storage.Live, storage.AiringInterrupted, 60, 0},
			{off("douyin", storage.AiringEnded, 72), storage.Ended, storage.AiringEnded, 60, time.Hour},
			{on("douyin", 90), storage.Live, storage.AiringOn, -1, 0},
		}},
		{"ended for too long to come back", []step{
			{on("douyin", 0), storage.Live, storage.AiringOn, -1, 0},
			{off("douyin", storage.AiringEnded, 60), storage.Ended, storage.AiringEnded, 60, time.Hour},
			{on("douyin", 60+181), "", storage.AiringEnded, 60, time.Hour},
		}},
		{"what was never on cannot go off", []step{{off("weibo", storage.AiringCut, 0), "", "", -1, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := storage.Stream{
				ID: "s1", State: storage.Due, Start: bot.NewWhen(start, time.UTC, bot.ToMinute),
				Airings: []storage.Airing{{Platform: "douyin"}},
			}
			for i, step := range tt.steps {
				next, err := step.does(&s)
				if (err != nil) != (step.state == "") {
					t.Fatalf("step %d: error %v", i+1, err)
				}
				if err == nil {
					s = next
				}
				if step.state != "" && s.State != step.state {
					t.Errorf("step %d: the stream is %s, want %s", i+1, s.State, step.state)
				}
				if airing, _ := s.AiringOn("douyin"); airing.State != step.douyin {
					t.Errorf("step %d: the airing is %q, want %q", i+1, airing.State, step.douyin)
				}
				since, gone := s.OffSince()
				if gone != (step.off >= 0) || gone && !since.Equal(at(step.off)) {
					t.Errorf("step %d: off since %s, %v; want minute %d", i+1, since, gone, step.off)
				}
				if length, _ := s.Length(); length != step.length {
					t.Errorf("step %d: lasted %s, want %s", i+1, length, step.length)
				}
			}
		})
	}
}

func TestReturnsUntil(t *testing.T) {
	start := time.Date(2024, 5, 18, 8, 0, 0, 0, time.UTC)
	s := storage.Stream{Start: bot.NewWhen(start, time.UTC, bot.ToMinute)}
	off := start.Add(time.Hour)
	if got := s.ReturnsUntil(off); !got.Equal(off.Add(storage.ReturnsWithin)) {
		t.Errorf("of an unplanned length: until %s", got)
	}
	s.Planned = 15 * time.Hour
	if got := s.ReturnsUntil(off); !got.Equal(start.Add(15 * time.Hour)) {
		t.Errorf("of 15 planned hours: until %s", got)
	}
}
