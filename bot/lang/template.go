package lang

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"boardcast/bot"
)

// parser reads templates for go-i18n in place of text/template. Its templates write spans into a [filling] instead of a
// string, so that an argument keeps its styles and links and nothing it says can be taken for a part of the template.
type parser struct{}

// Cacheable lets go-i18n parse each template once.
func (parser) Cacheable() bool { return true }

// Parse reads a template. The delimiters are always the usual ones.
func (parser) Parse(src, _, _ string) (template.ParsedTemplate, error) { return parse(src) }

// filling is a message on its way from template to text.
type filling struct {
	args bot.Args
	said bot.Text
}

// piece is a part of a template: words, or the name of an argument.
type piece struct{ words, arg string }

// pattern is a template, read.
type pattern []piece

// placeholder is what may stand between the braces: logic in a template would be words that no test has seen.
var placeholder = regexp.MustCompile(`^\.[A-Z][A-Za-z0-9]*$`)

func parse(src string) (pattern, error) {
	var p pattern
	for {
		words, rest, opened := strings.Cut(src, "{{")
		if strings.Contains(words, "}}") {
			return nil, errors.New("braces that close without having opened")
		}
		if words != "" {
			p = append(p, piece{words: words})
		}
		if !opened {
			return p, nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed || !placeholder.MatchString(name) {
			return nil, fmt.Errorf("placeholder %q is not like {{.Name}}", "{{"+name)
		}
		p = append(p, piece{arg: name[1:]})
		src = after
	}
}

// Execute fills the template into data, a *[filling]; the string is always empty.
func (p pattern) Execute(data any) (string, error) {
	f, ok := data.(*filling)
	if !ok {
		return "", fmt.Errorf("a template is filled into a *filling, not %T", data)
	}
	f.said = make(bot.Text, 0, p.spans(f.args))
	for _, piece := range p {
		if piece.arg == "" {
			f.said = append(f.said, bot.Span{Kind: bot.Literal, Text: piece.words})
			continue
		}
		arg, ok := f.args[piece.arg]
		if !ok {
			return "", fmt.Errorf("no argument %s", piece.arg)
		}
		f.said = append(f.said, arg...)
	}
	return "", nil
}

// spans is how many spans the template has with its arguments.
func (p pattern) spans(args bot.Args) int {
	n := 0
	for _, piece := range p {
		if piece.arg == "" {
			n++
			continue
		}
		n += len(args[piece.arg])
	}
	return n
}
