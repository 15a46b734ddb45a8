package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// auto takes a choice of one's own back.
const auto = "auto"

func (f *family) languageCommand() *bot.Command {
	language := f.languageOption("option.own_language", auto)
	return &bot.Command{
		Name: "language", Summary: "language.summary", Options: []bot.Param{language},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			to, ok := language.Given(req)
			if !ok {
				return f.own(ctx, req, cards.View.OwnLanguage)
			}
			return f.setOwn(ctx, req, cards.View.OwnLanguage, func(u *storage.User, c *storage.Chat) string {
				before := "/language " + orAuto(u.Locale)
				u.Locale, c.Locale = to, to
				if to == auto {
					u.Locale, c.Locale = "", cmp.Or(req.Chat.Locale, req.From.Locale)
				}
				return before
			})
		},
	}
}

func (f *family) timezoneCommand() *bot.Command {
	zone := ownZoneOption()
	return &bot.Command{
		Name: "timezone", Minor: true, Summary: "timezone.summary", Options: []bot.Param{zone},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			to, ok := zone.Given(req)
			if !ok {
				return f.own(ctx, req, cards.View.OwnZone)
			}
			return f.setOwn(ctx, req, cards.View.OwnZone, func(u *storage.User, c *storage.Chat) string {
				before := "/timezone " + orAuto(u.Zone)
				u.Zone, c.Zone = to, to
				if to == auto {
					u.Zone, c.Zone = "", req.Chat.Zone
				}
				return before
			})
		},
	}
}

func orAuto(chosen string) string {
	if chosen == "" {
		return auto
	}
	return chosen
}

// tell makes the post of what a person has set for themselves.
type tell func(v cards.View, user storage.User, shared bot.Settings) bot.Post

// own tells what a person has set for themselves, in their own language, to them alone.
func (f *family) own(ctx context.Context, req *bot.Request, say tell) (bot.Post, error) {
	var post bot.Post
	err := f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		user, err := storage.SeeUser(v, req.Chat.Address.Messenger, req.From.ID)
		if err != nil {
			return err
		}
		settings, err := settingsOf(v, f.Words, bot.Inbound{Chat: req.Chat, From: req.From})
		if err != nil {
			return err
		}
		v.Zone, v.Locale = settings.Own()
		if chat.Kind == bot.Private {
			settings = bot.Settings{} // there is nobody to share it with
		}
		post = say(v, user, settings)
		post.Private, post.Zone, post.Locale = true, v.Zone, v.Locale
		return nil
	})
	return post, err
}

// setOwn changes what a person has set for themselves. A private chat is theirs alone and is set with it, which its log shows; what
// somebody sets in a group is not the group's to know or to undo. alter returns the line that takes the change back.
func (f *family) setOwn(ctx context.Context, req *bot.Request, say tell, alter func(u *storage.User, c *storage.Chat) string) (bot.Post, error) {
	if req.Chat.Kind == bot.Private {
		return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
			return changeOwn(tx, req, chat, e, func(u *storage.User, c *storage.Chat) { alter(u, c) })
		}, func(cards.View, storage.Chat, storage.Entry) (bot.Post, error) {
			post, err := f.own(ctx, req, say)
			post.Buttons = []bot.Button{undoHint()}
			return post, err
		})
	}
	var back string
	err := f.Store.Update(ctx, func(tx storage.Tx) error {
		user, err := storage.SeeUser(tx, req.Chat.Address.Messenger, req.From.ID)
		if err != nil {
			return err
		}
		back = alter(&user, &storage.Chat{})
		return storage.SaveUser(tx, user)
	})
	if err != nil {
		return bot.Post{}, err
	}
	post, err := f.own(ctx, req, say)
	post.Buttons = []bot.Button{bot.Press(bot.Say("button.undo"), back)}
	return post, err
}

// changeOwn changes a person's settings and those of their private chat, and notes both.
func changeOwn(tx storage.Tx, req *bot.Request, chat storage.Chat, e *storage.Entry, alter func(u *storage.User, c *storage.Chat)) error {
	before, err := storage.SeeUser(tx, req.Chat.Address.Messenger, req.From.ID)
	if err != nil {
		return err
	}
	after, chatAfter := before, chat
	alter(&after, &chatAfter)
	e.Changes = []storage.Change{
		{User: &storage.Changed[storage.User]{Before: &before, After: &after}},
		{Chat: &storage.Changed[storage.Chat]{Before: &chat, After: &chatAfter}},
	}
	if err := storage.SaveUser(tx, after); err != nil {
		return err
	}
	return storage.SaveChat(tx, req.Now, chatAfter)
}

