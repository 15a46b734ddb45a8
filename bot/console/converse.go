package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"boardcast/bot"

	"golang.org/x/term"
)

// Bracketed paste tells pasted characters from typed ones, so that a tab in them completes nothing.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// converse answers what is typed on a terminal.
func (s *session) converse(ctx context.Context) error {
	restore, err := makeRaw(s.in.from)
	if err != nil {
		return err
	}
	typing, err := s.begin()
	if err == nil {
		err = s.readKeys(ctx, &keyboard{session: s, line: typing})
	}
	return errors.Join(err, s.finish(), restore())
}

// makeRaw makes a terminal hand over every key, and returns what undoes it. What is no terminal stays as it is.
func makeRaw(in io.Reader) (func() error, error) {
	same := func() error { return nil }
	file, ok := in.(syscall.Conn)
	if !ok {
		return same, nil
	}
	var before *term.State
	err := control(file, func(fd int) (err error) {
		if term.IsTerminal(fd) {
			before, err = term.MakeRaw(fd)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the terminal: %w", err)
	}
	if before == nil {
		return same, nil
	}
	return func() error {
		if err := control(file, func(fd int) error { return term.Restore(fd, before) }); err != nil {
			return fmt.Errorf("restore the terminal: %w", err)
		}
		return nil
	}, nil
}

// control does something to the descriptor of a file. Its Fd method is no help, for after it no Read can be interrupted.
func control(file syscall.Conn, do func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = do(int(fd)) })
	return errors.Join(err, failed)
}

// begin greets, and shows the prompt.
func (s *session) begin() (*line, error) {
	past, unread := loadHistory(s.console.cfg.History)
	typing := &line{past: past}
	c := s.console
	c.mu.Lock()
	defer c.mu.Unlock()
	c.screen.raw = true
	hints := []row{c.aside(bot.Say("console.hello"))}
	if unread != nil {
		hints = append(hints, c.noHistory(unread))
	}
	if err := c.printAside(append(hints, row{})...); err != nil {
		return nil, err
	}
	if err := put(c.cfg.Out, pasteOn); err != nil {
		return nil, err
	}
	c.screen.typing = typing
	return typing, c.screen.redraw(c.width())
}

// finish leaves the cursor at the left of an empty line.
func (s *session) finish() error {
	c := s.console
	c.mu.Lock()
	defer c.mu.Unlock()
	c.screen.typing, c.screen.raw = nil, false
	return put(c.cfg.Out, eraseLine+pasteOff)
}

// aside words a line that is no post.
func (c *Console) aside(t bot.Text) row { return c.layout(bot.Post{}).glyphs(t) }

func (c *Console) noHistory(why error) row {
	return c.aside(bot.Say("console.no_history", bot.Args{"Why": bot.Lit(why.Error())}))
}

// readKeys handles keys until the session is left, the terminal is gone, or ctx ends.
func (s *session) readKeys(ctx context.Context, k *keyboard) error {
	var rest []byte
	for more := true; more && !s.left; {
		var typed []byte
		var unread, err error
		typed, more, unread = s.in.next(ctx)
		if rest, err = k.handle(ctx, append(rest, typed...)); err != nil {
			return err
		}
		if unread != nil {
			return fmt.Errorf("read what is typed: %w", unread)
		}
	}
	return nil
}

// keyboard turns keys into changes of the line, and lines into answers.
type keyboard struct {
	session *session
	line    *line
	pasting bool
}

// handle does what the keys say, shows the line as it is then, and returns the bytes of a key that is not complete.
func (k *keyboard) handle(ctx context.Context, typed []byte) ([]byte, error) {
	for len(typed) > 0 && !k.session.left && !ended(ctx) {
		pressed, r, size := nextKey(typed)
		if size == 0 {
			break
		}
		typed = typed[size:]
		if err := k.press(ctx, pressed, r); err != nil {
			return nil, err
		}
	}
	return typed, k.locked(func(c *Console) error { return c.screen.redraw(c.width()) })
}

// locked does something to the line or the screen while nothing else is printed.
func (k *keyboard) locked(do func(c *Console) error) error {
	c := k.session.console
	c.mu.Lock()
	defer c.mu.Unlock()
	return do(c)
}

func (k *keyboard) press(ctx context.Context, pressed key, r rune) error {
	if k.pasting && pressed == tab {
		pressed, r = character, ' '
	}
	switch pressed {
	case enter:
		return k.enter(ctx)
	case tab:
		return k.complete(ctx)
	case pasteBegins, pasteEnds:
		k.pasting = pressed == pasteBegins
	case interrupt:
		k.interrupt()
	case endOfInput:
		k.endOfInput()
	case clearScreen:
		return k.locked(func(c *Console) error { return put(c.cfg.Out, eraseScreen) })
	case character:
		return k.locked(func(*Console) error { k.line.insert(string(r)); return nil })
	default:
		return k.locked(func(*Console) error { k.line.press(pressed); return nil })
	}
	return nil
}

// interrupt leaves, or clears what is typed.
func (k *keyboard) interrupt() {
	_ = k.locked(func(*Console) error {
		k.session.left = k.line.text == ""
		k.line.take()
		return nil
	})
}

// endOfInput leaves, or erases the character under the cursor.
func (k *keyboard) endOfInput() {
	_ = k.locked(func(*Console) error {
		k.session.left = k.line.text == ""
		k.line.press(endOfInput)
		return nil
	})
}

// enter answers the line. There is no prompt until the answer is printed.
func (k *keyboard) enter(ctx context.Context) error {
	var typed entered
	err := k.locked(func(c *Console) error {
		typed = k.line.take()
		c.screen.typing = nil
		return c.screen.print(eraseLine+prompt+typed.text+"\n", c.width())
	})
	if err != nil {
		return err
	}
	err = errors.Join(k.remember(typed), k.session.take(ctx, typed))
	return errors.Join(err, k.locked(func(c *Console) error {
		c.screen.typing = k.line
		return nil
	}))
}

// remember keeps a line for later. That it cannot be kept is said once and stops nothing.
func (k *keyboard) remember(typed entered) error {
	if typed.over {
		return nil
	}
	unkept := k.line.past.add(typed.text)
	if unkept == nil {
		return nil
	}
	return k.locked(func(c *Console) error { return c.printAside(c.noHistory(unkept)) })
}
