package commands

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) figureCommand() *bot.Command {
	return &bot.Command{
		Name: "figure", Summary: "figures.summary", Access: bot.Moderator, Minor: true, Sub: []*bot.Command{f.figureAdd()},
	}
}

// count is a number as somebody gave it.
type count struct {
	value     int64
	qualifier storage.Qualifier
}

// figureOptions are those of /figure add.
type figureOptions struct {
	stream bot.Option[storage.Stream]
	value  bot.Option[count]
	metric bot.Option[wish]
	at     bot.Option[moment]
	sure   bot.Option[string]
	source bot.Option[string]
}

func (f *family) figureAdd() *bot.Command {
	const sourceLength = 200
	o := figureOptions{
		stream: f.stream.Required().Proposing(f.proposeCounted), value: valueOption().Required(), metric: f.metricOption().Required(), at: atOption(),
		sure: bot.ChoiceOption("sure", "option.right", "yes"), source: bot.TextOption("source", "option.source", sourceLength).Rest(),
	}
	return &bot.Command{
		Name: "add", Summary: "figures.add", Access: bot.Moderator,
		Options: []bot.Param{o.stream, o.value, o.metric, o.at, o.sure, o.source},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			reading, err := o.reading(ctx, req, f)
			if err != nil {
				return bot.Post{}, err
			}
			return f.addReading(ctx, req, o, reading)
		},
	}
}

// valueOption is an option that is a number as people type it.
func valueOption() bot.Option[count] {
	o := bot.NewOption("value", "option.value", func(_ context.Context, _ *bot.Request, words string) (count, error) {
		value, exact, err := bot.ReadCount(words)
		if err == nil && value == 0 {
			err = bot.ErrNotThis // what nobody counted is no figure
		}
		return count{value, storage.Qualifier(exact)}, err
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		e := &bot.ChoiceError{Code: bot.Invalid, Say: bot.Say("error.bad_value", bot.Args{"Words": bot.Quote(words)})}
		positive := strings.TrimSpace(strings.TrimLeft(words, "-−–"))
		if value, _, err := bot.ReadCount(positive); err == nil && value > 0 && positive != words {
			e.Choices = []bot.Choice{{Value: positive}}
		}
		return e
	})
}

// moment is when a figure was read, as it was said: what a clock time means is known with the stream.
type moment struct {
	words string
	now   bool
}

// atOption is an option that is when a figure was read.
func atOption() bot.Option[moment] {
	o := bot.NewOption("at", "option.at", func(_ context.Context, req *bot.Request, words string) (moment, error) {
		switch storage.Fold(words) {
		case "now", "现在", "刚才", "maintenant":
			return moment{now: true}, nil
		}
		_, err := bot.ReadWhen(words, bot.Reference{Now: req.Now, Zone: req.Zone})
		if _, unusable := errors.AsType[*bot.WhenError](err); err != nil && !unusable {
			return moment{}, bot.ErrNotThis
		}
		return moment{words: words}, nil
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return &bot.ChoiceError{Code: bot.Invalid, Say: badAt(words).Say, Choices: []bot.Choice{{Value: "now"}}}
	}).Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
		return bot.BeginningWith(typed, []bot.Choice{{Value: "now"}}), nil
	})
}

func badAt(words string) *bot.Error {
	return bot.NewError(bot.Invalid, "figures.bad_at", bot.Args{"Words": bot.Quote(words)})
}

// of is the instant that was said of a stream: a clock time is the first since a little before the stream began.
func (m moment) of(s storage.Stream, req *bot.Request) (time.Time, error) {
	const early = time.Hour
	if m.now {
		return req.Now, nil
	}
	when, err := bot.ReadWhen(m.words, bot.Reference{Now: s.Start.At.Add(-early), Zone: req.Zone})
	if past, ok := errors.AsType[*bot.WhenError](err); ok && past.Kind == bot.WhenPast && len(past.Choices) > 0 {
		when, err = past.Choices[0], nil // "past" before the stream: its next coming is meant
	}
	if err != nil || when.Precision != bot.ToMinute {
		return time.Time{}, badAt(m.words)
	}
	if when.At.After(req.Now) {
		return time.Time{}, bot.NewError(bot.Invalid, "figures.not_yet", bot.Args{"Words": bot.Quote(m.words)})
	}
	return when.At, nil
}

// reading is what the request says, refused where it cannot be.
func (o figureOptions) reading(ctx context.Context, req *bot.Request, f *family) (storage.Reading, error) {
	s, value := o.stream.Of(req), o.value.Of(req)
	if s.State == storage.Announced || s.State == storage.Due {
		return storage.Reading{}, bot.NewError(bot.Conflict, "figures.too_early", bot.Args{"ID": bot.Lit(s.ID)},
			bot.Press(bot.Say("button.live"), "/stream start "+s.ID))
	}
	metric, ok := o.metric.Of(req).metric()
	if !ok {
		var err error
		if metric, err = o.place(ctx, req, s, f); err != nil {
			return storage.Reading{}, err
		}
	}
	reading := storage.Reading{
		Metric: metric, Value: value.value, Qualifier: value.qualifier, Source: provenance(o.source.Of(req), req.From.Name),
	}
	at, given := o.at.Given(req)
	if !given {
		if s.State == storage.Live {
			reading.At = req.Now
		}
		return reading, nil
	}
	var err error
	reading.At, err = at.of(s, req)
	return reading, err
}

