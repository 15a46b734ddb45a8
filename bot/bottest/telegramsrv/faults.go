package telegramsrv

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Kind is how a call goes wrong.
type Kind int

// The ways in which a call goes wrong.
const (
	Refused    Kind = iota + 1 // no connection: nothing arrives. Over a socket it is closed before an answer, as in Dropped.
	Dropped                    // the connection breaks before the server has taken anything
	Lost                       // the server takes everything, then the connection breaks: the answer is lost
	Gateway                    // 502 with a page of HTML; nothing is taken
	Empty                      // 500 with nothing in it; nothing is taken
	Answered                   // the error that the fault names; nothing is taken
	Slow                       // the call is taken after a delay; one that its client has given up by then is not
	Unresolved                 // the name of the server is not known: nothing arrives. Over a socket as Refused.
	Hung                       // no answer ever: it ends when the client gives up
	Cut                        // the server takes everything, and the connection breaks in the middle of the answer
	Portal                     // 200 with a page of HTML, of something else than Telegram; nothing is taken
)

// Fault makes calls go wrong.
type Fault struct {
	Method string // "" is every method
	Chat   int64  // 0 is every chat, and calls without one
	Nth    int    // from which of these calls, counted from now: 1 or 0 is the next
	Times  int    // how many of them: 0 is one, -1 all that come
	Kind   Kind
	Error  *APIError     // of Answered
	Taken  bool          // everything is done as asked, and only the answer is what this fault says
	Delay  time.Duration // before anything else; of Slow it is all that is wrong
}

// fault is a Fault with what has come until now. Its methods work on nil, which is none.
type fault struct {
	Fault
	seen int
}

// Fail makes calls go wrong from now on. Of several faults that a call meets, the oldest counts.
func (s *Server) Fail(f Fault) {
	if f.Kind == Answered && f.Error == nil {
		panic("telegramsrv: a fault that answers needs an error")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{Fault: f})
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault is what goes wrong with a call, or nil.
func (s *Server) fault(method string, p params) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var met *fault
	for _, f := range s.faults {
		if f.meets(method, p) && met == nil {
			met = f
		}
	}
	if met != nil {
		s.stats.Faults++
	}
	return met
}

// meets counts a call, if it is of those that a fault means, and reports whether it is to go wrong.
func (f *fault) meets(method string, p params) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, method) || f.Chat != 0 && f.Chat != p.number("chat_id") {
		return false
	}
	f.seen++
	first, times := max(f.Nth, 1), f.Times
	if times == 0 {
		times = 1
	}
	return f.seen >= first && (times < 0 || f.seen < first+times)
}

// spoil does a call, or what goes wrong instead.
func (f *fault) spoil(ctx context.Context, do func() reply) reply {
	if f == nil {
		return do()
	}
	if !pause(ctx, f.Delay) {
		return reply{gone: io.ErrUnexpectedEOF}
	}
	if f.Taken || f.Kind == Lost {
		do()
	}
	switch f.Kind {
	case Refused:
		return reply{gone: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	case Unresolved:
		unknown := &net.DNSError{Err: "no such host", Name: "api.telegram.org", IsNotFound: true}
		return reply{gone: &net.OpError{Op: "dial", Net: "tcp", Err: unknown}}
	case Dropped:
		return reply{gone: &net.OpError{Op: "write", Net: "tcp", Err: syscall.ECONNRESET}}
	case Hung:
		<-ctx.Done()
		return reply{gone: io.ErrUnexpectedEOF}
	case Lost:
		return reply{gone: io.ErrUnexpectedEOF}
	case Gateway:
		return page(http.StatusBadGateway, "502 Bad Gateway")
	case Portal:
		return page(http.StatusOK, "Welcome")
	case Empty:
		return reply{status: http.StatusInternalServerError, kind: "application/json"}
	case Answered:
		return failed(f.Error)
	case Cut:
		answer := do()
		answer.cut = true
		return answer
	default:
		return do()
	}
}

// page is an answer of HTML.
func page(status int, title string) reply {
	html := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n</body>\r\n</html>\r\n"
	return reply{status: status, kind: "text/html", body: []byte(html)}
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
