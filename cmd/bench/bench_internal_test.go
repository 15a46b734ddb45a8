package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAProgramThatIsKilledTellsEveryChat runs all of it, small: the program is built, prepared for, served, killed, started again and
// stopped. Nothing in it depends on how fast that goes.
func TestAProgramThatIsKilledTellsEveryChat(t *testing.T) {
	t.Parallel()
	var out, log strings.Builder
	status := run(t.Context(), strings.Fields("delivery --chats 20 --kills 1 --ahead 1s --quiet 500ms --json"), &out, &log)
	var got report
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatalf("exit status %d, said %q: %v\n%s", status, out.String(), err, log.String())
	}
	measured := map[string]float64{}
	for _, f := range got.Figures {
		measured[f.Name] = f.Measured
	}
	if status != exitMet || measured["chats told"] != 20 || measured["lost"] != 0 || measured["kills"] != 1 {
		t.Errorf("exit status %d, report %+v\n%s", status, got, log.String())
	}
}
