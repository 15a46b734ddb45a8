package telegram

import (
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
)

// Nothing is kept of chats for ever.
func TestChatsAtRestAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Now, 0, 0)
		most := 0
		for chat := range 6 * fewChats {
			leave, err := p.enter(bot.Patient(t.Context(), time.Minute), "sendMessage", params{"chat_id": int64(chat - 3*fewChats)})
			if err != nil {
				t.Fatal(err)
			}
			leave(true, nil)
			p.window.Do(func(time.Duration) { most = max(most, len(p.chats)) })
		}
		// A group is remembered for a minute, in which there are less than two thousand.
		if most > 4*fewChats {
			t.Errorf("%d chats are kept", most)
		}
	})
}

// What counts where.
func TestWhatACallCountsAs(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]action{
		"sendMessage": sends, "sendPhoto": sends, "editMessageText": edits, "editMessageCaption": edits,
		"getUpdates": uncounted, "answerCallbackQuery": uncounted, "getChat": uncounted, "deleteMessage": uncounted, "setMyCommands": uncounted,
	} {
		if got := actionOf(method, params{"chat_id": int64(1)}); got != want {
			t.Errorf("%s counts as %d, want %d", method, got, want)
		}
	}
	if got := actionOf("sendMessage", params{"chat_id": int64(-1), "ephemeral_message_parameters": hidden{Receiver: 5}}); got != whispers {
		t.Errorf("what one member sees counts as %d", got)
	}
}
