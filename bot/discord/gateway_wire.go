package discord

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	dialBound    = 10 * time.Second // until there is a websocket
	writeBound   = 10 * time.Second
	partingBound = time.Second

	mostMessage = 16 << 20 // bytes
)

// Why we cut a connection.
var (
	errSilent  = errors.New("nothing came in time")
	errZombie  = errors.New("a heartbeat was not answered before the next")
	errStuck   = errors.New("what is sent does not go out")
	errStopped = errors.New("stopped")
)

// wire is a websocket that can be cut at any time, whatever it is being used for.
type wire struct {
	ws   *websocket.Conn
	over chan struct{} // closed when it is cut

	mu    sync.Mutex
	conn  net.Conn // nil: nothing to cut yet
	cause error    // nil: it is not cut
}

func newWire() *wire { return &wire{over: make(chan struct{})} }

// cut ends the connection without a word, so that Discord keeps the session.
func (w *wire) cut(cause error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cause == nil {
		w.cause = cause
		close(w.over)
	}
	if w.conn != nil {
		_ = w.conn.Close() // whoever uses it has the error
	}
}

// cutFor returns why it was cut, nil if it was not.
func (w *wire) cutFor() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

// dial makes the connection. The status is that of HTTP, if what answers does not speak websocket.
func (w *wire) dial(ctx context.Context, over dialFunc, to *url.URL) (status int, err error) {
	proxy := http.ProxyFromEnvironment
	if over == nil {
		over = (&net.Dialer{}).DialContext
	} else {
		proxy = nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialBound)
	defer cancel()
	// The library heeds a deadline while it shakes hands, and not that ctx ends.
	ended := context.AfterFunc(ctx, func() { w.cut(context.Cause(ctx)) })
	defer ended()
	dialer := websocket.Dialer{Proxy: proxy, NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := over(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		w.hold(conn)
		return conn, nil
	}}
	ws, answer, err := dialer.DialContext(ctx, to.String(), nil)
	switch {
	case err == nil:
		ws.SetReadLimit(mostMessage)
		// The library would answer a close frame with its own code, and with 1000 or 1001 that would end the session.
		ws.SetCloseHandler(func(int, string) error { return nil })
		w.ws = ws
		return 0, nil
	case w.cutFor() != nil:
		return 0, w.cutFor()
	case answer != nil:
		status = answer.StatusCode
		_ = answer.Body.Close() // it is in memory
	}
	return status, err
}

// hold keeps what is to be closed when the connection is cut.
func (w *wire) hold(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
	if w.cause != nil {
		_ = conn.Close()
	}
}

// read waits for a message.
func (w *wire) read() ([]byte, error) {
	_, message, err := w.ws.ReadMessage()
	if cause := w.cutFor(); err != nil && cause != nil {
		return nil, cause
	}
	return message, err
}

// send sends a packet. There is one at a time that calls it. If it fails, the connection is cut, but not before there was time to read
// why Discord does not listen any more.
func (w *wire) send(op int, data any) error {
	late := time.AfterFunc(writeBound, func() { w.cut(errStuck) })
	defer late.Stop()
	err := w.ws.WriteJSON(outgoing{Op: op, Data: data})
	if err != nil {
		time.AfterFunc(partingBound, func() { w.cut(err) })
	}
	return err
}

// part tells Discord that the session is over, waits until it has heard that and nothing more is read, and cuts the connection.
func (w *wire) part(heard <-chan struct{}) {
	late := time.AfterFunc(partingBound, func() { w.cut(errStopped) })
	defer late.Stop()
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if err := w.ws.WriteControl(websocket.CloseMessage, goodbye, time.Time{}); err != nil {
		w.cut(err)
	}
	<-heard
	w.cut(errStopped)
}
