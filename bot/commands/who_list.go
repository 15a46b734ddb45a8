package commands

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// maxListed is how many subjects a list may name.
const maxListed = 20

// readSubjects reads a list of subjects, each once. Words that end in a comma are the beginning of a longer list.
func readSubjects(v cards.View, words string) ([]storage.Subject, error) {
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	return l.subjects(words)
}

func (l look) subjects(words string) ([]storage.Subject, error) {
	if err := notTooMany(words); err != nil {
		return nil, err
	}
	if strings.HasSuffix(words, ",") || strings.HasSuffix(words, "，") || strings.HasSuffix(words, "、") {
		return nil, bot.ErrNotThis
	}
	var subjects []storage.Subject
	parts := l.parts(words)
	for i, part := range parts {
		subject, err := l.subject(part)
		if several, ok := errors.AsType[*bot.ChoiceError](err); ok {
			return nil, amongParts(several, parts, i)
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
	}
	if len(subjects) == 0 {
		return nil, bot.ErrNotThis
	}
	return subjects, nil
}

// readSubject finds a stream by its id, or who is called so.
func readSubject(v cards.View, words string) (storage.Subject, error) {
	l, err := lookIn(v)
	if err != nil {
		return storage.Subject{}, err
	}
	return l.subject(words)
}

func (l look) subject(words string) (storage.Subject, error) {
	id, ok := idIn("s", words)
	if !ok {
		return l.who(words)
	}
	switch stream, err := l.Find(id); {
	case err == nil:
		return storage.OneStream(stream.ID), nil
	case !isAbsent(err):
		return storage.Subject{}, err
	default:
		return l.who(words)
	}
}

// looksLikeStream reports whether words can only be meant as a stream's id.
func looksLikeStream(words string) bool {
	_, ok := storage.ParseID("s", words)
	return ok && strings.ContainsAny(words, "0123456789")
}

func notTooMany(words string) error {
	if len(bot.SplitList(words)) > maxListed {
		return bot.NewError(bot.Limit, "who.too_many", bot.Args{"Max": bot.N(maxListed)})
	}
	return nil
}

// listed takes a list apart at its commas alone.
func listed(words string) []string {
	parts := strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(",，、;；", r) })
	return slices.DeleteFunc(parts, func(part string) bool { return strings.TrimSpace(part) == "" })
}

// parts are the subjects of a list as they were called: what stands between commas, one subject or several with joining words. What
// may be a name with a joining word in it, such as 李和平 or Lynk and Co, is not torn when somebody is called so.
func (l look) parts(words string) []string {
	var parts []string
	for _, part := range listed(words) {
		if part = strings.TrimSpace(part); l.isCalled(part) {
			parts = append(parts, part)
			continue
		}
		parts = append(parts, l.torn(part)...)
	}
	return parts
}

// amongParts is a question about one part of a list, whose answers are the list with it.
func amongParts(asked *bot.ChoiceError, parts []string, at int) *bot.ChoiceError {
	whole := &bot.ChoiceError{Code: asked.Code, Say: asked.Say}
	for _, choice := range asked.Choices {
		corrected := slices.Clone(parts)
		corrected[at] = choice.Value
		whole.Choices = append(whole.Choices, bot.Choice{Value: strings.Join(corrected, ", "), Label: choice.Label})
	}
	return whole
}

// torn takes words apart at their joining words: at one that leaves a name on its left, the longest there is, and the rest
// likewise; where nobody is called so, at all of them. Names with nothing between them are told apart if each is somebody's.
func (l look) torn(words string) []string {
	const mostJoints = 4
	joints := jointsOf(words)
	for _, joint := range slices.Backward(joints[:min(len(joints), mostJoints)]) {
		left, right := strings.TrimSpace(words[:joint.from]), strings.TrimSpace(words[joint.to:])
		if left == "" || right == "" || !l.isCalled(left) {
			continue
		}
		if l.isCalled(right) {
			return []string{left, right}
		}
		return append([]string{left}, l.torn(right)...)
	}
	if names := l.spaced(strings.Fields(words)); len(names) > 1 {
		return names
	}
	return bot.SplitList(words)
}

