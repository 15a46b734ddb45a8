package telegram_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardcast/bot/bottest"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
)

func TestTelegramIsAnAdapterLikeTheOthers(t *testing.T) {
	bottest.Suite(t, func(t *testing.T) bottest.Stage {
		t.Helper()
		w := bare(t, func(served *telegramsrv.Config, cfg *telegram.Config) {
			served.Unlimited, cfg.Now = true, hurried()
		})
		chat := w.ann.ID
		return bottest.Stage{
			Adapter: w.adapter, Chat: keyOf(chat), Nowhere: address("-1001"),
			Shows: func() string { return strings.Join(textsOf(w.server.Sent(chat)), "\n") },
		}
	})
}

// hurried is a clock that runs so fast that nobody waits for a chat's limit, in a test that cannot run in a bubble.
func hurried() func() time.Time {
	var asked atomic.Int64
	return func() time.Time { return monday.Add(time.Duration(asked.Add(1)) * 10 * time.Second) }
}
