package cards

import (
	"boardcast/bot"
	"boardcast/storage"
)

// Week is the summary of a week.
func (v View) Week(week storage.ISOWeek) (bot.Post, error) {
	sum, err := v.Summary(week, v.Zone, v.Now)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{
		Headline: v.weekHeadline(sum), Footer: bot.Say("week.coverage", bot.Args{"Week": bot.Lit(week.String())}),
		Locale: v.Locale, Zone: v.Zone,
	}
	parts := []struct {
		title   string
		streams []storage.Stream
	}{{"week.open", sum.Open}, {"week.called_off", sum.Called}, {"week.next", sum.Next}}
	if post.Body, err = v.weekTook(sum); err != nil {
		return bot.Post{}, err
	}
	for _, part := range parts {
		list, err := v.List(bot.Say(part.title), part.streams)
		if err != nil {
			return bot.Post{}, err
		}
		if len(list.Items) > 0 {
			post.Body = append(post.Body, list)
		}
	}
	if len(sum.Next) == 0 && !v.Now.After(week.End(v.Zone).AddDate(0, 0, 7)) {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("week.nothing_next")})
	}
	return post, nil
}

// weekHeadline says which days the week has, and what happened in a sentence.
func (v View) weekHeadline(sum storage.WeekSummary) bot.Text {
	begin, end := sum.Week.Begin(v.Zone), sum.Week.End(v.Zone).Add(-1)
	said := bot.Args{
		"From": bot.AtIn(begin, bot.ShortDay, v.Zone), "To": bot.AtIn(end, bot.ShortDay, v.Zone), "Count": bot.N(len(sum.Streams)),
	}
	switch {
	case len(sum.Streams) == 0 && sum.AnyEnded:
		return bot.Say("week.quiet", said)
	case !sum.AnyEnded:
		return bot.Say("week.so_far", said)
	default:
		return bot.Say("week.headline", said)
	}
}

// weekTook lists what took place, and holds it against the week before.
func (v View) weekTook(sum storage.WeekSummary) ([]bot.Block, error) {
	if len(sum.Streams) == 0 {
		return nil, nil
	}
	var list bot.List
	for _, item := range sum.Streams {
		line, err := v.inLine(item.Stream)
		if err != nil {
			return nil, err
		}
		lead, err := v.lead(item.Figures)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, bot.Join(" · ",
			bot.Join(": ", line, bot.Join(", ", lead, lasted(item.Stream))), bot.Lit(item.Stream.ID).With(bot.Faint)))
	}
	list.Items = brief(list.Items)
	fields := bot.Fields{
		{Name: bot.Say("week.against"), Value: bot.Say("week.before", bot.Args{"Count": bot.N(sum.Before)})},
	}
	if sum.Length > 0 {
		hours := bot.Field{Name: bot.Say("week.hours"), Value: bot.For(sum.Length)}
		if sum.Untimed > 0 {
			hours.Value = bot.Say("week.hours_partly", bot.Args{"Hours": bot.For(sum.Length), "Count": bot.N(sum.Untimed)})
		}
		fields = append(bot.Fields{hours}, fields...)
	}
	return []bot.Block{list, fields}, nil
}

// List is streams under a title.
func (v View) List(title bot.Text, streams []storage.Stream) (bot.List, error) {
	list := bot.List{Title: title}
	for _, s := range streams {
		line, err := v.Line(s)
		if err != nil {
			return bot.List{}, err
		}
		list.Items = append(list.Items, line)
	}
	list.Items = brief(list.Items)
	return list, nil
}

// brief cuts a list to what fits a phone, and says how much more there is.
func brief(items []bot.Text) []bot.Text {
	const most = 10
	if len(items) <= most {
		return items
	}
	return append(items[:most:most], bot.Say("list.and_more", bot.Args{"Count": bot.N(len(items) - most)}))
}
