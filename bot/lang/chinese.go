package lang

import (
	"strconv"
	"strings"
	"time"

	"boardcast/bot"
)

// chinese is the style of simplified Chinese. Numbers stand apart from the Han characters around them, but on one line with what
// they count.
type chinese struct{}

func (chinese) number(n int64, short bool) string {
	const wan, yi, wanYi = 10_000, 100_000_000, 1_000_000_000_000
	if !short || -wan < n && n < wan {
		return groupedFromWan(n)
	}
	const next = 10 * wan // tenths of a unit that make one of the next: 99,999,999 is 1 亿
	if tenths := roundTo(n, wan/10); -next < tenths && tenths < next {
		return tenth(tenths, ".") + noBreak + "万"
	}
	if tenths := roundTo(n, yi/10); -next < tenths && tenths < next {
		return tenth(tenths, ".") + noBreak + "亿"
	}
	return tenth(roundTo(n, wanYi/10), ".") + noBreak + "万亿"
}

// groupedFromWan writes a number in full. Its thousands are grouped from five digits on.
func groupedFromWan(n int64) string {
	digits := strconv.FormatInt(n, 10)
	if -10_000 < n && n < 10_000 {
		return digits
	}
	return grouped(digits, ",")
}

// grouped puts a mark between the thousands of a number's digits.
func grouped(digits, mark string) string {
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", rest
	}
	first := (len(digits)-1)%3 + 1
	var b strings.Builder
	b.WriteString(sign + digits[:first])
	for i := first; i < len(digits); i += 3 {
		b.WriteString(mark + digits[i:i+3])
	}
	return b.String()
}

// tenth writes a number that is counted in tenths, without a decimal that is zero.
func tenth(tenths int64, mark string) string {
	whole := strconv.FormatInt(tenths/10, 10)
	rest := tenths % 10
	switch {
	case rest == 0:
		return whole
	case rest < 0:
		rest = -rest
	}
	return whole + mark + strconv.FormatInt(rest, 10)
}

func (c chinese) length(d time.Duration) string {
	d = d.Abs()
	switch {
	case d.Round(time.Second) < time.Minute:
		return c.count(int64(d.Round(time.Second)/time.Second), "秒")
	case d.Round(time.Minute) < time.Hour:
		return c.count(int64(d.Round(time.Minute)/time.Minute), "分钟")
	case d.Round(time.Minute) < day:
		d = d.Round(time.Minute)
		return c.two(int64(d/time.Hour), "小时", int64(d%time.Hour/time.Minute), "分")
	case d.Round(time.Hour) < 7*day:
		d = d.Round(time.Hour)
		return c.two(int64(d/day), "天", int64(d%day/time.Hour), "小时")
	}
	return c.count(roundTo(int64(d), int64(day)), "天")
}

// two writes a length in two units; the smaller one is left out where it is zero.
func (c chinese) two(large int64, unit string, small int64, smallUnit string) string {
	if small == 0 {
		return c.count(large, unit)
	}
	return c.count(large, unit) + " " + c.count(small, smallUnit)
}

func (chinese) count(n int64, unit string) string { return groupedFromWan(n) + noBreak + unit }

func (c chinese) instant(t time.Time, style bot.TimeStyle, now time.Time) string {
	thisYear := t.Year() == now.Year()
	date := "1" + noBreak + "月 2" + noBreak + "日"
	if !thisYear {
		date = "2006" + noBreak + "年 " + date
	}
	weekday := [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[t.Weekday()]
	switch style {
	case bot.Clock:
		return clock(t, ":")
	case bot.Month:
		return t.Format("2006" + noBreak + "年 1" + noBreak + "月")
	case bot.Year:
		return t.Format("2006" + noBreak + "年")
	case bot.Relative:
		return c.relative(t.Sub(now))
	case bot.Day:
		return t.Format(date) + " " + weekday
	case bot.ShortDay:
		return t.Format(date)
	default:
		return t.Format(date) + " " + weekday + " " + clock(t, ":")
	}
}

// clock is a time of the day with the hour as it is said, without a zero before it.
func clock(t time.Time, mark string) string {
	return strconv.Itoa(t.Hour()) + mark + t.Format("04")
}

func (c chinese) relative(ahead time.Duration) string {
	switch {
	case ahead.Round(time.Minute) == 0:
		return "现在"
	case ahead < 0:
		return c.distance(ahead.Abs()) + "前"
	}
	return c.distance(ahead) + "后"
}

func (c chinese) distance(d time.Duration) string {
	if d < 2*day {
		return c.length(d.Round(time.Minute))
	}
	if days := roundTo(int64(d), int64(day)); days < 60 {
		return c.count(days, "天")
	}
	if months := roundTo(int64(d), int64(month)); months < 24 {
		return c.count(months, "个月")
	}
	return c.count(roundTo(int64(d), int64(year)), "年")
}

func (chinese) place(zone string) string { return placeIn(chinesePlaces(), zone) }

func (chinese) mark(mark bot.Mark) string {
	switch mark {
	case bot.ListMark:
		return "、"
	case bot.ClauseMark:
		return "；"
	case bot.LabelMark:
		return "："
	case bot.DecimalMark:
		return "."
	default:
		return "，"
	}
}

func (chinese) here() string { return "本地" }
