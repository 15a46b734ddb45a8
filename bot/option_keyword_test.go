package bot_test

import (
	"testing"

	"boardcast/bot"
)

func TestKeywordsAreSaidInEveryLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		words, keyword string
		want           bool
	}{
		{"yes", "yes", true},
		{"Oui", "yes", true},
		{"是", "yes", true},
		{"是", "on", true},
		{"non", "off", true},
		{"没有", "none", true},
		{"全部", "all", true},
		{"aujourd’hui", "today", true},
		{"maybe", "yes", false},
		{"", "yes", false},
		{"yes ", "yes", false},
		{"no", "yes", false},
		{"nothing", "unheard of", false},
		{"", "unheard of", false},
	}
	for _, tt := range tests {
		if got := bot.Means(tt.words, tt.keyword); got != tt.want {
			t.Errorf("%q means %q: %t, want %t", tt.words, tt.keyword, got, tt.want)
		}
	}
}
