package telegram_test

import (
	"strings"
	"testing"

	"boardcast/bot/bottest"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
)

func TestTelegramIsAnAdapterLikeTheOthers(t *testing.T) {
	bottest.Suite(t, func(t *testing.T) bottest.Stage {
		t.Helper()
		w := bare(t, func(served *telegramsrv.Config, cfg *telegram.Config) {
			served.Unlimited, cfg.Now = true, bottest.Hurried(monday)
		})
		chat := w.ann.ID
		return bottest.Stage{
			Adapter: w.adapter, Chat: keyOf(chat), Nowhere: address("-1001"),
			Shows: func() string { return strings.Join(textsOf(w.server.Sent(chat)), "\n") },
		}
	})
}
