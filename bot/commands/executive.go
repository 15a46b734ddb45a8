package commands

import (
	"context"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// What a moderator may write of a person, in characters and items. It bounds what saving one costs.
const (
	nameLength  = 40
	roleLength  = 80
	nameWords   = 8
	mostAliases = 12
	mostOffices = 8
)

func (f *family) executiveCommand() *bot.Command {
	return &bot.Command{
		Name: "executive", Summary: "executive.summary", Access: bot.Moderator, Minor: true,
		Sub: []*bot.Command{f.executiveAdd(), f.executiveEdit()},
	}
}

func (f *family) executiveAdd() *bot.Command {
	name, company := f.newNameOption().Required(), f.companyOption().Required().Asked("ask.company")
	role := bot.TextOption("role", "option.role", roleLength)
	chinese := bot.TextOption("zh", "option.zh", nameLength).Named()
	alias := bot.TextOption("alias", "option.alias", mostAliases*nameLength).Named()
	from := dateOption("from", "option.from")
	another := bot.ChoiceOption("new", "option.new_person", "yes").Named()
	return &bot.Command{
		Name: "add", Summary: "executive.add", Access: bot.Moderator,
		Options: []bot.Param{name, company, role, chinese, alias, from, another},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			p := personEdit{
				name: name.Of(req), chinese: chinese.Of(req), aliases: bot.SplitList(alias.Of(req)),
				company: company.Of(req).ID, role: role.Of(req), from: from.Of(req),
			}
			_, sure := another.Given(req)
			return f.changePerson(ctx, req, func(tx storage.Tx, v cards.View, scope storage.Scope) (before *storage.Executive, after storage.Executive, err error) {
				if !sure {
					if err := refuseKnown(v, req, p); err != nil {
						return nil, storage.Executive{}, err
					}
				}
				added := storage.Executive{Scope: scope, Sources: []storage.Provenance{{By: req.From.Name}}}
				if after, err = p.apply(req, added); err != nil {
					return nil, storage.Executive{}, err
				}
				after.ID, err = storage.NewExecutiveID(tx, scope, after.Names)
				return nil, after, err
			})
		},
	}
}

func (f *family) executiveEdit() *bot.Command {
	who, company := f.personOption().Required(), f.companyOption()
	role := bot.TextOption("role", "option.role", roleLength)
	from, to := dateOption("from", "option.from"), dateOption("to", "option.to")
	name := bot.TextOption("name", "option.person_name", nameLength).Named()
	chinese := bot.TextOption("zh", "option.zh", nameLength).Named()
	alias := bot.TextOption("alias", "option.alias", mostAliases*nameLength).Named()
	return &bot.Command{
		Name: "edit", Summary: "executive.edit", Access: bot.Moderator,
		Options: []bot.Param{who, company, role, from, to, name, chinese, alias},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			id := who.Of(req).ID
			p := personEdit{
				name: name.Of(req), chinese: chinese.Of(req), aliases: bot.SplitList(alias.Of(req)),
				company: company.Of(req).ID, role: role.Of(req), from: from.Of(req), to: to.Of(req),
			}
			if len(p.names()) == 0 && p.company+p.role+p.from+p.to == "" {
				return bot.Post{}, bot.NewError(bot.Invalid, "executive.edit_what", bot.Args{"ID": bot.Lit(id)},
					bot.PressLine("/who "+id))
			}
			return f.changePerson(ctx, req, func(tx storage.Tx, v cards.View, scope storage.Scope) (*storage.Executive, storage.Executive, error) {
				before, err := storage.Scoped{Reader: tx, Scope: scope}.Executive(id)
				if isAbsent(err) {
					return nil, storage.Executive{}, onlyHere(v, storage.Person(id))
				}
				if err != nil {
					return nil, storage.Executive{}, err
				}
				after, err := p.apply(req, before)
				if err == nil && reflect.DeepEqual(before, after) {
					err = bot.NewError(bot.Conflict, "executive.as_it_is", nil, bot.PressLine("/who "+id))
				}
				after.Scope = scope
				return &before, after, err
			})
		},
	}
}

