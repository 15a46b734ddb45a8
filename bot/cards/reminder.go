package cards

import (
	"strconv"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// shownStops is how many of a list of reminders have a button.
const shownStops = 5

// Reminded says what a reminder will do, what it did before it was changed (nil: it is new), and when it comes next.
func (v View) Reminded(before *storage.Watch, w storage.Watch, chat storage.Chat) (bot.Post, error) {
	headline, err := v.remindedOf(w)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: headline, Footer: bot.Lit(w.ID)}
	add := func(said bot.Text) { post.Body = append(post.Body, bot.Paragraph{Text: said}) }
	soon, next, err := v.nextReminder(w)
	if err != nil {
		return bot.Post{}, err
	}
	if soon != nil {
		line, err := v.Line(*soon)
		if err != nil {
			return bot.Post{}, err
		}
		add(bot.Say("remind.soon", bot.Args{"Line": line, "Left": bot.For(leftUntil(*soon, v.Now))}))
	}
	if soon == nil || next != nil {
		said, err := v.sayNext(w, next)
		if err != nil {
			return bot.Post{}, err
		}
		add(said)
	}
	post.Buttons = []bot.Button{bot.Press(bot.Say("button.stop"), "/reminders "+w.ID)}
	at := atRung(next, w)
	switch {
	case w.Night:
		add(bot.Say("remind.rings"))
	case !at.IsZero() && chat.Quiet.Covers(at.In(v.Zone)):
		add(bot.Say("remind.silent"))
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.night"), RemindLine(w)+" night=yes"))
	default:
		add(quiet(chat.Quiet))
	}
	if before != nil && before.Before[0] != w.Before[0] {
		add(bot.Say("remind.was", bot.Args{"Before": bot.For(before.Before[0])}))
	}
	return post, nil
}

// remindedOf is what a reminder is of and how long before it comes, as a headline.
func (v View) remindedOf(w storage.Watch) (bot.Text, error) {
	about, before := w.Subjects[0], bot.For(w.Before[0])
	switch about.Kind {
	case storage.AllSubject:
		return bot.Say("remind.every", bot.Args{"Before": before}), nil
	case storage.StreamSubject:
		stream, err := v.Find(about.ID)
		if err != nil {
			return nil, err
		}
		said, err := v.inHeadline(stream)
		if err != nil {
			return nil, err
		}
		said["Before"] = before
		return v.fit("remind.one", said, stream), nil
	default:
		name, err := v.Subject(about)
		return bot.Say("remind.each", bot.Args{"Before": before, "Subject": name}), err
	}
}

// nextReminder finds the next stream of a reminder whose time before is still ahead, or else one without an hour, and the first
// that is to come but too soon for it; nil where there is none. Of a single stream it is that one, however it stands.
func (v View) nextReminder(w storage.Watch) (soon, next *storage.Stream, err error) {
	about := w.Subjects[0]
	if about.Kind == storage.StreamSubject {
		stream, err := v.Find(about.ID)
		return nil, &stream, err
	}
	for stream, err := range v.Coming(about, v.Now) {
		switch {
		case err != nil:
			return nil, nil, err
		case !stream.Upcoming():
			continue
		case !stream.Start.Timed():
			if next == nil {
				next = &stream
			}
		case stream.Start.At.Add(-w.Before[0]).After(v.Now):
			return soon, &stream, nil
		case soon == nil:
			soon = &stream
		}
	}
	return soon, next, nil
}

// sayNext says when a reminder comes next, as far as that is known.
func (v View) sayNext(w storage.Watch, next *storage.Stream) (bot.Text, error) {
	switch at := atRung(next, w); {
	case next == nil:
		return bot.Say("remind.none_yet"), nil
	case at.IsZero():
		line, err := v.Line(*next)
		return bot.Say("remind.no_time", bot.Args{"Line": line}), err
	case w.Subjects[0].Kind == storage.StreamSubject:
		return bot.Say("remind.at", bot.Args{"When": bot.At(at, bot.DayClock), "Start": v.When(next.Start)}), nil
	default:
		who, err := v.Who(*next)
		return bot.Say("remind.next", bot.Args{
			"When": bot.At(at, bot.DayClock), "Who": who, "Title": v.Title(*next), "ID": bot.Lit(next.ID),
		}), err
	}
}

