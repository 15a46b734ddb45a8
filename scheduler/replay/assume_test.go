package replay_test

import (
	"os"
	"strings"
	"testing"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler/replay"
)

// TestAssumptionsAreDocumented holds the table in docs/replay.md against what a replay says.
func TestAssumptionsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/replay.md")
	if err != nil {
		t.Fatal(err)
	}
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en"}
	rows := strings.Count(string(page), "\n| ") - 2 // without the head
	if all := replay.Assumptions(); rows != len(all) {
		t.Errorf("the table has %d rows, and there are %d assumptions", rows, len(all))
	}
	for _, a := range replay.Assumptions() {
		if said := voice.Plain(a.Text()); !strings.Contains(strings.ReplaceAll(string(page), "\u00a0", " "), "| "+strings.ReplaceAll(said, "\u00a0", " ")+" |") {
			t.Errorf("docs/replay.md does not say %q", said)
		}
	}
}
