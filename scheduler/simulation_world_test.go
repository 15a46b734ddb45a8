package scheduler_test

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/storagetest"
)

// simulation is a world in which time passes by itself, in a synctest bubble: the real program on a real store, two messengers, and
// events that happen at their times.
type simulation struct {
	t     *testing.T
	seed  uint64
	epoch time.Time // of the simulation
	real  time.Time // of the bubble, at the epoch
	store storage.Store
	words bot.Words
	log   *simLog

	telegram, discord *simMessenger
	events            events
	life              *simLife
	looks             []func()                  // of sources after a restart
	claims            map[string]map[*show]bool // the shows that streams are of, by their ids
	restarts, kills   int
}

func (s *simulation) now() time.Time { return s.epoch.Add(time.Since(s.real)) }

// newSimulation opens a world. It is not Strict, for the sake of time: the other tests hold the same code to that.
func newSimulation(t *testing.T, seed uint64, epoch time.Time) *simulation {
	t.Helper()
	engine, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "simulation.db"), bolt.Options{Holder: t.Name(), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	s := &simulation{t: t, seed: seed, epoch: epoch, real: time.Now(), words: bottest.Words(t), log: newSimLog(epoch), claims: map[string]map[*show]bool{}}
	s.store = &recorder{Store: engine, log: s.log, now: s.now}
	s.telegram = &simMessenger{simulation: s, messenger: telegramName, ids: map[bot.MessageID]*message{}}
	s.discord = &simMessenger{simulation: s, messenger: discordName, ids: map[bot.MessageID]*message{}, taken: map[string]*message{}}
	s.log.remembers[discordName] = remembersFor
	return s
}

// simLife is one life of the program.
type simLife struct {
	store *brittle
	span  *span
	stop  context.CancelFunc
	done  chan error
	died  chan struct{} // receives once it was killed
}

// brittle is a store that is out of reach once its program was killed.
type brittle struct {
	storage.Store
	dead atomic.Bool
}

func (b *brittle) View(ctx context.Context, fn func(storage.Reader) error) error {
	if b.dead.Load() {
		return storagetest.ErrKilled
	}
	return b.Store.View(ctx, fn)
}

func (b *brittle) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if b.dead.Load() {
		return storagetest.ErrKilled
	}
	return b.Store.Update(ctx, fn)
}

