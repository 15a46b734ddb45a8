package discord_test

import (
	"strings"
	"testing"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/discord"
)

func TestDiscordIsAnAdapterLikeTheOthers(t *testing.T) {
	bottest.Suite(t, func(t *testing.T) bottest.Stage {
		t.Helper()
		w := bare(t, unlimited)
		return bottest.Stage{
			Adapter: w.adapter, Chat: address(w.news.ID), Nowhere: address("1"),
			Shows: func() string {
				var all []string
				for _, m := range w.server.Sent(w.news.ID) {
					all = append(all, shown(m))
				}
				return strings.Join(all, "\n")
			},
		}
	})
}

// address is a channel as the rest of the program knows it.
func address(channel string) bot.ChatID { return bot.ChatID{Messenger: bot.Discord, Key: channel} }

// unlimited is a Discord that takes as much as comes.
func unlimited(served *discordsrv.Config, _ *discord.Config) { served.Unlimited = true }
