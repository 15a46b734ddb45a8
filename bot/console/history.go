package console

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"boardcast/bot"
)

// The bounds of what is remembered of former lines.
const (
	mostPast      = 1000
	mostPastBytes = 1 << 20 // of the file, from its end
)

// history is the lines typed before, oldest first. Going back finds those that begin with what is typed already.
type history struct {
	file  string // empty: none
	lines []string
	at    int    // the line shown; len(lines) for the one being typed
	typed string // what was typed before going back
}

// loadHistory reads the history that a file keeps, and shortens the file when it has grown too long. Without the file, or if it
// cannot be read, the history is empty.
func loadHistory(file string) (*history, error) {
	h := &history{file: file}
	if file == "" {
		return h, nil
	}
	text, long, err := readEnd(file)
	if err == nil {
		for old := range strings.Lines(text) {
			h.remember(bot.Clean(old))
		}
		h.rewind()
	}
	if err == nil && long {
		err = replaceFile(file, strings.Join(h.lines, "\n")+"\n")
	}
	if err != nil {
		h.file = ""
		return h, fmt.Errorf("read the history of lines: %w", err)
	}
	return h, nil
}

// readEnd is the end of a file, empty if there is none, and whether the file is longer.
func readEnd(file string) (text string, long bool, err error) {
	f, err := os.Open(file) //nolint:gosec // the caller names the person's own file
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", false, err
	}
	skipped := max(info.Size()-mostPastBytes, 0)
	end, err := io.ReadAll(io.NewSectionReader(f, skipped, mostPastBytes))
	return string(end), skipped > 0, err
}

// replaceFile puts text in the place of a file, whole or not at all.
func replaceFile(file, text string) error {
	next := file + ".new"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(next, file)
}

// add remembers a line, in the file too. After a failure the file is left alone.
func (h *history) add(typed string) error {
	known := h.remember(typed)
	h.rewind()
	if h.file == "" || known {
		return nil
	}
	if err := appendLine(h.file, typed); err != nil {
		h.file = ""
		return fmt.Errorf("keep the history of lines: %w", err)
	}
	return nil
}

// remember keeps a line in memory unless it is empty or repeats the one before, and says whether that was so.
func (h *history) remember(typed string) bool {
	if strings.TrimSpace(typed) == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == typed {
		return true
	}
	if len(h.lines) == mostPast {
		h.lines = slices.Delete(h.lines, 0, 1)
	}
	h.lines = append(h.lines, typed)
	return false
}

// appendLine adds a line to a file that its owner alone may read.
func appendLine(file, typed string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the caller names the person's own file
	if err != nil {
		return err
	}
	_, err = f.WriteString(typed + "\n")
	return errors.Join(err, f.Close())
}

func (h *history) rewind() { h.at = len(h.lines) }

// older goes back to the next line that begins as the typed one does.
func (h *history) older(typed string) (string, bool) {
	if h.at == len(h.lines) {
		h.typed = typed
	}
	for i := h.at - 1; i >= 0; i-- {
		if strings.HasPrefix(h.lines[i], h.typed) && h.lines[i] != h.typed {
			h.at = i
			return h.lines[i], true
		}
	}
	return "", false
}

// newer goes forward again, at the end to what was being typed.
func (h *history) newer(string) (string, bool) {
	if h.at == len(h.lines) {
		return "", false
	}
	for i := h.at + 1; i < len(h.lines); i++ {
		if strings.HasPrefix(h.lines[i], h.typed) && h.lines[i] != h.typed {
			h.at = i
			return h.lines[i], true
		}
	}
	h.rewind()
	return h.typed, true
}
