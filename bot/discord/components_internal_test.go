package discord

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// rowsOf are the labels of controls, those of a row with " | " between them.
func rowsOf(rows []row) string {
	drawnRows := make([]string, 0, len(rows))
	for _, r := range rows {
		drawnRows = append(drawnRows, drawnRow(r))
	}
	return strings.Join(drawnRows, "\n")
}

// saying is buttons, each with a line of its own.
func saying(labels ...string) []bot.Button {
	buttons := make([]bot.Button, 0, len(labels))
	for i, label := range labels {
		buttons = append(buttons, bot.Press(bot.Lit(label), fmt.Sprintf("/show s%d", i)))
	}
	return buttons
}

func TestButtonsStandInRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 20)
	tests := []struct {
		name    string
		buttons []bot.Button
		want    string
	}{
		{"none", nil, ""},
		{"three", saying("It is live", "Not yet", "It is cancelled"), "(It is live) (Not yet) (It is cancelled)"},
		{"four are two and two", saying("Live", "Not yet", "Off", "Mute"), "(Live) (Not yet)\n(Off) (Mute)"},
		{"five", saying("Live", "Not yet", "Off", "Mute", "Help"), "(Live) (Not yet) (Off)\n(Mute) (Help)"},
		{"long ones stand alone", saying(strings.Repeat("a", 70), strings.Repeat("b", 70)), "(" + strings.Repeat("a", 70) + ")\n(" + strings.Repeat("b", 70) + ")"},
		{"ten long ones are five rows", saying(long, long, long, long, long, long, long, long, long, long), strings.TrimSpace(strings.Repeat(strings.Repeat("("+strings.TrimSpace(long[:80])+"…) ", 2)[:2*(len(strings.TrimSpace(long[:80]))+6)-1]+"\n", 5))},
		{"what is proposed stands out", []bot.Button{bot.Press(bot.Lit("Mute"), "/mute"), remindMe("Remind me")}, "(Mute) (Remind me*)"},
		{"words of ours, and clean", []bot.Button{bot.Press(bot.Say("button.undo"), "/undo"), bot.Press(bot.Lit(" @a\u202e\n<b> *c* "), "/x")}, "(Undo) (@a <b> *c*)"},
		{"nothing to be seen", []bot.Button{bot.Press(bot.Lit("\u200d"), "/undo"), bot.Press(nil, "\u200b")}, "(/undo) (…)"},
		{"a time", []bot.Button{bot.Press(bot.At(drive, bot.Clock), "/x")}, "(08:30)"},
		{"nothing to do", []bot.Button{bot.Press(bot.Lit("x"), "")}, ""},
		{"the same line twice", []bot.Button{bot.Press(bot.Lit("a"), "/x"), bot.Press(bot.Lit("b"), "/x")}, "(a)"},
		{"eleven are a menu", saying(strings.Split("abcdefghijk", "")...), "?Choose one: a / b / c / d / e / f / g / h / i / j / k"},
	}
	l := layoutFor(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rows, err := l.components(test.buttons)
			if got := rowsOf(rows); err != nil || got != test.want {
				t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, test.want)
			}
			boundedControls(t, rows)
		})
	}
}

func TestMenusHoldTheLinesOfManyButtons(t *testing.T) {
	t.Parallel()
	labels := make([]string, 130)
	for i := range labels {
		labels[i] = strings.Repeat("x", 200)
	}
	rows, err := layoutFor(t).components(saying(labels...))
	if err != nil || len(rows) != 5 {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	boundedControls(t, rows)
	for i, r := range rows {
		menu := r.Components[0]
		want := option{Label: strings.Repeat("x", 99) + "…", Value: fmt.Sprintf("/show s%d", 25*i)}
		if menu.Type != 3 || menu.CustomID != fmt.Sprintf("?%d", i) || len(menu.Options) != 25 || menu.Options[0] != want {
			t.Errorf("menu %d is %+v", i, menu)
		}
	}
}

func TestButtonsSayTheirLines(t *testing.T) {
	t.Parallel()
	long := "/watch add " + strings.Repeat("雷", 89)
	tests := []struct{ name, line, want, kept string }{
		{"a line", "/remind s7k", "/remind s7k", ""},
		{"a line that shows to all", "!/remind s7k", "!/remind s7k", ""},
		{"100 characters", long, long, ""},
		{"101 characters", long + "x", "~5f", long + "x"},
		{"100 characters that show to all", "!" + long, "!~5f", long},
		{"a line that looks like one that is stored", "~5f", "~5f", "~5f"},
		{"a line that looks like a menu", "?0", "~5f", "?0"},
		{"a line that looks as if it showed to all twice", "!!x", "!~5f", "!x"},
		{"a line that is no text", "/x \xff", "~5f", "/x \xff"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			kept := ""
			got, err := dataOf(test.line, func(line string) (string, error) { kept = line; return "5f", nil })
			if diff := cmp.Diff([]string{test.want, test.kept}, []string{got, kept}); err != nil || diff != "" {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		})
	}
}

func TestALineThatCannotBeKeptMakesNoMessage(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for _, name := range []string{"", strings.Repeat("a", 100)} {
		l := layoutFor(t)
		l.keep = func(string) (string, error) { return name, map[bool]error{true: full}[name == ""] }
		_, err := l.drafts(bot.Post{Headline: bot.Lit("x"), Buttons: []bot.Button{bot.PressLine(strings.Repeat("x", 101))}})
		if err == nil || name == "" && !errors.Is(err, full) {
			t.Errorf("stored under %d bytes: %v", len(name), err)
		}
	}
}
