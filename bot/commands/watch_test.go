package commands_test

import (
	"strings"
	"testing"

	"boardcast/bot/bottest"
)

// TestChatHasTwentyFiveWatches: one more is refused, and one that is there is still offered to be changed.
func TestChatHasTwentyFiveWatches(t *testing.T) {
	var script strings.Builder
	companies := []string{"nio", "byd", "geely", "xiaomi", "gac"}
	for i, first := range companies {
		script.WriteString("> /watch add " + first + "\n")
		for _, second := range companies[i+1:] {
			script.WriteString("> /watch add " + first + ", " + second + "\n")
		}
		script.WriteString("> /watch add " + first + ", everything\n> /watch add " + first + ", tesla\n")
	}
	script.WriteString("> /watch add tesla\n> /watch add gac before=1d\n")
	said := bottest.Play(t, script.String())
	if got := strings.Count(said, "I'll tell you here"); got != 25 {
		t.Errorf("%d watches were added, want 25", got)
	}
	_, last, _ := strings.Cut(said, "> /watch add tesla\n")
	for _, want := range []string{"This chat has 25 watches", "before=1d] /watch edit"} {
		if !strings.Contains(last, want) {
			t.Errorf("want %q in the last answers:\n%s", want, last)
		}
	}
}
