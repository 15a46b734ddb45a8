package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestSplitList(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][]string{
		"":                        nil,
		"lei jun":                 {"lei jun"},
		"a, b,c":                  {"a", "b", "c"},
		"a，b、c；d;e":               {"a", "b", "c", "d", "e"},
		"lei jun vs elon musk":    {"lei jun", "elon musk"},
		"a and b et c":            {"a", "b", "c"},
		"雷军 和 何小鹏":                {"雷军", "何小鹏"},
		"雷军和何小鹏":                  {"雷军", "何小鹏"},
		", a ,, b ,":              {"a", "b"},
		"李和平":                     {"李和平"},
		"雷军和李和平":                  {"雷军", "李和平"},
		"李和平和雷军和NIO":              {"李和平", "雷军", "NIO"},
		"和谐 VS 小米":                {"和谐", "小米"},
		"and a et":                {"a"},
		"Alexander, andrea, vsat": {"Alexander", "andrea", "vsat"},
	} {
		if diff := cmp.Diff(want, bot.SplitList(typed)); diff != "" {
			t.Errorf("SplitList(%q), -want +got:\n%s", typed, diff)
		}
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 65)
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"who", "who", 0},
		{"who", "wo", 1},
		{"who", "whoo", 1},
		{"who", "wha", 1},
		{"who", "woh", 1},
		{"", "who", 3},
		{"kitten", "sitting", 3},
		{"ab", "ba", 1},
		{"雷军", "雷君", 1},
		{long, "a", 65},
		{long, long, 65},
	} {
		if got := bot.Slips(test.a, test.b); got != test.want {
			t.Errorf("Slips(%.9q, %.9q): got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := bot.Slips(test.b, test.a); got != test.want {
			t.Errorf("Slips(%.9q, %.9q): got %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
