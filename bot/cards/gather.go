package cards

import (
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// shownGathered is how many streams a message that gathers others lists.
const shownGathered = 10

// gathered is a message that says what several others would have said: the card of the one stream that they are about, or a list.
func (v View) gathered(n storage.Notice) (bot.Post, error) {
	chat, err := storage.Chats.Get(v, n.Chat)
	if err != nil {
		return bot.Post{}, err
	}
	streams, err := storage.Gathered(v, chat, n, v.Now)
	if err != nil {
		return bot.Post{}, err
	}
	var post bot.Post
	if len(streams) == 1 {
		post, err = v.gatheredOne(n, streams[0])
	} else {
		post, err = v.gatheredMany(n, streams)
	}
	if err != nil {
		return bot.Post{}, err
	}
	if n.Kind == storage.DigestNotice {
		coming, err := v.comingToday(chat, streams)
		if err != nil {
			return bot.Post{}, err
		}
		post.Body = append(post.Body, coming...)
	}
	if n.Kind == storage.CatchUpNotice {
		post.Body = append(post.Body, bot.Paragraph{Text: whyAway(n).With(bot.Faint)})
	}
	return post, nil
}

// whyAway says why a message had to catch up.
func whyAway(n storage.Notice) bot.Text {
	if strings.HasPrefix(n.Occurrence, storage.WasDown) {
		return bot.Say("gather.was_down")
	}
	return bot.Say("gather.unreachable")
}

func (v View) gatheredOne(n storage.Notice, s storage.Stream) (bot.Post, error) {
	key := "gather.one_" + string(n.Kind)
	v.before = v.runes(bot.Say(key, bot.Args{"News": nil}))
	post, err := v.Stream(s)
	if err != nil {
		return bot.Post{}, err
	}
	news := post.Headline
	if s.State == storage.Live {
		said, err := v.inHeadline(s)
		if err != nil {
			return bot.Post{}, err
		}
		news = v.liveSince(s, said, news)
	}
	post.Headline = bot.Say(key, bot.Args{"News": news})
	if v.runes(post.Headline) > headlineRunes {
		post.Headline = news // which is what people want to know
	}
	return post, nil
}

func (v View) gatheredMany(n storage.Notice, streams []storage.Stream) (bot.Post, error) {
	var list bot.List
	for _, s := range streams[:min(len(streams), shownGathered)] {
		item, err := v.gatheredLine(s)
		if err != nil {
			return bot.Post{}, err
		}
		list.Items = append(list.Items, item)
	}
	post := bot.Post{
		Headline: bot.Say("gather.many_"+string(n.Kind), bot.Args{"Count": bot.N(len(streams))}), Body: []bot.Block{list},
		Locale: v.Locale, Zone: v.Zone,
	}
	if more := len(streams) - shownGathered; more > 0 {
		post.Footer = bot.Say("gather.more", bot.Args{"Count": bot.N(more)})
	}
	return post, nil
}

// gatheredLine is a stream as its headline has it, with how long it lasted and the figure that leads, and its id.
func (v View) gatheredLine(s storage.Stream) (bot.Text, error) {
	line, err := v.headline(s)
	if err != nil {
		return nil, err
	}
	var result []bot.Text
	if s.State == storage.Ended {
		figures, err := v.Figures(s.ID)
		if err != nil {
			return nil, err
		}
		result = append(result, lasted(s))
		if lead, ok := storage.Lead(figures); ok {
			said, err := v.Figure(lead)
			if err != nil {
				return nil, err
			}
			result = append(result, said)
		}
	}
	if s.State == storage.Live {
		result = append(result, bot.Say("airing.since", bot.Args{"At": bot.At(s.Began, bot.Clock)}))
	}
	return bot.Join(" · ", append(append([]bot.Text{line}, result...), bot.Lit(s.ID).With(bot.Faint))...), nil
}

// comingToday lists what else is to come in the next day of what a chat wants in its digest.
func (v View) comingToday(chat storage.Chat, told []storage.Stream) ([]bot.Block, error) {
	watches, err := storage.WatchesOf(v, chat)
	if err != nil {
		return nil, err
	}
	list := bot.List{Title: bot.Say("gather.today")}
	told = slices.Clone(told)
	for _, subject := range digested(watches) {
		coming, err := v.comingSoon(subject, told, shownGathered-len(list.Items))
		if err != nil {
			return nil, err
		}
		for _, s := range coming {
			line, err := v.Line(s)
			if err != nil {
				return nil, err
			}
			told, list.Items = append(told, s), append(list.Items, line)
		}
	}
	if len(list.Items) == 0 {
		return nil, nil
	}
	return []bot.Block{list}, nil
}

// digested are the subjects of the watches that are told in a digest.
func digested(watches []storage.Watch) []storage.Subject {
	var subjects []storage.Subject
	for _, w := range watches {
		for _, subject := range w.Subjects {
			if w.Style == storage.DigestStyle && subject.Kind != storage.StreamSubject {
				subjects = append(subjects, subject)
			}
		}
	}
	return subjects
}

// comingSoon returns up to n streams of a subject that are to come in the next day, without those that have been told.
func (v View) comingSoon(subject storage.Subject, told []storage.Stream, n int) ([]storage.Stream, error) {
	until := v.Now.Add(24 * time.Hour)
	var soon []storage.Stream
	for s, err := range v.Coming(subject, v.Now) {
		if err != nil {
			return nil, err
		}
		if s.Start.At.After(until) || len(soon) == n {
			break
		}
		if s.Upcoming() && !slices.ContainsFunc(told, func(t storage.Stream) bool { return t.ID == s.ID }) {
			soon = append(soon, s)
		}
	}
	return soon, nil
}
