package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
)

func TestEventsOfAShardAreHandedOverInTheirOrder(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		const many = 500
		want := []string{"READY"}
		for n := range many {
			want = append(want, fmt.Sprintf(`MESSAGE {"n":%d}`, n))
		}
		w.serve = func(p *peer) {
			p.accept()
			for n := range many {
				p.event(n+2, "MESSAGE", fmt.Sprintf(`{"n":%d}`, n))
			}
			<-p.gone
		}
		w.run(time.Minute)
		w.wantEvents(want...)
		w.wantTrail("0s gateway.test/?v=10&encoding=json", "0s identify 0/1")
		w.stop()
		w.wantTrail("1m0s closed with 1000")
		w.wantLogged(map[string]int{"level": 0})
	})
}

func TestHowWeIntroduceOurselves(t *testing.T) {
	t.Parallel()
	for _, token := range []string{gatewaySecret, "Bot " + gatewaySecret} {
		inGateway(t, func(w *gatewayWorld) {
			w.cfg.Token = token
			var said []string
			w.serve = func(p *peer) {
				p.hello()
				said = append(said, string((<-p.in).Data))
				if p.n == 0 {
					p.ready()
					p.event(7, "MESSAGE", "{}")
					p.send(`{"op":7,"d":null}`)
				}
				<-p.gone
			}
			w.run(time.Second)
			want := []string{
				`{"token":"` + gatewaySecret + `","intents":1,"shard":[0,1],"properties":{"os":"` + runtime.GOOS + `","browser":"boardcast","device":"boardcast"}}`,
				`{"token":"` + gatewaySecret + `","session_id":"s0","seq":7}`,
			}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHeartbeatsHaveTheNumberOfTheLastEvent(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.cfg.Jitter = func() float64 { return 0.5 }
		var only *peer
		w.serve = func(p *peer) {
			only = p
			p.hello()
			time.Sleep(25 * time.Second)
			p.introduced()
			p.ready()
			time.Sleep(heartbeat)
			p.event(42, "MESSAGE", "{}")
			p.send(`{"op":1,"d":null}`) // asked for, and answered at once
			<-p.gone
		}
		w.run(3 * heartbeat)
		want := []string{"20.625s null", "1m1.875s 1", "1m6.25s 42", "1m43.125s 42"}
		if diff := cmp.Diff(want, only.heartbeats()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHeartbeatsOfANewSessionHaveNoNumber(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		var last *peer
		w.serve = func(p *peer) {
			last = p
			if p.n == 0 {
				p.accept()
				p.send(`{"op":9,"d":false}`)
				<-p.gone
				return
			}
			p.hello()
			p.introduced()
			time.Sleep(time.Second)
			p.ready()
			<-p.gone
		}
		w.run(heartbeat + 10*time.Second)
		if diff := cmp.Diff([]string{"5.5s null", "46.75s 1"}, last.heartbeats()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDiscordIsFoundToBeDead(t *testing.T) {
	t.Parallel()
	hang := func(ctx context.Context, n int, _ string) error {
		if n > 0 {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	for name, c := range map[string]struct {
		serve func(p *peer)
		dial  func(ctx context.Context, n int, host string) error
		want  []string // of what happens from the first connection on
		why   string   // what is logged; "" if nothing is
	}{
		"the network does not answer": {dial: hang, want: []string{
			"10s no way to gateway.test", "11s gateway.test/?v=10&encoding=json", "11s identify 0/1",
		}, why: "cannot reach gateway.test: no answer in time; is the network up?"},
		"Hello never comes": {serve: func(p *peer) { <-p.gone }, want: []string{
			"0s gateway.test/?v=10&encoding=json", "10s cut", "11s gateway.test/?v=10&encoding=json", "11s identify 0/1",
		}, why: "reached but does not begin to serve"},
		"Hello comes late": {serve: func(p *peer) {
			time.Sleep(9 * time.Second)
			p.serveWell()
		}, want: []string{"0s gateway.test/?v=10&encoding=json", "9s identify 0/1"}},
		"READY never comes": {serve: func(p *peer) {
			p.hello()
			p.introduced()
			<-p.gone
		}, want: []string{
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "30s cut",
			"31s gateway.test/?v=10&encoding=json", "31s identify 0/1",
		}, why: "reached but does not begin to serve"},
		"heartbeats are not answered": {serve: func(p *peer) {
			p.accept()
			time.Sleep(time.Second)
			p.ignoreHeartbeats()
			for n := range 200 {
				p.event(n+2, "MESSAGE", "{}")
				time.Sleep(time.Second)
			}
		}, want: []string{
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "1m22.5s cut",
			"1m22.5s resume.test/?v=10&encoding=json", "1m22.5s resume s0 after 83",
		}},
		"it falls silent": {serve: func(p *peer) {
			p.accept()
			time.Sleep(3*heartbeat - time.Second)
			p.ignoreHeartbeats()
			<-p.gone
		}, want: []string{
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "2m13.75s cut",
			"2m13.75s resume.test/?v=10&encoding=json", "2m13.75s resume s0 after 1",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inGateway(t, func(w *gatewayWorld) {
				w.dial = c.dial
				if c.serve != nil {
					w.serve = firstly(c.serve)
				}
				w.run(10 * time.Minute)
				w.wantTrail(c.want...)
				w.stop()
				if c.why == "" {
					w.wantLogged(map[string]int{"level=ERROR": 0})
					return
				}
				w.wantLogged(map[string]int{"level=ERROR": 1, c.why: 1, "events from Discord again": 1})
			})
		})
	}
}

// served is a connection that has served for some time when something happens.
func served(then func(p *peer)) func(p *peer) {
	return firstly(func(p *peer) {
		p.accept()
		time.Sleep(time.Hour)
		then(p)
		for got := range p.in {
			p.world.t.Errorf("op %d came: %s", got.Op, got.Data)
		}
	})
}

func TestWhatFollowsFromWhatDiscordSays(t *testing.T) {
	t.Parallel()
	const (
		resumeAtOnce   = "1h0m0s resume.test/?v=10&encoding=json|1h0m0s resume s0 after 1"
		identifyAtOnce = "1h0m0s gateway.test/?v=10&encoding=json|1h0m0s identify 0/1"
		resumeLater    = "1h0m3s resume.test/?v=10&encoding=json|1h0m3s resume s0 after 1"
		identifyLater  = "1h0m3s gateway.test/?v=10&encoding=json|1h0m3s identify 0/1"
		afterAMinute   = "1h1m0s resume.test/?v=10&encoding=json|1h1m0s resume s0 after 1"
		untilMended    = "1h5m0s gateway.test/?v=10&encoding=json|1h5m0s identify 0/1"
	)
	says := func(text string) func(p *peer) { return func(p *peer) { p.send(text) } }
	code := func(n int) func(p *peer) { return func(p *peer) { p.close(n, "because "+gatewaySecret) } }
	for name, c := range map[string]struct {
		then func(p *peer)
		cut  bool // by us
		want string
		why  string // of an error in the log; "" if it is nothing to speak of
	}{
		"op 7":           {says(`{"op":7,"d":null}`), true, resumeAtOnce, ""},
		"op 9 true":      {says(`{"op":9,"d":true}`), true, resumeLater, ""},
		"op 9 false":     {says(`{"op":9,"d":false}`), true, identifyLater, ""},
		"another Hello":  {(*peer).hello, false, "", ""},
		"an unknown op":  {says(`{"op":99,"d":{"a":[]}}`), false, "", ""},
		"a nameless one": {says(`{"op":0,"d":null,"s":null,"t":null}`), false, "", ""},
		"a cut":          {(*peer).end, false, resumeAtOnce, ""},
		"a bare close":   {code(1005), false, resumeAtOnce, ""},
		"1000":           {code(1000), false, resumeAtOnce, ""},
		"1001":           {code(1001), false, resumeAtOnce, ""},
		"1011":           {code(1011), false, resumeAtOnce, ""},
		"4000":           {code(4000), false, resumeAtOnce, ""},
		"4001":           {code(4001), false, resumeAtOnce, ""},
		"4002":           {code(4002), false, resumeAtOnce, ""},
		"4003":           {code(4003), false, resumeAtOnce, ""},
		"4005":           {code(4005), false, resumeAtOnce, ""},
		"4007":           {code(4007), false, identifyAtOnce, ""},
		"4008":           {code(4008), false, afterAMinute, "code 4008"},
		"4009":           {code(4009), false, identifyAtOnce, ""},
		"4004":           {code(4004), false, untilMended, "the token is wrong or was revoked"},
		"4010":           {code(4010), false, untilMended, "refuses the number of a shard"},
		"4012":           {code(4012), false, untilMended, "no longer serves the version"},
		"4013":           {code(4013), false, untilMended, "does not know the intents"},
		"4014":           {code(4014), false, untilMended, "boardcast asks for no privileged one"},
		"4099":           {code(4099), false, resumeAtOnce, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inGateway(t, func(w *gatewayWorld) {
				w.cfg.Jitter = func() float64 { return 0.5 }
				w.serve = served(c.then)
				w.run(2 * time.Hour)
				want := []string{"0s gateway.test/?v=10&encoding=json", "0s identify 0/1"}
				if c.cut {
					want = append(want, "1h0m0s cut")
				}
				if c.want != "" {
					want = append(want, strings.Split(c.want, "|")...)
				}
				w.wantTrail(want...)
				w.stop()
				if c.why == "" {
					w.wantLogged(map[string]int{"level": 0})
					return
				}
				w.wantLogged(map[string]int{"level=ERROR": 1, c.why: 1, "events from Discord again": 1})
			})
		})
	}
}

func TestMissedEventsAreReplayed(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			p.hello()
			p.introduced()
			switch p.n {
			case 0:
				p.ready()
				p.event(2, "A", "{}")
				p.event(3, "B", "{}")
				time.Sleep(time.Minute)
				p.end()
			case 1: // slowly, and cut in the middle
				p.event(4, "C", "{}")
				time.Sleep(20 * time.Second)
				p.event(5, "D", "{}")
				time.Sleep(20 * time.Second)
				p.end()
			case 2:
				p.event(6, "E", "{}")
				p.event(7, "RESUMED", "{}")
				p.event(8, "F", "{}")
			}
			<-p.gone
		}
		w.run(3 * time.Minute)
		w.wantEvents("READY", "A {}", "B {}", "C {}", "D {}", "E {}", "RESUMED", "F {}")
		w.wantTrail("0s gateway.test/?v=10&encoding=json", "0s identify 0/1",
			"1m0s resume.test/?v=10&encoding=json", "1m0s resume s0 after 3",
			"1m41s resume.test/?v=10&encoding=json", "1m41s resume s0 after 5")
	})
}

func TestReconnectAsTheFirstPacket(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			switch p.n {
			case 0: // before Hello, and again after it
				p.send(`{"op":7}`)
				<-p.gone
			case 1:
				p.hello()
				p.introduced()
				p.send(`{"op":7}`)
				<-p.gone
			case 2:
				p.accept()
				p.send(`{"op":7}`)
				<-p.gone
			case 3: // and to whoever resumes
				p.send(`{"op":7}`)
				<-p.gone
			default:
				p.serveWell()
			}
		}
		w.run(10 * time.Minute)
		w.wantTrail(
			"0s gateway.test/?v=10&encoding=json", "0s cut",
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "0s cut",
			"5.5s gateway.test/?v=10&encoding=json", "5.5s identify 0/1", "5.5s cut", // 1 s, and then the others' turn
			"7.5s resume.test/?v=10&encoding=json", "7.5s cut",
			"11.5s resume.test/?v=10&encoding=json", "11.5s resume s2 after 1")
		w.stop()
		w.wantLogged(map[string]int{"level=ERROR": 2, "asks to connect again": 2, "events from Discord again": 2})
	})
}

func TestASessionThatCannotBeResumedIsGivenUp(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			switch p.n {
			case 0:
				p.accept()
				time.Sleep(time.Hour)
			case 1, 2, 3:
				p.hello()
				p.introduced()
				p.close(4000, "unknown error")
			default:
				p.serveWell()
			}
		}
		w.run(2 * time.Hour)
		w.wantTrail(
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1",
			"1h0m0s resume.test/?v=10&encoding=json", "1h0m0s resume s0 after 1",
			"1h0m1s resume.test/?v=10&encoding=json", "1h0m1s resume s0 after 1",
			"1h0m3s resume.test/?v=10&encoding=json", "1h0m3s resume s0 after 1",
			"1h0m7s gateway.test/?v=10&encoding=json", "1h0m7s identify 0/1")
		w.stop()
		w.wantLogged(map[string]int{"level=ERROR": 1, "code 4000; boardcast": 1, "events from Discord again": 1})
	})
}

