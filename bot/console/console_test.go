package console_test

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"boardcast/bot"
	"boardcast/bot/console"
)

// words says the terminal's own messages, and everything else as plainly as it can.
type words struct{}

func (words) Locales() []string      { return []string{"en"} }
func (words) Match(...string) string { return "en" }

func (words) Message(_, key string, args bot.Args) (bot.Text, error) {
	switch key {
	case "console.hello":
		return bot.Lit("Ask me."), nil
	case "console.too_long":
		return bot.Lit("Too long."), nil
	case "console.more":
		return bot.Join(" ", args["Count"], bot.Lit("more")), nil
	case "console.no_history":
		return bot.Join(" ", bot.Lit("No history:"), args["Why"]), nil
	}
	return nil, fmt.Errorf("no message %q", key)
}

func (words) Number(_ string, n int64, _ bool) string { return strconv.FormatInt(n, 10) }

func (words) Length(_ string, d time.Duration) string { return d.String() }

func (words) Instant(_ string, t time.Time, style bot.TimeStyle, now time.Time) string {
	switch style {
	case bot.Clock:
		return t.Format("15:04")
	case bot.Relative:
		return "in " + t.Sub(now).String()
	default:
		return t.Format("2 Jan 2006 15:04")
	}
}

func (words) Place(_ string, zone *time.Location) string { return zone.String() }

func (words) Mark(string, bot.Mark) string { return ", " }

// parrot is a bot that answers what it was told to, and repeats every other line.
type parrot struct {
	answers  map[string]bot.Post
	complete func(typed string) bot.Completion

	mu    sync.Mutex
	heard []bot.Inbound
}

func (p *parrot) Answer(_ context.Context, in bot.Inbound) (bot.Post, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, in)
	if answer, ok := p.answers[in.Text]; ok {
		return answer, true
	}
	return bot.Post{Headline: bot.Lit("heard " + in.Text)}, in.Text != "silence"
}

func (p *parrot) Happened(context.Context, bot.Event) (bot.Post, bool) { return bot.Post{}, false }

func (p *parrot) Complete(_ context.Context, in bot.Inbound) (bot.Completion, error) {
	if p.complete == nil {
		return bot.Completion{}, fmt.Errorf("nothing completes %q", in.Text)
	}
	return p.complete(in.Text), nil
}

func (p *parrot) Propose(context.Context, bot.Inbound, string, string) (bot.Proposals, error) {
	return bot.Proposals{}, nil
}

// lines is what was heard, line by line.
func (p *parrot) lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var lines []string
	for _, in := range p.heard {
		lines = append(lines, in.Text)
	}
	return lines
}

var (
	home    = bot.ChatID{Messenger: bot.Console, Key: "home"}
	beijing = time.FixedZone("Asia/Shanghai", 8*60*60)
	// morning is the moment at which the tests take place: 08:31 in Beijing.
	morning = time.Date(2024, 5, 18, 0, 31, 0, 0, time.UTC)
)

// config is a pipe of 60 columns.
func config(in string, out io.Writer) console.Config {
	return console.Config{
		In: strings.NewReader(in), Out: out, Width: func() int { return 60 },
		Chat: bot.Chat{Address: home, Kind: bot.Private}, User: bot.User{ID: "me"},
		Words: words{}, Locale: "en", Zone: beijing, Now: func() time.Time { return morning }, Session: "k3",
	}
}

// piped is what the terminal prints when lines come in through a pipe.
func piped(tb testing.TB, in string, answers map[string]bot.Post, change ...func(*console.Config)) string {
	tb.Helper()
	var out strings.Builder
	cfg := config(in, &out)
	for _, c := range change {
		c(&cfg)
	}
	if err := console.New(cfg).Run(tb.Context(), &parrot{answers: answers}); err != nil {
		tb.Fatalf("Run: %v", err)
	}
	return out.String()
}

// columns sets the width of the terminal.
func columns(n int) func(*console.Config) {
	return func(cfg *console.Config) { cfg.Width = func() int { return n } }
}

func colored(cfg *console.Config) { cfg.Color = true }

// same fails unless two texts are the same. The wanted one begins with a line feed, so that it reads well in the source.
func same(tb testing.TB, got, want string) {
	tb.Helper()
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		tb.Errorf("printed (-want +got):\n%s", diff)
	}
}

// show is a terminal: it shows what is written to it as a person would see it.
type show struct {
	mu    sync.Mutex
	wide  int
	rows  [][]string // by cell; the second cell of a wide character is empty
	x, y  int
	rings int
	modes []string // turned on or off, such as "?2004h"
	raw   string
}

func newShow(wide int) *show { return &show{wide: wide, rows: [][]string{nil}} }

func (s *show) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw += string(p)
	for rest := string(p); rest != ""; {
		if strings.HasPrefix(rest, "\x1b[") {
			n := 2 + strings.IndexFunc(rest[2:], func(r rune) bool { return r >= '@' })
			s.sequence(rest[2:n], rest[n])
			rest = rest[n+1:]
			continue
		}
		cluster, next, width, _ := uniseg.FirstGraphemeClusterInString(rest, -1)
		s.put(cluster, width)
		rest = next
	}
	return len(p), nil
}

func (s *show) put(cluster string, width int) {
	switch cluster {
	case "\r":
		s.x = 0
		return
	case "\n":
		s.down()
		return
	case "\r\n":
		s.x = 0
		s.down()
		return
	case "\a":
		s.rings++
		return
	}
	if s.x+width > s.wide {
		s.x = 0
		s.down()
	}
	row := s.rows[s.y]
	for len(row) < s.x+width {
		row = append(row, " ")
	}
	row[s.x] = cluster
	for i := 1; i < width; i++ {
		row[s.x+i] = ""
	}
	s.rows[s.y], s.x = row, s.x+width
}

func (s *show) down() {
	s.y++
	if s.y == len(s.rows) {
		s.rows = append(s.rows, nil)
	}
}

func (s *show) sequence(argument string, final byte) {
	switch final {
	case 'K':
		s.rows[s.y] = s.rows[s.y][:min(s.x, len(s.rows[s.y]))]
	case 'D':
		n, err := strconv.Atoi(argument)
		if err != nil {
			panic("the cursor moves by " + argument)
		}
		s.x -= n
	case 'J':
		s.rows = [][]string{nil}
	case 'H':
		s.x, s.y = 0, 0
	case 'h', 'l':
		s.modes = append(s.modes, argument+string(final))
	}
}

// text is all lines, with a "_" where the cursor stands.
func (s *show) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for y, row := range s.rows {
		cells := append([]string{}, row...)
		if y == s.y {
			for len(cells) <= s.x {
				cells = append(cells, " ")
			}
			cells[s.x] = "_" + cells[s.x]
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, ""), " ") + "\n")
	}
	return b.String()
}
