package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// botProcess is boardcast run, by this test's own binary.
type botProcess struct {
	cmd *exec.Cmd
	log *botLog
}

// botLog is what a process logs, line by line.
type botLog struct {
	mu    sync.Mutex
	lines []string
	more  chan struct{}
}

func startRun(t *testing.T, folder string, environ ...string) botProcess {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args, cmd.Dir = []string{"boardcast", "run"}, folder
	cmd.Env = append(os.Environ(), environ...)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := &botLog{more: make(chan struct{}, 1)}
	go log.read(out)
	return botProcess{cmd: cmd, log: log}
}

func (l *botLog) read(from io.Reader) {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		l.mu.Lock()
		l.lines = append(l.lines, lines.Text())
		l.mu.Unlock()
		select {
		case l.more <- struct{}{}:
		default:
		}
	}
}

func (l *botLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// logs waits until the log has some words, and returns the line.
func (p botProcess) logs(t *testing.T, words string) string {
	t.Helper()
	patience := time.After(time.Minute)
	for {
		for line := range strings.SplitSeq(p.log.String(), "\n") {
			if strings.Contains(line, words) {
				return line
			}
		}
		select {
		case <-p.log.more:
		case <-patience:
			t.Fatalf("the log never says %q:\n%s", words, p.log)
		}
	}
}

// isWell asks at the address that the log names whether the process is well.
func (p botProcess) isWell(t *testing.T) {
	t.Helper()
	_, address, _ := strings.Cut(p.logs(t, "msg=listening"), "address=")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the process is not well: %s", answer.Status)
	}
}

// stop asks the process to stop, as a service manager does. Its log holds no part of a token.
func (p botProcess) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the process ended with %v:\n%s", err, p.log)
	}
	if strings.Contains(p.log.String(), "may-show-this") {
		t.Errorf("a token is in the log:\n%s", p.log)
	}
}

func (p botProcess) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err == nil {
		t.Error("the process ended by itself")
	}
}
