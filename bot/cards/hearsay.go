package cards

import (
	"boardcast/bot"
	"boardcast/storage"
)

// hearsay says what members say of a stream and no moderator has confirmed.
func (v View) hearsay(s storage.Stream) ([]bot.Block, error) {
	said := map[storage.State][]storage.Saying{
		storage.Announced: {storage.SaysLive, storage.SaysCancelled},
		storage.Due:       {storage.SaysLive, storage.SaysNotYet, storage.SaysCancelled},
		storage.Live:      {storage.SaysEnded},
	}
	var blocks []bot.Block
	for _, says := range said[s.State] {
		h, err := storage.HearsayOf(v, v.Scope, s, says)
		if err != nil {
			return nil, err
		}
		if n := len(h.People); n > 0 {
			blocks = append(blocks, bot.Paragraph{Text: heard(h, n)})
		}
	}
	return blocks, nil
}

func heard(h storage.Hearsay, n int) bot.Text {
	said := bot.Args{"Count": bot.N(n)}
	switch h.Says {
	case storage.SaysNotYet:
		said = bot.Args{"At": bot.At(h.Last, bot.Clock)}
	case storage.SaysLive, storage.SaysEnded:
		said["Enough"] = bot.N(storage.MembersAsOne)
	case storage.SaysCancelled:
	}
	return bot.Say("hearsay."+string(h.Says), said)
}

// Tipped thanks a member for what they say of a stream, and says what comes of it.
func (v View) Tipped(s storage.Stream, h storage.Hearsay) (bot.Post, error) {
	who, err := v.Who(s)
	said := bot.Args{"Who": who, "Count": bot.N(len(h.People)), "Enough": bot.N(storage.MembersAsOne)}
	return bot.Post{Headline: bot.Say("tip.thanks_"+string(h.Says), said), Footer: bot.Lit(s.ID), Private: true}, err
}
