package cards

import (
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// offAirs reports whether one of a live stream's airings has gone off and may come back.
func offAirs(s storage.Stream) bool { return len(offAir(s)) > 0 }

// offAir are the airings of a live stream that are cut or interrupted, those that went off last first.
func offAir(s storage.Stream) []storage.Airing {
	var off []storage.Airing
	for _, a := range s.Airings {
		if a.State == storage.AiringCut || a.State == storage.AiringInterrupted {
			off = append(off, a)
		}
	}
	slices.SortStableFunc(off, func(a, b storage.Airing) int { return b.Since.Compare(a.Since) })
	return off
}

// offHeadline adds what went off last to what a headline says, and returns the key of the headline: it says whether anything else
// of the stream is on.
func (v View) offHeadline(s storage.Stream, said bot.Args) string {
	last := offAir(s)[0]
	said["At"] = bot.At(last.Since, bot.Clock)
	said["Platform"] = v.platformName(last.Platform)
	key := "card.off_" + string(last.State)
	if _, all := s.OffSince(); !all {
		key += "_one"
	}
	return key
}

// platformName is a platform's name, or its id where it cannot be read.
func (v View) platformName(id string) bot.Text {
	name, err := v.Platform(id)
	if err != nil {
		return bot.Lit(id)
	}
	return name
}

// gaps says when nothing of a stream was on in between.
func (v View) gaps(s storage.Stream) bot.Text {
	if len(s.Airings) == 1 {
		return nil // its airing says so
	}
	return bot.Joined(bot.ListMark, gapsOf(s.Gaps)...)
}

// gapsOf says when there was nothing, but for what took less than a minute.
func gapsOf(gaps []storage.Gap) []bot.Text {
	said := make([]bot.Text, 0, len(gaps))
	for _, gap := range gaps {
		if gap.To.Sub(gap.From) < time.Minute {
			continue
		}
		said = append(said, bot.Say("off.gap", bot.Args{
			"From": bot.At(gap.From, bot.Clock), "To": bot.At(gap.To, bot.Clock), "Length": bot.For(gap.To.Sub(gap.From)),
		}))
	}
	return said
}

// withAirings adds to the fields how each airing fares that is, or was, otherwise than the stream: behind its figures where there
// are any.
func (v View) withAirings(fields bot.Fields, s storage.Stream) (bot.Fields, error) {
	for _, airing := range s.Airings {
		fares := airingNow(s, airing)
		if len(fares) == 0 {
			continue
		}
		name, err := v.Platform(airing.Platform)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(fields, func(f bot.Field) bool { return slices.EqualFunc(f.Name, name, sameSpan) })
		if at < 0 {
			fields = append(fields, bot.Field{Name: name, Value: fares})
			continue
		}
		fields[at].Value = bot.Joined(bot.AsideMark, fields[at].Value, fares)
	}
	return fields, nil
}

func sameSpan(a, b bot.Span) bool { return a.Kind == b.Kind && a.Text == b.Text }

// airingNow says how an airing fares, nothing where it fares as the whole stream does.
func airingNow(s storage.Stream, a storage.Airing) bot.Text {
	var said []bot.Text
	said = append(said, gapsOf(a.Gaps)...)
	switch {
	case a.State == storage.AiringCut, a.State == storage.AiringInterrupted:
		said = append(said, bot.Say("airing."+string(a.State), bot.Args{"At": bot.At(a.Since, bot.Clock)}))
	case a.State == storage.AiringEnded && s.State == storage.Live:
		said = append(said, bot.Say("airing.ended", bot.Args{"At": bot.At(a.Since, bot.Clock)}))
	case a.State == storage.AiringOn && s.State == storage.Live && a.Since.Sub(s.Began) >= joinedLater && len(a.Gaps) == 0:
		said = append(said, bot.Say("airing.since", bot.Args{"At": bot.At(a.Since, bot.Clock)}))
	}
	return bot.Joined(bot.AsideMark, said...)
}

// joinedLater is how long after a stream began an airing of it must have begun for its card to say so.
const joinedLater = 5 * time.Minute
