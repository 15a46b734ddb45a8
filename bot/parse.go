package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLine is how many characters of a line are read, and maxWords how many words are told apart; what follows them belongs
// to the last one.
const (
	maxLine  = 2000
	maxWords = 64
)

// token is a word of a line, or what stands between quotes, or the value of a named option.
type token struct {
	name       string // of the option, if it is "name=value"
	text       string
	start, end int    // in the line, quotes and name included
	from       int    // where the value begins, quotes included
	unclosed   string // the quote that is missing at its end
}

// quotes are the pairs in which people put words, by the opening one.
func closing(open rune) (rune, bool) {
	switch open {
	case '"', '“', '”', '„', '＂':
		return '"', true
	case '«':
		return '»', true
	case '「':
		return '」', true
	case '『':
		return '』', true
	}
	return 0, false
}

// closes reports whether a rune ends what an opening quote began. Straight and curly double quotes may be mixed, because
// phones mix them.
func closes(r, want rune) bool {
	if want == '"' {
		return strings.ContainsRune(`"“”„＂`, r)
	}
	return r == want
}

// tokenize splits a line from a byte on. A "name=value" counts as such only for the names that are declared, so that an
// address is never taken apart; its sign may be "=", ":" or their full-width forms. A quote that is never closed ends with
// the line.
func tokenize(line string, from int, declared func(name string) bool) []token {
	var tokens []token
	for i := from; i < len(line) && len(tokens) < maxWords; {
		r, size := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t := token{start: i}
		t.name, t.from = named(line, i, declared)
		t.text, t.end, t.unclosed = value(line, t.from)
		if len(tokens) == maxWords-1 && strings.TrimSpace(line[t.end:]) != "" {
			t.text, t.end = strings.TrimSpace(line[t.from:]), len(line)
		}
		tokens = append(tokens, t)
		i = t.end
	}
	return tokens
}

// named returns the name of the option that a word at i begins with, if it does, and where its value begins.
func named(line string, i int, declared func(name string) bool) (string, int) {
	for j, r := range line[i:] {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_', r >= 'A' && r <= 'Z':
			continue
		case r == '=' || r == ':' || r == '＝' || r == '：':
			name := strings.ToLower(line[i : i+j])
			if declared(name) {
				return name, i + j + utf8.RuneLen(r)
			}
		}
		break
	}
	return "", i
}

// value returns the word or quoted words at i, where they end, and the quote that is missing there.
func value(line string, i int) (text string, end int, unclosed string) {
	first, size := utf8.DecodeRuneInString(line[i:])
	if want, quoted := closing(first); quoted {
		return quotedValue(line, i+size, want)
	}
	if length := strings.IndexFunc(line[i:], unicode.IsSpace); length >= 0 {
		return line[i : i+length], i + length, ""
	}
	return line[i:], len(line), ""
}

func quotedValue(line string, i int, want rune) (text string, end int, unclosed string) {
	for j, r := range line[i:] {
		if closes(r, want) {
			return line[i : i+j], i + j + utf8.RuneLen(r), ""
		}
	}
	return line[i:], len(line), string(want)
}

// parser fills the options of one command from one line.
type parser struct {
	req     *Request
	line    string
	options []Param
	words   []token // the unnamed ones
	left    []Param // the options that are not named

	unclosed string // the quote that is missing at the end of the line

	misses map[miss]bool // so that no option reads the same words twice
}

// miss is a run of words that an option is known not to understand.
type miss struct {
	option   string
	from, to int
}

// parse reads a command's options from the part of the request's line that begins at from.
func parse(ctx context.Context, req *Request, options []Param, from int) error {
	p, err := newParser(ctx, req, options, from)
	if err != nil {
		return err
	}
	return p.positional(ctx)
}

// newParser splits the line and takes the named options.
func newParser(ctx context.Context, req *Request, options []Param, from int) (*parser, error) {
	req.values = map[string]any{}
	p := &parser{req: req, line: req.Line, options: options, misses: map[miss]bool{}}
	byName := map[string]Param{}
	for _, option := range options {
		byName[option.Spec().Name] = option
	}
	seen := map[string]bool{}
	for _, t := range tokenize(p.line, from, func(name string) bool { return byName[name] != nil }) {
		p.unclosed = t.unclosed
		if t.name == "" {
			p.words = append(p.words, t)
			continue
		}
		seen[t.name] = true
		if err := p.takeNamed(ctx, byName[t.name], t); err != nil {
			return nil, err
		}
	}
	for _, option := range options {
		if !seen[option.Spec().Name] {
			p.left = append(p.left, option)
		}
	}
	return p, nil
}

func (p *parser) takeNamed(ctx context.Context, option Param, t token) error {
	err := ErrNotThis
	if t.text != "" {
		err = option.take(ctx, p.req, t.text)
	}
	if errors.Is(err, ErrNotThis) {
		err = option.explain(ctx, p.req, t.text)
	}
	t.start = t.from // the name stays
	return p.corrected(err, []token{t})
}

// positional gives the words to the options in their order: each takes the longest run that it understands.
func (p *parser) positional(ctx context.Context) error {
	next := 0
	var skipped Param
	for i, option := range p.left {
		n, err := p.longest(ctx, option, next)
		if err != nil {
			return err
		}
		next += n
		if n > 0 {
			continue
		}
		if option.Spec().Required {
			return p.unfilled(ctx, option, p.left[i+1:], next)
		}
		if skipped == nil {
			skipped = option
		}
	}
	if next == len(p.words) {
		return nil
	}
	return p.leftOver(ctx, skipped, next)
}

