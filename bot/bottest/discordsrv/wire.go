package discordsrv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// wire serves connections in memory, as net/http serves those of a socket.
type wire struct {
	mu     sync.Mutex
	server *http.Server
	door   *door
	done   chan struct{} // closed when the server has ended
	closed bool
}

// Dial connects to the server without a socket, whatever address is named: for the NetDialContext of a websocket.Dialer or the
// DialContext of an http.Transport. It works in a bubble of testing/synctest in which the server was made. During an outage it fails.
func (s *Server) Dial(ctx context.Context, network, _ string) (net.Conn, error) {
	if s.shut() {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
	}
	d := s.wire.open(s)
	if d == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: net.ErrClosed}
	}
	here, there := pipe()
	select {
	case d.conns <- there:
		return here, nil
	case <-d.closed:
		return nil, &net.OpError{Op: "dial", Net: network, Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, fmt.Errorf("dial the server: %w", ctx.Err())
	}
}

// open starts to serve at the first connection. It returns nil after close.
func (w *wire) open(h http.Handler) *door {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	if w.server == nil {
		w.door = &door{conns: make(chan net.Conn), closed: make(chan struct{})}
		w.server = &http.Server{Handler: h}
		w.done = make(chan struct{})
		go func(server *http.Server, d *door, done chan struct{}) {
			defer close(done)
			_ = server.Serve(d) // It ends with ErrServerClosed.
		}(w.server, w.door, w.done)
	}
	return w.door
}

func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.server == nil {
		return
	}
	_ = w.server.Close()
	<-w.done
	w.server = nil
}

// door is a listener for connections in memory.
type door struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.conns:
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

func (d *door) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

func (d *door) Addr() net.Addr { return memory{} }

// memory is the address of everything here.
type memory struct{}

func (memory) Network() string { return "memory" }
func (memory) String() string  { return "memory" }

// pipe is a connection in memory and its other end. Unlike those of [net.Pipe] they have room for what nobody has read yet, as a
// socket has: two that write to each other at once do not wait for each other for ever.
func pipe() (here, there *end) {
	to, from := newFlow(), newFlow()
	return &end{reads: from, writes: to}, &end{reads: to, writes: from}
}

// end is one end of a connection.
type end struct {
	reads, writes *flow
}

func (e *end) Read(b []byte) (int, error)  { return e.reads.read(b) }
func (e *end) Write(b []byte) (int, error) { return e.writes.write(b) }

func (e *end) Close() error {
	e.reads.end(io.ErrClosedPipe)
	e.writes.end(io.EOF)
	return nil
}

func (e *end) LocalAddr() net.Addr  { return memory{} }
func (e *end) RemoteAddr() net.Addr { return memory{} }

func (e *end) SetDeadline(t time.Time) error { return e.SetReadDeadline(t) }

func (e *end) SetReadDeadline(t time.Time) error {
	e.reads.until(t)
	return nil
}

// SetWriteDeadline has no meaning where writing never waits.
func (e *end) SetWriteDeadline(time.Time) error { return nil }

// flow is one direction of a connection.
type flow struct {
	mu       sync.Mutex
	data     []byte
	ended    error // what readers get when data is empty, nil while it goes on
	deadline time.Time
	change   chan struct{}
}

func newFlow() *flow { return &flow{change: make(chan struct{})} }

// changed wakes who waits. The lock is held.
func (f *flow) changed() {
	close(f.change)
	f.change = make(chan struct{})
}

func (f *flow) read(b []byte) (int, error) {
	for {
		n, wait, change, err := f.take(b)
		if n > 0 || err != nil || len(b) == 0 {
			return n, err
		}
		if wait == 0 {
			<-change
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-change:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// take takes what is there. If that is nothing, it says how long to wait for a change, 0 being for ever.
func (f *flow) take(b []byte) (n int, wait time.Duration, change chan struct{}, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if errors.Is(f.ended, io.ErrClosedPipe) {
		return 0, 0, nil, f.ended
	}
	if !f.deadline.IsZero() {
		if wait = time.Until(f.deadline); wait <= 0 {
			return 0, 0, nil, os.ErrDeadlineExceeded
		}
	}
	if len(f.data) == 0 {
		return 0, wait, f.change, f.ended
	}
	n = copy(b, f.data)
	f.data = f.data[n:]
	return n, 0, nil, nil
}

func (f *flow) write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended != nil {
		return 0, io.ErrClosedPipe
	}
	f.data = append(f.data, b...)
	f.changed()
	return len(b), nil
}

// end ends a direction. Who closes it itself reads nothing more; the other side reads what is left.
func (f *flow) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended == nil || errors.Is(err, io.ErrClosedPipe) {
		f.ended = err
	}
	f.changed()
}

func (f *flow) until(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deadline = t
	f.changed()
}
