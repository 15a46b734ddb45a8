package lang

import (
	"fmt"
	"strings"
	"time"

	"boardcast/bot"
)

// style is how a language writes what is not a message. Its methods do what those of bot.Words do.
type style interface {
	number(n int64, short bool) string
	length(d time.Duration) string
	// instant writes t in its zone; now is in the same.
	instant(t time.Time, style bot.TimeStyle, now time.Time) string
	// place names a zone that is a place: never nil, Local or an offset.
	place(zone string) string
	mark(mark bot.Mark) string
	// here is what the zone of this machine is called, which has no name of its own.
	here() string
}

// noBreak keeps a number and its unit, or a word and its punctuation, on one line. The plain no-break space is in every font;
// the narrow one, which printers of French prefer, is not.
const noBreak = "\u00a0"

// Number writes a number: in full with its thousands grouped, or short, which in English rounds to a tenth of a million from
// a million on ("1.6 M"), to a tenth of a billion from a billion on, and leaves smaller ones in full ("360,000").
func (w *Words) Number(locale string, n int64, short bool) string {
	return w.speech(locale).style.number(n, short)
}

// Length writes how long something is, whatever its sign, rounded to what matters: to the second below a minute ("45 s"), to
// the minute below a day ("1 h 10 min"), to the hour below a week ("1 day 3 h"), then to the day.
func (w *Words) Length(locale string, d time.Duration) string {
	return w.speech(locale).style.length(d)
}

// Instant writes a time in its own zone, as seen at now, whatever the zone of now. The year is left out where it is now's.
// Relative is as exact as Length within two days, "in 1 h 10 min", and beyond in days, months or years, "3 days ago".
func (w *Words) Instant(locale string, t time.Time, style bot.TimeStyle, now time.Time) string {
	return w.speech(locale).style.instant(t, style, now.In(t.Location()))
}

// Place names a zone as people do: by the city they think of, "Beijing" for Asia/Shanghai, or else by the last part of its
// name; a fixed offset as "UTC+8" and the zone of this machine as "local time". A nil zone is UTC.
func (w *Words) Place(locale string, zone *time.Location) string {
	style := w.speech(locale).style
	name := zone.String()
	switch {
	case name == "Local":
		return style.here()
	case name == "", strings.HasPrefix(name, "Etc/"):
		return offset(zone)
	}
	return style.place(name)
}

// Mark writes a punctuation mark with the spaces that belong to it: ", " in English, "、" between the items of a Chinese list.
func (w *Words) Mark(locale string, mark bot.Mark) string { return w.speech(locale).style.mark(mark) }

// offset names a zone whose clocks never change by its distance from UTC. Etc/GMT-8 is UTC+8: those names count backwards.
func offset(zone *time.Location) string {
	_, seconds := time.Unix(0, 0).In(zone).Zone()
	sign, minutes := "+", seconds/60
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	switch {
	case minutes == 0:
		return "UTC"
	case minutes%60 == 0:
		return fmt.Sprintf("UTC%s%d", sign, minutes/60)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, minutes/60, minutes%60)
}
