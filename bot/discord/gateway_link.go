package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	helloBound = 10 * time.Second // until Hello
	// readyBound is how long after Hello, or after an event that is replayed, the next of them or READY or RESUMED has to come.
	readyBound = 30 * time.Second
	// silenceGrace is how much longer than the interval of heartbeats it may be silent: in each interval comes at least what answers
	// the heartbeat.
	silenceGrace = 10 * time.Second
	// steadyAfter is how long a connection has to serve before what came before it is forgotten.
	steadyAfter = time.Minute

	shortestInterval = 100 * time.Millisecond
	longestInterval  = 10 * time.Minute

	mostGarbled = 16 // messages in a row that cannot be read
)

// link is one connection of a shard. All but its heartbeats is done by whoever calls run.
type link struct {
	*wire

	shard   *shard
	brittle bool       // the connection before it soon broke
	line    *startLine // nil: it resumes, or the next one has been let in
	plain   bool       // it is not encrypted

	answered bool          // Discord said something
	greeted  bool          // Hello came
	garbled  int           // messages in a row that cannot be read
	interval time.Duration // between heartbeats
	silence  *time.Timer   // cuts the connection
	settling *time.Timer   // nil: not serving yet, or steady

	asked chan struct{} // has something in it when a heartbeat is to be sent at once
	acked atomic.Bool   // the last heartbeat was answered
	beats sync.WaitGroup
}

// run makes the connection and takes in what comes over it until it ends.
func (l *link) run(ctx context.Context, to *url.URL) ending {
	l.wire, l.asked = newWire(), make(chan struct{}, 1)
	if status, err := l.dial(ctx, l.shard.cfg.Dial, to); err != nil {
		return unreached(to.Host, status, err)
	}
	l.plain = to.Scheme == "ws"
	heard, parted := make(chan struct{}), make(chan struct{})
	unstopped := context.AfterFunc(ctx, func() {
		defer close(parted)
		l.part(heard)
	})
	end := l.listen(ctx)
	close(heard)
	if !unstopped() {
		<-parted
	}
	l.cut(errStopped)
	l.beats.Wait()
	return end
}

// listen takes in messages until the connection is over.
func (l *link) listen(ctx context.Context) ending {
	l.silence = time.AfterFunc(helloBound, func() { l.cut(errSilent) })
	defer l.silence.Stop()
	defer l.stopSettling()
	for {
		message, err := l.read()
		if err != nil {
			return l.broken(err)
		}
		l.settle(ctx)
		if end := l.take(ctx, message); end != nil {
			return *end
		}
	}
}

// broken is the ending of a connection that cannot be read any more.
func (l *link) broken(err error) ending {
	ready := l.shard.ready
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
		return closedEnding(closed, ready)
	}
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		why := fmt.Sprintf("Discord sends a message of more than %d MiB; boardcast begins a new session", mostMessage>>20)
		return ending{why: why, err: err, fresh: true}
	case errors.Is(err, errSilent) && !ready:
		return ending{why: "Discord's gateway is reached but does not begin to serve; boardcast goes on trying", err: err}
	case errors.Is(err, errSilent), errors.Is(err, errZombie):
		return ending{why: "Discord falls silent; boardcast connects again", err: err, routine: ready}
	}
	return ending{why: cutWhy, err: err, routine: ready}
}

// take does what a message asks for. It returns nil unless the connection is over.
func (l *link) take(ctx context.Context, message []byte) *ending {
	var p packet
	if err := json.Unmarshal(message, &p); err != nil {
		return l.unreadable(ctx, len(message))
	}
	l.answered, l.garbled = true, 0
	if l.shard.ready {
		l.silence.Reset(l.interval + silenceGrace)
	}
	switch p.Op {
	case opDispatch:
		return l.dispatched(ctx, p)
	case opHeartbeat:
		l.beatNow()
	case opReconnect:
		return &ending{why: "Discord asks to connect again", err: errors.New("op 7"), routine: true}
	case opInvalidSession:
		return l.invalid(p)
	case opHello:
		return l.greet(p)
	case opHeartbeatAck:
		l.acked.Store(true)
	}
	return nil
}

// unreadable skips a message, and gives up if there are only such.
func (l *link) unreadable(ctx context.Context, length int) *ending {
	l.garbled++
	if l.garbled >= mostGarbled {
		return &ending{
			why: "what answers as Discord's gateway cannot be understood; is discord.api_url right?",
			err: fmt.Errorf("%d messages in a row cannot be read", l.garbled), fresh: true,
		}
	}
	l.shard.cfg.Log.WarnContext(ctx, "message of the gateway cannot be read", "shard", l.shard.id, "bytes", length)
	return nil
}

