package cards

import (
	"boardcast/bot"
	"boardcast/storage"
)

// OwnLanguage says in which language a person is spoken to, why, and what the others here read; a zero shared is nobody else.
func (v View) OwnLanguage(user storage.User, shared bot.Settings) bot.Post {
	post := bot.Post{Headline: bot.Say("language.yours", bot.Args{"Language": bot.Say("language.name_" + v.Locale)})}
	why := bot.Say("language.unchosen")
	if user.Locale != "" {
		why = bot.Say("language.chosen")
	}
	post.Body = append(post.Body, bot.Paragraph{Text: why})
	if shared.Locale != "" {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("language.shared", bot.Args{"Language": bot.Say("language.name_" + shared.Locale)})})
	}
	for _, locale := range v.Words.Locales() {
		if locale != v.Locale {
			post.Buttons = append(post.Buttons, bot.Press(v.Language(locale), "/language "+locale))
		}
	}
	return post
}

// OwnZone says which clock a person is shown, why, and what the others here see; a zero shared is nobody else.
func (v View) OwnZone(user storage.User, shared bot.Settings) bot.Post {
	post := bot.Post{Headline: bot.Say("timezone.yours", bot.Args{"Place": bot.In(v.Zone), "Now": bot.AtIn(v.Now, bot.Clock, v.Zone)})}
	why := bot.Say("timezone.unchosen")
	if user.Zone != "" {
		why = bot.Say("timezone.chosen")
	}
	post.Body = append(post.Body, bot.Paragraph{Text: why})
	if shared.Zone != nil {
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("timezone.shared", bot.Args{"Place": bot.In(shared.Zone)})})
	}
	return post
}
