package cards

import (
	"errors"

	"boardcast/bot"
	"boardcast/storage"
)

// Findings are what a messenger says of the rights that boardcast has in a chat.
type Findings struct {
	Known bool // else the messenger says nothing of them
	Lacks []bot.Lack
}

// Check says whether anything is in the way of what a chat is to be told, and how the chat stands.
func (v View) Check(chat storage.Chat, found Findings) (bot.Post, error) {
	suspension, err := storage.SuspensionOf(v, chat.ID)
	if err != nil {
		return bot.Post{}, err
	}
	needed, optional := found.parts()
	post := bot.Post{Headline: found.headline(len(needed), suspension != nil), Footer: bot.Lit(chat.ID).OrNone()}
	if suspension != nil {
		post.Body = append(post.Body, tried(*suspension, len(needed) == 0)...)
		post.Buttons = append(post.Buttons, bot.PressLine("/why"))
	}
	if len(needed) > 0 {
		post.Body = append(post.Body, bot.List{Items: needed})
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.check_again"), "/chat check"))
	}
	if len(optional) > 0 {
		post.Body = append(post.Body, bot.List{Title: bot.Say("check.optional"), Items: optional})
	}
	if chat.Paused.Covers(v.Now) {
		post.Body = append(post.Body, bot.Paragraph{Text: v.allPaused(chat.Paused)})
		post.Buttons = append(post.Buttons, bot.Press(bot.Say("button.resume_all"), "/watch resume all"))
	}
	return v.withStanding(post, chat)
}

// headline says whether all is well, where lacking is how many rights are missing that are needed.
func (f Findings) headline(lacking int, suspended bool) bot.Text {
	switch {
	case lacking > 0:
		return bot.Say("check.missing", bot.Args{"Count": bot.N(lacking)})
	case suspended:
		return bot.Say("check.suspended")
	case !f.Known:
		return bot.Say("check.unknown")
	}
	return bot.Say("check.well")
}

// parts are the rights that are missing: those that are needed, and those that are good to have.
func (f Findings) parts() (needed, optional []bot.Text) {
	for _, lack := range f.Lacks {
		said := bot.Joined(bot.LabelMark, lack.Right.With(bot.Strong), bot.Say("check.lack", bot.Args{"For": lack.For, "How": lack.How}))
		if lack.Optional {
			optional = append(optional, said)
			continue
		}
		needed = append(needed, said)
	}
	return needed, optional
}

// tried says since when and why a chat is suspended, and, where nothing is known to be against it, that it is tried again.
func tried(s storage.Suspension, again bool) []bot.Block {
	said := []bot.Block{bot.Paragraph{
		Text: bot.Say("suspended.since", bot.Args{"Since": bot.At(s.Since, bot.DayClock), "Why": bot.Say(s.Why)}),
	}}
	if s.Reason != "" {
		said = append(said, bot.Paragraph{Text: bot.Say("suspended.reason", bot.Args{"Words": bot.Quote(s.Reason)})})
	}
	if again {
		said = append(said, bot.Paragraph{Text: bot.Say("check.retry")})
	}
	return said
}

// withStanding adds to a post what is watched in a chat, by which clocks, and who may change that.
func (v View) withStanding(post bot.Post, chat storage.Chat) (bot.Post, error) {
	watches, err := storage.WatchesOf(v, chat)
	if err != nil {
		return bot.Post{}, err
	}
	watched := bot.Say("watch.count", bot.Args{"Count": bot.N(len(watches))})
	if len(watches) == 0 {
		watched = bot.Say("check.nothing")
		post.Buttons = append(post.Buttons, bot.PressLine("/watch add everything"))
	}
	fields := bot.Fields{{Name: bot.Say("check.watched"), Value: watched}, {Name: bot.Say("chat.zone"), Value: v.zoneNow(chat)}}
	if chat.Kind != bot.Private {
		community, err := storage.Communities.Get(v, chat.Community)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return bot.Post{}, err
		}
		fields = append(fields, bot.Field{Name: bot.Say("chat.moderators"), Value: Moderators(chat.Address.Messenger, community)})
	}
	post.Body = append(post.Body, fields)
	return post, nil
}
