package discord

import (
	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// right is something that a server has to let boardcast do.
type right struct {
	bit      int64
	name     string // as Discord's settings call it in English
	forKey   string // of the sentence that says what does not work without it
	optional bool   // all else works without it
}

// needed returns the rights that boardcast asks for, the most needed first. An own message in an announcement channel is published, and
// an own event changed, by whoever may send and create it: neither Manage Messages nor Manage Events is among them.
func needed() []right {
	return []right{
		{bit: discordgo.PermissionViewChannel, name: "View Channels", forKey: "discord.for_view"},
		{bit: discordgo.PermissionSendMessages, name: "Send Messages", forKey: "discord.for_send"},
		{bit: discordgo.PermissionSendMessagesInThreads, name: "Send Messages in Threads", forKey: "discord.for_threads"},
		{bit: discordgo.PermissionEmbedLinks, name: "Embed Links", forKey: "discord.for_embeds"},
		{bit: discordgo.PermissionAttachFiles, name: "Attach Files", forKey: "discord.for_files"},
		{bit: discordgo.PermissionReadMessageHistory, name: "Read Message History", forKey: "discord.for_history"},
		{
			bit: discordgo.PermissionMentionEveryone, name: "Mention @everyone, @here, and All Roles", forKey: "discord.for_mentions",
			optional: true,
		},
		{bit: discordgo.PermissionCreateEvents, name: "Create Events", forKey: "discord.for_events", optional: true},
	}
}

// Permissions returns the rights that boardcast asks for as Discord writes them: a bit each.
func Permissions() int64 {
	var all int64
	for _, r := range needed() {
		all |= r.bit
	}
	return all
}

// Rights returns each right that boardcast asks for, the most needed first, by its English name and with what does not work
// without it. All else works without those that are optional.
func Rights() []bot.Lack {
	var all []bot.Lack
	for _, r := range needed() {
		all = append(all, bot.Lack{Right: bot.Lit(r.name), For: bot.Say(r.forKey), Optional: r.optional})
	}
	return all
}
