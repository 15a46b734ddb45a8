package lang_test

import (
	"math"
	"testing"
	"time"

	"boardcast/bot"
)

func TestChineseNumbers(t *testing.T) {
	checkNumbers(t, "zh", []numberRow{
		{0, "0", "0"},
		{-1, "-1", "-1"},
		{1234, "1234", "1234"},
		{9999, "9999", "9999"},
		{10_000, "10,000", "1_万"},
		{12_345, "12,345", "1.2_万"},
		{360_000, "360,000", "36_万"},
		{999_999, "999,999", "100_万"},
		{22_756_103, "22,756,103", "2275.6_万"},
		{39_000_000, "39,000,000", "3900_万"},
		{99_949_999, "99,949,999", "9995_万"},
		{99_999_999, "99,999,999", "1_亿"},
		{120_000_000, "120,000,000", "1.2_亿"},
		{200_000_000, "200,000,000", "2_亿"},
		{1_234_560_000_000, "1,234,560,000,000", "1.2_万亿"},
		{-360_000, "-360,000", "-36_万"},
		{-12_345, "-12,345", "-1.2_万"},
		{math.MaxInt64, "9,223,372,036,854,775,807", "9223372_万亿"},
		{math.MinInt64, "-9,223,372,036,854,775,808", "-9223372_万亿"},
	})
}

func TestChineseLengths(t *testing.T) {
	const day = 24 * time.Hour
	checkLengths(t, "zh", []lengthRow{
		{0, "0_秒"},
		{45 * time.Second, "45_秒"},
		{59*time.Second + 500*time.Millisecond, "1_分钟"},
		{10 * time.Minute, "10_分钟"},
		{time.Hour - time.Second, "1_小时"},
		{3*time.Hour + 30*time.Minute, "3_小时 30_分"},
		{day - time.Second, "1_天"},
		{27 * time.Hour, "1_天 3_小时"},
		{2 * day, "2_天"},
		{7*day + 3*time.Hour, "7_天"},
		{-70 * time.Minute, "1_小时 10_分"},
		{math.MinInt64, "106,752_天"},
	})
}

func TestChineseInstants(t *testing.T) {
	drive := time.Date(2024, 5, 18, 8, 30, 0, 0, zone(t, "Asia/Shanghai"))
	newYear := time.Date(2024, 1, 1, 0, 5, 0, 0, zone(t, "Asia/Shanghai"))
	thatYear := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	later := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	checkInstants(t, "zh", []instantRow{
		{"day and clock", drive, bot.DayClock, thatYear, "5_月 18_日 周六 8:30"},
		{"day and clock of another year", drive, bot.DayClock, later, "2024_年 5_月 18_日 周六 8:30"},
		{"clock", drive, bot.Clock, later, "8:30"},
		{"just after midnight", newYear, bot.Clock, later, "0:05"},
		{"day", drive, bot.Day, thatYear, "5_月 18_日 周六"},
		{"day of another year", drive, bot.Day, later, "2024_年 5_月 18_日 周六"},
		{"short day", drive, bot.ShortDay, thatYear, "5_月 18_日"},
		{"short day of another year", drive, bot.ShortDay, later, "2024_年 5_月 18_日"},
		{"month", newYear, bot.Month, thatYear, "2024_年 1_月"},
		{"year", drive, bot.Year, thatYear, "2024_年"},
	})
}

func TestChineseRelativeInstants(t *testing.T) {
	const day = 24 * time.Hour
	checkRelative(t, "zh", []relativeRow{
		{0, "现在"},
		{-29 * time.Second, "现在"},
		{30 * time.Second, "1_分钟后"},
		{10 * time.Minute, "10_分钟后"},
		{70 * time.Minute, "1_小时 10_分后"},
		{2 * time.Hour, "2_小时后"},
		{-3 * day, "3_天前"},
		{-60 * day, "2_个月前"},
		{-730 * day, "2_年前"},
		{math.MinInt64, "292_年前"},
	})
}

func TestChinesePlaces(t *testing.T) {
	checkPlaces(t, "zh", []placeRow{
		{zone(t, "Asia/Shanghai"), "北京"},
		{zone(t, "Asia/Chongqing"), "北京"},
		{zone(t, "Europe/Paris"), "巴黎"},
		{zone(t, "America/New_York"), "纽约"},
		{zone(t, "US/Eastern"), "纽约"},
		{zone(t, "America/Argentina/Buenos_Aires"), "布宜诺斯艾利斯"},
		{zone(t, "Europe/Kiev"), "基辅"},
		{zone(t, "America/Boise"), "Boise"},
		{zone(t, "UTC"), "UTC"},
		{zone(t, "Etc/GMT-8"), "UTC+8"},
		{time.Local, "本地"},
		{nil, "UTC"},
	})
}
