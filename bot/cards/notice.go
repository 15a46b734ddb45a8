package cards

import (
	"strings"

	"boardcast/bot"
	"boardcast/storage"
)

// mostAhead bounds what is counted of the notices that go before another.
const mostAhead = 5000

// NoticeStory tells the whole story of one notice: how it came about, each try, what held it up, and what became of it, or what it waits
// for. What was said in another community is told to those who run boardcast alone, who are given no community.
func (v View) NoticeStory(n storage.Notice, changes []storage.Entry, community storage.Scope) (bot.Post, error) {
	about, err := v.noticeAbout(n)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: bot.Joined(bot.LabelMark, bot.Say("kind."+string(n.Kind)), about), Footer: bot.Lit(n.Handle())}
	var steps bot.List
	tell := func(step bot.Text) {
		if len(step) > 0 {
			steps.Items = append(steps.Items, step)
		}
	}
	if n.Stream != "" {
		tell(observed(n, changes, community))
	}
	tell(bot.Say("story.due", bot.Args{"At": bot.At(n.Due, bot.DayClock)}))
	tell(decided(n))
	tell(wanted(n))
	for _, try := range n.Tries {
		tell(bot.Say("story.try", bot.Args{"At": bot.At(try.At, bot.DayClock), "What": cameOfTry(try)}))
	}
	if !n.Doubt.IsZero() && n.Outcome != storage.Sent {
		tell(bot.Say("story.doubt", bot.Args{"At": bot.At(n.Doubt, bot.DayClock)}))
	}
	end, err := v.endOf(n)
	if err != nil {
		return bot.Post{}, err
	}
	tell(end)
	post.Body = []bot.Block{steps}
	if n.Stream != "" {
		post.Buttons = []bot.Button{bot.PressLine("/why " + n.Stream)}
	}
	return post, nil
}

// cameOfTry says what came of a try: in our words, else in the messenger's.
func cameOfTry(try storage.Try) bot.Text {
	if strings.HasPrefix(try.Why, "tried.") {
		return bot.Say(try.Why)
	}
	return bot.Say("story.said", bot.Args{"Words": bot.Quote(try.Why)})
}

// endOf says how a notice ended, or what it waits for and until when it is of use.
func (v View) endOf(n storage.Notice) (bot.Text, error) {
	if !n.Owed() {
		outcome, err := v.cameOf(n)
		return bot.Say("chain.outcome", bot.Args{"When": bot.At(n.Settled, bot.DayClock), "Outcome": outcome}), err
	}
	waits, err := v.waitsFor(n)
	return bot.Joined(bot.AsideMark, waits, bot.Say("story.until", bot.Args{"Until": bot.At(n.Until, bot.DayClock)})), err
}

// waitsFor says what a notice waits for that is owed.
func (v View) waitsFor(n storage.Notice) (bot.Text, error) {
	s, err := storage.SuspensionOf(v, n.Chat)
	switch {
	case err != nil:
		return nil, err
	case n.Outcome == storage.Sending:
		return bot.Say("story.on_its_way", bot.Args{"At": bot.At(n.Tried, bot.DayClock)}), nil
	case s != nil && v.Now.Before(s.Probe):
		return bot.Say("story.suspended", bot.Args{"Since": bot.At(s.Since, bot.DayClock)}), nil
	case n.NotBefore.After(v.Now):
		return bot.Say("story.not_before", bot.Args{"At": bot.At(n.NotBefore, bot.DayClock)}), nil
	case n.Due.After(v.Now):
		return bot.Say("story.not_due", bot.Args{"At": bot.At(n.Due, bot.DayClock)}), nil
	}
	ahead, more, err := storage.PlaceOf(v, n, v.Now, mostAhead)
	if err != nil {
		return nil, err
	}
	count := bot.Args{"Count": bot.N(ahead)}
	switch {
	case more:
		return bot.Say("story.ahead_more", count), nil
	case ahead == 0:
		return bot.Say("story.next"), nil
	}
	return bot.Say("story.ahead", count), nil
}

// OwedOutcome tells in a line of a notice that is still owed.
func (v View) OwedOutcome(n storage.Notice) (bot.Text, error) {
	n.Settled = n.Due
	return v.Outcome(n)
}
