package lang_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A source is what the Go files of the program say. It is read without types, by two rules: a strict one for where a key is
// said, whose literal must then be a key, and a lax one for whether a key is said at all, for which any literal will do.
type source struct {
	said     []saying
	literals map[string]bool // all strings
	prefixes map[string]bool // all strings with something added to them
}

// saying is one place where a key is said by a literal or, with prefix set, by a literal family and a computed name.
type saying struct {
	at     string
	key    string
	prefix bool
	args   *[]string // names, sorted; nil if they are not a literal
}

// sayer is a function that says a key: where its arguments have the key and the args, of which the latter may be fixed.
type sayer struct {
	key, args int
	fixed     *[]string
}

// maxNesting bounds how many functions hand a key on until one says it.
const maxNesting = 6

// readSource reads the Go files below roots, but for tests and the *test packages.
func readSource(files fs.FS, roots ...string) (*source, error) {
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, root := range roots {
		err := fs.WalkDir(files, root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (strings.HasSuffix(path, "test") || entry.Name() == "testdata"):
				return fs.SkipDir
			case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			code, err := fs.ReadFile(files, path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(set, path, code, parser.SkipObjectResolution)
			parsed = append(parsed, file)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("reading the sources: %w", err)
		}
	}
	return readFiles(set, parsed), nil
}

func readFiles(set *token.FileSet, files []*ast.File) *source {
	r := reader{set: set, consts: map[string]ast.Expr{}, handedOn: vocabulary()}
	for range maxNesting {
		r.sayers, r.handedOn = r.handedOn, vocabulary()
		r.found = source{literals: map[string]bool{}, prefixes: map[string]bool{}}
		for _, file := range files {
			r.file(file)
		}
	}
	return &r.found
}

// vocabulary is the functions that say a key by themselves.
func vocabulary() map[string][]sayer {
	return map[string][]sayer{"bot.Say": {{key: 0, args: 1}}, "bot.NewError": {{key: 1, args: 2}}}
}

// reader goes once through all files with the sayers that are known, and finds those who hand a key on to them.
type reader struct {
	set      *token.FileSet
	sayers   map[string][]sayer
	handedOn map[string][]sayer
	consts   map[string]ast.Expr
	found    source

	pkg    string
	fn     string   // the function that is being read, "" outside of one
	params []string // its parameters
}

func (r *reader) file(file *ast.File) {
	r.pkg = file.Name.Name
	for _, decl := range file.Decls {
		r.fn, r.params = "", nil
		if fn, ok := decl.(*ast.FuncDecl); ok {
			r.fn = r.pkg + "." + fn.Name.Name
			for _, field := range fn.Type.Params.List {
				for _, name := range field.Names {
					r.params = append(r.params, name.Name)
				}
			}
		}
		ast.Inspect(decl, func(node ast.Node) bool {
			r.node(node)
			return true
		})
	}
}

func (r *reader) node(node ast.Node) {
	switch node := node.(type) {
	case *ast.BasicLit:
		if words, ok := literal(node); ok {
			r.found.literals[words] = true
		}
	case *ast.BinaryExpr:
		if words, ok := literal(node.X); ok && node.Op == token.ADD {
			r.found.prefixes[words] = true
		}
	case *ast.GenDecl:
		if node.Tok == token.CONST {
			r.declare(node)
		}
	case *ast.KeyValueExpr:
		if field, ok := node.Key.(*ast.Ident); ok && field.Name == "Summary" {
			r.say(node.Value, -1, &[]string{})
		}
	case *ast.CallExpr:
		for _, s := range r.sayers[r.callee(node.Fun)] {
			if s.key < len(node.Args) {
				r.call(node, s)
			}
		}
	}
}

// declare notes the values of constants.
func (r *reader) declare(consts *ast.GenDecl) {
	for _, spec := range consts.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok || len(spec.Values) != len(spec.Names) {
			continue
		}
		for i, name := range spec.Names {
			r.consts[r.pkg+"."+name.Name] = spec.Values[i]
		}
	}
}

// callee names a function. A method has the name of a function of its package.
func (r *reader) callee(fn ast.Expr) string {
	if generic, ok := fn.(*ast.IndexExpr); ok {
		fn = generic.X
	}
	if name := r.name(fn); len(r.sayers[name]) > 0 {
		return name
	}
	if method, ok := fn.(*ast.SelectorExpr); ok {
		return r.pkg + "." + method.Sel.Name
	}
	return ""
}

