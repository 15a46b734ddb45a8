package discord

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot"
)

// shardOf reads the number of a shard from "3/16".
func shardOf(t *testing.T, who string) int {
	t.Helper()
	number, _, _ := strings.Cut(who, "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// wantApart checks that sessions of a line, of which there are so many, begin at least 5 s apart.
func wantApart(t *testing.T, w *gatewayWorld, lines int) {
	t.Helper()
	at, who := w.starts()
	last := map[int]time.Duration{}
	for i, start := range at {
		line := shardOf(t, who[i]) % lines
		if before, is := last[line]; is && start-before < 5*time.Second {
			t.Errorf("line %d begins sessions at %s and %s", line, before, start)
		}
		last[line] = start
	}
}

func TestSixteenShardsBeginAsFastAsTheyMay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		concurrency int
		last        time.Duration
	}{
		{0, 15 * startsApart}, // Discord does not say
		{1, 15 * startsApart},
		{4, 3 * startsApart},
		{16, 0},
	} {
		inGateway(t, func(w *gatewayWorld) {
			w.info = func(int) (discordgo.GatewayBotResponse, error) { return recommended(16, c.concurrency), nil }
			w.run(2 * time.Minute)
			at, who := w.starts()
			if len(at) != 16 || at[15] != c.last {
				t.Errorf("%d at once: sessions begin at %s, want 16 by %s", c.concurrency, at, c.last)
			}
			var want []string
			for n := range 16 {
				want = append(want, fmt.Sprintf("%d/16", n))
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, slices.Sorted(slices.Values(who))); diff != "" {
				t.Errorf("%d at once: %s", c.concurrency, diff)
			}
			wantApart(t, w, max(1, c.concurrency))
		})
	}
}

func TestSessionsBeginFarEnoughApartHoweverSlowTheNetworkIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		shards := rapid.IntRange(1, 6).Draw(rt, "shards")
		lines := rapid.IntRange(1, 3).Draw(rt, "lines")
		slow := rapid.SliceOfN(rapid.IntRange(0, 12_000), 12, 12).Draw(rt, "ms to connect")
		invalid := rapid.SliceOfN(rapid.Bool(), 12, 12).Draw(rt, "invalid")
		inGateway(t, func(w *gatewayWorld) {
			w.info = func(int) (discordgo.GatewayBotResponse, error) { return recommended(shards, lines), nil }
			w.dial = func(ctx context.Context, n int, _ string) error {
				if n < len(slow) && !bot.Pause(ctx, time.Duration(slow[n])*time.Millisecond) {
					return ctx.Err()
				}
				return nil
			}
			w.serve = func(p *peer) {
				if p.n >= len(invalid) || !invalid[p.n] {
					p.serveWell()
					return
				}
				p.hello()
				if p.introduced() {
					p.send(`{"op":9,"d":false}`)
				}
				<-p.gone
			}
			w.run(15 * time.Minute)
			wantApart(t, w, lines)
			w.mu.Lock()
			defer w.mu.Unlock()
			if got := strings.Count(strings.Join(w.events, " "), "READY"); got != shards {
				t.Errorf("%d of %d shards serve", got, shards)
			}
		})
	})
}

func TestSessionsOfADayAreNotExceeded(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.cfg.Shards = 5
		w.info = func(n int) (discordgo.GatewayBotResponse, error) {
			info := recommended(1, 1)
			info.SessionStartLimit.Remaining = 3
			if n > 0 && time.Since(w.started) < time.Hour {
				info.SessionStartLimit.Remaining = 0
				info.SessionStartLimit.ResetAfter = int((time.Hour - time.Since(w.started)).Milliseconds())
			}
			return info, nil
		}
		w.run(3 * time.Hour)
		at, _ := w.starts()
		for i, want := range []time.Duration{0, startsApart, 2 * startsApart, time.Hour, time.Hour + startsApart} {
			if i >= len(at) || at[i] < want || at[i] > want+startsApart {
				t.Errorf("session %d of %s does not begin at about %s", i, at, want)
			}
		}
		w.wantLogged(map[string]int{
			"level=ERROR": 1, "the 1000 sessions that Discord lets this bot begin in a day are used up": 1, "more in 59m43.5s": 1,
			"events from Discord again": 1,
		})
	})
}

func TestALimitWithoutATimeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ resetAfter, asked int }{{0, 60}, {-5, 60}, {1_000_000_000, 2}} {
		inGateway(t, func(w *gatewayWorld) {
			w.info = func(int) (discordgo.GatewayBotResponse, error) {
				info := recommended(1, 1)
				info.SessionStartLimit.Remaining, info.SessionStartLimit.ResetAfter = 0, c.resetAfter
				return info, nil
			}
			w.run(time.Hour)
			if w.dials > 0 || w.asked > c.asked+1 {
				t.Errorf("%d: %d connections, asked %d times", c.resetAfter, w.dials, w.asked)
			}
		})
	}
}

func TestAProxyThatKnowsOfNoLimitIsBelieved(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.info = func(int) (discordgo.GatewayBotResponse, error) {
			return discordgo.GatewayBotResponse{URL: "ws://proxy.test/gateway?compress=zlib-stream"}, nil
		}
		w.run(time.Minute)
		w.wantTrail("0s proxy.test/gateway?v=10&encoding=json", "0s identify 0/1")
	})
}
