package telegramsrv

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxEntities is how many entities of a message are kept.
const maxEntities = 100

// topDomains are the ends of domains that make a link of a word without a scheme. The real server knows all that there are.
const topDomains = " com org net edu gov info biz io ai app dev me tv co cc gg ly to cn hk tw jp kr sg in id th vn ru su ua by kz de at ch fr be nl" +
	" lu uk ie es pt it pl cz sk hu ro bg gr se no fi dk ee lv lt eu us ca mx br ar cl au nz za il tr xyz site online shop top vip live" +
	" club news video stream link page blog wiki cloud tech fm am la im sh so ws "

// The shapes of what the server finds by itself in a text. Each is looked for with the character before it.
var (
	mentionShape = regexp.MustCompile(`@[A-Za-z][A-Za-z0-9_]{4,31}`)
	commandShape = regexp.MustCompile(`/[A-Za-z0-9_]{1,64}(@[A-Za-z][A-Za-z0-9_]{2,31})?`)
	hashtagShape = regexp.MustCompile(`#[\p{L}\p{M}\p{N}_]{1,256}`)
	cashtagShape = regexp.MustCompile(`\$[A-Z]{1,8}`)
	emailShape   = regexp.MustCompile(`[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`)
	urlShape     = regexp.MustCompile(`(?i)(?:(https?|ftp|tg|ton|tonsite)://[^\s<>"]+)|(?:[\p{L}\p{N}_-]+\.)+([\p{L}]{2,})(?::\d+)?(?:[/?#][^\s<>"]*)?`)
)

// findEntities finds what the server makes of a plain text by itself: mentions, commands, links, tags. It finds nothing where
// something is that may hold none, as code or a link.
func findEntities(text string, made []Entity) []Entity {
	f := &finder{text: text}
	for _, e := range made {
		switch e.Type {
		case "code", "pre", "text_link", "text_mention", "date_time":
			f.taken = append(f.taken, e)
		}
	}
	f.find(urlShape, "url", f.isURL)
	f.find(emailShape, "email", nil)
	f.find(mentionShape, "mention", f.afterBoundary)
	f.find(commandShape, "bot_command", f.isCommand)
	f.find(hashtagShape, "hashtag", f.isHashtag)
	f.find(cashtagShape, "cashtag", f.afterBoundary)
	return f.found
}

type finder struct {
	text  string
	taken []Entity
	found []Entity
}

// find adds what has a shape and passes a check, which gets the part and may shorten it; 0 says that it is none.
func (f *finder) find(shape *regexp.Regexp, kind string, check func(from, to int) int) {
	for _, at := range shape.FindAllStringIndex(f.text, -1) {
		from, to := at[0], at[1]
		if check != nil {
			to = check(from, to)
		}
		if to <= from {
			continue
		}
		e := Entity{Type: kind, Offset: units(f.text[:from]), Length: units(f.text[from:to]), Found: true}
		if slices.ContainsFunc(f.taken, func(t Entity) bool { return e.meets(t) }) {
			continue
		}
		f.taken = append(f.taken, e)
		f.found = append(f.found, e)
	}
}

// meets reports whether two entities share a character.
func (e Entity) meets(other Entity) bool {
	return e.Offset < other.Offset+other.Length && other.Offset < e.Offset+e.Length
}

