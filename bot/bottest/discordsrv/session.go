package discordsrv

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// session is what a client identified for. It outlives its connection, for a client that resumes it.
type session struct {
	id      string
	shard   int
	shards  int
	intents int
	seq     int
	ring    []sent
	link    *link // nil while nobody is connected
	lost    bool  // cannot be resumed
}

// sent is an event that a session got.
type sent struct {
	seq  int
	text []byte
}

// maxRing is how many events a session remembers for who resumes.
const maxRing = 1000

// event is something that bots are told.
type event struct {
	name   string
	guild  string // "" goes to shard 0
	intent int    // 0 goes to all
	body   object
	build  func(intents int) object // instead of body, if what is told depends on the intents
}

// dispatch tells every session of an event that is of its shard and its intents. The lock is held.
func (s *Server) dispatch(e event) {
	for _, session := range s.gateway.sessions {
		if e.intent != 0 && session.intents&e.intent == 0 || !session.serves(e.guild) {
			continue
		}
		body := e.body
		if e.build != nil {
			body = e.build(session.intents)
		}
		session.tell(e.name, body)
	}
	s.signal()
}

// serves reports whether a guild is of a session's shard. Direct messages are of the first.
func (n *session) serves(guild string) bool {
	if guild == "" {
		return n.shard == 0
	}
	return int((number(guild)>>timeShift)%uint64(n.shards)) == n.shard
}

func (n *session) tell(name string, body any) {
	n.seq++
	text := encoded(object{"op": opDispatch, "t": name, "s": n.seq, "d": body})
	n.ring = append(n.ring, sent{n.seq, text})
	n.ring = n.ring[max(len(n.ring)-maxRing, 0):]
	if n.link != nil {
		n.link.push(packet{text: text})
	}
}

// identity is what a client identifies with.
type identity struct {
	Token   string `json:"token"`
	Intents *int   `json:"intents"`
	Shard   []int  `json:"shard"`
}

func (s *Server) bears(token string) bool {
	return strings.TrimPrefix(token, "Bot ") == s.cfg.Token
}

// identify starts a session, or says why not.
func (s *Server) identify(l *link, raw json.RawMessage) {
	id := identity{Shard: []int{0, 1}}
	if json.Unmarshal(raw, &id) != nil || id.Intents == nil {
		l.closeWith(CloseDecodeError)
		return
	}
	if code := s.unwelcome(id); code != 0 {
		l.closeWith(code)
		return
	}
	if !s.inTime(id.Shard[0]) {
		l.send(opInvalidSession, false)
		return
	}
	n := &session{id: s.sessionID(), shard: id.Shard[0], shards: id.Shard[1], intents: *id.Intents, link: l}
	l.session = n
	s.gateway.sessions[n.id] = n
	s.ready(n)
}

func (s *Server) sessionID() string {
	return fmt.Sprintf("%032x", number(s.ids.next()))
}

// unwelcome is the code with which an identity is refused, 0 if it is not.
func (s *Server) unwelcome(id identity) int {
	switch {
	case !s.bears(id.Token):
		return CloseAuthFailed
	case *id.Intents < 0 || *id.Intents&^allIntents != 0:
		return CloseInvalidIntents
	case *id.Intents&privileged&^s.cfg.Privileged != 0:
		return CloseDisallowed
	case len(id.Shard) != 2 || id.Shard[1] < 1 || id.Shard[0] < 0 || id.Shard[0] >= id.Shard[1]:
		return CloseInvalidShard
	case id.Shard[1] < s.cfg.MinShards:
		return CloseShardingRequired
	}
	return 0
}

// inTime counts an identify, and reports whether it did not come too early after another, or as one too many of a day.
func (s *Server) inTime(shard int) bool {
	now, key := s.cfg.Now(), shard%s.cfg.MaxConcurrency
	s.forgetIdentifies()
	last, before := s.gateway.identified[key]
	if before && s.cfg.IdentifyEvery > 0 && now.Sub(last) < s.cfg.IdentifyEvery || len(s.gateway.today) >= identifies {
		return false
	}
	s.gateway.identified[key] = now
	s.gateway.today = append(s.gateway.today, now)
	return true
}