// name is what a package declares, with the package: "bot.Say", also inside of bot.
func (r *reader) name(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.Ident:
		return r.pkg + "." + expr.Name
	case *ast.SelectorExpr:
		if pkg, ok := expr.X.(*ast.Ident); ok {
			return pkg.Name + "." + expr.Sel.Name
		}
	}
	return ""
}

// call reads a call of a sayer: what it says and with which arguments.
func (r *reader) call(call *ast.CallExpr, s sayer) {
	handed, names := -1, s.fixed
	switch {
	case s.args < 0:
	case s.args >= len(call.Args):
		names = &[]string{}
	default:
		handed, names = r.args(call.Args[s.args])
	}
	r.say(call.Args[s.key], handed, names)
}

// args reads bot.Args{…}: their names, or else which parameter they are.
func (r *reader) args(expr ast.Expr) (param int, names *[]string) {
	switch expr := expr.(type) {
	case *ast.Ident:
		if expr.Name == "nil" {
			return -1, &[]string{}
		}
		return slices.Index(r.params, expr.Name), nil
	case *ast.CompositeLit:
		names := []string{}
		for _, elt := range expr.Elts {
			pair, ok := elt.(*ast.KeyValueExpr)
			if !ok {
				return -1, nil
			}
			name, ok := literal(pair.Key)
			if !ok {
				return -1, nil
			}
			names = append(names, name)
		}
		slices.Sort(names)
		return -1, &names
	}
	return -1, nil
}

// say notes a key that is said, or that the function which is being read says a key that is handed to it.
func (r *reader) say(key ast.Expr, handed int, names *[]string) {
	at := r.set.Position(key.Pos()).String()
	if value, ok := r.consts[r.name(key)]; ok {
		key = value
	}
	switch key := key.(type) {
	case *ast.BasicLit:
		if words, ok := literal(key); ok {
			r.found.said = append(r.found.said, saying{at: at, key: words, args: names})
		}
	case *ast.BinaryExpr:
		if words, ok := literal(leftmost(key)); ok {
			r.found.said = append(r.found.said, saying{at: at, key: words, prefix: true, args: names})
		}
	case *ast.Ident:
		if i := slices.Index(r.params, key.Name); i >= 0 && r.fn != "bot.Say" && r.fn != "bot.NewError" {
			r.handedOn[r.fn] = append(r.handedOn[r.fn], sayer{key: i, args: handed, fixed: names})
		}
	}
}

func leftmost(expr *ast.BinaryExpr) ast.Expr {
	if left, ok := expr.X.(*ast.BinaryExpr); ok {
		return leftmost(left)
	}
	return expr.X
}

// literal is a string as the source has it.
func literal(expr ast.Expr) (string, bool) {
	lit, ok := expr.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	words, err := strconv.Unquote(lit.Value)
	return words, err == nil
}

// family is the literal part of a key whose name is computed.
var family = regexp.MustCompile(`^[a-z0-9_]+\.([a-z0-9_]+\.)*[a-z0-9_]*$`)

// saidSomewhere reports whether the sources may say a key.
func (s *source) saidSomewhere(key string) bool {
	if s.literals[key] {
		return true
	}
	for prefix := range s.prefixes {
		if family.MatchString(prefix) && strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// unknown lists where the sources say a key that is not among the words, which are placeholders by key.
func (s *source) unknown(words map[string][]string) []string {
	var problems []string
	for _, said := range s.said {
		if len(said.keys(words)) == 0 {
			problems = append(problems, fmt.Sprintf("%s: no words for %q", said.at, said.key))
		}
	}
	return problems
}

// mismatched lists where a key is said with other arguments than its words have places for.
func (s *source) mismatched(words map[string][]string) []string {
	var problems []string
	for _, said := range s.said {
		for _, key := range said.keys(words) {
			if said.args != nil && !slices.Equal(*said.args, words[key]) {
				problems = append(problems, fmt.Sprintf("%s: %q has places for %v and is said with %v", said.at, key, words[key], *said.args))
			}
		}
	}
	return problems
}

// keys are those of the words that may be said here.
func (s saying) keys(words map[string][]string) []string {
	var keys []string
	for key := range words {
		if key == s.key || s.prefix && strings.HasPrefix(key, s.key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// unsaid lists the keys that have words and are said nowhere.
func (s *source) unsaid(words map[string][]string) []string {
	var problems []string
	for key := range words {
		if !s.saidSomewhere(key) {
			problems = append(problems, fmt.Sprintf("%q has words and is said nowhere", key))
		}
	}
	slices.Sort(problems)
	return problems
}
