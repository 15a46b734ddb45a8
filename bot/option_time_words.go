package bot

import "strings"

// The words of times, folded: English, Chinese, French.

// ranked is a table of words by the place of their row, counted from first.
func ranked(first int, rows ...string) table[int] {
	entries := map[string]int{}
	for i, row := range rows {
		for word := range strings.FieldsSeq(row) {
			entries[word] = first + i
		}
	}
	return tableOf(entries)
}

// weekdayWords count from Sunday, as time.Weekday does.
var weekdayWords = ranked(0,
	"sunday sun 周日 周天 星期日 星期天 礼拜日 礼拜天 dimanche dim",
	"monday mon 周一 星期一 礼拜一 lundi lun",
	"tuesday tue tues 周二 星期二 礼拜二 mardi",
	"wednesday wed weds 周三 星期三 礼拜三 mercredi mer",
	"thursday thu thur thurs 周四 星期四 礼拜四 jeudi jeu",
	"friday fri 周五 星期五 礼拜五 vendredi ven",
	"saturday sat 周六 星期六 礼拜六 samedi sam",
)

// monthWords has no Chinese: there months have numbers.
var monthWords = ranked(1,
	"january jan janvier janv",
	"february feb fevrier fevr",
	"march mar mars",
	"april apr avril avr",
	"may mai",
	"june jun juin",
	"july jul juillet juil",
	"august aug aout",
	"september sep sept septembre",
	"october oct octobre",
	"november nov novembre",
	"december dec decembre", //nolint:misspell // French
)

// MonthNamed returns the number of a month by its name in English or French, or a usual abbreviation, folded.
func MonthNamed(folded string) (int, bool) {
	month, ok := monthWords.entries[folded]
	return month, ok
}

// daySpan is a stretch of a day and the hours of the clock that are said with it: the twelve from its first on, which may
// run into the next day, as "tonight at 1" does.
type daySpan struct {
	part  Part // empty for the small hours, which are no Part
	first int
}

var (
	smallHours = daySpan{"", 0}
	morning    = daySpan{Morning, 1}
	noonTime   = daySpan{Noon, 10}
	afternoon  = daySpan{Afternoon, 12}
	evening    = daySpan{Evening, 17}
	night      = daySpan{Night, 17}
)

var spanWords = tableOf(map[string]daySpan{
	"in the morning": morning, "in the afternoon": afternoon, "in the evening": evening, "at night": night,
	"morning": morning, "afternoon": afternoon, "evening": evening, "night": night,

	"凌晨": smallHours, "早": morning, "早上": morning, "早晨": morning, "清晨": morning, "上午": morning, "中午": noonTime,
	"下午": afternoon, "午后": afternoon, "傍晚": evening, "晚": evening, "晚上": evening, "晚间": evening, "夜里": night,
	"夜晚": night, "深夜": night,

	"matin": morning, "du matin": morning, "apres-midi": afternoon, "de l'apres-midi": afternoon, "soir": evening,
	"du soir": evening, "nuit": night, "de la nuit": night,
})

// dayWord is a day counted from today, and the stretch of it that the word says too.
type dayWord struct {
	days int
	span *daySpan
}

var dayWords = tableOf(map[string]dayWord{
	"today": {}, "tonight": {0, &evening}, "tomorrow": {1, nil}, "tmrw": {1, nil}, "day after tomorrow": {2, nil},
	"the day after tomorrow": {2, nil}, "yesterday": {-1, nil}, "this morning": {0, &morning},
	"this afternoon": {0, &afternoon}, "this evening": {0, &evening},

	"今天": {}, "今日": {}, "今早": {0, &morning}, "今晚": {0, &evening}, "今夜": {0, &night}, "明天": {1, nil}, "明日": {1, nil},
	"明早": {1, &morning}, "明晚": {1, &evening}, "后天": {2, nil}, "后晚": {2, &evening}, "大后天": {3, nil}, "昨天": {-1, nil},
	"昨晚": {-1, &evening},

	"aujourd'hui": {}, "ce matin": {0, &morning}, "cet apres-midi": {0, &afternoon}, "cette apres-midi": {0, &afternoon},
	"ce soir": {0, &evening}, "cette nuit": {0, &night}, "demain": {1, nil}, "apres-demain": {2, nil}, "hier": {-1, nil},
})

// weekWord says which of the days of a name is meant.
type weekWord uint8

const (
	comingDay     weekWord = iota // the first that is not over
	nextDay                       // the first after today or that of the next week: people disagree
	thisWeek                      // that of the week of today, which began on Monday, even if it is over
	nextWeek                      // that of the week after
	weekAfterNext                 // that of the week after that
)

// weekWords stand before the name of a day, and some after it.
var (
	weekWords = tableOf(map[string]weekWord{
		"this": comingDay, "ce": comingDay, "next": nextDay, "本": thisWeek, "这": thisWeek, "这个": thisWeek,
		"下": nextWeek, "下个": nextWeek, "下下": weekAfterNext, "下下个": weekAfterNext,
	})
	weekTails = tableOf(map[string]weekWord{"prochain": nextDay})
)

// hourMarks follow an hour: "20h30", "8点半".
var hourMarks = wordsOf("h", "heure", "heures", "点", "点钟", "时")

// minuteWords are minutes after an hour mark.
var minuteWords = tableOf(map[string]int{"整": 0, "一刻": 15, "半": 30, "三刻": 45, "et quart": 15, "et demie": 30, "et demi": 30})

// halfDays are the hours that words after a clock time of the twelve add.
var halfDays = tableOf(map[string]int{
	"am": 0, "a.m.": 0, "a.m": 0, "pm": 12, "p.m.": 12, "p.m": 12,
})

// clockNames are clock times with names, in minutes; a midnight is the end of a day or its beginning.
var clockNames = tableOf(map[string]int{
	"noon": 12 * 60, "midday": 12 * 60, "midi": 12 * 60, "正午": 12 * 60,
	"midnight": 24 * 60, "minuit": 24 * 60, "午夜": 24 * 60,
})

// atWords may make an hour of the plain number after them: "at 8".
var atWords = wordsOf("at", "a", "@")

// linkWords mean nothing by themselves and stand before something that does.
var linkWords = wordsOf("at", "on", "the", "in", "@", ",", "a", "le", "en",
	"heure de", "heure d'", "de")

// clockTails may follow a place: "Paris time", "北京时间".
var clockTails = wordsOf("time", "时间")

// ordinalTails may follow the number of a day: "18th", "1er".
var ordinalTails = wordsOf("st", "nd", "rd", "th", "er")

// The words before a length of time that make it a time from now, and those after it.
var (
	fromNowWords = wordsOf("in", "dans")
	fromNowTails = wordsOf("from now", "later", "后", "之后", "以后", "plus tard")
)

// The words of a daily span.
var (
	fromWords = wordsOf("from", "de", "从")
	toWords   = wordsOf("-", "~", "to", "till", "until", "a", "到", "至")
)
