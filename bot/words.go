package bot

import (
	"strings"
	"time"
)

// Words puts messages, numbers, times and places into a language. Locales are BCP 47 tags such as "en" or "zh".
type Words interface {
	// Locales lists the languages that are complete, the one to fall back on first.
	Locales() []string
	// Match returns the locale of Locales that suits best the wishes, most wanted first; empty wishes are skipped.
	Match(wishes ...string) string
	// Message words a message one level deep: its arguments stand in the result as they were given.
	// A key that the locale lacks is worded in the first of Locales; an unknown one is an error.
	Message(locale, key string, args Args) (Text, error)
	// Number writes a number: in full, or short as people say large ones.
	Number(locale string, n int64, short bool) string
	// Length writes a length of time.
	Length(locale string, d time.Duration) string
	// Instant writes a time, which is in the zone to show, as seen at now.
	Instant(locale string, t time.Time, style TimeStyle, now time.Time) string
	// Place names a zone as people do, such as "Beijing" for Asia/Shanghai.
	Place(locale string, zone *time.Location) string
	// Mark writes a punctuation mark with the spaces that belong to it.
	Mark(locale string, mark Mark) string
}

// Voice words texts for one reader at one moment.
type Voice struct {
	Words  Words
	Locale string
	Zone   *time.Location // the reader's
	Now    time.Time
}

// maxDepth bounds messages inside messages; a deeper one is cut.
const maxDepth = 8

// Flat words a text down to Literal, Instant and Mention spans. Instants keep their zone or get the reader's, because some
// messengers show each reader their own clock; [Voice.Plain] words them too. A Mention can be shown as its Text.
func (v Voice) Flat(t Text) Text { return v.flat(t, 0, maxDepth) }

func (v Voice) flat(t Text, style Style, depth int) Text {
	flat := make(Text, 0, len(t))
	for _, span := range t {
		span.Style |= style
		if span.Kind != Message {
			flat = append(flat, v.word(span))
			continue
		}
		if depth == 0 {
			continue
		}
		said, err := v.Words.Message(v.Locale, span.Key, span.Args)
		if err != nil {
			said = Lit("[" + span.Key + "]")
		}
		if span.Link != "" {
			said = said.Linked(span.Link)
		}
		flat = append(flat, v.flat(said, span.Style, depth-1)...)
	}
	return flat
}

// word turns a span that is not a message into a literal, but for instants, which only get their zone, and mentions.
func (v Voice) word(span Span) Span {
	literal := Span{Kind: Literal, Style: span.Style, Link: span.Link}
	switch span.Kind {
	case Length:
		literal.Text = v.Words.Length(v.Locale, span.Length)
	case Number:
		literal.Text = v.Words.Number(v.Locale, span.Number, span.Short)
	case Place:
		literal.Text = v.Words.Place(v.Locale, span.Zone)
	case Punctuation:
		literal.Text = v.Words.Mark(v.Locale, span.Mark)
	case Instant:
		if span.Zone == nil {
			span.Zone = v.Zone
		}
		return span
	default:
		return span
	}
	return literal
}

// Instant words an instant span in its zone.
func (v Voice) Instant(span Span) string {
	zone := span.Zone
	if zone == nil {
		zone = v.Zone
	}
	return v.Words.Instant(v.Locale, span.Time.In(zone), span.TimeStyle, v.Now.In(zone))
}

// Plain words a text completely, without its styles and links.
func (v Voice) Plain(t Text) string {
	var b strings.Builder
	for _, span := range v.Flat(t) {
		if span.Kind == Instant {
			b.WriteString(v.Instant(span))
			continue
		}
		b.WriteString(span.Text)
	}
	return b.String()
}
