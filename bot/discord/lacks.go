package discord

import (
	"context"
	"fmt"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// Lacks implements [bot.Checking]. In a private chat nothing can be granted: whether Discord lets the bot write there, it says when it
// does.
func (a *Adapter) Lacks(ctx context.Context, chat bot.ChatID) ([]bot.Lack, error) {
	id, err := channelOf(chat)
	if err != nil {
		return nil, err
	}
	rights, _, c, err := a.ownRights(ctx, id)
	switch {
	case hasCode(err, codeMissingAccess, codeUnknownChannel, codeUnknownGuild, codeUnknownMember):
		return []bot.Lack{lackOf(needed()[0])}, nil // whoever may not look sees nothing else either
	case err != nil:
		return nil, fmt.Errorf("ask for the bot's rights: %w", err)
	case c.GuildID == "":
		return nil, nil
	}
	var missing []bot.Lack
	for _, r := range needed() {
		if rights&r.bit == 0 && r.countsIn(c) {
			missing = append(missing, lackOf(r))
		}
	}
	return missing, nil
}

// countsIn reports whether a right is one that is needed in a channel of that kind: in threads one speaks by another right.
func (r right) countsIn(c channel) bool {
	switch r.bit {
	case discordgo.PermissionSendMessages:
		return !c.isThread()
	case discordgo.PermissionSendMessagesInThreads:
		return c.isThread()
	default:
		return true
	}
}

func lackOf(r right) bot.Lack {
	how := bot.Say("discord.how_channel")
	if r.bit == discordgo.PermissionCreateEvents {
		how = bot.Say("discord.how_server")
	}
	return bot.Lack{Right: bot.Lit(r.name), For: bot.Say(r.forKey), How: how, Optional: r.optional}
}
