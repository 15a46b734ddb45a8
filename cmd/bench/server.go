package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"boardcast/bot"
)

// server is a messenger's server, which a program is told of and which takes its messages.
type server interface {
	http.Handler
	// places makes so many chats, and returns them as the program knows them.
	places(n int) []bot.Chat
	// environ is what the program is told to be served at an address.
	environ(url string) []string
	// hears waits until the program hears what is said.
	hears(ctx context.Context) error
	// start has an operator say that a stream is on.
	start(stream string) error
	// tooMany is how often the program asked too much.
	tooMany() int
	limits() limits
	close()
}

// limits are what a messenger allows, and what is asked of the program there.
type limits struct {
	allowed float64 // posts a second that the messenger documents that it takes
	share   float64 // of these, which are to be reached
	knows   bool    // the messenger knows a message again that is sent twice, so that a kill doubles none
}

func newServer(o *options, t *tally) server {
	if o.messenger == bot.Discord {
		return newDiscord(o, t)
	}
	return newTelegram(o, t)
}

// headerTimeout is how long a request may take to say what it is.
const headerTimeout = 10 * time.Second

// listening is a handler on a socket of this machine.
type listening struct {
	url    string
	server *http.Server
	done   chan error
}

func listen(ctx context.Context, handler http.Handler) (*listening, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &listening{
		url: "http://" + listener.Addr().String(), server: &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}, done: make(chan error, 1),
	}
	go func() { l.done <- l.server.Serve(listener) }()
	return l, nil
}

// close ends all connections.
func (l *listening) close() error {
	err := l.server.Close()
	if served := <-l.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// distant is a handler from which the way there and the way back take their time, half of it each.
func distant(handler http.Handler, latency time.Duration) http.Handler {
	if latency <= 0 {
		return handler
	}
	const ways = 2
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !pause(r.Context(), latency/ways) {
			return
		}
		handler.ServeHTTP(w, r)
		pause(r.Context(), latency/ways)
	})
}

// pause waits, and reports whether it was for the whole time.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