// onlyHere says that an operator cannot change for everyone what this community alone knows.
func onlyHere(v cards.View, subject storage.Subject) error {
	name, err := v.Subject(subject)
	if err != nil {
		return err
	}
	return bot.NewError(bot.Conflict, "executive.only_here", bot.Args{"Who": name},
		bot.PressLine("/who "+subject.ID))
}

// changePerson saves a person as alter has them, for the scope that the change goes to, and answers with the profile.
func (f *family) changePerson(ctx context.Context, req *bot.Request,
	alter func(tx storage.Tx, v cards.View, scope storage.Scope) (before *storage.Executive, after storage.Executive, err error),
) (bot.Post, error) {
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		before, after, err := alter(tx, f.viewOf(tx, req, chat), scopeOf(req, chat))
		if err != nil {
			return err
		}
		e.Changes = []storage.Change{{Executive: &storage.Changed[storage.Executive]{Before: before, After: &after}}}
		return storage.SaveExecutive(tx, req.Now, after)
	}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
		c := e.Changes[0].Executive
		who, err := v.WithEmployers(c.After.ID)
		if err != nil {
			return bot.Post{}, err
		}
		post, err := v.Profile(c.After.ID)
		post.Headline = bot.Say("executive.added", bot.Args{"Who": who})
		if c.Before != nil {
			post.Headline = bot.Say("executive.changed", bot.Args{"Who": who})
		}
		post.Buttons = []bot.Button{undoHint()}
		return post, err
	})
}

// personEdit is what is said anew of a person; empty: nothing.
type personEdit struct {
	name, chinese, company, role, from, to string
	aliases                                []string
}

// names are all that the person is to be called.
func (p personEdit) names() []string {
	return slices.DeleteFunc(append([]string{p.name, p.chinese}, p.aliases...), func(name string) bool { return name == "" })
}

// apply says it of a person. What was not given stays.
func (p personEdit) apply(req *bot.Request, e storage.Executive) (storage.Executive, error) {
	e.Names = maps.Clone(e.Names)
	if e.Names == nil {
		e.Names = storage.Names{}
	}
	if p.name != "" {
		e.Names[languageOf(p.name, "en")] = p.name
	}
	if p.chinese != "" {
		e.Names["zh"] = p.chinese
	}
	e.Aliases = slices.Clone(e.Aliases)
	for _, alias := range p.aliases {
		if utf8.RuneCountInString(alias) > nameLength {
			return e, bot.NewError(bot.Limit, "error.too_long", bot.Args{"Max": bot.N(nameLength)})
		}
		if !slices.Contains(e.Aliases, alias) {
			e.Aliases = append(e.Aliases, alias)
		}
	}
	if len(p.aliases) > 0 && len(e.Aliases) > mostAliases {
		return e, bot.NewError(bot.Limit, "executive.too_many_aliases", bot.Args{"Max": bot.N(mostAliases)})
	}
	if p.company+p.role+p.from+p.to == "" {
		return e, nil
	}
	return p.applyOffice(req, e)
}

// languageOf is the language of words: Chinese if they have a Han character.
func languageOf(words, other string) string {
	if strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return other
}

// applyOffice changes the office at the company, or the one held today where none is named; a new one comes first.
func (p personEdit) applyOffice(req *bot.Request, e storage.Executive) (storage.Executive, error) {
	e.Offices = slices.Clone(e.Offices)
	at := p.officeOf(e, req.Now)
	switch {
	case at < 0 && p.company == "":
		return e, bot.NewError(bot.Invalid, "executive.at_which", nil, bot.PressLine("/who"))
	case at < 0 && len(e.Offices) >= mostOffices:
		return e, bot.NewError(bot.Limit, "executive.too_many_offices", bot.Args{"Max": bot.N(mostOffices)})
	case at < 0:
		added := storage.Office{Automaker: p.company, Source: storage.Provenance{By: req.From.Name}}
		e.Offices, at = slices.Insert(e.Offices, 0, added), 0
	}
	office := &e.Offices[at]
	if p.role != "" && !slices.Contains(slices.Collect(maps.Values(office.Role)), p.role) {
		office.Role = storage.Names{languageOf(p.role, "en"): p.role}
	}
	if p.from != "" {
		office.From = p.from
	}
	if p.to != "" {
		office.To = p.to
	}
	if n := min(len(office.From), len(office.To)); office.To[:n] < office.From[:n] {
		return e, bot.NewError(bot.Invalid, "executive.ends_first", bot.Args{"From": bot.Lit(office.From), "To": bot.Lit(office.To)})
	}
	return e, nil
}

