package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser fills the options of one command from one line.
type parser struct {
	req     *Request
	line    string
	options []Param
	words   []token // the unnamed ones
	left    []Param // the options that are not named
	free    []tail  // the named ones that may go on with the words behind them

	named map[string]any  // the values that were given by name
	seen  map[string]bool // the options that the line names

	stuck    int           // the word at which the options last stopped taking any
	reads    int           // how often an option was asked for a value
	known    map[place]int // how many words an option takes at a word
	from     int           // the byte of the line at which the options begin
	unclosed string        // the quote that is missing at the end of the line
}

// The bounds of telling apart what belongs to whom, whatever somebody pastes.
const (
	maxRun   = 24  // words that one option takes, but for those that take any
	maxReads = 400 // times that options are asked for a value of a line
)

// place is an option at a word.
type place struct {
	option string
	word   int
}

// tail is what may belong to a named option that takes any words: those behind it, up to the next name.
type tail struct {
	option Param
	text   string
}

// parse reads a command's options from the part of the request's line that begins at from. A line that is understood only
// with a sign behind the name of an option, "before 1h", becomes the line with it.
func parse(ctx context.Context, req *Request, options []Param, from int) error {
	p, err := newParser(ctx, req, options, from)
	if err != nil {
		return err
	}
	err = p.positional(ctx)
	if err == nil {
		return nil
	}
	signed := *req
	if signed.Line = p.signed(); signed.Line == req.Line {
		return err
	}
	if p, again := newParser(ctx, &signed, options, from); again != nil || p.positional(ctx) != nil {
		return err
	}
	*req = signed
	return nil
}

// signed is the line with "=" between the names of options and the words behind them.
func (p *parser) signed() string {
	line := p.line
	for i := len(p.words) - 2; i >= 0; i-- {
		word, next := p.words[i], p.words[i+1]
		name := strings.ToLower(word.text)
		if word.end-word.start == len(word.text) && p.declares(name) && p.req.values[name] == nil {
			line = line[:word.end] + "=" + line[next.start:]
		}
	}
	return line
}

// newParser splits the line and takes the named options.
func newParser(ctx context.Context, req *Request, options []Param, from int) (*parser, error) {
	req.values = map[string]any{}
	p := &parser{req: req, line: req.Line, options: options, from: from, seen: map[string]bool{}, known: map[place]int{}}
	req.parser = p
	tokens := tokenize(p.line, from, p.declares)
	for len(tokens) > 0 {
		t := tokens[0]
		p.unclosed = t.unclosed
		if err := p.misnamed(t); err != nil {
			return nil, err
		}
		if t.name == "" {
			switch {
			case strings.TrimSpace(t.text) != "":
				p.words = append(p.words, t)
			case t.unclosed != "" && t.end == len(p.line): // quotes around nothing say nothing
				p.line, p.unclosed = strings.TrimSpace(p.line[:t.start]), ""
			}
			tokens = tokens[1:]
			continue
		}
		p.seen[t.name] = true
		n, err := p.takeNamed(ctx, p.option(t.name), tokens)
		if err != nil {
			return nil, err
		}
		tokens = tokens[n:]
	}
	for _, option := range options {
		if !p.seen[option.Spec().Name] && !option.Spec().Named {
			p.left = append(p.left, option)
		}
	}
	p.named = req.values
	return p, nil
}

// misnamed says that a word looks like the value of an option whose name is nearly one, "platform=douyin" where there are
// platforms, so that it is not taken for plain words.
func (p *parser) misnamed(t token) error {
	name, from := named(p.line, t.start, func(string) bool { return true })
	if t.name != "" || name == "" || !isAssigned(p.line[:from]) {
		return nil
	}
	for _, option := range p.options {
		near := option.Spec().Name
		if slips := Slips(name, near); slips > 2 || slips*2 >= len(name) {
			continue
		}
		corrected := p.line[:t.start] + near + "=" + p.line[from:]
		return NewError(Unknown, "error.option_near", Args{"Typed": Quote(name + "="), "Near": Lit(near + "=")}, PressLine(corrected))
	}
	return nil
}

