package console

import (
	"fmt"
	"io"
	"strings"
)

// Where the cursor goes.
const (
	eraseLine   = "\r\x1b[K"
	eraseScreen = "\x1b[2J\x1b[H"
	bell        = "\a"
)

// screen is what the terminal shows at its lowest line. Its Console's lock guards it.
type screen struct {
	out    io.Writer
	raw    bool  // a line feed does not return the cursor to the left
	typing *line // shown at the bottom, nil while nobody can type
	begun  bool  // something has been printed
}

// print puts text, which ends with a line feed, above the line that is being typed.
func (s *screen) print(text string, width int) error { return s.printTo(s.out, text, width) }

func (s *screen) printTo(w io.Writer, text string, width int) error {
	if s.raw {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if s.typing == nil {
		return put(w, text)
	}
	if w == s.out {
		return put(w, eraseLine+text+s.typing.draw(width))
	}
	// Another writer shows on the same terminal: the order of the three writes is what counts.
	if err := put(s.out, eraseLine); err != nil {
		return err
	}
	if err := put(w, text); err != nil {
		return err
	}
	return put(s.out, s.typing.draw(width))
}

// redraw shows the typed line as it is now.
func (s *screen) redraw(width int) error {
	if s.typing == nil {
		return nil
	}
	return put(s.out, eraseLine+s.typing.draw(width))
}

func put(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
