package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// scheduledEvent is something in a guild's calendar. On the way to Discord empty fields are left as they are.
type scheduledEvent struct {
	ID          string     `json:"id,omitempty"`
	CreatorID   string     `json:"creator_id,omitempty"`
	Name        string     `json:"name,omitempty"`
	Description string     `json:"description,omitempty"`
	Start       *time.Time `json:"scheduled_start_time,omitempty"`
	End         *time.Time `json:"scheduled_end_time,omitempty"`
	Privacy     int        `json:"privacy_level,omitempty"`
	Kind        int        `json:"entity_type,omitempty"`
	Where       *where     `json:"entity_metadata,omitempty"`
	Status      int        `json:"status,omitempty"`
}

type where struct {
	Location string `json:"location"`
}

// What Discord calls the states of an event.
const (
	eventScheduled = int(discordgo.GuildScheduledEventStatusScheduled)
	eventActive    = int(discordgo.GuildScheduledEventStatusActive)
	eventCompleted = int(discordgo.GuildScheduledEventStatusCompleted)
	eventCanceled  = int(discordgo.GuildScheduledEventStatusCanceled)
)

// What an event holds, in characters.
const (
	eventName  = 100
	eventAbout = 1000
	eventWhere = 100
)

// Host implements [bot.Hosting] with events that take place elsewhere. The key of a happening stands at the end of its description.
func (a *Adapter) Host(ctx context.Context, community string, h bot.Happening, id string) (string, error) {
	if !snowflake.MatchString(community) {
		return "", &bot.RefusedError{Why: "a private chat has no calendar"}
	}
	standing, err := a.standingEvent(ctx, community, h.Key, id)
	there := standing.ID != "" && standing.Status <= eventActive
	switch {
	case err != nil:
	case there:
		err = a.bring(ctx, community, standing, h)
	case id == "" && h.State == bot.IsComing:
		where := discordgo.EndpointGuildScheduledEvents(community)
		standing, err = call[scheduledEvent](ctx, a.client, http.MethodPost, where, a.eventOf(h, scheduledEvent{}))
	default:
		return "", fmt.Errorf("%w: it is not in the calendar any more", bot.ErrGone)
	}
	if err != nil {
		return "", hostError(err, id)
	}
	return standing.ID, nil
}

// hostError is what [Adapter.Host] returns for an error of a call. That a guild cannot be reached says nothing of an event that stands in
// its calendar: it is there when the bot is let in again.
func hostError(err error, id string) error {
	if hasCode(err, codeUnknownEvent) {
		return fmt.Errorf("%w: %w", bot.ErrGone, err)
	}
	said := sendError(err)
	answer, ok := errors.AsType[*apiError](err)
	if !ok || !errors.Is(said, bot.ErrGone) || id == "" && answer.Code == codeUnknownGuild {
		return said
	}
	return &bot.RefusedError{Why: refusedWhy(answer)}
}

// standingEvent is the event with an id, or without one that of the bot's with a key; one without an id where there is none.
func (a *Adapter) standingEvent(ctx context.Context, guildID, key, id string) (scheduledEvent, error) {
	if id == "" {
		return a.findEvent(ctx, guildID, key)
	}
	return call[scheduledEvent](ctx, a.client, http.MethodGet, discordgo.EndpointGuildScheduledEvent(guildID, id), nil)
}

// findEvent is the event of the bot's with a key, or one without an id where there is none.
func (a *Adapter) findEvent(ctx context.Context, guildID, key string) (scheduledEvent, error) {
	me, err := a.whoAmI(ctx)
	if err != nil {
		return scheduledEvent{}, err
	}
	all, err := call[[]scheduledEvent](ctx, a.client, http.MethodGet, discordgo.EndpointGuildScheduledEvents(guildID), nil)
	for _, e := range all {
		if e.CreatorID == me.ID && strings.HasSuffix(e.Description, eventMark(key)) {
			return e, err
		}
	}
	return scheduledEvent{}, err
}

func eventMark(key string) string { return "· " + key }

// bring makes an event what a happening is.
func (a *Adapter) bring(ctx context.Context, guildID string, standing scheduledEvent, h bot.Happening) error {
	if h.State == bot.IsComing || h.State == bot.IsOn {
		want := a.eventOf(h, standing)
		want.Privacy, want.Kind = 0, 0
		if err := a.changeEvent(ctx, guildID, standing.ID, want); err != nil {
			return err
		}
	}
	for _, status := range stepsTo(standing.Status, h.State) {
		if err := a.changeEvent(ctx, guildID, standing.ID, scheduledEvent{Status: status}); err != nil {
			return err
		}
	}
	return nil
}

// whileOn is how long what is on stands in the calendar if it is not known when it ends: Discord ends an event at its end by itself.
const whileOn = time.Hour

// times are when an event is to begin and to end, so that Discord takes it; without a beginning where that cannot be changed, for it has
// begun. What should have begun already begins in a moment.
func times(now time.Time, standing scheduledEvent, h bot.Happening) (start, end *time.Time) {
	from, to := h.Start.UTC(), h.End.UTC()
	if h.State == bot.IsOn {
		from = now
	}
	soon := now.Add(time.Minute)
	began := standing.Start != nil && !standing.Start.After(now)
	switch {
	case standing.Status == eventActive, began && from.Before(soon):
		from = now
		if !began && standing.Start != nil {
			from = *standing.Start // it was begun a moment before its time
		}
	case from.Before(soon):
		from = soon
		start = &from
	default:
		start = &from
	}
	if !to.After(from) || !to.After(now) {
		to = from.Add(whileOn)
	}
	return start, &to
}

func (a *Adapter) changeEvent(ctx context.Context, guildID, id string, to scheduledEvent) error {
	_, err := call[sent](ctx, a.client, http.MethodPatch, discordgo.EndpointGuildScheduledEvent(guildID, id), to)
	return err
}

// stepsTo are the states through which an event goes to where a happening is.
func stepsTo(status int, state bot.HappeningState) []int {
	coming := status == eventScheduled
	switch {
	case state == bot.IsOn && coming:
		return []int{eventActive}
	case state == bot.IsOver && coming:
		return []int{eventActive, eventCompleted}
	case state == bot.IsOff && coming:
		return []int{eventCanceled}
	case state == bot.IsOver || state == bot.IsOff:
		return []int{eventCompleted}
	}
	return nil
}

// eventOf is what a happening is as an event, given how that stands.
func (a *Adapter) eventOf(h bot.Happening, standing scheduledEvent) scheduledEvent {
	voice := a.layout(bot.Post{Locale: h.Locale, Zone: h.Zone}, nil).voice
	var about []string
	for _, line := range h.About {
		if said := voice.Plain(line); said != h.Key { // which stands at the end
			about = append(about, said)
		}
	}
	if h.Link != "" {
		about = append(about, h.Link)
	}
	mark := "\n" + eventMark(h.Key)
	description := shortened(strings.Join(about, "\n"), eventAbout-inUnits(mark)) + mark
	start, end := times(a.cfg.Now(), standing, h)
	return scheduledEvent{
		Name: shortened(orDots(voice.Plain(h.Name)), eventName), Description: description, Start: start, End: end,
		Privacy: int(discordgo.GuildScheduledEventPrivacyLevelGuildOnly), Kind: int(discordgo.GuildScheduledEventEntityTypeExternal),
		Where: &where{Location: shortened(orDots(voice.Plain(h.Where)), eventWhere)},
	}
}

// orDots is words of which something can be seen.
func orDots(words string) string {
	if bot.Visible(words) {
		return words
	}
	return "…"
}
