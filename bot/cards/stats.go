package cards

import (
	"cmp"
	"slices"

	"boardcast/bot"
	"boardcast/storage"
)

// What a card of figures shows at most.
const (
	shownMetrics  = 6
	shownAccounts = 4
	shownButtons  = 4
)

// Asked is a question about figures: of what, and of when.
type Asked struct {
	Period bot.Period
	Fits   func(storage.Metric) bool // which metrics
	What   string                    // the measure, if one was asked for
}

// span is the period as storage takes it.
func (a Asked) span() storage.Span { return storage.Span{From: a.Period.From, To: a.Period.To} }

// Period is a period as people call it, by the reader's clocks.
func (v View) Period(p bot.Period) bot.Text {
	switch p.Kind {
	case bot.DayPeriod:
		return bot.AtIn(p.From, bot.Day, v.Zone)
	case bot.MonthPeriod:
		return bot.AtIn(p.From, bot.Month, v.Zone)
	case bot.YearPeriod:
		return bot.AtIn(p.From, bot.Year, v.Zone)
	case bot.AllPeriod:
		return bot.Say("period.all")
	default:
		return bot.Join(" – ", bot.AtIn(p.From, bot.ShortDay, v.Zone), bot.AtIn(p.To.Add(-1), bot.ShortDay, v.Zone))
	}
}

// Stats is what a subject's streams of a period come to.
func (v View) Stats(subject storage.Subject, asked Asked) (bot.Post, error) {
	sums, err := v.Totals(subject, asked.span())
	if err != nil {
		return bot.Post{}, err
	}
	name, err := v.Heading(subject)
	if err != nil {
		return bot.Post{}, err
	}
	said := bot.Args{"Who": name, "Period": v.Period(asked.Period), "Count": bot.N(sums.Streams)}
	if sums.Streams == 0 {
		post := bot.Post{Headline: bot.Say("stats.none", bot.Args{"Who": name, "Period": v.Period(asked.Period)})}
		if asked.Period.Kind != bot.AllPeriod {
			post.Buttons = []bot.Button{bot.Press(bot.Say("period.all"), "/stats "+SubjectLine(subject)+" all")}
		}
		return post, nil
	}
	post := bot.Post{Headline: bot.Say("stats.headline", said)}
	fields := v.onAir(sums)
	counted, err := v.metricFields(sums, asked)
	if err != nil {
		return bot.Post{}, err
	}
	followers, err := v.followerFields(subject, asked)
	if err != nil {
		return bot.Post{}, err
	}
	fields = append(append(fields, counted...), followers...)
	fields = append(fields, bot.Field{Name: bot.Say("stats.coverage"), Value: coverage(sums)})
	post.Body = append(post.Body, fields)
	post.Footer = v.explained(asked, sums)
	post.Buttons = []bot.Button{bot.Press(bot.Say("button.recent"), "/recent "+SubjectLine(subject))}
	return post, nil
}

// onAir is how long the streams lasted together.
func (View) onAir(sums storage.Sums) bot.Fields {
	if sums.Timed == 0 {
		return bot.Fields{{Name: bot.Say("week.hours"), Value: bot.Say("stats.length_unknown")}}
	}
	value := bot.For(sums.Length)
	if untimed := sums.Streams - sums.Timed; untimed > 0 {
		value = bot.Say("week.hours_partly", bot.Args{"Hours": bot.For(sums.Length), "Count": bot.N(untimed)})
	}
	return bot.Fields{{Name: bot.Say("week.hours"), Value: value}}
}

// ordered are the metrics of sums that were asked for, those that lead best first.
func ordered(sums storage.Sums, asked Asked) []storage.MetricSums {
	metrics := slices.DeleteFunc(slices.Clone(sums.Metrics), func(m storage.MetricSums) bool { return !asked.Fits(m.Metric) })
	slices.SortStableFunc(metrics, func(a, b storage.MetricSums) int { return storage.CompareLead(a.Metric, b.Metric) })
	return metrics
}

// metricFields are the best of each metric with the stream that has it, and the sum where figures may be added up.
func (v View) metricFields(sums storage.Sums, asked Asked) (bot.Fields, error) {
	metrics := ordered(sums, asked)
	var fields bot.Fields
	for _, m := range metrics[:min(len(metrics), shownMetrics)] {
		name, err := v.metricName(m.Metric)
		if err != nil {
			return nil, err
		}
		value, err := v.best(m)
		if err != nil {
			return nil, err
		}
		fields = append(fields, bot.Field{Name: name, Value: value})
	}
	if len(metrics) == 0 {
		fields = append(fields, bot.Field{Name: bot.Say("field.figures"), Value: bot.Say("counter.none")})
	}
	return fields, nil
}

