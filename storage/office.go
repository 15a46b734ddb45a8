package storage

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"boardcast/bot"
)

// OfficeQuestion asks who holds an office at an automaker.
type OfficeQuestion struct {
	Automaker string
	Day       string // as precise as it was said: "2024-05-20", "2024-05" or "2024"; empty: now
	classes   []roleClass
}

// roleClass is what roles of different words have in common.
type roleClass string

const (
	chairRole   roleClass = "chair"
	ceoRole     roleClass = "ceo"
	presRole    roleClass = "president"
	managerRole roleClass = "manager"
	viceRole    roleClass = "vice"
	founderRole roleClass = "founder"
	headRole    roleClass = "head"
	techRole    roleClass = "technology"
	marketRole  roleClass = "marketing"
	productRole roleClass = "product"
	designRole  roleClass = "design"
	financeRole roleClass = "finance"
	operateRole roleClass = "operations"
	otherRole   roleClass = "other"
)

// rolePhrases are the folded words for roles, longer ones before those that they contain.
var rolePhrases = []struct {
	words   string
	classes []roleClass
}{
	{"executive vice president", []roleClass{viceRole}},
	{"senior vice president", []roleClass{viceRole}},
	{"vice president", []roleClass{viceRole}},
	{"vice chairman", []roleClass{viceRole}},
	{"vp", []roleClass{viceRole}},
	{"executive director", []roleClass{otherRole}},
	{"senior director", []roleClass{otherRole}},
	{"president du conseil", []roleClass{chairRole}},
	{"president directeur general", []roleClass{ceoRole}},
	{"directeur general", []roleClass{managerRole, ceoRole}},
	{"directrice generale", []roleClass{managerRole, ceoRole}},
	{"general manager", []roleClass{managerRole}},
	{"managing director", []roleClass{managerRole}},
	{"gm", []roleClass{managerRole}},
	{"chief executive officer", []roleClass{ceoRole}},
	{"chief executive", []roleClass{ceoRole}},
	{"chief marketing officer", []roleClass{marketRole}},
	{"chief product officer", []roleClass{productRole}},
	{"chief technology officer", []roleClass{techRole}},
	{"chief designer", []roleClass{designRole}},
	{"head of design", []roleClass{designRole}},
	{"ceo", []roleClass{ceoRole}},
	{"pdg", []roleClass{ceoRole, chairRole}},
	{"chief financial officer", []roleClass{financeRole}},
	{"chief operating officer", []roleClass{operateRole}},
	{"cfo", []roleClass{financeRole}},
	{"coo", []roleClass{operateRole}},
	{"cmo", []roleClass{marketRole}},
	{"cpo", []roleClass{productRole}},
	{"cto", []roleClass{techRole}},
	{"chairman", []roleClass{chairRole}},
	{"chairwoman", []roleClass{chairRole}},
	{"chairperson", []roleClass{chairRole}},
	{"chair", []roleClass{chairRole}},
	{"presidente", []roleClass{presRole, chairRole}},
	{"president", []roleClass{presRole, chairRole}},
	{"co founder", []roleClass{founderRole}},
	{"cofounder", []roleClass{founderRole}},
	{"founder", []roleClass{founderRole}},
	{"cofondateur", []roleClass{founderRole}},
	{"fondateur", []roleClass{founderRole}},
	{"boss", []roleClass{ceoRole, chairRole, headRole}},
	{"patron", []roleClass{ceoRole, chairRole, headRole}},
	{"head", []roleClass{headRole, ceoRole, managerRole}},
	{"副总裁", []roleClass{viceRole}},
	{"副总经理", []roleClass{viceRole}},
	{"副董事长", []roleClass{viceRole}},
	{"董事长", []roleClass{chairRole}},
	{"董事会主席", []roleClass{chairRole}},
	{"主席", []roleClass{chairRole}},
	{"首席执行官", []roleClass{ceoRole}},
	{"首席营销官", []roleClass{marketRole}},
	{"首席产品官", []roleClass{productRole}},
	{"首席技术官", []roleClass{techRole}},
	{"首席设计师", []roleClass{designRole}},
	{"总经理", []roleClass{managerRole}},
	{"总裁", []roleClass{presRole}},
	{"创始人", []roleClass{founderRole}},
	{"负责人", []roleClass{headRole, ceoRole, managerRole}},
	{"老板", []roleClass{ceoRole, chairRole, headRole}},
	{"掌门人", []roleClass{ceoRole, chairRole, headRole}},
}

// ReadOffice reads an office and, where one is named, the day: "gac chair", "chair of gac in 2024", "2024年广汽董事长".
func (d *Directory) ReadOffice(words string) (OfficeQuestion, bool) {
	if !MayBeName(words) {
		return OfficeQuestion{}, false
	}
	spaced := setApart(Fold(words))
	for _, phrase := range rolePhrases {
		rest, ok := cutPhrase(spaced, phrase.words)
		if !ok {
			continue
		}
		left, day := cutDay(strings.Fields(rest))
		if found := d.company(strings.Join(left, " ")); len(found) == 1 {
			return OfficeQuestion{Automaker: found[0].ID, Day: day, classes: phrase.classes}, true
		}
	}
	return OfficeQuestion{}, false
}