// isAssigned reports whether what begins a word ends as the name of an option does, and an address does not.
func isAssigned(front string) bool {
	return strings.HasSuffix(front, "=") || strings.HasSuffix(front, "＝")
}

// takeNamed gives a named option its value and as many of the words behind it as it understands, "before=1h 10m", and returns
// how many tokens that were. One that takes any words has only its own, until it turns out that nobody else takes the others.
func (p *parser) takeNamed(ctx context.Context, option Param, tokens []token) (int, error) {
	t := tokens[0]
	behind := 1
	for behind < len(tokens) && tokens[behind].name == "" {
		behind++
	}
	first, _ := utf8.DecodeRuneInString(p.line[t.from:])
	if _, quoted := closing(first); quoted {
		behind = 1
	}
	if option.Spec().Free && t.text != "" && behind > 1 {
		p.free = append(p.free, tail{option: option, text: t.text})
		for i := range tokens[1:behind] {
			tokens[1+i].behind = len(p.free)
		}
		behind = 1
	}
	t.start = t.from // the name stays
	tokens[0] = t
	for n := min(behind, maxRun); n >= 1; n-- {
		err := ErrNotThis
		value := joined(tokens[:n])
		if strings.TrimSpace(t.text) == "" {
			value = joined(tokens[1:n]) // "before= 1h"
		}
		if value != "" {
			p.reads++
			err = option.take(ctx, p.req, value)
		}
		switch {
		case n > 1 || !errors.Is(err, ErrNotThis):
		case t.from == t.end:
			err = p.question(ctx, option)
		default:
			err = option.explain(ctx, p.req, t.text)
		}
		if !errors.Is(err, ErrNotThis) {
			p.unclosed = tokens[n-1].unclosed
			return n, p.corrected(err, tokens[:n])
		}
	}
	return 1, nil
}

// positional gives the words to the options. Where that does not come out even, words behind a named option that takes any
// are given to it: as few as will do, "title=SU7 tomorrow 8pm", or all of them when that takes too long to find out.
func (p *parser) positional(ctx context.Context) error {
	words, given := p.words, make([]int, len(p.free))
	first := p.fillWithout(ctx, words, given)
	for err := first; err != nil; err = p.fillWithout(ctx, words, given) {
		tail, stuck := p.tailAt(p.stuck)
		_, some := p.tailAt(len(p.words) - 1)
		switch {
		case some && p.reads >= maxReads:
			p.reads = 0
			for i := range given {
				given[i] = maxWords
			}
		case !stuck:
			p.setWords(words)
			return first
		default:
			given[tail]++
		}
	}
	return p.takeTails(ctx, words, given)
}

// tailAt is the tail of a word that nobody takes, or else the last one before it, which may have to take what another option has.
func (p *parser) tailAt(word int) (tail int, ok bool) {
	if word >= len(p.words) {
		return 0, false // a word too few, not one too many
	}
	for _, word := range slices.Backward(p.words[:word+1]) {
		if word.behind > 0 {
			return word.behind - 1, true
		}
	}
	return 0, false
}

// fillWithout gives the words to the options, but for the first ones of each tail, as many as are given to it.
func (p *parser) fillWithout(ctx context.Context, words []token, given []int) error {
	p.req.values = maps.Clone(p.named)
	left, taken := make([]token, 0, len(words)), make([]int, len(given))
	for _, word := range words {
		if tail := word.behind - 1; tail >= 0 && taken[tail] < given[tail] {
			taken[tail]++
			continue
		}
		left = append(left, word)
	}
	p.setWords(left)
	return p.fill(ctx)
}

