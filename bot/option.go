package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Param is an [Option] of any type, as a command lists it.
type Param interface {
	Spec() Spec
	take(ctx context.Context, req *Request, words string) error
	explain(ctx context.Context, req *Request, words string) error
	choices(ctx context.Context, req *Request, typed string) ([]Choice, error)
}

// Spec is what menus and help say of an option.
type Spec struct {
	Name     string
	Summary  string // the key of what it is, at most 100 characters
	Required bool
	Rest     bool // takes all words that are left
	Named    bool // takes no plain words: it is given by its name only
	Free     bool // takes any words
	Proposes bool // knows what may be meant by what is typed so far

	Kind      Kind
	Low, High int      // of a Whole
	Values    []string // of a OneOf all there are; of Somebody the words that it takes besides
	Longest   int      // characters of one that takes any words

	// Question is the key of what is asked when the option is not given; "" asks for the Summary. The form of a command has a field
	// for every option with a question of its own.
	Question string
}

// Kind is what the values of an option are, for messengers that have a field of its own for it.
type Kind uint8

// The kinds.
const (
	Typed    Kind = iota // words
	Whole                // a whole number from Low to High
	OneOf                // one of Values
	Somebody             // people or groups of them, as the messenger mentions them
)

// Reader reads an option's value from all of the words. It returns ErrNotThis, cheaply, when they are no such thing: it is
// tried on many runs of words. A *ChoiceError or *Error says that they are, but cannot be used.
type Reader[T any] func(ctx context.Context, req *Request, words string) (T, error)

// Option declares one option of a command and reads it.
type Option[T any] struct {
	spec    Spec
	read    Reader[T]
	why     func(ctx context.Context, req *Request, words string) error
	propose func(ctx context.Context, req *Request, typed string) ([]Choice, error)
}

// NewOption declares an option by how it is read.
func NewOption[T any](name, summary string, read Reader[T]) Option[T] {
	return Option[T]{spec: Spec{Name: name, Summary: summary}, read: read}
}

// Required returns the option as one that must be given.
func (o Option[T]) Required() Option[T] {
	o.spec.Required = true
	return o
}

// Rest returns the option as one that takes all words that are left.
func (o Option[T]) Rest() Option[T] {
	o.spec.Rest = true
	return o
}

// Named returns the option as one that is given by its name only, such as the number of a page.
func (o Option[T]) Named() Option[T] {
	o.spec.Named = true
	return o
}

// Somebody returns the option as one whose values are people, or groups of them, or one of some words, such as "none" for nobody.
// One that takes such words takes several people, too; any other is of use with one.
func (o Option[T]) Somebody(words ...string) Option[T] {
	o.spec.Kind, o.spec.Values = Somebody, words
	return o
}

// Asked returns the option with the key of the question that is asked when it is not given.
func (o Option[T]) Asked(question string) Option[T] {
	o.spec.Question = question
	return o
}

// Explained returns the option with a function that says why words were not understood.
func (o Option[T]) Explained(why func(ctx context.Context, req *Request, words string) error) Option[T] {
	o.why = why
	return o
}

// Proposing returns the option with a function that lists what may be meant by what is typed so far, best first; with
// nothing typed, what is most likely wanted.
func (o Option[T]) Proposing(propose func(ctx context.Context, req *Request, typed string) ([]Choice, error)) Option[T] {
	o.propose, o.spec.Proposes = propose, true
	return o
}

// Read reads a value of the option's kind, for an option that is a list of them.
func (o Option[T]) Read(ctx context.Context, req *Request, words string) (T, error) {
	return o.read(ctx, req, words)
}

// Explain says why words were not understood as the option.
func (o Option[T]) Explain(ctx context.Context, req *Request, words string) error {
	return o.explain(ctx, req, words)
}

// Propose lists what may be meant by what is typed so far.
func (o Option[T]) Propose(ctx context.Context, req *Request, typed string) ([]Choice, error) {
	return o.choices(ctx, req, typed)
}

