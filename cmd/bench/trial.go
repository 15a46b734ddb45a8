package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"boardcast/storage"
)

// The bounds of a trial.
const (
	patience = 2 * time.Minute // without a message, after which what is still owed counts as lost
	hearing  = time.Minute     // that the program may take to hear what is said
)

// trial is one run of the program against a server, with a store that was prepared.
type trial struct {
	options *options
	stderr  io.Writer
	folder  string // of the store, the log and perhaps the program
	binary  string
	tally   *tally
	server  server
	socket  *listening
	child   *child
	used    usage
	killed  []time.Time
	due     time.Time // of the notice that most chats are told, before which nothing has to come
	size    int64     // of the store before the program started, in bytes
}

// measured is what a trial came to.
type measured struct {
	outcome
	limits
	used    usage
	back    late // how long after each kill the next notice was taken
	tooMany int
	size    int64 // of the store before the program started, in bytes
	settled map[storage.Outcome]int
}

// newTrial makes a folder, the program and a server. Whoever makes a trial closes it.
func newTrial(ctx context.Context, o *options, stderr io.Writer) (*trial, error) {
	folder, err := os.MkdirTemp("", "boardcast-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	t := &trial{options: o, stderr: stderr, folder: folder, tally: newTally()}
	t.server = newServer(o, t.tally)
	if t.binary, err = build(ctx, folder, o.binary); err == nil {
		t.socket, err = listen(ctx, distant(t.server, o.latency))
	}
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

// close kills the program, if it still lives, ends the server, and removes the folder.
func (t *trial) close() error {
	if t.child != nil {
		t.used.add(t.child.kill())
	}
	t.server.close()
	var err error
	if t.socket != nil {
		err = t.socket.close()
	}
	return errors.Join(err, os.RemoveAll(t.folder)) //nolint:gosec // it was made for the trial
}

// store is the path of the store.
func (t *trial) store() string { return filepath.Join(t.folder, "boardcast.db") }

// prepare fills the store. Its file is on the disk before the program starts.
func (t *trial) prepare(ctx context.Context, now time.Time, fill func(r records) error) error {
	r, err := newRecords(ctx, t.store(), now)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(r), r.store.Close()); err != nil {
		return fmt.Errorf("prepare the store: %w", err)
	}
	file, err := os.OpenFile(t.store(), os.O_RDWR, 0) //nolint:gosec // in the folder of the trial
	if err != nil {
		return fmt.Errorf("prepare the store: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		t.size = info.Size()
	}
	return errors.Join(err, file.Sync(), file.Close())
}

// start starts the program.
func (t *trial) start(ctx context.Context) (err error) {
	environ := append(t.options.environ(t.store()), t.server.environ(t.socket.url)...)
	t.child, err = startChild(ctx, t.binary, t.folder, environ)
	return err
}

// restart kills the program and starts it again at once.
func (t *trial) restart(ctx context.Context) error {
	t.used.add(t.child.kill())
	t.killed = append(t.killed, time.Now())
	return t.start(ctx)
}

// hears waits until the program hears what is said.
func (t *trial) hears(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, hearing)
	defer cancel()
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-t.child.done:
			cancel()
		case <-ctx.Done():
		}
	})
	err := t.server.hears(ctx)
	cancel()
	watching.Wait()
	select {
	case <-t.child.done:
		return t.explained(errGone)
	default:
		return err
	}
}

// await waits until so many chats are told; see [tally.await].
func (t *trial) await(ctx context.Context, chats int) (bool, error) {
	now := time.Now()
	all, err := t.tally.await(ctx, chats, patience+max(t.due.Sub(now), 0), t.child.done)
	return all, t.explained(err)
}

// explained adds what the program said last to an error that says that it ended.
func (t *trial) explained(err error) error {
	if !errors.Is(err, errGone) {
		return err
	}
	return fmt.Errorf("%w; its last words:\n%s", err, t.child.lastWords())
}

// finish waits until every chat is told, or nothing comes any more, and then for doubles. It stops the program, reads what that has
// written down of its notices, and judges all by the lane that most chats are in.
func (t *trial) finish(ctx context.Context, most lane) (measured, error) {
	_, owed := t.tally.counts()
	if _, err := t.await(ctx, owed); err != nil {
		return measured{}, err
	}
	for more := true; more; {
		var err error
		if more, err = t.tally.another(ctx, t.options.quiet, t.child.done); err != nil {
			return measured{}, t.explained(err)
		}
	}
	took, err := t.child.stop()
	t.used.add(took)
	t.child = nil
	if err != nil {
		return measured{}, err
	}
	m := measured{limits: t.server.limits(), used: t.used, back: t.tally.pauses(t.killed), tooMany: t.server.tooMany(), size: t.size}
	m.outcome = t.tally.judge(most, m.allowed)
	m.settled, err = settled(ctx, t.store())
	return m, err
}

// say tells whoever waits how far a trial has come.
func (t *trial) say(format string, args ...any) {
	fmt.Fprintf(t.stderr, format+"\n", args...)
}

// chatsSaid is a number of chats in words.
func chatsSaid(n int) string {
	if n == 1 {
		return "1 chat"
	}
	return strconv.Itoa(n) + " chats"
}
