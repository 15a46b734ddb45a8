package cards

import (
	"errors"
	"strings"

	"boardcast/bot"
	"boardcast/storage"
)

// Deleted is the key of why a chat is suspended that is no more.
const Deleted = "suspended.deleted"

// WithSuspension says before all else of a post that the chat is suspended, if it is.
func (v View) WithSuspension(post bot.Post, chat storage.Chat) (bot.Post, error) {
	s, err := storage.SuspensionOf(v, chat.ID)
	if err != nil || s == nil {
		return post, err
	}
	said := bot.Say("chat.suspended", bot.Args{"Since": bot.At(s.Since, bot.DayClock), "Why": bot.Say(s.Why)})
	post.Body = append([]bot.Block{bot.Paragraph{Text: said}}, post.Body...)
	return post, nil
}

// chatSuspended tells moderators in one chat that another one is suspended.
func (v View) chatSuspended(n storage.Notice) (bot.Post, error) {
	s := n.Suspension
	name, err := v.chatName(s.Chat)
	if err != nil {
		return bot.Post{}, err
	}
	post := v.ofChat("suspended.headline", bot.Args{"Chat": name})
	post.Body = []bot.Block{bot.Paragraph{
		Text: bot.Say("suspended.since", bot.Args{"Since": bot.At(s.Since, bot.DayClock), "Why": bot.Say(s.Why)}),
	}}
	if s.Reason != "" {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("suspended.reason", bot.Args{"Words": bot.Quote(s.Reason)})})
	}
	advice := bot.Say("suspended.advice")
	if s.Why == Deleted {
		advice = bot.Say("suspended.deleted_advice")
	}
	post.Body = append(post.Body, bot.Paragraph{Text: advice})
	return post, nil
}

// chatResumed tells a chat that it was suspended, and what it has missed.
func (v View) chatResumed(n storage.Notice) bot.Post {
	s := n.Suspension
	since, until := bot.At(s.Since, bot.DayClock), bot.At(n.Due, bot.DayClock)
	post := v.ofChat("resumed.headline", bot.Args{"Since": since, "Until": until})
	post.Body = []bot.Block{bot.Paragraph{Text: bot.Say("resumed.why", bot.Args{"Why": bot.Say(s.Why)})}}
	if s.Missed > 0 {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("resumed.missed", bot.Args{"Count": bot.N(s.Missed)})})
		post.Buttons = []bot.Button{bot.PressLine("/why")}
	}
	return post
}

// chatFellBack tells a chat that it is served itself, because the place in it that was served is gone.
func (v View) chatFellBack() bot.Post {
	post := v.ofChat("fellback.headline", nil)
	post.Body = []bot.Block{bot.Paragraph{Text: bot.Say("fellback.advice")}}
	post.Buttons = []bot.Button{bot.Press(bot.Say("button.watches"), "/watch list")}
	return post
}

// ofChat is a post about a chat as such.
func (v View) ofChat(headline string, said bot.Args) bot.Post {
	return bot.Post{Headline: bot.Say(headline, said), Locale: v.Locale, Zone: v.Zone}
}

// chatRunes is how much of a chat's title a line shows.
const chatRunes = 40

// chatName is what people call a chat, or else its address.
func (v View) chatName(id string) (bot.Text, error) {
	chat, err := storage.Chats.Get(v, id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Lit(id), nil
	}
	title := []rune(bot.Clean(chat.Title))
	if len(title) == 0 {
		title = []rune(bot.Clean(chat.Address.String()))
	}
	if len(title) > chatRunes {
		return bot.Lit(strings.TrimSpace(string(title[:chatRunes-1])) + "…"), err
	}
	return bot.Lit(string(title)), err
}

// aboutSuspension names in a line of /why which suspension a notice told of.
func (v View) aboutSuspension(n storage.Notice) (bot.Text, error) {
	if n.Kind == storage.SuspendedNotice {
		return v.chatName(n.Suspension.Chat)
	}
	return bot.At(n.Suspension.Since, bot.DayClock), nil
}
