package cards

import (
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// recentOnProfile is how many past streams a profile shows.
const recentOnProfile = 3

// Profile is what is known of a person: offices, accounts, what is next, and how it went.
func (v View) Profile(id string) (bot.Post, error) {
	person, err := v.Executive(id)
	if err != nil {
		return bot.Post{}, err
	}
	fields, err := v.offices(person)
	if err != nil {
		return bot.Post{}, err
	}
	accounts, err := v.accounts(storage.Person(id))
	if err != nil {
		return bot.Post{}, err
	}
	employers, err := v.companies(person.Automakers(v.Now))
	if err != nil {
		return bot.Post{}, err
	}
	name := v.bothNames(person.Names)
	post := bot.Post{Headline: name.With(bot.Strong), Author: bot.Join(" · ", name, employers), Footer: bot.Lit(id)}
	if person.Description != "" {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Lit(person.Description)})
	}
	if fields = append(fields, accounts...); len(fields) > 0 {
		post.Body = append(post.Body, fields)
	}
	return v.profile(storage.Person(id), post)
}

// CompanyProfile is what is known of an automaker: its people, accounts, what is next, and how it went.
func (v View) CompanyProfile(id string) (bot.Post, error) {
	automaker, err := v.Automaker(id)
	if err != nil {
		return bot.Post{}, err
	}
	people := bot.List{Title: bot.Say("who.people")}
	for person, err := range v.PeopleOf(id) {
		if err != nil {
			return bot.Post{}, err
		}
		people.Items = append(people.Items, bot.Joined(bot.AsideMark, v.bothNames(person.Names), v.officeAt(person, id)))
	}
	people.Items = brief(people.Items)
	accounts, err := v.accounts(storage.Company(id))
	if err != nil {
		return bot.Post{}, err
	}
	name := v.bothNames(automaker.Names)
	post := bot.Post{Headline: name.With(bot.Strong), Author: name, Footer: bot.Lit(id)}
	if len(people.Items) > 0 {
		post.Body = append(post.Body, people)
	}
	if len(accounts) > 0 {
		post.Body = append(post.Body, accounts)
	}
	return v.profile(storage.Company(id), post)
}

// officeAt is what a person is at an automaker: an office of today, or else another one, with its dates where it ends or is not
// of today.
func (v View) officeAt(person storage.Executive, automaker string) bot.Text {
	there := slices.DeleteFunc(slices.Clone(person.Offices), func(o storage.Office) bool { return o.Automaker != automaker })
	if len(there) == 0 {
		return nil
	}
	office := there[max(slices.IndexFunc(there, func(o storage.Office) bool { return o.Held(v.Now) }), 0)]
	role := bot.Lit(office.Role.In(v.Locale)).OrNone()
	if office.To == "" && office.Held(v.Now) {
		return role
	}
	return bot.Joined(bot.AsideMark, role, v.Term(office))
}

// profile adds what all profiles have: what can be seen, what is next, and how it went.
func (v View) profile(subject storage.Subject, post bot.Post) (bot.Post, error) {
	var next, past []storage.Stream
	for s, err := range v.Coming(subject, v.Now) {
		if err != nil {
			return bot.Post{}, err
		}
		if s.Upcoming() {
			next = append(next, s)
			break
		}
	}
	for s, err := range v.Past(subject, v.Now) {
		if err != nil {
			return bot.Post{}, err
		}
		if past = append(past, s); len(past) == recentOnProfile {
			break
		}
	}
	for _, part := range []struct {
		title   string
		streams []storage.Stream
	}{{"who.next", next}, {"who.recent", past}} {
		list, err := v.List(bot.Say(part.title), part.streams)
		if err != nil {
			return bot.Post{}, err
		}
		if len(list.Items) > 0 {
			post.Body = append(post.Body, list)
		}
	}
	if len(next) == 0 {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("next.none_known")})
	}
	post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("sight.told").With(bot.Faint)})
	return post, nil
}

// Employers are the automakers where a person holds an office today.
func (v View) Employers(person string) (bot.Text, error) {
	record, err := v.Executive(person)
	if err != nil {
		return nil, err
	}
	return v.companies(record.Automakers(v.Now))
}

