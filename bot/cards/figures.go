package cards

import (
	"boardcast/bot"
	"boardcast/storage"
)

// Figure is a figure with what it counts and who counted: "over 39 M viewers, by their staff's count".
func (v View) Figure(f storage.Figure) (bot.Text, error) {
	value := qualified(f.High)
	if f.Low.Value != f.High.Value {
		value = bot.Say("counter.range", bot.Args{"Low": qualified(f.Low), "High": qualified(f.High)})
	}
	place, err := v.counter(f.Metric)
	if err != nil {
		return nil, err
	}
	counted := bot.Say("figure."+f.Metric.What(), bot.Args{"Value": value.With(bot.Strong)})
	return bot.Join(", ", counted, place), nil
}

func qualified(r storage.Reading) bot.Text {
	value := bot.Figure(r.Value)
	if r.Qualifier == "" || r.Qualifier == storage.Exact {
		return value
	}
	return bot.Say("qualifier."+string(r.Qualifier), bot.Args{"Value": value})
}

// counter says where or by whom a metric is counted.
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

// lead is the figure that leads a stream, or a word that there is none.
func (v View) lead(figures []storage.Figure) (bot.Text, error) {
	figure, ok := storage.Lead(figures)
	if !ok {
		return bot.Say("counter.none"), nil
	}
	return v.Figure(figure)
}
