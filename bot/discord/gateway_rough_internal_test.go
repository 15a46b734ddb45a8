package discord

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

func TestItStopsAtOnceWhateverItIsDoing(t *testing.T) {
	t.Parallel()
	hang := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	for name, c := range map[string]struct {
		setUp func(w *gatewayWorld)
		after time.Duration
		last  string // of what happened; "" if nothing did
	}{
		"asking how to connect": {setUp: func(w *gatewayWorld) {
			w.cfg.Info = func(ctx context.Context) (*discordgo.GatewayBotResponse, error) { return nil, hang(ctx) }
		}},
		"waiting to ask again": {setUp: func(w *gatewayWorld) {
			w.info = func(int) (discordgo.GatewayBotResponse, error) {
				return discordgo.GatewayBotResponse{}, errors.New("no")
			}
		}},
		"dialling": {setUp: func(w *gatewayWorld) {
			w.dial = func(ctx context.Context, _ int, _ string) error { return hang(ctx) }
		}, last: "5s no way to gateway.test"},
		"shaking hands": {setUp: func(w *gatewayWorld) {
			w.cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				w.serving.Go(func() {
					buf := make([]byte, 1<<10)
					for {
						if _, err := theirs.Read(buf); err != nil {
							return
						}
					}
				})
				return ours, nil
			}
		}},
		"waiting for Hello": {setUp: func(w *gatewayWorld) { w.serve = func(p *peer) { <-p.gone } }, last: "5s closed with 1000"},
		"waiting for READY": {setUp: func(w *gatewayWorld) {
			w.serve = func(p *peer) {
				p.hello()
				p.introduced()
				<-p.gone
			}
		}, last: "5s closed with 1000"},
		"serving":         {after: time.Hour, last: "1h0m5s closed with 1000"},
		"waiting in line": {setUp: func(w *gatewayWorld) { w.cfg.Shards = 3 }, last: "5s closed with 1000"},
		"waiting for somebody to mend something": {setUp: func(w *gatewayWorld) {
			w.serve = func(p *peer) {
				p.hello()
				p.introduced()
				p.close(4004, "")
			}
		}, last: "0s identify 0/1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inGateway(t, func(w *gatewayWorld) {
				if c.setUp != nil {
					c.setUp(w)
				}
				w.run(c.after + 5*time.Second)
				before := time.Now()
				w.stop()
				if took := time.Since(before); took > 0 {
					t.Errorf("it took %s to stop", took)
				}
				w.serving.Wait()
				if last := w.last(); last != c.last {
					t.Errorf("%q happened last, want %q", last, c.last)
				}
			})
		})
	}
}

func TestItWaitsASecondForDiscordToHearThatItStops(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		ours, theirs := net.Pipe()
		w.cfg.Dial = func(context.Context, string, string) (net.Conn, error) { return ours, nil }
		w.serving.Go(func() { // it shakes hands, and then neither reads nor writes
			if _, err := shakeHands(theirs); err != nil {
				t.Error(err)
			}
		})
		w.run(5 * time.Second)
		before := time.Now()
		w.stop()
		if took := time.Since(before); took != time.Second {
			t.Errorf("it took %s to stop, want 1s", took)
		}
		_ = theirs.Close()
	})
}

func TestAfterTheEndNothingIsHandedOver(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			p.accept()
			for n := 2; ; n++ {
				select {
				case <-p.gone:
					return
				case p.out <- func() error { return p.ws.WriteMessage(websocket.TextMessage, []byte(`{"op":0,"s":2,"t":"A","d":{}}`)) }:
				}
			}
		}
		ended := false
		w.handle = func(ctx context.Context, d dispatch) {
			if d.Type != "A" {
				return
			}
			<-ctx.Done() // it is in the middle of something
			if ended {
				t.Error("an event after the end")
			}
			ended = true
		}
		w.run(5 * time.Second)
		w.stop()
	})
}

func TestWhatCannotBeReadIsSkipped(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			p.accept()
			for _, text := range slices.Repeat([]string{
				`{"op":0,"s":2,"t":"A","d":{"unfinished`, `PRIVATE`, ``, `[]`, `{"op":"0","t":"A"}`, "\x00\xff", `{"op":0,"s":"x","t":"A","d":{}}`,
				`{"op":0,"s":3,"t":7,"d":{}}`,
			}, 3) {
				p.send(text)
				p.event(4, "GOOD", "{}")
			}
			p.send(`{"op":0,"s":5,"t":"EMPTY"}`)
			<-p.gone
		}
		w.run(time.Hour)
		want := []string{"READY"}
		for range 24 {
			want = append(want, "GOOD {}")
		}
		w.wantEvents(append(want, "EMPTY ")...)
		w.wantLogged(map[string]int{"cannot be read": 24, "level=WARN": 24, "level=ERROR": 0, "PRIVATE": 0})
	})
}

