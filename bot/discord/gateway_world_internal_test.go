package discord

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

// The token of the bot of these tests: no log may have it.
const gatewaySecret = "MTk4.nobody-may-see.this"

// heartbeat is the interval that Discord names, in ms and as it is.
const (
	heartbeatMS = 41250
	heartbeat   = heartbeatMS * time.Millisecond
)

// gatewayWorld is Discord's gateway in memory, a gateway of ours that uses it, and what happens between them, with the time since
// the start.
type gatewayWorld struct {
	t       *testing.T
	gateway *gateway
	cfg     gatewayConfig
	started time.Time
	stop    func() // asks the gateway to end, and waits for it

	// serve is what Discord does with a connection. The first is number 0.
	serve func(p *peer)
	// dial is what becomes of an attempt to connect before Discord has to do with it; nil: nothing.
	dial func(ctx context.Context, n int, host string) error
	// info is what Discord says of how to connect, given how often it was asked before.
	info func(n int) (discordgo.GatewayBotResponse, error)
	// handle is called with every event after it is noted; nil: it is not.
	handle handleDispatch

	mu      sync.Mutex
	dials   int
	asked   int
	trail   []happening
	events  []string
	log     bytes.Buffer
	all     bytes.Buffer // of the log, with what is only for whoever looks for faults
	serving sync.WaitGroup
}

// inGateway runs a test in a bubble with a gateway that is not started yet.
func inGateway(t *testing.T, test func(w *gatewayWorld)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &gatewayWorld{t: t, started: time.Now(), stop: func() {}, serve: (*peer).serveWell}
		w.info = func(int) (discordgo.GatewayBotResponse, error) { return recommended(1, 1), nil }
		w.cfg = gatewayConfig{
			Token: gatewaySecret, Intents: discordgo.IntentGuilds,
			Info: w.ask, Explain: func(err error) string { return "explained: " + err.Error() }, Dial: w.connect,
			Log: slog.New(slog.NewMultiHandler(
				slog.NewTextHandler(lockedBuffer{&w.mu, &w.log}, &slog.HandlerOptions{Level: slog.LevelInfo}),
				slog.NewTextHandler(lockedBuffer{&w.mu, &w.all}, &slog.HandlerOptions{Level: slog.LevelDebug}),
			)),
		}
		test(w)
		w.stop()
		w.serving.Wait()
		if strings.Contains(w.all.String(), "nobody-may-see") {
			t.Errorf("the log has the token: %s", w.all.String())
		}
	})
}

// recommended is what Discord says of how to connect.
func recommended(shards, concurrency int) discordgo.GatewayBotResponse {
	return discordgo.GatewayBotResponse{
		URL: "ws://gateway.test", Shards: shards,
		SessionStartLimit: discordgo.SessionInformation{Total: 1000, Remaining: 1000, ResetAfter: 3_600_000, MaxConcurrency: concurrency},
	}
}

// start starts the gateway.
func (w *gatewayWorld) start() {
	w.gateway = newGateway(w.cfg)
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.gateway.run(ctx, w.take)
	}()
	w.stop = func() {
		cancel()
		<-ended
		w.stop = func() {}
	}
}

// run starts the gateway and lets time go by.
func (w *gatewayWorld) run(d time.Duration) {
	w.start()
	w.pass(d)
}

func (w *gatewayWorld) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// lockedBuffer is a buffer that many may write to.
type lockedBuffer struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (b lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.to.Write(p)
}

func (w *gatewayWorld) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// wantLogged checks how often the log has each of some texts.
func (w *gatewayWorld) wantLogged(times map[string]int) {
	w.t.Helper()
	for text, want := range times {
		if got := strings.Count(w.logged(), text); got != want {
			w.t.Errorf("%q is logged %d times, want %d: %s", text, got, want, w.logged())
		}
	}
}

// happening is something that happened with a connection.
type happening struct {
	connection int
	text       string
}

// note notes what happens with a connection.
func (w *gatewayWorld) note(connection int, format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trail = append(w.trail, happening{connection, time.Since(w.started).String() + " " + fmt.Sprintf(format, args...)})
}