// spaced tells names apart that have nothing but spaces between them, "xiaomi nio": the longest first. It is none unless all are
// somebody's; the word for everything is not among them, because it may be a period as well.
func (l look) spaced(words []string) []string {
	const mostWords = 6
	if len(words) == 0 || len(words) > mostWords {
		return nil
	}
	for n := len(words); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if subject, err := l.subject(name); errors.Is(err, bot.ErrNotThis) || subject == storage.Everything {
			continue
		}
		if n == len(words) {
			return []string{name}
		}
		if others := l.spaced(words[n:]); others != nil {
			return append([]string{name}, others...)
		}
	}
	return nil
}

// isCalled reports whether words call somebody, even if they are several, or a stream.
func (l look) isCalled(words string) bool {
	_, err := l.subject(words)
	return !errors.Is(err, bot.ErrNotThis)
}

// joint is where a joining word stands.
type joint struct{ from, to int }

// jointsOf finds the joining words in their order.
func jointsOf(words string) []joint {
	var joints []joint
	for _, word := range []string{"和", "与", "跟", " vs ", " vs. ", " and ", " et ", " & "} {
		for at := 0; ; {
			i := strings.Index(words[at:], word)
			if i < 0 {
				break
			}
			joints = append(joints, joint{at + i, at + i + len(word)})
			at += i + len(word)
		}
	}
	slices.SortFunc(joints, func(a, b joint) int { return a.from - b.from })
	return joints
}

// unknownSubject says which part of a list is not known, and proposes the list with what is near in its place.
func unknownSubject(v cards.View, words string) error {
	l, err := lookIn(v)
	if err != nil {
		return err
	}
	parts := l.parts(words)
	for i, part := range parts {
		if l.isCalled(part) {
			continue
		}
		if looksLikeStream(part) {
			return bot.NewError(bot.Unknown, "stream.unknown", bot.Args{"Words": bot.Quote(part)}, bot.PressLine("/next"))
		}
		return l.unknown(part, func(value string) string {
			corrected := slices.Clone(parts)
			corrected[i] = value
			return strings.Join(corrected, ", ")
		})
	}
	if len(parts) == 0 {
		return l.unknown(words, nil)
	}
	return &bot.ChoiceError{
		Code: bot.Unknown, Say: bot.Say("who.near", bot.Args{"Words": bot.Quote(words)}),
		Choices: []bot.Choice{{Value: strings.Join(parts, ", ")}},
	}
}

// orSubject is an option behind a list of subjects that explains words which it does not know as one subject more, unless they are
// near its own.
func orSubject[T any](o bot.Option[T], subjects bot.Option[[]storage.Subject], own func(words string) bool) bot.Option[T] {
	return o.Explained(func(ctx context.Context, req *bot.Request, words string) error {
		subject := words
		for at := range words {
			if _, err := o.Read(ctx, req, strings.TrimSpace(words[at:])); err == nil && words[at] == ' ' {
				subject = words[:at] // "zzzz 2024"
				break
			}
		}
		_, behind := subjects.Given(req)
		if !behind || req.Names(o.Spec().Name) || own(words) || strings.ContainsFunc(subject, unicode.IsDigit) {
			return o.Explain(ctx, req, words)
		}
		err := subjects.Explain(ctx, req, subject)
		if choice, ok := errors.AsType[*bot.ChoiceError](err); ok && subject != words {
			return inLine(choice, req.Line, subject)
		}
		return err
	})
}

// inLine is an error whose buttons are a line with each choice in the place of words.
func inLine(asked *bot.ChoiceError, line, words string) error {
	e := &bot.Error{Code: asked.Code, Say: asked.Say}
	for _, choice := range asked.Choices {
		e.Try = append(e.Try, bot.Press(choice.Label, strings.Replace(line, words, choice.Value, 1)))
	}
	return e
}

// isNear reports whether one of some words is, but for a slip, among those of a list.
func isNear(words, list string) bool {
	for word := range strings.FieldsSeq(storage.Fold(words)) {
		for near := range strings.FieldsSeq(list) {
			if slips := bot.Slips(word, near); slips <= 1 && slips < len(word)/2 {
				return true
			}
		}
	}
	return false
}