func wordly(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// before and after are the characters around a part, or a space at the ends of the text.
func (f *finder) before(at int) rune {
	if at == 0 {
		return ' '
	}
	r, _ := utf8.DecodeLastRuneInString(f.text[:at])
	return r
}

func (f *finder) after(at int) rune {
	if at >= len(f.text) {
		return ' '
	}
	r, _ := utf8.DecodeRuneInString(f.text[at:])
	return r
}

// afterBoundary holds for what neither follows nor goes on as a word.
func (f *finder) afterBoundary(from, to int) int {
	if wordly(f.before(from)) || wordly(f.after(to)) {
		return 0
	}
	return to
}

func (f *finder) isCommand(from, to int) int {
	if r := f.before(from); wordly(r) || strings.ContainsRune("/<>@", r) {
		return 0
	}
	if r := f.after(to); wordly(r) || strings.ContainsRune("/<>", r) {
		return 0
	}
	return to
}

func (f *finder) isHashtag(from, to int) int {
	if wordly(f.before(from)) || f.before(from) == '#' || f.after(to) == '#' || !strings.ContainsFunc(f.text[from:to], unicode.IsLetter) {
		return 0
	}
	return to
}

// isURL holds for what has a scheme, and for a domain that ends as domains do. What ends a sentence does not belong to it.
func (f *finder) isURL(from, to int) int {
	if f.before(from) == '@' || wordly(f.before(from)) {
		return 0
	}
	found := strings.TrimRight(f.text[from:to], ".,;:!?'\")]}…")
	to = from + len(found)
	if strings.Contains(found, "://") {
		return to
	}
	host, _, _ := strings.Cut(found, "/")
	host = strings.FieldsFunc(host, func(r rune) bool { return r == ':' || r == '?' || r == '#' })[0]
	end := strings.ToLower(host[strings.LastIndex(host, ".")+1:])
	if !strings.Contains(host, ".") || !strings.Contains(topDomains, " "+end+" ") || f.after(to) == '@' {
		return 0
	}
	return to
}

// sortEntities puts entities in the order of the text, the longer first.
func sortEntities(all []Entity) []Entity {
	slices.SortStableFunc(all, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length))
	})
	return all
}

// trim takes the space off both ends of a text, as the server does, and keeps the entities where they belong.
func trim(text string, entities []Entity) (string, []Entity) {
	cut := strings.TrimLeft(text, " \n\r\t")
	skipped := units(text) - units(cut)
	cut = strings.TrimRight(cut, " \n\r\t")
	end := units(cut)
	var kept []Entity
	for _, e := range entities {
		from, to := max(e.Offset-skipped, 0), min(e.Offset+e.Length-skipped, end)
		if to > from {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return cut, kept
}

// parseText reads the text of a call in its parse_mode, or with entities given apart.
func (s *Server) parseText(raw, mode, entities string) (string, []Entity, error) {
	text, made := raw, []Entity(nil)
	switch strings.ToLower(mode) {
	case "":
		if entities != "" {
			if err := json.Unmarshal([]byte(entities), &made); err != nil {
				return "", nil, badRequest("can't parse entities JSON object")
			}
		}
	case "html":
		var err error
		if text, made, err = parseHTML(raw, s.cfg.Lacks.Times); err != nil {
			return "", nil, badRequest("can't parse entities: %v", err)
		}
	case "markdown", "markdownv2":
		return "", nil, badRequest("can't parse entities: the server of this test reads HTML only")
	default:
		return "", nil, badRequest("unsupported parse_mode")
	}
	if !utf8.ValidString(text) {
		return "", nil, badRequest("strings must be encoded in UTF-8")
	}
	text, made = trim(text, made)
	made = slices.DeleteFunc(made, func(e Entity) bool { return e.Type == "text_mention" && s.users[e.UserID].ID == 0 })
	made = sortEntities(append(made, findEntities(text, made)...))
	return text, made[:min(len(made), maxEntities)], nil
}

// entitiesJSON are the entities as a message shows them.
func (s *Server) entitiesJSON(all []Entity) []object {
	var list []object
	for _, e := range all {
		raw, err := json.Marshal(e)
		if err != nil {
			panic("telegramsrv: an entity that is no JSON: " + err.Error())
		}
		var o object
		if err := json.Unmarshal(raw, &o); err != nil {
			panic("telegramsrv: an entity that is no JSON: " + err.Error())
		}
		if e.Type == "text_mention" {
			o["user"] = s.users[e.UserID].json()
		}
		list = append(list, o)
	}
	return list
}
