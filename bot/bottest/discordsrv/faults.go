package discordsrv

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// Fault is what goes wrong with a call. The zero value is a call that is taken as usual.
type Fault struct {
	Delay time.Duration // before anything else; a call that its client has given up by then is not taken
	Hang  bool          // no answer ever: it ends when the client gives up
	Taken bool          // everything is done as asked, and only the answer is what this fault says
	Reset bool          // the connection breaks instead of an answer
	Cut   bool          // the connection breaks in the middle of the answer
	Err   error         // instead of an answer; over a socket as Reset

	// Status is answered instead, if it is not 0.
	Status int
	Header http.Header
	Body   string
}

// Refused finds nobody who listens. Over a socket the connection is closed before an answer.
func Refused() *Fault { return &Fault{Reset: true} }

// Lost is a call that is taken, and whose answer is lost on the way.
func Lost() *Fault { return &Fault{Reset: true, Taken: true} }

// Unresolved is a name that is not known: nothing arrives.
func Unresolved() *Fault {
	unknown := &net.DNSError{Err: "no such host", Name: "discord.com", IsNotFound: true}
	return &Fault{Err: &net.OpError{Op: "dial", Net: "tcp", Err: unknown}}
}

// BadGateway is the page of the proxy in front of Discord; the call is not taken.
func BadGateway() *Fault {
	return &Fault{Status: http.StatusBadGateway, Header: http.Header{"Content-Type": {"text/html"}}, Body: badGateway}
}

// Unavailable is what Discord answers in an outage.
func Unavailable() *Fault {
	return &Fault{Status: http.StatusServiceUnavailable, Header: http.Header{"Content-Type": {"text/plain"}}, Body: overflow}
}

const overflow = "upstream connect error or disconnect/reset before headers. reset reason: overflow"

const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
	"<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"

// Cloudflare is the 429 of the proxy in front of Discord, which is no JSON.
func Cloudflare(wait time.Duration) *Fault {
	header := tooManyHeader(wait, "")
	header.Del("X-RateLimit-Scope")
	header.Set("Content-Type", "text/plain; charset=UTF-8")
	return &Fault{Status: http.StatusTooManyRequests, Header: header, Body: "error code: 1015"}
}

// TooEarly is a 429 of Discord itself.
func TooEarly(wait time.Duration, scope string) *Fault {
	answer := answered(nil, tooMany(wait, scope == "global"))
	header := tooManyHeader(wait, scope)
	header.Set("Content-Type", "application/json")
	return &Fault{Status: answer.status, Header: header, Body: string(answer.body)}
}

// Answer is an error of Discord's.
func Answer(status, code int, message string) *Fault {
	return &Fault{
		Status: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: fmt.Sprintf(`{"message":%q,"code":%d}`, message, code),
	}
}

// Fail has a function say of each call what goes wrong with it, nil if nothing does. Of several that say something the oldest counts.
// A function may be asked from many goroutines at once, and does not ask the server anything.
func (s *Server) Fail(wrong func(Call) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(slices.Clip(s.hooks), wrong)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = nil
}

// Outage has Discord be down, or up again: REST answers 503, the gateway breaks and cannot be reached.
func (s *Server) Outage(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	s.outage = on
	if !on {
		return
	}
	for l := range s.gateway.links {
		l.cut()
	}
}

// spoil does a call, or what goes wrong instead. It works on nil, which is no fault.
func (f *Fault) spoil(ctx context.Context, do func() reply) reply {
	if f == nil {
		return do()
	}
	if !pause(ctx, f.Delay) {
		return reply{gone: io.ErrUnexpectedEOF}
	}
	var answer reply
	instead := f.Hang || f.Reset || f.Status != 0 || f.Err != nil
	if f.Taken || !instead {
		answer = do()
	}
	answer.cut = f.Cut
	switch {
	case f.Err != nil:
		return reply{gone: f.Err}
	case f.Hang:
		<-ctx.Done()
		return reply{gone: io.ErrUnexpectedEOF}
	case f.Reset && f.Taken:
		return reply{gone: &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}}
	case f.Reset:
		return reply{gone: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	case f.Status != 0:
		return f.reply()
	}
	return answer
}

func (f *Fault) reply() reply {
	return reply{status: f.Status, header: f.Header.Clone(), body: []byte(f.Body)}
}

// pause waits, and reports whether it could until the end.
func pause(ctx context.Context, wait time.Duration) bool {
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
