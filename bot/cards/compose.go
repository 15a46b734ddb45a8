package cards

import (
	"slices"
	"strconv"
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
	post.Spread = n.Kind == storage.ReminderNotice || n.Kind == storage.LiveNotice
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
	case storage.FellBackNotice:
		return v.chatFellBack(), nil
	case storage.WarningNotice:
		return v.warning(*n.Warning), nil
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
	post, err := v.card(stream)
	if err != nil {
		return bot.Post{}, err
	}
	post.Headline, err = v.news(n, stream, post.Headline)
	if err != nil || n.Kind != storage.ReminderNotice {
		return post, err
	}
	post.Buttons, err = v.reminderButtons(n, stream, post.Buttons)
	return post, err
}

// reminderButtons are those of a reminder: to stop it, if a person set it, and in a private chat to be reminded once more. Who set
// it for themselves is not offered to mute what others watch.
func (v View) reminderButtons(n storage.Notice, s storage.Stream, buttons []bot.Button) ([]bot.Button, error) {
	reminders, err := storage.RemindersAbout(v, n.Chat, s)
	if err != nil {
		return nil, err
	}
	var stop []bot.Button
	for _, w := range reminders {
		if slices.Contains(w.Before, n.Rung) {
			stop = append(stop, bot.Press(bot.Say("button.stop_reminding"), "/reminders "+w.ID))
		}
	}
	chat, err := storage.Chats.Get(v, n.Chat)
	if err != nil {
		return nil, err
	}
	if again := snooze(n.Rung); chat.Kind == bot.Private && again > 0 {
		minutes := strconv.Itoa(int(again.Minutes())) + "m"
		buttons = append(buttons, bot.Press(bot.Say("button.again", bot.Args{"Before": bot.For(again)}), "/remind "+s.ID+" "+minutes))
	}
	return append(buttons, stop...), nil
}

// snooze is how long before its stream a reminder may come once more: the longest time that is at most half of what is left; zero
// where that is less than a minute.
func snooze(rung time.Duration) time.Duration {
	for _, before := range storage.Ladder() {
		if before <= rung/2 {
			return before
		}
	}
	return 0
}

// excuse says how late a notice is, and why where that is known.
func (c Composer) excuse(n storage.Notice, late time.Duration) bot.Text {
	said := bot.Args{"Late": bot.For(late)}
	switch {
	case n.Due.Before(c.Started):
		return bot.Say("card.late_was_down", said)
	case n.Attempts > 1, n.Delay == storage.ReachDelay:
		return bot.Say("card.late_unreachable", said)
	case n.Delay == storage.CrowdDelay:
		return bot.Say("card.late_crowd", said)
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
		return v.movedHeadline(s, said, headline), nil
	default:
		return headline, nil
	}
}

// movedHeadline says from when to when a stream was moved last, and by how much.
func (v View) movedHeadline(s storage.Stream, said bot.Args, headline bot.Text) bot.Text {
	if len(s.Earlier) == 0 {
		return headline
	}
	before := s.Earlier[len(s.Earlier)-1]
	said["When"], said["Before"] = v.dayOf(s.Start), v.dayOf(before)
	day := ""
	if v.onDay(before, &day); v.onDay(s.Start, &day) {
		said["When"] = bot.At(s.Start.At, bot.Clock)
	}
	key, by := moved(s)
	said["By"] = by
	if full := v.fit("card.moved"+key, said, s); v.runes(full) <= headlineRunes {
		return full
	}
	return v.fit("card.moved", said, s) // of times that take many words there is no room for what is between them
}

// moved says by how much a stream was moved last; a key that ends a sentence about it, empty where that cannot be said.
func moved(s storage.Stream) (key string, by bot.Text) {
	if len(s.Earlier) == 0 || !s.Start.Timed() {
		return "", nil
	}
	before := s.Earlier[len(s.Earlier)-1]
	switch d := s.Start.At.Sub(before.At); {
	case !before.Timed() || d == 0:
		return "", nil
	case d < 0:
		return "_earlier", bot.For(-d)
	default:
		return "_later", bot.For(d)
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
	return inBoth(chat, func(chat storage.Chat) (bot.Post, error) { return ForChat(r, c.Words, chat, now).card(s) })
}

// card is a stream as it stands in a chat by itself: a moderator can have it told no further there.
func (v View) card(s storage.Stream) (bot.Post, error) {
	post, err := v.Stream(s)
	if s.Upcoming() {
		post.Buttons = append(post.Buttons, v.remindMe(s)...)
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.mute_here"), "/watch pause "+s.ID))
	}
	return post, err
}

// remindMe offers whoever reads a card beside others a reminder of their own, where that can be set from there. What only this
// community knows, a person's own chat does not.
func (v View) remindMe(s storage.Stream) []bot.Button {
	if s.Scope != storage.Public || v.In.Kind == bot.Private || !v.In.Address.Messenger.LeadsToPrivate() {
		return nil
	}
	remind := bot.Press(bot.Say("button.remind_me"), "/remind "+s.ID)
	remind.Proposed = true
	return []bot.Button{remind}
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
