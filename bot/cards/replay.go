package cards

import (
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Replayed is the head of a replay: of what, for whom, and how it is to be read. The last day is that before to.
func (v View) Replayed(w storage.Watch, from, to time.Time, ofCatalog bool) (bot.Post, error) {
	names, err := v.Briefly(w.Subjects)
	if err != nil {
		return bot.Post{}, err
	}
	said := bot.Args{"From": bot.At(from, bot.ShortDay), "To": bot.At(to.Add(-1), bot.ShortDay), "Subjects": names}
	headline := bot.Say("replay.of_store", said)
	if ofCatalog {
		headline = bot.Say("replay.of_catalog", said)
	}
	return bot.Post{Headline: headline, Locale: v.Locale, Zone: v.Zone, Body: []bot.Block{
		bot.Paragraph{Text: bot.Say("replay.told", bot.Args{"Times": v.orders(w), "Place": bot.In(v.Zone)})},
		bot.Paragraph{Text: bot.Say("replay.assumes")},
	}}, nil
}

// Replay is what a replay came to.
type Replay struct {
	Messages, Rings, Edits int // that a reader has seen
	Streams                int // that the messages were about
	Untold                 int // of which not even the day is known
}

// ReplayOver says what a replay came to.
func (v View) ReplayOver(r Replay) bot.Post {
	post := bot.Post{Locale: v.Locale, Zone: v.Zone, Headline: bot.Say("replay.over", bot.Args{
		"Messages": bot.Say("replay.messages", bot.Args{"Count": bot.N(r.Messages)}),
		"Rings":    bot.Say("replay.rings", bot.Args{"Count": bot.N(r.Rings)}),
		"Edits":    bot.Say("replay.edits", bot.Args{"Count": bot.N(r.Edits)}),
		"Streams":  bot.Say("replay.streams", bot.Args{"Count": bot.N(r.Streams)}),
	})}
	if r.Untold > 0 {
		post.Body = []bot.Block{bot.Paragraph{Text: bot.Say("replay.untold", bot.Args{"Count": bot.N(r.Untold)})}}
	}
	return post
}
