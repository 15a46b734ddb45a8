package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestKilled kills the program with SIGKILL as soon as it has answered: what it answered is there at the next start, with the
// watch and the stream that were added, and nothing is added twice.
func TestKilled(t *testing.T) {
	folder := t.TempDir()
	first := startChat(t, folder)
	first.say(t, "/chat set quiet=off")
	first.say(t, "/watch add xiaomi before=1m")
	first.say(t, `/stream add lei jun in 9m title="Kill test" platform=weibo`)
	first.hears(t, "Kill test")
	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := first.cmd.Wait(); err == nil {
		t.Fatal("the first process ended by itself")
	}

	second := startChat(t, folder)
	second.say(t, "/watch list")
	second.hears(t, "1 watch here")
	second.say(t, "/schedule")
	second.hears(t, "All streams: 1 stream in the next 14 days")
	if err := second.in.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, second.out); err != nil {
		t.Fatal(err)
	}
	if err := second.cmd.Wait(); err != nil {
		t.Errorf("the second process: %v", err)
	}
}

// chatProcess is the program, run by this test's own binary, see TestMain.
type chatProcess struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startChat(t *testing.T, folder string) chatProcess {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = []string{"boardcast", "chat"}
	cmd.Dir, cmd.Stderr = folder, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return chatProcess{cmd: cmd, in: in, out: bufio.NewReader(out)}
}

func (p chatProcess) say(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

// hears reads on until a line has the words.
func (p chatProcess) hears(t *testing.T, words string) {
	t.Helper()
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			t.Fatalf("waiting for %q: %v", words, err)
		}
		if strings.Contains(line, words) {
			return
		}
	}
}
