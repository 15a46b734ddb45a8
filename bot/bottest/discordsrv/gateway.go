package discordsrv

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// The intents that the server knows the meaning of.
const (
	Guilds          = 1 << 0
	GuildMembers    = 1 << 1 // privileged
	Presences       = 1 << 8 // privileged
	GuildMessages   = 1 << 9
	DirectMessages  = 1 << 12
	MessageContent  = 1 << 15 // privileged
	ScheduledEvents = 1 << 16

	privileged = GuildMembers | Presences | MessageContent
	allIntents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

// The codes with which Discord closes a connection.
const (
	CloseUnknownError     = 4000
	CloseUnknownOpcode    = 4001
	CloseDecodeError      = 4002
	CloseNotAuthenticated = 4003
	CloseAuthFailed       = 4004
	CloseAlreadyAuthed    = 4005
	CloseInvalidSeq       = 4007
	CloseRateLimited      = 4008
	CloseTimedOut         = 4009
	CloseInvalidShard     = 4010
	CloseShardingRequired = 4011
	CloseInvalidVersion   = 4012
	CloseInvalidIntents   = 4013
	CloseDisallowed       = 4014
)

// The opcodes of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11
)

const (
	maxPayload   = 4096 // bytes
	sendsAMinute = 120
	writeWithin  = 10 * time.Second
	lingers      = 2 * time.Second
	identifies   = 1000 // in a day
	day          = 24 * time.Hour
)

// hub is the gateway: its connections, and the sessions that outlive them.
type hub struct {
	running     sync.WaitGroup // the connections
	links       map[*link]bool
	sessions    map[string]*session
	identified  map[int]time.Time // when an identify was taken last, by concurrency key
	today       []time.Time       // of identifies
	refuseHello bool
	closed      bool
	made        int
}

// link is one connection.
type link struct {
	ws      *websocket.Conn
	host    string
	session *session // nil until it is identified
	out     []packet
	wake    chan struct{} // has room for one
	ending  bool          // nothing is written after what is in out
	muted   bool          // a zombie: nothing goes out any more
	sent    window
}

// packet is what goes out: a text, or the end.
type packet struct {
	text  []byte
	close int // the code of the end
	cut   bool
}

// push has something written. With the end of a connection its session is without one at once. The lock is held.
func (l *link) push(p packet) {
	if l.ending || l.muted && p.text != nil {
		return
	}
	l.out = append(l.out, p)
	l.ending = p.text == nil
	if l.ending && l.session != nil && l.session.link == l {
		l.session.link = nil
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *link) send(op int, d any) {
	l.push(packet{text: encoded(object{"op": op, "d": d, "s": nil, "t": nil})})
}

// closeWith ends a connection as Discord does.
func (l *link) closeWith(code int) { l.push(packet{close: code}) }

// cut breaks a connection as a network does.
func (l *link) cut() { l.push(packet{cut: true}) }

func encoded(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("discordsrv: a packet that is no JSON: %v", err))
	}
	return raw
}

func (s *Server) gatewayURL(host string) string {
	if s.cfg.Gateway != "" {
		return s.cfg.Gateway
	}
	return "ws://" + host + "/gateway"
}

func (s *Server) getGateway(r *request) (any, error) {
	return object{"url": s.gatewayURL(r.host)}, nil
}

func (s *Server) getGatewayBot(r *request) (any, error) {
	s.forgetIdentifies()
	return object{
		"url": s.gatewayURL(r.host), "shards": s.cfg.Shards,
		"session_start_limit": object{
			"total": identifies, "remaining": identifies - len(s.gateway.today), "reset_after": s.identifiesReset().Milliseconds(),
			"max_concurrency": s.cfg.MaxConcurrency,
		},
	}, nil
}

func (s *Server) forgetIdentifies() {
	now := s.cfg.Now()
	s.gateway.today = slices.DeleteFunc(s.gateway.today, func(at time.Time) bool { return now.Sub(at) >= day })
}

func (s *Server) identifiesReset() time.Duration {
	if len(s.gateway.today) == 0 {
		return day
	}
	return s.gateway.today[0].Add(day).Sub(s.cfg.Now())
}

// serveGateway serves a connection until it ends.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	if s.shut() {
		http.Error(w, overflow, http.StatusServiceUnavailable)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered.
	}
	l := &link{ws: ws, host: r.Host, wake: make(chan struct{}, 1)}
	if !s.welcome(l, r) {
		ws.Close()
		return
	}
	defer s.gateway.running.Done()
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write(l)
	}()
	s.read(l)
	<-written
	ws.Close()
}

// shut reports whether nobody can connect.
func (s *Server) shut() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outage || s.gateway.closed
}

// welcome says hello, and reports whether the server still runs.
func (s *Server) welcome(l *link, r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if s.gateway.closed {
		return false
	}
	s.gateway.running.Add(1)
	s.gateway.made++
	s.gateway.links[l] = true
	version, encoding := r.URL.Query().Get("v"), r.URL.Query().Get("encoding")
	switch {
	case s.gateway.refuseHello:
	case version != "9" && version != "10", encoding != "" && encoding != "json", r.URL.Query().Get("compress") != "":
		l.closeWith(CloseInvalidVersion)
	default:
		l.send(opHello, object{"heartbeat_interval": s.cfg.HeartbeatEvery.Milliseconds(), "_trace": []string{"discordsrv"}})
	}
	return true
}

