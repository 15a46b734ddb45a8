package bot_test

import (
	"testing"

	"boardcast/bot"
)

func TestTidyWordsKeepTheirLinesAndEnds(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		" a\r\n\nb\t": " a\n\nb ", "a\u202e\u200b\x1bb\xff": "ab", "": "", "👩\u200d🚀": "👩\u200d🚀",
	} {
		if got := bot.Tidy(words); got != want {
			t.Errorf("Tidy(%q): got %q, want %q", words, got, want)
		}
	}
}

func TestSpacesAndMarksAloneAreNotSeen(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]bool{"": false, " \n\u3000": false, "\u200d\u2060": false, "\u0301": false, "a": true, "·": true, "雷": true} {
		if got := bot.Visible(words); got != want {
			t.Errorf("%q is seen: %v, want %v", words, got, want)
		}
	}
}

func TestLinesEndBetweenWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		before, after string
		want          bool
	}{
		{"word", " word", true},
		{"word ", "word", true},
		{"wo", "rd", false},
		{"word", "", true},
		{"雷", "军", true},
		{"军", "，周六", false},
		{"，", "周六", true},
		{"a", "雷", false},
	} {
		if got := bot.BetweenWords(test.before+test.after, len(test.before)); got != test.want {
			t.Errorf("%q may end before %q: %v, want %v", test.before, test.after, got, test.want)
		}
	}
}
