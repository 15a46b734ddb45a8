package cards

import (
	"maps"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Process is what a running boardcast says of itself.
type Process struct {
	Version string
	Started time.Time
	// TooMany are, by messenger, how often it has said since then that it was asked too much: none, if the pacing is right.
	TooMany map[bot.Messenger]func() int64
}

// Status tells operators how things stand: what is owed, what became of the notices of the last hour, and what comes next.
func (v View) Status(p Process) (bot.Post, error) {
	backlogs, err := storage.Backlogs(v)
	if err != nil {
		return bot.Post{}, err
	}
	fields := bot.Fields{{Name: bot.Say("status.running"), Value: bot.Say("status.version_since", bot.Args{
		"Version": bot.Lit(p.Version), "For": bot.For(v.Now.Sub(p.Started)),
	})}}
	behind := false
	for _, b := range backlogs {
		late := v.Now.Sub(b.Oldest)
		behind = behind || !b.Oldest.IsZero() && late > sayLate
		fields = append(fields, bot.Field{
			Name: bot.Say("status.owed", bot.Args{"Messenger": bot.Lit(string(b.Messenger))}), Value: v.owed(b),
		})
	}
	fields = append(fields, p.tooMany()...)
	suspended, err := v.suspendedFields()
	if err != nil {
		return bot.Post{}, err
	}
	fields = append(fields, suspended...)
	hour, err := v.lastHour()
	if err != nil {
		return bot.Post{}, err
	}
	next, err := v.nextMoment()
	if err != nil {
		return bot.Post{}, err
	}
	fields = append(fields, bot.Field{Name: bot.Say("status.hour"), Value: hour}, bot.Field{Name: bot.Say("status.next"), Value: next})
	post := bot.Post{Headline: bot.Say("status.well"), Body: []bot.Block{fields}}
	if behind {
		post.Headline = bot.Say("status.behind")
	}
	return post, nil
}

// tooMany says which messengers were asked too much.
func (p Process) tooMany() bot.Fields {
	var fields bot.Fields
	for _, messenger := range slices.Sorted(maps.Keys(p.TooMany)) {
		if n := p.TooMany[messenger](); n > 0 {
			fields = append(fields, bot.Field{
				Name: bot.Say("status.too_many", bot.Args{"Messenger": bot.Lit(string(messenger))}), Value: bot.Say("status.times", bot.Args{"Count": bot.N(n)}),
			})
		}
	}
	return fields
}

// owed says how much is owed on a messenger, and how long the oldest of it has waited.
func (v View) owed(b storage.Backlog) bot.Text {
	count := bot.Say("status.notices", bot.Args{"Count": bot.N(b.Owed)})
	if b.More {
		count = bot.Say("status.more_than", bot.Args{"Notices": count})
	}
	var waiting, flight bot.Text
	if late := v.Now.Sub(b.Oldest); !b.Oldest.IsZero() && late > 0 {
		waiting = bot.Say("status.oldest", bot.Args{"Late": bot.For(late)})
	}
	if b.InFlight > 0 {
		flight = bot.Say("status.in_flight", bot.Args{"Count": bot.N(b.InFlight)})
	}
	return bot.Joined(bot.AsideMark, count, waiting, flight)
}

// lastHour says what became of the notices that settled in the last hour.
func (v View) lastHour() (bot.Text, error) {
	count, more, err := storage.Outcomes(v, v.Now.Add(-time.Hour))
	if err != nil {
		return nil, err
	}
	var said []bot.Text
	outcomes := []storage.Outcome{storage.Sent, storage.Folded, storage.Expired, storage.Refused, storage.Uncertain, storage.Skipped}
	for _, outcome := range outcomes {
		if n := count[outcome]; n > 0 {
			said = append(said, bot.Say("tally."+string(outcome), bot.Args{"Count": bot.N(n)}))
		}
	}
	switch {
	case len(said) == 0:
		return bot.Say("status.nothing"), nil
	case more:
		said = append(said, bot.Say("status.and_more"))
	}
	return bot.Joined(bot.AsideMark, said...), nil
}

// nextMoment says what the planner does next.
func (v View) nextMoment() (bot.Text, error) {
	due, later, err := storage.NextMoments(v, v.Now, 1)
	switch {
	case err != nil:
		return nil, err
	case len(due) > 0:
		return bot.Say("status.next_due", bot.Args{"Late": bot.For(v.Now.Sub(due[0].At))}), nil
	case later.IsZero():
		return bot.Say("status.next_none"), nil
	}
	return bot.At(later, bot.Relative), nil
}
