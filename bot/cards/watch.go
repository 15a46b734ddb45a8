package cards

import (
	"cmp"
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// WatchAdded says what a new watch will do, and what the bot can see of its subjects.
func (v View) WatchAdded(w storage.Watch, chat storage.Chat) (bot.Post, error) {
	post, err := v.watchNow(w, "watch.added", "watch.added_whom")
	post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("sight.told")}, bot.Paragraph{Text: quiet(chat.Quiet)})
	if chat.Paused.Covers(v.Now) {
		post.Body = append(post.Body, bot.Paragraph{Text: v.allPaused(chat.Paused)})
	}
	return post, err
}

// WatchEdited says what a watch does now, and what it did before.
func (v View) WatchEdited(before, after storage.Watch, chat storage.Chat) (bot.Post, error) {
	post, err := v.watchNow(after, "watch.now", "watch.now_whom")
	if err != nil {
		return bot.Post{}, err
	}
	names, err := v.Subjects(before.Subjects)
	if err != nil {
		return bot.Post{}, err
	}
	was := bot.Say("watch.was", bot.Args{"Subjects": names, "Times": v.orders(before)})
	post.Body = append(post.Body, bot.Paragraph{Text: was})
	if after.Paused.Covers(v.Now) || chat.Paused.Covers(v.Now) {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.still_paused")})
	}
	return post, nil
}

// watchNow says what a watch does: in the headline where that fits, else in one that says whom it is about.
func (v View) watchNow(w storage.Watch, headline, whom string) (bot.Post, error) {
	names, err := v.Subjects(w.Subjects)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Footer: bot.Lit(w.ID)}
	orders := v.orders(w)
	whole := bot.Say(headline, bot.Args{"Subjects": names, "Times": orders})
	if w.Style == storage.CardStyle && v.runes(whole) <= headlineRunes {
		post.Headline = whole
		return post, nil
	}
	brief, all, err := v.briefly(w.Subjects)
	post.Headline = bot.Say(whom, bot.Args{"Subjects": brief})
	var fields bot.Fields
	if !all {
		fields = append(fields, bot.Field{Name: bot.Say("watch.head_subjects"), Value: names})
	}
	post.Body = []bot.Block{append(fields, bot.Field{Name: bot.Say("watch.head_times"), Value: orders})}
	return post, err
}

// orders say when a watch speaks, how where that is not as usual, and whom it mentions.
func (v View) orders(w storage.Watch) bot.Text {
	said := []bot.Text{times(w.Before)}
	switch w.Style {
	case storage.CardStyle:
	case storage.MessagesStyle:
		said = append(said, bot.Say("watch.in_messages"))
	case storage.DigestStyle:
		said = []bot.Text{bot.Say("watch.in_digest")}
	}
	if w.Milestones {
		said = append(said, bot.Say("watch.with_milestones"))
	}
	if len(w.Mentions) > 0 {
		said = append(said, bot.Say("watch.mentions", bot.Args{"Names": names(w.Mentions)}))
	}
	return bot.Joined(bot.ClauseMark, said...)
}

// times says when a watch speaks.
func times(before []time.Duration) bot.Text {
	if len(before) == 0 {
		return bot.Say("watch.when_live")
	}
	return bot.Say("watch.times", bot.Args{"Before": Lengths(before)})
}

// Lengths are times before, one after another.
func Lengths(before []time.Duration) bot.Text {
	said := make([]bot.Text, 0, len(before))
	for _, length := range before {
		said = append(said, bot.For(length))
	}
	return bot.Joined(bot.ListMark, said...)
}

// paused says since or until when there is a pause.
func (v View) paused(p storage.Pause) bot.Text {
	if p.Until.IsZero() {
		return bot.Say("watch.paused", bot.Args{"Since": bot.At(p.Since, bot.DayClock)})
	}
	return bot.Say("watch.paused_until", bot.Args{"Until": bot.At(p.Until, bot.DayClock)})
}

func (v View) allPaused(p storage.Pause) bot.Text {
	return bot.Say("watch.all_paused", bot.Args{"Pause": v.paused(p)})
}

// quiet says what the quiet hours are, and what is done in them.
func quiet(q storage.Quiet) bot.Text {
	from, to := q.Hours()
	hours := bot.Args{"From": wallClock(from), "To": wallClock(to)}
	switch {
	case q.Off:
		return bot.Say("chat.quiet_off")
	case q.Hold && q.Urgent:
		return bot.Say("chat.quiet_hold_urgent", hours)
	case q.Hold:
		return bot.Say("chat.quiet_hold", hours)
	case q.Urgent:
		return bot.Say("chat.quiet_urgent", hours)
	}
	return bot.Say("chat.quiet", hours)
}