// ready tells a new session of its guilds: first that they are there, then each in full.
func (s *Server) ready(n *session) {
	mine := slices.DeleteFunc(slices.Clone(s.guildList), func(g *guild) bool { return !g.present || !n.serves(g.id) })
	listed := []object{}
	for _, g := range mine {
		listed = append(listed, object{"id": g.id, "unavailable": true})
	}
	n.tell("READY", object{
		"v": 10, "user": s.me.json(), "guilds": listed, "session_id": n.id, "resume_gateway_url": s.gatewayURL(n.link.host),
		"shard": []int{n.shard, n.shards}, "application": object{"id": s.cfg.Application, "flags": s.flags()}, "session_type": "normal",
		"private_channels": []any{}, "user_settings": object{}, "relationships": []any{}, "presences": []any{},
	})
	if n.intents&Guilds == 0 {
		return
	}
	for _, g := range mine {
		if !g.down {
			n.tell("GUILD_CREATE", s.guildCreateJSON(g))
		}
	}
}

// resume goes on with a session, or says that it cannot.
func (s *Server) resume(l *link, raw json.RawMessage) {
	var from struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int    `json:"seq"`
	}
	if json.Unmarshal(raw, &from) != nil {
		l.closeWith(CloseDecodeError)
		return
	}
	if !s.bears(from.Token) {
		l.closeWith(CloseAuthFailed)
		return
	}
	n, ok := s.gateway.sessions[from.Session]
	switch {
	case !ok || n.lost || !n.remembers(from.Seq):
		l.send(opInvalidSession, false)
		return
	case from.Seq > n.seq:
		l.closeWith(CloseInvalidSeq)
		return
	}
	if n.link != nil {
		n.link.closeWith(CloseUnknownError)
	}
	l.session, n.link = n, l
	for _, missed := range n.ring {
		if missed.seq > from.Seq {
			l.push(packet{text: missed.text})
		}
	}
	n.tell("RESUMED", object{"_trace": []string{"discordsrv"}})
}

// remembers reports whether a session still has all events after one.
func (n *session) remembers(seq int) bool {
	return len(n.ring) == 0 || n.ring[0].seq <= seq+1
}

// Session is a session of the gateway.
type Session struct {
	ID        string
	Shard     int
	Shards    int
	Intents   int
	Seq       int // of the last event
	Connected bool
}

// Sessions are those that can be resumed or are connected, oldest first.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Session
	for _, n := range s.gateway.sessions {
		if n.lost && n.link == nil {
			continue
		}
		all = append(all, Session{ID: n.id, Shard: n.shard, Shards: n.shards, Intents: n.intents, Seq: n.seq, Connected: n.link != nil})
	}
	slices.SortFunc(all, func(a, b Session) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Connected reports whether a session of a shard is connected.
func (s *Server) Connected(shard int) bool {
	return slices.ContainsFunc(s.Sessions(), func(n Session) bool { return n.Shard == shard && n.Connected })
}

// Dials is how often somebody has connected to the gateway.
func (s *Server) Dials() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.made
}

// each does something with the connection of each session of a shard.
func (s *Server) each(shard int, do func(*link)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	for _, n := range s.gateway.sessions {
		if n.shard == shard && n.link != nil {
			do(n.link)
		}
	}
}

// Drop ends the connections of a shard with a code; 0 breaks them without a word. Their sessions can be resumed.
func (s *Server) Drop(shard, code int) {
	s.each(shard, func(l *link) {
		if code == 0 {
			l.cut()
			return
		}
		l.closeWith(code)
	})
}

// Mute has the connections of a shard be zombies, which say nothing any more and hear nothing. A new connection is none.
func (s *Server) Mute(shard int) { s.each(shard, func(l *link) { l.muted = true }) }

// Reconnect asks the clients of a shard to come anew.
func (s *Server) Reconnect(shard int) { s.each(shard, func(l *link) { l.send(opReconnect, nil) }) }

// AskHeartbeat asks the clients of a shard for a heartbeat.
func (s *Server) AskHeartbeat(shard int) { s.each(shard, func(l *link) { l.send(opHeartbeat, nil) }) }

// Invalidate tells the clients of a shard that their session is no more, or that they may resume it.
func (s *Server) Invalidate(shard int, resumable bool) {
	s.each(shard, func(l *link) {
		l.send(opInvalidSession, resumable)
		if !resumable {
			delete(s.gateway.sessions, l.session.id)
			l.session = nil
		}
	})
}

// Forget lets nobody resume the sessions of a shard any more. Their connections go on.
func (s *Server) Forget(shard int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.gateway.sessions {
		n.lost = n.lost || n.shard == shard
	}
}

// RefuseHello has the gateway take connections and say nothing to them, or greet them again.
func (s *Server) RefuseHello(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.refuseHello = on
}

// Malformed tells every session of a shard of an event as it is written.
func (s *Server) Malformed(shard int, name string, body json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	for _, n := range s.gateway.sessions {
		if n.shard == shard {
			n.tell(name, body)
		}
	}
}
