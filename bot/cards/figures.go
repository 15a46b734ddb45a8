package cards

import (
	"slices"

	"boardcast/bot"
	"boardcast/storage"
)

// Figure is one figure with what it counts and who counted it; a range where sources differ.
func (v View) Figure(f storage.Figure) (bot.Text, error) {
	place, err := v.counter(f.Metric)
	if err != nil {
		return nil, err
	}
	return bot.Joined(bot.AsideMark, v.counted(f), place), nil
}

// counted is a figure with what it counts.
func (v View) counted(f storage.Figure) bot.Text {
	said := bot.Say("figure."+f.Metric.What(), bot.Args{"Count": spread(f, false).With(bot.Strong)})
	now, fresh := f.Now(v.Now)
	if !fresh || now.Value == f.High.Value {
		return said
	}
	return bot.Joined(bot.AsideMark, bot.Say("figure_now."+f.Metric.What(), bot.Args{"Count": qualified(now)}), said)
}

// sourced is a figure with what it counts, perhaps where, and from whom it is known.
func (v View) sourced(f storage.Figure, place bot.Text) bot.Text {
	if f.Low.Value != f.High.Value {
		return bot.Joined(bot.AsideMark, bot.Say("figure."+f.Metric.What(), bot.Args{"Count": spread(f, true)}), place, gaps(f))
	}
	said := bot.Joined(bot.AsideMark, v.counted(f), place, gaps(f))
	if source := sourceOf(f.High); len(source) > 0 {
		said = bot.Say("counter.sourced", bot.Args{"Figure": said, "Source": source.With(bot.Faint)})
	}
	return said
}

// spread is a value, or a range where sources differ, with who says which if that is asked for.
func spread(f storage.Figure, sources bool) bot.Text {
	low, high := qualified(f.Low), qualified(f.High)
	if f.Low.Value == f.High.Value {
		return high
	}
	lowBy, highBy := sourceOf(f.Low), sourceOf(f.High)
	if !sources || len(lowBy) == 0 || len(highBy) == 0 {
		return bot.Say("counter.range", bot.Args{"Low": low, "High": high})
	}
	return bot.Say("counter.range_sources", bot.Args{"Low": low, "High": high, "LowBy": lowBy, "HighBy": highBy})
}

// sourceOf is where a reading is known from, in short.
func sourceOf(r storage.Reading) bot.Text {
	if r.Source.Source != "" {
		return bot.Quote(r.Source.Source)
	}
	return bot.Quote(r.Source.By).OrNone()
}

func qualified(r storage.Reading) bot.Text {
	value := bot.Figure(r.Value)
	if r.Qualifier == "" || r.Qualifier == storage.Exact {
		return value
	}
	return bot.Say("qualifier."+string(r.Qualifier), bot.Args{"Value": value})
}

// counter says where a metric is counted, and who told it if it was not the platform.
func (v View) counter(m storage.Metric) (bot.Text, error) {
	switch m.Place() {
	case storage.StaffCount:
		return bot.Say("counter.by_staff"), nil
	case storage.PressCount:
		return bot.Say("counter.by_press"), nil
	}
	name, err := v.Platform(m.Place())
	if err != nil {
		return nil, err
	}
	return bot.Say("counter.by_platform", bot.Args{"Platform": name}), nil
}

// place names where figures are counted, as the head of a line.
func (v View) place(place string) (bot.Text, error) {
	switch place {
	case storage.StaffCount:
		return bot.Say("place.staff"), nil
	case storage.PressCount:
		return bot.Say("place.press"), nil
	default:
		return v.Platform(place)
	}
}

// lead is the figure that leads, or that there is none.
func (v View) lead(figures []storage.Figure) (bot.Text, error) {
	figure, ok := storage.Lead(figures)
	if !ok {
		return bot.Say("counter.none"), nil
	}
	return v.Figure(figure)
}

// figureFields are a stream's figures: the one that leads, a line for each place that counts anything more, and where it was
// shown without a figure. Nothing is added up.
func (v View) figureFields(s storage.Stream, figures []storage.Figure) (bot.Fields, error) {
	if len(figures) == 0 {
		if s.State != storage.Ended && s.State != storage.Live {
			return nil, nil
		}
		return v.withoutFigures(s, nil, "field.figures")
	}
	var fields bot.Fields
	rest := figures
	if lead, ok := storage.Lead(figures); ok {
		place, err := v.counter(lead.Metric)
		if err != nil {
			return nil, err
		}
		fields = append(fields, bot.Field{Name: bot.Say("field.figures"), Value: v.sourced(lead, place)})
		rest = figures[1:]
	}
	for _, place := range places(s, rest) {
		field, err := v.placeField(place, rest)
		if err != nil {
			return nil, err
		}
		fields = append(fields, field)
	}
	none, err := v.withoutFigures(s, figures, "field.no_figures")
	return append(fields, none...), err
}

// places are where figures are counted: first where the stream is shown, in its order.
func places(s storage.Stream, figures []storage.Figure) []string {
	var list []string
	add := func(place string) {
		counts := slices.ContainsFunc(figures, func(f storage.Figure) bool { return f.Metric.Place() == place })
		if counts && !slices.Contains(list, place) {
			list = append(list, place)
		}
	}
	for _, airing := range s.Airings {
		add(airing.Platform)
	}
	for _, f := range figures {
		add(f.Metric.Place())
	}
	return list
}

// placeField is one place with all that is counted there.
func (v View) placeField(place string, figures []storage.Figure) (bot.Field, error) {
	name, err := v.place(place)
	if err != nil {
		return bot.Field{}, err
	}
	var said []bot.Text
	for _, f := range figures {
		if f.Metric.Place() == place {
			said = append(said, v.sourced(f, nil))
		}
	}
	return bot.Field{Name: name, Value: bot.Join(" · ", said...)}, nil
}

// withoutFigures names the platforms from which there is no figure, if the stream was seen there.
func (v View) withoutFigures(s storage.Stream, figures []storage.Figure, key string) (bot.Fields, error) {
	var names []bot.Text
	for _, airing := range s.Airings {
		if slices.ContainsFunc(figures, func(f storage.Figure) bool { return f.Metric.Place() == airing.Platform }) {
			continue
		}
		name, err := v.Platform(airing.Platform)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	switch {
	case s.State != storage.Ended && s.State != storage.Live:
		return nil, nil
	case len(figures) == 0 && len(names) == 0:
		return bot.Fields{{Name: bot.Say(key), Value: bot.Say("counter.none")}}, nil
	case len(figures) == 0:
		return bot.Fields{{Name: bot.Say(key), Value: bot.Say("counter.none_from", bot.Args{"Platforms": bot.Joined(bot.ListMark, names...)})}}, nil
	case len(names) == 0:
		return nil, nil
	}
	return bot.Fields{{Name: bot.Say(key), Value: bot.Joined(bot.ListMark, names...)}}, nil
}

// gaps says when nobody read a figure, though it was read regularly.
func gaps(f storage.Figure) bot.Text {
	var said []bot.Text
	for _, gap := range f.Gaps {
		said = append(said, bot.Say("counter.gap", bot.Args{"From": bot.At(gap.From, bot.Clock), "To": bot.At(gap.To, bot.Clock)}))
	}
	return bot.Joined(bot.AsideMark, said...).With(bot.Faint)
}
