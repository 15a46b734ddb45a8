package cards

import (
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Happening words a stream for the calendar of a chat's community.
func (c Composer) Happening(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Happening, error) {
	v := ForChat(r, c.Words, chat, now)
	name, err := v.nameOf(s)
	if err != nil {
		return bot.Happening{}, err
	}
	about, err := v.aboutStream(s)
	if err != nil {
		return bot.Happening{}, err
	}
	where, err := v.Platforms(s)
	if err != nil {
		return bot.Happening{}, err
	}
	if len(where) == 0 {
		where = bot.Say("happening.somewhere")
	}
	link, err := v.room(s)
	return bot.Happening{Name: name, About: about, Where: where, Link: link, Locale: v.Locale, Zone: v.Zone}, err
}

// nameOf is whose stream it is, and its title as far as there is room for it.
func (v View) nameOf(s storage.Stream) (bot.Text, error) {
	said, err := v.inHeadline(s)
	if err != nil {
		return nil, err
	}
	room := headlineRunes - v.runes(bot.Joined(bot.LabelMark, said["Who"], bot.Lit("-"))) + 1
	return bot.Joined(bot.LabelMark, said["Who"], v.titleWithin(s, max(leastTitle, room))), nil
}

// aboutStream is what is known of a stream, in lines that stay true while nothing changes: how it stands, what it is about, and where that is
// known from. Who entered it is not said where a whole community reads it for weeks.
func (v View) aboutStream(s storage.Stream) ([]bot.Text, error) {
	with, err := v.others(s)
	if err != nil {
		return nil, err
	}
	var moved bot.Text // the calendar says when it is, but not when it was to be
	if len(s.Earlier) > 0 {
		moved = v.chain(s)
	}
	lines := []bot.Text{bot.Joined(bot.AsideMark, stateOf(s), unconfirmed(s))}
	for _, f := range []bot.Field{
		{Name: bot.Say("field.when"), Value: moved},
		{Name: bot.Say("field.planned"), Value: planned(s)},
		{Name: bot.Say("field.with"), Value: with},
		{Name: bot.Say("field.route"), Value: route(s.Route)},
		{Name: bot.Say("field.vehicle"), Value: bot.Lit(s.Vehicle).OrNone()},
		{Name: bot.Say("field.topics"), Value: bot.Joined(bot.ClauseMark, bot.Literals(s.Topics)...)},
		{Name: bot.Say("field.note"), Value: bot.Lit(s.Note).OrNone()},
	} {
		if len(f.Value) > 0 {
			lines = append(lines, bot.Joined(bot.LabelMark, f.Name, f.Value))
		}
	}
	return append(lines, footer(unnamed(s), nil)), nil
}

// unnamed is a stream without the names of the people who entered what is known of it.
func unnamed(s storage.Stream) storage.Stream {
	s.Sources = slices.Clone(s.Sources)
	for i := range s.Sources {
		s.Sources[i].By = ""
	}
	s.Confirmed = true // that it is not is said where it stands
	return s
}

// room is the address of the first account in the roster that shows a stream; empty if none is known. An address that came with the
// stream is nobody's word.
func (v View) room(s storage.Stream) (string, error) {
	owners := make([]storage.Subject, 0, len(s.People)+1)
	for _, id := range s.People {
		owners = append(owners, storage.Person(id))
	}
	if s.Automaker != "" {
		owners = append(owners, storage.Company(s.Automaker))
	}
	for _, owner := range owners {
		accounts, err := v.AccountsOf(owner)
		if err != nil {
			return "", err
		}
		for _, airing := range s.Airings {
			at := slices.IndexFunc(accounts, func(a storage.Account) bool {
				is := []string{"", a.Handle, a.Name} // an airing that does not say whose it is, is theirs
				return a.Platform == airing.Platform && a.URL != "" && slices.Contains(is, airing.Account)
			})
			if at >= 0 {
				return accounts[at].URL, nil
			}
		}
	}
	return "", nil
}
