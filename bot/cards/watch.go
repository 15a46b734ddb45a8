package cards

import (
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// WatchAdded says what a new watch will do, and what the bot can see of its subjects.
func (v View) WatchAdded(w storage.Watch, chat storage.Chat) (bot.Post, error) {
	names, err := v.Subjects(w.Subjects)
	if err != nil {
		return bot.Post{}, err
	}
	return bot.Post{
		Headline: bot.Say("watch.added", bot.Args{"Subjects": names, "Times": times(w.Before)}),
		Body:     []bot.Block{bot.Paragraph{Text: bot.Say("sight.told")}, bot.Paragraph{Text: quiet(chat.Quiet)}},
		Footer:   bot.Lit(w.ID),
	}, nil
}

// times says when a watch speaks.
func times(before []time.Duration) bot.Text {
	if len(before) == 0 {
		return bot.Say("watch.when_live")
	}
	lengths := make([]bot.Text, 0, len(before))
	for _, length := range before {
		lengths = append(lengths, bot.For(length))
	}
	return bot.Say("watch.times", bot.Args{"Before": bot.Join(", ", lengths...)})
}

// quiet says what the quiet hours are.
func quiet(q storage.Quiet) bot.Text {
	if q.Off {
		return bot.Say("chat.quiet_off")
	}
	from, to := q.Hours()
	return bot.Say("chat.quiet", bot.Args{"From": wallClock(from), "To": wallClock(to)})
}

// wallClock is minutes after midnight as a clock shows them.
func wallClock(minutes int) bot.Text {
	midnight := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	return bot.AtIn(midnight.Add(time.Duration(minutes)*time.Minute), bot.Clock, time.UTC)
}

// Watches lists a chat's watches.
func (v View) Watches(watches []storage.Watch) (bot.Post, error) {
	if len(watches) == 0 {
		return bot.Post{
			Headline: bot.Say("watch.none"), Buttons: []bot.Button{bot.Press(bot.Lit("/watch add everything"), "/watch add everything")},
		}, nil
	}
	table := bot.Table{Heads: []bot.Text{bot.Say("watch.head_id"), bot.Say("watch.head_subjects"), bot.Say("watch.head_times")}}
	for _, w := range watches {
		names, err := v.Subjects(w.Subjects)
		if err != nil {
			return bot.Post{}, err
		}
		table.Rows = append(table.Rows, []bot.Text{bot.Lit(w.ID), names, times(w.Before)})
	}
	return bot.Post{
		Headline: bot.Say("watch.count", bot.Args{"Count": bot.N(len(watches))}),
		Body:     []bot.Block{table, bot.Paragraph{Text: bot.Say("sight.told").With(bot.Faint)}},
	}, nil
}

// Chat says what is set for a chat.
func (v View) Chat(chat storage.Chat) bot.Post {
	weekly := bot.Say("chat.weekly_on")
	if chat.NoWeekly {
		weekly = bot.Say("chat.weekly_off")
	}
	zone := chat.Location()
	return bot.Post{
		Headline: bot.Say("chat.settings"),
		Body: []bot.Block{bot.Fields{
			{Name: bot.Say("chat.zone"), Value: bot.Say("chat.zone_now", bot.Args{
				"Place": bot.In(zone), "Zone": bot.Lit(zone.String()), "Now": bot.AtIn(v.Now, bot.Clock, zone),
			})},
			{Name: bot.Say("chat.language"), Value: bot.Lit(v.Locale)},
			{Name: bot.Say("chat.quiet_name"), Value: quiet(chat.Quiet)},
			{Name: bot.Say("chat.weekly"), Value: weekly},
		}},
		Footer: bot.Lit(chat.ID).OrNone(),
	}
}