// begin starts the program.
func (s *simulation) begin() {
	life := &simLife{store: &brittle{Store: s.store}, span: &span{from: s.now()}, done: make(chan error, 1), died: make(chan struct{}, 1)}
	planner, err := scheduler.NewPlanner(life.store, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	senders := map[bot.Messenger]bot.Sender{telegramName: s.telegram, discordName: remembering{s.discord}}
	dispatcher := scheduler.NewDispatcher(life.store, cards.Composer{Words: s.words, Started: s.now()}, senders, nil, quiet())
	var ctx context.Context
	ctx, life.stop = context.WithCancel(s.t.Context())
	s.life = life
	s.log.mu.Lock()
	s.log.lives = append(s.log.lives, life.span)
	s.log.mu.Unlock()
	clock := scheduler.Clock{Now: s.now, Steady: func() time.Duration { return time.Since(s.real) }}
	go func() { life.done <- scheduler.RunAwake(ctx, planner, dispatcher, clock, quiet()) }()
}

// stop ends the program as a signal does; if it was killed only what is left of it is swept up.
func (s *simulation) stop() {
	s.life.stop()
	if err := <-s.life.done; err != nil {
		s.t.Errorf("run: %v", err)
	}
	s.log.mu.Lock()
	if s.life.span.to.IsZero() {
		s.life.span.to = s.now()
	}
	s.log.mu.Unlock()
	s.life = nil
}

// kill ends the program in the middle of what it does, as a power cut does.
func (s *simulation) kill(life *simLife) {
	if life.store.dead.Swap(true) {
		return
	}
	life.span.to = s.now()
	life.died <- struct{}{}
}

// event is something that happens at a time.
type event struct {
	at    time.Time
	order int
	do    func()
}

type events struct {
	all   []event
	count int
}

func (e *events) Len() int { return len(e.all) }
func (e *events) Less(i, j int) bool {
	if d := e.all[i].at.Compare(e.all[j].at); d != 0 {
		return d < 0
	}
	return e.all[i].order < e.all[j].order
}
func (e *events) Swap(i, j int) { e.all[i], e.all[j] = e.all[j], e.all[i] }
func (e *events) Push(x any)    { e.all = append(e.all, x.(event)) } //nolint:forcetypeassert,errcheck // nothing else is pushed
func (e *events) Pop() any {
	last := e.all[len(e.all)-1]
	e.all = e.all[:len(e.all)-1]
	return last
}

// at has something happen at a time, whether the program is up or not.
func (s *simulation) at(at time.Time, do func()) {
	s.events.count++
	heap.Push(&s.events, event{at: at, order: s.events.count, do: do})
}

// whenUp has something be told to the program at a time, or soon after its next beginning.
func (s *simulation) whenUp(at time.Time, do func()) {
	s.at(at, func() {
		if s.life == nil || s.life.store.dead.Load() {
			s.whenUp(s.now().Add(90*time.Second), do)
			return
		}
		do()
	})
}

// run lets all events happen, and the program work, until a time.
func (s *simulation) run(until time.Time) {
	for s.now().Before(until) {
		next := until
		if s.events.Len() > 0 && s.events.all[0].at.Before(until) {
			next = s.events.all[0].at
		}
		if s.sleep(next) {
			s.sweep()
			continue
		}
		for s.events.Len() > 0 && !s.events.all[0].at.After(s.now()) {
			heap.Pop(&s.events).(event).do() //nolint:forcetypeassert,errcheck // nothing else was pushed
		}
	}
}

// sleep waits for a time, and reports whether the program was killed before.
func (s *simulation) sleep(until time.Time) (killed bool) {
	timer := time.NewTimer(until.Sub(s.now()))
	defer timer.Stop()
	var died chan struct{}
	if s.life != nil {
		died = s.life.died
	}
	select {
	case <-timer.C:
		return false
	case <-died:
		return true
	}
}

// sweep ends what is left of a killed program; it begins anew soon, or later.
func (s *simulation) sweep() {
	s.kills++
	at := s.now()
	s.stop()
	s.log.loseAnswers()
	down := []time.Duration{5 * time.Second, 40 * time.Second, 3 * time.Minute, 2 * time.Hour}[s.dice("sweep", at.String())%4]
	s.at(s.now().Add(down), s.revive)
}

// loseAnswers notes of which messages the program, when it was killed, had not yet written down what came of them.
func (l *simLog) loseAnswers() {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := map[string]*message{}
	for _, m := range l.messages {
		last[m.nonce] = m
	}
	for nonce, key := range l.nonces {
		if m := last[nonce]; m != nil && l.notices[key].last().Outcome == storage.Sending {
			m.lost = true
		}
	}
}

// revive begins a new life, in which sources look at everything anew.
func (s *simulation) revive() {
	if s.life != nil {
		return
	}
	s.restarts++
	s.begin()
	for _, look := range s.looks {
		look()
	}
}

// dice are random, and the same for the same things whatever runs first.
func (s *simulation) dice(about ...string) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, s.seed, "|", strings.Join(about, "|"))
	// The low bits of what differs little are much alike: they are mixed once more.
	x := h.Sum64()
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15
	return x ^ x>>29
}

// update changes the store as the program does for people and sources.
func (s *simulation) update(fn func(tx storage.Tx) error) {
	s.t.Helper()
	if err := s.store.Update(s.t.Context(), fn); err != nil {
		s.t.Errorf("update at %s: %v", s.now(), err)
	}
}

// recorder is a store that takes down all streams, notices, cards and suspensions that are put into it.
type recorder struct {
	storage.Store
	log *simLog
	now func() time.Time
}

func (r *recorder) Update(ctx context.Context, fn func(storage.Tx) error) error {
	r.log.mu.Lock() // so that what is committed first is also taken down first
	defer r.log.mu.Unlock()
	var take []func()
	at := r.now()
	err := r.Store.Update(ctx, func(tx storage.Tx) (err error) {
		written := &recordedTx{Tx: tx}
		if err := fn(written); err != nil {
			return err
		}
		take, err = r.read(tx, written.keys, at)
		return err
	})
	if err == nil {
		for _, take := range take {
			take()
		}
	}
	return err
}

