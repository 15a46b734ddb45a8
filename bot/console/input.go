package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"
)

// input reads what comes in, a piece at a time, so that a reader who is gone waits for nobody.
type input struct {
	from    io.Reader
	pending chan piece // of the Read that is under way; nil: none
}

type piece struct {
	bytes []byte
	err   error
}

// pieceBytes is how much is read at once.
const pieceBytes = 4 << 10

// next is the next bytes, and whether more may follow: not after the end, after an error, and when ctx has ended.
func (in *input) next(ctx context.Context) (typed []byte, more bool, err error) {
	if in.pending == nil {
		in.pending = make(chan piece, 1)
		go read(in.from, in.pending)
	}
	select {
	case p := <-in.pending:
		in.pending = nil
		if errors.Is(p.err, io.EOF) {
			return p.bytes, false, nil
		}
		return p.bytes, p.err == nil, p.err
	case <-ctx.Done():
		return nil, false, nil
	}
}

func read(from io.Reader, to chan<- piece) {
	buffer := make([]byte, pieceBytes)
	n, err := from.Read(buffer)
	to <- piece{bytes: buffer[:n], err: err}
}

// stopPatience is how long stop waits for a Read to notice its deadline: one of a file whose Fd method was called never does.
const stopPatience = 200 * time.Millisecond

// stop ends the Read that is under way, if the reader lets itself be interrupted.
func (in *input) stop() {
	if in.pending == nil {
		return
	}
	reader, ok := in.from.(interface{ SetReadDeadline(t time.Time) error })
	if !ok || reader.SetReadDeadline(time.Unix(1, 0)) != nil {
		return
	}
	patience := time.NewTimer(stopPatience)
	defer patience.Stop()
	select {
	case <-in.pending:
		in.pending = nil
	case <-patience.C:
	}
	_ = reader.SetReadDeadline(time.Time{}) // it has just taken one; whoever reads next wants none
}

// entered is one line as it was typed.
type entered struct {
	text string
	over bool // it was longer than a line may be, and text is not to be used
}

// byteOrderMark may stand at the beginning of a file.
const byteOrderMark = "\ufeff"

// splitter cuts what comes in into lines, and holds no more than one of them.
type splitter struct {
	begun bool
	line  []byte
	over  bool
}

// add takes the next bytes and returns the lines that they end.
func (s *splitter) add(typed []byte) []entered {
	var lines []entered
	for {
		line, rest, ended := bytes.Cut(typed, []byte("\n"))
		s.keep(line)
		if !ended {
			return lines
		}
		lines = append(lines, s.end())
		typed = rest
	}
}

func (s *splitter) keep(typed []byte) {
	if len(s.line)+len(typed) > mostLine {
		s.over = true
		s.line = s.line[:0]
	}
	if !s.over {
		s.line = append(s.line, typed...)
	}
}

// end is the line that has come in so far; after the last line feed it may be empty.
func (s *splitter) end() entered {
	text := string(s.line)
	if !s.begun {
		text = strings.TrimPrefix(text, byteOrderMark)
	}
	ended := entered{text: strings.ToValidUTF8(text, "\ufffd"), over: s.over}
	s.begun, s.line, s.over = true, s.line[:0], false
	return ended
}