// takeTails gives each named option the first words behind it, as many as are given to it.
func (p *parser) takeTails(ctx context.Context, words []token, given []int) error {
	for i, t := range p.free {
		texts := []string{t.text}
		for _, word := range words {
			if word.behind == i+1 && len(texts) <= given[i] {
				texts = append(texts, word.text)
			}
		}
		if err := t.option.take(ctx, p.req, strings.Join(texts, " ")); err != nil {
			return err
		}
	}
	return nil
}

// setWords sets the words that are to be given to the options.
func (p *parser) setWords(words []token) {
	p.words = words
	clear(p.known)
}

// fill gives the words to the options in their order: each takes the longest run that it understands. What is left is for
// those that were passed over, as in "/schedule 7 xiaomi".
func (p *parser) fill(ctx context.Context) error {
	next := 0
	var skipped []Param
	for i, option := range p.left {
		n, err := p.fitting(ctx, option, slices.Concat(p.left[i+1:], skipped), next)
		if err != nil {
			return err
		}
		if n == 0 && option.Spec().Required && !p.isTail(next) {
			n, err = p.longestAtEnd(ctx, option, p.left[i+1:], next)
		}
		if err != nil {
			return err
		}
		next += n
		switch {
		case n > 0:
		case option.Spec().Required:
			return p.unfilled(ctx, option, p.left[i+1:], next)
		default:
			skipped = append(skipped, option)
		}
	}
	for _, option := range skipped {
		n, err := p.longest(ctx, option, next)
		if err != nil {
			return err
		}
		next += n
	}
	if next == len(p.words) {
		return nil
	}
	return p.leftOver(ctx, skipped, next)
}

// fitting is longest, but for what was put in quotes: that alone is an option's that takes any words, where the others take the
// rest, "\"Q and A\" douyin".
func (p *parser) fitting(ctx context.Context, option Param, others []Param, next int) (int, error) {
	if spec := option.Spec(); spec.Free && !spec.Rest && next+1 < len(p.words) && p.isQuoted(next) && !p.isTail(next) && p.fits(ctx, others, next+1, true) {
		return 1, option.take(ctx, p.req, p.run(next, next+1))
	}
	return p.longest(ctx, option, next)
}

func (p *parser) isQuoted(word int) bool {
	first, _ := utf8.DecodeRuneInString(p.line[p.words[word].from:])
	_, quoted := closing(first)
	return quoted
}

// isTail reports whether a word stands behind a named option that takes any words: no other such option takes it.
func (p *parser) isTail(word int) bool { return word < len(p.words) && p.words[word].behind > 0 }

// stretch is how many words from next on can be of one option: a named one that takes any words parts those before it from those
// behind it.
func (p *parser) stretch(next int) int {
	for i, word := range p.words[next:] {
		if word.behind != p.words[next].behind {
			return i
		}
	}
	return len(p.words) - next
}

// longest lets an option take the longest run of words from next on, and returns how many it took.
func (p *parser) longest(ctx context.Context, option Param, next int) (int, error) {
	spec := option.Spec()
	at := place{option: spec.Name, word: next}
	if n, known := p.known[at]; known {
		if n == 0 {
			return 0, nil
		}
		return n, option.take(ctx, p.req, p.run(next, next+n))
	}
	most, least := p.stretch(next), 1
	switch {
	case spec.Free && p.isTail(next):
		return 0, nil
	case spec.Rest:
		least = len(p.words) - next
	case !spec.Free:
		most = min(most, maxRun)
	}
	for n := most; n >= max(least, 1) && p.reads < maxReads; n-- {
		p.reads++
		err := option.take(ctx, p.req, p.run(next, next+n))
		if err == nil {
			p.known[at] = n
			return n, nil
		}
		if !errors.Is(err, ErrNotThis) {
			p.stuck = next
			return 0, p.corrected(err, p.words[next:next+n])
		}
	}
	p.known[at] = 0
	return 0, nil
}

