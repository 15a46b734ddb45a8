package console_test

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"boardcast/bot"
	"boardcast/bot/console"
)

// open is a terminal of the operating system: what is typed on its keyboard and what its screen shows.
func open(t *testing.T) (tty *os.File, keyboard io.Writer, screen *show, changed <-chan struct{}) {
	t.Helper()
	board, tty, err := pty.Open()
	if err != nil {
		t.Skipf("this machine has no terminals: %v", err)
	}
	screen = newShow(40)
	shown := make(chan struct{}, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buffer := make([]byte, 4096)
		for {
			n, err := board.Read(buffer)
			if err != nil {
				return
			}
			_, _ = screen.Write(buffer[:n])
			select {
			case shown <- struct{}{}:
			default:
			}
		}
	}()
	t.Cleanup(func() {
		tty.Close()
		board.Close()
		<-ended
	})
	return tty, board, screen, shown
}

// state is how a terminal treats keys. Its Fd method would make the Reads of it impossible to interrupt.
func state(t *testing.T, tty *os.File) term.State {
	t.Helper()
	conn, err := tty.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var now *term.State
	if failed := conn.Control(func(fd uintptr) { now, err = term.GetState(int(fd)) }); failed != nil || err != nil {
		t.Fatal(failed, err)
	}
	return *now
}

// On a real terminal keys arrive one by one and are shown once, and the terminal is as it was when Run has returned, even if
// Run is stopped while it waits for a key.
func TestOnATerminal(t *testing.T) {
	tty, keyboard, screen, changed := open(t)
	before := state(t, tty)
	cfg := config("", nil)
	cfg.In, cfg.Out, cfg.Interactive = tty, tty, true
	cfg.Width = func() int { return 40 }
	c := console.New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- c.Run(ctx, &parrot{}) }()
	until := func(want string) {
		t.Helper()
		deadline := time.After(10 * time.Second)
		for screen.text() != "Ask me.\n\n"+want {
			select {
			case <-changed:
			case <-deadline:
				t.Fatalf("the terminal shows %q, want %q below the greeting", screen.text(), want)
			}
		}
	}
	until("› _\n")
	_, _ = io.WriteString(keyboard, "/who 雷军x\x7f\x1b[D")
	until("› /who 雷_军\n")
	send(t, c, bot.Post{Headline: bot.Lit("Live")}, "n1")
	until("│ 08:31  Live\n\n› /who 雷_军\n")
	_, _ = io.WriteString(keyboard, "\r")
	until("│ 08:31  Live\n\n› /who 雷军\nheard /who 雷军\n\n› _\n")
	cancel()
	if err := <-ran; err != nil {
		t.Errorf("Run: %v", err)
	}
	if after := state(t, tty); after != before {
		t.Errorf("the terminal was left as %+v, was %+v", after, before)
	}
	if strings.Contains(screen.text(), "^") {
		t.Errorf("the terminal echoed: %q", screen.text())
	}
}