// setApart puts a space where Han characters meet others, and behind those that follow a number in a date.
func setApart(folded string) string {
	var b strings.Builder
	var before rune
	unit := false
	for _, r := range folded {
		meet := isHan(before) != isHan(r) || unit
		if before != 0 && before != ' ' && r != ' ' && meet {
			b.WriteByte(' ')
		}
		unit = unicode.IsDigit(before) && strings.ContainsRune("年月日号", r)
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// cutPhrase takes a phrase out of spaced words: whole words, or any characters when they are Han. It is asked for each of very
// many phrases, most of which are not there.
func cutPhrase(spaced, phrase string) (string, bool) {
	for from := 0; ; {
		at := strings.Index(spaced[from:], phrase)
		if at < 0 {
			return "", false
		}
		begin := from + at
		end := begin + len(phrase)
		whole := (begin == 0 || spaced[begin-1] == ' ') && (end == len(spaced) || spaced[end] == ' ')
		if whole || hasHan(phrase) {
			return spaced[:begin] + " " + spaced[end:], true
		}
		from = end
	}
}

func readMonth(word string) (int, bool) {
	const months = 12
	if n, err := strconv.Atoi(word); err == nil {
		return n, n >= 1 && n <= months
	}
	return bot.MonthNamed(word)
}

// cutDay takes a year out of words, with the month and the day that stand beside it. A day counts behind a word such as
// "on" or before 日 alone, because a time that follows a name begins with one, too.
func cutDay(words []string) (rest []string, day string) {
	i := slices.IndexFunc(words, isYear)
	if i < 0 {
		return words, ""
	}
	day, end := words[i], i+1
	end = skip(words, end, "年")
	numeric := i
	if end < len(words) {
		if month, ok := readMonth(words[end]); ok {
			day += "-" + twoDigits(month)
			end = skip(words, end+1, "月", "月份")
			day, end = cutDayOfMonth(words, i, end, day)
		}
	}
	if i > 0 && len(day) == len("2024") {
		if month, ok := readMonth(words[i-1]); ok {
			numeric = i - 1
			day += "-" + twoDigits(month)
		}
	}
	for numeric > 0 && contains(dayJoiners, words[numeric-1]) {
		numeric--
	}
	return append(slices.Clone(words[:numeric]), words[skip(words, end, "的"):]...), day
}

// dayJoiners stand before a day.
var dayJoiners = []string{"in", "on", "at", "of", "as", "en", "le", "于", "在", "during", "since"}

func cutDayOfMonth(words []string, year, end int, month string) (string, int) {
	if end >= len(words) {
		return month, end
	}
	n, err := strconv.Atoi(words[end])
	after := skip(words, end+1, "日", "号")
	said := after > end+1 || (year > 0 && contains(dayJoiners, words[year-1]))
	if err != nil || !said || n < 1 || n > 31 {
		return month, end
	}
	return month + "-" + twoDigits(n), after
}

// skip returns the index behind a word at i when it is one of these.
func skip(words []string, i int, these ...string) int {
	if i < len(words) && contains(these, words[i]) {
		return i + 1
	}
	return i
}

func isYear(word string) bool {
	const first, last = 1950, 2100
	n, err := strconv.Atoi(word)
	return err == nil && len(word) == 4 && n >= first && n <= last
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Holder is a person in an office that was asked for.
type Holder struct {
	Person string
	Office Office
}

// Holders returns who holds the office on the day asked, now being today where the question names none, and who held or
// holds it at other times, earliest first.
func (q OfficeQuestion) Holders(r Scoped, now time.Time) (held, others []Holder, err error) {
	day := q.Day
	if day == "" {
		day = now.Format(time.DateOnly)
	}
	var all []Holder
	for person, err := range r.PeopleOf(q.Automaker) {
		if err != nil {
			return nil, nil, err
		}
		for _, office := range person.Offices {
			if office.Automaker == q.Automaker {
				all = append(all, Holder{Person: person.ID, Office: office})
			}
		}
	}
	for i, class := range q.classes {
		for _, holder := range all {
			switch {
			case !slices.Contains(holder.Office.classes(), class):
			case holder.Office.heldWithin(day):
				held = append(held, holder)
			default:
				others = append(others, holder)
			}
		}
		if len(held) > 0 || (len(others) > 0 && i == 0) {
			break
		}
	}
	byStart := func(a, b Holder) int { return strings.Compare(a.Office.From, b.Office.From) }
	slices.SortStableFunc(held, byStart)
	slices.SortStableFunc(others, byStart)
	return onePerPerson(held), onePerPerson(others), nil
}

// onePerPerson keeps each person's first office.
func onePerPerson(holders []Holder) []Holder {
	var kept []Holder
	for _, h := range holders {
		if !slices.ContainsFunc(kept, func(k Holder) bool { return k.Person == h.Person }) {
			kept = append(kept, h)
		}
	}
	return kept
}

// heldWithin reports whether the office may have been held in a period, which is a day, a month or a year.
func (o Office) heldWithin(period string) bool {
	if n := min(len(o.From), len(period)); o.From[:n] > period[:n] {
		return false
	}
	n := min(len(o.To), len(period))
	return o.To[:n] >= period[:n]
}

// classes are the classes of the office's role, in any language that it is written in.
func (o Office) classes() []roleClass {
	var found []roleClass
	for _, language := range sortedKeys(o.Role) {
		role, _, _ := strings.Cut(o.Role[language], "(")
		role, _, _ = strings.Cut(role, "（")
		rest := setApart(Fold(role))
		for _, phrase := range rolePhrases {
			cut, ok := cutPhrase(rest, phrase.words)
			if !ok {
				continue
			}
			rest = cut
			found = append(found, phrase.classes[0])
		}
	}
	return found
}
