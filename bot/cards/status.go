package cards

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Process is what a running boardcast says of itself.
type Process struct {
	Version string
	Started time.Time
	// Flows says how sending goes on each messenger, by its name, and Warnings which promises are about to break; nil: nobody knows.
	Flows    func(now time.Time) []Flow
	Warnings func() []storage.Warning
}

// Flow is how sending goes on one messenger.
type Flow struct {
	Messenger  bot.Messenger
	LastMinute int     // notices that it took in it
	Pace       float64 // how many a second it takes; 0: as many as there are
	MostFlying int     // that may be under way at once; 0: any number
	TooMany    int64   // how often it said since the start that it was asked too much: never, if the pacing is right
	Lateness   []FlowLateness
}

// FlowLateness is how late the last notices of a lane were when the messenger took them: half of them at the most so late, and all but a
// hundredth.
type FlowLateness struct {
	Lane     storage.Lane
	P50, P99 time.Duration
}

// mostOwed bounds what an operator's look counts of what is owed in a lane.
const mostOwed = 1000

// Status tells operators how things stand: what is about to go wrong, what is owed, how sending goes, what became of the notices of the
// last hour, and what comes next.
func (v View) Status(p Process) (bot.Post, error) {
	backlogs, err := storage.Backlogs(v, v.Now, mostOwed)
	if err != nil {
		return bot.Post{}, err
	}
	hour, err := v.lastHour()
	if err != nil {
		return bot.Post{}, err
	}
	next, err := v.nextMoment()
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: v.standing(p, backlogs), Body: append(v.warnings(p), bot.Fields{
		{Name: bot.Say("status.running"), Value: bot.Say("status.version_since", bot.Args{
			"Version": bot.Lit(p.Version), "For": bot.For(v.Now.Sub(p.Started)),
		})},
		{Name: bot.Say("status.hour"), Value: hour},
		{Name: bot.Say("status.next"), Value: next},
	})}
	for _, s := range p.standings(backlogs, v.Now) {
		post.Body = append(post.Body, v.messenger(s)...)
	}
	return post, nil
}

// standing is the headline: whether all is well.
func (v View) standing(p Process, backlogs []storage.Backlog) bot.Text {
	if p.Warnings != nil && len(p.Warnings()) > 0 {
		return bot.Say("status.warned")
	}
	for _, b := range backlogs {
		if !b.Oldest().IsZero() && v.Now.Sub(b.Oldest()) > sayLate {
			return bot.Say("status.behind")
		}
	}
	return bot.Say("status.well")
}

// warnings are an item for each promise that is about to break.
func (v View) warnings(p Process) []bot.Block {
	if p.Warnings == nil {
		return nil
	}
	var list bot.List
	for _, w := range p.Warnings() {
		list.Items = append(list.Items, bot.Join(" ", v.warned(w).With(bot.Strong), warningAdvice(w.Reason)))
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []bot.Block{list}
}

// standing is how things stand on one messenger, as the store has it and as this process does.
type standing struct {
	storage.Backlog
	flow Flow
}

// standings are those of all messengers of which there is anything to tell, by name.
func (p Process) standings(backlogs []storage.Backlog, now time.Time) []standing {
	all := map[bot.Messenger]standing{}
	for _, b := range backlogs {
		all[b.Messenger] = standing{Backlog: b}
	}
	if p.Flows != nil {
		for _, flow := range p.Flows(now) {
			s := all[flow.Messenger]
			s.Messenger, s.flow = flow.Messenger, flow
			all[flow.Messenger] = s
		}
	}
	var sorted []standing
	for _, messenger := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, all[messenger])
	}
	return sorted
}

// messenger says how things stand on one messenger, and lane by lane what is owed there and how late it was. Of one on which nothing has
// happened it says nothing.
func (v View) messenger(s standing) []bot.Block {
	var said []bot.Block
	if fields := v.flow(s); len(fields) > 0 {
		said = append(said, fields)
	}
	if lanes := v.lanes(s); len(lanes.Items) > 0 {
		said = append(said, lanes)
	}
	return said
}

// flow says how fast things go out on a messenger, and what went wrong there.
func (v View) flow(s standing) bot.Fields {
	var fields bot.Fields
	on := bot.Args{"Messenger": named(s.Messenger)}
	if s.Owed() > 0 || s.InFlight > 0 {
		fields = append(fields, bot.Field{Name: bot.Say("status.owed", on), Value: v.owed(s)})
	}
	if s.flow.LastMinute > 0 {
		fields = append(fields, bot.Field{Name: bot.Say("status.pace", on), Value: s.flow.pace()})
	}
	if s.Suspended > 0 {
		count := atLeast(bot.Say("status.chats", bot.Args{"Count": bot.N(s.Suspended)}), s.Suspended == mostOwed)
		fields = append(fields, bot.Field{Name: bot.Say("status.suspended", on), Value: count})
	}
	if s.Uncertain > 0 {
		count := atLeast(bot.Say("status.unknown", bot.Args{"Count": bot.N(s.Uncertain)}), s.Uncertain == mostOwed)
		fields = append(fields, bot.Field{Name: bot.Say("status.uncertain", on), Value: count})
	}
	if n := s.flow.TooMany; n > 0 {
		fields = append(fields, bot.Field{Name: bot.Say("status.too_many", on), Value: bot.Say("status.times", bot.Args{"Count": bot.N(n)})})
	}
	return fields
}

