package storage

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// Directory is every name in sight, kept in memory to be looked up in all the ways in which people write one. It does not
// change, and is built anew when a name does.
type Directory struct {
	ids      names // by id, as it is
	exact    names // by folded name
	handles  names // by folded handle
	joined   names // without spaces, and with the surname last
	spoken   names // a Chinese name in toneless pinyin
	sounds   names // by what the ear tells apart
	surnames names // people by a surname

	entries   []entry
	employers map[string][]string // person → automakers where they hold or held an office
	parents   map[string]string   // brand → group
	presence  map[Subject]int     // accounts
	accounts  []*account
	addresses map[string]*account // by page, and by platform and name, see accountKey
	hosts     map[string]string   // host → platform

	base           *Directory // the public names, below a community's own
	hidden         map[Subject]bool
	hiddenAccounts map[string]bool // by account.key
}

// names are subjects by what they are called; each once under a name.
type names map[string][]Subject

func (n names) add(name string, s Subject) {
	if name != "" && !slices.Contains(n[name], s) {
		n[name] = append(n[name], s)
	}
}

// entry is one name as it is compared with what was mistyped.
type entry struct {
	subject  Subject
	folded   string
	joined   string
	words    []string
	initials string
	han      bool   // it has Chinese characters
	letters  uint64 // which letters occur, see lettersOf
	spare    bool   // a Chinese name as it is said, where there is another in Latin letters that people mistype
}

// ReadDirectory reads the names of the public records; of a community's, given the public names, those that it has in
// sight. It reads no record but the accounts.
func ReadDirectory(r Reader, scope Scope, public *Directory) (*Directory, error) {
	d := &Directory{
		ids: names{}, exact: names{}, handles: names{}, joined: names{}, spoken: names{}, sounds: names{}, surnames: names{},
		employers: map[string][]string{}, parents: map[string]string{}, hosts: map[string]string{}, presence: map[Subject]int{},
		addresses: map[string]*account{}, base: public, hidden: map[Subject]bool{}, hiddenAccounts: map[string]bool{},
	}
	err := errors.Join(
		eachRow(r, Executives, byName, scope, func(row IndexRow) { d.addName(row.Key[1], Person(row.Primary[1])) }),
		eachRow(r, Automakers, byName, scope, func(row IndexRow) { d.addName(row.Key[1], Company(row.Primary[1])) }),
		eachRow(r, Executives, byAutomaker, scope, func(row IndexRow) {
			d.employers[row.Primary[1]] = append(d.employers[row.Primary[1]], row.Key[1])
		}),
		eachRow(r, Automakers, byParent, scope, func(row IndexRow) { d.parents[row.Primary[1]] = row.Key[1] }),
	)
	if err != nil {
		return nil, err
	}
	for account, err := range Accounts.Scan(r, string(scope)) {
		if err != nil {
			return nil, err
		}
		d.addAccount(account)
	}
	return d, d.addPlatforms(r)
}

// eachRow calls fn with every row of one scope in an index of the roster.
func eachRow[V any](r Reader, table *Table[V], index string, scope Scope, fn func(IndexRow)) error {
	for row, err := range table.Rows(r, index, Range{Prefix: []string{string(scope)}}) {
		if err != nil {
			return err
		}
		fn(row)
	}
	return nil
}

func (d *Directory) addPlatforms(r Reader) error {
	if d.base != nil {
		return nil
	}
	for platform, err := range Platforms.Scan(r) {
		if err != nil {
			return err
		}
		for _, host := range platform.Hosts {
			d.hosts[host] = platform.ID
		}
	}
	return nil
}

