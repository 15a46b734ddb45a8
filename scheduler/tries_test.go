package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// TestANoticeKeepsWhatCameOfItsTries in few words, without those of an error, in which there may be a secret.
func TestANoticeKeepsWhatCameOfItsTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, noon)
	chat := w.chatIn("one", "home")
	w.watch(chat, storage.CardStyle)
	for nth, err := range []error{
		&bot.RetryError{After: 3 * time.Second}, errors.New("dial tcp: token 123:secret"), &bot.UnknownError{Err: errors.New("timeout")},
		&bot.RefusedError{Why: "Forbidden: not enough rights"},
	} {
		w.sender.On(bottest.Cue{Nth: nth + 1, Err: err})
	}
	w.stream("g1", noon.Add(20*time.Hour))
	w.pass(time.Minute)
	told := w.notices(chat)
	if len(told) != 1 {
		t.Fatalf("there are %d notices, want 1", len(told))
	}
	want := []storage.Try{
		{At: noon, Why: "tried.later"},
		{At: noon.Add(3 * time.Second), Why: "tried.failed"},
		{At: noon.Add(7 * time.Second), Why: "tried.unknown"},
		{At: noon.Add(15 * time.Second), Why: "Forbidden: not enough rights"},
	}
	if diff := cmp.Diff(want, told[0].Tries); diff != "" {
		t.Errorf("tries (-want +got):\n%s", diff)
	}
}
