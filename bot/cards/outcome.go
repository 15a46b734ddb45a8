package cards

import (
	"errors"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Outcome tells in a line what became of a notice.
func (v View) Outcome(n storage.Notice) (bot.Text, error) {
	about, err := v.noticeAbout(n)
	if err != nil {
		return nil, err
	}
	outcome, err := v.became(n)
	if err != nil {
		return nil, err
	}
	said := bot.Args{"When": bot.At(n.Settled, bot.DayClock), "Kind": bot.Say("kind." + string(n.Kind)), "About": about, "Outcome": outcome}
	if len(about) == 0 {
		return bot.Say("why.line_whole", said), nil
	}
	return bot.Say("why.line", said), nil
}

// became says what became of a notice, and why.
func (v View) became(n storage.Notice) (bot.Text, error) {
	outcome := bot.Say("outcome." + string(n.Outcome))
	if n.Outcome == storage.Sent && n.Rang {
		outcome = bot.Say("outcome.rang")
	}
	if n.Why != "" {
		why, err := v.why(n)
		if err != nil {
			return nil, err
		}
		outcome = bot.Joined(bot.AsideMark, outcome, why)
	}
	if n.Outcome == storage.Sent {
		outcome = bot.Joined(bot.AsideMark, append([]bot.Text{outcome}, unmentioned(n)...)...)
	}
	return outcome, nil
}

// noticeAbout says what a notice is about: the stream, the week, or the suspension of a chat; nothing where its kind says all.
func (v View) noticeAbout(n storage.Notice) (bot.Text, error) {
	switch {
	case n.Kind == storage.WeeklyNotice:
		return bot.Lit(n.Occurrence), nil
	case n.Kind == storage.SuspendedNotice, n.Kind == storage.ResumedNotice:
		return v.aboutSuspension(n)
	case n.Kind == storage.WarningNotice && n.Warning != nil:
		return v.warned(*n.Warning), nil
	case n.Stream == "":
		return nil, nil
	}
	stream, err := v.Scoped.Stream(n.Stream)
	if err != nil {
		return nil, err
	}
	who, err := v.Who(stream)
	return bot.Joined(bot.AsideMark, who, v.Title(stream), bot.Lit(n.Stream)), err
}

// Silence says why a chat was told nothing of a stream, and what can be done about it.
func (v View) Silence(s storage.Stream, chat storage.Chat) (bot.Post, error) {
	line, err := v.Line(s)
	if err != nil {
		return bot.Post{}, err
	}
	order, err := storage.OrderFor(v, chat, s, v.Now)
	if err != nil {
		return bot.Post{}, err
	}
	post, err := v.silenceOf(s, chat, order)
	post.Body = append([]bot.Block{bot.Paragraph{Text: line}}, post.Body...)
	return post, err
}

func (v View) silenceOf(s storage.Stream, chat storage.Chat, order storage.Order) (bot.Post, error) {
	suspended, err := storage.SuspensionOf(v, chat.ID)
	if err != nil {
		return bot.Post{}, err
	}
	switch {
	case s.Withdrawn:
		return bot.Post{Headline: bot.Say("why.silent_withdrawn")}, nil
	case suspended != nil:
		return bot.Post{Headline: bot.Say("why.silent_suspended", bot.Args{"Since": bot.At(suspended.Since, bot.DayClock)})}, nil
	case !order.Watched && !order.Paused.Since.IsZero():
		said := bot.Args{"Pause": v.paused(order.Paused)}
		return bot.Post{
			Headline: bot.Say("why.paused_now", said), Buttons: []bot.Button{bot.Press(bot.Say("button.watches"), "/watch list")},
		}, nil
	case !order.Watched && len(order.Reminders) == 0:
		add := "/watch add " + SubjectLine(storage.SubjectsOf(s)[1])
		return bot.Post{Headline: bot.Say("why.not_watched"), Buttons: []bot.Button{bot.PressLine(add)}}, nil
	case !order.Watched && s.Open():
		return bot.Post{Headline: bot.Say("why.reminder_set", bot.Args{"Before": Lengths(order.Reminders[0].Before)})}, nil
	}
	return v.watchedSilence(s, order), nil
}

// watchedSilence says why a chat that watches a stream was told nothing of it.
func (v View) watchedSilence(s storage.Stream, order storage.Order) bot.Post {
	if s.Upcoming() && s.Start.Timed() {
		for _, before := range slices.Sorted(slices.Values(append([]time.Duration{0}, order.Before...))) {
			if at := s.Start.At.Add(-before); at.After(v.Now) && (before > 0 || len(order.Before) == 0) {
				return bot.Post{Headline: bot.Say("why.silent_next", bot.Args{"ID": bot.Lit(order.Watches[0].ID), "At": bot.At(at, bot.DayClock)})}
			}
		}
	}
	if s.Open() {
		return bot.Post{Headline: bot.Say("why.not_yet")}
	}
	return bot.Post{Headline: bot.Say("why.not_in_time")}
}

// storyLines is how many notices a story tells.
const storyLines = 50

// Story tells whoever runs boardcast what became of notices of any chats, and what is still to come of them; of one stream
// alone if it is given.
func (v View) Story(notices []storage.Notice, stream string) (bot.Post, error) {
	var list bot.List
	var changes []storage.Entry
	if stream != "" {
		var err error
		if changes, err = storage.ChangesOf(v, stream); err != nil {
			return bot.Post{}, err
		}
	}
	more := 0
	for _, n := range notices {
		switch {
		case stream != "" && n.Stream != stream:
			continue
		case len(list.Items) == storyLines:
			more++
			continue
		}
		item, err := v.story(n, changes)
		if err != nil {
			return bot.Post{}, err
		}
		list.Items = append(list.Items, item)
	}
	post := bot.Post{Headline: bot.Say("story.headline", bot.Args{"Count": bot.N(len(list.Items) + more)}), Body: []bot.Block{list}}
	if len(list.Items) == 0 {
		return bot.Post{Headline: bot.Say("story.nothing")}, nil
	}
	if more > 0 {
		post.Footer = bot.Say("story.more", bot.Args{"Count": bot.N(more)})
	}
	return post, nil
}

// story is a line of a Story: the notice as its chat sees it, of one stream with how it came about, and which chat that is.
func (v View) story(n storage.Notice, changes []storage.Entry) (bot.Text, error) {
	chat, err := storage.Chats.Get(v, n.Chat)
	if errors.Is(err, storage.ErrNotFound) {
		chat.ID, err = n.Chat, nil
	}
	if err != nil {
		return nil, err
	}
	v.Scope = n.Scope
	if n.Owed() {
		n.Settled = n.Due
	}
	line, err := v.Outcome(n)
	if changes != nil {
		line, err = v.Chain(n, changes, "")
	}
	if err != nil {
		return nil, err
	}
	return bot.Join(" · ", line, bot.Lit(strings.TrimSpace(bot.Clean(chat.Title)+" "+chat.ID)).With(bot.Faint)), nil
}

// why is the reason of an outcome.
func (v View) why(n storage.Notice) (bot.Text, error) {
	if !n.Resumes.IsZero() {
		return bot.Say("why.paused_until", bot.Args{"Until": bot.At(n.Resumes, bot.DayClock)}), nil
	}
	if n.Why == "why.suspended" && n.Suspension != nil {
		return bot.Say("why.suspended", bot.Args{"Since": bot.At(n.Suspension.Since, bot.DayClock)}), nil
	}
	if n.Outcome != storage.Skipped {
		return bot.Say(n.Why), nil
	}
	restored, err := storage.RestoreBefore(v, n.Settled)
	if err != nil {
		return nil, err
	}
	return bot.Say(n.Why, bot.Args{"When": bot.At(restored.Of, bot.DayClock)}), nil
}

// Undone says what was put back, and how things stand now.
func (v View) Undone(undo storage.Entry, chat storage.Chat) (bot.Post, error) {
	post := bot.Post{Headline: bot.Say("undo.done", bot.Args{"Line": bot.Quote(undo.Line)})}
	var watches *storage.Change
	var settings bool
	for _, change := range undo.Changes {
		switch {
		case change.Watch != nil:
			watches = &change // all of them show in one list
			continue
		case change.Community != nil || change.Chat != nil && change.Chat.Before.Paused == change.Chat.After.Paused:
			settings = true // likewise
			continue
		}
		line, err := v.recordNow(change)
		if err != nil {
			return bot.Post{}, err
		}
		if len(line) > 0 {
			post.Body = append(post.Body, bot.Paragraph{Text: line})
		}
	}
	if settings {
		now, err := v.Chat(chat)
		if err != nil {
			return bot.Post{}, err
		}
		post.Body = append(post.Body, now.Body...)
	}
	if watches == nil {
		return post, nil
	}
	list, err := v.listAfter(*watches.Watch, chat)
	post.Body = append(append(post.Body, bot.Paragraph{Text: list.Headline}), list.Body...)
	return post, err
}

// recordNow says how a record stands after a change to it was taken back; nothing of what a person has set for themselves.
func (v View) recordNow(change storage.Change) (bot.Text, error) {
	switch {
	case change.Stream != nil && change.Stream.After.Withdrawn:
		return bot.Say("undo.withdrawn", bot.Args{"ID": bot.Lit(change.Stream.After.ID)}), nil
	case change.Stream != nil:
		return v.Line(*change.Stream.After)
	case change.Chat != nil:
		return v.spokenIn(*change.Chat.After), nil
	case change.Executive != nil || change.Account != nil:
		return v.rosterNow(change)
	case change.Reading != nil:
		return v.readingGone(*change.Reading.Before)
	default:
		return nil, nil
	}
}

// listAfter lists the watches of a chat, or the person's reminders, after one of them has changed.
func (v View) listAfter(change storage.Changed[storage.Watch], chat storage.Chat) (bot.Post, error) {
	changed := change.Before
	if changed == nil {
		changed = change.After
	}
	if changed.By != "" {
		reminders, err := storage.RemindersOf(v, chat, changed.By)
		if err != nil {
			return bot.Post{}, err
		}
		return v.Reminders(reminders)
	}
	watches, err := storage.WatchesOf(v, chat)
	if err != nil {
		return bot.Post{}, err
	}
	return v.Watches(chat, watches)
}

// rosterNow says how a person or an account stands after a change was taken back.
func (v View) rosterNow(change storage.Change) (bot.Text, error) {
	if change.Account != nil {
		return v.accountNow(*change.Account)
	}
	c := change.Executive
	if c.After == nil {
		return bot.Say("undo.person_gone", bot.Args{"Who": v.bothNames(c.Before.Names)}), nil
	}
	return v.WithEmployers(c.After.ID)
}

func (v View) accountNow(c storage.Changed[storage.Account]) (bot.Text, error) {
	if c.After == nil || c.After.Removed {
		account, err := v.AccountOn(*c.Before)
		return bot.Say("undo.account_gone", bot.Args{"Account": account}), err
	}
	return v.AccountOn(*c.After)
}

// readingGone says that a reading was taken away, and what the stream has left.
func (v View) readingGone(gone storage.StreamReading) (bot.Text, error) {
	said, err := v.Figure(storage.Figure{Metric: gone.Reading.Metric, Low: gone.Reading, High: gone.Reading})
	if err != nil {
		return nil, err
	}
	figures, err := v.Figures(gone.Stream)
	if err != nil {
		return nil, err
	}
	left, err := v.lead(figures)
	return bot.Say("undo.reading", bot.Args{"ID": bot.Lit(gone.Stream), "Figure": said, "Left": left}), err
}
