package cards

import (
	"cmp"
	"slices"
	"strings"

	"boardcast/bot"
	"boardcast/storage"
)

// What a week shows at most before it says how many more there are: it fits a phone.
const (
	weekStreams  = 6 // in their order; of more the best
	weekBest     = 5
	weekOthers   = 3
	weekChanges  = 3
	weekShares   = 4
	weekGrowths  = 2
	weekRecords  = 2
	shareStreams = 2 // from which shares say anything
)

// Week is a week in streams and figures: what happened, how it compares, and what comes after it. What compares with nothing is
// not compared.
func (v View) Week(week storage.ISOWeek) (bot.Post, error) {
	sum, err := v.Summary(week, v.Zone, v.Now)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{
		Headline: v.weekHeadline(sum), Footer: bot.Say("week.coverage", bot.Args{"Week": weekName(week)}),
		Locale: v.Locale, Zone: v.Zone,
	}
	if len(sum.Took) > 0 {
		if err := v.weekTook(&post, sum); err != nil {
			return bot.Post{}, err
		}
	}
	parts := []struct {
		title   string
		streams []storage.Stream
	}{{"week.open", sum.Open}, {"week.called_off", sum.Called}, {"week.next", sum.Next}}
	for _, part := range parts {
		list, err := v.List(bot.Say(part.title), part.streams[:min(len(part.streams), weekOthers)])
		if err != nil {
			return bot.Post{}, err
		}
		if more := len(part.streams) - weekOthers; more > 0 {
			list.Items = append(list.Items, bot.Say("week.more", bot.Args{"Count": bot.N(more)}))
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

// weekName is a week by its number.
func weekName(week storage.ISOWeek) bot.Text {
	year, number, _ := strings.Cut(week.String(), "-W")
	return bot.Say("week.name", bot.Args{"Year": bot.Lit(year), "Number": bot.Lit(number)})
}

func (v View) weekHeadline(sum storage.WeekSummary) bot.Text {
	begin, end := sum.Week.Begin(v.Zone), sum.Week.End(v.Zone).Add(-1)
	said := bot.Args{
		"From": bot.AtIn(begin, bot.ShortDay, v.Zone), "To": bot.AtIn(end, bot.ShortDay, v.Zone), "Count": bot.N(len(sum.Took)),
	}
	switch {
	case len(sum.Took) == 0 && sum.Over:
		return bot.Say("week.quiet", said)
	case !sum.Over:
		return bot.Say("week.so_far", said)
	default:
		return bot.Say("week.headline", said)
	}
}

// weekTook adds the streams that took place and what they come to.
func (v View) weekTook(post *bot.Post, sum storage.WeekSummary) error {
	list, shown, err := v.weekList(post, sum)
	if err != nil {
		return err
	}
	fields := v.onAir(sum.Sums)
	parts := []func() (bot.Fields, error){
		func() (bot.Fields, error) { return v.weekAgainst(sum) },
		func() (bot.Fields, error) { return v.weekShares(sum) },
		func() (bot.Fields, error) { return v.weekRecords(sum, shown) },
		func() (bot.Fields, error) { return v.weekGrowths(sum) },
	}
	for _, part := range parts {
		more, err := part()
		if err != nil {
			return err
		}
		fields = append(fields, more...)
	}
	fields = append(fields, bot.Field{Name: bot.Say("stats.coverage"), Value: coverage(sum.Sums)})
	post.Body = append(post.Body, list, fields)
	return nil
}

// weekList are the streams in their order, or of many the best in the metric that most of them have.
func (v View) weekList(post *bot.Post, sum storage.WeekSummary) (bot.List, []storage.WeekStream, error) {
	list, shown := bot.List{}, sum.Took
	if len(shown) > weekStreams {
		metric, ok := commonMetric(sum.Sums)
		list.Title, shown = bot.Say("week.first"), shown[:weekBest]
		line := "/recent everything"
		if ok {
			name, err := v.metricName(metric)
			if err != nil {
				return list, nil, err
			}
			list.Title = bot.Say("week.best", bot.Args{"Metric": name})
			shown = bestOf(sum.Took, metric)
			line = "/top streams " + string(metric) + " " + sum.Week.String()
		}
		more := bot.Say("week.more", bot.Args{"Count": bot.N(len(sum.Took) - len(shown))})
		post.Buttons = append(post.Buttons, bot.Press(more, line))
	}
	for _, took := range shown {
		item, err := v.weekItem(took)
		if err != nil {
			return list, nil, err
		}
		list.Items = append(list.Items, item)
	}
	return list, shown, nil
}

// commonMetric is the metric that ranks most streams of a week.
func commonMetric(sums storage.Sums) (storage.Metric, bool) {
	best := storage.MetricSums{}
	for _, m := range sums.Metrics {
		if !m.Metric.Leads() || !storage.Comparable(m.Metric, m.Metric) {
			continue
		}
		if m.Streams > best.Streams || m.Streams == best.Streams && storage.CompareLead(m.Metric, best.Metric) < 0 {
			best = m
		}
	}
	return best.Metric, best.Streams > 0
}

// bestOf are the best streams in a metric, greatest first.
func bestOf(took []storage.WeekStream, metric storage.Metric) []storage.WeekStream {
	ranked := slices.DeleteFunc(slices.Clone(took), func(s storage.WeekStream) bool {
		_, has := s.Brief.Value(metric)
		return !has
	})
	slices.SortStableFunc(ranked, func(a, b storage.WeekStream) int {
		x, _ := a.Brief.Value(metric)
		y, _ := b.Brief.Value(metric)
		return cmp.Compare(y, x)
	})
	return ranked[:min(len(ranked), weekBest)]
}

// weekItem is one stream with its leading figure and length.
func (v View) weekItem(took storage.WeekStream) (bot.Text, error) {
	stream, err := v.Scoped.Stream(took.ID)
	if err != nil {
		return nil, err
	}
	figures, err := v.Figures(took.ID)
	if err != nil {
		return nil, err
	}
	line, err := v.inLine(stream)
	if err != nil {
		return nil, err
	}
	lead, err := v.lead(figures)
	if err != nil {
		return nil, err
	}
	return bot.Join(" · ", bot.Joined(bot.LabelMark, line, bot.Joined(bot.AsideMark, lead, lasted(stream))), bot.Lit(took.ID).With(bot.Faint)), nil
}

// weekAgainst sets the week beside the one before: a metric only where both have a figure of it.
func (v View) weekAgainst(sum storage.WeekSummary) (bot.Fields, error) {
	var changes []bot.Text
	for _, m := range ordered(sum.Sums, Asked{Fits: func(m storage.Metric) bool { return storage.Comparable(m, m) }}) {
		before, both := sum.Before.Of(m.Metric)
		if !both || len(changes) == weekChanges {
			continue
		}
		name, err := v.metricName(m.Metric)
		if err != nil {
			return nil, err
		}
		now, err := v.valueOf(m.Stream, m.Metric)
		if err != nil {
			return nil, err
		}
		then, err := v.valueOf(before.Stream, m.Metric)
		if err != nil {
			return nil, err
		}
		changes = append(changes, bot.Say("week.changed", bot.Args{"Metric": name, "Best": now, "Before": then}))
	}
	count := bot.Args{"Count": bot.N(sum.Before.Streams)}
	value := bot.Say("week.before", count)
	switch {
	case len(changes) > 0:
		value = bot.Joined(bot.ClauseMark, append([]bot.Text{value}, changes...)...)
	case sum.Sums.Figured > 0 && sum.Before.Streams > 0:
		value = bot.Say("week.before_nothing", count)
	}
	return bot.Fields{{Name: bot.Say("week.against"), Value: value}}, nil
}

// share is what of a week's streams one company has.
type share struct {
	id   string
	sums storage.Sums
}

// weekShares says how streams and hours divide between the companies; a brand's are its company's.
func (v View) weekShares(sum storage.WeekSummary) (bot.Fields, error) {
	if len(sum.Took) < shareStreams {
		return nil, nil
	}
	var said []bot.Text
	for _, s := range sharesOf(sum.Took) {
		if len(said) == weekShares {
			break
		}
		automaker, err := v.Automaker(s.id)
		if err == nil && automaker.Parent != "" {
			continue
		}
		name, err := v.Company(s.id)
		if err != nil {
			return nil, err
		}
		count := bot.N(s.sums.Streams)
		one := bot.Say("week.share", bot.Args{"Company": name, "Count": count})
		if s.sums.Length > 0 {
			one = bot.Say("week.share_hours", bot.Args{"Company": name, "Count": count, "Hours": bot.For(s.sums.Length)})
		}
		said = append(said, one)
	}
	if len(said) == 0 {
		return nil, nil
	}
	return bot.Fields{{Name: bot.Say("week.companies"), Value: bot.Joined(bot.ListMark, said...)}}, nil
}

func sharesOf(took []storage.WeekStream) []share {
	var shares []share
	for _, stream := range took {
		for _, subject := range stream.Brief.Subjects {
			if subject.Kind != storage.AutomakerSubject {
				continue
			}
			i := slices.IndexFunc(shares, func(s share) bool { return s.id == subject.ID })
			if i < 0 {
				i, shares = len(shares), append(shares, share{id: subject.ID})
			}
			shares[i].sums.Streams++
			shares[i].sums.Length += stream.Brief.Length
		}
	}
	slices.SortStableFunc(shares, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.sums.Streams, a.sums.Streams), cmp.Compare(b.sums.Length, a.sums.Length), cmp.Compare(a.id, b.id))
	})
	return shares
}

