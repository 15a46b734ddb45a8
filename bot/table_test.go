package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"boardcast/bot"
)

func TestCellsStandInColumns(t *testing.T) {
	t.Parallel()
	cells := [][]string{{"Who", "Streams", ""}, {"NIO", "3", "x"}, {"Xiaomi", "12", ""}}
	lines, columns := bot.Aligned(cells, []bool{false, true, false}, 2, utf8.RuneCountInString)
	want := "Who     Streams\nNIO           3  x\nXiaomi       12"
	if got := strings.Join(lines, "\n"); got != want || columns != 18 {
		t.Errorf("got %d columns of\n%s\nwant 18 of\n%s", columns, got, want)
	}
	if lines, columns := bot.Aligned(nil, nil, 2, utf8.RuneCountInString); len(lines) > 0 || columns != 0 {
		t.Errorf("nothing is %d columns of %q", columns, lines)
	}
}

func TestAColumnOfFiguresHoldsNothingElse(t *testing.T) {
	t.Parallel()
	table := bot.Table{Heads: make([]bot.Text, 4), Rows: [][]bot.Text{
		{bot.N(1), bot.N(1), nil, bot.Join("", bot.N(1), bot.N(2))}, {nil, bot.Lit("x"), nil, bot.N(3)}, {bot.Figure(39_000_000)},
	}}
	for column, want := range []bool{true, false, false, false} {
		if got := table.FiguresOnly(column); got != want {
			t.Errorf("column %d: got %v, want %v", column, got, want)
		}
	}
}
