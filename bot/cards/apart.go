package cards

import (
	"errors"
	"slices"

	"boardcast/bot"
	"boardcast/storage"
)

// setApart says by themselves, for messengers that show them so, whose stream a post is about, what it is called and how it stands.
func (v View) setApart(post *bot.Post, s storage.Stream) error {
	var err error
	post.Author, err = v.author(s)
	post.Title = bot.Lit(bot.Clean(s.Titles.In(v.Locale))).OrNone()
	post.Accent = accentOf(s)
	return err
}

func accentOf(s storage.Stream) bot.Accent {
	if s.Withdrawn {
		return bot.OffAccent
	}
	switch s.State {
	case storage.Announced, storage.Due:
		return bot.ComingAccent
	case storage.Live:
		return bot.LiveAccent
	case storage.Ended:
		return bot.PastAccent
	case storage.Postponed, storage.Cancelled, storage.Unseen, storage.Unstarted:
		return bot.OffAccent
	default:
		return bot.NoAccent
	}
}

// author is whose stream it is, and the companies that they stood for then.
func (v View) author(s storage.Stream) (bot.Text, error) {
	if len(s.People) == 0 && s.Automaker == "" {
		return nil, nil
	}
	who, err := v.Who(s)
	if err != nil || len(s.People) == 0 {
		return who, err
	}
	ids := []string{s.Automaker}
	for _, person := range s.People[:min(len(s.People), shownPeople)] {
		record, err := v.Executive(person)
		if errors.Is(err, storage.ErrNotFound) || s.Automaker != "" {
			continue
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, record.Automakers(s.Start.At)...)
	}
	companies, err := v.companies(ids)
	return bot.Join(" · ", who, companies), err
}

// companies are the names of automakers, each said once.
func (v View) companies(ids []string) (bot.Text, error) {
	var names []bot.Text
	for i, id := range ids {
		if id == "" || slices.Contains(ids[:i], id) {
			continue
		}
		name, err := v.Company(id)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return bot.Joined(bot.ListMark, names...), nil
}
