package replay

import (
	"time"

	"boardcast/bot"
)

// Assumption is what is taken to be so of a stream where its record does not say. docs/replay.md has the same table; a test holds
// that the two agree.
type Assumption string

// The assumptions.
const (
	AnnouncedThen Assumption = "announced" // when it was announced
	BeganOnTime   Assumption = "on_time"   // that it began at its start
	BeganByPart   Assumption = "part"      // at what hour it began, of a part of a day
	BeganByDay    Assumption = "day"       // at what hour it began, of a day
	BeganByEnd    Assumption = "back"      // when it began, by when it ended
	LastedPlanned Assumption = "planned"   // that it lasted as long as was planned
	LastedUsual   Assumption = "lasted"    // how long it lasted
	FiguresAfter  Assumption = "figures"   // when its figures were told
	CalledOffThen Assumption = "off"       // when it was cancelled or postponed
)

// Assumptions returns all of them, in the order of a stream's life.
func Assumptions() []Assumption {
	return []Assumption{
		AnnouncedThen, CalledOffThen, BeganOnTime, BeganByPart, BeganByDay, BeganByEnd, LastedPlanned, LastedUsual, FiguresAfter,
	}
}

// What is assumed. The clocks are those of the stream's place.
const (
	announcedAt  = 18 * time.Hour // on the day before
	beganAt      = 14 * time.Hour // on the day, where no more is known
	usualLength  = 2 * time.Hour  // half of the known lengths in the catalog are shorter
	figuresAfter = time.Hour      // after the end
	calledOff    = 3 * time.Hour  // before the start
)

// Text says what is assumed.
func (a Assumption) Text() bot.Text {
	switch a {
	case AnnouncedThen:
		return bot.Say("assumed.announced", bot.Args{"At": clock(announcedAt)})
	case CalledOffThen:
		return bot.Say("assumed.off", bot.Args{"Length": bot.For(calledOff)})
	case BeganOnTime:
		return bot.Say("assumed.on_time")
	case BeganByPart:
		return bot.Say("assumed.part")
	case BeganByDay:
		return bot.Say("assumed.day", bot.Args{"At": clock(beganAt)})
	case BeganByEnd:
		return bot.Say("assumed.back")
	case LastedPlanned:
		return bot.Say("assumed.planned")
	case LastedUsual:
		return bot.Say("assumed.lasted", bot.Args{"Length": bot.For(usualLength)})
	default:
		return bot.Say("assumed.figures", bot.Args{"Length": bot.For(figuresAfter)})
	}
}

// clock is an hour of any day.
func clock(hour time.Duration) bot.Text {
	return bot.AtIn(time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC).Add(hour), bot.Clock, time.UTC)
}

// Assumed is an assumption that was made, and when the story that rests on it comes to it.
type Assumed struct {
	Assumption Assumption
	At         time.Time
}
