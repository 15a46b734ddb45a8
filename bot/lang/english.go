package lang

import (
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"boardcast/bot"
)

// The lengths of time that English counts in. Months and years are mean ones: they only tell how long ago something was.
const (
	day   = 24 * time.Hour
	year  = 365*day + 6*time.Hour
	month = year / 12
)

// english is the style of English.
type english struct{ printer *message.Printer }

func newEnglish() english { return english{message.NewPrinter(language.English)} }

func (e english) number(n int64, short bool) string {
	const million, billion = 1_000_000, 1_000_000_000
	if !short || -million < n && n < million {
		return e.decimal(n)
	}
	if tenths := roundTo(n, million/10); -10_000 < tenths && tenths < 10_000 {
		return e.decimal(float64(tenths)/10) + " M"
	}
	return e.decimal(float64(roundTo(n, billion/10))/10) + " B"
}

// decimal writes a number with at most one decimal.
func (e english) decimal(n any) string {
	return e.printer.Sprint(number.Decimal(n, number.MaxFractionDigits(1)))
}

func (e english) length(d time.Duration) string {
	d = d.Abs()
	switch {
	case d.Round(time.Second) < time.Minute:
		return e.count(int64(d.Round(time.Second)/time.Second), "s")
	case d.Round(time.Minute) < day:
		d = d.Round(time.Minute)
		return e.two(int64(d/time.Hour), "h", int64(d%time.Hour/time.Minute), "min")
	case d.Round(time.Hour) < 7*day:
		d = d.Round(time.Hour)
		return e.two(int64(d/day), "day", int64(d%day/time.Hour), "h")
	}
	return e.count(roundTo(int64(d), int64(day)), "day")
}

// two writes a length in two units, leaving out what is zero.
func (e english) two(large int64, unit string, small int64, smallUnit string) string {
	switch {
	case small == 0:
		return e.count(large, unit)
	case large == 0:
		return e.count(small, smallUnit)
	}
	return e.count(large, unit) + " " + e.count(small, smallUnit)
}

// count writes a number of units. Those that are words have a plural, the symbols have none.
func (e english) count(n int64, unit string) string {
	switch {
	case n == 1:
	case unit == "day", unit == "month", unit == "year":
		unit += "s"
	}
	return e.decimal(n) + " " + unit
}

func (e english) instant(t time.Time, style bot.TimeStyle, now time.Time) string {
	thisYear := t.Year() == now.Year()
	switch style {
	case bot.Clock:
		return t.Format("15:04")
	case bot.Month:
		return t.Format("January 2006")
	case bot.Year:
		return t.Format("2006")
	case bot.Relative:
		return e.relative(t.Sub(now))
	case bot.Day:
		return t.Format(dated("Mon 2 Jan", thisYear))
	case bot.ShortDay:
		return t.Format(dated("2 Jan", thisYear))
	default:
		return t.Format(dated("Mon 2 Jan", thisYear) + ", 15:04")
	}
}

// dated is a layout with its year, unless it is the current one.
func dated(layout string, thisYear bool) string {
	if thisYear {
		return layout
	}
	return layout + " 2006"
}

func (e english) relative(ahead time.Duration) string {
	switch {
	case ahead.Round(time.Minute) == 0:
		return "now"
	case ahead < 0:
		return e.distance(ahead.Abs()) + " ago"
	}
	return "in " + e.distance(ahead)
}

func (e english) distance(d time.Duration) string {
	if d < 2*day {
		return e.length(d.Round(time.Minute))
	}
	if days := roundTo(int64(d), int64(day)); days < 60 {
		return e.count(days, "day")
	}
	if months := roundTo(int64(d), int64(month)); months < 24 {
		return e.count(months, "month")
	}
	return e.count(roundTo(int64(d), int64(year)), "year")
}

// place renames the zones that are not called after the city people think of, or no longer spelt so.
func (english) place(zone string) string {
	switch zone {
	case "Asia/Shanghai", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC":
		return "Beijing"
	case "Asia/Calcutta":
		return "Kolkata"
	case "Asia/Saigon", "Asia/Ho_Chi_Minh":
		return "Ho Chi Minh City"
	case "Europe/Kiev":
		return "Kyiv"
	case "America/Sao_Paulo":
		return "São Paulo"
	case "US/Pacific":
		return "Los Angeles"
	case "US/Mountain":
		return "Denver"
	case "US/Central":
		return "Chicago"
	case "US/Eastern":
		return "New York"
	}
	return strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
}

func (english) mark(mark bot.Mark) string {
	switch mark {
	case bot.ClauseMark:
		return "; "
	case bot.LabelMark:
		return ": "
	case bot.DecimalMark:
		return "."
	default:
		return ", "
	}
}

func (english) here() string { return "local time" }

// roundTo is how many units make up n, to the nearest, halves away from zero.
func roundTo(n, unit int64) int64 {
	whole, rest := n/unit, n%unit
	switch {
	case 2*rest >= unit:
		return whole + 1
	case 2*rest <= -unit:
		return whole - 1
	}
	return whole
}
