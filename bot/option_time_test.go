package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the rules of zones, whatever the machine has

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// noon is Monday, 23 November 2026, 13:00:20 in Paris, 20:00:20 in Beijing and 04:00:20 in Los Angeles.
var noon = time.Date(2026, time.November, 23, 12, 0, 20, 0, time.UTC)

func zoneOf(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// outcome writes what came of reading a time: "2026-11-24T20:00", with the zone where it is not Paris and the part of the
// day where that is all that is known; or the kind of trouble, what was said and, after an arrow, the choices.
func outcome(when bot.When, err error) string {
	var bad *bot.WhenError
	switch {
	case errors.Is(err, bot.ErrNotThis):
		return "no time"
	case errors.As(err, &bad):
		choices := make([]string, 0, len(bad.Choices))
		for _, choice := range bad.Choices {
			choices = append(choices, written(choice))
		}
		return strings.TrimSuffix(fmt.Sprintf("%s: %s → %s", bad.Kind, written(bad.Said), strings.Join(choices, ", ")), " → ")
	case err != nil:
		return err.Error()
	}
	return written(when)
}

func written(when bot.When) string {
	words := []string{when.Wall}
	if when.Part != "" {
		words = append(words, string(when.Part))
	}
	if when.Zone != "Europe/Paris" {
		words = append(words, when.Zone)
	}
	return strings.Join(words, " ")
}

// readAll compares the outcomes of a table, words to outcome, all at once.
func readAll(t *testing.T, ref bot.Reference, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for words := range want {
		got[words] = outcome(bot.ReadWhen(words, ref))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read at %s in %s (-want +got):\n%s", ref.Now, ref.Zone, diff)
	}
}

func TestReadWhenEnglish(t *testing.T) {
	readAll(t, bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris")}, map[string]string{
		// a clock time without a day is today's
		"20:00": "2026-11-23T20:00", "8pm": "2026-11-23T20:00", "8 PM": "2026-11-23T20:00", "8:30 p.m.": "2026-11-23T20:30",
		"20:00:59": "2026-11-23T20:00", "13:00": "2026-11-23T13:00", "midnight": "2026-11-24T00:00", "24:00": "2026-11-24T00:00",
		"@8pm": "2026-11-23T20:00", "at 8 pm": "2026-11-23T20:00", "at 8:30 pm": "2026-11-23T20:30",

		// days
		"today 20:00": "2026-11-23T20:00", "tomorrow 8pm": "2026-11-24T20:00", "8pm tomorrow": "2026-11-24T20:00",
		"tomorrow at noon": "2026-11-24T12:00", "tomorrow 12am": "2026-11-24T00:00", "tomorrow": "2026-11-24",
		"the day after tomorrow, 9:15am": "2026-11-25T09:15", "in 2 days": "2026-11-25", "in 2 days at 8pm": "2026-11-25T20:00",
		"8pm in two days": "2026-11-25T20:00",

		// parts of a day, alone and with a clock time
		"tonight": "2026-11-23 evening", "this evening": "2026-11-23 evening", "tomorrow evening": "2026-11-24 evening",
		"tomorrow morning": "2026-11-24 morning", "friday night": "2026-11-27 night", "tonight at 8": "2026-11-23T20:00",
		"tonight 8:30": "2026-11-23T20:30", "tonight 1am": "2026-11-24T01:00", "tonight midnight": "2026-11-24T00:00",
		"tomorrow 8:30 in the evening": "2026-11-24T20:30", "tonight 9am": "no time",

		// weekdays: the next one, today while the time is ahead
		"sat 19:30": "2026-11-28T19:30", "Mon 14:00": "2026-11-23T14:00", "monday 11:00": "2026-11-30T11:00", "Monday": "2026-11-23",
		"this friday 9am": "2026-11-27T09:00", "next monday 9am": "2026-11-30T09:00",

		// dates
		"2026-11-30 20:00": "2026-11-30T20:00", "2026-11-30T20:00": "2026-11-30T20:00", "2026/11/30 8pm": "2026-11-30T20:00",
		"18 December 20:00": "2026-12-18T20:00", "18th of December 8pm": "2026-12-18T20:00", "Dec 18 8pm": "2026-12-18T20:00",
		"8pm on Dec. 18, 2026": "2026-12-18T20:00", "Sat 28 Nov 20:00": "2026-11-28T20:00", "18 Dec": "2026-12-18",
		"3 Jan 20:00": "2027-01-03T20:00", "2026-12": "2026-12", "December 2026": "2026-12", "2027": "2027",
		"11/30 20:00": "2026-11-30T20:00", "30/11/2026 20:00": "2026-11-30T20:00",

		// from now
		"in 3m": "2026-11-23T13:03", "in 2h": "2026-11-23T15:00", "in an hour and a half": "2026-11-23T14:30",
		"in 1h 10m": "2026-11-23T14:10", "2 hours from now": "2026-11-23T15:00", "10 min later": "2026-11-23T13:10",
	})
}

