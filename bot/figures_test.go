package bot_test

import (
	"errors"
	"testing"
	"time"

	"boardcast/bot"
)

func TestReadCountReadsNumbersAsPeopleGiveThem(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]struct {
		value int64
		exact bot.Exactness
	}{
		"39M": {39_000_000, ""}, "39 m": {39_000_000, ""}, "39 million": {39_000_000, ""}, "39000000": {39_000_000, ""},
		"39 000 000": {39_000_000, ""}, "39,000,000": {39_000_000, ""}, "39.000.000": {39_000_000, ""}, "39_000_000": {39_000_000, ""},
		"3900万": {39_000_000, ""}, "3900 万": {39_000_000, ""}, "３９００万": {39_000_000, ""}, "3900万人": {39_000_000, ""},
		"1.2亿": {120_000_000, ""}, "1,2 milliard": {1_200_000_000, ""}, "1.5b": {1_500_000_000, ""}, "2千万": {20_000_000, ""},
		"1.234亿": {123_400_000, ""}, "1,234": {1234, ""}, "1.234": {1234, ""}, "12,345k": {12_345_000, ""},
		"over 39M": {39_000_000, bot.OverIt}, "39M+": {39_000_000, bot.OverIt}, "超过3900万": {39_000_000, bot.OverIt},
		"3900多万": {39_000_000, bot.OverIt}, "3900万多人": {39_000_000, bot.OverIt}, "plus de 39 millions": {39_000_000, bot.OverIt},
		"近4000万": {40_000_000, bot.NearlyIt}, "nearly 40M": {40_000_000, bot.NearlyIt}, "presque 40 millions": {40_000_000, bot.NearlyIt},
		"about 14M": {14_000_000, bot.AboutIt}, "~14M": {14_000_000, bot.AboutIt}, "1400万左右": {14_000_000, bot.AboutIt},
		"约1400万人次": {14_000_000, bot.AboutIt}, "environ 14 M": {14_000_000, bot.AboutIt}, "5500辆": {5500, ""}, "0": {0, ""},
		"100w": {1_000_000, ""}, "12 people": {12, ""},
	} {
		value, exact, err := bot.ReadCount(words)
		if err != nil || value != want.value || exact != want.exact {
			t.Errorf("%q is %d %q, %v; want %d %q", words, value, exact, err, want.value, want.exact)
		}
	}
	for _, words := range []string{
		"", "M", "39x", "39.5", "1.23", "-5", "-5M", "about", "over", "万", "39 00", "1,2,3", "1.2.3亿", "1,234.567", "overM", "about a lot",
		"99999999999999999999", "99999999亿", "39M douyin", "s7k", "2024-05-18", "12 viewers",
	} {
		if value, exact, err := bot.ReadCount(words); !errors.Is(err, bot.ErrNotThis) {
			t.Errorf("%q is %d %q, %v", words, value, exact, err)
		}
	}
}

func TestReadPeriodReadsThreeLanguages(t *testing.T) {
	t.Parallel()
	beijing, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, time.May, 20, 10, 0, 0, 0, beijing) // a Monday
	for words, want := range map[string]string{
		"2024-W20": "2024-W20 2024-05-13 2024-05-20", "w20": "2024-W20 2024-05-13 2024-05-20", "week 22": "2023-W22 2023-05-29 2023-06-05",
		"第20周": "2024-W20 2024-05-13 2024-05-20", "last": "2024-W20 2024-05-13 2024-05-20", "Last Week": "2024-W20 2024-05-13 2024-05-20",
		"上周": "2024-W20 2024-05-13 2024-05-20", "la semaine dernière": "2024-W20 2024-05-13 2024-05-20",
		"本周": "2024-W21 2024-05-20 2024-05-27", "cette semaine": "2024-W21 2024-05-20 2024-05-27",
		"2024-05": "2024-05 2024-05-01 2024-06-01", "May 2024": "2024-05 2024-05-01 2024-06-01", "mai 2024": "2024-05 2024-05-01 2024-06-01",
		"2024年5月": "2024-05 2024-05-01 2024-06-01", "5月": "2024-05 2024-05-01 2024-06-01", "june": "2023-06 2023-06-01 2023-07-01",
		"上个月": "2024-04 2024-04-01 2024-05-01", "le mois dernier": "2024-04 2024-04-01 2024-05-01",
		"2024": "2024 2024-01-01 2025-01-01", "2024年": "2024 2024-01-01 2025-01-01", "今年": "2024 2024-01-01 2025-01-01",
		"cette année": "2024 2024-01-01 2025-01-01", "last year": "2023 2023-01-01 2024-01-01", "去年": "2023 2023-01-01 2024-01-01",
		"30d": "30d 2024-04-21 2024-05-21", "last 30 days": "30d 2024-04-21 2024-05-21", "近30天": "30d 2024-04-21 2024-05-21",
		"30 jours": "30d 2024-04-21 2024-05-21", "2 weeks": "14d 2024-05-07 2024-05-21", "1d": "1d 2024-05-20 2024-05-21",
		"2024-05-18": "2024-05-18 2024-05-18 2024-05-19", "yesterday": "2024-05-19 2024-05-19 2024-05-20",
		"all": "all 0001-01-01 0001-01-01", "全部": "all 0001-01-01 0001-01-01", "depuis toujours": "all 0001-01-01 0001-01-01",
	} {
		p, err := bot.ReadPeriod(words, now)
		got := p.String() + " " + p.From.Format(time.DateOnly) + " " + p.To.Format(time.DateOnly)
		if err != nil || got != want {
			t.Errorf("%q is %s, %v; want %s", words, got, err, want)
		}
		if again, err := bot.ReadPeriod(p.String(), now); err != nil || again != p {
			t.Errorf("%q is written as %s and read back as %v, %v", words, p, again, err)
		}
	}
	for _, words := range []string{"", "5", "lei jun", "2024-W60", "2024-13", "2024-02-30", "1999", "0d", "9999d", "2024-05-18 20:00", "s7k"} {
		if p, err := bot.ReadPeriod(words, now); !errors.Is(err, bot.ErrNotThis) {
			t.Errorf("%q is %s, %v", words, p, err)
		}
	}
}
