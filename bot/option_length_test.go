package bot_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

func TestReadLength(t *testing.T) {
	want := map[string]time.Duration{
		"1h": time.Hour, "1hr": time.Hour, "1h 10m": 70 * time.Minute, "1h10": 70 * time.Minute, "1 h 10": 70 * time.Minute,
		"90m": 90 * time.Minute, "10": 10 * time.Minute, "90 min": 90 * time.Minute, "1.5h": 90 * time.Minute, "0.25 h": 15 * time.Minute,
		"2 days": 48 * time.Hour, "1d": 24 * time.Hour, "1w": 168 * time.Hour, "1w 2d 3h 4m 5s": 219*time.Hour + 4*time.Minute + 5*time.Second,
		"half an hour": 30 * time.Minute, "an hour and a half": 90 * time.Minute, "1 hour and 30 minutes": 90 * time.Minute,
		"1 Hour, 5 Minutes": 65 * time.Minute, "30s": 30 * time.Second, "400d": bot.MaxLength,

		"一小时": time.Hour, "1小时30分": 90 * time.Minute, "1小时半": 90 * time.Minute, "一个半小时": 90 * time.Minute, "半小时": 30 * time.Minute,
		"半个小时": 30 * time.Minute, "两天": 48 * time.Hour, "十五分钟": 15 * time.Minute, "二十五分": 25 * time.Minute, "三刻钟": 45 * time.Minute,
		"1小时零5分": 65 * time.Minute, "一个星期": 168 * time.Hour, "兩個小時": 2 * time.Hour, "１０分钟": 10 * time.Minute, "十": 10 * time.Minute,

		"1 heure": time.Hour, "1 heure et demie": 90 * time.Minute, "une heure et quart": 75 * time.Minute, "une demi-heure": 30 * time.Minute,
		"un quart d'heure": 15 * time.Minute, "deux heures": 2 * time.Hour, "1,5 heure": 90 * time.Minute, "3 j": 72 * time.Hour,
		"une semaine et deux jours": 216 * time.Hour,
	}
	got := map[string]time.Duration{}
	for words := range want {
		length, err := bot.ReadLength(words)
		if err != nil {
			t.Errorf("ReadLength(%q): %v", words, err)
		}
		got[words] = length
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
}

func TestReadLengthRefuses(t *testing.T) {
	tests := map[string]string{
		"0": "error.length_short", "0m": "error.length_short", "-5m": "error.length_short", "−1h": "error.length_short",
		"401d": "error.length_long", "400d 1s": "error.length_long", "9999999999999 weeks": "error.length_long", "9999999": "error.length_long",
		"99999999999999999999h": "error.length_long",

		"": "", "h": "", "lei jun": "", "10m 1h": "", "2h 2h": "", "1h 70": "", "8pm": "", "20:00": "", "1.h": "", "1.5.5h": "", "half": "", "in 2h": "",
		"1h and": "", "1h a": "", "2h half": "", "--5m": "", "5m5": "", "个半小时": "",
	}
	for words, key := range tests {
		_, err := bot.ReadLength(words)
		var said *bot.Error
		switch {
		case key == "" && !errors.Is(err, bot.ErrNotThis):
			t.Errorf("ReadLength(%q): %v, want %v", words, err, bot.ErrNotThis)
		case key != "" && (!errors.As(err, &said) || said.Code != bot.Invalid || said.Say[0].Key != key):
			t.Errorf("ReadLength(%q): %v, want %s", words, err, key)
		}
	}
}

func FuzzReadLength(f *testing.F) {
	for _, words := range []string{"1h 10m", "1.5h", "一个半小时", "une heure et demie", "-5m", "99999999w", "10", "三刻钟"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		length, err := bot.ReadLength(words)
		if err == nil && (length <= 0 || length > bot.MaxLength) {
			t.Errorf("ReadLength(%q): %s", words, length)
		}
	})
}
