package commands

import (
	"context"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/scheduler/replay"
	"boardcast/storage"
)

// The bounds of what a preview replays: a store of years, watched for everything, is to be answered about within a blink.
const (
	pastDays     = 30
	pastStreams  = 50 // the latest
	pastMessages = 200
	pastShown    = 3
)

// past says what a watch would have sent in the last days, and what that rests on. It writes nothing.
func past(ctx context.Context, v cards.View, chat storage.Chat, w storage.Watch) ([]bot.Block, error) {
	from := v.Now.AddDate(0, 0, -pastDays)
	streams, err := pastOf(v, w, from)
	if err != nil {
		return nil, err
	}
	store, stories, err := replay.Rewind(ctx, v.Scoped, streams)
	if err != nil {
		return nil, err
	}
	chat.NoWeekly = true // the week is the chat's, whatever it watches
	if chat.ID == "" {
		chat.Zone, chat.Locale = v.Zone.String(), v.Locale
	}
	play := replay.Play{
		Store: store, Stories: stories, From: from, To: v.Now, Chat: chat, Watch: w, Most: pastMessages,
		Composer: cards.Composer{Words: v.Words},
	}
	var told telling
	if err := play.Run(ctx, told.add); err != nil {
		return nil, err
	}
	return told.blocks(), nil
}

// pastOf are the latest streams that a watch matches from a time on, those that are on or to come among them.
func pastOf(v cards.View, w storage.Watch, from time.Time) ([]storage.Stream, error) {
	var found []storage.Stream
	take := func(s storage.Stream) {
		if !slices.ContainsFunc(found, func(other storage.Stream) bool { return other.ID == s.ID }) {
			found = append(found, s)
		}
	}
	soon := v.Now.AddDate(0, 0, 2) // what is announced by now, most often
	for _, subject := range w.Subjects {
		if subject.Kind == storage.StreamSubject {
			s, err := v.Find(subject.ID)
			if err != nil {
				return nil, err
			}
			if !s.Start.At.Before(from) {
				take(s)
			}
			continue
		}
		n := 0
		for s, err := range v.Past(subject, soon) {
			if err != nil {
				return nil, err
			}
			if n++; n > pastStreams || s.Start.At.Before(from) {
				break
			}
			take(s)
		}
	}
	slices.SortStableFunc(found, func(a, b storage.Stream) int { return b.Start.At.Compare(a.Start.At) })
	return found[:min(len(found), pastStreams)], nil
}

// telling is what a replay has told so far: the messages, of which the first are shown.
type telling struct {
	messages, rings int
	shown           []bot.Text
	assumed         []replay.Assumption
}

func (t *telling) add(m replay.Message) error {
	for _, a := range m.Assumed {
		if !slices.Contains(t.assumed, a) {
			t.assumed = append(t.assumed, a)
		}
	}
	if m.Was != nil {
		return nil
	}
	t.messages++
	how := bot.Say("replay.mark_silent")
	if m.Rings() {
		t.rings++
		how = bot.Say("replay.mark_rings")
	}
	if len(t.shown) < pastShown {
		t.shown = append(t.shown, bot.Say("preview.past_line", bot.Args{
			"When": bot.At(m.At, bot.DayClock), "How": how, "Headline": m.Post.Headline,
		}))
	}
	return nil
}

func (t *telling) blocks() []bot.Block {
	if t.messages == 0 {
		return []bot.Block{bot.Paragraph{Text: bot.Say("preview.past_none")}}
	}
	list := bot.List{Items: t.shown, Title: bot.Say("preview.past", bot.Args{
		"Count": bot.N(t.messages), "Rings": bot.Say("replay.rings", bot.Args{"Count": bot.N(t.rings)}),
	})}
	if more := t.messages - len(t.shown); more > 0 {
		list.Items = append(list.Items, bot.Say("preview.past_more", bot.Args{"Count": bot.N(more)}))
	}
	blocks := []bot.Block{list}
	if len(t.assumed) > 0 {
		said := make([]bot.Text, 0, len(t.assumed))
		for _, a := range t.assumed {
			said = append(said, a.Text())
		}
		blocks = append(blocks, bot.Paragraph{
			Text: bot.Say("preview.past_assumed", bot.Args{"What": bot.Joined(bot.ClauseMark, said...)}).With(bot.Faint),
		})
	}
	return blocks
}
