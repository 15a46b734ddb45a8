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
}

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

// Explained returns the option with a function that says why words were not understood.
func (o Option[T]) Explained(why func(ctx context.Context, req *Request, words string) error) Option[T] {
	o.why = why
	return o
}

// Proposing returns the option with a function that lists what may be meant by what is typed so far, best first; with
// nothing typed, what is most likely wanted.
func (o Option[T]) Proposing(propose func(ctx context.Context, req *Request, typed string) ([]Choice, error)) Option[T] {
	o.propose = propose
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
	return NewOption(name, summary, func(_ context.Context, _ *Request, words string) (string, error) {
		clean := Clean(words)
		if clean == "" {
			return "", ErrNotThis
		}
		if len([]rune(clean)) > limit {
			return "", NewError(Limit, "error.too_long", Args{"Max": N(limit)})
		}
		return clean, nil
	})
}

// IntOption is an option of a whole number in a range.
func IntOption(name, summary string, low, high int) Option[int] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (int, error) {
		n, err := strconv.Atoi(words)
		if err != nil || n < low || n > high {
			return 0, ErrNotThis
		}
		return n, nil
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NewError(Invalid, "error.bad_number", Args{
			"Option": Lit(name), "Words": Quote(words), "Min": N(low), "Max": N(high),
		})
	})
}

// ChoiceOption is an option of a few fixed words.
func ChoiceOption(name, summary string, values ...string) Option[string] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (string, error) {
		if word := strings.ToLower(words); slices.Contains(values, word) {
			return word, nil
		}
		return "", ErrNotThis
	})
	o = o.Explained(func(_ context.Context, _ *Request, words string) error {
		choices := make([]Choice, 0, len(values))
		for _, value := range values {
			choices = append(choices, Choice{Value: value})
		}
		return &ChoiceError{Code: Invalid, Choices: choices, Say: Say("error.bad_choice", Args{
			"Option": Lit(name), "Words": Quote(words), "Choices": Lit(strings.Join(values, ", ")),
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
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NewError(Invalid, "error.bad_when", Args{"Words": Quote(words)})
	})
}

// askWhen is the question that a time leaves open, with an answer a choice.
func askWhen(words string, req *Request, bad *WhenError) error {
	e := &ChoiceError{Code: Invalid}
	for _, when := range bad.Choices {
		zone := when.Location()
		e.Choices = append(e.Choices, Choice{
			Value: strings.Join(strings.Fields(when.Wall+" "+string(when.Part)+" "+when.Zone), " "),
			Label: Join(" ", AtIn(when.At, DayClock, zone), In(zone)),
		})
	}
	said := Args{"Words": Quote(words), "Place": In(req.Zone)}
	switch bad.Kind {
	case WhenAmbiguous:
		first, second := bad.Choices[0], bad.Choices[1]
		e.Code = Ambiguous
		e.Say = Say("error.when_zone", Args{
			"Clock": AtIn(first.At, Clock, first.Location()), "First": In(first.Location()), "Second": In(second.Location()),
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
		var lengths []time.Duration
		for _, part := range SplitList(words) {
			length, err := ReadLength(part)
			if err != nil {
				return nil, err
			}
			lengths = append(lengths, length)
		}
		if len(lengths) == 0 {
			return nil, ErrNotThis
		}
		return lengths, nil
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NewError(Invalid, "error.bad_length", Args{"Words": Quote(words)})
	})
}

// ZoneOption is an option that is a time zone, by its IANA name or a place.
func ZoneOption(name, summary string) Option[*time.Location] {
	o := NewOption(name, summary, func(_ context.Context, _ *Request, words string) (*time.Location, error) {
		zone, err := ReadZone(words)
		if several, ok := errors.AsType[*ZoneError](err); ok {
			return nil, askZone(words, several)
		}
		return zone, err
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NewError(Unknown, "error.bad_zone", Args{"Words": Quote(words)})
	})
}

// askZone asks which of several zones is meant.
func askZone(words string, several *ZoneError) error {
	e := &ChoiceError{Code: Ambiguous, Say: Say("error.zone_several", Args{"Words": Quote(words)})}
	for _, zone := range several.Choices {
		e.Choices = append(e.Choices, Choice{Value: zone.String(), Label: In(zone)})
	}
	return e
}

// SplitList takes apart a list that somebody typed: "a, b", "a、b", "a vs b", "a 和 b". Empty parts are left out.
func SplitList(words string) []string {
	for _, word := range []string{" vs ", " and ", " et "} {
		words = strings.ReplaceAll(words, word, ",")
	}
	parts := strings.FieldsFunc(words, func(r rune) bool {
		return strings.ContainsRune(",，、;；和", r)
	})
	list := parts[:0]
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