// greet answers Hello: it resumes the session or begins one, and lets the heart beat.
func (l *link) greet(p packet) *ending {
	if l.greeted {
		return nil
	}
	var hello helloData
	if err := json.Unmarshal(p.Data, &hello); err != nil || hello.Interval <= 0 {
		return &ending{why: "what answers as Discord's gateway says no proper Hello; is discord.api_url right?", err: errors.New("op 10 without an interval")}
	}
	l.greeted = true
	l.silence.Reset(readyBound)
	l.interval = time.Duration(min(hello.Interval, longestInterval.Milliseconds())) * time.Millisecond
	l.interval = max(l.interval, shortestInterval)
	if err := l.introduce(); err != nil {
		return nil // what follows from it is seen when it is read
	}
	l.acked.Store(true)
	first := time.Duration(float64(l.interval) * l.shard.cfg.Jitter())
	l.beats.Go(func() { l.beat(first, l.interval) })
	return nil
}

// introduce says who we are.
func (l *link) introduce() error {
	s := l.shard
	if s.session.ID != "" {
		return l.send(opResume, resumeData{Token: s.cfg.Token, SessionID: s.session.ID, Seq: s.seq.Load()})
	}
	s.seq.Store(0)
	l.line.spend()
	return l.send(opIdentify, identifyData{
		Token: s.cfg.Token, Intents: s.cfg.Intents, Shard: [2]int{s.id, s.of},
		Properties: identifyProperties{OS: runtime.GOOS, Browser: "boardcast", Device: "boardcast"},
	})
}

// beat sends heartbeats until the connection is cut, and cuts it if one is not answered before the next.
func (l *link) beat(first, interval time.Duration) {
	timer := time.NewTimer(first)
	defer timer.Stop()
	for {
		select {
		case <-l.over:
			return
		case <-l.asked:
		case <-timer.C:
			if !l.acked.Swap(false) {
				l.cut(errZombie)
				return
			}
			timer.Reset(interval)
		}
		if err := l.send(opHeartbeat, l.shard.lastSeq()); err != nil {
			return
		}
	}
}

// beatNow has a heartbeat sent at once; when one is about to be, that is enough.
func (l *link) beatNow() {
	select {
	case l.asked <- struct{}{}:
	default:
	}
}

// invalid is the ending that an invalid session is. Discord wants some time to go by before the next attempt, and not the same for
// everybody.
func (l *link) invalid(p packet) *ending {
	return &ending{
		why: "Discord does not accept the session; boardcast goes on trying", err: errors.New("op 9"),
		fresh: string(p.Data) != "true", routine: true,
		atLeast: time.Second + time.Duration(l.shard.cfg.Jitter()*float64(4*time.Second)),
	}
}

// dispatched takes in an event.
func (l *link) dispatched(ctx context.Context, p packet) *ending {
	if !l.greeted || ctx.Err() != nil {
		return nil
	}
	if p.Seq > 0 {
		l.shard.seq.Store(p.Seq)
	}
	if !l.shard.ready {
		l.silence.Reset(readyBound) // events are replayed
	}
	switch p.Type {
	case "READY":
		if end := l.begun(p.Data); end != nil {
			return end
		}
		l.serves(ctx)
	case "RESUMED":
		l.serves(ctx)
	}
	l.deliver(ctx, dispatch{Shard: l.shard.id, Type: p.Type, Data: p.Data})
	return nil
}

// begun takes in the session that Discord has begun.
func (l *link) begun(data json.RawMessage) *ending {
	var ready readyData
	if err := json.Unmarshal(data, &ready); err != nil || ready.SessionID == "" {
		return &ending{
			why: "what answers as Discord's gateway begins no proper session; is discord.api_url right?",
			err: errors.New("READY without a session"), fresh: true,
		}
	}
	l.shard.session = session{ID: ready.SessionID}
	// The token goes to where a session is resumed, so it must be no place that anybody can listen to.
	if at, err := gatewayAddress(ready.ResumeURL); err == nil && (l.plain || at.Scheme == "wss") {
		l.shard.session.At = ready.ResumeURL
	}
	return nil
}

// serves notes that events come.
func (l *link) serves(ctx context.Context) {
	l.letNextIn()
	l.silence.Reset(l.interval + silenceGrace)
	l.stopSettling()
	l.settling = time.NewTimer(steadyAfter)
	l.shard.serves(ctx, l.brittle)
}

// settle notes that events have come for some time, if they have.
func (l *link) settle(ctx context.Context) {
	if l.settling == nil {
		return
	}
	select {
	case <-l.settling.C:
		l.settling = nil
		l.shard.settled(ctx)
	default:
	}
}

func (l *link) stopSettling() {
	if l.settling != nil {
		l.settling.Stop()
	}
}

// letNextIn lets the next shard begin a session.
func (l *link) letNextIn() {
	if l.line != nil {
		l.line.leave()
		l.line = nil
	}
}

// deliver hands an event over. A panic is the end of what was done for this event, and of nothing else.
func (l *link) deliver(ctx context.Context, d dispatch) {
	defer func() {
		if v := recover(); v != nil {
			l.shard.cfg.Log.ErrorContext(ctx, "event failed", "shard", d.Shard, "type", d.Type,
				"error", l.shard.hide(fmt.Sprintf("panic: %v\n%s", v, debug.Stack())))
		}
	}()
	l.shard.handle(ctx, d)
}
