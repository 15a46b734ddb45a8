// Package cards makes posts of records: stream cards, profiles, lists and the week. It is the one place where they are worded
// and laid out; commands and the dispatcher use it alike.
package cards

import (
	"errors"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// View is how one chat sees the records at one moment.
type View struct {
	storage.Scoped
	Words  bot.Words // to know how much room is left in a line, and what languages are called
	Locale string
	Zone   *time.Location
	Now    time.Time
	In     storage.Chat // where it is read
	// Names returns all names in sight, to be looked up; commands alone set it.
	Names func() (*storage.Directory, error)

	before int // how many characters of a headline are said before the part that is about a stream
}

// ForChat is the view of a chat on its own.
func ForChat(r storage.Reader, words bot.Words, chat storage.Chat, now time.Time) View {
	return View{
		Scoped: storage.Scoped{Reader: r, Scope: chat.Scope()},
		Words:  words, Locale: words.Match(chat.Locale), Zone: chat.Location(), Now: now, In: chat,
	}
}

// Person is a person's name, with the Chinese one behind it where that is another.
func (v View) Person(id string) (bot.Text, error) {
	names, err := v.PersonNames(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Lit(id), nil
	}
	if err != nil {
		return nil, err
	}
	return v.bothNames(names), nil
}

// Company is an automaker's name.
func (v View) Company(id string) (bot.Text, error) {
	names, err := v.AutomakerNames(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Lit(id), nil
	}
	if err != nil {
		return nil, err
	}
	return bot.Lit(names.In(v.Locale)), nil
}

// Subject is the name of a subject.
func (v View) Subject(s storage.Subject) (bot.Text, error) {
	switch s.Kind {
	case storage.StreamSubject:
		return v.oneStream(s.ID)
	case storage.PersonSubject:
		return v.Person(s.ID)
	case storage.AutomakerSubject:
		return v.Company(s.ID)
	default:
		return bot.Say("subject.everything"), nil
	}
}

// oneStream names a stream by whose it is and its id.
func (v View) oneStream(id string) (bot.Text, error) {
	stream, err := v.Find(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Lit(id), nil
	}
	if err != nil {
		return nil, err
	}
	who, err := v.Who(stream)
	return bot.Say("subject.one_stream", bot.Args{"ID": bot.Lit(stream.ID), "Who": who}), err
}

// Heading is the name of a subject at the beginning of a sentence.
func (v View) Heading(s storage.Subject) (bot.Text, error) {
	if s.Kind == storage.AllSubject {
		return bot.Say("subject.all"), nil
	}
	return v.Subject(s)
}

// Subjects are the names of subjects, one after another.
func (v View) Subjects(subjects []storage.Subject) (bot.Text, error) {
	names := make([]bot.Text, 0, len(subjects))
	for _, subject := range subjects {
		name, err := v.Subject(subject)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return bot.Joined(bot.ListMark, names...), nil
}

// Briefly is the names of subjects as a headline has room for them: the first ones, and how many more.
func (v View) Briefly(subjects []storage.Subject) (bot.Text, error) {
	names, _, err := v.briefly(subjects)
	return names, err
}

// briefly is Briefly, and reports whether it says all of them.
func (v View) briefly(subjects []storage.Subject) (said bot.Text, all bool, err error) {
	const room = 48
	var names []bot.Text
	runes := 0
	for i, subject := range subjects {
		name, err := v.Subject(subject)
		if err != nil {
			return nil, false, err
		}
		runes += v.runes(name)
		if i > 0 && runes > room {
			names = append(names, bot.Say("stream.more_people", bot.Args{"Count": bot.N(len(subjects) - i)}))
			return bot.Joined(bot.ListMark, names...), false, nil
		}
		names = append(names, name)
	}
	return bot.Joined(bot.ListMark, names...), true, nil
}

// Platform is a platform's name.
func (v View) Platform(id string) (bot.Text, error) {
	platform, err := storage.Platforms.Get(v, id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Lit(id), nil
	}
	if err != nil {
		return nil, err
	}
	return bot.Lit(platform.Names.In(v.Locale)), nil
}

// bothNames is a name in the reader's language, and in Chinese where that is another.
func (v View) bothNames(names storage.Names) bot.Text {
	name, chinese := names.In(v.Locale), names["zh"]
	if chinese == "" || chinese == name {
		return bot.Lit(name)
	}
	return bot.Lit(name + " " + chinese)
}

// shownPeople is how many people a line names.
const shownPeople = 3

// Who is whose stream it is: its people, or its automaker.
func (v View) Who(s storage.Stream) (bot.Text, error) {
	var names []bot.Text
	for _, id := range s.People[:min(len(s.People), shownPeople)] {
		name, err := v.Person(id)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	if len(names) == 0 && s.Automaker != "" {
		return v.Company(s.Automaker)
	}
	if len(names) == 0 {
		return bot.Say("subject.somebody"), nil
	}
	if more := len(s.People) - shownPeople; more > 0 {
		names = append(names, bot.Say("stream.more_people", bot.Args{"Count": bot.N(more)}))
	}
	return bot.Joined(bot.ListMark, names...), nil
}

// titleRunes is how much of a title a line shows.
const titleRunes = 48

// Title is a stream's title, cut to fit a line, or what it is when it has none.
func (v View) Title(s storage.Stream) bot.Text { return v.titleWithin(s, titleRunes) }

func (v View) titleWithin(s storage.Stream, room int) bot.Text {
	title := []rune(bot.Clean(s.Titles.In(v.Locale)))
	if len(title) == 0 {
		return bot.Say("stream.untitled")
	}
	if len(title) > room {
		return bot.Lit(strings.TrimSpace(string(title[:room-1])) + "…")
	}
	return bot.Lit(string(title))
}

// When is a time to the precision that it is known to, by the reader's clocks, and by those of its place where they differ.
func (v View) When(w bot.When) bot.Text {
	local := w.Location()
	switch w.Precision {
	case bot.ToMinute:
	case bot.ToYear:
		return bot.AtIn(w.At, bot.Year, local)
	case bot.ToMonth:
		return bot.AtIn(w.At, bot.Month, local)
	case bot.ToDay:
		return bot.AtIn(w.At, bot.Day, local)
	case bot.ToPartOfDay:
		return bot.Say("when.part_at_place", bot.Args{
			"Day": bot.AtIn(w.At, bot.Day, local), "Part": bot.Say("part." + string(w.Part)), "Place": bot.In(local),
		})
	}
	return v.clocks(w, bot.DayClock)
}

// clocks is a timed start by the reader's clock, and by that of its place where it is, or may be, another.
func (v View) clocks(w bot.When, style bot.TimeStyle) bot.Text {
	local := w.Location()
	if !v.In.Address.Messenger.ShowsOwnClocks() && sameClock(w.At, v.Zone, local) {
		return bot.Say("when.at_place", bot.Args{"When": bot.At(w.At, style), "Place": bot.In(local)})
	}
	return bot.Say("when.two_clocks", bot.Args{
		"Here": bot.At(w.At, style), "There": bot.AtIn(w.At, bot.Clock, local), "Place": bot.In(local),
	})
}

func sameClock(t time.Time, a, b *time.Location) bool {
	_, first := t.In(a).Zone()
	_, second := t.In(b).Zone()
	return first == second
}

// Platforms are the names of where a stream is shown.
func (v View) Platforms(s storage.Stream) (bot.Text, error) {
	var names []bot.Text
	for _, airing := range s.Airings {
		name, err := v.Platform(airing.Platform)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return bot.Joined(bot.ListMark, names...), nil
}
