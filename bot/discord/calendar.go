package discord

import (
	"cmp"
	"context"
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
	var now scheduledEvent
	var err error
	if id == "" {
		now, err = a.findEvent(ctx, community, h.Key)
	} else {
		now, err = call[scheduledEvent](ctx, a.client, http.MethodGet, discordgo.EndpointGuildScheduledEvent(community, id), nil)
	}
	if err == nil {
		now, err = a.bring(ctx, community, now, h)
	}
	if hasCode(err, codeUnknownEvent) {
		return "", fmt.Errorf("%w: %w", bot.ErrGone, err)
	}
	return now.ID, sendError(err)
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

// bring makes an event what a happening is, or makes one if there is none; but not one of what is over.
func (a *Adapter) bring(ctx context.Context, guildID string, now scheduledEvent, h bot.Happening) (scheduledEvent, error) {
	if now.ID == "" && (h.State == bot.IsOver || h.State == bot.IsOff) {
		return now, nil
	}
	if now.ID != "" && now.Status > eventActive { // it is over in the calendar already, which cannot be taken back
		return now, nil
	}
	want := a.eventOf(h)
	if now.ID == "" {
		// What has begun cannot be put in as such: it begins in a moment, and is started then.
		if soon := a.cfg.Now().Add(time.Minute); want.Start.Before(soon) {
			want.Start = &soon
			want.End = later(want.End, soon.Add(time.Hour))
		}
		made, err := call[scheduledEvent](ctx, a.client, http.MethodPost, discordgo.EndpointGuildScheduledEvents(guildID), want)
		if err != nil {
			return made, err
		}
		now = made
	} else if h.State == bot.IsComing || h.State == bot.IsOn {
		change := want
		change.Privacy, change.Kind = 0, 0
		if now.Status == eventActive || want.Start.Before(a.cfg.Now()) { // when it began cannot be changed
			change.Start = nil
			change.End = later(want.End, a.cfg.Now().Add(time.Hour))
			change.Where = want.Where
		}
		if _, err := a.changeEvent(ctx, guildID, now.ID, change); err != nil {
			return now, err
		}
	}
	for _, status := range stepsTo(now.Status, h.State) {
		if _, err := a.changeEvent(ctx, guildID, now.ID, scheduledEvent{Status: status}); err != nil {
			return now, err
		}
	}
	return now, nil
}

// later is a time, but not before another.
func later(t *time.Time, least time.Time) *time.Time {
	if t == nil || t.Before(least) {
		return &least
	}
	return t
}

func (a *Adapter) changeEvent(ctx context.Context, guildID, id string, to scheduledEvent) (scheduledEvent, error) {
	return call[scheduledEvent](ctx, a.client, http.MethodPatch, discordgo.EndpointGuildScheduledEvent(guildID, id), to)
}

// stepsTo are the states through which an event goes to where a happening is.
func stepsTo(status int, state bot.HappeningState) []int {
	coming := status == 0 || status == eventScheduled
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

// eventOf is a happening as an event, in words.
func (a *Adapter) eventOf(h bot.Happening) scheduledEvent {
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
	start, end := h.Start.UTC(), h.End.UTC()
	return scheduledEvent{
		Name: shortened(voice.Plain(h.Name), eventName), Description: description, Start: &start, End: &end,
		Privacy: int(discordgo.GuildScheduledEventPrivacyLevelGuildOnly), Kind: int(discordgo.GuildScheduledEventEntityTypeExternal),
		Where: &where{Location: shortened(cmp.Or(voice.Plain(h.Where), "…"), eventWhere)},
	}
}