// read finds out what was written.
func (r *recorder) read(tx storage.Reader, keys []string, at time.Time) ([]func(), error) {
	var take []func()
	for _, key := range keys {
		parts, err := storage.SplitKey(key)
		if err != nil {
			return nil, err
		}
		switch parts[0] {
		case storage.Streams.Name():
			stream, err := storage.Streams.Get(tx, parts[1:]...)
			gone := errors.Is(err, storage.ErrNotFound)
			if err != nil && !gone {
				return nil, err
			}
			stream.Scope, stream.ID = storage.Scope(parts[1]), parts[2]
			v := version{at: at, Stream: stream, gone: gone}
			take = append(take, func() { r.log.versions[v.ID] = append(r.log.versions[v.ID], v) })
		case storage.Notices.Name():
			notice, err := storage.Notices.Get(tx, parts[1:]...)
			switch {
			case errors.Is(err, storage.ErrNotFound):
				take = append(take, func() { r.log.notices[storage.Key(parts[1:]...)].gone = true })
			case err != nil:
				return nil, err
			default:
				take = append(take, func() { r.log.noted(at, notice) })
			}
		case storage.Cards.Name():
			card, err := storage.Cards.Get(tx, parts[1:]...)
			if err != nil {
				return nil, err
			}
			take = append(take, func() { r.log.cards[card.Message] = card.Stream })
		case storage.Suspensions.Name():
			there, err := storage.Suspensions.Has(tx, parts[1])
			if err != nil {
				return nil, err
			}
			take = append(take, func() { r.log.suspend(at, parts[1], there) })
		}
	}
	return take, nil
}

// suspend takes down that a chat is suspended, or is not any more.
func (l *simLog) suspend(at time.Time, chat string, there bool) {
	spans := l.suspended[chat]
	open := len(spans) > 0 && spans[len(spans)-1].to.IsZero()
	switch {
	case there && !open:
		l.suspended[chat] = append(spans, span{from: at})
	case !there && open:
		spans[len(spans)-1].to = at
	}
}

// recordedTx notes the keys that are written.
type recordedTx struct {
	storage.Tx
	keys []string
}

func (tx *recordedTx) note(key string) {
	table, _, _ := strings.Cut(key, "/")
	switch table {
	case storage.Streams.Name(), storage.Notices.Name(), storage.Cards.Name(), storage.Suspensions.Name():
		if !slices.Contains(tx.keys, key) {
			tx.keys = append(tx.keys, key)
		}
	}
}

func (tx *recordedTx) Put(key string, value []byte) error {
	tx.note(key)
	return tx.Tx.Put(key, value)
}

func (tx *recordedTx) Delete(key string) error {
	tx.note(key)
	return tx.Tx.Delete(key)
}

// remembersFor is how long Discord knows a nonce again.
const remembersFor = 2 * time.Minute

// simMessenger is a messenger with its troubles.
type simMessenger struct {
	*simulation
	messenger bot.Messenger
	taken     map[string]*message // by chat and nonce, where it remembers
	ids       map[bot.MessageID]*message
	armed     bool             // it kills the program at the next operation
	shut      map[string]error // chats that take nothing
	tries     map[string]int
}

// remembering is a messenger that knows a nonce again.
type remembering struct{ *simMessenger }

// Remembers implements [bot.Remembering].
func (remembering) Remembers() time.Duration { return remembersFor }

// trouble is what befalls one operation.
type trouble struct {
	err   error
	taken bool // all the same
	kill  bool
	takes time.Duration
}

// trouble decides what befalls an operation on something in a chat.
func (m *simMessenger) trouble(chat, what string) trouble {
	now := m.now()
	if m.tries == nil {
		m.tries = map[string]int{}
	}
	m.tries[what]++
	dice := m.dice(chat, what, strconv.Itoa(m.tries[what]))
	t := trouble{taken: true, takes: time.Duration(20+dice%300) * time.Millisecond}
	dice /= 1000
	outage := slices.ContainsFunc(m.log.outages[m.messenger], func(s span) bool { return s.covers(now) })
	switch {
	case m.armed:
		m.armed = false
		t.kill, t.taken = true, dice%2 == 0
	case m.shut[chat] != nil:
		t.err, t.taken = m.shut[chat], false
	case outage:
		t.err, t.taken = &bot.RetryError{Err: errors.New("no route to host")}, false
	case dice%1000 < 8:
		t.err, t.taken = &bot.UnknownError{Err: errors.New("connection reset")}, dice/1000%2 == 0
	case dice%1000 < 12:
		t.err, t.taken = &bot.RetryError{After: time.Duration(1+dice/1000%60) * time.Second, Err: errors.New("too many requests")}, false
	case dice%1000 < 14:
		t.takes = sendTimeoutOfProgram + time.Second // the program gives up before
		t.err, t.taken = &bot.UnknownError{Err: context.DeadlineExceeded}, dice/1000%2 == 0
	}
	return t
}