// metricName is what a metric counts and where.
func (v View) metricName(m storage.Metric) (bot.Text, error) {
	place, err := v.counter(m)
	return bot.Joined(bot.AsideMark, bot.Say("measure."+m.What()), place), err
}

// best says the greatest figure of a metric as it was given, and whose it is.
func (v View) best(m storage.MetricSums) (bot.Text, error) {
	if m.Streams > 1 && !storage.Comparable(m.Metric, m.Metric) {
		return bot.Say("stats.no_best", bot.Args{"Count": bot.N(m.Streams)}), nil
	}
	value, err := v.valueOf(m.Stream, m.Metric)
	if err != nil {
		return nil, err
	}
	said := bot.Say("stats.of_stream", bot.Args{"Value": value.With(bot.Strong), "ID": bot.Lit(m.Stream).With(bot.Faint)})
	if m.Streams == 1 {
		return said, nil
	}
	line := bot.Say("stats.best", bot.Args{"Best": said, "Count": bot.N(m.Streams)})
	if m.Sum > 0 {
		line = bot.Joined(bot.AsideMark, line, bot.Say("stats.sum", bot.Args{"Sum": bot.Figure(m.Sum)}))
	}
	return line, nil
}

// valueOf is a stream's figure in a metric with its qualifier; a range where sources differ.
func (v View) valueOf(stream string, metric storage.Metric) (bot.Text, error) {
	figures, err := v.Figures(stream)
	if err != nil {
		return nil, err
	}
	for _, f := range figures {
		if f.Metric == metric {
			return spread(f, false), nil
		}
	}
	return nil, nil
}

// coverage says how many streams have a figure at all.
func coverage(sums storage.Sums) bot.Text {
	return bot.Say("stats.figured", bot.Args{"Figured": bot.N(sums.Figured), "Streams": bot.N(sums.Streams)})
}

// explained says what the first metric counts.
func (View) explained(asked Asked, sums storage.Sums) bot.Text {
	what := asked.What
	if metrics := ordered(sums, asked); what == "" && len(metrics) > 0 {
		what = metrics[0].Metric.What()
	}
	if what == "" {
		return bot.Say("stats.sources")
	}
	meaning := bot.Joined(bot.LabelMark, bot.Say("measure."+what), bot.Say("metric."+what))
	return bot.Join(" · ", meaning, bot.Say("stats.sources"))
}

// followerFields are the latest follower counts of a subject's accounts in the period, each with its date and the one before.
func (v View) followerFields(subject storage.Subject, asked Asked) (bot.Fields, error) {
	if subject.Kind == storage.AllSubject || !asked.Fits("x.followers") && asked.What != "" {
		return nil, nil
	}
	accounts, err := v.AccountsOf(subject)
	if err != nil {
		return nil, err
	}
	var fields bot.Fields
	for _, account := range accounts {
		last, before := counts(account, asked.Period)
		if last == nil || len(fields) == shownAccounts {
			continue
		}
		platform, err := v.Platform(account.Platform)
		if err != nil {
			return nil, err
		}
		said := bot.Say("who.followers", bot.Args{"Count": followers(*last), "AsOf": partialDate(last.AsOf)})
		if before != nil {
			was := bot.Say("stats.followers_before", bot.Args{"Followers": followers(*before), "AsOf": partialDate(before.AsOf)})
			said = bot.Joined(bot.AsideMark, said, was)
		}
		fields = append(fields, bot.Field{Name: platform, Value: said})
	}
	return fields, nil
}

func followers(f storage.Followers) bot.Text {
	return qualified(storage.Reading{Value: f.Count, Qualifier: f.Qualifier})
}

// counts are an account's last follower count dated in a period, and the first one before it.
func counts(account storage.Account, p bot.Period) (last, before *storage.Followers) {
	in := slices.DeleteFunc(slices.Clone(account.Followers), func(f storage.Followers) bool {
		day := f.AsOf
		from, to := p.From.Format("2006-01-02"), p.To.AddDate(0, 0, -1).Format("2006-01-02")
		return p.Kind != bot.AllPeriod && (day < from[:len(day)] || day > to[:len(day)])
	})
	if len(in) == 0 {
		return nil, nil
	}
	if len(in) > 1 {
		before = &in[0]
	}
	return &in[len(in)-1], before
}

