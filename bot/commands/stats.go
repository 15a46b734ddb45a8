package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// matter is what figures are asked of: a subject, or one stream.
type matter struct {
	subject storage.Subject
	stream  *storage.Stream
}

// matterOption is an option that is a person, a company, everything, or a stream by its id.
func (f *family) matterOption() bot.Option[matter] {
	o := bot.NewOption("subject", "option.asked", func(ctx context.Context, req *bot.Request, words string) (matter, error) {
		var t matter
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
			t = matter{}
			if id, ok := idIn("s", words); ok {
				stream, err := v.Scoped.Stream(id)
				if !isAbsent(err) {
					t.stream = &stream
					return err
				}
			}
			var err error
			t.subject, err = readWho(v, words)
			return err
		})
		return t, err
	})
	return o.Explained(func(ctx context.Context, req *bot.Request, words string) error {
		return f.read(ctx, req, func(v cards.View, _ storage.Chat) error { return unknownWho(v, words) })
	}).Proposing(func(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		if typed != "" {
			return f.proposeMatters(ctx, req, typed, storage.Stream.Upcoming)
		}
		choices, err := f.proposeSubjects(ctx, req, "")
		everything := bot.Choice{Value: "everything", Label: bot.Say("subject.all")}
		return append([]bot.Choice{everything}, choices...), err
	})
}

// asked is the question that the options of a request make.
func asked(metric wish, period bot.Period, given bool) cards.Asked {
	if !given {
		period = bot.AllTime
	}
	return cards.Asked{Period: period, Fits: metric.fits, What: metric.What}
}

func (f *family) statsCommand() *bot.Command {
	subject, metric, period := f.matterOption().Required(), f.metricOption(), bot.PeriodOption("period", "option.period")
	return &bot.Command{
		Name: "stats", Summary: "stats.summary", Options: []bot.Param{subject, metric, period},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			when, given := period.Given(req)
			question := asked(metric.Of(req), when, given)
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				if stream := subject.Of(req).stream; stream != nil {
					return v.StreamStats(*stream, question)
				}
				return v.Stats(subject.Of(req).subject, question)
			})
		},
	}
}

// How many subjects are compared at once.
const (
	leastCompared = 2
	mostCompared  = 4
)

func (f *family) compareCommand() *bot.Command {
	subjects := f.subjectsOption("subjects", "option.compared").Required().Asked("ask.compared")
	period := orSubject(bot.PeriodOption("period", "option.period"), subjects, nearPeriod)
	return &bot.Command{
		Name: "compare", Minor: true, Summary: "compare.summary", Options: []bot.Param{subjects, period},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			list := subjects.Of(req)
			for _, s := range list {
				if s.Kind == storage.StreamSubject {
					line := "/stats " + s.ID
					return bot.Post{}, bot.NewError(bot.Invalid, "compare.no_streams", nil, bot.PressLine(line))
				}
			}
			if len(list) < leastCompared {
				return bot.Post{}, bot.NewError(bot.Invalid, "compare.one", nil, comparedWith(list[0])...)
			}
			if len(list) > mostCompared {
				line := "/compare " + strings.Join(ids(list[:mostCompared]), ", ")
				return bot.Post{}, bot.NewError(bot.Limit, "compare.too_many", bot.Args{"Max": bot.N(mostCompared)}, bot.PressLine(line))
			}
			when, given := period.Given(req)
			if !given {
				when = bot.AllTime
			}
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) { return v.Compare(list, when) })
		},
	}
}

// nearPeriod reports whether words without digits are likely meant as a period.
func nearPeriod(words string) bool {
	return strings.ContainsAny(words, "日天周月年") ||
		isNear(words, "last this previous today yesterday day days week weeks month months year ever semaine mois annee jours hier derniere")
}

// comparedWith offers to compare one subject with all streams.
func comparedWith(s storage.Subject) []bot.Button {
	if s == storage.Everything {
		return nil
	}
	line := "/compare " + s.ID + ", everything"
	return []bot.Button{bot.PressLine(line)}
}

