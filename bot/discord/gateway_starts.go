package discord

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// infoBound is how long asking how to connect may take.
	infoBound = 30 * time.Second
	// startsApart is how far apart sessions of one line begin: Discord's 5 s, and room for what the network does to them.
	startsApart = 5500 * time.Millisecond
	// mostReset is the longest wait for more sessions that is believed.
	mostReset = 24 * time.Hour
)

// directory knows how to connect: what Discord said when it was last asked.
type directory struct {
	ask   func(ctx context.Context) (*discordgo.GatewayBotResponse, error)
	stale atomic.Bool
	turn  chan struct{} // whoever has put something in may use what is below

	known bool
	info  discordgo.GatewayBotResponse // with how many sessions remain now
}

func newDirectory(ask func(ctx context.Context) (*discordgo.GatewayBotResponse, error)) *directory {
	return &directory{ask: ask, turn: make(chan struct{}, 1)}
}

// forget makes the directory ask before it answers again.
func (d *directory) forget() { d.stale.Store(true) }

// get returns what is known, or asks.
func (d *directory) get(ctx context.Context) (discordgo.GatewayBotResponse, error) {
	return d.use(ctx, func() {})
}

// start returns what is known, or asks, and takes one of the sessions that may be begun. If none remained, Remaining is negative,
// and the next one asks again.
func (d *directory) start(ctx context.Context) (discordgo.GatewayBotResponse, error) {
	return d.use(ctx, func() {
		if d.info.SessionStartLimit.Total == 0 {
			return // not what Discord says, but a proxy that knows of no limit
		}
		d.info.SessionStartLimit.Remaining--
		d.known = d.info.SessionStartLimit.Remaining > 0
	})
}

func (d *directory) use(ctx context.Context, do func()) (info discordgo.GatewayBotResponse, err error) {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return info, ctx.Err()
	}
	if d.stale.Swap(false) || !d.known {
		if d.known, err = d.learn(ctx); err != nil {
			return info, err
		}
	}
	do()
	return d.info, nil
}

func (d *directory) learn(ctx context.Context) (known bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, infoBound)
	defer cancel()
	info, err := d.ask(ctx)
	if err != nil {
		return false, fmt.Errorf("ask for the gateway: %w", err)
	}
	d.info = *info
	d.info.Shards = max(1, info.Shards)
	return true, nil
}

// starts lets sessions begin only as often as Discord allows: one in five seconds of each line, of which there are max_concurrency;
// so many a day; and only now and then while somebody has to mend something.
type starts struct {
	directory *directory
	lines     []*startLine

	mu      sync.Mutex
	resting chan struct{} // nil: nothing has to be mended; closed when it is time to try
	timer   *time.Timer
}

// startLine is where shards wait for one another.
type startLine struct {
	turn  chan struct{} // whoever has put something in has the turn
	apart *time.Timer   // nil: a session may begin at once
}

func newStarts(d *directory, lines int) *starts {
	s := &starts{directory: d}
	for range max(1, lines) {
		s.lines = append(s.lines, &startLine{turn: make(chan struct{}, 1)})
	}
	return s
}

// close stops what is left to run.
func (s *starts) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
	}
	for _, l := range s.lines {
		if l.apart != nil {
			l.apart.Stop()
		}
	}
}

// rest makes every start wait for a while, because somebody has to mend something.
func (s *starts) rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.resting != nil {
		return
	}
	over := make(chan struct{})
	s.resting = over
	s.timer = time.AfterFunc(rareTry, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.resting = nil
		close(over)
	})
}

func (s *starts) rested(ctx context.Context) bool {
	s.mu.Lock()
	over := s.resting
	s.mu.Unlock()
	if over == nil {
		return ctx.Err() == nil
	}
	select {
	case <-over:
		return true
	case <-ctx.Done():
		return false
	}
}

// errStopping is why nothing begins any more.
var errStopping = errors.New("stopping")

// enter waits until a shard may begin a session. Whoever has been let in leaves the line when it is known what became of it.
func (s *starts) enter(ctx context.Context, shard int) (*startLine, discordgo.GatewayBotResponse, error) {
	var none discordgo.GatewayBotResponse
	line := s.lines[shard%len(s.lines)]
	select {
	case line.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, none, errStopping
	}
	// In this order: what the one before met is known by now, and may be that something has to be mended.
	if !line.waitApart(ctx) || !s.rested(ctx) {
		line.leave()
		return nil, none, errStopping
	}
	info, err := s.directory.start(ctx)
	if err == nil && info.SessionStartLimit.Remaining < 0 {
		err = &noStartsError{Total: info.SessionStartLimit.Total, After: resetAfter(info)}
	}
	if err != nil {
		line.leave()
		return nil, none, err
	}
	return line, info, nil
}

func (l *startLine) waitApart(ctx context.Context) bool {
	if l.apart == nil {
		return true
	}
	select {
	case <-l.apart.C:
		l.apart = nil
		return true
	case <-ctx.Done():
		return false
	}
}

// spend notes that a session is begun now.
func (l *startLine) spend() { l.apart = time.NewTimer(startsApart) }

// leave lets the next one in.
func (l *startLine) leave() { <-l.turn }

func resetAfter(info discordgo.GatewayBotResponse) time.Duration {
	wait := time.Duration(info.SessionStartLimit.ResetAfter) * time.Millisecond
	return min(max(wait, longestWait), mostReset)
}

// noStartsError says that no session may be begun for some time.
type noStartsError struct {
	Total int
	After time.Duration
}

func (e *noStartsError) Error() string {
	return fmt.Sprintf("0 of %d session starts remain; more in %s", e.Total, e.After)
}