// longestAtEnd lets a required option take the last words, if what stands before them is understood as the other options, and
// puts them where they belong: "lei jun SU7 Ultra tomorrow 8pm", "tomorrow 8pm lei jun".
func (p *parser) longestAtEnd(ctx context.Context, option Param, after []Param, next int) (int, error) {
	for at := next + 1; at < len(p.words); at++ {
		n, err := p.longest(ctx, option, at)
		if err != nil {
			return 0, err
		}
		if n == 0 || at+n < len(p.words) {
			continue
		}
		words := p.words
		p.setWords(slices.Concat(words[:next], words[at:], words[next:at]))
		if p.fits(ctx, after, next+n, true) {
			return n, nil
		}
		p.setWords(words)
	}
	return 0, nil
}

// run is the words from i to j as they were typed; a single quoted one without its quotes.
func (p *parser) run(i, j int) string { return joined(p.words[i:j]) }

// joined is what tokens say, one after another.
func joined(tokens []token) string {
	if len(tokens) == 1 {
		return tokens[0].text
	}
	texts := make([]string, 0, len(tokens))
	for _, word := range tokens {
		texts = append(texts, word.text)
	}
	return strings.Join(texts, " ")
}

// unfilled says why a required option took nothing: nothing was left for it, or words that it does not know, which end where
// the options after it can take all the rest.
func (p *parser) unfilled(ctx context.Context, option Param, after []Param, next int) error {
	if next == len(p.words) || p.belongs(ctx, after, next) {
		p.stuck = len(p.words)
		return p.missing(ctx, option, next)
	}
	end := next + p.stretch(next)
	for _, all := range []bool{true, false} {
		for at := next + 1; at < end; at++ {
			if p.fits(ctx, after, at, all) {
				end = at
			}
		}
		if end < len(p.words) {
			break
		}
	}
	p.stuck = next
	err := option.explain(ctx, p.req, p.run(next, end))
	return p.corrected(err, p.words[next:end])
}

// belongs reports whether the words from next on are all understood by the options after one that took nothing, a
// required one first: then it was left out, as in "/stream move 9pm".
func (p *parser) belongs(ctx context.Context, after []Param, next int) bool {
	first := slices.IndexFunc(after, func(o Param) bool {
		n, err := p.longest(ctx, o, next)
		return n > 0 && err == nil
	})
	return first >= 0 && after[first].Spec().Required && !after[first].Spec().Free && p.fits(ctx, after, next, true)
}

// fits reports whether options can take all words from next on; with all, whether none of them that is required lacks any.
// What they take on the way is forgotten.
func (p *parser) fits(ctx context.Context, options []Param, next int, all bool) bool {
	defer func(before map[string]any) { p.req.values = before }(maps.Clone(p.req.values))
	for _, option := range options {
		n, err := p.longest(ctx, option, next)
		if err != nil {
			return true // it is theirs, though it cannot be used
		}
		if n == 0 && all && option.Spec().Required {
			return false
		}
		next += n
	}
	return next == len(p.words)
}

// missing asks for an option that was not given before the word next, with what it is likely to be as buttons.
func (p *parser) missing(ctx context.Context, option Param, next int) error {
	var asked *ChoiceError
	if err := p.question(ctx, option); !errors.As(err, &asked) {
		return err
	}
	e, choices := &Error{Code: asked.Code, Say: asked.Say}, asked.Choices
	if len(choices) == 0 {
		help := "/help " + p.req.Path[0]
		e.Try = append(e.Try, PressLine(help))
	}
	before, behind := strings.TrimSpace(p.line)+p.unclosed+" ", ""
	if next == len(p.words) {
		e.Prompt = before
	} else {
		before, behind = p.line[:p.words[next].start], " "+strings.TrimSpace(p.line[p.words[next].start:])+p.unclosed
	}
	for _, choice := range choices[:min(len(choices), maxTries)] {
		e.Try = append(e.Try, Press(choice.label(), before+p.quoted(choice.Value)+behind))
	}
	return e
}