// write writes what is to go out until the end of a connection.
func (s *Server) write(l *link) {
	for range l.wake {
		s.mu.Lock()
		out := l.out
		l.out = nil
		s.mu.Unlock()
		for _, p := range out {
			if !l.writeOne(p) {
				return
			}
		}
	}
}

// writeOne writes one packet, and reports whether the connection goes on.
func (l *link) writeOne(p packet) bool {
	by := time.Now().Add(writeWithin)
	switch {
	case p.cut:
		l.ws.Close()
		return false
	case p.close != 0:
		// The other side may be gone already; then nobody misses the reason.
		_ = l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(p.close, reason(p.close)), by)
		if p.close == websocket.CloseGoingAway {
			l.ws.Close()
			return false
		}
		// Who hangs up a socket with something unread in it takes the reason back. So the client gets the time to hang up itself.
		_ = l.ws.SetReadDeadline(time.Now().Add(lingers))
		return false
	}
	if err := l.ws.SetWriteDeadline(by); err != nil {
		return false
	}
	if err := l.ws.WriteMessage(websocket.TextMessage, p.text); err != nil {
		l.ws.Close()
		return false
	}
	return true
}

func reason(code int) string {
	return map[int]string{
		CloseUnknownError: "Unknown error.", CloseUnknownOpcode: "Unknown opcode.", CloseDecodeError: "Error while decoding payload.",
		CloseNotAuthenticated: "Not authenticated.", CloseAuthFailed: "Authentication failed.", CloseAlreadyAuthed: "Already authenticated.",
		CloseInvalidSeq: "Invalid seq.", CloseRateLimited: "You are being rate limited.", CloseTimedOut: "Session timed out.",
		CloseInvalidShard: "Invalid shard.", CloseShardingRequired: "Sharding required.", CloseInvalidVersion: "Invalid API version.",
		CloseInvalidIntents: "Invalid intent(s).", CloseDisallowed: "Disallowed intent(s).",
	}[code]
}

// read takes what a client sends until its connection ends. A client that sends no heartbeat in an interval, and half of one or a
// second more, is told so.
func (s *Server) read(l *link) {
	l.ws.SetReadLimit(1 << 20)
	l.ws.SetCloseHandler(func(int, string) error { return nil })
	patience := s.cfg.HeartbeatEvery + max(s.cfg.HeartbeatEvery/2, time.Second)
	err := l.ws.SetReadDeadline(time.Now().Add(patience))
	for err == nil {
		var raw []byte
		if _, raw, err = l.ws.ReadMessage(); err != nil {
			break
		}
		if s.take(l, raw) == opHeartbeat {
			err = l.ws.SetReadDeadline(time.Now().Add(patience))
		}
	}
	s.leaveLink(l, err)
	if _, said := errors.AsType[*websocket.CloseError](err); said {
		l.linger()
	}
	s.hangUp(l, err)
}

// linger gives a client that said that it closes its connection the time to do it. Answering at once, as Discord does, would wake the
// library in the second that it sleeps with a lock held, which no bubble of testing/synctest gets over.
func (l *link) linger() {
	conn := l.ws.UnderlyingConn()
	err := conn.SetReadDeadline(time.Now().Add(lingers))
	for err == nil {
		_, err = conn.Read(make([]byte, maxPayload))
	}
}

// hangUp forgets and ends a connection that its client ended, or that timed out.
func (s *Server) hangUp(l *link, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.gateway.links, l)
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		l.muted = false
		l.closeWith(CloseTimedOut)
		return
	}
	l.cut()
}

// leaveLink parts a connection from its session. A client that closes it with 1000 or 1001 ends the session.
func (s *Server) leaveLink(l *link, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	session := l.session
	if session == nil || session.link != l {
		return
	}
	session.link = nil
	if websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
		delete(s.gateway.sessions, session.id)
	}
}

// take does what a client sends, and returns its opcode.
func (s *Server) take(l *link, raw []byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if l.ending {
		return -1
	}
	var said struct {
		Op int             `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if json.Unmarshal(raw, &said) != nil || len(raw) > maxPayload {
		l.closeWith(CloseDecodeError)
		return -1
	}
	if l.sent.take(s.cfg.Now(), limit{most: sendsAMinute, window: time.Minute}) > 0 {
		l.closeWith(CloseRateLimited)
		return -1
	}
	switch {
	case said.Op == opHeartbeat:
		l.send(opAck, nil)
	case said.Op == opIdentify && l.session != nil, said.Op == opResume && l.session != nil:
		l.closeWith(CloseAlreadyAuthed)
	case said.Op == opIdentify:
		s.identify(l, said.D)
	case said.Op == opResume:
		s.resume(l, said.D)
	case said.Op != opPresence:
		l.closeWith(CloseUnknownOpcode)
	case l.session == nil:
		l.closeWith(CloseNotAuthenticated)
	}
	return said.Op
}

// closeLinks ends all connections and lets nobody connect any more.
func (s *Server) closeLinks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	s.gateway.closed = true
	for l := range s.gateway.links {
		l.muted = false
		l.closeWith(websocket.CloseGoingAway)
	}
}
