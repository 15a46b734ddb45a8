package commands

import (
	"iter"
	"strings"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// inOffice finds who holds an office on the day that was asked for. Several are told apart by their dates; nobody is said,
// with who held it at another time.
func (l look) inOffice(office storage.OfficeQuestion, words string) (storage.Subject, error) {
	held, others, err := office.Holders(l.Scoped, l.Now.In(l.Zone))
	if err != nil {
		return storage.Subject{}, err
	}
	if len(held) == 1 {
		return storage.Person(held[0].Person), nil
	}
	said := bot.Args{"Words": bot.Quote(words)}
	e := &bot.ChoiceError{Code: bot.Ambiguous, Say: bot.Say("who.ambiguous", said)}
	switch {
	case len(held) > 1:
		e.Choices, err = l.holders(held)
	case len(others) > 0 && office.Day == "":
		e.Code, e.Say = bot.Unknown, bot.Say("who.office_nobody_today", said)
		e.Choices, err = l.holders(others)
	case len(others) > 0:
		e.Code, e.Say = bot.Unknown, bot.Say("who.office_nobody", said)
		e.Choices, err = l.holders(others)
	default:
		e.Code, e.Say = bot.Unknown, bot.Say("who.office_unknown", said)
		e.Choices, err = l.choices([]storage.Subject{storage.Company(office.Automaker)})
	}
	if err != nil {
		return storage.Subject{}, err
	}
	return storage.Subject{}, e
}

// holders are people in an office as buttons, with the dates that are known.
func (l look) holders(holders []storage.Holder) ([]bot.Choice, error) {
	choices := make([]bot.Choice, 0, len(holders))
	for _, holder := range holders {
		name, err := l.Person(holder.Person)
		if err != nil {
			return nil, err
		}
		label := bot.Joined(bot.AsideMark, name, bot.Lit(holder.Office.Role.In(l.Locale)), l.Term(holder.Office))
		choices = append(choices, bot.Choice{Value: holder.Person, Label: label})
	}
	return choices, nil
}

// airingsRead is how many streams to come, and how many past ones, are looked through for an address.
const airingsRead = 20

// at finds whose an address is: the owner of the account, or those of a stream that is shown there. An address that is
// nobody's is said to be, with the real accounts that are like it.
func (l look) at(address storage.Address, words string) (storage.Subject, error) {
	if owner, ok := l.names.Owner(address); ok {
		return owner, nil
	}
	owners, err := l.aired()
	if owner, ok := owners[storage.FoldAddress(words)]; ok || err != nil {
		return owner, err
	}
	said := bot.Args{"Words": bot.Quote(withoutScheme(words))}
	genuine := l.names.Lookalikes(address, nearest)
	if len(genuine) == 0 {
		return storage.Subject{}, bot.NewError(bot.Unknown, "who.address_unknown", said, bot.PressLine("/who"))
	}
	e := &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("who.address_near", said)}
	for _, account := range genuine {
		name, err := l.Subject(account.Owner)
		if err != nil {
			return storage.Subject{}, err
		}
		platform, err := l.Platform(account.Platform)
		if err != nil {
			return storage.Subject{}, err
		}
		label := bot.Joined(bot.AsideMark, name, bot.Join(" ", platform, handleOf(account)))
		e.Choices = append(e.Choices, bot.Choice{Value: account.Owner.ID, Label: label})
	}
	if len(e.Choices) == 1 {
		said["Account"] = e.Choices[0].Label
		e.Say = bot.Say("who.address_near_one", said)
	}
	return storage.Subject{}, e
}

func handleOf(account storage.Account) bot.Text {
	if account.Handle != "" {
		return bot.Lit("@" + account.Handle)
	}
	return bot.Lit(account.Name).OrNone()
}

func withoutScheme(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	return strings.TrimPrefix(address, "www.")
}

// aired returns whose streams are shown where: on the air, among the next ones, or among the last ones.
func aired(v cards.View) (map[string]storage.Subject, error) {
	streams, err := v.OnAir()
	if err != nil {
		return nil, err
	}
	for _, list := range []iter.Seq2[storage.Stream, error]{v.Coming(storage.Everything, v.Now), v.Past(storage.Everything, v.Now)} {
		more, _, err := gather(list, airingsRead, func(storage.Stream) bool { return true })
		if err != nil {
			return nil, err
		}
		streams = append(streams, more...)
	}
	owners := map[string]storage.Subject{}
	for _, stream := range streams {
		owner := storage.Company(stream.Automaker)
		if len(stream.People) > 0 {
			owner = storage.Person(stream.People[0])
		}
		for _, airing := range stream.Airings {
			if page := storage.FoldAddress(airing.URL); page != "" && owner.ID != "" {
				owners[page] = owner
			}
		}
	}
	return owners, nil
}
