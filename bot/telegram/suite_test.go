package telegram_test

import (
	"strings"
	"testing"

	"boardcast/bot/bottest"
)

func TestTelegramIsAnAdapterLikeTheOthers(t *testing.T) {
	bottest.Suite(t, func(t *testing.T) bottest.Stage {
		t.Helper()
		box := newMailbox(t)
		chat := box.chats[0]
		return bottest.Stage{
			Adapter: box.adapter, Chat: keyOf(chat), Nowhere: address("-1001"),
			Shows: func() string { return strings.Join(textsOf(box.server.Sent(chat)), "\n") },
		}
	})
}