func TestWhatDoesNotSpeakLikeAGatewayIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		serve func(p *peer)
		why   string
	}{
		"nonsense": {func(p *peer) {
			for range 20 {
				p.send("hello")
			}
			<-p.gone
		}, "cannot be understood; is discord.api_url right?"},
		"Hello without an interval": {func(p *peer) { p.send(`{"op":10,"d":{}}`); <-p.gone }, "says no proper Hello"},
		"Hello with a bad interval": {func(p *peer) { p.send(`{"op":10,"d":{"heartbeat_interval":-1}}`); <-p.gone }, "says no proper Hello"},
		"READY without a session": {func(p *peer) {
			p.hello()
			p.introduced()
			p.event(1, "READY", "{}")
			<-p.gone
		}, "begins no proper session"},
		"a close before READY": {func(p *peer) {
			p.hello()
			p.introduced()
			p.close(4000, "")
		}, "with code 4000"},
		"events before Hello": {func(p *peer) {
			p.event(1, "READY", `{"session_id":"x"}`)
			<-p.gone
		}, "does not begin to serve"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inGateway(t, func(w *gatewayWorld) {
				w.serve = firstly(c.serve)
				w.run(time.Hour)
				w.wantEvents("READY")
				w.wantLogged(map[string]int{"level=ERROR": 1, c.why: 1, "events from Discord again": 1})
			})
		})
	}
}

// stuckConn is a connection that takes in nothing from some time on.
type stuckConn struct {
	net.Conn

	from   <-chan time.Time
	closed chan struct{}
	once   sync.Once
}

func (c *stuckConn) Write(p []byte) (int, error) {
	select {
	case <-c.from:
		<-c.closed
		return 0, net.ErrClosed
	default:
		return c.Conn.Write(p)
	}
}

func (c *stuckConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func TestAConnectionThatTakesNothingInIsCut(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := w.connect(ctx, network, addr)
			if w.dials > 1 {
				return conn, err
			}
			return &stuckConn{Conn: conn, from: time.After(time.Second), closed: make(chan struct{})}, err
		}
		w.serve = firstly(func(p *peer) {
			p.accept()
			for n := range 100 {
				p.event(n+2, "MESSAGE", "{}")
				time.Sleep(time.Second)
			}
		})
		w.run(time.Hour)
		w.wantTrail("0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "51.25s cut",
			"51.25s resume.test/?v=10&encoding=json", "51.25s resume s0 after 53")
	})
}

func TestIntervalsOfHeartbeatsAreKeptWithinReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		interval string
		within   time.Duration
		beats    int
	}{{"1", time.Minute, 601}, {"1000", time.Minute, 61}, {"9223372036854775807", time.Hour, 7}} {
		inGateway(t, func(w *gatewayWorld) {
			var only *peer
			w.serve = func(p *peer) {
				only = p
				p.send(`{"op":10,"d":{"heartbeat_interval":` + c.interval + `}}`)
				p.introduced()
				p.ready()
				<-p.gone
			}
			w.run(c.within)
			if got := len(only.heartbeats()); got != c.beats {
				t.Errorf("%s ms: %d heartbeats in %s, want %d", c.interval, got, c.within, c.beats)
			}
		})
	}
}

func TestAGiantMessageCostsASession(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = firstly(func(p *peer) {
			p.accept()
			p.event(2, "LARGE", `"`+strings.Repeat("x", 2<<20)+`"`)
			p.out <- func() error { // the head of a frame that says how long it is: one byte too long
				head := binary.BigEndian.AppendUint64([]byte{0x81, 127}, mostMessage+1)
				_, err := p.ws.NetConn().Write(head)
				return err
			}
			<-p.gone
		})
		w.run(time.Hour)
		if len(w.events) != 3 || !strings.HasPrefix(w.events[1], "LARGE") || w.events[2] != "READY" {
			t.Errorf("%d events", len(w.events))
		}
		w.wantTrail("0s gateway.test/?v=10&encoding=json", "0s identify 0/1", "0s closed with 1009",
			"5.5s gateway.test/?v=10&encoding=json", "5.5s identify 0/1")
		w.wantLogged(map[string]int{"level=ERROR": 1, "a message of more than 16 MiB": 1, "events from Discord again": 1})
	})
}

func TestAFloodIsHandedOverWhole(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		const many = 1000
		var only *peer
		w.serve = func(p *peer) {
			only = p
			p.accept()
			for n := range many {
				p.event(n+2, "FLOOD", "{}")
				p.send(`{"op":1}`)
			}
			p.send(`{"op":11}`)
			<-p.gone
		}
		w.run(time.Hour)
		if len(w.events) != many+1 {
			t.Errorf("%d events, want %d", len(w.events), many+1)
		}
		if beats := only.heartbeats(); beats[len(beats)-1] != fmt.Sprintf("59m48.75s %d", many+1) {
			t.Errorf("the last of %d heartbeats is %s", len(beats), beats[len(beats)-1])
		}
		w.wantLogged(map[string]int{"level": 0})
	})
}

