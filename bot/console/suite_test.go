package console_test

import (
	"strings"
	"sync"
	"testing"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/console"
)

// sheet is what is printed, which may be read while more is.
type sheet struct {
	mu    sync.Mutex
	words strings.Builder
}

func (s *sheet) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.words.Write(p)
}

func (s *sheet) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.words.String()
}

func TestTheTerminalIsAnAdapterLikeTheOthers(t *testing.T) {
	bottest.Suite(t, func(*testing.T) bottest.Stage {
		printed := &sheet{}
		cfg := config("", printed)
		return bottest.Stage{
			Adapter: console.New(cfg), Chat: cfg.Chat.Address, Nowhere: bot.ChatID{Messenger: bot.Console, Key: "nowhere"}, Shows: printed.String,
		}
	})
}