// StreamStats is what the readings of one stream come to.
func (v View) StreamStats(s storage.Stream, asked Asked) (bot.Post, error) {
	figures, err := v.Figures(s.ID)
	if err != nil {
		return bot.Post{}, err
	}
	headline, err := v.headline(s)
	if err != nil {
		return bot.Post{}, err
	}
	figures = slices.DeleteFunc(slices.Clone(figures), func(f storage.Figure) bool { return !asked.Fits(f.Metric) })
	post := bot.Post{Headline: headline, Footer: bot.Lit(s.ID)}
	fields, err := v.figureFields(s, figures)
	if err != nil {
		return bot.Post{}, err
	}
	if len(fields) == 0 {
		fields = bot.Fields{{Name: bot.Say("field.figures"), Value: bot.Say("counter.none")}}
	}
	for _, f := range figures {
		if f.First.Before(f.Last.At) {
			name, err := v.metricName(f.Metric)
			if err != nil {
				return bot.Post{}, err
			}
			fields = append(fields, bot.Field{Name: bot.Say("stats.readings"), Value: bot.Joined(bot.LabelMark, name, bot.Say("stats.read", bot.Args{
				"Count": bot.N(f.Count), "From": bot.At(f.First, bot.Clock), "To": bot.At(f.Last.At, bot.Clock),
			}))})
		}
	}
	post.Body = []bot.Block{fields}
	if len(figures) > 0 {
		what := cmp.Or(asked.What, figures[0].Metric.What())
		post.Footer = bot.Join(" · ", bot.Joined(bot.LabelMark, bot.Say("measure."+what), bot.Say("metric."+what)), bot.Lit(s.ID))
	}
	return post, nil
}

// ReadingAdded is the answer to a new reading: the stream as it stands now.
func (v View) ReadingAdded(added storage.StreamReading, undo bot.Button) (bot.Post, error) {
	stream, err := v.Scoped.Stream(added.Stream)
	if err != nil {
		return bot.Post{}, err
	}
	post, err := v.Stream(stream)
	if err != nil {
		return bot.Post{}, err
	}
	said, err := v.Figure(storage.Figure{Metric: added.Reading.Metric, Low: added.Reading, High: added.Reading})
	if err != nil {
		return bot.Post{}, err
	}
	taken := bot.Say("figures.added", bot.Args{"Figure": said})
	if !added.Reading.At.IsZero() {
		taken = bot.Say("figures.added_at", bot.Args{"Figure": said, "At": bot.At(added.Reading.At, bot.Clock)})
	}
	post.Body = append([]bot.Block{bot.Paragraph{Text: taken}}, post.Body...)
	post.Buttons = []bot.Button{undo}
	return post, nil
}

// Compare sets subjects side by side, like with like alone.
func (v View) Compare(subjects []storage.Subject, period bot.Period) (bot.Post, error) {
	asked := Asked{Period: period, Fits: func(storage.Metric) bool { return true }}
	table := bot.Table{Heads: []bot.Text{bot.Say("compare.what")}}
	all := make([]storage.Sums, 0, len(subjects))
	var names []bot.Text
	for _, subject := range subjects {
		sums, err := v.Totals(subject, asked.span())
		if err != nil {
			return bot.Post{}, err
		}
		name, err := v.Heading(subject)
		if err != nil {
			return bot.Post{}, err
		}
		all, names = append(all, sums), append(names, name)
	}
	table.Heads = append(table.Heads, names...)
	streams, hours := []bot.Text{bot.Say("compare.streams")}, []bot.Text{bot.Say("week.hours")}
	for _, sums := range all {
		streams = append(streams, bot.N(sums.Streams))
		hours = append(hours, dashed(bot.For(sums.Length), sums.Timed > 0))
	}
	table.Rows = [][]bot.Text{streams, hours}
	alike, alone := sortAlike(all)
	for _, metric := range alike[:min(len(alike), shownMetrics)] {
		row, err := v.compareRow(metric, all)
		if err != nil {
			return bot.Post{}, err
		}
		table.Rows = append(table.Rows, row)
	}
	post := bot.Post{
		Headline: bot.Say("compare.headline", bot.Args{"Who": bot.Joined(bot.ListMark, names...), "Period": v.Period(period)}),
		Body:     []bot.Block{table},
	}
	apart, err := v.apart(len(alike), alone)
	if err != nil {
		return bot.Post{}, err
	}
	if len(apart) > 0 {
		post.Body = append(post.Body, bot.Paragraph{Text: apart})
	}
	post.Footer = bot.Say("stats.sources")
	return post, nil
}

// dashed is a text, or a dash where there is nothing.
func dashed(t bot.Text, there bool) bot.Text {
	if !there || len(t) == 0 {
		return bot.Lit("–")
	}
	return t
}

