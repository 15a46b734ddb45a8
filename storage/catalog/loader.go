package catalog

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"boardcast/storage"
)

// The kinds of record, as the files call them.
const (
	platformKind  = "platform"
	automakerKind = "automaker"
	executiveKind = "executive"
	accountKind   = "account"
	streamKind    = "stream"
	sourceKind    = "source"
)

// kinds are in the order in which they are read: each refers to those before it, or to none.
func kinds() []string {
	return []string{platformKind, sourceKind, automakerKind, executiveKind, accountKind, streamKind}
}

// loader reads the files of a catalog: first all ids, then what refers to them.
type loader struct {
	documents []*document
	broken    bool // a file is not TOML, so that its ids are not known
	mistakes  []Mistake

	ids     map[string]map[string]*section // by kind and id
	sources map[string]storage.Provenance
	zones   map[string]*time.Location
	// homes are the automakers' zones by id, hosts the platforms' hosts.
	homes   map[string]string
	hosts   map[string][]string
	catalog Catalog
}

func newLoader() *loader {
	l := &loader{
		ids:     map[string]map[string]*section{},
		sources: map[string]storage.Provenance{},
		zones:   map[string]*time.Location{},
		homes:   map[string]string{},
		hosts:   map[string][]string{},
	}
	for _, kind := range kinds() {
		l.ids[kind] = map[string]*section{}
	}
	return l
}

func (l *loader) parse(name string, data []byte) {
	d, failed := newDocument(name, data)
	if failed != nil {
		l.mistakes, l.broken = append(l.mistakes, *failed), true
		return
	}
	l.documents = append(l.documents, d)
}

// read reads what the documents say. When one of them could not be parsed the others are not looked at: most of what would be
// found wrong is only missing.
func (l *loader) read() {
	if l.broken {
		return
	}
	l.readHead()
	var sections []*section
	for _, d := range l.documents {
		sections = append(sections, l.declare(d)...)
	}
	readers := map[string]func(*section){
		platformKind: l.readPlatform, sourceKind: l.readSource, automakerKind: l.readAutomaker,
		executiveKind: l.readExecutive, accountKind: l.readAccount, streamKind: l.readStream,
	}
	for _, kind := range kinds() {
		for _, s := range sections {
			if s.kind() == kind {
				readers[kind](s)
				s.end()
			}
		}
	}
}

func (s *section) kind() string {
	kind, _, _ := strings.Cut(s.label, " ")
	return kind
}

// readHead reads the format and the version, from the one file that has them.
func (l *loader) readHead() {
	i := slices.IndexFunc(l.documents, func(d *document) bool { return d.name == headFile })
	if i < 0 {
		l.mistakes = append(l.mistakes, Mistake{File: headFile, Say: "no such file; it says format = 1 and the version"})
		return
	}
	head := &section{loader: l, file: l.documents[i], label: "head", table: l.documents[i].root}
	if n := head.count("format"); n != 0 && n != format {
		head.wrong(head.place("format"), "format %d is not known to this boardcast, which reads format %d", n, format)
	}
	l.catalog.Version = int(head.count("version"))
	head.need("format", "version")
}

// declare takes in the ids of a document and returns its records.
func (l *loader) declare(d *document) []*section {
	root := &section{loader: l, file: d, label: "file", table: d.root, asked: kinds()}
	if d.name == headFile {
		root.asked = append(root.asked, "format", "version")
	}
	root.end()
	var sections []*section
	for _, kind := range kinds() {
		for _, s := range root.subs(kind) {
			s.declare(kind)
			sections = append(sections, s)
		}
	}
	return sections
}

var slug = regexp.MustCompile(`^[a-z0-9-]{1,20}$`)

// checkID says what is wrong with an id.
func (s *section) checkID(kind, id string) {
	if kind != streamKind {
		if !slug.MatchString(id) {
			s.wrong(s.place("id"), "id %q must be 1 to 20 of a-z, 0-9 and -", id)
		}
		return
	}
	const longest = len("szzz")
	if stored, ok := storage.ParseID("s", id); !ok || stored != id || len(id) > longest {
		s.wrong(s.place("id"), "id %q must be one of s1 to szzz, of 0-9 and b-z without vowels and l, such as s7k", id)
	}
}

// declare takes in the id of a section and labels it with its kind and id.
func (s *section) declare(kind string) {
	s.label = kind
	if kind == accountKind {
		return // known by whose it is, and where
	}
	id := s.text("id")
	s.label = strings.TrimSpace(kind + " " + id)
	s.need("id")
	if id == "" {
		return
	}
	s.checkID(kind, id)
	if first, taken := s.ids[kind][id]; taken {
		s.wrong(s.place("id"), "the id is taken by %s", first.line())
		return
	}
	s.ids[kind][id] = s
}

// line says where the section is, such as "xiaomi.toml:12".
func (s *section) line() string {
	at := s.file.mistake(s.at, "")
	return fmt.Sprintf("%s:%d", at.File, at.Line)
}

func (l *loader) readPlatform(s *section) {
	p := storage.Platform{ID: s.text("id"), Names: s.names("names"), Hosts: s.texts("hosts")}
	s.need("names")
	l.hosts[p.ID] = p.Hosts
	l.catalog.Platforms = append(l.catalog.Platforms, p)
}

// readSource keeps what records take from a source. Its title, date and reliability are for the people who judge a change.
func (l *loader) readSource(s *section) {
	p := storage.Provenance{Source: s.text("outlet"), URL: s.address("url")}
	s.text("title")
	s.date("date")
	s.oneOf("reliability", "A", "B", "C", "D")
	s.need("outlet", "reliability")
	l.sources[s.text("id")] = p
}

// address reads a URL. Given hosts, it must be on one of them.
func (s *section) address(key string, hosts ...string) string {
	text := s.text(key)
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		s.wrong(s.place(key), "%s %q is no address; write it as https://…", key, text)
		return text
	}
	known := func(host string) bool { return u.Host == host || strings.HasSuffix(u.Host, "."+host) }
	if len(hosts) > 0 && !slices.ContainsFunc(hosts, known) {
		s.wrong(s.place(key), "%s is not on %s", key, strings.Join(hosts, " or "))
	}
	return text
}

// source reads the one source of something.
func (s *section) source() storage.Provenance {
	s.need("source")
	return s.sources[s.ref("source", sourceKind)]
}

// provenance reads the sources of a record, which has one at least.
func (s *section) provenance() []storage.Provenance {
	ids := s.refs("sources", sourceKind)
	if len(ids) == 0 {
		s.wrong(s.place("sources"), "sources is missing; name one at least")
	}
	var sources []storage.Provenance
	for _, id := range ids {
		sources = append(sources, s.sources[id])
	}
	return sources
}