func TestReadWhenChinese(t *testing.T) {
	readAll(t, bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris")}, map[string]string{
		"明天 20:00": "2026-11-24T20:00", "明晚8点": "2026-11-24T20:00", "今晚8点半": "2026-11-23T20:30", "今晚": "2026-11-23 evening",
		"明晚": "2026-11-24 evening", "今天晚上八点": "2026-11-23T20:00", "后天下午3点": "2026-11-25T15:00", "明早8点一刻": "2026-11-24T08:15",
		"明天中午12点": "2026-11-24T12:00", "明天中午1点": "2026-11-24T13:00", "明天上午12点": "2026-11-24T12:00", "明天凌晨2点": "2026-11-24T02:00",
		"晚上12点": "2026-11-24T00:00", "今晚零点": "2026-11-24T00:00", "晚8点": "2026-11-23T20:00", "二十点零五分": "2026-11-23T20:05",
		"20点30分": "2026-11-23T20:30", "20时": "2026-11-23T20:00", "明天凌晨": "2026-11-24", "明天下午20点": "2026-11-24T20:00",

		"周四 19:30": "2026-11-26T19:30", "星期四晚上7点": "2026-11-26T19:00", "下周一 10点": "2026-11-30T10:00",
		"下下周三": "2026-12-09", "本周五 19:30": "2026-11-27T19:30", "这个星期天20点": "2026-11-29T20:00", "礼拜天20点": "2026-11-29T20:00",
		"周一十四点": "2026-11-23T14:00",

		"11月30日 20:00": "2026-11-30T20:00", "11月30号晚8点": "2026-11-30T20:00", "十一月三十日晚上八点": "2026-11-30T20:00",
		"2026年12月1日20点": "2026-12-01T20:00", "2026年12月": "2026-12", "30号晚8点": "2026-11-30T20:00", "18日": "2026-12-18",

		"两小时后": "2026-11-23T15:00", "3分钟后": "2026-11-23T13:03", "一个半小时后": "2026-11-23T14:30", "半小时以后": "2026-11-23T13:30",
		"3天后下午3点": "2026-11-26T15:00", "两周后": "2026-12-07",

		// full width, traditional characters
		"明天　２０：００": "2026-11-24T20:00", "兩小時後": "2026-11-23T15:00", "下週一 10點": "2026-11-30T10:00", "周四，19：30": "2026-11-26T19:30",
	})
}

func TestReadWhenFrench(t *testing.T) {
	readAll(t, bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris")}, map[string]string{
		"20h": "2026-11-23T20:00", "20h30": "2026-11-23T20:30", "20 h 30": "2026-11-23T20:30", "20 heures": "2026-11-23T20:00",
		"demain 20h": "2026-11-24T20:00", "demain à 20h30": "2026-11-24T20:30", "demain à 20 h": "2026-11-24T20:00",
		"demain soir": "2026-11-24 evening", "ce soir": "2026-11-23 evening", "ce soir 20h": "2026-11-23T20:00",
		"demain 8h du soir": "2026-11-24T20:00", "8h du soir": "2026-11-23T20:00", "demain 8h et demie": "2026-11-24T08:30",
		"après-demain 9h": "2026-11-25T09:00", "cet après-midi à 3h": "2026-11-23T15:00", "demain midi": "2026-11-24T12:00",
		"aujourd’hui 20h": "2026-11-23T20:00", "Minuit": "2026-11-24T00:00",

		"jeudi 19h30": "2026-11-26T19:30", "Sam. 19h": "2026-11-28T19:00", "ce vendredi à 19h30": "2026-11-27T19:30",
		"30 novembre 20:00": "2026-11-30T20:00", "le 30 novembre à 20 h 30": "2026-11-30T20:30", "20h 30 novembre": "2026-11-30T20:00",
		"1er décembre 20h": "2026-12-01T20:00", "décembre 2026": "2026-12", "30/11 20h": "2026-11-30T20:00",

		"dans 2 heures": "2026-11-23T15:00", "dans une heure et demie": "2026-11-23T14:30", "dans un quart d'heure": "2026-11-23T13:15",
		"dans 3 jours à 20h": "2026-11-26T20:00",

		// accents in two runes, typographic spaces
		"de\u0301cembre 2026": "2026-12", "demain 20\u202fh\u202f30": "2026-11-24T20:30",
	})
}

