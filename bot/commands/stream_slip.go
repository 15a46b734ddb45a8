package commands

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
)

// refuseSlip asks back when a title that nobody marked as one was likely meant as the time: the stream would be added for another
// day, with "tomorow" or "2026-13-24" for a title.
func refuseSlip(req *bot.Request, title string) error {
	if isMarked(req.Line, title) {
		return nil
	}
	allTheSame := bot.Press(bot.Say("button.add_all_the_same"), req.Line+" new=yes")
	word, _, _ := strings.Cut(title, " ")
	for day := range strings.FieldsSeq("tomorrow tonight monday tuesday wednesday thursday friday saturday sunday demain") {
		if slips := bot.Slips(strings.ToLower(word), day); slips == 0 || slips > len(day)/4 {
			continue
		}
		return bot.NewError(bot.Ambiguous, "stream.slip", bot.Args{"Words": bot.Quote(word), "Near": bot.Lit(day)},
			bot.Press(bot.Say("button.yes"), strings.Replace(req.Line, word, day, 1)), allTheSame)
	}
	if looksLikeTime(title) {
		return bot.NewError(bot.Ambiguous, "stream.no_time", bot.Args{"Words": bot.Quote(title)}, allTheSame)
	}
	return nil
}

// isMarked reports whether words stand in a line behind a quote or the name of an option.
func isMarked(line, words string) bool {
	before, _, there := strings.Cut(line, words)
	mark, _ := utf8.DecodeLastRuneInString(before)
	return there && strings.ContainsRune("\"“”„＂«「『=＝:：", mark)
}

// The words of dates and clock times, whether there are such or not, and what stands beside the name of a month. "24/7" is none.
var (
	timeWord = regexp.MustCompile(`^(?:\d{4}[-/]\d{1,2}\b.*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}/\d{1,2}|(?:\d{2,4}年)?\d{1,2}月\d{1,2}.*|` +
		`\d{1,2}月|\d{1,2}[日号].*|\d{1,2}[:：]\d{2}.*|\d{1,2} ?[ap]m)$`)
	dayOfMonth = regexp.MustCompile(`^\d{1,2}(?:st|nd|rd|th|er)?$`)
)

// looksLikeTime reports whether a title holds what can only be meant as a date or a time, or is nothing but a month or a place,
// which is what is left of "30 feb".
func looksLikeTime(title string) bool {
	words := strings.Fields(strings.ToLower(title))
	if _, err := bot.ReadZone(title); err == nil || len(words) == 1 && isMonth(words[0]) {
		return true
	}
	for i, word := range words {
		beside := slices.Concat(words[max(i-1, 0):i], words[i+1:min(i+2, len(words))])
		if word != "24/7" && timeWord.MatchString(word) || dayOfMonth.MatchString(word) && slices.ContainsFunc(beside, isMonth) {
			return true
		}
	}
	return false
}

func isMonth(word string) bool {
	_, ok := bot.MonthNamed(strings.Trim(word, ".,"))
	return ok
}