// Spec returns what menus and help say of the option.
func (o Option[T]) Spec() Spec { return o.spec }

// Of returns the option's value in a request, or the zero value when it was not given.
func (o Option[T]) Of(req *Request) T {
	v, _ := o.Given(req)
	return v
}

// Given returns the option's value in a request and whether it was given.
func (o Option[T]) Given(req *Request) (T, bool) {
	v, ok := req.values[o.spec.Name].(T)
	return v, ok
}

func (o Option[T]) take(ctx context.Context, req *Request, words string) error {
	v, err := o.read(ctx, req, words)
	if err != nil {
		return err
	}
	req.values[o.spec.Name] = v
	return nil
}

func (o Option[T]) explain(ctx context.Context, req *Request, words string) error {
	if o.why != nil {
		return o.why(ctx, req, words)
	}
	return NewError(Invalid, "error.not_understood", Args{"Option": Lit(o.spec.Name), "Words": Quote(words)})
}

func (o Option[T]) choices(ctx context.Context, req *Request, typed string) ([]Choice, error) {
	if o.propose == nil {
		return nil, nil
	}
	return o.propose(ctx, req, typed)
}

// ChoiceError says that an option's words cannot be used as they are and what could stand in their place. The parser makes
// it an [Error] with a button for each choice: the line as it should have been.
type ChoiceError struct {
	Code    Code
	Say     Text
	Choices []Choice
}

func (e *ChoiceError) Error() string { return string(e.Code) }

// TextOption is an option of any words, at most limit characters of them.
func TextOption(name, summary string, limit int) Option[string] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (string, error) {
		clean := Clean(words)
		if clean == "" {
			return "", ErrNotThis
		}
		if len([]rune(clean)) > limit {
			return "", NewError(Limit, "error.too_long", Args{"Max": N(limit)})
		}
		return clean, nil
	})
	o.spec.Free, o.spec.Longest = true, limit
	return o
}

// IntOption is an option of a whole number in a range.
func IntOption(name, summary string, low, high int) Option[int] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (int, error) {
		n, err := strconv.Atoi(words)
		switch {
		case err != nil:
			return 0, ErrNotThis
		case n < low || n > high:
			nearest := strconv.Itoa(min(max(n, low), high))
			return 0, badNumber(name, words, low, high, Choice{Value: nearest})
		}
		return n, nil
	})
	o.spec.Kind, o.spec.Low, o.spec.High = Whole, low, high
	return o.Explained(func(_ context.Context, _ *Request, words string) error { return badNumber(name, words, low, high) })
}

// badNumber says that words are no whole number in a range.
func badNumber(name, words string, low, high int, choices ...Choice) error {
	return &ChoiceError{Code: Invalid, Choices: choices, Say: Say("error.bad_number", Args{
		"Option": Lit(name), "Words": Quote(words), "Min": N(low), "Max": N(high),
	})}
}

// ChoiceOption is an option of a few fixed words, which people may say in their own language, see [Means].
func ChoiceOption(name, summary string, values ...string) Option[string] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (string, error) {
		if i := slices.IndexFunc(values, func(value string) bool { return Means(words, value) }); i >= 0 {
			return values[i], nil
		}
		return "", ErrNotThis
	})
	o.spec.Kind, o.spec.Values = OneOf, values
	o = o.Explained(func(_ context.Context, _ *Request, words string) error {
		choices := make([]Choice, 0, len(values))
		for _, value := range values {
			choices = append(choices, Choice{Value: value})
		}
		return &ChoiceError{Code: Invalid, Choices: choices, Say: Say("error.bad_choice", Args{
			"Option": Lit(name), "Words": Quote(words), "Choices": Joined(ListMark, Literals(values)...),
		})}
	})
	return o.Proposing(func(_ context.Context, _ *Request, typed string) ([]Choice, error) {
		var choices []Choice
		for _, value := range values {
			if strings.HasPrefix(value, strings.ToLower(typed)) {
				choices = append(choices, Choice{Value: value})
			}
		}
		return choices, nil
	})
}

