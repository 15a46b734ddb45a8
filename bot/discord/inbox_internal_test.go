package discord

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// logbook is what was logged.
type logbook struct {
	mu    sync.Mutex
	lines strings.Builder
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *logbook) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.lines.String(), words)
}

// inboxWith is one that has room for so much.
func inboxWith(t *testing.T, room int) (*inbox, *logbook) {
	t.Helper()
	log := &logbook{}
	a, err := New(Config{Token: "MTEw.a.b", Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	in := newInbox(a, nil)
	in.room = make(chan struct{}, room)
	return in, log
}

// What comes while there is no room is left out, and said to be; afterwards all goes on.
func TestAFloodIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in, log := inboxWith(t, 2)
		gate := make(chan struct{})
		wait := func(ctx context.Context) error { <-gate; return ctx.Err() }
		of := &answering{inbox: in, of: &interaction{ChannelID: "1"}, turn: make(chan struct{}, 1)}
		aside := func() { of.aside(t.Context(), "completion", wait) }
		for range 2 {
			if !in.handle(t.Context(), "1", "message", wait) {
				t.Fatal("there is no room at first")
			}
		}
		aside()
		of.line(t.Context(), func(context.Context) (string, error) { t.Error("a line is looked up"); return "", nil })
		if in.handle(t.Context(), "2", "arrival", wait) || !log.has("event=arrival") || !log.has("event=completion") || !log.has("event=interaction") {
			t.Errorf("there is more room than there should be:\n%s", &log.lines)
		}
		close(gate)
		in.wait()
		for range 3 {
			aside()
			in.wait()
		}
		if !in.handle(t.Context(), "2", "message", wait) {
			t.Error("there is no room afterwards")
		}
		in.wait()
	})
}

// Those of one lane take turns in their order, others do not wait for them, and a panic or an error is the end of one alone.
func TestEventsAreHandledInTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in, log := inboxWith(t, 100)
		var mu sync.Mutex
		var got []string
		does := func(what string, err any) func(context.Context) error {
			return func(context.Context) error {
				time.Sleep(time.Second)
				mu.Lock()
				got = append(got, what)
				mu.Unlock()
				if err, ok := err.(error); ok {
					return err
				}
				if err != nil {
					panic(err)
				}
				return nil
			}
		}
		in.handle(t.Context(), "1", "first", does("first", "broken in two"))
		in.handle(t.Context(), "1", "second", does("second", errors.New("went wrong")))
		in.handle(t.Context(), "1", "third", does("third", nil))
		time.Sleep(time.Second / 2)
		in.handle(t.Context(), "2", "other", does("other", nil))
		in.wait()
		if diff := cmp.Diff([]string{"first", "other", "second", "third"}, got); diff != "" {
			t.Errorf("the order is (-want +got):\n%s", diff)
		}
		if !log.has("broken in two") || !log.has("went wrong") {
			t.Errorf("the log says:\n%s", &log.lines)
		}
	})
}

// Which shard a server is of is Discord's rule.
func TestWhichShardAServerIsOf(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]int{"0": 0, "4194304": 1, "8388608": 2, "12582912": 0, "4194303": 0, "x": 0} {
		if got := shardWith(id, 3); got != want {
			t.Errorf("%s is of shard %d, want %d", id, got, want)
		}
	}
}
