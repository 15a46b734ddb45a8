package telegramsrv

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxPoll     = 50 * time.Second // how long getUpdates waits at most
	maxUpdates  = 100
	keptUpdates = 24 * time.Hour
	firstUpdate = 100
)

// update is one that waits for the bot.
type update struct {
	id  int
	at  time.Time
	raw []byte
}

// queue is what waits for the bot.
type queue struct {
	last    int
	waiting []update
	allowed []string // empty: all but those that have to be asked for
	poll    *poll    // the one that waits
}

// poll is a getUpdates that waits. ended is closed by whoever takes its place, after it wrote why.
type poll struct {
	ended chan struct{}
	why   string
}

// askedFor are the updates that come only to who lists them.
var askedFor = []string{"chat_member", "message_reaction", "message_reaction_count"}

// allows reports whether the bot wants a kind of update.
func (q *queue) allows(kind string) bool {
	if len(q.allowed) == 0 {
		return !slices.Contains(askedFor, kind)
	}
	return slices.Contains(q.allowed, kind)
}

// publish puts an update into the queue, if the bot wants its kind. The lock is held.
func (s *Server) publish(kind string, body object) {
	if !s.updates.allows(kind) {
		return
	}
	raw, err := json.Marshal(object{"update_id": s.updates.next(), kind: body})
	if err != nil {
		panic(fmt.Sprintf("telegramsrv: an update that is no JSON: %v", err))
	}
	s.queueRaw(raw)
}

func (q *queue) next() int {
	if q.last == 0 {
		q.last = firstUpdate
	}
	q.last++
	return q.last
}

func (s *Server) queueRaw(raw []byte) {
	s.updates.waiting = append(s.updates.waiting, update{id: s.updates.last, at: s.cfg.Now(), raw: raw})
	s.signal()
}

// Malformed queues an update as it is written, whatever it is, and returns its id. UPDATE_ID in it is replaced by that id.
func (s *Server) Malformed(raw string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.updates.next()
	s.queueRaw([]byte(strings.ReplaceAll(raw, "UPDATE_ID", strconv.Itoa(id))))
	return id
}

// Waiting is how many updates the bot has not confirmed.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates.waiting)
}

// Polling reports whether a getUpdates waits now.
func (s *Server) Polling() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.updates.poll != nil
}

// endPoll ends the poll that waits, if one does.
func (q *queue) endPoll(why string) {
	if q.poll == nil {
		return
	}
	q.poll.why = why
	close(q.poll.ended)
	q.poll = nil
}

// getUpdates gives what waits, and waits for something if nothing does.
func (s *Server) getUpdates(ctx context.Context, p params) (any, error) {
	mine, err := s.startPoll(p)
	if err != nil {
		return nil, err
	}
	defer s.endMine(mine)
	timer := time.NewTimer(min(time.Duration(p.number("timeout"))*time.Second, maxPoll))
	defer timer.Stop()
	for late := p.number("timeout") <= 0; ; {
		batch, changed := s.batch(p)
		if batch != nil || late {
			return rawJSON(list(batch)), nil
		}
		select {
		case <-changed:
		case <-timer.C:
			late = true
		case <-mine.ended:
			return nil, conflict(mine.why)
		case <-ctx.Done():
			return rawJSON("[]"), nil
		}
		if ended(mine.ended) {
			return nil, conflict(mine.why)
		}
	}
}

func ended(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// startPoll confirms what the offset says, remembers what is wanted, and takes the place of a poll that waits.
func (s *Server) startPoll(p params) (*poll, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook != nil {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if err := s.want(p); err != nil {
		return nil, err
	}
	s.updates.endPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
	s.updates.confirm(int(p.number("offset")), s.cfg.Now())
	mine := &poll{ended: make(chan struct{})}
	s.updates.poll = mine
	s.signal()
	return mine, nil
}

// want remembers a list of allowed updates, if there is one. It holds for updates to come.
func (s *Server) want(p params) error {
	var kinds []string
	listed, err := p.object("allowed_updates", &kinds)
	if err != nil {
		return badRequest("can't parse allowed updates: expected an Array of Strings")
	}
	if listed {
		s.updates.allowed = kinds
	}
	return nil
}

func (s *Server) endMine(mine *poll) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.updates.poll == mine {
		s.updates.poll = nil
		s.signal()
	}
}

// confirm forgets the updates before an offset; a negative one counts from the end.
func (q *queue) confirm(offset int, now time.Time) {
	q.waiting = slices.DeleteFunc(q.waiting, func(u update) bool { return now.Sub(u.at) > keptUpdates })
	if offset < 0 {
		q.waiting = q.waiting[max(len(q.waiting)+offset, 0):]
		return
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(u update) bool { return u.id < offset })
}

// batch is what a poll gets now, nil if nothing waits, and the channel that tells of more.
func (s *Server) batch(p params) ([]update, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := int(p.number("limit"))
	if limit <= 0 || limit > maxUpdates {
		limit = maxUpdates
	}
	if len(s.updates.waiting) == 0 {
		return nil, s.change
	}
	return slices.Clone(s.updates.waiting[:min(limit, len(s.updates.waiting))]), s.change
}

// list writes updates as they are: one that is no JSON spoils the whole answer, as it would on the way.
func list(batch []update) []byte {
	all := make([][]byte, 0, len(batch))
	for _, u := range batch {
		all = append(all, u.raw)
	}
	return slices.Concat([]byte("["), bytes.Join(all, []byte(",")), []byte("]"))
}
