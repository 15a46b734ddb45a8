package bot

import (
	"strings"
	"time"
)

// Text is what people read, not yet worded: literal words, messages by key with arguments that are Text themselves,
// instants, lengths, numbers and places. It never holds markup; each adapter escapes and styles it in its own way.
type Text []Span

// SpanKind says which fields of a [Span] count.
type SpanKind uint8

// The kinds of span.
const (
	Literal     SpanKind = iota // Text as it is: a name, a title, what somebody typed
	Message                     // Key with Args, worded by Words
	Instant                     // Time in Zone (nil: the reader's), as TimeStyle says
	Length                      // Length, as "1 h 10 min"
	Number                      // Number, as "3" or "39 M" when Short is set
	Place                       // Zone by the name people use: "Beijing"
	Punctuation                 // Mark
	Mention                     // somebody, several people, or a place, by Text; nobody is called by it
)

// Style is how a span stands out; styles combine.
type Style uint8

// The styles.
const (
	Strong Style = 1 << iota // the figure or name that the eye should find
	Faint                    // provenance, ids, asides
	Mono                     // a command to type
)

// TimeStyle is how an instant is written.
type TimeStyle uint8

// The styles of an instant. The year is left out in the current one, but for Month and Year.
const (
	DayClock TimeStyle = iota // "Sat 18 May 2024, 08:30"
	Clock                     // "08:30"
	Day                       // "Sat 18 May 2024"
	Month                     // "May 2024"
	Year                      // "2024"
	Relative                  // "in 2 h", "3 days ago"
	ShortDay                  // "18 May 2024", without the weekday
)

// Mark is punctuation that languages write in their own way, with the spaces around it.
type Mark uint8

// The marks.
const (
	ListMark    Mark = iota // between the items of a list: "Lei Jun, William Li"
	AsideMark               // before what is said besides: "39 M viewers, on Douyin"
	ClauseMark              // between items that may hold commas: "range; price"
	LabelMark               // between a name and what it names: "Xiaomi: Lei Jun"
	DecimalMark             // before the decimals of a number
)

// Span is one piece of a [Text]; make it with the functions below.
type Span struct {
	Kind      SpanKind
	Style     Style
	Link      string // an address that the span opens; Literal and Message only
	Text      string
	Key       string
	Args      Args
	Time      time.Time
	TimeStyle TimeStyle
	Zone      *time.Location
	Length    time.Duration
	Number    int64
	Short     bool
	Mark      Mark
}

// Args are the named arguments of a message.
type Args map[string]Text

// Lit is literal words. What a stranger typed goes through [Quote] first.
func Lit(words string) Text { return Text{{Kind: Literal, Text: words}} }

// Say is a message by its key. Without arguments args is left out.
func Say(key string, args ...Args) Text {
	span := Span{Kind: Message, Key: key}
	if len(args) > 0 {
		span.Args = args[0]
	}
	return Text{span}
}

// At is an instant in the reader's zone.
func At(t time.Time, style TimeStyle) Text {
	return Text{{Kind: Instant, Time: t, TimeStyle: style}}
}

// AtIn is an instant in a zone of its own, whoever reads it.
func AtIn(t time.Time, style TimeStyle, zone *time.Location) Text {
	return Text{{Kind: Instant, Time: t, TimeStyle: style, Zone: zone}}
}

// For is a length of time, in words to the minute, or to the second below one minute.
func For(d time.Duration) Text { return Text{{Kind: Length, Length: d}} }

// Mentioned is somebody, or a group of people, as moderators name them: an id of the messenger's, "@" and a handle, or "@&" and the
// id of a role; or a place, "#" and its id. An adapter shows by name what it knows, and calls nobody.
func Mentioned(name string) Text { return Text{{Kind: Mention, Text: name}} }

// N is a number in full. As an argument of a message it chooses the plural form.
func N[T ~int | ~int64](n T) Text { return Text{{Kind: Number, Number: int64(n)}} }

// Figure is a large number as people say it: "39 M", "360,000".
func Figure(n int64) Text { return Text{{Kind: Number, Number: n, Short: true}} }

// In is a zone by the name of its place.
func In(zone *time.Location) Text { return Text{{Kind: Place, Zone: zone}} }

// quoteRunes is how much of what somebody typed is said back to them.
const quoteRunes = 40

// Quote is what somebody typed, cut at 40 characters and without control characters, fit to be said back.
func Quote(typed string) Text {
	clean := Clean(typed)
	runes := []rune(clean)
	if len(runes) > quoteRunes {
		clean = string(runes[:quoteRunes-1]) + "…"
	}
	return Lit(clean)
}

// Clean replaces line breaks and tabs by spaces and removes every other control, formatting and direction character,
// so that the words can neither move a cursor nor turn the text around them.
func Clean(words string) string {
	return strings.TrimSpace(strings.Map(cleanRune, words))
}

// With returns the text with a style added to every span.
func (t Text) With(style Style) Text {
	styled := make(Text, len(t))
	for i, span := range t {
		span.Style |= style
		styled[i] = span
	}
	return styled
}

// Linked returns the text with every span opening an address.
func (t Text) Linked(url string) Text {
	linked := make(Text, len(t))
	for i, span := range t {
		span.Link = url
		linked[i] = span
	}
	return linked
}

// Join puts texts one after another with words between them that are the same in every language; empty texts are left out.
func Join(between string, texts ...Text) Text { return join(Lit(between), texts) }

// Joined puts texts one after another with a mark between them, as the reader's language writes it; empty texts are left out.
func Joined(between Mark, texts ...Text) Text {
	return join(Text{{Kind: Punctuation, Mark: between}}, texts)
}

// Literals are words as texts, each by itself.
func Literals(words []string) []Text {
	texts := make([]Text, 0, len(words))
	for _, w := range words {
		texts = append(texts, Lit(w))
	}
	return texts
}

func join(between Text, texts []Text) Text {
	var joined Text
	for _, t := range texts {
		if len(t) == 0 {
			continue
		}
		if len(joined) > 0 {
			joined = append(joined, between...)
		}
		joined = append(joined, t...)
	}
	return joined
}

// OrNone is the text, or none when it is nothing but empty words.
func (t Text) OrNone() Text {
	for _, span := range t {
		if span.Kind != Literal || span.Text != "" {
			return t
		}
	}
	return nil
}