// sortAlike divides metrics into those in which two or more have a figure that compares, and the others.
func sortAlike(all []storage.Sums) (alike, alone []storage.Metric) {
	have := map[storage.Metric]int{}
	for _, sums := range all {
		for _, m := range sums.Metrics {
			have[m.Metric]++
		}
	}
	for metric, n := range have {
		if n > 1 && storage.Comparable(metric, metric) {
			alike = append(alike, metric)
		} else {
			alone = append(alone, metric)
		}
	}
	slices.SortFunc(alike, storage.CompareLead)
	slices.SortFunc(alone, storage.CompareLead)
	return alike, alone
}

func (v View) compareRow(metric storage.Metric, all []storage.Sums) ([]bot.Text, error) {
	name, err := v.metricName(metric)
	if err != nil {
		return nil, err
	}
	row := []bot.Text{name}
	for _, sums := range all {
		m, there := sums.Of(metric)
		value, err := v.valueOf(m.Stream, metric)
		if err != nil {
			return nil, err
		}
		row = append(row, dashed(value, there))
	}
	return row, nil
}

// apart says what cannot be compared.
func (v View) apart(alike int, alone []storage.Metric) (bot.Text, error) {
	var names []bot.Text
	for _, metric := range alone[:min(len(alone), shownMetrics)] {
		name, err := v.metricName(metric)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	switch {
	case len(alone) == 0 && alike == 0:
		return bot.Say("compare.no_figures"), nil
	case len(alone) == 0:
		return nil, nil
	case alike == 0:
		return bot.Say("compare.nothing_alike", bot.Args{"Metrics": bot.Joined(bot.ClauseMark, names...)}), nil
	}
	return bot.Say("compare.apart", bot.Args{"Metrics": bot.Joined(bot.ClauseMark, names...)}), nil
}

// Ranking asks for the best of a kind of subject, or of streams.
type Ranking struct {
	What   string // "streams", "people" or "companies"
	Metric storage.Metric
	Period bot.Period
	Others []storage.Metric // that could be ranked too
}

// kind is the kind of subject that is ranked.
func (r Ranking) kind() storage.SubjectKind {
	switch r.What {
	case "people":
		return storage.PersonSubject
	case "companies":
		return storage.AutomakerSubject
	default:
		return storage.AllSubject
	}
}

// Top is a ranking in one metric.
func (v View) Top(r Ranking) (bot.Post, error) {
	const places = 10
	top, err := v.Scoped.Top(r.Metric, r.kind(), storage.Span{From: r.Period.From, To: r.Period.To}, places)
	if err != nil {
		return bot.Post{}, err
	}
	name, err := v.metricName(r.Metric)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: bot.Say("top_of."+r.What, bot.Args{"Metric": name, "Period": v.Period(r.Period)})}
	list := bot.List{Ordered: true}
	for _, place := range top {
		line, err := v.ranked(place, r.Metric)
		if err != nil {
			return bot.Post{}, err
		}
		list.Items = append(list.Items, line)
	}
	if len(list.Items) == 0 {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("top.none")})
	} else {
		post.Body = append(post.Body, list)
	}
	for _, other := range r.Others {
		if other == r.Metric || len(post.Buttons) == shownButtons {
			continue
		}
		label, err := v.metricName(other)
		if err != nil {
			return bot.Post{}, err
		}
		post.Buttons = append(post.Buttons, bot.Press(label, "/top "+r.What+" "+string(other)+" "+r.Period.String()))
	}
	what := r.Metric.What()
	post.Footer = bot.Joined(bot.LabelMark, bot.Say("measure."+what), bot.Say("metric."+what))
	return post, nil
}

// ranked is one place of a ranking.
func (v View) ranked(place storage.Ranked, metric storage.Metric) (bot.Text, error) {
	stream, err := v.Scoped.Stream(place.Stream)
	if err != nil {
		return nil, err
	}
	who, err := v.Who(stream)
	if place.Subject.Kind != storage.AllSubject {
		who, err = v.Subject(place.Subject)
	}
	if err != nil {
		return nil, err
	}
	value, err := v.valueOf(place.Stream, metric)
	if err != nil {
		return nil, err
	}
	said := bot.Say("top.line", bot.Args{
		"Value": value.With(bot.Strong), "Who": who, "Title": v.titleWithin(stream, rankedTitle), "When": v.rankedWhen(stream),
	})
	return bot.Join(" · ", said, bot.Lit(place.Stream).With(bot.Faint)), nil
}

const rankedTitle = 40

// rankedWhen is the day of a stream, where it took place.
func (View) rankedWhen(s storage.Stream) bot.Text {
	style := bot.ShortDay
	switch s.Start.Precision {
	case bot.ToYear:
		style = bot.Year
	case bot.ToMonth:
		style = bot.Month
	default:
	}
	return bot.AtIn(s.Start.At, style, s.Start.Location())
}
