package telegramsrv

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Entity is a part of a text with a meaning. Its offset and length are in UTF-16 units, as the Bot API counts.
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`              // of a text_link
	UserID   int64  `json:"-"`                          // of a text_mention
	Language string `json:"language,omitempty"`         // of a pre
	Emoji    string `json:"custom_emoji_id,omitempty"`  // of a custom_emoji
	Unix     int64  `json:"unix_time,omitempty"`        // of a date_time
	Format   string `json:"date_time_format,omitempty"` // of a date_time

	// Found is an entity that nobody wrote: the server found it in the text, a mention or a link for instance.
	Found bool `json:"-"`
}

// In is the part of a text that an entity covers.
func (e Entity) In(text string) string {
	units := utf16.Encode([]rune(text))
	if e.Offset < 0 || e.Offset+e.Length > len(units) {
		return ""
	}
	return string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
}

// units is how long a text is in UTF-16 units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// tags are the entities that the tags of the HTML mode make.
var tags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
	"a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
	"tg-time": "date_time",
}

// timeFormat is what a tg-time may ask for.
var timeFormat = regexp.MustCompile(`^(r|w?[dD]?[tT]?)$`)

// openTag is a tag that waits for its end.
type openTag struct {
	name  string
	at    int // in the text, in UTF-16 units
	bytes int // in the text
	attr  map[string]string
}

// htmlParser reads a text in the HTML mode, from left to right. Offsets in its errors are in bytes of the source.
type htmlParser struct {
	src      string
	pos      int
	noTimes  bool
	text     strings.Builder
	units    int
	open     []openTag
	entities []Entity
}

// parseHTML makes plain text and entities of a text in the HTML mode. The error is what is wrong, without "can't parse entities".
func parseHTML(src string, noTimes bool) (string, []Entity, error) {
	p := &htmlParser{src: src, noTimes: noTimes}
	for p.pos < len(p.src) {
		if err := p.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, wrong(`Can't find end tag corresponding to start tag "%s"`, p.open[n-1].name)
	}
	return p.text.String(), p.entities, nil
}

func (p *htmlParser) step() error {
	switch {
	case p.src[p.pos] == '&':
		r, size := decodeReference(p.src[p.pos:])
		p.write(r)
		p.pos += size
	case p.src[p.pos] != '<':
		r, size := utf8.DecodeRuneInString(p.src[p.pos:])
		p.write(r)
		p.pos += size
	case strings.HasPrefix(p.src[p.pos:], "</"):
		return p.end()
	default:
		return p.start()
	}
	return nil
}

func (p *htmlParser) write(r rune) {
	p.text.WriteRune(r)
	p.units += utf16.RuneLen(r)
}

// decodeReference reads a character reference, or the & itself if it is none: Telegram knows four names, and numbers.
func decodeReference(src string) (rune, int) {
	names := []struct {
		name string
		is   rune
	}{{"&lt", '<'}, {"&gt", '>'}, {"&amp", '&'}, {"&quot", '"'}}
	for _, n := range names {
		if strings.HasPrefix(src, n.name) && !letterAt(src, len(n.name)) {
			return n.is, withSemicolon(src, len(n.name))
		}
	}
	if digits, ok := strings.CutPrefix(src, "&#"); ok {
		if r, size := decodeNumber(digits); size > 0 {
			return r, withSemicolon(src, 2+size)
		}
	}
	return '&', 1
}

func letterAt(src string, at int) bool {
	return at < len(src) && (src[at]|0x20 >= 'a' && src[at]|0x20 <= 'z')
}

func withSemicolon(src string, at int) int {
	if at < len(src) && src[at] == ';' {
		return at + 1
	}
	return at
}

func decodeNumber(src string) (rune, int) {
	base, prefix, digits := 10, 0, "0123456789"
	if strings.HasPrefix(src, "x") {
		base, prefix, digits = 16, 1, "0123456789abcdefABCDEF"
	}
	end := prefix
	for end < len(src) && strings.IndexByte(digits, src[end]) >= 0 {
		end++
	}
	n, err := strconv.ParseInt(src[prefix:end], base, 32)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0, 0
	}
	return rune(n), end
}