func TestASessionIsResumedAsOftenAsItTakes(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			switch p.n {
			case 1, 2, 4, 5: // never three times in a row
				p.hello()
				p.introduced()
				p.close(4000, "unknown error")
			default:
				p.accept()
				time.Sleep(time.Hour)
			}
		}
		w.run(150 * time.Minute)
		if at, _ := w.starts(); len(at) != 1 {
			t.Errorf("sessions begin at %s, want one", at)
		}
	})
}

func TestWhatHappensNowAndThenIsNothingToSpeakOf(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			p.accept()
			time.Sleep(time.Hour)
			p.send(`{"op":7,"d":null}`)
			<-p.gone
		}
		w.run(24*time.Hour + time.Second)
		if w.dials != 25 {
			t.Errorf("%d connections in a day, want 25", w.dials)
		}
		w.wantLogged(map[string]int{"level": 0})
	})
}

func TestWhereNobodyAnswersASessionIsResumedWhereItBegan(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = served((*peer).end)
		w.dial = func(_ context.Context, _ int, host string) error {
			if host == "resume.test" {
				return &net.DNSError{Name: host, IsNotFound: true}
			}
			return nil
		}
		w.run(2 * time.Hour)
		w.wantTrail(
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1",
			"1h0m0s no way to resume.test",
			"1h0m1s gateway.test/?v=10&encoding=json", "1h0m1s resume s0 after 1")
		w.stop()
		w.wantLogged(map[string]int{"level=ERROR": 1, "cannot reach resume.test: its name is not known": 1, "events from Discord again": 1})
	})
}

