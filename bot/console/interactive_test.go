package console_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/console"
)

// Keys as terminals send them.
const (
	enter     = "\r"
	tab       = "\t"
	backspace = "\x7f"
	escape    = "\x1b"
	up        = "\x1b[A"
	down      = "\x1b[B"
	right     = "\x1b[C"
	left      = "\x1b[D"
	homeKey   = "\x1b[H"
	endKey    = "\x1b[F"
	remove    = "\x1b[3~"
	wordLeft  = "\x1b[1;5D"
	wordRight = "\x1b[1;5C"
	ctrlC     = "\x03"
	ctrlD     = "\x04"
)

// seat is somebody at a terminal.
type seat struct {
	*console.Console
	t     *testing.T
	show  *show
	keys  *io.PipeWriter
	heard *parrot
	done  chan error
}

// sit runs a test at a terminal of 40 columns.
func sit(t *testing.T, p *parrot, test func(s *seat), change ...func(*console.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		in, keys := io.Pipe()
		s := &seat{t: t, show: newShow(40), keys: keys, heard: p, done: make(chan error, 1)}
		cfg := config("", nil)
		cfg.In, cfg.Out, cfg.Interactive = in, s.show, true
		cfg.Width = func() int { return s.show.wide }
		for _, c := range change {
			c(&cfg)
		}
		s.Console = console.New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { s.done <- s.Run(ctx, p) }()
		synctest.Wait()
		test(s)
		keys.Close()
		cancel()
		if err := <-s.done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// press types keys, and waits until all that follows from them is shown.
func (s *seat) press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(s.keys, k); err != nil {
			s.t.Fatalf("nobody reads the key %q: %v", k, err)
		}
	}
	synctest.Wait()
}

// sees compares what the terminal shows below the greeting; "_" is the cursor.
func (s *seat) sees(want string) {
	s.t.Helper()
	got, found := strings.CutPrefix(s.show.text(), "Ask me.\n\n")
	if !found {
		s.t.Errorf("the greeting is broken: %q", s.show.text())
	}
	same(s.t, got, want)
}

func TestEditingALine(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		want string
	}{
		{"nothing yet", nil, "› _\n"},
		{"words", []string{"/who 雷军"}, "› /who 雷军_\n"},
		{"a wide character is erased whole", []string{"雷军", backspace}, "› 雷_\n"},
		{"so is one that is several runes", []string{"ae\u0301", "👨‍👩‍👧", backspace, backspace}, "› a_\n"},
		{"in the middle", []string{"雷军", left, "x"}, "› 雷x_军\n"},
		{"back and forth", []string{"雷a军", left, left, right, left, "|"}, "› 雷|_a军\n"},
		{"under the cursor", []string{"雷军a", homeKey, remove}, "› _军a\n"},
		{"beyond the ends", []string{left, backspace, right, remove, "a", right, remove}, "› a_\n"},
		{"home and end", []string{"bc", homeKey, "a", endKey, "d"}, "› abcd_\n"},
		{"home and end with Ctrl", []string{"bc", "\x01", "a", "\x05", "d"}, "› abcd_\n"},
		{"home and end as a keypad in application mode sends them", []string{"bc", "\x1bOH", "a", "\x1bOF", "d"}, "› abcd_\n"},
		{"word by word", []string{"/who 雷军 now", wordLeft, wordLeft, "|"}, "› /who |_雷军 now\n"},
		{"word by word, forward", []string{"/who 雷军 now", homeKey, wordRight, wordRight, "|"}, "› /who 雷军|_ now\n"},
		{"word by word over a wide space", []string{"雷军\u3000now", "\x1bb", "|"}, "› 雷军\u3000|_now\n"},
		{"a word goes", []string{"/who 雷军 ", "\x17"}, "› /who _\n"},
		{"the next word goes", []string{"/who 雷军 now", homeKey, "\x1bd"}, "› _ 雷军 now\n"},
		{"all before goes", []string{"/who 雷军", left, "\x15"}, "› _军\n"},
		{"all behind goes", []string{"/who 雷军", left, left, "\x0b"}, "› /who _\n"},
		{"Ctrl-C clears", []string{"/who 雷军", ctrlC}, "› _\n"},
		{"Ctrl-D erases where there is something", []string{"ab", homeKey, ctrlD}, "› _b\n"},
		{"keys without a meaning", []string{"a", "\x1b[15~", "\x1b[1;2P", "\x1bOS", "\x00", "\x1f", "b"}, "› ab_\n"},
		{"the Escape key alone", []string{"a", escape, "x", escape, "y"}, "› axy_\n"},
		{"an endless sequence", []string{escape + "[" + strings.Repeat("1", 40), "x"}, "› …" + strings.Repeat("1", 26) + "x_\n"},
		{"a character in pieces", []string{"\xe9", "\x9b", "\xb7"}, "› 雷_\n"},
		{"a key in pieces", []string{"b", escape, "[", "H", "a"}, "› a_b\n"},
		{"bytes that are no text", []string{"a\xffb\xfe"}, "› ab_\n"},
		{"characters that turn the text", []string{"a\u202eb\u200bc\u0085d"}, "› abcd_\n"},
		{"pasted tabs are spaces", []string{"\x1b[200~a\tb\x1b[201~"}, "› a b_\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sit(t, &parrot{}, func(s *seat) {
				s.press(test.keys...)
				s.sees(test.want)
			})
		})
	}
}

