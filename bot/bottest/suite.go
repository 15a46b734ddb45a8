package bottest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"boardcast/bot"
)

// Stage is an adapter under test.
type Stage struct {
	Adapter bot.Adapter
	Chat    bot.ChatID    // that it can send to
	Nowhere bot.ChatID    // that it cannot
	Shows   func() string // all that is to be read in the chat by now, or was printed there
}

// Suite holds an adapter to what all of them promise. open is called for each promise anew.
func Suite(t *testing.T, open func(t *testing.T) Stage) {
	t.Helper()
	for name, promise := range map[string]func(t *testing.T, s Stage){
		"it names its messenger":                           suiteMessenger,
		"a post is shown, its headline first":              suiteSend,
		"an edit is shown, and can be followed by another": suiteEdit,
		"posts of every shape are taken":                   suiteShapes,
		"nothing is sent for a context that has ended":     suiteEnded,
		"a chat that is not there is one of bot's errors":  suiteNowhere,
		"many at once are all taken":                       suiteAtOnce,
	} {
		t.Run(name, func(t *testing.T) { promise(t, open(t)) })
	}
}

// insist sends a post, again where the adapter says that it is to be sent later.
func (s Stage) insist(ctx context.Context, p bot.Post, nonce string) error {
	const tries = 50
	ctx = bot.Patient(ctx, time.Minute)
	for try := 1; ; try++ {
		_, err := s.Adapter.Send(ctx, s.Chat, p, nonce)
		later, ok := errors.AsType[*bot.RetryError](err)
		if !ok || later.After == 0 || try == tries || !bot.Pause(ctx, later.After) {
			return err
		}
	}
}

func post(headline string, body ...bot.Block) bot.Post {
	return bot.Post{Headline: bot.Lit(headline), Body: body, Locale: "en", Zone: time.UTC}
}

func suiteMessenger(t *testing.T, s Stage) {
	t.Helper()
	if got := s.Adapter.Messenger(); got != s.Chat.Messenger {
		t.Errorf("got %q, want %q", got, s.Chat.Messenger)
	}
}

func suiteSend(t *testing.T, s Stage) {
	t.Helper()
	id, err := s.Adapter.Send(t.Context(), s.Chat, post("The headline", bot.Paragraph{Text: bot.Lit("the body")}), "one")
	if err != nil || id == "" {
		t.Fatalf("id %q, error %v", id, err)
	}
	shown := s.Shows()
	if head, body := strings.Index(shown, "The headline"), strings.Index(shown, "the body"); head < 0 || body < head {
		t.Errorf("shown is %q", shown)
	}
}

func suiteEdit(t *testing.T, s Stage) {
	t.Helper()
	id, err := s.Adapter.Send(t.Context(), s.Chat, post("Before", bot.Paragraph{Text: bot.Lit("x")}), "one")
	for _, words := range []string{"After", "Thereafter"} {
		if err != nil {
			t.Fatal(err)
		}
		id, err = s.Adapter.Edit(t.Context(), s.Chat, id, post(words, bot.Paragraph{Text: bot.Lit("x")}))
		if !strings.Contains(s.Shows(), words) {
			t.Errorf("%q is not shown: %q", words, s.Shows())
		}
	}
	if err != nil {
		t.Error(err)
	}
}

func suiteShapes(t *testing.T, s Stage) {
	t.Helper()
	long := strings.Repeat("很长的一句话，without an end. ", 400)
	for name, p := range map[string]bot.Post{
		"a headline alone": post("x"),
		"markup":           post(`<b>&amp;</b> "x" @everyone https://example.org #tag /help`),
		"what turns text":  post("a\u202eb\x1b[2Jc\x00d\ufeff"),
		"nothing":          post(""),
		"much":             post("Much", bot.Paragraph{Text: bot.Lit(long)}, bot.List{Ordered: true, Items: numbered(200)}),
		"a wide table": post("Table", bot.Table{
			Heads: numbered(3), Rows: [][]bot.Text{{bot.Lit(long), nil, bot.Lit("1")}, {nil, nil, nil}},
		}),
		"fields without names": post("Fields", bot.Fields{{Value: bot.Lit("v")}, {Name: bot.Lit("n")}, {}}),
	} {
		p.Buttons = []bot.Button{bot.PressLine("/next"), bot.Press(bot.Lit(strings.Repeat("长", 200)), "/help "+long[:300])}
		if err := s.insist(t.Context(), p, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// numbered are so many items.
func numbered(n int) []bot.Text {
	var texts []bot.Text
	for i := range n {
		texts = append(texts, bot.Lit(fmt.Sprintf("item %d", i+1)))
	}
	return texts
}

func suiteEnded(t *testing.T, s Stage) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Adapter.Send(ctx, s.Chat, post("Too late"), "one")
	if retry, ok := errors.AsType[*bot.RetryError](err); !ok || retry == nil {
		t.Errorf("the error is %v, want a RetryError", err)
	}
	if strings.Contains(s.Shows(), "Too late") {
		t.Errorf("shown is %q", s.Shows())
	}
}

func suiteNowhere(t *testing.T, s Stage) {
	t.Helper()
	_, err := s.Adapter.Send(t.Context(), s.Nowhere, post("Lost"), "one")
	var retry *bot.RetryError
	var refused *bot.RefusedError
	if !errors.Is(err, bot.ErrGone) && !errors.As(err, &retry) && !errors.As(err, &refused) {
		t.Errorf("the error is %v", err)
	}
}

func suiteAtOnce(t *testing.T, s Stage) {
	t.Helper()
	const many = 20
	var sending sync.WaitGroup
	for i := range many {
		sending.Go(func() {
			if err := s.insist(t.Context(), post(fmt.Sprintf("Number %d.", i)), strconv.Itoa(i)); err != nil {
				t.Errorf("number %d: %v", i, err)
			}
		})
	}
	sending.Wait()
	for i := range many {
		if words := fmt.Sprintf("Number %d.", i); strings.Count(s.Shows(), words) != 1 {
			t.Errorf("%q is shown %d times", words, strings.Count(s.Shows(), words))
		}
	}
}
