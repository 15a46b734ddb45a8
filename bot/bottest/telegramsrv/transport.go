package telegramsrv

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
)

// Transport reaches the server without a socket, whatever host a request names. Everything that waits in it waits on channels, so
// it may be used in a bubble of testing/synctest, by a server that was made in the bubble.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ server *Server }

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	answer := t.server.serve(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if answer.gone != nil {
		return nil, answer.gone
	}
	return &http.Response{
		Status: strconv.Itoa(answer.status) + " " + http.StatusText(answer.status), StatusCode: answer.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {answer.kind}},
		Body:          io.NopCloser(answer.reader()),
		ContentLength: int64(len(answer.body)), Request: r,
	}, nil
}

// reader reads the body as far as it comes.
func (r reply) reader() io.Reader {
	if r.cut {
		return io.MultiReader(bytes.NewReader(r.half()), broken{})
	}
	return bytes.NewReader(r.body)
}

// broken is what is left to read of a connection that is none any more.
type broken struct{}

// Read implements [io.Reader].
func (broken) Read([]byte) (int, error) {
	return 0, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}
