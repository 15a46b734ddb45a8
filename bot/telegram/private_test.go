package telegram_test

import (
	"strings"
	"testing"
	"time"
)

// The five steps of the README, from the first word to the first reminder.
func TestFromTheFirstWordToTheFirstReminder(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		if got := headline(w.answer(w.ann.ID, w.ann, "/start")); got != "The first steps" {
			t.Errorf("/start is answered %q", got)
		}
		w.answer(w.ann.ID, w.ann, "/timezone Asia/Shanghai")
		w.answer(w.ann.ID, w.ann, "/watch add xiaomi before=1m")
		sent := w.say(w.ann.ID, w.ann, `/stream add lei jun in 3m title="Test drive" platform=weibo`)
		if len(sent) != 2 {
			t.Fatalf("the stream is noted and announced by %q", textsOf(sent))
		}
		w.pass(2 * time.Minute)
		reminder, _ := w.server.Last(w.ann.ID)
		if !strings.HasPrefix(reminder.Text, "Lei Jun 雷军") || !strings.Contains(headline(reminder), "in 1 min") || reminder.Silent {
			t.Errorf("the reminder: silent %v, %q", reminder.Silent, reminder.Text)
		}
	})
}
