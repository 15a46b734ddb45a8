package bot

import (
	"context"
	"strings"
)

// maxChoices is how many ways to go on are proposed.
const maxChoices = 25

// Complete implements [Bot]: commands, sub-commands, then the values and names of options.
func (r *Router) Complete(ctx context.Context, in Inbound) (Completion, error) {
	req := r.request(in)
	if err := r.settle(ctx, req); err != nil {
		return Completion{}, err
	}
	name, end, slash := firstWord(in.Text)
	command := r.byName[strings.ToLower(name)]
	switch {
	case command == nil || end == len(in.Text):
		completion := completeNames(in.Text, "/", r.config.Commands)
		if len(completion.Choices) > 0 || slash || r.bareCmd == nil || in.Chat.Kind != Private {
			return completion, nil
		}
		return r.completeBare(ctx, req)
	case len(command.Sub) == 0:
		return completeOptions(ctx, req, command, end)
	}
	word, length, _ := firstWord(in.Text[end:])
	for _, sub := range command.Sub {
		if strings.EqualFold(sub.Name, word) && end+length < len(in.Text) {
			return completeOptions(ctx, req, sub, end+length)
		}
	}
	completion := completeNames(in.Text[end:], "", command.Sub)
	completion.From += end
	return completion, nil
}

// completeBare proposes how a line without a command may go on: as words of the one that it is meant for.
func (r *Router) completeBare(ctx context.Context, req *Request) (Completion, error) {
	before := "/" + r.bareCmd.Name + " "
	req.Line = before + req.Line
	completion, err := completeOptions(ctx, req, r.bareCmd, len(before))
	completion.From -= len(before)
	return completion, err
}

// completeNames proposes the commands whose names begin with the first word of typed, if there is no second.
func completeNames(typed, slash string, commands []*Command) Completion {
	word, end, _ := firstWord(typed)
	completion := Completion{From: len(typed) - len(strings.TrimLeft(typed, " \t"))}
	if end != len(typed) {
		return completion
	}
	for _, command := range commands {
		if strings.HasPrefix(command.Name, strings.ToLower(word)) {
			completion.Choices = append(completion.Choices, Choice{Value: slash + command.Name + " ", Label: Say(command.Summary)})
		}
	}
	return completion
}

// completeOptions proposes how the last option of a line may go on.
func completeOptions(ctx context.Context, req *Request, command *Command, from int) (Completion, error) {
	req.values = map[string]any{}
	p := &parser{req: req, line: req.Line, options: command.Options}
	given := map[string]bool{}
	for _, t := range tokenize(req.Line, from, p.declares) {
		switch {
		case t.name == "":
			p.words = append(p.words, t)
		case t.end == len(req.Line):
			return p.proposals(ctx, p.option(t.name), t.text, t.from)
		default:
			given[t.name] = true
			p.takeGiven(ctx, t)
		}
	}
	for _, option := range command.Options {
		if !given[option.Spec().Name] {
			p.left = append(p.left, option)
		}
	}
	return p.complete(ctx)
}

// complete gives the words to the options as parsing does, and asks the one that would take what is left.
func (p *parser) complete(ctx context.Context) (Completion, error) {
	open := p.openWords()
	next := 0
	var left []Param
	for _, option := range p.left {
		if option.Spec().Named {
			left = append(left, option)
			continue
		}
		n := p.longestBefore(ctx, option, next, open)
		if next += n; n > 0 {
			continue
		}
		left = append(left, option)
		typed, from := "", len(p.line)
		if next < len(p.words) {
			typed, from = p.run(next, len(p.words)), p.words[next].start
		}
		completion, err := p.proposals(ctx, option, typed, from)
		if err != nil || len(completion.Choices) > 0 {
			return completion, err
		}
	}
	return p.optionNames(left), nil
}

// openWords is how many words are complete: all when a space follows the last one, else all but it.
func (p *parser) openWords() int {
	n := len(p.words)
	if n > 0 && p.words[n-1].end == len(p.line) {
		return n - 1
	}
	return n
}

// longestBefore is longest without the words from end on, and without errors.
func (p *parser) longestBefore(ctx context.Context, option Param, next, end int) int {
	for n := min(end-next, maxRun); n >= 1; n-- {
		if option.take(ctx, p.req, p.run(next, next+n)) == nil {
			return n
		}
	}
	return 0
}

// optionNames proposes "name=" for the options that are left.
func (p *parser) optionNames(left []Param) Completion {
	typed, from := "", len(p.line)
	if n := len(p.words); n > 0 && p.words[n-1].end == len(p.line) {
		typed, from = p.words[n-1].text, p.words[n-1].start
	}
	completion := Completion{From: from}
	for _, option := range left {
		spec := option.Spec()
		if strings.HasPrefix(spec.Name, typed) {
			completion.Choices = append(completion.Choices, Choice{Value: spec.Name + "=", Label: Say(spec.Summary)})
		}
	}
	return completion
}

// proposals are an option's choices, quoted where they need it.
func (p *parser) proposals(ctx context.Context, option Param, typed string, from int) (Completion, error) {
	choices, err := option.choices(ctx, p.req, typed)
	if err != nil {
		return Completion{}, err
	}
	completion := Completion{From: from}
	for _, choice := range choices[:min(len(choices), maxChoices)] {
		if choice.Value == typed {
			choice.Value = p.line[from:] // as it stands
		} else {
			choice.Value = p.quoted(choice.Value)
		}
		completion.Choices = append(completion.Choices, choice)
	}
	return completion, nil
}
