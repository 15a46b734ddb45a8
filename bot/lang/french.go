package lang

import (
	"strconv"
	"time"

	"boardcast/bot"
)

// french is the style of French.
type french struct{}

func (french) number(n int64, short bool) string {
	const million, billion = 1_000_000, 1_000_000_000
	if !short || -million < n && n < million {
		return grouped(strconv.FormatInt(n, 10), noBreak)
	}
	if tenths := roundTo(n, million/10); -10_000 < tenths && tenths < 10_000 {
		return tenth(tenths, ",") + noBreak + "M"
	}
	tenths := roundTo(n, billion/10)
	if tenths%10 == 0 || tenths <= -10_000 || tenths >= 10_000 {
		return grouped(strconv.FormatInt(roundTo(tenths, 10), 10), noBreak) + noBreak + "Md"
	}
	return tenth(tenths, ",") + noBreak + "Md"
}

func (f french) length(d time.Duration) string {
	d = d.Abs()
	switch {
	case d.Round(time.Second) < time.Minute:
		return f.count(int64(d.Round(time.Second)/time.Second), "s")
	case d.Round(time.Minute) < time.Hour:
		return f.count(int64(d.Round(time.Minute)/time.Minute), "min")
	case d.Round(time.Minute) < day:
		return hours(d.Round(time.Minute))
	case d.Round(time.Hour) < 7*day:
		d = d.Round(time.Hour)
		days, rest := f.count(int64(d/day), "jour"), d%day
		if rest == 0 {
			return days
		}
		return days + " " + hours(rest)
	}
	return f.count(roundTo(int64(d), int64(day)), "jour")
}

// hours writes hours and minutes as clocks and lengths have them: "3 h 30", "3 h 05", "3 h".
func hours(d time.Duration) string {
	said := strconv.Itoa(int(d/time.Hour)) + noBreak + "h"
	minutes := int(d % time.Hour / time.Minute)
	switch {
	case minutes == 0:
		return said
	case minutes < 10:
		return said + noBreak + "0" + strconv.Itoa(minutes)
	}
	return said + noBreak + strconv.Itoa(minutes)
}

// count writes a number of units. Those that are words have a plural from two on, the symbols have none.
func (f french) count(n int64, unit string) string {
	if n > 1 && (unit == "jour" || unit == "an") {
		unit += "s"
	}
	return f.number(n, false) + noBreak + unit
}

func (f french) instant(t time.Time, style bot.TimeStyle, now time.Time) string {
	date := ordinal(t.Day()) + " " + frenchMonths()[t.Month()-1]
	if t.Year() != now.Year() {
		date += " " + t.Format("2006")
	}
	weekday := [...]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."}[t.Weekday()]
	clock := hours(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	switch style {
	case bot.Clock:
		return clock
	case bot.Month:
		return frenchMonths()[t.Month()-1] + " " + t.Format("2006")
	case bot.Year:
		return t.Format("2006")
	case bot.Relative:
		return f.relative(t.Sub(now))
	case bot.Day:
		return weekday + " " + date
	case bot.ShortDay:
		return date
	default:
		return weekday + " " + date + ", " + clock
	}
}

// ordinal is a day of the month: the first has a form of its own.
func ordinal(day int) string {
	if day == 1 {
		return "1er"
	}
	return strconv.Itoa(day)
}

func frenchMonths() [12]string {
	return [12]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
}

func (f french) relative(ahead time.Duration) string {
	switch {
	case ahead.Round(time.Minute) == 0:
		return "maintenant"
	case ahead < 0:
		return "il y a " + f.distance(ahead.Abs())
	}
	return "dans " + f.distance(ahead)
}

func (f french) distance(d time.Duration) string {
	if d < 2*day {
		return f.length(d.Round(time.Minute))
	}
	if days := roundTo(int64(d), int64(day)); days < 60 {
		return f.count(days, "jour")
	}
	if months := roundTo(int64(d), int64(month)); months < 24 {
		return f.count(months, "mois")
	}
	return f.count(roundTo(int64(d), int64(year)), "an")
}

func (french) place(zone string) string { return placeIn(frenchPlaces(), zone) }

func (french) mark(mark bot.Mark) string {
	switch mark {
	case bot.ClauseMark:
		return noBreak + "; "
	case bot.LabelMark:
		return noBreak + ": "
	case bot.DecimalMark:
		return ","
	default:
		return ", "
	}
}

func (french) here() string { return "heure locale" }
