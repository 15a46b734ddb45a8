package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// errGone says that the program ended by itself.
var errGone = errors.New("boardcast ended by itself")

// build builds the program into a folder, unless a file of it is named, and returns its path.
func build(ctx context.Context, folder, named string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	path := filepath.Join(folder, "boardcast")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, "boardcast/cmd/boardcast") //nolint:gosec // the path is one that was just made
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build boardcast: %w\n%s", err, said)
	}
	return path, nil
}

// usage is what the lives of a program took.
type usage struct {
	lives    int
	worked   time.Duration // of processors
	resident int           // the most at once, in KiB, with pages of files that are mapped
	own      int           // likewise without these, as it was seen ten times a second
}

func (u *usage) add(more usage) {
	u.lives += more.lives
	u.worked += more.worked
	u.resident, u.own = max(u.resident, more.resident), max(u.own, more.own)
}

// child is the program while it lives.
type child struct {
	cmd  *exec.Cmd
	log  string        // the file that it writes its log to, behind those of its former lives
	done chan struct{} // closed when it has ended
	both sync.WaitGroup
	mu   sync.Mutex // of used
	used usage
}

// startChild starts the program. It is killed when ctx ends; else whoever starts it kills or stops it.
func startChild(ctx context.Context, binary, folder string, environ []string) (*child, error) {
	c := &child{log: filepath.Join(folder, "log"), done: make(chan struct{})}
	out, err := os.OpenFile(c.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) //nolint:gosec // in the folder of the trial
	if err != nil {
		return nil, fmt.Errorf("start boardcast: %w", err)
	}
	defer out.Close()                               // the child has its own
	c.cmd = exec.CommandContext(ctx, binary, "run") //nolint:gosec // the program to measure is the caller's choice
	c.cmd.Dir, c.cmd.Stderr, c.cmd.Stdout = folder, out, out
	inherited := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "BOARDCAST_") })
	c.cmd.Env = append(inherited, environ...)
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start boardcast: %w", err)
	}
	c.both.Go(c.wait)
	c.both.Go(c.sample)
	return c, nil
}

// wait waits for the end of the program.
func (c *child) wait() {
	_ = c.cmd.Wait() // how it ended is asked of its state
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used.lives, c.used.worked = 1, c.cmd.ProcessState.UserTime()+c.cmd.ProcessState.SystemTime()
	close(c.done)
}

// sampling is how often the memory of the program is looked at.
const sampling = 100 * time.Millisecond

// sample looks at the memory of the program until it ends.
func (c *child) sample() {
	every := time.NewTicker(sampling)
	defer every.Stop()
	for {
		c.look()
		select {
		case <-every.C:
		case <-c.done:
			return
		}
	}
}

// look notes the memory of the program, where the system tells it.
func (c *child) look() {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(c.cmd.Process.Pid) + "/status") //nolint:gosec // of a process of our own
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used.resident = max(c.used.resident, kibibytes(status, "VmHWM:"))
	c.used.own = max(c.used.own, kibibytes(status, "RssAnon:"))
}

// kibibytes is a line of a process's status, 0 if it has none.
func kibibytes(status []byte, name string) int {
	_, after, _ := bytes.Cut(status, []byte("\n"+name))
	words := strings.Fields(string(after[:min(len(after), 40)]))
	if len(words) == 0 {
		return 0
	}
	n, err := strconv.Atoi(words[0])
	if err != nil {
		return 0
	}
	return n
}

// kill ends the program as a power cut does, and returns what it took.
func (c *child) kill() usage {
	c.look()
	_ = c.cmd.Process.Kill() // it may have ended already
	return c.ended()
}

// stopWithin is how long the program may take to stop.
const stopWithin = 20 * time.Second

// stop asks the program to stop, as a service manager does, and returns what it took.
func (c *child) stop() (usage, error) {
	c.look()
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	timer := time.NewTimer(stopWithin)
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.C:
		return c.kill(), fmt.Errorf("boardcast did not stop within %s:\n%s", stopWithin, c.lastWords())
	}
	if !c.cmd.ProcessState.Success() {
		return c.ended(), fmt.Errorf("boardcast stopped with %s:\n%s", c.cmd.ProcessState, c.lastWords())
	}
	return c.ended(), nil
}

// ended waits for the end and returns what the life took.
func (c *child) ended() usage {
	c.both.Wait()
	return c.used
}

// lastWords are the last lines of the log.
func (c *child) lastWords() string {
	const lines = 20
	log, err := os.ReadFile(c.log) //nolint:gosec // in the folder of the trial
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(log), "\n"), "\n")
	return strings.Join(all[max(len(all)-lines, 0):], "\n")
}
