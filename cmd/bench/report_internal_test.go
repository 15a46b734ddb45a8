package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
)

// fanOut is what a fan-out of three chats came to, at a rate.
func fanOut(o deliveryOptions, out outcome) measured {
	m := measured{outcome: out, limits: newServer(&o.options, newTally()).limits(), used: usage{lives: o.kills + 1}, settled: map[storage.Outcome]int{storage.Sent: out.told}}
	m.first, m.last = noon(), noon().Add(time.Second)
	return m
}

// unmet are the figures of a report whose limit was missed.
func unmet(r report) []string {
	var names []string
	for _, f := range r.Figures {
		if !f.Met {
			names = append(names, f.Name)
		}
	}
	return names
}

func TestWhatIsAskedOfAFanOut(t *testing.T) {
	t.Parallel()
	slow := map[lane]late{liveLane: {time.Millisecond, 1001 * time.Millisecond}}
	tests := map[string]struct {
		change func(o *deliveryOptions)
		out    outcome
		want   []string
	}{
		"97 in 100 of what Telegram allows":      {nil, outcome{told: 31}, nil},
		"less of it":                             {nil, outcome{told: 30}, []string{"share of what is allowed"}},
		"less, with kills":                       {func(o *deliveryOptions) { o.kills = 1 }, outcome{told: 30}, nil},
		"less, on a server without limits":       {func(o *deliveryOptions) { o.unlimited = true }, outcome{told: 30}, nil},
		"95 in 100 of what Discord allows":       {func(o *deliveryOptions) { o.messenger = bot.Discord }, outcome{told: 49}, nil},
		"one is lost":                            {nil, outcome{told: 31, lost: 1}, []string{"lost"}},
		"a double without a kill":                {nil, outcome{told: 31, doubles: 1}, []string{"doubled"}},
		"a kill doubles what is in flight":       {func(o *deliveryOptions) { o.kills = 2 }, outcome{told: 31, doubles: 16}, nil},
		"one more":                               {func(o *deliveryOptions) { o.kills = 2 }, outcome{told: 31, doubles: 17}, []string{"doubled"}},
		"as many as were said to be in flight":   {func(o *deliveryOptions) { o.kills, o.inFlight = 2, 1 }, outcome{told: 31, doubles: 3}, []string{"doubled"}},
		"a kill doubles nothing on Discord":      {func(o *deliveryOptions) { o.kills, o.messenger = 2, bot.Discord }, outcome{told: 31, doubles: 1}, []string{"doubled"}},
		"a live notice takes more than a second": {func(o *deliveryOptions) { o.live = true }, outcome{told: 31, late: slow}, []string{"a live notice leaves after, longest"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := deliveryOptions{options: options{messenger: bot.Telegram, perGuild: 40}, chats: 31, kind: storage.AnnouncedNotice}
			if test.change != nil {
				test.change(&o)
			}
			m := fanOut(o, test.out)
			if diff := cmp.Diff(test.want, unmet(deliveryReport(&o, &m))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnAnswerThatItWasTooMuchIsAFault(t *testing.T) {
	t.Parallel()
	o := deliveryOptions{options: options{messenger: bot.Telegram}, kind: storage.AnnouncedNotice}
	m := fanOut(o, outcome{told: 31})
	m.tooMany = 1
	if diff := cmp.Diff([]string{"answers that it was too much (429)"}, unmet(deliveryReport(&o, &m))); diff != "" {
		t.Error(diff)
	}
}

func TestAReportSaysWhatWasMeasuredAndWhetherItIsEnough(t *testing.T) {
	t.Parallel()
	r := report{
		What: "a trial", Notes: []string{"That is all."},
		Figures: []figure{plain("chats told", 1234567, ""), plain("share", 0.98765, "").atLeast(0.97), milliseconds("lateness", 62500*time.Microsecond).atMost(50)},
	}
	var table strings.Builder
	if err := r.write(&table, false); !errors.Is(err, errUnmet) {
		t.Errorf("error %v, want that a limit was not met", err)
	}
	want := "a trial\n\n" +
		"figure      measured  limit           ratio  \n" +
		"chats told  1234567                          \n" +
		"share       0.988     at least 0.970  1.018  met\n" +
		"lateness    62.5 ms   at most 50 ms   1.250  not met\n\n" +
		"That is all.\n"
	if diff := cmp.Diff(want, table.String()); diff != "" {
		t.Error(diff)
	}
	r.Figures = r.Figures[:2]
	if err := r.write(io.Discard, true); err != nil {
		t.Errorf("all limits are met: %v", err)
	}
}

func TestAMillionChatsOnPaper(t *testing.T) {
	t.Parallel()
	const million = 1_000_000
	want := map[string]string{
		"Telegram, private chats one by one":                "1000000 calls in 9h15m33s, 1801 in a minute",
		"Telegram, the same, paid above 30/s":               "1000000 calls in 16m40s, 60001 in a minute",
		"Telegram, one channel that all subscribe to":       "1 calls in 0s, all in a minute",
		"Discord, channels one by one":                      "1000000 calls in 5h33m20s, 3001 in a minute",
		"Discord, one announcement channel that all follow": "2 calls in 0s, all in a minute",
	}
	got := map[string]string{}
	for _, d := range designs() {
		got[d.name] = strings.Join([]string{said(float64(d.calls(million)), "calls in"), d.takes(million, 1).Round(time.Second).String() + ",", d.part(million, time.Minute), "in a minute"}, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesOfTheCommandLine(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", "fly", "delivery --messenger console", "delivery --chats 0", "delivery --chats 3 --kills 3", "delivery --kills 1 --live", "delivery --sweep 10,x",
		"delivery --notice weekly", "delivery 100", "idle --every 0s", "paper --chats 0",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			if got := run(t.Context(), strings.Fields(line), io.Discard, &said); got != exitUsage || said.Len() == 0 {
				t.Errorf("exit status %d, said %q; want %d and what is wrong", got, said.String(), exitUsage)
			}
		})
	}
}