// start reads a start tag.
func (p *htmlParser) start() error {
	begin := p.pos
	name := p.name(begin + 1)
	p.pos = begin + 1 + len(name)
	tag := openTag{name: strings.ToLower(name), at: p.units, bytes: p.text.Len(), attr: map[string]string{}}
	if p.pos >= len(p.src) {
		return wrong("Unclosed start tag at byte offset %d", begin)
	}
	if _, known := tags[tag.name]; !known || tag.name == "tg-time" && p.noTimes {
		return wrong(`Unsupported start tag "%s" at byte offset %d`, tag.name, begin)
	}
	if err := p.attributes(begin, &tag); err != nil {
		return err
	}
	if err := tag.check(begin); err != nil {
		return err
	}
	p.open = append(p.open, tag)
	return nil
}

// name reads up to a space or the end of a tag.
func (p *htmlParser) name(from int) string {
	end := from
	for end < len(p.src) && p.src[end] != '>' && !space(p.src[end]) {
		end++
	}
	return p.src[from:end]
}

func space(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// attributes reads up to and with the > of a start tag.
func (p *htmlParser) attributes(begin int, tag *openTag) error {
	for {
		for p.pos < len(p.src) && space(p.src[p.pos]) {
			p.pos++
		}
		if p.pos >= len(p.src) {
			return wrong("Unclosed start tag at byte offset %d", begin)
		}
		if p.src[p.pos] == '>' {
			p.pos++
			return nil
		}
		if err := p.attribute(begin, tag); err != nil {
			return err
		}
	}
}

func (p *htmlParser) attribute(begin int, tag *openTag) error {
	from := p.pos
	for p.pos < len(p.src) && !space(p.src[p.pos]) && p.src[p.pos] != '=' && p.src[p.pos] != '>' {
		p.pos++
	}
	name := strings.ToLower(p.src[from:p.pos])
	if name == "" {
		return wrong(`Empty attribute name in the tag "%s" at byte offset %d`, tag.name, begin)
	}
	if p.pos >= len(p.src) || p.src[p.pos] != '=' {
		tag.attr[name] = ""
		return nil
	}
	p.pos++
	value, ok := p.value()
	if !ok {
		return wrong("Unclosed start tag at byte offset %d", begin)
	}
	tag.attr[name] = value
	return nil
}

// value reads the value of an attribute, in quotes or not.
func (p *htmlParser) value() (string, bool) {
	if p.pos >= len(p.src) {
		return "", false
	}
	quote := p.src[p.pos]
	if quote != '"' && quote != '\'' {
		value := p.name(p.pos)
		p.pos += len(value)
		return value, true
	}
	p.pos++
	var value strings.Builder
	for p.pos < len(p.src) && p.src[p.pos] != quote {
		r, size := utf8.DecodeRuneInString(p.src[p.pos:])
		if r == '&' {
			r, size = decodeReference(p.src[p.pos:])
		}
		value.WriteRune(r)
		p.pos += size
	}
	if p.pos >= len(p.src) {
		return "", false
	}
	p.pos++
	return value.String(), true
}

// check says what a tag lacks.
func (t *openTag) check(begin int) error {
	switch t.name {
	case "span":
		if t.attr["class"] != "tg-spoiler" {
			return wrong(`Tag "span" must have class "tg-spoiler" at byte offset %d`, begin)
		}
	case "tg-emoji":
		if _, err := strconv.ParseUint(t.attr["emoji-id"], 10, 64); err != nil {
			return wrong("Invalid custom emoji identifier specified")
		}
	case "tg-time":
		if _, err := strconv.ParseInt(t.attr["unix"], 10, 64); err != nil {
			return wrong(`Tag "tg-time" must have valid attribute "unix" at byte offset %d`, begin)
		}
		if !timeFormat.MatchString(t.attr["format"]) {
			return wrong(`Tag "tg-time" has invalid attribute "format" at byte offset %d`, begin)
		}
	}
	return nil
}

// end reads an end tag.
func (p *htmlParser) end() error {
	begin := p.pos
	if len(p.open) == 0 {
		return wrong("Unexpected end tag at byte offset %d", begin)
	}
	name := p.name(begin + 2)
	p.pos = begin + 2 + len(name)
	for p.pos < len(p.src) && space(p.src[p.pos]) {
		p.pos++
	}
	if p.pos >= len(p.src) || p.src[p.pos] != '>' {
		return wrong("Unclosed end tag at byte offset %d", begin)
	}
	p.pos++
	tag := p.open[len(p.open)-1]
	if name != "" && strings.ToLower(name) != tag.name {
		return wrong(`Unmatched end tag at byte offset %d, expected "</%s>", found "</%s>"`, begin, tag.name, strings.ToLower(name))
	}
	p.open = p.open[:len(p.open)-1]
	p.close(tag)
	return nil
}

// close makes the entity of a tag. A link that leads nowhere and a tag around nothing make none, and neither does a tag inside
// code or pre: the real server drops these without a word.
func (p *htmlParser) close(t openTag) {
	e := Entity{Type: tags[t.name], Offset: t.at, Length: p.units - t.at}
	inside := p.text.String()[t.bytes:]
	switch t.name {
	case "a":
		if !p.link(&e, t.attr["href"], inside) {
			return
		}
	case "blockquote":
		if _, ok := t.attr["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	case "code":
		if p.language(t) {
			return
		}
	case "pre":
		e.Language = t.attr["language"]
	case "tg-emoji":
		e.Emoji = t.attr["emoji-id"]
	case "tg-time":
		e.Unix, _ = strconv.ParseInt(t.attr["unix"], 10, 64) // checked at its start
		e.Format = t.attr["format"]
	}
	if e.Length == 0 || p.insideCode() {
		return
	}
	p.entities = append(p.entities, e)
}

func (p *htmlParser) insideCode() bool {
	for _, t := range p.open {
		if t.name == "code" || t.name == "pre" {
			return true
		}
	}
	return false
}

// language takes the language of <pre><code class="language-…">, which is one entity and not two.
func (p *htmlParser) language(t openTag) bool {
	n := len(p.open)
	if n == 0 || p.open[n-1].name != "pre" || p.open[n-1].at != t.at {
		return false
	}
	name, ok := strings.CutPrefix(t.attr["class"], "language-")
	if ok {
		p.open[n-1].attr["language"] = name
	}
	return ok
}

// link completes the entity of an <a>, and reports whether it leads anywhere.
func (*htmlParser) link(e *Entity, href, inside string) bool {
	if href == "" {
		href = inside
	}
	if id, ok := strings.CutPrefix(href, "tg://user?id="); ok {
		n, err := strconv.ParseInt(id, 10, 64)
		e.Type, e.UserID = "text_mention", n
		return err == nil
	}
	full, ok := validURL(href)
	e.URL = full
	return ok
}

// validURL completes a URL as the server does, and reports whether it is one.
func validURL(raw string) (string, bool) {
	raw = strings.TrimSpace(raw)
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || strings.ContainsFunc(raw, unicode.IsSpace) {
		return "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "tg", "ton", "tonsite":
		return raw, true
	case "http", "https", "ftp":
	default:
		return "", false
	}
	host := u.Hostname()
	if !strings.Contains(host, ".") && !strings.Contains(host, ":") && host != "localhost" {
		return "", false
	}
	if u.Path == "" && u.RawQuery == "" && u.Fragment == "" {
		raw += "/"
	}
	return raw, true
}

// parseError is what is wrong with a text, in the words of Telegram, which begin as sentences.
type parseError string

func (e parseError) Error() string { return string(e) }

func wrong(format string, args ...any) error { return parseError(fmt.Sprintf(format, args...)) }
