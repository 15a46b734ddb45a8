package bot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestUsageShowsWhatMustAndMayBeSaid(t *testing.T) {
	t.Parallel()
	move := taking("move", person.Required(), colour, bot.TextOption("why", "what", 9).Rest())
	if got, want := bot.Usage("stream move", move), "/stream move <who> [colour] [why…]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := bot.Usage("now", taking("now")), "/now"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReferencePageListsCommandsByWhoMayUseThem(t *testing.T) {
	t.Parallel()
	said := phrases{
		"does": "does something", "what": "what it is", "sub": "does a part",
		"reference.member": "For all", "reference.operator": "For operators",
	}
	run := taking("run", colour)
	run.Access = bot.Operator
	const want = `## For all

### /stream

does something

**move** does a part

` + "`/stream move [colour]`" + `

- ` + "`colour`" + ` what it is

**drop** what it is

` + "`/stream drop`" + `

## For operators

### /run

does something

` + "`/run [colour]`" + `

- ` + "`colour`" + ` what it is
`
	got := bot.ReferencePage([]*bot.Command{run, stream()}, bot.Voice{Words: said, Locale: "en"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