// TimeOption is an option that is a time, read against the chat's clocks. usual may name the zone in which times are
// usually meant for this request, where that is known; a time that could be meant in either is asked back.
func TimeOption(name, summary string, usual func(ctx context.Context, req *Request) *time.Location) Option[When] {
	const longest, mostWords = 120, 14 // what is longer is no time
	o := NewOption(name, summary, func(ctx context.Context, req *Request, words string) (When, error) {
		words, _, _ = strings.Cut(words, aside)
		if len(words) > longest || strings.Count(words, " ") >= mostWords {
			return When{}, ErrNotThis
		}
		ref := Reference{Now: req.Now, Zone: req.Zone}
		if usual != nil {
			ref.Usual = usual(ctx, req)
		}
		when, err := ReadWhen(words, ref)
		if bad, ok := errors.AsType[*WhenError](err); ok {
			return When{}, askWhen(words, req, bad)
		}
		return when, err
	})
	return o.Explained(func(ctx context.Context, req *Request, words string) error {
		choices := likelyTimes(req, usualZone(ctx, req, usual))
		if length, err := ReadLength(words); err == nil {
			if _, err := o.read(ctx, req, "in "+words); err == nil { // "5m"
				choices = append([]Choice{{Value: "in " + words, Label: Say("when.in", Args{"Left": For(length)})}}, choices...)
			}
		}
		return &ChoiceError{Code: Invalid, Say: Say("error.bad_when", Args{"Words": Quote(words)}), Choices: choices}
	}).Proposing(func(ctx context.Context, req *Request, typed string) ([]Choice, error) {
		if typed == "" {
			return likelyTimes(req, usualZone(ctx, req, usual)), nil
		}
		return timesRead(ctx, req, o, typed), nil
	})
}

// timesRead are the times as which words are read: the one, said in full, or those that they could be. What is no time yet is none.
func timesRead(ctx context.Context, req *Request, o Option[When], words string) []Choice {
	when, err := o.read(ctx, req, words)
	if several, ok := errors.AsType[*ChoiceError](err); ok {
		return several.Choices
	}
	if err != nil {
		return nil
	}
	return []Choice{{Value: words, Label: Join(aside, Lit(words), whenRead(when))}}
}

// aside parts, in what a choice says, what is typed from what else is said of it. Some messengers put what a choice says in the place
// of its value.
const aside = " · "

// whenRead says a time as it was read: at which moment that is, and how far off.
func whenRead(when When) Text {
	zone := when.Location()
	switch when.Precision {
	case ToMinute:
		clock := Say("when.at_place", Args{"When": AtIn(when.At, DayClock, zone), "Place": In(zone)})
		return Join(aside, clock, At(when.At, Relative))
	case ToMonth:
		return AtIn(when.At, Month, zone)
	case ToYear:
		return AtIn(when.At, Year, zone)
	case ToPartOfDay:
		return Say("when.part_of_day", Args{"Day": AtIn(when.At, Day, zone), "Part": Say("part." + string(when.Part))})
	default:
		return AtIn(when.At, Day, zone)
	}
}

// usualZone is where times are usually meant: the chat's zone, unless another is known.
func usualZone(ctx context.Context, req *Request, usual func(ctx context.Context, req *Request) *time.Location) *time.Location {
	if usual != nil {
		if zone := usual(ctx, req); zone != nil {
			return zone
		}
	}
	return req.Zone
}