// sendTimeoutOfProgram is how long the program waits for a messenger.
const sendTimeoutOfProgram = 15 * time.Second

// Send implements [bot.Sender].
func (m *simMessenger) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	life := m.life
	m.log.mu.Lock()
	chat := m.chatAt(to)
	trouble := m.trouble(chat.ID, nonce)
	sent := m.word(chat, p, nonce)
	sent.taken, sent.err, sent.known, sent.sure = trouble.taken, trouble.err, true, sent.at
	var unknown *bot.UnknownError
	sent.lost = trouble.kill || errors.As(trouble.err, &unknown)
	m.log.messages = append(m.log.messages, sent)
	sent.id = bot.MessageID(fmt.Sprintf("m%d", len(m.log.messages)))
	m.ids[sent.id] = sent
	if before := m.taken[chat.ID+nonce]; before != nil && sent.taken && sent.at.Sub(before.at) <= remembersFor {
		sent.known, sent.id = false, before.id
		if before.lost && !sent.lost {
			before.lost, before.sure = false, sent.at
		}
	} else if m.taken != nil && sent.taken {
		m.taken[chat.ID+nonce] = sent
	}
	if trouble.kill {
		m.kill(life)
	}
	m.log.mu.Unlock()
	m.wait(ctx, trouble.takes)
	if trouble.err != nil {
		return "", trouble.err
	}
	return sent.id, nil
}

// Edit implements [bot.Sender].
func (m *simMessenger) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	life := m.life
	m.log.mu.Lock()
	chat := m.chatAt(to)
	trouble := m.trouble(chat.ID, string(id))
	of := m.ids[id]
	if of == nil {
		m.log.left = append(m.log.left, fmt.Sprintf("an edit of %s in %s, which was never sent", id, chat.name()))
	} else if trouble.taken {
		edit := m.word(chat, p, "")
		of.edits = append(of.edits, simEdit{at: edit.at, says: edit.says, headline: edit.headline, silent: edit.silent, mentions: edit.mentions})
	}
	if _, refused := errors.AsType[*bot.RefusedError](trouble.err); refused && of != nil {
		of.stuck = true
	}
	if trouble.kill {
		m.kill(life)
	}
	m.log.mu.Unlock()
	m.wait(ctx, trouble.takes)
	return id, trouble.err
}

// wait lets an operation take its time.
func (m *simMessenger) wait(ctx context.Context, takes time.Duration) {
	timer := time.NewTimer(takes)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (m *simMessenger) chatAt(address bot.ChatID) *simChat {
	at := slices.IndexFunc(m.log.chats, func(c *simChat) bool { return c.Address == address })
	return m.log.chats[at]
}

// word takes down what a post says.
func (m *simMessenger) word(chat *simChat, p bot.Post, nonce string) *message {
	voice := bot.Voice{Words: m.words, Locale: p.Locale, Zone: p.Zone, Now: m.now()}
	said := &message{
		at: m.now(), chat: chat.ID, nonce: nonce, says: headline(p), headline: voice.Plain(p.Headline), also: len(p.Also.Text) > 0,
		locale: p.Locale, silent: p.Silent, mentions: p.Mentions,
	}
	if story := m.log.notices[m.log.nonces[nonce]]; story != nil {
		said.notice = story.last()
	}
	said.excuse = excused(p)
	said.lists, said.listed = listed(p, voice)
	return said
}

// excused reports whether a post says that it is late, or since when.
func excused(p bot.Post) bool {
	for _, key := range []string{"card.late", "card.late_crowd", "card.late_was_down", "card.late_unreachable", "gather.was_down", "gather.unreachable"} {
		if said(p, key) {
			return true
		}
	}
	return false
}
