package bottest

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"boardcast/bot"
)

// FaultTests are the tests that the table of docs/delivery.md names in its rows of a messenger, or in all its rows where that is "". The
// page is read from a path.
func FaultTests(tb testing.TB, path string, messenger bot.Messenger) []string {
	tb.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	named := regexp.MustCompile("`(Test[^`]+)` \\|$")
	var tests []string
	for line := range strings.Lines(string(page)) {
		found := named.FindStringSubmatch(strings.TrimSpace(line))
		cells := strings.Split(line, " | ")
		if found == nil || messenger != "" && cells[1] != "both" && !strings.EqualFold(cells[1], string(messenger)) {
			continue
		}
		if !slices.Contains(tests, found[1]) {
			tests = append(tests, found[1])
		}
	}
	slices.Sort(tests)
	return tests
}