// wallClock is minutes after midnight as a clock shows them.
func wallClock(minutes int) bot.Text {
	midnight := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	return bot.AtIn(midnight.Add(time.Duration(minutes)*time.Minute), bot.Clock, time.UTC)
}

// Watches lists a chat's watches: whom, when, and whether they are paused.
func (v View) Watches(chat storage.Chat, watches []storage.Watch) (bot.Post, error) {
	if len(watches) == 0 {
		return bot.Post{
			Headline: bot.Say("watch.none"), Buttons: []bot.Button{bot.PressLine("/watch add everything")},
		}, nil
	}
	table := bot.Table{Heads: []bot.Text{bot.Say("watch.head_id"), bot.Say("watch.head_subjects"), bot.Say("watch.head_times")}}
	for _, w := range watches {
		names, err := v.Subjects(w.Subjects)
		if err != nil {
			return bot.Post{}, err
		}
		when := v.orders(w)
		if w.Paused.Covers(v.Now) {
			when = bot.Joined(bot.ClauseMark, when, v.paused(w.Paused))
		}
		table.Rows = append(table.Rows, []bot.Text{bot.Lit(w.ID), names, when})
	}
	post := bot.Post{
		Headline: bot.Say("watch.count", bot.Args{"Count": bot.N(len(watches))}),
		Body:     []bot.Block{table, bot.Paragraph{Text: bot.Say("sight.told").With(bot.Faint)}},
	}
	if chat.Paused.Covers(v.Now) {
		post.Body = append([]bot.Block{bot.Paragraph{Text: v.allPaused(chat.Paused)}}, post.Body...)
		post.Buttons = []bot.Button{bot.Press(bot.Say("button.resume_all"), "/watch resume all")}
	}
	return post, nil
}

// Language is what speakers of a language call it.
func (v View) Language(locale string) bot.Text {
	speaker := bot.Voice{Words: v.Words, Locale: locale, Zone: v.Zone, Now: v.Now}
	return bot.Lit(speaker.Plain(bot.Say("language.name_" + locale)))
}

// Chat says what is set for a chat.
func (v View) Chat(chat storage.Chat) (bot.Post, error) {
	weekly := bot.Say("chat.weekly_on")
	if chat.NoWeekly {
		weekly = bot.Say("chat.weekly_off")
	}
	languages := v.Language(v.Locale)
	if chat.Also != "" && chat.Also != v.Locale {
		languages = bot.Joined(bot.ListMark, languages, v.Language(chat.Also))
	}
	post := bot.Post{
		Headline: bot.Say("chat.settings"),
		Body: []bot.Block{bot.Fields{
			{Name: bot.Say("chat.zone"), Value: v.zoneNow(chat)},
			{Name: bot.Say("chat.language"), Value: languages},
			{Name: bot.Say("chat.quiet_name"), Value: quiet(chat.Quiet)},
			{Name: bot.Say("chat.weekly"), Value: weekly},
		}},
		Footer: bot.Lit(chat.ID).OrNone(),
	}
	if chat.Paused.Covers(v.Now) {
		post.Body = append(post.Body, bot.Paragraph{Text: v.allPaused(chat.Paused)})
	}
	if chat.Kind == bot.Private {
		return post, nil
	}
	shared, err := v.shared(chat)
	post.Body = append(post.Body, shared)
	return post, err
}

// zoneNow is where a chat has its clocks from, and what they show.
func (v View) zoneNow(chat storage.Chat) bot.Text {
	zone := chat.Location()
	return bot.Say("chat.zone_now", bot.Args{
		"Place": bot.In(zone), "Zone": bot.Lit(zone.String()), "Now": bot.AtIn(v.Now, bot.Clock, zone),
	})
}

// shared is what is set for a chat of several people: who reads answers, who may change things, and what stands in the calendar.
func (v View) shared(chat storage.Chat) (bot.Fields, error) {
	community, err := storage.Communities.Get(v, chat.Community)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return nil, err
	}
	fields := bot.Fields{
		{Name: bot.Say("chat.answers"), Value: bot.Say("chat.answers_" + string(cmp.Or(chat.Answers, bot.AskerReads)))},
		{Name: bot.Say("chat.moderators"), Value: Moderators(chat.Address.Messenger, community)},
	}
	if !chat.Address.Messenger.HasCalendar() {
		return fields, nil
	}
	events, err := v.events(chat)
	return append(fields, bot.Field{Name: bot.Say("chat.events"), Value: events}), err
}