// A line that is longer than the terminal moves under the cursor, and stays one line until it is entered.
func TestALongLineScrolls(t *testing.T) {
	const long = "/stream add 雷军 in 3m title=从上海到杭州 platform=weibo"
	sit(t, &parrot{}, func(s *seat) {
		s.press(long)
		s.sees("› …从上海到杭州 platform=weibo_\n")
		s.press(homeKey)
		s.sees("› _/stream add 雷军 in 3m title=从上海…\n")
		s.press(strings.Repeat(right, 33))
		s.sees("› …军 in 3m title=从上海到杭州_ platfor…\n")
		s.press("人")
		s.sees("› …军 in 3m title=从上海到杭州人_ platf…\n")
		s.press(enter)
		s.sees(`
› /stream add 雷军 in 3m title=从上海到
杭州人 platform=weibo
heard /stream add 雷军 in 3m title=从上
海到杭州人 platform=weibo

› _
`)
	})
}

// Erasing never leaves the cursor without the characters before it.
func TestALongLineScrollsBackWhenErased(t *testing.T) {
	sit(t, &parrot{}, func(s *seat) {
		s.press(strings.Repeat("0123456789", 10), strings.Repeat(left, 40))
		s.sees("› …45678901234567890123456789_012345678…\n")
		s.press(strings.Repeat(backspace, 26))
		s.sees("› …89012345678901234567890123_012345678…\n")
	})
}

func TestNoticesLeaveTheTypedLineWhole(t *testing.T) {
	sit(t, &parrot{}, func(s *seat) {
		s.press("/who 雷军", left)
		send(t, s.Console, bot.Post{Headline: bot.Lit("Wei Jianjun 魏建军 is live")}, "n1")
		s.press("x")
		s.sees(`
│ 08:31  Wei Jianjun 魏建军 is live

› /who 雷x_军
`)
		s.press(enter)
		s.sees(`
│ 08:31  Wei Jianjun 魏建军 is live

› /who 雷x军
heard /who 雷x军

› _
`)
	})
}

func TestALogLeavesTheTypedLineWhole(t *testing.T) {
	sit(t, &parrot{}, func(s *seat) {
		s.press("/who 雷军", left)
		fmt.Fprintf(s.Beside(s.show), "level=WARN\nlevel=ERROR\n")
		fmt.Fprintf(s.Beside(struct{ io.Writer }{s.show}), "level=INFO\n")
		s.sees("level=WARN\nlevel=ERROR\nlevel=INFO\n› /who 雷_军\n")
	})
}

func TestTheBellRingsForNoticesThatRing(t *testing.T) {
	sit(t, &parrot{}, func(s *seat) {
		send(t, s.Console, bot.Post{Headline: bot.Lit("quiet"), Silent: true}, "n1")
		id := send(t, s.Console, bot.Post{Headline: bot.Lit("loud")}, "n2")
		edit(t, s.Console, id, bot.Post{Headline: bot.Lit("louder")})
		s.press("a", enter)
		if s.show.rings != 1 {
			t.Errorf("it rang %d times, want once", s.show.rings)
		}
	})
}

func TestAPressedNumberIsShown(t *testing.T) {
	which := bot.Post{Headline: bot.Lit("Which?"), Buttons: []bot.Button{bot.Press(bot.Lit("雷军"), "/who lei-jun")}}
	sit(t, &parrot{answers: map[string]bot.Post{"ask": which}}, func(s *seat) {
		s.press("ask", enter, "1", enter)
		s.sees(`
› ask
Which?
[1] 雷军 (/who lei-jun)

› 1
› /who lei-jun
heard /who lei-jun

› _
`)
	})
}