// wantTrail checks what happened since it was last called, connection by connection.
func (w *gatewayWorld) wantTrail(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortStableFunc(w.trail, func(a, b happening) int { return cmp.Compare(a.connection, b.connection) })
	var got []string
	for _, h := range w.trail {
		got = append(got, h.text)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		w.t.Errorf("what happened: %s", diff)
	}
	w.trail = nil
}

// last is what happened last, "" if nothing did.
func (w *gatewayWorld) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.trail) == 0 {
		return ""
	}
	return w.trail[len(w.trail)-1].text
}

// starts are when sessions were begun, and of which shards.
func (w *gatewayWorld) starts() (at []time.Duration, who []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.trail {
		when, shard, is := strings.Cut(h.text, " identify ")
		if !is {
			continue
		}
		d, err := time.ParseDuration(when)
		if err != nil {
			w.t.Error(err)
		}
		at, who = append(at, d), append(who, shard)
	}
	return at, who
}

// wantEvents checks which events were handed over since it was last called.
func (w *gatewayWorld) wantEvents(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := gocmp.Diff(want, w.events); diff != "" {
		w.t.Errorf("events: %s", diff)
	}
	w.events = nil
}

func (w *gatewayWorld) take(ctx context.Context, d dispatch) {
	w.mu.Lock()
	if d.Type == "READY" || d.Type == "RESUMED" {
		w.events = append(w.events, d.Type)
	} else {
		w.events = append(w.events, d.Type+" "+string(d.Data))
	}
	w.mu.Unlock()
	if w.handle != nil {
		w.handle(ctx, d)
	}
}

func (w *gatewayWorld) ask(context.Context) (*discordgo.GatewayBotResponse, error) {
	w.mu.Lock()
	n := w.asked
	w.asked++
	w.mu.Unlock()
	info, err := w.info(n)
	return &info, err
}

// connect makes a connection in memory.
func (w *gatewayWorld) connect(ctx context.Context, _, addr string) (net.Conn, error) {
	w.mu.Lock()
	n := w.dials
	w.dials++
	w.mu.Unlock()
	host := strings.TrimSuffix(addr, ":80")
	if w.dial != nil {
		if err := w.dial(ctx, n, host); err != nil {
			w.note(n, "no way to %s", host)
			return nil, err
		}
	}
	ours, theirs := net.Pipe()
	w.serving.Go(func() { w.upgrade(n, theirs) })
	return ours, nil
}

// plainWriter is what an [websocket.Upgrader] needs of a connection without a server.
type plainWriter struct {
	http.ResponseWriter

	conn net.Conn
	in   *bufio.Reader
}

func (p plainWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return p.conn, bufio.NewReadWriter(p.in, bufio.NewWriter(p.conn)), nil
}

// handshake is a websocket of Discord's, and what was asked for it.
type handshake struct {
	ws   *websocket.Conn
	host string
	uri  string
}