// likelyTimes are the times at which most streams begin, in a zone, and an hour from now.
func likelyTimes(req *Request, zone *time.Location) []Choice {
	const evening, early = 20, 15 * time.Minute
	y, m, d := req.Now.In(zone).Date()
	var choices []Choice
	for days, key := range []string{"when.today", "when.tomorrow"} {
		at := time.Date(y, m, d+days, evening, 0, 0, 0, zone)
		if at.Before(req.Now.Add(early)) {
			continue
		}
		clock := AtIn(at, Clock, zone)
		if _, there := at.Zone(); there != offset(at, req.Zone) {
			clock = Say("when.at_place", Args{"When": clock, "Place": In(zone)})
		}
		choices = append(choices, Choice{
			Value: at.Format("2006-01-02T15:04 ") + zone.String(), Label: Say(key, Args{"Clock": clock}),
		})
	}
	return append(choices, Choice{Value: "in 1h", Label: Say("when.in", Args{"Left": For(time.Hour)})})
}

func offset(at time.Time, zone *time.Location) int {
	_, seconds := at.In(zone).Zone()
	return seconds
}

// askWhen is the question that a time leaves open, with an answer a choice.
func askWhen(words string, req *Request, bad *WhenError) error {
	e := &ChoiceError{Code: Invalid}
	for _, when := range bad.Choices {
		zone := when.Location()
		e.Choices = append(e.Choices, Choice{
			Value: strings.Join(strings.Fields(when.Wall+" "+string(when.Part)+" "+when.Zone), " "),
			Label: Say("when.at_place", Args{"When": AtIn(when.At, DayClock, zone), "Place": In(zone)}),
		})
	}
	said := Args{"Words": Quote(words), "Place": In(req.Zone)}
	switch bad.Kind {
	case WhenAmbiguous:
		first, second := bad.Choices[0], bad.Choices[1]
		e.Code = Ambiguous
		e.Say = Say("error.when_zone", Args{
			"Clock": AtIn(first.At, Clock, first.Location()), "First": In(first.Location()), "Second": In(second.Location()),
			"Here": AtIn(second.At, Clock, first.Location()),
		})
	case WhenSeveral:
		e.Code, e.Say = Ambiguous, Say("error.when_several", Args{"Words": Quote(words)})
	case WhenGap:
		e.Say = Say("error.when_gap", said)
	case WhenTooFar:
		e.Say = Say("error.when_far", Args{"Words": Quote(words)})
	default:
		e.Say = Say("error.when_past", Args{"Words": Quote(words)})
	}
	return e
}

// LengthOption is an option that is a list of lengths of time, such as "1h" or "1d, 1h".
func LengthOption(name, summary string) Option[[]time.Duration] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) ([]time.Duration, error) {
		return readLengths(splitMarks(words))
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NoLength(words)
	}).Proposing(func(_ context.Context, _ *Request, typed string) ([]Choice, error) {
		return InList(typed, func(part string) ([]Choice, error) { return LengthsFrom(part), nil })
	})
}

// LengthsFrom lists lengths of time that may be meant by a beginning, such as "2".
func LengthsFrom(typed string) []Choice {
	if typed == "" || strings.Trim(typed, "0123456789") != "" {
		return BeginningWith(typed, likelyLengths())
	}
	return []Choice{{Value: typed + "m"}, {Value: typed + "h"}, {Value: typed + "d"}}
}

// NoLength says that words are no length of time, and what would be one.
func NoLength(words string) error {
	return &ChoiceError{Code: Invalid, Say: Say("error.bad_length", Args{"Words": Quote(words)}), Choices: likelyLengths()}
}

func likelyLengths() []Choice { return []Choice{{Value: "10m"}, {Value: "1h"}, {Value: "1d"}} }

// readLengths reads each part: "une heure et demie" is one length, "1d and 2h" is one too, "10m vs 1h" is two.
func readLengths(parts []string) ([]time.Duration, error) {
	var lengths []time.Duration
	for _, part := range parts {
		length, err := ReadLength(part)
		split := SplitList(part)
		switch {
		case errors.Is(err, ErrNotThis) && len(split) > 1:
			more, err := readLengths(split)
			if err != nil {
				return nil, err
			}
			lengths = append(lengths, more...)
			continue
		case err != nil:
			return nil, err
		}
		lengths = append(lengths, length)
	}
	if len(lengths) == 0 {
		return nil, ErrNotThis
	}
	return lengths, nil
}

