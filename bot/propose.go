package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Proposals are what may be meant by an option, and how the asker, who alone reads them, is spoken to.
type Proposals struct {
	Choices []Choice
	Locale  string
	Zone    *time.Location
}

// Propose implements [Bot]. What somebody may not do is proposed nothing for.
func (r *Router) Propose(ctx context.Context, in Inbound, option, typed string) (Proposals, error) {
	req := r.request(in)
	if err := r.settle(ctx, req); err != nil {
		return Proposals{}, err
	}
	choices, err := r.choices(ctx, req, option, typed)
	if _, said := errors.AsType[*Error](err); said {
		choices, err = nil, nil
	}
	zone, locale := req.Own()
	return Proposals{Choices: choices[:min(len(choices), maxChoices)], Locale: locale, Zone: zone}, err
}

// choices are those of an option of the request's command, as far as the others are given by their names.
func (r *Router) choices(ctx context.Context, req *Request, option, typed string) ([]Choice, error) {
	command, from, err := r.find(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := r.goElsewhere(ctx, req, command, from); err != nil {
		return nil, err
	}
	if err := r.authorise(ctx, req, command); err != nil {
		return nil, err
	}
	if req.elsewhere != "" {
		if err := r.settle(ctx, req); err != nil {
			return nil, err
		}
	}
	p := &parser{req: req, line: req.Line, options: command.Options}
	asked := p.option(option)
	if asked == nil {
		return nil, NewError(Unknown, "error.not_understood", Args{"Option": Lit(option), "Words": Quote(typed)})
	}
	req.values = map[string]any{}
	for _, t := range tokenize(req.Line, from, p.declares) {
		if t.name != "" && t.name != option {
			p.takeGiven(ctx, t)
		}
	}
	return asked.choices(ctx, req, typed)
}

// takeGiven takes the value of a named option, if it is one already.
func (p *parser) takeGiven(ctx context.Context, t token) {
	if err := p.option(t.name).take(ctx, p.req, t.text); err != nil {
		delete(p.req.values, t.name)
	}
}

// InList lists what may be meant by the last part of a list: each choice is the list with that part completed, and none is what
// stands in it already.
func InList(typed string, choices func(part string) ([]Choice, error)) ([]Choice, error) {
	before, part := lastPart(typed, false)
	found, err := inList(before, part, choices)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if before, part = lastPart(typed, true); before == "" {
		return nil, nil
	}
	return inList(before, part, choices)
}

func inList(before, part string, choices func(part string) ([]Choice, error)) ([]Choice, error) {
	found, err := choices(part)
	if before == "" || err != nil {
		return found, err
	}
	have := SplitList(before)
	list := make([]Choice, 0, len(found))
	for _, choice := range found {
		if !slices.Contains(have, choice.Value) {
			list = append(list, Choice{Value: before + choice.Value, Label: slices.Concat(Lit(before), choice.label())})
		}
	}
	return list, nil
}

// lastPart is what a list ends with, behind its last mark, or, with atWords, its last joining word; and what stands before it.
func lastPart(typed string, atWords bool) (before, part string) {
	end := 0
	if at := strings.LastIndexAny(typed, listMarks); at >= 0 {
		_, size := utf8.DecodeRuneInString(typed[at:])
		end = at + size
	}
	for _, word := range listWords {
		if at := strings.LastIndex(typed, " "+word+" "); atWords && at >= end {
			end = at + len(word) + 2
		}
	}
	if end == 0 {
		return "", typed
	}
	return strings.TrimSpace(typed[:end]) + " ", strings.TrimSpace(typed[end:])
}

// BeginningWith are the choices whose values begin with what is typed.
func BeginningWith(typed string, choices []Choice) []Choice {
	var begin []Choice
	for _, choice := range choices {
		if strings.HasPrefix(foldSpoken(choice.Value), foldSpoken(typed)) {
			begin = append(begin, choice)
		}
	}
	return begin
}
