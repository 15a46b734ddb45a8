package scheduler_test

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/storage"
)

// TestSimulation lets 13 months pass in nine zones, with streams that move, flap, are called off and never come, and with a program
// and messengers that fail at random, and holds all that was sent against the promises, see [promises]. What happens is the same
// for the same seed, but for the order of what happens at the same instant; SIMULATION_SEED=n takes another one.
func TestSimulation(t *testing.T) {
	seed := uint64(20240518)
	if given := os.Getenv("SIMULATION_SEED"); given != "" {
		n, err := strconv.ParseUint(given, 10, 64)
		if err != nil {
			t.Fatalf("SIMULATION_SEED: %v", err)
		}
		seed = n
	}
	const rarely = 400 // a year leaves much garbage, and little that stays
	defer debug.SetGCPercent(debug.SetGCPercent(rarely))
	months, shows := 12, 150
	if testing.Short() {
		months, shows = 2, 30
	}
	synctest.Test(t, func(t *testing.T) { simulate(t, seed, months, shows) })
}

// simulate runs a simulation of some months, and one more in which nothing new happens.
func simulate(t *testing.T, seed uint64, months, shows int) {
	t.Helper()
	begin := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	s := newSimulation(t, seed, begin)
	s.open()
	s.begin()
	end := begin.AddDate(0, months, 0)
	s.tell(shows, begin.Add(time.Hour), end.AddDate(0, 0, -10))
	s.misfortunes(begin, end)
	s.run(end.AddDate(0, 0, 20))
	s.run(end.AddDate(0, 1, 0))
	s.stop()
	s.log.ended = s.now()
	s.takeStock()
	t.Log(s.count())
	if broken := s.log.broken(); len(broken) > 0 {
		s.report(broken)
	}
}

// takeStock looks at what the store holds in the end and should not.
func (s *simulation) takeStock() {
	err := s.store.View(s.t.Context(), func(r storage.Reader) error {
		for refresh, err := range storage.Refreshes.Scan(r) {
			if err != nil {
				return err
			}
			s.log.left = append(s.log.left, fmt.Sprintf("stream %s is still to be redrawn at %s", refresh.Stream, refresh.At))
		}
		for m, err := range storage.Moments.Scan(r) {
			if err != nil {
				return err
			}
			if !m.At.After(s.now()) {
				s.log.left = append(s.log.left, fmt.Sprintf("moment %s of %s%s at %s has not been", m.Kind, m.Stream, m.Chat, m.At))
			}
		}
		for card, err := range storage.Cards.Scan(r) {
			if err != nil {
				return err
			}
			for _, id := range card.Replaced {
				s.log.left = append(s.log.left, fmt.Sprintf("message %s is still to shrink to a pointer", id))
			}
		}
		return storage.CheckTables(r, storage.Tables()...)
	})
	if err != nil {
		s.log.left = append(s.log.left, err.Error())
	}
}

// count says how much happened.
func (s *simulation) count() string {
	rings, edits, stands := 0, 0, 0
	for _, m := range s.log.messages {
		edits += len(m.edits)
		if m.stands() {
			stands++
			if !m.silent {
				rings++
			}
		}
	}
	return fmt.Sprintf("seed %d: %d streams, %d notices, %d messages in %d attempts, %d rings, %d edits, %d restarts after %d kills",
		s.seed, len(s.log.versions), len(s.log.notices), stands, len(s.log.messages), rings, edits, s.restarts, s.kills)
}

// report says which promises were broken, and tells the story of the first of each.
func (s *simulation) report(broken []breach) {
	const most = 6
	told := map[string]int{}
	for _, b := range broken {
		told[b.rule]++
		if told[b.rule] > most {
			continue
		}
		s.t.Errorf("%s: %s", b.rule, b.what)
		if told[b.rule] == 1 && b.chat == nil && b.stream != "" {
			for _, v := range s.log.versions[b.stream] {
				s.t.Logf("%s told: %s", v.at, v.brief())
			}
		}
		if told[b.rule] == 1 && b.chat != nil {
			s.t.Log(s.log.story(b.chat, b.stream, b.at.Add(-40*time.Hour), b.at.Add(20*time.Hour)))
		}
	}
	s.t.Errorf("to see it again: SIMULATION_SEED=%d go test -run '^TestSimulation$' ./scheduler (%v)", s.seed, told)
}
