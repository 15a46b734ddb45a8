package bot

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// PeriodKind says what a [Period] is.
type PeriodKind string

// The kinds of period.
const (
	DayPeriod   PeriodKind = "day"
	WeekPeriod  PeriodKind = "week" // of ISO 8601, Monday to Sunday
	MonthPeriod PeriodKind = "month"
	YearPeriod  PeriodKind = "year"
	DaysPeriod  PeriodKind = "days" // the last days, up to now
	AllPeriod   PeriodKind = "all"
)

// Period is a stretch of time that somebody asks about, by the clocks of one zone: From <= t < To. All of time has zero ends.
type Period struct {
	Kind     PeriodKind
	From, To time.Time
}

// AllTime is the period that is all of time.
var AllTime = Period{Kind: AllPeriod}

// String writes a period so that it is read back as the same: "2024-W20", "2024-05", "2024", "30d", "all".
func (p Period) String() string {
	switch p.Kind {
	case DayPeriod:
		return p.From.Format(time.DateOnly)
	case WeekPeriod:
		year, week := p.From.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case MonthPeriod:
		return p.From.Format("2006-01")
	case YearPeriod:
		return p.From.Format("2006")
	case DaysPeriod:
		return strconv.Itoa(int(p.To.Sub(p.From).Hours()+1)/hoursADay) + "d"
	case AllPeriod:
	}
	return "all"
}

const (
	hoursADay = 24
	daysAWeek = 7
	maxDays   = 3660
)

// periodWord is a period's unit, and how many of them back.
type periodWord struct {
	kind PeriodKind
	back int
}

// periodWords are periods counted from today, folded.
var periodWords = periodTable(map[periodWord]string{
	{AllPeriod, 0}:   "all|all time|ever|always|全部|全部时间|所有|历来|历史|tout|toujours|depuis toujours",
	{DayPeriod, 0}:   "today|今天|今日|aujourd'hui",
	{DayPeriod, 1}:   "yesterday|昨天|昨日|hier",
	{WeekPeriod, 0}:  "week|this week|current week|本周|这周|这个星期|这星期|本星期|semaine|cette semaine",
	{WeekPeriod, 1}:  "last|last week|the last week|previous week|上周|上一周|上个星期|上星期|上礼拜|semaine derniere|la semaine derniere|semaine passee",
	{MonthPeriod, 0}: "month|this month|本月|这个月|当月|mois|ce mois|ce mois-ci",
	{MonthPeriod, 1}: "last month|previous month|上月|上个月|mois dernier|le mois dernier|mois passe",
	{YearPeriod, 0}:  "year|this year|今年|本年|annee|cette annee",
	{YearPeriod, 1}:  "last year|previous year|去年|annee derniere|l'annee derniere|l'an dernier|an dernier",
})

func periodTable(words map[periodWord]string) map[string]periodWord {
	table := map[string]periodWord{}
	for word, list := range words {
		for said := range strings.SplitSeq(list, "|") {
			table[said] = word
		}
	}
	return table
}

// The forms of a period with numbers, folded.
var (
	weekForm  = regexp.MustCompile(`^(?:(\d{4})[- ]?)?(?:w|week |s|semaine |第)(\d{1,2})(?:周)?$`)
	dayForm   = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	monthForm = regexp.MustCompile(`^(?:(\d{4})[-/年 ])?(\d{1,2})(月)?$`)
	yearForm  = regexp.MustCompile(`^(\d{4})年?$`)
	daysForm  = regexp.MustCompile(`^(?:last |past |the last |近|最近|过去|les )?(\d{1,4}) ?(d|day|days|天|日|j|jours|derniers jours|w|weeks|周|个星期|semaines)$`)
	namedForm = regexp.MustCompile(`^([a-z]+)(?: (\d{4}))?$`)
)

// ReadPeriod reads a period from all of the words, against now in the chat's zone: "2024-W20", "week 20", "2024-05-18", "2024-05",
// "may 2024", "2024", "30d", "last week", "all", 本周, 上个月, 2024年5月, 近30天, "cette année". A month or week without a year is the
// latest one that has begun. Words that are no period are ErrNotThis.
func ReadPeriod(words string, now time.Time) (Period, error) {
	if len(words) > maxSpoken {
		return Period{}, ErrNotThis
	}
	said := foldSpoken(words)
	if word, ok := periodWords[said]; ok {
		return word.before(now), nil
	}
	forms := []struct {
		form *regexp.Regexp
		read func(m []string, now time.Time) (Period, bool)
	}{
		{yearForm, readYear},
		{weekForm, readISOWeek},
		{dayForm, readDay},
		{daysForm, readDays},
		{monthForm, readMonth},
		{namedForm, readNamedMonth},
	}
	for _, f := range forms {
		if m := f.form.FindStringSubmatch(said); m != nil {
			if period, ok := f.read(m, now); ok {
				return period, nil
			}
		}
	}
	return Period{}, ErrNotThis
}

// before is the period some units back from now.
func (w periodWord) before(now time.Time) Period {
	y, m, d := now.Date()
	switch w.kind {
	case DayPeriod:
		return dayPeriod(y, m, d-w.back, now.Location())
	case WeekPeriod:
		return weekPeriod(y, m, d-daysAWeek*w.back, now.Location())
	case MonthPeriod:
		return monthPeriod(y, int(m)-w.back, now.Location())
	case YearPeriod:
		return yearPeriod(y-w.back, now.Location())
	default:
		return AllTime
	}
}

