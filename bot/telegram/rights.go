package telegram

import (
	"context"
	"errors"
	"fmt"

	"boardcast/bot"
)

// Lacks implements [bot.Checking]. In a private chat nothing is needed: whoever speaks to the bot there lets it answer. Whether a
// topic is closed Telegram does not tell.
func (a *Adapter) Lacks(ctx context.Context, address bot.ChatID) ([]bot.Lack, error) {
	at, err := placeOf(address)
	if err != nil || at.chat > 0 {
		return nil, err
	}
	me, err := a.whoAmI(ctx)
	if err != nil {
		return nil, fmt.Errorf("find out who the bot is: %w", err)
	}
	found, err := call[chat](ctx, a.client, "getChat", params{"chat_id": at.chat})
	var m chatMember
	if err == nil {
		m, err = call[chatMember](ctx, a.client, "getChatMember", params{"chat_id": at.chat, "user_id": me.ID})
	}
	if answer, ok := errors.AsType[*apiError](err); ok && answer.MigrateTo == 0 && (answer.Status == badRequest || answer.Status == forbidden) {
		return []bot.Lack{lackOfMembership()}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the bot's rights: %w", err)
	}
	return lacks(found, m, at.topic != 0), nil
}

// lacks are the rights that a member of a chat, the bot, has not.
func lacks(c chat, m chatMember, inTopic bool) []bot.Lack {
	hushed := c.Permissions != nil && !c.Permissions.CanSendMessages && !m.isAdmin()
	switch {
	case !isIn(m):
		return []bot.Lack{lackOfMembership()}
	case c.Type == "channel" && (!m.isAdmin() || !canSpeak(c, m)):
		return []bot.Lack{{
			Right: bot.Say("telegram.right_post"), For: bot.Say("telegram.without_speech"), How: bot.Say("telegram.how_post"),
		}}
	case c.Type == "channel":
		return nil
	case hushed || !canSpeak(c, m):
		return []bot.Lack{{
			Right: bot.Say("telegram.right_send"), For: bot.Say("telegram.without_speech"), How: bot.Say("telegram.how_send"),
		}}
	}
	var missing []bot.Lack
	if !m.isAdmin() {
		missing = append(missing, bot.Lack{
			Right: bot.Say("telegram.right_admin"), For: bot.Say("telegram.without_admin"), How: bot.Say("telegram.how_admin"), Optional: true,
		})
	}
	if inTopic && m.Status != "creator" && !m.CanManageTopics {
		missing = append(missing, bot.Lack{
			Right: bot.Say("telegram.right_topics"), For: bot.Say("telegram.without_topics"), How: bot.Say("telegram.how_topics"), Optional: true,
		})
	}
	return missing
}

func lackOfMembership() bot.Lack {
	return bot.Lack{
		Right: bot.Say("telegram.right_member"), For: bot.Say("telegram.without_member"), How: bot.Say("telegram.how_member"),
	}
}

// isIn reports whether a member of that kind is in the chat at all.
func isIn(m chatMember) bool {
	return m.isAdmin() || m.Status == "member" || m.Status == "restricted" && m.IsMember
}
