package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// publish publishes the commands, as far as they have changed. That it cannot be done is no reason not to serve: Discord shows what was
// published before, and mentions work without.
func (a *Adapter) publish(ctx context.Context) {
	said := ""
	bot.Persist(ctx, firstWait, lastPublishWait, func(ctx context.Context) error {
		err := a.publishMenu(bot.Answering(ctx))
		if err == nil || ctx.Err() != nil {
			return err
		}
		if now := explain(err); now != said {
			said = now
			a.cfg.Log.WarnContext(ctx, "commands not published; trying again", "why", said)
		}
		return err
	})
}

// lastPublishWait is the longest wait between attempts. Discord allows two hundred new commands a day, so it is long.
const lastPublishWait = 15 * time.Minute

// application is the bot as the developer portal has it.
type application struct {
	ID string `json:"id"`
}

// publishMenu puts the menu in the place of the one that Discord has, if that is another.
func (a *Adapter) publishMenu(ctx context.Context) error {
	app, err := call[application](ctx, a.client, http.MethodGet, discordgo.EndpointApplication("@me"), nil)
	if err != nil {
		return err
	}
	menu, err := menuOf(a.cfg.Commands, a.cfg.Words)
	if err != nil {
		return fmt.Errorf("make the menu: %w", err)
	}
	address := discordgo.EndpointApplicationGlobalCommands(app.ID)
	if a.cfg.DevGuild != "" {
		address = discordgo.EndpointApplicationGuildCommands(app.ID, a.cfg.DevGuild)
	}
	published, err := call[[]json.RawMessage](ctx, a.client, http.MethodGet, address+"?with_localizations=true", nil)
	if err != nil || sameMenu(published, menu) {
		return err
	}
	if _, err := call[[]json.RawMessage](ctx, a.client, http.MethodPut, address, menu); err != nil {
		return err
	}
	a.cfg.Log.InfoContext(ctx, "commands published", "count", len(menu), "guild", a.cfg.DevGuild)
	return nil
}