// under returns whom a key of one of the maps stands for, the public ones first.
func (d *Directory) under(of func(*Directory) names, key string) []Subject {
	own := of(d)[key]
	if d.base == nil {
		return own
	}
	public := of(d.base)[key]
	if len(public) == 0 {
		return own
	}
	seen := slices.DeleteFunc(slices.Clone(public), func(s Subject) bool { return d.hidden[s] })
	for _, s := range own {
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	return seen
}

func byExact(d *Directory) names   { return d.exact }
func byHandle(d *Directory) names  { return d.handles }
func byJoined(d *Directory) names  { return d.joined }
func bySpoken(d *Directory) names  { return d.spoken }
func bySound(d *Directory) names   { return d.sounds }
func bySurname(d *Directory) names { return d.surnames }
func byItsID(d *Directory) names   { return d.ids }

// allEntries yields every name in sight.
func (d *Directory) allEntries(yield func(*entry) bool) {
	if d.base != nil {
		for i := range d.base.entries {
			if e := &d.base.entries[i]; !d.hidden[e.subject] && !yield(e) {
				return
			}
		}
	}
	for i := range d.entries {
		if !yield(&d.entries[i]) {
			return
		}
	}
}

// compare puts people before companies, and those who are seen on more platforms before others.
func (d *Directory) compare(a, b Subject) int {
	return cmp.Or(
		strings.Compare(string(b.Kind), string(a.Kind)),
		cmp.Compare(d.present(b), d.present(a)),
		cmp.Compare(min(len(d.employersOf(b.ID)), 1), min(len(d.employersOf(a.ID)), 1)),
		strings.Compare(a.ID, b.ID),
	)
}

func (d *Directory) present(s Subject) int {
	if d.base == nil {
		return d.presence[s]
	}
	return d.presence[s] + d.base.presence[s]
}

// employersOf returns where a person holds or held an office.
func (d *Directory) employersOf(person string) []string {
	if d.base != nil && !d.hidden[Person(person)] {
		return d.base.employers[person]
	}
	return d.employers[person]
}

// parentOf returns the group of a brand, or "".
func (d *Directory) parentOf(automaker string) string {
	if d.base != nil && !d.hidden[Company(automaker)] {
		return d.base.parents[automaker]
	}
	return d.parents[automaker]
}

func (d *Directory) addName(folded string, s Subject) {
	d.hidden[s] = true
	d.ids.add(s.ID, s)
	d.exact.add(folded, s)
	d.addEntry(folded, s, false)
	for _, sound := range sounds(folded) {
		d.sounds.add(sound, s)
	}
	words := strings.Fields(folded)
	d.joined.add(joinWords(folded), s)
	if s.Kind == PersonSubject {
		d.addPersonName(words, s)
	}
	if !hasHan(folded) {
		return
	}
	said := syllables(folded)
	key := joinWords(said)
	spelt := slices.Contains(d.joined[key], s)
	if !spelt {
		d.spoken.add(key, s)
	}
	d.addEntry(said, s, spelt || s.Kind == AutomakerSubject)
}

// addPersonName adds what a person alone may be called: the surname last, or the surname.
func (d *Directory) addPersonName(words []string, s Subject) {
	const mostWords = 4
	if len(words) == 1 && isAllHan(words[0]) {
		_, size := utf8.DecodeRuneInString(words[0])
		d.surnames.add(words[0][:size], s)
	}
	if len(words) < 2 || len(words) > mostWords {
		return
	}
	d.surnames.add(words[0], s)
	d.surnames.add(words[len(words)-1], s)
	for i := 1; i < len(words); i++ {
		d.joined.add(joinWords(strings.Join(words[i:], "")+strings.Join(words[:i], "")), s)
	}
}

func (d *Directory) addEntry(folded string, s Subject, spare bool) {
	e := entry{subject: s, spare: spare, folded: folded, joined: joinWords(folded), words: strings.Fields(folded), han: hasHan(folded)}
	for _, word := range e.words {
		first, _ := utf8.DecodeRuneInString(word)
		e.initials += string(first)
	}
	e.letters = lettersOf(e.joined)
	d.entries = append(d.entries, e)
}

// The longest words that are read as a name; nobody is called by more.
const (
	maxNameBytes = 160
	maxNameWords = 12
)

// MayBeName reports, cheaply, whether words are short enough to be a name at all.
func MayBeName(words string) bool {
	return len(words) <= maxNameBytes && strings.Count(words, " ") < maxNameWords
}

// Find returns whom all of the words call: by a name, an alias, an id or a handle, in any script, spelling or order, with
// whatever title around it, or by a name and a company. A person and the automaker where they hold an office, under one
// name, are the automaker. What is merely near is not found; see [Directory.Near].
func (d *Directory) Find(words string) []Subject {
	if !MayBeName(words) {
		return nil
	}
	if handle, ok := strings.CutPrefix(strings.TrimSpace(words), "@"); ok {
		if found := d.under(byHandle, Fold(handle)); len(found) > 0 {
			return found
		}
	}
	if found := d.under(byItsID, words); len(found) == 1 && strings.Contains(words, "-") {
		return found // no name is written so, and a button has to mean one alone
	}
	folded := Fold(words)
	if found := d.lookUp(folded); len(found) > 0 {
		return found
	}
	if found := d.under(byHandle, folded); len(found) > 0 {
		return found
	}
	for _, find := range []func(words, folded string) []Subject{d.findTitled, d.findAtCompany, d.findFullCompany} {
		if found := find(words, folded); len(found) > 0 {
			return found
		}
	}
	return nil
}

// lookUp finds a name as it is written, with the words set apart in another way, or by how it is said.
func (d *Directory) lookUp(folded string) []Subject {
	if folded == "" {
		return nil
	}
	if found := d.under(byExact, folded); len(found) > 0 {
		return d.withoutNamesakes(found)
	}
	joined := joinWords(folded)
	if found := d.under(byJoined, joined); len(found) > 0 {
		return d.withoutNamesakes(found)
	}
	return d.withoutNamesakes(d.under(bySpoken, joined))
}

// withoutNamesakes leaves out people who share the name with an automaker of theirs, which comes first.
func (d *Directory) withoutNamesakes(found []Subject) []Subject {
	if len(found) < 2 {
		return found
	}
	var left []Subject
	for _, s := range found {
		own := func(c Subject) bool { return c.Kind == AutomakerSubject && contains(d.employersOf(s.ID), c.ID) }
		if s.Kind != PersonSubject || !slices.ContainsFunc(found, own) {
			left = append(left, s)
		}
	}
	return left
}

// people returns the people among subjects.
func people(subjects []Subject) []Subject {
	return slices.DeleteFunc(slices.Clone(subjects), func(s Subject) bool { return s.Kind != PersonSubject })
}

// What stands around a person's name. The Han ones end it without a space.
var (
	latinTitles = []string{
		"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "monsieur", "madame", "mme", "mlle",
		"ceo", "chairman", "chair", "president", "founder", "boss", "pdg", "chairwoman",
	}
	hanTitles = []string{
		"董事长", "总经理", "总裁", "创始人", "先生", "女士", "老师", "老板", "博士", "大佬", "同学", "直播间", "直播", "账号", "总", "董", "哥", "的",
	}
)

// findTitled finds a person by the name without a title or an ending: "雷军老师", "Mr Lei Jun", "Lei Jun's". What is left
// may be a surname alone.
func (d *Directory) findTitled(words, _ string) []Subject {
	folded, titled := untitled(words)
	if !titled {
		return nil
	}
	if found := people(d.lookUp(folded)); len(found) > 0 {
		return found
	}
	named := slices.Clone(d.under(bySurname, folded))
	slices.SortFunc(named, d.compare)
	return named
}

// untitled folds words without the titles in them and reports whether there were any.
func untitled(words string) (folded string, titled bool) {
	words = strings.TrimSpace(words)
	for _, ending := range []string{"'s", "’s", "＇s"} {
		if cut, ok := strings.CutSuffix(words, ending); ok {
			words, titled = cut, true
		}
	}
	var kept []string
	for word := range strings.FieldsSeq(Fold(words)) {
		if contains(latinTitles, word) {
			titled = true
			continue
		}
		kept = append(kept, word)
	}
	folded = strings.Join(kept, " ")
	for range 2 {
		for _, title := range hanTitles {
			if cut, ok := strings.CutSuffix(folded, title); ok && cut != "" {
				folded, titled = strings.TrimSpace(cut), true
			}
		}
	}
	return folded, titled
}

// findAtCompany finds a person by their name, or their surname, and the name of a company of theirs, in either order:
// "li bin nio", "蔚来李斌", "Mr Li, NIO".
func (d *Directory) findAtCompany(_, folded string) []Subject {
	for _, parts := range splits(folded) {
		for _, order := range [][2]string{parts, {parts[1], parts[0]}} {
			companies := d.company(order[1])
			if len(companies) == 0 {
				continue // as a rule; looking for persons costs more
			}
			found := slices.DeleteFunc(d.persons(order[0]), func(p Subject) bool {
				return !slices.ContainsFunc(companies, func(c Subject) bool { return d.worksFor(p.ID, c.ID) })
			})
			if len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// persons are those who are called by a folded name, or by it as a surname.
func (d *Directory) persons(folded string) []Subject {
	if found := people(d.lookUp(folded)); len(found) > 0 {
		return found
	}
	plain, _ := untitled(folded)
	return slices.Clone(d.under(bySurname, plain))
}

// splits are the ways to take a folded name apart into two: between words, or between the characters of one Han word.
func splits(folded string) [][2]string {
	const longestHan = 16 * utf8.UTFMax
	var all [][2]string
	if !strings.Contains(folded, " ") {
		if len(folded) > longestHan || !hasHan(folded) {
			return nil
		}
		for i := range folded {
			if i > 0 {
				all = append(all, [2]string{folded[:i], folded[i:]})
			}
		}
		return all
	}
	for i, r := range folded {
		if r == ' ' {
			all = append(all, [2]string{folded[:i], folded[i+1:]})
		}
	}
	return all
}

// worksFor reports whether a person holds, or held, an office at an automaker, a brand of it, or the group that it
// belongs to.
func (d *Directory) worksFor(person, automaker string) bool {
	for _, employer := range d.employersOf(person) {
		if d.isWithin(employer, automaker) || d.isWithin(automaker, employer) {
			return true
		}
	}
	return false
}

// isWithin reports whether an automaker is another one or a brand of it.
func (d *Directory) isWithin(automaker, group string) bool {
	for range maxParents {
		if automaker == group {
			return true
		}
		automaker = d.parentOf(automaker)
	}
	return false
}

// What a company's full name may end in.
var companyEndings = []string{
	"inc", "co", "ltd", "llc", "plc", "ag", "se", "sa", "corp", "corporation", "company", "group", "groupe", "motor", "motors", "auto",
	"autos", "automotive", "automobile", "automobiles", "car", "cars", "ev", "evs", "holding", "holdings", "limited", "technology",
	"股份有限公司", "有限公司", "股份", "公司", "集团", "控股", "汽车", "科技", "品牌",
}

// company returns the automakers that are called by a folded name, with or without what a company's name ends in, "at" or
// "de" before it.
func (d *Directory) company(folded string) []Subject {
	words := strings.Fields(folded)
	for len(words) > 1 && contains(joiners, words[0]) {
		words = words[1:]
	}
	folded = strings.Join(words, " ")
	for range companyEndings {
		found := slices.DeleteFunc(slices.Clone(d.lookUp(folded)), func(s Subject) bool { return s.Kind != AutomakerSubject })
		if len(found) > 0 {
			return found
		}
		shorter, ok := cutEnding(folded)
		if !ok {
			return nil
		}
		folded = shorter
	}
	return nil
}

// joiners stand between a person or an office and a company.
var joiners = []string{"of", "at", "from", "the", "de", "du", "des", "d", "la", "le", "l", "chez", "s", "的", "and"}

func cutEnding(folded string) (string, bool) {
	for _, ending := range companyEndings {
		cut, ok := strings.CutSuffix(folded, ending)
		if ok && cut != "" && (hasHan(ending) || strings.HasSuffix(cut, " ")) {
			return strings.TrimSpace(cut), true
		}
	}
	return folded, false
}

// findFullCompany finds a company by its full name: "NIO Inc", "小米汽车有限公司", "Lynk and Co".
func (d *Directory) findFullCompany(_, folded string) []Subject {
	if found := d.lookUp(strings.ReplaceAll(folded, " and ", " ")); len(found) > 0 {
		return found
	}
	return d.company(folded)
}

// Employer returns an automaker where a person holds or held an office; "" if none is known.
func (d *Directory) Employer(person string) string {
	if employers := d.employersOf(person); len(employers) > 0 {
		return employers[0]
	}
	return ""
}