// officeOf is the place of the office that is meant among a person's; -1 if there is none yet.
func (p personEdit) officeOf(e storage.Executive, now time.Time) int {
	at := slices.IndexFunc(e.Offices, func(o storage.Office) bool {
		return o.Held(now) && (p.company == "" || o.Automaker == p.company)
	})
	if at >= 0 || p.company == "" {
		return at
	}
	return slices.IndexFunc(e.Offices, func(o storage.Office) bool { return o.Automaker == p.company })
}

// refuseKnown asks whether a person who is being added is one who is known by one of the names.
func refuseKnown(v cards.View, req *bot.Request, p personEdit) error {
	const most = 3
	var known []storage.Subject
	for _, name := range p.names() {
		found, err := v.Called(storage.Fold(name))
		if err != nil {
			return err
		}
		for _, subject := range found {
			if subject.Kind == storage.PersonSubject && !slices.Contains(known, subject) && len(known) < most {
				known = append(known, subject)
			}
		}
	}
	if len(known) == 0 {
		return nil
	}
	e := &bot.Error{Code: bot.Conflict}
	for _, subject := range known {
		who, err := v.WithEmployers(subject.ID)
		if err != nil {
			return err
		}
		line, err := p.lineFor(v, subject.ID)
		if err != nil {
			return err
		}
		if len(e.Say) == 0 {
			e.Say = bot.Say("executive.known", bot.Args{"Who": who})
		}
		e.Try = append(e.Try, bot.Press(bot.Say("executive.same", bot.Args{"Who": who}), line))
	}
	e.Try = append(e.Try, bot.Press(bot.Say("executive.another"), req.Line+" new=yes"))
	return e
}

// lineFor is the line for when a person who was to be added is one who is known: it adds the office, if that is new.
func (p personEdit) lineFor(v cards.View, id string) (string, error) {
	person, err := v.Executive(id)
	if err != nil {
		return "", err
	}
	if slices.Contains(person.Automakers(v.Now), p.company) {
		return "/who " + id, nil
	}
	line := "/executive edit " + id + " company=" + p.company
	if p.role != "" {
		line += ` role="` + strings.ReplaceAll(p.role, `"`, "'") + `"`
	}
	if p.from != "" {
		line += " from=" + p.from
	}
	return line, nil
}

// newNameOption is an option that is the name of somebody new. It ends before a company's name, which follows it.
func (f *family) newNameOption() bot.Option[string] {
	o := bot.NewOption("name", "option.person_name", func(ctx context.Context, req *bot.Request, words string) (string, error) {
		name := bot.Clean(words)
		if storage.Fold(name) == "" {
			return "", bot.ErrNotThis
		}
		parts := strings.Fields(name)
		var holds bool
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			holds, err = holdsCompany(v, parts[:min(len(parts), nameWords+1)], behind(req.Line, words))
			return err
		})
		switch {
		case err != nil:
			return "", err
		case holds:
			return "", bot.ErrNotThis
		case len(parts) > nameWords || utf8.RuneCountInString(name) > nameLength:
			return "", badName(words)
		}
		return name, nil
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return badName(words)
	})
}

func badName(words string) error {
	return bot.NewError(bot.Invalid, "executive.bad_name", bot.Args{"Words": bot.Quote(words), "Max": bot.N(nameLength)})
}

// companyWords is how many words a company's name has at most.
const companyWords = 4