// events says whether what is watched in a chat stands in the calendar of its community, and what is against it.
func (v View) events(chat storage.Chat) (bot.Text, error) {
	if !chat.Hosts {
		return bot.Say("chat.events_off"), nil
	}
	calendar, err := storage.CalendarOf(v, chat.Community)
	switch {
	case err != nil || calendar.Why == "":
		return bot.Say("chat.events_on"), err
	case calendar.Reason != "":
		words := bot.Args{"Why": bot.Say(calendar.Why), "Words": bot.Quote(calendar.Reason)}
		return bot.Say("chat.events_refused", words), nil
	default:
		return bot.Say("chat.events_but", bot.Args{"Why": bot.Say(calendar.Why)}), nil
	}
}

// Moderators says who may change things in the chats of a community of a messenger: its admins, and whom they have named.
func Moderators(messenger bot.Messenger, community storage.Community) bot.Text {
	admins := bot.Say("chat.moderators_admins")
	if messenger == bot.Discord {
		admins = bot.Say("chat.moderators_managers")
	}
	if len(community.Moderators) == 0 {
		return admins
	}
	named := make([]bot.Text, 0, len(community.Moderators))
	for _, name := range community.Moderators {
		named = append(named, bot.Mentioned(name))
	}
	return bot.Say("chat.moderators_named", bot.Args{"Admins": admins, "Named": bot.Joined(bot.ListMark, named...)})
}

// WatchPaused says that a watch is silent, or speaks again.
func (v View) WatchPaused(w storage.Watch, chat storage.Chat) (bot.Post, error) {
	names, err := v.Briefly(w.Subjects)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Footer: bot.Lit(w.ID)}
	switch {
	case w.Paused.Since.IsZero():
		post.Headline = bot.Say("watch.resumed", bot.Args{"Subjects": names})
		post.Body = []bot.Block{bot.Paragraph{Text: v.orders(w)}}
		if chat.Paused.Covers(v.Now) {
			post.Body = append(post.Body, bot.Paragraph{Text: v.allPaused(chat.Paused)})
			post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.resume_all"), "/watch resume all"))
		}
	default:
		post.Headline = v.silence(w.Paused, names)
		post.Body = []bot.Block{bot.Paragraph{Text: bot.Say("watch.while_paused")}}
		if chat.Paused.Covers(v.Now) {
			post.Body = append(post.Body, bot.Paragraph{Text: v.allPaused(chat.Paused)})
		}
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.resume"), "/watch resume "+w.ID))
	}
	post.Buttons = append(post.Buttons, undo())
	return post, nil
}

// AllPaused says that a chat is told nothing, or is told again, and what stays paused by itself.
func (v View) AllPaused(chat storage.Chat, watches []storage.Watch) (bot.Post, error) {
	if !chat.Paused.Since.IsZero() {
		return bot.Post{
			Headline: v.silence(chat.Paused, bot.Say("watch.all")),
			Body: []bot.Block{
				bot.Paragraph{Text: bot.Say("watch.while_paused")}, bot.Paragraph{Text: bot.Say("watch.while_all_paused")},
			},
			Buttons: []bot.Button{bot.Press(bot.Say("button.resume"), "/watch resume all"), undo()},
		}, nil
	}
	post := bot.Post{Headline: bot.Say("watch.resumed_all")}
	for _, w := range watches {
		if !w.Paused.Covers(v.Now) {
			continue
		}
		names, err := v.Briefly(w.Subjects)
		if err != nil {
			return bot.Post{}, err
		}
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("watch.stays", bot.Args{"Subjects": names, "Pause": v.paused(w.Paused)})})
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.resume_one", bot.Args{"ID": bot.Lit(w.ID)}), "/watch resume "+w.ID))
	}
	post.Buttons = append(post.Buttons, undo())
	return post, nil
}

// silence says about what a chat is told nothing, and until when.
func (v View) silence(p storage.Pause, about bot.Text) bot.Text {
	if p.Until.IsZero() {
		return bot.Say("watch.silent", bot.Args{"Subjects": about})
	}
	return bot.Say("watch.silent_until", bot.Args{"Subjects": about, "Until": bot.At(p.Until, bot.DayClock)})
}

func undo() bot.Button { return bot.Press(bot.Say("button.undo"), "/undo") }

// spokenIn says whether a chat is told of what it watches.
func (v View) spokenIn(chat storage.Chat) bot.Text {
	if chat.Paused.Covers(v.Now) {
		return v.silence(chat.Paused, bot.Say("watch.all"))
	}
	return bot.Say("watch.resumed_all")
}
