package discord

import (
	"context"
	"sync/atomic"
	"time"

	"boardcast/bot"
)

// mostResumes is how many attempts to resume a session may reach Discord and fail before a new one is begun.
const mostResumes = 3

// shard is one of the streams of events: all of the servers that Discord counts to it.
type shard struct {
	*gateway

	id, of   int
	starts   *starts
	handle   handleDispatch
	outgrown func() // Discord wants more shards than there are

	session  session
	seq      atomic.Int64 // of the last event of the session; 0: none came
	resumes  int          // failed attempts to resume it in a row
	failures int          // in a row
	spared   bool         // the connection ended for a routine reason, and nothing was made of it, since it was last steady
	// ready and steady are of the last connection: events came, and came for some time.
	ready, steady bool
}

// session is what Discord remembers of us when a connection ends; without an ID there is none.
type session struct {
	ID string
	At string // where it is resumed; "": where sessions begin
}

// run keeps the shard connected until ctx ends.
func (s *shard) run(ctx context.Context) {
	for ctx.Err() == nil {
		end := s.attend(ctx)
		if ctx.Err() != nil {
			return
		}
		bot.Pause(ctx, s.conclude(ctx, end))
	}
}

// attend makes a connection, to resume the session or to begin one, and keeps it until it ends.
func (s *shard) attend(ctx context.Context) ending {
	l := &link{shard: s, brittle: s.ready && !s.steady}
	s.ready, s.steady = false, false
	if s.session.ID == "" {
		return s.begin(ctx, l)
	}
	end := s.resume(ctx, l)
	if l.answered && !s.ready {
		s.resumes++
	}
	return end
}

// begin waits until the shard may begin a session, and begins it.
func (s *shard) begin(ctx context.Context, l *link) ending {
	line, info, err := s.starts.enter(ctx, s.id)
	if err != nil {
		return s.unasked(err)
	}
	l.line = line
	defer l.letNextIn()
	return s.connect(ctx, l, info.URL)
}

// resume goes on with the session.
func (s *shard) resume(ctx context.Context, l *link) ending {
	if s.session.At != "" {
		return s.connect(ctx, l, s.session.At)
	}
	info, err := s.directory.get(ctx)
	if err != nil {
		return s.unasked(err)
	}
	return s.connect(ctx, l, info.URL)
}

func (s *shard) connect(ctx context.Context, l *link, at string) ending {
	address, err := gatewayAddress(at)
	if err != nil {
		s.missed()
		return ending{why: err.Error() + "; is discord.api_url right?", err: err}
	}
	end := l.run(ctx, address)
	if !l.answered {
		s.missed()
	}
	return end
}

// missed notes that nobody answers where the connection should have led, so that the next one goes elsewhere: a session can also be
// resumed where sessions begin, and where they begin may have changed.
func (s *shard) missed() {
	if s.session.At != "" {
		s.session.At = ""
		return
	}
	s.directory.forget()
}

// lastSeq is the number of the last event of the session, for a heartbeat; nil: none came.
func (s *shard) lastSeq() any {
	if seq := s.seq.Load(); seq > 0 {
		return seq
	}
	return nil
}

// serves notes that events come. After a connection that soon broke this is not believed at once.
func (s *shard) serves(ctx context.Context, brittle bool) {
	s.ready, s.resumes = true, 0
	if !brittle {
		s.health.good(ctx, s.id)
	}
}

// settled notes that events have come for some time.
func (s *shard) settled(ctx context.Context) {
	s.steady = true
	s.health.good(ctx, s.id)
}

// conclude does what follows from the end of a connection, and returns how long to wait before the next.
func (s *shard) conclude(ctx context.Context, end ending) time.Duration {
	if end.fresh || s.resumes >= mostResumes {
		s.session, s.resumes = session{}, 0
	}
	if s.steady {
		s.failures, s.spared = 0, false
	}
	if end.routine && s.failures == 0 && !s.spared {
		s.spared = true
		s.cfg.Log.DebugContext(ctx, "connecting to Discord again", "shard", s.id, "why", end.why, "error", s.hide(end.err.Error()))
		return end.atLeast
	}
	s.failures++
	if end.outgrown && s.cfg.Shards == 0 {
		s.health.bad(ctx, s.id, outgrown(s.of, end.err))
		s.directory.forget()
		s.outgrown()
		return 0
	}
	s.health.bad(ctx, s.id, end)
	if end.hopeless {
		s.directory.forget()
		s.starts.rest()
		return 0
	}
	return max(end.atLeast, s.backoff(s.failures))
}
