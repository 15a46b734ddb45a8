package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"boardcast/bot"
	"boardcast/storage/bolt"
)

const (
	// longestSocket is how long the path of a socket may be on every Unix.
	longestSocket = 103
	// usualPatience is how long the process that serves may take to say anything.
	usualPatience = 30 * time.Second

	versionHeader = "Boardcast-Version"
	// An answer ends with one of these, so that one that was cut off is told from one that is complete.
	doneTrailer  = "Boardcast-Done"
	errorTrailer = "Boardcast-Error"
)

// served is what the process that has the store answers from.
type served struct {
	store   *bolt.Store
	words   bot.Words
	verb    string // under which it runs, such as "boardcast chat"
	started time.Time
	log     *slog.Logger
}

// inquiry is what can be asked of the process that serves: a verb, or a part of one.
type inquiry struct {
	name       string
	anyVersion bool // whether a program of another version may ask
	answer     func(ctx context.Context, s served, asked url.Values, w io.Writer) error
}

func inquiries() []inquiry {
	return []inquiry{
		{"backup", true, answerBackup},
		{"version", true, answerVersion},
		{"week", false, answerWeek},
		{"why", false, answerWhy},
	}
}

// socketPath is where a running boardcast answers the verbs of the machine's own people.
func socketPath(store string) string { return store + ".sock" }

// serveSocket answers verbs until ctx ends. A socket that cannot be opened is no reason not to serve people. Whoever calls it
// has the store, so a socket that is there already was left behind by a process that was killed.
func serveSocket(ctx context.Context, path string, s served) error {
	name := socketPath(path)
	if len(name) > longestSocket {
		s.log.WarnContext(ctx, "no socket: its path is too long; verbs beside this process need a shorter storage.path",
			"path", name, "bytes", len(name), "most", longestSocket)
		return nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.WarnContext(ctx, "old socket stays", "error", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", name)
	if err != nil {
		s.log.WarnContext(ctx, "no socket: verbs beside this process will not work", "error", err)
		return nil
	}
	if err := os.Chmod(name, 0o600); err != nil {
		return errors.Join(fmt.Errorf("protect the socket: %w", err), listener.Close())
	}
	server := &http.Server{Handler: socketHandler(s), ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		if err := server.Close(); err != nil { // which takes the socket away
			s.log.Warn("close the socket", "error", err)
		}
	})
	err = server.Serve(listener)
	if !stop() {
		<-stopped
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the socket: %w", err)
	}
	return nil
}

func socketHandler(s served) http.Handler {
	mux := http.NewServeMux()
	for _, q := range inquiries() {
		mux.HandleFunc("GET /"+q.name, func(w http.ResponseWriter, r *http.Request) { reply(w, r, s, q) })
	}
	return mux
}

// reply answers an inquiry. Its error stands behind the answer, which may have begun long before.
func reply(w http.ResponseWriter, r *http.Request, s served, q inquiry) {
	w.Header().Set(versionHeader, version())
	w.Header().Set("Trailer", doneTrailer+", "+errorTrailer)
	if !q.anyVersion && r.Header.Get(versionHeader) != version() {
		return // the header says enough
	}
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush() // the other side knows by this that somebody is at work
	}
	if err := q.answer(r.Context(), s, r.URL.Query(), patientWriter{w}); err != nil {
		// Whoever asked is told; at the chat's terminal, where the log is shown, it is nobody's business.
		s.log.DebugContext(r.Context(), "verb failed", "verb", q.name, "error", err)
		w.Header().Set(errorTrailer, url.QueryEscape(err.Error()))
		return
	}
	w.Header().Set(doneTrailer, "yes")
}

// patientWriter fails once the other side has not taken anything for so long: it would keep the pages of the file from being
// used again.
type patientWriter struct{ http.ResponseWriter }

func (w patientWriter) Write(b []byte) (int, error) {
	if err := http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(usualPatience)); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(b)
}

// errNobodyServes says that no process answers at the socket.
var errNobodyServes = errors.New("nobody serves the store")

// ask has the process that serves the store answer an inquiry; where nobody does, that is errNobodyServes.
func (p program) ask(ctx context.Context, store string, q inquiry, asked url.Values, w io.Writer) error {
	name := socketPath(store)
	if len(name) > longestSocket {
		return fmt.Errorf("%w: a socket's path has at most %d bytes, and %s has %d", errNobodyServes, longestSocket, name, len(name))
	}
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{Timeout: p.patience}).DialContext(ctx, "unix", name)
		return &patientConn{Conn: conn, patience: p.patience}, err
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://boardcast/"+q.name+"?"+asked.Encode(), nil)
	if err != nil {
		return err
	}
	request.Header.Set(versionHeader, version())
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return p.unanswered(name, err)
	}
	defer response.Body.Close()
	return p.take(name, q, response, w)
}

// take copies an answer and looks at how it ends.
func (p program) take(name string, q inquiry, response *http.Response, w io.Writer) error {
	if theirs := response.Header.Get(versionHeader); !q.anyVersion && theirs != version() {
		return fmt.Errorf("the boardcast that is running is %q and this is %q: restart it, or use the program that it was started from", theirs, version())
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the process at %s does not know this verb (%s): is it a boardcast of another version?", name, response.Status)
	}
	if _, err := io.Copy(w, response.Body); err != nil {
		return p.unanswered(name, err)
	}
	if said, err := url.QueryUnescape(response.Trailer.Get(errorTrailer)); err == nil && said != "" {
		return errors.New(said)
	}
	if response.Trailer.Get(doneTrailer) == "" {
		return fmt.Errorf("the answer from %s was cut off: the process that serves ended; try again", name)
	}
	return nil
}

// unanswered says what went wrong with an inquiry.
func (p program) unanswered(name string, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("the process at %s has said nothing for %s; look at its log, or stop it and try again", name, p.patience)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no permission for %s: run this as the user who runs boardcast", name)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w: %w", errNobodyServes, err) // a socket without a process is what a killed one leaves
	default:
		return fmt.Errorf("ask the process at %s: %w", name, err)
	}
}

// patientConn fails a Read once nothing has come for so long.
type patientConn struct {
	net.Conn
	patience time.Duration
}

func (c *patientConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// askOrOpen answers an inquiry from the process that serves the store, or else from its file.
func (p program) askOrOpen(ctx context.Context, c config, q inquiry, asked url.Values, words bot.Words) error {
	var said strings.Builder // an answer is a page at most, and half of one is of no use
	err := p.ask(ctx, c.Storage.Path, q, asked, &said)
	if errors.Is(err, errNobodyServes) {
		err = openAndAnswer(ctx, c, q, asked, words, &said)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, said.String())
	return err
}

func openAndAnswer(ctx context.Context, c config, q inquiry, asked url.Values, words bot.Words, w io.Writer) error {
	store, err := openThere(ctx, c.Storage.Path, "boardcast "+q.name)
	if err != nil {
		return err
	}
	if err = upToDate(ctx, store); err == nil {
		err = q.answer(ctx, served{store: store, words: words}, asked, w)
	}
	return errors.Join(err, store.Close())
}