// behind are the first words of a line that follow some words of it.
func behind(line, words string) []string {
	_, rest, _ := strings.Cut(line, words)
	next := strings.Fields(rest)
	return next[:min(len(next), companyWords-1)]
}

// holdsCompany reports whether a company's name begins among words, but for the first; it may go on in the next ones.
func holdsCompany(v cards.View, words, next []string) (bool, error) {
	all := slices.Concat(words, next)
	for i := 1; i < len(words); i++ {
		for j := i + 1; j <= min(i+companyWords, len(all)); j++ {
			found, err := v.Called(storage.Fold(strings.Join(all[i:j], " ")))
			if err != nil {
				return false, err
			}
			if slices.ContainsFunc(found, func(s storage.Subject) bool { return s.Kind == storage.AutomakerSubject }) {
				return true, nil
			}
		}
	}
	return false, nil
}

// personOption is an option that is a person.
func (f *family) personOption() bot.Option[storage.Subject] {
	return f.only(storage.PersonSubject, "who", "option.person", "executive.person_only")
}

// companyOption is an option that is a company.
func (f *family) companyOption() bot.Option[storage.Subject] {
	return f.only(storage.AutomakerSubject, "company", "option.company", "executive.company_only")
}

// only is an option that is a subject of one kind. unknown is the key of the sentence for when there is none of that name.
func (f *family) only(kind storage.SubjectKind, name, summary, unknown string) bot.Option[storage.Subject] {
	o := bot.NewOption(name, summary, func(ctx context.Context, req *bot.Request, words string) (storage.Subject, error) {
		if isNoWho(words) {
			return storage.Subject{}, bot.ErrNotThis
		}
		var subject storage.Subject
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			subject, err = readCalled(v, words)
			return err
		})
		if err == nil && subject.Kind != kind {
			err = bot.ErrNotThis
		}
		return subject, err
	})
	return o.Proposing(func(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
		err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
			choices, err = proposeKind(v, kind, typed)
			return err
		})
		return choices, err
	}).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		e := &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say(unknown, bot.Args{"Words": bot.Quote(words)})}
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
			near, err := nearWho(v, words)
			if err != nil {
				return err
			}
			e.Choices, err = ofKind(v, kind, near)
			return err
		})
		if err != nil {
			return err
		}
		return e
	})
}

// ofKind are the choices that are subjects of a kind.
func ofKind(v cards.View, kind storage.SubjectKind, choices []bot.Choice) ([]bot.Choice, error) {
	var fitting []bot.Choice
	for _, choice := range choices {
		known, err := isKnown(v.Scoped, storage.Subject{Kind: kind, ID: choice.Value})
		if err != nil {
			return nil, err
		}
		if known {
			fitting = append(fitting, choice)
		}
	}
	return fitting, nil
}

// proposeKind lists the subjects of a kind that may be meant by a beginning.
func proposeKind(v cards.View, kind storage.SubjectKind, typed string) ([]bot.Choice, error) {
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	fitting := slices.DeleteFunc(l.names.Complete(typed, math.MaxInt), func(s storage.Subject) bool { return s.Kind != kind })
	return l.choices(fitting[:min(len(fitting), mostProposed)])
}

// dateOption is an option that is a day, a month or a year.
func dateOption(name, summary string) bot.Option[string] {
	o := bot.NewOption(name, summary, func(_ context.Context, req *bot.Request, words string) (string, error) {
		if bot.Means(words, "today") {
			return req.Now.In(req.Zone).Format(time.DateOnly), nil
		}
		for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
			if _, err := time.Parse(layout, words); err == nil {
				return words, nil
			}
		}
		return "", bot.ErrNotThis
	})
	return o.Explained(func(_ context.Context, req *bot.Request, words string) error {
		today := req.Now.In(req.Zone).Format(time.DateOnly)
		return &bot.ChoiceError{
			Code: bot.Invalid, Say: bot.Say("executive.bad_date", bot.Args{"Words": bot.Quote(words)}),
			Choices: []bot.Choice{{Value: today}, {Value: today[:7]}, {Value: today[:4]}},
		}
	}).Proposing(proposeDates)
}
