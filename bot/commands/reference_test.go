package commands_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

const referenceHead = "# Commands\n\nWhat people can type. This page is made of the declarations in `bot/commands`.\n\n"

func TestReferenceIsOfTheDeclarations(t *testing.T) {
	const page = "../../docs/commands.md"
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))
	voice := bot.Voice{Words: house.Words, Locale: "en", Zone: time.UTC, Now: house.Now}
	want := referenceHead + bot.ReferencePage(house.Router.Commands(), voice)
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/commands.md is not of the declarations; go test ./bot/commands -update writes it (-want +got):\n%s", diff)
	}
}