// offices are a person's offices as fields, with the dates that are known.
func (v View) offices(person storage.Executive) (bot.Fields, error) {
	var fields bot.Fields
	for _, office := range person.Offices {
		company, err := v.Company(office.Automaker)
		if err != nil {
			return nil, err
		}
		value := bot.Joined(bot.AsideMark, bot.Lit(office.Role.In(v.Locale)).OrNone(), v.Term(office))
		if len(value) == 0 {
			value = bot.Say("who.no_role")
		}
		fields = append(fields, bot.Field{Name: company, Value: value})
	}
	return fields, nil
}

// Term says from when to when an office was held, as far as that is known.
func (View) Term(office storage.Office) bot.Text {
	switch {
	case office.From != "" && office.To != "":
		return bot.Join(" – ", partialDate(office.From), partialDate(office.To))
	case office.From != "":
		return bot.Say("who.since", bot.Args{"From": partialDate(office.From)})
	case office.To != "":
		return bot.Say("who.until", bot.Args{"To": partialDate(office.To)})
	}
	return nil
}

// WithEmployers is a person's name and the automakers where they hold an office today, which tells namesakes apart.
func (v View) WithEmployers(person string) (bot.Text, error) {
	name, err := v.Person(person)
	if err != nil {
		return nil, err
	}
	employers, err := v.Employers(person)
	return bot.Joined(bot.AsideMark, name, employers), err
}

// Account is what an account is called, with its address; none when it has neither handle nor name.
func (View) Account(a storage.Account) bot.Text {
	name := a.Name
	if a.Handle != "" {
		name = "@" + a.Handle
	}
	if name == "" {
		name = a.URL
	}
	value := bot.Lit(name).OrNone()
	if a.URL != "" && name != a.URL {
		value = value.Linked(a.URL)
	}
	return value
}

// AccountOn is an account with its platform and whose it is.
func (v View) AccountOn(a storage.Account) (bot.Text, error) {
	platform, err := v.Platform(a.Platform)
	if err != nil {
		return nil, err
	}
	owner, err := v.Subject(a.Owner)
	return bot.Join(" · ", v.Account(a), platform, owner), err
}

// accounts are a subject's accounts as fields, each with the last count of its followers.
func (v View) accounts(owner storage.Subject) (bot.Fields, error) {
	accounts, err := v.AccountsOf(owner)
	if err != nil {
		return nil, err
	}
	var fields bot.Fields
	for _, account := range accounts {
		platform, err := v.Platform(account.Platform)
		if err != nil {
			return nil, err
		}
		value := v.Account(account)
		if n := len(account.Followers); n > 0 {
			last := account.Followers[n-1]
			count := bot.Say("who.followers", bot.Args{
				"Count": qualified(storage.Reading{Value: last.Count, Qualifier: last.Qualifier}), "AsOf": partialDate(last.AsOf),
			})
			value = bot.Joined(bot.AsideMark, value, count)
		}
		if len(value) == 0 {
			value = bot.Say("who.account_unnamed")
		}
		fields = append(fields, bot.Field{Name: platform, Value: value})
	}
	return fields, nil
}

// Everyone is who is followed, by company: a list that is to be shown in pages.
func (v View) Everyone() (bot.Post, error) {
	var list bot.List
	people := map[string]bool{}
	var company string
	var names []bot.Text
	flush := func() error {
		if len(names) == 0 {
			return nil
		}
		name, err := v.Company(company)
		list.Items = append(list.Items, bot.Joined(bot.LabelMark, name.With(bot.Strong), bot.Joined(bot.ListMark, names...)))
		names = nil
		return err
	}
	for member, err := range v.AllMembers() {
		if err != nil {
			return bot.Post{}, err
		}
		if member.Automaker != company {
			if err := flush(); err != nil {
				return bot.Post{}, err
			}
			company = member.Automaker
		}
		people[member.Person] = true
		names = append(names, bot.Lit(member.Names.In(v.Locale)))
	}
	if err := flush(); err != nil {
		return bot.Post{}, err
	}
	headline := bot.Say("who.everyone", bot.Args{"Count": bot.N(len(people)), "Companies": bot.N(len(list.Items))})
	return bot.Post{Headline: headline, Body: []bot.Block{list}}, nil
}

// partialDate is a date as precise as the catalog has it: "2024", "2024-05" or "2024-05-18". What is none stands as it is.
func partialDate(words string) bot.Text {
	for layout, style := range map[string]bot.TimeStyle{"2006": bot.Year, "2006-01": bot.Month, time.DateOnly: bot.ShortDay} {
		if day, err := time.Parse(layout, words); err == nil {
			return bot.AtIn(day, style, time.UTC)
		}
	}
	return bot.Lit(words)
}
