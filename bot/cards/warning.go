package cards

import (
	"boardcast/bot"
	"boardcast/storage"
)

// warned says which promise is about to break, and with what figures.
func (v View) warned(w storage.Warning) bot.Text {
	said := bot.Args{"Messenger": named(w.Messenger), "Count": bot.N(w.Count)}
	switch w.Reason {
	case storage.FanOutWarning:
		said["ID"], said["At"] = bot.Lit(w.Stream), bot.At(w.Due, bot.Clock)
		said["Takes"], said["Late"] = bot.For(w.Takes), bot.For(w.Late)
		return bot.Say("warning.fanout", said)
	case storage.UnreachableWarning:
		said["For"] = bot.For(v.Now.Sub(w.Since))
		return bot.Say("warning.unreachable", said)
	default:
		said["Rate"], said["Late"] = bot.N(w.PerMinute), bot.For(w.Late)
		return bot.Say("warning.backlog", said)
	}
}

// warningAdvice says what is done about a promise that is about to break, and what people can do.
func warningAdvice(reason storage.WarningReason) bot.Text {
	switch reason {
	case storage.FanOutWarning:
		return bot.Say("warning.fanout_advice")
	case storage.UnreachableWarning:
		return bot.Say("warning.unreachable_advice")
	default:
		return bot.Say("warning.backlog_advice")
	}
}

// warning tells one of those who run boardcast which promise is about to break.
func (v View) warning(w storage.Warning) bot.Post {
	post := v.ofChat("warning.headline", bot.Args{"Messenger": named(w.Messenger)})
	post.Body = []bot.Block{bot.Paragraph{Text: v.warned(w)}, bot.Paragraph{Text: warningAdvice(w.Reason)}}
	post.Buttons = []bot.Button{bot.PressLine("/operator status")}
	return post
}
