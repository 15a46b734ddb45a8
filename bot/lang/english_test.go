package lang_test

import (
	"math"
	"testing"
	"time"

	"boardcast/bot"
)

func TestEnglishNumbers(t *testing.T) {
	checkNumbers(t, "en", []numberRow{
		{0, "0", "0"},
		{7, "7", "7"},
		{-1, "-1", "-1"},
		{1234, "1,234", "1,234"},
		{360_000, "360,000", "360,000"},
		{999_999, "999,999", "999,999"},
		{1_000_000, "1,000,000", "1 M"},
		{1_599_000, "1,599,000", "1.6 M"},
		{1_949_999, "1,949,999", "1.9 M"},
		{1_950_000, "1,950,000", "2 M"},
		{22_756_103, "22,756,103", "22.8 M"},
		{39_000_000, "39,000,000", "39 M"},
		{200_000_000, "200,000,000", "200 M"},
		{999_949_999, "999,949,999", "999.9 M"},
		{999_950_000, "999,950,000", "1 B"},
		{1_200_000_000, "1,200,000,000", "1.2 B"},
		{1_234_560_000_000, "1,234,560,000,000", "1,234.6 B"},
		{-39_000_000, "-39,000,000", "-39 M"},
		{-1_950_000, "-1,950,000", "-2 M"},
		{-999_950_000, "-999,950,000", "-1 B"},
		{-1_599_000, "-1,599,000", "-1.6 M"},
		{math.MaxInt64, "9,223,372,036,854,775,807", "9,223,372,036.9 B"},
		{math.MinInt64, "-9,223,372,036,854,775,808", "-9,223,372,036.9 B"},
	})
}

func TestEnglishLengths(t *testing.T) {
	const day = 24 * time.Hour
	checkLengths(t, "en", []lengthRow{
		{0, "0 s"},
		{400 * time.Millisecond, "0 s"},
		{45 * time.Second, "45 s"},
		{59*time.Second + 400*time.Millisecond, "59 s"},
		{59*time.Second + 500*time.Millisecond, "1 min"},
		{time.Minute, "1 min"},
		{89 * time.Second, "1 min"},
		{90 * time.Second, "2 min"},
		{10 * time.Minute, "10 min"},
		{time.Hour - time.Second, "1 h"},
		{time.Hour, "1 h"},
		{time.Hour + 10*time.Minute, "1 h 10 min"},
		{3*time.Hour + 30*time.Minute, "3 h 30 min"},
		{23*time.Hour + 59*time.Minute, "23 h 59 min"},
		{day - time.Second, "1 day"},
		{day, "1 day"},
		{27 * time.Hour, "1 day 3 h"},
		{27*time.Hour + 40*time.Minute, "1 day 4 h"},
		{2 * day, "2 days"},
		{7*day - time.Hour, "6 days 23 h"},
		{7*day - time.Minute, "7 days"},
		{7*day + 3*time.Hour, "7 days"},
		{12*day + 13*time.Hour, "13 days"},
		{1200 * day, "1,200 days"},
		{-70 * time.Minute, "1 h 10 min"},
		{math.MinInt64, "106,752 days"},
	})
}

func TestEnglishInstants(t *testing.T) {
	beijing := zone(t, "Asia/Shanghai")
	drive := time.Date(2024, 5, 18, 8, 30, 0, 0, beijing)
	newYear := time.Date(2024, 1, 1, 0, 30, 0, 0, beijing)
	thatYear := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	later := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	checkInstants(t, "en", []instantRow{
		{"day and clock", drive, bot.DayClock, thatYear, "Sat 18 May, 08:30"},
		{"day and clock of another year", drive, bot.DayClock, later, "Sat 18 May 2024, 08:30"},
		{"clock", drive, bot.Clock, later, "08:30"},
		{"day", drive, bot.Day, thatYear, "Sat 18 May"},
		{"day of another year", drive, bot.Day, later, "Sat 18 May 2024"},
		{"short day", drive, bot.ShortDay, thatYear, "18 May"},
		{"short day of another year", drive, bot.ShortDay, later, "18 May 2024"},
		{"month", newYear, bot.Month, thatYear, "January 2024"},
		{"year", drive, bot.Year, thatYear, "2024"},
		{"a day of one digit", newYear, bot.DayClock, thatYear, "Mon 1 Jan, 00:30"},
		{"the year is the current one where it is shown", newYear, bot.Day, newYear.Add(-20 * time.Minute).UTC(), "Mon 1 Jan"},
		{"and another where that is another", newYear, bot.Day, newYear.Add(-40 * time.Minute).UTC(), "Mon 1 Jan 2024"},
	})
}

func TestEnglishRelativeInstants(t *testing.T) {
	const day = 24 * time.Hour
	checkRelative(t, "en", []relativeRow{
		{0, "now"},
		{29 * time.Second, "now"},
		{-29 * time.Second, "now"},
		{30 * time.Second, "in 1 min"},
		{-30 * time.Second, "1 min ago"},
		{10 * time.Minute, "in 10 min"},
		{70 * time.Minute, "in 1 h 10 min"},
		{2 * time.Hour, "in 2 h"},
		{27 * time.Hour, "in 1 day 3 h"},
		{-47*time.Hour - 50*time.Minute, "2 days ago"},
		{2*day + 5*time.Hour, "in 2 days"},
		{-3 * day, "3 days ago"},
		{59 * day, "in 59 days"},
		{-60 * day, "2 months ago"},
		{-700 * day, "23 months ago"},
		{-730 * day, "2 years ago"},
		{-2000 * day, "5 years ago"},
		{math.MinInt64, "292 years ago"},
	})
}

func TestEnglishPlaces(t *testing.T) {
	checkPlaces(t, "en", []placeRow{
		{zone(t, "Asia/Shanghai"), "Beijing"},
		{zone(t, "America/New_York"), "New York"},
		{zone(t, "America/Los_Angeles"), "Los Angeles"},
		{zone(t, "America/Argentina/Buenos_Aires"), "Buenos Aires"},
		{zone(t, "Europe/Paris"), "Paris"},
		{zone(t, "Asia/Chongqing"), "Beijing"},
		{zone(t, "Asia/Hong_Kong"), "Hong Kong"},
		{zone(t, "Asia/Calcutta"), "Kolkata"},
		{zone(t, "Asia/Ho_Chi_Minh"), "Ho Chi Minh City"},
		{zone(t, "Europe/Kiev"), "Kyiv"},
		{zone(t, "America/Sao_Paulo"), "São Paulo"},
		{zone(t, "US/Pacific"), "Los Angeles"},
		{zone(t, "US/Mountain"), "Denver"},
		{zone(t, "US/Central"), "Chicago"},
		{zone(t, "US/Eastern"), "New York"},
		{zone(t, "UTC"), "UTC"},
		{zone(t, "Etc/UTC"), "UTC"},
		{zone(t, "Etc/GMT-8"), "UTC+8"},
		{zone(t, "Etc/GMT+5"), "UTC-5"},
		{zone(t, "CET"), "CET"},
		{time.UTC, "UTC"},
		{nil, "UTC"},
		{time.Local, "local time"},
		{time.FixedZone("", 5*3600+1800), "UTC+5:30"},
		{time.FixedZone("", -(3*3600 + 1800)), "UTC-3:30"},
		{time.FixedZone("", 0), "UTC"},
		{time.FixedZone("UTC+8", 8*3600), "UTC+8"},
		{time.FixedZone("Moon/Sea_of_Tranquility", 0), "Sea of Tranquility"},
	})
}
