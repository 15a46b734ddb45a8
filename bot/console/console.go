// Package console is the terminal as a messenger: one chat with one person, on a terminal with a line editor,
// or on a pipe as plain text.
package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"boardcast/bot"
)

// ErrFailed says that an answer on a pipe reported an internal error; the log has it.
var ErrFailed = errors.New("boardcast could not answer everything")

// Config is what a [Console] is made of. All but Color, History, Interactive, Locale, Wait and Width is required.
type Config struct {
	// In is where lines come from. When Run is cancelled, a Read that is under way ends at once if In takes a read deadline,
	// as sockets, ptys and most pipes do; the Read of any other In stays behind until In has something to say.
	In io.Reader
	// Out is where everything is printed, a whole post in one Write.
	Out io.Writer
	// Interactive says that a person sits there: Run edits lines, completes, keeps History and rings the bell.
	// If In is a terminal too, it is in raw mode while Run runs. A terminal without cursor movement is not interactive.
	Interactive bool
	// Color allows bold, faint and coloured text; it is off where NO_COLOR is set.
	Color bool
	// Width returns the columns of the terminal at the moment; nil or less than one means 80.
	Width func() int
	// Chat is the one place that this terminal shows, and User who types there.
	Chat bot.Chat
	User bot.User
	// Words words posts; Locale and Zone are for those that do not bring their own.
	Words  bot.Words
	Locale string
	Zone   *time.Location
	// Now is the clock. It dates notices and whatever people type.
	Now func() time.Time
	// Session is what ids of this run begin with, different in every run, such as "k3f9".
	Session string
	// History is the file that keeps typed lines between runs, readable by its owner only; empty keeps them in memory.
	History string
	// Wait is how long Run goes on printing notices after the end of a pipe.
	Wait time.Duration
}

// How much of the past is remembered.
const (
	recentCards  = 256
	recentNonces = 1024
)

// Console is the terminal. Its methods may be called from many goroutines at once.
type Console struct {
	cfg Config

	mu       sync.Mutex // held while anything is printed
	screen   screen
	lines    int // typed, for ids
	messages int // sent, for ids
	buttons  []string
	sent     *recent[string, bot.MessageID]
	cards    *recent[bot.MessageID, bot.Post]
}

// New makes a Console; it starts nothing and opens nothing.
func New(cfg Config) *Console {
	return &Console{
		cfg:    cfg,
		screen: screen{out: cfg.Out},
		sent:   newRecent[string, bot.MessageID](recentNonces),
		cards:  newRecent[bot.MessageID, bot.Post](recentCards),
	}
}

// Messenger is bot.Console.
func (c *Console) Messenger() bot.Messenger { return bot.Console }

// Send prints a notice, above the line that is being typed, and rings unless the post is silent. A nonce that this run has
// printed among its latest thousand prints nothing and returns the same id. Another chat than Config.Chat is not open here:
// that is a RetryError.
func (c *Console) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	if err := c.reach(ctx, to); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if id, ok := c.sent.get(nonce); ok {
		return id, nil
	}
	if err := c.printNotice(p); err != nil {
		return "", &bot.UnknownError{Err: err}
	}
	c.messages++
	id := bot.MessageID(fmt.Sprintf("%s-%d", c.cfg.Session, c.messages))
	c.cards.put(id, p)
	if nonce != "" {
		c.sent.put(nonce, id)
	}
	return id, nil
}

// Edit prints what changed in a post, or nothing if a reader would see no difference or if nothing but a headline is left,
// as of a card that another has replaced. A post that this run does not
// remember, such as one of an earlier run, is printed in full as an update. The id stays.
func (c *Console) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	if err := c.reach(ctx, to); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old, known := c.cards.get(id)
	if !shrunk(old, known, p) {
		if err := c.printUpdate(old, known, p); err != nil {
			return "", &bot.UnknownError{Err: err}
		}
	}
	c.cards.put(id, p)
	return id, nil
}

// shrunk says whether a post has become a mere pointer at a newer one, which on a terminal stands right below anyway. Of a
// post that an earlier run printed only the pointer is known.
func shrunk(old bot.Post, known bool, p bot.Post) bool {
	was := !known || len(old.Body)+len(old.Buttons) > 0
	return was && len(p.Body)+len(p.Buttons) == 0
}

// reach says whether a post to a chat can be printed now.
func (c *Console) reach(ctx context.Context, to bot.ChatID) error {
	if err := ctx.Err(); err != nil {
		return &bot.RetryError{Err: fmt.Errorf("print to %s: %w", to, err)}
	}
	if to != c.cfg.Chat.Address {
		return &bot.RetryError{After: time.Minute, Err: fmt.Errorf("chat %s is not open in this terminal", to)}
	}
	return nil
}

// Beside returns a writer to w, such as the log's, that keeps the line being typed whole when w shows on the same terminal.
// Each Write should be whole lines.
func (c *Console) Beside(w io.Writer) io.Writer { return beside{console: c, w: w} }

type beside struct {
	console *Console
	w       io.Writer
}

func (b beside) Write(p []byte) (int, error) {
	b.console.mu.Lock()
	defer b.console.mu.Unlock()
	if err := b.console.screen.printTo(b.w, string(p), b.console.width()); err != nil {
		return 0, fmt.Errorf("write beside the typed line: %w", err)
	}
	return len(p), nil
}

// The widths between which posts are laid out: below the least they overflow, above the most lines are hard to read.
const (
	usualWidth = 80
	leastWidth = 20
	mostWidth  = 120
)

// width is the columns of the terminal at the moment.
func (c *Console) width() int {
	if c.cfg.Width == nil {
		return usualWidth
	}
	if w := c.cfg.Width(); w > 0 {
		return w
	}
	return usualWidth
}

// layout is how a post is to be laid out now.
func (c *Console) layout(p bot.Post) layout {
	voice := bot.Voice{Words: c.cfg.Words, Locale: p.Locale, Zone: p.Zone, Now: c.cfg.Now()}
	if voice.Locale == "" {
		voice.Locale = c.cfg.Locale
	}
	if voice.Zone == nil {
		voice.Zone = c.cfg.Zone
	}
	return layout{voice: voice, width: min(max(c.width(), leastWidth), mostWidth)}
}