// question asks for the value of an option.
func (p *parser) question(ctx context.Context, option Param) error {
	choices, err := option.choices(ctx, p.req, "")
	if err != nil {
		return err
	}
	spec := option.Spec()
	if spec.Question != "" {
		return &ChoiceError{Code: Invalid, Say: Say(spec.Question), Choices: choices}
	}
	return &ChoiceError{Code: Invalid, Say: Say("error.missing_option", Args{"Option": Say(spec.Summary)}), Choices: choices}
}

// leftOver says that nothing took the words from next on, but for those at the end that another option could take.
func (p *parser) leftOver(ctx context.Context, skipped []Param, next int) error {
	p.stuck = next
	words := p.run(next, len(p.words))
	name, _ := named(p.words[next].text, 0, func(string) bool { return true })
	if len(skipped) > 0 && name == "" {
		end := next + 1
		for end < len(p.words) && !p.fits(ctx, skipped[1:], end, false) {
			end++
		}
		return p.corrected(skipped[0].explain(ctx, p.req, p.run(next, end)), p.words[next:end])
	}
	without := strings.TrimRight(p.replaced(p.words[next:], ""), listMarks+" ")
	e := NewError(Invalid, "error.left_over", Args{"Words": Quote(words)}, PressLine(without))
	if len(p.left) == 1 && next > 0 {
		if n, err := p.longest(ctx, p.left[0], next); err == nil && n == len(p.words)-next { // one of two: "/who li bin, lei jun"
			other := p.replaced(p.words[:next], "")
			e.Try = append(e.Try, PressLine(other))
		}
	}
	return e
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
	words = slices.SortedFunc(slices.Values(words), func(a, b token) int { return a.start - b.start })
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

// lineWith is the line with one value of a named option, in the place of the one that it has.
func (p *parser) lineWith(name, value string) string {
	said := name + "=" + p.quoted(value)
	for _, t := range tokenize(p.line, p.from, p.declares) {
		if t.name == name {
			return strings.TrimSpace(p.line[:t.start] + said + p.line[t.end:])
		}
	}
	return strings.TrimSpace(p.line) + p.unclosed + " " + said
}

func (c Choice) label() Text {
	if len(c.Label) > 0 {
		return c.Label
	}
	return Lit(c.Value)
}

// quoted writes a value so that it is read back as one: in quotes that it does not hold itself, where it has spaces, is
// empty, or would be taken for a quote, a named option or a slip of one.
func (p *parser) quoted(value string) string {
	first, _ := utf8.DecodeRuneInString(value)
	_, quote := closing(first)
	name, from := named(value, 0, func(string) bool { return true })
	isNamed := p.declares(name) || isAssigned(value[:from])
	if value != "" && !quote && !isNamed && !strings.ContainsFunc(value, unicode.IsSpace) {
		return value
	}
	for _, pair := range []string{`""`, "«»", "「」", "『』"} {
		open, size := utf8.DecodeRuneInString(pair)
		if want, _ := closing(open); !strings.ContainsFunc(value, func(r rune) bool { return closes(r, want) }) {
			return pair[:size] + value + pair[size:]
		}
	}
	return `"` + singleQuotes.Replace(value) + `"`
}

// singleQuotes turns every double quote into a single one.
var singleQuotes = strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "＂", "'")

// declares reports whether the command has an option of this name.
func (p *parser) declares(name string) bool { return p.option(name) != nil }

// option returns the command's option of a name, or nil.
func (p *parser) option(name string) Param {
	for _, option := range p.options {
		if option.Spec().Name == name {
			return option
		}
	}
	return nil
}

// Given is a value by the name of its option.
type Given struct{ Name, Value string }

// Line is the line that gives a command, by its name and its sub-command's, some values: as a person would type it.
func Line(path []string, values ...Given) string {
	none := &parser{}
	words := []string{"/" + strings.Join(path, " ")}
	for _, v := range values {
		words = append(words, v.Name+"="+none.quoted(v.Value))
	}
	return strings.Join(words, " ")
}
