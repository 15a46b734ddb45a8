package main

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// askAt asks for a backup at the socket of a store, with little patience.
func askAt(t *testing.T, store string, q inquiry) error {
	t.Helper()
	p := program{patience: 100 * time.Millisecond}
	return p.ask(t.Context(), store, q, url.Values{}, &bytes.Buffer{})
}

// listen opens the socket of a store that is none.
func listen(t *testing.T) (store string, listener net.Listener) {
	t.Helper()
	store = filepath.Join(t.TempDir(), "b")
	listener, err := net.Listen("unix", socketPath(store))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return store, listener
}

// serveAt has a handler answer at the socket of a store.
func serveAt(t *testing.T, handler http.HandlerFunc) (store string) {
	t.Helper()
	store, listener := listen(t)
	server := &http.Server{Handler: handler}
	done := make(chan error)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return store
}

func wantError(t *testing.T, err error, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) || errors.Is(err, errNobodyServes) {
		t.Errorf("error = %v, want %q", err, words)
	}
}

func weekInquiry() inquiry { return inquiry{"week", false, answerWeek} }

func TestAProcessThatHangsIsNotWaitedForForEver(t *testing.T) {
	store, _ := listen(t) // the system takes the connection, and nobody reads from it
	wantError(t, askAt(t, store, backupInquiry()), "has said nothing for 100ms; look at its log, or stop it and try again")
}

func TestAnotherVersionIsNamed(t *testing.T) {
	store := serveAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(versionHeader, "v9.9.9")
		w.Header().Set("Trailer", doneTrailer)
		w.WriteHeader(http.StatusOK)
		w.Header().Set(doneTrailer, "yes")
	})
	wantError(t, askAt(t, store, weekInquiry()), `the boardcast that is running is "v9.9.9" and this is`)
	if err := askAt(t, store, backupInquiry()); err != nil {
		t.Errorf("a backup is a copy whatever the version: %v", err)
	}
}

func TestAVerbThatIsNotKnownThere(t *testing.T) {
	store := serveAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(versionHeader, version())
		w.WriteHeader(http.StatusNotFound)
	})
	wantError(t, askAt(t, store, weekInquiry()), "does not know this verb (404 Not Found)")
}

func TestAnAnswerThatIsCutOffIsNoAnswer(t *testing.T) {
	store := serveAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(versionHeader, version())
		_, _ = w.Write([]byte("half of")) // without a trailer
	})
	wantError(t, askAt(t, store, weekInquiry()), "was cut off")
	store = serveAt(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 100_000))
		panic(http.ErrAbortHandler)
	})
	wantError(t, askAt(t, store, backupInquiry()), "unexpected EOF")
}

func TestWhereNobodyServes(t *testing.T) {
	folder := t.TempDir()
	if err := askAt(t, filepath.Join(folder, "b"), backupInquiry()); !errors.Is(err, errNobodyServes) {
		t.Errorf("without a socket: %v", err)
	}
	store, listener := listen(t)
	unix, ok := listener.(*net.UnixListener)
	if !ok {
		t.Fatal("no socket")
	}
	unix.SetUnlinkOnClose(false) // as when it is killed
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(socketPath(store)); err != nil {
		t.Fatal(err)
	}
	if err := askAt(t, store, backupInquiry()); !errors.Is(err, errNobodyServes) {
		t.Errorf("with the socket of a killed process: %v", err)
	}
	if err := askAt(t, filepath.Join(folder, strings.Repeat("a", 120)), backupInquiry()); !errors.Is(err, errNobodyServes) {
		t.Errorf("with a path that is too long: %v", err)
	}
}