// weekRecords are the streams that had more than any before of the same person, in the metric that leads them.
func (v View) weekRecords(sum storage.WeekSummary, shown []storage.WeekStream) (bot.Fields, error) {
	var fields bot.Fields
	for _, took := range shown {
		if len(fields) == weekRecords {
			break
		}
		said, err := v.record(sum.Week, took)
		if err != nil {
			return nil, err
		}
		if len(said) > 0 {
			fields = append(fields, bot.Field{Name: bot.Say("week.record"), Value: said})
		}
	}
	return fields, nil
}

// record is a stream's record, if it is one: the first figure in a metric is none.
func (v View) record(week storage.ISOWeek, took storage.WeekStream) (bot.Text, error) {
	figures, err := v.Figures(took.ID)
	if err != nil {
		return nil, err
	}
	lead, ok := storage.Lead(figures)
	subjects := took.Brief.Subjects
	if !ok || !storage.Comparable(lead.Metric, lead.Metric) || len(subjects) == 0 || subjects[0].Kind != storage.PersonSubject {
		return nil, nil
	}
	sums, err := v.Totals(subjects[0], storage.Span{To: week.Begin(v.Zone)})
	if err != nil {
		return nil, err
	}
	before, had := sums.Of(lead.Metric)
	if !had || lead.Low.Value <= before.Best {
		return nil, nil
	}
	who, err := v.Subject(subjects[0])
	if err != nil {
		return nil, err
	}
	name, err := v.metricName(lead.Metric)
	if err != nil {
		return nil, err
	}
	return bot.Say("week.record_is", bot.Args{
		"Who": who, "Metric": name, "Value": spread(lead, false), "Before": bot.Figure(before.Best),
	}), nil
}

// weekGrowths are follower counts dated in the week, beside those before.
func (v View) weekGrowths(sum storage.WeekSummary) (bot.Fields, error) {
	grown, err := v.Growths(sum.Week.Begin(v.Zone), sum.Week.End(v.Zone))
	if err != nil {
		return nil, err
	}
	var said []bot.Text
	for _, g := range grown[:min(len(grown), weekGrowths)] {
		who, err := v.Subject(g.Account.Owner)
		if err != nil {
			return nil, err
		}
		platform, err := v.Platform(g.Account.Platform)
		if err != nil {
			return nil, err
		}
		said = append(said, bot.Say("week.grew", bot.Args{
			"Who": who, "Platform": platform, "Followers": followers(g.Last), "Before": followers(g.Before), "AsOf": partialDate(g.Before.AsOf),
		}))
	}
	if len(said) == 0 {
		return nil, nil
	}
	return bot.Fields{{Name: bot.Say("week.followers"), Value: bot.Joined(bot.ClauseMark, said...)}}, nil
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