// languageOption is an option that is a language, by its tag or by its name in any of the languages, or one of other words.
func (f *family) languageOption(summary string, others ...string) bot.Option[string] {
	names := languageNames(f.Words)
	o := bot.NewOption("language", summary, func(_ context.Context, _ *bot.Request, words string) (string, error) {
		if i := slices.IndexFunc(others, func(other string) bool { return bot.Means(words, other) }); i >= 0 {
			return others[i], nil
		}
		return readLanguage(names, words)
	})
	return o.Explained(f.noLanguage).Proposing(func(_ context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		choices := f.languagesFrom(req, names, typed)
		for _, other := range others {
			choices = append(choices, bot.BeginningWith(typed, []bot.Choice{{Value: other}})...)
		}
		return choices, nil
	})
}

// languagesOption is an option that is the language of a chat, or the two of them, the main one first.
func (f *family) languagesOption() bot.Option[[]string] {
	const most = 2
	names := languageNames(f.Words)
	o := bot.NewOption("language", "option.language", func(_ context.Context, _ *bot.Request, words string) ([]string, error) {
		var locales []string
		for _, part := range bot.SplitList(words) {
			locale, err := readLanguage(names, part)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(locales, locale) {
				locales = append(locales, locale)
			}
		}
		switch {
		case len(locales) == 0:
			return nil, bot.ErrNotThis
		case len(locales) > most:
			return nil, bot.NewError(bot.Limit, "language.too_many", bot.Args{"Max": bot.N(most)})
		}
		return locales, nil
	})
	return o.Explained(f.noLanguage).Proposing(func(_ context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		return bot.InList(typed, func(part string) ([]bot.Choice, error) { return f.languagesFrom(req, names, part), nil })
	})
}

// readLanguage reads a language by its tag, of which "zh-Hans-CN" is one, or by one of the folded names.
func readLanguage(names map[string]string, words string) (string, error) {
	if locale, ok := names[storage.Fold(words)]; ok {
		return locale, nil
	}
	base, _, tagged := strings.Cut(strings.ReplaceAll(strings.ToLower(words), "_", "-"), "-")
	if locale, ok := names[base]; ok && tagged && locale == base {
		return locale, nil
	}
	return "", bot.ErrNotThis
}

// languagesFrom are the languages of which one of the folded names begins with what is typed.
func (f *family) languagesFrom(req *bot.Request, names map[string]string, typed string) []bot.Choice {
	folded := storage.Fold(typed)
	return slices.DeleteFunc(f.languages(req), func(c bot.Choice) bool {
		for name, locale := range names {
			if locale == c.Value && strings.HasPrefix(name, folded) {
				return false
			}
		}
		return true
	})
}

func (f *family) noLanguage(_ context.Context, req *bot.Request, words string) error {
	return &bot.ChoiceError{
		Code: bot.Unknown, Say: bot.Say("language.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: f.languages(req),
	}
}

// languages are all languages, each by what its speakers call it.
func (f *family) languages(req *bot.Request) []bot.Choice {
	v := f.viewOf(nil, req, storage.Chat{})
	var choices []bot.Choice
	for _, locale := range f.Words.Locales() {
		choices = append(choices, bot.Choice{Value: locale, Label: v.Language(locale)})
	}
	return choices
}

// languageNames are the languages by their folded names in each of them.
func languageNames(words bot.Words) map[string]string {
	names := map[string]string{
		"mandarin": "zh", "汉语": "zh", "普通话": "zh", "简体中文": "zh", "华语": "zh", "英文": "en", "法文": "fr",
	}
	for _, locale := range words.Locales() {
		names[locale] = locale
		for _, speaker := range words.Locales() {
			voice := bot.Voice{Words: words, Locale: speaker, Zone: time.UTC}
			names[storage.Fold(voice.Plain(bot.Say("language.name_"+locale)))] = locale
		}
	}
	return names
}

// ownZoneOption is an option that is a zone, by a place, or "auto". Its value is the zone's IANA name.
func ownZoneOption() bot.Option[string] {
	zone := bot.ZoneOption("zone", "option.own_zone")
	mapped := bot.Mapped(zone, func(zone *time.Location) string { return zone.String() }, auto)
	return mapped.Proposing(func(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		choices, err := zone.Propose(ctx, req, typed)
		return append(bot.BeginningWith(typed, []bot.Choice{{Value: auto}}), choices...), err
	})
}
