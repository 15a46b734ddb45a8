package bot_test

import (
	"errors"
	"testing"

	"boardcast/bot"
)

func TestReadHours(t *testing.T) {
	const eleven, eight = 23 * 60, 8 * 60
	tests := map[string][2]int{
		"23-8": {eleven, eight}, "23:00-08:00": {eleven, eight}, "23:00 – 08:00": {eleven, eight}, "23h-8h": {eleven, eight},
		"23h à 8h": {eleven, eight}, "de 23h à 8h": {eleven, eight}, "11pm to 8am": {eleven, eight}, "from 22:30 to 7": {22*60 + 30, 7 * 60},
		"23点到8点": {eleven, eight}, "晚上11点到早上8点": {eleven, eight}, "从晚十一点至八点半": {eleven, 8*60 + 30}, "２３：００～８：００": {eleven, eight},
		"11 in the evening to 8 in the morning": {eleven, eight}, "midnight-8": {0, eight}, "24-8": {0, eight}, "noon to 14": {12 * 60, 14 * 60},
		"9-17": {9 * 60, 17 * 60}, "0-23:59": {0, 23*60 + 59},
	}
	for words, want := range tests {
		from, to, err := bot.ReadHours(words)
		if err != nil || from != want[0] || to != want[1] {
			t.Errorf("ReadHours(%q): %d to %d, %v; want %d to %d", words, from, to, err, want[0], want[1])
		}
	}
}

func TestReadHoursRefuses(t *testing.T) {
	for _, words := range []string{
		"", "off", "23", "23-", "-8", "23 8", "25-8", "23-8-9", "23:60-8", "lei jun", "13pm-8am", "23:00-08:00 Paris", "早上20点到8点",
	} {
		if from, to, err := bot.ReadHours(words); !errors.Is(err, bot.ErrNotThis) {
			t.Errorf("ReadHours(%q): %d to %d, %v; want %v", words, from, to, err, bot.ErrNotThis)
		}
	}
	for _, words := range []string{"8-8", "0-24", "8pm-20:00"} {
		_, _, err := bot.ReadHours(words)
		var said *bot.Error
		if !errors.As(err, &said) || said.Code != bot.Invalid || said.Say[0].Key != "error.hours_empty" {
			t.Errorf("ReadHours(%q): %v, want error.hours_empty", words, err)
		}
	}
}