func TestTabCompletes(t *testing.T) {
	choices := func(from int, values ...string) bot.Completion {
		c := bot.Completion{From: from}
		for _, v := range values {
			c.Choices = append(c.Choices, bot.Choice{Value: v, Label: bot.Lit("about " + strings.TrimSpace(v))})
		}
		return c
	}
	many := make([]string, 25)
	for i := range many {
		many[i] = fmt.Sprintf("%c%d", 'a'+i, i)
	}
	tests := []struct {
		name  string
		typed []string
		found bot.Completion
		asked string
		want  string
	}{
		{"the only choice", []string{"/wh", tab}, choices(0, "/who "), "/wh", "› /who _\n"},
		{"before the cursor only", []string{"/who le, xpeng", strings.Repeat(left, 7), tab}, choices(5, "雷军"), "/who le", "› /who 雷军_, xpeng\n"},
		{"what all share", []string{"/w", tab}, choices(0, "/week ", "/wear "), "/w", "› /we_\n"},
		{"what all share is whole characters", []string{"/who ", tab}, choices(5, "雷军", "雷震"), "/who ", "› /who 雷_\n"},
		{"the case of letters does not matter", []string{"/WE", tab}, choices(0, "/week ", "/weeks "), "/WE", "› /week_\n"},
		{"a list when they share no more", []string{"/w", tab}, choices(0, "/who ", "/week "), "/w", "/who   about /who\n/week  about /week\n\n› /w_\n"},
		{"near ones leave what is typed", []string{"lj", tab}, choices(0, "lei-jun", "li-jie"), "lj", "lei-jun  about lei-jun\nli-jie   about li-jie\n\n› lj_\n"},
		{"control characters are left out", []string{"x", tab}, choices(0, "x\x1b[2Jy"), "x", "› x[2Jy_\n"},
		{"none", []string{"x", tab}, bot.Completion{}, "x", "› x_\n"},
		{"a place that is not in the line", []string{"x", tab}, choices(7, "y"), "x", "› x_\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			asked := ""
			p := &parrot{complete: func(typed string) bot.Completion { asked = typed; return test.found }}
			sit(t, p, func(s *seat) {
				s.press(test.typed...)
				s.sees(test.want)
				if asked != test.asked {
					t.Errorf("asked about %q, want %q", asked, test.asked)
				}
			})
		})
	}
	t.Run("a long list is cut", func(t *testing.T) {
		sit(t, &parrot{complete: func(string) bot.Completion { return choices(0, many...) }}, func(s *seat) {
			s.press(tab)
			if !strings.Contains(s.show.text(), "t19  about t19\n5 more\n\n› _\n") {
				t.Errorf("shown: %s", s.show.text())
			}
		})
	})
	t.Run("a bot that fails", func(t *testing.T) {
		sit(t, &parrot{}, func(s *seat) {
			s.press("x", tab)
			s.sees("› x_\n")
			if s.show.rings != 1 {
				t.Errorf("it rang %d times, want once", s.show.rings)
			}
		})
	})
}

func TestHistory(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		want string
	}{
		{"the last line", []string{up}, "› two_\n"},
		{"further back, not beyond the first", []string{up, up, up, up, up}, "› /one a_\n"},
		{"forward again, to what was typed", []string{"t", "\x15", "new", homeKey, "\x0b", up, up, down, down}, "› _\n"},
		{"only lines that begin as the typed one", []string{"/one", up}, "› /one b_\n"},
		{"and back to it", []string{"/one", up, up, down, down}, "› /one_\n"},
		{"nothing begins so", []string{"x", up}, "› x_\n"},
		{"nothing is newer than now", []string{"x", down}, "› x_\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sit(t, &parrot{}, func(s *seat) {
				s.press("/one a", enter, "/one b", enter, "two", enter, "two", enter, "   ", enter, "\x0c")
				s.press(test.keys...)
				same(t, s.show.text(), test.want)
			})
		})
	}
}

func TestHistoryIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	kept := func(cfg *console.Config) { cfg.History = file }
	sit(t, &parrot{}, func(s *seat) { s.press("/who 雷军", enter, "/next", enter, "/next", enter, "exit", enter) }, kept)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the file's mode is %o, want 600", mode)
	}
	text, _ := os.ReadFile(file)
	same(t, string(text), "/who 雷军\n/next\nexit\n")
	sit(t, &parrot{}, func(s *seat) {
		s.press(up, up, up)
		s.sees("› /who 雷军_\n")
	}, kept)
}

func TestHistoryOfAnotherHand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(file, []byte(strings.Repeat(strings.Repeat("x", 1000)+"\ny\n", 2000)+"/who\x1b[2J \xff雷军\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sit(t, &parrot{}, func(s *seat) {
		s.press(up)
		s.sees("› /who[2J 雷军_\n")
	}, func(cfg *console.Config) { cfg.History = file })
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 1<<20 || info.Mode().Perm() != 0o600 {
		t.Errorf("a file of 2 MB has %d bytes and mode %o, want at most 1 MiB and 600", info.Size(), info.Mode().Perm())
	}
}