func TestReadWhenWithAPlace(t *testing.T) {
	readAll(t, bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris"), Usual: zoneOf(t, "Asia/Tokyo")}, map[string]string{
		"21:00 Beijing": "2026-11-23T21:00 Asia/Shanghai", "北京时间21:00": "2026-11-23T21:00 Asia/Shanghai",
		"北京时间 明晚8点": "2026-11-24T20:00 Asia/Shanghai", "beijing time 21:00": "2026-11-23T21:00 Asia/Shanghai",
		"21:00 (Beijing time)": "2026-11-23T21:00 Asia/Shanghai", "8pm PT": "2026-11-23T20:00 America/Los_Angeles",
		"20:00 Paris time": "2026-11-23T20:00", "heure de Paris 20h": "2026-11-23T20:00", "20h à Paris": "2026-11-23T20:00",
		"21:00 asia/SHANGHAI": "2026-11-23T21:00 Asia/Shanghai", "21:00 UTC+8": "2026-11-23T21:00 Etc/GMT-8", "20:00 CET": "2026-11-23T20:00",
		"tomorrow 8pm in New York": "2026-11-24T20:00 America/New_York", "2026-11-30T20:00+08:00": "2026-11-30T20:00 Etc/GMT-8",
		"2026-11-30T20:00:00.000Z": "2026-11-30T20:00 UTC", "2026-11-30T20:00-0930": "2026-11-30T20:00 Pacific/Marquesas",
		"in 2h Beijing": "2026-11-23T22:00 Asia/Shanghai", "明天 北京": "2026-11-24 Asia/Shanghai",

		// what a choice's button types
		"2026-11-30T20:00 Asia/Shanghai": "2026-11-30T20:00 Asia/Shanghai", "2026-11-30T20:00 Etc/GMT-8": "2026-11-30T20:00 Etc/GMT-8",

		// two places are one too many, and an end is no offset
		"20:00 Beijing Paris": "no time", "2026-11-30 10:00-12:00": "no time", "20:00-22:00": "no time",
	})
}

func TestReadWhenIsNoTime(t *testing.T) {
	ref := bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris")}
	for _, words := range []string{
		"", " ", "lei jun", "雷军", "8", "at", "the", "2000 m", "at 20:00 at", "20:00 lei jun", "lei jun 20:00", "Paris", "evening", "晚上",
		"25:00", "20:60", "13pm", "0am", "24:30", "30 feb 20:00", "2026-02-30", "2026-13-01", "32 May", "1999-12-31", "20:00 21:00",
		"tomorrow today", "sat sun", "in", "in 3", "3m", "in -5m", "in 0m", "in 3m tomorrow", "20:00 in 3m", "Dec 2026 20:00", "may",
		"24/7", "1/2", "13/13 20:00", "at 24", "20:00 Atlantis", "8点点", strings.Repeat("20:00 ", 40), "\x00\xff", "tonight evening",
	} {
		if got := outcome(bot.ReadWhen(words, ref)); got != "no time" {
			t.Errorf("ReadWhen(%q): %s, want no time", words, got)
		}
	}
}