func TestASessionIsNotResumedWhereEverybodyListens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plain   bool
		url, at string
	}{
		{false, "wss://resume.test", "wss://resume.test"},
		{false, "ws://resume.test", ""},
		{true, "ws://resume.test", "ws://resume.test"},
		{false, "https://resume.test", ""},
		{false, "wss://somebody@resume.test", ""},
		{false, "%", ""},
		{false, "", ""},
	} {
		l := &link{shard: &shard{}, plain: c.plain}
		if end := l.begun(fmt.Appendf(nil, `{"session_id":"s","resume_gateway_url":%q}`, c.url)); end != nil {
			t.Errorf("%q: %s", c.url, end.why)
		}
		if diff := cmp.Diff(session{ID: "s", At: c.at}, l.shard.session); diff != "" {
			t.Errorf("%q: %s", c.url, diff)
		}
	}
}

// theNetworkIsDown is until when it is.
func (w *gatewayWorld) theNetworkIsDown(from, until time.Duration) {
	w.dial = func(context.Context, int, string) error {
		if at := time.Since(w.started); at >= from && at < until {
			return &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return nil
	}
}

func TestWaitsDoubleUpToAMinuteAndBeginAnewAfterASteadyConnection(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.theNetworkIsDown(0, 4*time.Minute)
		w.serve = func(p *peer) {
			p.accept()
			if p.n > 9 {
				<-p.gone
				return
			}
			time.Sleep(2 * time.Minute)
			w.theNetworkIsDown(0, time.Since(w.started)+time.Second/2)
		}
		w.run(10 * time.Minute)
		w.wantTrail(
			"0s no way to gateway.test", "1s no way to gateway.test", "3s no way to gateway.test", "7s no way to gateway.test",
			"15s no way to gateway.test", "31s no way to gateway.test", "1m3s no way to gateway.test", "2m3s no way to gateway.test",
			"3m3s no way to gateway.test",
			"4m3s gateway.test/?v=10&encoding=json", "4m3s identify 0/1",
			"6m3s no way to resume.test", "6m4s gateway.test/?v=10&encoding=json", "6m4s resume s9 after 1")
		w.stop()
		w.wantLogged(map[string]int{
			"level=ERROR": 2, "cannot reach gateway.test: connection refused": 1, "cannot reach resume.test: connection refused": 1,
			"events from Discord again": 2, "failures=9": 1, "failures=1 ": 0,
		})
	})
}

