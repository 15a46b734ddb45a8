package main

import (
	"context"
	"fmt"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

// discordAllowed is how many requests a second Discord takes from a bot in all, by its documentation, and discordShare the part of it to
// reach.
const (
	discordAllowed = 50
	discordShare   = 0.95
)

// discord is a Discord to which a bot may connect again at once, as often as Discord lets it in a day.
type discord struct {
	*discordsrv.Server
	token    string
	perGuild int
	operator discordsrv.Guild // whose owner runs the bot
}

func newDiscord(o *options, t *tally) *discord {
	const token = "MTEwMDAwMDAwMDAwMDAwMDA0Mg.of.a-benchmark" //nolint:gosec // for the server beside it alone
	s := discordsrv.New(discordsrv.Config{
		Token: token, Username: "boardcast", Now: time.Now, IdentifyEvery: -1, Unlimited: o.unlimited,
		Taken: func(m discordsrv.Message) { t.take(m.Channel, m.At) },
	})
	d := &discord{Server: s, token: token, perGuild: o.perGuild}
	d.operator = d.found("Operators")
	return d
}

// found makes a guild with an owner of its own.
func (s *discord) found(name string) discordsrv.Guild {
	owner := s.AddUser(discordsrv.User{Username: "owner of " + name, Locale: "en-GB"})
	return s.AddGuild(discordsrv.Place{Name: name, Owner: owner.ID})
}

// places makes text channels, as many a guild as was asked for.
func (s *discord) places(n int) []bot.Chat {
	all := make([]bot.Chat, n)
	var guild discordsrv.Guild
	for i := range all {
		if i%s.perGuild == 0 {
			guild = s.found(fmt.Sprintf("Guild %d", i/s.perGuild+1))
		}
		channel := s.AddChannel(guild.ID, discordsrv.Channel{Type: discordsrv.Text, Name: fmt.Sprintf("channel-%d", i+1)})
		all[i] = bot.Chat{
			Address: bot.ChatID{Messenger: bot.Discord, Key: channel.ID}, Community: guild.ID, Title: "#" + channel.Name, Kind: bot.Group, Locale: guild.Locale,
		}
	}
	return all
}

func (s *discord) environ(url string) []string {
	return []string{"BOARDCAST_DISCORD_TOKEN=" + s.token, "BOARDCAST_DISCORD_API_URL=" + url + "/api", "BOARDCAST_OPERATORS_DISCORD=" + s.operator.Owner}
}

func (s *discord) hears(ctx context.Context) error {
	return s.Wait(ctx, func(s *discordsrv.Server) bool { return s.Connected(0) && len(s.Commands("")) > 0 })
}

func (s *discord) start(stream string) error {
	_, err := s.Command(discordsrv.Invocation{
		Channel: s.operator.SystemChannel, User: s.operator.Owner, Path: []string{"stream", "start"}, Options: map[string]any{"stream": stream}, Locale: "en-GB",
	})
	if err != nil {
		return fmt.Errorf("say that %s is on: %w", stream, err)
	}
	return nil
}

func (s *discord) tooMany() int { return s.TooMany() }

// limits: Discord knows a message again by its nonce, if the program is back within some minutes.
func (*discord) limits() limits {
	return limits{allowed: discordAllowed, share: discordShare, knows: true}
}

func (s *discord) close() { s.Close() }
