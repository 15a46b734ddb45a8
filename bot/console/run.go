package console

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardcast/bot"
)

// Run answers line after line, in order, until In ends, somebody types exit or quit, or ctx ends; Ctrl-D ends it too, and
// Ctrl-C on an empty line. A number presses the button that was printed with it. On a pipe it then returns ErrFailed if any
// answer was a failure, and stays for Config.Wait when it was In that ended. Run is called once.
func (c *Console) Run(ctx context.Context, b bot.Bot) error {
	s := &session{console: c, bot: b, in: &input{from: c.cfg.In}}
	defer s.in.stop()
	if c.cfg.Interactive {
		return s.converse(ctx)
	}
	if err := s.readPipe(ctx); err != nil {
		return err
	}
	if s.failed {
		return ErrFailed
	}
	return nil
}

// session is one Run.
type session struct {
	console *Console
	bot     bot.Bot
	in      *input
	failed  bool // an answer was a failure
	left    bool // somebody said exit
}

// readPipe answers the lines of a pipe.
func (s *session) readPipe(ctx context.Context) error {
	var lines splitter
	for more := true; more; {
		var typed []byte
		var unread error
		typed, more, unread = s.in.next(ctx)
		ready := lines.add(typed)
		if !more {
			ready = append(ready, lines.end())
		}
		if err := s.takeAll(ctx, ready); err != nil || s.left {
			return err
		}
		if unread != nil {
			return fmt.Errorf("read a line: %w", unread)
		}
	}
	s.wait(ctx)
	return nil
}

func (s *session) takeAll(ctx context.Context, lines []entered) error {
	for _, line := range lines {
		if s.left || ended(ctx) {
			break
		}
		if err := s.take(ctx, line); err != nil {
			return err
		}
	}
	return nil
}

func ended(ctx context.Context) bool { return ctx.Err() != nil }

// wait leaves time for notices.
func (s *session) wait(ctx context.Context) {
	timer := time.NewTimer(s.console.cfg.Wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// farewells end Run when they stand alone.
var farewells = []string{"exit", "quit"}

// take answers one line.
func (s *session) take(ctx context.Context, typed entered) error {
	said := strings.TrimSpace(typed.text)
	switch {
	case typed.over:
		return s.console.printAnswer(bot.Post{Headline: bot.Say("console.too_long")})
	case said == "":
		return nil
	case slices.Contains(farewells, strings.ToLower(said)):
		s.left = true
		return nil
	}
	if command, ok := s.console.pressed(said); ok {
		said = command
		if err := s.echo(command); err != nil {
			return err
		}
	}
	answer, ok := s.bot.Answer(ctx, s.console.inbound(said))
	if !ok {
		return nil
	}
	s.failed = s.failed || answer.Failed
	return s.console.printAnswer(answer)
}

// echo shows on a terminal what a number stands for.
func (s *session) echo(command string) error {
	c := s.console
	if !c.cfg.Interactive {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.printAside(plain(prompt+bot.Clean(command), 0))
}

// inbound is what people have typed as the bot wants it.
func (c *Console) inbound(text string) bot.Inbound {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines++
	return bot.Inbound{
		ID: fmt.Sprintf("%s-%d", c.cfg.Session, c.lines), Chat: c.cfg.Chat, From: c.cfg.User, Sent: c.cfg.Now(), Text: text,
	}
}

// pressed is the command of the button with a number.
func (c *Console) pressed(said string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 || n > len(c.buttons) {
		return "", false
	}
	return c.buttons[n-1], true
}