// ids are subjects as they are typed.
func ids(subjects []storage.Subject) []string {
	list := make([]string, 0, len(subjects))
	for _, s := range subjects {
		list = append(list, cards.SubjectLine(s))
	}
	return list
}

// rankedWords are what can be ranked, folded, by the word for it.
var rankedWords = map[string]string{
	"streams": "streams|stream|直播|directs|direct", "people": "people|person|executives|高管|人物|dirigeants|personnes",
	"companies": "companies|company|automakers|brands|车企|品牌|公司|constructeurs|marques",
}

func rankedChoices() []bot.Choice {
	return []bot.Choice{
		{Value: "streams", Label: bot.Say("ranked.streams")},
		{Value: "people", Label: bot.Say("ranked.people")},
		{Value: "companies", Label: bot.Say("ranked.companies")},
	}
}

func rankedOption() bot.Option[string] {
	o := bot.NewOption("what", "option.what", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		what, ok := called(rankedWords, storage.Fold(words))
		if !ok {
			return "", bot.ErrNotThis
		}
		return what, nil
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return &bot.ChoiceError{
			Code: bot.Unknown, Say: bot.Say("top.unknown", bot.Args{"Words": bot.Quote(words)}),
			Choices: rankedChoices(),
		}
	}).Proposing(func(_ context.Context, _ *bot.Request, _ string) ([]bot.Choice, error) {
		return rankedChoices(), nil
	})
}

func (f *family) topCommand() *bot.Command {
	what, metric, period := rankedOption(), f.metricOption(), bot.PeriodOption("period", "option.period")
	return &bot.Command{
		Name: "top", Summary: "top.summary", Options: []bot.Param{what, metric, period},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			ranking := cards.Ranking{What: cmp.Or(what.Of(req), "streams"), Period: bot.AllTime}
			if when, ok := period.Given(req); ok {
				ranking.Period = when
			}
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				return top(v, ranking, metric.Of(req))
			})
		},
	}
}

// top chooses the metric: of those that are wished for the one that most streams of the period have, likes only when asked for.
func top(v cards.View, ranking cards.Ranking, wished wish) (bot.Post, error) {
	if wished.Place == storage.PressCount {
		return bot.Post{}, bot.NewError(bot.Invalid, "top.press", nil, bot.PressLine("/top "+wished.What))
	}
	sums, err := v.Totals(storage.Everything, storage.Span{From: ranking.Period.From, To: ranking.Period.To})
	if err != nil {
		return bot.Post{}, err
	}
	have := slices.DeleteFunc(slices.Clone(sums.Metrics), func(m storage.MetricSums) bool { return !storage.Comparable(m.Metric, m.Metric) })
	slices.SortFunc(have, func(a, b storage.MetricSums) int {
		return cmp.Or(cmp.Compare(b.Streams, a.Streams), storage.CompareLead(a.Metric, b.Metric))
	})
	for _, m := range have {
		if m.Metric.Leads() {
			ranking.Others = append(ranking.Others, m.Metric)
		}
		chosen := wished.fits(m.Metric) && (m.Metric.Leads() || wished.What != "")
		if chosen && ranking.Metric == "" {
			ranking.Metric = m.Metric
		}
	}
	if ranking.Metric == "" {
		return noRanking(v, ranking, wished)
	}
	return v.Top(ranking)
}

// noRanking says that there is nothing to rank, and offers what there is.
func noRanking(v cards.View, ranking cards.Ranking, wished wish) (bot.Post, error) {
	post := bot.Post{Headline: bot.Say("top.nothing", bot.Args{"Period": v.Period(ranking.Period)})}
	if wished.What == "followers" { // of accounts; what streams have is those that they brought
		line := "/top " + ranking.What + " new_followers " + ranking.Period.String()
		post.Buttons = append(post.Buttons, bot.PressLine(line))
	}
	if wished.What != "" && len(ranking.Others) > 0 {
		line := "/top " + ranking.What + " " + ranking.Period.String()
		post.Buttons = append(post.Buttons, bot.PressLine(line))
	}
	if ranking.Period.Kind != bot.AllPeriod {
		line := "/top " + ranking.What + " all"
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("period.all"), line))
	}
	return post, nil
}
