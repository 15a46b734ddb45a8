package console_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/console"
)

func TestPipeAnswersInOrder(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"nothing", "", ""},
		{"one line", "one\n", "heard one\n"},
		{"an empty line stands between two answers", "one\ntwo\n", "heard one\n\nheard two\n"},
		{"the last line needs no line feed", "one\ntwo", "heard one\n\nheard two\n"},
		{"empty lines are nothing", "\n  \n\t\none\n\n", "heard one\n"},
		{"lines of Windows", "one\r\ntwo\r\n", "heard one\n\nheard two\n"},
		{"a byte order mark", "\ufeffone\n", "heard one\n"},
		{"bytes that are no text", "a\xffb\n", "heard ab\n"},
		{"control characters are not printed", "a\x1b[2Jb\x07c\u202ed\u0085\n", "heard a[2Jbcd\n"},
		{"what is not for the bot has no answer", "silence\none\n", "heard one\n"},
		{"exit ends it", "one\nexit\ntwo\n", "heard one\n"},
		{"so does quit", "one\n QUIT \ntwo\n", "heard one\n"},
		{"but not within a line", "exit now\n", "heard exit now\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			same(t, piped(t, test.in, nil), test.want)
		})
	}
}

func TestPipeTellsTheBotWhoSpoke(t *testing.T) {
	var out strings.Builder
	cfg := config("\ufeff雷军 \xff\r\ntwo\n", &out)
	p := &parrot{}
	if err := console.New(cfg).Run(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	want := []bot.Inbound{
		{ID: "k3-1", Chat: cfg.Chat, From: cfg.User, Sent: morning, Text: "雷军 \ufffd"},
		{ID: "k3-2", Chat: cfg.Chat, From: cfg.User, Sent: morning, Text: "two"},
	}
	if diff := cmp.Diff(want, p.heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestPipeRefusesLongLines(t *testing.T) {
	const most = 8 << 10
	tests := []struct {
		name, in string
		heard    []string
		want     string
	}{
		{"at the limit", strings.Repeat("a", most) + "\n", []string{strings.Repeat("a", most)}, "heard"},
		{"over it", strings.Repeat("a", most+1) + "\nnext\n", []string{"next"}, "Too long.\n\nheard next\n"},
		{"over it many times", strings.Repeat("a", 50*most) + "\nnext\n", []string{"next"}, "Too long.\n\nheard next\n"},
		{"at the end", "next\n" + strings.Repeat("a", 2*most), []string{"next"}, "heard next\n\nToo long.\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			p := &parrot{}
			if err := console.New(config(test.in, &out)).Run(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.heard, p.lines()); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
			if !strings.HasPrefix(out.String(), test.want) {
				t.Errorf("printed %.100q, want %q", out.String(), test.want)
			}
		})
	}
}

func TestPipeTakesCharactersInPieces(t *testing.T) {
	whole := piped(t, "\ufeff雷军\n魏建军\n", nil)
	pieces := piped(t, "", nil, func(cfg *console.Config) {
		cfg.In = iotest.OneByteReader(strings.NewReader("\ufeff雷军\n魏建军\n"))
	})
	same(t, pieces, whole)
}

func TestPipeReportsFailuresAtItsEnd(t *testing.T) {
	var out strings.Builder
	failed := map[string]bot.Post{"bad": {Headline: bot.Lit("broken"), Failed: true}}
	err := console.New(config("bad\nnext\n", &out)).Run(t.Context(), &parrot{answers: failed})
	if !errors.Is(err, console.ErrFailed) {
		t.Errorf("Run: %v, want ErrFailed", err)
	}
	same(t, out.String(), "broken\n\nheard next\n")
}

func TestPipeThatBreaks(t *testing.T) {
	broken := errors.New("broken")
	t.Run("at its reading end", func(t *testing.T) {
		var out strings.Builder
		cfg := config("", &out)
		cfg.In = io.MultiReader(strings.NewReader("one\n"), iotest.ErrReader(broken))
		if err := console.New(cfg).Run(t.Context(), &parrot{}); !errors.Is(err, broken) {
			t.Errorf("Run: %v, want %v", err, broken)
		}
		same(t, out.String(), "heard one\n")
	})
	t.Run("at its writing end", func(t *testing.T) {
		cfg := config("one\n", nil)
		cfg.Out = brokenWriter{broken}
		c := console.New(cfg)
		if err := c.Run(t.Context(), &parrot{}); !errors.Is(err, broken) {
			t.Errorf("Run: %v, want %v", err, broken)
		}
		var unknown *bot.UnknownError
		if _, err := c.Send(t.Context(), home, bot.Post{}, ""); !errors.As(err, &unknown) {
			t.Errorf("Send: %v, want an UnknownError", err)
		}
	})
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestPipePressesButtons(t *testing.T) {
	buttons := bot.Post{Headline: bot.Lit("Which?"), Buttons: []bot.Button{
		bot.Press(bot.Lit("One"), "/who one"), bot.Press(bot.Lit("Two"), "/who two"),
	}}
	again := bot.Post{Headline: bot.Lit("And now?"), Buttons: []bot.Button{bot.Press(bot.Lit("Three"), "/who three")}}
	tests := []struct {
		name, in string
		heard    []string
	}{
		{"a number is its button", "which\n2\n", []string{"which", "/who two"}},
		{"an answer without buttons changes nothing", "which\nhm\n1\n", []string{"which", "hm", "/who one"}},
		{"a later answer's buttons count", "which\nagain\n1\n", []string{"which", "again", "/who three"}},
		{"and take the place of all the others", "which\nagain\n2\n", []string{"which", "again", "2"}},
		{"a number without a button is a line", "1\n", []string{"1"}},
		{"zero is", "which\n0\n-1\n", []string{"which", "0", "-1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			p := &parrot{answers: map[string]bot.Post{"which": buttons, "again": again}}
			if err := console.New(config(test.in, &out)).Run(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.heard, p.lines()); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
		})
	}
}

// A notice never changes what a number means that somebody is about to type.
func TestNoticesCountOn(t *testing.T) {
	button := func(name string) bot.Post {
		return bot.Post{Headline: bot.Lit(name), Buttons: []bot.Button{bot.Press(bot.Lit("Do"), "/do "+name)}}
	}
	p := &parrot{answers: map[string]bot.Post{"ask": button("asked"), "/do notice0": button("anew")}}
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		in, typed := io.Pipe()
		cfg := config("", &out)
		cfg.In = in
		c := console.New(cfg)
		done := make(chan error, 1)
		go func() { done <- c.Run(t.Context(), p) }()
		fmt.Fprintln(typed, "ask")
		synctest.Wait()
		for n := range 2 {
			send(t, c, button(fmt.Sprint("notice", n)), "")
		}
		fmt.Fprintln(typed, "1")
		fmt.Fprintln(typed, "2")
		fmt.Fprintln(typed, "1")
		typed.Close()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
	want := []string{"ask", "/do asked", "/do notice0", "/do anew"}
	if diff := cmp.Diff(want, p.lines()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// The numbers of many notices stay short: after 99 they begin anew.
func TestNumbersStayShort(t *testing.T) {
	var out strings.Builder
	c := console.New(config("1\n", &out))
	for n := range 100 {
		send(t, c, bot.Post{Headline: bot.Lit("x"), Buttons: []bot.Button{bot.Press(bot.Lit("Do"), fmt.Sprint("/do ", n))}}, "")
	}
	p := &parrot{}
	if err := c.Run(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/do 99"}, p.lines()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if strings.Contains(out.String(), "[100]") {
		t.Error("a number has three digits")
	}
}

func TestPipePrintsNoticesWhileInputLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		in, typed := io.Pipe()
		cfg := config("", &out)
		cfg.In = in
		c := console.New(cfg)
		done := make(chan error, 1)
		go func() { done <- c.Run(t.Context(), &parrot{}) }()
		fmt.Fprintln(typed, "one")
		synctest.Wait()
		send(t, c, bot.Post{Headline: bot.Lit("● Lei Jun is live")}, "n1")
		fmt.Fprintln(typed, "two")
		typed.Close()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		same(t, out.String(), `
heard one

│ 08:31  ● Lei Jun is live

heard two
`)
	})
}

func TestPipeWaitsForNotices(t *testing.T) {
	tests := []struct {
		name   string
		in     string
		cancel time.Duration
		want   time.Duration
	}{
		{"as long as it was told to", "one\n", time.Hour, 90 * time.Second},
		{"or until it is stopped", "one\n", 20 * time.Second, 20 * time.Second},
		{"but not after exit", "exit\n", time.Hour, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				cfg := config(test.in, &out)
				cfg.Wait = 90 * time.Second
				ctx, cancel := context.WithTimeout(t.Context(), test.cancel)
				defer cancel()
				began := time.Now()
				if err := console.New(cfg).Run(ctx, &parrot{}); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took != test.want {
					t.Errorf("Run took %s, want %s", took, test.want)
				}
			})
		})
	}
}