func shakeHands(conn net.Conn) (handshake, error) {
	in := bufio.NewReader(conn)
	request, err := http.ReadRequest(in)
	if err != nil {
		return handshake{}, err
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(plainWriter{conn: conn, in: in}, request, nil)
	return handshake{ws, request.Host, request.RequestURI}, err
}

func (w *gatewayWorld) upgrade(n int, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	made, err := shakeHands(conn)
	if err != nil {
		return
	}
	w.note(n, "%s%s", made.host, made.uri)
	p := &peer{world: w, n: n, ws: made.ws, out: make(chan func() error, 10_000), in: make(chan packet, 100), gone: make(chan struct{})}
	w.serving.Go(p.write)
	w.serving.Go(p.read)
	w.serve(p)
	p.end()
	<-p.gone
}

// peer is Discord's end of a connection.
type peer struct {
	world *gatewayWorld
	n     int // which connection it is, from 0
	ws    *websocket.Conn
	out   chan func() error // what is written, in order
	in    chan packet       // what came, but for heartbeats
	gone  chan struct{}     // closed when the other end has gone
	// leaving is whether it is we who end the connection.
	leaving atomic.Bool

	mu    sync.Mutex
	beats []string // when heartbeats came, and with which number
	deaf  bool     // it does not answer heartbeats
}

func (p *peer) write() {
	for {
		select {
		case do := <-p.out:
			if do() != nil {
				_ = p.ws.Close()
				return
			}
		case <-p.gone:
			return
		}
	}
}

// end closes the connection when all has been written.
func (p *peer) end() {
	p.leaving.Store(true)
	select {
	case p.out <- p.ws.Close:
	case <-p.gone:
	}
}

func (p *peer) read() {
	defer close(p.gone)
	defer func() { _ = p.ws.Close() }()
	defer close(p.in)
	for {
		var got packet
		if err := p.ws.ReadJSON(&got); err != nil {
			p.noteGone(err)
			return
		}
		if got.Op != opHeartbeat {
			p.in <- got
			continue
		}
		p.mu.Lock()
		p.beats = append(p.beats, fmt.Sprintf("%s %s", time.Since(p.world.started), got.Data))
		deaf := p.deaf
		p.mu.Unlock()
		if !deaf {
			p.send(`{"op":11}`)
		}
	}
}

// noteGone notes how the other end has gone, if it did so of itself.
func (p *peer) noteGone(err error) {
	closed, said := errors.AsType[*websocket.CloseError](err)
	switch {
	case said && closed.Code != websocket.CloseAbnormalClosure:
		p.world.note(p.n, "closed with %d", closed.Code)
	case !p.leaving.Load():
		p.world.note(p.n, "cut")
	}
}

func (p *peer) send(text string) {
	p.out <- func() error { return p.ws.WriteMessage(websocket.TextMessage, []byte(text)) }
}

// hello greets.
func (p *peer) hello() { p.send(fmt.Sprintf(`{"op":10,"d":{"heartbeat_interval":%d}}`, heartbeatMS)) }

// event sends an event: its number, its type and its data.
func (p *peer) event(seq int, kind, data string) {
	p.send(fmt.Sprintf(`{"op":0,"s":%d,"t":%q,"d":%s}`, seq, kind, data))
}

// introduced waits until the other end has said who it is, and notes that. It returns false if it goes instead.
func (p *peer) introduced() bool {
	got, ok := <-p.in
	if !ok {
		return false
	}
	var data struct {
		Token     string
		Shard     [2]int
		SessionID string `json:"session_id"`
		Seq       int
	}
	if err := json.Unmarshal(got.Data, &data); err != nil || data.Token != gatewaySecret {
		p.world.t.Errorf("op %d of somebody else: %s %v", got.Op, got.Data, err)
	}
	switch got.Op {
	case opIdentify:
		p.world.note(p.n, "identify %d/%d", data.Shard[0], data.Shard[1])
	case opResume:
		p.world.note(p.n, "resume %s after %d", data.SessionID, data.Seq)
	default:
		p.world.t.Errorf("op %d instead of an introduction", got.Op)
	}
	return true
}

// ready accepts a session, named after the connection.
func (p *peer) ready() {
	p.event(1, "READY", fmt.Sprintf(`{"session_id":"s%d","resume_gateway_url":"ws://resume.test"}`, p.n))
}

// accept goes through all that there is before events come: it begins a session or takes it up.
func (p *peer) accept() bool {
	p.hello()
	got, ok := <-p.in
	if !ok {
		return false
	}
	p.in <- got // there is room
	switch p.introduced(); got.Op {
	case opIdentify:
		p.ready()
	case opResume:
		p.event(0, "RESUMED", "{}")
	}
	return true
}

// serveWell does what Discord should.
func (p *peer) serveWell() {
	if p.accept() {
		<-p.gone
	}
}

// close ends the connection with a code.
func (p *peer) close(code int, reason string) {
	p.leaving.Store(true)
	p.out <- func() error {
		return p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
	}
}

// heartbeats are when they came, and with which number.
func (p *peer) heartbeats() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.beats)
}

// ignoreHeartbeats makes it answer none from now on.
func (p *peer) ignoreHeartbeats() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = true
}

// firstly has a connection served in a way of its own, and those after it well.
func firstly(serve func(p *peer)) func(p *peer) {
	return func(p *peer) {
		if p.n > 0 {
			p.serveWell()
			return
		}
		serve(p)
	}
}