// atRung is when a reminder of a stream comes; zero where the stream's hour is not known.
func atRung(s *storage.Stream, w storage.Watch) time.Time {
	if s == nil || s.State != storage.Announced || !s.Start.Timed() {
		return time.Time{}
	}
	return s.Start.At.Add(-w.Before[0])
}

func leftUntil(s storage.Stream, now time.Time) time.Duration {
	return max(s.Start.At.Sub(now).Round(time.Minute), time.Minute)
}

// RemindLine is the line that sets a reminder as it is.
func RemindLine(w storage.Watch) string {
	return "/remind " + SubjectLine(w.Subjects[0]) + " " + ShortLength(w.Before[0])
}

// SubjectLine is a subject as people may type it, without a doubt about whom it means.
func SubjectLine(s storage.Subject) string {
	if s == storage.Everything {
		return "everything"
	}
	return s.ID
}

// ShortLength is a time of the ladder as people type it.
func ShortLength(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d%day == 0:
		return strconv.Itoa(int(d/day)) + "d"
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	default:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
}

// Reminders lists a person's reminders, each with when it comes next and, for the first few, how to stop it.
func (v View) Reminders(reminders []storage.Watch) (bot.Post, error) {
	if len(reminders) == 0 {
		return bot.Post{Headline: bot.Say("reminders.none"), Buttons: []bot.Button{bot.PressLine("/remind")}}, nil
	}
	table := bot.Table{Heads: []bot.Text{bot.Say("watch.head_id"), bot.Say("watch.head_subjects"), bot.Say("watch.head_times")}}
	post := bot.Post{Headline: bot.Say("reminders.count", bot.Args{"Count": bot.N(len(reminders))})}
	for i, w := range reminders {
		name, err := v.Subject(w.Subjects[0])
		if err != nil {
			return bot.Post{}, err
		}
		when, err := v.whenReminded(w)
		if err != nil {
			return bot.Post{}, err
		}
		table.Rows = append(table.Rows, []bot.Text{bot.Lit(w.ID), name, when})
		if i < shownStops {
			post.Buttons = append(post.Buttons, bot.Press(bot.Say("reminders.stop_one", bot.Args{"Subject": name}), "/reminders "+w.ID))
		}
	}
	if len(reminders) > 1 {
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.stop_all"), "/reminders all"))
	}
	post.Body = []bot.Block{table}
	return post, nil
}

// whenReminded says how long before a reminder comes, when next, and whether it rings at night.
func (v View) whenReminded(w storage.Watch) (bot.Text, error) {
	_, next, err := v.nextReminder(w)
	if err != nil {
		return nil, err
	}
	when := bot.Say("reminders.before", bot.Args{"Before": bot.For(w.Before[0])})
	if at := atRung(next, w); at.After(v.Now) {
		when = bot.Joined(bot.ClauseMark, when, bot.Say("reminders.next", bot.Args{"When": bot.At(at, bot.DayClock)}))
	}
	if w.Night {
		when = bot.Joined(bot.ClauseMark, when, bot.Say("reminders.night"))
	}
	return when, nil
}

// RemindersStopped says which reminders are no more, and how to bring each back.
func (v View) RemindersStopped(gone []storage.Watch) (bot.Post, error) {
	var subjects []storage.Subject
	var buttons []bot.Button
	for _, w := range gone {
		subjects = append(subjects, w.Subjects...)
		line := RemindLine(w)
		if w.Night {
			line += " night=yes"
		}
		buttons = append(buttons, bot.PressLine(line))
	}
	if len(gone) > 1 {
		post := bot.Post{Headline: bot.Say("reminders.stopped_all", bot.Args{"Count": bot.N(len(gone))})}
		post.Body = []bot.Block{bot.Paragraph{Text: bot.Say("reminders.bring_back")}}
		post.Buttons = buttons[:min(len(buttons), shownStops)]
		return post, nil
	}
	names, err := v.Subjects(subjects)
	buttons[0].Label = bot.Say("button.bring_back")
	return bot.Post{Headline: bot.Say("reminders.stopped", bot.Args{"Subjects": names}), Buttons: buttons}, err
}
