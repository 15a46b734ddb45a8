package bot

import (
	"context"
	"errors"
	"strings"
	"time"
)

// UntilOption is an option that is the end of a span which begins now, always ahead: a length of time ("2h", "2 weeks"), or a
// time by the chat's clocks ("tomorrow", "until Monday 9:00"). A day means its beginning.
func UntilOption(name, summary string) Option[time.Time] {
	o := NewOption(name, summary, func(_ context.Context, req *Request, words string) (time.Time, error) {
		words = withoutUntil(words)
		length, err := ReadLength(words)
		if err == nil {
			return req.Now.Add(length).Truncate(time.Second).UTC(), nil
		}
		if !errors.Is(err, ErrNotThis) {
			return time.Time{}, err
		}
		when, err := ReadWhen(words, Reference{Now: req.Now, Zone: req.Zone})
		if bad, ok := errors.AsType[*WhenError](err); ok {
			return time.Time{}, askWhen(words, req, bad)
		}
		if err == nil && !when.At.After(req.Now) {
			return time.Time{}, NewError(Invalid, "error.when_past", Args{"Words": Quote(words)})
		}
		return when.At, err
	})
	return o.Explained(func(_ context.Context, _ *Request, words string) error {
		return NewError(Invalid, "error.bad_until", Args{"Words": Quote(words)})
	}).Proposing(func(_ context.Context, _ *Request, typed string) ([]Choice, error) {
		if typed != "" {
			return LengthsFrom(typed), nil
		}
		return []Choice{{Value: "2h"}, {Value: "1d"}, {Value: "7d"}}, nil
	})
}

// withoutUntil leaves out the word with which people begin such a span.
func withoutUntil(words string) string {
	for _, word := range []string{
		"until ", "till ", "for ", "jusqu'à ", "jusqu’à ", "jusqu'au ", "jusqu’au ", "pendant ", "直到", "到",
	} {
		if len(words) > len(word) && strings.EqualFold(words[:len(word)], word) {
			return strings.TrimSpace(words[len(word):])
		}
	}
	return words
}
