package bolt

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// LockedError says that another process has the file open, and which one, as far as it said.
type LockedError struct {
	Path   string
	Holder string // such as "boardcast chat"; empty if unknown
	PID    int
	Since  time.Time
	asked  time.Time
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s is in use by %s. Stop it first, or name another file as storage.path.", e.Path, e.who())
}

func (e *LockedError) who() string {
	if e.Holder == "" {
		return "another process"
	}
	if e.Since.IsZero() {
		return fmt.Sprintf("%s (process %d)", e.Holder, e.PID)
	}
	since := e.Since.In(e.asked.Location())
	layout := "2006-01-02 15:04"
	if since.Format(time.DateOnly) == e.asked.Format(time.DateOnly) {
		layout = "15:04"
	}
	return fmt.Sprintf("%s (process %d, since %s)", e.Holder, e.PID, since.Format(layout))
}

// holding is what a process that has the file open leaves beside it. What a killed process left is written over by the
// next one; only who is refused the lock reads it.
type holding struct {
	Holder string    `json:"holder"`
	PID    int       `json:"pid"`
	Since  time.Time `json:"since"`
}

func holderPath(path string) string { return path + ".holder" }

func writeHolder(path string, opts Options) error {
	raw, err := json.Marshal(holding{Holder: opts.Holder, PID: os.Getpid(), Since: opts.Started})
	if err != nil {
		return err
	}
	return os.WriteFile(holderPath(path), raw, 0o600)
}

func removeHolder(path string) { _ = os.Remove(holderPath(path)) }

func lockedError(path string, asked time.Time) *LockedError {
	locked := &LockedError{Path: path, asked: asked}
	raw, err := os.ReadFile(holderPath(path))
	if err != nil {
		return locked
	}
	var h holding
	if json.Unmarshal(raw, &h) == nil {
		locked.Holder, locked.PID, locked.Since = h.Holder, h.PID, h.Since
	}
	return locked
}