func TestAConnectionThatBreaksAgainAndAgainIsTrouble(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			p.accept()
			if p.n > 9 {
				<-p.gone
				return
			}
			time.Sleep(time.Second)
		}
		w.run(time.Hour)
		if dials := w.dials; dials != 11 {
			t.Errorf("%d connections, want 11", dials)
		}
		w.wantLogged(map[string]int{"level=ERROR": 1, "is cut": 1, "events from Discord again": 1})
	})
}

func TestAnInvalidSessionAtTheBeginningIsTriedAgainAndThenTold(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			if p.n > 1 {
				p.serveWell()
				return
			}
			p.hello()
			p.introduced()
			p.send(`{"op":9,"d":false}`)
			<-p.gone
		}
		w.run(time.Minute)
		w.wantTrail(
			"0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "0s cut",
			"5.5s gateway.test/?v=10&encoding=json", "5.5s identify 0/1", "5.5s cut",
			"11s gateway.test/?v=10&encoding=json", "11s identify 0/1")
		w.wantLogged(map[string]int{"level=ERROR": 1, "does not accept the session": 1, "events from Discord again": 1})
	})
}

func TestWhatSomebodyHasToMendIsSaidOnceAndTriedRarely(t *testing.T) {
	t.Parallel()
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		inGateway(t, func(w *gatewayWorld) {
			w.cfg.Shards = 16
			const mended = 3 * time.Hour
			w.serve = func(p *peer) {
				if time.Since(w.started) >= mended {
					p.serveWell()
					return
				}
				p.hello()
				if p.introduced() {
					p.close(code, "")
				}
			}
			w.run(mended - time.Second)
			if w.dials < 30 || w.dials > 36 { // less than 300 in a day
				t.Errorf("%d: %d attempts in three hours", code, w.dials)
			}
			if w.asked < w.dials {
				t.Errorf("%d: asked %d times how to connect, for %d attempts; it may be known there what is wrong", code, w.asked, w.dials)
			}
			w.wantLogged(map[string]int{"level=ERROR": 1, "events from Discord again": 0})
			w.pass(10 * time.Minute)
			w.wantLogged(map[string]int{"level=ERROR": 1, "events from Discord again": 1})
			w.mu.Lock()
			if ready := strings.Count(strings.Join(w.events, " "), "READY"); ready != 16 {
				t.Errorf("%d: %d shards are ready, want 16", code, ready)
			}
			w.mu.Unlock()
		})
	}
}

func TestWhatIsWrongWithOneShardLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.cfg.Shards = 2
		w.serve = func(p *peer) {
			p.accept()
			if p.n == 0 {
				time.Sleep(time.Hour)
				p.close(4014, "")
				return
			}
			<-p.gone
		}
		w.run(2 * time.Hour)
		if w.dials != 3 {
			t.Errorf("%d connections, want 3", w.dials)
		}
	})
}

func TestMoreShardsAreStartedWhenDiscordWantsThem(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.info = func(n int) (discordgo.GatewayBotResponse, error) {
			if n < 3 {
				return recommended(1, 1), nil
			}
			return recommended(2, 1), nil
		}
		w.serve = firstly(func(p *peer) {
			p.hello()
			p.introduced()
			p.close(4011, "")
		})
		w.run(time.Hour)
		// Discord is asked again at once and after five minutes, in vain.
		at, who := w.starts()
		if diff := cmp.Diff([]time.Duration{0, 605*time.Second + 500*time.Millisecond, 611 * time.Second}, at); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"0/1", "0/2", "1/2"}, slices.Sorted(slices.Values(who))); diff != "" {
			t.Error(diff)
		}
		w.wantLogged(map[string]int{
			"level=ERROR": 2, "is in more servers than 1 shards": 1, "refuses 1 shards as too few": 1, "events from Discord again": 1,
		})
	})
}

func TestHowToConnectIsAskedUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.info = func(n int) (discordgo.GatewayBotResponse, error) {
			switch {
			case n < 3:
				return discordgo.GatewayBotResponse{}, errors.New("no network")
			case n < 5:
				return discordgo.GatewayBotResponse{}, errors.New("401 for " + gatewaySecret)
			case n < 6:
				return discordgo.GatewayBotResponse{URL: "https://wrong.test", Shards: 1}, nil
			}
			return recommended(1, 1), nil
		}
		w.run(time.Hour)
		w.wantTrail("32s gateway.test/?v=10&encoding=json", "32s identify 0/1")
		w.wantLogged(map[string]int{
			"level=ERROR": 3, "explained: ask for the gateway: no network": 1, "explained: ask for the gateway: 401 for [token]": 1,
			"not that of a websocket; is discord.api_url right?": 1, "events from Discord again": 1,
		})
	})
}