// Whoever lets a Read be interrupted is left alone when Run has returned: a Read that stayed behind would hang the bubble.
func TestRunLeavesNoReadBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, typed := net.Pipe()
		stopRun(t, in)
		go fmt.Fprint(typed, "two")
		buffer := make([]byte, 10)
		if n, err := in.Read(buffer); err != nil || string(buffer[:n]) != "two" {
			t.Errorf("read %q, %v after Run", buffer[:n], err)
		}
	})
}

// A file may accept a deadline and not keep it. Run does not wait for it for long.
func TestRunLeavesAStubbornReadBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, typed := io.Pipe()
		began := time.Now()
		stopRun(t, stubborn{in})
		if took := time.Since(began); took > time.Second {
			t.Errorf("Run took %s to stop", took)
		}
		typed.Close()
	})
}

type stubborn struct{ io.Reader }

func (stubborn) SetReadDeadline(time.Time) error { return nil }

// stopRun cancels a Run that waits for input.
func stopRun(t *testing.T, in io.Reader) {
	t.Helper()
	var out strings.Builder
	cfg := config("", &out)
	cfg.In = in
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- console.New(cfg).Run(ctx, &parrot{}) }()
	synctest.Wait()
	cancel()
	if err := <-ran; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func send(tb testing.TB, c *console.Console, p bot.Post, nonce string) bot.MessageID {
	tb.Helper()
	id, err := c.Send(tb.Context(), home, p, nonce)
	if err != nil {
		tb.Fatalf("Send: %v", err)
	}
	return id
}
