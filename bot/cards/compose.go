package cards

import (
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Composer words the notices that the dispatcher sends.
type Composer struct {
	Words   bot.Words
	Started time.Time // when this process began, to say why something is late
}

// sayLate is how late a notice may be without a word about it.
const sayLate = 2 * time.Minute

// Notice words a notice as things stand now.
func (c Composer) Notice(r storage.Reader, n storage.Notice, now time.Time) (bot.Post, error) {
	chat, err := storage.Chats.Get(r, n.Chat)
	if err != nil {
		return bot.Post{}, err
	}
	post, err := inBoth(chat, func(chat storage.Chat) (bot.Post, error) { return c.post(ForChat(r, c.Words, chat, now), n) })
	if err != nil {
		return bot.Post{}, err
	}
	mention(&post, n)
	if late := now.Sub(n.Due); late > sayLate {
		post.Body = append(post.Body, bot.Paragraph{Text: c.excuse(n, late).With(bot.Faint)})
	}
	return post, nil
}

func (c Composer) post(v View, n storage.Notice) (bot.Post, error) {
	switch n.Kind {
	case storage.SuspendedNotice:
		return v.chatSuspended(n)
	case storage.ResumedNotice:
		return v.chatResumed(n), nil
	default:
	}
	if n.Kind == storage.WeeklyNotice {
		week, ok := storage.ParseWeek(n.Occurrence)
		if !ok {
			week = storage.WeekBefore(n.Due.In(v.Zone))
		}
		return v.Week(week)
	}
	if n.Kind.Gathers() {
		return v.gathered(n)
	}
	stream, err := v.Scoped.Stream(n.Stream)
	if err != nil {
		return bot.Post{}, err
	}
	post, err := v.Stream(stream)
	if err != nil {
		return bot.Post{}, err
	}
	post.Headline, err = v.news(n, stream, post.Headline)
	if err != nil || n.Kind != storage.ReminderNotice {
		return post, err
	}
	reminders, err := storage.RemindersAbout(v, n.Chat, stream)
	for _, w := range reminders {
		if slices.Contains(w.Before, n.Rung) {
			post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.stop_reminding"), "/reminders "+w.ID))
		}
	}
	return post, err
}

// excuse says how late a notice is, and why where that is known.
func (c Composer) excuse(n storage.Notice, late time.Duration) bot.Text {
	said := bot.Args{"Late": bot.For(late)}
	switch {
	case n.Due.Before(c.Started):
		return bot.Say("card.late_was_down", said)
	case n.Attempts > 1:
		return bot.Say("card.late_unreachable", said)
	default:
		return bot.Say("card.late", said)
	}
}

// news is the headline of a notice where it is another than its card's.
func (v View) news(n storage.Notice, s storage.Stream, headline bot.Text) (bot.Text, error) {
	said, err := v.inHeadline(s)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case storage.ReminderNotice:
		left := s.Start.At.Sub(v.Now).Round(time.Minute)
		if left < time.Minute {
			return v.fit("card.any_moment", said, s), nil
		}
		said["Left"] = bot.For(left)
		return v.fit("card.reminder", said, s), nil
	case storage.RumourNotice:
		return v.fit("card.rumour", said, s), nil
	case storage.CorrectedNotice:
		return v.fit("card.corrected", said, s), nil
	case storage.MilestoneNotice:
		return v.milestone(n, s, said, headline)
	case storage.LiveNotice:
		return v.liveSince(s, said, headline), nil
	case storage.BackNotice:
		if len(s.Gaps) == 0 {
			return headline, nil
		}
		gap := s.Gaps[len(s.Gaps)-1]
		said["Length"] = bot.For(gap.To.Sub(gap.From))
		return v.fit("card.back", said, s), nil
	case storage.ChangedNotice:
		if len(s.Earlier) == 0 {
			return headline, nil
		}
		said["When"], said["Before"] = v.dayOf(s.Start), v.dayOf(s.Earlier[len(s.Earlier)-1])
		return v.fit("card.moved", said, s), nil
	default:
		return headline, nil
	}
}

// liveSince is the headline of a stream that has been live for a while when it is told.
func (v View) liveSince(s storage.Stream, said bot.Args, headline bot.Text) bot.Text {
	if v.Now.Sub(s.Began) <= sayLate || offAirs(s) {
		return headline
	}
	said["Since"] = bot.At(s.Began, bot.Clock)
	return v.fit("card.live_since", said, s)
}

// milestone is the headline of a round number that a figure passed.
func (v View) milestone(n storage.Notice, s storage.Stream, said bot.Args, headline bot.Text) (bot.Text, error) {
	metric, step, ok := storage.ParseMilestone(n.Occurrence)
	if !ok {
		return headline, nil
	}
	reading := storage.Reading{Metric: metric, Value: step}
	figure, err := v.Figure(storage.Figure{Metric: metric, Low: reading, High: reading})
	said["Figure"] = figure
	return v.fit("card.milestone", said, s), err
}

// Card words a stream's card for an edit.
func (c Composer) Card(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error) {
	return inBoth(chat, func(chat storage.Chat) (bot.Post, error) { return ForChat(r, c.Words, chat, now).Stream(s) })
}

// Pointer words what is left of a card that a newer message has replaced.
func (c Composer) Pointer(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error) {
	return inBoth(chat, func(chat storage.Chat) (bot.Post, error) {
		v := ForChat(r, c.Words, chat, now)
		who, err := v.Who(s)
		headline := bot.Say("card.pointer", bot.Args{"Who": who, "State": stateOf(s)})
		return bot.Post{Headline: headline, Locale: v.Locale, Zone: v.Zone}, err
	})
}

// inBoth words a post for a chat, and its headline once more for a second language that the chat may have.
func inBoth(chat storage.Chat, word func(chat storage.Chat) (bot.Post, error)) (bot.Post, error) {
	post, err := word(chat)
	if err != nil || chat.Also == "" || chat.Also == chat.Locale {
		return post, err
	}
	chat.Locale = chat.Also
	other, err := word(chat)
	post.Also = bot.Said{Locale: other.Locale, Text: other.Headline}
	return post, err
}