// ZoneOption is an option that is a time zone, by its IANA name or a place.
func ZoneOption(name, summary string) Option[*time.Location] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (*time.Location, error) {
		parts := strings.Split(words, aside) // "Beijing · Asia/Shanghai"
		zone, err := ReadZone(parts[len(parts)-1])
		if several, ok := errors.AsType[*ZoneError](err); ok {
			return nil, askZone(words, several)
		}
		return zone, err
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		e := &ChoiceError{Code: Unknown, Say: Say("error.bad_zone", Args{"Words": Quote(words)})}
		for _, place := range []string{"Beijing", "Paris", "UTC"} {
			choice := Choice{Value: place}
			if zone, err := ReadZone(place); err == nil {
				choice.Label = In(zone)
			}
			e.Choices = append(e.Choices, choice)
		}
		return e
	}).Proposing(func(_ context.Context, _ *Request, typed string) ([]Choice, error) {
		return zonesFrom(typed), nil
	})
}

// Mapped is an option with its value as something else, or as one of some words that stand for themselves.
func Mapped[T any](o Option[T], as func(T) string, words ...string) Option[string] {
	mapped := Option[string]{spec: o.spec, why: o.why, propose: o.propose}
	mapped.spec.Kind = Typed
	mapped.read = func(ctx context.Context, req *Request, said string) (string, error) {
		if i := slices.IndexFunc(words, func(word string) bool { return Means(said, word) }); i >= 0 {
			return words[i], nil
		}
		value, err := o.read(ctx, req, said)
		if err != nil {
			return "", err
		}
		return as(value), nil
	}
	return mapped
}

// askZone asks which of several zones is meant.
func askZone(words string, several *ZoneError) error {
	e := &ChoiceError{Code: Ambiguous, Say: Say("error.zone_several", Args{"Words": Quote(words)})}
	for _, zone := range several.Choices {
		e.Choices = append(e.Choices, Choice{Value: zone.String(), Label: In(zone)})
	}
	return e
}

// listWords stand between the parts of a list; listMarks too, with or without spaces.
const listMarks = ",，、;；"

var listWords = []string{"vs", "vs.", "and", "et", "和"}

// SplitList takes apart a list that somebody typed: "a, b", "a、b", "a vs b", "a和b". Empty parts are left out. A "和" without
// spaces stands between names only where two signs or more are on both sides of it, because it is a part of names too: 李和平.
func SplitList(words string) []string {
	var list []string
	for _, part := range splitMarks(words) {
		var said []string
		flush := func() {
			if len(said) > 0 {
				list = append(list, splitAnd(strings.Join(said, " "))...)
			}
			said = nil
		}
		for word := range strings.FieldsSeq(part) {
			if slices.Contains(listWords, strings.ToLower(word)) {
				flush()
				continue
			}
			said = append(said, word)
		}
		flush()
	}
	return list
}

// splitMarks splits at the marks of a list alone.
func splitMarks(words string) []string {
	var list []string
	for part := range strings.FieldsFuncSeq(words, func(r rune) bool { return strings.ContainsRune(listMarks, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// splitAnd splits at each "和" that can stand between names.
func splitAnd(words string) []string {
	const shortest = 2
	signs := []rune(words)
	var list []string
	from := 0
	for i, sign := range signs {
		if sign == '和' && i-from >= shortest && len(signs)-i-1 >= shortest {
			list = append(list, strings.TrimSpace(string(signs[from:i])))
			from = i + 1
		}
	}
	return append(list, strings.TrimSpace(string(signs[from:])))
}
