package bot

import "time"

// MaxLength is the longest length of time that [ReadLength] reads.
const MaxLength = 400 * 24 * time.Hour

// Lengths of the calendar's units; in a length of time a day is always 24 hours.
const (
	day  = 24 * time.Hour
	week = 7 * day
)

// lengthUnits are the folded names of units.
var lengthUnits = tableOf(map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": day, "day": day, "days": day, "w": week, "wk": week, "wks": week, "week": week, "weeks": week,

	"秒": time.Second, "秒钟": time.Second, "分": time.Minute, "分钟": time.Minute, "刻钟": 15 * time.Minute,
	"小时": time.Hour, "个小时": time.Hour, "钟头": time.Hour, "个钟头": time.Hour, "天": day, "日": day,
	"周": week, "星期": week, "个星期": week, "礼拜": week, "个礼拜": week,

	"seconde": time.Second, "secondes": time.Second, "mn": time.Minute, "quart d'heure": 15 * time.Minute,
	"quarts d'heure": 15 * time.Minute, "demi-heure": 30 * time.Minute, "heure": time.Hour, "heures": time.Hour,
	"j": day, "jour": day, "jours": day, "sem": week, "semaine": week, "semaines": week,
})

// whole is the one of amounts, which are in thousandths so that halves need no rounding.
const whole = 1000

// amountWords are amounts that are not written in digits.
var amountWords = tableOf(map[string]int{
	"a": whole, "an": whole, "one": whole, "two": 2 * whole, "three": 3 * whole, "four": 4 * whole, "five": 5 * whole,
	"six": 6 * whole, "ten": 10 * whole, "half": whole / 2, "half a": whole / 2, "half an": whole / 2,

	"半": whole / 2, "半个": whole / 2, // the digits are read as numbers

	"un": whole, "une": whole, "deux": 2 * whole, "trois": 3 * whole, "quatre": 4 * whole, "cinq": 5 * whole,
	"dix": 10 * whole, "demi-": whole / 2, "une demi-": whole / 2,
})

// oneWords are those of amountWords that begin other words as well: "2h A better title".
var oneWords = wordsOf("a", "an", "one", "un", "une", "half")

// unitTails add a share of the unit that they follow: "1小时半", "une heure et demie".
var unitTails = tableOf(map[string]int{
	"半": whole / 2, "and a half": whole / 2, "et demie": whole / 2, "et demi": whole / 2, "et quart": whole / 4,
})

// lengthLinks may stand between the units of a length.
var lengthLinks = wordsOf("and", "et", ",", "零")

// length is a length of time as it was said.
type length struct {
	total  time.Duration // more than MaxLength is no exact figure
	finest time.Duration // its smallest unit
}

// ReadLength reads a length of time in English, Chinese or French: "1h 10m", "1.5h", "两天", "1 heure et demie"; a number
// by itself is minutes. The units of a sum go from the largest to the smallest, and a day is 24 hours, whatever the clocks
// do. What is no length is ErrNotThis; one that is not above zero or that is longer than MaxLength is an *Error.
func ReadLength(words string) (time.Duration, error) {
	p, ok := newPhrase(words)
	if !ok {
		return 0, ErrNotThis
	}
	negative := p.take("-")
	said, ok := p.bareMinutes()
	if !ok {
		said, ok = p.length()
	}
	switch {
	case !ok || !p.done():
		return 0, ErrNotThis
	case negative || said.total <= 0:
		return 0, NewError(Invalid, "error.length_short", nil)
	}
	return said.total, said.check()
}

// check returns why the length is too long, if it is.
func (l length) check() error {
	if l.total > MaxLength {
		return NewError(Invalid, "error.length_long", Args{"Max": For(MaxLength)})
	}
	return nil
}

// bareMinutes reads a number that is all there is.
func (p *phrase) bareMinutes() (length, bool) {
	from := p.next
	value, _, ok := p.number()
	if !ok || !p.done() {
		p.next = from
		return length{}, false
	}
	return length{total: amount(value*whole, time.Minute), finest: time.Minute}, true
}

// length reads amounts with their units until something else comes.
func (p *phrase) length() (length, bool) {
	var l length
	for {
		from := p.next
		if l.finest != 0 {
			takeOf(p, lengthLinks)
		}
		total, unit, ok := p.term(l.finest)
		if !ok || l.finest != 0 && unit >= l.finest {
			p.next = from
			return l, l.finest != 0
		}
		l.total += total
		l.finest = unit
	}
}

// term reads an amount and its unit. After an hour the minutes need none: "1h10".
func (p *phrase) term(before time.Duration) (total, unit time.Duration, ok bool) {
	_, article := oneWords.entries[p.peek()]
	n, ok := p.amount()
	if !ok {
		return 0, 0, false
	}
	half := p.takeBoth("个", "半") // 一个半小时
	unit, ok = takeOf(p, lengthUnits)
	if !ok && before == time.Hour && n < 60*whole && !half && !article {
		return amount(n, time.Minute), time.Minute, true
	}
	if !ok {
		return 0, 0, false
	}
	if half {
		n += whole / 2
	}
	if more, tail := takeOf(p, unitTails); tail {
		n += more
	}
	return amount(n, unit), unit, true
}

// takeBoth reads two pieces if they are these.
func (p *phrase) takeBoth(first, second string) bool {
	from := p.next
	if p.take(first) && p.take(second) {
		return true
	}
	p.next = from
	return false
}

// amount reads how many, in thousandths: a number, one with decimals, or a word.
func (p *phrase) amount() (int, bool) {
	if n, ok := takeOf(p, amountWords); ok {
		return n, true
	}
	n, digits, ok := p.number()
	if !ok {
		return 0, false
	}
	n *= whole
	if digits > 0 {
		n += p.decimals()
	}
	return n, true
}

// decimals reads what may follow a number's point or comma, in thousandths.
func (p *phrase) decimals() int {
	from := p.next
	if p.glued() && (p.take(".") || p.take(",")) && p.glued() {
		value, digits, ok := p.number()
		for ; digits > 3; digits-- {
			value /= 10
		}
		for ; digits > 0 && digits < 3; digits++ {
			value *= 10
		}
		if ok && digits == 3 {
			return value
		}
	}
	p.next = from
	return 0
}

// amount is thousandths of a unit, or more than MaxLength where it would be.
func amount(thousandths int, unit time.Duration) time.Duration {
	if thousandths/whole > int(MaxLength/unit) {
		return MaxLength + unit
	}
	return unit / whole * time.Duration(thousandths)
}