func TestReadWhenAsksBack(t *testing.T) {
	readAll(t, bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris")}, map[string]string{
		// over: a clock time comes again tomorrow, a weekday in a week, a date does not
		"10:00": "past: 2026-11-23T10:00 → 2026-11-24T10:00", "12:59": "past: 2026-11-23T12:59 → 2026-11-24T12:59",
		"yesterday 20:00": "past: 2026-11-22T20:00 → 2026-11-23T20:00", "昨晚": "past: 2026-11-22 evening → 2026-11-23 evening",
		"this morning 9:00": "past: 2026-11-23T09:00 → 2026-11-24T09:00", "本周一10点": "past: 2026-11-23T10:00 → 2026-11-30T10:00",
		"yesterday": "past: 2026-11-22", "20 Nov 10:00": "past: 2026-11-20T10:00", "2024-05-18 08:30": "past: 2024-05-18T08:30",
		"2026-10": "past: 2026-10", "2025": "past: 2025",

		// beyond the horizon of 60 days, which ends at 22 January 2027, 13:00:20
		"2027-01-22 13:00": "2027-01-22T13:00", "2027-01-22 13:01": "too far: 2027-01-22T13:01", "18 May 20:00": "too far: 2027-05-18T20:00",
		"in 60 days": "2027-01-22", "in 61 days": "too far: 2027-01-23", "in 61 days 1h": "too far: 2027-01-23T14:00", "2028": "too far: 2028",
		"in 401 days": "invalid: error.length_long", "in 9999999999 weeks": "invalid: error.length_long",

		// which day, which hour
		"next friday 9am":      "several: 2026-11-27T09:00 → 2026-11-27T09:00, 2026-12-04T09:00",
		"vendredi prochain 9h": "several: 2026-11-27T09:00 → 2026-11-27T09:00, 2026-12-04T09:00",
		"tomorrow at 8":        "several: 2026-11-24T08:00 → 2026-11-24T08:00, 2026-11-24T20:00",
		"saturday midnight":    "several: 2026-11-28T00:00 → 2026-11-28T00:00, 2026-11-29T00:00",
		"Fri 28 Nov 8pm":       "several: 2026-11-28T20:00 → 2026-11-28T20:00, 2026-11-27T20:00",
		"1/12 20:00":           "several: 2027-01-12T20:00 → 2027-01-12T20:00, 2026-12-01T20:00",
		"next friday":          "several: 2026-11-27 → 2026-11-27, 2026-12-04",

		// unless only one of them can be meant
		"at 8": "2026-11-23T20:00", "5/12 20:00": "2026-12-05T20:00", "today midnight": "2026-11-24T00:00",

		// a name of two clocks
		"21:00 CST": "ambiguous: 2026-11-23T21:00 Asia/Shanghai → 2026-11-23T21:00 Asia/Shanghai, 2026-11-23T21:00 America/Chicago",
	})
}

func TestReadWhenAsksByWhoseClock(t *testing.T) {
	ref := bot.Reference{Now: noon, Zone: zoneOf(t, "Europe/Paris"), Usual: zoneOf(t, "Asia/Shanghai")}
	readAll(t, ref, map[string]string{
		"21:00":            "ambiguous: 2026-11-23T21:00 → 2026-11-23T21:00, 2026-11-23T21:00 Asia/Shanghai",
		"tomorrow 8pm":     "ambiguous: 2026-11-24T20:00 → 2026-11-24T20:00, 2026-11-24T20:00 Asia/Shanghai",
		"2026-11-30 20:00": "ambiguous: 2026-11-30T20:00 → 2026-11-30T20:00, 2026-11-30T20:00 Asia/Shanghai",
		"8:00":             "past: 2026-11-23T08:00 → 2026-11-24T08:00, 2026-11-24T08:00 Asia/Shanghai",

		"19:00":       "2026-11-23T19:00", // it is past in Beijing
		"21:00 Paris": "2026-11-23T21:00", "in 3m": "2026-11-23T13:03", "tomorrow evening": "2026-11-24 evening", "tomorrow": "2026-11-24",
	})
	ref.Usual = zoneOf(t, "Europe/Berlin") // shows the same time
	readAll(t, ref, map[string]string{"21:00": "2026-11-23T21:00"})
}

// The day words of somebody in Paris and those of the place part when the two have different dates.
func TestReadWhenOnTwoDates(t *testing.T) {
	evening := time.Date(2026, time.November, 23, 20, 30, 0, 0, time.UTC) // 21:30 on the 23rd in Paris, 04:30 on the 24th in Beijing
	readAll(t, bot.Reference{Now: evening, Zone: zoneOf(t, "Europe/Paris")}, map[string]string{
		"20:00 Beijing":       "2026-11-24T20:00 Asia/Shanghai",
		"today 20:00 Beijing": "2026-11-24T20:00 Asia/Shanghai", // it is past on the 23rd
		"tomorrow 20:00 Beijing": "several: 2026-11-24T20:00 Asia/Shanghai → " +
			"2026-11-24T20:00 Asia/Shanghai, 2026-11-25T20:00 Asia/Shanghai",
	})
	readAll(t, bot.Reference{Now: evening, Zone: zoneOf(t, "Europe/Paris"), Usual: zoneOf(t, "Asia/Shanghai")}, map[string]string{
		"22:00": "ambiguous: 2026-11-23T22:00 → 2026-11-23T22:00, 2026-11-24T22:00 Asia/Shanghai",
	})
}

