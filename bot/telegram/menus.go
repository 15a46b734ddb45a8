package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"boardcast/bot"
)

// menuCommand is a line of a menu.
type menuCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	// IsEphemeral says that others in a group do not see that the command was given. An older server leaves it out.
	IsEphemeral bool `json:"is_ephemeral,omitempty"`
}

// scope says to whom a menu is shown.
type scope struct {
	Type   string `json:"type"`
	ChatID int64  `json:"chat_id,omitempty"`
}

// menu is what is offered to some people: the commands up to an access, in a scope.
type menu struct {
	scope  scope
	access bot.Access
	hidden bool // commands are not seen by others
}

// menus are those of members, of admins, of a person's own chat, and of the people who run the bot.
func (a *Adapter) menus() []menu {
	all := []menu{
		{scope: scope{Type: "default"}, access: bot.Member},
		{scope: scope{Type: "all_group_chats"}, access: bot.Member, hidden: true},
		{scope: scope{Type: "all_chat_administrators"}, access: bot.Moderator, hidden: true},
		{scope: scope{Type: "all_private_chats"}, access: bot.Moderator},
	}
	for _, id := range a.cfg.Operators {
		all = append(all, menu{scope: scope{Type: "chat", ChatID: numberOf(id)}, access: bot.Operator})
	}
	return all
}

// publishTries is how often it is tried to publish what people see of the bot before they speak to it.
const publishTries = 5

// publish publishes the menus and the bot's description in every language, as far as they have changed. That it cannot be done is
// no reason not to serve.
func (a *Adapter) publish(ctx context.Context) {
	wait := firstWait
	for range publishTries {
		err := a.publishAll(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		a.cfg.Log.WarnContext(ctx, "menus not published; trying again", "why", explain(err), "error", err)
		if !bot.Pause(ctx, wait) {
			return
		}
		wait = min(2*wait, lastWait)
	}
}

func (a *Adapter) publishAll(ctx context.Context) error {
	for i, locale := range a.cfg.Words.Locales() {
		code := locale
		if i == 0 {
			code = "" // for everybody whose language is none of the others
		}
		for _, m := range a.menus() {
			err := a.publishMenu(ctx, m, locale, code)
			if answer, ok := errors.AsType[*apiError](err); ok && answer.Status == badRequest && m.scope.ChatID != 0 {
				a.cfg.Log.InfoContext(ctx, "an operator has no menu yet, because they have not spoken to the bot", "operator", m.scope.ChatID)
				continue
			}
			if err != nil {
				return fmt.Errorf("publish the menu of %s in %q: %w", m.scope.Type, locale, err)
			}
		}
		if err := a.describe(ctx, locale, code); err != nil {
			return fmt.Errorf("publish the description in %q: %w", locale, err)
		}
	}
	return nil
}

// publishMenu publishes a menu in a language unless it is there already.
func (a *Adapter) publishMenu(ctx context.Context, m menu, locale, code string) error {
	where := params{"scope": m.scope, "language_code": code}
	standing, err := call[[]menuCommand](ctx, a.client, "getMyCommands", where)
	if err != nil {
		return err
	}
	wanted := a.commandsOf(m, locale)
	if sameMenu(standing, wanted) {
		return nil
	}
	_, err = call[bool](ctx, a.client, "setMyCommands", merge(where, params{"commands": wanted}))
	return err
}

// sameMenu reports whether two menus are the same. Whether their commands are hidden from others is compared only if the server
// knows of that.
func sameMenu(standing, wanted []menuCommand) bool {
	knows := slices.ContainsFunc(standing, func(c menuCommand) bool { return c.IsEphemeral })
	return slices.EqualFunc(standing, wanted, func(a, b menuCommand) bool {
		return a.Command == b.Command && a.Description == b.Description && (!knows || a.IsEphemeral == b.IsEphemeral)
	})
}

// commandsOf are the commands of a menu; the minor ones are found by /help.
func (a *Adapter) commandsOf(m menu, locale string) []menuCommand {
	voice := a.layout(bot.Post{Locale: locale}, false).voice
	var list []menuCommand
	for _, c := range a.cfg.Commands {
		if c.Access <= m.access && !c.Minor {
			list = append(list, menuCommand{Command: c.Name, Description: voice.Plain(bot.Say(c.Summary)), IsEphemeral: m.hidden})
		}
	}
	return list
}

// describe publishes what stands in an empty chat with the bot, and in its profile.
func (a *Adapter) describe(ctx context.Context, locale, code string) error {
	voice := a.layout(bot.Post{Locale: locale}, false).voice
	for _, d := range []struct {
		name, method string
		said         bot.Text
	}{
		{"description", "MyDescription", bot.Say("telegram.description")},
		{"short_description", "MyShortDescription", bot.Say("telegram.short_description")},
	} {
		standing, err := call[map[string]string](ctx, a.client, "get"+d.method, params{"language_code": code})
		if err != nil {
			return err
		}
		wanted := voice.Plain(d.said)
		if standing[d.name] == wanted {
			continue
		}
		if _, err := call[bool](ctx, a.client, "set"+d.method, params{"language_code": code, d.name: wanted}); err != nil {
			return err
		}
	}
	return nil
}