func TestHistoryThatCannotBeKept(t *testing.T) {
	folder := t.TempDir()
	sit(t, &parrot{}, func(s *seat) {
		s.press("one", enter, up)
		got := s.show.text()
		if strings.Count(got, "No history:") != 1 || !strings.HasSuffix(got, "heard one\n\n› one_\n") {
			t.Errorf("shown: %s", got)
		}
	}, func(cfg *console.Config) { cfg.History, cfg.Width = folder, nil })
	sit(t, &parrot{}, func(s *seat) {
		s.press("one", enter, "two", enter, up, up)
		got := s.show.text()
		if strings.Count(got, "No history:") != 1 || !strings.HasSuffix(got, "heard two\n\n› one_\n") {
			t.Errorf("shown: %s", got)
		}
	}, func(cfg *console.Config) { cfg.History = filepath.Join(folder, "nowhere", "history") })
}

func TestWaysToLeave(t *testing.T) {
	tests := []struct {
		name  string
		keys  string
		heard []string
	}{
		{"Ctrl-D", ctrlD, nil},
		{"Ctrl-C", ctrlC, nil},
		{"Ctrl-C twice when something is typed", "a" + ctrlC + ctrlC, nil},
		{"exit", "exit" + enter, nil},
		{"quit, with keys behind it", "one" + enter + "quit" + enter + "two" + enter, []string{"one"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &parrot{}
			sit(t, p, func(s *seat) {
				s.press(test.keys)
				s.done <- <-s.done
				if !strings.HasSuffix(s.show.text(), "\n_\n") {
					t.Errorf("the cursor is not on an empty line: %q", s.show.text())
				}
				if diff := cmp.Diff([]string{"?2004h", "?2004l"}, s.show.modes); diff != "" {
					t.Errorf("modes of the terminal (-want +got):\n%s", diff)
				}
			})
			if diff := cmp.Diff(test.heard, p.lines()); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
		})
	}
}

func TestALineTooLongToType(t *testing.T) {
	p := &parrot{}
	sit(t, p, func(s *seat) {
		s.press(strings.Repeat("雷", 3000), enter, up)
		if !strings.HasSuffix(s.show.text(), "Too long.\n\n› _\n") {
			t.Errorf("shown: %s", s.show.text())
		}
		s.press(strings.Repeat("雷", 3000), "\x15", "short", enter)
	})
	if diff := cmp.Diff([]string{"short"}, p.lines()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// On a terminal the person has seen what failed, and the program has not.
func TestAFailureOnATerminalIsNoneOfRun(t *testing.T) {
	sit(t, &parrot{answers: map[string]bot.Post{"bad": {Headline: bot.Lit("broken"), Failed: true}}}, func(s *seat) {
		s.press("bad", enter)
		s.sees("› bad\nbroken\n\n› _\n")
	})
}

func TestATerminalThatIsGone(t *testing.T) {
	sit(t, &parrot{}, func(s *seat) {
		gone := errors.New("gone")
		s.keys.CloseWithError(gone)
		err := <-s.done
		if !errors.Is(err, gone) {
			t.Errorf("Run: %v, want %v", err, gone)
		}
		s.done <- nil
	})
}

// FuzzTyping types anything, with a notice in between, and holds that the typed line stays one line at the bottom, below
// everything that was said, with the cursor in it.
func FuzzTyping(f *testing.F) {
	f.Add("/who 雷军\x7f\x1b[Dx", "more", 40)
	f.Add("一二三四五六七八九十一二三四五六七八九十", "\x1b[H\x1b[C\x1b[3~", 21)
	f.Add("\x1b[A\x1b[B\t\x0c", "\x1b[200~a\tb\x1b[201~", 80)
	f.Add("👨‍👩‍👧‍👦 e\u0301 한국어\xff", "\x17\x15\x0b\x01\x05\x1bb\x1bf\x1bd", 30)
	f.Fuzz(func(t *testing.T, first, then string, wide int) {
		// Other tests enter, leave, complete and clear; and the width of joined characters depends on where they are cut.
		typed := strings.NewReplacer("\r", "", "\n", "", "\x03", "", "\x04", "", "\t", "", "\x0c", "", "\u200d", "")
		first, then, wide = typed.Replace(first), typed.Replace(then), 20+int(uint(wide)%181)
		sit(t, &parrot{}, func(s *seat) {
			s.show.wide = wide
			s.press(first)
			send(t, s.Console, bot.Post{Headline: bot.Lit("Notice")}, "n")
			s.press(then)
			got := s.show.text()
			if !strings.HasPrefix(got, "Ask me.\n\n│ 08:31  Notice\n\n› ") || strings.Count(got, "\n") != 5 {
				t.Errorf("shown at %d columns: %q", wide, got)
			}
		})
	})
}