func TestReadWhenOnChangingClocks(t *testing.T) {
	tests := []struct {
		zone, words string
		now         string
		want        string
		at          string // the instant, where it says more than the wall
	}{
		{"America/New_York", "tomorrow 2:30", "2026-03-07T12:00:00Z", "gap: 2026-03-08T02:30 America/New_York → " +
			"2026-03-08T03:30 America/New_York, 2026-03-08T03:00 America/New_York", ""},
		{"America/New_York", "tomorrow 2:00", "2026-03-07T12:00:00Z", "gap: 2026-03-08T02:00 America/New_York → " +
			"2026-03-08T03:00 America/New_York", ""},
		{"America/New_York", "tomorrow 3:00", "2026-03-07T12:00:00Z", "2026-03-08T03:00 America/New_York", "2026-03-08T07:00:00Z"},
		{"America/New_York", "tomorrow 1:30", "2026-10-31T12:00:00Z", "2026-11-01T01:30 America/New_York", "2026-11-01T05:30:00Z"},
		{"America/New_York", "1:30", "2026-11-01T05:40:00Z", "2026-11-01T01:30 America/New_York", "2026-11-01T06:30:00Z"}, // only the second is ahead
		{"America/New_York", "in 1h", "2026-11-01T05:30:00Z", "2026-11-01T01:30 America/New_York", "2026-11-01T06:30:00Z"},
		{"Europe/Paris", "2h30", "2026-03-28T23:30:00Z", "gap: 2026-03-29T02:30 → 2026-03-29T03:30, 2026-03-29T03:00", ""},
		{"Europe/Paris", "demain 2h30", "2026-10-24T12:00:00Z", "2026-10-25T02:30", "2026-10-25T00:30:00Z"},
		{"Europe/Paris", "in 2 days 20:00", "2026-03-28T12:00:00Z", "2026-03-30T20:00", "2026-03-30T18:00:00Z"}, // 20:00, although a day has 23 hours
		{"Australia/Lord_Howe", "tomorrow 2:15", "2026-10-03T00:00:00Z", "gap: 2026-10-04T02:15 Australia/Lord_Howe → " +
			"2026-10-04T02:45 Australia/Lord_Howe, 2026-10-04T02:30 Australia/Lord_Howe", ""},
		{"Australia/Lord_Howe", "tomorrow 1:45", "2026-04-04T00:00:00Z", "2026-04-05T01:45 Australia/Lord_Howe", "2026-04-04T14:45:00Z"},
		{"Asia/Kolkata", "tomorrow 20:00", "2026-03-07T12:00:00Z", "2026-03-08T20:00 Asia/Kolkata", "2026-03-08T14:30:00Z"},
		{"America/Santiago", "tomorrow", "2026-09-05T12:00:00Z", "2026-09-06 America/Santiago", "2026-09-06T04:00:00Z"}, // begins at 01:00
	}
	for _, test := range tests {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		when, err := bot.ReadWhen(test.words, bot.Reference{Now: now, Zone: zoneOf(t, test.zone)})
		if got := outcome(when, err); got != test.want {
			t.Errorf("%q in %s: %s, want %s", test.words, test.zone, got, test.want)
		}
		if at := when.At.Format(time.RFC3339); test.at != "" && at != test.at {
			t.Errorf("%q in %s is at %s, want %s", test.words, test.zone, at, test.at)
		}
	}
}