func TestAPanicEndsWithItsEvent(t *testing.T) {
	t.Parallel()
	inGateway(t, func(w *gatewayWorld) {
		w.serve = func(p *peer) {
			p.accept()
			p.event(2, "POISON", "{}")
			p.event(3, "GOOD", "{}")
			<-p.gone
		}
		w.handle = func(_ context.Context, d dispatch) {
			if d.Type == "POISON" {
				panic("of " + gatewaySecret)
			}
		}
		w.run(time.Hour)
		w.wantEvents("READY", "POISON {}", "GOOD {}")
		w.wantLogged(map[string]int{"level=ERROR": 1, "type=POISON": 1, "panic: of [token]": 1})
	})
}

func TestAServerThatIsNoGatewayIsTold(t *testing.T) {
	t.Parallel()
	for want, server := range map[string]*httptest.Server{
		"answers with HTTP 404 and not as a gateway": httptest.NewServer(http.NotFoundHandler()),
		"its certificate is not trusted here":        quietTLS(),
	} {
		log := make(chan string, 100)
		stop := overNetwork(t, server, slog.New(slog.NewTextHandler(channelWriter(log), nil)), func(context.Context, dispatch) {})
		if line := <-log; !strings.Contains(line, want) {
			t.Errorf("logged %s, want %q", line, want)
		}
		stop()
	}
}

// quietTLS is a server with a certificate of its own, which does not complain that nobody likes it.
func quietTLS() *httptest.Server {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	return server
}

// overNetwork runs a gateway with a server that is on the network of this machine.
func overNetwork(t *testing.T, server *httptest.Server, log *slog.Logger, handle handleDispatch) (stop func()) {
	t.Helper()
	t.Cleanup(server.Close)
	g := newGateway(gatewayConfig{
		Token: gatewaySecret, Explain: error.Error, Log: log,
		Info: func(context.Context) (*discordgo.GatewayBotResponse, error) {
			return &discordgo.GatewayBotResponse{URL: "ws" + strings.TrimPrefix(server.URL, "http")}, nil
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		g.run(ctx, handle)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// channelWriter hands over what is written.
type channelWriter chan<- string

func (c channelWriter) Write(p []byte) (int, error) {
	c <- string(p)
	return len(p), nil
}

func TestOverTheNetwork(t *testing.T) {
	t.Parallel()
	goodbye := make(chan int, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = ws.Close() }()
		for _, text := range []string{
			`{"op":10,"d":{"heartbeat_interval":41250}}`, `{"op":0,"s":1,"t":"READY","d":{"session_id":"s"}}`, `{"op":0,"s":2,"t":"A","d":{}}`,
		} {
			if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
				t.Error(err)
			}
		}
		for err == nil {
			_, _, err = ws.ReadMessage()
		}
		closed, _ := errors.AsType[*websocket.CloseError](err)
		goodbye <- closed.Code
	}))
	got := make(chan string, 2)
	stop := overNetwork(t, server, slog.New(slog.DiscardHandler), func(_ context.Context, d dispatch) { got <- d.Type })
	if first, second := <-got, <-got; first != "READY" || second != "A" {
		t.Errorf("got %s and %s", first, second)
	}
	stop()
	if code := <-goodbye; code != websocket.CloseNormalClosure {
		t.Errorf("closed with %d, want 1000", code)
	}
}

func TestTroubleOfManyShardsIsToldOnceAndItsEndWhenAllServe(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := &gatewayHealth{
		log: slog.New(slog.NewTextHandler(&log, nil)), hide: func(text string) string { return text }, why: map[int]string{},
	}
	step := func(shard int, why string, want int) {
		t.Helper()
		before := strings.Count(log.String(), "\n")
		if why == "" {
			h.good(t.Context(), shard)
		} else {
			h.bad(t.Context(), shard, ending{why: why, err: errors.New("no")})
		}
		if got := strings.Count(log.String(), "\n") - before; got != want {
			t.Errorf("%d lines of shard %d %q, want %d: %s", got, shard, why, want, log.String())
		}
	}
	step(0, "", 0)
	step(0, "no network", 1)
	step(1, "no network", 0)
	step(0, "no network", 0)
	step(1, "bad token", 1)
	step(0, "bad token", 0)
	step(2, "", 0)
	step(0, "", 0)
	step(1, "", 1)
	step(1, "", 0)
	step(1, "bad token", 1)
	step(1, "", 1)
}
