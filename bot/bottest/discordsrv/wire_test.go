package discordsrv_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot/bottest/discordsrv"
)

func TestAConnectionInMemoryIsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		conn, err := w.Dial(t.Context(), "tcp", "discord.example:80")
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := conn.SetReadDeadline(start.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("read: %v", err)
		}
		// Nobody reads this, and yet writing does not wait.
		if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 1<<10) + "\r\n\r\n")); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("read: %v", err)
		}
		if _, err := conn.Write([]byte("a")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("written: %v", err)
		}
		w.Close()
		if _, err := w.Dial(t.Context(), "tcp", "discord.example:80"); !errors.Is(err, net.ErrClosed) && err == nil {
			t.Error("connected to what is closed")
		}
	})
}

func TestAConnectionThatTheServerClosedIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	conn, err := w.Dial(t.Context(), "tcp", "discord.example:80")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /api/v9/gateway HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(conn); err != nil || !strings.Contains(string(got), "ws://a/gateway") {
		t.Errorf("read %s, %v", got, err)
	}
	conn.Close()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("read: %v", err)
	}
}

func TestRESTWorksOverAConnectionInMemory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	client := http.Client{Transport: &http.Transport{DialContext: w.Dial, DisableKeepAlives: true}}
	get := func() (int, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://discord.example/api/v9/gateway", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
	if status, err := get(); status != http.StatusOK || err != nil {
		t.Errorf("status %d, %v", status, err)
	}
	w.Fail(func(discordsrv.Call) *discordsrv.Fault { return discordsrv.Refused() })
	if status, err := get(); err == nil {
		t.Errorf("status %d", status)
	}
}