// A length from now is rounded to the nearest minute that is ahead.
func TestReadWhenRoundsFromNow(t *testing.T) {
	tests := []struct{ now, words, want string }{
		{"2026-11-23T12:00:00Z", "in 3m", "2026-11-23T12:03 UTC"},
		{"2026-11-23T12:00:29Z", "in 3m", "2026-11-23T12:03 UTC"},
		{"2026-11-23T12:00:30Z", "in 3m", "2026-11-23T12:04 UTC"},
		{"2026-11-23T12:00:10Z", "in 10s", "2026-11-23T12:01 UTC"},
		{"2026-11-23T12:00:00Z", "in 90s", "2026-11-23T12:02 UTC"},
	}
	for _, test := range tests {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := outcome(bot.ReadWhen(test.words, bot.Reference{Now: now, Zone: time.UTC})); got != test.want {
			t.Errorf("%q at %s: %s, want %s", test.words, test.now, got, test.want)
		}
	}
}

// The minute that runs is not over.
func TestReadWhenTakesTheRunningMinute(t *testing.T) {
	when, err := bot.ReadWhen("13:00", bot.Reference{Now: noon.Add(39 * time.Second), Zone: zoneOf(t, "Europe/Paris")})
	if got := outcome(when, err); got != "2026-11-23T13:00" {
		t.Errorf("13:00 at 13:00:59: %s", got)
	}
}

func FuzzReadWhen(f *testing.F) {
	for _, words := range []string{
		"in 3m", "tomorrow 8pm", "周四 19:30", "demain à 20h30", "2026-11-30T20:00+08:00", "next friday at 8", "1/12 20:00", "十一月三十日晚上八点",
		"北京时间２０：００", "20:00 CST", "saturday midnight", "in 1h 10m", "18th of May, 2026", "e\u0301\u0130\u212a", "一个半小时后", "31号",
	} {
		f.Add(words, noon.Unix())
	}
	paris, beijing := zoneOf(f, "Europe/Paris"), zoneOf(f, "Asia/Shanghai")
	f.Fuzz(func(t *testing.T, words string, unix int64) {
		now := time.Unix(noon.Unix()+unix%(10*366*24*3600), 0).UTC()
		ref := bot.Reference{Now: now, Zone: paris, Usual: beijing}
		when, err := bot.ReadWhen(words, ref)
		var bad *bot.WhenError
		var invalid *bot.Error
		switch {
		case errors.Is(err, bot.ErrNotThis), errors.As(err, &invalid):
		case errors.As(err, &bad):
			checkWhen(t, bad.Said)
			for _, choice := range bad.Choices {
				checkWhen(t, choice)
			}
			if several := bad.Kind == bot.WhenAmbiguous || bad.Kind == bot.WhenSeveral; several && len(bad.Choices) < 2 {
				t.Errorf("%q is %s with %d choices", words, bad.Kind, len(bad.Choices))
			}
		case err != nil:
			t.Errorf("%q: %v", words, err)
		default:
			checkWhen(t, when)
			if when.Timed() && (when.At.Before(now.Truncate(time.Minute)) || when.At.After(now.Add(bot.Horizon))) {
				t.Errorf("%q read at %s is %s", words, now, when.At)
			}
		}
	})
}

// checkWhen holds a When against what its own wall says: the same instant, or the other coming of an hour that comes twice.
func checkWhen(t *testing.T, when bot.When) {
	t.Helper()
	again, err := bot.WallWhen(when.Wall, when.Location(), when.Precision, when.Part)
	if err != nil {
		t.Fatalf("wall %q: %v", when.Wall, err)
	}
	shown := when.At.In(when.Location()).Format("2006-01-02T15:04")
	if !again.At.Equal(when.At) && (!when.Timed() || shown != when.Wall) {
		t.Errorf("%s in %s is %s, want %s", when.Wall, when.Zone, when.At, again.At)
	}
}

func BenchmarkReadWhen(b *testing.B) {
	ref := bot.Reference{Now: noon, Zone: zoneOf(b, "Europe/Paris"), Usual: zoneOf(b, "Asia/Shanghai")}
	for name, words := range map[string]string{
		"no_time":    "lei jun tomorrow 8pm",
		"from_now":   "in 1h 10m",
		"plain":      "saturday 19:30",
		"ambiguous":  "next friday at 8",
		"placed":     "2026-11-30 20:00 Beijing time",
		"chinese":    "十一月三十日晚上八点半",
		"long_links": strings.Repeat("at the ", 28),
		"long":       "the day after tomorrow " + strings.Repeat(", ", 80) + "8pm in New York",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _ = bot.ReadWhen(words, ref) // its outcome is tested above
			}
		})
	}
}