func dayPeriod(y int, m time.Month, d int, zone *time.Location) Period {
	return Period{DayPeriod, time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)}
}

// weekPeriod is the week of a day.
func weekPeriod(y int, m time.Month, d int, zone *time.Location) Period {
	back := (int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Weekday()) + daysAWeek - 1) % daysAWeek
	return Period{WeekPeriod, time.Date(y, m, d-back, 0, 0, 0, 0, zone), time.Date(y, m, d-back+daysAWeek, 0, 0, 0, 0, zone)}
}

func monthPeriod(y, m int, zone *time.Location) Period {
	month := time.Month(m)
	return Period{MonthPeriod, time.Date(y, month, 1, 0, 0, 0, 0, zone), time.Date(y, month+1, 1, 0, 0, 0, 0, zone)}
}

func yearPeriod(y int, zone *time.Location) Period {
	return Period{YearPeriod, time.Date(y, 1, 1, 0, 0, 0, 0, zone), time.Date(y+1, 1, 1, 0, 0, 0, 0, zone)}
}

// likelyYear bounds the years in which there were streams to ask about.
func likelyYear(y int) bool {
	const first, last = 2000, 2199
	return y >= first && y <= last
}

func readYear(m []string, now time.Time) (Period, bool) {
	y, _ := strconv.Atoi(m[1])
	return yearPeriod(y, now.Location()), likelyYear(y)
}

func readISOWeek(m []string, now time.Time) (Period, bool) {
	week, _ := strconv.Atoi(m[2])
	y, _ := now.ISOWeek()
	if m[1] != "" {
		y, _ = strconv.Atoi(m[1])
	}
	const fourth = 4 // of January, always in the first week
	p := weekPeriod(y, time.January, fourth+daysAWeek*(week-1), now.Location())
	if m[1] == "" && p.From.After(now) {
		y--
		p = weekPeriod(y, time.January, fourth+daysAWeek*(week-1), now.Location())
	}
	year, of := p.From.ISOWeek()
	return p, likelyYear(y) && year == y && of == week
}

func readDay(m []string, now time.Time) (Period, bool) {
	y, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	d, _ := strconv.Atoi(m[3])
	p := dayPeriod(y, time.Month(month), d, now.Location())
	return p, likelyYear(y) && p.From.Day() == d && int(p.From.Month()) == month
}

func readMonth(m []string, now time.Time) (Period, bool) {
	const months = 12
	month, _ := strconv.Atoi(m[2])
	if m[1] == "" && m[3] == "" || month < 1 || month > months {
		return Period{}, false // a number alone is none
	}
	return monthOf(m[1], month, now)
}

func readNamedMonth(m []string, now time.Time) (Period, bool) {
	month, ok := MonthNamed(m[1])
	if !ok {
		return Period{}, false
	}
	return monthOf(m[2], month, now)
}

// monthOf is a month of a year, without one the latest that has begun.
func monthOf(year string, month int, now time.Time) (Period, bool) {
	y := now.Year()
	if year != "" {
		y, _ = strconv.Atoi(year)
	} else if month > int(now.Month()) {
		y--
	}
	return monthPeriod(y, month, now.Location()), likelyYear(y)
}

func readDays(m []string, now time.Time) (Period, bool) {
	n, _ := strconv.Atoi(m[1])
	if strings.HasPrefix(m[2], "w") || strings.HasPrefix(m[2], "s") || m[2] == "周" || m[2] == "个星期" {
		n *= daysAWeek
	}
	y, month, d := now.Date()
	from := time.Date(y, month, d-n+1, 0, 0, 0, 0, now.Location())
	return Period{DaysPeriod, from, time.Date(y, month, d+1, 0, 0, 0, 0, now.Location())}, n >= 1 && n <= maxDays
}

// PeriodOption is an option that is a period, read against the chat's clocks.
func PeriodOption(name, summary string) Option[Period] {
	o := NewOption(name, summary, func(_ context.Context, req *Request, words string) (Period, error) {
		return ReadPeriod(words, req.Now.In(req.Zone))
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NoPeriod(words)
	}).Proposing(func(_ context.Context, req *Request, typed string) ([]Choice, error) {
		return BeginningWith(typed, append(likelyPeriods(), yearsBefore(req.Now.In(req.Zone))...)), nil
	})
}

// NoPeriod says that words are no period, and what would be one.
func NoPeriod(words string) error {
	return &ChoiceError{
		Code: Invalid, Say: Say("error.bad_period", Args{"Words": Quote(words)}),
		Choices: likelyPeriods(),
	}
}

func likelyPeriods() []Choice {
	return []Choice{
		{Value: "last", Label: Say("period.last_week")},
		{Value: "month", Label: Say("period.this_month")},
		{Value: "all", Label: Say("period.all")},
	}
}

// yearsBefore are this year and the ones before it.
func yearsBefore(now time.Time) []Choice {
	const years = 4
	choices := make([]Choice, 0, years)
	for back := range years {
		choices = append(choices, Choice{Value: strconv.Itoa(now.Year() - back)})
	}
	return choices
}