// longest lets an option take the longest run of words from next on, and returns how many it took.
func (p *parser) longest(ctx context.Context, option Param, next int) (int, error) {
	shortest := 1
	if option.Spec().Rest {
		shortest = len(p.words) - next
	}
	for n := len(p.words) - next; n >= max(shortest, 1); n-- {
		run := miss{option.Spec().Name, next, next + n}
		if p.misses[run] {
			continue
		}
		err := option.take(ctx, p.req, p.run(next, next+n))
		if err == nil {
			return n, nil
		}
		if !errors.Is(err, ErrNotThis) {
			return 0, p.corrected(err, p.words[next:next+n])
		}
		p.misses[run] = true
	}
	return 0, nil
}

// run is the words from i to j as they were typed; a single quoted one without its quotes.
func (p *parser) run(i, j int) string {
	if j == i+1 {
		return p.words[i].text
	}
	texts := make([]string, 0, j-i)
	for _, word := range p.words[i:j] {
		texts = append(texts, word.text)
	}
	return strings.Join(texts, " ")
}

// unfilled says why a required option took nothing: nothing was left for it, or words that it does not know, which end where
// the options after it can take all the rest.
func (p *parser) unfilled(ctx context.Context, option Param, after []Param, next int) error {
	if next == len(p.words) {
		return p.missing(ctx, option)
	}
	end := next + 1
	for end < len(p.words) && !p.fits(ctx, after, end) {
		end++
	}
	err := option.explain(ctx, p.req, p.run(next, end))
	return p.corrected(err, p.words[next:end])
}

// fits reports whether options can take all words from next on.
func (p *parser) fits(ctx context.Context, options []Param, next int) bool {
	for _, option := range options {
		n, err := p.longest(ctx, option, next)
		if err != nil {
			return true // it is theirs, though it cannot be used
		}
		next += n
	}
	return next == len(p.words)
}

// missing asks for an option that was not given, with what it is likely to be as buttons.
func (p *parser) missing(ctx context.Context, option Param) error {
	choices, err := option.choices(ctx, p.req, "")
	if err != nil {
		return err
	}
	spec := option.Spec()
	e := &Error{Code: Invalid, Say: Say("error.missing_option", Args{"Option": Say(spec.Summary)})}
	line := strings.TrimSpace(p.line) + p.unclosed
	for _, choice := range choices[:min(len(choices), maxTries)] {
		e.Try = append(e.Try, Press(choice.label(), line+" "+p.quoted(choice.Value)))
	}
	return e
}

// leftOver says that nothing took the words from next on.
func (p *parser) leftOver(ctx context.Context, skipped Param, next int) error {
	words := p.run(next, len(p.words))
	if skipped != nil {
		return p.corrected(skipped.explain(ctx, p.req, words), p.words[next:])
	}
	corrected := p.replaced(p.words[next:], "")
	return NewError(Invalid, "error.left_over", Args{"Words": Quote(words)}, Press(Lit(corrected), corrected))
}

// maxTries is how many corrected lines are offered.
const maxTries = 4

// corrected turns a ChoiceError into an Error whose buttons are the line with each choice in the place of the words.
func (p *parser) corrected(err error, words []token) error {
	var choice *ChoiceError
	if !errors.As(err, &choice) {
		return err
	}
	e := &Error{Code: choice.Code, Say: choice.Say}
	for _, c := range choice.Choices[:min(len(choice.Choices), maxTries)] {
		e.Try = append(e.Try, Press(c.label(), p.replaced(words, p.quoted(c.Value))))
	}
	return e
}

// replaced is the line with a value in the place of words. Named options that stand between them are kept, behind it.
func (p *parser) replaced(words []token, value string) string {
	parts := []string{strings.TrimSpace(p.line[:words[0].start] + value)}
	for i, word := range words {
		next := len(p.line)
		if i+1 < len(words) {
			next = words[i+1].start
		}
		if between := strings.TrimSpace(p.line[word.end:next]); between != "" {
			parts = append(parts, between)
		}
	}
	return strings.Join(parts, " ")
}

func (c Choice) label() Text {
	if len(c.Label) > 0 {
		return c.Label
	}
	return Lit(c.Value)
}

// quoted writes a value so that it is read back as one: in quotes that it does not hold itself, where it has spaces, is
// empty, or would be taken for a quote or a named option.
func (p *parser) quoted(value string) string {
	first, _ := utf8.DecodeRuneInString(value)
	_, quote := closing(first)
	name, _ := named(value, 0, p.declares)
	if value != "" && !quote && name == "" && !strings.ContainsFunc(value, unicode.IsSpace) {
		return value
	}
	for _, pair := range []string{`""`, "«»", "「」", "『』"} {
		open, size := utf8.DecodeRuneInString(pair)
		if want, _ := closing(open); !strings.ContainsFunc(value, func(r rune) bool { return closes(r, want) }) {
			return pair[:size] + value + pair[size:]
		}
	}
	return `"` + strings.Map(withoutQuotes, value) + `"`
}

// withoutQuotes turns every double quote into a single one.
func withoutQuotes(r rune) rune {
	if closes(r, '"') {
		return '\''
	}
	return r
}

// declares reports whether the command has an option of this name.
func (p *parser) declares(name string) bool {
	return slices.ContainsFunc(p.options, func(option Param) bool { return option.Spec().Name == name })
}