// atLeast is a count, or more than it.
func atLeast(count bot.Text, more bool) bot.Text {
	if more {
		return bot.Say("status.more_than", bot.Args{"Notices": count})
	}
	return count
}

// owed says how much is owed on a messenger, how long the oldest of it has waited, and how much is on its way.
func (v View) owed(s standing) bot.Text {
	var count, waiting, flight bot.Text
	if n := s.Owed(); n > 0 {
		count = atLeast(bot.Say("status.notices", bot.Args{"Count": bot.N(n)}), slices.ContainsFunc(s.Lanes, func(l storage.LaneBacklog) bool { return l.More }))
	}
	if late := v.Now.Sub(s.Oldest()); !s.Oldest().IsZero() && late > 0 {
		waiting = bot.Say("status.oldest", bot.Args{"Late": bot.For(late)})
	}
	switch {
	case s.InFlight > 0 && s.flow.MostFlying > 0:
		flight = bot.Say("status.in_flight_of", bot.Args{"Count": bot.N(s.InFlight), "Most": bot.N(s.flow.MostFlying)})
	case s.InFlight > 0:
		flight = bot.Say("status.in_flight", bot.Args{"Count": bot.N(s.InFlight)})
	}
	return bot.Joined(bot.AsideMark, count, waiting, flight)
}

// pace says how many notices went out in the last minute, of how many that may.
func (f Flow) pace() bot.Text {
	if f.Pace <= 0 {
		return bot.Say("status.rate", bot.Args{"Sent": bot.N(f.LastMinute)})
	}
	return bot.Say("status.rate_of", bot.Args{"Sent": bot.N(f.LastMinute), "Most": bot.N(perMinute(f.Pace))})
}

// perMinute is a number a second as one a minute.
func perMinute(pace float64) int { return int(math.Round(pace * time.Minute.Seconds())) }

// lanes is an item for each lane of a messenger in which anything is owed or was sent: how much is owed there, for how long, how much comes
// later, and how late the last were.
func (v View) lanes(s standing) bot.List {
	var list bot.List
	for _, lane := range storage.Lanes() {
		owed, isOwed := find(s.Lanes, func(l storage.LaneBacklog) bool { return l.Lane == lane })
		late, wasSent := find(s.flow.Lateness, func(l FlowLateness) bool { return l.Lane == lane })
		if !isOwed && !wasSent {
			continue
		}
		parts := []bot.Text{bot.Say("status.lane", bot.Args{"Messenger": named(s.Messenger), "Lane": bot.Say("lane." + lane.String())}).With(bot.Strong)}
		if owed.Ready > 0 {
			parts = append(parts, atLeast(bot.Say("status.lane_owed", bot.Args{"Sent": bot.N(owed.Ready)}), owed.More))
		}
		if !owed.Oldest.IsZero() {
			parts = append(parts, bot.Say("status.oldest", bot.Args{"Late": lateFor(v.Now.Sub(owed.Oldest))}))
		}
		if owed.Later > 0 {
			parts = append(parts, bot.Say("status.lane_later", bot.Args{"Sent": bot.N(owed.Later)}))
		}
		if wasSent {
			parts = append(parts, bot.Say("status.lane_late", bot.Args{"Half": lateFor(late.P50), "Most": lateFor(late.P99)}))
		}
		list.Items = append(list.Items, bot.Joined(bot.AsideMark, parts...))
	}
	return list
}

// named is a messenger as people write it.
func named(m bot.Messenger) bot.Text { return bot.Lit(strings.ToUpper(string(m[:1])) + string(m[1:])) }

// find is the first that is so, if there is one.
func find[V any](all []V, is func(V) bool) (found V, ok bool) {
	if at := slices.IndexFunc(all, is); at >= 0 {
		return all[at], true
	}
	return found, false
}

// lateFor is how late something is; what is not late by a second is as good as not late.
func lateFor(late time.Duration) bot.Text {
	if late < time.Second {
		return bot.Say("status.at_once")
	}
	return bot.For(late)
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
	next, err := storage.NextDue(v)
	switch {
	case err != nil:
		return nil, err
	case next.IsZero():
		return bot.Say("status.next_none"), nil
	case !next.After(v.Now):
		return bot.Say("status.next_due", bot.Args{"Late": bot.For(v.Now.Sub(next))}), nil
	}
	return bot.At(next, bot.Relative), nil
}
