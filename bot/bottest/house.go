// Package bottest plays conversations with boardcast: transcripts that say what people type and what they are to read.
package bottest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/bot/commands"
	"boardcast/bot/lang"
	"boardcast/storage"
	"boardcast/storage/catalog"
	"boardcast/storage/storagetest"
)

// House is boardcast with the starter catalog in a store of its own, and a clock that stands still until it is moved.
type House struct {
	Store  storage.Store
	Words  bot.Words
	Router *bot.Router
	Now    time.Time
	Checks map[bot.Messenger]bot.Checking // of what its commands are made of
	role   bot.Access
}

// Open opens a House at a time, with changes to what its router is made of. It lasts as long as the test. A message that no language
// has fails the test.
func Open(tb testing.TB, now time.Time, changes ...func(h *House, c *bot.Config)) *House {
	tb.Helper()
	return openOn(tb, storagetest.Open(tb, append(storage.Tables(), catalog.Marks)...), now, changes...)
}

// openChecked is Open without changes.
func openChecked(tb testing.TB, now time.Time) *House {
	tb.Helper()
	return Open(tb, now)
}

// openUnchecked is Open without a look at every record at the end, which takes longer than the test does under the race detector. It
// is for conversations that another test plays too.
func openUnchecked(tb testing.TB, now time.Time) *House {
	tb.Helper()
	return openOn(tb, storagetest.Open(tb), now)
}

func openOn(tb testing.TB, store storage.Store, now time.Time, changes ...func(h *House, c *bot.Config)) *House {
	tb.Helper()
	h := &House{Store: store, Words: Words(tb), Now: now, Checks: map[bot.Messenger]bot.Checking{}}
	starter, err := catalog.Starter()
	if err != nil {
		tb.Fatalf("read the starter catalog: %v", err)
	}
	if _, err := catalog.Apply(tb.Context(), h.Store, starter, now); err != nil {
		tb.Fatalf("apply the starter catalog: %v", err)
	}
	config := bot.Config{
		Commands: commands.New(commands.Config{
			Store: h.Store, Words: h.Words, Process: cards.Process{Version: "1.2.3", Started: now.Add(-time.Hour)},
			Checks: h.Checks,
		}),
		Words: h.Words,
		Log:   slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Now:   func() time.Time { return h.Now },
		Authorise: func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) {
			return h.role, nil
		},
		Moderators: commands.Moderators(h.Store),
		Settings:   commands.Settings(h.Store, h.Words),
		Bare:       "who",
		BareAs:     commands.BareAs,
		Heard:      commands.Heard(h.Store),
	}
	for _, change := range changes {
		change(h, &config)
	}
	h.Router, err = bot.NewRouter(config)
	if err != nil {
		tb.Fatalf("make the router: %v", err)
	}
	return h
}

// As makes whoever speaks from now on someone who may do this much.
func (h *House) As(role bot.Access) { h.role = role }

// Words are the words of package lang; a message that cannot be worded fails the test.
func Words(tb testing.TB) bot.Words {
	tb.Helper()
	words, err := readWords()
	if err != nil {
		tb.Fatalf("read the messages: %v", err)
	}
	return strictWords{Words: words, tb: tb}
}

// readWords reads the messages once for all tests, for under the race detector it takes longer than most of them do. They never change.
var readWords = sync.OnceValues(lang.New)

type strictWords struct {
	bot.Words
	tb testing.TB
}

func (w strictWords) Message(locale, key string, args bot.Args) (bot.Text, error) {
	said, err := w.Words.Message(locale, key, args)
	if err != nil {
		w.tb.Errorf("message %q: %v", key, err)
	}
	return said, err
}

// KeepNothing is an adapter's Keep and Kept for tests in which no button is pressed whose line is long.
func KeepNothing(context.Context, string) (string, error) { return "kept", nil }