// place finds the platform of a figure that names none: the only one that shows the stream, or else it asks.
func (o figureOptions) place(ctx context.Context, req *bot.Request, s storage.Stream, f *family) (storage.Metric, error) {
	what := o.metric.Of(req).What
	var places []string
	for _, airing := range s.Airings {
		places = append(places, airing.Platform)
	}
	if len(places) == 1 {
		return storage.Metric(places[0] + "." + what), nil
	}
	const shown = 2
	e := bot.NewError(bot.Ambiguous, "figures.where", bot.Args{"Metric": bot.Say("measure." + what)})
	for _, place := range append(places[:min(len(places), shown)], storage.StaffCount, storage.PressCount) {
		label := bot.Say("place." + place)
		if place != storage.StaffCount && place != storage.PressCount {
			var err error
			if label, err = f.platformName(ctx, req, place); err != nil {
				return "", err
			}
		}
		e.Try = append(e.Try, bot.Press(label, o.line(req, place+"."+what, "")))
	}
	return "", e
}

// line is the request as it should have been typed, with another metric and perhaps the word that makes it sure.
func (o figureOptions) line(req *bot.Request, metric, sure string) string {
	value := o.value.Of(req)
	parts := []string{"/figure add", o.stream.Of(req).ID, `"` + strings.TrimSpace(string(value.qualifier)+" "+strconv.FormatInt(value.value, 10)) + `"`, metric}
	if value.qualifier == "" {
		parts[2] = strconv.FormatInt(value.value, 10)
	}
	if at, ok := o.at.Given(req); ok {
		parts = append(parts, `at="`+cmp.Or(at.words, "now")+`"`)
	}
	if sure != "" {
		parts = append(parts, sure)
	}
	if source, ok := o.source.Given(req); ok {
		parts = append(parts, `source="`+strings.ReplaceAll(source, `"`, "'")+`"`)
	}
	return strings.Join(parts, " ")
}

// provenance says where a figure is from: an address is known by its host.
func provenance(source, by string) storage.Provenance {
	p := storage.Provenance{Source: source, By: by}
	if address, err := url.Parse(source); err == nil && address.Host != "" && strings.HasPrefix(address.Scheme, "http") {
		p.Source, p.URL = strings.TrimPrefix(address.Host, "www."), source
	}
	return p
}

// addReading adds a reading in the scope of who asks, and answers with the stream as it stands now.
func (f *family) addReading(ctx context.Context, req *bot.Request, o figureOptions, reading storage.Reading) (bot.Post, error) {
	id := o.stream.Of(req).ID
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		scope := scopeOf(req, chat)
		if o.sure.Of(req) == "" {
			if err := o.doubt(req, storage.Scoped{Reader: tx, Scope: scope}, reading); err != nil {
				return err
			}
		}
		added := storage.StreamReading{Scope: scope, Stream: id, Reading: reading}
		added.Reading.At = reading.At.Truncate(time.Second)
		e.Changes = []storage.Change{{Reading: &storage.Changed[storage.StreamReading]{After: &added}}}
		return storage.RecordReadings(tx, req.Now, scope, id, []storage.Reading{added.Reading}, req.Now)
	}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
		return v.ReadingAdded(*e.Changes[0].Reading.After, undoHint())
	})
}

// doubtful is by how many times a figure is more than what was known for a question to be worth it.
const doubtful = 10

// doubt asks back what can hardly be: ten times what the stream had in this metric, or, if it had nothing, ten times the record.
func (o figureOptions) doubt(req *bot.Request, v storage.Scoped, reading storage.Reading) error {
	figures, err := v.Figures(o.stream.Of(req).ID)
	if err != nil {
		return err
	}
	known, key := int64(0), "figures.doubt_last"
	for _, figure := range figures {
		if figure.Metric == reading.Metric {
			known = figure.High.Value
		}
	}
	shrunk := known > 0 && reading.Value <= known/doubtful && grows(reading.Metric)
	if known == 0 {
		sums, err := v.Totals(storage.Everything, storage.Span{})
		if err != nil {
			return err
		}
		best, _ := sums.Of(reading.Metric)
		known, key = best.Best, "figures.doubt_record"
	}
	if known == 0 || reading.Value < known*doubtful && !shrunk {
		return nil
	}
	return bot.NewError(bot.Invalid, key, bot.Args{
		"Value": bot.Figure(reading.Value), "Known": bot.Figure(known), "Metric": bot.Say("measure." + reading.Metric.What()),
	}, bot.Press(bot.Say("button.sure"), o.line(req, string(reading.Metric), "sure=yes")))
}

// grows reports whether a metric cannot fall.
func grows(m storage.Metric) bool {
	measure, _ := storage.MeasureOf(m)
	return measure.Kind == storage.Cumulative
}

// proposeCounted lists the streams that were seen last: those that people have figures of.
func (f *family) proposeCounted(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
	const most = 5
	var choices []bot.Choice
	err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
		past, _, err := gather(v.Past(storage.Everything, req.Now), most, func(s storage.Stream) bool {
			return (s.State == storage.Live || s.State == storage.Ended) && strings.HasPrefix(s.ID, strings.ToLower(typed))
		})
		if err != nil {
			return err
		}
		choices, err = streamChoices(v, past)
		return err
	})
	if err != nil || len(choices) > 0 {
		return choices, err
	}
	return f.stream.Propose(ctx, req, typed)
}
