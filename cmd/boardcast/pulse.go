package main

import (
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/storage"
)

// pulse is how sending goes on the messengers that are served, for those who look.
type pulse struct {
	meter   *scheduler.Meter
	senders func() map[bot.Messenger]bot.Sender
	// warnings are the promises that are about to break.
	warnings func() []storage.Warning
}

// flows says it to operators who ask.
func (p pulse) flows(now time.Time) []cards.Flow {
	read := map[bot.Messenger]scheduler.Gauge{}
	for _, g := range p.meter.Read(now) {
		read[g.Messenger] = g
	}
	var flows []cards.Flow
	for messenger, sender := range p.senders() {
		g := read[messenger]
		flow := cards.Flow{Messenger: messenger, LastMinute: g.LastMinute}
		if pacing, ok := sender.(bot.Pacing); ok {
			flow.Pace, flow.MostFlying, flow.TooMany = pacing.Pace(), pacing.InFlight(), pacing.TooMany()
		}
		for _, l := range g.Lateness {
			flow.Lateness = append(flow.Lateness, cards.FlowLateness{Lane: l.Lane, P50: l.P50, P99: l.P99})
		}
		flows = append(flows, flow)
	}
	return flows
}
