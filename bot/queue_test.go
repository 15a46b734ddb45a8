package bot_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// line is a line of one chat by one person, both by number.
func line(chat int, text string) bot.Inbound {
	in := private(text)
	in.Chat.Address.Key = strconv.Itoa(chat)
	in.From.ID = strconv.Itoa(chat)
	return in
}

// gate is a command whose answers wait until the test opens it, and which keeps what it was asked, in order.
type gate struct {
	open chan struct{}

	mu    sync.Mutex
	asked []string
	now   int // at work
	most  int // at work at once
}

func newGate() *gate { return &gate{open: make(chan struct{})} }

func (g *gate) command() *bot.Command {
	return &bot.Command{Name: "wait", Summary: "does", Options: []bot.Param{bot.TextOption("n", "what", 9)}, Run: g.run}
}

func (g *gate) run(_ context.Context, req *bot.Request) (bot.Post, error) {
	g.mu.Lock()
	g.asked = append(g.asked, req.Line)
	g.now++
	g.most = max(g.most, g.now)
	g.mu.Unlock()
	<-g.open
	g.mu.Lock()
	g.now--
	g.mu.Unlock()
	return bot.Post{Headline: bot.Lit("done")}, nil
}

// atWork is how many answers are waiting at the gate, and the most that were.
func (g *gate) atWork() (now, most int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now, g.most
}

// asking sends a line in the background and returns where its answer arrives.
func asking(ctx context.Context, router *bot.Router, in bot.Inbound) <-chan string {
	answer := make(chan string, 1)
	go func() {
		post, _ := router.Answer(ctx, in)
		answer <- heard(post)
	}()
	synctest.Wait()
	return answer
}

func TestOneChatIsAnsweredInOrderAndSixteenLinesWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := newGate()
		router, _ := routerOf(t, []*bot.Command{gate.command()})
		var answers []<-chan string
		var want []string
		for i := range 16 {
			text := fmt.Sprintf("/wait %d", i)
			want = append(want, text)
			answers = append(answers, asking(t.Context(), router, line(1, text)))
		}
		if got := <-asking(t.Context(), router, line(1, "/wait 16")); got != "busy" {
			t.Errorf("line 17: got %q, want busy", got)
		}
		close(gate.open)
		for i, answer := range answers {
			if got := <-answer; got != "done" {
				t.Errorf("line %d: got %q", i+1, got)
			}
		}
		if _, most := gate.atWork(); most != 1 {
			t.Errorf("got %d lines of one chat at work at once, want 1", most)
		}
		if diff := cmp.Diff(want, gate.asked); diff != "" {
			t.Errorf("order, -want +got:\n%s", diff)
		}
		if got := <-asking(t.Context(), router, line(1, "/wait 17")); got != "done" {
			t.Errorf("after the rush: got %q, want an answer", got)
		}
	})
}

func TestManyChatsAreAnsweredAtOnceUpToSixtyFour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := newGate()
		router, _ := routerOf(t, []*bot.Command{gate.command()})
		var answers []<-chan string
		for chat := range 70 {
			answers = append(answers, asking(t.Context(), router, line(chat, "/wait")))
		}
		if now, _ := gate.atWork(); now != 64 {
			t.Errorf("got %d chats at work at once, want 64", now)
		}
		close(gate.open)
		for chat, answer := range answers {
			if got := <-answer; got != "done" {
				t.Errorf("chat %d: got %q", chat, got)
			}
		}
	})
}

// A line that is taken back while all slots are taken is told so at once.
func TestALineNeedNotWaitForASlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := newGate()
		router, _ := routerOf(t, []*bot.Command{gate.command()})
		for chat := range 64 {
			asking(t.Context(), router, line(chat, "/wait"))
		}
		ctx, cancel := context.WithCancel(t.Context())
		late := asking(ctx, router, line(64, "/wait"))
		cancel()
		if got := <-late; got != "stopping" {
			t.Errorf("got %q, want stopping", got)
		}
		close(gate.open)
		if got := <-asking(t.Context(), router, line(64, "/wait")); got != "done" {
			t.Errorf("asked again: got %q, want an answer", got)
		}
	})
}

// A line that is taken back before its turn neither runs nor holds up those behind it.
func TestALineThatGivesUpKeepsTheOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := newGate()
		router, log := routerOf(t, []*bot.Command{gate.command()})
		first := asking(t.Context(), router, line(1, "/wait 1"))
		ctx, cancel := context.WithCancel(t.Context())
		second := asking(ctx, router, line(1, "/wait 2"))
		third := asking(t.Context(), router, line(1, "/wait 3"))
		cancel()
		synctest.Wait()
		if now, _ := gate.atWork(); now != 1 {
			t.Errorf("got %d lines at work, want only the first", now)
		}
		close(gate.open)
		got := []string{<-first, <-second, <-third}
		if diff := cmp.Diff([]string{"done", "stopping", "done"}, got); diff != "" {
			t.Errorf("answers, -want +got:\n%s", diff)
		}
		if diff := cmp.Diff([]string{"/wait 1", "/wait 3"}, gate.asked); diff != "" {
			t.Errorf("order, -want +got:\n%s", diff)
		}
		if log.Len() > 0 {
			t.Errorf("giving up was logged: %s", log)
		}
	})
}

func TestAnAnswerHasTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		endless := func(ctx context.Context, _ *bot.Request) (bot.Post, error) {
			<-ctx.Done()
			return bot.Post{}, fmt.Errorf("read: %w", ctx.Err())
		}
		router, _ := routerOf(t, []*bot.Command{{Name: "x", Summary: "does", Run: endless}})
		began := time.Now()
		if got := answered(t, router, private("/x")); got != "timeout" {
			t.Errorf("got %q, want timeout", got)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("got an answer after %s, want 10s", took)
		}
	})
}
